/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order in which a name's addresses are to be tried (RFC 6724, 6), against the stack's own addresses.
 */
#ifndef LIBSOCK_ADDRSORT_H
#define LIBSOCK_ADDRSORT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDRSORT_MAX 64 /* destinations; more than any name that is meant to be connected to has */

/* A destination. */
struct address {
	int family;
	struct in6_addr bytes; /* IPv4 in the first four */
	uint32_t scope;
};

/* A destination, and how the stack would speak to it. */
struct addrsort {
	struct address dest;
	bool usable; /* there is a way, and so a source */
	struct in6_addr source;
	bool deprecated, home;	/* the source is such an address */
	unsigned int prefixlen; /* of the source */
};

socklen_t address_sockaddr(const struct address *addr, uint16_t port, struct sockaddr_storage *ret);
void addrsort_order(struct addrsort *list, size_t count);
void addrsort(struct address *list, size_t count);

#endif
