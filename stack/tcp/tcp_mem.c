/* SPDX-License-Identifier: BSD-2-Clause */
/* Emptying the queues of a connection that is over. */
#include "stack/tcp/tcp_mem.h"

#include "stack/tcp/tcp_ofo.h"

static void purge_wqueue(struct tcp_sock *tp, struct sk_buff_head *q)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(q)))
		tcp_wqueue_free(tp, skb);
}

void tcp_purge_queues(struct tcp_sock *tp)
{
	purge_wqueue(tp, &tp->write_queue);
	purge_wqueue(tp, &tp->rtx_queue);
	tcp_ofo_purge(tp);
	tp->highest_sack = NULL;
	tp->retrans_hint = NULL;
	tp->sacked_out = tp->lost_out = tp->retrans_out = 0;
	tp->snd_nxt = tp->write_seq = tp->snd_una;
}

void tcp_purge_rcvq(struct tcp_sock *tp)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(&tp->sk.rcvq)))
		tcp_rqueue_free(tp, skb);
}
