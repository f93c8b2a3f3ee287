/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kept messages, one after the other in one buffer: see msglist.h. Called by address.c and flush.c.
 */
#include "uip/msglist.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

int msglist_add(struct msglist *l, const struct nlmsghdr *h)
{
	size_t len = NLMSG_ALIGN(h->nlmsg_len);

	if (l->used + len > l->room) {
		size_t room = 2 * (l->room + len);
		char *grown = realloc(l->buf, room);

		if (!grown)
			return -ENOMEM;
		l->buf = grown;
		l->room = room;
	}
	memcpy(l->buf + l->used, h, h->nlmsg_len);
	memset(l->buf + l->used + h->nlmsg_len, 0, len - h->nlmsg_len);
	l->used += len;
	return 0;
}

void msglist_free(struct msglist *l)
{
	free(l->buf);
	memset(l, 0, sizeof(*l));
}

const struct nlmsghdr *msglist_first(const struct msglist *l)
{
	return l->used ? (const struct nlmsghdr *)l->buf : NULL;
}

const struct nlmsghdr *msglist_next(const struct msglist *l, const struct nlmsghdr *h)
{
	const char *next = (const char *)h + NLMSG_ALIGN(h->nlmsg_len);

	return next < l->buf + l->used ? (const struct nlmsghdr *)next : NULL;
}
