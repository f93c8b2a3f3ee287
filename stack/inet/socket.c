/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket calls; see socket.h. Arguments and states are checked in the order that Linux checks
 * them, so that of two errors the same one is told. Called by the server's endpoints, by
 * applications that link the stack, and by tests.
 *
 * Differences from Linux: any user may bind a port below 1024 and open a raw socket: a stack in
 * user space belongs to its user; whoever serves others refuses them by their credentials.
 */
#include "stack/inet/socket.h"

#include <errno.h>
#include "stack/tcp/tcp.h"
#include "stack/transport/dgram.h"
#include "stack/transport/errqueue.h"
#include "stack/transport/ping.h"
#include "stack/transport/raw.h"
#include "stack/transport/sockopt.h"
#include "stack/transport/udp.h"

#define PROTOCOL_MAX 255 /* the header's protocol field */

static const struct proto *const protos[] = {
	&tcp_proto, &udp_proto, &ping_proto, &ping6_proto, &raw_proto,
};

/* Making one ---------------------------------------------------------------------------------- */

/*
 * The protocol for @type and @protocol (0: the type's own; raw takes any but 0), as inet_create()
 * finds it.
 */
static int find_proto(int family, int type, int protocol, const struct proto **ret)
{
	int err = -ESOCKTNOSUPPORT;

	for (size_t i = 0; i < ARRAY_SIZE(protos); i++) {
		const struct proto *p = protos[i];

		if (p->type != type || (p->family && p->family != family))
			continue;
		err = -EPROTONOSUPPORT;
		if (p->protocol ? (!protocol || p->protocol == protocol)
				: (protocol && protocol <= PROTOCOL_MAX)) {
			*ret = p;
			return 0;
		}
	}
	return err;
}

int sock_create(struct net *net, int family, int type, int protocol, const struct sock_ops *ops,
		void *owner, struct sock **ret)
{
	const struct inet_af_ops *af = inet_af_find(net, family);
	const struct proto *proto;
	struct sock *sk;
	int err;

	if (!af)
		return -EAFNOSUPPORT;
	if (protocol < 0)
		return -EINVAL;
	err = find_proto(family, type, protocol, &proto);
	if (err)
		return err;
	sk = sock_alloc(net, proto, af, type, proto->protocol ? proto->protocol : protocol);
	if (!sk)
		return -ENOBUFS;
	err = proto->init ? proto->init(sk) : 0;
	if (err) {
		sock_put(sk);
		return err;
	}
	sk->ops = ops;
	sk->owner = owner;
	*ret = sk;
	return 0;
}

/* Names --------------------------------------------------------------------------------------- */

int sock_getname(const struct sock *sk, bool peer, struct sock_addr *ret)
{
	if (peer && (!sk->dport || sk->state == SS_CLOSE || sk->state == SS_SYN_SENT))
		return -ENOTCONN;
	*ret = (struct sock_addr){ .port = peer ? sk->dport : sk->sport };
	sock_show_addr(sk, sk->af->family, peer ? &sk->daddr : &sk->saddr, sk->bound_if, ret);
	if (peer && sk->opt6.sndflow)
		ret->flowinfo = sk->opt6.flowlabel;
	return 0;
}

/* Connections --------------------------------------------------------------------------------- */

static int disconnect(struct sock *sk)
{
	sk->attempt = ATTEMPT_NONE;
	return sk->proto->disconnect(sk);
}

/* What a further connect(2) on a stream says about the attempt that is under way. */
static int connect_progress(struct sock *sk)
{
	int err;

	if (sk->state == SS_SYN_SENT || sk->state == SS_SYN_RECV)
		return -EALREADY;
	if (sk->state != SS_CLOSE) {
		sk->attempt = ATTEMPT_DONE;
		return 0;
	}
	err = sock_take_error(sk);
	disconnect(sk);
	return err ? -err : -ECONNABORTED;
}

static int stream_connect(struct sock *sk, const struct sock_addr *a)
{
	union inaddr bound = sk->saddr;
	int err;

	if (sk->attempt == ATTEMPT_BEGUN)
		return connect_progress(sk);
	if (sk->attempt == ATTEMPT_DONE || sk->state != SS_CLOSE)
		return -EISCONN;
	if (a->family != sk->family)
		return -EAFNOSUPPORT;
	/* No connection comes from a group or a broadcast address: it gets one of the device's. */
	if (sk->saddr_rcv_only)
		sk->saddr = (union inaddr){ 0 };
	err = sk->proto->connect(sk, a);
	if (err && err != -EINPROGRESS) {
		sk->saddr = bound;
		return err;
	}
	sk->saddr_rcv_only = false;
	sk->attempt = err ? ATTEMPT_BEGUN : ATTEMPT_DONE;
	return err;
}

int sock_connect(struct sock *sk, const struct sock_addr *a)
{
	if (a->family == AF_UNSPEC)
		return disconnect(sk);
	return sk->type == SOCK_STREAM ? stream_connect(sk, a) : sk->proto->connect(sk, a);
}

int sock_listen(struct sock *sk, int backlog)
{
	struct sock_addr any_port = { .family = sk->af->family, .addr = sk->saddr };
	uint32_t most = tcp_sysctl(sk->net)->somaxconn;
	int err;

	if (!sk->proto->listen)
		return -EOPNOTSUPP;
	if (sk->attempt != ATTEMPT_NONE || (sk->state != SS_CLOSE && sk->state != SS_LISTEN))
		return -EINVAL;
	if (!sk->sport) {
		err = sk->proto->bind(sk, &any_port);
		if (err)
			return err;
	}
	return sk->proto->listen(sk, min((uint32_t)backlog, most));
}

struct sock *sock_accept(struct sock *sk, const struct sock_ops *ops, void *owner)
{
	struct sock *child;

	if (sk->state != SS_LISTEN)
		return NULL;
	child = sk->proto->accept(sk);
	if (!child)
		return NULL;
	child->ops = ops;
	child->owner = owner;
	child->attempt = ATTEMPT_DONE;
	return child;
}

int sock_shutdown(struct sock *sk, int how)
{
	int mask = how + 1; /* SHUT_RD, SHUT_WR, SHUT_RDWR as RCV_SHUTDOWN, SEND_SHUTDOWN, both */

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	switch (sk->state) {
	case SS_CLOSE:
		sk->shutdown |= mask;
		return -ENOTCONN;
	case SS_LISTEN:
		return mask & RCV_SHUTDOWN ? disconnect(sk) : 0;
	case SS_SYN_SENT:
		return disconnect(sk);
	default:
		if (sk->proto->shutdown)
			return sk->proto->shutdown(sk, mask);
		sk->shutdown |= mask;
		return 0;
	}
}

static void close_for(struct sock *sk, bool abort, const struct sock_ops *ops, void *owner)
{
	sk->ops = ops;
	sk->owner = owner;
	sk->dead = true;
	sk->proto->close(sk, abort);
}

void sock_close(struct sock *sk, bool abort)
{
	close_for(sk, abort, NULL, NULL);
}

void sock_linger(struct sock *sk, const struct sock_ops *ops, void *owner)
{
	close_for(sk, false, ops, owner);
}

/* Streams ------------------------------------------------------------------------------------- */

int sock_reserve(struct sock *sk, struct iovec *iov, unsigned *nr_iov)
{
	return sk->proto->reserve ? sk->proto->reserve(sk, iov, nr_iov) : -EOPNOTSUPP;
}

void sock_commit(struct sock *sk, uint32_t len)
{
	sk->proto->commit(sk, len);
}

int sock_peek(struct sock *sk, struct iovec *iov, unsigned *nr_iov)
{
	return sk->proto->peek ? sk->proto->peek(sk, iov, nr_iov) : -EOPNOTSUPP;
}

void sock_consume(struct sock *sk, uint32_t len)
{
	sk->proto->consume(sk, len);
}

bool sock_eof(const struct sock *sk)
{
	return sk->shutdown & RCV_SHUTDOWN && skb_queue_empty(&sk->rcvq);
}

/* Datagrams ----------------------------------------------------------------------------------- */

int sock_send(struct sock *sk, const struct sock_msg *msg, struct sk_buff *skb)
{
	if (!sk->proto->send_dgram) {
		skb_free(skb);
		return -EOPNOTSUPP;
	}
	return sk->proto->send_dgram(sk, msg, skb);
}

struct sk_buff *sock_recv(struct sock *sk, struct sock_msg *ret)
{
	return sk->proto->send_dgram ? dgram_recv(sk, ret) : NULL;
}

const uint8_t *sock_recv_exthdr(const struct sk_buff *skb, enum dgram_exthdr which,
				unsigned *ret_len)
{
	return dgram_exthdr(skb, which, ret_len);
}

unsigned sock_recv_options(const struct sk_buff *skb, bool echo, uint8_t *ret)
{
	return dgram_options(skb, echo, ret);
}

void sock_unrecv(struct sock *sk, struct sk_buff *skb)
{
	dgram_unrecv(sk, skb);
}

struct sk_buff *sock_recv_error(struct sock *sk, struct sock_msg *ret,
				struct sock_extended_err_info *ret_err)
{
	struct sk_buff *skb = errq_dequeue(sk);
	const struct errq_cb *cb;

	if (!skb)
		return NULL;
	cb = errq_cb(skb);
	*ret = (struct sock_msg){
		.has_addr = true,
		.addr.port = cb->port,
		.family = cb->family,
		.ifindex = cb->iif,
		.tstamp = skb->tstamp,
		.len = skb->len,
	};
	sock_show_addr(sk, cb->family, &cb->dest, cb->iif, &ret->addr);
	*ret_err = (struct sock_extended_err_info){
		.err = cb->err,
		.origin = cb->origin,
		.type = cb->type,
		.code = cb->code,
		.info = cb->info,
		.family = cb->family,
		.dest = ret->addr,
	};
	sock_show_addr(sk, cb->family, &cb->offender, cb->iif, &ret_err->offender);
	return skb;
}

int sock_error(struct sock *sk)
{
	return sock_take_error(sk);
}

/* Options ------------------------------------------------------------------------------------- */

/*
 * The options of the network layers. An AF_INET6 socket has those of IPv4 too, for its mapped addresses, unless it is
 * raw.
 */
static bool has_ip_options(const struct sock *sk)
{
	return sk->family == AF_INET || sk->type != SOCK_RAW;
}

int sock_setsockopt(struct sock *sk, int level, int name, const void *val, uint32_t len)
{
	int err = -ENOPROTOOPT;

	if (!val && len)
		return -EFAULT;
	if (!val)
		val = ""; /* nothing, but at an address: who copies it need not ask */
	if (sk->proto->setsockopt)
		err = sk->proto->setsockopt(sk, level, name, val, len);
	if (err != -ENOPROTOOPT)
		return err;
	if (level == SOL_SOCKET)
		return sockopt_set(sk, name, val, len);
	if (level == SOL_IP && has_ip_options(sk))
		return ip_sockopt_set(sk, name, val, len);
	if (level == SOL_IPV6 && sk->family == AF_INET6)
		return ip6_sockopt_set(sk, name, val, len);
	return -ENOPROTOOPT;
}

/* The level of the protocol's own options. */
static int own_level(const struct sock *sk)
{
	switch (sk->type) {
	case SOCK_RAW:
		return SOL_RAW;
	case SOCK_STREAM:
		return IPPROTO_TCP;
	default:
		return sk->protocol == IPPROTO_UDP ? IPPROTO_UDP : SOL_IP; /* ping has none */
	}
}

int sock_getsockopt(struct sock *sk, int level, int name, void *val, uint32_t *len)
{
	int err = -ENOPROTOOPT;

	if (sk->proto->getsockopt)
		err = sk->proto->getsockopt(sk, level, name, val, len);
	if (err != -ENOPROTOOPT)
		return err;
	if (level == SOL_SOCKET)
		return sockopt_get(sk, name, val, len);
	if (level == SOL_IP && has_ip_options(sk))
		return ip_sockopt_get(sk, name, val, len);
	if (level == SOL_IPV6 && sk->family == AF_INET6)
		return ip6_sockopt_get(sk, name, val, len);
	/* Where Linux says so of a name, it says this of a level that a socket of IPv4 does not have. */
	if (level == SOL_IP || level == own_level(sk) || sk->family == AF_INET6)
		return -ENOPROTOOPT;
	return -EOPNOTSUPP;
}
