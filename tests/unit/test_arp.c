/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP: what is answered, what is learnt, and what is not. */
#include "stack/ipv4/arp.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/route.h"
#include "stack/link/ethernet.h"
#include "tests/unit/ip4net.h"

static const uint8_t station[ETH_ALEN] = { 2, 0, 0, 0, 1, 0xee };
static const uint8_t other[ETH_ALEN] = { 2, 0, 0, 0, 1, 0xdd };
static const uint8_t broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

struct arp_eth {
	struct arp_hdr h;
	uint8_t sha[ETH_ALEN];
	be32 sip;
	uint8_t tha[ETH_ALEN];
	be32 tip;
} __packed;

static char logged[256];

static void log_emit(void *ctx, enum log_level level, const char *line)
{
	(void)ctx;
	(void)level;
	snprintf(logged, sizeof(logged), "%s", line);
}

static int setup(void **state)
{
	struct net *net = ip4net_create();

	net->log = (struct logger){ .emit = log_emit, .level = LOG_LEVEL_DEBUG };
	logged[0] = 0;
	ip4net_dev(net, "d0");
	ip4net_dev(net, "d1");
	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d1", "10.0.1.1/24");
	tx_clear(dev_of(net, "d0"));
	tx_clear(dev_of(net, "d1"));
	*state = net;
	return 0;
}

static struct sk_buff *arp_packet(struct net *net, uint16_t op, const uint8_t *sha, const char *sip,
				  const char *tip)
{
	const struct arp_eth arp = {
		.h = { htons(ARPHRD_ETHER), htons(ETH_P_IP), ETH_ALEN, 4, htons(op) },
		.sha = { sha[0], sha[1], sha[2], sha[3], sha[4], sha[5] },
		.sip = ip4_addr(sip),
		.tip = ip4_addr(tip),
	};
	struct sk_buff *skb = skb_alloc(net, SKB_HEADROOM, sizeof(arp));

	memcpy(skb_put(skb, sizeof(arp)), &arp, sizeof(arp));
	return skb;
}

static void rx_request(struct net_device *dev, const char *sip, const char *tip)
{
	rx_frame(dev, broadcast, ETH_P_ARP, arp_packet(dev->net, ARPOP_REQUEST, station, sip, tip));
}

static void rx_reply(struct net_device *dev, const uint8_t *sha, const char *sip, const char *tip)
{
	rx_frame(dev, NULL, ETH_P_ARP, arp_packet(dev->net, ARPOP_REPLY, sha, sip, tip));
}

/*
 * The next ARP packet sent is this; and whether to one station (its frame's destination) or to all.
 */
static void assert_sent(struct net_device *dev, uint16_t op, const char *sip, const char *tip,
			const uint8_t *to)
{
	struct sk_buff *skb = tx_arp(dev);
	const struct arp_eth *arp;
	const struct eth_hdr *eth;

	assert_non_null(skb);
	assert_int_equal(skb->len, sizeof(*arp));
	arp = (const struct arp_eth *)skb->data;
	assert_int_equal(ntohs(arp->h.op), op);
	assert_int_equal(ntohs(arp->h.hrd), ARPHRD_ETHER);
	assert_int_equal(ntohs(arp->h.pro), ETH_P_IP);
	assert_memory_equal(arp->sha, dev->addr, ETH_ALEN);
	assert_string_equal(ip4_text(arp->sip), sip);
	assert_string_equal(ip4_text(arp->tip), tip);
	eth = (const struct eth_hdr *)(skb->data - sizeof(*eth));
	assert_memory_equal(eth->dst, to, ETH_ALEN);
	skb_free(skb);
}

static void assert_silence(struct net_device *dev)
{
	assert_null(tx_arp(dev));
}

/* The state of an entry; 0: there is none. */
static uint16_t nud_of(struct net_device *dev, const char *addr)
{
	const union inaddr key = inaddr_v4(ip4_addr(addr));
	struct neighbour *neigh = neigh_lookup(ipv4_neigh_table(dev->net), &key, dev);
	uint16_t nud = neigh ? neigh->nud_state : 0;

	neigh_release(neigh);
	return nud;
}

static void assert_ha(struct net_device *dev, const char *addr, const uint8_t *ha)
{
	const union inaddr key = inaddr_v4(ip4_addr(addr));
	struct neighbour *neigh = neigh_lookup(ipv4_neigh_table(dev->net), &key, dev);

	assert_non_null(neigh);
	assert_memory_equal(neigh->ha, ha, ETH_ALEN);
	neigh_release(neigh);
}

static void send_to(struct net *net, const char *dst)
{
	struct inet_xmit x = { .proto = 17,
			       .may_fragment = true,
			       .daddr = inaddr_v4(ip4_addr(dst)) };

	ip_send(net, testnet_skb(net, SKB_HEADROOM, 32), 0, &x);
}

static void test_request_for_us_is_answered_and_its_sender_learnt(void **state)
{
	struct net_device *d0 = dev_of(*state, "d0");

	rx_request(d0, "10.0.0.7", "10.0.0.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "10.0.0.7", station);
	assert_int_equal(nud_of(d0, "10.0.0.7"), NUD_STALE);
	assert_ha(d0, "10.0.0.7", station);
	/* By default, an address of ours is answered for on each device. */
	rx_request(d0, "10.0.0.7", "10.0.1.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.1.1", "10.0.0.7", station);
}

static void test_strangers_teach_nothing(void **state)
{
	struct net_device *d0 = dev_of(*state, "d0");

	rx_request(d0, "10.0.0.7", "10.0.0.9");
	rx_request(d0, "10.0.0.8", "10.0.0.8");
	rx_reply(d0, station, "10.0.0.9", "10.0.0.1");
	assert_silence(d0);
	assert_int_equal(nud_of(d0, "10.0.0.7"), 0);
	assert_int_equal(nud_of(d0, "10.0.0.8"), 0);
	assert_int_equal(nud_of(d0, "10.0.0.9"), 0);
}

static void test_resolution(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct sk_buff *skb;

	send_to(net, "10.0.0.7");
	assert_sent(d0, ARPOP_REQUEST, "10.0.0.1", "10.0.0.7", broadcast);
	assert_int_equal(nud_of(d0, "10.0.0.7"), NUD_INCOMPLETE);
	rx_reply(d0, station, "10.0.0.7", "10.0.0.1");
	assert_int_equal(nud_of(d0, "10.0.0.7"), NUD_REACHABLE);
	skb = tx_ip(d0);
	assert_non_null(skb);
	assert_memory_equal(skb->data - sizeof(struct eth_hdr), station, ETH_ALEN);
	skb_free(skb);
}

static void test_failure_is_told_to_who_sent(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = dev_of(net, "d1");
	unsigned i;

	ipv4_set_forwarding(net, true);
	arp_learn(d0, "10.0.0.9");
	rx_ip(d0, udp_packet(net, "10.0.0.9", "10.0.1.7", 64));
	for (i = 0; i < 3; i++) {
		assert_sent(d1, ARPOP_REQUEST, "10.0.1.1", "10.0.1.7", broadcast);
		assert_null(tx_ip(d0));
		testnet_advance(net, sec_to_ktime(1) + ms_to_ktime(2));
	}
	assert_silence(d1);
	assert_icmp(d0, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
}

static void test_probes_are_answered(void **state)
{
	struct net_device *d0 = dev_of(*state, "d0");

	rx_request(d0, "0.0.0.0", "10.0.0.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "0.0.0.0", station);
	rx_request(d0, "0.0.0.0", "10.0.0.2");
	assert_silence(d0);
}

static void test_conflict_is_logged_counted_and_defended_now_and_then(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	unsigned i;

	testnet_advance(net, sec_to_ktime(1));
	for (i = 0; i < 5; i++)
		rx_request(d0, "10.0.0.1", "10.0.0.1");
	rx_reply(d0, station, "10.0.0.1", "10.0.0.9");
	assert_sent(d0, ARPOP_REQUEST, "10.0.0.1", "10.0.0.1", broadcast);
	assert_silence(d0);
	assert_int_equal(in_dev_get(d0)->arp_conflicts, 6);
	assert_string_equal(logged,
			    "d0: address conflict: 10.0.0.1 is also used by 02:00:00:00:01:ee");
	assert_int_equal(nud_of(d0, "10.0.0.1"), 0);
	testnet_advance(net, sec_to_ktime(10));
	rx_reply(d0, station, "10.0.0.1", "10.0.0.9");
	assert_sent(d0, ARPOP_REQUEST, "10.0.0.1", "10.0.0.1", broadcast);
}

static void test_our_own_words_are_no_conflict(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_frame(d0, broadcast, ETH_P_ARP,
		 arp_packet(net, ARPOP_REQUEST, d0->addr, "10.0.0.1", "10.0.0.1"));
	assert_int_equal(in_dev_get(d0)->arp_conflicts, 0);
	assert_silence(d0);
}

static void test_addresses_are_announced(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	const uint8_t ha[ETH_ALEN] = { 2, 9, 9, 9, 9, 9 };

	addr_add(net, "d0", "10.0.5.1/24");
	assert_sent(d0, ARPOP_REQUEST, "10.0.5.1", "10.0.5.1", broadcast);
	/* When the device changes, only if that is asked for. */
	dev_down(d0);
	dev_up(d0);
	assert_silence(d0);
	ipv4_conf(net, d0)->arp_notify = 1;
	assert_int_equal(netdev_set_address(d0, ha, ETH_ALEN, NULL), 0);
	assert_sent(d0, ARPOP_REQUEST, "10.0.0.1", "10.0.0.1", broadcast);
	assert_sent(d0, ARPOP_REQUEST, "10.0.5.1", "10.0.5.1", broadcast);
	dev_down(d0);
	assert_silence(d0);
	dev_up(d0);
	assert_sent(d0, ARPOP_REQUEST, "10.0.0.1", "10.0.0.1", broadcast);
	assert_sent(d0, ARPOP_REQUEST, "10.0.5.1", "10.0.5.1", broadcast);
	addr_add(net, "d0", "10.0.6.1/24 scope host");
	assert_silence(d0);
}

static void test_a_gratuitous_packet_updates_at_once_and_an_answer_after_locktime(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_request(d0, "10.0.0.7", "10.0.0.1");
	rx_reply(d0, other, "10.0.0.7", "10.0.0.1");
	assert_ha(d0, "10.0.0.7", station);
	testnet_advance(net, ms_to_ktime(1100));
	rx_reply(d0, other, "10.0.0.7", "10.0.0.1");
	assert_ha(d0, "10.0.0.7", other);
	assert_int_equal(nud_of(d0, "10.0.0.7"), NUD_REACHABLE);
	rx_request(d0, "10.0.0.7", "10.0.0.7");
	assert_ha(d0, "10.0.0.7", station);
	assert_int_equal(nud_of(d0, "10.0.0.7"), NUD_STALE);
}

static void test_proxy(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = dev_of(net, "d1");
	const union inaddr key = inaddr_v4(ip4_addr("10.0.1.7"));

	rx_request(d0, "10.0.0.7", "10.0.1.7");
	testnet_advance(net, sec_to_ktime(2));
	assert_silence(d0);
	ipv4_set_forwarding(net, true);
	rx_request(d0, "10.0.0.7", "10.0.1.7");
	testnet_advance(net, sec_to_ktime(2));
	assert_silence(d0);
	assert_non_null(neigh_proxy_add(ipv4_neigh_table(net), &key, d0));
	rx_request(d0, "10.0.0.7", "10.0.1.7");
	assert_silence(d0);
	testnet_advance(net, sec_to_ktime(2));
	assert_sent(d0, ARPOP_REPLY, "10.0.1.7", "10.0.0.7", station);
	rx_request(d0, "10.0.0.7", "10.0.1.8");
	/* Asked by unicast, there is nobody to wait for. */
	ipv4_conf(net, NULL)->proxy_arp = true;
	rx_frame(d0, NULL, ETH_P_ARP,
		 arp_packet(net, ARPOP_REQUEST, station, "10.0.0.7", "10.0.1.8"));
	assert_sent(d0, ARPOP_REPLY, "10.0.1.8", "10.0.0.7", station);
	/* Not for who is on the same link. */
	rx_frame(d0, NULL, ETH_P_ARP,
		 arp_packet(net, ARPOP_REQUEST, station, "10.0.0.7", "10.0.0.8"));
	testnet_advance(net, sec_to_ktime(2));
	assert_silence(d0);
	assert_silence(d1);
}

static void test_arp_ignore(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct ipv4_devconf *all = ipv4_conf(net, NULL);

	all->arp_ignore = 1;
	rx_request(d0, "10.0.0.7", "10.0.1.1");
	assert_silence(d0);
	rx_request(d0, "99.0.0.7", "10.0.0.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "99.0.0.7", station);
	all->arp_ignore = 2;
	rx_request(d0, "99.0.0.7", "10.0.0.1");
	assert_silence(d0);
	rx_request(d0, "10.0.0.7", "10.0.0.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "10.0.0.7", station);
	all->arp_ignore = 3;
	addr_add(net, "d1", "10.9.0.1/32 scope host");
	rx_request(d0, "10.0.0.7", "10.9.0.1");
	assert_silence(d0);
	rx_request(d0, "10.0.0.7", "10.0.1.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.1.1", "10.0.0.7", station);
	all->arp_ignore = 8;
	rx_request(d0, "10.0.0.7", "10.0.0.1");
	assert_silence(d0);
}

static void test_arp_announce(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct inet_xmit x = {
		.proto = 17,
		.saddr = inaddr_v4(ip4_addr("10.0.1.1")),
		.daddr = inaddr_v4(ip4_addr("10.0.0.7")),
	};

	ip_send(net, testnet_skb(net, SKB_HEADROOM, 32), 0, &x);
	assert_sent(d0, ARPOP_REQUEST, "10.0.1.1", "10.0.0.7", broadcast);
	ipv4_conf(net, NULL)->arp_announce = 1;
	x.daddr = inaddr_v4(ip4_addr("10.0.0.8"));
	ip_send(net, testnet_skb(net, SKB_HEADROOM, 32), 0, &x);
	assert_sent(d0, ARPOP_REQUEST, "10.0.0.1", "10.0.0.8", broadcast);
	ipv4_conf(net, NULL)->arp_announce = 2;
	addr_add(net, "d0", "10.0.0.2/24");
	tx_clear(d0);
	x.saddr = inaddr_v4(ip4_addr("10.0.0.2"));
	x.daddr = inaddr_v4(ip4_addr("10.0.0.9"));
	ip_send(net, testnet_skb(net, SKB_HEADROOM, 32), 0, &x);
	assert_sent(d0, ARPOP_REQUEST, "10.0.0.1", "10.0.0.9", broadcast);
}

static void rx_spoiled(struct net_device *dev, unsigned offset, uint8_t value)
{
	struct sk_buff *skb = arp_packet(dev->net, ARPOP_REQUEST, station, "10.0.0.7", "10.0.0.1");

	skb->data[offset] = value;
	rx_frame(dev, broadcast, ETH_P_ARP, skb);
}

static void test_malformed_packets_are_dropped(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct sk_buff *skb;
	unsigned len;

	rx_spoiled(d0, 1, 7); /* hardware type */
	rx_spoiled(d0, 2, 9); /* protocol */
	rx_spoiled(d0, 4, 8); /* lengths */
	rx_spoiled(d0, 5, 16);
	rx_spoiled(d0, 7, 3);	 /* operation */
	rx_spoiled(d0, 8, 0x01); /* sender is a group */
	rx_spoiled(d0, 24, 127); /* target is loopback */
	rx_spoiled(d0, 24, 224);
	assert_int_equal(d0->drops[DROP_ARP_HDR], 8);
	for (len = 0; len < sizeof(struct arp_eth); len++) {
		skb = arp_packet(net, ARPOP_REQUEST, station, "10.0.0.7", "10.0.0.1");
		skb_trim(skb, len);
		rx_frame(d0, broadcast, ETH_P_ARP, skb);
	}
	assert_int_equal(d0->drops[DROP_ARP_HDR], 8 + sizeof(struct arp_eth));
	rx_spoiled(d0, 14, 224); /* sender's address is a group's */
	rx_spoiled(d0, 14, 127);
	assert_silence(d0);
	rx_spoiled(d0, 1, ARPHRD_IEEE802);
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "10.0.0.7", station);
}

static void test_groups_and_broadcasts_need_no_asking(void **state)
{
	static const uint8_t group[ETH_ALEN] = { 1, 0, 0x5e, 1, 2, 3 };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct inet_xmit x = { .proto = 17, .daddr = inaddr_v4(ip4_addr("239.129.2.3")) };
	struct sk_buff *skb;

	ip_send(net, testnet_skb(net, SKB_HEADROOM, 32), d0->ifindex, &x);
	skb = tx_ip(d0);
	assert_memory_equal(skb->data - sizeof(struct eth_hdr), group, ETH_ALEN);
	skb_free(skb);
	send_to(net, "10.0.0.255");
	skb = tx_ip(d0);
	assert_memory_equal(skb->data - sizeof(struct eth_hdr), broadcast, ETH_ALEN);
	skb_free(skb);
}

static void test_arp_accept(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	ipv4_conf(net, d0)->arp_accept = 1;
	rx_request(d0, "10.0.0.7", "10.0.0.9"); /* says nothing of himself */
	rx_request(d0, "10.0.0.8", "10.0.0.8");
	rx_reply(d0, station, "10.0.0.9", "10.0.0.1");
	rx_request(d0, "99.0.0.8", "99.0.0.8");
	assert_int_equal(nud_of(d0, "10.0.0.7"), 0);
	assert_int_equal(nud_of(d0, "10.0.0.8"), NUD_STALE);
	assert_int_equal(nud_of(d0, "10.0.0.9"), NUD_REACHABLE);
	assert_int_equal(nud_of(d0, "99.0.0.8"), NUD_STALE);
	ipv4_conf(net, NULL)->arp_accept = 2; /* only of our subnets */
	rx_request(d0, "99.0.0.9", "99.0.0.9");
	rx_request(d0, "10.0.0.10", "10.0.0.10");
	assert_int_equal(nud_of(d0, "99.0.0.9"), 0);
	assert_int_equal(nud_of(d0, "10.0.0.10"), NUD_STALE);
	assert_silence(d0);
}

static void test_drop_gratuitous_arp(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_request(d0, "10.0.0.7", "10.0.0.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "10.0.0.7", station);
	testnet_advance(net, ms_to_ktime(1100));
	ipv4_conf(net, NULL)->drop_gratuitous_arp = 1;
	rx_frame(d0, broadcast, ETH_P_ARP,
		 arp_packet(net, ARPOP_REQUEST, other, "10.0.0.7", "10.0.0.7"));
	assert_ha(d0, "10.0.0.7", station);
	ipv4_conf(net, NULL)->drop_gratuitous_arp = 0;
	rx_frame(d0, broadcast, ETH_P_ARP,
		 arp_packet(net, ARPOP_REQUEST, other, "10.0.0.7", "10.0.0.7"));
	assert_ha(d0, "10.0.0.7", other);
}

/* With both devices on one link, each request comes in by both: one is to answer. */
static void test_arp_filter(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = dev_of(net, "d1");

	rx_request(d1, "10.0.0.7", "10.0.0.1");
	assert_sent(d1, ARPOP_REPLY, "10.0.0.1", "10.0.0.7", station);
	ipv4_conf(net, NULL)->arp_filter = 1;
	rx_request(d1, "10.0.0.7", "10.0.0.1");
	assert_silence(d1);
	rx_request(d0, "10.0.0.7", "10.0.0.1");
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "10.0.0.7", station);
	rx_request(d0, "99.0.0.7", "10.0.0.1"); /* there is no way back */
	assert_silence(d0);
	rx_request(d0, "0.0.0.0", "10.0.0.1"); /* and from here none is needed */
	assert_sent(d0, ARPOP_REPLY, "10.0.0.1", "0.0.0.0", station);
}

static void ask_proxy(struct net *net, const char *sip, const char *tip)
{
	rx_frame(dev_of(net, "d0"), NULL, ETH_P_ARP,
		 arp_packet(net, ARPOP_REQUEST, station, sip, tip));
}

static void test_proxy_on_a_private_vlan(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	ipv4_set_forwarding(net, true);
	ipv4_conf(net, NULL)->proxy_arp_pvlan = 1; /* that of all counts for nothing */
	ask_proxy(net, "10.0.0.7", "10.0.0.8");
	assert_silence(d0);
	ipv4_conf(net, d0)->proxy_arp_pvlan = 1;
	ask_proxy(net, "10.0.0.7", "10.0.0.8");
	assert_sent(d0, ARPOP_REPLY, "10.0.0.8", "10.0.0.7", station);
	ask_proxy(net, "10.0.0.7", "10.0.0.7"); /* is the address mine? */
	assert_silence(d0);
}

static void test_no_proxy_between_devices_on_one_medium(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = dev_of(net, "d1");
	static const struct {
		int32_t in, out;
		bool answered;
	} cases[] = { { 0, 0, true },  { 0, 7, true },	 { 7, 0, true },  { 7, 8, true },
		      { 7, 7, false }, { 7, -1, false }, { -1, 7, false } };

	ipv4_set_forwarding(net, true);
	ipv4_conf(net, NULL)->proxy_arp = 1;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		ipv4_conf(net, d0)->medium_id = cases[i].in;
		ipv4_conf(net, d1)->medium_id = cases[i].out;
		ask_proxy(net, "10.0.0.7", "10.0.1.8");
		if (cases[i].answered)
			assert_sent(d0, ARPOP_REPLY, "10.0.1.8", "10.0.0.7", station);
		assert_silence(d0);
	}
}

static void test_loopback_addresses_on_a_link(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	ask_proxy(net, "10.0.0.7", "127.0.0.1");
	assert_silence(d0);
	ipv4_conf(net, d0)->route_localnet = 1;
	ask_proxy(net, "10.0.0.7", "127.0.0.1");
	assert_sent(d0, ARPOP_REPLY, "127.0.0.1", "10.0.0.7", station);
}

static void test_neighbours_go_with_the_carrier(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_request(d0, "10.0.0.7", "10.0.0.1");
	ipv4_conf(net, NULL)->arp_evict_nocarrier = 0;
	netdev_set_carrier(d0, false);
	assert_int_not_equal(nud_of(d0, "10.0.0.7"), 0);
	netdev_set_carrier(d0, true);
	ipv4_conf(net, NULL)->arp_evict_nocarrier = 1;
	ipv4_conf(net, d0)->arp_evict_nocarrier = 0;
	netdev_set_carrier(d0, false);
	assert_int_not_equal(nud_of(d0, "10.0.0.7"), 0);
	netdev_set_carrier(d0, true);
	ipv4_conf(net, d0)->arp_evict_nocarrier = 1;
	netdev_set_carrier(d0, false);
	assert_int_equal(nud_of(d0, "10.0.0.7"), 0);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_request_for_us_is_answered_and_its_sender_learnt),
		TEST_CASE(test_strangers_teach_nothing),
		TEST_CASE(test_resolution),
		TEST_CASE(test_failure_is_told_to_who_sent),
		TEST_CASE(test_probes_are_answered),
		TEST_CASE(test_conflict_is_logged_counted_and_defended_now_and_then),
		TEST_CASE(test_our_own_words_are_no_conflict),
		TEST_CASE(test_addresses_are_announced),
		TEST_CASE(test_a_gratuitous_packet_updates_at_once_and_an_answer_after_locktime),
		TEST_CASE(test_proxy),
		TEST_CASE(test_arp_ignore),
		TEST_CASE(test_arp_announce),
		TEST_CASE(test_malformed_packets_are_dropped),
		TEST_CASE(test_arp_accept),
		TEST_CASE(test_drop_gratuitous_arp),
		TEST_CASE(test_arp_filter),
		TEST_CASE(test_proxy_on_a_private_vlan),
		TEST_CASE(test_no_proxy_between_devices_on_one_medium),
		TEST_CASE(test_loopback_addresses_on_a_link),
		TEST_CASE(test_neighbours_go_with_the_carrier),
		TEST_CASE(test_groups_and_broadcasts_need_no_asking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
