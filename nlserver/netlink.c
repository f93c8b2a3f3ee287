/* SPDX-License-Identifier: BSD-2-Clause */
/* The netlink server as a whole, and what handlers need besides messages: see netlink.h. */
#include "nlserver/netlink.h"

#include <errno.h>
#include <stdlib.h>

#include "nlserver/nl_server.h"

int nl_proto(int protocol)
{
	switch (protocol) {
	case NETLINK_ROUTE:
		return NL_PROTO_ROUTE;
	case NETLINK_GENERIC:
		return NL_PROTO_GENERIC;
	case NETLINK_SOCK_DIAG:
		return NL_PROTO_SOCK_DIAG;
	default:
		return -EPROTONOSUPPORT;
	}
}

int nl_take_fd(struct nl_request *req, unsigned i)
{
	int fd;

	if (!req->fds || i >= req->fds->nr)
		return -1;
	fd = req->fds->fd[i];
	req->fds->fd[i] = -1;
	return fd;
}

int nl_require_admin(struct nl_request *req)
{
	if (req->cred->admin)
		return 0;
	return extack_set(&req->ack, -EPERM,
			  "Only root, the stack's user and its admin group may change it");
}

void nl_reply_begin(struct nl_reply *r, struct nl_request *req, uint16_t type, uint16_t flags)
{
	r->req = req;
	r->buf = (struct nl_buf){ .data = req->nl->answer, .size = NL_SCRATCH };
	r->head = (struct nl_head){
		.type = type,
		.flags = flags,
		.seq = req->nlh->nlmsg_seq,
		.pid = req->client->portid,
	};
}

int nl_reply_send(struct nl_reply *r)
{
	if (!r->buf.len)
		return extack_set(&r->req->ack, -EMSGSIZE,
				  "The answer does not fit into a packet");
	return nl_client_answer(r->req->client, r->buf.data, r->buf.len);
}

bool nl_has_listeners(const struct nl_server *nl, int protocol, uint32_t group)
{
	int proto = nl_proto(protocol);

	return proto >= 0 && group >= 1 && group <= NL_GROUPS_MAX &&
	       nl->nr_members[proto][group - 1];
}

void nl_multicast_except(struct nl_server *nl, int protocol, uint32_t group,
			 const struct nl_buf *buf, const struct nl_client *except)
{
	struct nl_client *c;

	if (!buf->len || !nl_has_listeners(nl, protocol, group))
		return;
	list_for_each_entry(c, &nl->clients[nl_proto(protocol)], list)
		if (c != except && nl_client_member(c, group))
			nl_client_notify(c, buf->data, buf->len);
}

void nl_multicast(struct nl_server *nl, int protocol, uint32_t group, const struct nl_buf *buf)
{
	nl_multicast_except(nl, protocol, group, buf, NULL);
}

int nl_server_create(struct server *server, struct nl_server **ret)
{
	struct nl_server *nl = calloc(1, sizeof(*nl));
	int err = -ENOMEM;

	if (!nl)
		return -ENOMEM;
	nl->server = server;
	for (int i = 0; i < NL_PROTO_MAX; i++)
		list_init(&nl->clients[i]);
	list_init(&nl->events.list);
	closer_init(&nl->closer);
	nl->answer = malloc(NL_SCRATCH);
	nl->event = malloc(NL_SCRATCH);
	if (!nl->answer || !nl->event)
		goto fail;
	err = genl_register(nl, &genl_ctrl);
	if (err)
		goto fail;
	rtnl_notify_start(nl);
	*ret = nl;
	return 0;

fail:
	nl_server_destroy(nl);
	return err;
}

void nl_server_destroy(struct nl_server *nl)
{
	if (!nl)
		return;
	rtnl_notify_stop(nl);
	for (int i = 0; i < NL_PROTO_MAX; i++)
		while (!list_empty(&nl->clients[i]))
			nl_client_free(list_first_entry(&nl->clients[i], struct nl_client, list));
	closer_exit(&nl->closer);
	free(nl->answer);
	free(nl->event);
	free(nl);
}
