/* SPDX-License-Identifier: BSD-2-Clause */
/* Received bytes, shown where they lie. */
#include "stack/tcp/tcp_read.h"

#include <errno.h>
#include <limits.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_window.h"

int tcp_peek(struct sock *sk, struct iovec *iov, unsigned *nr_iov)
{
	unsigned n = 0, room = *nr_iov;
	uint32_t bytes = 0, len;
	struct sk_buff *skb;

	*nr_iov = 0;
	if (sk->state == SS_LISTEN)
		return -ENOTCONN;
	skb_queue_walk(&sk->rcvq, skb) {
		if (n == room || bytes > INT_MAX / 2)
			break;
		n += skb_to_iov(skb, 0, iov + n, room - n, &len);
		bytes += len;
		if (len < skb->len)
			break;
	}
	*nr_iov = n;
	return bytes;
}

void tcp_consume(struct sock *sk, uint32_t len)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb;

	tp->copied_seq += len;
	while (len && (skb = skb_peek(&sk->rcvq))) {
		uint32_t old = skb->truesize;

		if (len < skb->len) {
			skb_pull(skb, len);
			skb_queue_resize(&sk->rcvq, skb, old);
			break;
		}
		len -= skb->len;
		skb_unlink(&sk->rcvq, skb);
		tcp_rqueue_free(tp, skb);
	}
	if (sk->state != SS_CLOSE)
		tcp_window_consumed(tp);
}
