/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Completion: see complete.h. Called by shell.c.
 *
 * It works on the tables by which commands are read, so a word cannot be known to one and not to
 * the other. Devices, addresses and routes are asked of the stack, quietly.
 */
#include "uip/complete.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/args.h"
#include "uip/devmap.h"
#include "uip/link.h"
#include "uip/monitor.h"
#include "uip/object.h"
#include "uip/req.h"
#include "uip/stack.h"
#include "uip/uip.h"
#include "uip/words.h"

struct completion {
	struct uip *u;
	const char *word;
	void (*fn)(const char *word, void *arg);
	void *arg;
};

static void offer(const char *word, void *arg)
{
	const struct completion *c = arg;

	if (!strncmp(word, c->word, strlen(c->word)))
		c->fn(word, c->arg);
}

static void offer_instance(const char *name, int pid, void *arg)
{
	(void)pid;
	offer(name, arg);
}

/* --- what the stack knows --------------------------------------------------------------------- */

static void offer_devices(struct completion *c)
{
	devmap_clear(c->u->devs);
	if (!uip_load_devs(c->u))
		devmap_each(c->u->devs, offer, c);
}

static void offer_prefix(struct completion *c, int family, unsigned len, const struct nlattr *attr)
{
	char address[INET_TEXT_MAX], text[INET_TEXT_MAX + 8];

	if (!attr)
		return;
	inet_format(family, nla_data(attr), (size_t)nla_len(attr), address);
	snprintf(text, sizeof(text), "%s/%u", address, len);
	offer(text, c);
}

static int offer_address(const struct nlmsghdr *h, void *arg)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);
	struct nlattr *attr = nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*ifa), IFA_LOCAL);

	if (!attr)
		attr = nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*ifa), IFA_ADDRESS);
	offer_prefix(arg, ifa->ifa_family, ifa->ifa_prefixlen, attr);
	return 0;
}

static int offer_route(const struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *r = NLMSG_DATA(h);
	struct nlattr *gateway = nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*r), RTA_GATEWAY);
	char text[INET_TEXT_MAX];

	if (r->rtm_table != RT_TABLE_MAIN)
		return 0;
	offer_prefix(arg, r->rtm_family, r->rtm_dst_len,
		     nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*r), RTA_DST));
	if (gateway)
		offer(inet_format(r->rtm_family, nla_data(gateway), (size_t)nla_len(gateway), text),
		      arg);
	return 0;
}

static void offer_addresses(struct completion *c, const struct object *object)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_UNSPEC };
	struct rtmsg r = { .rtm_family = AF_UNSPEC };
	struct req q;

	if (!strcmp(object->word, "route")) {
		req_init(&q, RTM_GETROUTE, 0, &r, sizeof(r));
		uip_dump(c->u, &q, offer_route, c, NULL);
	} else {
		req_init(&q, RTM_GETADDR, 0, &ifa, sizeof(ifa));
		uip_dump(c->u, &q, offer_address, c, NULL);
	}
}

/* --- the tables ------------------------------------------------------------------------------- */

static void offer_value(struct completion *c, const struct object *object, const struct arg *entry)
{
	if (entry->flags & ARG_DEV)
		offer_devices(c);
	if (entry->flags & ARG_ADDR)
		offer_addresses(c, object);
	if (entry->flags & ARG_ON_OFF) {
		offer("on", c);
		offer("off", c);
	}
	if (entry->flags & ARG_NAME || entry->take == take_name)
		names_each(c->u->names, (enum names_kind)entry->number, offer, c);
	if (!strcmp(entry->word, "type"))
		link_kind_words(offer, c);
}

/* The entry whose value the cursor is at, NULL where a new word begins. */
static const struct arg *awaits_value(const struct arg *table, const char *last)
{
	for (; table->word; table++)
		if (!(table->flags & ARG_FLAG) &&
		    (!strcmp(last, table->word) || (table->alias && !strcmp(last, table->alias))))
			return table;
	return NULL;
}

static void offer_arguments(struct completion *c, const struct object *object,
			    const struct arg *table, const char *last)
{
	const struct arg *entry = awaits_value(table, last);

	if (entry) {
		offer_value(c, object, entry);
		return;
	}
	for (; table->word; table++) {
		if (!(table->flags & ARG_REFUSED))
			offer(table->word, c);
		if (table->flags & ARG_POSITIONAL)
			offer_value(c, object, table);
	}
}

static const struct command *command_find(const struct command *table, const char *word)
{
	for (; table->word; table++)
		if (table->flags & ARG_ABBREV ? arg_matches(word, table->word)
					      : !strcmp(word, table->word))
			return table;
	return NULL;
}

static void offer_commands(struct completion *c, const struct object *object)
{
	const struct command *cmd = object->commands;

	for (; cmd && cmd->word; cmd++)
		offer(cmd->word, c);
	if (!strcmp(object->word, "monitor"))
		monitor_words(offer, c);
	else
		offer("help", c);
}

static void complete_words(struct completion *c, const struct words *words)
{
	const struct object *object;
	const struct command *cmd;

	if (!words->count) {
		object_each(offer, c);
		offer("exit", c);
		return;
	}
	object = object_find(words->word[0]);
	if (!object)
		return;
	if (words->count == 1 || !object->commands) {
		offer_commands(c, object);
		return;
	}
	if (!strcmp(object->word, "stack")) {
		if (words->count == 2)
			stack_each(offer_instance, c);
		return;
	}
	cmd = command_find(object->commands, words->word[1]);
	if (cmd && cmd->table)
		offer_arguments(c, object, cmd->table, words->word[words->count - 1]);
}

void complete(struct uip *u, const char *before, const char *word,
	      void (*fn)(const char *word, void *arg), void *arg)
{
	struct completion c = { .u = u, .word = word, .fn = fn, .arg = arg };
	struct words words = { 0 };
	char *line = strdup(before);

	if (line && !words_split(&words, line))
		complete_words(&c, &words);
	words_free(&words);
	free(line);
}
