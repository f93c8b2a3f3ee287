/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ping sockets (icmp(7)). They send echo requests and nothing else, and get the replies to their
 * own: the identifier is the socket's "port", chosen here or by bind(2), and stands in each message
 * whatever the application wrote. What is sent and received begins with the ICMP header.
 *
 * ICMP of either family calls ping_rcv() and ping_err() through the hook that it offers.
 */
#include "stack/transport/ping.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/ipv4/icmp.h"
#include "stack/ipv6/icmp6.h"
#include "stack/lib/checksum.h"
#include "stack/lib/in6.h"
#include "stack/transport/dgram.h"
#include "stack/transport/port.h"
#include "stack/transport/transport.h"

struct ping_table {
	struct port_table ids;
};

struct echo_hdr {
	uint8_t type, code;
	be16 check;
	be16 id, seq;
} __packed;

static struct port_table *ids(const struct sock *sk)
{
	return &sk->net->transport->ping->ids;
}

/* In ------------------------------------------------------------------------------------------ */

static struct sock *lookup(struct net *net, const struct inet_skb_parm *parm, be16 id)
{
	struct sock *sk;

	hlist_for_each_entry(sk, port_bucket(&net->transport->ping->ids, id), bind_node) {
		if (sk->sport != id || sk->family != parm->family ||
		    (sk->bound_if && parm->iif && sk->bound_if != parm->iif))
			continue;
		if (inaddr_any(&sk->saddr) || inaddr_equal(&sk->saddr, &parm->daddr))
			return sk;
	}
	return NULL;
}

static int ping_rcv(struct net *net, struct sk_buff *skb)
{
	const struct echo_hdr *hdr = skb_hdr(skb, sizeof(*hdr));
	struct sock *sk;

	if (!hdr)
		return skb_drop(net, skb, DROP_ICMP_HDR);
	sk = lookup(net, inet_parm(skb), hdr->id);
	if (!sk)
		return skb_drop(net, skb, DROP_RAW_NO_SOCK);
	if (inet_parm(skb)->ttl < sock_min_ttl(sk, sk->family))
		return skb_drop(net, skb, DROP_SOCK_FILTER);
	dgram_queue(sk, skb, 0);
	return 0;
}

static void ping_err(struct net *net, const struct icmp_err *e)
{
	const struct inet_skb_parm parm = {
		.saddr = e->fl.daddr,
		.daddr = e->fl.saddr,
		.iif = e->fl.iif,
		.family = e->fl.family,
	};
	struct sock *sk = lookup(net, &parm, e->fl.sport);

	if (sk)
		dgram_err(sk, e, 0);
}

/* Out ----------------------------------------------------------------------------------------- */

static int fill_header(struct sock *sk, struct sk_buff *skb)
{
	struct echo_hdr *hdr = skb_hdr(skb, sizeof(*hdr));
	uint8_t request = sk->family == AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;

	if (!hdr || hdr->type != request || hdr->code)
		return -EINVAL;
	hdr->id = sk->sport;
	hdr->check = 0;
	skb->csum = CSUM_NONE;
	skb_reset_transport_header(skb);
	return 0;
}

/* RFC 4443 2.3: ICMPv6's covers a pseudo header, and so the addresses must be known. */
static void fill_checksum(const struct dgram_tx *tx, struct sk_buff *skb)
{
	struct echo_hdr *hdr = (struct echo_hdr *)skb->data;
	uint32_t sum = 0;

	if (tx->fl.family == AF_INET6)
		sum = csum_pseudo(AF_INET6, &tx->fl.saddr, &tx->fl.daddr, skb->len, IPPROTO_ICMPV6);
	hdr->check = csum_fold(skb_checksum(skb, 0, skb->len, sum));
}

static void count_out(const struct sock *sk)
{
	if (sk->family == AF_INET6) {
		MIB_INC(sk->net, Icmp6OutMsgs);
		MIB_INC(sk->net, Icmp6OutEchos);
	} else {
		MIB_INC(sk->net, IcmpOutMsgs);
		MIB_INC(sk->net, IcmpOutEchos);
	}
}

/* A link-local destination needs a device, and it must not be another than the one that is bound. */
static int check_scope(const struct sock *sk, const struct sock_msg *msg)
{
	bool scoped = msg->has_addr && sk->family == AF_INET6 && in6_needs_scope(&msg->addr.addr);
	int oif = scoped ? msg->addr.scope : 0;

	if (oif && sk->bound_if && oif != sk->bound_if)
		return -EINVAL;
	if (!scoped || oif || sk->bound_if || msg->ifindex || sk->opt6.pktinfo_if)
		return 0;
	return in6_is_multicast(&msg->addr.addr) && sk->opt.mc6_if ? 0 : -EINVAL;
}

static int ping_send(struct sock *sk, const struct sock_msg *msg, struct sk_buff *skb)
{
	struct dgram_tx tx;
	int err = dgram_autobind(sk, ids(sk));

	if (err)
		goto drop;
	err = -EMSGSIZE;
	if (skb->len > UINT16_MAX)
		goto drop;
	err = fill_header(sk, skb);
	if (!err)
		err = check_scope(sk, msg);
	if (!err)
		err = dgram_tx_init(sk, msg, &tx);
	if (err)
		goto drop;
	err = dgram_may_send(sk);
	if (!err)
		err = dgram_tx_check_size(sk, &tx, skb, 0);
	if (err)
		goto drop_route;
	fill_checksum(&tx, skb);
	err = dgram_xmit(sk, &tx, skb);
	if (!err)
		count_out(sk);
	dgram_tx_exit(&tx);
	return err;

drop_route:
	dgram_tx_exit(&tx);
drop:
	skb_free(skb);
	return err;
}

/* The socket ---------------------------------------------------------------------------------- */

/* As in Linux, identifiers may be shared, unless SO_REUSEADDR is switched off. */
static int ping_init_sock(struct sock *sk)
{
	sk->opt.reuseaddr = true;
	sk->opt.v6only = sk->family == AF_INET6;
	return 0;
}

static int ping_bind(struct sock *sk, const struct sock_addr *a)
{
	return dgram_bind(sk, ids(sk), a);
}

static int ping_connect(struct sock *sk, const struct sock_addr *a)
{
	int err = dgram_autobind(sk, ids(sk));

	return err ? err : dgram_connect(sk, a);
}

static void ping_close(struct sock *sk, bool abort)
{
	(void)abort;
	dgram_close(sk);
}

#define PING_PROTO(text, af, number)                                                          \
	{                                                                                     \
		.name = text, .family = af, .type = SOCK_DGRAM, .protocol = number,           \
		.obj_size = sizeof(struct sock), .init = ping_init_sock, .bind = ping_bind,   \
		.connect = ping_connect, .disconnect = dgram_disconnect, .close = ping_close, \
		.send_dgram = ping_send,                                                      \
	}

const struct proto ping_proto = PING_PROTO("PING", AF_INET, IPPROTO_ICMP);
const struct proto ping6_proto = PING_PROTO("PINGv6", AF_INET6, IPPROTO_ICMPV6);

static const struct icmp_ping ping_hook = { ping_rcv, ping_err };
static const struct icmp6_ping ping6_hook = { ping_rcv, ping_err };

int ping_init(struct net *net)
{
	struct ping_table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	port_table_init(&t->ids);
	t->ids.low = 1;
	t->ids.high = UINT16_MAX;
	net->transport->ping = t;
	icmp_ping_register(net, &ping_hook);
	if (net->ipv6)
		icmp6_ping_register(net, &ping6_hook);
	return 0;
}

void ping_exit(struct net *net)
{
	if (!net->transport || !net->transport->ping)
		return;
	icmp_ping_register(net, NULL);
	if (net->ipv6)
		icmp6_ping_register(net, NULL);
	free(net->transport->ping);
	net->transport->ping = NULL;
}
