/* SPDX-License-Identifier: BSD-2-Clause */
/* The ustack family: <ustack/ustack.h> says what its messages are. */
#ifndef NLSERVER_USTACK_GENL_H
#define NLSERVER_USTACK_GENL_H

#include "nlserver/netlink.h"

/** ustack_genl_register - make the family known; 0 or -errno */
int ustack_genl_register(struct nl_server *nl);

#endif
