/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A net with IPv6 and "lo", for unit tests of that floor: the sister of ip4net.h. Addresses are in use
 * at once (no duplicate address detection), no router is solicited; what neighbour and listener discovery send is
 * passed over unless asked for. Its end proves that nothing is left of the test.
 */
#ifndef TESTS_UNIT_IP6NET_H
#define TESTS_UNIT_IP6NET_H

#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"
#include "tests/unit/testnet.h"

#define PROTO6_TEST 17 /* delivered to deliveries6() */

/** ip6net_create - with lo up, and no other device */
struct net *ip6net_create(void);
void ip6net_destroy(struct net *net);
/** ip6net_setup, ip6net_teardown - the same as cmocka's fixtures: *state is the net */
int ip6net_setup(void **state);
int ip6net_teardown(void **state);
/** ip6net_setup_host - … with "d0", which has 2001:db8::1/64 and knows the neighbour 2001:db8::7 */
int ip6net_setup_host(void **state);
/** ip6net_dev - an Ethernet device that is up: 02:00:00:00:00:<number of the name>, fe80::ff:fe00:<number> */
struct net_device *ip6net_dev(struct net *net, const char *name);

/** ip6_addr - an address. ip6_text - as text, in one of a few static buffers */
union inaddr ip6_addr(const char *text);
const char *ip6_text(const union inaddr *addr);

/** addr6_add - "2001:db8::1/64": it must succeed, and is in use at once */
void addr6_add(struct net *net, const char *dev, const char *text);
void addr6_del(struct net *net, const char *dev, const char *text);
/** route6_try - "[TYPE] PREFIX [via A] [dev D] [metric N] [mtu N] [hoplimit N]"; 0 or -errno */
int route6_try(struct net *net, unsigned nlflags, const char *text);
/** route6_add - it must succeed */
void route6_add(struct net *net, const char *text);
/** forwarding6 - net.ipv6.conf.all.forwarding is on */
void forwarding6(struct net *net);
/** nd_learn - the neighbour @addr of @dev is known: 02:00:00:00:01:<last byte of addr> */
void nd_learn(struct net_device *dev, const char *addr);

/** bytes6 - @len bytes of @data as the payload of a packet from @src to @dst, hop limit 64 */
struct sk_buff *bytes6(struct net *net, const char *src, const char *dst, uint8_t nexthdr, const void *data,
		       uint32_t len);
/** udp6_packet - a UDP-like one (protocol PROTO6_TEST) of @len patterned bytes */
struct sk_buff *udp6_packet(struct net *net, const char *src, const char *dst, uint32_t len);
/** icmp6_packet - an ICMPv6 message with @len bytes of @body behind its header, and a good checksum */
struct sk_buff *icmp6_packet(struct net *net, const char *src, const char *dst, uint8_t type, uint8_t code,
			     uint32_t info, const void *body, uint32_t len);
/** rx_ip6 - it comes in on @dev, in a frame to the device's address, or to that of the group */
void rx_ip6(struct net_device *dev, struct sk_buff *skb);
/** tx_ip6 - the next IPv6 packet that @dev sent (linear), but for ND and MLD; NULL: none. The caller frees it */
struct sk_buff *tx_ip6(struct net_device *dev);
/** tx_ip6_any - likewise, ND and MLD too */
struct sk_buff *tx_ip6_any(struct net_device *dev);
/** tx_icmp6 - the ICMPv6 header of the next packet from tx_ip6_any() that has @type, whose checksum is good; @ret_skb: to be freed */
const struct icmp6_hdr *tx_icmp6(struct net_device *dev, uint8_t type, struct sk_buff **ret_skb);
/** assert_icmp6 - the next packet that @dev sent (as tx_ip6()) is this ICMPv6 message, its checksum good */
void assert_icmp6(struct net_device *dev, uint8_t type, uint8_t code, uint32_t info);
/** assert_silent6 - @dev sent nothing (but ND and MLD) */
void assert_silent6(struct net_device *dev);

/** deliveries6 - packets of PROTO6_TEST that arrived for us: taken from the queue by the test */
struct sk_buff_head *deliveries6(struct net *net);
/** assert_delivered6 - exactly one arrived, of @len bytes; it is freed */
void assert_delivered6(struct net *net, uint32_t len);

#endif
