/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 options (RFC 791 3.1, RFC 1122 3.2.1.8, RFC 1812 4.2.2.1): validated once, on the way in;
 * record route and timestamp are filled in where the packet passes; source routes are refused.
 */
#ifndef STACK_IPV4_IP_OPTIONS_H
#define STACK_IPV4_IP_OPTIONS_H

#include "stack/core/net.h"
#include "stack/core/skbuff.h"
#include "stack/lib/util.h"

#define IPOPT_EOL	0
#define IPOPT_NOOP	1
#define IPOPT_RR	7
#define IPOPT_TIMESTAMP 68
#define IPOPT_SEC	130
#define IPOPT_LSRR	131
#define IPOPT_CIPSO	134
#define IPOPT_SSRR	137
#define IPOPT_RA	148
#define IPOPT_COPIED	0x80 /* to be copied to each fragment */
#define IPOPT_MAX_LEN	40

#define IPOPT_TS_TSONLY	   0
#define IPOPT_TS_TSANDADDR 1
#define IPOPT_TS_PRESPEC   3

/**
 * ip_options_rcv - validate the options of a packet that came in (header linear, length checked),
 * and note in its ip_skb_cb where they are
 * @ret_bad: on error: offset from the header's first byte of the byte at fault, for the ICMP
 * parameter problem
 * Return: 0 or -EINVAL
 */
int ip_options_rcv(struct net *net, struct sk_buff *skb, uint8_t *ret_bad);
/**
 * ip_options_mark - write our address @addr and the time into record route and timestamp options
 * (header private); returns true when a byte changed: the checksum is to be computed anew
 */
bool ip_options_mark(struct net *net, struct sk_buff *skb, be32 addr);
/**
 * ip_options_fragment - blank those (in the header of a second or later fragment) that only the
 * first carries
 */
void ip_options_fragment(uint8_t *options, unsigned len);
/**
 * ip_options_echo - the options of an answer to @skb (ICMP echo: RFC 1122 3.2.2.6): what was
 * recorded so far, to be recorded on
 * @ret: room for IPOPT_MAX_LEN
 * Return: length, a multiple of 4, of what may be given to inet_xmit.options; 0: none
 */
unsigned ip_options_echo(const struct sk_buff *skb, uint8_t *ret);
/**
 * ip_options_check - validate options that an application gives (IP_OPTIONS, ip(7)); pads @opt
 * (room for IPOPT_MAX_LEN) to a multiple of 4 by IPOPT_EOL
 * Return: the padded length, or -EINVAL (malformed, source route)
 */
int ip_options_check(uint8_t *opt, unsigned len);

#endif
