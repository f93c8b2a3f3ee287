/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a segment may be: by the peer, by the path (RFC 9293 3.7.1, RFC 1191), by what the path swallows. */
#ifndef STACK_TCP_TCP_MSS_H
#define STACK_TCP_TCP_MSS_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_advertised_mss - the MSS option for a way: its route's "advmss", or what its device takes,
 * without headers, without options (IPv6: net.ipv6.route.min_adv_mss at least)
 */
uint16_t tcp_advertised_mss(const struct inet_af_ops *af, const struct dst_entry *dst);
/** tcp_sync_mss - @mtu bytes (network header included) are what the path takes; sets mss_cache */
void tcp_sync_mss(struct tcp_sock *tp, uint32_t mtu);
/** tcp_current_mss - payload of a segment sent now; looks at the route. 0: there is no route */
uint32_t tcp_current_mss(struct tcp_sock *tp);
/** tcp_gso_max - most payload of one packet of segments of @mss bytes, a multiple of it */
uint32_t tcp_gso_max(const struct tcp_sock *tp, uint32_t mss);
/** tcp_gso_goal - how much of that a packet should have, at the rate of now; at least two segments */
uint32_t tcp_gso_goal(const struct tcp_sock *tp, uint32_t mss);
/**
 * tcp_mtu_probe_down - time-outs in a row: perhaps the path swallows long segments (RFC 4821,
 * tcp_mtu_probing)
 */
void tcp_mtu_probe_down(struct tcp_sock *tp);

#endif
