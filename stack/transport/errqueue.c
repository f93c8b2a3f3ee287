/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The error queue; see errqueue.h. It shares the receive buffer's limit: a stranger who sends
 * errors gets no more memory than one who sends datagrams. What does not fit is counted with the
 * socket's drops.
 */
#include "stack/transport/errqueue.h"

#include <errno.h>
#include <string.h>

static void enqueue(struct sock *sk, struct sk_buff *skb, const struct errq_cb *cb)
{
	if (!skb || sk->rmem + skb->truesize > sk->rcvbuf || !sock_rmem_room(sk, skb->truesize)) {
		sk->drops++;
		skb_free(skb);
		return;
	}
	*errq_cb(skb) = *cb;
	skb->tstamp = sk->net->now;
	sock_rmem_charge(sk, skb);
	skb_queue_tail(&sk->errq, skb);
}

void errq_icmp(struct sock *sk, const struct icmp_err *e, uint32_t skip)
{
	uint32_t len = e->payload_len > skip ? e->payload_len - skip : 0;
	struct sk_buff *skb = skb_alloc(sk->net, 0, len);
	struct errq_cb cb = {
		.offender = e->offender,
		.dest = e->fl.daddr,
		.port = e->fl.dport,
		.info = e->mtu,
		.iif = e->fl.iif,
		.err = e->error,
		.origin = e->fl.family == AF_INET ? ERRQ_ORIGIN_ICMP : ERRQ_ORIGIN_ICMP6,
		.type = e->type,
		.code = e->code,
		.family = e->fl.family,
	};

	if (skb && len)
		memcpy(skb_put(skb, len), e->payload + skip, len);
	enqueue(sk, skb, &cb);
}

/* What this host found: a datagram of @fl takes no more than @mtu. */
static void enqueue_local(struct sock *sk, const struct flow *fl, uint32_t mtu, int err,
			  enum errq_origin origin)
{
	struct errq_cb cb = {
		.dest = fl->daddr,
		.port = fl->dport,
		.info = mtu,
		.iif = fl->oif,
		.err = err,
		.origin = origin,
		.family = fl->family,
	};

	enqueue(sk, skb_alloc(sk->net, 0, 0), &cb);
}

void errq_too_big(struct sock *sk, const struct flow *fl, uint32_t mtu)
{
	enqueue_local(sk, fl, mtu, EMSGSIZE, ERRQ_ORIGIN_LOCAL);
}

void errq_pathmtu(struct sock *sk, const struct flow *fl, uint32_t mtu)
{
	enqueue_local(sk, fl, mtu, 0, ERRQ_ORIGIN_PATHMTU);
}

struct sk_buff *errq_dequeue(struct sock *sk)
{
	struct sk_buff *skb = skb_dequeue(&sk->errq);

	if (skb)
		sock_rmem_uncharge(sk, skb);
	return skb;
}

void errq_purge(struct sock *sk)
{
	struct sk_buff *skb;

	while ((skb = errq_dequeue(sk)))
		skb_free(skb);
}
