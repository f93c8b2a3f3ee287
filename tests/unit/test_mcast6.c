/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast memberships of sockets in both families, and the options of IPv6 that make them.
 * The network layers are played by the test: what they are told is noted as "+ff05::1%1 IN{::1}"
 * for a join on device 1 with a filter, "-" for a leave. Error numbers are what Linux 6.18 says to
 * the same calls.
 */
#include "tests/unit/testnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/ipv4/ip.h"
#include "stack/ipv6/ip6.h"
#include "stack/transport/ip6_mc_sockopt.h"
#include "stack/transport/ip_mc_sockopt.h"
#include "stack/transport/mcast.h"
#include "stack/transport/transport.h"

#define GROUP  "ff05::1"
#define GROUP2 "ff05::2"
#define GROUP4 "224.1.1.1"
#define SRC1   "2001:db8::1"
#define SRC2   "2001:db8::2"
#define NODEV  99

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

static struct fixture {
	struct net *net;
	struct net_device *d0, *d1;
	struct sock *sk, *tcp;
	struct dst_entry route; /* of all groups, by d1 */
	bool no_route;
	int join_error; /* of the next join */
	int joined;	/* joins without a leave */
	char trace[8192];
} * f;

/* The network layers -------------------------------------------------------------------------- */

static void note(char sign, int family, const union inaddr *group, const struct net_device *dev,
		 const struct mc_filter *filter)
{
	char text[INET6_ADDRSTRLEN];
	char *to = f->trace + strlen(f->trace);
	char *end = f->trace + sizeof(f->trace);

	to += snprintf(to, end - to, "%c%s%%%d %s{", sign,
		       inet_ntop(family, group, text, sizeof(text)), dev->ifindex,
		       filter->exclude ? "EX" : "IN");
	for (unsigned i = 0; i < filter->nr_sources; i++)
		to += snprintf(to, end - to, "%s%s", i ? " " : "",
			       inet_ntop(family, &filter->sources[i], text, sizeof(text)));
	to += snprintf(to, end - to, "}\n");
	assert_true(to < end - 1);
}

static int fake_join(int family, const union inaddr *group, struct net_device *dev,
		     const struct mc_filter *filter)
{
	if (f->join_error) {
		int err = f->join_error;

		f->join_error = 0;
		return err;
	}
	note('+', family, group, dev, filter);
	f->joined++;
	return 0;
}

static int fake_leave(int family, const union inaddr *group, struct net_device *dev,
		      const struct mc_filter *filter)
{
	note('-', family, group, dev, filter);
	f->joined--;
	assert_true(f->joined >= 0);
	return 0;
}

static int join4(struct net *net, const union inaddr *group, struct net_device *dev,
		 const struct mc_filter *filter)
{
	(void)net;
	return fake_join(AF_INET, group, dev, filter);
}

static int leave4(struct net *net, const union inaddr *group, struct net_device *dev,
		  const struct mc_filter *filter)
{
	(void)net;
	return fake_leave(AF_INET, group, dev, filter);
}

static int join6(struct net *net, const union inaddr *group, struct net_device *dev,
		 const struct mc_filter *filter)
{
	(void)net;
	return fake_join(AF_INET6, group, dev, filter);
}

static int leave6(struct net *net, const union inaddr *group, struct net_device *dev,
		  const struct mc_filter *filter)
{
	(void)net;
	return fake_leave(AF_INET6, group, dev, filter);
}

static int route_output(struct net *net, struct flow *fl, struct dst_entry **ret)
{
	(void)net;
	assert_true(inaddr_multicast(fl->family, &fl->daddr));
	if (f->no_route)
		return -ENETUNREACH;
	*ret = dst_hold(&f->route);
	return 0;
}

static const struct inet_af_ops af4 = {
	.family = AF_INET,
	.route_output = route_output,
	.mc_join = join4,
	.mc_leave = leave4,
};

static const struct inet_af_ops af6 = {
	.family = AF_INET6,
	.route_output = route_output,
	.mc_join = join6,
	.mc_leave = leave6,
};

static const struct proto fake_proto = { .name = "fake", .obj_size = sizeof(struct sock) };

/* Fixture ------------------------------------------------------------------------------------- */

static int setup(void **state)
{
	(void)state;
	f = calloc(1, sizeof(*f));
	f->net = testnet_create();
	f->net->ipv4 = calloc(1, sizeof(*f->net->ipv4));
	f->net->ipv6 = calloc(1, sizeof(*f->net->ipv6));
	f->net->ipv4->sysctl.igmp_max_memberships = 20;
	f->net->ipv6->sysctl.mld_max_msf = 64;
	inet_af_register(f->net, &af4);
	inet_af_register(f->net, &af6);
	assert_int_equal(transport_init(f->net), 0);
	f->d0 = testdev_create(f->net, "d0", 0);
	f->d1 = testdev_create(f->net, "d1", 0);
	f->route = (struct dst_entry){ .net = f->net, .dev = f->d1, .refs = 1 };
	f->sk = sock_alloc(f->net, &fake_proto, &af6, SOCK_DGRAM, IPPROTO_UDP);
	f->tcp = sock_alloc(f->net, &fake_proto, &af6, SOCK_STREAM, IPPROTO_TCP);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sock_put(f->sk);
	sock_put(f->tcp);
	assert_int_equal(f->joined, 0);
	assert_int_equal(f->route.refs, 1);
	transport_exit(f->net);
	free(f->net->ipv4);
	free(f->net->ipv6);
	f->net->ipv4 = NULL;
	f->net->ipv6 = NULL;
	f->net->transport = NULL;
	testnet_destroy(f->net);
	free(f);
	return 0;
}

static void assert_told(const char *want)
{
	assert_string_equal(f->trace, want);
	f->trace[0] = '\0';
}

static union inaddr in6(const char *text)
{
	union inaddr ret;

	assert_int_equal(inet_pton(AF_INET6, text, &ret), 1);
	return ret;
}

/* Options of IPv6 alone ----------------------------------------------------------------------- */

static int membership(struct sock *sk, int name, const char *group, int ifindex)
{
	struct ipv6_mreq mreq = { .ipv6mr_interface = ifindex };

	inet_pton(AF_INET6, group, &mreq.ipv6mr_multiaddr);
	return ip6_mc_sockopt_set(sk, name, &mreq, sizeof(mreq));
}

static int setopt(struct sock *sk, int name, int val)
{
	return ip6_mc_sockopt_set(sk, name, &val, sizeof(val));
}

static int getopt6(struct sock *sk, int name)
{
	uint32_t len = sizeof(int);
	int val = -1;

	assert_int_equal(ip6_mc_sockopt_get(sk, name, &val, &len), 0);
	assert_int_equal(len, sizeof(int));
	return val;
}

static void test_join_and_leave(void **state)
{
	int i0 = f->d0->ifindex, i1 = f->d1->ifindex;

	(void)state;
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP, i0), 0);
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP, i0), -EADDRINUSE);
	assert_told("+ff05::1%1 EX{}\n");
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP, i1), 0);
	assert_told("+ff05::1%2 EX{}\n");
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP, 0), -EADDRINUSE); /* d1 again */
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP2, 0), 0);
	assert_told("+ff05::2%2 EX{}\n");
	assert_int_equal(membership(f->sk, IPV6_LEAVE_GROUP, GROUP, i1), 0);
	assert_told("-ff05::1%2 EX{}\n");
	assert_int_equal(membership(f->sk, IPV6_LEAVE_GROUP, GROUP, 0), 0); /* wherever it is */
	assert_told("-ff05::1%1 EX{}\n");
	assert_int_equal(membership(f->sk, IPV6_LEAVE_GROUP, GROUP, 0), -EADDRNOTAVAIL);
	/* The rest goes with the socket: see teardown. */
}

static void test_what_join_and_leave_refuse(void **state)
{
	int i0 = f->d0->ifindex;
	struct ipv6_mreq mreq = { .ipv6mr_interface = i0 };

	(void)state;
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, "2001::1", i0), -EINVAL);
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, "2001::1", NODEV), -EINVAL);
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, "::ffff:224.1.1.1", i0), -EINVAL);
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP, NODEV), -ENODEV);
	f->no_route = true;
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP, 0), -ENODEV);
	assert_int_equal(membership(f->sk, IPV6_LEAVE_GROUP, GROUP, i0), -EADDRNOTAVAIL);
	assert_int_equal(membership(f->sk, IPV6_LEAVE_GROUP, GROUP, NODEV), -EADDRNOTAVAIL);
	assert_int_equal(membership(f->sk, IPV6_LEAVE_GROUP, "2001::1", i0), -EINVAL);
	assert_int_equal(membership(f->tcp, IPV6_JOIN_GROUP, GROUP, i0), -EPROTO);
	assert_int_equal(membership(f->tcp, IPV6_LEAVE_GROUP, GROUP, i0), -EPROTO);
	assert_int_equal(ip6_mc_sockopt_set(f->sk, IPV6_JOIN_GROUP, &mreq, sizeof(mreq) - 1),
			 -EINVAL);
	f->join_error = -ENOMEM;
	assert_int_equal(membership(f->sk, IPV6_JOIN_GROUP, GROUP, i0), -ENOMEM);
	assert_int_equal(membership(f->sk, IPV6_LEAVE_GROUP, GROUP, i0), -EADDRNOTAVAIL);
	assert_told("");
	assert_int_equal(ip6_mc_sockopt_set(f->sk, IPV6_UNICAST_HOPS, &i0, sizeof(i0)),
			 -ENOPROTOOPT);
}

static void test_memberships_have_a_limit(void **state)
{
	char group[32];
	int n, err;

	(void)state;
	for (n = 0;; n++) {
		snprintf(group, sizeof(group), "ff05::%x", n);
		f->trace[0] = '\0';
		err = membership(f->sk, IPV6_JOIN_GROUP, group, f->d0->ifindex);
		if (err)
			break;
	}
	assert_int_equal(n, 2340);
	assert_int_equal(err, -ENOMEM);
	mcast_device_gone(f->sk, f->d0->ifindex); /* without a word to who goes too */
	assert_true(list_empty(&f->sk->memberships));
	f->joined -= n;
}

static void test_numbers(void **state)
{
	int i0 = f->d0->ifindex, i1 = f->d1->ifindex, n = 1;
	uint32_t len = 2;

	(void)state;
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_IF), 0);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_IF, i1), 0);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_IF, NODEV), -ENODEV);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_IF, -1), -ENODEV);
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_IF), i1);
	f->sk->bound_if = i0;
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_IF, i1), -EINVAL);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_IF, i0), 0);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_IF, 0), 0);
	assert_int_equal(setopt(f->tcp, IPV6_MULTICAST_IF, i0), -ENOPROTOOPT);

	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_HOPS), 1);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_HOPS, 255), 0);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_HOPS, 256), -EINVAL);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_HOPS, -2), -EINVAL);
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_HOPS), 255);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_HOPS, 0), 0);
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_HOPS), 0);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_HOPS, -1), 0);
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_HOPS), 1);
	assert_int_equal(setopt(f->tcp, IPV6_MULTICAST_HOPS, 1), -ENOPROTOOPT);

	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_LOOP), 1);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_LOOP, 2), -EINVAL);
	assert_int_equal(setopt(f->tcp, IPV6_MULTICAST_LOOP, 0), 0);
	assert_int_equal(getopt6(f->tcp, IPV6_MULTICAST_LOOP), 0);
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_ALL), 1);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_ALL, 0), 0);
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_ALL), 0);
	assert_int_equal(setopt(f->sk, IPV6_MULTICAST_ALL, 256), 0);
	assert_int_equal(getopt6(f->sk, IPV6_MULTICAST_ALL), 1);

	assert_int_equal(ip6_mc_sockopt_set(f->sk, IPV6_MULTICAST_ALL, &n, 1), -EINVAL);
	assert_int_equal(ip6_mc_sockopt_get(f->sk, IPV6_MULTICAST_ALL, &n, &len), 0);
	assert_int_equal(len, 2); /* as much as there is room for */
	assert_int_equal(ip6_mc_sockopt_get(f->sk, IPV6_UNICAST_HOPS, &n, &len), -ENOPROTOOPT);
	/* IPv4's are others. */
	assert_true(f->sk->opt.mc_loop && f->tcp->opt.mc_loop);
	assert_int_equal(f->sk->opt.mc_ttl, 1);
}

/* RFC 3678 ------------------------------------------------------------------------------------ */

static struct sockaddr_storage sockaddr(const char *text)
{
	struct sockaddr_storage ss = { .ss_family = strchr(text, ':') ? AF_INET6 : AF_INET };

	if (ss.ss_family == AF_INET6)
		inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&ss)->sin6_addr);
	else
		inet_pton(AF_INET, text, &((struct sockaddr_in *)&ss)->sin_addr);
	return ss;
}

static int set_at(int level, int name, const void *val, uint32_t len)
{
	return level == IPPROTO_IPV6 ? ip6_mc_sockopt_set(f->sk, name, val, len)
				     : ip_mc_sockopt_set(f->sk, name, val, len);
}

static int group_req(int level, int name, const char *group, int ifindex)
{
	struct group_req gr = { .gr_interface = ifindex, .gr_group = sockaddr(group) };

	assert_int_equal(set_at(level, name, &gr, sizeof(gr) - 1), -EINVAL);
	return set_at(level, name, &gr, sizeof(gr));
}

static int source_req(int level, int name, const char *group, const char *source, int ifindex)
{
	struct group_source_req gsr = {
		.gsr_interface = ifindex,
		.gsr_group = sockaddr(group),
		.gsr_source = sockaddr(source),
	};

	assert_int_equal(set_at(level, name, &gsr, sizeof(gsr) - 1), -EINVAL);
	return set_at(level, name, &gsr, sizeof(gsr));
}

union filter {
	struct group_filter gf;
	uint8_t room[GROUP_FILTER_SIZE(70)];
};

static uint32_t filter_fill(union filter *u, const char *group, int ifindex, uint32_t mode,
			    const char *sources)
{
	char copy[4096], *save, *word;
	uint32_t n = 0;

	memset(u, 0, sizeof(*u));
	u->gf.gf_interface = ifindex;
	u->gf.gf_group = sockaddr(group);
	u->gf.gf_fmode = mode;
	snprintf(copy, sizeof(copy), "%s", sources);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		struct sockaddr_storage ss = sockaddr(word);

		memcpy((char *)u + GROUP_FILTER_SIZE(n++), &ss, sizeof(ss));
	}
	u->gf.gf_numsrc = n;
	return GROUP_FILTER_SIZE(n);
}

static int set_filter(int level, const char *group, int ifindex, uint32_t mode, const char *sources)
{
	union filter u;
	uint32_t len = filter_fill(&u, group, ifindex, mode, sources);

	return set_at(level, MCAST_MSFILTER, &u, len);
}

static void test_sources_of_a_membership(void **state)
{
	int i0 = f->d0->ifindex;
	const int level = IPPROTO_IPV6;

	(void)state;
	assert_int_equal(source_req(level, MCAST_BLOCK_SOURCE, GROUP, SRC1, i0), -EINVAL);
	assert_int_equal(source_req(level, MCAST_UNBLOCK_SOURCE, GROUP, SRC1, i0), -EINVAL);
	assert_int_equal(source_req(level, MCAST_LEAVE_SOURCE_GROUP, GROUP, SRC1, i0), -EINVAL);

	assert_int_equal(source_req(level, MCAST_JOIN_SOURCE_GROUP, GROUP, SRC1, i0), 0);
	assert_told("+ff05::1%1 IN{2001:db8::1}\n");
	assert_int_equal(source_req(level, MCAST_JOIN_SOURCE_GROUP, GROUP, SRC1, i0),
			 -EADDRNOTAVAIL);
	assert_int_equal(source_req(level, MCAST_BLOCK_SOURCE, GROUP, SRC1, i0), -EINVAL);
	assert_int_equal(source_req(level, MCAST_UNBLOCK_SOURCE, GROUP, SRC1, i0), -EINVAL);
	assert_int_equal(group_req(level, MCAST_JOIN_GROUP, GROUP, i0), -EADDRINUSE);
	assert_int_equal(source_req(level, MCAST_JOIN_SOURCE_GROUP, GROUP, SRC2, i0), 0);
	assert_told("+ff05::1%1 IN{2001:db8::1 2001:db8::2}\n-ff05::1%1 IN{2001:db8::1}\n");
	assert_int_equal(source_req(level, MCAST_LEAVE_SOURCE_GROUP, GROUP, SRC1, i0), 0);
	assert_told("+ff05::1%1 IN{2001:db8::2}\n-ff05::1%1 IN{2001:db8::1 2001:db8::2}\n");
	assert_int_equal(source_req(level, MCAST_LEAVE_SOURCE_GROUP, GROUP, SRC1, i0),
			 -EADDRNOTAVAIL);
	assert_int_equal(source_req(level, MCAST_LEAVE_SOURCE_GROUP, GROUP, SRC2, i0), 0);
	assert_told("-ff05::1%1 IN{2001:db8::2}\n");
	assert_int_equal(group_req(level, MCAST_LEAVE_GROUP, GROUP, i0), -EADDRNOTAVAIL);

	assert_int_equal(group_req(level, MCAST_JOIN_GROUP, GROUP, i0), 0);
	assert_int_equal(source_req(level, MCAST_LEAVE_SOURCE_GROUP, GROUP, SRC1, i0),
			 -EADDRNOTAVAIL);
	assert_int_equal(source_req(level, MCAST_UNBLOCK_SOURCE, GROUP, SRC1, i0), -EADDRNOTAVAIL);
	f->join_error = -ENOMEM;
	assert_int_equal(source_req(level, MCAST_BLOCK_SOURCE, GROUP, SRC1, i0), -ENOMEM);
	assert_int_equal(source_req(level, MCAST_BLOCK_SOURCE, GROUP, SRC1, i0), 0);
	assert_int_equal(source_req(level, MCAST_BLOCK_SOURCE, GROUP, SRC1, i0), -EADDRNOTAVAIL);
	assert_int_equal(source_req(level, MCAST_JOIN_SOURCE_GROUP, GROUP, SRC2, i0), -EINVAL);
	assert_told("+ff05::1%1 EX{}\n+ff05::1%1 EX{2001:db8::1}\n-ff05::1%1 EX{}\n");
}

static void test_what_the_shared_options_refuse(void **state)
{
	int i0 = f->d0->ifindex;

	(void)state;
	assert_int_equal(group_req(IPPROTO_IPV6, MCAST_JOIN_GROUP, GROUP4, i0), -EADDRNOTAVAIL);
	assert_int_equal(group_req(IPPROTO_IPV6, MCAST_LEAVE_GROUP, GROUP4, i0), -EADDRNOTAVAIL);
	assert_int_equal(group_req(IPPROTO_IP, MCAST_JOIN_GROUP, GROUP, i0), -EINVAL);
	assert_int_equal(group_req(IPPROTO_IP, MCAST_LEAVE_GROUP, GROUP, i0), -EINVAL);
	assert_int_equal(group_req(IPPROTO_IP, MCAST_LEAVE_GROUP, "10.0.0.9", i0), -EADDRNOTAVAIL);
	assert_int_equal(source_req(IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, GROUP4, SRC1, i0),
			 -EADDRNOTAVAIL);
	assert_int_equal(source_req(IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, GROUP, "1.1.1.1", i0),
			 -EADDRNOTAVAIL);
	assert_int_equal(source_req(IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, GROUP, SRC1, NODEV),
			 -ENODEV);
	assert_int_equal(source_req(IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, "2001::1", SRC1, i0),
			 -EINVAL);
	assert_int_equal(source_req(IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, GROUP4, SRC1, i0),
			 -EADDRNOTAVAIL);
	assert_told("");
}

static void test_filters_are_set_whole(void **state)
{
	int i0 = f->d0->ifindex, level = IPPROTO_IPV6;
	char many[4096] = "", one[32];
	union filter u;

	(void)state;
	assert_int_equal(set_filter(level, GROUP, i0, MCAST_EXCLUDE, SRC1), -EINVAL);
	assert_int_equal(set_filter(level, GROUP, i0, MCAST_INCLUDE, ""), -EADDRNOTAVAIL);
	assert_int_equal(set_filter(level, "2001::1", i0, MCAST_INCLUDE, ""), -EINVAL);
	assert_int_equal(group_req(level, MCAST_JOIN_GROUP, GROUP, i0), 0);
	f->trace[0] = '\0';
	assert_int_equal(set_filter(level, GROUP, i0, MCAST_INCLUDE, SRC1 " " SRC2), 0);
	assert_told("+ff05::1%1 IN{2001:db8::1 2001:db8::2}\n-ff05::1%1 EX{}\n");
	assert_int_equal(set_filter(level, GROUP, i0, 9, ""), -EINVAL);
	assert_int_equal(set_filter(level, GROUP4, i0, MCAST_INCLUDE, ""), -EINVAL);
	assert_int_equal(set_filter(level, GROUP, NODEV, MCAST_INCLUDE, ""), -ENODEV);
	filter_fill(&u, GROUP, i0, MCAST_INCLUDE, SRC1 " " SRC2);
	assert_int_equal(set_at(level, MCAST_MSFILTER, &u, GROUP_FILTER_SIZE(1)), -EINVAL);
	assert_int_equal(set_at(level, MCAST_MSFILTER, &u, GROUP_FILTER_SIZE(0) - 1), -EINVAL);
	assert_told("");

	for (int i = 0; i < 64; i++) {
		snprintf(one, sizeof(one), "2001::%x ", i);
		strcat(many, one);
	}
	assert_int_equal(set_filter(level, GROUP, i0, MCAST_EXCLUDE, many), 0);
	f->trace[0] = '\0';
	assert_int_equal(source_req(level, MCAST_BLOCK_SOURCE, GROUP, SRC1, i0), -ENOBUFS);
	strcat(many, "2001::99");
	assert_int_equal(set_filter(level, GROUP, i0, MCAST_EXCLUDE, many), -ENOBUFS);
	f->net->ipv6->sysctl.mld_max_msf = 65;
	assert_int_equal(set_filter(level, GROUP, i0, MCAST_EXCLUDE, many), 0);
	f->trace[0] = '\0';
	assert_int_equal(set_filter(level, GROUP, i0, MCAST_INCLUDE, ""), 0); /* leaves */
	assert_int_equal(group_req(level, MCAST_LEAVE_GROUP, GROUP, i0), -EADDRNOTAVAIL);
	f->trace[0] = '\0';
}

static int get_filter(union filter *u, const char *group, int ifindex, uint32_t room, uint32_t *len)
{
	filter_fill(u, group, ifindex, 9, "");
	u->gf.gf_numsrc = room;
	return ip6_mc_sockopt_get(f->sk, MCAST_MSFILTER, u, len);
}

static void test_filters_are_read(void **state)
{
	struct sockaddr_storage s1 = sockaddr(SRC1), s2 = sockaddr(SRC2);
	int i0 = f->d0->ifindex;
	union filter u;
	uint32_t len = sizeof(u);

	(void)state;
	assert_int_equal(group_req(IPPROTO_IPV6, MCAST_JOIN_GROUP, GROUP, i0), 0);
	assert_int_equal(set_filter(IPPROTO_IPV6, GROUP, i0, MCAST_EXCLUDE, SRC1 " " SRC2), 0);
	assert_int_equal(get_filter(&u, GROUP, i0, 2, &len), 0);
	assert_int_equal(len, GROUP_FILTER_SIZE(2));
	assert_int_equal(u.gf.gf_fmode, MCAST_EXCLUDE);
	assert_int_equal(u.gf.gf_numsrc, 2);
	assert_memory_equal(u.room + GROUP_FILTER_SIZE(0), &s1, sizeof(s1));
	assert_memory_equal(u.room + GROUP_FILTER_SIZE(1), &s2, sizeof(s2));
	len = GROUP_FILTER_SIZE(1);
	assert_int_equal(get_filter(&u, GROUP, i0, 1, &len), 0);
	assert_int_equal(len, GROUP_FILTER_SIZE(1));
	assert_int_equal(u.gf.gf_numsrc, 2);			       /* so many there are */
	assert_int_equal(get_filter(&u, GROUP, i0, 2, &len), -EINVAL); /* Linux writes past it */
	len = GROUP_FILTER_SIZE(0) - 1;
	assert_int_equal(get_filter(&u, GROUP, i0, 0, &len), -EINVAL);
	len = sizeof(u);
	assert_int_equal(get_filter(&u, GROUP2, i0, 0, &len), -EADDRNOTAVAIL);
	assert_int_equal(get_filter(&u, GROUP, NODEV, 0, &len), -EADDRNOTAVAIL);
	assert_int_equal(get_filter(&u, GROUP, 0, 0, &len), -EADDRNOTAVAIL);
	assert_int_equal(get_filter(&u, GROUP4, i0, 0, &len), -EADDRNOTAVAIL);
	assert_int_equal(get_filter(&u, "2001::1", i0, 0, &len), -EINVAL);
	assert_int_equal(ip6_mc_sockopt_get(f->sk, MCAST_JOIN_GROUP, &u, &len), -ENOPROTOOPT);
	f->trace[0] = '\0';
}

/* Both families ------------------------------------------------------------------------------- */

static void test_a_socket_is_in_groups_of_both_families(void **state)
{
	int i0 = f->d0->ifindex;
	char group[32];

	(void)state;
	assert_int_equal(group_req(IPPROTO_IP, MCAST_JOIN_GROUP, GROUP4, i0), 0);
	assert_int_equal(group_req(IPPROTO_IPV6, MCAST_JOIN_GROUP, GROUP, i0), 0);
	assert_int_equal(source_req(IPPROTO_IP, MCAST_BLOCK_SOURCE, GROUP4, "10.0.0.9", i0), 0);
	assert_told("+224.1.1.1%1 EX{}\n+ff05::1%1 EX{}\n"
		    "+224.1.1.1%1 EX{10.0.0.9}\n-224.1.1.1%1 EX{}\n");
	/* IPv4's limit counts IPv4's alone. */
	for (int i = 1; i < 20; i++) {
		snprintf(group, sizeof(group), "224.2.2.%d", i);
		assert_int_equal(group_req(IPPROTO_IP, MCAST_JOIN_GROUP, group, i0), 0);
	}
	assert_int_equal(group_req(IPPROTO_IP, MCAST_JOIN_GROUP, "224.3.3.3", i0), -ENOBUFS);
	assert_int_equal(group_req(IPPROTO_IPV6, MCAST_JOIN_GROUP, GROUP2, i0), 0);
	f->trace[0] = '\0';
}

/* The same sixteen bytes: a group of IPv4 is none of IPv6. */
static void test_groups_of_the_families_are_not_mixed_up(void **state)
{
	union inaddr g4 = { .b = { 0xff, 5 } }, src = in6(SRC1);
	struct mcast_group g = { AF_INET6, f->d0->ifindex, g4 };

	(void)state;
	assert_int_equal(mcast_join(f->sk, &g), 0);
	f->sk->opt.mc_all = false;
	f->sk->opt.mc6_all = true;
	assert_true(mcast_allow(f->sk, AF_INET6, &g4, &src, f->d0->ifindex));
	assert_false(mcast_allow(f->sk, AF_INET, &g4, &src, f->d0->ifindex));
	g.family = AF_INET;
	assert_int_equal(mcast_leave(f->sk, &g), -EADDRNOTAVAIL);
}

static void test_who_hears_what(void **state)
{
	union inaddr group = in6(GROUP), other = in6(GROUP2), s1 = in6(SRC1), s2 = in6(SRC2);
	int i0 = f->d0->ifindex, i1 = f->d1->ifindex;

	(void)state;
	assert_true(mcast_allow(f->sk, AF_INET6, &group, &s1, i0)); /* IPV6_MULTICAST_ALL */
	setopt(f->sk, IPV6_MULTICAST_ALL, 0);
	assert_false(mcast_allow(f->sk, AF_INET6, &group, &s1, i0));
	source_req(IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, GROUP, SRC1, i0);
	assert_true(mcast_allow(f->sk, AF_INET6, &group, &s1, i0));
	assert_false(mcast_allow(f->sk, AF_INET6, &group, &s2, i0));
	assert_false(mcast_allow(f->sk, AF_INET6, &other, &s1, i0));
	assert_true(mcast_allow(f->sk, AF_INET6, &group, &s1, i1));
	membership(f->sk, IPV6_JOIN_GROUP, GROUP, i1); /* d1's own filter goes first */
	assert_true(mcast_allow(f->sk, AF_INET6, &group, &s2, i1));
	assert_false(mcast_allow(f->sk, AF_INET6, &group, &s2, i0));
	f->trace[0] = '\0';
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_join_and_leave),
		T(test_what_join_and_leave_refuse),
		T(test_memberships_have_a_limit),
		T(test_numbers),
		T(test_sources_of_a_membership),
		T(test_what_the_shared_options_refuse),
		T(test_filters_are_set_whole),
		T(test_filters_are_read),
		T(test_a_socket_is_in_groups_of_both_families),
		T(test_groups_of_the_families_are_not_mixed_up),
		T(test_who_hears_what),
	};

	return cmocka_run_group_tests_name("mcast6", tests, NULL, NULL);
}
