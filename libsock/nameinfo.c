/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getnameinfo(3) on the stack. Public (usock.h).
 */
#include "libsock/usock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "libsock/resolver.h"

/* The name that a name server gave. */
struct reverse {
	char name[NI_MAXHOST];
	int status; /* EAI_* */
};

/* What of an address is looked up. */
struct place {
	int family;
	const void *bytes;
	socklen_t size;
	uint32_t scope;
	uint16_t port; /* network byte order */
};

static int parse(const struct sockaddr *sa, socklen_t len, struct place *ret)
{
	const struct sockaddr_in6 *in6 = (const void *)sa;
	const struct sockaddr_in *in = (const void *)sa;

	if (sa->sa_family == AF_INET && len >= sizeof(*in)) {
		*ret = (struct place){ AF_INET, &in->sin_addr, sizeof(in->sin_addr), 0,
				       in->sin_port };
		return 0;
	}
	if (sa->sa_family == AF_INET6 && len >= sizeof(*in6)) {
		*ret = (struct place){ AF_INET6, &in6->sin6_addr, sizeof(in6->sin6_addr),
				       in6->sin6_scope_id, in6->sin6_port };
		return 0;
	}
	return EAI_FAMILY;
}

static int give(const char *text, char *buf, socklen_t size)
{
	size_t len = strlen(text);

	if (len >= size)
		return EAI_OVERFLOW;
	memcpy(buf, text, len + 1);
	return 0;
}

static void take_answer(void *arg, int status, int timeouts, struct hostent *host)
{
	struct reverse *reverse = arg;

	(void)timeouts;
	reverse->status = resolver_eai(status);
	if (host && host->h_name)
		strncpy(reverse->name, host->h_name, sizeof(reverse->name) - 1);
}

static int ask(const struct place *place, struct reverse *reverse)
{
	ares_channel channel;
	int status;

	status = resolver_open(&channel);
	if (status != ARES_SUCCESS)
		return resolver_eai(status);
	reverse->status = EAI_AGAIN;
	ares_gethostbyaddr(channel, place->bytes, (int)place->size, place->family, take_answer,
			   reverse);
	resolver_run(channel);
	ares_destroy(channel);
	return reverse->status;
}

static int numeric_node(const struct place *place, char *node, socklen_t size)
{
	char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE], name[IF_NAMESIZE];
	size_t len;

	inet_ntop(place->family, place->bytes, text, INET6_ADDRSTRLEN);
	len = strlen(text);
	if (place->scope && usock_if_indextoname(place->scope, name))
		snprintf(text + len, sizeof(text) - len, "%%%s", name);
	else if (place->scope)
		snprintf(text + len, sizeof(text) - len, "%%%u", place->scope);
	return give(text, node, size);
}

static int find_node(const struct place *place, char *node, socklen_t size, int flags)
{
	struct reverse reverse = { .name = "" };
	char *dot;
	int err = EAI_NONAME;

	if (!(flags & NI_NUMERICHOST)) {
		err = ask(place, &reverse);
		if (!err && reverse.name[0]) {
			dot = strchr(reverse.name, '.');
			if (dot && (flags & NI_NOFQDN))
				*dot = '\0';
			return give(reverse.name, node, size);
		}
	}
	if (flags & NI_NAMEREQD)
		return err ? err : EAI_NONAME;
	return numeric_node(place, node, size);
}

static int find_service(const struct place *place, char *service, socklen_t size, int flags)
{
	struct servent entry, *found = NULL;
	char buf[1024], digits[8];

	if (!(flags & NI_NUMERICSERV) &&
	    !getservbyport_r(place->port, flags & NI_DGRAM ? "udp" : "tcp", &entry, buf,
			     sizeof(buf), &found) &&
	    found)
		return give(entry.s_name, service, size);
	snprintf(digits, sizeof(digits), "%u", ntohs(place->port));
	return give(digits, service, size);
}

int usock_getnameinfo(const struct sockaddr *addr, socklen_t len, char *node, socklen_t nodelen,
		      char *service, socklen_t servicelen, int flags)
{
	bool want_node = node && nodelen, want_service = service && servicelen;
	struct place place;
	int err;

	if (!want_node && !want_service)
		return EAI_NONAME;
	err = parse(addr, len, &place);
	if (!err && want_node)
		err = find_node(&place, node, nodelen, flags);
	if (!err && want_service)
		err = find_service(&place, service, servicelen, flags);
	return err;
}
