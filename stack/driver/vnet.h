/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtio-net header (VIRTIO 1.2, 5.1.6.2; linux/virtio_net.h) that packet sockets and TAP devices
 * put before each frame: an unfinished checksum and a packet still to be segmented cross in one piece.
 */
#ifndef STACK_DRIVER_VNET_H
#define STACK_DRIVER_VNET_H

#include <linux/virtio_net.h>
#include "stack/core/netdevice.h"

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4	/* headers older than Linux 6.2 */
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

/** vnet_features - the device features that USTACK_OFFLOAD_* bits stand for */
uint32_t vnet_features(uint32_t offloads);

/** vnet_fill - the header for @skb, a frame with data at its link-layer header */
void vnet_fill(const struct sk_buff *skb, struct virtio_net_hdr_v1 *ret);

/**
 * vnet_parse - take over what @hdr says into @skb, a frame as received
 * The other side is not trusted: offsets are checked against the frame.
 * Return: 0 or -EINVAL (skb unchanged: to be dropped)
 */
int vnet_parse(struct sk_buff *skb, const struct virtio_net_hdr_v1 *hdr);

#endif
