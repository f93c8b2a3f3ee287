/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kind "packet": a packet(7) socket, bound to an interface of the host by whoever passed it. Many
 * frames cross in one recvmmsg(2) or sendmmsg(2); small ones come in by a ring, without any.
 */
#include "stack/driver/frame_dev.h"

#include <errno.h>

static int packet_recv(int fd, struct mmsghdr *msgs, unsigned n)
{
	int got = recvmmsg(fd, msgs, n, MSG_DONTWAIT | MSG_TRUNC, NULL);

	return got < 0 ? -errno : got;
}

static int packet_send(int fd, struct mmsghdr *msgs, unsigned n)
{
	int sent = sendmmsg(fd, msgs, n, MSG_DONTWAIT | MSG_NOSIGNAL);

	return sent < 0 ? -errno : sent;
}

static const struct frame_io packet_io = {
	.kind = "packet",
	.map = packet_ring_create,
	.filter = packet_filter_create,
	.recv = packet_recv,
	.send = packet_send,
};

static int packet_newlink(struct net *net, const struct link_kind *kind, const struct link_params *params,
			  struct net_device **ret_dev, struct extack *ack)
{
	return frame_dev_newlink(net, kind, &packet_io, params, ret_dev, ack);
}

const struct link_kind packet_kind = {
	.name = "packet",
	.needs_fd = true,
	.newlink = packet_newlink,
	.fill = frame_dev_fill,
};
