/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bind(2): which names a socket may take, in the order that Linux asks. Raw and ping sockets have rules of their own.
 */
#include "stack/inet/socket.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/ipv6.h"
#include "stack/lib/in6.h"
#include "stack/transport/ping.h"

static bool is_for_many(uint8_t type)
{
	return type == RTN_MULTICAST || type == RTN_BROADCAST;
}

static bool is_ping(const struct sock *sk)
{
	return sk->proto == &ping_proto || sk->proto == &ping6_proto;
}

/*
 * May @a of IPv4 be bound? Any, ours, a group or a broadcast address (but for ping sockets: nobody replies to these).
 */
static int check_bind4(struct sock *sk, const struct sock_addr *a, uint8_t *ret_type)
{
	uint8_t type = RTN_LOCAL;
	bool fine;

	if (!inaddr_any(&a->addr))
		type = inet_af_find(sk->net, AF_INET)->addr_type(sk->net, &a->addr, NULL);
	if (is_for_many(type))
		fine = !is_ping(sk);
	else
		fine = type == RTN_LOCAL || sock_address_free(sk, AF_INET);
	if (!fine)
		return -EADDRNOTAVAIL;
	*ret_type = type;
	return 0;
}

/* The device on which @a, which is not ::, is to be ours; NULL: on any. A link-local one binds it. */
static int bind_device6(struct sock *sk, const struct sock_addr *a, struct net_device **ret)
{
	bool scoped = in6_needs_scope(&a->addr);
	int ifindex = scoped && a->scope ? a->scope : sk->bound_if;

	*ret = NULL;
	if (!ifindex)
		return scoped ? -EINVAL : 0;
	*ret = netdev_by_index(sk->net, ifindex);
	if (!*ret)
		return -ENODEV;
	if (scoped && sk->bound_if != ifindex) {
		sk->bound_if = ifindex;
		sock_route_reset(sk);
	}
	return 0;
}

/* The same of IPv6. */
static int check_bind6(struct sock *sk, const struct sock_addr *a, uint8_t *ret_type)
{
	bool multicast = in6_is_multicast(&a->addr);
	struct net_device *dev;
	int err;

	*ret_type = multicast ? RTN_MULTICAST : RTN_LOCAL;
	if (inaddr_any(&a->addr))
		return 0;
	err = bind_device6(sk, a, &dev);
	if (err)
		return err;
	if (multicast || sock_address_free(sk, AF_INET6))
		return 0;
	return sk->af->addr_type(sk->net, &a->addr, dev) == RTN_LOCAL ? 0 : -EADDRNOTAVAIL;
}

/* What can be said of the name alone, on a socket of IPv6; a mapped one becomes IPv4's, in *@ret. */
static int bind_name6(const struct sock *sk, const struct sock_addr *a, struct sock_addr *ret)
{
	bool multicast = in6_is_multicast(&a->addr);

	*ret = *a;
	if (a->family != AF_INET6)
		return sk->type == SOCK_RAW ? -EINVAL : -EAFNOSUPPORT;
	if (in6_is_v4mapped(&a->addr)) {
		if (sk->type == SOCK_RAW)
			return -EADDRNOTAVAIL;
		if (is_ping(sk) || sk->opt.v6only)
			return -EINVAL;
		ret->family = AF_INET;
		ret->addr = inaddr_v4(in6_mapped_v4(&a->addr));
		return 0;
	}
	return multicast && (sk->type == SOCK_STREAM || is_ping(sk)) ? -EINVAL : 0;
}

/* The name, as the network layer knows it. */
static int bind_name(const struct sock *sk, const struct sock_addr *a, struct sock_addr *ret)
{
	if (sk->family == AF_INET6)
		return bind_name6(sk, a, ret);
	*ret = *a;
	ret->family = AF_INET;
	if (a->family != AF_INET && (a->family != AF_UNSPEC || !inaddr_any(&a->addr)))
		return -EAFNOSUPPORT;
	return 0;
}

/* Take the name that was checked. */
static int take_name(struct sock *sk, const struct sock_addr *a, uint8_t type)
{
	int family = sk->af->family, err = 0;
	bool v6only = sk->opt.v6only;

	sk->saddr_rcv_only = is_for_many(type);
	sock_set_family(sk, a->family);
	/* Who is on an address of IPv6 has no name in IPv4. */
	if (a->family == AF_INET6 && !inaddr_any(&a->addr))
		sk->opt.v6only = true;
	if (!a->port && sk->opt.bind_address_no_port && !is_ping(sk))
		sk->saddr = a->addr;
	else
		err = sk->proto->bind(sk, a);
	if (err) {
		sk->saddr_rcv_only = false;
		sk->opt.v6only = v6only;
		sock_set_family(sk, family);
	}
	return err;
}

static bool is_busy(const struct sock *sk)
{
	return sk->state != SS_CLOSE || sk->sport;
}

int sock_bind(struct sock *sk, const struct sock_addr *name)
{
	bool raw = sk->type == SOCK_RAW;
	struct sock_addr a;
	uint8_t type;
	int err;

	err = bind_name(sk, name, &a);
	if (raw && sk->state != SS_CLOSE && err != -EADDRNOTAVAIL)
		return -EINVAL;
	/* Linux looks at the state of a socket of IPv6 before the address, but of IPv4 behind it. */
	if (!err && sk->family == AF_INET6 && !raw && !is_ping(sk) && is_busy(sk))
		err = -EINVAL;
	if (!err)
		err = a.family == AF_INET6 ? check_bind6(sk, &a, &type)
					   : check_bind4(sk, &a, &type);
	if (err)
		return err;
	if (!raw && is_busy(sk))
		return -EINVAL;
	err = take_name(sk, &a, type);
	if (err)
		return err;
	sk->bound_addr = !inaddr_any(&name->addr);
	/*
	 * A stream keeps the port that bind(2) chose for it; a datagram socket only one that was
	 * named.
	 */
	sk->bound_port = a.port || sk->type == SOCK_STREAM;
	sock_route_reset(sk);
	return 0;
}
