/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the transports share in one struct net: every socket, the tables of the datagram protocols,
 * and net.core.*. Used by this folder, by the socket calls, and by those who list sockets
 * (sock_diag).
 */
#ifndef STACK_TRANSPORT_TRANSPORT_H
#define STACK_TRANSPORT_TRANSPORT_H

#include "stack/core/event.h"
#include "stack/core/net.h"
#include "stack/transport/sock.h"

struct udp_table;
struct raw_table;
struct ping_table;

/* net.core.*, with the kernel's names and defaults; bytes of truesize. */
struct transport_sysctl {
	uint32_t rmem_default, rmem_max;	/* 212992, 4194304 */
	uint32_t wmem_default, wmem_max;	/* 212992, 4194304 */
	/* What waits on all datagram sockets together: 256 MiB. As net.ipv4.udp_mem, but for all protocols, and bytes. */
	uint64_t dgram_mem;
};

#define SOCK_MIN_RCVBUF 2304
#define SOCK_MIN_SNDBUF 4608

struct transport_net {
	struct transport_sysctl sysctl;
	struct list_head socks;		/* sock.all */
	uint64_t last_cookie;
	uint64_t dgram_rmem;		/* sock.rmem of all datagram sockets */
	struct list_head wake;		/* sock.wake: told "writable" at the end of the batch */
	struct net_work wake_work;
	struct event_listener devs;	/* devices that go */
	struct udp_table *udp;
	struct raw_table *raw;
	struct ping_table *ping;
};

static inline struct transport_sysctl *transport_sysctl(struct net *net)
{
	return &net->transport->sysctl;
}

/** inaddr_multicast - is @a a group? (RFC 1112 4, RFC 4291 2.7) */
static inline bool inaddr_multicast(int family, const union inaddr *a)
{
	return family == AF_INET ? (a->b[0] & 0xf0) == 0xe0 : a->b[0] == 0xff;
}

/**
 * sock_family_match - does @sk hear packets of @family? An AF_INET6 socket hears IPv4 too while it is bound to no
 * address of IPv6, unless IPV6_V6ONLY
 */
static inline bool sock_family_match(const struct sock *sk, int family)
{
	return sk->af->family == family ||
	       (family == AF_INET && sk->family == AF_INET6 && !sk->opt.v6only && inaddr_any(&sk->saddr));
}

#endif
