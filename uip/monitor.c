/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "monitor": see monitor.h. Called through the table of objects.
 *
 * Notifications come over a channel of their own, joined before the devices are learnt over the
 * other one, so that no change falls between.
 */
#include "uip/monitor.h"

#include <errno.h>
#include <linux/netconf.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include <ustack/channel.h>
#include <ustack/rtnetlink.h>

#include "uip/address.h"
#include "uip/args.h"
#include "uip/devmap.h"
#include "uip/link.h"
#include "uip/maddress.h"
#include "uip/neighbour.h"
#include "uip/netconf.h"
#include "uip/out.h"
#include "uip/prefix.h"
#include "uip/route.h"
#include "uip/nlsock.h"
#include "uip/uip.h"

static const char monitor_usage[] =
	"Usage: uip monitor [ all | OBJECTS ] [ label ] [ dev DEVICE ]\n"
	"OBJECTS :=  address | link | maddress | neigh | netconf | prefix | route\n";

enum {
	MONITOR_LINK = 0x1,
	MONITOR_ADDR = 0x2,
	MONITOR_ROUTE = 0x4,
	MONITOR_NEIGH = 0x8,
	MONITOR_PREFIX = 0x10,
	MONITOR_NETCONF = 0x20,
	MONITOR_ALL = 0x3f,
	MONITOR_MADDR = 0x40, /* when asked for: as each address joins a group, it says little */
};

struct monitor {
	struct uip *u;
	uint32_t objects; /* MONITOR_* */
	uint32_t labels;
	const char *dev;
	unsigned index; /* of dev; 0: all */
};

/* --- the words -------------------------------------------------------------------------------- */

#define FIELD(member) offsetof(struct monitor, member)

static const struct arg monitor_args[] = {
	{ "label", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(labels), NULL, 1, NULL },
	{ "link", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(objects), NULL, MONITOR_LINK, NULL },
	{ "address", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(objects), NULL, MONITOR_ADDR, NULL },
	{ "route", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(objects), NULL, MONITOR_ROUTE, NULL },
	{ "neigh", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(objects), NULL, MONITOR_NEIGH,
	  "neighbour" },
	{ "maddress", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(objects), NULL, MONITOR_MADDR, NULL },
	{ "prefix", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(objects), NULL, MONITOR_PREFIX, NULL },
	{ "netconf", ARG_ABBREV | ARG_FLAG, take_bit, FIELD(objects), NULL, MONITOR_NETCONF, NULL },
	{ "all", ARG_FLAG, take_bit, FIELD(labels), NULL, 1, NULL },
	{ "dev", ARG_DEV, take_string, FIELD(dev), NULL, 0, NULL },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, monitor_usage, 0, NULL },
	{ 0 },
};

void monitor_words(void (*fn)(const char *word, void *arg), void *arg)
{
	const struct arg *entry;

	for (entry = monitor_args; entry->word; entry++)
		fn(entry->word, arg);
}

/* --- one notification ------------------------------------------------------------------------- */

static void print_timestamp(struct uip *u)
{
	struct timeval now;
	struct tm tm;
	char text[64];

	gettimeofday(&now, NULL);
	localtime_r(&now.tv_sec, &tm);
	if (u->opts.timestamp_short) {
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
		out_text(u->out, "[%s.%06ld] ", text, (long)now.tv_usec);
	} else {
		strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &tm);
		out_text(u->out, "Timestamp: %s %ld usec\n", text, (long)now.tv_usec);
	}
}

static void print_heading(const struct monitor *m, const char *label)
{
	if (m->u->opts.timestamp)
		print_timestamp(m->u);
	if (m->labels)
		out_text(m->u->out, "[%s]", label);
}

static bool family_passes(const struct monitor *m, int family)
{
	return !m->u->opts.family || m->u->opts.family == family;
}

static void show_link(const struct monitor *m, const struct nlmsghdr *h)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	static const struct link_filter filter; /* a device is of no family */

	devmap_learn(m->u->devs, h);
	if (m->index && (unsigned)ifi->ifi_index != m->index)
		return;
	print_heading(m, "LINK");
	link_print(m->u, h, &filter);
}

static void show_address(const struct monitor *m, const struct nlmsghdr *h)
{
	const struct address_filter filter = { .family = m->u->opts.family, .index = m->index };

	if (!address_passes(m->u, h, &filter))
		return;
	print_heading(m, "ADDR");
	address_print(m->u, h, ADDRESS_WITH_DEV);
}

static void show_route(const struct monitor *m, const struct nlmsghdr *h)
{
	const struct route_filter filter = { .oif = m->index };
	const struct route_filter show = { 0 };
	const struct rtmsg *r = NLMSG_DATA(h);

	if (!family_passes(m, r->rtm_family) || r->rtm_flags & RTM_F_CLONED ||
	    !route_passes(h, &filter))
		return;
	print_heading(m, "ROUTE");
	route_print(m->u, h, &show);
}

static void show_neighbour(const struct monitor *m, const struct nlmsghdr *h)
{
	const struct neighbour_filter filter = { .family = m->u->opts.family, .index = m->index };
	const struct neighbour_filter show = { 0 };

	if (!neighbour_passes(h, &filter))
		return;
	print_heading(m, "NEIGH");
	neighbour_print(m->u, h, &show);
}

/* As with ip, a device does not choose among these. */
static void show_prefix(const struct monitor *m, const struct nlmsghdr *h)
{
	if (!prefix_passes(h, m->u->opts.family))
		return;
	print_heading(m, "PREFIX");
	prefix_print(m->u, h);
}

static void show_maddress(const struct monitor *m, const struct nlmsghdr *h)
{
	if (!maddress_passes(h, m->u->opts.family, m->index))
		return;
	print_heading(m, "MADDR");
	maddress_print(m->u, h);
}

/* Settings come before the device that they came with, whose name is asked for, then. */
static void show_netconf(const struct monitor *m, const struct nlmsghdr *h)
{
	if (!netconf_passes(h, m->u->opts.family, m->index))
		return;
	if (netconf_index(h) && devmap_type(m->u->devs, netconf_index(h)) == ARPHRD_VOID) {
		devmap_clear(m->u->devs);
		uip_load_devs(m->u);
	}
	print_heading(m, "NETCONF");
	netconf_print(m->u, h);
}

static int take_notification(const struct nlmsghdr *h, void *arg)
{
	static const struct {
		uint16_t set, del;
		size_t len;
		void (*show)(const struct monitor *m, const struct nlmsghdr *h);
	} shows[] = {
		{ RTM_NEWLINK, RTM_DELLINK, sizeof(struct ifinfomsg), show_link },
		{ RTM_NEWADDR, RTM_DELADDR, sizeof(struct ifaddrmsg), show_address },
		{ RTM_NEWROUTE, RTM_DELROUTE, sizeof(struct rtmsg), show_route },
		{ RTM_NEWNEIGH, RTM_DELNEIGH, sizeof(struct ndmsg), show_neighbour },
		{ RTM_NEWMULTICAST, RTM_DELMULTICAST, sizeof(struct ifaddrmsg), show_maddress },
		{ RTM_NEWNETCONF, RTM_DELNETCONF, sizeof(struct netconfmsg), show_netconf },
		{ RTM_NEWPREFIX, RTM_NEWPREFIX, sizeof(struct prefixmsg), show_prefix },
	};
	const struct monitor *m = arg;
	size_t i;

	for (i = 0; i < sizeof(shows) / sizeof(shows[0]); i++) {
		if ((h->nlmsg_type == shows[i].set || h->nlmsg_type == shows[i].del) &&
		    h->nlmsg_len >= NLMSG_LENGTH(shows[i].len))
			shows[i].show(m, h);
	}
	out_flush(m->u->out);
	return 0;
}

/* --- listening -------------------------------------------------------------------------------- */

static int join_groups(const struct monitor *m, struct nlsock *r)
{
	static const struct {
		uint32_t object;
		int family; /* AF_UNSPEC: any */
		unsigned group;
	} groups[] = {
		{ MONITOR_LINK, AF_UNSPEC, RTNLGRP_LINK },
		{ MONITOR_ADDR, AF_INET, RTNLGRP_IPV4_IFADDR },
		{ MONITOR_ADDR, AF_INET6, RTNLGRP_IPV6_IFADDR },
		{ MONITOR_ROUTE, AF_INET, RTNLGRP_IPV4_ROUTE },
		{ MONITOR_ROUTE, AF_INET6, RTNLGRP_IPV6_ROUTE },
		{ MONITOR_NEIGH, AF_UNSPEC, RTNLGRP_NEIGH },
		{ MONITOR_MADDR, AF_INET, RTNLGRP_IPV4_MCADDR },
		{ MONITOR_MADDR, AF_INET6, RTNLGRP_IPV6_MCADDR },
		{ MONITOR_NETCONF, AF_INET, RTNLGRP_IPV4_NETCONF },
		{ MONITOR_NETCONF, AF_INET6, RTNLGRP_IPV6_NETCONF },
		{ MONITOR_PREFIX, AF_INET6, RTNLGRP_IPV6_PREFIX },
	};
	size_t i;
	int err = 0;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]) && !err; i++)
		if (m->objects & groups[i].object &&
		    (!groups[i].family || family_passes(m, groups[i].family)))
			err = nlsock_join(r, groups[i].group);
	return err;
}

static int listen_to(struct monitor *m, struct nlsock *r)
{
	for (;;) {
		int err = nlsock_receive(r, take_notification, NULL, m);

		if (err == -EINTR)
			continue;
		if (err == -ENOBUFS) {
			fputs("Notifications were lost: they came faster than they were read.\n",
			      stderr);
			continue;
		}
		if (err) {
			out_flush(m->u->out);
			fprintf(stderr, "The instance does not answer: %s\n", strerror(-err));
			return UIP_FAILED;
		}
	}
}

int monitor_main(struct uip *u, struct args *a)
{
	struct monitor m = { .u = u };
	struct nlsock *r = NULL;
	int status = args_parse(u, a, monitor_args, &m, NULL), err;

	if (status)
		return status;
	if (a->left) {
		fprintf(stderr, "Argument \"%s\" is unknown, try \"uip monitor help\".\n",
			*a->word);
		return UIP_USAGE;
	}
	if (!m.objects)
		m.objects = MONITOR_ALL;
	if (!uip_rtnl(u))
		return UIP_FAILED;
	err = nlsock_open(u->opts.instance, USTACK_CHAN_ROUTE, &r);
	if (!err)
		err = join_groups(&m, r);
	if (err) {
		fprintf(stderr, "Cannot listen to notifications: %s\n", strerror(-err));
		status = UIP_FAILED;
	}
	if (!status)
		status = uip_load_devs(u);
	if (!status && m.dev) {
		m.index = uip_dev_index(u, m.dev);
		if (!m.index) {
			fprintf(stderr, "Device \"%s\" does not exist\n", m.dev);
			status = UIP_USAGE;
		}
	}
	if (!status)
		status = listen_to(&m, r);
	nlsock_close(r);
	return status;
}
