/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an announced prefix is shown. Called by monitor.c. The text is ip(8)'s to the letter, which has no space
 * before "dev", and no JSON.
 */
#include "uip/prefix.h"

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/inet.h"
#include "uip/out.h"
#include "uip/uip.h"

#define ND_OPT_PREFIX_INFO 3
/* As they stand in the option (RFC 4861 4.6.2). */
#define PREFIX_ONLINK	  0x80
#define PREFIX_AUTONOMOUS 0x40

static const struct nla_policy prefix_policy[PREFIX_MAX + 1] = {
	[PREFIX_CACHEINFO] = { .minlen = sizeof(struct prefix_cacheinfo) },
};

bool prefix_passes(const struct nlmsghdr *h, int family)
{
	const struct prefixmsg *prefix = NLMSG_DATA(h);

	return (family == AF_UNSPEC || family == AF_INET6) && prefix->prefix_family == AF_INET6 &&
	       prefix->prefix_type == ND_OPT_PREFIX_INFO;
}

void prefix_print(struct uip *u, const struct nlmsghdr *h)
{
	const struct prefixmsg *prefix = NLMSG_DATA(h);
	const struct prefix_cacheinfo *ci;
	struct nlattr *tb[PREFIX_MAX + 1];
	char text[INET_TEXT_MAX];

	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*prefix), tb, PREFIX_MAX,
			(struct nla_policy *)prefix_policy))
		return;
	if (tb[PREFIX_ADDRESS])
		out_text(u->out, "prefix %s/%u",
			 inet_format(AF_INET6, nla_data(tb[PREFIX_ADDRESS]),
				     (size_t)nla_len(tb[PREFIX_ADDRESS]), text),
			 prefix->prefix_len);
	out_text(u->out, "dev %s ", devmap_name(u->devs, (unsigned)prefix->prefix_ifindex));
	if (prefix->prefix_flags & PREFIX_ONLINK)
		out_text(u->out, "onlink ");
	if (prefix->prefix_flags & PREFIX_AUTONOMOUS)
		out_text(u->out, "autoconf ");
	if (tb[PREFIX_CACHEINFO]) {
		ci = nla_data(tb[PREFIX_CACHEINFO]);
		out_text(u->out, "valid %u preferred %u ", ci->valid_time, ci->preferred_time);
	}
	out_text(u->out, "\n");
}
