/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets (raw(7)). Each gets a copy of every packet of its protocol that is for this host,
 * before the protocol does: with the network header in front for IPv4, without it for IPv6 (RFC
 * 3542 3). It sends payload behind a header that IP makes, or, with IP_HDRINCL, a packet that it
 * made.
 *
 * Checksums of IPv6: of ICMPv6 always, of others where IPV6_CHECKSUM says where (RFC 3542 3.1). A socket of IPv6 has
 * nothing to do with IPv4: a mapped address names nobody.
 *
 * The network layers call raw_deliver() and raw_err() through the hooks that they offer.
 */
#include "stack/transport/raw.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ipv6.h"
#include "stack/lib/checksum.h"
#include "stack/transport/dgram.h"
#include "stack/transport/errqueue.h"
#include "stack/transport/mcast.h"
#include "stack/transport/sockopt.h"
#include "stack/transport/transport.h"

/* linux/icmp.h's option of level SOL_RAW: a bit for each type that is not wanted */
#define RAW_ICMP_FILTER	  1
#define ICMP_FILTER_TYPES 32
#define ICMPV6_FILTER	  1 /* linux/icmpv6.h, of level SOL_ICMPV6 */

#define MH_CHECKSUM_OFFSET 4 /* RFC 6275 6.1.1 */

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

/* ICMP_FILTER, ICMP6_FILTER */
static bool is_unwanted_icmp(const struct sock *sk, struct sk_buff *skb)
{
	const uint32_t *filter = sk->opt6.icmp_filter;
	const uint8_t *type; /* the first byte, with both */

	if (sk->family == AF_INET && sk->protocol == IPPROTO_ICMP && sk->opt.icmp_filter) {
		type = skb_hdr(skb, sizeof(struct icmp_hdr));
		return type && *type < ICMP_FILTER_TYPES && sk->opt.icmp_filter & 1u << *type;
	}
	if (sk->family == AF_INET6 && sk->protocol == IPPROTO_ICMPV6) {
		type = skb_hdr(skb, 1);
		return type && filter[*type >> 5] & 1u << (*type & 31);
	}
	return false;
}

static uint32_t checksum6(const struct sk_buff *skb, const union inaddr *saddr,
			  const union inaddr *daddr, uint8_t proto)
{
	uint32_t sum = csum_pseudo(AF_INET6, saddr, daddr, skb->len, proto);

	return csum_fold(skb_checksum(skb, 0, skb->len, sum));
}

static bool checksum_ok(const struct sock *sk, const struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = inet_parm(skb);

	return sk->family != AF_INET6 || sk->opt6.csum_offset < 0 || skb->csum != CSUM_NONE ||
	       !checksum6(skb, &parm->saddr, &parm->daddr, parm->proto);
}

/* Does @sk refuse it, by one of its filters? */
static bool is_filtered(const struct sock *sk, struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = inet_parm(skb);

	if (parm->ttl < sock_min_ttl(sk, parm->family))
		return true;
	if (inaddr_multicast(parm->family, &parm->daddr) &&
	    !mcast_allow(sk, parm->family, &parm->daddr, &parm->saddr, parm->iif))
		return true;
	return is_unwanted_icmp(sk, skb) || !checksum_ok(sk, skb);
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
	if (skb->len > mtu && sock_recverr(sk, tx->fl.family))
		errq_too_big(sk, &tx->fl, mtu);
	dgram_tx_charge(sk, skb);
	return tx->af->send_hdrincl(sk->net, skb, tx->dst);
}

/* The checksum of what goes by IPv6, at the place that the socket names. */
static int fill_checksum6(const struct sock *sk, const struct dgram_tx *tx, struct sk_buff *skb)
{
	int off = sk->opt6.csum_offset;
	uint8_t *field;
	be16 check = 0;

	if (off < 0)
		return 0;
	field = skb_hdr(skb, off + sizeof(check));
	if (!field)
		return -EINVAL;
	field += off;
	memcpy(field, &check, sizeof(check));
	check = checksum6(skb, &tx->fl.saddr, &tx->fl.daddr, tx->x.proto);
	if (!check && tx->x.proto == IPPROTO_UDP)
		check = (be16)~check; /* RFC 768: zero would say that there is none */
	memcpy(field, &check, sizeof(check));
	return 0;
}

static int send_payload(struct sock *sk, struct dgram_tx *tx, struct sk_buff *skb)
{
	int err = dgram_has_room(sk);

	if (!err)
		err = dgram_tx_check_size(sk, tx, skb, 0);
	if (!err && tx->fl.family == AF_INET6)
		err = fill_checksum6(sk, tx, skb);
	if (err) {
		skb_free(skb);
		return err;
	}
	skb_reset_transport_header(skb);
	skb->csum = CSUM_NONE;
	return dgram_xmit(sk, tx, skb);
}

/* RFC 3542 3: the port of a destination of IPv6 is the protocol, or 0. */
static int check_protocol6(const struct sock *sk, const struct sock_msg *msg)
{
	uint16_t proto = ntohs(msg->addr.port);

	if (sk->family != AF_INET6 || !msg->has_addr || !proto || proto == sk->protocol)
		return 0;
	return sk->protocol == IPPROTO_RAW && proto <= UINT8_MAX ? 0 : -EINVAL;
}

static int raw_send(struct sock *sk, const struct sock_msg *msg, struct sk_buff *skb)
{
	struct dgram_tx tx;
	int err = -EMSGSIZE;

	if (skb->len <= UINT16_MAX)
		err = check_protocol6(sk, msg);
	if (!err)
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
	sk->opt.hdrincl = sk->protocol == IPPROTO_RAW;
	if (sk->protocol == IPPROTO_ICMPV6)
		sk->opt6.csum_offset = offsetof(struct icmp_hdr, check);
	else if (sk->protocol == IPPROTO_MH)
		sk->opt6.csum_offset = MH_CHECKSUM_OFFSET;
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

/*
 * IPV6_CHECKSUM: @val is where, negative: nowhere. An odd place would be of no use. That of ICMPv6 is known, and RFC
 * 3542 3.1 wants an error; programs that ask by the level SOL_RAW, as some do, get none.
 */
static int set_csum_offset(struct sock *sk, int level, int val)
{
	if ((sk->protocol == IPPROTO_ICMPV6 && level == SOL_IPV6) || (val > 0 && (val & 1)))
		return -EINVAL;
	sk->opt6.csum_offset = val < 0 ? -1 : val;
	return 0;
}

/* The options of level SOL_IPV6 that only raw sockets have: read as an int. */
static bool is_option6(const struct sock *sk, int level, int name)
{
	if (sk->family != AF_INET6 || (level != SOL_IPV6 && level != SOL_RAW))
		return false;
	return name == IPV6_CHECKSUM || (name == IPV6_HDRINCL && level == SOL_IPV6);
}

static int set_option6(struct sock *sk, int level, int name, const void *val, uint32_t len)
{
	int n;

	if (len < sizeof(n))
		return -EINVAL;
	memcpy(&n, val, sizeof(n));
	if (name == IPV6_CHECKSUM)
		return set_csum_offset(sk, level, n);
	sk->opt.hdrincl = n;
	return 0;
}

static int get_option6(const struct sock *sk, int name, void *val, uint32_t *len)
{
	int n = name == IPV6_CHECKSUM ? sk->opt6.csum_offset : sk->opt.hdrincl;

	return sockopt_copy(val, len, &n, sizeof(n));
}

/*
 * ICMP_FILTER of one family, ICMP6_FILTER of the other.
 * Return: its bytes in *@ret; -ENOPROTOOPT: neither; -EOPNOTSUPP: not on this socket
 */
static int find_filter(struct sock *sk, int level, int name, void **ret, uint32_t *ret_size)
{
	if (sk->family == AF_INET && level == SOL_RAW && name == RAW_ICMP_FILTER) {
		*ret = &sk->opt.icmp_filter;
		*ret_size = sizeof(sk->opt.icmp_filter);
		return sk->protocol == IPPROTO_ICMP ? 0 : -EOPNOTSUPP;
	}
	if (sk->family == AF_INET6 && level == SOL_ICMPV6) {
		*ret = sk->opt6.icmp_filter;
		*ret_size = sizeof(sk->opt6.icmp_filter);
		if (sk->protocol != IPPROTO_ICMPV6)
			return -EOPNOTSUPP;
		return name == ICMPV6_FILTER ? 0 : -ENOPROTOOPT;
	}
	return -ENOPROTOOPT;
}

static int raw_setsockopt(struct sock *sk, int level, int name, const void *val, uint32_t len)
{
	uint32_t size;
	void *filter;
	int err;

	if (is_option6(sk, level, name))
		return set_option6(sk, level, name, val, len);
	err = find_filter(sk, level, name, &filter, &size);
	if (!err)
		memcpy(filter, val, min(len, size));
	return err;
}

static int raw_getsockopt(struct sock *sk, int level, int name, void *val, uint32_t *len)
{
	uint32_t size;
	void *filter;
	int err;

	if (is_option6(sk, level, name))
		return get_option6(sk, name, val, len);
	err = find_filter(sk, level, name, &filter, &size);
	return err ? err : sockopt_copy(val, len, filter, size);
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
	if (net->ipv6) {
		ipv6_raw_register(net, raw_deliver);
		icmp6_raw_register(net, raw_err);
	}
	return 0;
}

void raw_exit(struct net *net)
{
	if (!net->transport || !net->transport->raw)
		return;
	ipv4_raw_register(net, NULL);
	icmp_raw_register(net, NULL);
	if (net->ipv6) {
		ipv6_raw_register(net, NULL);
		icmp6_raw_register(net, NULL);
	}
	free(net->transport->raw);
	net->transport->raw = NULL;
}
