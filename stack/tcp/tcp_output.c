/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making segments. The payload stays where it is, on the write and the retransmission queue: each
 * transmission is a small skb with headers of its own that shares the payload's pages.
 *
 * Small queues: each skb that is handed down is counted until it is freed (its destructor), and beyond a
 * limit the connection waits. So a slow device holds little, and pushes back.
 */
#include "stack/tcp/tcp_output.h"

#include <errno.h>
#include <netinet/in.h>
#include "stack/core/skbuff.h"
#include "stack/lib/checksum.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_delack.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_options.h"
#include "stack/tcp/tcp_push.h"
#include "stack/tcp/tcp_retransmit.h"
#include "stack/tcp/tcp_sack.h"
#include "stack/tcp/tcp_timer.h"
#include "stack/tcp/tcp_window.h"
#include "stack/tcp/tcp_write.h"

#define TSQ_MIN 16384 /* bytes: short packets cost a device more than their bytes say */

/* Options ------------------------------------------------------------------------------------ */

static void syn_options(struct tcp_sock *tp, bool ack, struct tcp_opts *o)
{
	const struct tcp_sysctl *sysctl = &tcp_net(tp)->sysctl;

	o->mss = tp->adv_mss;
	/* An answer to a SYN (simultaneous open) agrees to what was offered; a first SYN offers all. */
	o->has_ts = ack ? tp->ts_ok : sysctl->tcp_timestamps;
	o->sack_ok = ack ? tp->sack_ok : sysctl->tcp_sack;
	o->has_wscale = ack ? tp->wscale_ok : sysctl->tcp_window_scaling;
	o->wscale = tp->rcv_wscale;
}

static void segment_options(struct tcp_sock *tp, uint8_t flags, struct tcp_opts *o)
{
	*o = (struct tcp_opts){ .has_ts = tp->ts_ok };
	if (flags & TCPHDR_SYN)
		syn_options(tp, flags & TCPHDR_ACK, o);
	else if (tp->sack_ok && !(flags & TCPHDR_RST))
		tcp_sack_fill(tp, o);
	if (o->has_ts) {
		o->tsval = tcp_clock(tp);
		o->tsecr = flags & TCPHDR_ACK ? tp->ts_recent : 0;
	}
}

/* One segment --------------------------------------------------------------------------------- */

static void segment_freed(struct sk_buff *skb)
{
	struct tcp_sock *tp = skb->owner;

	tp->tsq_packets -= skb->gso_segs;
	if (tp->tsq_throttled && tp->sk.state != SS_CLOSE &&
	    tp->tsq_packets < tcp_tsq_limit(tp, tp->mss_cache)) {
		tp->tsq_throttled = false;
		tcp_owe(tp, TCP_OWE_DATA | TCP_OWE_RETRANS);
	}
	sock_put(&tp->sk);
}

/* Two packets: one that is being sent, and one to follow it. */
uint32_t tcp_tsq_limit(const struct tcp_sock *tp, uint32_t mss)
{
	uint32_t limit = max(2 * tcp_gso_goal(tp, mss), (uint32_t)TSQ_MIN);

	return min(limit, tcp_net(tp)->sysctl.tcp_limit_output_bytes) / mss + 1;
}

static uint16_t window_field(struct tcp_sock *tp, uint8_t flags)
{
	uint32_t wnd = tcp_select_window(tp);

	if (flags & TCPHDR_SYN)
		return min(wnd, TCP_MAX_WINDOW); /* RFC 7323 2.2: never scaled */
	return min(wnd >> tp->rcv_wscale, TCP_MAX_WINDOW);
}

static void fill_header(struct tcp_sock *tp, struct sk_buff *seg, unsigned hlen, uint32_t seq,
			uint8_t flags, const struct tcp_opts *o)
{
	struct tcp_hdr *th = (struct tcp_hdr *)seg->data;

	th->source = tp->sk.sport;
	th->dest = tp->sk.dport;
	th->seq = htonl(seq);
	th->ack_seq = flags & TCPHDR_ACK ? htonl(tp->rcv_nxt) : 0;
	th->doff = hlen / 4 << 4;
	th->flags = flags;
	th->window = htons(window_field(tp, flags));
	th->urg_ptr = 0;
	tcp_options_write((uint8_t *)(th + 1), o);
	th->check = (be16)~csum_fold(csum_pseudo(tp->sk.af->family, &tp->sk.saddr, &tp->sk.daddr,
						 seg->len, IPPROTO_TCP));
	skb_reset_transport_header(seg);
	seg->csum = CSUM_PARTIAL;
	seg->csum_start = seg->transport_off;
	seg->csum_offset = offsetof(struct tcp_hdr, check);
}

/*
 * A segment, or a GSO packet of segments, with the payload of @payload (NULL: none; stays the caller's).
 * NULL: no memory.
 */
static struct sk_buff *segment_make(struct tcp_sock *tp, const struct sk_buff *payload,
				    uint32_t seq, uint8_t flags, uint32_t mss)
{
	struct tcp_opts opts;
	struct sk_buff *seg;
	unsigned hlen;

	segment_options(tp, flags, &opts);
	hlen = TCP_HDR_LEN + tcp_options_len(&opts);
	seg = skb_alloc(tp->sk.net, SKB_HEADROOM, hlen);
	if (!seg)
		return NULL;
	skb_put(seg, hlen);
	if (payload && payload->len) {
		if (!skb_share(seg, payload, 0, payload->len)) {
			skb_free(seg);
			return NULL;
		}
		if (payload->len > mss) {
			seg->gso_size = mss;
			seg->gso_type = sock_is6(&tp->sk) ? GSO_TCPV6 : GSO_TCPV4;
		}
		seg->gso_segs = max(DIV_ROUND_UP(payload->len, mss), 1u);
	}
	fill_header(tp, seg, hlen, seq, flags, &opts);
	seg->priority = tp->sk.opt.priority;
	seg->mark = tp->sk.opt.mark;
	seg->hash = tp->tuple.hash;
	return seg;
}

/* Hand @seg (owned) down. It may be lost there for any reason: that is what retransmission is for. */
static void segment_xmit(struct tcp_sock *tp, struct sk_buff *seg, uint8_t flags)
{
	struct sock *sk = &tp->sk;
	int family = sk->af->family;
	struct dst_entry *dst;
	struct inet_xmit x;

	tp->segs_out += max(seg->gso_segs, (uint16_t)1);
	MIB_ADD(sk->net, TcpOutSegs, max(seg->gso_segs, (uint16_t)1));
	if (flags & TCPHDR_ACK)
		tcp_ack_sent(tp);
	if (sock_route(sk, &dst)) {
		skb_free(seg);
		return;
	}
	sock_xmit_init(sk, family, &x);
	/* Segments are made to fit: only where nobody may learn what fits do routers cut them. */
	x.df = family == AF_INET6 || sk->opt.pmtudisc != IP_PMTUDISC_DONT;
	x.may_fragment = !x.df;
	x.ignore_pmtu = false;
	x.mtu = 0;
	x.dport = sk->dport;
	x.saddr = sk->saddr;
	x.daddr = sk->daddr;
	sk->af->xmit(sk->net, seg, dst, &x);
}

/* A segment that is also on the retransmission queue: the device's progress matters to us. */
static void payload_xmit(struct tcp_sock *tp, struct sk_buff *seg, uint8_t flags)
{
	if (seg->gso_segs) {
		tp->tsq_packets += seg->gso_segs;
		seg->destructor = segment_freed;
		seg->owner = sock_hold(&tp->sk);
	}
	segment_xmit(tp, seg, flags);
}

static uint8_t payload_flags(const struct tcp_sock *tp, const struct sk_buff *skb)
{
	uint8_t flags = tcp_cb(skb)->tcp_flags;

	return tp->sk.state == SS_SYN_SENT ? flags : flags | TCPHDR_ACK;
}

/* Queues ------------------------------------------------------------------------------------- */

int tcp_queue_control(struct tcp_sock *tp, uint8_t flags)
{
	struct sk_buff *skb = skb_peek_tail(&tp->write_queue);

	/* A FIN goes with the last bytes, if they are still here. */
	if (skb && !(flags & TCPHDR_SYN)) {
		tcp_cb(skb)->tcp_flags |= flags;
		tcp_cb(skb)->end_seq++;
		tp->write_seq++;
		return 0;
	}
	skb = skb_alloc(tp->sk.net, 0, 0);
	if (!skb)
		return -ENOMEM;
	*tcp_cb(skb) = (struct tcp_skb_cb){
		.seq = tp->write_seq,
		.end_seq = tp->write_seq + 1,
		.tcp_flags = flags,
	};
	tp->write_seq++;
	tcp_wmem_charge(tp, TCP_SKB_OVERHEAD);
	skb_queue_tail(&tp->write_queue, skb);
	return 0;
}

bool tcp_split(struct tcp_sock *tp, struct sk_buff_head *q, struct sk_buff *skb, uint32_t len)
{
	struct tcp_skb_cb *cb = tcp_cb(skb);
	uint32_t old = skb->truesize;
	struct sk_buff *rest = skb_split(tp->sk.net, skb, len, 0);

	if (!rest)
		return false;
	skb_queue_resize(q, skb, old);
	skb_queue_after(q, skb, rest);
	tcp_wmem_charge(tp, TCP_SKB_OVERHEAD);
	tcp_cb(rest)->seq = cb->seq + len;
	cb->end_seq = cb->seq + len;
	cb->tcp_flags &= ~(TCPHDR_FIN | TCPHDR_PSH);
	if (tp->highest_sack == skb)
		tp->highest_sack = rest;
	return true;
}

/* The FIN of a segment that is cut by a device is in its last piece: such a packet may carry it. */
bool tcp_send_new(struct tcp_sock *tp, struct sk_buff *skb, uint32_t mss)
{
	struct tcp_skb_cb *cb = tcp_cb(skb);
	uint8_t flags = payload_flags(tp, skb);
	struct sk_buff *seg;
	bool idle = tp->snd_nxt == tp->snd_una;

	if (idle)
		tcp_cong_restart(tp);
	seg = segment_make(tp, skb, cb->seq, flags, mss);
	if (!seg)
		return false;
	skb_unlink(&tp->write_queue, skb);
	skb_queue_tail(&tp->rtx_queue, skb);
	tp->snd_nxt = cb->end_seq;
	cb->tx.sent = tp->last_sent = tp->sk.net->now;
	cb->tx.mss = mss;
	cb->tx.flags = 0;
	if (skb->len) {
		tp->data_segs_out += seg->gso_segs;
		tp->bytes_sent += skb->len;
		if (skb->len % mss)
			tp->snd_sml = cb->end_seq;
		tcp_delack_data_sent(tp);
	}
	if (idle || tp->timer_mode != TCP_TIMER_RETRANS)
		tcp_rearm_rto(tp);
	payload_xmit(tp, seg, flags);
	return true;
}

bool tcp_resend(struct tcp_sock *tp, struct sk_buff *skb, uint32_t mss)
{
	struct tcp_skb_cb *cb = tcp_cb(skb);
	uint8_t flags = payload_flags(tp, skb);
	struct sk_buff *seg = segment_make(tp, skb, cb->seq, flags, mss);
	uint32_t segs;

	if (!seg)
		return false;
	segs = max(seg->gso_segs, (uint16_t)1);
	MIB_ADD(tp->sk.net, TcpRetransSegs, segs);
	tp->total_retrans += segs;
	tp->bytes_retrans += skb->len;
	cb->tx.sent = tp->sk.net->now;
	cb->tx.mss = mss;
	tcp_rtx_count(tp, skb);
	payload_xmit(tp, seg, flags);
	return true;
}

/* Segments without payload ---------------------------------------------------------------------- */

static bool send_empty(struct tcp_sock *tp, uint32_t seq, uint8_t flags)
{
	struct sk_buff *seg = segment_make(tp, NULL, seq, flags, tp->mss_cache);

	if (!seg)
		return false;
	segment_xmit(tp, seg, flags);
	return true;
}

void tcp_send_ack(struct tcp_sock *tp)
{
	/* What a window taken back left unsent does not count: the peer knows of it (RFC 9293 3.8.6). */
	if (!send_empty(tp, tp->snd_nxt, TCPHDR_ACK))
		tcp_delack_retry(tp);
}

void tcp_send_probe(struct tcp_sock *tp)
{
	send_empty(tp, tp->snd_una - 1, TCPHDR_ACK);
}

void tcp_send_reset(struct tcp_sock *tp)
{
	MIB_INC(tp->sk.net, TcpOutRsts);
	send_empty(tp, tp->snd_nxt, TCPHDR_RST | TCPHDR_ACK);
}

/* The end of a batch ------------------------------------------------------------------------------ */

void tcp_output_work(struct net *net, struct net_work *work)
{
	struct tcp_sock *tp = container_of(work, struct tcp_sock, work);
	uint8_t owed = tp->owed;

	(void)net;
	sock_hold(&tp->sk);
	tp->owed &= ~(TCP_OWE_DATA | TCP_OWE_RETRANS);
	if (owed & TCP_OWE_RETRANS)
		tcp_retransmit_lost(tp);
	if (owed & TCP_OWE_DATA)
		tcp_push(tp);
	/* Data may have carried it. */
	if (tp->owed & (TCP_OWE_ACK | TCP_OWE_ACK_NOW))
		tcp_ack_decide(tp);
	if (owed & TCP_OWE_DATA)
		tcp_write_space(tp);
	sock_put(&tp->sk);
}
