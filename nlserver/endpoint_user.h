/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who owns how many endpoints. Each costs the server a descriptor, and these are few: no user gets more
 * than a share of them, so that one can neither keep the others out nor have the server run dry.
 */
#ifndef NLSERVER_ENDPOINT_USER_H
#define NLSERVER_ENDPOINT_USER_H

#include "stack/lib/list.h"
#include "stack/lib/util.h"

#define ENDPOINT_USER_BITS 6

struct endpoint_user {
	struct hlist_node hash;
	uint32_t uid;
	uint32_t count; /* endpoints; with none it is freed */
};

struct endpoint_users {
	struct hlist_head by_uid[1 << ENDPOINT_USER_BITS];
	uint32_t max; /* endpoints of one user; root and the server's own user have no limit */
};

/** endpoint_users_init - @users is zero; the limit follows RLIMIT_NOFILE */
void endpoint_users_init(struct endpoint_users *users);

/**
 * endpoint_user_get - count one more endpoint of @uid
 * Return: 0, -EMFILE (the user has its share), -ENOMEM
 */
int endpoint_user_get(struct endpoint_users *users, uint32_t uid, struct endpoint_user **ret);
/** endpoint_user_put - one less */
void endpoint_user_put(struct endpoint_user *user);

#endif
