/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of connections: what each queue holds is charged to its socket (sk.wmem, sk.rmem) and to the
 * net (tcp_net.memory), against tcp_wmem, tcp_rmem and tcp_mem.
 */
#ifndef STACK_TCP_TCP_MEM_H
#define STACK_TCP_TCP_MEM_H

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_sock.h"

/* What a queued skb costs beside its payload. */
#define TCP_SKB_OVERHEAD ((uint32_t)sizeof(struct sk_buff))

static inline void tcp_wmem_charge(struct tcp_sock *tp, uint32_t bytes)
{
	tp->sk.wmem += bytes;
	tcp_net(tp)->memory += bytes;
}

static inline void tcp_wmem_uncharge(struct tcp_sock *tp, uint32_t bytes)
{
	tp->sk.wmem -= bytes;
	tcp_net(tp)->memory -= bytes;
}

/** tcp_wqueue_free - free @skb, which was taken off the write or the retransmission queue */
static inline void tcp_wqueue_free(struct tcp_sock *tp, struct sk_buff *skb)
{
	tcp_wmem_uncharge(tp, skb->len + TCP_SKB_OVERHEAD);
	skb_free(skb);
}

/** tcp_rmem_charge - @skb goes on a receive queue (again after its truesize changed) */
static inline void tcp_rmem_charge(struct tcp_sock *tp, struct sk_buff *skb)
{
	tcp_cb(skb)->rx.charge = skb->truesize;
	tp->sk.rmem += skb->truesize;
	tcp_net(tp)->memory += skb->truesize;
}

static inline void tcp_rmem_uncharge(struct tcp_sock *tp, const struct sk_buff *skb)
{
	tp->sk.rmem -= tcp_cb(skb)->rx.charge;
	tcp_net(tp)->memory -= tcp_cb(skb)->rx.charge;
}

/** tcp_rqueue_free - free @skb, which was taken off a receive queue */
static inline void tcp_rqueue_free(struct tcp_sock *tp, struct sk_buff *skb)
{
	tcp_rmem_uncharge(tp, skb);
	skb_free(skb);
}

/** tcp_mem_pressure - all connections together hold more than they should: no buffer grows now */
static inline bool tcp_mem_pressure(const struct tcp_net *tn) { return tn->memory > tn->sysctl.tcp_mem[1]; }
/** tcp_mem_exceeded - only what keeps a connection going is taken in now */
static inline bool tcp_mem_exceeded(const struct tcp_net *tn) { return tn->memory > tn->sysctl.tcp_mem[2]; }

/**
 * tcp_purge_queues - drop all that is queued but the received bytes in order, and all that depends
 * on it
 */
void tcp_purge_queues(struct tcp_sock *tp);
/** tcp_purge_rcvq - drop those too */
void tcp_purge_rcvq(struct tcp_sock *tp);

#endif
