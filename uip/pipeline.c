/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests under way: see pipeline.h. Called by batch.c and, for each request, session.c.
 *
 * Answers come in the order of the requests, so an answer also ends all requests before it. At most
 * PIPELINE_PACKETS packets are unanswered: together they fit into the socket's buffer, so a send
 * never blocks while the server waits for us to take its answers.
 */
#include "uip/pipeline.h"

#include <errno.h>
#include <netlink/msg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uip/extack.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/nlsock.h"
#include "uip/uip.h"

#define PIPELINE_PACKETS 2
#define PIPELINE_BYTES	 32768
#define PIPELINE_MSGS	 512
#define PIPELINE_LINES	 ((PIPELINE_PACKETS + 1) * PIPELINE_MSGS)

struct pipeline {
	struct uip *u;
	const char *name;
	unsigned line; /* that is being worked on */
	bool force;
	bool one_by_one; /* the server cannot skip: wait for each answer */
	bool armed;	 /* the server was asked to skip what follows a failure */
	bool failed;
	bool stopped;

	/* The line of the request with sequence number N, at N % PIPELINE_LINES. */
	unsigned lines[PIPELINE_LINES];
	uint32_t last;	   /* sequence number of the last request that was added */
	uint32_t answered; /* of the last one that was answered */
	/* The last sequence numbers of the packets under way, oldest first. */
	uint32_t sent[PIPELINE_PACKETS];
	unsigned packets;

	size_t used; /* of packet */
	unsigned msgs;
	_Alignas(8) char packet[PIPELINE_BYTES];
};

struct pipeline *pipeline_new(struct uip *u, const char *name, bool force)
{
	struct pipeline *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->u = u;
	p->name = name;
	p->force = force;
	return p;
}

void pipeline_free(struct pipeline *p)
{
	free(p);
}

void pipeline_set_line(struct pipeline *p, unsigned line)
{
	p->line = line;
}

bool pipeline_failed(const struct pipeline *p)
{
	return p->failed;
}

bool pipeline_stopped(const struct pipeline *p)
{
	return p->stopped;
}

static void line_failed(struct pipeline *p, unsigned line)
{
	fprintf(stderr, "Command failed %s:%u\n", p->name, line);
	p->failed = true;
	p->stopped = !p->force;
}

static void take_answer(uint32_t seq, const struct nl_report *report, void *arg)
{
	struct pipeline *p = arg;

	if ((int32_t)(seq - p->answered) <= 0 || (int32_t)(seq - p->last) > 0)
		return;
	p->answered = seq;
	if (p->stopped || (!report->error && !report->text[0]))
		return; /* after the failure that ends the batch, the rest was skipped */
	out_flush(p->u->out);
	extack_print(stderr, report);
	if (report->error)
		line_failed(p, p->lines[seq % PIPELINE_LINES]);
}

/* Takes answers until at most @packets packets are without. */
static int take_answers(struct pipeline *p, unsigned packets)
{
	while (p->packets > packets) {
		int err;

		if ((int32_t)(p->answered - p->sent[0]) >= 0) {
			p->packets--;
			memmove(&p->sent[0], &p->sent[1], p->packets * sizeof(p->sent[0]));
			continue;
		}
		err = nlsock_receive(p->u->rtnl, NULL, take_answer, p);
		if (err && err != -EINTR)
			return err;
	}
	return 0;
}

static int send_packet(struct pipeline *p)
{
	int err;

	if (!p->msgs)
		return 0;
	err = take_answers(p, PIPELINE_PACKETS - 1);
	if (!err)
		err = nlsock_send(p->u->rtnl, p->packet, p->used, -1);
	if (err)
		return err;
	p->sent[p->packets++] = p->last;
	p->used = 0;
	p->msgs = 0;
	return 0;
}

static int channel_failed(struct pipeline *p, int err)
{
	fprintf(stderr, "The instance does not answer: %s\n", strerror(-err));
	p->used = 0;
	p->msgs = 0;
	p->packets = 0;
	p->failed = true;
	p->stopped = true;
	return UIP_FAILED;
}

/* Has the server skip what follows a failure, from now until disarm(): only what is queued here may
 * be skipped, not the reads in between. */
static int arm(struct pipeline *p)
{
	struct nlsock *r = uip_rtnl(p->u);

	if (!r) {
		p->stopped = true; /* no other line would fare better */
		p->failed = true;
		return UIP_FAILED;
	}
	if (p->force || p->armed || p->one_by_one)
		return UIP_OK;
	if (nlsock_stop_on_error(r, true))
		p->one_by_one = true;
	else
		p->armed = true;
	return UIP_OK;
}

static int disarm(struct pipeline *p)
{
	if (!p->armed)
		return 0;
	p->armed = false;
	return nlsock_stop_on_error(p->u->rtnl, false);
}

/* What is sent by nlsock_talk() in between gets numbers too: nothing is under way then. */
static void skip_numbers(struct pipeline *p, uint32_t seq)
{
	if (!p->packets && !p->msgs)
		p->answered = seq - 1;
	p->last = seq;
}

int pipeline_add(struct pipeline *p, struct req *q)
{
	struct nlmsghdr *h = req_header(q);
	size_t len = NLMSG_ALIGN(h->nlmsg_len);
	int err = 0, status;

	if (p->stopped)
		return UIP_REFUSED;
	status = arm(p);
	if (status)
		return status;
	if (p->used + len > sizeof(p->packet) || p->msgs == PIPELINE_MSGS)
		err = send_packet(p);
	if (err)
		return channel_failed(p, err);
	skip_numbers(p, nlsock_prepare(p->u->rtnl, q, true));
	p->lines[p->last % PIPELINE_LINES] = p->line;
	memcpy(p->packet + p->used, h, h->nlmsg_len);
	memset(p->packet + p->used + h->nlmsg_len, 0, len - h->nlmsg_len);
	p->used += len;
	p->msgs++;
	return p->one_by_one ? pipeline_drain(p) : UIP_OK;
}

int pipeline_drain(struct pipeline *p)
{
	int err = send_packet(p);

	if (!err)
		err = take_answers(p, 0);
	if (!err)
		err = disarm(p);
	if (err)
		return channel_failed(p, err);
	return p->stopped ? UIP_REFUSED : UIP_OK;
}

void pipeline_fail(struct pipeline *p)
{
	bool before = p->stopped;

	pipeline_drain(p);
	if (!before && !p->stopped)
		line_failed(p, p->line);
}
