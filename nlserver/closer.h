/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Closing what strangers sent along. close(2) waits for a socket that is set to linger, and for a file system that
 * somebody runs as a program (FUSE), or has on a server: as long as its owner likes. So all but sockets are closed by
 * threads of their own, which do nothing else and know nothing of the server.
 *
 * Called by the channels and by handlers that took a descriptor which is not what they need.
 */
#ifndef NLSERVER_CLOSER_H
#define NLSERVER_CLOSER_H

#include <stdbool.h>
#include <stdint.h>

#include "stack/lib/list.h"

struct closer {
	struct list_head jobs; /* under way, or over and not yet swept up */
};

void closer_init(struct closer *c);
/** closer_exit - waits a moment for what is under way, no longer */
void closer_exit(struct closer *c);

/** closer_close - close @fd, which came from @uid; it must be asked nothing but by getsockopt(2) and its like before */
void closer_close(struct closer *c, uint32_t uid, int fd);
/** closer_is_behind - is so much of @uid's still being closed that nothing more is to be taken from it? */
bool closer_is_behind(struct closer *c, uint32_t uid);

#endif
