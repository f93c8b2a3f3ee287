/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What unit tests of the stack share: seeded random numbers, an empty struct net whose end proves
 * that nothing is left of the test, packets of known bytes, and a device that keeps what is sent on
 * it.
 */
#ifndef TESTS_UNIT_TESTNET_H
#define TESTS_UNIT_TESTNET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "stack/core/net.h"
#include "stack/core/netdevice.h"

/** test_random - the next number of the sequence at @state, which is its seed (splitmix64) */
uint64_t test_random(uint64_t *state);
/** test_below - one below @n */
uint32_t test_below(uint64_t *state, uint32_t n);
/** test_fill - @len bytes of it */
void test_fill(uint64_t *state, void *buf, size_t len);

/** testnet_create - an empty net at time 0 with a fixed seed */
struct net *testnet_create(void);
/** testnet_destroy - asserts that no skb, page, timer or work is left */
void testnet_destroy(struct net *net);
/** testnet_advance - let time pass: to each timer in turn, up to @ns from now */
void testnet_advance(struct net *net, ktime_t ns);

/** testnet_skb - a packet of the bytes 0, 1, 2 … @len (mod 256) after @headroom */
struct sk_buff *testnet_skb(struct net *net, uint32_t headroom, uint32_t len);

/** testdev_create - a registered Ethernet device that keeps what is sent on it, and is up */
struct net_device *testdev_create(struct net *net, const char *name, uint32_t features);
/** testdev_sent - what was sent and not yet taken from there */
struct sk_buff_head *testdev_sent(struct net_device *dev);

/** dev_of - the device of that name; it is there. dev_up, dev_down - set and clear IFF_UP */
struct net_device *dev_of(struct net *net, const char *name);
void dev_up(struct net_device *dev);
void dev_down(struct net_device *dev);
/** rx_frame - @skb comes in on @dev: in a frame to @dst (NULL: the device) of @type (host byte order) */
void rx_frame(struct net_device *dev, const uint8_t *dst, uint16_t type, struct sk_buff *skb);
/**
 * tx_frame - the next frame of @type that @dev sent, without its link-layer header (linear); others
 * before it are dropped; NULL: none. The caller frees it
 */
struct sk_buff *tx_frame(struct net_device *dev, uint16_t type);
/** tx_clear - forget what it sent */
void tx_clear(struct net_device *dev);

#endif
