/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an address is shown, and which are. Called by address.c and monitor.c.
 */
#include "uip/address.h"

#include <fnmatch.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/out.h"
#include "uip/uip.h"

#define LIFETIME_FOREVER 0xffffffffu

static const struct nla_policy address_policy[IFA_MAX + 1] = {
	[IFA_LABEL] = { .type = NLA_STRING },
	[IFA_FLAGS] = { .type = NLA_U32 },
	[IFA_RT_PRIORITY] = { .type = NLA_U32 },
	[IFA_CACHEINFO] = { .minlen = sizeof(struct ifa_cacheinfo) },
};

/* The flags, in the order in which they are shown; those with an action are handled by it. */
static const struct address_flag {
	const char *word;
	uint32_t bit;
	bool negated; /* shown, and chosen, by its absence */
	bool silent;  /* not shown as a word of its own */
	int family;   /* AF_UNSPEC: both */
} address_flags[] = {
	{ "secondary", IFA_F_SECONDARY, false, false, AF_INET },
	{ "temporary", IFA_F_TEMPORARY, false, false, AF_INET6 },
	{ "nodad", IFA_F_NODAD, false, false, AF_UNSPEC },
	{ "optimistic", IFA_F_OPTIMISTIC, false, false, AF_UNSPEC },
	{ "dadfailed", IFA_F_DADFAILED, false, false, AF_UNSPEC },
	{ "home", IFA_F_HOMEADDRESS, false, false, AF_UNSPEC },
	{ "deprecated", IFA_F_DEPRECATED, false, false, AF_UNSPEC },
	{ "tentative", IFA_F_TENTATIVE, false, false, AF_UNSPEC },
	{ "dynamic", IFA_F_PERMANENT, true, false, AF_UNSPEC },
	{ "mngtmpaddr", IFA_F_MANAGETEMPADDR, false, false, AF_UNSPEC },
	{ "noprefixroute", IFA_F_NOPREFIXROUTE, false, false, AF_UNSPEC },
	{ "autojoin", IFA_F_MCAUTOJOIN, false, false, AF_UNSPEC },
	{ "stable-privacy", IFA_F_STABLE_PRIVACY, false, false, AF_UNSPEC },
	{ "permanent", IFA_F_PERMANENT, false, true, AF_UNSPEC },
	{ "primary", IFA_F_SECONDARY, true, true, AF_UNSPEC },
	{ "secondary", IFA_F_SECONDARY, false, true, AF_INET6 },
	{ "temporary", IFA_F_TEMPORARY, false, true, AF_INET },
};

int address_take_flag(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field)
{
	struct address_filter *filter = field;
	bool on = true;
	size_t i;

	(void)u;
	(void)a;
	(void)value;
	if (arg->word[0] == '-')
		on = false;
	for (i = 0; i < sizeof(address_flags) / sizeof(address_flags[0]); i++) {
		const struct address_flag *flag = &address_flags[i];

		if (strcmp(flag->word, arg->word + !on) != 0)
			continue;
		filter->flag_mask |= flag->bit;
		if (on != flag->negated)
			filter->flags |= flag->bit;
		else
			filter->flags &= ~flag->bit;
		break;
	}
	return UIP_OK;
}

static void print_flags(struct out *o, const struct ifaddrmsg *ifa, uint32_t flags)
{
	char hex[16];
	size_t i;

	for (i = 0; i < sizeof(address_flags) / sizeof(address_flags[0]); i++) {
		const struct address_flag *flag = &address_flags[i];
		char text[32];

		if (flag->silent || (flag->family && flag->family != ifa->ifa_family))
			continue;
		if (((flags & flag->bit) != 0) != flag->negated) {
			snprintf(text, sizeof(text), "%s ", flag->word);
			out_flag(o, flag->word, text);
		}
		flags &= ~flag->bit;
	}
	if (!flags)
		return;
	snprintf(hex, sizeof(hex), "%02x", flags);
	out_str(o, "ifa_flags", "flags ", hex, " ");
}

static int parse(const struct nlmsghdr *h, struct nlattr **tb, uint32_t *flags)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);

	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*ifa), tb, IFA_MAX,
			(struct nla_policy *)address_policy))
		return -1;
	if (!tb[IFA_LOCAL])
		tb[IFA_LOCAL] = tb[IFA_ADDRESS];
	if (!tb[IFA_ADDRESS])
		tb[IFA_ADDRESS] = tb[IFA_LOCAL];
	if (!tb[IFA_LOCAL])
		return -1;
	*flags = tb[IFA_FLAGS] ? nla_get_u32(tb[IFA_FLAGS]) : ifa->ifa_flags;
	return 0;
}

bool address_passes(struct uip *u, const struct nlmsghdr *h, const struct address_filter *f)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);
	struct nlattr *tb[IFA_MAX + 1];
	const char *label;
	uint32_t flags;

	if (parse(h, tb, &flags))
		return false;
	if (f->index && ifa->ifa_index != f->index)
		return false;
	if (f->scope.given && ifa->ifa_scope != f->scope.value)
		return false;
	if ((flags ^ f->flags) & f->flag_mask)
		return false;
	if (f->family && ifa->ifa_family != f->family)
		return false;
	if (f->label) {
		label = tb[IFA_LABEL] ? nla_get_string(tb[IFA_LABEL])
				      : devmap_name(u->devs, ifa->ifa_index);
		if (fnmatch(f->label, label, 0))
			return false;
	}
	if (!f->to.given || !f->to.p.family)
		return true;
	return f->to.p.family == ifa->ifa_family &&
	       (unsigned)nla_len(tb[IFA_LOCAL]) * 8 >= f->to.p.bits &&
	       inet_prefix_has(&f->to.p, nla_data(tb[IFA_LOCAL]));
}

static void print_local(struct out *o, const struct ifaddrmsg *ifa, struct nlattr **tb)
{
	char text[INET_TEXT_MAX];
	const struct nlattr *local = tb[IFA_LOCAL], *peer = tb[IFA_ADDRESS];

	inet_format(ifa->ifa_family, nla_data(local), (size_t)nla_len(local), text);
	out_color(o, out_family_color(ifa->ifa_family), "local", "", text, "");
	if (nla_len(local) != nla_len(peer) ||
	    memcmp(nla_data(local), nla_data(peer), (size_t)nla_len(local)) != 0) {
		out_text(o, " peer ");
		inet_format(ifa->ifa_family, nla_data(peer), (size_t)nla_len(peer), text);
		out_color(o, out_family_color(ifa->ifa_family), "address", "", text, "");
	}
	out_uint(o, "prefixlen", "/", ifa->ifa_prefixlen, " ");
}

static void print_other(struct out *o, int family, const struct nlattr *attr, const char *key,
			const char *before)
{
	char text[INET_TEXT_MAX];

	if (!attr)
		return;
	out_text(o, "%s", before);
	inet_format(family, nla_data(attr), (size_t)nla_len(attr), text);
	out_color(o, out_family_color(family), key, "", text, " ");
}

static void print_lifetime(struct out *o, const char *key, const char *json_key, uint32_t seconds,
			   bool deprecated, const char *after)
{
	out_json_uint(o, json_key, seconds);
	if (seconds == LIFETIME_FOREVER)
		out_text(o, "%s forever%s", key, after);
	else if (deprecated)
		out_text(o, "%s %dsec%s", key, (int)seconds, after);
	else
		out_text(o, "%s %usec%s", key, seconds, after);
}

static void print_lifetimes(struct out *o, const struct nlattr *attr, uint32_t flags)
{
	const struct ifa_cacheinfo *ci = nla_data(attr);

	out_nl(o);
	out_text(o, "       ");
	print_lifetime(o, "valid_lft", "valid_life_time", ci->ifa_valid, false, " ");
	print_lifetime(o, "preferred_lft", "preferred_life_time", ci->ifa_prefered,
		       flags & IFA_F_DEPRECATED, "");
}

void address_print(struct uip *u, const struct nlmsghdr *h, enum address_style style)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);
	struct nlattr *tb[IFA_MAX + 1];
	char scope[NAMES_TEXT_MAX];
	struct out *o = u->out;
	uint32_t flags;

	if (parse(h, tb, &flags))
		return;
	if (h->nlmsg_type == RTM_DELADDR)
		out_flag(o, "deleted", "Deleted ");
	if (style != ADDRESS_BRIEF) {
		if (style == ADDRESS_WITH_DEV) {
			out_uint(o, "index", "", ifa->ifa_index, ": ");
			out_str(o, "dev", "", devmap_name(u->devs, ifa->ifa_index), "");
		}
		out_str(o, "family", "    ", inet_family_word(ifa->ifa_family), " ");
	}
	print_local(o, ifa, tb);
	if (tb[IFA_RT_PRIORITY])
		out_uint(o, "metric", "metric ", nla_get_u32(tb[IFA_RT_PRIORITY]), " ");
	if (style == ADDRESS_BRIEF)
		return;
	print_other(o, ifa->ifa_family, tb[IFA_BROADCAST], "broadcast", "brd ");
	print_other(o, ifa->ifa_family, tb[IFA_ANYCAST], "anycast", "any ");
	out_str(o, "scope", "scope ", names_word(u->names, NAMES_SCOPE, ifa->ifa_scope, scope),
		" ");
	print_flags(o, ifa, flags);
	if (tb[IFA_LABEL])
		out_str(o, "label", "", nla_get_string(tb[IFA_LABEL]), "");
	if (tb[IFA_CACHEINFO])
		print_lifetimes(o, tb[IFA_CACHEINFO], flags);
	out_text(o, "\n");
}
