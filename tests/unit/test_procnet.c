/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of nlserver/procnet*.c: files of /proc/net are found, and read in pieces without a loss; and what is in
 * them that real tools do not show (tests/bats/apps_proc.bats has the tools).
 */
#include "tests/unit/testnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/ustack.h>

#include "nlserver/ustack_genl.h"
#include "stack/core/inet_config.h"
#include "stack/core/netdevice.h"
#include "stack/inet/socket.h"
#include "stack/ipv4/ipv4.h"
#include "stack/link/neighbour.h"
#include "stack/transport/sock.h"

static struct testnl t;
static struct testreq r;
static struct net *net;
static uint16_t family_id;

static int setup(void **state)
{
	(void)state;
	testnl_create(&t, NETLINK_GENERIC);
	net = t.server.net;
	assert_int_equal(ustack_genl_register(t.nl), 0);
	family_id = genl_find_name(t.nl, USTACK_GENL_NAME)->id;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

/* --- reading -------------------------------------------------------------------------------------- */

static void begin(const char *name, uint16_t flags)
{
	struct genlmsghdr *hdr;

	testreq_init(&r);
	hdr = testreq_add(&r, family_id, flags, sizeof(*hdr));
	hdr->cmd = USTACK_CMD_PROC_GET;
	hdr->version = USTACK_GENL_VERSION;
	if (name)
		nl_put_str(&r.m, USTACK_A_PROC_NAME, name);
	testreq_end(&r);
}

/* What was read last, and in how many pieces. */
static struct {
	char text[1 << 20];
	size_t len;
	unsigned pieces;
} got;

static void take_piece(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[USTACK_A_MAX + 1];
	size_t len;

	(void)arg;
	testnl_parse(nlh, sizeof(struct genlmsghdr), tb, USTACK_A_MAX);
	assert_non_null(tb[USTACK_A_PROC_TEXT]);
	len = mnl_attr_get_payload_len(tb[USTACK_A_PROC_TEXT]);
	assert_in_range(len, 1, USTACK_PROC_TEXT_MAX);
	assert_true(got.len + len < sizeof(got.text));
	memcpy(got.text + got.len, mnl_attr_get_payload(tb[USTACK_A_PROC_TEXT]), len);
	got.len += len;
	got.text[got.len] = '\0';
	got.pieces++;
}

static const char *text_of(const char *name)
{
	got.len = got.pieces = 0;
	got.text[0] = '\0';
	begin(name, NLM_F_DUMP);
	testreq_send(&r, t.c);
	assert_int_equal(testnl_dump(t.c, take_piece, NULL), 0);
	return got.text;
}

static unsigned lines_of(const char *text)
{
	unsigned nr = 0;

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

/* --- the command ---------------------------------------------------------------------------------- */

static void expect_file(struct nl_client *c, const char *name)
{
	const struct nlattr *tb[USTACK_A_MAX + 1];
	struct nl_packet *p;

	begin(name, 0);
	testreq_send(&r, c);
	p = testnl_pop(c);
	testnl_parse((const struct nlmsghdr *)p->data, sizeof(struct genlmsghdr), tb, USTACK_A_MAX);
	assert_non_null(tb[USTACK_A_PROC_NAME]);
	assert_string_equal(mnl_attr_get_str(tb[USTACK_A_PROC_NAME]), name);
	free(p);
}

static void test_a_file_is_there_or_not(void **state)
{
	struct nl_client *stranger = testnl_client(&t, NETLINK_GENERIC, false);

	(void)state;
	expect_file(t.c, "tcp");
	expect_file(stranger, "tcp");
	begin("nf_conntrack", 0);
	testreq_send(&r, t.c);
	assert_string_equal(testnl_expect_ack(t.c, -ENOENT), "No such file of /proc/net");
	begin(NULL, 0);
	testreq_send(&r, t.c);
	assert_string_equal(testnl_expect_ack(t.c, -EINVAL), "The file's name is missing");
	begin("", 0);
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, -ENOENT);
	nl_client_free(stranger);
}

static void test_a_dump_of_no_file_fails(void **state)
{
	(void)state;
	begin("nf_conntrack", NLM_F_DUMP);
	testreq_send(&r, t.c);
	assert_int_equal(testnl_dump(t.c, NULL, NULL), -ENOENT);
	begin(NULL, NLM_F_DUMP);
	testreq_send(&r, t.c);
	assert_int_equal(testnl_dump(t.c, NULL, NULL), -EINVAL);
}

/* A file without a line is one without a piece. */
static void test_an_empty_file(void **state)
{
	(void)state;
	assert_string_equal(text_of("dev_mcast"), "");
	assert_int_equal(got.pieces, 0);
}

/* --- pieces ----------------------------------------------------------------------------------------- */

#define MANY  300
#define WIDTH 127 /* of a line of "route", without its end */

static void add_route(int family, unsigned i, unsigned nr_nh, int oif)
{
	struct route_config cfg = {
		.family = family,
		.dst_len = family == AF_INET ? 32 : 128,
		.table = RT_TABLE_MAIN,
		.protocol = RTPROT_STATIC,
		.type = nr_nh ? RTN_UNICAST : RTN_UNREACHABLE,
		.priority = 7,
		.nr_nh = nr_nh,
	};
	struct extack ack = { 0 };

	if (family == AF_INET)
		cfg.dst.v4 = htonl(0x0a000000 + i);
	else
		cfg.dst = (union inaddr){ .v6 = { htonl(0xfd000000), 0, 0, htonl(i) } };
	for (unsigned nh = 0; nh < nr_nh; nh++)
		cfg.nh[nh] = (struct nexthop_config){
			.oif = oif,
			.weight = 1,
			.gw_family = AF_INET6,
			.gw = { .v6 = { htonl(0xfe800000), 0, 0, htonl(nh + 1) } },
		};
	assert_int_equal(inet_config_find(net, family)->route_add(net, &cfg, NLM_F_CREATE | NLM_F_EXCL, &ack), 0);
}

/* Each of many routes is in it, once, whole, and in order. */
static void test_pieces_make_up_the_whole(void **state)
{
	char line[WIDTH + 1];
	const char *at;

	(void)state;
	for (unsigned i = 1; i <= MANY; i++)
		add_route(AF_INET, i, 0, 0);
	at = strchr(text_of("route"), '\n') + 1;
	assert_true(got.pieces > 10);
	for (unsigned i = 1; i <= MANY; i++) {
		memset(line, ' ', WIDTH);
		line[WIDTH] = '\n';
		line[snprintf(line, sizeof(line), "*\t%08X\t00000000\t0205\t0\t0\t7\tFFFFFFFF\t0\t0\t0",
			      htonl(0x0a000000 + i))] = ' ';
		assert_memory_equal(at, line, sizeof(line));
		at += sizeof(line);
	}
	assert_int_equal(*at, '\0');
}

static void test_pieces_of_ipv6_routes(void **state)
{
	unsigned before;
	char line[40];

	(void)state;
	before = lines_of(text_of("ipv6_route"));
	for (unsigned i = 1; i <= MANY; i++)
		add_route(AF_INET6, i, 0, 0);
	assert_int_equal(lines_of(text_of("ipv6_route")), before + MANY);
	for (unsigned i = 1; i <= MANY; i++) {
		snprintf(line, sizeof(line), "fd0000000000000000000000%08x 80 ", i);
		assert_non_null(strstr(got.text, line));
	}
}

static struct net_device *add_dummy(const char *name)
{
	struct nl_client *c = testnl_client(&t, NETLINK_ROUTE, true);
	struct ifinfomsg *ifi;

	testreq_init(&r);
	ifi = testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifi));
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	nl_put_str(&r.m, IFLA_IFNAME, name);
	testreq_put_kind(&r, "dummy");
	testreq_end(&r);
	assert_int_equal(testnl_ask(&r, c), 0);
	nl_client_free(c);
	return netdev_by_name(net, name);
}

/* The lines of one route are more than a piece. */
static void test_a_route_of_many_next_hops(void **state)
{
	unsigned before;
	char gateway[40];
	int ifindex;

	(void)state;
	ifindex = add_dummy("dummy0")->ifindex;
	before = lines_of(text_of("ipv6_route"));
	add_route(AF_INET6, 1, ROUTE_MAX_NEXTHOPS, ifindex);
	assert_int_equal(lines_of(text_of("ipv6_route")), before + ROUTE_MAX_NEXTHOPS);
	assert_true(got.pieces > 1);
	for (unsigned nh = 1; nh <= ROUTE_MAX_NEXTHOPS; nh++) {
		snprintf(gateway, sizeof(gateway), " fe8000000000000000000000%08x ", nh);
		assert_non_null(strstr(got.text, gateway));
	}
}

static void add_addresses(struct net_device *dev, unsigned nr)
{
	struct extack ack = { 0 };

	for (unsigned i = 1; i <= nr; i++) {
		struct ifaddr ifa = {
			.dev = dev,
			.family = AF_INET6,
			.prefixlen = 128,
			.flags = IFA_F_NODAD | IFA_F_PERMANENT,
			.valid_lft = INFINITY_LIFE_TIME,
			.preferred_lft = INFINITY_LIFE_TIME,
			.local = { .v6 = { htonl(0xfd000000), 0, htonl(dev->ifindex), htonl(i) } },
		};

		ifa.address = ifa.local;
		assert_int_equal(inet_config_find(net, AF_INET6)->addr_add(net, &ifa, NLM_F_CREATE, &ack), 0);
	}
}

/* The device goes whose addresses are being read: those of the next are told all the same, all of them. */
static void test_a_device_goes_between_two_pieces(void **state)
{
	struct net_device *first, *second;
	char line[64];

	(void)state;
	first = add_dummy("dummy0");
	second = add_dummy("dummy1");
	add_addresses(first, MANY);
	add_addresses(second, MANY);
	got.len = 0;
	begin("if_inet6", NLM_F_DUMP);
	testreq_send(&r, t.c);
	free(testnl_pop(t.c));
	netdev_unregister(first);
	nl_client_progress(t.c);
	assert_int_equal(testnl_dump(t.c, take_piece, NULL), 0);
	assert_null(strstr(got.text, "dummy0"));
	for (unsigned i = 1; i <= MANY; i++) {
		snprintf(line, sizeof(line), "fd00000000000000%08x%08x %02x 80 00 ", second->ifindex, i,
			 second->ifindex);
		assert_non_null(strstr(got.text, line));
	}
}

/* The rest of a route is told only while it is there. */
static void test_a_route_shrinks_between_two_pieces(void **state)
{
	struct extack ack = { 0 };
	int ifindex;

	(void)state;
	ifindex = add_dummy("dummy0")->ifindex;
	add_route(AF_INET6, 1, ROUTE_MAX_NEXTHOPS, ifindex);
	got.len = 0;
	begin("ipv6_route", NLM_F_DUMP);
	testreq_send(&r, t.c);
	free(testnl_pop(t.c));
	for (unsigned nh = 2; nh <= ROUTE_MAX_NEXTHOPS; nh++) {
		struct route_config cfg = {
			.family = AF_INET6,
			.dst_len = 128,
			.table = RT_TABLE_MAIN,
			.nr_nh = 1,
			.dst = { .v6 = { htonl(0xfd000000), 0, 0, htonl(1) } },
			.nh[0] = { .oif = ifindex, .gw_family = AF_INET6,
				   .gw = { .v6 = { htonl(0xfe800000), 0, 0, htonl(nh) } } },
		};

		assert_int_equal(inet_config_find(net, AF_INET6)->route_del(net, &cfg, &ack), 0);
	}
	nl_client_progress(t.c);
	assert_int_equal(testnl_dump(t.c, take_piece, NULL), 0);
	assert_null(strstr(got.text, "fd000000000000000000000000000001 80 "));
	assert_non_null(strstr(got.text, "dummy0"));
}

static void test_pieces_of_neighbours(void **state)
{
	static const char proxy[] = "11.0.0.1         0x0         0xc         00:00:00:00:00:00     *        *\n";
	static const uint8_t lladdr[NETDEV_ADDR_MAX] = { 2, 0, 0, 0, 0, 9 };
	const unsigned by_hand = NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE;
	struct neigh_table *tbl = ipv4_neigh_table(net);
	char line[24];

	(void)state;
	assert_int_equal(netdev_change_flags(net->loopback, IFF_UP, IFF_UP, NULL), 0);
	for (unsigned i = 1; i <= MANY; i++) {
		union inaddr key = inaddr_v4(htonl(0x0a000000 + i));
		struct neighbour *n = neigh_create(tbl, &key, net->loopback);

		assert_non_null(n);
		assert_int_equal(neigh_update(n, lladdr, NUD_PERMANENT, by_hand), 0);
		neigh_release(n);
		key = inaddr_v4(htonl(0x0b000000 + i));
		assert_non_null(neigh_proxy_add(tbl, &key, NULL));
	}
	assert_int_equal(lines_of(text_of("arp")), 1 + 2 * MANY);
	for (unsigned i = 1; i <= MANY; i++) {
		snprintf(line, sizeof(line), "10.0.%u.%u ", i >> 8, i & 0xff);
		assert_non_null(strstr(got.text, line));
	}
	assert_non_null(strstr(got.text, proxy));
}

/* --- sockets -------------------------------------------------------------------------------------- */

static struct sock *open_socket(int family, int type, uint16_t port)
{
	struct sock_addr addr = { .family = family, .port = htons(port) };
	struct sock *sk;

	assert_int_equal(sock_create(net, family, type, 0, NULL, NULL, &sk), 0);
	if (port)
		assert_int_equal(sock_bind(sk, &addr), 0);
	return sk;
}

static void check_sockets(int family, const char *tcp, const char *udp, const char *line)
{
	struct sock *socks[MANY], *closed, *unbound;
	char expected[160];

	closed = open_socket(family, SOCK_STREAM, 500);
	unbound = open_socket(family, SOCK_DGRAM, 0);
	for (unsigned i = 0; i < MANY; i++)
		socks[i] = open_socket(family, SOCK_DGRAM, 1000 + i);
	assert_int_equal(lines_of(text_of(udp)), 1 + MANY);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(expected, sizeof(expected), line, i, 1000 + i);
		assert_non_null(strstr(got.text, expected));
		sock_close(socks[i], false);
	}
	assert_int_equal(lines_of(text_of(udp)), 1);
	assert_int_equal(lines_of(text_of(tcp)), 1);
	assert_int_equal(sock_listen(closed, 5), 0);
	assert_int_equal(lines_of(text_of(tcp)), 2);
	sock_close(closed, false);
	sock_close(unbound, false);
}

static void test_sockets_in_no_table_are_not_listed(void **state)
{
	(void)state;
	check_sockets(AF_INET, "tcp", "udp", "\n%5u: 00000000:%04X 00000000:0000 07 ");
	check_sockets(AF_INET6, "tcp6", "udp6",
		      "\n%5u: 00000000000000000000000000000000:%04X 00000000000000000000000000000000:0000 07 ");
}

/* --- counters ------------------------------------------------------------------------------------- */

/* The value of @name in a file that has a line of names and one of values. */
static long long value_of(const char *text, const char *title, const char *name)
{
	const char *names = strstr(text, title), *values;

	assert_non_null(names);
	values = strstr(names + 1, title);
	assert_non_null(values);
	for (;;) {
		size_t len;

		names = strchr(names, ' ') + 1;
		values = strchr(values, ' ') + 1;
		len = strcspn(names, " \n");
		if (len == strlen(name) && !strncmp(names, name, len))
			return atoll(values);
		assert_int_equal(names[len], ' ');
	}
}

static void test_counters_stand_under_their_names(void **state)
{
	(void)state;
	net->mib[MIB_IpInReceives] = 1;
	net->mib[MIB_IpReasmOverlaps] = 2;
	net->mib[MIB_IcmpOutRateLimited] = 3;
	net->mib[MIB_TcpExtTCPKeepAlive] = 4;
	net->mib[MIB_UdpNoPorts] = 1ULL << 40;
	net->mib[MIB_Udp6NoPorts] = 5;
	text_of("snmp");
	assert_int_equal(value_of(got.text, "Ip:", "InReceives"), 1);
	assert_int_equal(value_of(got.text, "Ip:", "Forwarding"), 2);
	assert_int_equal(value_of(got.text, "Ip:", "DefaultTTL"), 64);
	assert_int_equal(value_of(got.text, "Icmp:", "OutRateLimitHost"), 3);
	assert_int_equal(value_of(got.text, "Tcp:", "RtoMin"), 200);
	assert_int_equal(value_of(got.text, "Tcp:", "MaxConn"), -1);
	assert_true(value_of(got.text, "Udp:", "NoPorts") == 1LL << 40);
	assert_int_equal(value_of(got.text, "UdpLite:", "NoPorts"), 0);
	text_of("netstat");
	assert_int_equal(value_of(got.text, "TcpExt:", "TCPKeepAlive"), 4);
	assert_int_equal(value_of(got.text, "IpExt:", "ReasmOverlaps"), 2);
	assert_non_null(strstr(text_of("snmp6"), "\nUdp6NoPorts                     \t5\n"));
}

/* Messages that there were are counted by type, too. */
static void test_messages_by_type(void **state)
{
	(void)state;
	assert_null(strstr(text_of("snmp"), "IcmpMsg"));
	net->mib[MIB_IcmpInEchos] = 3;
	net->mib[MIB_IcmpOutEchoReps] = 2;
	net->mib[MIB_IcmpOutDestUnreachs] = 7;
	net->mib[MIB_Icmp6InNeighborSolicits] = 4;
	net->mib[MIB_Icmp6OutMLDv2Reports] = 5;
	assert_non_null(strstr(text_of("snmp"), "\nIcmpMsg: InType8 OutType0 OutType3\nIcmpMsg: 3 2 7\nTcp: "));
	assert_non_null(strstr(text_of("snmp6"), "\nIcmp6OutMLDv2Reports            \t5\n"
						 "Icmp6InType135                  \t4\n"
						 "Icmp6OutType143                 \t5\n"
						 "Udp6InDatagrams                 \t0\n"));
}

/* The longest line has room, whatever the counters have come to. */
static void test_counters_may_be_large(void **state)
{
	(void)state;
	for (enum mib_counter c = 0; c < MIB_MAX; c++)
		net->mib[c] = INT64_MAX;
	assert_int_equal(lines_of(text_of("netstat")), 4);
	assert_int_equal(lines_of(text_of("snmp")), 12);
}

/* Each counter of the stack is in one of the files, but for those of neighbour tables: they have files of their own. */
static void test_no_counter_is_forgotten(void **state)
{
	static const char *const files[] = { "snmp", "netstat", "snmp6" };
	char needle[24];

	(void)state;
	for (enum mib_counter c = 0; c < MIB_MAX; c++) {
		unsigned found = 0;

		if (!strncmp(mib_name(c), "Neigh", 5))
			continue;
		net->mib[c] = 1234567890123ULL + c;
		snprintf(needle, sizeof(needle), "%llu", 1234567890123ULL + c);
		for (size_t i = 0; i < ARRAY_SIZE(files); i++)
			found += strstr(text_of(files[i]), needle) != NULL;
		net->mib[c] = 0;
		if (found != 1)
			fail_msg("%s is in %u files", mib_name(c), found);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_file_is_there_or_not),
		TEST(test_a_dump_of_no_file_fails),
		TEST(test_an_empty_file),
		TEST(test_pieces_make_up_the_whole),
		TEST(test_pieces_of_ipv6_routes),
		TEST(test_a_route_of_many_next_hops),
		TEST(test_a_device_goes_between_two_pieces),
		TEST(test_a_route_shrinks_between_two_pieces),
		TEST(test_pieces_of_neighbours),
		TEST(test_sockets_in_no_table_are_not_listed),
		TEST(test_counters_stand_under_their_names),
		TEST(test_messages_by_type),
		TEST(test_counters_may_be_large),
		TEST(test_no_counter_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
