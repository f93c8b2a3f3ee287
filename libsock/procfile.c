/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that stand for the stack's parameters: see procfile.h. Called by the files of the preload,
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
#include "libsock/sys.h"
#include "libsock/sysctl.h"

/* The name of the anonymous file: this, the instance's name, a slash, the parameter's name. */
#define FILE_PREFIX "usysctl/"
#define LINK_PREFIX "/memfd:" FILE_PREFIX
#define LINK_SUFFIX " (deleted)"

#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

_Static_assert(PROCFILE_NAME_SIZE == USTACK_SYSCTL_NAME_MAX + 1, "room for any parameter's name");

static const struct usock_ops procfile_ops;

/* What a descriptor stands for. */
struct parameter {
	char instance[USTACK_NAME_MAX + 1];
	char name[PROCFILE_NAME_SIZE];
};

/* Names ---------------------------------------------------------------------------------------- */

/* Past slashes, and components that are a dot. */
static const char *skip(const char *path)
{
	while (*path == '/' || (*path == '.' && (path[1] == '/' || !path[1])))
		path++;
	return path;
}

/* What is behind /proc/sys/net/, however that is written; NULL: another path. */
static const char *behind_net(const char *path)
{
	static const char *const parts[] = { "proc", "sys", "net" };

	if (!path || *path != '/')
		return NULL;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t len = strlen(parts[i]);

		path = skip(path);
		if (strncmp(path, parts[i], len) != 0 || path[len] != '/')
			return NULL;
		path += len;
	}
	path = skip(path);
	return *path ? path : NULL;
}

/**
 * procfile_name - does a path lead below /proc/sys/net, and to which parameter?
 * @path: any; only an absolute one can
 * @ret_name: PROCFILE_NAME_SIZE bytes, receive the name; "" where there can be none like that
 */
bool procfile_name(const char *path, char *ret_name)
{
	size_t len = strlen("net");

	path = behind_net(path);
	if (!path)
		return false;
	strcpy(ret_name, "net");
	for (; *path; path = skip(path)) {
		size_t part = strcspn(path, "/");

		if (len + 1 + part >= PROCFILE_NAME_SIZE || !strncmp(path, "../", 3) ||
		    !strcmp(path, "..")) {
			ret_name[0] = '\0';
			break;
		}
		ret_name[len++] = '.';
		memcpy(ret_name + len, path, part);
		len += part;
		ret_name[len] = '\0';
		path += part;
	}
	return true;
}

/**
 * procfile_exists - is there a parameter?
 * @name: its name
 *
 * Return: 0; -ENOENT; what else sysctl_read() says of the stack.
 */
int procfile_exists(const char *name)
{
	char value[USTACK_SYSCTL_VALUE_MAX];
	int err = name[0] ? sysctl_read(instance_current(), name, value, sizeof(value)) : -ENOENT;

	return err == -EIO || err == -EPERM ? 0 : err;
}

/* The file ------------------------------------------------------------------------------------- */

/* With the value in it, sealed; or empty, to be written. */
static int make_file(const char *name, const char *value, int flags)
{
	char text[USTACK_SYSCTL_VALUE_MAX + 1],
		title[sizeof(FILE_PREFIX) + sizeof(struct parameter)];
	size_t len = strlen(value);
	int err, fd;

	memcpy(text, value, len);
	text[len++] = '\n';
	stpcpy(stpcpy(stpcpy(stpcpy(title, FILE_PREFIX), instance_current()), "/"), name);
	fd = memfd_create(title, MFD_ALLOW_SEALING | (flags & O_CLOEXEC ? MFD_CLOEXEC : 0));
	if (fd < 0)
		return -errno;
	if ((flags & O_ACCMODE) == O_WRONLY)
		return fd;
	if (sys_write(fd, text, len) == (ssize_t)len && lseek(fd, 0, SEEK_SET) == 0 &&
	    sys_fcntl(fd, F_ADD_SEALS, SEALS) == 0)
		return fd;
	err = -errno;
	sys_close(fd);
	return err;
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

/**
 * procfile_open - open(2)
 * @name: the parameter
 * @flags: O_*
 *
 * Return: the descriptor; -ENOENT, -EEXIST, -ENOTDIR, -EIO, -ENETDOWN, -EMFILE, -ENOMEM and others.
 */
int procfile_open(const char *name, int flags)
{
	char value[USTACK_SYSCTL_VALUE_MAX] = "";
	bool writing = (flags & O_ACCMODE) != O_RDONLY;
	int err, fd;

	err = name[0] ? sysctl_read(instance_current(), name, value, sizeof(value)) : -ENOENT;
	if (err && !(writing && err == -EIO))
		return err;
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	if ((flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	fd = make_file(name, value, flags);
	if (fd < 0 || !writing)
		return fd;
	err = watch(fd);
	if (err && err != -EBUSY) { /* a child of vfork(2): what it executes will know the file */
		sys_close(fd);
		return err;
	}
	return fd;
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
