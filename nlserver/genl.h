/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generic netlink: families register themselves with the server; requests reach them by the family's
 * id, checked against the policy. "nlctrl" (genl_ctrl.c) tells clients about them.
 */
#ifndef NLSERVER_GENL_H
#define NLSERVER_GENL_H

#include <linux/genetlink.h>
#include "nlserver/netlink.h"

struct genl_op {
	uint8_t cmd;
	uint8_t flags;			/* GENL_ADMIN_PERM: nl_require_admin() first */
	unsigned forgiven;		/* NL_VALIDATE_* bits; 0: checked strictly, as new families should be */
	const struct nl_policy *policy;	/* NULL: the family's */
	uint16_t maxattr;		/* with @policy */
	/* With the attributes in req->tb. Each may be NULL. */
	int (*doit)(struct nl_request *req);
	const struct nl_dump_ops *dump;
};

/* A family: static const, owned by who registers it. */
struct genl_family {
	const char *name;		/* at most GENL_NAMSIZ - 1 bytes */
	uint32_t version;
	uint16_t hdrsize;		/* of the user header; usually 0 */
	uint16_t maxattr;		/* below NL_TB_MAX */
	uint16_t fixed_id;		/* GENL_ID_CTRL for nlctrl; 0: the next free one */
	const struct nl_policy *policy;	/* maxattr + 1 entries */
	const struct genl_op *ops;
	unsigned nr_ops;
	const char *const *mcgrps;	/* names of multicast groups */
	unsigned nr_mcgrps;
};

/** genl_register - 0, -EEXIST (name taken), -ENOSPC (too many) */
int genl_register(struct nl_server *nl, const struct genl_family *family);
/** genl_group - the group number of a family's multicast group @i, for nl_multicast() */
uint32_t genl_group(const struct nl_server *nl, const struct genl_family *family, unsigned i);

/**
 * genl_msg_begin - start a message of a family: nlmsghdr, genlmsghdr (the request's version), user header
 * Return: the user header (or where attributes begin); NULL: no room
 */
void *genl_msg_begin(struct nl_msg *m, struct nl_buf *buf, const struct nl_head *head, uint8_t cmd,
		     uint8_t version, size_t hdrsize);

/**
 * genl_reply_begin - an answer to @req in one go: put attributes into @m, then genl_reply_send()
 * @cmd: of the answer
 * An answer always has room for a few KiB; what does not fit makes genl_reply_send() say -EMSGSIZE.
 */
void genl_reply_begin(struct nl_reply *r, struct nl_msg *m, struct nl_request *req, uint8_t cmd);
/** genl_reply_send - 0 or -errno */
int genl_reply_send(struct nl_reply *r, struct nl_msg *m);

#endif
