/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ICMP does with packets in both families alike: answers that share the request's bytes, errors that quote a
 * packet, and what a quoted packet says about its socket.
 */
#ifndef STACK_IP_ICMP_MSG_H
#define STACK_IP_ICMP_MSG_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/skbuff.h"

#define ICMP_MSG_HDR_LEN 8 /* type, code, checksum, and a word that depends on the type */
#define ICMP_MSG_QUOTED_MIN 8 /* bytes of transport that an error promises: ports, sequence number (RFC 792) */

/** icmp_msg_packet_len - bytes of @skb from its network header on, whatever has been pulled off already */
uint32_t icmp_msg_packet_len(const struct sk_buff *skb);
/** icmp_msg_packet_bits - copy @len of them from @off to @to; 0 or -EFAULT: it is shorter */
int icmp_msg_packet_bits(const struct sk_buff *skb, uint32_t off, void *to, uint32_t len);
/**
 * icmp_msg_answer - an skb with the first @len bytes of @skb copied, and the rest of them shared; NULL: no memory
 */
struct sk_buff *icmp_msg_answer(struct net *net, const struct sk_buff *skb, uint32_t len);
/**
 * icmp_msg_quote - an skb with room for the ICMP header at its data, and behind it as much of the packet @skb as makes
 * @max bytes in all; NULL: no memory
 */
struct sk_buff *icmp_msg_quote(struct net *net, const struct sk_buff *skb, uint32_t max);

/**
 * icmp_msg_ports - set ports (or the identifier) and sequence number of @e by its payload: ICMP_MSG_QUOTED_MIN bytes
 * @icmp: IPPROTO_ICMP or IPPROTO_ICMPV6
 */
void icmp_msg_ports(struct icmp_err *e, uint8_t icmp);
/** icmp_msg_deliver - tell raw sockets (@raw_err, NULL: none) and the protocol that sent the packet */
void icmp_msg_deliver(struct net *net, const struct icmp_err *e,
		      void (*raw_err)(struct net *net, const struct icmp_err *e));

#endif
