/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The owner reads the application's bytes straight into the pages of the send queue: reserve shows it
 * where, commit puts them on the queue.
 *
 * How much may be queued: sk.sndbuf, which is kept at twice the congestion window (what is in flight, and as
 * much to follow it), and of unsent bytes no more than tcp_notsent_lowat: what waits longer only falls
 * out of the cache.
 */
#include "stack/tcp/tcp_write.h"

#include <errno.h>
#include <sys/uio.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_mss.h"

static uint32_t unsent(const struct tcp_sock *tp)
{
	return tp->write_seq - tp->snd_nxt;
}

static uint32_t unsent_max(const struct tcp_sock *tp)
{
	return tp->notsent_lowat ? tp->notsent_lowat : tcp_net(tp)->sysctl.tcp_notsent_lowat;
}

/* Bytes that may be queued now. */
static uint32_t room(const struct tcp_sock *tp)
{
	uint32_t most = unsent_max(tp), free;

	if (unsent(tp) >= most || tp->sk.wmem >= tp->sk.sndbuf)
		return 0;
	/* All sockets together hold too much: each may have its minimum, so that all go on. */
	if (tcp_mem_exceeded(tcp_net(tp)) && tp->sk.wmem >= tcp_net(tp)->sysctl.tcp_wmem[0])
		return 0;
	free = tp->sk.sndbuf - tp->sk.wmem;
	return min(free, most - unsent(tp));
}

void tcp_sndbuf_grow(struct tcp_sock *tp)
{
	const struct tcp_sysctl *sysctl = &tcp_net(tp)->sysctl;
	uint64_t want = 2 * ((uint64_t)tp->cwnd + TCP_SKB_OVERHEAD);

	if (tp->sk.sndbuf_locked || tcp_mem_pressure(tcp_net(tp)))
		return;
	tp->sk.sndbuf = max(tp->sk.sndbuf, (uint32_t)min(want, (uint64_t)sysctl->tcp_wmem[2]));
}

int tcp_reserve(struct sock *sk, struct iovec *iov, unsigned *nr_iov)
{
	struct tcp_sock *tp = tcp_sk(sk);
	uint32_t len, off, free;
	struct skb_page *page;

	*nr_iov = 0;
	if (sk->err) {
		int err = sk->err;

		sk->err = 0;
		return -err;
	}
	if ((sk->shutdown & SEND_SHUTDOWN) || tcp_state_in(tp, SSF(SS_CLOSE) | SSF(SS_LISTEN)))
		return -EPIPE;
	free = tcp_state_in(tp, SSF(SS_ESTABLISHED) | SSF(SS_CLOSE_WAIT)) ? room(tp) : 0;
	len = free ? skb_pool_reserve(&sk->net->pool, &page, &off) : 0;
	if (!len) {
		sk->want_write = true;
		return 0;
	}
	len = min(len, free);
	iov[0] = (struct iovec){ page->data + off, len };
	*nr_iov = 1;
	return len;
}

/* As much of [@off, @off + @len) as the last skb takes. */
static uint32_t extend_tail(struct tcp_sock *tp, struct skb_page *page, uint32_t off, uint32_t len,
			    uint32_t goal)
{
	struct sk_buff *tail = skb_peek_tail(&tp->write_queue);
	uint32_t old, n;

	if (!tail || tail->len >= goal)
		return 0;
	n = min(len, goal - tail->len);
	old = tail->truesize;
	if (!skb_add_frag(tail, page, off, n))
		return 0;
	skb_queue_resize(&tp->write_queue, tail, old);
	tcp_cb(tail)->end_seq += n;
	tcp_wmem_charge(tp, n);
	return n;
}

static uint32_t add_tail(struct tcp_sock *tp, struct skb_page *page, uint32_t off, uint32_t len,
			 uint32_t goal)
{
	uint32_t n = min(len, goal);
	struct sk_buff *skb = skb_alloc_frag(tp->sk.net, 0, page, off, n);

	if (!skb)
		return 0;
	*tcp_cb(skb) = (struct tcp_skb_cb){ .seq = tp->write_seq, .end_seq = tp->write_seq + n };
	skb_queue_tail(&tp->write_queue, skb);
	tcp_wmem_charge(tp, n + TCP_SKB_OVERHEAD);
	return n;
}

void tcp_commit(struct sock *sk, uint32_t len)
{
	struct tcp_sock *tp = tcp_sk(sk);
	uint32_t goal = tcp_gso_max(tp, tp->mss_cache), off, n;
	struct skb_page *page;

	if (!len)
		return;
	if (tcp_state_in(tp, SSF(SS_CLOSE)))
		return;
	skb_pool_reserve(&sk->net->pool, &page, &off); /* the same memory as before */
	for (uint32_t done = 0; done < len; done += n) {
		n = extend_tail(tp, page, off + done, len - done, goal);
		if (!n)
			n = add_tail(tp, page, off + done, len - done, goal);
		if (!n) {
			/* The bytes cannot be kept, and a stream with a hole is none. */
			MIB_INC(sk->net, TcpExtTCPAbortOnMemory);
			sk->err = ENOMEM;
			tcp_abort(tp);
			break;
		}
		tp->write_seq += n;
	}
	skb_pool_commit(&sk->net->pool, len);
	if (sk->state != SS_CLOSE)
		tcp_owe(tp, TCP_OWE_DATA);
}

void tcp_write_space(struct tcp_sock *tp)
{
	if (!tp->sk.want_write || !tcp_state_in(tp, SSF(SS_ESTABLISHED) | SSF(SS_CLOSE_WAIT)))
		return;
	/* Not for each byte: when a third of the buffer, and half of what may be unsent, is free. */
	if (tp->sk.wmem / 2 > tp->sk.sndbuf - min(tp->sk.wmem, tp->sk.sndbuf) ||
	    unsent(tp) > unsent_max(tp) / 2)
		return;
	if (!tcp_mem_exceeded(tcp_net(tp)) || tp->sk.wmem < tcp_net(tp)->sysctl.tcp_wmem[0])
		sock_upcall_writable(&tp->sk);
}
