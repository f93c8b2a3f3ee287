/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv6 as the tests play it: see fake6.h. */
#include "tests/unit/fake6.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "stack/lib/checksum.h"
#include "stack/lib/in6.h"

struct fake6 *fake6;

static const uint32_t genid;

static uint32_t fake_mtu(const struct dst_entry *dst)
{
	(void)dst;
	return fake6->mtu;
}

static void fake_destroy(struct dst_entry *dst)
{
	free(dst);
}

static void fake_update_pmtu(struct dst_entry *dst, uint32_t mtu)
{
	(void)dst;
	fake6->mtu = mtu;
}

static const struct dst_ops dst_ops = {
	.family = AF_INET6,
	.destroy = fake_destroy,
	.mtu = fake_mtu,
	.update_pmtu = fake_update_pmtu,
};

static bool is_ours(const union inaddr *a)
{
	const union inaddr ours[] = { IN6_LOOPBACK, ip6("2001:db8::1"), ip6("fe80::1") };

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		if (inaddr_equal(a, &ours[i]))
			return true;
	}
	return false;
}

static union inaddr choose_source(const union inaddr *daddr)
{
	if (is_ours(daddr))
		return *daddr;
	return ip6(in6_scope(daddr) <= IN6_SCOPE_LINK ? "fe80::1" : "2001:db8::1");
}

static int route_output(struct net *net, struct flow *fl, struct dst_entry **ret)
{
	const union inaddr on_link = ip6("2001:db8::");
	struct net_device *dev = is_ours(&fl->daddr) ? net->loopback : fake6->dev;
	struct dst_entry *dst;

	assert_int_equal(fl->family, AF_INET6);
	assert_false(inaddr_any(&fl->daddr));
	if (!is_ours(&fl->daddr) && !in6_needs_scope(&fl->daddr) && !in6_is_multicast(&fl->daddr) &&
	    !in6_prefix_equal(&fl->daddr, &on_link, 64))
		return -ENETUNREACH;
	if (fl->oif && fl->oif != dev->ifindex &&
	    (!is_ours(&fl->daddr) || in6_is_loopback(&fl->daddr)))
		return -ENETUNREACH;
	if (inaddr_any(&fl->saddr))
		fl->saddr = choose_source(&fl->daddr);
	if (!fl->oif)
		fl->oif = dev->ifindex;
	dst = calloc(1, sizeof(*dst));
	assert_non_null(dst);
	*dst = (struct dst_entry){
		.ops = &dst_ops, .net = net, .dev = dev, .refs = 1, .genid_now = &genid
	};
	*ret = dst;
	return 0;
}

static int keep(struct sk_buff *skb)
{
	fake6->nr_sent++;
	skb_orphan(skb);
	if (fake6->keep)
		skb_queue_tail(&fake6->sent, skb);
	else
		skb_free(skb);
	return 0;
}

static int xmit(struct net *net, struct sk_buff *skb, struct dst_entry *dst,
		const struct inet_xmit *x)
{
	(void)net;
	(void)dst;
	fake6->x = *x;
	memcpy(fake6->options, x->options ? x->options : "", x->options_len);
	return keep(skb);
}

static int send_hdrincl(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	(void)net;
	(void)dst;
	return keep(skb);
}

static uint8_t addr_type(struct net *net, const union inaddr *addr, struct net_device *dev)
{
	(void)net;
	if (in6_is_multicast(addr))
		return RTN_MULTICAST;
	if (dev && (dev == net->loopback) != in6_is_loopback(addr))
		return RTN_UNICAST;
	return is_ours(addr) ? RTN_LOCAL : RTN_UNICAST;
}

static void port_unreach(struct net *net, struct sk_buff *skb)
{
	(void)net;
	(void)skb;
	fake6->unreachable++;
}

static int mc_member(struct net *net, const union inaddr *group, struct net_device *dev,
		     const struct mc_filter *f)
{
	(void)net;
	(void)group;
	(void)dev;
	(void)f;
	return 0;
}

static const struct inet_af_ops af_ops = {
	.family = AF_INET6,
	.header_len = 40,
	.min_mtu = 1280,
	.route_output = route_output,
	.xmit = xmit,
	.send_hdrincl = send_hdrincl,
	.addr_type = addr_type,
	.port_unreach = port_unreach,
	.mc_join = mc_member,
	.mc_leave = mc_member,
};

void fake6_start(struct net *net, struct net_device *dev)
{
	fake6 = calloc(1, sizeof(*fake6));
	assert_non_null(fake6);
	fake6->net = net;
	fake6->dev = dev ? dev : net->loopback;
	fake6->mtu = 1500;
	skb_queue_init(&fake6->sent);
	inet_af_register(net, &af_ops);
}

void fake6_stop(void)
{
	skb_queue_purge(&fake6->sent);
	free(fake6);
	fake6 = NULL;
}

union inaddr ip6(const char *text)
{
	union inaddr a;

	assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

struct sock_addr addr6(const char *text, uint16_t port)
{
	struct sock_addr a = { .family = AF_INET6, .port = htons(port) };
	char addr[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "%");

	memcpy(addr, text, len);
	addr[len] = '\0';
	a.addr = ip6(addr);
	if (text[len])
		a.scope = fake6->dev->ifindex;
	return a;
}

void fake6_rcv(struct sk_buff *skb, const char *src, const char *dst, uint8_t proto)
{
	struct inet_skb_parm *parm = (struct inet_skb_parm *)skb->cb;

	memset(skb->cb, 0, sizeof(skb->cb));
	*parm = (struct inet_skb_parm){
		.saddr = ip6(src),
		.daddr = ip6(dst),
		.iif = fake6->dev->ifindex,
		.family = AF_INET6,
		.ttl = 64,
		.tos = 0x20,
		.proto = proto,
	};
	skb->dev = fake6->dev;
	skb->pkt_type = PACKET_HOST;
	inet_protocol_find(fake6->net, proto)->rcv(fake6->net, skb);
}

void fake6_udp(const char *src, uint16_t sport, const char *dst, uint16_t dport, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(fake6->net, SKB_HEADROOM, len);
	be16 *hdr = skb_push(skb, 8);
	union inaddr saddr = ip6(src), daddr = ip6(dst);

	hdr[0] = htons(sport);
	hdr[1] = htons(dport);
	hdr[2] = htons(skb->len);
	hdr[3] = 0;
	hdr[3] = csum_fold(
		skb_checksum(skb, 0, skb->len,
			     csum_pseudo(AF_INET6, &saddr, &daddr, skb->len, IPPROTO_UDP)));
	fake6_rcv(skb, src, dst, IPPROTO_UDP);
}
