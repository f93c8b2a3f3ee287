/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP (RFC 768, RFC 8085, RFC 1122 4.1): sockets that send and receive datagrams by port.
 *
 *	in:  [network layer] -> udp_rcv -> udp_table_lookup -> dgram_queue -> the owner's readable()
 *	out: sock_send -> udp_send -> dgram_tx_init -> inet_af_ops.xmit
 *
 * Knows no network layer: addresses come in struct inet_skb_parm, and go out in struct inet_xmit.
 */
#include "stack/transport/udp.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <stdlib.h>
#include "stack/lib/checksum.h"
#include "stack/transport/dgram.h"
#include "stack/transport/sockopt.h"
#include "stack/transport/transport.h"
#include "stack/transport/udp_table.h"

struct udp_hdr {
	be16 source, dest;
	be16 len;   /* header and payload */
	be16 check; /* 0: none (IPv4 only) */
} __packed;

#define UDP_CHECKSUM_ZERO 0xffff /* a sum of zero, as it is sent: 0 means that there is none */

static struct udp_table *table(const struct sock *sk)
{
	return sk->net->transport->udp;
}

/* In ------------------------------------------------------------------------------------------ */

/* Each family has its own counters. */
#define UDP_INC(net, family, name) \
	((net)->mib[(family) == AF_INET6 ? MIB_Udp6##name : MIB_Udp##name]++)

static int drop_bad(struct net *net, struct sk_buff *skb, enum drop_reason reason)
{
	int family = inet_parm(skb)->family;

	if (reason == DROP_UDP_CSUM)
		UDP_INC(net, family, InCsumErrors);
	UDP_INC(net, family, InErrors);
	return skb_drop(net, skb, reason);
}

/* RFC 8200 8.1: IPv6 has no other checksum; RFC 6935 lets who asks do without (UDP_NO_CHECK6_RX). */
static bool lacks_checksum(const struct sk_buff *skb, const struct udp_hdr *uh)
{
	return !uh->check && inet_parm(skb)->family == AF_INET6;
}

static bool checksum_ok(const struct sk_buff *skb, const struct udp_hdr *uh)
{
	const struct inet_skb_parm *parm = inet_parm(skb);
	uint32_t sum;

	if (!uh->check || skb->csum != CSUM_NONE)
		return true;
	sum = csum_pseudo(parm->family, &parm->saddr, &parm->daddr, skb->len, IPPROTO_UDP);
	return csum_fold(skb_checksum(skb, 0, skb->len, sum)) == 0;
}

static void queue_one(struct sock *sk, struct sk_buff *skb, be16 sport)
{
	int family = inet_parm(skb)->family;
	struct net *net = sk->net;

	if (dgram_queue(sk, skb, sport)) {
		UDP_INC(net, family, InDatagrams);
		return;
	}
	UDP_INC(net, family, RcvbufErrors);
	UDP_INC(net, family, InErrors);
}

/* Give @skb (data at the UDP header) to @sk; one that a device joined of several is cut again. */
static void deliver(struct sock *sk, struct sk_buff *skb, be16 sport)
{
	struct net *net = sk->net;
	uint32_t size = skb->gso_size;
	struct sk_buff *rest;

	if (inet_parm(skb)->ttl < sock_min_ttl(sk, inet_parm(skb)->family)) {
		skb_drop(net, skb, DROP_SOCK_FILTER);
		return;
	}
	if (unlikely(lacks_checksum(skb, (struct udp_hdr *)skb->data)) && !sk->opt6.no_check_rx) {
		drop_bad(net, skb, DROP_UDP_CSUM);
		return;
	}
	skb_pull(skb, sizeof(struct udp_hdr));
	sock_hold(sk);
	while (size && skb->len > size) {
		rest = skb_split(net, skb, size, 0);
		if (!rest)
			break;
		/*
		 * The headers stay with the first: whatever the network layer noted of them is not
		 * of this one.
		 */
		memset(rest->cb + sizeof(struct inet_skb_parm), 0,
		       sizeof(rest->cb) - sizeof(struct inet_skb_parm));
		queue_one(sk, skb, sport);
		skb = rest;
	}
	queue_one(sk, skb, sport);
	sock_put(sk);
}

/* RFC 1122 4.1.3.5 and 3.3.7: to every socket that wants it; nobody is told when there is none. */
static int deliver_all(struct net *net, struct sk_buff *skb, const struct udp_key *key)
{
	struct udp_table *t = net->transport->udp;
	struct sock *sk = udp_table_next(t, key, NULL), *next;
	struct sk_buff *copy;

	if (!sk)
		return skb_drop(net, skb, DROP_UDP_NO_PORT);
	for (; (next = udp_table_next(t, key, sk)); sk = next) {
		copy = skb_clone(net, skb);
		if (copy)
			deliver(sk, copy, key->rport);
	}
	deliver(sk, skb, key->rport);
	return 0;
}

/* Only a frame that was sent to many, or our own copy, can hold a packet that was. */
static bool is_for_many(struct net *net, const struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = inet_parm(skb);

	if (inaddr_multicast(parm->family, &parm->daddr))
		return true;
	if (parm->family == AF_INET6 || (skb->pkt_type == PACKET_HOST && !skb->looped))
		return false;
	return inet_af_find(net, parm->family)->addr_type(net, &parm->daddr, skb->dev) ==
	       RTN_BROADCAST;
}

static int udp_rcv(struct net *net, struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = inet_parm(skb);
	const struct udp_hdr *uh = skb_hdr(skb, sizeof(*uh));
	struct udp_key key;
	struct sock *sk;
	uint32_t len;

	if (!uh)
		return drop_bad(net, skb, DROP_UDP_HDR);
	len = ntohs(uh->len);
	if (len < sizeof(*uh) || len > skb->len)
		return drop_bad(net, skb, DROP_UDP_HDR);
	skb_trim(skb, len);
	if (!checksum_ok(skb, uh))
		return drop_bad(net, skb, DROP_UDP_CSUM);
	key = (struct udp_key){
		.family = parm->family,
		.iif = parm->iif,
		.local = parm->daddr,
		.remote = parm->saddr,
		.lport = uh->dest,
		.rport = uh->source,
	};
	if (is_for_many(net, skb))
		return deliver_all(net, skb, &key);
	sk = udp_table_lookup(net, net->transport->udp, &key);
	if (!sk) {
		if (lacks_checksum(skb, uh))
			return drop_bad(net, skb, DROP_UDP_CSUM);
		UDP_INC(net, parm->family, NoPorts);
		inet_af_find(net, parm->family)->port_unreach(net, skb);
		return skb_drop(net, skb, DROP_UDP_NO_PORT);
	}
	deliver(sk, skb, key.rport);
	return 0;
}

static void udp_err(struct net *net, const struct icmp_err *e)
{
	struct udp_key key = {
		.family = e->fl.family,
		.iif = e->fl.iif,
		.local = e->fl.saddr,
		.remote = e->fl.daddr,
		.lport = e->fl.sport,
		.rport = e->fl.dport,
	};
	struct sock *sk = udp_table_lookup(net, net->transport->udp, &key);

	if (sk)
		dgram_err(sk, e, sizeof(struct udp_hdr));
}

/* Out ----------------------------------------------------------------------------------------- */

static int udp_autobind(struct sock *sk)
{
	bool had_port = sk->sport;
	int err = dgram_autobind(sk, &table(sk)->ports);

	if (!err && !had_port)
		udp_table_enter(table(sk), sk);
	return err;
}

/* Left to the device where it can: but not for what will be cut into fragments. */
static void fill_checksum(const struct dgram_tx *tx, struct sk_buff *skb, struct udp_hdr *uh)
{
	uint32_t sum =
		csum_pseudo(tx->fl.family, &tx->fl.saddr, &tx->fl.daddr, skb->len, IPPROTO_UDP);

	if (tx->af->header_len + tx->x.options_len + skb->len <= tx->mtu) {
		uh->check = ~csum_fold(sum);
		skb->csum = CSUM_PARTIAL;
		skb->csum_start = skb->data - skb->head;
		skb->csum_offset = offsetof(struct udp_hdr, check);
		return;
	}
	uh->check = csum_fold(skb_checksum(skb, 0, skb->len, sum));
	if (!uh->check)
		uh->check = UDP_CHECKSUM_ZERO;
}

static int transmit(struct sock *sk, struct dgram_tx *tx, struct sk_buff *skb)
{
	struct net *net = sk->net;
	struct udp_hdr *uh = skb_push(skb, sizeof(*uh));
	int family = tx->fl.family, err;

	skb_reset_transport_header(skb);
	*uh = (struct udp_hdr){ .source = sk->sport, .dest = tx->fl.dport, .len = htons(skb->len) };
	skb->csum = CSUM_NONE;
	if (!(family == AF_INET6 ? sk->opt6.no_check_tx : sk->opt.no_check))
		fill_checksum(tx, skb, uh);
	err = dgram_xmit(sk, tx, skb);
	if (!err)
		UDP_INC(net, family, OutDatagrams);
	else if (err == -ENOBUFS || err == -ENOMEM)
		UDP_INC(net, family, SndbufErrors);
	return err;
}

static int udp_send(struct sock *sk, const struct sock_msg *msg, struct sk_buff *skb)
{
	struct dgram_tx tx;
	int err = udp_autobind(sk);

	if (err)
		goto drop;
	err = -EMSGSIZE;
	if (skb->len > UINT16_MAX)
		goto drop;
	err = -EINVAL;
	if (msg->has_addr && !msg->addr.port)
		goto drop;
	err = dgram_tx_init(sk, msg, &tx);
	if (err)
		goto drop;
	err = dgram_may_send(sk);
	if (!err)
		err = dgram_tx_check_size(sk, &tx, skb, sizeof(struct udp_hdr));
	if (err)
		goto drop_route;
	err = transmit(sk, &tx, skb);
	dgram_tx_exit(&tx);
	return err;

drop_route:
	dgram_tx_exit(&tx);
drop:
	skb_free(skb);
	return err;
}

/* The socket ---------------------------------------------------------------------------------- */

static int udp_bind(struct sock *sk, const struct sock_addr *a)
{
	int err = dgram_bind(sk, &table(sk)->ports, a);

	if (!err)
		udp_table_enter(table(sk), sk);
	return err;
}

static int udp_connect(struct sock *sk, const struct sock_addr *a)
{
	int err = udp_autobind(sk);

	if (err)
		return err;
	udp_table_leave(table(sk), sk);
	err = dgram_connect(sk, a);
	udp_table_enter(table(sk), sk);
	return err;
}

static int udp_disconnect(struct sock *sk)
{
	udp_table_leave(table(sk), sk);
	dgram_disconnect(sk);
	if (sk->sport)
		udp_table_enter(table(sk), sk);
	return 0;
}

static bool *no_check6_flag(struct sock *sk, int level, int name)
{
	if (level != IPPROTO_UDP)
		return NULL;
	if (name == UDP_NO_CHECK6_TX)
		return &sk->opt6.no_check_tx;
	return name == UDP_NO_CHECK6_RX ? &sk->opt6.no_check_rx : NULL;
}

/* UDP_CORK: datagrams are not put together of several writes, and so it is always off. */
static bool is_cork(int level, int name)
{
	return level == IPPROTO_UDP && name == UDP_CORK;
}

static int udp_setsockopt(struct sock *sk, int level, int name, const void *val, uint32_t len)
{
	bool *flag = no_check6_flag(sk, level, name);
	int n;

	if (level != IPPROTO_UDP)
		return -ENOPROTOOPT;
	if (len < sizeof(n))
		return -EINVAL;
	memcpy(&n, val, sizeof(n));
	if (!flag)
		return is_cork(level, name) && !n ? 0 : -ENOPROTOOPT;
	*flag = n;
	return 0;
}

static int udp_getsockopt(struct sock *sk, int level, int name, void *val, uint32_t *len)
{
	const bool *flag = no_check6_flag(sk, level, name);
	int n;

	if (!flag && !is_cork(level, name))
		return -ENOPROTOOPT;
	n = flag && *flag;
	return sockopt_copy(val, len, &n, sizeof(n));
}

static void udp_close(struct sock *sk, bool abort)
{
	(void)abort;
	udp_table_leave(table(sk), sk);
	dgram_close(sk);
}

const struct proto udp_proto = {
	.name = "UDP",
	.type = SOCK_DGRAM,
	.protocol = IPPROTO_UDP,
	.obj_size = sizeof(struct sock),
	.bind = udp_bind,
	.connect = udp_connect,
	.disconnect = udp_disconnect,
	.close = udp_close,
	.send_dgram = udp_send,
	.setsockopt = udp_setsockopt,
	.getsockopt = udp_getsockopt,
};

static const struct inet_protocol udp_protocol = {
	.proto = IPPROTO_UDP,
	.rcv = udp_rcv,
	.err = udp_err,
};

int udp_init(struct net *net)
{
	struct udp_table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	port_table_init(&t->ports);
	net->transport->udp = t;
	inet_protocol_register(net, &udp_protocol);
	return 0;
}

void udp_exit(struct net *net)
{
	if (!net->transport)
		return;
	free(net->transport->udp);
	net->transport->udp = NULL;
}
