/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When to send. An skb of the write queue goes whole where the windows allow it; else a multiple of the
 * MSS is cut off. Held back by: the peer's window, the congestion window, Nagle's rule (RFC 9293 3.7.4),
 * the hope for a longer packet (tcp_tso_win_divisor), and the device's queue.
 */
#include "stack/tcp/tcp_push.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_timer.h"

/* What holds the head of the write queue back. */
enum stop { STOP_NONE, STOP_CWND, STOP_WINDOW, STOP_NAGLE, STOP_DEVICE, STOP_MEMORY };

/*
 * RFC 9293 3.7.4, as Minshall refined it: a short segment waits while another short one is
 * unacknowledged. TCP_CORK holds it back altogether (until the persist timer), TCP_NODELAY never.
 */
static bool nagle_allows(const struct tcp_sock *tp, const struct sk_buff *skb)
{
	if (tcp_cb(skb)->tcp_flags & (TCPHDR_FIN | TCPHDR_SYN))
		return true;
	if (tp->cork)
		return false;
	if (tp->nodelay)
		return true;
	return !(after(tp->snd_sml, tp->snd_una) && !after(tp->snd_sml, tp->snd_nxt));
}

/* Bytes of payload of @skb that the peer's window has room for. */
static uint32_t window_room(const struct tcp_sock *tp, const struct sk_buff *skb)
{
	int32_t room = tcp_wnd_end(tp) - tcp_cb(skb)->seq;

	return room > 0 ? room : 0;
}

static uint32_t cwnd_room(const struct tcp_sock *tp)
{
	uint32_t flight = tcp_in_flight(tp);

	return tp->cwnd > flight ? tp->cwnd - flight : 0;
}

/* Acknowledgements that are on their way will allow a longer packet: worth waiting for? */
static bool worth_deferring(const struct tcp_sock *tp, const struct sk_buff *skb, uint32_t limit,
			    uint32_t gso)
{
	uint32_t divisor = tcp_net(tp)->sysctl.tcp_tso_win_divisor;

	if (!divisor || limit >= min(skb->len, gso) || tp->snd_nxt == tp->snd_una ||
	    tp->repair != TCP_OPEN)
		return false;
	return limit < min(tp->cwnd, tp->snd_wnd) / divisor;
}

/* A segment, no longer than @mss. */
static enum stop push_short(const struct tcp_sock *tp, const struct sk_buff *skb, uint32_t mss,
			    uint32_t *ret_len)
{
	bool last = list_is_head(skb->list.next, &tp->write_queue.list);

	if (cwnd_room(tp) < skb->len)
		return STOP_CWND;
	if (window_room(tp, skb) < skb->len + !!(tcp_cb(skb)->tcp_flags & TCPHDR_FIN))
		return STOP_WINDOW;
	if (skb->len < mss && last && !nagle_allows(tp, skb))
		return STOP_NAGLE;
	*ret_len = skb->len;
	return STOP_NONE;
}

/* More than a segment: as many segments as can go in one packet. */
static enum stop push_long(const struct tcp_sock *tp, const struct sk_buff *skb, uint32_t mss,
			   uint32_t *ret_len)
{
	uint32_t gso = tcp_gso_goal(tp, mss);
	uint32_t cwnd = cwnd_room(tp), window = window_room(tp, skb);
	uint32_t limit = min(min(cwnd, window), gso);
	bool fin = tcp_cb(skb)->tcp_flags & TCPHDR_FIN;

	if (limit < mss || worth_deferring(tp, skb, limit, gso))
		return cwnd <= window ? STOP_CWND : STOP_WINDOW;
	/* All of it, with its short end, if that may go too. */
	if (skb->len <= limit && skb->len + fin <= window &&
	    (skb->len % mss == 0 || nagle_allows(tp, skb)))
		*ret_len = skb->len;
	else
		*ret_len = min(skb->len - 1, limit) / mss * mss;
	return STOP_NONE;
}

/* How much of @skb goes now, in one packet. */
static enum stop push_len(const struct tcp_sock *tp, const struct sk_buff *skb, uint32_t mss,
			  uint32_t *ret_len)
{
	/* Before the handshake is over, the SYN is all that goes. */
	if (tcp_cb(skb)->tcp_flags & TCPHDR_SYN) {
		*ret_len = 0;
		return STOP_NONE;
	}
	if (tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV)))
		return STOP_WINDOW;
	if (tp->tsq_packets >= tcp_tsq_limit(tp, mss))
		return STOP_DEVICE;
	return skb->len <= mss ? push_short(tp, skb, mss, ret_len)
			       : push_long(tp, skb, mss, ret_len);
}

/* RFC 9293 3.9.1: the last bytes that were written carry PSH. */
static void mark_push(struct tcp_sock *tp, struct sk_buff *skb)
{
	if (skb->len && tcp_cb(skb)->end_seq == tp->write_seq)
		tcp_cb(skb)->tcp_flags |= TCPHDR_PSH;
}

/* @len: payload to send of the head @skb; of an empty one (SYN, FIN) 0 */
static bool send_head(struct tcp_sock *tp, struct sk_buff *skb, uint32_t len, uint32_t mss)
{
	if (len < skb->len && !tcp_split(tp, &tp->write_queue, skb, len))
		return false;
	mark_push(tp, skb);
	return tcp_send_new(tp, skb, mss);
}

/* Send until something stops it; STOP_NONE: all is sent. */
static enum stop push_round(struct tcp_sock *tp, uint32_t mss)
{
	struct sk_buff *skb;
	enum stop stop;
	uint32_t len;

	while ((skb = skb_peek(&tp->write_queue))) {
		stop = push_len(tp, skb, mss, &len);
		if (stop != STOP_NONE)
			return stop;
		if (!send_head(tp, skb, len, mss))
			return STOP_MEMORY;
	}
	return STOP_NONE;
}

/* RFC 7661's question: was the congestion window what held us back? Only then it may grow. */
static void validate_cwnd(struct tcp_sock *tp, bool limited)
{
	uint32_t flight = tcp_in_flight(tp);
	bool new_window = !before(tp->snd_una, tp->max_flight_seq);

	if (new_window || limited || (!tp->cwnd_limited && flight > tp->max_flight)) {
		tp->cwnd_limited = limited;
		tp->max_flight = flight;
		tp->max_flight_seq = tp->snd_nxt;
	}
}

void tcp_push(struct tcp_sock *tp)
{
	enum stop stop;
	uint32_t mss;

	if (tp->sk.state == SS_CLOSE || skb_queue_empty(&tp->write_queue))
		return;
	mss = tcp_current_mss(tp);
	stop = mss ? push_round(tp, mss) : STOP_MEMORY;
	validate_cwnd(tp, stop == STOP_CWND);
	tp->tsq_throttled |= stop == STOP_DEVICE;
	/* Nothing is on its way that an answer could come to: time has to get it going again. */
	if (tp->snd_nxt == tp->snd_una && stop != STOP_NONE && stop != STOP_DEVICE)
		tcp_arm_probe(tp);
}

bool tcp_push_one(struct tcp_sock *tp)
{
	struct sk_buff *skb = skb_peek(&tp->write_queue);
	uint32_t mss = tcp_current_mss(tp);
	uint32_t room;

	if (!skb || !mss)
		return false;
	room = window_room(tp, skb);
	if (!room)
		return false;
	return send_head(tp, skb, min(min(skb->len, mss), room), mss);
}
