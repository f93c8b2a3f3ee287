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
#include <linux/errqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <time.h>

#include <ustack/usock.h>

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

/* From the application ------------------------------------------------------------------------- */

static int dgram_parse_ip(const struct cmsghdr *c, struct sock_msg *msg)
{
	struct in_pktinfo info;
	int value;

	switch (c->cmsg_type) {
	case IP_PKTINFO:
		if (c->cmsg_len < CMSG_LEN(sizeof(info)))
			return -EINVAL;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		msg->ifindex = info.ipi_ifindex;
		msg->local = inaddr_v4(info.ipi_spec_dst.s_addr);
		return 0;
	case IP_TTL:
	case IP_TOS:
		if (c->cmsg_len == CMSG_LEN(sizeof(uint8_t)))
			value = *CMSG_DATA(c);
		else if (c->cmsg_len >= CMSG_LEN(sizeof(value)))
			memcpy(&value, CMSG_DATA(c), sizeof(value));
		else
			return -EINVAL;
		if (value < (c->cmsg_type == IP_TTL) || value > 255)
			return -EINVAL;
		if (c->cmsg_type == IP_TTL) {
			msg->has_ttl = true;
			msg->ttl = value;
		} else {
			msg->has_tos = true;
			msg->tos = value;
		}
		return 0;
	default:
		return -EINVAL;
	}
}

/* The control data of a send: @len bytes at @data, aligned as the slot is. */
static int dgram_parse_control(void *data, uint32_t len, struct sock_msg *msg)
{
	struct msghdr m = { .msg_control = data, .msg_controllen = len };
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		int err = -EINVAL;

		/* What lies behind the control data is payload, or some other's datagram. */
		if (c->cmsg_len <= len - (size_t)((uint8_t *)c - (uint8_t *)data) && c->cmsg_level == IPPROTO_IP)
			err = dgram_parse_ip(c, msg);
		if (err)
			return err;
	}
	return 0;
}

static void dgram_parse_addr(const struct usock_dgram *hdr, struct sock_msg *msg)
{
	msg->has_addr = hdr->family != AF_UNSPEC;
	msg->addr.family = hdr->family;
	msg->addr.port = hdr->port;
	msg->addr.scope = hdr->scope;
	memcpy(msg->addr.addr.b, hdr->addr, sizeof(hdr->addr));
}

/* Send what stands in @slot, @len bytes in all. 0 or -errno. */
static int dgram_send(struct endpoint *ep, struct dgram_slot *slot, uint32_t len)
{
	struct net *net = ep->sk->net;
	struct sock_msg msg = { 0 };
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
	err = dgram_parse_control(slot->data, slot->hdr.control_len, &msg);
	if (err)
		return err;
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
		if (err)
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

/* To the application --------------------------------------------------------------------------- */

struct dgram_out {
	struct usock_dgram hdr;
	uint8_t control[USOCK_CONTROL_OUT_MAX] __attribute__((aligned(_Alignof(struct cmsghdr))));
	struct iovec iov[SKB_MAX_FRAGS + 3];
};

static void dgram_put_control(struct dgram_out *out, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c = (struct cmsghdr *)(out->control + out->hdr.control_len);

	if (out->hdr.control_len + CMSG_SPACE(len) > sizeof(out->control))
		return;
	memset(c, 0, CMSG_SPACE(len));
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	out->hdr.control_len += CMSG_SPACE(len);
}

/* The wall clock at @tstamp of the stack's. */
static struct timeval dgram_wall_time(const struct net *net, ktime_t tstamp)
{
	struct timespec ts;
	int64_t ns;

	clock_gettime(CLOCK_REALTIME, &ts);
	ns = ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec - (tstamp ? net->now - tstamp : 0);
	return (struct timeval){ .tv_sec = ns / NSEC_PER_SEC, .tv_usec = ns % NSEC_PER_SEC / NSEC_PER_USEC };
}

/* What the socket's options ask to be told with each datagram (ip(7), socket(7)). */
static void dgram_fill_control(const struct sock *sk, const struct sk_buff *skb, const struct sock_msg *msg,
			       struct dgram_out *out)
{
	uint8_t options[40];	/* RFC 791 3.1: there is no room for more */
	unsigned len;

	if (sk->opt.timestamp) {
		struct timeval tv = dgram_wall_time(sk->net, msg->tstamp);

		dgram_put_control(out, SOL_SOCKET, SO_TIMESTAMP, &tv, sizeof(tv));
	}
	if (sk->family == AF_INET && sk->opt.pktinfo) {
		struct in_pktinfo info = {
			.ipi_ifindex = msg->ifindex,
			.ipi_spec_dst.s_addr = msg->local.v4,
			.ipi_addr.s_addr = msg->local.v4,
		};

		dgram_put_control(out, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	}
	if (sk->family == AF_INET && sk->opt.recvttl) {
		int ttl = msg->ttl;

		dgram_put_control(out, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	}
	if (sk->family == AF_INET && sk->opt.recvtos)
		dgram_put_control(out, IPPROTO_IP, IP_TOS, &msg->tos, sizeof(msg->tos));
	if (sk->opt.recvopts && (len = sock_recv_options(skb, false, options)))
		dgram_put_control(out, IPPROTO_IP, IP_RECVOPTS, options, len);
	if (sk->opt.retopts && (len = sock_recv_options(skb, true, options)))
		dgram_put_control(out, IPPROTO_IP, IP_RETOPTS, options, len);
}

static void dgram_fill_addr(const struct sock_addr *a, struct usock_dgram *hdr)
{
	hdr->family = a->family;
	hdr->port = a->port;
	hdr->scope = a->scope;
	memcpy(hdr->addr, a->addr.b, sizeof(hdr->addr));
}

static void dgram_fill_msg(struct dgram_out *out, const struct sk_buff *skb, struct mmsghdr *m)
{
	unsigned n = 0;
	uint32_t len;

	out->iov[n++] = (struct iovec){ &out->hdr, sizeof(out->hdr) };
	if (out->hdr.control_len)
		out->iov[n++] = (struct iovec){ out->control, out->hdr.control_len };
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
		dgram_fill_control(ep->sk, skbs[n], &msg, &out[n]);
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

/* Entries of the error queue (IP_RECVERR), each with its sock_extended_err as control data, and the
 * error that announces it: in one record, so that nobody sees the one without the other. How many. */
static int dgram_push_errors(struct endpoint *ep)
{
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;
	int n = 0;

	while ((skb = sock_recv_error(ep->sk, &msg, &info))) {
		struct {
			struct sock_extended_err err;
			struct sockaddr_in offender;
		} ee = {
			.err = { .ee_errno = info.err, .ee_origin = info.origin, .ee_type = info.type,
				 .ee_code = info.code, .ee_info = info.info },
			.offender = { .sin_family = ep->sk->family, .sin_addr.s_addr = info.offender.v4 },
		};
		struct dgram_out out = { .hdr = { .flags = USOCK_DGRAM_ERRQUEUE, .error = info.err } };
		struct mmsghdr m;

		dgram_fill_addr(&info.dest, &out.hdr);
		dgram_put_control(&out, IPPROTO_IP, IP_RECVERR, &ee, sizeof(ee));
		dgram_fill_msg(&out, skb, &m);
		sendmsg(ep->watch.fd, &m.msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL);
		skb_free(skb);
		n++;
	}
	return n;
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

const struct endpoint_ops endpoint_dgram_ops = {
	.run = endpoint_dgram_run,
};
