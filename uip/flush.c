/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flushing: see flush.h. Called by address.c, route.c and neighbour.c.
 */
#include "uip/flush.h"

#include <assert.h>
#include <errno.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>

#include "uip/args.h"
#include "uip/extack.h"
#include "uip/msglist.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/nlsock.h"
#include "uip/uip.h"

/* The most bytes in one packet of deletions, and packets without answers: see pipeline.c. */
#define FLUSH_BYTES 32768

/* One flush: what is deleted, and how it is asked for. */
struct order {
	const struct flush *flush;
	const void *cfg;
	_Alignas(8) char header[FLUSH_HEADER_MAX];
};

struct round {
	struct uip *u;
	const struct order *order;
	struct msglist list;
	unsigned count;
	unsigned unanswered;
	struct nl_report report; /* the first failure */
};

static int collect(const struct nlmsghdr *h, void *arg)
{
	struct round *r = arg;

	if (!r->order->flush->passes(r->u, h, r->order->cfg))
		return 0;
	r->count++;
	return msglist_add(&r->list, h);
}

static void take_answer(uint32_t seq, const struct nl_report *report, void *arg)
{
	struct round *r = arg;
	int err = report->error;

	(void)seq;
	r->unanswered--;
	/* It went away with another one. */
	if (err == -ENOENT || err == -ESRCH || err == -EADDRNOTAVAIL)
		return;
	if (err && !r->report.error)
		r->report = *report;
}

static int send_chunk(struct round *r, char *buf, size_t len)
{
	int err = nlsock_send(r->u->rtnl, buf, len, -1);

	while (!err && r->unanswered) {
		err = nlsock_receive(r->u->rtnl, NULL, take_answer, r);
		if (err == -EINTR)
			err = 0;
	}
	return err;
}

/* Sends back each object that was collected, as a deletion. */
static int delete_all(struct round *r)
{
	_Alignas(8) char buf[FLUSH_BYTES];
	const struct nlmsghdr *h;
	size_t used = 0;
	int err = 0;

	for (h = msglist_first(&r->list); h && !err; h = msglist_next(&r->list, h)) {
		size_t len = NLMSG_ALIGN(h->nlmsg_len);
		struct nlmsghdr *copy;

		if (len > sizeof(buf))
			continue;
		if (used + len > sizeof(buf)) {
			err = send_chunk(r, buf, used);
			used = 0;
		}
		copy = (struct nlmsghdr *)(buf + used);
		memcpy(copy, h, len);
		copy->nlmsg_type = r->order->flush->del;
		copy->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
		copy->nlmsg_seq = nlsock_next_seq(r->u->rtnl);
		copy->nlmsg_pid = 0;
		r->unanswered++;
		used += len;
	}
	return err || !used ? err : send_chunk(r, buf, used);
}

static void print_all(struct round *r)
{
	const struct nlmsghdr *h;

	for (h = msglist_first(&r->list); h; h = msglist_next(&r->list, h))
		r->order->flush->print(r->u, h);
}

/* One dump and its deletions; the number of objects is left in @r. */
static int run_round(struct round *r, unsigned number)
{
	const struct flush *flush = r->order->flush;
	struct uip *u = r->u;
	struct req q;
	int status, err;

	req_init(&q, flush->get, 0, r->order->header, flush->len);
	if (flush->fill)
		flush->fill(&q, r->order->cfg);
	status = uip_dump(u, &q, collect, r, "Flush");
	if (status)
		return status;
	if (u->opts.stats > 1)
		print_all(r);
	if (u->opts.stats && r->count) {
		out_text(u->out, "\n*** Round %u, deleting %u %s ***\n", number, r->count,
			 flush->what);
		out_flush(u->out);
	}
	err = delete_all(r);
	if (err) {
		fprintf(stderr, "The instance does not answer: %s\n", strerror(-err));
		return UIP_FAILED;
	}
	extack_print(stderr, &r->report);
	return r->report.error ? UIP_REFUSED : UIP_OK;
}

static void say_end(struct uip *u, unsigned rounds)
{
	if (!u->opts.stats)
		return;
	if (!rounds)
		out_text(u->out, "Nothing to flush.\n");
	else
		out_text(u->out, "*** Flush is complete after %u round%s ***\n", rounds,
			 rounds > 1 ? "s" : "");
}

static int run(struct uip *u, const struct order *order)
{
	unsigned limit = u->opts.loops ? u->opts.loops : UINT32_MAX, number;
	int status = uip_load_devs(u);

	for (number = 1; !status && number <= limit; number++) {
		struct round r = { .u = u, .order = order };

		status = run_round(&r, number);
		msglist_free(&r.list);
		if (!status && !r.count) {
			say_end(u, number - 1);
			return UIP_OK;
		}
	}
	if (!status) {
		fprintf(stderr, "*** Flush remains incomplete after %u rounds. ***\n", limit);
		status = UIP_FAILED;
	}
	return status;
}

int flush_command(struct uip *u, struct args *a, const struct flush *flush, void *cfg)
{
	struct order order = { .flush = flush, .cfg = cfg };
	int status;

	assert(flush->len <= sizeof(order.header));
	if (!a->left) {
		fputs(flush->bare, stderr);
		return UIP_FAILED;
	}
	status = flush->parse(u, a, cfg, order.header);
	return status ? status : run(u, &order);
}
