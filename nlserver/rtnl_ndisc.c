/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_NEWPREFIX and RTM_NEWNDUSEROPT: prefixes that routers announce, and their options that are for
 * programs. Only ever notifications.
 */
#include "nlserver/rtnl.h"

#include <string.h>

#define ND_OPT_PREFIX_INFO 3

int rtnl_prefix_fill(struct nl_buf *buf, const struct nl_head *head, const struct prefix_event *p)
{
	struct prefix_cacheinfo ci = {
		.preferred_time = p->preferred_lft,
		.valid_time = p->valid_lft,
	};
	struct prefixmsg *msg;
	struct nl_msg m;

	msg = nl_msg_begin(&m, buf, head, sizeof(*msg));
	if (msg) {
		msg->prefix_family = AF_INET6;
		msg->prefix_ifindex = p->dev->ifindex;
		msg->prefix_type = ND_OPT_PREFIX_INFO;
		msg->prefix_len = p->prefixlen;
		msg->prefix_flags = p->flags; /* as they came, so that new ones are seen */
	}
	rtnl_put_addr(&m, PREFIX_ADDRESS, AF_INET6, &p->prefix);
	nl_put(&m, PREFIX_CACHEINFO, &ci, sizeof(ci));
	return nl_msg_end(&m);
}

/* The option stands as it came behind the header, where attributes would; its sender behind it. */
int rtnl_useropt_fill(struct nl_buf *buf, const struct nl_head *head,
		      const struct nd_useropt_event *opt)
{
	struct nduseroptmsg *msg;
	struct nl_msg m;
	void *raw;

	msg = nl_msg_begin(&m, buf, head, sizeof(*msg));
	if (msg) {
		msg->nduseropt_family = AF_INET6;
		msg->nduseropt_opts_len = opt->len;
		msg->nduseropt_ifindex = opt->dev->ifindex;
		msg->nduseropt_icmp_type = opt->icmp_type;
		msg->nduseropt_icmp_code = opt->icmp_code;
	}
	raw = nl_put_raw(&m, opt->len);
	if (raw)
		memcpy(raw, opt->opt, opt->len);
	rtnl_put_addr(&m, NDUSEROPT_SRCADDR, AF_INET6, &opt->saddr);
	return nl_msg_end(&m);
}
