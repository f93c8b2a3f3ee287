/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Netlink messages that are kept for later, in the order in which they came.
 */
#ifndef UIP_MSGLIST_H
#define UIP_MSGLIST_H

#include <stddef.h>

struct nlmsghdr;

/* Starts as all zeros. */
struct msglist {
	char *buf;
	size_t used;
	size_t room;
};

/** msglist_add() - keep a copy; Return: 0 or -ENOMEM */
int msglist_add(struct msglist *l, const struct nlmsghdr *h);
void msglist_free(struct msglist *l);

/* The first and the next message; NULL after the last. Not valid after another msglist_add(). */
const struct nlmsghdr *msglist_first(const struct msglist *l);
const struct nlmsghdr *msglist_next(const struct msglist *l, const struct nlmsghdr *h);

#endif
