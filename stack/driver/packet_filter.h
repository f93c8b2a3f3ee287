/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an interface of the host must take in for a device on a packet socket: the groups that the device
 * listens to, or all frames. The host takes it in for as long as a membership of the socket lasts
 * (packet(7)), which needs no right beyond the socket. Called by frame_dev.c.
 */
#ifndef STACK_DRIVER_PACKET_FILTER_H
#define STACK_DRIVER_PACKET_FILTER_H

struct net_device;
struct packet_filter;

/** packet_filter_create - for the packet socket @fd, which is bound. NULL: it is none, or no memory */
struct packet_filter *packet_filter_create(int fd);

/** packet_filter_set - ask for what @dev wants by now */
void packet_filter_set(struct packet_filter *f, const struct net_device *dev);

/** packet_filter_clear - ask for nothing more: the device is down */
void packet_filter_clear(struct packet_filter *f);

/** packet_filter_free - the memberships go with the socket. NULL is allowed */
void packet_filter_free(struct packet_filter *f);

#endif
