/* SPDX-License-Identifier: BSD-2-Clause */
/* One packet of netlink bytes, from wherever it came, to the handlers of its messages. */
#ifndef NLSERVER_DISPATCH_H
#define NLSERVER_DISPATCH_H

#include "nlserver/client.h"

/**
 * nl_dispatch - handle a packet: one or more whole netlink messages
 * @c: who sent it, and gets the answers
 * @data: aligned for struct nlmsghdr
 * @fds: descriptors that came with it; those that no handler took are closed; NULL: none
 *
 * Trusts nothing in @data. Needs no socket: tests and fuzzing call it too.
 */
void nl_dispatch(struct nl_client *c, const void *data, size_t len, struct nl_fds *fds);

/** nl_fds_close - close what @c sent and was not taken; NULL is fine */
void nl_fds_close(struct nl_client *c, struct nl_fds *fds);

#endif
