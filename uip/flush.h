/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deleting all objects that a filter lets through: addresses, routes, neighbours.
 */
#ifndef UIP_FLUSH_H
#define UIP_FLUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;
struct req;
struct uip;

struct flush {
	uint16_t get;	    /* RTM_GET*: what is dumped */
	uint16_t del;	    /* RTM_DEL*: what each of them is sent back as */
	const void *header; /* of the dump request */
	size_t len;
	bool (*passes)(struct uip *u, const struct nlmsghdr *h, void *arg);
	void (*print)(struct uip *u, const struct nlmsghdr *h); /* with -s -s */
	void (*fill)(struct req *q, const void *arg); /* adds to the dump request; may be NULL */
	void *arg;
	const char *what; /* for messages: "addresses" */
};

/**
 * flush_run() - dump, delete, and do so again until nothing is left
 *
 * Rounds are needed because objects go and come with others (a secondary address with its primary).
 * What is gone already is no error. Return: an enum uip_status.
 */
int flush_run(struct uip *u, const struct flush *flush);

#endif
