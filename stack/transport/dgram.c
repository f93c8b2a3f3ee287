/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What UDP, raw and ping sockets do alike; see dgram.h. Called by these three, and by sock_recv().
 */
#include "stack/transport/dgram.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include "stack/ipv4/ip.h"
#include "stack/ipv4/ip_options.h"
#include "stack/transport/errqueue.h"
#include "stack/transport/mcast.h"
#include "stack/transport/transport.h"

#define PACKET_MAX 65535 /* longest packet of either family: the header's length field */

_Static_assert(offsetof(struct dgram_cb, sport) + sizeof(be16) <=
		       offsetof(struct ip_skb_cb, options_len),
	       "what is noted of a datagram must leave alone where its options are");

static bool is_broadcast(struct sock *sk, const union inaddr *a)
{
	return sk->af->addr_type(sk->net, a, NULL) == RTN_BROADCAST;
}

/* The peer ------------------------------------------------------------------------------------ */

int dgram_connect(struct sock *sk, const struct sock_addr *a)
{
	struct dst_entry *dst;
	struct flow fl;
	bool broadcast;
	int err;

	if (a->family != sk->family)
		return -EAFNOSUPPORT;
	sock_flow_to(sk, &a->addr, a->port, &fl);
	if (!fl.oif)
		fl.oif = a->scope;
	err = sk->af->route_output(sk->net, &fl, &dst);
	if (err)
		return err;
	broadcast = is_broadcast(sk, &fl.daddr);
	if (broadcast && !sk->opt.broadcast) {
		dst_release(dst);
		return -EACCES;
	}
	dst_release(sk->dst);
	sk->dst = dst;
	if (sk->saddr_rcv_only)
		sk->src = fl.saddr;
	else
		sk->saddr = fl.saddr;
	sk->daddr = fl.daddr;
	sk->dport = a->port;
	sk->peer_broadcast = broadcast;
	sk->state = SS_ESTABLISHED;
	return 0;
}

int dgram_bind(struct sock *sk, struct port_table *t, const struct sock_addr *a)
{
	union inaddr old = sk->saddr;
	int err;

	sk->saddr = a->addr;
	err = port_bind(t, sk, a->port);
	if (err)
		sk->saddr = old;
	return err;
}

int dgram_autobind(struct sock *sk, struct port_table *t)
{
	return sk->sport || port_bind(t, sk, 0) == 0 ? 0 : -EAGAIN;
}

int dgram_disconnect(struct sock *sk)
{
	sk->state = SS_CLOSE;
	sk->daddr = (union inaddr){ 0 };
	sk->dport = 0;
	sk->peer_broadcast = false;
	if (!sk->bound_addr) {
		sk->saddr = sk->src = (union inaddr){ 0 };
		sk->saddr_rcv_only = false;
	}
	if (!sk->bound_port) {
		port_release(sk);
		sk->sport = 0;
	}
	sock_route_reset(sk);
	return 0;
}

/* Out ----------------------------------------------------------------------------------------- */

/* What IP_MTU_DISCOVER says, in the words of the network layer. */
static void set_pmtudisc(const struct sock *sk, struct inet_xmit *x)
{
	uint8_t how = sk->opt.pmtudisc;

	x->df = how == IP_PMTUDISC_WANT || how == IP_PMTUDISC_DO || how == IP_PMTUDISC_PROBE;
	x->may_fragment =
		how == IP_PMTUDISC_DONT || how == IP_PMTUDISC_WANT || how == IP_PMTUDISC_OMIT;
	x->ignore_pmtu = how >= IP_PMTUDISC_PROBE;
}

static void set_xmit(const struct sock *sk, const struct sock_msg *msg, struct dgram_tx *tx)
{
	bool multicast = inaddr_multicast(sk->family, &tx->fl.daddr);

	tx->x = (struct inet_xmit){
		.ttl = multicast ? sk->opt.mc_ttl : sk->opt.ttl,
		.tos = tx->fl.tos,
		.proto = sk->protocol,
		.options = sk->opt.options_len ? sk->opt.options : NULL,
		.options_len = sk->opt.options_len,
		.saddr = tx->fl.saddr,
		.daddr = tx->fl.daddr,
	};
	if (msg->has_ttl)
		tx->x.ttl = msg->ttl;
	if (multicast) {
		tx->x.no_loop = !sk->opt.mc_loop;
		tx->x.host_only = !tx->x.ttl;
	}
	set_pmtudisc(sk, &tx->x);
	tx->mtu = tx->x.ignore_pmtu ? tx->dst->dev->mtu : dst_mtu(tx->dst);
}

/* The way that connect(2) found, kept with the socket. */
static int route_connected(struct sock *sk, struct dgram_tx *tx)
{
	int err = sock_route(sk, &tx->dst);

	if (err)
		return err;
	dst_hold(tx->dst);
	sock_flow(sk, &tx->fl);
	return sk->peer_broadcast && !sk->opt.broadcast ? -EACCES : 0;
}

static int route_dgram(struct sock *sk, const struct sock_msg *msg, struct dgram_tx *tx)
{
	const union inaddr *daddr = msg->has_addr ? &msg->addr.addr : &sk->daddr;
	int err;

	sock_flow_to(sk, daddr, msg->has_addr ? msg->addr.port : sk->dport, &tx->fl);
	if (msg->ifindex)
		tx->fl.oif = msg->ifindex;
	else if (!tx->fl.oif && msg->has_addr)
		tx->fl.oif = msg->addr.scope;
	if (!inaddr_any(&msg->local))
		tx->fl.saddr = msg->local;
	if (msg->has_tos)
		tx->fl.tos = msg->tos;
	err = sk->af->route_output(sk->net, &tx->fl, &tx->dst);
	if (err) {
		tx->dst = NULL;
		return err;
	}
	return !sk->opt.broadcast && is_broadcast(sk, &tx->fl.daddr) ? -EACCES : 0;
}

int dgram_tx_init(struct sock *sk, const struct sock_msg *msg, struct dgram_tx *tx)
{
	int err;

	tx->dst = NULL;
	if (msg->has_addr && msg->addr.family != sk->family)
		return -EAFNOSUPPORT;
	if (!msg->has_addr && sk->state != SS_ESTABLISHED)
		return -EDESTADDRREQ;
	if (msg->has_addr || msg->ifindex || msg->has_tos || !inaddr_any(&msg->local))
		err = route_dgram(sk, msg, tx);
	else
		err = route_connected(sk, tx);
	if (err) {
		dgram_tx_exit(tx);
		return err;
	}
	set_xmit(sk, msg, tx);
	return 0;
}

int dgram_may_send(struct sock *sk)
{
	int err = sk->err;

	if (err) {
		sk->err = 0;
		return -err;
	}
	if (sk->shutdown & SEND_SHUTDOWN)
		return -EPIPE;
	return dgram_has_room(sk);
}

int dgram_has_room(struct sock *sk)
{
	return sock_writeable(sk) ? 0 : -EAGAIN;
}

int dgram_tx_check_size(struct sock *sk, const struct dgram_tx *tx, const struct sk_buff *skb,
			uint32_t hdr_len)
{
	uint32_t room = tx->x.may_fragment ? PACKET_MAX : min(tx->mtu, (uint32_t)PACKET_MAX);

	if (sk->af->header_len + tx->x.options_len + hdr_len + skb->len <= room)
		return 0;
	if (sk->opt.recverr)
		errq_too_big(sk, skb, &tx->fl.daddr, tx->fl.dport, tx->mtu);
	return -EMSGSIZE;
}

void dgram_tx_charge(struct sock *sk, struct sk_buff *skb)
{
	skb->mark = sk->opt.mark;
	skb->priority = sk->opt.priority;
	sock_charge_wmem(sk, skb);
}

int dgram_xmit(struct sock *sk, struct dgram_tx *tx, struct sk_buff *skb)
{
	dgram_tx_charge(sk, skb);
	return sk->af->xmit(sk->net, skb, tx->dst, &tx->x);
}

/* In ------------------------------------------------------------------------------------------ */

bool dgram_queue(struct sock *sk, struct sk_buff *skb, be16 sport)
{
	dgram_cb(skb)->sport = sport;
	if (!skb->tstamp)
		skb->tstamp = sk->net->now;
	return sock_queue_rcv(sk, skb);
}

struct sk_buff *dgram_recv(struct sock *sk, struct sock_msg *ret)
{
	struct sk_buff *skb = skb_dequeue(&sk->rcvq);
	const struct dgram_cb *cb;

	if (!skb)
		return NULL;
	sk->rmem -= skb->truesize;
	cb = dgram_cb(skb);
	*ret = (struct sock_msg){
		.has_addr = true,
		.addr = { .family = cb->parm.family, .port = cb->sport, .addr = cb->parm.saddr },
		.ifindex = cb->parm.iif,
		.local = cb->parm.daddr,
		.has_ttl = true,
		.has_tos = true,
		.ttl = cb->parm.ttl,
		.tos = cb->parm.tos,
		.tstamp = skb->tstamp,
		.len = skb->len,
	};
	return skb;
}

unsigned dgram_options(const struct sk_buff *skb, bool echo, uint8_t *ret)
{
	const struct ip_skb_cb *cb = ip_cb(skb);

	if (cb->parm.family != AF_INET || !cb->options_len)
		return 0;
	if (echo)
		return ip_options_echo(skb, ret);
	memcpy(ret, ip_hdr(skb) + 1, cb->options_len);
	return cb->options_len;
}

void dgram_unrecv(struct sock *sk, struct sk_buff *skb)
{
	sk->rmem += skb->truesize;
	skb_queue_head(&sk->rcvq, skb);
}

void dgram_err(struct sock *sk, const struct icmp_err *e, uint32_t skip)
{
	bool hard = e->fatal;

	if (e->error == EMSGSIZE) {
		if (sk->opt.pmtudisc < IP_PMTUDISC_INTERFACE)
			sock_update_pmtu(sk, &e->fl, e->mtu);
		if (sk->opt.pmtudisc == IP_PMTUDISC_DONT)
			return;
		hard = true;
	}
	/*
	 * RFC 1122 4.1.3.3: an application that is not connected could not tell which datagram it
	 * was.
	 */
	if (sk->opt.recverr)
		errq_icmp(sk, e, skip);
	else if (!hard || sk->state != SS_ESTABLISHED)
		return;
	sock_report_error(sk, e->error);
}

void dgram_close(struct sock *sk)
{
	struct sk_buff *skb;

	mcast_leave_all(sk);
	hlist_del(&sk->hash_node);
	port_release(sk);
	while ((skb = skb_dequeue(&sk->rcvq))) {
		sk->rmem -= skb->truesize;
		skb_free(skb);
	}
	errq_purge(sk);
	sock_put(sk);
}
