/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A channel: a netlink socket to an instance of the stack.
 *
 * Exported by libusock for programs that configure a stack, uip before all: the transport under
 * libnl or libmnl. A channel belongs to one thread at a time, and is not shared over fork(2).
 */
#ifndef LIBSOCK_CHANNEL_H
#define LIBSOCK_CHANNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ustack/channel.h>

struct usock_channel;

int usock_channel_open(const char *instance, const char *protocol, struct usock_channel **ret);
void usock_channel_close(struct usock_channel *chan);
int usock_channel_fd(const struct usock_channel *chan);
uint32_t usock_channel_pid(const struct usock_channel *chan);
int usock_channel_ctl(struct usock_channel *chan, uint32_t cmd, uint32_t arg, uint32_t arg2,
		      struct ustack_ctl_reply *ret);
ssize_t usock_channel_send(struct usock_channel *chan, const void *buf, size_t len, const int *fds,
			   unsigned int nfds);
ssize_t usock_channel_recv(struct usock_channel *chan, void **ret_buf);
int usock_rundir(char *buf, size_t size, const char *instance);

#endif
