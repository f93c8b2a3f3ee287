/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MLD on one device "eth0", for its unit tests. The rest of IPv6 is played by the rig: what MLD sends
 * comes to its ip6_send_link(), is checked there, and is noted in the words of RFC 3810, as
 * "TO_EX ff05::1 {}" for a record.
 */
#ifndef TESTS_UNIT_MLDRIG_H
#define TESTS_UNIT_MLDRIG_H

#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/mld.h"
#include "tests/unit/testnet.h"

#define GROUP	"ff05::1"
#define GROUP2	"ff15::2"
#define SOURCE1 "2001:db8::1"
#define SOURCE2 "2001:db8::2"
#define OWN	"fe80::2"

#define MLD_LEN	    24
#define MAX_SOURCES 200

/* A router that believes what it hears. */
struct router {
	struct {
		bool exclude;
		bool source[8];
	} group[4];
};

struct fixture {
	struct net *net;
	struct net_device *dev;
	struct inet6_dev idev;
	struct ipv6_devconf all;
	bool have_linklocal;
	uint64_t seed;
	unsigned packets;	   /* sent */
	uint32_t longest;	   /* of them, with the IPv6 header */
	char trace[32768];	   /* what was said, one record to a line; "::" first: from :: */
	struct dst_entry *route;   /* what ip6_route_output() finds; NULL: nothing */
	union inaddr sum_s, sum_d; /* what the last checksum was made of */
	struct router router;	   /* who listens, if it does */
	bool router_listens;
};

/** mld_setup, mld_teardown - cmocka's fixtures: *state is a struct fixture */
int mld_setup(void **state);
int mld_teardown(void **state);
#define MLD_TEST(name) cmocka_unit_test_setup_teardown(name, mld_setup, mld_teardown)

union inaddr in6(const char *text);
/** change - join or leave @group; @text: sources, with spaces between them. 0 or -errno */
int change(struct fixture *f, bool join, const char *group, bool exclude, const char *text);
/** join, leave - from all sources; it must succeed */
void join(struct fixture *f, const char *group);
void leave(struct fixture *f, const char *group);
/** assert_said - since the last time; lets @ms pass */
void assert_said(struct fixture *f, int64_t ms, const char *want);
/** hears - does the device receive what is sent to @lladdr? */
bool hears(struct fixture *f, const char *lladdr);

/* An MLD message that comes in, and what may be wrong with it. */
struct message {
	uint8_t type;
	uint16_t delay;
	const char *group, *from, *to;
	int nr_sources;	  /* that it speaks of, -1: version 1 */
	const char *have; /* those that it has */
	uint8_t qrv, qqic;
	uint8_t hop_limit;
	bool no_alert, looped;
	int cut; /* bytes missing at the end */
};

void receive(struct fixture *f, struct message m);
/** query2, query1, report1 - a query or report of that version */
void query2(struct fixture *f, uint16_t delay, const char *group, int nr_sources, const char *have);
void query1(struct fixture *f, uint16_t delay, const char *group);
void report1(struct fixture *f, const char *group);

#endif
