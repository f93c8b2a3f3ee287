/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tree of skbs by sequence number, without overlaps. It is charged to the receive buffer like all that
 * is received; when that is full, what is farthest from rcv_nxt makes place, as the sender will repeat it
 * last (RFC 2018 8 allows to take a SACK back).
 */
#include "stack/tcp/tcp_ofo.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_data.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_sack.h"
#include "stack/tcp/tcp_seg.h"

#define REPORT_REACH 32	 /* skbs on either side of a new one that are looked at for its block */
#define COMPACT_MAX 256 /* bytes: what is shorter is copied into a page of its own size */

static struct sk_buff *rb_skb(const struct rb_node *n)
{
	struct tcp_skb_cb *cb;

	if (!n)
		return NULL;
	cb = container_of(n, struct tcp_skb_cb, rx.rb);
	return container_of((uint8_t(*)[SKB_CB_SIZE])cb, struct sk_buff, cb);
}

static struct sk_buff *ofo_first(const struct tcp_sock *tp)
{
	return rb_skb(rb_first(&tp->ofo));
}
static struct sk_buff *ofo_next(const struct sk_buff *skb)
{
	return rb_skb(rb_next(&tcp_cb(skb)->rx.rb));
}
static struct sk_buff *ofo_prev(const struct sk_buff *skb)
{
	return rb_skb(rb_prev(&tcp_cb(skb)->rx.rb));
}

static void ofo_unlink(struct tcp_sock *tp, struct sk_buff *skb)
{
	if (tp->ofo_last == skb)
		tp->ofo_last = ofo_prev(skb);
	rb_erase(&tp->ofo, &tcp_cb(skb)->rx.rb);
}

static void ofo_drop(struct tcp_sock *tp, struct sk_buff *skb, enum drop_reason reason)
{
	ofo_unlink(tp, skb);
	tcp_rmem_uncharge(tp, skb);
	skb_drop(tp->sk.net, skb, reason);
}

/* The last skb that begins at or before @seq; NULL. */
static struct sk_buff *ofo_find(const struct tcp_sock *tp, uint32_t seq)
{
	struct rb_node *n = tp->ofo.node;
	struct sk_buff *found = NULL;

	if (tp->ofo_last && !before(seq, tcp_cb(tp->ofo_last)->seq))
		return tp->ofo_last;
	while (n) {
		struct sk_buff *skb = rb_skb(n);

		if (before(seq, tcp_cb(skb)->seq)) {
			n = n->left;
		} else {
			found = skb;
			n = n->right;
		}
	}
	return found;
}

static void ofo_link(struct tcp_sock *tp, struct sk_buff *skb)
{
	struct rb_node **link = &tp->ofo.node, *parent = NULL;
	uint32_t seq = tcp_cb(skb)->seq;

	while (*link) {
		parent = *link;
		link = before(seq, tcp_cb(rb_skb(parent))->seq) ? &parent->left : &parent->right;
	}
	rb_insert(&tp->ofo, &tcp_cb(skb)->rx.rb, parent, link);
	if (!tp->ofo_last || after(seq, tcp_cb(tp->ofo_last)->seq))
		tp->ofo_last = skb;
}

/* Cut from @seg what is here already; false: all of it is. */
static bool trim_overlaps(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	struct sk_buff *prev = ofo_find(tp, seg->seq), *next;

	if (prev && after(tcp_cb(prev)->end_seq, seg->seq)) {
		uint32_t end = tcp_cb(prev)->end_seq;

		tcp_dsack_set(tp, seg->seq, before(seg->end_seq, end) ? seg->end_seq : end);
		if (!after(seg->end_seq, end))
			return false;
		tcp_seg_trim_front(skb, seg, end - seg->seq);
	}
	for (next = prev ? ofo_next(prev) : ofo_first(tp);
	     next && before(tcp_cb(next)->seq, seg->end_seq);
	     next = prev ? ofo_next(prev) : ofo_first(tp)) {
		struct tcp_skb_cb *cb = tcp_cb(next);

		if (after(cb->end_seq, seg->end_seq)) {
			tcp_dsack_set(tp, cb->seq, seg->end_seq);
			tcp_seg_trim_tail(skb, seg, seg->end_seq - cb->seq);
			break;
		}
		tcp_dsack_set(tp, cb->seq, cb->end_seq);
		MIB_INC(tp->sk.net, TcpExtTCPOFOMerge);
		ofo_drop(tp, next, DROP_TCP_OLD_DATA);
	}
	return seg->seq != seg->end_seq;
}

/* A short segment in a large page would cost many times its length. NULL: no memory. */
static struct sk_buff *compact(struct tcp_sock *tp, struct sk_buff *skb)
{
	struct sk_buff *copy;

	if (skb->len > COMPACT_MAX || skb->truesize < 4 * skb->len)
		return skb;
	copy = skb_copy(tp->sk.net, skb, 0);
	if (!copy || copy->truesize >= skb->truesize) {
		skb_free(copy);
		return skb;
	}
	skb_free(skb);
	return copy;
}

/*
 * RFC 2018 4: the first block is the contiguous one that the segment is in. If none of the blocks that are
 * remembered touches the segment, it has to be looked for: one that was forgotten may have grown. Not to its
 * ends, if it is long: they were told before, and a sender who grows forgotten blocks of thousands of short segments
 * would have each of them looked at, again and again.
 */
static void report(struct tcp_sock *tp, struct sk_buff *skb)
{
	uint32_t start = tcp_cb(skb)->seq, end = tcp_cb(skb)->end_seq;
	struct sk_buff *n = skb;
	unsigned i;

	if (tcp_sack_touches(tp, start, end)) {
		tcp_sack_add(tp, start, end);
		return;
	}
	for (i = 0; i < REPORT_REACH && (n = ofo_prev(n)) && tcp_cb(n)->end_seq == start; i++)
		start = tcp_cb(n)->seq;
	n = skb;
	for (i = 0; i < REPORT_REACH && (n = ofo_next(n)) && tcp_cb(n)->seq == end; i++)
		end = tcp_cb(n)->end_seq;
	tcp_sack_add(tp, start, end);
}

void tcp_ofo_queue(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	if (!trim_overlaps(tp, skb, seg)) {
		skb_drop(tp->sk.net, skb, DROP_TCP_OLD_DATA);
		return;
	}
	skb = compact(tp, skb);
	if (!tcp_rmem_admit(tp, skb, seg->seq)) {
		MIB_INC(tp->sk.net, TcpExtTCPOFODrop);
		skb_drop(tp->sk.net, skb, DROP_TCP_OFO_LIMIT);
		return;
	}
	MIB_INC(tp->sk.net, TcpExtTCPOFOQueue);
	*tcp_cb(skb) = (struct tcp_skb_cb){
		.seq = seg->seq,
		.end_seq = seg->end_seq,
		.tcp_flags = seg->flags,
	};
	tcp_rmem_charge(tp, skb);
	ofo_link(tp, skb);
	if (tp->sack_ok)
		report(tp, skb);
}

bool tcp_ofo_drain(struct tcp_sock *tp)
{
	struct sk_buff *skb;
	bool fin = false;

	while ((skb = ofo_first(tp)) && !after(tcp_cb(skb)->seq, tp->rcv_nxt) && !fin) {
		struct tcp_skb_cb *cb = tcp_cb(skb);
		uint32_t old = tp->rcv_nxt - cb->seq;

		if (!after(cb->end_seq, tp->rcv_nxt)) {
			tcp_dsack_set(tp, cb->seq, cb->end_seq);
			ofo_drop(tp, skb, DROP_TCP_OLD_DATA);
			continue;
		}
		ofo_unlink(tp, skb);
		tcp_rmem_uncharge(tp, skb);
		if (old) {
			tcp_dsack_set(tp, cb->seq, tp->rcv_nxt);
			skb_pull(skb, min(old, skb->len));
		}
		fin = cb->tcp_flags & TCPHDR_FIN;
		tp->rcv_nxt = cb->end_seq;
		tcp_rcvq_append(tp, skb);
	}
	tcp_sack_advance(tp);
	return fin;
}

bool tcp_ofo_prune(struct tcp_sock *tp, uint32_t keep)
{
	uint32_t goal = tp->sk.rcvbuf - tp->sk.rcvbuf / 8;
	bool gone = false;

	while (tp->ofo_last && after(tcp_cb(tp->ofo_last)->seq, keep) &&
	       (!gone || tp->sk.rmem > goal)) {
		ofo_drop(tp, tp->ofo_last, DROP_TCP_OFO_LIMIT);
		gone = true;
	}
	if (gone) {
		/* Reports about what is gone would be lies; what is left is reported anew when it grows. */
		MIB_INC(tp->sk.net, TcpExtTCPRcvQDrop);
		tcp_sack_clear(tp);
	}
	return gone;
}

void tcp_ofo_purge(struct tcp_sock *tp)
{
	struct sk_buff *skb;

	while ((skb = ofo_first(tp))) {
		ofo_unlink(tp, skb);
		tcp_rqueue_free(tp, skb);
	}
	tcp_sack_clear(tp);
}
