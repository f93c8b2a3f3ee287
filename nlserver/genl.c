/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generic netlink: the registry of families, and the way of a request to its operation. What is
 * refused, and with which number, is as in the kernel's genl_rcv_msg().
 */
#include "nlserver/genl.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "nlserver/nl_server.h"

#define GENL_FIRST_ID	 GENL_START_ALLOC /* below are nlctrl and old families of the kernel */
#define GENL_FIRST_GROUP GENL_ID_CTRL	  /* of nlctrl, as in the kernel */

int genl_register(struct nl_server *nl, const struct genl_family *family)
{
	struct genl_entry *e = &nl->families[nl->nr_families];

	assert(family->maxattr < NL_TB_MAX && strlen(family->name) < GENL_NAMSIZ);
	for (unsigned i = 0; i < nl->nr_families; i++)
		if (!strcmp(nl->families[i].family->name, family->name))
			return -EEXIST;
	if (nl->nr_families == NL_FAMILIES_MAX)
		return -ENOSPC;
	if (!nl->last_group)
		nl->last_group = GENL_FIRST_GROUP - 1;
	if (nl->last_group + family->nr_mcgrps > NL_GROUPS_MAX)
		return -ENOSPC;
	e->family = family;
	e->id = family->fixed_id ? family->fixed_id : GENL_FIRST_ID + nl->nr_families;
	e->first_group = nl->last_group + 1;
	nl->last_group += family->nr_mcgrps;
	nl->nr_families++;
	return 0;
}

const struct genl_entry *genl_find_id(const struct nl_server *nl, uint16_t id)
{
	for (unsigned i = 0; i < nl->nr_families; i++)
		if (nl->families[i].id == id)
			return &nl->families[i];
	return NULL;
}

const struct genl_entry *genl_find_name(const struct nl_server *nl, const char *name)
{
	for (unsigned i = 0; i < nl->nr_families; i++)
		if (!strcmp(nl->families[i].family->name, name))
			return &nl->families[i];
	return NULL;
}

uint32_t genl_group(const struct nl_server *nl, const struct genl_family *family, unsigned i)
{
	const struct genl_entry *e = genl_find_name(nl, family->name);

	assert(e && i < family->nr_mcgrps);
	return e->first_group + i;
}

static const struct genl_op *find_op(const struct genl_family *family, uint8_t cmd)
{
	for (unsigned i = 0; i < family->nr_ops; i++)
		if (family->ops[i].cmd == cmd)
			return &family->ops[i];
	return NULL;
}

int genl_rcv(struct nl_request *req)
{
	const struct genl_entry *e = genl_find_id(req->nl, req->nlh->nlmsg_type);
	bool dump = (req->nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	const struct genlmsghdr *hdr = mnl_nlmsg_get_payload(req->nlh);
	const struct genl_op *op;
	size_t hdrlen;
	int err;

	if (!e)
		return extack_set(&req->ack, -ENOENT, "No such generic netlink family");
	hdrlen = GENL_HDRLEN + e->family->hdrsize;
	if (mnl_nlmsg_get_payload_len(req->nlh) < hdrlen)
		return extack_set(&req->ack, -EINVAL, "Invalid header length");
	op = find_op(e->family, hdr->cmd);
	if (!op || (dump ? !op->dump : !op->doit))
		return extack_set(&req->ack, -EOPNOTSUPP, "Family %s has no such %s",
				  e->family->name, dump ? "dump" : "command");
	if (op->flags & GENL_ADMIN_PERM) {
		err = nl_require_admin(req);
		if (err)
			return err;
	}
	err = nl_parse_request(req, hdrlen, op->policy ? op->policy : e->family->policy,
			       op->policy ? op->maxattr : e->family->maxattr,
			       NL_VALIDATE_STRICT & ~op->forgiven);
	if (err)
		return err;
	req->hdr = (const char *)hdr + GENL_HDRLEN;
	req->genl_cmd = hdr->cmd;
	req->genl_version = hdr->version;
	return dump ? nl_dump_start(req, op->dump) : op->doit(req);
}

void *genl_msg_begin(struct nl_msg *m, struct nl_buf *buf, const struct nl_head *head, uint8_t cmd,
		     uint8_t version, size_t hdrsize)
{
	struct genlmsghdr *hdr = nl_msg_begin(m, buf, head, GENL_HDRLEN + hdrsize);

	if (!hdr)
		return NULL;
	hdr->cmd = cmd;
	hdr->version = version;
	return (char *)hdr + GENL_HDRLEN;
}

void genl_reply_begin(struct nl_reply *r, struct nl_msg *m, struct nl_request *req, uint8_t cmd)
{
	const struct genl_entry *e = genl_find_id(req->nl, req->nlh->nlmsg_type);

	nl_reply_begin(r, req, e->id, 0);
	genl_msg_begin(m, &r->buf, &r->head, cmd, e->family->version, e->family->hdrsize);
}

int genl_reply_send(struct nl_reply *r, struct nl_msg *m)
{
	int err = nl_msg_end(m);

	return err ? err : nl_reply_send(r);
}
