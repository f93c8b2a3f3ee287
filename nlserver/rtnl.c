/* SPDX-License-Identifier: BSD-2-Clause */
/* rtnetlink: from a message's type to its handler, and what the handlers share. See rtnl.h. */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <string.h>

#include "nlserver/nl_server.h"

/* ip asks for the number of its namespace to see whether there are any, and would print a sentence. */
static int no_namespaces(struct nl_request *req)
{
	(void)req;
	return -EOPNOTSUPP;
}

struct rtnl_op {
	int (*doit)(struct nl_request *req);
	const struct nl_dump_ops *dump;
	int family; /* the only one that has such objects; 0: any */
};

static const struct rtnl_op ops[RTM_MAX + 1] = {
	[RTM_NEWLINK] = { .doit = rtnl_newlink },
	[RTM_DELLINK] = { .doit = rtnl_dellink },
	[RTM_GETLINK] = { .doit = rtnl_getlink, .dump = &rtnl_link_dump },
	[RTM_SETLINK] = { .doit = rtnl_newlink },
	[RTM_NEWADDR] = { .doit = rtnl_newaddr },
	[RTM_DELADDR] = { .doit = rtnl_deladdr },
	[RTM_GETMULTICAST] = { .dump = &rtnl_mcast_dump },
	[RTM_GETADDR] = { .doit = rtnl_getaddr, .dump = &rtnl_addr_dump },
	[RTM_NEWROUTE] = { .doit = rtnl_newroute },
	[RTM_DELROUTE] = { .doit = rtnl_delroute },
	[RTM_GETROUTE] = { .doit = rtnl_getroute, .dump = &rtnl_route_dump },
	[RTM_NEWNEIGH] = { .doit = rtnl_newneigh },
	[RTM_DELNEIGH] = { .doit = rtnl_delneigh },
	[RTM_GETNEIGH] = { .doit = rtnl_getneigh, .dump = &rtnl_neigh_dump },
	[RTM_GETNEIGHTBL] = { .dump = &rtnl_neightbl_dump },
	[RTM_GETRULE] = { .dump = &rtnl_rule_dump },
	[RTM_NEWADDRLABEL] = { .doit = rtnl_newaddrlabel, .family = AF_INET6 },
	[RTM_DELADDRLABEL] = { .doit = rtnl_deladdrlabel, .family = AF_INET6 },
	[RTM_GETADDRLABEL] = { .doit = rtnl_getaddrlabel,
			       .dump = &rtnl_addrlabel_dump,
			       .family = AF_INET6 },
	[RTM_GETNETCONF] = { .doit = rtnl_getnetconf, .dump = &rtnl_netconf_dump },
	[RTM_GETNSID] = { .doit = no_namespaces },
	[RTM_GETNEXTHOP] = { .dump = &rtnl_empty_dump },
};

static bool has_family(const struct nl_request *req, const struct rtnl_op *op)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(req->nlh);

	return !op->family ||
	       (gen->rtgen_family == op->family && inet_config_find(req->net, op->family));
}

/* Messages come in fours: new, del, get, set. */
static bool is_get(uint16_t type)
{
	return ((type - RTM_BASE) & 3) == 2;
}

int rtnl_rcv(struct nl_request *req)
{
	uint16_t type = req->nlh->nlmsg_type;
	int err;

	if (type < RTM_BASE || type > RTM_MAX)
		return extack_set(&req->ack, -EOPNOTSUPP, "Unknown rtnetlink message type %u",
				  type);
	if (mnl_nlmsg_get_payload_len(req->nlh) < sizeof(struct rtgenmsg))
		return 0;
	if (!is_get(type)) {
		err = nl_require_admin(req);
		if (err)
			return err;
	}
	if (!has_family(req, &ops[type]))
		return extack_set(&req->ack, -EOPNOTSUPP, "The address family has no such objects");
	if (is_get(type) && (req->nlh->nlmsg_flags & NLM_F_DUMP)) {
		if (ops[type].dump)
			return nl_dump_start(req, ops[type].dump);
	} else if (ops[type].doit) {
		return ops[type].doit(req);
	}
	return extack_set(&req->ack, -EOPNOTSUPP, "rtnetlink message type %u is not supported",
			  type);
}

static int nothing_more(struct nl_dump *d, struct nl_buf *buf)
{
	(void)d;
	(void)buf;
	return 0;
}

const struct nl_dump_ops rtnl_empty_dump = { .more = nothing_more };

/* --- addresses, devices, families --------------------------------------------------------------- */

size_t rtnl_addr_len(int family)
{
	switch (family) {
	case AF_INET:
		return 4;
	case AF_INET6:
		return 16;
	default:
		return 0;
	}
}

union inaddr rtnl_get_addr(const struct nlattr *attr, int family)
{
	union inaddr a = { .q = { 0, 0 } };
	size_t len = rtnl_addr_len(family);

	if (attr && mnl_attr_get_payload_len(attr) >= len)
		memcpy(&a, mnl_attr_get_payload(attr), len);
	return a;
}

void rtnl_put_addr(struct nl_msg *m, uint16_t type, int family, const union inaddr *a)
{
	nl_put(m, type, a, rtnl_addr_len(family));
}

struct net_device *rtnl_dev(struct nl_request *req, int ifindex, int *ret_err)
{
	struct net_device *dev = ifindex ? netdev_by_index(req->net, ifindex) : NULL;

	*ret_err = 0;
	if (ifindex && !dev)
		*ret_err = extack_set(&req->ack, -ENODEV, "No device has index %d", ifindex);
	return dev;
}

const char *rtnl_family_name(int family)
{
	return family == AF_INET6 ? "ipv6" : "ipv4";
}

const struct inet_config_ops *rtnl_config(struct nl_request *req, int family)
{
	const struct inet_config_ops *config = NULL;

	if (rtnl_addr_len(family))
		config = inet_config_find(req->net, family);
	if (!config)
		extack_set(&req->ack, -EAFNOSUPPORT, "Address family %d is not supported", family);
	return config;
}

/* --- requests to read ----------------------------------------------------------------------------- */

int rtnl_dump_parse(struct nl_dump *d, size_t hdrlen, const struct nl_policy *policy,
		    uint16_t maxattr, const void **ret_hdr)
{
	struct nl_request *req = &d->req;
	bool whole = mnl_nlmsg_get_payload_len(req->nlh) >= hdrlen;
	int err;

	*ret_hdr = whole ? mnl_nlmsg_get_payload(req->nlh) : NULL;
	if (!whole && !req->strict) {
		memset(req->tb, 0, sizeof(req->tb));
		return 0;
	}
	if (!whole)
		return extack_set(&req->ack, -EINVAL, "Invalid header for dump request");
	err = nl_parse_request(req, hdrlen, policy, maxattr,
			       req->strict ? NL_VALIDATE_OLD_STRICT : NL_VALIDATE_LIBERAL);
	if (!err || req->strict)
		return err;
	memset(req->tb, 0, sizeof(req->tb));
	memset(&req->ack, 0, sizeof(req->ack));
	return 0;
}

static bool contains(const uint16_t *list, uint16_t type)
{
	while (*list && *list != type)
		list++;
	return *list == type;
}

int rtnl_get_allow(struct nl_request *req, const uint16_t *allowed, const char *sentence)
{
	for (uint16_t i = 1; req->strict && i <= req->maxattr; i++)
		if (req->tb[i] && !contains(allowed, i))
			return extack_set(&req->ack, -EINVAL, "%s", sentence);
	return 0;
}

int rtnl_dump_allow(struct nl_dump *d, const uint16_t *allowed, const char *sentence)
{
	return rtnl_get_allow(&d->req, allowed, sentence);
}
