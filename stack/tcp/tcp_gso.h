/* SPDX-License-Identifier: BSD-2-Clause */
/* Software segmentation of TCP packets, for devices that cannot. */
#ifndef STACK_TCP_TCP_GSO_H
#define STACK_TCP_TCP_GSO_H

#include "stack/core/netdevice.h"

/** tcp_gso_segment - struct gso_ops's segment, for GSO_TCPV4 and GSO_TCPV6 */
int tcp_gso_segment(struct net *net, struct sk_buff *skb, struct sk_buff_head *ret);

#endif
