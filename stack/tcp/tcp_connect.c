/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking names: a local port, an address by the route, four names that nobody else has; and the SYN, which
 * goes on the write queue like any data and is sent at the end of the batch.
 */
#include "stack/tcp/tcp_connect.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_isn.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_sock_init.h"
#include "stack/tcp/tcp_timewait.h"
#include "stack/transport/transport.h"

#define FLOWLABEL_MASK 0x000fffffu /* of sin6_flowinfo (RFC 6437) */

int tcp_bind(struct sock *sk, const struct sock_addr *a)
{
	union inaddr old = sk->saddr;
	int err;

	sk->saddr = a->addr;
	if (a->port && tcp_timewait_holds_port(sk, a->port))
		err = -EADDRINUSE;
	else
		err = port_bind(&sk->net->tcp->ports, sk, a->port);
	if (err)
		sk->saddr = old;
	return err;
}

/*
 * Take @a as the peer, in the words of its network layer. No connection is made to a group, and none leaves without a
 * device for a link-local peer (Linux asks in this order).
 * @ret_check: what there is to be said when there is a way to it
 */
static int take_peer(struct sock *sk, const struct sock_addr *a, int *ret_check)
{
	struct sock_addr peer;
	int err = sock_peer_addr(sk, a, &peer);

	if (!err && inaddr_multicast(peer.family, &peer.addr) && peer.family == AF_INET6)
		err = -ENETUNREACH;
	if (!err)
		err = sock_connect_scope(sk, &peer);
	if (err)
		return err;
	*ret_check = sock_peer_check(sk, peer.family);
	if (*ret_check)
		sk->saddr = (union inaddr){ 0 };
	sock_set_family(sk, peer.family);
	sk->daddr = peer.addr;
	sk->dport = peer.port;
	sk->opt6.flowlabel = sk->opt6.sndflow ? peer.flowinfo & FLOWLABEL_MASK : 0;
	return 0;
}

/* Find the way and the source address. */
static int find_way(struct sock *sk)
{
	struct dst_entry *dst;
	struct flow fl;
	uint8_t type;
	int err;

	sock_flow(sk, &fl);
	err = sk->af->route_output(sk->net, &fl, &dst);
	if (err)
		return err;
	type = sk->af->addr_type(sk->net, &fl.daddr, NULL);
	if (type == RTN_BROADCAST || type == RTN_MULTICAST) {
		dst_release(dst);
		return -ENETUNREACH;
	}
	dst_release(sk->dst);
	sk->dst = dst;
	if (inaddr_any(&sk->saddr))
		sk->saddr = fl.saddr;
	return 0;
}

static int find_names(struct sock *sk)
{
	if (!sk->sport)
		return port_connect(&sk->net->tcp->ports, sk, tcp_hash_unique);
	return tcp_hash_unique(sk) ? 0 : -EADDRNOTAVAIL;
}

static void begin(struct tcp_sock *tp)
{
	struct sock *sk = &tp->sk;

	/* Set already: a connection in TIME-WAIT gave way, and told where to go on. */
	if (!tp->write_seq)
		tp->write_seq = tcp_isn(sk->net, &sk->saddr, sk->sport, &sk->daddr, sk->dport);
	tp->iss = tp->snd_una = tp->snd_nxt = tp->snd_sml = tp->write_seq;
	tp->ts_offset = tcp_ts_offset(sk->net, &sk->saddr, &sk->daddr);
	tp->adv_mss = tcp_advertised_mss(sk->af, sk->dst);
	if (tp->user_mss)
		tp->adv_mss = min(tp->adv_mss, tp->user_mss);
	tp->cwnd = TCP_DEFAULT_MSS;
	tp->rcv_nxt = tp->copied_seq = tp->rcv_wup = 0;
	tp->pmtu = dst_mtu(sk->dst);
	tcp_window_start(tp);
	sk->shutdown = 0;
	sk->err = sk->soft_err = 0;
}

int tcp_connect(struct sock *sk, const struct sock_addr *a)
{
	struct tcp_sock *tp = tcp_sk(sk);
	union inaddr saddr = sk->saddr;
	int family = sk->af->family;
	int check, err;

	if (sk->state != SS_CLOSE)
		return -EISCONN;
	err = take_peer(sk, a, &check);
	if (err)
		goto fail;
	tcp_purge_rcvq(tp);
	tcp_sock_reset(tp);
	err = find_way(sk);
	if (!err)
		err = check;
	if (err)
		goto fail;
	err = find_names(sk);
	if (err)
		goto fail;
	begin(tp);
	err = tcp_queue_control(tp, TCPHDR_SYN) ? -ENOBUFS : 0;
	if (err)
		goto fail;
	sk->state = SS_SYN_SENT;
	tcp_hash_insert_sock(tp);
	MIB_INC(sk->net, TcpActiveOpens);
	tp->retrans_stamp = sk->net->now;
	tcp_owe(tp, TCP_OWE_DATA);
	return -EINPROGRESS;

fail:
	sock_set_family(sk, family);
	sk->saddr = saddr;
	sk->opt6.flowlabel = 0;
	sk->daddr = (union inaddr){ 0 };
	sk->dport = 0;
	if (!sk->bound_port) {
		port_release(sk);
		sk->sport = 0;
	}
	return err;
}
