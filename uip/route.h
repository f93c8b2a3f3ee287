/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "route": the routing tables.
 */
#ifndef UIP_ROUTE_H
#define UIP_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "uip/args.h"

struct nlmsghdr;
struct req;
struct rtmsg;
struct uip;

/* A prefix by which routes are chosen. */
struct route_prefix_filter {
	struct arg_prefix root;	 /* the route lies within it */
	struct arg_prefix match; /* it lies within the route */
};

/* Which routes are shown; what a filter fixes is not shown again with each route. */
struct route_filter {
	int family;	/* AF_UNSPEC: all */
	uint32_t table; /* 0: all */
	bool cloned;
	struct arg_number protocol;
	struct arg_number scope;
	struct arg_number type;
	struct arg_number tos;
	struct arg_number metric;
	struct arg_number mark;
	unsigned oif;
	unsigned iif;
	struct arg_prefix via;
	struct arg_prefix src;
	struct route_prefix_filter to;
	struct route_prefix_filter from;
};

extern const struct command route_commands[];

int route_main(struct uip *u, struct args *a);

/** route_passes() - does the filter let an RTM_NEWROUTE through? */
bool route_passes(const struct nlmsghdr *h, const struct route_filter *filter);

/** route_print() - show one RTM_NEWROUTE or RTM_DELROUTE */
void route_print(struct uip *u, const struct nlmsghdr *h, const struct route_filter *filter);

/** route_type_from() - the RTN_* of a name, or of a number as text; Return: 0 or -EINVAL */
int route_type_from(const char *word, uint32_t *ret);

/**
 * route_modify() - "add" and its like: RTM_NEWROUTE or RTM_DELROUTE (cmd->number), cmd->number2
 * flags
 */
int route_modify(struct uip *u, struct args *a, const struct command *cmd);

/** route_get() - "get": which route would be taken */
int route_get(struct uip *u, struct args *a, const struct command *cmd);

extern const struct arg route_modify_args[];
extern const struct arg route_get_args[];
extern const char route_usage[];

#endif
