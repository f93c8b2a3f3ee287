/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One run of uip: its options, its output, and its way to the instance. Made by main(), passed
 * first to everything; there is no other state. The objects (link.c, address.c, ...) take it from
 * here.
 */
#ifndef UIP_UIP_H
#define UIP_UIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct devmap;
struct names;
struct nlmsghdr;
struct out;
struct pipeline;
struct req;
struct nlsock;

/* Exit statuses, which are ip(8)'s, and what every parser and command returns. */
enum uip_status {
	UIP_OK = 0,
	UIP_FAILED = 1,	 /* uip refused, or could not */
	UIP_REFUSED = 2, /* the stack refused */
	UIP_USAGE = 255, /* the words were wrong */
};

enum uip_color_when {
	UIP_COLOR_NEVER,
	UIP_COLOR_AUTO,
	UIP_COLOR_ALWAYS,
};

struct uip_opts {
	const char *instance; /* NULL: $USTACK, or the default one */
	const char *batch;    /* file name, "-" for standard input; NULL: none */
	int family;	      /* AF_UNSPEC: not asked for */
	unsigned stats;	      /* times -s was given */
	unsigned details;
	unsigned loops; /* most rounds of a flush; 0: until nothing is left */
	bool oneline;
	bool brief;
	bool json;
	bool pretty;
	bool force;
	bool numeric;
	bool human;
	bool iec;
	bool timestamp;
	bool timestamp_short;
	enum uip_color_when color;
};

struct uip {
	struct uip_opts opts;
	struct out *out;
	struct nlsock *rtnl;	   /* NULL until the first message; use uip_rtnl() */
	struct devmap *devs;	   /* devices as far as they are known */
	struct names *names;	   /* scopes, tables, protocols */
	struct pipeline *pipeline; /* what a batch has under way; NULL outside of a batch */
};

/**
 * uip_rtnl() - the open channel to the instance, opened on first use
 *
 * Return: NULL when it cannot be opened; the reason was printed.
 */
struct nlsock *uip_rtnl(struct uip *u);

/** uip_say_unreachable() - say why the channel to @instance could not be opened */
void uip_say_unreachable(const char *instance, int err);

/** uip_disconnect() - close the channel and forget what was learnt over it */
void uip_disconnect(struct uip *u);

/**
 * uip_change() - ask the stack to change something
 * @q: the request; consumed in every case
 *
 * In a batch the request is only queued, and its answer is reported later with its own line number.
 * Return: an enum uip_status; a refusal was printed.
 */
int uip_change(struct uip *u, struct req *q);

/**
 * uip_ask() - send one request and hand its one answer to @fn
 * @q: the request; consumed in every case
 * @quiet: print nothing when the stack refuses
 *
 * Return: an enum uip_status, or what @fn returned.
 */
int uip_ask(struct uip *u, struct req *q, int (*fn)(const struct nlmsghdr *h, void *arg), void *arg,
	    bool quiet);

/**
 * uip_dump() - send a dump request and hand each object to @fn
 * @q: the request; consumed in every case
 * @what: is said to be terminated when the stack refuses: "Dump"; NULL: print nothing
 *
 * Return: an enum uip_status. Failing objects (@fn not 0) do not end the dump.
 */
int uip_dump(struct uip *u, struct req *q, int (*fn)(const struct nlmsghdr *h, void *arg),
	     void *arg, const char *what);

/** uip_settle() - wait for the answers to all that a batch has queued, so that a read sees it */
int uip_settle(struct uip *u);

/**
 * uip_dev_index() - the index of the device @name; asks the stack when it is not known yet
 *
 * Return: 0 when there is no such device. Also takes "if4", as ip(8) does.
 */
unsigned uip_dev_index(struct uip *u, const char *name);

/** uip_no_dev() - say that there is no such device; Return: UIP_FAILED */
int uip_no_dev(const char *name);

/**
 * uip_put_dev() - append the index of the device @name as an attribute; nothing where @name is NULL
 *
 * Return: UIP_OK, or UIP_FAILED when there is no such device, which was said.
 */
int uip_put_dev(struct uip *u, struct req *q, int attr, const char *name);

/** uip_load_devs() - learn all devices, for what prints names; Return: an enum uip_status */
int uip_load_devs(struct uip *u);

#endif
