/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * That every error has a sentence, and the attribute at fault where there is one: wrong requests to each
 * handler of rtnetlink, of generic netlink and of sock_diag. Where the kernel has a sentence, tests/diff
 * and test_nl_dispatch see to it that ours is the same.
 */
#include "tests/unit/testnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ustack/channel.h>
#include <ustack/link.h>
#include <ustack/usock.h>

#include "nlserver/endpoint.h"
#include "nlserver/usock.h"

#define NOBODY 77 /* the index of no device */

static struct testnl t;
static struct testreq r;

static void open_channel(int protocol)
{
	testnl_create(&t, protocol);
	/* What is not strict says less about a request, and so more may be wrong with it. */
	assert_int_equal(nl_client_setsockopt(t.c, NETLINK_GET_STRICT_CHK, 0), 0);
	testreq_init(&r);
}

static int setup_route(void **state)
{
	(void)state;
	open_channel(NETLINK_ROUTE);
	return 0;
}

static int setup_generic(void **state)
{
	(void)state;
	open_channel(NETLINK_GENERIC);
	return 0;
}

static int setup_diag(void **state)
{
	(void)state;
	open_channel(NETLINK_SOCK_DIAG);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

static int setup_usock(void **state)
{
	setup_generic(state);
	assert_int_equal(loop_create(&t.server.loop), 0);
	loop_set_net(t.server.loop, t.server.net);
	assert_int_equal(endpoints_create(&t.server, &t.server.endpoints), 0);
	assert_int_equal(usock_register(t.nl), 0);
	return 0;
}

static int teardown_usock(void **state)
{
	endpoints_destroy(t.server.endpoints);
	loop_free(t.server.loop);
	return teardown(state);
}

/* --- asking --------------------------------------------------------------------------------------- */

/* The sentence among the attributes of an acknowledgement or NLMSG_DONE, and which attribute is named. */
static const char *tlvs(const struct nlmsghdr *nlh, size_t offset, uint32_t *ret_offs)
{
	const struct nlattr *attr;
	const char *sentence = "";

	*ret_offs = 0;
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(attr, nlh, offset)
		{
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
				sentence = mnl_attr_get_str(attr);
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
				*ret_offs = mnl_attr_get_u32(attr);
		}
	return sentence;
}

/*
 * The answer to the request must be @err and @sentence, and, unless @attr is 0, name that attribute of it.
 */
static void told(int err, const char *sentence, uint16_t attr)
{
	const struct nlmsghdr *nlh;
	struct nl_packet *p;
	uint32_t offs;
	bool done;

	p = testnl_pop(t.c);
	nlh = (const struct nlmsghdr *)p->data;
	done = nlh->nlmsg_type == NLMSG_DONE;
	assert_true(done || nlh->nlmsg_type == NLMSG_ERROR);
	assert_int_equal(*(const int32_t *)mnl_nlmsg_get_payload(nlh), err);
	assert_string_equal(tlvs(nlh, done ? sizeof(int32_t) : sizeof(struct nlmsgerr), &offs),
			    sentence);
	if (attr)
		assert_int_equal(mnl_attr_get_type((const void *)(r.data + offs)), attr);
	assert_int_equal(!attr, !offs);
	free(p);
	testnl_expect_silence(t.c);
	testreq_init(&r);
}

static void refused(int err, const char *sentence, uint16_t attr)
{
	testreq_end(&r);
	testreq_send(&r, t.c);
	told(err, sentence, attr);
}

static void accepted(void)
{
	testreq_end(&r);
	assert_int_equal(testnl_ask(&r, t.c), 0);
	testreq_init(&r);
}

static struct ifinfomsg *link_msg(uint16_t type, uint16_t flags, int index)
{
	struct ifinfomsg *ifi = testreq_add(&r, type, flags, sizeof(*ifi));

	ifi->ifi_index = index;
	return ifi;
}

static void put_ip(uint16_t attr, const char *text)
{
	uint32_t a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	nl_put_u32(&r.m, attr, a);
}

/* A dummy "d0", up, index 2, with 10.0.0.1/24. */
static void make_d0(void)
{
	struct ifinfomsg *ifi = link_msg(RTM_NEWLINK, NLM_F_CREATE, 2);
	struct ifaddrmsg *ifa;

	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	nl_put_str(&r.m, IFLA_IFNAME, "d0");
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	accepted();
	ifa = testreq_add(&r, RTM_NEWADDR, NLM_F_CREATE, sizeof(*ifa));
	*ifa = (struct ifaddrmsg){ .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 2 };
	put_ip(IFA_LOCAL, "10.0.0.1");
	accepted();
}

/* --- links ---------------------------------------------------------------------------------------- */

static void test_newlink(void **state)
{
	(void)state;
	make_d0();
	link_msg(RTM_NEWLINK, 0, 0);
	refused(-ENODEV, "Device not found", 0);
	link_msg(RTM_NEWLINK, 0, -1);
	refused(-EINVAL, "ifindex can't be negative", 0);
	link_msg(RTM_NEWLINK, 0, 0);
	nl_put_str(&r.m, IFLA_IFNAME, "nope");
	refused(-ENODEV, "Device not found", IFLA_IFNAME);
	link_msg(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	nl_put_str(&r.m, IFLA_IFNAME, "d0");
	refused(-EEXIST, "Device already exists", IFLA_IFNAME);
	link_msg(RTM_NEWLINK, NLM_F_CREATE | NLM_F_REPLACE, 2);
	refused(-EOPNOTSUPP, "A device cannot be replaced", 0);
	link_msg(RTM_NEWLINK, NLM_F_CREATE, 0);
	testreq_put_kind(&r, "nope");
	refused(-EOPNOTSUPP, "Unknown device type", IFLA_INFO_KIND);
	link_msg(RTM_NEWLINK, NLM_F_CREATE, 0);
	nl_put_u32(&r.m, IFLA_NUM_TX_QUEUES, 0);
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	refused(-EINVAL, "Invalid number of transmit queues", IFLA_NUM_TX_QUEUES);
}

static void test_setlink(void **state)
{
	(void)state;
	make_d0();
	link_msg(RTM_SETLINK, 0, 0);
	refused(-EINVAL, "Neither index nor name of a device given", 0);
	link_msg(RTM_SETLINK, 0, NOBODY);
	refused(-ENODEV, "Device not found", 0);
	link_msg(RTM_SETLINK, 0, 2);
	nl_put_u32(&r.m, IFLA_MASTER, NOBODY);
	refused(-EINVAL, "Master device not found", IFLA_MASTER);
	link_msg(RTM_SETLINK, 0, 2);
	nl_put_u32(&r.m, IFLA_MASTER, 1);
	refused(-EOPNOTSUPP, "Device cannot be a master", IFLA_MASTER);
	link_msg(RTM_SETLINK, 0, 1);
	nl_put_u8(&r.m, IFLA_CARRIER, 0);
	refused(-EOPNOTSUPP, "Carrier of this device cannot be set", IFLA_CARRIER);
	link_msg(RTM_SETLINK, 0, 2);
	nl_put_u32(&r.m, IFLA_GSO_MAX_SEGS, 1);
	refused(-EOPNOTSUPP, "This link attribute (40) is not supported", IFLA_GSO_MAX_SEGS);
}

static void test_dellink_getlink(void **state)
{
	(void)state;
	link_msg(RTM_DELLINK, 0, 0);
	refused(-EINVAL, "Neither index nor name of a device given", 0);
	link_msg(RTM_DELLINK, 0, NOBODY);
	refused(-ENODEV, "Device not found", 0);
	link_msg(RTM_DELLINK, 0, 1);
	refused(-EOPNOTSUPP, "Device \"lo\" cannot be deleted", 0);
	link_msg(RTM_GETLINK, 0, 0);
	refused(-EINVAL, "Neither index nor name of a device given", 0);
	link_msg(RTM_GETLINK, 0, 0);
	nl_put_str(&r.m, IFLA_IFNAME, "nope");
	refused(-ENODEV, "Device not found", IFLA_IFNAME);
}

/* --- addresses ------------------------------------------------------------------------------------ */

static void addr_msg(uint16_t type, uint16_t flags, const char *local)
{
	struct ifaddrmsg *ifa = testreq_add(&r, type, flags, sizeof(*ifa));

	*ifa = (struct ifaddrmsg){ .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 2 };
	put_ip(IFA_LOCAL, local);
	put_ip(IFA_ADDRESS, local);
}

static void test_addresses(void **state)
{
	struct ifaddrmsg *ifa;

	(void)state;
	make_d0();
	addr_msg(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "10.0.0.1");
	refused(-EEXIST, "ipv4: Address already assigned", 0);
	addr_msg(RTM_DELADDR, 0, "10.0.0.2");
	refused(-EADDRNOTAVAIL, "ipv4: Address not found", 0);
	ifa = testreq_add(&r, RTM_NEWADDR, 0, sizeof(*ifa));
	ifa->ifa_family = AF_APPLETALK;
	refused(-EOPNOTSUPP, "Address family 5 is not supported", 0);
	testreq_add(&r, RTM_GETADDR, 0, sizeof(*ifa));
	refused(-EOPNOTSUPP, "Only IPv6 tells of one address", 0);
	assert_int_equal(nl_client_setsockopt(t.c, NETLINK_GET_STRICT_CHK, 1), 0);
	ifa = testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));
	ifa->ifa_index = NOBODY;
	refused(-ENODEV, "No device has index 77", 0);
}

/* --- routes --------------------------------------------------------------------------------------- */

static struct rtmsg *route_msg(uint16_t type, uint16_t flags, const char *dst, int len)
{
	struct rtmsg *rtm = testreq_add(&r, type, flags, sizeof(*rtm));

	*rtm = (struct rtmsg){
		.rtm_family = AF_INET,
		.rtm_dst_len = (uint8_t)len,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_scope = type == RTM_NEWROUTE ? RT_SCOPE_LINK : RT_SCOPE_NOWHERE,
		.rtm_type = type == RTM_NEWROUTE ? RTN_UNICAST : RTN_UNSPEC,
	};
	put_ip(RTA_DST, dst);
	return rtm;
}

static void test_newroute(void **state)
{
	struct rtmsg *rtm;

	(void)state;
	make_d0();
	route_msg(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.9.0.0", 16);
	nl_put_u32(&r.m, RTA_OIF, 2);
	accepted();
	route_msg(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.9.0.0", 16);
	nl_put_u32(&r.m, RTA_OIF, 2);
	refused(-EEXIST, "Route already exists", 0);
	route_msg(RTM_NEWROUTE, NLM_F_REPLACE, "10.10.0.0", 16);
	nl_put_u32(&r.m, RTA_OIF, 2);
	refused(-ENOENT, "Route not found", 0);
	route_msg(RTM_NEWROUTE, NLM_F_CREATE, "10.10.0.0", 16);
	refused(-ENODEV, "Nexthop device not found", 0);
	rtm = route_msg(RTM_NEWROUTE, NLM_F_CREATE, "10.10.0.1", 32);
	rtm->rtm_type = RTN_LOCAL;
	rtm->rtm_scope = RT_SCOPE_HOST;
	refused(-ENODEV, "Nexthop device not found", 0);
	route_msg(RTM_NEWROUTE, NLM_F_CREATE, "10.10.0.0", 16);
	nl_put_u32(&r.m, RTA_OIF, 1);
	refused(-ENETDOWN, "Device for nexthop is not up", 0);
	route_msg(RTM_NEWROUTE, NLM_F_CREATE, "10.10.0.0", 33);
	refused(-EINVAL, "Invalid prefix length", 0);
}

static void test_delroute_getroute(void **state)
{
	struct rtmsg *rtm;

	(void)state;
	make_d0();
	route_msg(RTM_DELROUTE, 0, "10.99.0.0", 16);
	refused(-ESRCH, "Route not found", 0);
	route_msg(RTM_DELROUTE, 0, "10.0.0.0", 24);
	nl_put_u32(&r.m, RTA_OIF, 1);
	refused(-ESRCH, "Route not found", 0);
	rtm = route_msg(RTM_DELROUTE, 0, "10.0.0.0", 24);
	rtm->rtm_table = 99;
	refused(-ESRCH, "FIB table does not exist", 0);
	route_msg(RTM_GETROUTE, 0, "9.9.9.9", 32);
	refused(-ENETUNREACH, "No route to the destination", 0);
	route_msg(RTM_GETROUTE, 0, "10.0.0.9", 32);
	put_ip(RTA_SRC, "9.9.9.9");
	refused(-ENETUNREACH, "Source address is not local", 0);
	route_msg(RTM_GETROUTE, 0, "10.0.0.9", 32);
	nl_put_u32(&r.m, RTA_OIF, NOBODY);
	refused(-ENODEV, "No device has index 77", 0);
	rtm = route_msg(RTM_NEWROUTE, NLM_F_CREATE, "8.0.0.0", 8);
	rtm->rtm_type = RTN_BLACKHOLE;
	accepted();
	route_msg(RTM_GETROUTE, 0, "8.8.8.8", 32);
	refused(-EINVAL, "Route discards what is sent to the destination", 0);
	rtm = route_msg(RTM_NEWROUTE, NLM_F_CREATE, "7.0.0.0", 8);
	rtm->rtm_type = RTN_PROHIBIT;
	accepted();
	route_msg(RTM_GETROUTE, 0, "7.7.7.7", 32);
	refused(-EACCES, "Route prohibits the destination", 0);
	assert_int_equal(nl_client_setsockopt(t.c, NETLINK_GET_STRICT_CHK, 1), 0);
	rtm = testreq_add(&r, RTM_GETROUTE, NLM_F_DUMP, sizeof(*rtm));
	nl_put_u32(&r.m, RTA_OIF, NOBODY);
	refused(-ENODEV, "No device has index 77", 0);
	rtm = testreq_add(&r, RTM_GETROUTE, NLM_F_DUMP, sizeof(*rtm));
	rtm->rtm_family = AF_INET;
	rtm->rtm_table = 99;
	refused(-ENOENT, "ipv4: FIB table does not exist", 0);
}

/* --- neighbours ----------------------------------------------------------------------------------- */

static struct ndmsg *neigh_msg(uint16_t type, uint16_t flags, const char *dst)
{
	struct ndmsg *ndm = testreq_add(&r, type, flags, sizeof(*ndm));

	*ndm = (struct ndmsg){
		.ndm_family = AF_INET,
		.ndm_ifindex = 2,
		.ndm_state = type == RTM_NEWNEIGH ? NUD_PERMANENT : NUD_NONE,
	};
	put_ip(NDA_DST, dst);
	return ndm;
}

static void test_neighbours(void **state)
{
	static const uint8_t lladdr[] = { 2, 0, 0, 0, 0, 1 };
	struct ndmsg *ndm;

	(void)state;
	make_d0();
	neigh_msg(RTM_NEWNEIGH, NLM_F_CREATE, "10.0.0.9");
	nl_put(&r.m, NDA_LLADDR, lladdr, sizeof(lladdr));
	accepted();
	neigh_msg(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, "10.0.0.9");
	nl_put(&r.m, NDA_LLADDR, lladdr, sizeof(lladdr));
	refused(-EEXIST, "Neighbour entry already exists", NDA_DST);
	neigh_msg(RTM_NEWNEIGH, NLM_F_REPLACE, "10.0.0.10");
	refused(-ENOENT, "Neighbour entry not found", NDA_DST);
	neigh_msg(RTM_NEWNEIGH, NLM_F_CREATE, "10.0.0.10");
	refused(-EINVAL, "No link layer address given", 0);
	ndm = neigh_msg(RTM_NEWNEIGH, NLM_F_CREATE, "10.0.0.10");
	ndm->ndm_ifindex = 0;
	refused(-EINVAL, "Device not specified", 0);
	ndm = neigh_msg(RTM_DELNEIGH, 0, "10.0.0.9");
	ndm->ndm_ifindex = 0;
	refused(-EINVAL, "Device not specified", 0);
	ndm = neigh_msg(RTM_DELNEIGH, 0, "10.0.0.9");
	ndm->ndm_ifindex = NOBODY;
	refused(-ENODEV, "No device has index 77", 0);
	neigh_msg(RTM_DELNEIGH, 0, "10.0.0.10");
	refused(-ENOENT, "Neighbour entry not found", NDA_DST);
	ndm = neigh_msg(RTM_DELNEIGH, 0, "10.0.0.10");
	ndm->ndm_flags = NTF_PROXY;
	refused(-ENOENT, "Proxy neighbour entry not found", NDA_DST);
	neigh_msg(RTM_GETNEIGH, 0, "10.0.0.10");
	refused(-ENOENT, "Neighbour entry not found", 0);
	ndm = neigh_msg(RTM_GETNEIGH, 0, "10.0.0.10");
	ndm->ndm_family = AF_APPLETALK;
	refused(-EAFNOSUPPORT, "Address family 5 has no neighbours", 0);
}

/* --- what is there to be read, or not at all ------------------------------------------------------ */

static void test_messages_without_a_handler(void **state)
{
	(void)state;
	for (uint16_t type = RTM_BASE; type <= RTM_MAX + 4; type++) {
		struct nl_packet *p;
		uint32_t offs;

		testreq_add(&r, type, 0, 32);
		testreq_end(&r);
		testreq_send(&r, t.c);
		testreq_init(&r);
		p = nl_client_pop(t.c);
		if (p && type != RTM_GETNSID) {
			const struct nlmsghdr *nlh = (const struct nlmsghdr *)p->data;

			assert_int_equal(nlh->nlmsg_type, NLMSG_ERROR);
			assert_int_not_equal(*tlvs(nlh, sizeof(struct nlmsgerr), &offs), '\0');
		}
		free(p);
	}
}

static void test_second_dump(void **state)
{
	(void)state;
	/* In one packet, so that the first is not over. */
	testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	testreq_end(&r);
	testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	testreq_end(&r);
	testreq_send(&r, t.c);
	assert_string_equal(testnl_expect_ack(t.c, -EBUSY),
			    "Another dump is under way on this channel");
	nl_client_progress(t.c);
	assert_int_equal(testnl_dump(t.c, NULL, NULL), 0);
}

static void test_after_a_refusal(void **state)
{
	(void)state;
	assert_int_equal(nl_client_setsockopt(t.c, USTACK_OPT_STOP_ON_ERROR, 1), 0);
	link_msg(RTM_DELLINK, 0, NOBODY);
	refused(-ENODEV, "Device not found", 0);
	link_msg(RTM_DELLINK, 0, NOBODY);
	refused(-ECANCELED, "Not done, as a request before it was refused", 0);
}

static void test_controller(void **state)
{
	struct genlmsghdr *hdr;

	(void)state;
	hdr = testreq_add(&r, GENL_ID_CTRL, 0, GENL_HDRLEN);
	hdr->cmd = CTRL_CMD_GETFAMILY;
	refused(-EINVAL, "Family id or name is needed", 0);
	hdr = testreq_add(&r, GENL_ID_CTRL, 0, GENL_HDRLEN);
	hdr->cmd = CTRL_CMD_GETFAMILY;
	nl_put_str(&r.m, CTRL_ATTR_FAMILY_NAME, "nope");
	refused(-ENOENT, "No such generic netlink family", CTRL_ATTR_FAMILY_NAME);
	hdr = testreq_add(&r, GENL_ID_CTRL, 0, GENL_HDRLEN);
	hdr->cmd = CTRL_CMD_DELFAMILY;
	refused(-EOPNOTSUPP, "Family nlctrl has no such command", 0);
	testreq_add(&r, GENL_MAX_ID, 0, GENL_HDRLEN);
	refused(-ENOENT, "No such generic netlink family", 0);
}

/* --- socket calls --------------------------------------------------------------------------------- */

static void usock_msg(uint8_t cmd, uint64_t id)
{
	struct genlmsghdr *hdr;

	hdr = testreq_add(&r, genl_find_name(t.nl, USOCK_GENL_NAME)->id, 0, GENL_HDRLEN);
	hdr->cmd = cmd;
	if (id)
		nl_put_u64(&r.m, USOCK_A_ID, id);
}

static void put_sockaddr(uint16_t attr, sa_family_t family, const char *addr, size_t len)
{
	struct sockaddr_in in = { .sin_family = family, .sin_port = htons(80) };

	assert_int_equal(inet_pton(AF_INET, addr, &in.sin_addr), 1);
	nl_put(&r.m, attr, &in, len);
}

static void open_msg(uint16_t family, uint16_t type)
{
	usock_msg(USOCK_CMD_OPEN, 0);
	nl_put_u16(&r.m, USOCK_A_FAMILY, family);
	nl_put_u16(&r.m, USOCK_A_TYPE, type);
	nl_put_u64(&r.m, USOCK_A_COOKIE, 1);
}

/* Send the request with one end of a stream pair; the other is the application's. */
static void send_with(int fd)
{
	struct nl_fds fds = { .fd = { fd, -1 }, .nr = 1 };

	testreq_end(&r);
	nl_dispatch(t.c, r.data, r.buf.len, &fds);
}

static int send_with_pair(void)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	send_with(pair[0]);
	return pair[1];
}

static void open_refused(uint16_t family, uint16_t type, int err, const char *sentence,
			 uint16_t attr)
{
	int fd;

	open_msg(family, type);
	fd = send_with_pair();
	told(err, sentence, attr);
	close(fd);
}

/* A TCP socket; the application's end. */
static int open_tcp(uint64_t *ret_id)
{
	const struct nlattr *attr;
	struct nl_packet *p;
	int fd;

	open_msg(AF_INET, SOCK_STREAM);
	fd = send_with_pair();
	testreq_init(&r);
	p = testnl_pop(t.c);
	*ret_id = 0;
	mnl_attr_for_each(attr, (const struct nlmsghdr *)p->data, GENL_HDRLEN)
	{
		if (mnl_attr_get_type(attr) == USOCK_A_ID)
			*ret_id = mnl_attr_get_u64(attr);
	}
	free(p);
	assert_int_not_equal(*ret_id, 0);
	return fd;
}

static void test_usock_open(void **state)
{
	(void)state;
	usock_msg(USOCK_CMD_OPEN, 0);
	refused(-EINVAL, "An open needs family, type and cookie", 0);
	open_msg(AF_INET, SOCK_STREAM);
	refused(-EBADF, "An open needs the stack's end of a socket pair", 0);
	open_refused(AF_APPLETALK, SOCK_STREAM, -EAFNOSUPPORT,
		     "The address family is not supported", USOCK_A_FAMILY);
	open_refused(AF_INET, SOCK_RDM, -ESOCKTNOSUPPORT, "The type of socket is not supported",
		     USOCK_A_TYPE);
	open_refused(AF_INET, SOCK_DGRAM, -EINVAL,
		     "The descriptor is no end of a socket pair that fits the type", 0);
}

static void test_usock_calls(void **state)
{
	uint64_t id;
	int fd = open_tcp(&id);

	(void)state;
	usock_msg(USOCK_CMD_GETNAME, 0);
	refused(-EINVAL, "The socket's id is missing", 0);
	usock_msg(USOCK_CMD_GETNAME, id + 1);
	refused(-ENOTCONN, "There is no such socket any more", USOCK_A_ID);
	usock_msg(USOCK_CMD_BIND, id);
	put_sockaddr(USOCK_A_ADDR, AF_INET, "9.9.9.9", sizeof(struct sockaddr_in));
	refused(-EADDRNOTAVAIL, "The address is none of this stack's, or no port is left",
		USOCK_A_ADDR);
	usock_msg(USOCK_CMD_BIND, id);
	put_sockaddr(USOCK_A_ADDR, AF_INET, "9.9.9.9", sizeof(sa_family_t));
	refused(-EINVAL, "The address is too short for its family", USOCK_A_ADDR);
	usock_msg(USOCK_CMD_CONNECT, id);
	put_sockaddr(USOCK_A_ADDR, AF_APPLETALK, "9.9.9.9", sizeof(struct sockaddr_in));
	refused(-EAFNOSUPPORT, "Address family 5 is not supported", USOCK_A_ADDR);
	usock_msg(USOCK_CMD_CONNECT, id);
	put_sockaddr(USOCK_A_ADDR, AF_INET, "9.9.9.9", sizeof(struct sockaddr_in));
	refused(-ENETUNREACH, "No route to the address", USOCK_A_ADDR);
	usock_msg(USOCK_CMD_SHUTDOWN, id);
	nl_put_u32(&r.m, USOCK_A_HOW, SHUT_WR);
	refused(-ENOTCONN, "The socket is not connected", 0);
	usock_msg(USOCK_CMD_SETSOCKOPT, id);
	nl_put_u32(&r.m, USOCK_A_LEVEL, SOL_SOCKET);
	nl_put_u32(&r.m, USOCK_A_OPTNAME, 999);
	nl_put_u32(&r.m, USOCK_A_OPTVAL, 1);
	refused(-ENOPROTOOPT, "Option 999 of level 1 is not supported", USOCK_A_OPTNAME);
	usock_msg(USOCK_CMD_GETSOCKOPT, id);
	nl_put_u32(&r.m, USOCK_A_LEVEL, SOL_SOCKET);
	nl_put_u32(&r.m, USOCK_A_OPTNAME, 999);
	refused(-ENOPROTOOPT, "Option 999 of level 1 is not supported", USOCK_A_OPTNAME);
	usock_msg(USOCK_CMD_SETSOCKOPT, id);
	nl_put_u32(&r.m, USOCK_A_LEVEL, SOL_SOCKET);
	nl_put_u32(&r.m, USOCK_A_OPTNAME, SO_KEEPALIVE);
	nl_put_u8(&r.m, USOCK_A_OPTVAL, 1);
	refused(-EINVAL, "The option does not take this value", USOCK_A_OPTVAL);
	close(fd);
}

static void test_usock_linger(void **state)
{
	uint64_t id;
	int fd = open_tcp(&id), pipes[2];

	(void)state;
	usock_msg(USOCK_CMD_LINGER, 0);
	refused(-EINVAL, "The socket's id is missing", 0);
	usock_msg(USOCK_CMD_LINGER, id);
	refused(-EBADF, "To linger needs a pipe, which is closed at the end", 0);
	usock_msg(USOCK_CMD_LINGER, id);
	close(send_with_pair());
	told(-EBADF, "The descriptor is no pipe", 0);
	usock_msg(USOCK_CMD_LINGER, id);
	assert_int_equal(pipe(pipes), 0);
	send_with(pipes[1]);
	told(-EBUSY, "A descriptor of the socket is still open, or another waits", USOCK_A_ID);
	close(pipes[0]);
	close(fd);
}

static void test_sock_diag(void **state)
{
	struct inet_diag_req_v2 *d;
	uint32_t code = 0xff;

	(void)state;
	testreq_add(&r, SOCK_DESTROY, 0, sizeof(*d));
	refused(-EOPNOTSUPP, "sock_diag message type 21 is not supported", 0);
	d = testreq_add(&r, SOCK_DIAG_BY_FAMILY, 0, sizeof(*d));
	d->sdiag_family = AF_APPLETALK;
	refused(-ENOENT, "There are no sockets of family 5 here", 0);
	d = testreq_add(&r, SOCK_DIAG_BY_FAMILY, 0, sizeof(*d));
	d->sdiag_family = AF_INET;
	refused(-ENOENT, "No such socket", 0);
	d = testreq_add(&r, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sizeof(*d));
	d->sdiag_family = AF_INET;
	nl_put(&r.m, INET_DIAG_REQ_BYTECODE, &code, sizeof(code));
	refused(-EINVAL, "The filter is malformed", INET_DIAG_REQ_BYTECODE);
}

int main(void)
{
#define ROUTE(name) cmocka_unit_test_setup_teardown(name, setup_route, teardown)
	const struct CMUnitTest tests[] = {
		ROUTE(test_newlink),
		ROUTE(test_setlink),
		ROUTE(test_dellink_getlink),
		ROUTE(test_addresses),
		ROUTE(test_newroute),
		ROUTE(test_delroute_getroute),
		ROUTE(test_neighbours),
		ROUTE(test_messages_without_a_handler),
		ROUTE(test_second_dump),
		ROUTE(test_after_a_refusal),
		cmocka_unit_test_setup_teardown(test_controller, setup_generic, teardown),
		cmocka_unit_test_setup_teardown(test_usock_open, setup_usock, teardown_usock),
		cmocka_unit_test_setup_teardown(test_usock_calls, setup_usock, teardown_usock),
		cmocka_unit_test_setup_teardown(test_usock_linger, setup_usock, teardown_usock),
		cmocka_unit_test_setup_teardown(test_sock_diag, setup_diag, teardown),
	};

	return cmocka_run_group_tests_name("nl_sentences", tests, NULL, NULL);
}
