/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Destination address selection, RFC 6724, 6. Called by addrinfo.c.
 *
 * Which source the stack would take is asked of the stack itself: a datagram socket is connected, which sends
 * nothing, and asked for its name. The policy table is the RFC's own (2.1), as the C library's is; that of
 * `uip addrlabel` is for sources.
 */
#include "libsock/addrsort.h"

#include <linux/if_addr.h>
#include <string.h>
#include <sys/socket.h>

#include "libsock/instance.h"
#include "libsock/interfaces.h"
#include "libsock/usock.h"

#define SCOPE_LINK   2
#define SCOPE_SITE   5
#define SCOPE_GLOBAL 14
#define DISCARD_PORT 9

/* RFC 6724, 2.1; the longest prefix first. */
static const struct policy {
	struct in6_addr prefix;
	unsigned int prefixlen;
	int precedence, label;
} policies[] = {
	{ { .s6_addr = { [15] = 1 } }, 128, 50, 0 },
	{ { .s6_addr = { [10] = 0xff, 0xff } }, 96, 35, 4 },
	{ { .s6_addr = { 0 } }, 96, 1, 3 },
	{ { .s6_addr = { 0x20, 0x01 } }, 32, 5, 5 },
	{ { .s6_addr = { 0x20, 0x02 } }, 16, 30, 2 },
	{ { .s6_addr = { 0x3f, 0xfe } }, 16, 1, 12 },
	{ { .s6_addr = { 0xfe, 0xc0 } }, 10, 1, 11 },
	{ { .s6_addr = { 0xfc } }, 7, 3, 13 },
	{ { .s6_addr = { 0 } }, 0, 40, 1 },
};

static unsigned int common_prefix(const uint8_t *a, const uint8_t *b, unsigned int bytes)
{
	unsigned int bits = 0;

	while (bits < bytes * 8 && !((a[bits / 8] ^ b[bits / 8]) & (0x80 >> bits % 8)))
		bits++;
	return bits;
}

/* As the policy table has it: IPv4 stands there as mapped (RFC 6724, 3.2). */
static struct in6_addr mapped(int family, const struct in6_addr *bytes)
{
	struct in6_addr ret = { .s6_addr = { [10] = 0xff, 0xff } };

	if (family == AF_INET6)
		return *bytes;
	memcpy(&ret.s6_addr[12], bytes, sizeof(struct in_addr));
	return ret;
}

static const struct policy *policy_of(int family, const struct in6_addr *bytes)
{
	struct in6_addr addr = mapped(family, bytes);
	const struct policy *p = policies;

	while (common_prefix(addr.s6_addr, p->prefix.s6_addr, sizeof(addr)) < p->prefixlen)
		p++;
	return p;
}

/* RFC 6724, 3.1 and 3.2 */
static int scope_of(int family, const struct in6_addr *a)
{
	const uint8_t *b = a->s6_addr;

	if (family == AF_INET)
		return b[0] == 127 || (b[0] == 169 && b[1] == 254) ? SCOPE_LINK : SCOPE_GLOBAL;
	if (IN6_IS_ADDR_MULTICAST(a))
		return b[1] & 0xf;
	if (IN6_IS_ADDR_LINKLOCAL(a) || IN6_IS_ADDR_LOOPBACK(a))
		return SCOPE_LINK;
	return IN6_IS_ADDR_SITELOCAL(a) ? SCOPE_SITE : SCOPE_GLOBAL;
}

static int dest_scope(const struct addrsort *a)
{
	return scope_of(a->dest.family, &a->dest.bytes);
}

static bool same_scope(const struct addrsort *a)
{
	return dest_scope(a) == scope_of(a->dest.family, &a->source);
}

static bool same_label(const struct addrsort *a)
{
	return policy_of(a->dest.family, &a->dest.bytes)->label ==
	       policy_of(a->dest.family, &a->source)->label;
}

/* How much of its own prefix the source shares with the destination. */
static int shared_bits(const struct addrsort *a)
{
	unsigned int bits = common_prefix(a->dest.bytes.s6_addr, a->source.s6_addr,
					  a->dest.family == AF_INET ? 4 : 16);

	return (int)(bits < a->prefixlen ? bits : a->prefixlen);
}

/* Is @a to be tried before @b? Rules 1 to 9; 7 does not apply, as we know no tunnels. */
static bool goes_before(const struct addrsort *a, const struct addrsort *b)
{
	int diff;

	if (a->usable != b->usable)
		return a->usable;
	if (a->usable) {
		if (same_scope(a) != same_scope(b))
			return same_scope(a);
		if (a->deprecated != b->deprecated)
			return b->deprecated;
		if (a->home != b->home)
			return a->home;
		if (same_label(a) != same_label(b))
			return same_label(a);
	}
	diff = policy_of(a->dest.family, &a->dest.bytes)->precedence -
	       policy_of(b->dest.family, &b->dest.bytes)->precedence;
	if (diff)
		return diff > 0;
	diff = dest_scope(a) - dest_scope(b);
	if (diff)
		return diff < 0;
	return a->usable && a->dest.family == b->dest.family && shared_bits(a) > shared_bits(b);
}

/**
 * addrsort_order - put destinations in order, by what is known of them
 * @list: the destinations
 * @count: how many
 *
 * Those that no rule tells apart stay as they are (rule 10).
 */
void addrsort_order(struct addrsort *list, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct addrsort moved = list[i];
		size_t at = i;

		for (; at && goes_before(&moved, &list[at - 1]); at--)
			list[at] = list[at - 1];
		list[at] = moved;
	}
}

/**
 * address_sockaddr - an address as the socket calls take it
 * @addr: the address
 * @port: network byte order
 * @ret: receives it
 *
 * Return: its length.
 */
socklen_t address_sockaddr(const struct address *addr, uint16_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
	struct sockaddr_in *in = (struct sockaddr_in *)ret;

	memset(ret, 0, sizeof(*ret));
	ret->ss_family = (sa_family_t)addr->family;
	if (addr->family == AF_INET) {
		memcpy(&in->sin_addr, &addr->bytes, sizeof(in->sin_addr));
		in->sin_port = port;
		return sizeof(*in);
	}
	in6->sin6_addr = addr->bytes;
	in6->sin6_port = port;
	in6->sin6_scope_id = addr->scope;
	return sizeof(*in6);
}

/* Ask the stack for the source. */
static void find_source(struct addrsort *a)
{
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(&a->dest, htons(DISCARD_PORT), &ss);
	int fd = usock_socket(a->dest.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (usock_connect(fd, (struct sockaddr *)&ss, len) == 0) {
		len = sizeof(ss);
		a->usable = usock_getsockname(fd, (struct sockaddr *)&ss, &len) == 0;
	}
	if (a->usable && ss.ss_family == AF_INET)
		memcpy(&a->source, &((struct sockaddr_in *)&ss)->sin_addr, sizeof(struct in_addr));
	else if (a->usable)
		a->source = ((struct sockaddr_in6 *)&ss)->sin6_addr;
	usock_close(fd);
}

/* What kind of address the source is. */
static void describe_source(struct addrsort *a, const struct interfaces *ifs)
{
	a->prefixlen = a->dest.family == AF_INET ? 32 : 128;
	for (size_t i = 0; a->usable && i < ifs->naddrs; i++) {
		const struct interface_addr *own = &ifs->addr[i];

		if (own->family != a->dest.family ||
		    memcmp(&own->local, &a->source, sizeof(own->local)))
			continue;
		a->deprecated = own->flags & IFA_F_DEPRECATED;
		a->home = own->flags & IFA_F_HOMEADDRESS;
		a->prefixlen = own->prefixlen;
		return;
	}
}

/**
 * addrsort - put destinations in the order in which they are to be tried
 * @list: the destinations, as the name server gave them
 * @count: how many, at most ADDRSORT_MAX; one needs no question
 */
void addrsort(struct address *list, size_t count)
{
	struct addrsort sorted[ADDRSORT_MAX] = { 0 };
	struct interfaces ifs = { 0 };

	if (count < 2 || count > ADDRSORT_MAX)
		return;
	/* Without the list of our addresses, what rules 3, 4 and 9 say is not known: the others hold. */
	interfaces_load(instance_current(), &ifs);
	for (size_t i = 0; i < count; i++) {
		sorted[i].dest = list[i];
		find_source(&sorted[i]);
		describe_source(&sorted[i], &ifs);
	}
	interfaces_free(&ifs);
	addrsort_order(sorted, count);
	for (size_t i = 0; i < count; i++)
		list[i] = sorted[i].dest;
}
