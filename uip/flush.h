/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deleting all objects that a filter lets through: addresses, routes, neighbours.
 */
#ifndef UIP_FLUSH_H
#define UIP_FLUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct args;
struct nlmsghdr;
struct req;
struct uip;

/* No family's header of a dump request is longer. */
#define FLUSH_HEADER_MAX 16

/* What is each object's own. @cfg is what its words are read into. */
struct flush {
	uint16_t get;	  /* RTM_GET*: what is dumped */
	uint16_t del;	  /* RTM_DEL*: what each of them is sent back as */
	size_t len;	  /* of the dump request's header */
	const char *what; /* for messages: "addresses" */
	const char *bare; /* what is said where no word chooses */
	/* Reads the words, and puts what they say into the header, which is zero before; an enum
	 * uip_status. */
	int (*parse)(struct uip *u, struct args *a, void *cfg, void *header);
	bool (*passes)(struct uip *u, const struct nlmsghdr *h, const void *cfg);
	void (*print)(struct uip *u, const struct nlmsghdr *h); /* with -s -s */
	void (*fill)(struct req *q, const void *cfg); /* adds to the dump request; may be NULL */
};

/**
 * flush_command() - read the words, then dump and delete until nothing is left
 * @cfg: to the calls of @flush
 *
 * Rounds are needed because objects go and come with others (a secondary address with its primary).
 * What is gone already is no error. Return: an enum uip_status.
 */
int flush_command(struct uip *u, struct args *a, const struct flush *flush, void *cfg);

#endif
