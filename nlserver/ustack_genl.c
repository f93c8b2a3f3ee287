/* SPDX-License-Identifier: BSD-2-Clause */
/* The ustack generic netlink family: sysctl get, set and dump; files of /proc/net (procnet.c). */
#include "nlserver/ustack_genl.h"

#include <errno.h>

#include <ustack/ustack.h>

#include "nlserver/genl.h"
#include "nlserver/procnet.h"
#include "nlserver/sysctl.h"

static const struct nl_policy ustack_policy[USTACK_A_MAX + 1] = {
	[USTACK_A_SYSCTL_NAME] = { .type = NL_ATTR_TYPE_NUL_STRING, .max_len = USTACK_SYSCTL_NAME_MAX },
	[USTACK_A_SYSCTL_VALUE] = { .type = NL_ATTR_TYPE_NUL_STRING, .max_len = USTACK_SYSCTL_VALUE_MAX },
	[USTACK_A_PROC_NAME] = { .type = NL_ATTR_TYPE_NUL_STRING, .max_len = USTACK_PROC_NAME_MAX },
	[USTACK_A_PROC_TEXT] = { .type = NL_ATTR_TYPE_BINARY, .reject = true },
};

static int find(struct nl_request *req, struct sysctl *ret)
{
	const struct nlattr *name = req->tb[USTACK_A_SYSCTL_NAME];

	if (!name)
		return nl_extack_missing(&req->ack, USTACK_A_SYSCTL_NAME, "The parameter's name is missing");
	if (sysctl_find(req->net, mnl_attr_get_str(name), ret))
		return nl_extack_attr(&req->ack, name, -ENOENT, "No parameter is named \"%s\"",
				      mnl_attr_get_str(name));
	return 0;
}

static void put_sysctl(struct nl_msg *m, const struct sysctl *s, const char *value)
{
	nl_put_str(m, USTACK_A_SYSCTL_NAME, s->name);
	nl_put_str(m, USTACK_A_SYSCTL_VALUE, value);
}

static int ustack_sysctl_get(struct nl_request *req)
{
	char value[USTACK_SYSCTL_VALUE_MAX];
	struct sysctl s;
	struct nl_reply r;
	struct nl_msg m;
	int err = find(req, &s);

	if (err)
		return err;
	if (sysctl_is_secret(&s) && nl_require_admin(req))
		return -EPERM;
	err = sysctl_get(&s, value, sizeof(value));
	if (err)
		return nl_extack_attr(&req->ack, req->tb[USTACK_A_SYSCTL_NAME], err, "The parameter is not set");
	genl_reply_begin(&r, &m, req, USTACK_CMD_SYSCTL_GET);
	put_sysctl(&m, &s, value);
	return genl_reply_send(&r, &m);
}

static int ustack_sysctl_set(struct nl_request *req)
{
	struct sysctl s;
	int err = find(req, &s);

	if (err)
		return err;
	if (!req->tb[USTACK_A_SYSCTL_VALUE])
		return nl_extack_missing(&req->ack, USTACK_A_SYSCTL_VALUE, "The parameter's value is missing");
	return sysctl_set(req->net, &s, mnl_attr_get_str(req->tb[USTACK_A_SYSCTL_VALUE]), &req->ack);
}

static bool may_see(const struct nl_request *req, const struct sysctl *s)
{
	return req->cred->admin || !sysctl_is_secret(s);
}

enum { AT_GROUP, AT_SCOPE, AT_ROW, AT_IFINDEX }; /* d->state */

static int sysctl_dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct sysctl_cursor cur = {
		.group = d->state[AT_GROUP],
		.scope = d->state[AT_SCOPE],
		.row = d->state[AT_ROW],
		.ifindex = d->state[AT_IFINDEX],
	};
	struct sysctl s;

	while (sysctl_next(d->req.net, &cur, &s)) {
		struct nl_head head = nl_dump_head(d, d->req.nlh->nlmsg_type);
		char value[USTACK_SYSCTL_VALUE_MAX];
		struct nl_msg m;

		if (may_see(&d->req, &s) && !sysctl_get(&s, value, sizeof(value))) {
			genl_msg_begin(&m, buf, &head, USTACK_CMD_SYSCTL_GET, USTACK_GENL_VERSION, 0);
			put_sysctl(&m, &s, value);
			if (nl_msg_end(&m))
				return 1;
		}
		d->state[AT_GROUP] = cur.group;
		d->state[AT_SCOPE] = cur.scope;
		d->state[AT_ROW] = cur.row;
		d->state[AT_IFINDEX] = cur.ifindex;
	}
	return 0;
}

static const struct nl_dump_ops sysctl_dump = { .more = sysctl_dump_more };

static const struct genl_op ustack_ops[] = {
	{ .cmd = USTACK_CMD_SYSCTL_GET, .doit = ustack_sysctl_get, .dump = &sysctl_dump },
	{ .cmd = USTACK_CMD_SYSCTL_SET, .flags = GENL_ADMIN_PERM, .doit = ustack_sysctl_set },
	{ .cmd = USTACK_CMD_PROC_GET, .doit = procnet_get, .dump = &procnet_dump },
};

static const struct genl_family ustack_family = {
	.name = USTACK_GENL_NAME,
	.version = USTACK_GENL_VERSION,
	.maxattr = USTACK_A_MAX,
	.policy = ustack_policy,
	.ops = ustack_ops,
	.nr_ops = ARRAY_SIZE(ustack_ops),
};

int ustack_genl_register(struct nl_server *nl)
{
	return genl_register(nl, &ustack_family);
}
