/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What UDP, raw and ping sockets do alike: a peer that is only remembered, a route for each
 * datagram, a receive queue of whole datagrams, ICMP errors.
 */
#ifndef STACK_TRANSPORT_DGRAM_H
#define STACK_TRANSPORT_DGRAM_H

#include "stack/transport/port.h"
#include "stack/transport/sock.h"

/*
 * At skb->cb of what is on sk->rcvq of a datagram socket. What the network layer keeps behind
 * (where options are) stays there.
 */
struct dgram_cb {
	struct inet_skb_parm parm;
	be16 sport;			/* of the sender; 0 where there are no ports */
};

static inline struct dgram_cb *dgram_cb(const struct sk_buff *skb)
{
	return (struct dgram_cb *)skb->cb;
}

static inline const struct inet_skb_parm *inet_parm(const struct sk_buff *skb)
{
	return (const struct inet_skb_parm *)skb->cb;
}

/* One datagram's way out. */
struct dgram_tx {
	const struct inet_af_ops *af;
	struct flow fl;			/* as the route completed it */
	struct inet_xmit x;
	struct dst_entry *dst;		/* a reference */
	uint32_t mtu;			/* that counts: of the path or of the device */
};

/**
 * dgram_connect - remember the peer, route to it, take the source address from that; -EAFNOSUPPORT,
 * -EACCES …
 */
int dgram_connect(struct sock *sk, const struct sock_addr *a);
/** dgram_disconnect - forget it; the local address and port too, unless they were bound; 0 */
int dgram_disconnect(struct sock *sk);
/** dgram_bind - take address and port (0: any) in @t; 0, -EADDRINUSE */
int dgram_bind(struct sock *sk, struct port_table *t, const struct sock_addr *a);
/** dgram_autobind - have some port; 0, -EAGAIN (none is free) */
int dgram_autobind(struct sock *sk, struct port_table *t);

/**
 * dgram_tx_init - from the socket, its options and @msg: where to, from where, which way, how
 * Return: 0 with a reference in tx->dst (dgram_tx_exit() drops it), or what sendmsg(2) returns:
 * -EAFNOSUPPORT,
 * -EDESTADDRREQ, -ENETUNREACH, -EACCES
 */
int dgram_tx_init(struct sock *sk, const struct sock_msg *msg, struct dgram_tx *tx);
static inline void dgram_tx_exit(struct dgram_tx *tx) { dst_release(tx->dst); }
/**
 * dgram_may_send - the socket's pending error (told once), -EPIPE, -EAGAIN, or 0
 * dgram_has_room - -EAGAIN or 0: Linux asks raw sockets without IP_HDRINCL no more than that
 */
int dgram_may_send(struct sock *sk);
int dgram_has_room(struct sock *sk);
/**
 * dgram_tx_check_size - does @skb (payload), behind @hdr_len bytes of transport header, fit where
 * it is going?
 * Return: 0 or -EMSGSIZE (and, with IP_RECVERR, an entry of the error queue)
 */
int dgram_tx_check_size(struct sock *sk, const struct dgram_tx *tx, const struct sk_buff *skb,
			uint32_t hdr_len);
/** dgram_tx_charge - @skb gets the socket's mark and priority, and counts as its memory */
void dgram_tx_charge(struct sock *sk, struct sk_buff *skb);
/** dgram_xmit - send @skb (data at the transport header, owned); 0 or -errno */
int dgram_xmit(struct sock *sk, struct dgram_tx *tx, struct sk_buff *skb);

/** dgram_queue - give @skb (parm in cb; owned) to @sk; false: dropped */
bool dgram_queue(struct sock *sk, struct sk_buff *skb, be16 sport);
/** dgram_recv - the oldest datagram, the caller's; NULL: none */
struct sk_buff *dgram_recv(struct sock *sk, struct sock_msg *ret);
/**
 * dgram_options - the IPv4 options that @skb (from dgram_recv()) came with: as they were, or as an
 * answer would carry them (@echo); @ret has room for 40 bytes; Return: how many
 */
unsigned dgram_options(const struct sk_buff *skb, bool echo, uint8_t *ret);
/** dgram_exthdr - the IPv6 extension header that @skb (from dgram_recv()) came with; NULL: none of that kind */
enum dgram_exthdr { DGRAM_HOPOPTS, DGRAM_RTHDRDSTOPTS, DGRAM_RTHDR, DGRAM_DSTOPTS };
const uint8_t *dgram_exthdr(const struct sk_buff *skb, enum dgram_exthdr which, unsigned *ret_len);
/** dgram_unrecv - put back what dgram_recv() gave; its data and cb are as they were */
void dgram_unrecv(struct sock *sk, struct sk_buff *skb);
/**
 * dgram_err - an ICMP error about a datagram of @sk; @skip: bytes of transport header in its
 * payload
 */
void dgram_err(struct sock *sk, const struct icmp_err *e, uint32_t skip);
/** dgram_close - the owner goes: memberships, port, queues; drops the owner's reference */
void dgram_close(struct sock *sk);

#endif
