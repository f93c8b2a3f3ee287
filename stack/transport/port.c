/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Port tables; see port.h. A socket is entered under its local port, once; the conflict rules are
 * those of bind(2) on Linux:
 *
 *	two sockets on one port conflict unless they are
 *	 - on different devices (both bound to one), or
 *	 - on different addresses, neither of them the wildcard, or
 *	 - of different families, and the IPv6 one is IPV6_V6ONLY or on an address, or
 *	 - both SO_REUSEADDR, and the other one does not listen, or
 *	 - both SO_REUSEPORT, and of the same user (or the other one is in TIME-WAIT)
 *
 * When the port is ours to choose, sharing by SO_REUSEADDR or SO_REUSEPORT is not looked for: a
 * fresh port is. (For UDP, Linux lets a chosen port be one that others share by SO_REUSEADDR;
 * nobody can want that.)
 */
#include "stack/transport/port.h"

#include <errno.h>
#include <string.h>
#include "stack/transport/transport.h"

void port_table_init(struct port_table *t)
{
	memset(t, 0, sizeof(*t));
	t->low = 32768;
	t->high = 60999;
}

static unsigned slot(be16 port)
{
	return jhash_u32(ntohs(port)) & (PORT_HASH_SIZE - 1);
}

static struct hlist_head *bucket(struct port_table *t, be16 port)
{
	return &t->hash[slot(port)];
}

const struct hlist_head *port_bucket(const struct port_table *t, be16 port)
{
	return &t->hash[slot(port)];
}

static void enter(struct port_table *t, struct sock *sk, be16 port)
{
	sk->sport = port;
	hlist_add_head(&sk->bind_node, bucket(t, port));
}

static bool same_device(const struct sock *a, const struct sock *b)
{
	return !a->bound_if || !b->bound_if || a->bound_if == b->bound_if;
}

static bool addresses_overlap(const struct sock *a, const struct sock *b)
{
	if (a->af != b->af)
		return sock_family_match(a, b->af->family) || sock_family_match(b, a->af->family);
	return inaddr_any(&a->saddr) || inaddr_any(&b->saddr) || inaddr_equal(&a->saddr, &b->saddr);
}

bool port_overlap(const struct sock *a, const struct sock *b)
{
	return same_device(a, b) && addresses_overlap(a, b);
}

/* May @sk share the port with @other, on whatever addresses? */
static bool may_share(const struct sock *sk, const struct sock *other)
{
	if (sk->opt.reuseaddr && other->opt.reuseaddr && other->state != SS_LISTEN)
		return true;
	return sk->opt.reuseport && other->opt.reuseport &&
	       (other->state == SS_TIME_WAIT || other->uid == sk->uid);
}

static bool conflicts(struct port_table *t, const struct sock *sk, be16 port, bool share)
{
	const struct sock *other;

	hlist_for_each_entry(other, bucket(t, port), bind_node) {
		if (other == sk || other->sport != port || !port_overlap(sk, other))
			continue;
		if (!share || !may_share(sk, other))
			return true;
	}
	return false;
}

/*
 * A free port from a random start on (RFC 6056 3.3.1): what a remote has to guess who answers us
 * unasked.
 */
static int choose(struct port_table *t, const struct sock *sk, be16 *ret)
{
	uint32_t range = (uint32_t)t->high - t->low + 1;
	uint32_t start = net_random_below(sk->net, range);

	for (uint32_t i = 0; i < range; i++) {
		be16 port = htons(t->low + (start + i) % range);

		if (!conflicts(t, sk, port, false)) {
			*ret = port;
			return 0;
		}
	}
	return -EADDRINUSE;
}

int port_bind(struct port_table *t, struct sock *sk, be16 port)
{
	bool entered = !hlist_unhashed(&sk->bind_node);
	int err;

	if (port) {
		if (conflicts(t, sk, port, true))
			return -EADDRINUSE;
	} else {
		err = choose(t, sk, &port);
		if (err)
			return err;
	}
	if (!entered || port != sk->sport) {
		port_release(sk);
		enter(t, sk, port);
	}
	return 0;
}

/* RFC 6056 3.3.4: F() and G() of the addresses and the remote port, both keyed. */
static uint64_t flow_hash(const struct sock *sk)
{
	struct {
		union inaddr saddr, daddr;
		uint64_t dport; /* wide: no padding is hashed */
	} key = { sk->saddr, sk->daddr, sk->dport };

	return siphash(&sk->net->secret, &key, sizeof(key));
}

/*
 * Is @port taken by a socket that shares it with no outgoing connection: a listener, one that is
 * not connected?
 */
static bool reserved(struct port_table *t, const struct sock *sk, be16 port)
{
	const struct sock *other;

	hlist_for_each_entry(other, bucket(t, port), bind_node) {
		if (other != sk && other->sport == port && port_overlap(sk, other) &&
		    (other->bound_port || !other->dport))
			return true;
	}
	return false;
}

int port_connect(struct port_table *t, struct sock *sk, bool (*unique)(struct sock *sk))
{
	uint32_t range = (uint32_t)t->high - t->low + 1;
	uint64_t hash = flow_hash(sk);
	uint32_t offset = (uint32_t)hash;
	uint32_t *index = &t->offset_table[(hash >> 32) % ARRAY_SIZE(t->offset_table)];

	for (uint32_t i = 0; i < range; i++) {
		be16 port = htons(t->low + (offset + (*index)++) % range);

		if (reserved(t, sk, port))
			continue;
		sk->sport = port;
		if (unique(sk)) {
			enter(t, sk, port);
			return 0;
		}
	}
	sk->sport = 0;
	return -EADDRNOTAVAIL;
}

void port_inherit(struct port_table *t, struct sock *child, const struct sock *parent)
{
	enter(t, child, parent->sport);
}

void port_release(struct sock *sk)
{
	hlist_del(&sk->bind_node);
}
