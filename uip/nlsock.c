/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libnl over the channel: see nlsock.h. Called by session.c, pipeline.c, flush.c, monitor.c and
 * sysctl.c.
 *
 * libnl's hooks for sending and receiving get nothing but the struct nl_sock, so the open sockets
 * stand in a list and are found by it: the one piece of state that is not in struct uip.
 */
#include "uip/nlsock.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_addrlabel.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/channel.h>

#include "libsock/channel.h"
#include "uip/extack.h"
#include "uip/req.h"

struct nlsock {
	struct nlsock *next;
	struct nl_sock *sk;
	struct usock_channel *channel;
	bool generic; /* the protocol */
	uint32_t seq;
	int recv_error; /* what the last receive failed with: libnl's own numbers are too few */
	bool interrupted;

	/* who takes what is being received */
	nlsock_fn on_object;
	nlsock_answer_fn on_answer;
	void *arg;
};

static struct nlsock *open_sockets;

static struct nlsock *nlsock_find(const struct nl_sock *sk)
{
	struct nlsock *r = open_sockets;

	while (r && r->sk != sk)
		r = r->next;
	return r;
}

/* --- libnl's hooks ---------------------------------------------------------------------------- */

static int hook_send(struct nl_sock *sk, struct nl_msg *msg)
{
	struct nlsock *r = nlsock_find(sk);
	struct nlmsghdr *h = nlmsg_hdr(msg);
	ssize_t n;

	if (!r)
		return -NLE_BAD_SOCK;
	n = usock_channel_send(r->channel, h, h->nlmsg_len, NULL, 0);
	return n < 0 ? -nl_syserr2nlerr((int)-n) : (int)n;
}

/* Gives libnl the next packet. End of file is an error: 0 would mean "no data" to it. */
static int hook_recv(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **buf,
		     struct ucred **creds)
{
	struct nlsock *r = nlsock_find(sk);
	void *packet = NULL;
	ssize_t n;

	if (!r)
		return -NLE_BAD_SOCK;
	n = usock_channel_recv(r->channel, &packet);
	if (n <= 0) {
		r->recv_error = n < 0 ? (int)n : -ECONNRESET;
		return -NLE_FAILURE;
	}
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	*buf = packet;
	if (creds)
		*creds = NULL;
	return (int)n;
}

static void give_answer(struct nlsock *r, const struct nlmsghdr *h)
{
	struct nl_report report;

	extack_parse(h, &report);
	if (r->on_answer)
		r->on_answer(h->nlmsg_seq, &report, r->arg);
}

size_t nlsock_header_len(bool generic, unsigned type)
{
	if (generic)
		return GENL_HDRLEN;
	switch (type) {
	case RTM_NEWLINK ... RTM_SETLINK:
		return sizeof(struct ifinfomsg);
	case RTM_NEWADDR ... RTM_GETADDR:
	case RTM_GETMULTICAST - 2 ... RTM_GETMULTICAST:
		return sizeof(struct ifaddrmsg);
	case RTM_NEWROUTE ... RTM_GETROUTE:
		return sizeof(struct rtmsg);
	case RTM_NEWNEIGH ... RTM_GETNEIGH:
		return sizeof(struct ndmsg);
	case RTM_NEWADDRLABEL ... RTM_GETADDRLABEL:
		return sizeof(struct ifaddrlblmsg);
	case RTM_NEWNETCONF ... RTM_GETNETCONF:
		return sizeof(struct netconfmsg);
	case RTM_NEWPREFIX:
		return sizeof(struct prefixmsg);
	case RTM_NEWNDUSEROPT:
		return sizeof(struct nduseroptmsg);
	default:
		return sizeof(struct rtgenmsg);
	}
}

/* One that is cut short is passed over: whoever takes objects reads their header unseen. */
static int hook_object(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *h = nlmsg_hdr(msg);
	struct nlsock *r = arg;

	if (r->on_object && nlmsg_datalen(h) >= (int)nlsock_header_len(r->generic, h->nlmsg_type))
		r->on_object(h, r->arg);
	return NL_OK;
}

static int hook_answer(struct nl_msg *msg, void *arg)
{
	give_answer(arg, nlmsg_hdr(msg));
	return NL_OK;
}

/* An NLMSG_ERROR with an error. libnl hands over its payload only; the header stands before it.
 * NL_SKIP goes on with the next message of the packet. */
static int hook_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	(void)from;
	give_answer(arg, (const struct nlmsghdr *)((const char *)err - NLMSG_HDRLEN));
	return NL_SKIP;
}

static int hook_overrun(struct nl_msg *msg, void *arg)
{
	struct nlsock *r = arg;

	(void)msg;
	r->recv_error = -ENOBUFS;
	return NL_STOP;
}

static int hook_interrupted(struct nl_msg *msg, void *arg)
{
	struct nlsock *r = arg;

	(void)msg;
	r->interrupted = true;
	return NL_OK;
}

/* Answers are matched by who waits for them, not by libnl. */
static int hook_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int nlsock_hook(struct nlsock *r)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return -ENOMEM;
	nl_cb_overwrite_send(cb, hook_send);
	nl_cb_overwrite_recv(cb, hook_recv);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, hook_object, r);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, hook_answer, r);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, hook_answer, r);
	nl_cb_set(cb, NL_CB_OVERRUN, NL_CB_CUSTOM, hook_overrun, r);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, hook_interrupted, r);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, hook_sequence, r);
	nl_cb_err(cb, NL_CB_CUSTOM, hook_error, r);
	nl_socket_set_cb(r->sk, cb);
	nl_cb_put(cb);
	return 0;
}

/* --- opening and closing ---------------------------------------------------------------------- */

/* What a modern rtnetlink client asks for: sentences, short acknowledgements, checked dumps. And
 * that answers come many to a packet, as libnl can take them. */
static int nlsock_set_options(struct nlsock *r)
{
	static const int options[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK,
				       USTACK_OPT_PACK_ACKS };
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		int err = usock_channel_ctl(r->channel, USTACK_CTL_SETSOCKOPT, (uint32_t)options[i],
					    1, NULL);
		if (err)
			return err;
	}
	return 0;
}

int nlsock_open(const char *instance, const char *protocol, struct nlsock **ret)
{
	struct nlsock *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->generic = !strcmp(protocol, USTACK_CHAN_GENERIC);
	r->sk = nl_socket_alloc();
	if (!r->sk) {
		err = -ENOMEM;
		goto fail;
	}
	err = nlsock_hook(r);
	if (err)
		goto fail;
	err = usock_channel_open(instance, protocol, &r->channel);
	if (err)
		goto fail;
	err = nlsock_set_options(r);
	if (err)
		goto fail;
	r->next = open_sockets;
	open_sockets = r;
	*ret = r;
	return 0;

fail:
	nlsock_close(r);
	return err;
}

void nlsock_close(struct nlsock *r)
{
	struct nlsock **at = &open_sockets;

	if (!r)
		return;
	while (*at && *at != r)
		at = &(*at)->next;
	if (*at)
		*at = r->next;
	usock_channel_close(r->channel);
	nl_socket_free(r->sk);
	free(r);
}

int nlsock_join(struct nlsock *r, unsigned group)
{
	return usock_channel_ctl(r->channel, USTACK_CTL_ADD_MEMBERSHIP, group, 0, NULL);
}

int nlsock_stop_on_error(struct nlsock *r, bool on)
{
	return usock_channel_ctl(r->channel, USTACK_CTL_SETSOCKOPT, USTACK_OPT_STOP_ON_ERROR, on,
				 NULL);
}

/* --- messages --------------------------------------------------------------------------------- */

uint32_t nlsock_next_seq(struct nlsock *r)
{
	return ++r->seq;
}

uint32_t nlsock_prepare(struct nlsock *r, struct req *q, bool ack)
{
	struct nlmsghdr *h = req_header(q);

	h->nlmsg_seq = nlsock_next_seq(r);
	h->nlmsg_pid = usock_channel_pid(r->channel);
	if (ack)
		h->nlmsg_flags |= NLM_F_ACK;
	return h->nlmsg_seq;
}

int nlsock_send(struct nlsock *r, const void *buf, size_t len, int fd)
{
	ssize_t n = usock_channel_send(r->channel, buf, len, &fd, fd >= 0 ? 1 : 0);

	return n < 0 ? (int)n : 0;
}

int nlsock_receive(struct nlsock *r, nlsock_fn on_object, nlsock_answer_fn on_answer, void *arg)
{
	int err;

	r->on_object = on_object;
	r->on_answer = on_answer;
	r->arg = arg;
	r->recv_error = 0;
	err = nl_recvmsgs_default(r->sk);
	r->on_object = NULL;
	r->on_answer = NULL;
	if (r->recv_error)
		return r->recv_error;
	if (err == -NLE_DUMP_INTR) {
		r->interrupted = true;
		return 0;
	}
	return err < 0 ? -EBADMSG : 0;
}

/* One request that is waited for. */
struct talk {
	uint32_t seq;
	uint16_t type;
	nlsock_fn fn;
	void *arg;
	struct nl_report *report;
	bool ended;
	bool objects_end; /* an object that is no part of a dump is the whole answer */
	int status;
};

static int talk_object(const struct nlmsghdr *h, void *arg)
{
	struct talk *t = arg;
	int status;

	if (h->nlmsg_seq != t->seq)
		return 0;
	/* rtnetlink's types come in fours (new, del, get, set); those of the others are the request's. */
	if ((h->nlmsg_type | 3) != (t->type | 3))
		return 0;
	if (t->objects_end)
		t->ended = true;
	status = t->fn ? t->fn(h, t->arg) : 0;
	if (status && !t->status)
		t->status = status;
	return 0;
}

static void talk_answer(uint32_t seq, const struct nl_report *report, void *arg)
{
	struct talk *t = arg;

	if (seq != t->seq)
		return;
	t->ended = true;
	*t->report = *report;
}

int nlsock_talk(struct nlsock *r, struct req *q, nlsock_fn fn, void *arg, struct nl_report *report)
{
	struct talk t = { .fn = fn, .arg = arg, .report = report };
	struct nlmsghdr *h;
	int err = q->error;

	memset(report, 0, sizeof(*report));
	if (err)
		return err;
	t.seq = nlsock_prepare(r, q, fn == NULL);
	h = req_header(q);
	t.type = h->nlmsg_type;
	t.objects_end = (h->nlmsg_flags & (NLM_F_DUMP | NLM_F_ACK)) == 0;
	err = nlsock_send(r, h, h->nlmsg_len, q->fd);
	while (!err && !t.ended) {
		err = nlsock_receive(r, talk_object, talk_answer, &t);
		if (err == -EINTR)
			err = 0;
	}
	return err ? err : t.status;
}

bool nlsock_interrupted(struct nlsock *r)
{
	bool was = r->interrupted;

	r->interrupted = false;
	return was;
}
