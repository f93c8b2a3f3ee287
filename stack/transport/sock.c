/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets: their life, their memory, and how their owner is told what happens. Whatever the
 * protocol; called by the protocols and by the socket calls.
 *
 * Invariants: a socket is on its net's list as long as its memory lives. sk->rmem is the truesize
 * of what is on rcvq and errq of a datagram socket. An skb on rcvq refers to no device and no
 * route.
 */
#include "stack/transport/sock.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/ipv6.h"
#include "stack/transport/errqueue.h"
#include "stack/transport/ip6_txopts.h"
#include "stack/transport/mcast.h"
#include "stack/transport/port.h"
#include "stack/transport/transport.h"

#define RMEM_ASSURED 4096 /* bytes that may wait on a datagram socket, however many wait on others */

static void set_defaults(struct sock *sk)
{
	struct transport_sysctl *sysctl = transport_sysctl(sk->net);

	sk->rcvbuf = sysctl->rmem_default;
	sk->sndbuf = sysctl->wmem_default;
	sk->opt.mc_loop = true;
	sk->opt.mc_all = sk->family == AF_INET;
	sk->opt.mc_ttl = 1;
	sk->opt.mc6_loop = true;
	sk->opt.mc6_all = true;
	sk->opt.mc6_hops = 1;
	sk->opt.pmtudisc = IP_PMTUDISC_WANT;
	if (sk->net->ipv4 && ipv4_sysctl(sk->net)->ip_no_pmtu_disc)
		sk->opt.pmtudisc = IP_PMTUDISC_DONT;
	sk->opt6.pmtudisc = IPV6_PMTUDISC_WANT;
	sk->opt6.hops = -1;
	sk->opt6.csum_offset = -1;
	if (sk->family == AF_INET6 && sk->net->ipv6)
		sk->opt.v6only = ipv6_sysctl(sk->net)->bindv6only;
}

struct sock *sock_alloc(struct net *net, const struct proto *proto, const struct inet_af_ops *af,
			int type, int protocol)
{
	struct transport_net *tn = net->transport;
	struct sock *sk = calloc(1, proto->obj_size);

	if (!sk)
		return NULL;
	sk->net = net;
	sk->proto = proto;
	sk->af = af;
	sk->refs = 1;
	sk->admin = true;
	sk->family = af->family;
	sk->type = type;
	sk->protocol = protocol;
	sk->state = SS_CLOSE;
	sk->cookie = ++tn->last_cookie;
	skb_queue_init(&sk->rcvq);
	skb_queue_init(&sk->errq);
	list_init(&sk->memberships);
	list_init(&sk->wake);
	list_add_tail(&sk->all, &tn->socks);
	set_defaults(sk);
	return sk;
}

int sock_inherit(struct sock *child, const struct sock *parent)
{
	struct ip6_txopts *txopts = NULL;

	if (parent->opt6.txopts) {
		txopts = malloc(sizeof(*txopts));
		if (!txopts)
			return -ENOMEM;
		*txopts = *parent->opt6.txopts;
	}
	child->opt = parent->opt;
	child->opt6 = parent->opt6;
	child->opt6.txopts = txopts;
	child->family = parent->family;
	child->bound_if = parent->bound_if;
	child->uid = parent->uid;
	child->admin = parent->admin;
	child->rcvbuf = parent->rcvbuf;
	child->sndbuf = parent->sndbuf;
	child->rcvbuf_locked = parent->rcvbuf_locked;
	child->sndbuf_locked = parent->sndbuf_locked;
	return 0;
}

static void sock_free(struct sock *sk)
{
	if (sk->ops && sk->ops->closed)
		sk->ops->closed(sk);
	if (sk->proto->destroy)
		sk->proto->destroy(sk);
	mcast_leave_all(sk);
	port_release(sk);
	free(sk->opt6.txopts);
	skb_queue_purge(&sk->rcvq);
	skb_queue_purge(&sk->errq);
	dst_release(sk->dst);
	hlist_del(&sk->hash_node);
	list_del(&sk->wake);
	list_del(&sk->all);
	free(sk);
}

void sock_put(struct sock *sk)
{
	if (--sk->refs == 0)
		sock_free(sk);
}

/* Upcalls ------------------------------------------------------------------------------------- */

void sock_upcall_connected(struct sock *sk)
{
	if (sk->ops && sk->ops->connected)
		sk->ops->connected(sk);
}

void sock_upcall_readable(struct sock *sk)
{
	if (sk->ops && sk->ops->readable)
		sk->ops->readable(sk);
}

void sock_upcall_writable(struct sock *sk)
{
	sk->want_write = false;
	if (sk->ops && sk->ops->writable)
		sk->ops->writable(sk);
}

void sock_upcall_accepted(struct sock *sk)
{
	if (sk->ops && sk->ops->accepted)
		sk->ops->accepted(sk);
}

int sock_take_error(struct sock *sk)
{
	int *from = sk->err ? &sk->err : &sk->soft_err;
	int err = *from;

	*from = 0;
	return err;
}

void sock_report_error(struct sock *sk, int err)
{
	sk->err = err;
	if (sk->ops && sk->ops->error)
		sk->ops->error(sk);
}

/* The way to the peer ------------------------------------------------------------------------- */

void sock_set_family(struct sock *sk, int family)
{
	if (sk->af->family == family)
		return;
	sk->af = inet_af_find(sk->net, family);
	sock_route_reset(sk);
}

void sock_route_reset(struct sock *sk)
{
	dst_release(sk->dst);
	sk->dst = NULL;
}

int sock_route(struct sock *sk, struct dst_entry **ret)
{
	struct flow fl;
	int err;

	if (!sk->dst || !dst_check(sk->dst)) {
		sock_route_reset(sk);
		sock_flow(sk, &fl);
		err = sk->af->route_output(sk->net, &fl, &sk->dst);
		if (err) {
			sk->dst = NULL;
			return err;
		}
	}
	*ret = sk->dst;
	return 0;
}

void sock_update_pmtu(struct sock *sk, const struct flow *fl, uint32_t mtu)
{
	struct flow way = *fl;
	struct dst_entry *dst;

	way.iif = 0;
	way.oif = sk->bound_if;
	way.mark = sk->opt.mark;
	way.uid = sk->uid;
	if (inet_af_find(sk->net, fl->family)->route_output(sk->net, &way, &dst) != 0)
		return;
	dst->ops->update_pmtu(dst, mtu);
	dst_release(dst);
}

/* Memory -------------------------------------------------------------------------------------- */

bool sock_rmem_room(const struct sock *sk, uint32_t size)
{
	const struct transport_net *tn = sk->net->transport;

	if (sk->rmem >= sk->rcvbuf)
		return false;
	return tn->dgram_rmem < tn->sysctl.dgram_mem || sk->rmem + size <= RMEM_ASSURED;
}

void sock_rmem_charge(struct sock *sk, const struct sk_buff *skb)
{
	sk->rmem += skb->truesize;
	sk->net->transport->dgram_rmem += skb->truesize;
}

void sock_rmem_uncharge(struct sock *sk, const struct sk_buff *skb)
{
	sk->rmem -= skb->truesize;
	sk->net->transport->dgram_rmem -= skb->truesize;
}

bool sock_queue_rcv(struct sock *sk, struct sk_buff *skb)
{
	if (!sock_rmem_room(sk, skb->truesize)) {
		sk->drops++;
		skb_drop(sk->net, skb, DROP_SOCK_RCVBUF);
		return false;
	}
	dst_release(skb->dst);
	skb->dst = NULL;
	skb->dev = NULL;
	sock_rmem_charge(sk, skb);
	skb_queue_tail(&sk->rcvq, skb);
	sock_upcall_readable(sk);
	return true;
}

/* As the kernel's sock_writeable(): not at each byte, but when half of the room is free. */
static bool has_room(const struct sock *sk)
{
	return sk->wmem <= sk->sndbuf / 2;
}

bool sock_writeable(struct sock *sk)
{
	if (sk->wmem < sk->sndbuf)
		return true;
	sk->want_write = true;
	return false;
}

void sock_wmem_freed(struct sock *sk)
{
	struct transport_net *tn = sk->net->transport;

	if (!sk->want_write || !sk->ops || !has_room(sk) || !list_empty(&sk->wake))
		return;
	list_add_tail(&sk->wake, &tn->wake);
	net_defer(sk->net, &tn->wake_work);
}

static void sock_wfree(struct sk_buff *skb)
{
	struct sock *sk = skb->owner;

	/* It may have grown since it was charged: never below nothing. */
	sk->wmem -= min(sk->wmem, skb->truesize);
	sock_wmem_freed(sk);
	sock_put(sk);
}

void sock_charge_wmem(struct sock *sk, struct sk_buff *skb)
{
	sk->wmem += skb->truesize;
	skb->destructor = sock_wfree;
	skb->owner = sock_hold(sk);
}

static void wake_writers(struct net *net, struct net_work *work)
{
	struct transport_net *tn = container_of(work, struct transport_net, wake_work);
	struct sock *sk;

	(void)net;
	while (!list_empty(&tn->wake)) {
		sk = list_first_entry(&tn->wake, struct sock, wake);
		list_del(&sk->wake);
		sock_hold(sk);
		if (sk->want_write)
			sock_upcall_writable(sk);
		sock_put(sk);
	}
}

/* The floor ----------------------------------------------------------------------------------- */

static void device_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct transport_net *tn = container_of(l, struct transport_net, devs);
	const struct net_device *dev = obj;
	struct sock *sk;

	(void)net;
	if (type != EVENT_NETDEV_UNREGISTER)
		return;
	list_for_each_entry(sk, &tn->socks, all)
		mcast_device_gone(sk, dev->ifindex);
}

int transport_init(struct net *net)
{
	struct transport_net *tn = calloc(1, sizeof(*tn));

	if (!tn)
		return -ENOMEM;
	tn->sysctl = (struct transport_sysctl){
		.rmem_default = 212992,
		.rmem_max = 4 << 20,
		.wmem_default = 212992,
		.wmem_max = 4 << 20,
		.dgram_mem = 256 << 20,
	};
	list_init(&tn->socks);
	list_init(&tn->wake);
	net_work_init(&tn->wake_work, wake_writers);
	tn->devs.fn = device_event;
	event_listen(net, &tn->devs);
	net->transport = tn;
	return 0;
}

void transport_exit(struct net *net)
{
	struct transport_net *tn = net->transport;

	if (!tn)
		return;
	event_unlisten(&tn->devs);
	net_work_cancel(&tn->wake_work);
	assert(!tn->dgram_rmem);
	free(tn);
	net->transport = NULL;
}
