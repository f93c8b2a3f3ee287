/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a socket and its options say of its packets, in the words of the network layer: whereto and whence (struct flow),
 * and how (struct inet_xmit). Called by every transport.
 */
#include <linux/rtnetlink.h>
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/ipv6.h"
#include "stack/lib/in6.h"
#include "stack/transport/ip6_txopts.h"
#include "stack/transport/sock.h"
#include "stack/transport/transport.h"

/* net.ipv6.auto_flowlabels, where it is not the socket's to choose, or off unless it asks */
#define AUTO_FLOWLABELS_OPT_IN 2
#define AUTO_FLOWLABELS_FORCED 3

bool sock_address_free(const struct sock *sk, int family)
{
	struct net *net = sk->net;

	if (sk->opt.freebind || sk->opt.transparent)
		return true;
	if (family == AF_INET6)
		return net->ipv6 && ipv6_sysctl(net)->ip_nonlocal_bind;
	return net->ipv4 && ipv4_sysctl(net)->ip_nonlocal_bind;
}

bool sock_source6(const struct sock *sk, const union inaddr *addr, int ifindex)
{
	struct net_device *dev = NULL;
	uint8_t type;

	if (in6_is_multicast(addr)) /* RFC 4291 2.7: never a source, whoever asks */
		return false;
	if (in6_needs_scope(addr)) {
		dev = netdev_by_index(sk->net, ifindex);
		if (!dev)
			return false;
	}
	if (sock_address_free(sk, AF_INET6))
		return true;
	type = inet_af_find(sk->net, AF_INET6)->addr_type(sk->net, addr, dev);
	return type == RTN_LOCAL || type == RTN_ANYCAST;
}

/*
 * IPV6_PKTINFO of the socket (RFC 3542 6.1, though Linux uses but its device): what is not an address of ours, any more or
 * yet, is passed over.
 */
static void flow_pktinfo(const struct sock *sk, struct flow *fl)
{
	if (!fl->oif)
		fl->oif = sk->opt6.pktinfo_if;
	if (inaddr_any(&fl->saddr) && !inaddr_any(&sk->opt6.pktinfo_addr) &&
	    sock_source6(sk, &sk->opt6.pktinfo_addr, fl->oif))
		fl->saddr = sk->opt6.pktinfo_addr;
}

/* The device and the source that options name for what goes to @fl->daddr. */
static void flow_options(const struct sock *sk, struct flow *fl)
{
	bool is6 = fl->family == AF_INET6;

	if (is6) {
		flow_pktinfo(sk, fl);
		fl->flowlabel = sk->opt6.flowlabel;
		fl->srcprefs = sk->opt6.srcprefs;
	}
	if (inaddr_multicast(fl->family, &fl->daddr)) {
		if (!fl->oif)
			fl->oif = is6 ? sk->opt.mc6_if : sk->opt.mc_if;
		if (!is6 && inaddr_any(&fl->saddr))
			fl->saddr = sk->opt.mc_addr;
	} else if (!fl->oif) {
		fl->oif = is6 ? sk->opt6.uc_if : sk->opt.uc_if;
	}
}

void sock_flow_to(const struct sock *sk, int family, const union inaddr *daddr, be16 dport,
		  struct flow *fl)
{
	*fl = (struct flow){
		.family = family,
		.proto = sk->protocol,
		.tos = family == AF_INET6 ? sk->opt6.tclass : sk->opt.tos,
		.scope = sk->opt.dontroute ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
		.flags = sk->opt.transparent || sk->opt.hdrincl ? FLOW_ANYSRC : 0,
		.oif = sk->bound_if,
		.mark = sk->opt.mark,
		.uid = sk->uid,
		.daddr = *daddr,
		.sport = sk->sport,
		.dport = dport,
	};
	if (family == sk->af->family)
		fl->saddr = sk->saddr_rcv_only ? sk->src : sk->saddr;
	flow_options(sk, fl);
}

void sock_flow(const struct sock *sk, struct flow *fl)
{
	sock_flow_to(sk, sk->af->family, &sk->daddr, sk->dport, fl);
}

/* What IP_MTU_DISCOVER says, in the words of the network layer. */
static void xmit_pmtudisc(uint8_t how, struct inet_xmit *x)
{
	x->df = how == IP_PMTUDISC_WANT || how == IP_PMTUDISC_DO || how == IP_PMTUDISC_PROBE;
	x->may_fragment =
		how == IP_PMTUDISC_DONT || how == IP_PMTUDISC_WANT || how == IP_PMTUDISC_OMIT;
	x->ignore_pmtu = how >= IP_PMTUDISC_PROBE;
}

/* IPV6_AUTOFLOWLABEL, as far as net.ipv6.auto_flowlabels leaves it to the socket. */
static bool no_autoflowlabel(const struct sock *sk)
{
	uint8_t policy = sk->net->ipv6 ? ipv6_sysctl(sk->net)->auto_flowlabels : 0;

	if (policy == AUTO_FLOWLABELS_FORCED)
		return false;
	if (sk->opt6.autoflowlabel_set)
		return !sk->opt6.autoflowlabel;
	return policy == AUTO_FLOWLABELS_OPT_IN;
}

static void xmit_init6(const struct sock *sk, struct inet_xmit *x)
{
	const struct ip6_txopts *txopts = sk->opt6.txopts;

	x->ttl = sk->opt6.hops > 0 ? sk->opt6.hops : 0;
	x->tos = sk->opt6.tclass;
	x->flowlabel = sk->opt6.flowlabel;
	x->no_flowlabel = no_autoflowlabel(sk);
	x->mtu = sk->opt6.mtu;
	if (txopts)
		ip6_txopts_xmit(txopts, x);
	xmit_pmtudisc(sk->opt6.pmtudisc, x);
	/* RFC 8200 5: only the source fragments; on the path nobody may, whatever the socket wants. */
	x->df = !x->may_fragment;
}

void sock_xmit_init(const struct sock *sk, int family, struct inet_xmit *x)
{
	*x = (struct inet_xmit){ .proto = sk->protocol, .sport = sk->sport };
	if (family == AF_INET6) {
		xmit_init6(sk, x);
		return;
	}
	x->ttl = sk->opt.ttl;
	x->tos = sk->opt.tos;
	x->options = sk->opt.options_len ? sk->opt.options : NULL;
	x->options_len = sk->opt.options_len;
	xmit_pmtudisc(sk->opt.pmtudisc, x);
}

uint32_t sock_options_len(const struct sock *sk)
{
	return sock_is6(sk) ? ip6_txopts_len(sk->opt6.txopts) : sk->opt.options_len;
}
