/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's parameters: see sysctl.h. Called by procfile.c and preload_stat.c.
 */
#include "libsock/sysctl.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>
#include <libmnl/libmnl.h>

#include <ustack/ustack.h>

#include "libsock/dial.h"
#include "libsock/sys.h"

/* An instance that has not answered for so long has failed. */
#define SYSCTL_TIMEOUT_S 30

/* A message of the family, either way; and a refusal, which repeats the request. */
#define MSG_MAX (2 * (USTACK_SYSCTL_NAME_MAX + USTACK_SYSCTL_VALUE_MAX) + 256)

struct talk {
	int fd;
	uint32_t seq;
	char buf[MSG_MAX]
		__attribute__((aligned(NLMSG_ALIGNTO))); /* the request, then its answer */
};

static struct nlmsghdr *request(struct talk *t, uint16_t family, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(t->buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++t->seq;
	genl->cmd = cmd;
	genl->version = USTACK_GENL_VERSION;
	return nlh;
}

static ssize_t receive(struct talk *t)
{
	ssize_t n;

	do {
		n = sys_recv(t->fd, t->buf, sizeof(t->buf), 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : errno == ECONNRESET ? -ENETDOWN : -errno;
	return n ? n : -ENETDOWN;
}

/* The answer, which begins its packet; or, where there is none but an acknowledgement, its error. */
static int transact(struct talk *t)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->buf;
	ssize_t n = dial_send(t->fd, t->buf, nlh->nlmsg_len, NULL, 0);

	if (n < 0)
		return n == -EPIPE || n == -ECONNRESET ? -ENETDOWN : (int)n;
	n = receive(t);
	if (n < 0)
		return (int)n;
	if (!mnl_nlmsg_ok(nlh, (int)n) || nlh->nlmsg_seq != t->seq)
		return -EPROTO;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

		return mnl_nlmsg_get_payload_len(nlh) < sizeof(*e) ? -EPROTO : e->error;
	}
	return 0;
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

static const struct nlattr *find_attr(const struct talk *t, uint16_t type)
{
	struct wanted w = { .type = type };

	mnl_attr_parse((const struct nlmsghdr *)t->buf, sizeof(struct genlmsghdr), take_attr, &w);
	return w.attr;
}

static int find_family(struct talk *t, uint16_t *ret)
{
	struct nlmsghdr *nlh = request(t, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	const struct nlattr *id;
	int err;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, USTACK_GENL_NAME);
	err = transact(t);
	if (err)
		return err == -ENOENT ? -EPROTONOSUPPORT : err;
	id = find_attr(t, CTRL_ATTR_FAMILY_ID);
	if (!id || mnl_attr_validate(id, MNL_TYPE_U16) < 0)
		return -EPROTO;
	*ret = mnl_attr_get_u16(id);
	return 0;
}

static int begin(struct talk *t, const char *instance, uint16_t *ret_family)
{
	struct timeval limit = { .tv_sec = SYSCTL_TIMEOUT_S };
	int err;

	t->seq = 0;
	t->fd = dial(instance, USTACK_CHAN_GENERIC, SOCK_CLOEXEC);
	if (t->fd == -ENOENT || t->fd == -ECONNREFUSED || t->fd == -ENOTDIR)
		return -ENETDOWN;
	if (t->fd < 0)
		return t->fd;
	sys_setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	sys_setsockopt(t->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	err = find_family(t, ret_family);
	if (err)
		sys_close(t->fd);
	return err;
}

static int take_value(const struct talk *t, char *ret, size_t size)
{
	const struct nlattr *value = find_attr(t, USTACK_A_SYSCTL_VALUE);
	size_t len;

	if (!value)
		return -EPROTO;
	len = strnlen(mnl_attr_get_payload(value), mnl_attr_get_payload_len(value));
	if (len >= size)
		return -EPROTO;
	memcpy(ret, mnl_attr_get_payload(value), len);
	ret[len] = '\0';
	return 0;
}

/**
 * sysctl_read - the value of a parameter
 * @instance: the stack's name
 * @name: the parameter's
 * @ret: receives the value
 * @size: room there; USTACK_SYSCTL_VALUE_MAX is enough
 *
 * Return: 0; -ENOENT: there is none of the name; -EIO: it is not set; -EPERM; -ENETDOWN: no such
 * instance runs; see dial().
 */
int sysctl_read(const char *instance, const char *name, char *ret, size_t size)
{
	struct talk t;
	uint16_t family;
	int err;

	if (strlen(name) > USTACK_SYSCTL_NAME_MAX)
		return -ENOENT;
	err = begin(&t, instance, &family);
	if (err)
		return err;
	mnl_attr_put_strz(request(&t, family, USTACK_CMD_SYSCTL_GET, 0), USTACK_A_SYSCTL_NAME,
			  name);
	err = transact(&t);
	if (!err)
		err = take_value(&t, ret, size);
	sys_close(t.fd);
	return err;
}

/**
 * sysctl_write - set a parameter
 * @instance: the stack's name
 * @name: the parameter's
 * @value: as text
 *
 * Return: 0; what the stack refuses it with: -ENOENT, -EINVAL, -EPERM; otherwise as sysctl_read().
 */
int sysctl_write(const char *instance, const char *name, const char *value)
{
	struct talk t;
	struct nlmsghdr *nlh;
	uint16_t family;
	int err;

	if (strlen(name) > USTACK_SYSCTL_NAME_MAX)
		return -ENOENT;
	if (strlen(value) >= USTACK_SYSCTL_VALUE_MAX)
		return -EINVAL;
	err = begin(&t, instance, &family);
	if (err)
		return err;
	nlh = request(&t, family, USTACK_CMD_SYSCTL_SET, NLM_F_ACK);
	mnl_attr_put_strz(nlh, USTACK_A_SYSCTL_NAME, name);
	mnl_attr_put_strz(nlh, USTACK_A_SYSCTL_VALUE, value);
	err = transact(&t);
	sys_close(t.fd);
	return err;
}
