/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Talks with the stack by the ustack generic netlink family (ustack/ustack.h). For the preload: sysctl.c, procnet.c.
 *
 * Each goes over a connection of its own, takes no lock and allocates no memory: signal handlers and children of
 * vfork(2) may have one.
 */
#ifndef LIBSOCK_GENL_H
#define LIBSOCK_GENL_H

#include <linux/genetlink.h>
#include <libmnl/libmnl.h>

#include <ustack/ustack.h>

struct genl_talk {
	int fd;
	uint16_t family;
	uint32_t seq;
	size_t len;		/* of what was received last */
	char buf[USTACK_PROC_PACKET_MAX]
		__attribute__((aligned(NLMSG_ALIGNTO))); /* the request, then its answer */
};

int genl_begin(struct genl_talk *t, const char *instance);
struct nlmsghdr *genl_request(struct genl_talk *t, uint8_t cmd, uint16_t flags);
int genl_send(const struct genl_talk *t);
int genl_receive(struct genl_talk *t);
int genl_transact(struct genl_talk *t);
const struct nlattr *genl_attr(const struct nlmsghdr *nlh, uint16_t type);
void genl_end(struct genl_talk *t);

#endif
