/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The error queue of a socket (IP_RECVERR, ip(7)): each ICMP error, with the payload that it is
 * about, and that a datagram was too big to leave. Filled by the protocols, emptied by
 * sock_recv_error().
 */
#ifndef STACK_TRANSPORT_ERRQUEUE_H
#define STACK_TRANSPORT_ERRQUEUE_H

#include "stack/transport/sock.h"

/* linux/errqueue.h's SO_EE_ORIGIN_* */
enum errq_origin { ERRQ_ORIGIN_NONE, ERRQ_ORIGIN_LOCAL, ERRQ_ORIGIN_ICMP, ERRQ_ORIGIN_ICMP6,
		   ERRQ_ORIGIN_PATHMTU = 255 /* no error: IPV6_RECVPATHMTU wants to know */ };

/* At skb->cb of what is on sk->errq; its data is the payload of the datagram at fault, as far as ICMP has it. */
struct errq_cb {
	union inaddr offender;		/* who sent the error; any: this host */
	union inaddr dest;		/* where the datagram was going */
	uint32_t info;			/* EMSGSIZE: the MTU, bytes */
	int	 iif;
	uint16_t err;			/* errno */
	be16	 port;			/* of dest */
	uint8_t	 origin;		/* enum errq_origin */
	uint8_t	 type, code;		/* of the ICMP message */
	uint8_t	 family;
};

static inline struct errq_cb *errq_cb(const struct sk_buff *skb)
{
	return (struct errq_cb *)skb->cb;
}

/**
 * errq_icmp - queue an ICMP error
 * @skip: bytes of e->payload that are the transport's header, and not shown
 */
void errq_icmp(struct sock *sk, const struct icmp_err *e, uint32_t skip);
/** errq_too_big - a datagram does not fit into @mtu on the way of @fl. Who sent it knows what it was: as in Linux, it is not kept */
void errq_too_big(struct sock *sk, const struct flow *fl, uint32_t mtu);
/** errq_pathmtu - the same, told to who set IPV6_RECVPATHMTU */
void errq_pathmtu(struct sock *sk, const struct flow *fl, uint32_t mtu);
/** errq_dequeue - the oldest entry, the caller's; NULL: none. errq_purge - all of them */
struct sk_buff *errq_dequeue(struct sock *sk);
void errq_purge(struct sock *sk);

#endif
