/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The channel: how a netlink socket is carried over a Unix socket.
 *
 * An instance NAME serves one directory, $USTACK_RUNDIR/NAME/, and in it one AF_UNIX SOCK_SEQPACKET
 * listener for each netlink protocol: "route", "generic", "sock_diag". To connect to one is to open
 * a netlink socket of that protocol; a packet is a netlink datagram (one or more whole messages).
 *
 * What a netlink socket does by bind(2), getsockname(2) and setsockopt(2) is here a control message:
 * a netlink message of type USTACK_NLMSG_CTL (below NLMSG_MIN_TYPE, so never a request), whose
 * payload is struct ustack_ctl. One end of a fresh SOCK_SEQPACKET pair is attached (SCM_RIGHTS);
 * the server writes one struct ustack_ctl_reply to it and closes it. So a control call is
 * synchronous and never gets mixed up with the datagrams that wait on the channel: "subscribe, then
 * dump" has no race. A control message stands alone in its packet.
 *
 * A connection has a port id from the moment it is accepted (USTACK_CTL_GETNAME tells it); binding
 * is needed only for an explicit port id or for groups. The datagrams that the server sends are
 * those of a kernel socket: nlmsg_pid of a reply is the port id of the channel.
 */
#ifndef USTACK_CHANNEL_H
#define USTACK_CHANNEL_H

#include <stdint.h>

#define USTACK_DEFAULT_NAME	"default"	/* the instance, where neither -n nor $USTACK says */
#define USTACK_RUNDIR_ROOT	"/run/ustack"	/* for root; else $XDG_RUNTIME_DIR/ustack */
#define USTACK_RUNDIR_TMP	"/tmp/ustack-%u"	/* for a user without XDG_RUNTIME_DIR: mode 0700, owner checked */
#define USTACK_NAME_MAX		32		/* longest instance name, in bytes */

#define USTACK_CHAN_ROUTE	"route"
#define USTACK_CHAN_GENERIC	"generic"
#define USTACK_CHAN_SOCK_DIAG	"sock_diag"
#define USTACK_LOCKFILE		"lock"		/* flock()ed by the daemon as long as it lives; holds its pid */

#define USTACK_CHAN_DGRAM_MAX	32768		/* longest packet that the server sends in a dump */
#define USTACK_CHAN_RECV_MAX	212992		/* longest packet that the server takes */

#define USTACK_NLMSG_CTL	0x8		/* nlmsg_type of a control message */

enum ustack_ctl_cmd {
	USTACK_CTL_GETNAME = 1,		/* nothing asked: pid and groups are answered */
	USTACK_CTL_BIND,		/* arg: port id (0: keep the automatic one); arg2: 32-bit group mask */
	USTACK_CTL_ADD_MEMBERSHIP,	/* arg: group number */
	USTACK_CTL_DROP_MEMBERSHIP,	/* arg: group number */
	USTACK_CTL_SETSOCKOPT,		/* arg: NETLINK_* option name (EXT_ACK, CAP_ACK, …); arg2: its value */
};

/* An option of the channel's own for USTACK_CTL_SETSOCKOPT, beside NETLINK_*. With arg2 1: after a
 * request that fails, each later request on this channel is answered -ECANCELED and left undone, in
 * the same packet and in later ones, until the option is set again (to 0 or 1). So a batch can send
 * many messages ahead and still stop at the first that fails. */
#define USTACK_OPT_STOP_ON_ERROR	0x10000

/* Another one. With arg2 1: the answers to the requests of one packet come together, in as few packets
 * as they fit in (up to USTACK_CHAN_DGRAM_MAX), instead of one packet for each as the kernel does. For
 * clients that read every message of a packet. */
#define USTACK_OPT_PACK_ACKS		0x10001

struct ustack_ctl {
	uint32_t cmd;			/* enum ustack_ctl_cmd */
	uint32_t arg;
	uint32_t arg2;
};

struct ustack_ctl_reply {
	int32_t  error;			/* 0 or -errno: -EADDRINUSE, -EINVAL, -ENOPROTOOPT, -EPERM */
	uint32_t pid;			/* the channel's port id */
	uint32_t groups;		/* its groups 1 to 32, as a mask */
};

#endif
