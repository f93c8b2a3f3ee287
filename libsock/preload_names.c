/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's calls about names: part of libusock-preload. Its own ask name servers by sockets of
 * their own, which interposing socket(2) does not catch.
 *
 * getaddrinfo(3) and getnameinfo(3) are libusock's; gethostbyname(3) and its kin are made from them.
 * res_query(3) and res_search(3) are c-ares's. What cannot be done is refused.
 *
 * Some calls ask by themselves, and nobody can stand in front of what they call: gethostid(3) and
 * getnetbyname(3) are left with the host's files.
 */
#include "libsock/preload.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libsock/real.h"
#include "libsock/resolver.h"
#include "libsock/usock.h"

INTERPOSE int getaddrinfo(const char *restrict node, const char *restrict service,
			  const struct addrinfo *restrict hints, struct addrinfo **restrict ret)
{
	if (preload_is_on_host())
		return real()->getaddrinfo(node, service, hints, ret);
	return usock_getaddrinfo(node, service, hints, ret);
}

INTERPOSE void freeaddrinfo(struct addrinfo *list)
{
	usock_freeaddrinfo(list);
}

INTERPOSE int getnameinfo(const struct sockaddr *restrict addr, socklen_t len, char *restrict node,
			  socklen_t nodelen, char *restrict service, socklen_t servicelen,
			  int flags)
{
	if (preload_is_on_host())
		return real()->getnameinfo(addr, len, node, nodelen, service, servicelen, flags);
	return usock_getnameinfo(addr, len, node, nodelen, service, servicelen, flags);
}

/* getaddrinfo_a(3): its threads would ask the host. */
INTERPOSE int getaddrinfo_a(int mode, struct gaicb *list[restrict], int count,
			    struct sigevent *restrict event)
{
	(void)mode;
	(void)list;
	(void)count;
	(void)event;
	errno = ENOSYS;
	return EAI_SYSTEM;
}

/* What netdb.h calls an error of getaddrinfo(3). */
static int herror_of(int eai)
{
	switch (eai) {
	case 0:
		return NETDB_SUCCESS;
	case EAI_NONAME:
		return HOST_NOT_FOUND;
	case EAI_NODATA:
	case EAI_ADDRFAMILY:
		return NO_DATA;
	case EAI_AGAIN:
		return TRY_AGAIN;
	default:
		return NO_RECOVERY;
	}
}

/* A buffer that the caller gave, from which pieces are taken. */
struct arena {
	char *next;
	size_t left;
};

static void *arena_take(struct arena *arena, size_t size)
{
	size_t pad = -(uintptr_t)arena->next % sizeof(void *);
	void *piece;

	if (size + pad > arena->left)
		return NULL;
	piece = arena->next + pad;
	arena->next += pad + size;
	arena->left -= pad + size;
	return piece;
}

static char *arena_string(struct arena *arena, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = arena_take(arena, len);

	return copy ? memcpy(copy, text, len) : NULL;
}

static const void *address_bytes(const struct addrinfo *ai)
{
	if (ai->ai_family == AF_INET)
		return &((const struct sockaddr_in *)(const void *)ai->ai_addr)->sin_addr;
	return &((const struct sockaddr_in6 *)(const void *)ai->ai_addr)->sin6_addr;
}

static size_t address_size(int family)
{
	return family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

/* The parts of a hostent but its addresses; @naddrs places are made for those. */
static int start_host(struct hostent *host, struct arena *arena, const char *name, int family,
		      size_t naddrs)
{
	memset(host, 0, sizeof(*host));
	host->h_addrtype = family;
	host->h_length = (int)address_size(family);
	host->h_name = arena_string(arena, name);
	host->h_aliases = arena_take(arena, sizeof(char *));
	host->h_addr_list = arena_take(arena, (naddrs + 1) * sizeof(char *));
	if (!host->h_name || !host->h_aliases || !host->h_addr_list)
		return ERANGE;
	host->h_aliases[0] = NULL;
	host->h_addr_list[0] = NULL;
	return 0;
}

static int add_address(struct hostent *host, struct arena *arena, size_t i, const void *bytes)
{
	host->h_addr_list[i] = arena_take(arena, (size_t)host->h_length);
	if (!host->h_addr_list[i])
		return ERANGE;
	memcpy(host->h_addr_list[i], bytes, (size_t)host->h_length);
	host->h_addr_list[i + 1] = NULL;
	return 0;
}

static int host_from_list(struct hostent *host, struct arena arena, const char *name,
			  const struct addrinfo *list)
{
	size_t n = 0, i = 0;
	int err;

	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next)
		n++;
	err = start_host(host, &arena, list->ai_canonname ? list->ai_canonname : name,
			 list->ai_family, n);
	for (const struct addrinfo *ai = list; ai && !err; ai = ai->ai_next)
		err = add_address(host, &arena, i++, address_bytes(ai));
	return err;
}

INTERPOSE int gethostbyname2_r(const char *restrict name, int family, struct hostent *restrict host,
			       char *restrict buf, size_t size, struct hostent **restrict ret,
			       int *restrict herr)
{
	struct addrinfo hints = {
		.ai_family = family,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_CANONNAME,
	};
	struct addrinfo *list;
	int err;

	*ret = NULL;
	err = getaddrinfo(name, NULL, &hints, &list);
	if (err) {
		*herr = herror_of(err);
		return *herr == TRY_AGAIN ? EAGAIN : 0;
	}
	err = host_from_list(host, (struct arena){ .next = buf, .left = size }, name, list);
	freeaddrinfo(list);
	*herr = err ? NETDB_INTERNAL : NETDB_SUCCESS;
	if (!err)
		*ret = host;
	return err;
}

INTERPOSE int gethostbyname_r(const char *restrict name, struct hostent *restrict host,
			      char *restrict buf, size_t size, struct hostent **restrict ret,
			      int *restrict herr)
{
	return gethostbyname2_r(name, AF_INET, host, buf, size, ret, herr);
}

static socklen_t fill_sockaddr(struct sockaddr_storage *ss, int family, const void *addr)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *in = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	ss->ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		memcpy(&in->sin_addr, addr, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	memcpy(&in6->sin6_addr, addr, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

INTERPOSE int gethostbyaddr_r(const void *restrict addr, socklen_t len, int family,
			      struct hostent *restrict host, char *restrict buf, size_t size,
			      struct hostent **restrict ret, int *restrict herr)
{
	struct arena arena = { .next = buf, .left = size };
	struct sockaddr_storage ss;
	char name[NI_MAXHOST];
	int err;

	*ret = NULL;
	*herr = HOST_NOT_FOUND;
	if ((family != AF_INET && family != AF_INET6) || len < address_size(family))
		return EINVAL;
	len = fill_sockaddr(&ss, family, addr);
	err = getnameinfo((struct sockaddr *)&ss, len, name, sizeof(name), NULL, 0, NI_NAMEREQD);
	if (err) {
		*herr = herror_of(err);
		return *herr == TRY_AGAIN ? EAGAIN : 0;
	}
	err = start_host(host, &arena, name, family, 1);
	if (!err)
		err = add_address(host, &arena, 0, addr);
	*herr = err ? NETDB_INTERNAL : NETDB_SUCCESS;
	if (!err)
		*ret = host;
	return err;
}

/* What the calls without a buffer of the caller's return, one for each thread. */
static __thread struct {
	struct hostent host;
	char buf[8192];
} own;

INTERPOSE struct hostent *gethostbyname2(const char *name, int family)
{
	struct hostent *ret;

	gethostbyname2_r(name, family, &own.host, own.buf, sizeof(own.buf), &ret, &h_errno);
	return ret;
}

INTERPOSE struct hostent *gethostbyname(const char *name)
{
	return gethostbyname2(name, AF_INET);
}

INTERPOSE struct hostent *gethostbyaddr(const void *addr, socklen_t len, int family)
{
	struct hostent *ret;

	gethostbyaddr_r(addr, len, family, &own.host, own.buf, sizeof(own.buf), &ret, &h_errno);
	return ret;
}

/* A query for the caller's answer buffer. */
struct query {
	unsigned char *answer;
	int room;
	int len; /* of the answer; -1: none */
	int herr;
};

static void take_answer(void *arg, int status, int timeouts, unsigned char *buf, int len)
{
	struct query *query = arg;

	(void)timeouts;
	query->herr = herror_of(resolver_eai(status));
	if (!buf)
		return;
	query->len = len;
	memcpy(query->answer, buf, (size_t)(len < query->room ? len : query->room));
}

typedef void (*ares_ask)(ares_channel channel, const char *name, int class, int type,
			 ares_callback callback, void *arg);

static int ask(ares_ask how, const char *name, int class, int type, unsigned char *answer, int room)
{
	struct query query = { .answer = answer, .room = room, .len = -1, .herr = TRY_AGAIN };
	ares_channel channel;

	if (resolver_open(&channel) == ARES_SUCCESS) {
		how(channel, name, class, type, take_answer, &query);
		resolver_run(channel);
		ares_destroy(channel);
	}
	h_errno = query.herr;
	return query.herr == NETDB_SUCCESS ? query.len : -1;
}

INTERPOSE int res_query(const char *name, int class, int type, unsigned char *answer, int room)
{
	return ask(ares_query, name, class, type, answer, room);
}

INTERPOSE int res_search(const char *name, int class, int type, unsigned char *answer, int room)
{
	return ask(ares_search, name, class, type, answer, room);
}

INTERPOSE int res_nquery(res_state state, const char *name, int class, int type,
			 unsigned char *answer, int room)
{
	(void)state;
	return res_query(name, class, type, answer, room);
}

INTERPOSE int res_nsearch(res_state state, const char *name, int class, int type,
			  unsigned char *answer, int room)
{
	(void)state;
	return res_search(name, class, type, answer, room);
}

INTERPOSE int res_querydomain(const char *name, const char *domain, int class, int type,
			      unsigned char *answer, int room)
{
	char all[NS_MAXDNAME];

	if (snprintf(all, sizeof(all), "%s.%s", name, domain ? domain : "") >= (int)sizeof(all)) {
		h_errno = NO_RECOVERY;
		return -1;
	}
	return res_query(all, class, type, answer, room);
}

INTERPOSE int res_nquerydomain(res_state state, const char *name, const char *domain, int class,
			       int type, unsigned char *answer, int room)
{
	(void)state;
	return res_querydomain(name, domain, class, type, answer, room);
}

INTERPOSE int res_send(const unsigned char *msg, int len, unsigned char *answer, int room)
{
	(void)msg;
	(void)len;
	(void)answer;
	(void)room;
	errno = ENETDOWN;
	return -1;
}

INTERPOSE int res_nsend(res_state state, const unsigned char *msg, int len, unsigned char *answer,
			int room)
{
	(void)state;
	return res_send(msg, len, answer, room);
}

/* The names by which programs know them that were built with glibc before 2.34. */
#define OLD_NAME(name) \
	INTERPOSE extern __typeof__(name) __##name __attribute__((alias(#name), nothrow, leaf))

OLD_NAME(res_query);
OLD_NAME(res_search);
OLD_NAME(res_querydomain);
OLD_NAME(res_send);
OLD_NAME(res_nquery);
OLD_NAME(res_nsearch);
OLD_NAME(res_nquerydomain);
OLD_NAME(res_nsend);

/* What the C library looks up on its own behalf. */
__attribute__((constructor)) static void leave_files(void)
{
	if (preload_may_use_host())
		return;
	__nss_configure_lookup("hosts", "files");
	__nss_configure_lookup("networks", "files");
}

/* Remote shells ---------------------------------------------------------------------------------- */

/* rcmd(3) and its kin make the sockets themselves. */
static int refuse(void)
{
	errno = EACCES;
	return -1;
}

INTERPOSE int rcmd_af(char **host, unsigned short port, const char *restrict local,
		      const char *restrict remote, const char *restrict command,
		      int *restrict errors, sa_family_t family)
{
	return preload_is_on_host()
		       ? real()->rcmd_af(host, port, local, remote, command, errors, family)
		       : refuse();
}

INTERPOSE int rcmd(char **restrict host, unsigned short port, const char *restrict local,
		   const char *restrict remote, const char *restrict command, int *restrict errors)
{
	return rcmd_af(host, port, local, remote, command, errors, AF_INET);
}

INTERPOSE int rexec_af(char **restrict host, int port, const char *restrict user,
		       const char *restrict password, const char *restrict command,
		       int *restrict errors, sa_family_t family)
{
	return preload_is_on_host()
		       ? real()->rexec_af(host, port, user, password, command, errors, family)
		       : refuse();
}

INTERPOSE int rexec(char **restrict host, int port, const char *restrict user,
		    const char *restrict password, const char *restrict command,
		    int *restrict errors)
{
	return rexec_af(host, port, user, password, command, errors, AF_INET);
}

INTERPOSE int rresvport_af(int *port, sa_family_t family)
{
	return preload_is_on_host() ? real()->rresvport_af(port, family) : refuse();
}

INTERPOSE int rresvport(int *port)
{
	return rresvport_af(port, AF_INET);
}
