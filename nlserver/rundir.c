/* SPDX-License-Identifier: BSD-2-Clause */
/* The run directory: see rundir.h. Called by ustackd.c. */
#include "nlserver/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ustack/rundir.h>

/* Root's instances can be read by all; those of a user only by the user. */
static mode_t dir_mode(void)
{
	return geteuid() == 0 ? 0755 : 0700;
}

static int make_dir(const char *path, struct extack *ack)
{
	if (mkdir(path, dir_mode()) == 0) {
		if (chmod(path, dir_mode()) == 0) /* whatever the umask is */
			return 0;
	} else if (errno == EEXIST) {
		return 0;
	}
	return extack_set(ack, -errno, "Cannot make the directory %s: %s", path, strerror(errno));
}

/* In a directory that others can write to, ours may be another's. */
static int check_owner(const char *path, struct extack *ack)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return extack_set(ack, -errno, "Cannot look at %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 0077))
		return extack_set(ack, -EPERM, "%s is not a directory of this user alone", path);
	return 0;
}

/* The daemon leaves the directory that a relative path begins at. */
static int make_absolute(struct rundir *dir, struct extack *ack)
{
	char absolute[PATH_MAX];

	if (!realpath(dir->path, absolute))
		return extack_set(ack, -errno, "Cannot look at %s: %s", dir->path, strerror(errno));
	strcpy(dir->path, absolute);
	return 0;
}

static int make_dirs(const char *instance, struct rundir *dir, struct extack *ack)
{
	struct ustack_rundir_env env = {
		.rundir = getenv("USTACK_RUNDIR"),
		.xdg_runtime_dir = getenv("XDG_RUNTIME_DIR"),
		.uid = geteuid(),
	};
	char base[PATH_MAX];
	bool shared;
	int err;

	err = ustack_rundir(&env, instance, dir->path, sizeof(dir->path));
	if (err == -EINVAL)
		return extack_set(ack, err, "\"%s\" cannot be the name of an instance", instance);
	if (!err)
		err = ustack_rundir_base(&env, base, sizeof(base), &shared);
	if (err)
		return extack_set(ack, err, "The run directory's path is too long");
	err = make_dir(base, ack);
	if (!err && shared)
		err = check_owner(base, ack);
	if (!err)
		err = make_dir(dir->path, ack);
	return err ? err : make_absolute(dir, ack);
}

static void lock_path(const struct rundir *dir, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s/%s", dir->path, USTACK_LOCKFILE);

	if (n < 0 || (size_t)n >= size)
		buf[0] = '\0';
}

/* The process that holds the lock, as far as it has said so; 0: not known. */
static long lock_holder(int fd)
{
	char text[24] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		return 0;
	return strtol(text, NULL, 10);
}

static int open_locked(const char *path, struct extack *ack)
{
	int err, fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd < 0)
		return extack_set(ack, -errno, "Cannot open %s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	extack_set(ack, err, "This instance runs already, as process %ld", lock_holder(fd));
	close(fd);
	return err;
}

/* Is the file that was locked still the one that the path leads to? Who held the lock may have removed it. */
static bool still_there(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

int rundir_open(const char *instance, struct rundir *ret, struct extack *ack)
{
	char path[PATH_MAX];
	int err, fd;

	for (;;) {
		err = make_dirs(instance, ret, ack);
		if (err)
			return err;
		lock_path(ret, path, sizeof(path));
		fd = open_locked(path, ack);
		if (fd < 0)
			return fd;
		if (still_there(fd, path))
			break;
		close(fd);
	}
	ret->lock_fd = fd;
	return 0;
}

int rundir_write_pid(const struct rundir *dir)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(dir->lock_fd, 0) < 0 || pwrite(dir->lock_fd, text, len, 0) != len)
		return -errno;
	return 0;
}

void rundir_close(struct rundir *dir)
{
	char path[PATH_MAX];

	lock_path(dir, path, sizeof(path));
	unlink(path);
	rmdir(dir->path);
	close(dir->lock_fd);
	dir->lock_fd = -1;
}
