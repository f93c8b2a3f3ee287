/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a packet was discarded. Each discard in the stack is skb_drop(skb, reason): counted per device,
 * shown by `uip -s -s link`, seen by captures; and the front of IP turns some into ICMP errors.
 */
#ifndef STACK_CORE_DROP_H
#define STACK_CORE_DROP_H

/* X(name, text) */
#define DROP_REASONS(X)						\
	X(NOT_SPECIFIED, "not specified")			\
	X(NO_MEMORY, "no memory")				\
	X(DEV_DOWN, "device is down")				\
	X(DEV_TX_BUSY, "device queue full")			\
	X(DEV_TX_ERROR, "device refused the frame")		\
	X(TOO_BIG, "frame larger than the MTU")			\
	X(ETH_HDR, "short or bad Ethernet header")		\
	X(ETH_OTHERHOST, "frame for another host")		\
	X(UNHANDLED_PROTO, "no handler for the protocol")	\
	X(ARP_HDR, "bad ARP packet")				\
	X(ARP_IGNORED, "ARP not for us")			\
	X(NEIGH_QUEUE_FULL, "neighbour queue full")		\
	X(NEIGH_FAILED, "neighbour unreachable")		\
	X(NEIGH_CREATE, "neighbour table full")			\
	X(NEIGH_HH, "no link-layer header")			\
	X(IP_HDR, "bad IP header")				\
	X(IP_CSUM, "bad IP checksum")				\
	X(IP_OPTIONS, "bad or refused IP options")		\
	X(IP_INADDRERRORS, "bad source or destination address")	\
	X(IP_NOPROTO, "protocol unreachable")			\
	X(IP_TTL, "time to live exceeded")			\
	X(IP_DF, "fragmentation needed but not allowed")	\
	X(IP_NOROUTE, "no route to the destination")		\
	X(IP_HOSTUNREACH, "route says: host unreachable")	\
	X(IP_PROHIBIT, "administratively prohibited")		\
	X(IP_BLACKHOLE, "blackhole route")			\
	X(IP_NOFORWARD, "forwarding is off")			\
	X(IP_RPFILTER, "reverse path filter")			\
	X(IP6_HDR, "bad IPv6 header")				\
	X(IP6_TRUNCATED, "IPv6 packet cut short")		\
	X(IP6_EXTHDR, "bad IPv6 extension header")		\
	X(IP6_HDR_CHAIN, "first fragment lacks headers")	\
	X(IP6_ROUTING, "IPv6 routing header refused")		\
	X(IP6_OPTION, "unknown IPv6 option")			\
	X(IP6_SCOPE, "beyond the scope of the source address")	\
	X(IP6_NONEXTHDR, "nothing behind the headers")		\
	X(IP6_DISABLED, "IPv6 is disabled")			\
	X(IP6_NO_MEMBER, "multicast group not joined")		\
	X(FRAG_OVERLAP, "overlapping fragment")			\
	X(FRAG_DUPLICATE, "fragment came again")		\
	X(FRAG_TIMEOUT, "reassembly timed out")			\
	X(FRAG_MEMORY, "reassembly memory limit")		\
	X(FRAG_BAD, "bad fragment")				\
	X(ICMP_HDR, "bad ICMP message")				\
	X(ICMP_CSUM, "bad ICMP checksum")			\
	X(ICMP_RATELIMIT, "ICMP rate limit")			\
	X(IGMP_HDR, "bad IGMP message")				\
	X(MLD_HDR, "bad MLD message")				\
	X(NDISC_HDR, "bad neighbour discovery message")		\
	X(NDISC_HOPLIMIT, "neighbour discovery from afar")	\
	X(NDISC_IGNORED, "neighbour discovery not for us")	\
	X(UDP_HDR, "bad UDP header")				\
	X(UDP_CSUM, "bad UDP checksum")				\
	X(UDP_NO_PORT, "no UDP socket")				\
	X(SOCK_RCVBUF, "socket receive buffer full")		\
	X(SOCK_FILTER, "socket filter")				\
	X(RAW_NO_SOCK, "no raw socket")				\
	X(TCP_HDR, "bad TCP header")				\
	X(TCP_CSUM, "bad TCP checksum")				\
	X(TCP_NO_SOCK, "no TCP socket")				\
	X(TCP_RESET, "TCP reset")				\
	X(TCP_FLAGS, "unacceptable TCP flags")			\
	X(TCP_OUT_OF_WINDOW, "TCP segment outside the window")	\
	X(TCP_OLD_DATA, "TCP data already received")		\
	X(TCP_PAWS, "TCP timestamp too old (PAWS)")		\
	X(TCP_ACK, "unacceptable TCP acknowledgement")		\
	X(TCP_OFO_LIMIT, "TCP out-of-order queue full")		\
	X(TCP_ZERO_WINDOW, "TCP data into a closed window")	\
	X(TCP_LISTEN_OVERFLOW, "listen queue full")		\
	X(TCP_CLOSED, "TCP data after close")

enum drop_reason {
#define X(name, text) DROP_##name,
	DROP_REASONS(X)
#undef X
	DROP_MAX
};

/** drop_reason_text - the words for @reason */
const char *drop_reason_text(enum drop_reason reason);

#endif
