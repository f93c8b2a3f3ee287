/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What unit tests of the netlink server share: a server without sockets, clients whose packets are
 * taken by hand, and requests built in place.
 */
#ifndef TESTS_UNIT_TESTNL_H
#define TESTS_UNIT_TESTNL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "nlserver/client.h"
#include "nlserver/dispatch.h"
#include "nlserver/nl_server.h"

/* A server over a whole stack of its own, and its one client, which may do everything. */
struct testnl {
	uint64_t seed;
	struct server server;
	struct nl_server *nl;
	struct nl_client *c;
};

void testnl_create(struct testnl *t, int protocol);
/** testnl_destroy - asserts that no client is left but the test's own */
void testnl_destroy(struct testnl *t);
/** testnl_client - another client */
struct nl_client *testnl_client(struct testnl *t, int protocol, bool admin);

/* A packet of requests under construction. */
struct testreq {
	char data[65536] __attribute__((aligned(8)));
	struct nl_buf buf;
	struct nl_msg m;
	uint32_t seq;
};

void testreq_init(struct testreq *r);
/** testreq_add - begin a request (NLM_F_REQUEST is added); put attributes into r->m; testreq_end() */
void *testreq_add(struct testreq *r, uint16_t type, uint16_t flags, size_t hdrlen);
void testreq_end(struct testreq *r);
/** testreq_send - to @c, without descriptors */
void testreq_send(struct testreq *r, struct nl_client *c);
/** testreq_put_kind - of the link that a request makes */
void testreq_put_kind(struct testreq *r, const char *kind);

/** testnl_pop - the oldest packet, which must be there; the caller frees it */
struct nl_packet *testnl_pop(struct nl_client *c);
/** testnl_expect_ack - the next packet is one NLMSG_ERROR with @error; Return: its sentence in static memory, "" if none */
const char *testnl_expect_ack(struct nl_client *c, int error);
/** testnl_expect_silence - no packet waits */
void testnl_expect_silence(struct nl_client *c);
/** testnl_ask - one request to its acknowledgement; Return: the error (0 or -errno) */
int testnl_ask(struct testreq *r, struct nl_client *c);
/** testnl_dump - read a dump to its end: calls @fn for each object; Return: the error in NLMSG_DONE */
int testnl_dump(struct nl_client *c, void (*fn)(const struct nlmsghdr *nlh, void *arg), void *arg);
/** testnl_count - ask for a dump, which must succeed; Return: how many objects it has. @r is begun anew */
int testnl_count(struct testreq *r, struct nl_client *c);
/** testnl_parse - the attributes of @nlh behind its header of @hdrlen bytes, which is returned */
const void *testnl_parse(const struct nlmsghdr *nlh, size_t hdrlen, const struct nlattr **tb,
			 uint16_t maxattr);

#endif
