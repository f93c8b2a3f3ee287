/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket options of IPv4: see sockopt.h and ip(7). The multicast ones are in ip_mc_sockopt.c. */
#include "stack/transport/sockopt.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv4/ip_options.h"
#include "stack/ipv4/ipv4.h"
#include "stack/transport/ip_mc_sockopt.h"
#include "stack/transport/transport.h"

#define TOS_ECN_MASK 3 /* RFC 3168 5 */

static const struct sockopt_flag flags[] = {
	SOCKOPT_FLAG(IP_RECVERR, recverr),
	SOCKOPT_FLAG(IP_RECVTTL, recvttl),
	SOCKOPT_FLAG(IP_RECVTOS, recvtos),
	SOCKOPT_FLAG(IP_PKTINFO, pktinfo),
	SOCKOPT_FLAG(IP_RECVOPTS, recvopts),
	SOCKOPT_FLAG(IP_RETOPTS, retopts),
	SOCKOPT_FLAG(IP_RECVORIGDSTADDR, recvorigdst),
	SOCKOPT_FLAG(IP_RECVFRAGSIZE, recvfragsize),
	SOCKOPT_FLAG(IP_FREEBIND, freebind),
	SOCKOPT_FLAG(IP_BIND_ADDRESS_NO_PORT, bind_address_no_port),
	SOCKOPT_FLAG(IP_MULTICAST_LOOP, mc_loop),
	SOCKOPT_FLAG(IP_MULTICAST_ALL, mc_all),
	SOCKOPT_FLAG(IP_TRANSPARENT, transparent),
	SOCKOPT_FLAG(IP_HDRINCL, hdrincl),
	SOCKOPT_FLAG(IP_NODEFRAG, nodefrag),
};

/* Set ----------------------------------------------------------------------------------------- */

static int set_flag(struct sock *sk, int name, bool *flag, int val)
{
	switch (name) {
	case IP_HDRINCL:
	case IP_NODEFRAG:
		if (sk->type != SOCK_RAW)
			return -ENOPROTOOPT;
		break;
	case IP_TRANSPARENT:
		if (val && !sk->admin)
			return -EPERM;
		break;
	case IP_MULTICAST_ALL:
		if (val != 0 && val != 1)
			return -EINVAL;
		break;
	case IP_RECVFRAGSIZE:
		if (sk->type == SOCK_STREAM)
			return -EINVAL;
		break;
	case IP_RECVERR:
		return sockopt_set_recverr(sk, flag, val);
	}
	*flag = val;
	return 0;
}

/*
 * The priority that the kernel gives each of the old TOS meanings (RFC 1349 4), as tc-prio(8) lists
 * them.
 */
static uint8_t tos_priority(uint8_t tos)
{
	static const uint8_t by_tos[16] = { 0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6, 4, 4, 4, 4 };

	return by_tos[tos >> 1 & 0xf];
}

static int set_tos(struct sock *sk, int val)
{
	/* A stream's ECN bits are TCP's own. */
	if (sk->type == SOCK_STREAM)
		val = (val & ~TOS_ECN_MASK) | (sk->opt.tos & TOS_ECN_MASK);
	if (sk->opt.tos == (uint8_t)val)
		return 0;
	sk->opt.tos = val;
	sk->opt.priority = tos_priority(val);
	sock_route_reset(sk);
	return 0;
}

static int set_unicast_if(struct sock *sk, const void *val, uint32_t len)
{
	be32 index;
	int ifindex;

	if (len != sizeof(index))
		return -EINVAL;
	memcpy(&index, val, sizeof(index));
	ifindex = ntohl(index);
	if (ifindex && !netdev_by_index(sk->net, ifindex))
		return -EADDRNOTAVAIL;
	if (ifindex && sk->bound_if && sk->bound_if != ifindex)
		return -EINVAL;
	sk->opt.uc_if = ifindex;
	sock_route_reset(sk);
	return 0;
}

static int set_options(struct sock *sk, const void *val, uint32_t len)
{
	uint8_t options[sizeof(sk->opt.options)] = { 0 };
	int padded;

	if (len > sizeof(options))
		return -EINVAL;
	memcpy(options, val, len);
	padded = ip_options_check(options, len);
	if (padded < 0)
		return padded;
	memcpy(sk->opt.options, options, sizeof(options));
	sk->opt.options_len = padded;
	return 0;
}

static int set_number(struct sock *sk, int name, int val)
{
	switch (name) {
	case IP_TOS:
		return set_tos(sk, val);
	case IP_TTL:
		if (val != -1 && (val < 1 || val > UINT8_MAX))
			return -EINVAL;
		sk->opt.ttl = val == -1 ? 0 : val;
		return 0;
	case IP_MINTTL:
		if (val < 0 || val > UINT8_MAX)
			return -EINVAL;
		sk->opt.min_ttl = val;
		return 0;
	case IP_MTU_DISCOVER:
		if (val < IP_PMTUDISC_DONT || val > IP_PMTUDISC_OMIT)
			return -EINVAL;
		sk->opt.pmtudisc = val;
		return 0;
	case IP_MULTICAST_TTL:
		if (sk->type == SOCK_STREAM || val < -1 || val > UINT8_MAX)
			return -EINVAL;
		sk->opt.mc_ttl = val == -1 ? 1 : val;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* As the kernel: an int, or a single byte. */
static int read_number(const void *val, uint32_t len)
{
	int n = 0;

	if (len >= sizeof(n))
		memcpy(&n, val, sizeof(n));
	else if (len)
		n = *(const uint8_t *)val;
	return n;
}

static bool needs_value(int name)
{
	switch (name) {
	case IP_TTL:
	case IP_MINTTL:
	case IP_FREEBIND:
	case IP_TRANSPARENT:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_MULTICAST_ALL:
		return true;
	default:
		return false;
	}
}

int ip_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len)
{
	bool *flag = sockopt_find_flag(sk, flags, ARRAY_SIZE(flags), name);
	int n = read_number(val, len);

	if (needs_value(name) && !len)
		return -EINVAL;
	if (flag)
		return set_flag(sk, name, flag, n);
	if (name == IP_OPTIONS)
		return set_options(sk, val, len);
	if (name == IP_UNICAST_IF)
		return set_unicast_if(sk, val, len);
	if (ip_mc_sockopt_known(name))
		return ip_mc_sockopt_set(sk, name, val, len);
	return set_number(sk, name, n);
}

/* Get ----------------------------------------------------------------------------------------- */

static int get_mtu(struct sock *sk, int *ret)
{
	struct dst_entry *dst;

	if (inaddr_any(&sk->daddr) || sock_route(sk, &dst) != 0)
		return -ENOTCONN;
	*ret = dst_mtu(dst);
	return 0;
}

static int get_number(struct sock *sk, int name, int *ret)
{
	switch (name) {
	case IP_TOS:
		*ret = sk->opt.tos;
		return 0;
	case IP_TTL:
		*ret = sk->opt.ttl ? sk->opt.ttl : ipv4_sysctl(sk->net)->ip_default_ttl;
		return 0;
	case IP_MINTTL:
		*ret = sk->opt.min_ttl;
		return 0;
	case IP_MTU_DISCOVER:
		*ret = sk->opt.pmtudisc;
		return 0;
	case IP_MTU:
		return get_mtu(sk, ret);
	case IP_MULTICAST_TTL:
		*ret = sk->opt.mc_ttl;
		return 0;
	case IP_UNICAST_IF:
		*ret = htonl(sk->opt.uc_if);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

int ip_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len)
{
	bool *flag = sockopt_find_flag(sk, flags, ARRAY_SIZE(flags), name);
	uint8_t byte;
	int n, err;

	if (name == IP_OPTIONS)
		return sockopt_copy(val, len, sk->opt.options, sk->opt.options_len);
	if (ip_mc_sockopt_known(name))
		return ip_mc_sockopt_get(sk, name, val, len);
	if (flag) {
		n = *flag;
	} else {
		err = get_number(sk, name, &n);
		if (err)
			return err;
	}
	/* As the kernel: a byte for those who gave room for a byte, and it fits. */
	if (*len && *len < sizeof(n) && n >= 0 && n <= UINT8_MAX) {
		byte = n;
		return sockopt_copy(val, len, &byte, sizeof(byte));
	}
	return sockopt_copy(val, len, &n, sizeof(n));
}
