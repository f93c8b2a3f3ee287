/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an IPv6 address says by itself (RFC 4291): type and scope, and IPv4 addresses in IPv6's clothes.
 * For every floor; addresses are in network byte order, as everywhere.
 */
#ifndef STACK_LIB_IN6_H
#define STACK_LIB_IN6_H

#include <arpa/inet.h>
#include "stack/lib/inaddr.h"

/* RFC 4007 4, RFC 4291 2.7: of a multicast address as it says; unicast: link-local, site-local, global. */
enum in6_scope {
	IN6_SCOPE_NODE = 1,
	IN6_SCOPE_LINK = 2,
	IN6_SCOPE_SITE = 5,
	IN6_SCOPE_ORG = 8,
	IN6_SCOPE_GLOBAL = 14,
};

static inline bool in6_is_any(const union inaddr *a) { return inaddr_any(a); }
static inline bool in6_is_multicast(const union inaddr *a) { return a->b[0] == 0xff; }
static inline bool in6_is_linklocal(const union inaddr *a) { return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80; }
static inline bool in6_is_sitelocal(const union inaddr *a) { return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0xc0; }
static inline bool in6_is_loopback(const union inaddr *a)
{
	return !a->q[0] && !a->v6[2] && a->v6[3] == htonl(1);
}
/* ::ffff:a.b.c.d (RFC 4291 2.5.5.2) */
static inline bool in6_is_v4mapped(const union inaddr *a)
{
	return !a->q[0] && a->v6[2] == htonl(0xffff);
}
static inline be32 in6_mapped_v4(const union inaddr *a) { return a->v6[3]; }
static inline union inaddr in6_map_v4(be32 v4)
{
	return (union inaddr){ .v6 = { 0, 0, htonl(0xffff), v4 } };
}
/* Link-local unicast, or a group of interface or link scope: means nothing without a device. */
static inline bool in6_needs_scope(const union inaddr *a)
{
	return in6_is_linklocal(a) || (in6_is_multicast(a) && (a->b[1] & 0xf) <= IN6_SCOPE_LINK);
}

/** in6_scope - enum in6_scope of any address (RFC 6724 3.1: loopback counts as link-local) */
static inline unsigned in6_scope(const union inaddr *a)
{
	if (in6_is_multicast(a))
		return a->b[1] & 0xf;
	if (in6_is_linklocal(a) || in6_is_loopback(a))
		return IN6_SCOPE_LINK;
	return in6_is_sitelocal(a) ? IN6_SCOPE_SITE : IN6_SCOPE_GLOBAL;
}

/** in6_rt_scope - the same as the RT_SCOPE_* that configuration shows: host, link, site, global */
uint8_t in6_rt_scope(const union inaddr *a);
/** in6_prefix_equal - do the first @plen bits (0 to 128) agree? */
bool in6_prefix_equal(const union inaddr *a, const union inaddr *b, unsigned plen);
/** in6_prefix - @a with all but its first @plen bits (0 to 128) zero */
union inaddr in6_prefix(const union inaddr *a, unsigned plen);
/** in6_common_prefix - how many first bits two addresses share, 0 to 128 */
unsigned in6_common_prefix(const union inaddr *a, const union inaddr *b);
/** in6_solicited_node - ff02::1:ffXX:XXXX of @a (RFC 4291 2.7.1) */
union inaddr in6_solicited_node(const union inaddr *a);

/* Well-known groups, as initialisers: all nodes, all routers, all MLDv2 routers. */
#define IN6_ALL_NODES_IF   ((union inaddr){ .b = { 0xff, 0x01, [15] = 1 } })
#define IN6_ALL_NODES	   ((union inaddr){ .b = { 0xff, 0x02, [15] = 1 } })
#define IN6_ALL_ROUTERS	   ((union inaddr){ .b = { 0xff, 0x02, [15] = 2 } })
#define IN6_ALL_ROUTERS_IF ((union inaddr){ .b = { 0xff, 0x01, [15] = 2 } })
#define IN6_ALL_ROUTERS_SITE ((union inaddr){ .b = { 0xff, 0x05, [15] = 2 } })
#define IN6_MLDV2_ROUTERS  ((union inaddr){ .b = { 0xff, 0x02, [15] = 0x16 } })
#define IN6_LOOPBACK	   ((union inaddr){ .b = { [15] = 1 } })

#endif
