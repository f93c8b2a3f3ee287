/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) on sockets of the stack. Called through struct usock_ops; ifioctl.c answers what is about
 * interfaces.
 *
 * What is not known here is refused, and never passed on: of an interface request the kernel would
 * think that it means the host's.
 */
#include "libsock/ioctl.h"

#include <errno.h>
#include <linux/sockios.h>

#include "libsock/dgram.h"
#include "libsock/ifioctl.h"
#include "libsock/sys.h"

static int native(int fd, unsigned long request, void *arg)
{
	return sys_ioctl(fd, request, arg) < 0 ? -errno : 0;
}

/* FIONREAD: bytes that can be read; for datagrams, of the first one. */
static int unread(struct usock *sk, int fd, void *arg)
{
	if (sk->type == SOCK_STREAM && sk->phase == SOCKET_LISTENING)
		return -EINVAL;
	if (sk->type == SOCK_STREAM || sk->family == AF_NETLINK)
		return native(fd, SIOCINQ, arg);
	*(int *)arg = dgram_unread(fd);
	return 0;
}

/**
 * ioctl_is_interface - is this request about the host's interfaces, unless somebody answers it?
 * @request: of ioctl(2)
 */
bool ioctl_is_interface(unsigned long request)
{
	return request >= IOCTL_INTERFACE_FIRST && request <= IOCTL_INTERFACE_LAST;
}

/**
 * ioctl_call - ioctl(2)
 * @sk: the socket
 * @fd: its descriptor
 * @request: FIONBIO, FIOASYNC, FIONREAD, SIOCATMARK, SIOCOUTQ, the owner requests, SIOCGIF*
 * @arg: as the request wants it
 *
 * Return: 0; -ENOTTY or -EOPNOTSUPP: no such request here; -EINVAL, -ENODEV, -EADDRNOTAVAIL.
 */
int ioctl_call(struct usock *sk, int fd, unsigned long request, void *arg)
{
	switch (request) {
	case FIONBIO:
	case FIOASYNC:
	case FIOCLEX:
	case FIONCLEX:
	case FIOSETOWN:
	case SIOCSPGRP:
	case FIOGETOWN:
	case SIOCGPGRP:
		return native(fd, request, arg);
	case SIOCOUTQ: /* what the stack has not taken yet */
		return native(fd, request, arg);
	case FIONREAD:
		return unread(sk, fd, arg);
	case SIOCATMARK:
		*(int *)arg = 0; /* urgent data is delivered in line (RFC 6093) */
		return 0;
	default:
		break;
	}
	/* These are of IPv4, and Linux asks the socket's family. */
	if (sk->family == AF_INET6 && ifioctl_is_address(request))
		return -ENOTTY;
	if (ioctl_is_interface(request))
		return ifioctl(control_instance(sk->ctl), request, arg);
	return -ENOTTY;
}
