/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the server share: one instance of the stack and what stands around it. */
#ifndef NLSERVER_SERVER_H
#define NLSERVER_SERVER_H

#include "nlserver/loop.h"
#include "stack/driver/driver.h"

struct nl_server;	/* channels, groups, dispatch: nlserver/netlink.h */
struct endpoints;	/* the applications' sockets: nlserver/endpoint.h */

struct server {
	const char *name;		/* of the instance */
	struct loop *loop;
	struct net *net;
	struct driver_loop driver_loop;
	struct nl_server *nl;
	struct endpoints *endpoints;
};

#endif
