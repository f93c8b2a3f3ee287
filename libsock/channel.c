/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The channel as an object: see channel.h. Called by uip, and by names.c and ifaddrs.c.
 *
 * It stands on dial.c, and adds what a program wants to hold: the port id, and whole datagrams.
 */
#include "libsock/channel.h"

#include <errno.h>
#include <stdlib.h>

#include "libsock/dial.h"
#include "libsock/sys.h"

struct usock_channel {
	int fd;
	uint32_t pid;
};

/**
 * usock_channel_open - connect to one netlink protocol of an instance
 * @instance: its name; NULL: $USTACK, else "default"
 * @protocol: USTACK_CHAN_ROUTE, USTACK_CHAN_GENERIC or USTACK_CHAN_SOCK_DIAG
 * @ret: receives the channel; the caller frees it by usock_channel_close()
 *
 * Return: 0; -ENOENT or -ECONNREFUSED: no such instance runs; -EINVAL: not a name;
 * -ENAMETOOLONG, -EPERM: see usock_rundir(); -EACCES, -EMFILE, -ENOMEM.
 */
int usock_channel_open(const char *instance, const char *protocol, struct usock_channel **ret)
{
	struct ustack_ctl_reply reply;
	struct usock_channel *chan;
	int err;

	chan = malloc(sizeof(*chan));
	if (!chan)
		return -ENOMEM;
	chan->fd = dial(instance, protocol, SOCK_CLOEXEC);
	if (chan->fd < 0) {
		err = chan->fd;
		goto fail;
	}
	err = dial_ctl(chan->fd, USTACK_CTL_GETNAME, 0, 0, &reply);
	if (err)
		goto fail_close;
	chan->pid = reply.pid;
	*ret = chan;
	return 0;
fail_close:
	sys_close(chan->fd);
fail:
	free(chan);
	return err;
}

/**
 * usock_channel_close - close a channel and free it
 * @chan: the channel; NULL: nothing is done
 */
void usock_channel_close(struct usock_channel *chan)
{
	if (!chan)
		return;
	sys_close(chan->fd);
	free(chan);
}

/**
 * usock_channel_fd - the descriptor, for poll(2)
 * @chan: the channel, which goes on owning it
 */
int usock_channel_fd(const struct usock_channel *chan)
{
	return chan->fd;
}

/**
 * usock_channel_pid - the netlink port id that the server gave the channel
 * @chan: the channel
 *
 * It stands in nlmsg_pid of each reply.
 */
uint32_t usock_channel_pid(const struct usock_channel *chan)
{
	return chan->pid;
}

/**
 * usock_channel_ctl - what bind(2) and setsockopt(2) do on a netlink socket
 * @chan: the channel
 * @cmd: enum ustack_ctl_cmd
 * @arg: its first argument
 * @arg2: its second
 * @ret: receives the port id and the groups; may be NULL
 *
 * Synchronous: when it returns, what it asked for holds. Datagrams that wait are left alone.
 *
 * Return: 0, or the server's -errno: -EADDRINUSE, -EINVAL, -ENOPROTOOPT, -EPERM; -ECONNRESET or
 * -EPIPE: the server has gone.
 */
int usock_channel_ctl(struct usock_channel *chan, uint32_t cmd, uint32_t arg, uint32_t arg2,
		      struct ustack_ctl_reply *ret)
{
	struct ustack_ctl_reply reply;
	int err;

	err = dial_ctl(chan->fd, cmd, arg, arg2, &reply);
	if (err)
		return err;
	chan->pid = reply.pid;
	if (ret)
		*ret = reply;
	return 0;
}

/**
 * usock_channel_send - send one packet: whole netlink messages
 * @chan: the channel
 * @buf: the messages
 * @len: their length in bytes, at most USTACK_CHAN_RECV_MAX
 * @fds: descriptors to go with them (SCM_RIGHTS); they stay the caller's
 * @nfds: how many, at most 8
 *
 * Return: the bytes sent, or -errno: -EMSGSIZE, -EPIPE, -EINVAL.
 */
ssize_t usock_channel_send(struct usock_channel *chan, const void *buf, size_t len, const int *fds,
			   unsigned int nfds)
{
	return dial_send(chan->fd, buf, len, fds, nfds);
}

/**
 * usock_channel_recv - receive one packet, however long it is
 * @chan: the channel
 * @ret_buf: receives the packet, which the caller frees by free(3); untouched on error and at the
 *	end of file
 *
 * Return: the length in bytes; 0: the server closed the channel; or -errno, -EINTR among them.
 */
ssize_t usock_channel_recv(struct usock_channel *chan, void **ret_buf)
{
	ssize_t len, n;
	void *buf;

	len = sys_recv(chan->fd, NULL, 0, MSG_PEEK | MSG_TRUNC);
	if (len <= 0)
		return len < 0 ? -errno : 0;
	buf = malloc((size_t)len);
	if (!buf)
		return -ENOMEM;
	n = sys_recv(chan->fd, buf, (size_t)len, 0);
	if (n <= 0) {
		n = n < 0 ? -errno : 0;
		free(buf);
		return n;
	}
	*ret_buf = buf;
	return n;
}

/**
 * usock_rundir - the directory in which an instance serves
 * @buf: receives the path
 * @size: of @buf, in bytes
 * @instance: its name; NULL: $USTACK, else "default"
 *
 * $USTACK_RUNDIR/NAME; without it /run/ustack/NAME for root, $XDG_RUNTIME_DIR/ustack/NAME for
 * others, and /tmp/ustack-UID/NAME where that is not set: then /tmp/ustack-UID must be a directory
 * of the caller's own with no rights for others.
 *
 * Return: 0; -EINVAL: not a name; -ENAMETOOLONG; -EPERM: not ours alone; -ENOENT.
 */
int usock_rundir(char *buf, size_t size, const char *instance)
{
	return dial_rundir(buf, size, instance);
}
