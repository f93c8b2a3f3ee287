/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of the netlink server, for the files that make it up; handlers use netlink.h alone. */
#ifndef NLSERVER_NL_SERVER_H
#define NLSERVER_NL_SERVER_H

#include "nlserver/client.h"
#include "nlserver/closer.h"
#include "nlserver/genl.h"
#include "stack/core/event.h"

#define NL_CLIENTS_MAX	     4096	/* open channels, all protocols */
#define NL_FAMILIES_MAX	     16		/* generic netlink families */
#define NL_SCRATCH	     (64 << 10)	/* room for one answer or notification */
#define NL_PORTID_AUTO_FIRST 0x80000000u	/* automatic port ids: out of the way of pids */

/* The netlink protocols that are served, as indices. */
enum nl_proto { NL_PROTO_ROUTE, NL_PROTO_GENERIC, NL_PROTO_SOCK_DIAG, NL_PROTO_MAX };

struct genl_entry {
	const struct genl_family *family;
	uint16_t id;
	uint32_t first_group;
};

struct nl_server {
	struct server *server;
	struct list_head clients[NL_PROTO_MAX];
	uint32_t nr_members[NL_PROTO_MAX][NL_GROUPS_MAX];	/* clients in a group */
	unsigned nr_clients;
	struct closer closer;		/* of descriptors that nobody took */
	uint64_t last_client;		/* id */
	uint32_t last_portid;
	size_t out_bytes;		/* waiting in all clients */
	uint32_t devs_genid;		/* counts devices that came and went */
	uint32_t addrs_genid;		/* counts changes of addresses */
	struct nl_request *current;	/* being handled; NULL */
	struct event_listener events;	/* rtnl_notify.c */
	struct genl_entry families[NL_FAMILIES_MAX];
	unsigned nr_families;
	uint32_t last_group;		/* of generic netlink */
	char *answer;			/* NL_SCRATCH bytes: nl_reply_begin(), dumps */
	char *event;			/* NL_SCRATCH bytes: notifications, while an answer is being built */
};

/* What a protocol's message handler returns besides 0 and -errno: a dump answers, no acknowledgement. */
#define NL_DUMP_STARTED 1

/** nl_proto - the index of a protocol (NETLINK_*), or -EPROTONOSUPPORT */
int nl_proto(int protocol);

/* The message handlers: the request with all but hdr and tb set. 0, -errno or NL_DUMP_STARTED. */
int rtnl_rcv(struct nl_request *req);
int genl_rcv(struct nl_request *req);
int diag_rcv(struct nl_request *req);

/** nl_multicast_except - nl_multicast(), but not to @except (NULL: nobody) */
void nl_multicast_except(struct nl_server *nl, int protocol, uint32_t group,
			 const struct nl_buf *buf, const struct nl_client *except);

/** nl_ack_tlvs_fill - the attributes of @ack into an acknowledgement or NLMSG_DONE, for a request @nlh that failed with @err */
void nl_ack_tlvs_fill(struct nl_msg *m, const struct nlmsghdr *nlh, int err,
		      const struct extack *ack);

/** nl_explain_memory - a sentence for an -ENOMEM or -ENOBUFS that has none: every allocation may fail */
void nl_explain_memory(struct extack *ack, int err);

/** nl_dump_start - begin to answer @req by @ops; NL_DUMP_STARTED, -EBUSY, -ENOMEM */
int nl_dump_start(struct nl_request *req, const struct nl_dump_ops *ops);
/** nl_dump_continue - one more packet; the client's dump is gone after the last */
void nl_dump_continue(struct nl_client *c);
/** nl_dump_free - give it up; NULL is fine */
void nl_dump_free(struct nl_dump *d);

/** rtnl_notify_start, _stop - listen to the stack's events */
void rtnl_notify_start(struct nl_server *nl);
void rtnl_notify_stop(struct nl_server *nl);

extern const struct genl_family genl_ctrl;	/* nlctrl */
/** genl_find_id, genl_find_name - a registered family, or NULL */
const struct genl_entry *genl_find_id(const struct nl_server *nl, uint16_t id);
const struct genl_entry *genl_find_name(const struct nl_server *nl, const char *name);

#endif
