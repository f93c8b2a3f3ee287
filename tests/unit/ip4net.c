/* SPDX-License-Identifier: BSD-2-Clause */
/* A net with IPv4 and "lo": see ip4net.h. */
#include "tests/unit/ip4net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv4/icmp.h"
#include "stack/link/ethernet.h"
#include "stack/link/links.h"
#include "tests/unit/routewords.h"

#define PROTO_UDP 17

/* What arrived: one queue for the test program, which runs one net at a time. */
static struct sk_buff_head arrived;

static int deliver(struct net *net, struct sk_buff *skb)
{
	(void)net;
	skb_queue_tail(&arrived, skb);
	return 0;
}

static const struct inet_protocol test_protocol = { .proto = PROTO_UDP, .rcv = deliver };

struct net *ip4net_create(void)
{
	struct net *net = testnet_create();

	skb_queue_init(&arrived);
	assert_int_equal(neigh_net_init(net), 0);
	assert_int_equal(ipv4_init(net), 0);
	inet_protocol_register(net, &test_protocol);
	assert_int_equal(loopback_create(net), 0);
	dev_up(net->loopback);
	return net;
}

void ip4net_destroy(struct net *net)
{
	skb_queue_purge(&arrived);
	while (!list_empty(&net->devs))
		netdev_unregister(list_last_entry(&net->devs, struct net_device, list));
	ipv4_exit(net);
	neigh_net_exit(net);
	testnet_destroy(net);
}

int ip4net_setup(void **state)
{
	*state = ip4net_create();
	return 0;
}

int ip4net_teardown(void **state)
{
	ip4net_destroy(*state);
	return 0;
}

struct net_device *ip4net_dev(struct net *net, const char *name)
{
	struct net_device *dev = testdev_create(net, name, 0);
	uint8_t addr[ETH_ALEN] = { 2, 0, 0, 0, 0, name[strlen(name) - 1] - '0' };

	assert_int_equal(netdev_set_address(dev, addr, ETH_ALEN, NULL), 0);
	return dev;
}

be32 ip4_addr(const char *text)
{
	be32 addr;

	if (inet_pton(AF_INET, text, &addr) != 1)
		fail_msg("not an address: %s", text);
	return addr;
}

const char *ip4_text(be32 addr)
{
	static char buf[8][INET_ADDRSTRLEN];
	static unsigned next;

	return inet_ntop(AF_INET, &addr, buf[next++ % 8], INET_ADDRSTRLEN);
}

/* Addresses ------------------------------------------------------------------------------------ */

static void addr_parse(struct net *net, const char *dev, const char *text, struct ifaddr *ifa)
{
	struct words w;
	const char *word;

	words_start(&w, text);
	*ifa = (struct ifaddr){ .dev = dev_of(net, dev), .family = AF_INET };
	ifa->local = ifa->address = words_prefix(AF_INET, words_must(&w), &ifa->prefixlen);
	while ((word = words_next(&w))) {
		if (!strcmp(word, "peer")) {
			ifa->address = words_prefix(AF_INET, words_must(&w), &ifa->prefixlen);
		} else if (!strcmp(word, "brd")) {
			ifa->has_broadcast = true;
			ifa->broadcast = inaddr_v4(ip4_addr(words_must(&w)));
		} else if (!strcmp(word, "label")) {
			strcpy(ifa->label, words_must(&w));
		} else if (!strcmp(word, "scope")) {
			ifa->scope = strcmp(words_must(&w), "link") ? RT_SCOPE_HOST : RT_SCOPE_LINK;
		} else if (!strcmp(word, "metric")) {
			ifa->metric = words_number(&w);
		} else if (!strcmp(word, "noprefixroute")) {
			ifa->flags |= IFA_F_NOPREFIXROUTE;
		} else if (!strcmp(word, "lft")) {
			ifa->valid_lft = words_number(&w);
			ifa->preferred_lft = words_number(&w);
		} else {
			fail_msg("unknown word: %s", word);
		}
	}
}

int addr_try(struct net *net, const char *dev, unsigned nlflags, struct extack *ack,
	     const char *text)
{
	struct ifaddr ifa;

	addr_parse(net, dev, text, &ifa);
	return inet_config_find(net, AF_INET)->addr_add(net, &ifa, nlflags, ack);
}

void addr_add(struct net *net, const char *dev, const char *text)
{
	assert_int_equal(addr_try(net, dev, NLM_F_CREATE | NLM_F_EXCL, NULL, text), 0);
}

void addr_del(struct net *net, const char *dev, const char *text)
{
	struct ifaddr ifa;

	addr_parse(net, dev, text, &ifa);
	assert_int_equal(inet_config_find(net, AF_INET)->addr_del(net, &ifa, NULL), 0);
}

static const char *scope_text(uint8_t scope)
{
	return scope == RT_SCOPE_HOST ? "host" : scope == RT_SCOPE_LINK ? "link" : "global";
}

static int addr_line(const struct ifaddr *ifa, void *arg)
{
	struct text *t = arg;

	text_add(t, "%s%s", t->len ? "\n" : "", ip4_text(ifa->local.v4));
	if (ifa->address.v4 != ifa->local.v4)
		text_add(t, " peer %s", ip4_text(ifa->address.v4));
	text_add(t, "/%u", ifa->prefixlen);
	if (ifa->metric)
		text_add(t, " metric %u", ifa->metric);
	if (ifa->has_broadcast)
		text_add(t, " brd %s", ip4_text(ifa->broadcast.v4));
	text_add(t, " scope %s", scope_text(ifa->scope));
	if (ifa->flags & IFA_F_SECONDARY)
		text_add(t, " secondary");
	if (ifa->flags & IFA_F_DEPRECATED)
		text_add(t, " deprecated");
	if (!(ifa->flags & IFA_F_PERMANENT))
		text_add(t, " dynamic");
	if (ifa->flags & IFA_F_NOPREFIXROUTE)
		text_add(t, " noprefixroute");
	text_add(t, " %s", ifa->label);
	return 0;
}

void assert_addrs(struct net *net, const char *dev, const char *expected)
{
	struct text t = { .len = 0 };

	inet_config_find(net, AF_INET)->addr_walk(dev_of(net, dev), addr_line, &t);
	assert_string_equal(t.buf, expected);
}

/* Routes --------------------------------------------------------------------------------------- */

void route_parse(struct net *net, const char *text, struct route_config *ret)
{
	route_words_parse(net, AF_INET, text, ret);
}

int route_try(struct net *net, unsigned nlflags, struct extack *ack, const char *text)
{
	struct route_config cfg;

	route_parse(net, text, &cfg);
	return inet_config_find(net, AF_INET)->route_add(net, &cfg, nlflags, ack);
}

int route_try_del(struct net *net, struct extack *ack, const char *text)
{
	struct route_config cfg;

	route_words_parse_del(net, AF_INET, text, &cfg);
	if (!strstr(text, route_type_name(cfg.type)))
		cfg.type = RTN_UNSPEC;
	return inet_config_find(net, AF_INET)->route_del(net, &cfg, ack);
}

void route_add(struct net *net, const char *text)
{
	struct extack ack = { .msg = "" };
	int err = route_try(net, NLM_F_CREATE | NLM_F_EXCL, &ack, text);

	if (err)
		fail_msg("route add %s: %s (%s)", text, strerror(-err), ack.msg);
}

static void route_line(struct net *net, struct text *t, const struct route_config *cfg)
{
	if (cfg->type != RTN_UNICAST)
		text_add(t, "%s ", route_type_name(cfg->type));
	if (!cfg->dst_len)
		text_add(t, "default");
	else if (cfg->dst_len == 32)
		text_add(t, "%s", ip4_text(cfg->dst.v4));
	else
		text_add(t, "%s/%u", ip4_text(cfg->dst.v4), cfg->dst_len);
	if (cfg->src_len)
		text_add(t, " from %s", ip4_text(cfg->src.v4));
	if (cfg->tos)
		text_add(t, " tos 0x%02x", cfg->tos);
	if (cfg->nr_nh == 1)
		text_add_nexthop(t, net, &cfg->nh[0]);
	if (cfg->table != RT_TABLE_MAIN && cfg->table != RT_TABLE_LOCAL && cfg->table)
		text_add(t, " table %u", cfg->table);
	if (cfg->protocol != RTPROT_BOOT && cfg->protocol)
		text_add(t, " proto %s", cfg->protocol == RTPROT_KERNEL ? "kernel" : "other");
	if (cfg->scope != RT_SCOPE_UNIVERSE)
		text_add(t, " scope %s", scope_text(cfg->scope));
	if (cfg->prefsrc.v4)
		text_add(t, " src %s", ip4_text(cfg->prefsrc.v4));
	if (cfg->priority)
		text_add(t, " metric %u", cfg->priority);
	if (cfg->nr_nh == 1)
		text_add_nexthop_flags(t, cfg->nh[0].flags);
	if (cfg->metrics[RTAX_MTU])
		text_add(t, " mtu%s %u", cfg->metrics_lock & 1 << RTAX_MTU ? " lock" : "",
			 cfg->metrics[RTAX_MTU]);
	text_add_nexthops(t, net, cfg);
}

const char *route_text(struct net *net, const struct route_config *cfg)
{
	static struct text t;

	t = (struct text){ .len = 0 };
	route_line(net, &t, cfg);
	return t.buf;
}

void assert_routes(struct net *net, uint32_t table, const char *expected)
{
	struct route_cursor cur = { .table = table };
	struct route_config cfg;
	struct text t = { .len = 0 };

	/* One at a time: the cursor has to find its way back each time. */
	while (inet_config_find(net, AF_INET)->route_walk(net, &cur, &cfg, 1)) {
		if (t.len)
			text_add(&t, "\n");
		route_line(net, &t, &cfg);
	}
	assert_true(cur.done);
	assert_string_equal(t.buf, expected);
}

/* Frames --------------------------------------------------------------------------------------- */

void arp_learn(struct net_device *dev, const char *addr)
{
	const union inaddr key = inaddr_v4(ip4_addr(addr));
	const uint8_t ha[ETH_ALEN] = { 2, 0, 0, 0, 1, key.b[3] };
	struct neighbour *neigh = neigh_create(ipv4_neigh_table(dev->net), &key, dev);

	assert_non_null(neigh);
	assert_int_equal(neigh_update(neigh, ha, NUD_PERMANENT,
				      NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE),
			 0);
	neigh_release(neigh);
}

struct sk_buff *udp_packet(struct net *net, const char *src, const char *dst, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, len);
	struct ipv4_hdr *ip = skb_push(skb, sizeof(*ip));

	*ip = (struct ipv4_hdr){
		.ver_ihl = 0x45,
		.tot_len = htons(skb->len),
		.id = htons(0x1234),
		.ttl = 64,
		.protocol = PROTO_UDP,
		.saddr = ip4_addr(src),
		.daddr = ip4_addr(dst),
	};
	ip_send_check(ip);
	skb_reset_network_header(skb);
	return skb;
}

void rx_ip(struct net_device *dev, struct sk_buff *skb)
{
	rx_frame(dev, NULL, ETH_P_IP, skb);
}

struct sk_buff *tx_ip(struct net_device *dev)
{
	return tx_frame(dev, ETH_P_IP);
}

struct sk_buff *tx_arp(struct net_device *dev)
{
	return tx_frame(dev, ETH_P_ARP);
}

struct sk_buff_head *deliveries(struct net *net)
{
	net_finish_batch(net);
	return &arrived;
}

void assert_icmp(struct net_device *dev, uint8_t type, uint8_t code, uint32_t info)
{
	struct sk_buff *skb = tx_ip(dev);
	const struct icmp_hdr *icmp;

	assert_non_null(skb);
	assert_int_equal(ip_hdr(skb)->protocol, IPPROTO_ICMP);
	icmp = (const struct icmp_hdr *)(skb->data + ip_hdr_len(ip_hdr(skb)));
	assert_int_equal(icmp->type, type);
	assert_int_equal(icmp->code, code);
	assert_int_equal(ntohl(icmp->info), info);
	skb_free(skb);
}
