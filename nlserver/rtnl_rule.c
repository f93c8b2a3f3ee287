/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_GETRULE: the order in which tables are looked up, which is fixed, told as the kernel tells its
 * default rules.
 */
#include "nlserver/rtnl.h"

#include <linux/fib_rules.h>

static const struct {
	uint32_t priority, table;
	bool ipv6; /* the default table is IPv4's alone */
} rules[] = {
	{ 0, RT_TABLE_LOCAL, true },
	{ 32766, RT_TABLE_MAIN, true },
	{ 32767, RT_TABLE_DEFAULT, false },
};

static const int families[] = { AF_INET, AF_INET6 };

static int rule_fill(struct nl_buf *buf, const struct nl_head *head, int family, unsigned i)
{
	struct fib_rule_hdr *hdr;
	struct nl_msg m;

	hdr = nl_msg_begin(&m, buf, head, sizeof(*hdr));
	if (hdr) {
		hdr->family = family;
		hdr->table = rules[i].table;
		hdr->action = FR_ACT_TO_TBL;
	}
	nl_put_u32(&m, FRA_TABLE, rules[i].table);
	nl_put_u32(&m, FRA_SUPPRESS_PREFIXLEN, UINT32_MAX);
	nl_put_u8(&m, FRA_PROTOCOL, RTPROT_KERNEL);
	if (rules[i].priority)
		nl_put_u32(&m, FRA_PRIORITY, rules[i].priority);
	return nl_msg_end(&m);
}

enum { FAMILY, AT_FAMILY, AT_RULE }; /* d->state */

static int start(struct nl_dump *d)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(d->req.nlh);

	d->state[FAMILY] = gen->rtgen_family;
	return 0;
}

static int more(struct nl_dump *d, struct nl_buf *buf)
{
	struct nl_head head = nl_dump_head(d, RTM_NEWRULE);

	for (; d->state[AT_FAMILY] < ARRAY_SIZE(families); d->state[AT_FAMILY]++) {
		int family = families[d->state[AT_FAMILY]];

		if (!inet_config_find(d->req.net, family) ||
		    (d->state[FAMILY] && (int)d->state[FAMILY] != family))
			continue;
		for (; d->state[AT_RULE] < ARRAY_SIZE(rules); d->state[AT_RULE]++) {
			unsigned i = d->state[AT_RULE];

			if (family == AF_INET6 && !rules[i].ipv6)
				continue;
			if (rule_fill(buf, &head, family, i))
				return 1;
		}
		d->state[AT_RULE] = 0;
	}
	return 0;
}

const struct nl_dump_ops rtnl_rule_dump = { .start = start, .more = more };
