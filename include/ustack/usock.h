/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The usock generic netlink family: the system calls that control a socket, as messages.
 *
 * socket(2) is local to the application: it makes a socket pair, keeps one end (that is the
 * descriptor) and holds the other. The first call that needs the stack sends USOCK_CMD_OPEN with the
 * other end attached (SCM_RIGHTS) and everything known so far as attributes. Calls after that name
 * the socket by USOCK_A_ID.
 *
 * The stack binds its end to the abstract Unix name "usock/INSTANCE/ID" (ID in 16 hex digits), so
 * whoever holds the application's end learns by getpeername(2) what it is. A channel may speak of a
 * socket that it opened; for another it proves possession: it attaches the descriptor itself to the
 * message (any command), and the stack compares SO_COOKIE with USOCK_A_COOKIE of the opener.
 *
 * Type of the pair, and what crosses it:
 *   stream socket	SOCK_STREAM	the bytes themselves
 *   listener		SOCK_STREAM	struct usock_accept with one descriptor, per connection
 *   UDP, raw, ping	SOCK_SEQPACKET	struct usock_dgram, control data, payload, per datagram
 *
 * A connect in progress: the client has put USOCK_FILLER bytes into the pair (with SO_SNDBUF at its
 * minimum) before USOCK_CMD_OPEN/CONNECT with USOCK_A_FILLER; the stack reads exactly these, and
 * drops them, when the connection is established. Until then the descriptor is not writable.
 *
 * All integers are in host byte order unless said otherwise; addresses are struct sockaddr_in or
 * sockaddr_in6 as the application would pass them.
 */
#ifndef USTACK_USOCK_FAMILY_H
#define USTACK_USOCK_FAMILY_H

#include <stdint.h>

#define USOCK_GENL_NAME		"usock"
#define USOCK_GENL_VERSION	1

#define USOCK_FILLER		256	/* bytes of filler during a connect */
#define USOCK_DGRAM_MAX		65535	/* longest payload of a datagram */
#define USOCK_CONTROL_MAX	1024	/* longest control data of a datagram that is sent */
#define USOCK_CONTROL_OUT_MAX	384	/* the same of one that the stack delivers */
#define USOCK_NAME_FMT		"usock/%s/%016llx"	/* after the leading NUL */

enum usock_cmd {
	USOCK_CMD_UNSPEC,
	USOCK_CMD_OPEN,		/* FAMILY, TYPE, PROTOCOL, COOKIE, [OPTS], [BIND], [CONNECT [FILLER]], [LISTEN];
				 * descriptor: the stack's end. Answer: ID, NAME, [PEER], and ERROR where the
				 * open itself went well but bind, connect or listen did not (in that order;
				 * later steps are not tried; the socket exists). A connect that began answers
				 * ERROR = EINPROGRESS. */
	USOCK_CMD_BIND,		/* ID, ADDR. Answer: NAME */
	USOCK_CMD_CONNECT,	/* ID, ADDR (AF_UNSPEC dissolves), [FILLER]. Answer: NAME, PEER; error EINPROGRESS as above */
	USOCK_CMD_LISTEN,	/* ID, BACKLOG. Answer: NAME */
	USOCK_CMD_SHUTDOWN,	/* ID, HOW (SHUT_RD, SHUT_WR, SHUT_RDWR) */
	USOCK_CMD_SETSOCKOPT,	/* ID, LEVEL, OPTNAME, OPTVAL */
	USOCK_CMD_GETSOCKOPT,	/* ID, LEVEL, OPTNAME, OPTLEN. Answer: OPTVAL */
	USOCK_CMD_GETNAME,	/* ID. Answer: FAMILY, TYPE, PROTOCOL, NAME, [PEER], STATE */
	USOCK_CMD_LINGER,	/* ID, of a socket whose last descriptor is closed, whoever opened it; descriptor: of a
				 * pipe, closed when what the socket sent is acknowledged, or given up. EBUSY: it is
				 * not the last, or somebody waits already */
	USOCK_CMD_MAX_PLUS_1
};

enum usock_attr {
	USOCK_A_UNSPEC,
	USOCK_A_ID,		/* u64 */
	USOCK_A_FAMILY,		/* u16: AF_INET, AF_INET6 */
	USOCK_A_TYPE,		/* u16: SOCK_STREAM, SOCK_DGRAM, SOCK_RAW */
	USOCK_A_PROTOCOL,	/* u16: IPPROTO_*; 0: the type's own */
	USOCK_A_COOKIE,		/* u64: SO_COOKIE of the application's end */
	USOCK_A_OPTS,		/* nest of USOCK_A_OPT */
	USOCK_A_OPT,		/* nest: LEVEL, OPTNAME, OPTVAL; set in order, the first failure fails the open */
	USOCK_A_LEVEL,		/* u32 */
	USOCK_A_OPTNAME,	/* u32 */
	USOCK_A_OPTVAL,		/* binary */
	USOCK_A_OPTLEN,		/* u32: room for the value */
	USOCK_A_BIND,		/* sockaddr */
	USOCK_A_CONNECT,	/* sockaddr */
	USOCK_A_FILLER,		/* flag: the filler is in the pair */
	USOCK_A_LISTEN,		/* u32: backlog */
	USOCK_A_ADDR,		/* sockaddr */
	USOCK_A_BACKLOG,	/* u32 */
	USOCK_A_HOW,		/* u32 */
	USOCK_A_NAME,		/* sockaddr: the local address */
	USOCK_A_PEER,		/* sockaddr: the remote address */
	USOCK_A_ERROR,		/* u32: errno */
	USOCK_A_STATE,		/* u32: enum usock_state */
	USOCK_A_MAX_PLUS_1
};
#define USOCK_CMD_MAX	(USOCK_CMD_MAX_PLUS_1 - 1)
#define USOCK_A_MAX	(USOCK_A_MAX_PLUS_1 - 1)

enum usock_state {
	USOCK_STATE_UNCONNECTED,
	USOCK_STATE_CONNECTING,
	USOCK_STATE_CONNECTED,
	USOCK_STATE_LISTENING,
	USOCK_STATE_CLOSED,	/* was connected; reset or closed both ways */
};

/* A new connection on a listener's pair; its descriptor is attached. The name is written for the
 * application: accept(2) needs nothing but one recvmsg(2). */
struct usock_accept {
	uint64_t id;
	uint16_t family;	/* AF_INET, AF_INET6 */
	uint16_t peer_port;	/* network byte order */
	uint16_t local_port;	/* network byte order */
	uint16_t reserved;	/* 0 */
	uint8_t  peer_addr[16];	/* network byte order; IPv4 in the first four bytes */
	uint8_t  local_addr[16];
	uint32_t peer_scope;	/* interface index of a link-local address, else 0 */
	uint32_t local_scope;
};

/* What stands before each datagram, both ways. It is followed by control_len bytes of control data
 * (whole struct cmsghdr, as the application passes or receives them, CMSG_ALIGNed), then the payload. */
struct usock_dgram {
	uint16_t family;	/* 0: no address (send: to the connected peer) */
	uint16_t port;		/* network byte order: destination when sending, source when receiving */
	uint8_t  addr[16];	/* likewise */
	uint32_t scope;		/* interface index, 0: none */
	uint32_t flowinfo;	/* sin6_flowinfo, network byte order */
	uint32_t control_len;
	uint32_t flags;		/* USOCK_DGRAM_* */
	uint32_t error;		/* with a flag: errno to be returned once by the next call */
};
#define USOCK_DGRAM_ERROR	0x1	/* to the application: no datagram, an asynchronous error (ICMP) */
#define USOCK_DGRAM_ERRQUEUE	0x2	/* to the application: an entry for MSG_ERRQUEUE (IP_RECVERR on);
					 * error announces it: no USOCK_DGRAM_ERROR comes beside it */

#endif
