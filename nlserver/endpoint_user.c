/* SPDX-License-Identifier: BSD-2-Clause */
/* The owners of endpoints: see endpoint_user.h. Called by endpoint.c. */
#include "nlserver/endpoint_user.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "stack/lib/siphash.h"

#define SHARE 4	    /* of the descriptors: one part in this many */
#define MAX   65536 /* however many descriptors there are */

void endpoint_users_init(struct endpoint_users *users)
{
	struct rlimit lim;

	users->max = MAX;
	if (!getrlimit(RLIMIT_NOFILE, &lim))
		users->max = min(lim.rlim_cur / SHARE, (rlim_t)MAX);
}

static bool unlimited(uint32_t uid)
{
	return uid == 0 || uid == geteuid();
}

int endpoint_user_get(struct endpoint_users *users, uint32_t uid, struct endpoint_user **ret)
{
	struct hlist_head *head = &users->by_uid[jhash_u32(uid) >> (32 - ENDPOINT_USER_BITS)];
	struct endpoint_user *user;

	hlist_for_each_entry(user, head, hash) {
		if (user->uid != uid)
			continue;
		if (user->count >= users->max && !unlimited(uid))
			return -EMFILE;
		user->count++;
		*ret = user;
		return 0;
	}
	user = calloc(1, sizeof(*user));
	if (!user)
		return -ENOMEM;
	user->uid = uid;
	user->count = 1;
	hlist_add_head(&user->hash, head);
	*ret = user;
	return 0;
}

void endpoint_user_put(struct endpoint_user *user)
{
	if (--user->count)
		return;
	hlist_del(&user->hash);
	free(user);
}
