/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options of internet sockets. Called through stream_ops and dgram_ops.
 *
 * Three ways: what only the descriptor can do (time limits) is the pair's own; what this process
 * knows (type, family) is answered here; all else is the stack's to grant or refuse. Options that
 * programs usually set before they bind or connect need not open the socket: those in the table
 * below are kept, and go with the opening in one message, if their value is one that the stack is
 * sure to take. Of any other value it is asked at once.
 */
#include "libsock/options.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <string.h>

#include "libsock/call.h"
#include "libsock/dgram.h"
#include "libsock/linger.h"
#include "libsock/stream.h"
#include "libsock/sys.h"

/* An option that the stack will take when it is opened, if its value is as usual. */
struct deferrable {
	int level;
	int name;
	int type; /* SOCK_*; 0: any */
	socklen_t len;
	int min; /* of an int */
	int max;
};

#define ANY_INT	      sizeof(int), INT_MIN, INT_MAX
#define POSITIVE(max) sizeof(int), 1, max

static const struct deferrable deferrables[] = {
	{ SOL_SOCKET, SO_REUSEADDR, 0, ANY_INT },
	{ SOL_SOCKET, SO_REUSEPORT, 0, ANY_INT },
	{ SOL_SOCKET, SO_KEEPALIVE, 0, ANY_INT },
	{ SOL_SOCKET, SO_BROADCAST, 0, ANY_INT },
	{ SOL_SOCKET, SO_SNDBUF, 0, ANY_INT },
	{ SOL_SOCKET, SO_RCVBUF, 0, ANY_INT },
	{ SOL_SOCKET, SO_LINGER, 0, sizeof(struct linger), 0, 0 },
	{ IPPROTO_TCP, TCP_NODELAY, SOCK_STREAM, ANY_INT },
	{ IPPROTO_TCP, TCP_KEEPIDLE, SOCK_STREAM, POSITIVE(32767) },
	{ IPPROTO_TCP, TCP_KEEPINTVL, SOCK_STREAM, POSITIVE(32767) },
	{ IPPROTO_TCP, TCP_KEEPCNT, SOCK_STREAM, POSITIVE(127) },
	{ IPPROTO_TCP, TCP_USER_TIMEOUT, SOCK_STREAM, sizeof(int), 0, INT_MAX },
	{ IPPROTO_IP, IP_TTL, 0, POSITIVE(255) },
	{ IPPROTO_IP, IP_TOS, 0, ANY_INT },
	{ IPPROTO_IPV6, IPV6_V6ONLY, 0, ANY_INT },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 0, sizeof(int), -1, 255 },
	{ IPPROTO_IPV6, IPV6_TCLASS, 0, sizeof(int), -1, 255 },
};

static const struct deferrable *deferrable_find(const struct usock *sk, int level, int name)
{
	for (size_t i = 0; i < sizeof(deferrables) / sizeof(*deferrables); i++) {
		const struct deferrable *d = &deferrables[i];

		if (d->level != level || d->name != name || (d->type && d->type != sk->type))
			continue;
		return d->level == IPPROTO_IPV6 && sk->family != AF_INET6 ? NULL : d;
	}
	return NULL;
}

static bool is_usual(const struct deferrable *d, const void *val, socklen_t len)
{
	int value;

	if (len < d->len)
		return false;
	if (d->len != sizeof(value))
		return true;
	memcpy(&value, val, sizeof(value));
	return value >= d->min && value <= d->max;
}

/* Time limits are enforced by whoever waits, which is the kernel, on the descriptor. */
static bool is_native(int level, int name)
{
	return level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO);
}

static bool is_recverr(int level, int name)
{
	return (level == IPPROTO_IP && name == IP_RECVERR) ||
	       (level == IPPROTO_IPV6 && name == IPV6_RECVERR);
}

/* The stack has taken it: what does that mean here? control_lock() is held. */
static void note_option(struct usock *sk, int level, int name, const void *val, socklen_t len)
{
	int value = 0;

	memcpy(&value, val, len < sizeof(value) ? len : sizeof(value));
	if (is_recverr(level, name))
		sk->recverr = value != 0;
	if (level == SOL_SOCKET && name == SO_LINGER)
		linger_note(sk, val, len);
	/* It is one of IPv4 for good; the stack tells its names anew. */
	if (level == IPPROTO_IPV6 && name == IPV6_ADDRFORM) {
		sk->family = (uint16_t)value;
		memset(&sk->peer, 0, sizeof(sk->peer));
		return;
	}
	socket_remember_option(sk, level, name, val, len);
}

/**
 * options_set - setsockopt(2)
 * @sk: the socket
 * @fd: its descriptor
 * @level: SOL_*
 * @name: the option
 * @val: its value
 * @len: of @val
 *
 * Return: 0; -EINVAL, -EDOM: a bad value; -ENOPROTOOPT: the stack has no such option; -EPERM;
 * see control_call().
 */
int options_set(struct usock *sk, int fd, int level, int name, const void *val, socklen_t len)
{
	const struct deferrable *d = deferrable_find(sk, level, name);
	struct guard guard;
	bool doubtful;
	int err = 0;

	if (is_native(level, name))
		return sys_setsockopt(fd, level, name, val, len) < 0 ? -errno : 0;
	if (!val && len)
		return -EFAULT;
	doubtful = d && !is_usual(d, val, len);
	if (d && !doubtful)
		len = d->len;
	control_lock(&guard);
	if (sk->phase == SOCKET_DEAD && doubtful)
		err = -EINVAL; /* nobody is there to ask, and the next opening must not fail by it */
	else if (sk->phase == SOCKET_FRESH && (!d || doubtful))
		err = socket_open(sk, fd, &(struct socket_start){ 0 });
	if (!err && sk->phase != SOCKET_FRESH && sk->phase != SOCKET_DEAD)
		err = call_setsockopt(sk, fd, level, name, val, len);
	if (!err)
		note_option(sk, level, name, val, len);
	control_unlock(&guard);
	return err;
}

/**
 * options_answer_int - give an int to the application, as getsockopt(2) does
 * @value: the value
 * @val: receives as much of it as there is room for
 * @len: room; receives what was written
 *
 * Return: 0.
 */
int options_answer_int(int value, void *val, socklen_t *len)
{
	if (*len > sizeof(value))
		*len = sizeof(value);
	memcpy(val, &value, *len);
	return 0;
}

/* What this process knows by itself. -ENOPROTOOPT: it must ask. */
static int answer_here(struct usock *sk, int fd, int name, void *val, socklen_t *len)
{
	switch (name) {
	case SO_TYPE:
		return options_answer_int(sk->type, val, len);
	case SO_DOMAIN:
		return options_answer_int(sk->family, val, len);
	case SO_PROTOCOL:
		return options_answer_int(sk->protocol, val, len);
	case SO_ACCEPTCONN:
		if (sk->phase == SOCKET_IDLE)
			return -ENOPROTOOPT;
		return options_answer_int(sk->phase == SOCKET_LISTENING, val, len);
	case SO_ERROR:
		return options_answer_int(sk->type == SOCK_STREAM ? stream_error(sk, fd)
								  : dgram_error(sk, fd),
					  val, len);
	default:
		return -ENOPROTOOPT;
	}
}

/**
 * options_get - getsockopt(2)
 * @sk: the socket
 * @fd: its descriptor
 * @level: SOL_*
 * @name: the option
 * @val: receives the value
 * @len: room in @val; receives the value's length
 *
 * Return: 0; -EINVAL; -ENOPROTOOPT: the stack has no such option; see control_call().
 */
int options_get(struct usock *sk, int fd, int level, int name, void *val, socklen_t *len)
{
	struct guard guard;
	int err = -ENOPROTOOPT;

	if (!val || !len)
		return -EFAULT;
	if ((int)*len < 0)
		return -EINVAL;
	if (is_native(level, name))
		return sys_getsockopt(fd, level, name, val, len) < 0 ? -errno : 0;
	if (level == SOL_SOCKET)
		err = answer_here(sk, fd, name, val, len);
	if (err != -ENOPROTOOPT)
		return err;
	err = socket_ensure_open(sk, fd);
	if (err)
		return err;
	control_lock(&guard);
	err = call_getsockopt(sk, fd, level, name, val, len);
	control_unlock(&guard);
	return err;
}
