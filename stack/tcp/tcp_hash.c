/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables. Connections (sockets, requests, TIME-WAIT) are found by their four names, hashed with a
 * secret key: no stranger can fill one bucket. Listeners are found by port, and then by how particular
 * they are.
 */
#include "stack/tcp/tcp_hash.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/tcp/tcp_timewait.h"
#include "stack/transport/transport.h"

static struct hlist_head *ebucket(struct tcp_net *tn, uint32_t hash)
{
	return &tn->ehash[hash & tn->ehash_mask];
}

static uint32_t tuple_hash(const struct tcp_net *tn, const union inaddr *saddr, be16 sport,
			   const union inaddr *daddr, be16 dport)
{
	struct {
		union inaddr saddr, daddr;
		be16 sport, dport;
	} key = { *saddr, *daddr, sport, dport };

	return siphash(&tn->hash_key, &key, sizeof(union inaddr) * 2 + sizeof(be16) * 2);
}

int tcp_hash_init(struct tcp_net *tn)
{
	tn->ehash = calloc(TCP_EHASH_MIN, sizeof(*tn->ehash));
	tn->ehash_mask = TCP_EHASH_MIN - 1;
	return tn->ehash ? 0 : -ENOMEM;
}

void tcp_hash_exit(struct tcp_net *tn)
{
	free(tn->ehash);
}

static void grow(struct tcp_net *tn)
{
	uint32_t old_size = tn->ehash_mask + 1;
	struct hlist_head *old = tn->ehash;
	struct tcp_tuple *t;

	tn->ehash = calloc(2 * (size_t)old_size, sizeof(*old));
	if (!tn->ehash) {
		tn->ehash = old;
		return;
	}
	tn->ehash_mask = 2 * old_size - 1;
	for (uint32_t i = 0; i < old_size; i++) {
		while (old[i].first) {
			t = hlist_entry(old[i].first, struct tcp_tuple, node);
			hlist_del(&t->node);
			hlist_add_head(&t->node, ebucket(tn, t->hash));
		}
	}
	free(old);
}

void tcp_hash_insert(struct tcp_net *tn, struct tcp_tuple *t)
{
	if (tn->ehash_count > tn->ehash_mask)
		grow(tn);
	t->hash = tuple_hash(tn, &t->saddr, t->sport, &t->daddr, t->dport);
	hlist_add_head(&t->node, ebucket(tn, t->hash));
	tn->ehash_count++;
}

void tcp_hash_replace(struct tcp_tuple *from, struct tcp_tuple *to)
{
	uint8_t kind = to->kind;

	*to = *from;
	to->kind = kind;
	*from->node.pprev = &to->node;
	if (from->node.next)
		from->node.next->pprev = &to->node.next;
	from->node.next = NULL;
	from->node.pprev = NULL;
}

void tcp_hash_remove(struct tcp_net *tn, struct tcp_tuple *t)
{
	if (hlist_unhashed(&t->node))
		return;
	hlist_del(&t->node);
	tn->ehash_count--;
}

void tcp_hash_insert_sock(struct tcp_sock *tp)
{
	const struct sock *sk = &tp->sk;

	tp->tuple.kind = TCP_KIND_SOCK;
	tp->tuple.family = sk->af->family;
	tp->tuple.sport = sk->sport;
	tp->tuple.dport = sk->dport;
	tp->tuple.bound_if = sk->bound_if;
	tp->tuple.saddr = sk->saddr;
	tp->tuple.daddr = sk->daddr;
	tcp_hash_insert(tcp_net(tp), &tp->tuple);
}

/* @iif: 0 matches any device */
static struct tcp_tuple *find(struct tcp_net *tn, int family, const union inaddr *saddr, be16 sport,
			      const union inaddr *daddr, be16 dport, int iif)
{
	uint32_t hash = tuple_hash(tn, saddr, sport, daddr, dport);
	struct tcp_tuple *t;

	hlist_for_each_entry(t, ebucket(tn, hash), node) {
		if (t->hash == hash && t->sport == sport && t->dport == dport &&
		    t->family == family && inaddr_equal(&t->saddr, saddr) &&
		    inaddr_equal(&t->daddr, daddr) && (!t->bound_if || !iif || t->bound_if == iif))
			return t;
	}
	return NULL;
}

struct tcp_tuple *tcp_hash_lookup(struct tcp_net *tn, const struct tcp_seg *seg)
{
	return find(tn, seg->family, &seg->daddr, seg->dport, &seg->saddr, seg->sport, seg->iif);
}

struct tcp_tuple *tcp_hash_lookup_flow(struct tcp_net *tn, const struct flow *fl)
{
	return find(tn, fl->family, &fl->saddr, fl->sport, &fl->daddr, fl->dport, 0);
}

bool tcp_hash_unique(struct sock *sk)
{
	struct tcp_net *tn = sk->net->tcp;
	struct tcp_tuple *t =
		find(tn, sk->af->family, &sk->saddr, sk->sport, &sk->daddr, sk->dport, sk->bound_if);

	if (!t)
		return true;
	return t->kind == TCP_KIND_TIMEWAIT && tcp_timewait_reuse(sk->net, t, tcp_sk(sk));
}

/* Listeners ------------------------------------------------------------------------------------- */

static struct hlist_head *lbucket(struct tcp_net *tn, be16 port)
{
	return &tn->lhash[jhash_u32(ntohs(port)) & (TCP_LHASH - 1)];
}

void tcp_listen_hash(struct tcp_sock *tp)
{
	hlist_add_head(&tp->sk.hash_node, lbucket(tcp_net(tp), tp->sk.sport));
}

void tcp_listen_unhash(struct tcp_sock *tp)
{
	hlist_del(&tp->sk.hash_node);
}

/* How well does @sk suit a segment to @daddr:@port on device @iif? Negative: not at all. */
static int score(const struct sock *sk, int family, const union inaddr *daddr, be16 port, int iif)
{
	int points = 0;

	if (sk->sport != port || !sock_family_match(sk, family))
		return -1;
	if (!inaddr_any(&sk->saddr)) {
		if (!inaddr_equal(&sk->saddr, daddr))
			return -1;
		points += 4;
	}
	if (sk->bound_if) {
		if (sk->bound_if != iif)
			return -1;
		points += 2;
	}
	return points + (sk->family == family);
}

struct tcp_sock *tcp_listen_lookup(struct tcp_net *tn, const struct tcp_seg *seg)
{
	struct sock *sk, *best = NULL;
	int points, best_points = -1;
	uint32_t hash = 0, equals = 0;

	hlist_for_each_entry(sk, lbucket(tn, seg->dport), hash_node) {
		points = score(sk, seg->family, &seg->daddr, seg->dport, seg->iif);
		if (points > best_points) {
			best = sk;
			best_points = points;
			equals = 1;
		} else if (points >= 0 && points == best_points && sk->opt.reuseport) {
			/* The n-th of n equals is taken with probability 1/n: each has its share of the flows. */
			if (equals++ == 1)
				hash = tuple_hash(tn, &seg->daddr, seg->dport, &seg->saddr,
						  seg->sport);
			if ((uint64_t)hash * equals >> 32 == 0)
				best = sk;
			hash = hash * 0x9e3779b1u + 1;
		}
	}
	return best ? tcp_sk(best) : NULL;
}

bool tcp_listen_conflict(struct tcp_sock *tp)
{
	const struct sock *sk = &tp->sk, *other;

	hlist_for_each_entry(other, lbucket(tcp_net(tp), sk->sport), hash_node) {
		if (other == sk || other->sport != sk->sport || !port_overlap(sk, other))
			continue;
		if (!sk->opt.reuseport || !other->opt.reuseport || sk->uid != other->uid)
			return true;
	}
	return false;
}
