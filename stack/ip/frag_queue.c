/* SPDX-License-Identifier: BSD-2-Clause */
/* Reassembly: see frag_queue.h. Called by ip_reassembly.c and ip6_reassembly.c only. */
#include "stack/ip/frag_queue.h"

#include <stdlib.h>
#include <string.h>
#include "stack/core/dst.h"
#include "stack/core/netdevice.h"

struct frag_queue {
	struct hlist_node hash;
	struct list_head age;
	struct frag_table *table;
	struct timer timer;
	struct frag_key key;
	struct sk_buff_head frags; /* by offset; each skb's data is at its payload */
	uint32_t len;		   /* of the whole payload, as far as is known */
	uint32_t got;		   /* bytes of it that are there */
	uint32_t mem;		   /* truesize */
	uint32_t longest;	   /* bytes of a fragment with its headers */
	bool last_in;		   /* the end is known */
	bool overlapped;	   /* empty: stands for what must not become whole any more */
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

static void count(const struct frag_table *t, enum mib_counter counter)
{
	if (counter != MIB_MAX)
		t->net->mib[counter]++;
}

static int drop(const struct frag_table *t, struct sk_buff *skb, enum drop_reason reason)
{
	count(t, t->ops->fails);
	return skb_drop(t->net, skb, reason);
}

/* Queues --------------------------------------------------------------------------------------- */

static void queue_unlink(struct frag_queue *q)
{
	hlist_del(&q->hash);
	list_del(&q->age);
	net_timer_cancel(q->table->net, &q->timer);
	q->table->mem -= q->mem;
}

/* All that waits in it is discarded; on a timeout the first fragment's sender is told. */
static void queue_purge(struct frag_queue *q, enum drop_reason reason)
{
	struct frag_table *t = q->table;
	struct sk_buff *skb;

	while ((skb = skb_dequeue(&q->frags))) {
		bool first = !frag_cb(skb)->off;

		t->mem -= skb->truesize;
		q->mem -= skb->truesize;
		if (first && reason == DROP_FRAG_TIMEOUT)
			t->ops->expired(t->net, skb);
		else
			skb_drop(t->net, skb, reason);
	}
}

static void queue_discard(struct frag_queue *q, enum drop_reason reason)
{
	if (!q->overlapped)
		count(q->table, q->table->ops->fails);
	queue_purge(q, reason);
	queue_unlink(q);
	free(q);
}

static void queue_expired(struct timer *t)
{
	struct frag_queue *q = container_of(t, struct frag_queue, timer);

	if (!q->overlapped)
		count(q->table, q->table->ops->timeouts);
	queue_discard(q, DROP_FRAG_TIMEOUT);
}

/* RFC 5722: what has come is discarded, and so is what comes yet, until its time is over. */
static void queue_overlapped(struct frag_queue *q)
{
	struct frag_table *t = q->table;

	count(t, t->ops->overlaps);
	if (!t->ops->strict) {
		queue_discard(q, DROP_FRAG_OVERLAP);
		return;
	}
	count(t, t->ops->fails);
	queue_purge(q, DROP_FRAG_OVERLAP);
	q->overlapped = true;
}

static struct hlist_head *bucket(struct frag_table *t, const struct frag_key *key)
{
	return &t->hash[siphash(&t->key, key, sizeof(*key)) % FRAG_HASH];
}

static struct frag_queue *queue_create(struct frag_table *t, const struct frag_key *key,
				       struct hlist_head *head, uint32_t seconds)
{
	struct frag_queue *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->table = t;
	q->key = *key;
	q->mem = sizeof(*q);
	t->mem += q->mem;
	skb_queue_init(&q->frags);
	hlist_add_head(&q->hash, head);
	list_add(&q->age, &t->age);
	timer_init(&q->timer, queue_expired);
	net_timer_set(t->net, &q->timer, t->net->now + sec_to_ktime(seconds));
	return q;
}

static struct frag_queue *queue_get(struct frag_table *t, const struct frag_key *key,
				    uint32_t seconds)
{
	struct hlist_head *head = bucket(t, key);
	struct frag_queue *q;

	hlist_for_each_entry(q, head, hash)
		if (!memcmp(&q->key, key, sizeof(*key)))
			return q;
	return queue_create(t, key, head, seconds);
}

/* Make room for @skb by giving up the eldest other queues; false: there is none left to give up. */
static bool make_room(struct frag_table *t, struct frag_queue *q, const struct sk_buff *skb,
		      uint32_t limit)
{
	while (t->mem + skb->truesize > limit) {
		struct frag_queue *eldest = list_last_entry(&t->age, struct frag_queue, age);

		if (eldest == q) {
			if (list_first_entry(&t->age, struct frag_queue, age) == q)
				return false;
			eldest = list_prev_entry(eldest, age);
		}
		queue_discard(eldest, DROP_FRAG_MEMORY);
	}
	return true;
}

/* One fragment --------------------------------------------------------------------------------- */

/* Does the end of the packet, as this fragment has it, agree with what the others say? */
static bool end_agrees(struct frag_queue *q, uint32_t end, bool more)
{
	if (more) {
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

/* Does it bring nothing that @other does not have? */
static bool repeats(const struct frag_queue *q, const struct sk_buff *other, uint32_t off,
		    uint32_t end)
{
	if (q->table->ops->strict)
		return off == frag_cb(other)->off && end == frag_cb(other)->end;
	return end <= frag_cb(other)->end;
}

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
	if (prev && repeats(q, prev, off, end))
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
	q->table->mem += skb->truesize;
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
		skb_copy_meta(whole, skb);
		skb_reset_network_header(whole);
		skb_copy_bits(skb, 0, skb_put(whole, skb->len), skb->len);
		skb_queue_walk(rest, frag)
			skb_copy_bits(frag, 0, skb_put(whole, frag->len), frag->len);
	}
	skb_free(skb);
	return whole;
}

static struct sk_buff *queue_reassemble(struct frag_queue *q)
{
	const struct frag_ops *ops = q->table->ops;
	struct net *net = q->table->net;
	struct sk_buff *skb = skb_peek(&q->frags);
	uint32_t hlen = skb->data - (uint8_t *)skb_network_header(skb);
	uint32_t len = hlen + q->len;
	struct sk_buff_head rest;

	if (len > ops->max_len) {
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
		net->mib[ops->fails]++;
		return NULL;
	}
	/* Only the fragments' own bytes were ever summed, and no fragment stands for several packets. */
	skb->csum = CSUM_NONE;
	skb->gso_size = skb->gso_segs = 0;
	skb->gso_type = GSO_NONE;
	net->mib[ops->oks]++;
	return skb;
}

struct sk_buff *frag_rcv(struct frag_table *t, struct sk_buff *skb, const struct frag_key *key,
			 const struct frag_place *place, const struct frag_limits *limits,
			 uint32_t *ret_longest)
{
	struct frag_queue *q = queue_get(t, key, limits->time);

	frag_cb(skb)->off = place->off;
	frag_cb(skb)->end = place->off + place->len;
	if (!q) {
		drop(t, skb, DROP_NO_MEMORY);
		return NULL;
	}
	if (q->overlapped) {
		drop(t, skb, DROP_FRAG_OVERLAP);
		return NULL;
	}
	if (!make_room(t, q, skb, limits->high_thresh)) {
		skb_drop(t->net, skb, DROP_FRAG_MEMORY);
		queue_discard(q, DROP_FRAG_MEMORY);
		return NULL;
	}
	if (!end_agrees(q, frag_cb(skb)->end, place->more)) {
		skb_drop(t->net, skb, DROP_FRAG_BAD);
		queue_discard(q, DROP_FRAG_BAD);
		return NULL;
	}
	switch (queue_insert(q, skb)) {
	case DUPLICATE:
		skb_drop(t->net, skb, DROP_FRAG_DUPLICATE);
		return NULL;
	case OVERLAP:
		skb_drop(t->net, skb, DROP_FRAG_OVERLAP);
		queue_overlapped(q);
		return NULL;
	case INSERTED:
		break;
	}
	account(q, skb);
	q->longest = max(q->longest, frag_size(skb));
	*ret_longest = q->longest;
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
	struct frag_table *t = container_of(l, struct frag_table, listener);
	struct frag_queue *q, *n;

	(void)net;
	if (type != EVENT_NETDEV_UNREGISTER)
		return;
	list_for_each_entry_safe(q, n, &t->age, age)
		if (waits_for_device(q, obj))
			queue_discard(q, DROP_DEV_DOWN);
}

void frag_table_init(struct net *net, struct frag_table *t, const struct frag_ops *ops)
{
	memset(t, 0, sizeof(*t));
	t->net = net;
	t->ops = ops;
	list_init(&t->age);
	net_random(net, &t->key, sizeof(t->key));
	t->listener.fn = netdev_event;
	event_listen(net, &t->listener);
}

void frag_table_exit(struct frag_table *t)
{
	struct frag_queue *q, *n;

	list_for_each_entry_safe(q, n, &t->age, age)
		queue_discard(q, DROP_DEV_DOWN);
	event_unlisten(&t->listener);
}

struct frag_usage frag_table_usage(const struct frag_table *t)
{
	struct frag_usage usage = { .mem = t->mem };
	const struct frag_queue *q;

	list_for_each_entry(q, &t->age, age)
		usage.queues++;
	return usage;
}
