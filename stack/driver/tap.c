/* SPDX-License-Identifier: BSD-2-Clause */
/* The kind "tap": a TAP device of the host (linux/if_tun.h); one frame per system call. */
#include "stack/driver/frame_dev.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

static int tap_recv(int fd, struct mmsghdr *msgs, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		ssize_t len = readv(fd, msgs[i].msg_hdr.msg_iov, msgs[i].msg_hdr.msg_iovlen);

		if (len < 0)
			return i ? (int)i : -errno;
		msgs[i].msg_len = len;
	}
	return n;
}

static int tap_send(int fd, struct mmsghdr *msgs, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (writev(fd, msgs[i].msg_hdr.msg_iov, msgs[i].msg_hdr.msg_iovlen) < 0)
			return i ? (int)i : -errno;
	return n;
}

static const struct frame_io tap_io = {
	.kind = "tap",
	.recv = tap_recv,
	.send = tap_send,
};

static int tap_newlink(struct net *net, const struct link_kind *kind, const struct link_params *params,
		       struct net_device **ret_dev, struct extack *ack)
{
	/* read(2) and write(2) have no MSG_DONTWAIT: whoever passed it may have left it blocking. */
	int flags = fcntl(params->fd, F_GETFL);

	if (flags >= 0)
		fcntl(params->fd, F_SETFL, flags | O_NONBLOCK);
	return frame_dev_newlink(net, kind, &tap_io, params, ret_dev, ack);
}

const struct link_kind tap_kind = {
	.name = "tap",
	.needs_fd = true,
	.newlink = tap_newlink,
	.fill = frame_dev_fill,
};
