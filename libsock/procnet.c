/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's files of /proc/net: see procnet.h. Called by procfile.c.
 */
#include "libsock/procnet.h"

#include <errno.h>
#include <string.h>

#include "libsock/genl.h"
#include "libsock/sys.h"

/* Begin a talk with a request about a file. */
static int ask(struct genl_talk *t, const char *instance, const char *name, uint16_t flags)
{
	int err;

	if (strlen(name) > USTACK_PROC_NAME_MAX)
		return -ENOENT;
	err = genl_begin(t, instance);
	if (!err)
		mnl_attr_put_strz(genl_request(t, USTACK_CMD_PROC_GET, flags), USTACK_A_PROC_NAME, name);
	return err;
}

/**
 * procnet_exists - does the stack have a file?
 * @instance: the stack's name
 * @name: the file's, below /proc/net
 *
 * Return: 0; -ENOENT; -ENETDOWN: no such instance runs; see dial().
 */
int procnet_exists(const char *instance, const char *name)
{
	struct genl_talk t;
	int err = ask(&t, instance, name, 0);

	if (err)
		return err;
	err = genl_transact(&t);
	genl_end(&t);
	return err;
}

static int write_piece(const struct nlmsghdr *nlh, int fd)
{
	const struct nlattr *text = genl_attr(nlh, USTACK_A_PROC_TEXT);
	size_t len = text ? mnl_attr_get_payload_len(text) : 0;
	ssize_t n = text ? sys_write(fd, mnl_attr_get_payload(text), len) : 0;

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -ENOSPC;
}

/* One message of the answer: 0; 1: it was the last; or -errno. */
static int take_message(const struct nlmsghdr *nlh, int fd)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type != NLMSG_DONE && nlh->nlmsg_type != NLMSG_ERROR)
		return write_piece(nlh, fd);
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return -EPROTO;
	return *error ? *error : 1;
}

static int take_packet(const struct genl_talk *t, int fd)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->buf;
	int left = (int)t->len, err = 0;

	for (; !err && mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		err = take_message(nlh, fd);
	return err;
}

/**
 * procnet_read - write the text of a file, as it is now, to a descriptor
 * @instance: the stack's name
 * @name: the file's, below /proc/net
 * @fd: where it goes
 *
 * Return: 0; what write(2) says; otherwise as procnet_exists().
 */
int procnet_read(const char *instance, const char *name, int fd)
{
	struct genl_talk t;
	int err = ask(&t, instance, name, NLM_F_DUMP);

	if (err)
		return err;
	err = genl_send(&t);
	while (!err) {
		err = genl_receive(&t);
		if (!err)
			err = take_packet(&t, fd);
	}
	genl_end(&t);
	return err == 1 ? 0 : err;
}
