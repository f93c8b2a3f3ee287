/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network layer of IPv6 that is the test itself, beside the real one of IPv4: for tests of what transports and socket
 * calls make of addresses, flows and packets. It routes as this would:
 *
 *	lo	::1/128
 *	dev	2001:db8::1/64, fe80::1/64; groups
 *
 * What is sent is kept; what comes in is handed to the transport by the test.
 */
#ifndef TESTS_UNIT_FAKE6_H
#define TESTS_UNIT_FAKE6_H

#include "stack/transport/sock.h"
#include "tests/unit/testnet.h"

struct fake6 {
	struct net *net;
	struct net_device *dev;
	uint32_t mtu;
	struct sk_buff_head sent; /* data at the transport header */
	unsigned nr_sent;
	bool keep;	    /* else what is sent is forgotten */
	struct inet_xmit x; /* of the last one: options are copied */
	uint8_t options[1024];
	unsigned unreachable; /* calls of port_unreach */
};

extern struct fake6 *fake6; /* of the test that runs */

/** fake6_start - @net has IPv6 from now on; @dev: NULL: the only device is lo */
void fake6_start(struct net *net, struct net_device *dev);
/** fake6_stop - before the net goes */
void fake6_stop(void);
/** ip6, addr6 - from text; with a port, in host byte order, and "%" for the scope of fake6->dev */
union inaddr ip6(const char *text);
struct sock_addr addr6(const char *text, uint16_t port);
/**
 * fake6_rcv - a packet of @proto comes in on fake6->dev for this host, with hop limit 64 and traffic class 0x20
 * @skb: owned, data at the transport header, whose checksum is right, or good by skb->csum
 */
void fake6_rcv(struct sk_buff *skb, const char *src, const char *dst, uint8_t proto);
/** fake6_udp - the same of a UDP datagram with @len patterned bytes, its checksum done */
void fake6_udp(const char *src, uint16_t sport, const char *dst, uint16_t dport, uint32_t len);

#endif
