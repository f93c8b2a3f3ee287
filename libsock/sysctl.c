/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's parameters: see sysctl.h. Called by procfile.c and preload_stat.c.
 */
#include "libsock/sysctl.h"

#include <errno.h>
#include <string.h>

#include "libsock/genl.h"

static int take_value(const struct genl_talk *t, char *ret, size_t size)
{
	const struct nlattr *value = genl_attr((const struct nlmsghdr *)t->buf, USTACK_A_SYSCTL_VALUE);
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
	struct genl_talk t;
	int err;

	if (strlen(name) > USTACK_SYSCTL_NAME_MAX)
		return -ENOENT;
	err = genl_begin(&t, instance);
	if (err)
		return err;
	mnl_attr_put_strz(genl_request(&t, USTACK_CMD_SYSCTL_GET, 0), USTACK_A_SYSCTL_NAME, name);
	err = genl_transact(&t);
	if (!err)
		err = take_value(&t, ret, size);
	genl_end(&t);
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
	struct genl_talk t;
	struct nlmsghdr *nlh;
	int err;

	if (strlen(name) > USTACK_SYSCTL_NAME_MAX)
		return -ENOENT;
	if (strlen(value) >= USTACK_SYSCTL_VALUE_MAX)
		return -EINVAL;
	err = genl_begin(&t, instance);
	if (err)
		return err;
	nlh = genl_request(&t, USTACK_CMD_SYSCTL_SET, NLM_F_ACK);
	mnl_attr_put_strz(nlh, USTACK_A_SYSCTL_NAME, name);
	mnl_attr_put_strz(nlh, USTACK_A_SYSCTL_VALUE, value);
	err = genl_transact(&t);
	genl_end(&t);
	return err;
}
