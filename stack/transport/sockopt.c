/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket options of the socket layer: see sockopt.h and socket(7). Called by sock_setsockopt(). */
#include "stack/transport/sockopt.h"

#include <errno.h>
#include <string.h>
#include "stack/transport/errqueue.h"
#include "stack/transport/transport.h"

#define PRIORITY_MAX_USER 6 /* higher ones need privilege (socket(7), SO_PRIORITY) */

static const struct sockopt_flag flags[] = {
	SOCKOPT_FLAG(SO_REUSEADDR, reuseaddr), SOCKOPT_FLAG(SO_REUSEPORT, reuseport),
	SOCKOPT_FLAG(SO_KEEPALIVE, keepalive), SOCKOPT_FLAG(SO_BROADCAST, broadcast),
	SOCKOPT_FLAG(SO_DONTROUTE, dontroute), SOCKOPT_FLAG(SO_OOBINLINE, oobinline),
	SOCKOPT_FLAG(SO_NO_CHECK, no_check),   SOCKOPT_FLAG(SO_TIMESTAMP, timestamp),
};

bool *sockopt_find_flag(struct sock *sk, const struct sockopt_flag *table, size_t count, int name)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].name == name)
			return (bool *)((char *)&sk->opt + table[i].offset);
	}
	return NULL;
}

int sockopt_set_recverr(struct sock *sk, bool *flag, int val)
{
	if (val && sk->type == SOCK_STREAM)
		return -ENOPROTOOPT;
	if (!val)
		errq_purge(sk);
	*flag = val;
	return 0;
}

int sockopt_copy(void *val, uint32_t *len, const void *from, uint32_t size)
{
	*len = min(*len, size);
	memcpy(val, from, *len);
	return 0;
}

/* Set ----------------------------------------------------------------------------------------- */

static int set_priority(struct sock *sk, int val)
{
	if ((val < 0 || val > PRIORITY_MAX_USER) && !sk->admin)
		return -EPERM;
	if (val < 0 || val > UINT8_MAX)
		return -EINVAL;
	sk->opt.priority = val;
	return 0;
}

static int set_mark(struct sock *sk, int val)
{
	if (!sk->admin)
		return -EPERM;
	if (sk->opt.mark != (uint32_t)val)
		sock_route_reset(sk);
	sk->opt.mark = val;
	return 0;
}

/* Twice what is asked for, as the kernel does (socket(7)): the rest is for its own structures. */
static void set_rcvbuf(struct sock *sk, uint32_t val)
{
	sk->rcvbuf = max(min(val, (uint32_t)INT32_MAX / 2) * 2, (uint32_t)SOCK_MIN_RCVBUF);
	sk->rcvbuf_locked = true;
}

static void set_sndbuf(struct sock *sk, uint32_t val)
{
	sk->sndbuf = max(min(val, (uint32_t)INT32_MAX / 2) * 2, (uint32_t)SOCK_MIN_SNDBUF);
	sk->sndbuf_locked = true;
	sock_wmem_freed(sk);
}

static int set_buffer(struct sock *sk, int name, int val)
{
	struct transport_sysctl *sysctl = transport_sysctl(sk->net);
	bool force = name == SO_RCVBUFFORCE || name == SO_SNDBUFFORCE;
	bool rcv = name == SO_RCVBUF || name == SO_RCVBUFFORCE;
	uint32_t size = val;

	if (force && !sk->admin)
		return -EPERM;
	if (force)
		size = max(val, 0);
	else
		size = min(size, rcv ? sysctl->rmem_max : sysctl->wmem_max);
	if (rcv)
		set_rcvbuf(sk, size);
	else
		set_sndbuf(sk, size);
	return 0;
}

static int set_linger(struct sock *sk, const void *val, uint32_t len)
{
	struct linger l;

	if (len < sizeof(l))
		return -EINVAL;
	memcpy(&l, val, sizeof(l));
	sk->opt.linger = l.l_onoff;
	if (l.l_onoff)
		sk->opt.linger_time = min((uint32_t)l.l_linger, (uint32_t)UINT16_MAX); /* a negative one: as long as can be */
	return 0;
}

static int set_bound_if(struct sock *sk, int ifindex)
{
	if (sk->bound_if && !sk->admin)
		return -EPERM;
	if (ifindex && !netdev_by_index(sk->net, ifindex))
		return -ENODEV;
	sk->bound_if = ifindex;
	sock_route_reset(sk);
	return 0;
}

static int set_bindtodevice(struct sock *sk, const char *val, uint32_t len)
{
	char name[IFNAMSIZ] = "";
	struct net_device *dev;

	memcpy(name, val, min(len, (uint32_t)IFNAMSIZ - 1));
	if (!*name)
		return set_bound_if(sk, 0);
	dev = netdev_by_name(sk->net, name);
	return dev ? set_bound_if(sk, dev->ifindex) : -ENODEV;
}

static int set_number(struct sock *sk, int name, int val)
{
	switch (name) {
	case SO_DEBUG:
		return val ? -EACCES : 0;
	case SO_PRIORITY:
		return set_priority(sk, val);
	case SO_MARK:
		return set_mark(sk, val);
	case SO_RCVBUF:
	case SO_RCVBUFFORCE:
	case SO_SNDBUF:
	case SO_SNDBUFFORCE:
		return set_buffer(sk, name, val);
	case SO_BINDTOIFINDEX:
		return val < 0 ? -EINVAL : set_bound_if(sk, val);
	default:
		return -ENOPROTOOPT;
	}
}

int sockopt_set(struct sock *sk, int name, const void *val, uint32_t len)
{
	bool *flag;
	int n;

	if (name == SO_BINDTODEVICE)
		return set_bindtodevice(sk, val, len);
	if (len < sizeof(n))
		return -EINVAL;
	if (name == SO_LINGER)
		return set_linger(sk, val, len);
	memcpy(&n, val, sizeof(n));
	flag = sockopt_find_flag(sk, flags, ARRAY_SIZE(flags), name);
	if (!flag)
		return set_number(sk, name, n);
	/* The application's reads of a stream are of a pair, which knows no packet, and no time. */
	if (flag == &sk->opt.timestamp && n && sk->type == SOCK_STREAM)
		return -ENOPROTOOPT;
	if (flag == &sk->opt.dontroute)
		sock_route_reset(sk);
	*flag = n;
	return 0;
}

/* Get ----------------------------------------------------------------------------------------- */

static int get_linger(const struct sock *sk, void *val, uint32_t *len)
{
	struct linger l = { sk->opt.linger, sk->opt.linger_time };

	return sockopt_copy(val, len, &l, sizeof(l));
}

static int get_bindtodevice(const struct sock *sk, void *val, uint32_t *len)
{
	const struct net_device *dev;

	if (!sk->bound_if) {
		*len = 0;
		return 0;
	}
	if (*len < IFNAMSIZ)
		return -EINVAL;
	dev = netdev_by_index(sk->net, sk->bound_if);
	if (!dev)
		return -ENODEV;
	return sockopt_copy(val, len, dev->name, strlen(dev->name) + 1);
}

static int get_cookie(const struct sock *sk, void *val, uint32_t *len)
{
	if (*len < sizeof(sk->cookie))
		return -EINVAL;
	return sockopt_copy(val, len, &sk->cookie, sizeof(sk->cookie));
}

static int get_number(struct sock *sk, int name, int *ret)
{
	switch (name) {
	case SO_DEBUG:
		*ret = 0;
		return 0;
	case SO_TYPE:
		*ret = sk->type;
		return 0;
	case SO_DOMAIN:
		*ret = sk->family;
		return 0;
	case SO_PROTOCOL:
		*ret = sk->protocol;
		return 0;
	case SO_ERROR:
		*ret = sock_take_error(sk);
		return 0;
	case SO_ACCEPTCONN:
		*ret = sk->state == SS_LISTEN;
		return 0;
	case SO_PRIORITY:
		*ret = sk->opt.priority;
		return 0;
	case SO_MARK:
		*ret = sk->opt.mark;
		return 0;
	case SO_RCVBUF:
		*ret = sk->rcvbuf;
		return 0;
	case SO_SNDBUF:
		*ret = sk->sndbuf;
		return 0;
	case SO_RCVLOWAT:
	case SO_SNDLOWAT:
		*ret = 1;
		return 0;
	case SO_BINDTOIFINDEX:
		*ret = sk->bound_if;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

int sockopt_get(struct sock *sk, int name, void *val, uint32_t *len)
{
	bool *flag = sockopt_find_flag(sk, flags, ARRAY_SIZE(flags), name);
	int n, err;

	if (name == SO_LINGER)
		return get_linger(sk, val, len);
	if (name == SO_BINDTODEVICE)
		return get_bindtodevice(sk, val, len);
	if (name == SO_COOKIE)
		return get_cookie(sk, val, len);
	if (flag) {
		n = *flag;
	} else {
		err = get_number(sk, name, &n);
		if (err)
			return err;
	}
	return sockopt_copy(val, len, &n, sizeof(n));
}
