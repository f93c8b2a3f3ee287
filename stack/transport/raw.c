/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets (raw(7)). Each gets a copy of every packet of its protocol that is for this host,
 * before the protocol does: with the network header in front for IPv4, without it for IPv6 (RFC
 * 3542 3). It sends payload behind a header that IP makes, or, with IP_HDRINCL, a packet that it
 * made.
 *
 * IPv4 calls raw_deliver() and raw_err() through the hooks that it offers.
 */
#include "stack/transport/raw.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/ip.h"
#include "stack/transport/dgram.h"
#include "stack/transport/errqueue.h"
#include "stack/transport/mcast.h"
#include "stack/transport/transport.h"

/* linux/icmp.h's option of level SOL_RAW: a bit for each type that is not wanted */
#define RAW_ICMP_FILTER	  1
#define ICMP_FILTER_TYPES 32

struct raw_table {
	struct hlist_head hash[256]; /* sock.hash_node, by protocol */
};

/* In ------------------------------------------------------------------------------------------ */

static bool is_for(const struct sock *sk, const struct inet_skb_parm *parm)
{
	if (sk->family != parm->family || (sk->bound_if && parm->iif && sk->bound_if != parm->iif))
		return false;
	if (!inaddr_any(&sk->saddr) && !inaddr_equal(&sk->saddr, &parm->daddr))
		return false;
	return inaddr_any(&sk->daddr) || inaddr_equal(&sk->daddr, &parm->saddr);
}

/* Does @sk refuse it, by one of its filters? */
static bool is_filtered(const struct sock *sk, struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = inet_parm(skb);
	const struct icmp_hdr *icmp;

	if (parm->ttl < sk->opt.min_ttl)
		return true;
	if (inaddr_multicast(parm->family, &parm->daddr) &&
	    !mcast_allow(sk, parm->family, &parm->daddr, &parm->saddr, parm->iif))
		return true;
	if (sk->protocol != IPPROTO_ICMP || !sk->opt.icmp_filter)
		return false;
	icmp = skb_hdr(skb, sizeof(*icmp));
	return icmp && icmp->type < ICMP_FILTER_TYPES && sk->opt.icmp_filter & 1u << icmp->type;
}

static void deliver(struct sock *sk, const struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(sk->net, skb);

	if (!copy) {
		sk->drops++;
		return;
	}
	if (inet_parm(copy)->family == AF_INET)
		skb_push(copy, copy->data - (uint8_t *)skb_network_header(copy));
	dgram_queue(sk, copy, 0);
}

static bool raw_deliver(struct net *net, struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = inet_parm(skb);
	struct hlist_node *next;
	bool taken = false;
	struct sock *sk;

	for (struct hlist_node *n = net->transport->raw->hash[parm->proto].first; n; n = next) {
		next = n->next;
		sk = hlist_entry(n, struct sock, hash_node);
		if (!is_for(sk, parm))
			continue;
		taken = true;
		if (!is_filtered(sk, skb))
			deliver(sk, skb);
	}
	return taken;
}

static void raw_err(struct net *net, const struct icmp_err *e)
{
	const struct inet_skb_parm parm = {
		.saddr = e->fl.daddr,
		.daddr = e->fl.saddr,
		.iif = e->fl.iif,
		.family = e->fl.family,
		.proto = e->fl.proto,
	};
	struct hlist_node *next;

	for (struct hlist_node *n = net->transport->raw->hash[parm.proto].first; n; n = next) {
		struct sock *sk = hlist_entry(n, struct sock, hash_node);

		next = n->next;
		if (is_for(sk, &parm))
			dgram_err(sk, e, 0);
	}
}

/* Out ----------------------------------------------------------------------------------------- */

static int send_packet(struct sock *sk, struct dgram_tx *tx, struct sk_buff *skb)
{
	uint32_t mtu = tx->dst->dev->mtu;
	int err = dgram_may_send(sk);

	if (err) {
		skb_free(skb);
		return err;
	}
	if (skb->len > mtu && sk->opt.recverr)
		errq_too_big(sk, skb, &tx->fl.daddr, tx->fl.dport, mtu);
	dgram_tx_charge(sk, skb);
	return ip_send_hdrincl(sk->net, skb, tx->dst);
}

static int send_payload(struct sock *sk, struct dgram_tx *tx, struct sk_buff *skb)
{
	int err = dgram_has_room(sk);

	if (!err)
		err = dgram_tx_check_size(sk, tx, skb, 0);
	if (err) {
		skb_free(skb);
		return err;
	}
	skb_reset_transport_header(skb);
	skb->csum = CSUM_NONE;
	return dgram_xmit(sk, tx, skb);
}

static int raw_send(struct sock *sk, const struct sock_msg *msg, struct sk_buff *skb)
{
	struct dgram_tx tx;
	int err = -EMSGSIZE;

	if (skb->len <= UINT16_MAX)
		err = dgram_tx_init(sk, msg, &tx);
	if (err) {
		skb_free(skb);
		return err;
	}
	err = sk->opt.hdrincl ? send_packet(sk, &tx, skb) : send_payload(sk, &tx, skb);
	dgram_tx_exit(&tx);
	return err;
}

/* The socket ---------------------------------------------------------------------------------- */

static int raw_init_sock(struct sock *sk)
{
	/* Linux shows the protocol in the port's place. */
	sk->sport = htons(sk->protocol);
	sk->opt.reuseaddr = true;
	sk->opt.hdrincl = sk->family == AF_INET && sk->protocol == IPPROTO_RAW;
	hlist_add_head(&sk->hash_node, &sk->net->transport->raw->hash[sk->protocol]);
	return 0;
}

static int raw_bind(struct sock *sk, const struct sock_addr *a)
{
	sk->saddr = a->addr;
	return 0;
}

/* As in Linux, this forgets what was bound, too. */
static int raw_disconnect(struct sock *sk)
{
	sk->bound_addr = sk->bound_port = false;
	return dgram_disconnect(sk);
}

static void raw_close(struct sock *sk, bool abort)
{
	(void)abort;
	dgram_close(sk);
}

static int raw_setsockopt(struct sock *sk, int level, int name, const void *val, uint32_t len)
{
	if (level != SOL_RAW || name != RAW_ICMP_FILTER)
		return -ENOPROTOOPT;
	if (sk->protocol != IPPROTO_ICMP)
		return -EOPNOTSUPP;
	memcpy(&sk->opt.icmp_filter, val, min(len, (uint32_t)sizeof(sk->opt.icmp_filter)));
	return 0;
}

static int raw_getsockopt(struct sock *sk, int level, int name, void *val, uint32_t *len)
{
	if (level != SOL_RAW || name != RAW_ICMP_FILTER)
		return -ENOPROTOOPT;
	if (sk->protocol != IPPROTO_ICMP)
		return -EOPNOTSUPP;
	*len = min(*len, (uint32_t)sizeof(sk->opt.icmp_filter));
	memcpy(val, &sk->opt.icmp_filter, *len);
	return 0;
}

const struct proto raw_proto = {
	.name = "RAW",
	.type = SOCK_RAW,
	.obj_size = sizeof(struct sock),
	.init = raw_init_sock,
	.bind = raw_bind,
	.connect = dgram_connect,
	.disconnect = raw_disconnect,
	.close = raw_close,
	.send_dgram = raw_send,
	.setsockopt = raw_setsockopt,
	.getsockopt = raw_getsockopt,
};

int raw_init(struct net *net)
{
	struct raw_table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	net->transport->raw = t;
	ipv4_raw_register(net, raw_deliver);
	icmp_raw_register(net, raw_err);
	return 0;
}

void raw_exit(struct net *net)
{
	if (!net->transport || !net->transport->raw)
		return;
	ipv4_raw_register(net, NULL);
	icmp_raw_register(net, NULL);
	free(net->transport->raw);
	net->transport->raw = NULL;
}
