/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getaddrinfo(3) on the stack. Public (usock.h).
 *
 * A lookup is three lists multiplied: what the service can mean (socket type, protocol, port), which
 * addresses the name has, and out of both one struct addrinfo each.
 */
#include "libsock/usock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libsock/addrsort.h"
#include "libsock/instance.h"
#include "libsock/interfaces.h"
#include "libsock/resolver.h"

#define KNOWN_FLAGS                                                                           \
	(AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_NUMERICSERV | AI_V4MAPPED | AI_ALL | \
	 AI_ADDRCONFIG | AI_IDN | AI_CANONIDN)

#define SERVICES_MAX 3

struct service {
	int type;
	int protocol;
	uint16_t port; /* network byte order */
};

/* A lookup in progress. */
struct lookup {
	const char *node;
	struct addrinfo hints;
	struct service services[SERVICES_MAX];
	size_t nservices;
	struct address addresses[ADDRSORT_MAX];
	size_t naddresses;
	char canonical[NI_MAXHOST];
	int status; /* EAI_* */
};

/* The socket types that there are, and the protocol by whose name services(5) knows them. */
static const struct {
	int type;
	int protocol;
	const char *name;
} kinds[SERVICES_MAX] = {
	{ SOCK_STREAM, IPPROTO_TCP, "tcp" },
	{ SOCK_DGRAM, IPPROTO_UDP, "udp" },
	{ SOCK_RAW, 0, NULL },
};

/* A port as digits; false: a name. */
static bool numeric_port(const char *service, uint16_t *port)
{
	unsigned long value;
	char *end;

	if (service[0] < '0' || service[0] > '9')
		return false;
	value = strtoul(service, &end, 10);
	if (*end || value > UINT16_MAX)
		return false;
	*port = htons((uint16_t)value);
	return true;
}

static bool named_port(const char *service, const char *protocol, uint16_t *port)
{
	struct servent entry, *found = NULL;
	char buf[1024];

	if (!protocol || getservbyname_r(service, protocol, &entry, buf, sizeof(buf), &found) ||
	    !found)
		return false;
	*port = (uint16_t)entry.s_port;
	return true;
}

static int find_services(struct lookup *look, const char *service)
{
	const struct addrinfo *hints = &look->hints;
	bool kind_known = false;

	for (size_t i = 0; i < SERVICES_MAX; i++) {
		uint16_t port = 0;

		if ((hints->ai_socktype && hints->ai_socktype != kinds[i].type) ||
		    (hints->ai_protocol && kinds[i].protocol &&
		     hints->ai_protocol != kinds[i].protocol))
			continue;
		kind_known = true;
		if (service && !numeric_port(service, &port) &&
		    ((hints->ai_flags & AI_NUMERICSERV) ||
		     !named_port(service, kinds[i].name, &port)))
			continue;
		look->services[look->nservices++] = (struct service){
			.type = kinds[i].type,
			.protocol = kinds[i].protocol ? kinds[i].protocol : hints->ai_protocol,
			.port = port,
		};
	}
	if (look->nservices)
		return 0;
	if (!kind_known)
		return EAI_SOCKTYPE;
	return hints->ai_flags & AI_NUMERICSERV ? EAI_NONAME : EAI_SERVICE;
}

static void add_address(struct lookup *look, int family, const void *bytes, uint32_t scope)
{
	struct address *addr = &look->addresses[look->naddresses];

	if (look->naddresses == ADDRSORT_MAX)
		return;
	addr->family = family;
	addr->scope = scope;
	memset(&addr->bytes, 0, sizeof(addr->bytes));
	memcpy(&addr->bytes, bytes,
	       family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr));
	look->naddresses++;
}

static bool wants(const struct lookup *look, int family)
{
	return look->hints.ai_family == AF_UNSPEC || look->hints.ai_family == family;
}

/* No name: this host, to listen on or to speak to. */
static void add_own_addresses(struct lookup *look)
{
	bool passive = look->hints.ai_flags & AI_PASSIVE;
	struct in_addr in = { htonl(passive ? INADDR_ANY : INADDR_LOOPBACK) };

	if (wants(look, AF_INET6) && !passive)
		add_address(look, AF_INET6, &in6addr_loopback, 0);
	if (wants(look, AF_INET))
		add_address(look, AF_INET, &in, 0);
	if (wants(look, AF_INET6) && passive)
		add_address(look, AF_INET6, &in6addr_any, 0);
}

/* IPv4 as RFC 4291, 2.5.5.2 writes it for those who asked for IPv6. */
static void add_mapped(struct lookup *look, const void *ipv4)
{
	struct in6_addr mapped = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	memcpy(&mapped.s6_addr[12], ipv4, sizeof(struct in_addr));
	add_address(look, AF_INET6, &mapped, 0);
}

/* A device's name, where the address is one of a link; or a number (RFC 4007, 11). False: neither. */
static bool parse_scope(const struct in6_addr *in6, const char *text, uint32_t *ret)
{
	unsigned long value;
	char *end;

	if (IN6_IS_ADDR_LINKLOCAL(in6) || IN6_IS_ADDR_MC_LINKLOCAL(in6) || IN6_IS_ADDR_MC_NODELOCAL(in6)) {
		*ret = usock_if_nametoindex(text);
		if (*ret)
			return true;
	}
	if (text[0] < '0' || text[0] > '9')
		return false;
	value = strtoul(text, &end, 10);
	*ret = (uint32_t)value;
	return !*end && value <= UINT32_MAX;
}

/* The address before a '%', and where its scope stands: NULL: none is given. False: it is no address. */
static bool parse_ipv6(const char *node, struct in6_addr *in6, const char **ret_scope)
{
	char host[INET6_ADDRSTRLEN];
	const char *percent = strchr(node, '%');
	size_t len = percent ? (size_t)(percent - node) : strlen(node);

	if (len >= sizeof(host))
		return false;
	memcpy(host, node, len);
	host[len] = '\0';
	*ret_scope = percent ? percent + 1 : NULL;
	return inet_pton(AF_INET6, host, in6) == 1;
}

/* An address in digits. 0: it is none; 1: taken; or EAI_*. */
static int take_numeric(struct lookup *look)
{
	const char *scope_text;
	struct in6_addr in6;
	struct in_addr in;
	uint32_t scope = 0;

	if (inet_aton(look->node, &in)) {
		if (wants(look, AF_INET))
			add_address(look, AF_INET, &in, 0);
		else if (look->hints.ai_flags & AI_V4MAPPED)
			add_mapped(look, &in);
		else
			return EAI_ADDRFAMILY;
		return 1;
	}
	if (!parse_ipv6(look->node, &in6, &scope_text))
		return 0;
	if (!wants(look, AF_INET6))
		return EAI_ADDRFAMILY;
	if (scope_text && !parse_scope(&in6, scope_text, &scope))
		return EAI_NONAME;
	add_address(look, AF_INET6, &in6, scope);
	return 1;
}

/* AI_ADDRCONFIG: the families in which the stack has an address that is not a loopback one. */
static int configured_family(int family)
{
	bool has4 = false, has6 = false;
	struct interfaces ifs;

	if (interfaces_load(instance_current(), &ifs))
		return family;
	for (size_t i = 0; i < ifs.naddrs; i++) {
		const struct interface *link = interfaces_at(&ifs, ifs.addr[i].index);

		if (!link || (link->flags & IFF_LOOPBACK))
			continue;
		has4 |= ifs.addr[i].family == AF_INET;
		has6 |= ifs.addr[i].family == AF_INET6;
	}
	interfaces_free(&ifs);
	if (family == AF_UNSPEC && has4 != has6)
		return has4 ? AF_INET : AF_INET6;
	return family;
}

static const void *sockaddr_bytes(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET)
		return &((const struct sockaddr_in *)(const void *)sa)->sin_addr;
	return &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
}

static void take_answer(void *arg, int status, int timeouts, struct ares_addrinfo *result)
{
	struct lookup *look = arg;
	const char *canonical = look->node;

	(void)timeouts;
	look->status = resolver_eai(status);
	if (!result)
		return;
	for (const struct ares_addrinfo_node *n = result->nodes; n; n = n->ai_next) {
		if (wants(look, n->ai_family))
			add_address(look, n->ai_family, sockaddr_bytes(n->ai_addr), 0);
		else if (n->ai_family == AF_INET)
			add_mapped(look, sockaddr_bytes(n->ai_addr));
	}
	for (const struct ares_addrinfo_cname *c = result->cnames; c; c = c->next)
		if (c->name)
			canonical = c->name;
	strncpy(look->canonical, canonical, sizeof(look->canonical) - 1);
	ares_freeaddrinfo(result);
}

static int ask(struct lookup *look, int family)
{
	struct ares_addrinfo_hints hints = {
		.ai_flags = ARES_AI_NOSORT | ARES_AI_CANONNAME,
		.ai_family = family,
	};
	ares_channel channel;
	int status;

	status = resolver_open(&channel);
	if (status != ARES_SUCCESS)
		return resolver_eai(status);
	look->status = EAI_AGAIN;
	ares_getaddrinfo(channel, look->node, NULL, &hints, take_answer, look);
	resolver_run(channel);
	ares_destroy(channel);
	return look->status;
}

static int resolve(struct lookup *look)
{
	int flags = look->hints.ai_flags, family = look->hints.ai_family;
	int err;

	if (flags & AI_ADDRCONFIG)
		family = configured_family(family);
	err = ask(look, family);
	if (look->hints.ai_family == AF_INET6 && (flags & AI_V4MAPPED) &&
	    (!look->naddresses || (flags & AI_ALL)))
		err = ask(look, AF_INET);
	if (look->naddresses)
		return 0;
	return err ? err : EAI_NODATA;
}

/* There is no IDNA here: a name in ASCII is its own encoding, and no other can be encoded. */
static bool is_ascii(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name > 0x7f)
			return false;
	return true;
}

static int find_addresses(struct lookup *look)
{
	int err;

	if (!look->node) {
		add_own_addresses(look);
		return 0;
	}
	err = take_numeric(look);
	if (err)
		return err == 1 ? 0 : err;
	if (look->hints.ai_flags & AI_NUMERICHOST)
		return EAI_NONAME;
	if (!is_ascii(look->node))
		return look->hints.ai_flags & AI_IDN ? EAI_IDN_ENCODE : EAI_NONAME;
	err = resolve(look);
	if (!err)
		addrsort(look->addresses, look->naddresses);
	return err;
}

/* An element with its address. The list is freed as the C library frees its own: under the preload it
 * may be. */
struct element {
	struct addrinfo ai; /* first */
	struct sockaddr_storage addr;
};

static struct addrinfo *make_element(const struct lookup *look, const struct address *addr,
				     const struct service *service, const char *canonical)
{
	struct element *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->ai.ai_flags = look->hints.ai_flags;
	e->ai.ai_family = addr->family;
	e->ai.ai_socktype = service->type;
	e->ai.ai_protocol = service->protocol;
	e->ai.ai_addrlen = address_sockaddr(addr, service->port, &e->addr);
	e->ai.ai_addr = (struct sockaddr *)&e->addr;
	e->ai.ai_canonname = canonical ? strdup(canonical) : NULL;
	if (canonical && !e->ai.ai_canonname) {
		free(e);
		return NULL;
	}
	return &e->ai;
}

static int build_list(const struct lookup *look, struct addrinfo **list)
{
	const char *canonical = NULL;
	struct addrinfo **tail = list;

	if ((look->hints.ai_flags & AI_CANONNAME) && look->node)
		canonical = look->canonical[0] ? look->canonical : look->node;
	for (size_t a = 0; a < look->naddresses; a++) {
		for (size_t s = 0; s < look->nservices; s++) {
			*tail = make_element(look, &look->addresses[a], &look->services[s],
					     canonical);
			if (!*tail)
				return EAI_MEMORY;
			tail = &(*tail)->ai_next;
			canonical = NULL; /* the first element has it */
		}
	}
	return 0;
}

static int check_hints(const struct lookup *look, const char *service)
{
	const struct addrinfo *hints = &look->hints;

	if (!look->node && !service)
		return EAI_NONAME;
	if (hints->ai_flags & ~KNOWN_FLAGS)
		return EAI_BADFLAGS;
	if ((hints->ai_flags & AI_CANONNAME) && !look->node)
		return EAI_BADFLAGS;
	if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET &&
	    hints->ai_family != AF_INET6)
		return EAI_FAMILY;
	return 0;
}

int usock_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		      struct addrinfo **ret)
{
	struct lookup look = { .node = node };
	struct addrinfo *list = NULL;
	int err;

	if (hints)
		look.hints = *hints;
	else
		look.hints.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG; /* getaddrinfo(3) */
	err = check_hints(&look, service);
	if (!err)
		err = find_services(&look, service);
	if (!err)
		err = find_addresses(&look);
	if (!err)
		err = build_list(&look, &list);
	if (err)
		usock_freeaddrinfo(list);
	else
		*ret = list;
	return err;
}

void usock_freeaddrinfo(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;

		free(list->ai_canonname);
		free(list); /* the first member of struct element */
		list = next;
	}
}

const char *usock_gai_strerror(int code)
{
	return gai_strerror(code);
}
