/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's calls that open files: part of libusock-preload.
 *
 * Absolute paths below /proc/sys/net mean the stack's parameters, those below /proc/net its tables and counters
 * (procfile.h), and where there is none of the name, nothing: never the host's file. What of /proc/net tells of no
 * internet, procname.c lets through.
 */
#include "libsock/preload.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "libsock/procfile.h"
#include "libsock/real.h"
#include "libsock/usock.h"

/**
 * preload_is_served - does the stack answer for a path?
 * @path: any
 * @ret: as of procname_find()
 */
bool preload_is_served(const char *path, struct procname *ret)
{
	return procname_find(path, ret) && !preload_is_on_host();
}

/* Open what the stack answers for; false: it is the host's. @ret_fd: the descriptor, or -1 and errno */
static bool is_opened(const char *path, int flags, int *ret_fd)
{
	struct procname file;
	int fd;

	if (!preload_is_served(path, &file))
		return false;
	fd = procfile_open(&file, flags);
	if (fd == -ENOENT && preload_may_use_host())
		return false;
	if (fd < 0)
		errno = -fd;
	*ret_fd = fd < 0 ? -1 : fd;
	return true;
}

/* Descriptors ---------------------------------------------------------------------------------- */

/* May a file be made? Only then there is a mode. */
static bool has_mode(int flags)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}

/* The mode, in a function whose last argument with a name is @flags. */
#define MODE_BEHIND(flags)                                         \
	({                                                         \
		va_list args;                                      \
		mode_t mode;                                       \
                                                                   \
		va_start(args, flags);                             \
		mode = has_mode(flags) ? va_arg(args, mode_t) : 0; \
		va_end(args);                                      \
		mode;                                              \
	})

INTERPOSE int open(const char *path, int flags, ...)
{
	mode_t mode = MODE_BEHIND(flags);
	int fd;

	return is_opened(path, flags, &fd) ? fd : real()->open(path, flags, mode);
}

INTERPOSE int openat(int dirfd, const char *path, int flags, ...)
{
	mode_t mode = MODE_BEHIND(flags);
	int fd;

	return is_opened(path, flags, &fd) ? fd : real()->openat(dirfd, path, flags, mode);
}

INTERPOSE int creat(const char *path, mode_t mode)
{
	return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

#ifndef __USE_FILE_OFFSET64
INTERPOSE int open64(const char *path, int flags, ...)
{
	mode_t mode = MODE_BEHIND(flags);
	int fd;

	return is_opened(path, flags, &fd) ? fd : real()->open64(path, flags, mode);
}

INTERPOSE int openat64(int dirfd, const char *path, int flags, ...)
{
	mode_t mode = MODE_BEHIND(flags);
	int fd;

	return is_opened(path, flags, &fd) ? fd : real()->openat64(dirfd, path, flags, mode);
}

INTERPOSE int creat64(const char *path, mode_t mode)
{
	return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
#endif

/* What _FORTIFY_SOURCE makes of them where there is no mode. The C library ends the program where there
 * should be one; so do we. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dirfd, const char *path, int flags);
int __openat64_2(int dirfd, const char *path, int flags);
void __chk_fail(void) __attribute__((noreturn));

static void check_no_mode(int flags)
{
	if (has_mode(flags))
		__chk_fail();
}

INTERPOSE int __open_2(const char *path, int flags)
{
	check_no_mode(flags);
	return open(path, flags);
}

INTERPOSE int __open64_2(const char *path, int flags)
{
	check_no_mode(flags);
	return open64(path, flags);
}

INTERPOSE int __openat_2(int dirfd, const char *path, int flags)
{
	check_no_mode(flags);
	return openat(dirfd, path, flags);
}

INTERPOSE int __openat64_2(int dirfd, const char *path, int flags)
{
	check_no_mode(flags);
	return openat64(dirfd, path, flags);
}

/* Another process would open it, by a call that is not ours. */
INTERPOSE int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
					       const char *restrict path, int flags, mode_t mode)
{
	struct procname file;

	if (preload_is_served(path, &file) && !preload_may_use_host())
		return EACCES;
	return real()->posix_spawn_file_actions_addopen(actions, fd, path, flags, mode);
}

/* Streams -------------------------------------------------------------------------------------- */

static bool may_write(const char *mode)
{
	return mode[0] != 'r' || strchr(mode, '+');
}

static int flags_of(const char *mode)
{
	int flags = strchr(mode, '+') ? O_RDWR : may_write(mode) ? O_WRONLY : O_RDONLY;

	if (mode[0] != 'r')
		flags |= O_CREAT;
	if (strchr(mode, 'x'))
		flags |= O_EXCL;
	return strchr(mode, 'e') ? flags | O_CLOEXEC : flags;
}

static FILE *stream_of(int fd, const char *mode)
{
	FILE *stream = fd < 0 ? NULL : real()->fdopen(fd, mode);
	int err;

	if (fd >= 0 && !stream) {
		err = errno;
		usock_close(fd);
		errno = err;
	}
	return stream;
}

INTERPOSE FILE *fopen(const char *restrict path, const char *restrict mode)
{
	int fd;

	return is_opened(path, flags_of(mode), &fd) ? stream_of(fd, mode)
						    : real()->fopen(path, mode);
}

/* Another file first, whose descriptor @fd then takes the place of. */
static FILE *reopen(int fd, const char *mode, FILE *stream)
{
	int err = errno;

	if (fd < 0) {
		fclose(stream);
		errno = err;
		return NULL;
	}
	stream = real()->freopen("/dev/null", mode, stream);
	if (stream && usock_dup3(fd, fileno(stream), strchr(mode, 'e') ? O_CLOEXEC : 0) < 0) {
		fclose(stream);
		stream = NULL;
	}
	usock_close(fd);
	return stream;
}

INTERPOSE FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream)
{
	int fd;

	if (is_opened(path, flags_of(mode), &fd))
		return reopen(fd, mode, stream);
	return real()->freopen(path, mode, stream);
}

#ifndef __USE_FILE_OFFSET64
INTERPOSE FILE *fopen64(const char *restrict path, const char *restrict mode)
{
	int fd;

	return is_opened(path, flags_of(mode), &fd) ? stream_of(fd, mode)
						    : real()->fopen64(path, mode);
}

INTERPOSE FILE *freopen64(const char *restrict path, const char *restrict mode,
			  FILE *restrict stream)
{
	int fd;

	if (is_opened(path, flags_of(mode), &fd))
		return reopen(fd, mode, stream);
	return real()->freopen64(path, mode, stream);
}
#endif
