/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of /proc/net: finding them, and the command that reads them. Called through the table of ustack_genl.c;
 * what is in the files stands in procnet_*.c.
 */
#include "nlserver/procnet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <ustack/ustack.h>

#include "nlserver/genl.h"

static const struct procnet_file *const subjects[] = { procnet_counters, procnet_devs, procnet_routes, procnet_socks };

static const struct procnet_file *find_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
		for (const struct procnet_file *file = subjects[i]; file->name; file++)
			if (!strcmp(file->name, name))
				return file;
	return NULL;
}

/* The file that is asked for; NULL with *@ret_err and a sentence. */
static const struct procnet_file *find(struct nl_request *req, int *ret_err)
{
	const struct nlattr *name = req->tb[USTACK_A_PROC_NAME];
	const struct procnet_file *file;

	if (!name) {
		*ret_err = nl_extack_missing(&req->ack, USTACK_A_PROC_NAME, "The file's name is missing");
		return NULL;
	}
	file = find_name(mnl_attr_get_str(name));
	if (!file)
		*ret_err = nl_extack_attr(&req->ack, name, -ENOENT, "No such file of /proc/net");
	return file;
}

/* --- text ----------------------------------------------------------------------------------------- */

static void put_text(struct procnet_text *t, const char *fmt, va_list args)
{
	int n = vsnprintf(t->data + t->len, t->size - t->len, fmt, args);

	if (n < 0 || (size_t)n >= t->size - t->len)
		t->full = true;
	else
		t->len += n;
}

void procnet_put(struct procnet_text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_text(t, fmt, args);
	va_end(args);
}

int procnet_end(struct procnet_text *t, size_t start)
{
	bool full = t->full;

	if (full)
		t->len = start;
	t->full = false;
	return full;
}

int procnet_line(struct procnet_text *t, const char *fmt, ...)
{
	size_t start = t->len;
	va_list args;

	va_start(args, fmt);
	put_text(t, fmt, args);
	va_end(args);
	procnet_put(t, "%*s\n", max(t->width - (int)(t->len - start), 0), "");
	return procnet_end(t, start);
}

/* --- the command ---------------------------------------------------------------------------------- */

int procnet_get(struct nl_request *req)
{
	const struct procnet_file *file;
	struct nl_reply r;
	struct nl_msg m;
	int err;

	file = find(req, &err);
	if (!file)
		return err;
	genl_reply_begin(&r, &m, req, USTACK_CMD_PROC_GET);
	nl_put_str(&m, USTACK_A_PROC_NAME, file->name);
	return genl_reply_send(&r, &m);
}

enum { HEADER_DONE, PRINTER }; /* d->state; from PRINTER on it is the printer's */

_Static_assert(PRINTER + PROCNET_STATE <= NL_DUMP_STATE, "a printer's words fit");

static int dump_start(struct nl_dump *d)
{
	int err = 0;

	find(&d->req, &err);
	return err;
}

static int print(const struct procnet_file *file, struct procnet_text *t, uint64_t *header_done)
{
	if (file->header && !*header_done && procnet_line(t, "%s", file->header))
		return 1;
	*header_done = true;
	return file->print ? file->print(t) : 0;
}

/* One message, and so one piece, in each packet: who reads needs room for no more. */
static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct nl_head head = nl_dump_head(d, d->req.nlh->nlmsg_type);
	char piece[USTACK_PROC_TEXT_MAX + 1];
	struct procnet_text t = {
		.net = d->req.net,
		.at = d->state + PRINTER,
		.data = piece,
		.size = sizeof(piece),
	};
	const struct procnet_file *file;
	struct nl_msg m;
	int more;

	file = find(&d->req, &more);
	t.width = file->width;
	more = print(file, &t, &d->state[HEADER_DONE]);
	if (!t.len)
		return more ? -EMSGSIZE : 0;
	genl_msg_begin(&m, buf, &head, USTACK_CMD_PROC_GET, USTACK_GENL_VERSION, 0);
	nl_put(&m, USTACK_A_PROC_TEXT, piece, t.len);
	return nl_msg_end(&m) ? -EMSGSIZE : more;
}

const struct nl_dump_ops procnet_dump = { .start = dump_start, .more = dump_more };
