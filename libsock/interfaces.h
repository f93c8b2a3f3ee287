/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's interfaces and their addresses, as ifaddrs.c and ifioctl.c want them.
 */
#ifndef LIBSOCK_INTERFACES_H
#define LIBSOCK_INTERFACES_H

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/if_link.h>

/* Longest hardware address that is kept. */
#define INTERFACE_HWADDR_MAX 20

struct interface {
	int index;
	char name[IF_NAMESIZE];
	unsigned int flags;    /* IFF_* */
	unsigned short hwtype; /* ARPHRD_* */
	unsigned char hwaddr[INTERFACE_HWADDR_MAX];
	unsigned char hwbroadcast[INTERFACE_HWADDR_MAX];
	size_t hwlen;
	uint32_t mtu;
	uint32_t txqlen;
	struct rtnl_link_stats stats;
};

struct interface_addr {
	int index; /* of the interface */
	int family;
	unsigned int prefixlen;
	uint32_t flags; /* IFA_F_* */
	char label[IF_NAMESIZE];
	struct in6_addr local; /* network byte order; IPv4 in the first four bytes */
	struct in6_addr peer;  /* of a point to point address; else as local */
	struct in6_addr broadcast;
	int has_broadcast;
};

struct interfaces {
	struct interface *link;
	size_t nlinks;
	struct interface_addr *addr;
	size_t naddrs;
};

int interfaces_load(const char *instance, struct interfaces *ret);
void interfaces_free(struct interfaces *ifs);
const struct interface *interfaces_find(const struct interfaces *ifs, const char *name);
const struct interface *interfaces_at(const struct interfaces *ifs, int index);

#endif
