/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connecting to an instance: see dial.h. Called by channel.c, control.c and netlink.c.
 *
 * Each function returns -errno, leaves no descriptor behind when it fails, and calls nothing that
 * is not async-signal-safe.
 */
#include "libsock/dial.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <ustack/rundir.h>

#include "libsock/sys.h"

/* How long a control call waits for a daemon that has stopped answering. */
#define DIAL_TIMEOUT_S 30

#define VALUE_MAX 256

/* The environment as the program found it, and as whom it began. Servers clear the one and change
 * the other (nginx, sshd), and still mean the same instance. */
static struct {
	char instance[VALUE_MAX];
	char rundir[VALUE_MAX];
	char xdg_runtime_dir[VALUE_MAX];
	uid_t uid;
} initial;

static void keep(char *where, const char *name)
{
	const char *value = secure_getenv(name);

	if (value && strlen(value) < VALUE_MAX)
		strcpy(where, value);
}

__attribute__((constructor)) static void keep_environment(void)
{
	keep(initial.instance, "USTACK");
	keep(initial.rundir, "USTACK_RUNDIR");
	keep(initial.xdg_runtime_dir, "XDG_RUNTIME_DIR");
	initial.uid = geteuid();
}

static const char *environment(const char *name, const char *kept)
{
	const char *value = secure_getenv(name);

	return value && value[0] ? value : kept;
}

/**
 * dial_instance - the name of the instance that a call is about
 * @instance: as the caller gave it, or NULL
 *
 * Return: @instance, else $USTACK, else USTACK_DEFAULT_NAME.
 */
const char *dial_instance(const char *instance)
{
	if (!instance || !instance[0])
		instance = environment("USTACK", initial.instance);
	return instance[0] ? instance : USTACK_DEFAULT_NAME;
}

/* A directory in /tmp is ours only if we own it and nobody else may use it. */
static int check_private(const char *path, uid_t uid)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode) || st.st_uid != uid || (st.st_mode & 077))
		return -EPERM;
	return 0;
}

/**
 * dial_rundir - the directory in which an instance serves
 * @buf: receives the path
 * @size: of @buf, in bytes
 * @instance: its name; NULL: $USTACK or "default"
 *
 * Return: 0; -EINVAL: not a name; -ENAMETOOLONG; -EPERM: the directory in /tmp is not ours alone;
 * or what lstat(2) says.
 */
int dial_rundir(char *buf, size_t size, const char *instance)
{
	struct ustack_rundir_env env = {
		.rundir = environment("USTACK_RUNDIR", initial.rundir),
		.xdg_runtime_dir = environment("XDG_RUNTIME_DIR", initial.xdg_runtime_dir),
		.uid = initial.uid,
	};
	bool shared = false;
	int err;

	err = ustack_rundir_base(&env, buf, size, &shared);
	if (!err && shared)
		err = check_private(buf, env.uid);
	return err ? err : ustack_rundir(&env, dial_instance(instance), buf, size);
}

/**
 * dial - connect to one protocol of an instance
 * @instance: its name; NULL: $USTACK or "default"
 * @protocol: USTACK_CHAN_*
 * @flags: SOCK_CLOEXEC and SOCK_NONBLOCK, as for socket(2); connecting itself never blocks for long
 *
 * Return: a descriptor, which the caller closes; or -errno (-ENOENT and -ECONNREFUSED: no such
 * instance runs).
 */
int dial(const char *instance, const char *protocol, int flags)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t len;
	int err, fd;

	err = dial_rundir(sun.sun_path, sizeof(sun.sun_path), instance);
	if (err)
		return err;
	len = strlen(sun.sun_path);
	if (len + 1 + strlen(protocol) >= sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	sun.sun_path[len] = '/';
	strcpy(sun.sun_path + len + 1, protocol);

	fd = sys_socket(AF_UNIX, SOCK_SEQPACKET | (flags & SOCK_CLOEXEC), 0);
	if (fd < 0)
		return -errno;
	while (sys_connect(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0) {
		if (errno == EINTR)
			continue;
		goto fail;
	}
	if ((flags & SOCK_NONBLOCK) && sys_fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		goto fail;
	return fd;
fail:
	err = -errno;
	sys_close(fd);
	return err;
}

/**
 * dial_cookie - what tells a socket from every other that there is or was
 * @fd: any number
 *
 * Return: SO_COOKIE, which is never 0; 0: not a socket.
 */
uint64_t dial_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	return sys_getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0 ? 0 : cookie;
}

/**
 * dial_send - send one packet, with descriptors
 * @fd: the channel
 * @buf: whole netlink messages
 * @len: of @buf, in bytes; at most USTACK_CHAN_RECV_MAX
 * @fds: descriptors to go with it; they stay the caller's
 * @nfds: how many; at most DIAL_FDS_MAX
 *
 * Return: the bytes sent, or -errno.
 */
ssize_t dial_send(int fd, const void *buf, size_t len, const int *fds, unsigned int nfds)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * DIAL_FDS_MAX)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (nfds > DIAL_FDS_MAX)
		return -EINVAL;
	if (nfds) {
		struct cmsghdr *cmsg;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
		memcpy(CMSG_DATA(cmsg), fds, sizeof(int) * nfds);
	}
	do {
		n = sys_sendmsg(fd, &msg, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Wait for room on a channel that the application made non-blocking. */
static int wait_writable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	while (poll(&pfd, 1, DIAL_TIMEOUT_S * 1000) < 0)
		if (errno != EINTR)
			return -errno;
	return pfd.revents ? 0 : -ETIMEDOUT;
}

static int send_ctl(int fd, const struct ustack_ctl *ctl, int answer_fd)
{
	struct {
		struct nlmsghdr nlh;
		struct ustack_ctl ctl;
	} msg = {
		.nlh = {
			.nlmsg_len = sizeof(msg),
			.nlmsg_type = USTACK_NLMSG_CTL,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.ctl = *ctl,
	};
	ssize_t n;
	int err;

	while ((n = dial_send(fd, &msg, sizeof(msg), &answer_fd, 1)) == -EAGAIN) {
		err = wait_writable(fd);
		if (err)
			return err;
	}
	return n < 0 ? (int)n : 0;
}

static int recv_ctl_reply(int fd, struct ustack_ctl_reply *ret)
{
	struct timeval limit = { .tv_sec = DIAL_TIMEOUT_S };
	ssize_t n;

	if (sys_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	do {
		n = sys_recv(fd, ret, sizeof(*ret), 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return n == sizeof(*ret) ? 0 : -ECONNRESET;
}

/**
 * dial_ctl - a synchronous control call: what bind(2) and setsockopt(2) are on a netlink socket
 * @fd: the channel
 * @cmd: enum ustack_ctl_cmd
 * @arg: its first argument
 * @arg2: its second
 * @ret: receives the channel's port id and groups; may be NULL
 *
 * Datagrams that wait on the channel are left alone.
 *
 * Return: 0; the server's refusal; -ECONNRESET or -EPIPE where the server has gone.
 */
int dial_ctl(int fd, uint32_t cmd, uint32_t arg, uint32_t arg2, struct ustack_ctl_reply *ret)
{
	struct ustack_ctl ctl = { .cmd = cmd, .arg = arg, .arg2 = arg2 };
	struct ustack_ctl_reply reply = { 0 };
	int err, pair[2];

	if (sys_socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	err = send_ctl(fd, &ctl, pair[1]);
	sys_close(pair[1]); /* so that the server's close ends the wait */
	if (!err)
		err = recv_ctl_reply(pair[0], &reply);
	sys_close(pair[0]);
	if (!err)
		err = reply.error;
	if (!err && ret)
		*ret = reply;
	return err;
}
