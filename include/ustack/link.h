/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Link kinds that exist only here: what RTM_NEWLINK says about them.
 *
 * The kind stands in IFLA_LINKINFO / IFLA_INFO_KIND, what belongs to it in IFLA_INFO_DATA. A kind
 * that stands on a descriptor (packet, tap, stream) carries exactly one, by SCM_RIGHTS, on the packet
 * that holds just that RTM_NEWLINK: uip opened it with its caller's rights, and the server checks what
 * it is before use. RTM_GETLINK shows the same attributes again, without the descriptor.
 *
 * Kind "pair" is the kernel's "veth": its data is VETH_INFO_PEER of <linux/veth.h>, a struct ifinfomsg
 * and the peer's own attributes.
 */
#ifndef USTACK_LINK_H
#define USTACK_LINK_H

#define USTACK_KIND_PACKET "packet"
#define USTACK_KIND_TAP	   "tap"
#define USTACK_KIND_STREAM "stream"
#define USTACK_KIND_PAIR   "pair"
#define USTACK_KIND_DUMMY  "dummy"

/* In IFLA_INFO_DATA of packet, tap, stream. */
enum ustack_link_attr {
	USTACK_LINK_A_UNSPEC,
	USTACK_LINK_A_HOSTIF,	    /* string: the host's interface (packet, tap), for showing */
	USTACK_LINK_A_VNET_HDR,	    /* u8: 1: a struct virtio_net_hdr stands before each frame */
	USTACK_LINK_A_VNET_HDR_LEN, /* u32: its length in bytes (10 or 12), with VNET_HDR */
	USTACK_LINK_A_OFFLOADS,	    /* u32: USTACK_OFFLOAD_* that the descriptor takes, with VNET_HDR */
	USTACK_LINK_A_PATH,	    /* string: the Unix socket's path (stream), for showing */
	USTACK_LINK_A_MAX_PLUS_1
};
#define USTACK_LINK_A_MAX (USTACK_LINK_A_MAX_PLUS_1 - 1)

/* In IFLA_INFO_XSTATS of every device: why packets were discarded on it. */
enum ustack_link_xattr {
	USTACK_LINK_X_UNSPEC,
	USTACK_LINK_X_DROP,   /* nest: REASON and COUNT; one for each reason that was counted */
	USTACK_LINK_X_REASON, /* string: in words */
	USTACK_LINK_X_COUNT,  /* u64: packets */
	USTACK_LINK_X_MAX_PLUS_1
};
#define USTACK_LINK_X_MAX (USTACK_LINK_X_MAX_PLUS_1 - 1)

#define USTACK_OFFLOAD_CSUM 0x1 /* checksums may be left to the other side */
#define USTACK_OFFLOAD_TSO4 0x2 /* TCP over IPv4 segments larger than the MTU */
#define USTACK_OFFLOAD_TSO6 0x4 /* TCP over IPv6 segments larger than the MTU */
#define USTACK_OFFLOAD_USO  0x8 /* UDP datagrams to be cut into many (both families) */

#endif
