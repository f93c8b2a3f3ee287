/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two whole stacks joined by a wire, under one simulated clock: for tests of what happens between
 * sockets.
 *
 *	   stack 0                stack 1
 *	eth0 ADDR_0 ----wire---- eth0 ADDR_1
 *
 * The wire copies each frame, offers no offload, shows it to the test, which may take it away. The
 * end of it all proves that no skb, page, timer or route is left.
 */
#ifndef TESTS_UNIT_TWONETS_H
#define TESTS_UNIT_TWONETS_H

#include "tests/unit/testnet.h"

#include "stack/inet/socket.h"

/* The family that a program's tests run over: those for both are built twice. */
#ifndef TEST_FAMILY
#define TEST_FAMILY AF_INET
#endif
#if TEST_FAMILY == AF_INET6
#define TEST_ADDR(net, host) "fd00:" #net "::" #host
#define TEST_PLEN	     64
#define TEST_MIN_MTU	     1280
#define ADDR_ANY	     "::"
#else
#define TEST_ADDR(net, host) "10.0." #net "." #host
#define TEST_PLEN	     24
#define TEST_MIN_MTU	     576
#define ADDR_ANY	     "0.0.0.0"
#endif
#define ADDR_0 TEST_ADDR(0, 1)
#define ADDR_1 TEST_ADDR(0, 2)

struct twonets;

struct wire_end {
	struct twonets *tn;
	int index;
	struct net *net;
	struct net_device *dev;
	struct sk_buff_head sent;	/* on the wire, of this stack's memory */
	uint64_t seed;
};

struct twonets {
	struct wire_end end[2];
	/* Sees each frame that end @from sends; false: it is lost. NULL: none looks. */
	bool (*tap)(struct twonets *tn, int from, const uint8_t *frame, uint32_t len);
	void *tap_ctx;
};

/** twonets_create - as drawn above, devices up, addresses resolved by ARP as usual */
struct twonets *twonets_create(void);
/** twonets_create_bare - without addresses, and the devices down */
struct twonets *twonets_create_bare(void);
void twonets_destroy(struct twonets *tn);
/** twonets_run - let @ms milliseconds pass for both */
void twonets_run(struct twonets *tn, int64_t ms);
/** twonets_settle - until no frame is on the wire and no work is left; no time passes */
void twonets_settle(struct twonets *tn);
/** twonets_inject - a frame comes in at end @to, from nowhere */
void twonets_inject(struct twonets *tn, int to, const void *frame, uint32_t len);

/** ip4 - an IPv4 address from text */
union inaddr ip4(const char *text);
/** addr4 - with a port, in host byte order */
struct sock_addr addr4(const char *text, uint16_t port);
/** test_inaddr - an address of TEST_FAMILY from text */
union inaddr test_inaddr(const char *text);
/** test_addr - with a port, in host byte order */
struct sock_addr test_addr(const char *text, uint16_t port);
/** net_addr_add - give @dev an address of TEST_FAMILY */
void net_addr_add(struct net_device *dev, const char *text, int prefixlen);

/* A socket and what its owner was told. */
struct test_sock {
	struct sock *sk;
	int readable, writable, errors, connected;
};

void test_sock_open(struct test_sock *ts, struct net *net, int type, int protocol);
/** test_sock_bound - a UDP socket bound to @addr (NULL: any) and @port */
void test_sock_bound(struct test_sock *ts, struct net *net, const char *addr, uint16_t port);
void test_sock_close(struct test_sock *ts);
/** test_send - @len patterned bytes to @to (NULL: the peer); Return: what sock_send() does */
int test_send(struct test_sock *ts, const struct sock_addr *to, uint32_t len);
/** test_send_bytes - those */
int test_send_bytes(struct test_sock *ts, const struct sock_addr *to, const void *data,
		    uint32_t len);
/** test_recv - one datagram into @buf; Return: its length, -1: none. @ret may be NULL */
int test_recv(struct test_sock *ts, void *buf, uint32_t room, struct sock_msg *ret);
/** test_setopt - an option that takes an int */
int test_setopt(struct test_sock *ts, int level, int name, int val);
/** test_getopt - likewise; the option must be known */
int test_getopt(struct test_sock *ts, int level, int name);

#endif
