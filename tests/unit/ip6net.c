/* SPDX-License-Identifier: BSD-2-Clause */
/* A net with IPv6 and "lo": see ip6net.h. */
#include "tests/unit/ip6net.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6_exthdr.h"
#include "stack/lib/checksum.h"
#include "stack/link/ethernet.h"
#include "stack/link/links.h"

/* What arrived: one queue for the test program, which runs one net at a time. */
static struct sk_buff_head arrived;

static int deliver(struct net *net, struct sk_buff *skb)
{
	(void)net;
	skb_queue_tail(&arrived, skb);
	return 0;
}

static const struct inet_protocol test_protocol = { .proto = PROTO6_TEST, .rcv = deliver };

struct net *ip6net_create(void)
{
	struct net *net = testnet_create();
	struct ipv6_devconf *conf;

	skb_queue_init(&arrived);
	assert_int_equal(neigh_net_init(net), 0);
	assert_int_equal(ipv6_init(net), 0);
	conf = addrconf_conf_default(net);
	conf->accept_dad = addrconf_conf(net, NULL)->accept_dad = 0;
	conf->dad_transmits = 0;
	conf->router_solicitations = 0;
	inet_protocol_register(net, &test_protocol);
	assert_int_equal(loopback_create(net), 0);
	dev_up(net->loopback);
	return net;
}

void ip6net_destroy(struct net *net)
{
	skb_queue_purge(&arrived);
	while (!list_empty(&net->devs))
		netdev_unregister(list_last_entry(&net->devs, struct net_device, list));
	ipv6_exit(net);
	neigh_net_exit(net);
	testnet_destroy(net);
}

int ip6net_setup(void **state)
{
	*state = ip6net_create();
	return 0;
}

int ip6net_teardown(void **state)
{
	ip6net_destroy(*state);
	return 0;
}

int ip6net_setup_host(void **state)
{
	struct net *net = ip6net_create();

	ip6net_dev(net, "d0");
	addr6_add(net, "d0", "2001:db8::1/64");
	nd_learn(dev_of(net, "d0"), "2001:db8::7");
	tx_clear(dev_of(net, "d0"));
	*state = net;
	return 0;
}

/* Its link-local address is made of the link-layer one: so that is set before it comes up to stay. */
struct net_device *ip6net_dev(struct net *net, const char *name)
{
	struct net_device *dev = testdev_create(net, name, 0);
	uint8_t addr[ETH_ALEN] = { 2, 0, 0, 0, 0, name[strlen(name) - 1] - '0' };

	dev_down(dev);
	assert_int_equal(netdev_set_address(dev, addr, ETH_ALEN, NULL), 0);
	dev_up(dev);
	tx_clear(dev);
	return dev;
}

union inaddr ip6_addr(const char *text)
{
	union inaddr addr;

	if (inet_pton(AF_INET6, text, &addr) != 1)
		fail_msg("not an address: %s", text);
	return addr;
}

const char *ip6_text(const union inaddr *addr)
{
	static char buf[8][INET6_ADDRSTRLEN];
	static unsigned next;

	return inet_ntop(AF_INET6, addr, buf[next++ % 8], INET6_ADDRSTRLEN);
}

/* Configuration -------------------------------------------------------------------------------- */

/* "2001:db8::1/64", "default"; without a length: 128 */
static union inaddr prefix(const char *word, uint8_t *ret_len)
{
	char addr[INET6_ADDRSTRLEN + 4];
	char *slash;

	*ret_len = 0;
	if (!strcmp(word, "default"))
		return (union inaddr){ .q = { 0, 0 } };
	assert_true(strlen(word) < sizeof(addr));
	strcpy(addr, word);
	slash = strchr(addr, '/');
	*ret_len = slash ? atoi(slash + 1) : 128;
	if (slash)
		*slash = '\0';
	return ip6_addr(addr);
}

static void addr_parse(struct net *net, const char *dev, const char *text, struct ifaddr *ifa)
{
	*ifa = (struct ifaddr){
		.dev = dev_of(net, dev),
		.family = AF_INET6,
		.flags = IFA_F_NODAD,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
	};
	ifa->local = ifa->address = prefix(text, &ifa->prefixlen);
}

void addr6_add(struct net *net, const char *dev, const char *text)
{
	struct ifaddr ifa;

	addr_parse(net, dev, text, &ifa);
	assert_int_equal(inet_config_find(net, AF_INET6)
				 ->addr_add(net, &ifa, NLM_F_CREATE | NLM_F_EXCL, NULL),
			 0);
}

void addr6_del(struct net *net, const char *dev, const char *text)
{
	struct ifaddr ifa;

	addr_parse(net, dev, text, &ifa);
	assert_int_equal(inet_config_find(net, AF_INET6)->addr_del(net, &ifa, NULL), 0);
}

static uint8_t type_of(const char *word)
{
	static const struct {
		const char *name;
		uint8_t type;
	} types[] = { { "unreachable", RTN_UNREACHABLE },
		      { "prohibit", RTN_PROHIBIT },
		      { "blackhole", RTN_BLACKHOLE } };

	for (unsigned i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(word, types[i].name))
			return types[i].type;
	return RTN_UNICAST;
}

static void route_word(struct net *net, struct route_config *cfg, const char *word, const char *arg)
{
	assert_non_null(arg);
	if (!strcmp(word, "via")) {
		cfg->nh[0].gw_family = AF_INET6;
		cfg->nh[0].gw = ip6_addr(arg);
		cfg->nr_nh = 1;
	} else if (!strcmp(word, "dev")) {
		cfg->nh[0].oif = dev_of(net, arg)->ifindex;
		cfg->nr_nh = 1;
	} else if (!strcmp(word, "metric")) {
		cfg->priority = atoi(arg);
	} else if (!strcmp(word, "mtu")) {
		cfg->metrics[RTAX_MTU] = atoi(arg);
	} else if (!strcmp(word, "hoplimit")) {
		cfg->metrics[RTAX_HOPLIMIT] = atoi(arg);
	} else {
		fail_msg("unknown word: %s", word);
	}
}

int route6_try(struct net *net, unsigned nlflags, const char *text)
{
	struct route_config cfg = { .family = AF_INET6, .protocol = RTPROT_BOOT };
	char words[256], *rest = words, *word;

	assert_true(strlen(text) < sizeof(words));
	strcpy(words, text);
	word = strtok_r(NULL, " ", &rest);
	cfg.type = type_of(word);
	if (cfg.type != RTN_UNICAST)
		word = strtok_r(NULL, " ", &rest);
	cfg.dst = prefix(word, &cfg.dst_len);
	while ((word = strtok_r(NULL, " ", &rest)))
		route_word(net, &cfg, word, strtok_r(NULL, " ", &rest));
	return inet_config_find(net, AF_INET6)->route_add(net, &cfg, nlflags, NULL);
}

void route6_add(struct net *net, const char *text)
{
	assert_int_equal(route6_try(net, NLM_F_CREATE | NLM_F_EXCL, text), 0);
}

void forwarding6(struct net *net)
{
	struct ipv6_devconf *conf = addrconf_conf(net, NULL);
	int32_t old = conf->forwarding;

	conf->forwarding = 1;
	assert_int_equal(addrconf_conf_changed(net, conf, &conf->forwarding, old), 0);
}

void nd_learn(struct net_device *dev, const char *addr)
{
	const union inaddr key = ip6_addr(addr);
	const uint8_t ha[ETH_ALEN] = { 2, 0, 0, 0, 1, key.b[15] };
	struct neighbour *neigh = neigh_create(ipv6_neigh_table(dev->net), &key, dev);

	assert_non_null(neigh);
	assert_int_equal(neigh_update(neigh, ha, NUD_PERMANENT,
				      NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE),
			 0);
	neigh_release(neigh);
}

/* Packets -------------------------------------------------------------------------------------- */

static void push_header(struct sk_buff *skb, const char *src, const char *dst, uint8_t nexthdr)
{
	uint32_t len = skb->len;
	struct ipv6_hdr *ip6 = skb_push(skb, sizeof(*ip6));

	*ip6 = (struct ipv6_hdr){
		.ver_class_label = ipv6_first_word(0, 0),
		.payload_len = htons(len),
		.nexthdr = nexthdr,
		.hop_limit = 64,
		.saddr = ip6_addr(src),
		.daddr = ip6_addr(dst),
	};
	skb_reset_network_header(skb);
}

struct sk_buff *bytes6(struct net *net, const char *src, const char *dst, uint8_t nexthdr,
		       const void *data, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, len);

	memcpy(skb->data, data, len);
	push_header(skb, src, dst, nexthdr);
	return skb;
}

struct sk_buff *udp6_packet(struct net *net, const char *src, const char *dst, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, len);

	push_header(skb, src, dst, PROTO6_TEST);
	return skb;
}

struct sk_buff *icmp6_packet(struct net *net, const char *src, const char *dst, uint8_t type,
			     uint8_t code, uint32_t info, const void *body, uint32_t len)
{
	const union inaddr saddr = ip6_addr(src), daddr = ip6_addr(dst);
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, sizeof(struct icmp6_hdr) + len);

	*(struct icmp6_hdr *)skb->data =
		(struct icmp6_hdr){ .type = type, .code = code, .info = htonl(info) };
	memcpy(skb->data + sizeof(struct icmp6_hdr), body, len);
	icmp6_checksum(skb, &saddr, &daddr);
	push_header(skb, src, dst, IPPROTO_ICMPV6);
	return skb;
}

void rx_ip6(struct net_device *dev, struct sk_buff *skb)
{
	uint8_t group[NETDEV_ADDR_MAX];
	union inaddr daddr;

	skb_copy_bits(skb, 24, &daddr, sizeof(daddr));
	dev->link->map_multicast(AF_INET6, &daddr, group);
	rx_frame(dev, in6_is_multicast(&daddr) ? group : NULL, ETH_P_IPV6, skb);
}

struct sk_buff *tx_ip6_any(struct net_device *dev)
{
	return tx_frame(dev, ETH_P_IPV6);
}

/* The type of an ICMPv6 message (checksum good); -1: it is none, or a later fragment of one. */
static int icmp6_type(struct sk_buff *skb, const struct icmp6_hdr **ret)
{
	const union inaddr saddr = ipv6_saddr(skb), daddr = ipv6_daddr(skb);
	uint8_t nexthdr = ipv6_hdr(skb)->nexthdr;
	uint16_t frag_off;
	int off = ip6_skip_exthdrs(skb, sizeof(struct ipv6_hdr), &nexthdr, &frag_off);

	if (nexthdr != IPPROTO_ICMPV6 || frag_off & IP6_OFFSET)
		return -1;
	assert_in_range(off, sizeof(struct ipv6_hdr), skb->len - sizeof(**ret));
	*ret = (const struct icmp6_hdr *)(skb->data + off);
	if (!frag_off)
		assert_int_equal(csum_fold(
					 skb_checksum(skb, off, skb->len - off,
						      csum_pseudo(AF_INET6, &saddr, &daddr,
								  skb->len - off, IPPROTO_ICMPV6))),
				 0);
	return (*ret)->type;
}

struct sk_buff *tx_ip6(struct net_device *dev)
{
	const struct icmp6_hdr *icmp;
	struct sk_buff *skb;
	int type;

	while ((skb = tx_ip6_any(dev))) {
		type = icmp6_type(skb, &icmp);
		if (type < ICMP6_MLD_QUERY)
			return skb;
		skb_free(skb);
	}
	return NULL;
}

const struct icmp6_hdr *tx_icmp6(struct net_device *dev, uint8_t type, struct sk_buff **ret_skb)
{
	const struct icmp6_hdr *icmp;

	while ((*ret_skb = tx_ip6_any(dev))) {
		if (icmp6_type(*ret_skb, &icmp) == type)
			return icmp;
		skb_free(*ret_skb);
	}
	return NULL;
}

void assert_icmp6(struct net_device *dev, uint8_t type, uint8_t code, uint32_t info)
{
	struct sk_buff *skb = tx_ip6(dev);
	const struct icmp6_hdr *icmp;

	assert_non_null(skb);
	assert_int_equal(icmp6_type(skb, &icmp), type);
	assert_int_equal(icmp->code, code);
	assert_int_equal(ntohl(icmp->info), info);
	skb_free(skb);
}

void assert_silent6(struct net_device *dev)
{
	net_finish_batch(dev->net);
	assert_null(tx_ip6(dev));
}

struct sk_buff_head *deliveries6(struct net *net)
{
	net_finish_batch(net);
	return &arrived;
}

void assert_delivered6(struct net *net, uint32_t len)
{
	struct sk_buff *skb = skb_dequeue(deliveries6(net));

	assert_non_null(skb);
	assert_int_equal(skb->len, len);
	assert_int_equal(ip6_cb(skb)->parm.proto, PROTO6_TEST);
	skb_free(skb);
	assert_true(skb_queue_empty(&arrived));
}
