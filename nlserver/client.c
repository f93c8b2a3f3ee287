/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink clients: see client.h. Called by dispatch.c (answers), netlink.c (multicast) and channel.c. */
#include "nlserver/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/channel.h>

#include "nlserver/nl_server.h"

/* --- life ------------------------------------------------------------------------------------- */

static struct nl_client *find_portid(struct nl_server *nl, int proto, uint32_t portid)
{
	struct nl_client *c;

	list_for_each_entry(c, &nl->clients[proto], list)
		if (c->portid == portid)
			return c;
	return NULL;
}

static uint32_t choose_portid(struct nl_server *nl, int proto)
{
	do {
		if (++nl->last_portid < NL_PORTID_AUTO_FIRST)
			nl->last_portid = NL_PORTID_AUTO_FIRST;
	} while (find_portid(nl, proto, nl->last_portid));
	return nl->last_portid;
}

struct nl_client *nl_client_create(struct nl_server *nl, int protocol, const struct nl_cred *cred,
				   const struct nl_transport *transport)
{
	int proto = nl_proto(protocol);
	struct nl_client *c;

	if (proto < 0 || nl->nr_clients >= NL_CLIENTS_MAX)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->nl = nl;
	c->transport = transport;
	c->protocol = protocol;
	c->id = ++nl->last_client;
	c->portid = choose_portid(nl, proto);
	c->cred = *cred;
	list_init(&c->out);
	list_add_tail(&c->list, &nl->clients[proto]);
	nl->nr_clients++;
	return c;
}

static void packet_free(struct nl_client *c, struct nl_packet *p)
{
	size_t mem = sizeof(*p) + p->size;

	list_del(&p->list);
	c->out_bytes -= mem;
	c->nl->out_bytes -= mem;
	free(p);
}

void nl_client_free(struct nl_client *c)
{
	if (!c)
		return;
	for (uint32_t g = 1; g <= NL_GROUPS_MAX; g++)
		nl_client_leave(c, g);
	nl_dump_free(c->dump);
	while (!list_empty(&c->out))
		packet_free(c, list_first_entry(&c->out, struct nl_packet, list));
	list_del(&c->list);
	c->nl->nr_clients--;
	free(c);
}

/* --- what bind(2) and setsockopt(2) are on a netlink socket ----------------------------------- */

int nl_client_bind(struct nl_client *c, uint32_t portid)
{
	struct nl_client *other;

	if (!portid)
		return 0;
	other = find_portid(c->nl, nl_proto(c->protocol), portid);
	if (other && other != c)
		return -EADDRINUSE;
	c->portid = portid;
	return 0;
}

bool nl_client_member(const struct nl_client *c, uint32_t group)
{
	return group >= 1 && group <= NL_GROUPS_MAX &&
	       c->groups[(group - 1) / 64] >> ((group - 1) % 64) & 1;
}

int nl_client_join(struct nl_client *c, uint32_t group)
{
	if (group < 1 || group > NL_GROUPS_MAX)
		return -EINVAL;
	if (nl_client_member(c, group))
		return 0;
	c->groups[(group - 1) / 64] |= UINT64_C(1) << ((group - 1) % 64);
	c->nl->nr_members[nl_proto(c->protocol)][group - 1]++;
	return 0;
}

int nl_client_leave(struct nl_client *c, uint32_t group)
{
	if (group < 1 || group > NL_GROUPS_MAX)
		return -EINVAL;
	if (!nl_client_member(c, group))
		return 0;
	c->groups[(group - 1) / 64] &= ~(UINT64_C(1) << ((group - 1) % 64));
	c->nl->nr_members[nl_proto(c->protocol)][group - 1]--;
	return 0;
}

void nl_client_set_groups(struct nl_client *c, uint32_t mask)
{
	for (uint32_t g = 1; g <= 32; g++) {
		if (mask >> (g - 1) & 1)
			nl_client_join(c, g);
		else
			nl_client_leave(c, g);
	}
}

static const struct {
	uint32_t option;
	unsigned flag;
} socket_options[] = {
	{ NETLINK_PKTINFO, NL_CLIENT_PKTINFO },
	{ NETLINK_BROADCAST_ERROR, NL_CLIENT_BROADCAST_ERR },
	{ NETLINK_NO_ENOBUFS, NL_CLIENT_NO_ENOBUFS },
	{ NETLINK_LISTEN_ALL_NSID, NL_CLIENT_ALL_NSID },
	{ NETLINK_CAP_ACK, NL_CLIENT_CAP_ACK },
	{ NETLINK_EXT_ACK, NL_CLIENT_EXT_ACK },
	{ NETLINK_GET_STRICT_CHK, NL_CLIENT_STRICT },
	{ USTACK_OPT_STOP_ON_ERROR, NL_CLIENT_STOP_ON_ERROR },
	{ USTACK_OPT_PACK_ACKS, NL_CLIENT_PACK_ACKS },
};

int nl_client_setsockopt(struct nl_client *c, uint32_t option, uint32_t value)
{
	if (option == NETLINK_ADD_MEMBERSHIP)
		return nl_client_join(c, value);
	if (option == NETLINK_DROP_MEMBERSHIP)
		return nl_client_leave(c, value);
	for (size_t i = 0; i < ARRAY_SIZE(socket_options); i++) {
		if (socket_options[i].option != option)
			continue;
		c->flags &= ~socket_options[i].flag;
		if (value)
			c->flags |= socket_options[i].flag;
		if (option == USTACK_OPT_STOP_ON_ERROR)
			c->flags &= ~NL_CLIENT_STOPPED;
		return 0;
	}
	return -ENOPROTOOPT;
}

/* --- output ----------------------------------------------------------------------------------- */

/* May @c not have @size more bytes wait? One packet can ask for many answers, so it is looked at here too. */
static bool too_much_waits(const struct nl_client *c, size_t size)
{
	return c->out_bytes + size > NL_OUT_ANSWER_MAX ||
	       (c->nl->out_bytes + size > NL_OUT_TOTAL_MAX && c->out_bytes > NL_OUT_MCAST_MAX);
}

/* A packet at the end of the queue, with room for @size bytes; NULL: no memory, or no hope: then it is lost. */
static struct nl_packet *packet_new(struct nl_client *c, size_t size)
{
	struct nl_packet *p;

	if (too_much_waits(c, size)) {
		c->lost = true;
		return NULL;
	}
	p = malloc(sizeof(*p) + size);
	if (!p)
		return NULL;
	p->len = 0;
	p->size = size;
	p->open = false;
	list_add_tail(&p->list, &c->out);
	c->out_bytes += sizeof(*p) + size;
	c->nl->out_bytes += sizeof(*p) + size;
	return p;
}

static void packet_append(struct nl_packet *p, const void *data, size_t len)
{
	memcpy(p->data + p->len, data, len);
	p->len += len;
}

/* 0: sent; -EAGAIN: it must wait; another error: there is nobody to wait for. */
static int try_send(struct nl_client *c, const void *data, size_t len)
{
	int err;

	if (c->lost)
		return -EPIPE;
	if (!c->transport)
		return -EAGAIN;
	err = c->transport->send(c, data, len);
	if (err && err != -EAGAIN)
		c->lost = true;
	return err;
}

static int send_or_queue(struct nl_client *c, const void *data, size_t len)
{
	struct nl_packet *p;
	int err;

	if (list_empty(&c->out)) {
		err = try_send(c, data, len);
		if (err != -EAGAIN)
			return 0; /* sent, or nobody is there any more */
	}
	p = packet_new(c, len);
	if (!p)
		return -ENOMEM;
	packet_append(p, data, len);
	return 0;
}

/* The packet at the end of the queue where an answer of @len bytes can be packed into it, or a new one. */
static struct nl_packet *packet_to_pack(struct nl_client *c, size_t len)
{
	struct nl_packet *p;

	if (!list_empty(&c->out)) {
		p = list_last_entry(&c->out, struct nl_packet, list);
		if (p->open && p->len + len <= p->size)
			return p;
		p->open = false;
	}
	p = packet_new(c, max(len, (size_t)USTACK_CHAN_DGRAM_MAX));
	if (p)
		p->open = true;
	return p;
}

int nl_client_answer(struct nl_client *c, const void *data, size_t len)
{
	struct nl_packet *p;

	if (!(c->flags & NL_CLIENT_PACK_ACKS))
		return send_or_queue(c, data, len);
	p = packet_to_pack(c, len);
	if (!p)
		return -ENOMEM;
	packet_append(p, data, len);
	return 0;
}

void nl_client_notify(struct nl_client *c, const void *data, size_t len)
{
	bool room = c->out_bytes + len <= NL_OUT_MCAST_MAX &&
		    c->nl->out_bytes + len <= NL_OUT_TOTAL_MAX;

	if (!c->overrun && room && !send_or_queue(c, data, len))
		return;
	c->drops++;
	c->overrun = !(c->flags & NL_CLIENT_NO_ENOBUFS);
}

void nl_client_close_packet(struct nl_client *c)
{
	struct nl_packet *p;

	if (list_empty(&c->out))
		return;
	p = list_last_entry(&c->out, struct nl_packet, list);
	p->open = false;
}

/* All notifications that were queued have been read: say that there were more. */
static void tell_overrun(struct nl_client *c)
{
	struct nlmsghdr nlh = { .nlmsg_len = sizeof(nlh), .nlmsg_type = NLMSG_OVERRUN };

	if (try_send(c, &nlh, sizeof(nlh)) != -EAGAIN)
		c->overrun = false;
}

bool nl_client_progress(struct nl_client *c)
{
	while (!list_empty(&c->out)) {
		struct nl_packet *p = list_first_entry(&c->out, struct nl_packet, list);

		if (try_send(c, p->data, p->len) == -EAGAIN)
			return true;
		packet_free(c, p);
	}
	if (c->overrun)
		tell_overrun(c);
	if (!c->dump || c->lost)
		return true;
	nl_dump_continue(c);
	return !c->dump && list_empty(&c->out);
}

bool nl_client_blocked(const struct nl_client *c)
{
	return c->out_bytes > NL_OUT_HIGH;
}

struct nl_packet *nl_client_pop(struct nl_client *c)
{
	struct nl_packet *p;
	size_t mem;

	if (list_empty(&c->out))
		return NULL;
	p = list_first_entry(&c->out, struct nl_packet, list);
	mem = sizeof(*p) + p->size;
	list_del(&p->list);
	c->out_bytes -= mem;
	c->nl->out_bytes -= mem;
	return p;
}
