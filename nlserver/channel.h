/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channels: netlink clients at the other end of Unix sockets, as <ustack/channel.h> describes them. One
 * listener for each protocol in the run directory.
 */
#ifndef NLSERVER_CHANNEL_H
#define NLSERVER_CHANNEL_H

#include <sys/types.h>
#include "nlserver/netlink.h"

struct channels;

struct channels_params {
	const char *rundir;	/* the instance's directory; sockets that are there are stale, and removed */
	bool has_group;
	gid_t group;		/* whose members may change things, with has_group */
};

/**
 * channels_open - listen; the loop serves what comes
 * @ack: gets a sentence on every error
 * Return: 0 or -errno
 */
int channels_open(struct server *server, const struct channels_params *params,
		  struct channels **ret, struct extack *ack);
/** channels_close - remove the sockets, close every channel; NULL is fine */
void channels_close(struct channels *chs);

#endif
