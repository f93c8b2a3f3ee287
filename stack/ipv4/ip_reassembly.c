/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reassembly. Fragments of one packet wait in a queue, in order, until none is missing. What a
 * stranger can do with them is bounded:
 *  - all queues together hold at most ipfrag_high_thresh bytes; for new ones the eldest queue goes;
 *  - a queue lives for ipfrag_time at most;
 *  - a fragment that overlaps another discards the whole queue (as RFC 5722 has it), unless
 *    it brings nothing new: a duplicate;
 *  - a packet is at most 65535 bytes long;
 *  - the hash is keyed.
 * Called by ip_local_deliver() only: who forwards does not reassemble.
 */
#include "stack/ipv4/ip_reassembly.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/core/dst.h"
#include "stack/core/event.h"
#include "stack/ipv4/ip.h"
#include "stack/lib/siphash.h"

#define FRAGS_HASH 256

/* What makes fragments belong together (RFC 791 3.2). No holes. */
struct frag_key {
	be32 saddr, daddr;
	be16 id;
	uint16_t proto;
};

struct frag_queue {
	struct hlist_node hash;
	struct list_head age; /* the newest first */
	struct net *net;
	struct timer timer;
	struct frag_key key;
	struct sk_buff_head frags; /* by offset; each skb's data is at its payload */
	uint32_t len;		   /* of the whole payload, as far as is known */
	uint32_t got;		   /* bytes of it that are there */
	uint32_t mem;		   /* truesize */
	bool last_in;		   /* the end is known */
};

struct ip_frags {
	struct hlist_head hash[FRAGS_HASH];
	struct list_head age;
	struct siphash_key key;
	uint32_t mem;
	struct event_listener listener;
};

/*
 * Where a fragment's payload lies: at skb->cb, in place of the addresses, which are in the header
 * still.
 */
struct frag_cb {
	uint32_t off, end;
};

static struct frag_cb *frag_cb(const struct sk_buff *skb)
{
	return (struct frag_cb *)skb->cb;
}

/* Queues --------------------------------------------------------------------------------------- */

static void queue_unlink(struct frag_queue *q)
{
	struct ip_frags *f = q->net->ipv4->frags;

	hlist_del(&q->hash);
	list_del(&q->age);
	net_timer_cancel(q->net, &q->timer);
	f->mem -= q->mem;
}

/* All that waits in it is discarded; on a timeout the first fragment's sender is told. */
static void queue_discard(struct frag_queue *q, enum drop_reason reason)
{
	struct net *net = q->net;
	struct sk_buff *skb;

	queue_unlink(q);
	MIB_INC(net, IpReasmFails);
	while ((skb = skb_dequeue(&q->frags))) {
		bool first = !frag_cb(skb)->off;

		ip_skb_parm_fill(skb);
		if (first && reason == DROP_FRAG_TIMEOUT)
			ip_drop(net, skb, reason, 0);
		else
			skb_drop(net, skb, reason);
	}
	free(q);
}

static void queue_expired(struct timer *t)
{
	struct frag_queue *q = container_of(t, struct frag_queue, timer);

	MIB_INC(q->net, IpReasmTimeout);
	queue_discard(q, DROP_FRAG_TIMEOUT);
}

static struct hlist_head *bucket(struct ip_frags *f, const struct frag_key *key)
{
	return &f->hash[siphash(&f->key, key, sizeof(*key)) % FRAGS_HASH];
}

static struct frag_queue *queue_create(struct net *net, const struct frag_key *key,
				       struct hlist_head *head)
{
	struct ip_frags *f = net->ipv4->frags;
	struct frag_queue *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->net = net;
	q->key = *key;
	q->mem = sizeof(*q);
	f->mem += q->mem;
	skb_queue_init(&q->frags);
	hlist_add_head(&q->hash, head);
	list_add(&q->age, &f->age);
	timer_init(&q->timer, queue_expired);
	net_timer_set(net, &q->timer, net->now + sec_to_ktime(net->ipv4->sysctl.ipfrag_time));
	return q;
}

static struct frag_queue *queue_get(struct net *net, const struct ipv4_hdr *ip)
{
	const struct frag_key key = { ip->saddr, ip->daddr, ip->id, ip->protocol };
	struct hlist_head *head = bucket(net->ipv4->frags, &key);
	struct frag_queue *q;

	hlist_for_each_entry(q, head, hash)
		if (!memcmp(&q->key, &key, sizeof(key)))
			return q;
	return queue_create(net, &key, head);
}

/* Make room for @skb by giving up the eldest other queues; false: there is none left to give up. */
static bool make_room(struct ip_frags *f, struct frag_queue *q, const struct sk_buff *skb,
		      uint32_t limit)
{
	while (f->mem + skb->truesize > limit) {
		struct frag_queue *eldest = list_last_entry(&f->age, struct frag_queue, age);

		if (eldest == q) {
			if (list_first_entry(&f->age, struct frag_queue, age) == q)
				return false;
			eldest = list_prev_entry(eldest, age);
		}
		queue_discard(eldest, DROP_FRAG_MEMORY);
	}
	return true;
}

/* One fragment --------------------------------------------------------------------------------- */

/*
 * Its place is known to lie within a packet; note it, take off the header. False: it can be no
 * fragment.
 */
static bool fragment_place(struct sk_buff *skb)
{
	const struct ipv4_hdr *ip = ip_hdr(skb);
	uint8_t hlen = ip_hdr_len(ip);
	uint32_t off = (ntohs(ip->frag_off) & IPV4_OFFSET) * 8;
	uint32_t len = skb->len - hlen;

	if (!len || hlen + off + len > IPV4_MAX_LEN)
		return false;
	if ((ip->frag_off & htons(IPV4_MF)) && len % 8)
		return false;
	skb_pull(skb, hlen);
	frag_cb(skb)->off = off;
	frag_cb(skb)->end = off + len;
	return true;
}

/* Does the end of the packet, as @skb has it, agree with what the others say? */
static bool end_agrees(struct frag_queue *q, const struct sk_buff *skb)
{
	uint32_t end = frag_cb(skb)->end;

	if (ip_hdr(skb)->frag_off & htons(IPV4_MF)) {
		if (q->last_in)
			return end <= q->len;
		q->len = max(q->len, end);
		return true;
	}
	if (q->last_in ? end != q->len : end < q->len)
		return false;
	q->last_in = true;
	q->len = end;
	return true;
}

enum insert { INSERTED, DUPLICATE, OVERLAP };

/* Put it into its place: nearly always at the end, or at the front. */
static enum insert queue_insert(struct frag_queue *q, struct sk_buff *skb)
{
	uint32_t off = frag_cb(skb)->off, end = frag_cb(skb)->end;
	struct sk_buff *prev = NULL, *pos, *next;

	next = skb_peek(&q->frags);
	if (next && end > frag_cb(next)->off) {
		list_for_each_entry_reverse(pos, &q->frags.list, list) {
			if (frag_cb(pos)->off <= off) {
				prev = pos;
				break;
			}
		}
		next = !prev				  ? next
		       : prev == skb_peek_tail(&q->frags) ? NULL
							  : list_next_entry(prev, list);
	}
	if (prev && end <= frag_cb(prev)->end)
		return DUPLICATE;
	if ((prev && off < frag_cb(prev)->end) || (next && end > frag_cb(next)->off))
		return OVERLAP;
	if (prev)
		skb_queue_after(&q->frags, prev, skb);
	else
		skb_queue_head(&q->frags, skb);
	return INSERTED;
}

static void account(struct frag_queue *q, const struct sk_buff *skb)
{
	q->got += frag_cb(skb)->end - frag_cb(skb)->off;
	q->mem += skb->truesize;
	q->net->ipv4->frags->mem += skb->truesize;
}

/* The whole ------------------------------------------------------------------------------------ */

/* All payload behind the first fragment's, by sharing its pages; false: too many pieces. */
static bool join_shared(struct sk_buff *skb, const struct sk_buff_head *rest)
{
	const struct sk_buff *frag;
	unsigned pieces = skb->nr_frags;

	skb_queue_walk(rest, frag)
		pieces += frag->nr_frags + (skb_headlen(frag) > 0);
	if (pieces > SKB_MAX_FRAGS)
		return false;
	skb_queue_walk(rest, frag)
		if (!skb_share(skb, frag, 0, frag->len))
			return false;
	return true;
}

/* The same by copying; @skb is consumed. NULL: no memory. */
static struct sk_buff *join_copied(struct net *net, struct sk_buff *skb,
				   const struct sk_buff_head *rest, uint32_t len)
{
	struct sk_buff *whole = skb_alloc(net, SKB_HEADROOM, len);
	const struct sk_buff *frag;

	if (whole) {
		whole->dev = skb->dev;
		whole->dst = skb->dst ? dst_hold(skb->dst) : NULL;
		whole->protocol = skb->protocol;
		whole->pkt_type = skb->pkt_type;
		whole->mark = skb->mark;
		whole->tstamp = skb->tstamp;
		memcpy(whole->cb, skb->cb, sizeof(whole->cb));
		skb_reset_network_header(whole);
		skb_copy_bits(skb, 0, skb_put(whole, skb->len), skb->len);
		skb_queue_walk(rest, frag)
			skb_copy_bits(frag, 0, skb_put(whole, frag->len), frag->len);
	}
	skb_free(skb);
	return whole;
}

static void finish_header(struct sk_buff *skb)
{
	struct ipv4_hdr *ip = ip_hdr(skb);

	ip->tot_len = htons(skb->len);
	ip->frag_off = 0;
	ip_send_check(ip);
	skb->csum = CSUM_NONE; /* only the fragments' own bytes were ever summed */
	ip_skb_parm_fill(skb);
}

static struct sk_buff *queue_reassemble(struct frag_queue *q)
{
	struct net *net = q->net;
	struct sk_buff *skb = skb_peek(&q->frags);
	uint8_t hlen = ip_hdr_len(ip_hdr(skb));
	uint32_t len = hlen + q->len;
	struct sk_buff_head rest;

	if (len > IPV4_MAX_LEN) {
		queue_discard(q, DROP_FRAG_BAD);
		return NULL;
	}
	queue_unlink(q);
	skb_unlink(&q->frags, skb);
	skb_queue_init(&rest);
	rest.qlen = q->frags.qlen;
	rest.bytes = q->frags.bytes;
	list_splice_tail(&q->frags.list, &rest.list);
	free(q);

	skb_push(skb, hlen);
	if (skb_cow_head(skb, 0) || !join_shared(skb, &rest))
		skb = join_copied(net, skb, &rest, len);
	skb_queue_purge(&rest);
	if (!skb) {
		MIB_INC(net, IpReasmFails);
		return NULL;
	}
	finish_header(skb);
	MIB_INC(net, IpReasmOKs);
	return skb;
}

struct sk_buff *ip_defrag(struct net *net, struct sk_buff *skb)
{
	struct ip_frags *f = net->ipv4->frags;
	struct frag_queue *q;

	MIB_INC(net, IpReasmReqds);
	if (!fragment_place(skb)) {
		MIB_INC(net, IpReasmFails);
		skb_drop(net, skb, DROP_FRAG_BAD);
		return NULL;
	}
	q = queue_get(net, ip_hdr(skb));
	if (!q) {
		MIB_INC(net, IpReasmFails);
		skb_drop(net, skb, DROP_NO_MEMORY);
		return NULL;
	}
	if (!make_room(f, q, skb, net->ipv4->sysctl.ipfrag_high_thresh)) {
		skb_drop(net, skb, DROP_FRAG_MEMORY);
		queue_discard(q, DROP_FRAG_MEMORY);
		return NULL;
	}
	if (!end_agrees(q, skb)) {
		skb_drop(net, skb, DROP_FRAG_BAD);
		queue_discard(q, DROP_FRAG_BAD);
		return NULL;
	}
	switch (queue_insert(q, skb)) {
	case DUPLICATE:
		skb_drop(net, skb, DROP_FRAG_DUPLICATE);
		return NULL;
	case OVERLAP:
		MIB_INC(net, IpReasmOverlaps);
		skb_drop(net, skb, DROP_FRAG_OVERLAP);
		queue_discard(q, DROP_FRAG_OVERLAP);
		return NULL;
	case INSERTED:
		break;
	}
	account(q, skb);
	return q->last_in && q->got == q->len ? queue_reassemble(q) : NULL;
}

/* Life ----------------------------------------------------------------------------------------- */

static bool waits_for_device(const struct frag_queue *q, const struct net_device *dev)
{
	const struct sk_buff *skb;

	skb_queue_walk(&q->frags, skb)
		if (skb->dev == dev)
			return true;
	return false;
}

static void netdev_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct ip_frags *f = container_of(l, struct ip_frags, listener);
	struct frag_queue *q, *n;

	(void)net;
	if (type != EVENT_NETDEV_UNREGISTER)
		return;
	list_for_each_entry_safe(q, n, &f->age, age)
		if (waits_for_device(q, obj))
			queue_discard(q, DROP_DEV_DOWN);
}

int ip_reassembly_init(struct net *net)
{
	struct ip_frags *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	list_init(&f->age);
	net_random(net, &f->key, sizeof(f->key));
	f->listener.fn = netdev_event;
	event_listen(net, &f->listener);
	net->ipv4->frags = f;
	return 0;
}

void ip_reassembly_exit(struct net *net)
{
	struct ip_frags *f = net->ipv4->frags;
	struct frag_queue *q, *n;

	if (!f)
		return;
	list_for_each_entry_safe(q, n, &f->age, age)
		queue_discard(q, DROP_DEV_DOWN);
	event_unlisten(&f->listener);
	free(f);
	net->ipv4->frags = NULL;
}
