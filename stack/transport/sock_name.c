/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names between the application and the network layers: on an AF_INET6 socket IPv4 addresses are mapped ones
 * (RFC 3493 3.7), and link-local addresses come with their device (RFC 4007).
 */
#include <errno.h>
#include "stack/lib/in6.h"
#include "stack/transport/sock.h"
#include "stack/transport/transport.h"

void sock_show_addr(const struct sock *sk, int family, const union inaddr *addr, int ifindex,
		    struct sock_addr *ret)
{
	bool map = sk->family == AF_INET6 && family == AF_INET;

	ret->family = sk->family;
	ret->addr = map ? in6_map_v4(addr->v4) : *addr;
	ret->scope = family == AF_INET6 && in6_needs_scope(addr) ? ifindex : 0;
}

/* From a socket of IPv6: @a is a name of IPv6. */
static int peer_addr6(const struct sock *sk, const struct sock_addr *a, struct sock_addr *ret)
{
	bool any = inaddr_any(&a->addr);

	*ret = *a;
	if (in6_is_v4mapped(&a->addr) || (any && !sock_is6(sk))) {
		if (sk->opt.v6only || sk->type == SOCK_RAW)
			return -ENETUNREACH;
		if (sk->protocol == IPPROTO_ICMPV6)
			return -EINVAL;
		ret->family = AF_INET;
		ret->scope = 0;
		ret->addr = inaddr_v4(any ? htonl(INADDR_LOOPBACK) : in6_mapped_v4(&a->addr));
		return 0;
	}
	if (any)
		ret->addr = IN6_LOOPBACK;
	if (!in6_needs_scope(&ret->addr))
		ret->scope = 0;
	return 0;
}

int sock_peer_addr(const struct sock *sk, const struct sock_addr *a, struct sock_addr *ret)
{
	if (sk->family == AF_INET6 && a->family == AF_INET6)
		return peer_addr6(sk, a, ret);
	if (a->family != AF_INET)
		return -EAFNOSUPPORT;
	/* Linux takes a plain IPv4 name for a UDP socket of IPv6, too. */
	if (sk->family == AF_INET6 && (sk->protocol != IPPROTO_UDP || sk->opt.v6only))
		return -EAFNOSUPPORT;
	*ret = *a;
	ret->scope = 0;
	return 0;
}

int sock_peer_check(const struct sock *sk, int family)
{
	return family == AF_INET6 && !sock_is6(sk) ? -EAFNOSUPPORT : 0;
}

int sock_connect_scope(struct sock *sk, const struct sock_addr *a)
{
	if (a->family != AF_INET6 || !in6_needs_scope(&a->addr))
		return 0;
	if (a->scope) {
		if (sk->bound_if && sk->bound_if != a->scope)
			return -EINVAL;
		sk->bound_if = a->scope;
	}
	if (!sk->bound_if && in6_is_multicast(&a->addr))
		sk->bound_if = sk->opt.mc6_if;
	return sk->bound_if ? 0 : -EINVAL;
}
