/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's calls that look at files without opening them: part of libusock-preload.
 *
 * Below /proc/sys/net there is a file for each parameter of the stack (preload_proc.c), and the
 * directories that they are in: programs look there to learn whether there is IPv6, or a device.
 * Below /proc/net there are files alone.
 */
#include "libsock/preload.h"

#include <errno.h>
#include <string.h>

#include "libsock/procfile.h"
#include "libsock/real.h"

#define MODE_PARAMETER (S_IFREG | 0644)
#define MODE_NET       (S_IFREG | 0444)
#define MODE_DIRECTORY (S_IFDIR | 0555)

/* Is there a directory of parameters of this name? Each that there is has one of these in it. */
static int directory_exists(const char *name)
{
	static const char *const members[] = {
		"forwarding",	  "ucast_solicit", "all.forwarding", "default.ucast_solicit",
		"ip_default_ttl", "bindv6only",	   "somaxconn",	     "mtu_expires",
		"ratemask",
	};
	struct procname member = { .kind = PROCNAME_PARAMETER };
	int err = -ENOENT;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]) && err == -ENOENT; i++) {
		if (strlen(name) + 1 + strlen(members[i]) >= sizeof(member.name))
			continue;
		stpcpy(stpcpy(stpcpy(member.name, name), "."), members[i]);
		err = procfile_exists(&member);
	}
	return err;
}

/* What is at a path that the stack answers for: 0 or -errno, and its mode; 1: it is the host's. */
static int look(const char *path, mode_t *ret_mode)
{
	struct procname file;
	int err;

	if (!preload_is_served(path, &file))
		return 1;
	*ret_mode = file.kind == PROCNAME_NET ? MODE_NET : MODE_PARAMETER;
	err = procfile_exists(&file);
	if (err == -ENOENT && file.kind == PROCNAME_PARAMETER && file.name[0]) {
		*ret_mode = MODE_DIRECTORY;
		err = directory_exists(file.name);
	}
	return err == -ENOENT && preload_may_use_host() ? 1 : err;
}

static int result(int err)
{
	if (!err)
		return 0;
	errno = -err;
	return -1;
}

/* Rights --------------------------------------------------------------------------------------- */

/* Who may set a parameter is for the stack to say when it is set. */
static int check_access(int err, mode_t mode, int want)
{
	if (!err && (((want & W_OK) && !(mode & 0222)) || ((want & X_OK) && !(mode & 0111))))
		err = -EACCES;
	return result(err);
}

INTERPOSE int access(const char *path, int want)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->access(path, want) : check_access(err, mode, want);
}

INTERPOSE int faccessat(int dirfd, const char *path, int want, int flags)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->faccessat(dirfd, path, want, flags)
			: check_access(err, mode, want);
}

INTERPOSE int eaccess(const char *path, int want)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->eaccess(path, want) : check_access(err, mode, want);
}

INTERPOSE int euidaccess(const char *path, int want)
{
	return eaccess(path, want);
}

/* What it is ----------------------------------------------------------------------------------- */

#define BLOCK_SIZE 1024

static int fill_stat(int err, mode_t mode, struct stat *ret)
{
	if (!err)
		*ret = (struct stat){ .st_mode = mode, .st_nlink = 1, .st_blksize = BLOCK_SIZE };
	return result(err);
}

INTERPOSE int stat(const char *restrict path, struct stat *restrict ret)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->stat(path, ret) : fill_stat(err, mode, ret);
}

INTERPOSE int lstat(const char *restrict path, struct stat *restrict ret)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->lstat(path, ret) : fill_stat(err, mode, ret);
}

INTERPOSE int fstatat(int dirfd, const char *restrict path, struct stat *restrict ret, int flags)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->fstatat(dirfd, path, ret, flags) : fill_stat(err, mode, ret);
}

#ifndef __USE_FILE_OFFSET64
static int fill_stat64(int err, mode_t mode, struct stat64 *ret)
{
	if (!err)
		*ret = (struct stat64){ .st_mode = mode, .st_nlink = 1, .st_blksize = BLOCK_SIZE };
	return result(err);
}

INTERPOSE int stat64(const char *restrict path, struct stat64 *restrict ret)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->stat64(path, ret) : fill_stat64(err, mode, ret);
}

INTERPOSE int lstat64(const char *restrict path, struct stat64 *restrict ret)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->lstat64(path, ret) : fill_stat64(err, mode, ret);
}

INTERPOSE int fstatat64(int dirfd, const char *restrict path, struct stat64 *restrict ret,
			int flags)
{
	mode_t mode;
	int err = look(path, &mode);

	return err == 1 ? real()->fstatat64(dirfd, path, ret, flags) : fill_stat64(err, mode, ret);
}
#endif

INTERPOSE int statx(int dirfd, const char *restrict path, int flags, unsigned int mask,
		    struct statx *restrict ret)
{
	mode_t mode;
	int err = look(path, &mode);

	if (err == 1)
		return real()->statx(dirfd, path, flags, mask, ret);
	if (!err)
		*ret = (struct statx){
			.stx_mask = STATX_BASIC_STATS,
			.stx_mode = (uint16_t)mode,
			.stx_nlink = 1,
			.stx_blksize = BLOCK_SIZE,
		};
	return result(err);
}

/* What programs call that were linked with a C library before 2.33. Of the versions of the structure
 * there is but one in use on each machine. */
int __xstat(int version, const char *path, struct stat *ret);
int __lxstat(int version, const char *path, struct stat *ret);
int __fxstatat(int version, int dirfd, const char *path, struct stat *ret, int flags);
int __xstat64(int version, const char *path, struct stat64 *ret);
int __lxstat64(int version, const char *path, struct stat64 *ret);
int __fxstatat64(int version, int dirfd, const char *path, struct stat64 *ret, int flags);

INTERPOSE int __xstat(int version, const char *path, struct stat *ret)
{
	(void)version;
	return stat(path, ret);
}

INTERPOSE int __lxstat(int version, const char *path, struct stat *ret)
{
	(void)version;
	return lstat(path, ret);
}

INTERPOSE int __fxstatat(int version, int dirfd, const char *path, struct stat *ret, int flags)
{
	(void)version;
	return fstatat(dirfd, path, ret, flags);
}

INTERPOSE int __xstat64(int version, const char *path, struct stat64 *ret)
{
	(void)version;
	return stat64(path, ret);
}

INTERPOSE int __lxstat64(int version, const char *path, struct stat64 *ret)
{
	(void)version;
	return lstat64(path, ret);
}

INTERPOSE int __fxstatat64(int version, int dirfd, const char *path, struct stat64 *ret, int flags)
{
	(void)version;
	return fstatat64(dirfd, path, ret, flags);
}
