/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A net with IPv4 and "lo", for unit tests of that floor: addresses and routes are written and
 * shown as ip(8) writes them, frames are made and taken apart. Its end proves that nothing is left
 * of the test.
 */
#ifndef TESTS_UNIT_IP4NET_H
#define TESTS_UNIT_IP4NET_H

#include "stack/ipv4/ip.h"
#include "tests/unit/testnet.h"

/** ip4net_create - with lo up, and no other device */
struct net *ip4net_create(void);
void ip4net_destroy(struct net *net);
/** ip4net_setup, ip4net_teardown - the same as cmocka's fixtures: *state is the net */
int ip4net_setup(void **state);
int ip4net_teardown(void **state);
/** ip4net_dev - an Ethernet device that is up: 02:00:00:00:00:<number of the name> */
struct net_device *ip4net_dev(struct net *net, const char *name);

/** ip4_addr - an address */
be32 ip4_addr(const char *text);
/** ip4_text - as text, in one of a few static buffers */
const char *ip4_text(be32 addr);

/**
 * addr_try - "10.0.0.1/24", and behind it any of: "peer A", "brd A", "label L", "scope link|host",
 * "metric N", "noprefixroute", "lft VALID PREFERRED"
 * @nlflags: NLM_F_*
 */
int addr_try(struct net *net, const char *dev, unsigned nlflags, struct extack *ack,
	     const char *text);
/** addr_add - it must succeed */
void addr_add(struct net *net, const char *dev, const char *text);
void addr_del(struct net *net, const char *dev, const char *text);
/**
 * assert_addrs - `ip addr show dev DEV`: the lines, without "inet", lifetimes and device name,
 * joined by "\n"
 */
void assert_addrs(struct net *net, const char *dev, const char *expected);

/** route_parse - as route_words_parse() takes it */
void route_parse(struct net *net, const char *text, struct route_config *ret);
int route_try(struct net *net, unsigned nlflags, struct extack *ack, const char *text);
int route_try_del(struct net *net, struct extack *ack, const char *text);
void route_add(struct net *net, const char *text);
/** assert_routes - `ip route show table @table` (0: all), lines joined by "\n" */
void assert_routes(struct net *net, uint32_t table, const char *expected);
/** route_text - one line of it */
const char *route_text(struct net *net, const struct route_config *cfg);

/** arp_learn - the neighbour @addr of @dev is known: 02:00:00:00:01:<last byte of addr> */
void arp_learn(struct net_device *dev, const char *addr);

/**
 * udp_packet - a UDP-like packet (protocol 17) from @src to @dst with @len patterned bytes behind a
 * correct header
 */
struct sk_buff *udp_packet(struct net *net, const char *src, const char *dst, uint32_t len);
/** rx_ip - it comes in on @dev, in a frame to the device's own address */
void rx_ip(struct net_device *dev, struct sk_buff *skb);
/**
 * tx_ip - the next IPv4 packet that @dev sent, without its link-layer header (linear); NULL: none.
 * The caller frees it
 */
struct sk_buff *tx_ip(struct net_device *dev);
/** tx_arp - the next ARP packet that it sent; NULL: none */
struct sk_buff *tx_arp(struct net_device *dev);

/** deliveries - packets of protocol 17 that arrived for us: taken from the queue by the test */
struct sk_buff_head *deliveries(struct net *net);
/** assert_icmp - the next packet that @dev sent is this ICMP error */
void assert_icmp(struct net_device *dev, uint8_t type, uint8_t code, uint32_t info);

#endif
