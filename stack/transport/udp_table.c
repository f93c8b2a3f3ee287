/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of UDP sockets; see udp_table.h. A datagram for one of our addresses takes at most
 * three lookups: by the whole flow (when any socket is connected), by local address and port, by
 * port alone. Multicasts walk the port table. The hash is keyed: the remote half of a flow is a
 * stranger's choice.
 */
#include "stack/transport/udp_table.h"

#include "stack/transport/mcast.h"
#include "stack/transport/transport.h"

static uint64_t hash_of(const struct net *net, const union inaddr *local, be16 lport,
			const union inaddr *remote, be16 rport)
{
	struct {
		union inaddr local, remote;
		be16 lport, rport;
		uint32_t pad;
	} key = { *local, *remote, lport, rport, 0 };

	return siphash(&net->secret, &key, sizeof(key));
}

static struct hlist_head *bucket(struct udp_table *t, uint64_t hash)
{
	return &t->hash[hash & (UDP_HASH_SIZE - 1)];
}

void udp_table_enter(struct udp_table *t, struct sock *sk)
{
	udp_table_leave(t, sk);
	hlist_add_head(&sk->hash_node,
		       bucket(t, hash_of(sk->net, &sk->saddr, sk->sport, &sk->daddr, sk->dport)));
	if (!inaddr_any(&sk->daddr))
		t->connected++;
}

void udp_table_leave(struct udp_table *t, struct sock *sk)
{
	if (hlist_unhashed(&sk->hash_node))
		return;
	if (!inaddr_any(&sk->daddr))
		t->connected--;
	hlist_del(&sk->hash_node);
}

static bool device_match(const struct sock *sk, int iif)
{
	return !sk->bound_if || !iif || sk->bound_if == iif;
}

static bool match(const struct sock *sk, const struct udp_key *key, const union inaddr *local,
		  const union inaddr *remote, be16 rport)
{
	return sk->sport == key->lport && sk->dport == rport && inaddr_equal(&sk->saddr, local) &&
	       inaddr_equal(&sk->daddr, remote) && device_match(sk, key->iif) &&
	       sock_family_match(sk, key->family);
}

/* Same address, port, device, family and SO_REUSEPORT. */
static bool in_group(const struct sock *sk, const struct sock *first, const struct udp_key *key)
{
	return sk->opt.reuseport && sk->bound_if == first->bound_if &&
	       sk->family == first->family &&
	       match(sk, key, &first->saddr, &first->daddr, first->dport);
}

/*
 * Of those in the group of @first, the one that @hash
 * falls to.
 */
static struct sock *reuseport_select(struct hlist_head *head, struct sock *first,
				     const struct udp_key *key, uint32_t hash)
{
	uint32_t count = 0, pick;
	struct sock *sk;

	hlist_for_each_entry(sk, head, hash_node) {
		if (in_group(sk, first, key))
			count++;
	}
	pick = (uint64_t)hash * count >> 32;
	hlist_for_each_entry(sk, head, hash_node) {
		if (in_group(sk, first, key) && pick-- == 0)
			return sk;
	}
	return first;
}

/* How well does one that matches suit? By its device, then by speaking IPv4 alone, as Linux ranks them. */
static int rank(const struct sock *sk, const struct udp_key *key)
{
	return (sk->bound_if ? 2 : 0) + (sk->family == key->family);
}

static struct sock *find(struct net *net, struct udp_table *t, const struct udp_key *key,
			 const union inaddr *local, const union inaddr *remote, be16 rport)
{
	struct hlist_head *head = bucket(t, hash_of(net, local, key->lport, remote, rport));
	struct sock *sk, *best = NULL;

	hlist_for_each_entry(sk, head, hash_node) {
		if (match(sk, key, local, remote, rport) &&
		    (!best || rank(sk, key) > rank(best, key)))
			best = sk;
	}
	if (best && best->opt.reuseport)
		best = reuseport_select(head, best, key,
					hash_of(net, &key->local, key->lport, &key->remote,
						key->rport) >>
						32);
	return best;
}

struct sock *udp_table_lookup(struct net *net, struct udp_table *t, const struct udp_key *key)
{
	static const union inaddr any;
	struct sock *sk = NULL;

	if (t->connected)
		sk = find(net, t, key, &key->local, &key->remote, key->rport);
	if (!sk)
		sk = find(net, t, key, &key->local, &any, 0);
	if (!sk)
		sk = find(net, t, key, &any, &any, 0);
	return sk;
}

static bool group_match(const struct sock *sk, const struct udp_key *key)
{
	if (sk->sport != key->lport || !sock_family_match(sk, key->family) ||
	    !device_match(sk, key->iif))
		return false;
	if (!inaddr_any(&sk->saddr) && !inaddr_equal(&sk->saddr, &key->local))
		return false;
	if (sk->state == SS_ESTABLISHED &&
	    (sk->dport != key->rport || !inaddr_equal(&sk->daddr, &key->remote)))
		return false;
	return !inaddr_multicast(key->family, &key->local) ||
	       mcast_allow(sk, key->family, &key->local, &key->remote, key->iif);
}

struct sock *udp_table_next(struct udp_table *t, const struct udp_key *key, struct sock *after)
{
	struct hlist_node *node =
		after ? after->bind_node.next : port_bucket(&t->ports, key->lport)->first;

	for (; node; node = node->next) {
		struct sock *sk = hlist_entry(node, struct sock, bind_node);

		if (group_match(sk, key))
			return sk;
	}
	return NULL;
}
