/* SPDX-License-Identifier: BSD-2-Clause */
/* A segment that came in: checked and read once. */
#ifndef STACK_TCP_TCP_SEG_H
#define STACK_TCP_TCP_SEG_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_seg_parse - check header and checksum of @skb (data at the TCP header, struct inet_skb_parm in cb),
 * read it into @ret, and pull the header: data is at the payload then, and cb is TCP's
 * Return: true; false: bad, dropped and counted
 */
bool tcp_seg_parse(struct net *net, struct sk_buff *skb, struct tcp_seg *ret);

/**
 * tcp_seg_trim_front, _tail - cut payload that is not wanted; a SYN goes first, a FIN with the
 * last byte
 */
void tcp_seg_trim_front(struct sk_buff *skb, struct tcp_seg *seg, uint32_t len);
void tcp_seg_trim_tail(struct sk_buff *skb, struct tcp_seg *seg, uint32_t len);

#endif
