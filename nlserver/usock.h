/* SPDX-License-Identifier: BSD-2-Clause */
/* The usock family: <ustack/usock.h> says what its messages are. */
#ifndef NLSERVER_USOCK_H
#define NLSERVER_USOCK_H

#include "nlserver/netlink.h"

/** usock_register - make the family known; server->endpoints must be there before a request comes. 0 or -errno */
int usock_register(struct nl_server *nl);

#endif
