/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What UDP, raw and ping sockets do alike; see dgram.h. Called by these three, and by sock_recv().
 */
#include "stack/transport/dgram.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include "stack/ipv4/ip.h"
#include "stack/ipv4/ip_options.h"
#include "stack/ipv6/ip6.h"
#include "stack/transport/errqueue.h"
#include "stack/transport/ip6_txopts.h"
#include "stack/transport/mcast.h"
#include "stack/transport/transport.h"

#define PACKET_MAX 65535 /* longest packet of either family: the header's length field */

/* sin6_flowinfo (RFC 3493 3.3), in host byte order */
#define FLOWINFO_MASK	      0x0fffffffu
#define FLOWINFO_LABEL	      0x000fffffu
#define FLOWINFO_TCLASS	      0x0ff00000u
#define FLOWINFO_TCLASS_SHIFT 20

_Static_assert(offsetof(struct dgram_cb, sport) + sizeof(be16) <=
			       offsetof(struct ip_skb_cb, options_len) &&
		       offsetof(struct dgram_cb, sport) + sizeof(be16) <=
			       offsetof(struct ip6_skb_cb, nhoff),
	       "what is noted of a datagram must leave alone where its options are");

static bool is_broadcast(struct sock *sk, const struct flow *fl)
{
	return fl->family == AF_INET &&
	       inet_af_find(sk->net, AF_INET)->addr_type(sk->net, &fl->daddr, NULL) ==
		       RTN_BROADCAST;
}

/* The peer ------------------------------------------------------------------------------------ */

/* Route to @a, a name of the network layer, with the socket's options. */
static int route_peer(struct sock *sk, const struct sock_addr *a, struct flow *fl,
		      struct dst_entry **ret)
{
	sock_flow_to(sk, a->family, &a->addr, a->port, fl);
	if (sk->opt6.sndflow && a->family == AF_INET6)
		fl->flowlabel = a->flowinfo & FLOWINFO_LABEL;
	return inet_af_find(sk->net, a->family)->route_output(sk->net, fl, ret);
}

int dgram_connect(struct sock *sk, const struct sock_addr *a)
{
	struct sock_addr peer;
	struct dst_entry *dst;
	struct flow fl;
	bool broadcast;
	int err;

	err = sock_peer_addr(sk, a, &peer);
	if (!err)
		err = sock_connect_scope(sk, &peer);
	if (!err)
		err = route_peer(sk, &peer, &fl, &dst);
	if (err)
		return err;
	broadcast = is_broadcast(sk, &fl);
	err = broadcast && !sk->opt.broadcast ? -EACCES : sock_peer_check(sk, peer.family);
	if (err) {
		dst_release(dst);
		return err;
	}
	sock_set_family(sk, peer.family);
	dst_release(sk->dst);
	sk->dst = dst;
	if (sk->saddr_rcv_only)
		sk->src = fl.saddr;
	else
		sk->saddr = fl.saddr;
	sk->daddr = fl.daddr;
	sk->dport = a->port;
	sk->opt6.flowlabel = fl.flowlabel;
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
		sock_set_family(sk, sk->family);
	}
	sk->opt6.flowlabel = 0;
	sk->bound_if = 0; /* as Linux does, whoever bound it */
	if (!sk->bound_port) {
		port_release(sk);
		sk->sport = 0;
	}
	sock_route_reset(sk);
	return 0;
}

/* Out ----------------------------------------------------------------------------------------- */

/* What this datagram's own control data says instead of the socket's options. */
static void set_overrides(const struct sock_msg *msg, int family, struct inet_xmit *x)
{
	if (msg->has_ttl)
		x->ttl = msg->ttl;
	/* :: may have turned out to be IPv4's loopback, in whose header they have no place. */
	if (msg->txopts && family == AF_INET6)
		ip6_txopts_xmit(msg->txopts, x);
	if (msg->has_dontfrag) {
		x->df |= msg->dontfrag;
		x->may_fragment &= !msg->dontfrag;
	}
}

static void set_xmit(const struct sock *sk, const struct sock_msg *msg, struct dgram_tx *tx)
{
	const struct flow *fl = &tx->fl;
	bool multicast = inaddr_multicast(fl->family, &fl->daddr);
	struct inet_xmit *x = &tx->x;

	sock_xmit_init(sk, fl->family, x);
	if (multicast)
		x->ttl = fl->family == AF_INET6 ? sk->opt.mc6_hops : sk->opt.mc_ttl;
	if (fl->family == AF_INET6 && sk->opt6.dontfrag) {
		x->df = true;
		x->may_fragment = false;
	}
	set_overrides(msg, fl->family, x);
	x->tos = fl->tos;
	x->flowlabel = fl->flowlabel;
	x->dport = fl->dport;
	x->saddr = fl->saddr;
	x->daddr = fl->daddr;
	if (multicast) {
		x->no_loop = !(fl->family == AF_INET6 ? sk->opt.mc6_loop : sk->opt.mc_loop);
		x->host_only = !x->ttl;
	}
	tx->mtu = x->ignore_pmtu ? tx->dst->dev->mtu : dst_mtu(tx->dst);
	if (fl->family == AF_INET6 && sk->opt6.mtu)
		tx->mtu = min(tx->mtu, sk->opt6.mtu);
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

/*
 * Where to, by the network layer's name. A name of IPv6 chooses its device by its scope; what the socket is bound to gives
 * way, as in Linux.
 */
static int flow_dgram(struct sock *sk, const struct sock_msg *msg, struct flow *fl)
{
	struct sock_addr to = { .family = sk->af->family, .addr = sk->daddr, .port = sk->dport };
	int err;

	if (msg->has_addr) {
		err = sock_peer_addr(sk, &msg->addr, &to);
		if (err)
			return err == -EAFNOSUPPORT && msg->addr.family == AF_INET && sk->opt.v6only
				       ? -ENETUNREACH
				       : err;
	}
	sock_flow_to(sk, to.family, &to.addr, to.port, fl);
	if (msg->ifindex)
		fl->oif = msg->ifindex;
	else if (to.scope)
		fl->oif = to.scope;
	if (msg->has_addr && to.family == AF_INET6) {
		fl->flowlabel = sk->opt6.sndflow ? to.flowinfo & FLOWINFO_LABEL : 0;
		if (sk->opt6.sndflow && to.flowinfo & FLOWINFO_TCLASS)
			fl->tos = (to.flowinfo & FLOWINFO_TCLASS) >> FLOWINFO_TCLASS_SHIFT;
	}
	if (msg->flowinfo)
		fl->flowlabel = msg->flowinfo & FLOWINFO_LABEL;
	if (msg->has_tos)
		fl->tos = msg->tos;
	if (inaddr_any(&msg->local))
		return 0;
	if (msg->family && msg->family != fl->family)
		return -EINVAL;
	if (fl->family == AF_INET6 && !sock_source6(sk, &msg->local, fl->oif))
		return -EINVAL;
	fl->saddr = msg->local;
	return 0;
}

static int route_dgram(struct sock *sk, const struct sock_msg *msg, struct dgram_tx *tx)
{
	int err = flow_dgram(sk, msg, &tx->fl);

	if (!err)
		err = inet_af_find(sk->net, tx->fl.family)
			      ->route_output(sk->net, &tx->fl, &tx->dst);
	if (err) {
		tx->dst = NULL;
		return err;
	}
	if (!sk->opt.broadcast && is_broadcast(sk, &tx->fl))
		return -EACCES;
	return sock_peer_check(sk, tx->fl.family);
}

int dgram_tx_init(struct sock *sk, const struct sock_msg *msg, struct dgram_tx *tx)
{
	int err;

	tx->dst = NULL;
	if (!msg->has_addr && sk->state != SS_ESTABLISHED)
		return -EDESTADDRREQ;
	if (msg->has_addr || msg->ifindex || msg->has_tos || msg->flowinfo ||
	    !inaddr_any(&msg->local))
		err = route_dgram(sk, msg, tx);
	else
		err = route_connected(sk, tx);
	if (err) {
		dgram_tx_exit(tx);
		return err;
	}
	tx->af = inet_af_find(sk->net, tx->fl.family);
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

	/* IPv6's length field does not count the fixed header. */
	if (tx->x.may_fragment && tx->fl.family == AF_INET6)
		room += tx->af->header_len;
	if (tx->af->header_len + tx->x.options_len + hdr_len + skb->len <= room)
		return 0;
	if (sock_recverr(sk, tx->fl.family))
		errq_too_big(sk, &tx->fl, tx->mtu);
	if (tx->fl.family == AF_INET6 && sk->opt6.recvpathmtu)
		errq_pathmtu(sk, &tx->fl, tx->mtu);
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
	return tx->af->xmit(sk->net, skb, tx->dst, &tx->x);
}

/* In ------------------------------------------------------------------------------------------ */

bool dgram_queue(struct sock *sk, struct sk_buff *skb, be16 sport)
{
	dgram_cb(skb)->sport = sport;
	if (!skb->tstamp)
		skb->tstamp = sk->net->now;
	return sock_queue_rcv(sk, skb);
}

/* Is the packet's header still before @skb's data? Not when it was cut off another's. */
static bool has_header6(const struct sk_buff *skb)
{
	const struct ipv6_hdr *ip6 = ipv6_hdr(skb);

	return (const uint8_t *)(ip6 + 1) <= skb->data;
}

/*
 * IPv6's first word, where somebody asks for it; one that was cut off another has no header any more. In the sender's name
 * it stands on ping sockets alone, and by another option: so does Linux.
 */
static void fill_flowinfo(const struct sock *sk, const struct sk_buff *skb, struct sock_msg *ret)
{
	uint32_t flowinfo;

	if (!has_header6(skb))
		return;
	flowinfo = ntohl(ipv6_hdr(skb)->ver_class_label) & FLOWINFO_MASK;
	if (sk->opt6.recvflowinfo)
		ret->flowinfo = flowinfo;
	if (sk->opt6.sndflow && sk->type == SOCK_DGRAM && sk->protocol == IPPROTO_ICMPV6)
		ret->addr.flowinfo = flowinfo;
}

struct sk_buff *dgram_recv(struct sock *sk, struct sock_msg *ret)
{
	struct sk_buff *skb = skb_dequeue(&sk->rcvq);
	const struct dgram_cb *cb;

	if (!skb)
		return NULL;
	sock_rmem_uncharge(sk, skb);
	cb = dgram_cb(skb);
	*ret = (struct sock_msg){
		.has_addr = true,
		.addr.port = cb->sport,
		.family = cb->parm.family,
		.ifindex = cb->parm.iif,
		.local = cb->parm.daddr,
		.has_ttl = true,
		.has_tos = true,
		.ttl = cb->parm.ttl,
		.tos = cb->parm.tos,
		.tstamp = skb->tstamp,
		.len = skb->len,
	};
	ret->frag_size =
		cb->parm.family == AF_INET6 ? ip6_cb(skb)->frag_size : ip_cb(skb)->frag_size;
	sock_show_addr(sk, cb->parm.family, &cb->parm.saddr, cb->parm.iif, &ret->addr);
	if (cb->parm.family == AF_INET6 && (sk->opt6.recvflowinfo || sk->opt6.sndflow))
		fill_flowinfo(sk, skb, ret);
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

const uint8_t *dgram_exthdr(const struct sk_buff *skb, enum dgram_exthdr which, unsigned *ret_len)
{
	const struct ip6_skb_cb *cb = ip6_cb(skb);
	const uint8_t offs[] = { cb->hop, cb->dst0, cb->rt, cb->dst1 };
	const uint8_t *hdr = (const uint8_t *)skb_network_header(skb) + offs[which] * 8;

	if (cb->parm.family != AF_INET6 || !offs[which] || !has_header6(skb))
		return NULL;
	*ret_len = (hdr[1] + 1) * 8;
	return hdr;
}

void dgram_unrecv(struct sock *sk, struct sk_buff *skb)
{
	sock_rmem_charge(sk, skb);
	skb_queue_head(&sk->rcvq, skb);
}

void dgram_err(struct sock *sk, const struct icmp_err *e, uint32_t skip)
{
	uint8_t pmtudisc = e->fl.family == AF_INET6 ? sk->opt6.pmtudisc : sk->opt.pmtudisc;
	bool hard = e->fatal;

	if (e->error == EMSGSIZE) {
		if (pmtudisc < IP_PMTUDISC_INTERFACE)
			sock_update_pmtu(sk, &e->fl, e->mtu);
		if (pmtudisc == IP_PMTUDISC_DONT)
			return;
		hard = true;
	}
	/*
	 * RFC 1122 4.1.3.3: an application that is not connected could not tell which datagram it
	 * was.
	 */
	if (sock_recverr(sk, e->fl.family))
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
		sock_rmem_uncharge(sk, skb);
		skb_free(skb);
	}
	errq_purge(sk);
	sock_put(sk);
}
