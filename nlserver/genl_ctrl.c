/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nlctrl, the generic netlink controller: which families are there, under which numbers, with which
 * commands, groups and policies. What genl_ctrl_resolve(3), `genl ctrl list` and `genl ctrl policy` ask.
 */
#include <errno.h>
#include <string.h>

#include "nlserver/nl_server.h"

#define CTRL_VERSION 2
#define CTRL_MAXATTR CTRL_ATTR_OP
#define POLICIES_MAX 32 /* policy tables of one family, nested ones included */

static const struct nl_policy ctrl_policy[CTRL_MAXATTR + 1] = {
	[CTRL_ATTR_FAMILY_ID] = { .type = NL_ATTR_TYPE_U16 },
	[CTRL_ATTR_FAMILY_NAME] = { .type = NL_ATTR_TYPE_NUL_STRING, .max_len = GENL_NAMSIZ - 1 },
	[CTRL_ATTR_OP] = { .type = NL_ATTR_TYPE_U32 },
};

static uint32_t op_flags(const struct genl_op *op, const struct genl_family *family)
{
	return op->flags | (op->doit ? GENL_CMD_CAP_DO : 0) | (op->dump ? GENL_CMD_CAP_DUMP : 0) |
	       (op->policy || family->policy ? GENL_CMD_CAP_HASPOL : 0);
}

static void ops_fill(struct nl_msg *m, const struct genl_family *family)
{
	struct nlattr *all = nl_nest_begin(m, CTRL_ATTR_OPS | NLA_F_NESTED);

	for (unsigned i = 0; i < family->nr_ops; i++) {
		struct nlattr *one = nl_nest_begin(m, (i + 1) | NLA_F_NESTED);

		nl_put_u32(m, CTRL_ATTR_OP_ID, family->ops[i].cmd);
		nl_put_u32(m, CTRL_ATTR_OP_FLAGS, op_flags(&family->ops[i], family));
		nl_nest_end(m, one);
	}
	nl_nest_end(m, all);
}

static void groups_fill(struct nl_msg *m, const struct genl_entry *e)
{
	struct nlattr *all = nl_nest_begin(m, CTRL_ATTR_MCAST_GROUPS | NLA_F_NESTED);

	for (unsigned i = 0; i < e->family->nr_mcgrps; i++) {
		struct nlattr *one = nl_nest_begin(m, (i + 1) | NLA_F_NESTED);

		nl_put_u32(m, CTRL_ATTR_MCAST_GRP_ID, e->first_group + i);
		nl_put_str(m, CTRL_ATTR_MCAST_GRP_NAME, e->family->mcgrps[i]);
		nl_nest_end(m, one);
	}
	nl_nest_end(m, all);
}

static int family_fill(struct nl_buf *buf, const struct nl_head *head, const struct genl_entry *e)
{
	const struct genl_family *family = e->family;
	struct nl_msg m;

	genl_msg_begin(&m, buf, head, CTRL_CMD_NEWFAMILY, CTRL_VERSION, 0);
	nl_put_str(&m, CTRL_ATTR_FAMILY_NAME, family->name);
	nl_put_u16(&m, CTRL_ATTR_FAMILY_ID, e->id);
	nl_put_u32(&m, CTRL_ATTR_VERSION, family->version);
	nl_put_u32(&m, CTRL_ATTR_HDRSIZE, family->hdrsize);
	nl_put_u32(&m, CTRL_ATTR_MAXATTR, family->maxattr);
	if (family->nr_ops)
		ops_fill(&m, family);
	if (family->nr_mcgrps)
		groups_fill(&m, e);
	return nl_msg_end(&m);
}

/* The family that a request names; NULL with *ret_err and a sentence. */
static const struct genl_entry *asked_family(struct nl_request *req, int *ret_err)
{
	const struct nlattr *id = req->tb[CTRL_ATTR_FAMILY_ID];
	const struct nlattr *name = req->tb[CTRL_ATTR_FAMILY_NAME];
	const struct genl_entry *e = NULL;

	if (!id && !name) {
		*ret_err = nl_extack_missing(&req->ack, CTRL_ATTR_FAMILY_NAME,
					     "Family id or name is needed");
		return NULL;
	}
	if (id)
		e = genl_find_id(req->nl, mnl_attr_get_u16(id));
	if (name)
		e = genl_find_name(req->nl, mnl_attr_get_str(name));
	if (!e)
		*ret_err = nl_extack_attr(&req->ack, name ? name : id, -ENOENT,
					  "No such generic netlink family");
	return e;
}

static int getfamily(struct nl_request *req)
{
	const struct genl_entry *e;
	struct nl_reply r;
	int err = 0;

	e = asked_family(req, &err);
	if (!e)
		return err;
	nl_reply_begin(&r, req, GENL_ID_CTRL, 0);
	family_fill(&r.buf, &r.head, e);
	return nl_reply_send(&r);
}

static int families_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct nl_head head = nl_dump_head(d, GENL_ID_CTRL);
	struct nl_server *nl = d->req.nl;

	for (; d->state[0] < nl->nr_families; d->state[0]++)
		if (family_fill(buf, &head, &nl->families[d->state[0]]))
			return 1;
	return 0;
}

static const struct nl_dump_ops families_dump = { .more = families_more };

/* --- GETPOLICY -------------------------------------------------------------------------------- */

/* The policy tables of a family, each once, in the order of their numbers. */
struct policies {
	unsigned nr;
	const struct nl_policy *policy[POLICIES_MAX];
	uint16_t maxattr[POLICIES_MAX];
};

static int policy_idx(const struct policies *all, const struct nl_policy *policy)
{
	for (unsigned i = 0; i < all->nr; i++)
		if (all->policy[i] == policy)
			return i;
	return -1;
}

static void policies_add(struct policies *all, const struct nl_policy *policy, uint16_t maxattr)
{
	if (!policy || all->nr == POLICIES_MAX || policy_idx(all, policy) >= 0)
		return;
	all->policy[all->nr] = policy;
	all->maxattr[all->nr++] = maxattr;
	for (unsigned i = 0; i <= maxattr; i++)
		policies_add(all, policy[i].nested, policy[i].nested_max);
}

static const struct nl_policy *op_policy(const struct genl_family *family, const struct genl_op *op)
{
	return op->policy ? op->policy : family->policy;
}

/* Is only one command's policy asked for, and not this one's? */
static bool op_unwanted(const struct nl_dump *d, const struct genl_op *op)
{
	const struct nlattr *cmd = d->req.tb[CTRL_ATTR_OP];

	return cmd && mnl_attr_get_u32(cmd) != op->cmd;
}

static void policies_collect(struct policies *all, const struct nl_dump *d,
			     const struct genl_family *family)
{
	all->nr = 0;
	for (unsigned i = 0; i < family->nr_ops; i++) {
		const struct genl_op *op = &family->ops[i];

		if (!op_unwanted(d, op))
			policies_add(all, op_policy(family, op),
				     op->policy ? op->maxattr : family->maxattr);
	}
}

static int op_policy_fill(struct nl_buf *buf, const struct nl_head *head,
			  const struct policies *all, const struct genl_entry *e,
			  const struct genl_op *op)
{
	uint32_t idx = policy_idx(all, op_policy(e->family, op));
	struct nlattr *ops, *one;
	struct nl_msg m;

	genl_msg_begin(&m, buf, head, CTRL_CMD_GETPOLICY, CTRL_VERSION, 0);
	nl_put_u16(&m, CTRL_ATTR_FAMILY_ID, e->id);
	ops = nl_nest_begin(&m, CTRL_ATTR_OP_POLICY | NLA_F_NESTED);
	one = nl_nest_begin(&m, op->cmd | NLA_F_NESTED);
	if (op->doit)
		nl_put_u32(&m, CTRL_ATTR_POLICY_DO, idx);
	if (op->dump)
		nl_put_u32(&m, CTRL_ATTR_POLICY_DUMP, idx);
	nl_nest_end(&m, one);
	nl_nest_end(&m, ops);
	return nl_msg_end(&m);
}

static int attr_policy_fill(struct nl_buf *buf, const struct nl_head *head,
			    const struct policies *all, const struct genl_entry *e, unsigned idx,
			    unsigned type)
{
	const struct nl_policy *p = &all->policy[idx][type];
	struct nlattr *policies, *one;
	struct nl_msg m;

	genl_msg_begin(&m, buf, head, CTRL_CMD_GETPOLICY, CTRL_VERSION, 0);
	nl_put_u16(&m, CTRL_ATTR_FAMILY_ID, e->id);
	policies = nl_nest_begin(&m, CTRL_ATTR_POLICY | NLA_F_NESTED);
	one = nl_nest_begin(&m, idx | NLA_F_NESTED);
	nl_policy_fill(&m, type, p, p->nested ? policy_idx(all, p->nested) : -1);
	nl_nest_end(&m, one);
	nl_nest_end(&m, policies);
	return nl_msg_end(&m);
}

/* Where the dump stands. */
enum { AT_FAMILY, AT_OP, AT_POLICY, AT_ATTR };

static int policy_start(struct nl_dump *d)
{
	const struct genl_entry *e;
	int err = 0;

	e = asked_family(&d->req, &err);
	if (!e)
		return err;
	d->state[AT_FAMILY] = e - d->req.nl->families;
	return 0;
}

static int policy_more(struct nl_dump *d, struct nl_buf *buf)
{
	const struct genl_entry *e = &d->req.nl->families[d->state[AT_FAMILY]];
	struct nl_head head = nl_dump_head(d, GENL_ID_CTRL);
	struct policies all;

	policies_collect(&all, d, e->family);
	for (; d->state[AT_OP] < e->family->nr_ops; d->state[AT_OP]++) {
		const struct genl_op *op = &e->family->ops[d->state[AT_OP]];

		if (op_unwanted(d, op) || !op_policy(e->family, op))
			continue;
		if (op_policy_fill(buf, &head, &all, e, op))
			return 1;
	}
	for (; d->state[AT_POLICY] < all.nr; d->state[AT_POLICY]++, d->state[AT_ATTR] = 0) {
		unsigned idx = d->state[AT_POLICY];

		for (; d->state[AT_ATTR] <= all.maxattr[idx]; d->state[AT_ATTR]++) {
			if (all.policy[idx][d->state[AT_ATTR]].type == NL_ATTR_TYPE_INVALID)
				continue;
			if (attr_policy_fill(buf, &head, &all, e, idx, d->state[AT_ATTR]))
				return 1;
		}
	}
	return 0;
}

static const struct nl_dump_ops policy_dump = { .start = policy_start, .more = policy_more };

static const struct genl_op ctrl_ops[] = {
	{ .cmd = CTRL_CMD_GETFAMILY,
	  .forgiven = NL_VALIDATE_STRICT,
	  .doit = getfamily,
	  .dump = &families_dump },
	{ .cmd = CTRL_CMD_GETPOLICY, .dump = &policy_dump },
};

/* Families are registered before the first channel opens, so "notify" has nothing to say; it is there
 * for clients that join it. */
static const char *const ctrl_groups[] = { "notify" };

const struct genl_family genl_ctrl = {
	.name = "nlctrl",
	.version = CTRL_VERSION,
	.maxattr = CTRL_MAXATTR,
	.fixed_id = GENL_ID_CTRL,
	.policy = ctrl_policy,
	.ops = ctrl_ops,
	.nr_ops = ARRAY_SIZE(ctrl_ops),
	.mcgrps = ctrl_groups,
	.nr_mcgrps = ARRAY_SIZE(ctrl_groups),
};
