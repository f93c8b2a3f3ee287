/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct sock: one end of a conversation, whatever the protocol; and struct proto: what a protocol does
 * with it. The owner (an endpoint of the server, an application that links the stack, a test) gets
 * sk->ops called; it calls the functions of stack/inet/socket.h, which check and then call sk->proto.
 *
 * Life: sock_create() gives the owner the socket. sock_close() takes it away: from then on no upcall is
 * made, and the protocol frees it when it is done with it (TCP may go on for minutes). References
 * (sk->refs) keep the memory, not the conversation.
 *
 * Upcalls never come in the middle of a socket call by the owner, only from timers and from input; an
 * upcall may make any socket call on its own socket, sock_close() too.
 */
#ifndef STACK_TRANSPORT_SOCK_H
#define STACK_TRANSPORT_SOCK_H

#include <sys/socket.h>
#include <netinet/in.h>
#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/netdevice.h"

struct iovec;
struct ip6_txopts;
struct sock;

/* An address with port, as bind(2) and connect(2) name it. */
struct sock_addr {
	uint16_t family;	/* AF_INET, AF_INET6; AF_UNSPEC: dissolve (connect) */
	be16	 port;
	int	 scope;		/* ifindex of a link-local address; 0 */
	uint32_t flowinfo;	/* sin6_flowinfo, in host byte order: traffic class and flow label; 0 */
	union inaddr addr;
};

/* What the owner is told. Each may be NULL. */
struct sock_ops {
	void (*connected)(struct sock *sk);	/* a connection attempt succeeded */
	void (*readable)(struct sock *sk);	/* data, a datagram, or end of file */
	void (*writable)(struct sock *sk);	/* there is room again after sock_reserve() or send said there was none */
	void (*accepted)(struct sock *sk);	/* a listener has a connection for sock_accept() */
	void (*error)(struct sock *sk);		/* sk->err was set: attempt failed, reset, timed out; or an ICMP error */
	void (*closed)(struct sock *sk);	/* after sock_linger(): its protocol needs it no more; @sk ends with this call */
};

enum sock_state {	/* the kernel's numbers (TCP_*), as inet_diag shows them */
	SS_ESTABLISHED = 1, SS_SYN_SENT, SS_SYN_RECV, SS_FIN_WAIT1, SS_FIN_WAIT2, SS_TIME_WAIT,
	SS_CLOSE, SS_CLOSE_WAIT, SS_LAST_ACK, SS_LISTEN, SS_CLOSING, SS_NEW_SYN_RECV
};

enum sock_attempt { ATTEMPT_NONE, ATTEMPT_BEGUN, ATTEMPT_DONE };

#define RCV_SHUTDOWN 1		/* sk->shutdown: nothing more will be received */
#define SEND_SHUTDOWN 2

/* Options of the socket and network layers, by their names in socket(7), ip(7), ipv6(7). */
struct sock_opts {
	bool reuseaddr, reuseport, keepalive, broadcast, dontroute, timestamp, oobinline;
	bool linger;
	bool recverr, recvttl, recvtos, pktinfo, recvopts, retopts, recvorigdst, recvfragsize, freebind, transparent, hdrincl, nodefrag;
	bool mc_loop, mc_all, bind_address_no_port, v6only;
	bool no_check;
	uint8_t	 tos, ttl, mc_ttl;	/* ttl 0: default */
	uint8_t	 pmtudisc;		/* IP_PMTUDISC_* */
	uint8_t	 min_ttl;
	uint8_t	 priority;
	uint16_t linger_time;		/* s */
	uint32_t mark;
	int	 mc_if;			/* ifindex */
	bool	 mc6_loop, mc6_all;	/* the same of IPv6's groups: IPV6_MULTICAST_LOOP, _ALL, _HOPS, _IF */
	uint8_t	 mc6_hops;
	int	 mc6_if;
	int	 uc_if;			/* ifindex: IP_UNICAST_IF */
	uint32_t icmp_filter;		/* raw: a bit for each ICMP type that is not wanted */
	union inaddr mc_addr;
	uint8_t	 options_len;		/* IP_OPTIONS */
	uint8_t	 options[40];
};

/* Options of an AF_INET6 socket for packets of IPv6; those above with an IPv4 name are for its packets of IPv4. */
struct sock_opts6 {
	bool recverr, pktinfo, recvhoplimit, recvtclass, recvflowinfo;
	bool recvhopopts, recvdstopts, recvrthdr, recvpathmtu, recvorigdst, recvfragsize;
	bool pktinfo2292, hoplimit2292, hopopts2292, dstopts2292, rthdr2292;	/* RFC 2292's names of the same */
	bool sndflow;			/* IPV6_FLOWINFO_SEND: sin6_flowinfo counts */
	bool autoflowlabel, autoflowlabel_set;
	bool dontfrag;
	bool no_check_tx, no_check_rx;	/* UDP_NO_CHECK6_TX, _RX (RFC 6935) */
	int16_t	 hops;			/* IPV6_UNICAST_HOPS; -1: default */
	uint8_t	 tclass;
	uint8_t	 pmtudisc;		/* IPV6_PMTUDISC_*: the numbers are IPv4's */
	uint8_t	 min_hops;
	uint16_t srcprefs;		/* IPV6_PREFER_SRC_* */
	int	 csum_offset;		/* raw: IPV6_CHECKSUM; -1: none */
	uint32_t flowlabel;		/* that connect(2) named */
	uint32_t mtu;			/* IPV6_MTU: packets are cut to this; 0: as the path says */
	int	 uc_if;			/* ifindex: IPV6_UNICAST_IF */
	int	 pktinfo_if;		/* IPV6_PKTINFO, sticky: of all that is sent */
	union inaddr pktinfo_addr;
	uint32_t icmp_filter[8];	/* raw: a bit for each ICMPv6 type that is not wanted */
	struct ip6_txopts *txopts;	/* extension headers; NULL: none; the socket's own */
};

/*
 * Families. sk->family is what the application asked for: it decides which names it is told, and which options there
 * are. sk->af is the network layer that saddr, src and daddr belong to, and they are always in its own form: IPv4's for
 * an AF_INET socket; for an AF_INET6 one IPv6's, as long as no mapped address (::ffff:a.b.c.d) was bound or connected
 * to; then IPv4's, without the prefix. Whoever sends asks sk->af; whoever shows a name to the application maps it again
 * (sock_getname(), and the source of a datagram that came by IPv4). A wildcard socket of AF_INET6 that is bound to no
 * address has IPv6's sk->af and hears both, unless IPV6_V6ONLY: one that is bound to an address hears only its family.
 */
struct sock {
	struct net *net;
	const struct proto *proto;
	const struct inet_af_ops *af;
	const struct sock_ops *ops;	/* NULL: no owner (closed) */
	void *owner;
	uint32_t refs;
	uint16_t family;		/* AF_* of socket(2) */
	uint8_t	 type;			/* SOCK_* */
	uint8_t	 protocol;		/* IPPROTO_* */
	uint8_t	 state;			/* enum sock_state */
	uint8_t	 shutdown;		/* RCV_SHUTDOWN, SEND_SHUTDOWN */
	bool	 bound_addr;		/* by bind(2): keeps saddr when the connection is dissolved */
	bool	 bound_port;
	bool	 dead;			/* no owner any more */
	bool	 admin;			/* may set what the kernel keeps for administrators; who serves others clears it */
	bool	 want_write;		/* the owner was told that there is no room: call writable */
	bool	 saddr_rcv_only;	/* bound to a group or broadcast address: what is sent comes from src */
	bool	 peer_broadcast;	/* datagrams: daddr is a broadcast address */
	uint8_t	 attempt;		/* enum sock_attempt: connect(2) as its caller saw it */
	be16	 sport, dport;
	int	 bound_if;		/* ifindex, 0: any */
	int	 err;			/* errno (positive) to be told once */
	int	 soft_err;		/* the last ICMP error that did not abort */
	uint32_t uid;			/* of the owner */
	uint64_t cookie;		/* unique in the net; never 0 */
	union inaddr saddr;		/* any: wildcard */
	union inaddr src;		/* with saddr_rcv_only; any: by the route */
	union inaddr daddr;
	struct dst_entry *dst;		/* cached way to daddr */
	struct hlist_node bind_node;	/* port table */
	struct hlist_node hash_node;	/* the protocol's lookup table */
	struct list_head all;		/* every socket of the net, on transport_net.socks: for sock_diag */
	struct list_head wake;		/* waits for sock_upcall_writable() at the end of the batch */
	uint32_t rcvbuf, sndbuf;	/* bytes of truesize */
	bool	 rcvbuf_locked, sndbuf_locked;	/* set by SO_RCVBUF, SO_SNDBUF: no auto-tuning */
	uint32_t rmem, wmem;		/* in use; rmem: receive queue; wmem: sent datagrams, or send queue */
	struct sk_buff_head rcvq;	/* datagrams, or the byte stream in order */
	struct sk_buff_head errq;	/* IP_RECVERR */
	struct list_head memberships;	/* multicast groups */
	uint64_t drops;			/* datagrams that found the buffer full */
	struct sock_opts opt;
	struct sock_opts6 opt6;
};

/* Do @sk's packets go by IPv6? */
static inline bool sock_is6(const struct sock *sk)
{
	return sk->af->family == AF_INET6;
}
/* What the options say of packets, in the words of the family that they go by. */
static inline uint8_t sock_tos(const struct sock *sk)
{
	return sock_is6(sk) ? sk->opt6.tclass : sk->opt.tos;
}
static inline uint8_t sock_pmtudisc(const struct sock *sk)
{
	return sock_is6(sk) ? sk->opt6.pmtudisc : sk->opt.pmtudisc;
}
static inline bool sock_recverr(const struct sock *sk, int family)
{
	return family == AF_INET6 ? sk->opt6.recverr : sk->opt.recverr;
}
static inline uint8_t sock_min_ttl(const struct sock *sk, int family)
{
	return family == AF_INET6 ? sk->opt6.min_hops : sk->opt.min_ttl;
}

/* A datagram's side information: to send_dgram in, from recv_dgram out. */
struct sock_msg {
	bool has_addr;			/* in: send to addr (else to the peer); out: addr is the source */
	struct sock_addr addr;
	int	 ifindex;		/* in: IP_PKTINFO, leave by; out: arrived on */
	union inaddr local;		/* in: IP_PKTINFO source, any: none; out: destination address of the packet */
	bool	 has_ttl, has_tos;	/* in: override */
	bool	 has_dontfrag, dontfrag; /* in: IPV6_DONTFRAG, override */
	uint8_t	 ttl, tos;
	uint8_t	 family;		/* of local. in: 0: the destination's; out: of the packet */
	uint32_t flowinfo;		/* of IPv6's first word, the 28 low bits. in: IPV6_FLOWINFO, 0: none */
	const struct ip6_txopts *txopts; /* in: extension headers of this one alone; NULL: the socket's */
	ktime_t	 tstamp;		/* out: arrival, by net->now; 0: not known */
	uint32_t len;			/* out: length of the whole datagram */
	uint16_t frag_size;		/* out: bytes of the longest of the fragments that it came in; 0: whole */
};

struct proto {
	const char *name;
	uint16_t family;		/* of its sockets; 0: either */
	uint16_t type;			/* SOCK_* */
	uint8_t	 protocol;		/* IPPROTO_*; 0: any (raw) */
	size_t	 obj_size;		/* of the struct that embeds struct sock first */
	int (*init)(struct sock *sk);	/* fresh, zeroed but for the common part; 0 or -errno */
	/*
	 * Checks port and address conflicts and takes the port (0: choose). Addresses were
	 * validated.
	 */
	int (*bind)(struct sock *sk, const struct sock_addr *a);
	int (*connect)(struct sock *sk, const struct sock_addr *a);	/* TCP: -EINPROGRESS when begun */
	int (*disconnect)(struct sock *sk);
	int (*listen)(struct sock *sk, int backlog);
	struct sock *(*accept)(struct sock *sk);	/* NULL: none waits. The owner then sets ops and owner */
	int (*shutdown)(struct sock *sk, int how);	/* RCV_SHUTDOWN | SEND_SHUTDOWN */
	/* The owner goes: orderly; @abort: at once (unread data, linger 0). The proto drops the owner's
	 * reference when the conversation is over. */
	void (*close)(struct sock *sk, bool abort);
	/* Streams. reserve: where to read bytes into: vectors into the send queue's own memory; the bytes, 0: no
	 * room now (writable will be called), or -errno (-EPIPE, -ENOTCONN, sk->err). commit: @len of them are
	 * there: send. peek: the received bytes in order. consume: @len of them were taken (opens the window). */
	int (*reserve)(struct sock *sk, struct iovec *iov, unsigned *nr_iov);
	void (*commit)(struct sock *sk, uint32_t len);
	int (*peek)(struct sock *sk, struct iovec *iov, unsigned *nr_iov);
	void (*consume)(struct sock *sk, uint32_t len);
	/* Datagrams. @skb: payload, with SKB_HEADROOM; owned. 0 or -errno. */
	int (*send_dgram)(struct sock *sk, const struct sock_msg *msg, struct sk_buff *skb);
	int (*setsockopt)(struct sock *sk, int level, int name, const void *val, uint32_t len);	/* -ENOPROTOOPT: not mine */
	int (*getsockopt)(struct sock *sk, int level, int name, void *val, uint32_t *len);
	void (*destroy)(struct sock *sk);	/* last reference went: take down what init made */
};

/**
 * sock_alloc - a socket of @proto with defaults, one reference, on the net's list; NULL: no memory
 * Does not call proto->init: sock_create() does, and a protocol that makes sockets itself (TCP's children).
 */
struct sock *sock_alloc(struct net *net, const struct proto *proto, const struct inet_af_ops *af, int type, int protocol);
/** sock_inherit - a child of a listener has its options, buffers, device and owner; 0 or -ENOMEM */
int sock_inherit(struct sock *child, const struct sock *parent);
static inline struct sock *sock_hold(struct sock *sk) { sk->refs++; return sk; }
/** sock_put - drop a reference; the last one destroys */
void sock_put(struct sock *sk);

/* Upcalls, safe with no owner. */
void sock_upcall_connected(struct sock *sk);
void sock_upcall_readable(struct sock *sk);
void sock_upcall_writable(struct sock *sk);
void sock_upcall_accepted(struct sock *sk);
/**
 * sock_take_error - what SO_ERROR says: sk->err, else sk->soft_err, and clears it (positive errno
 * or 0)
 */
int sock_take_error(struct sock *sk);
/** sock_report_error - set sk->err (positive errno) and tell the owner */
void sock_report_error(struct sock *sk, int err);

/** sock_flow - the flow of a connected (or about to be connected) socket */
void sock_flow(const struct sock *sk, struct flow *fl);
/**
 * sock_flow_to - the same to another destination, of @family: with the socket's options, and what they say of
 * multicast
 */
void sock_flow_to(const struct sock *sk, int family, const union inaddr *daddr, be16 dport, struct flow *fl);
/**
 * sock_address_free - may @sk be at addresses of @family that are not this host's? With IP_FREEBIND and the like, or where
 * net.ipv4.ip_nonlocal_bind or its sister says so
 */
bool sock_address_free(const struct sock *sk, int family);
/**
 * sock_source6 - may what @sk sends by IPv6, and by the device @ifindex (0: any), come from @addr, which is not ::? An address
 * of this host, of that device if it is link-local; any but a group where sock_address_free() says so. IPv4's routes ask
 * whose it is themselves
 */
bool sock_source6(const struct sock *sk, const union inaddr *addr, int ifindex);
/** sock_xmit_init - what the socket's options say of each of its packets of @family; addresses and dport are left open */
void sock_xmit_init(const struct sock *sk, int family, struct inet_xmit *x);
/**
 * sock_peer_check - can @sk, which may be bound to an address, speak to a peer of @family? Linux asks when it has found the
 * way. 0 or -EAFNOSUPPORT
 */
int sock_peer_check(const struct sock *sk, int family);
/** sock_set_family - its addresses are of @family from now on: sk->af; the way is looked up anew */
void sock_set_family(struct sock *sk, int family);
/** sock_options_len - bytes of IPv4 options, or of IPv6 extension headers, in each of its packets */
uint32_t sock_options_len(const struct sock *sk);

/**
 * sock_show_addr - @addr of the network layer @family, which came in on or leaves by @ifindex, as the application is told
 * it: mapped, on an AF_INET6 socket; with a scope where it needs one; ret->port is left alone
 */
void sock_show_addr(const struct sock *sk, int family, const union inaddr *addr, int ifindex, struct sock_addr *ret);
/**
 * sock_peer_addr - a destination that an application names, as the network layer knows it: a mapped one becomes IPv4's,
 * :: (RFC 3493 does not say, but every system) the loopback address of the socket's family
 * Return: 0, -EAFNOSUPPORT (not a name for @sk), -ENETUNREACH (IPV6_V6ONLY)
 */
int sock_peer_addr(const struct sock *sk, const struct sock_addr *a, struct sock_addr *ret);
/**
 * sock_connect_scope - a link-local peer @a (of the network layer) needs a device: the one it names, else the one that is
 * bound, else, for a group, the one for groups. It is bound from now on
 * Return: 0, -EINVAL (none, or another is bound)
 */
int sock_connect_scope(struct sock *sk, const struct sock_addr *a);
/**
 * sock_route - sk->dst, checked; looked up anew when obsolete. @ret is the socket's reference: not
 * the caller's. 0 or -errno
 */
int sock_route(struct sock *sk, struct dst_entry **ret);
/** sock_route_reset - an option that routes depend on has changed: look it up anew */
void sock_route_reset(struct sock *sk);
/**
 * sock_rmem_room - may @size more bytes wait on @sk, a datagram socket? Within its buffer, and within what all may hold
 * together: beyond that, a few bytes for each, so that full queues of one do not keep others from being heard
 */
bool sock_rmem_room(const struct sock *sk, uint32_t size);
/** sock_rmem_charge, sock_rmem_uncharge - @skb waits on @sk, or no longer does */
void sock_rmem_charge(struct sock *sk, const struct sk_buff *skb);
void sock_rmem_uncharge(struct sock *sk, const struct sk_buff *skb);
/**
 * sock_queue_rcv - put @skb on rcvq if there is room, and tell the owner; false: dropped and
 * counted (skb freed)
 */
bool sock_queue_rcv(struct sock *sk, struct sk_buff *skb);
/**
 * sock_charge_wmem - charge @skb to sk->wmem until it is freed; holds a reference on @sk meanwhile
 * When room comes back and sk->want_write is set, the owner is told at the end of the batch: an skb may be
 * freed in the middle of any socket call.
 */
void sock_charge_wmem(struct sock *sk, struct sk_buff *skb);
/**
 * sock_writeable - is there room for another datagram? If not, the owner will be told when there is
 */
bool sock_writeable(struct sock *sk);
/** sock_wmem_freed - sk->wmem went down or sk->sndbuf up: the owner may have waited for that */
void sock_wmem_freed(struct sock *sk);
/**
 * sock_update_pmtu - an ICMP error said that packets of @fl may have @mtu bytes at most; @fl was
 * seen to be @sk's
 */
void sock_update_pmtu(struct sock *sk, const struct flow *fl, uint32_t mtu);

/** transport_init - port tables, the socket list; before udp, raw, ping, tcp; 0 or -ENOMEM */
int transport_init(struct net *net);
void transport_exit(struct net *net);

#endif
