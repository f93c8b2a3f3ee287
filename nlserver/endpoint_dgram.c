/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams, between the pair and the socket: each stands behind a struct usock_dgram and control data.
 * Many cross in one system call.
 *
 * A send is over for the application when the pair took it; an error that the stack finds later goes
 * back as a record of its own, and libusock returns it from the next call, as it does ICMP errors.
 */
#include "nlserver/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include <ustack/usock.h>

#include "nlserver/endpoint_control.h"
#include "stack/transport/errqueue.h"

#define DGRAM_BURST	32
#define DGRAM_ROUND	8		/* bursts before others get their turn */
#define DGRAM_TRUESIZE	2048		/* about what a small one holds: how many may be read at once */

struct dgram_slot {
	struct usock_dgram hdr;
	uint8_t data[USOCK_CONTROL_MAX + USOCK_DGRAM_MAX] __attribute__((aligned(_Alignof(struct cmsghdr))));
};

struct dgram_slot *dgram_slots_alloc(void)
{
	return calloc(DGRAM_BURST, sizeof(struct dgram_slot));
}

void dgram_slots_free(struct dgram_slot *slots)
{
	free(slots);
}

/* To the application --------------------------------------------------------------------------- */

struct dgram_out {
	struct usock_dgram hdr;
	struct dgram_control control;
	struct iovec iov[SKB_MAX_FRAGS + 3];
};

static void dgram_fill_addr(const struct sock_addr *a, struct usock_dgram *hdr)
{
	hdr->family = a->family;
	hdr->port = a->port;
	hdr->scope = a->scope;
	hdr->flowinfo = htonl(a->flowinfo);
	memcpy(hdr->addr, a->addr.b, sizeof(hdr->addr));
}

static void dgram_fill_msg(struct dgram_out *out, const struct sk_buff *skb, struct mmsghdr *m)
{
	unsigned n = 0;
	uint32_t len;

	out->hdr.control_len = out->control.len;
	out->iov[n++] = (struct iovec){ &out->hdr, sizeof(out->hdr) };
	if (out->control.len)
		out->iov[n++] = (struct iovec){ out->control.buf, out->control.len };
	n += skb_to_iov(skb, 0, out->iov + n, SKB_MAX_FRAGS + 1, &len);
	*m = (struct mmsghdr){ .msg_hdr = { .msg_iov = out->iov, .msg_iovlen = n } };
}

/* Write one burst. Return: how many; less than a burst: nothing left, or no room (tx_ready is false). */
static int dgram_push_burst(struct endpoint *ep)
{
	struct dgram_out out[DGRAM_BURST];
	struct mmsghdr msgs[DGRAM_BURST];
	struct sk_buff *skbs[DGRAM_BURST];
	struct sock_msg msg;
	int n = 0, sent;

	while (n < DGRAM_BURST && (skbs[n] = sock_recv(ep->sk, &msg))) {
		out[n].hdr = (struct usock_dgram){ .flags = 0 };
		dgram_fill_addr(&msg.addr, &out[n].hdr);
		dgram_control_fill(ep->sk, skbs[n], &msg, &out[n].control);
		dgram_fill_msg(&out[n], skbs[n], &msgs[n]);
		n++;
	}
	if (!n)
		return 0;
	sent = sendmmsg(ep->watch.fd, msgs, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0) {
		if (errno == EAGAIN || errno == ENOBUFS)
			endpoint_full(ep);
		else
			ep->tx_ready = false;	/* its end was shut down: there is always room, and none */
		sent = 0;
	}
	for (int i = n - 1; i >= sent; i--)
		sock_unrecv(ep->sk, skbs[i]);
	for (int i = 0; i < sent; i++)
		skb_free(skbs[i]);
	return sent;
}

/* One entry of the error queue, or the path MTU that IPV6_RECVPATHMTU wants to be told. */
static void dgram_push_entry(struct endpoint *ep, struct sk_buff *skb, const struct sock_extended_err_info *info)
{
	bool is_error = info->origin != ERRQ_ORIGIN_PATHMTU;
	struct dgram_out out = { .hdr = { .flags = 0 } };
	struct mmsghdr m;

	if (is_error) {
		out.hdr.flags = USOCK_DGRAM_ERRQUEUE;
		out.hdr.error = info->err;
		dgram_control_error(ep->sk, info, &out.control);
	} else {
		dgram_control_pathmtu(info, &out.control);
	}
	dgram_fill_addr(&info->dest, &out.hdr);
	dgram_fill_msg(&out, skb, &m);
	sendmsg(ep->watch.fd, &m.msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Entries of the error queue (IP_RECVERR), each with its sock_extended_err as control data, and the
 * error that announces it: in one record, so that nobody sees the one without the other. How many. */
static int dgram_push_errors(struct endpoint *ep)
{
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;
	int n = 0;

	while ((skb = sock_recv_error(ep->sk, &msg, &info))) {
		dgram_push_entry(ep, skb, &info);
		skb_free(skb);
		n += info.origin != ERRQ_ORIGIN_PATHMTU;
	}
	return n;
}

/* From the application ------------------------------------------------------------------------- */

static void dgram_parse_addr(const struct usock_dgram *hdr, struct sock_msg *msg)
{
	msg->has_addr = hdr->family != AF_UNSPEC;
	msg->addr.family = hdr->family;
	msg->addr.port = hdr->port;
	msg->addr.scope = hdr->scope;
	msg->addr.flowinfo = ntohl(hdr->flowinfo);
	memcpy(msg->addr.addr.b, hdr->addr, sizeof(hdr->addr));
}

/* Send what stands in @slot, @len bytes in all. 0 or -errno. */
static int dgram_send(struct endpoint *ep, struct dgram_slot *slot, uint32_t len)
{
	struct net *net = ep->sk->net;
	struct sock_msg msg = { 0 };
	struct ip6_txopts txopts;
	struct sk_buff *skb;
	uint32_t payload;
	int err;

	if (len < sizeof(slot->hdr) || slot->hdr.control_len > USOCK_CONTROL_MAX ||
	    slot->hdr.control_len > len - sizeof(slot->hdr))
		return -EINVAL;
	payload = len - sizeof(slot->hdr) - slot->hdr.control_len;
	if (payload > USOCK_DGRAM_MAX)
		return -EMSGSIZE;
	dgram_parse_addr(&slot->hdr, &msg);
	if (slot->hdr.control_len) {
		err = dgram_control_parse(ep->sk, slot->data, slot->hdr.control_len, &msg, &txopts);
		if (err)
			return err;
	}
	skb = skb_alloc(net, SKB_HEADROOM, payload);
	if (!skb)
		return -ENOBUFS;
	memcpy(skb_put(skb, payload), slot->data + slot->hdr.control_len, payload);
	return sock_send(ep->sk, &msg, skb);
}

/* Tell the application of an error. Lost where the pair is full, as a lost ICMP message would be. */
static void dgram_report(struct endpoint *ep, int err)
{
	struct usock_dgram hdr = { .flags = USOCK_DGRAM_ERROR, .error = err };

	send(ep->watch.fd, &hdr, sizeof(hdr), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* How many datagrams may be read now: none is read that the socket would have no room for. */
static unsigned dgram_room(struct sock *sk)
{
	if (sk->wmem >= sk->sndbuf)
		return 0;
	return sk->wmem + DGRAM_BURST * DGRAM_TRUESIZE < sk->sndbuf ? DGRAM_BURST : 1;
}

/* Read and send one burst. Return: how many, 0: not now, -errno: the pair is done. */
static int dgram_pull_burst(struct endpoint *ep)
{
	struct dgram_slot *slots = ep->eps->slots;
	struct mmsghdr msgs[DGRAM_BURST];
	struct iovec iov[DGRAM_BURST][2];
	unsigned room = dgram_room(ep->sk);
	int got;

	if (!room) {
		ep->sk->want_write = true;
		return 0;
	}
	for (unsigned i = 0; i < room; i++) {
		iov[i][0] = (struct iovec){ &slots[i].hdr, sizeof(slots[i].hdr) };
		iov[i][1] = (struct iovec){ slots[i].data, sizeof(slots[i].data) };
		msgs[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = iov[i], .msg_iovlen = 2 } };
	}
	got = recvmmsg(ep->watch.fd, msgs, room, MSG_DONTWAIT, NULL);
	if (got < 0)
		return errno == EAGAIN ? (ep->rx_ready = false, 0) : -errno;
	for (int i = 0; i < got; i++) {
		int err;

		/* An end of file reads as empty packets: a real one has at least its header. */
		if (!msgs[i].msg_len)
			return ep->rx_ready = false, -EPIPE;
		err = dgram_send(ep, &slots[i], msgs[i].msg_len);
		/* What the error queue tells of is told there. */
		if (err && !dgram_push_errors(ep))
			dgram_report(ep, -err);
	}
	return got;
}

/* From the pair to the socket. false: the application closed. */
static bool dgram_pull(struct endpoint *ep)
{
	for (int i = 0; ep->rx_ready; i++) {
		int got;

		if (i == DGRAM_ROUND) {
			loop_again(ep->eps->server->loop, &ep->watch, EPOLLIN);
			break;
		}
		got = dgram_pull_burst(ep);
		if (got == -EINTR)
			continue;
		if (got < 0)
			return false;
		if (!got)
			break;
	}
	return true;
}

static void dgram_push(struct endpoint *ep)
{
	int err = sock_error(ep->sk);

	if (!dgram_push_errors(ep) && err)
		dgram_report(ep, err);
	while (ep->tx_ready && dgram_push_burst(ep) == DGRAM_BURST)
		;
}

static void endpoint_dgram_run(struct endpoint *ep)
{
	dgram_push(ep);
	if (!dgram_pull(ep))
		endpoint_close(ep, false, 0);
}

void endpoint_catch_up(struct endpoint *ep)
{
	if (ep->ops != &endpoint_dgram_ops)
		return;
	ep->rx_ready = true;
	if (dgram_pull(ep))
		return;
	/* The application closed. The caller still uses the endpoint: so it ends when its turn comes. */
	ep->rx_ready = true;
	endpoint_kick(ep);
}

const struct endpoint_ops endpoint_dgram_ops = {
	.run = endpoint_dgram_run,
};
