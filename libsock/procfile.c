/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that stand for what the stack has: see procfile.h. Called by the files of the preload,
 * and through procfile_ops.
 *
 * As with the kernel (sysctl_writes_strict), each write(2) is a whole value; what is written anywhere
 * but at the beginning of the file is taken and means nothing.
 */
#include "libsock/procfile.h"

#include <errno.h>
#include <string.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <ustack/channel.h>
#include <ustack/ustack.h>

#include "libsock/fdtable.h"
#include "libsock/instance.h"
#include "libsock/procnet.h"
#include "libsock/sys.h"
#include "libsock/sysctl.h"

/* The name of the anonymous file: one of these, the instance's name, a slash, the file's name. */
#define SYSCTL_PREFIX "usysctl/"
#define NET_PREFIX    "uprocnet/"

/* What a parameter's is in /proc/self/fd. */
#define LINK_PREFIX "/memfd:" SYSCTL_PREFIX
#define LINK_SUFFIX " (deleted)"

#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

static const struct usock_ops procfile_ops;

/* What a descriptor stands for that a parameter is behind. */
struct parameter {
	char instance[USTACK_NAME_MAX + 1];
	char name[PROCNAME_SIZE];
};

/* Is there a parameter? One that is not set, or not to be seen, is there. */
static int parameter_exists(const char *name)
{
	char value[USTACK_SYSCTL_VALUE_MAX];
	int err = sysctl_read(instance_current(), name, value, sizeof(value));

	return err == -EIO || err == -EPERM ? 0 : err;
}

/**
 * procfile_exists - is there a file?
 * @file: which
 *
 * Return: 0; -ENOENT; what else sysctl_read() or procnet_exists() says of the stack.
 */
int procfile_exists(const struct procname *file)
{
	if (!file->name[0])
		return -ENOENT;
	return file->kind == PROCNAME_NET ? procnet_exists(instance_current(), file->name)
					  : parameter_exists(file->name);
}

/* The file ------------------------------------------------------------------------------------- */

/* An empty one, called @prefix, the instance's name, a slash, @name. */
static int make_file(const char *prefix, const char *name, int flags)
{
	char title[sizeof(NET_PREFIX) + sizeof(struct parameter)];
	int fd;

	stpcpy(stpcpy(stpcpy(stpcpy(title, prefix), instance_current()), "/"), name);
	fd = memfd_create(title, MFD_ALLOW_SEALING | (flags & O_CLOEXEC ? MFD_CLOEXEC : 0));
	return fd < 0 ? -errno : fd;
}

/* @fd, unless filling it said @err, has its text: to be read from the beginning, and nothing else. */
static int seal_file(int fd, int err)
{
	if (!err && lseek(fd, 0, SEEK_SET) == 0 && sys_fcntl(fd, F_ADD_SEALS, SEALS) == 0)
		return fd;
	err = err ? err : -errno;
	sys_close(fd);
	return err;
}

static int write_value(int fd, const char *value)
{
	char text[USTACK_SYSCTL_VALUE_MAX + 1];
	size_t len = strlen(value);

	memcpy(text, value, len);
	text[len++] = '\n';
	return sys_write(fd, text, len) == (ssize_t)len ? 0 : -errno;
}

/* From now on, what is written to @fd is set. */
static int watch(int fd)
{
	struct usock *sk = fdtable_alloc();
	int err;

	if (!sk)
		return -ENOMEM;
	sk->family = AF_UNSPEC;
	sk->ops = &procfile_ops;
	sk->phase = SOCKET_IDLE;
	err = fdtable_set(fd, sk);
	fdtable_put(sk);
	return err;
}

/* How a file that is there may not be opened, whatever is in it. */
static int check_flags(int flags)
{
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	return (flags & O_CREAT) && (flags & O_EXCL) ? -EEXIST : 0;
}

static bool may_write(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}

static int open_parameter(const char *name, int flags)
{
	char value[USTACK_SYSCTL_VALUE_MAX] = "";
	int err, fd;

	err = sysctl_read(instance_current(), name, value, sizeof(value));
	if (err && !(may_write(flags) && err == -EIO))
		return err;
	err = check_flags(flags);
	if (err)
		return err;
	fd = make_file(SYSCTL_PREFIX, name, flags);
	if (fd >= 0 && (flags & O_ACCMODE) != O_WRONLY)
		fd = seal_file(fd, write_value(fd, value));
	if (fd < 0 || !may_write(flags))
		return fd;
	err = watch(fd);
	if (err && err != -EBUSY) { /* a child of vfork(2): what it executes will know the file */
		sys_close(fd);
		return err;
	}
	return fd;
}

static int open_net(const char *name, int flags)
{
	int err, fd;

	err = procnet_exists(instance_current(), name);
	if (!err)
		err = check_flags(flags);
	if (err)
		return err;
	if (may_write(flags))
		return -EACCES;
	fd = make_file(NET_PREFIX, name, flags);
	return fd < 0 ? fd : seal_file(fd, procnet_read(instance_current(), name, fd));
}

/**
 * procfile_open - open(2)
 * @file: which
 * @flags: O_*
 *
 * Return: the descriptor; -ENOENT, -EACCES, -EEXIST, -ENOTDIR, -EIO, -ENETDOWN, -EMFILE, -ENOMEM and others.
 */
int procfile_open(const struct procname *file, int flags)
{
	if (!file->name[0])
		return -ENOENT;
	return file->kind == PROCNAME_NET ? open_net(file->name, flags) : open_parameter(file->name, flags);
}

static bool identify(int fd, struct parameter *ret)
{
	char path[32], link[sizeof(LINK_PREFIX LINK_SUFFIX) + sizeof(*ret)];
	const char *at = link + strlen(LINK_PREFIX), *slash, *end;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return false;
	link[n] = '\0';
	if (strncmp(link, LINK_PREFIX, strlen(LINK_PREFIX)) != 0)
		return false;
	slash = strchr(at, '/');
	end = strstr(at, LINK_SUFFIX);
	if (!slash || !end || end < slash || (size_t)(slash - at) >= sizeof(ret->instance) ||
	    (size_t)(end - slash - 1) >= sizeof(ret->name))
		return false;
	*stpncpy(ret->instance, at, (size_t)(slash - at)) = '\0';
	*stpncpy(ret->name, slash + 1, (size_t)(end - slash - 1)) = '\0';
	return true;
}

/**
 * procfile_adopt - get to know a descriptor that this process did not make
 * @fd: any descriptor
 */
void procfile_adopt(int fd)
{
	struct parameter param;

	if (!fdtable_has(fd) && identify(fd, &param))
		watch(fd); /* without memory it stays as it is: sealed */
}

/* Its calls ------------------------------------------------------------------------------------ */

static ssize_t procfile_readv(struct usock *sk, int fd, const struct iovec *iov, int count)
{
	ssize_t n = sys_readv(fd, iov, count);

	(void)sk;
	return n < 0 ? -errno : n;
}

/* All of it as one text; Return: its length, or -EINVAL. */
static ssize_t gather(const struct iovec *iov, int count, char *ret, size_t size)
{
	size_t len = 0;

	for (int i = 0; i < count; i++) {
		if (iov[i].iov_len >= size - len)
			return -EINVAL;
		memcpy(ret + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	ret[len] = '\0';
	return (ssize_t)len;
}

static ssize_t procfile_writev(struct usock *sk, int fd, const struct iovec *iov, int count)
{
	char text[USTACK_SYSCTL_VALUE_MAX];
	struct parameter param;
	ssize_t n = gather(iov, count, text, sizeof(text));
	int err = 0;

	(void)sk;
	if (n <= 0)
		return n;
	if (!identify(fd, &param))
		return -EBADF;
	if (lseek(fd, 0, SEEK_CUR) == 0)
		err = sysctl_write(param.instance, param.name, text);
	if (err)
		return err;
	lseek(fd, n, SEEK_CUR);
	return n;
}

static bool is_ours(int fd)
{
	struct usock *sk = fdtable_get(fd);
	bool ours = sk && sk->ops == &procfile_ops;

	fdtable_put(sk);
	return ours;
}

/**
 * procfile_settle - set what was written into the file itself
 * @fd: any descriptor
 *
 * Return: 0: nothing was, or it is set; else what the stack refuses it with.
 */
int procfile_settle(int fd)
{
	char text[USTACK_SYSCTL_VALUE_MAX];
	struct parameter param;
	struct stat st;
	ssize_t n;

	if (!is_ours(fd) || fstat(fd, &st) < 0 || st.st_size == 0 ||
	    (sys_fcntl(fd, F_GET_SEALS) & F_SEAL_WRITE) || !identify(fd, &param))
		return 0;
	n = pread(fd, text, sizeof(text) - 1, 0);
	if (n <= 0 || ftruncate(fd, 0) < 0)
		return n < 0 ? -errno : 0;
	text[n] = '\0';
	if (!text[0])
		return 0; /* a hole: it does not stand at the beginning */
	if (st.st_size > n)
		return -EINVAL;
	return sysctl_write(param.instance, param.name, text);
}

/**
 * procfile_settle_range - the same for several descriptors
 * @first: the first
 * @last: the last
 *
 * Return: the last error, or 0.
 */
int procfile_settle_range(int first, int last)
{
	int err = 0;

	for (int fd = fdtable_next(first - 1); fd >= 0 && fd <= last; fd = fdtable_next(fd)) {
		int one = procfile_settle(fd);

		if (one)
			err = one;
	}
	return err;
}

static int procfile_ioctl(struct usock *sk, int fd, unsigned long request, void *arg)
{
	int ret = sys_ioctl(fd, request, arg);

	(void)sk;
	return ret < 0 ? -errno : ret;
}

static int no_address(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len)
{
	(void)sk;
	(void)fd;
	(void)sa;
	(void)len;
	return -ENOTSOCK;
}

static int no_number(struct usock *sk, int fd, int number)
{
	(void)sk;
	(void)fd;
	(void)number;
	return -ENOTSOCK;
}

static int no_accept(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	(void)flags;
	return no_address(sk, fd, sa, len ? *len : 0);
}

static int no_getname(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, bool peer)
{
	(void)peer;
	return no_address(sk, fd, sa, len ? *len : 0);
}

static int no_getsockopt(struct usock *sk, int fd, int level, int name, void *val, socklen_t *len)
{
	(void)name;
	(void)val;
	(void)len;
	return no_number(sk, fd, level);
}

static int no_setsockopt(struct usock *sk, int fd, int level, int name, const void *val,
			 socklen_t len)
{
	(void)name;
	(void)val;
	(void)len;
	return no_number(sk, fd, level);
}

static ssize_t no_recvmsg(struct usock *sk, int fd, struct msghdr *msg, int flags)
{
	(void)msg;
	return no_number(sk, fd, flags);
}

static ssize_t no_sendmsg(struct usock *sk, int fd, const struct msghdr *msg, int flags)
{
	(void)msg;
	return no_number(sk, fd, flags);
}

static const struct usock_ops procfile_ops = {
	.bind = no_address,
	.connect = no_address,
	.listen = no_number,
	.accept = no_accept,
	.shutdown = no_number,
	.getname = no_getname,
	.getsockopt = no_getsockopt,
	.setsockopt = no_setsockopt,
	.ioctl = procfile_ioctl,
	.readv = procfile_readv,
	.writev = procfile_writev,
	.recvmsg = no_recvmsg,
	.sendmsg = no_sendmsg,
};
