/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device over a descriptor that gives and takes one frame per read or write, with or without a
 * virtio-net header: what packet sockets and TAP devices have in common.
 *
 * In: each round, up to a burst of frames is read, straight into sk_buffs: the first bytes into the
 * linear part, what is beyond into a 64 KiB page that becomes a frag. A packet socket's frames of a
 * usual MTU are copied from its ring instead, where it has one. Out: frames queue until the
 * batch ends, and are then written; what the descriptor does not take waits until it is writable.
 */
#ifndef STACK_DRIVER_FRAME_DEV_H
#define STACK_DRIVER_FRAME_DEV_H

#include <sys/socket.h>
#include "stack/driver/driver.h"
#include "stack/driver/packet_filter.h"
#include "stack/driver/packet_ring.h"

#define FRAME_BURST 32	/* frames of one system call at most */

/* How frames cross the descriptor. Both return how many messages were done, or -errno when none. */
struct frame_io {
	const char *kind;
	/* Optional: memory that small frames come in by; NULL: this descriptor has none. */
	struct packet_ring *(*map)(int fd);
	/* Optional: who is told what the device wants to see. */
	struct packet_filter *(*filter)(int fd);
	int (*recv)(int fd, struct mmsghdr *msgs, unsigned n);
	int (*send)(int fd, struct mmsghdr *msgs, unsigned n);
};

/* A link kind of this floor: it knows the loop that its devices are watched by. */
struct driver_kind {
	struct link_kind kind;
	const struct driver_loop *loop;
};

/**
 * frame_dev_newlink - link_kind.newlink of the kinds that are frame devices
 * Owns params->fd, in the error case too. -EBADF, -ENOMEM, and netdev_register()'s.
 */
int frame_dev_newlink(struct net *net, const struct link_kind *kind, const struct frame_io *io,
		      const struct link_params *params, struct net_device **ret_dev, struct extack *ack);

/** frame_dev_fill - link_kind.fill likewise */
void frame_dev_fill(const struct net_device *dev, struct link_params *ret_params);

/* The kinds, as templates without a loop: driver_kinds_add() makes one of each for a net. */
extern const struct link_kind packet_kind, tap_kind, stream_kind;

#endif
