/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "link": devices. The words it shares with its kinds (link_kind.c), and how a device is
 * shown (link_show.c), which address.c and monitor.c use too.
 */
#ifndef UIP_LINK_H
#define UIP_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "uip/args.h"

struct nlattr;
struct nlmsghdr;
struct out;
struct req;
struct uip;

/* What the words of "link add" and "link set" say of one device. */
struct link_cfg {
	const char *dev;
	const char *name;
	const char *link;
	const char *kind;
	const char *alias;
	const char *master; /* "" for nomaster */
	struct arg_prefix address;
	struct arg_prefix broadcast;
	struct arg_number index;
	struct arg_number mtu;
	struct arg_number txqlen;
	struct arg_number group;
	struct arg_number numtxqueues;
	struct arg_number numrxqueues;
	struct arg_number carrier;
	struct arg_number up;
	struct arg_number noarp;
	struct arg_number multicast;
	struct arg_number allmulti;
	struct arg_number promisc;
	struct arg_number dynamic;
	struct arg_number notrailers;
	struct arg_number addrgenmode;
};

/* Which devices (and addresses of devices) are shown. */
struct link_filter {
	unsigned index;	  /* 0: all */
	const char *dev;  /* its name, as it was asked for */
	const char *kind; /* NULL: all */
	int family;	  /* of the addresses that are shown below the device */
	struct arg_number group;
	unsigned master;
	bool nomaster;
	bool up;
	bool with_link;	 /* "link": the link's own attributes are shown; else for "address" */
	bool with_queue; /* show the length of the queue: not in notifications */
};

extern const struct command link_commands[];

int link_main(struct uip *u, struct args *a);

/**
 * link_parse() - read the words that describe one device, up to "type KIND"
 * @a: what follows the kind stays
 */
int link_parse(struct uip *u, struct args *a, struct link_cfg *cfg);

/** link_fill() - put the attributes of @cfg, and into the header the flags */
int link_fill(struct uip *u, const struct link_cfg *cfg, struct req *q, void *ifinfomsg);

/**
 * link_kind_fill() - read the words of a kind, open what it stands on, and put IFLA_LINKINFO
 * @a: the words after the kind; all are used
 */
int link_kind_fill(struct uip *u, struct args *a, struct link_cfg *cfg, struct req *q);

/** link_addrgenmode_word() - how IN6_ADDR_GEN_MODE_* is called; NULL: it has no name */
const char *link_addrgenmode_word(unsigned mode);

/** link_kind_words() - call @fn with the name of each kind */
void link_kind_words(void (*fn)(const char *word, void *arg), void *arg);

/** link_kind_print() - show IFLA_INFO_DATA of @kind */
void link_kind_print(struct out *o, const char *kind, const struct nlattr *data);

/**
 * link_print() - show one RTM_NEWLINK or RTM_DELLINK
 *
 * Return: 1 if it was shown, 0 if the filter left it out.
 */
int link_print(struct uip *u, const struct nlmsghdr *h, const struct link_filter *filter);

/** link_print_stats() - show the counters of an RTM_NEWLINK that link_print() showed */
void link_print_stats(struct uip *u, const struct nlmsghdr *h);

#endif
