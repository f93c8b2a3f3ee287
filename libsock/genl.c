/* SPDX-License-Identifier: BSD-2-Clause */
/* Talks with the stack by its generic netlink family: see genl.h. */
#include "libsock/genl.h"

#include <errno.h>

#include "libsock/dial.h"
#include "libsock/sys.h"

/* An instance that has not answered for so long has failed. */
#define TIMEOUT_S 30

/* A message about a parameter; and a refusal, which repeats the request. */
#define SYSCTL_MSG_MAX (2 * (USTACK_SYSCTL_NAME_MAX + USTACK_SYSCTL_VALUE_MAX) + 256)

_Static_assert(sizeof(((struct genl_talk *)0)->buf) >= SYSCTL_MSG_MAX, "room for any message");

/**
 * genl_request - begin a request in the talk's buffer
 * @cmd: USTACK_CMD_*
 * @flags: NLM_F_* beside NLM_F_REQUEST
 */
struct nlmsghdr *genl_request(struct genl_talk *t, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(t->buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	nlh->nlmsg_type = t->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++t->seq;
	genl->cmd = cmd;
	genl->version = USTACK_GENL_VERSION;
	return nlh;
}

/**
 * genl_send - send the request that is in the buffer
 *
 * Return: 0, -ENETDOWN and others.
 */
int genl_send(const struct genl_talk *t)
{
	ssize_t n = dial_send(t->fd, t->buf, ((const struct nlmsghdr *)t->buf)->nlmsg_len, NULL, 0);

	if (n < 0)
		return n == -EPIPE || n == -ECONNRESET ? -ENETDOWN : (int)n;
	return 0;
}

/**
 * genl_receive - the next packet of the answer into the buffer: whole messages, of which the first is checked
 *
 * Return: 0, -ETIMEDOUT, -ENETDOWN, -EPROTO and others.
 */
int genl_receive(struct genl_talk *t)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->buf;
	ssize_t n;

	do {
		n = sys_recv(t->fd, t->buf, sizeof(t->buf), 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : errno == ECONNRESET ? -ENETDOWN : -errno;
	if (n == 0)
		return -ENETDOWN;
	t->len = (size_t)n;
	return mnl_nlmsg_ok(nlh, (int)n) && nlh->nlmsg_seq == t->seq ? 0 : -EPROTO;
}

/**
 * genl_transact - send the request, and receive its answer, which begins the buffer
 *
 * Return: 0; where there is none but an acknowledgement, its error; what genl_send() and genl_receive() say.
 */
int genl_transact(struct genl_talk *t)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->buf;
	const struct nlmsgerr *e;
	int err = genl_send(t);

	if (!err)
		err = genl_receive(t);
	if (err || nlh->nlmsg_type != NLMSG_ERROR)
		return err;
	e = mnl_nlmsg_get_payload(nlh);
	return mnl_nlmsg_get_payload_len(nlh) < sizeof(*e) ? -EPROTO : e->error;
}

struct wanted {
	uint16_t type;
	const struct nlattr *attr;
};

static int take_attr(const struct nlattr *attr, void *data)
{
	struct wanted *w = data;

	if (mnl_attr_get_type(attr) == w->type)
		w->attr = attr;
	return MNL_CB_OK;
}

/**
 * genl_attr - the attribute of a type, or NULL
 */
const struct nlattr *genl_attr(const struct nlmsghdr *nlh, uint16_t type)
{
	struct wanted w = { .type = type };

	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), take_attr, &w);
	return w.attr;
}

static int find_family(struct genl_talk *t)
{
	const struct nlattr *id;
	int err;

	t->family = GENL_ID_CTRL;
	mnl_attr_put_strz(genl_request(t, CTRL_CMD_GETFAMILY, 0), CTRL_ATTR_FAMILY_NAME, USTACK_GENL_NAME);
	err = genl_transact(t);
	if (err)
		return err == -ENOENT ? -EPROTONOSUPPORT : err;
	id = genl_attr((const struct nlmsghdr *)t->buf, CTRL_ATTR_FAMILY_ID);
	if (!id || mnl_attr_validate(id, MNL_TYPE_U16) < 0)
		return -EPROTO;
	t->family = mnl_attr_get_u16(id);
	return 0;
}

/**
 * genl_begin - begin a talk, which genl_end() ends
 * @instance: the stack's name
 *
 * Return: 0; -ENETDOWN: no such instance runs; -EPROTONOSUPPORT: it does not know the family; see dial(). After an
 * error there is no talk to be ended.
 */
int genl_begin(struct genl_talk *t, const char *instance)
{
	struct timeval limit = { .tv_sec = TIMEOUT_S };
	int err;

	t->seq = 0;
	t->fd = dial(instance, USTACK_CHAN_GENERIC, SOCK_CLOEXEC);
	if (t->fd == -ENOENT || t->fd == -ECONNREFUSED || t->fd == -ENOTDIR)
		return -ENETDOWN;
	if (t->fd < 0)
		return t->fd;
	sys_setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	sys_setsockopt(t->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	err = find_family(t);
	if (err)
		genl_end(t);
	return err;
}

/** genl_end - end a talk that was begun */
void genl_end(struct genl_talk *t)
{
	sys_close(t->fd);
}
