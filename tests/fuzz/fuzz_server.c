/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Netlink packets, socket calls and endpoint records from a stranger, into a whole server without its
 * listeners. What must hold: no crash, no hang, no error without a sentence, no descriptor and no memory
 * left at the end.
 *
 * The input is a row of records: a byte that says what it is, a 16-bit length, the bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ustack/usock.h>

#include "nlserver/dispatch.h"
#include "nlserver/endpoint.h"
#include "nlserver/nl_server.h"
#include "nlserver/usock.h"
#include "nlserver/ustack_genl.h"
#include "stack/inet/stack.h"
#include "tests/fuzz/fuzz.h"

enum record_kind {
	REC_ROUTE,		/* a packet for rtnetlink */
	REC_GENERIC,		/* for generic netlink */
	REC_GENERIC_STREAM,	/* the same with one end of a stream pair attached; we keep the other */
	REC_GENERIC_DGRAM,	/* of a seqpacket pair */
	REC_DIAG,		/* for sock_diag */
	REC_WRITE,		/* bytes that the application writes to the pair it got last */
	REC_CLOSE,		/* the application closes it */
	REC_TIME,		/* five seconds pass */
	REC_KINDS
};

#define RECORD_HDR  3
#define PAIRS_MAX   32
#define USOCK_TYPE  0xfff0	/* nlmsg_type that stands for the usock family's, and the next for ustack's */

struct fuzz_server {
	struct server server;
	struct nl_client *clients[3];
	int pairs[PAIRS_MAX];
	unsigned nr_pairs;
	uint32_t random;
	struct loop_task stop;
};

static void stop_loop(struct loop_task *t)
{
	loop_stop(container_of(t, struct fuzz_server, stop)->server.loop);
}

/* One round of the event loop, without sleeping. */
static void round_of_loop(struct fuzz_server *f)
{
	loop_task_add(f->server.loop, &f->stop);
	fuzz_check(!loop_run(f->server.loop), "the loop runs");
}

static void server_up(struct fuzz_server *f)
{
	static const int protocols[] = { NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_SOCK_DIAG };
	struct net_params params = { .now = loop_now(), .random = fuzz_random, .random_ctx = &f->random };
	struct nl_cred cred = { .pid = 1, .uid = 0, .admin = true };

	f->server.name = "fuzz";
	fuzz_check(!loop_create(&f->server.loop), "a loop can be made");
	f->server.net = stack_create(&params);
	fuzz_check(f->server.net, "a stack can be made");
	loop_set_net(f->server.loop, f->server.net);
	netdev_change_flags(f->server.net->loopback, IFF_UP, IFF_UP, NULL);
	fuzz_check(!nl_server_create(&f->server, &f->server.nl), "a server can be made");
	fuzz_check(!endpoints_create(&f->server, &f->server.endpoints), "endpoints can be made");
	fuzz_check(!usock_register(f->server.nl) && !ustack_genl_register(f->server.nl), "families can be registered");
	for (unsigned i = 0; i < ARRAY_SIZE(protocols); i++) {
		f->clients[i] = nl_client_create(f->server.nl, protocols[i], &cred, NULL);
		fuzz_check(f->clients[i], "a client can be made");
		nl_client_setsockopt(f->clients[i], NETLINK_EXT_ACK, 1);
	}
	nl_client_set_groups(f->clients[0], ~0u);
	loop_task_init(&f->stop, stop_loop);
}

static void server_down(struct fuzz_server *f)
{
	for (unsigned i = 0; i < f->nr_pairs; i++)
		if (f->pairs[i] >= 0)
			close(f->pairs[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(f->clients); i++)
		nl_client_free(f->clients[i]);
	endpoints_destroy(f->server.endpoints);
	nl_server_destroy(f->server.nl);
	net_finish_batch(f->server.net);
	stack_destroy(f->server.net);	/* asserts that no skb, page or timer is left */
	loop_free(f->server.loop);
}

/* Records ------------------------------------------------------------------------------------------ */

/* Numbers of families are dealt out at run time: a corpus cannot know them. */
static void set_family(struct fuzz_server *f, void *packet, size_t len)
{
	struct nlmsghdr *nlh = packet;
	const struct genl_entry *e;

	if (len < sizeof(*nlh) || (nlh->nlmsg_type != USOCK_TYPE && nlh->nlmsg_type != USOCK_TYPE + 1))
		return;
	e = genl_find_name(f->server.nl, nlh->nlmsg_type == USOCK_TYPE ? "usock" : "ustack");
	nlh->nlmsg_type = e->id;
}

/* The id of endpoint number @n, counted from 1 by age; @n itself: there are not so many. */
static uint64_t endpoint_id(struct fuzz_server *f, uint64_t n)
{
	const struct endpoint *ep;
	uint64_t i = 0;

	list_for_each_entry(ep, &f->server.endpoints->list, list)
		if (++i == n)
			return ep->id;
	return n;
}

/* Nor can it know the ids of sockets: a small number stands for one. */
static void set_id(struct fuzz_server *f, void *packet, size_t len)
{
	const size_t hdr = NLMSG_HDRLEN + GENL_HDRLEN;
	struct nlattr *attr = (struct nlattr *)((char *)packet + hdr);
	uint64_t id;

	if (len < hdr + sizeof(*attr) + sizeof(id) ||
	    ((struct nlmsghdr *)packet)->nlmsg_type != genl_find_name(f->server.nl, "usock")->id ||
	    attr->nla_type != USOCK_A_ID || attr->nla_len != sizeof(*attr) + sizeof(id))
		return;
	memcpy(&id, attr + 1, sizeof(id));
	id = endpoint_id(f, id);
	memcpy(attr + 1, &id, sizeof(id));
}

static bool has_sentence(const struct nlmsghdr *nlh, size_t offset)
{
	const struct nlattr *attr;

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(attr, nlh, offset)
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
				return mnl_attr_get_payload_len(attr) > 1;
	return false;
}

static void check_error(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t echoed = nlh->nlmsg_flags & NLM_F_CAPPED ? 0 : e->msg.nlmsg_len - NLMSG_HDRLEN;

	/* ip(8) sends this by itself, and would tell its user. */
	if (e->error && e->msg.nlmsg_type != RTM_GETNSID)
		fuzz_check(has_sentence(nlh, sizeof(*e) + NLMSG_ALIGN(echoed)), "an error has a sentence");
}

static void check_answers(const struct nl_packet *p)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)p->data;
	int left = p->len;

	fuzz_check_written(p->data, p->len);
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == NLMSG_ERROR)
			check_error(nlh);
		else if (nlh->nlmsg_type == NLMSG_DONE && *(const int32_t *)mnl_nlmsg_get_payload(nlh))
			fuzz_check(has_sentence(nlh, sizeof(int32_t)), "the error of a dump has a sentence");
	}
}

static void dispatch(struct fuzz_server *f, struct nl_client *c, const uint8_t *data, size_t len, struct nl_fds *fds)
{
	struct nl_packet *p;
	void *packet = aligned_alloc(64, ALIGN_UP(len + 1, (size_t)64));

	fuzz_check(packet, "memory for a packet");
	memcpy(packet, data, len);
	set_family(f, packet, len);
	set_id(f, packet, len);
	nl_dispatch(c, packet, len, fds);
	free(packet);
	/* A dump of a small system ends: what does not end hangs, and the engine's alarm finds it. */
	do {
		while ((p = nl_client_pop(c))) {
			check_answers(p);
			free(p);
		}
	} while (!nl_client_progress(c) || c->dump);
}

static void dispatch_with_fd(struct fuzz_server *f, int type, const uint8_t *data, size_t len)
{
	struct nl_fds fds = { .fd = { -1, -1 } };
	int pair[2];

	if (f->nr_pairs == PAIRS_MAX)
		return;
	fuzz_check(!socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), "a pair can be made");
	f->pairs[f->nr_pairs++] = pair[1];
	fds.fd[0] = pair[0];
	fds.nr = 1;
	dispatch(f, f->clients[1], data, len, &fds);
}

static void app_write(struct fuzz_server *f, const uint8_t *data, size_t len)
{
	if (f->nr_pairs && f->pairs[f->nr_pairs - 1] >= 0)
		(void)!send(f->pairs[f->nr_pairs - 1], data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void app_close(struct fuzz_server *f)
{
	if (!f->nr_pairs || f->pairs[f->nr_pairs - 1] < 0)
		return;
	close(f->pairs[f->nr_pairs - 1]);
	f->pairs[f->nr_pairs - 1] = -1;
}

static void record(struct fuzz_server *f, uint8_t kind, const uint8_t *data, size_t len)
{
	switch (kind % REC_KINDS) {
	case REC_ROUTE:
		dispatch(f, f->clients[0], data, len, NULL);
		break;
	case REC_GENERIC:
		dispatch(f, f->clients[1], data, len, NULL);
		break;
	case REC_GENERIC_STREAM:
		dispatch_with_fd(f, SOCK_STREAM, data, len);
		break;
	case REC_GENERIC_DGRAM:
		dispatch_with_fd(f, SOCK_SEQPACKET, data, len);
		break;
	case REC_DIAG:
		dispatch(f, f->clients[2], data, len, NULL);
		break;
	case REC_WRITE:
		app_write(f, data, len);
		break;
	case REC_CLOSE:
		app_close(f);
		break;
	case REC_TIME:
		net_advance(f->server.net, f->server.net->now + 5 * NSEC_PER_SEC);
		break;
	}
	round_of_loop(f);
}

/* The lowest free descriptor: the same before and after, or one was left open. */
static int lowest_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_server f = { .random = 1 };
	int before = lowest_fd();

	server_up(&f);
	while (size >= RECORD_HDR) {
		size_t len = min((size_t)(data[1] << 8 | data[2]), size - RECORD_HDR);

		record(&f, data[0], data + RECORD_HDR, len);
		data += RECORD_HDR + len;
		size -= RECORD_HDR + len;
	}
	server_down(&f);
	fuzz_check(lowest_fd() == before, "no descriptor is left open");
	return 0;
}
