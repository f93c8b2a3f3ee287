/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct flow: what a route is chosen by, and what names a connection. Transports speak in flows and in
 * inet_af_ops, never in IPv4 or IPv6 headers.
 */
#ifndef STACK_CORE_FLOW_H
#define STACK_CORE_FLOW_H

#include "stack/core/dst.h"
#include "stack/lib/inaddr.h"

struct icmp_err;
struct mc_filter;

struct flow {
	uint16_t family;	/* AF_INET, AF_INET6 */
	uint8_t	 proto;		/* IPPROTO_* */
	uint8_t	 tos;		/* traffic class with ECN bits */
	uint8_t	 scope;		/* RT_SCOPE_*: RT_SCOPE_LINK for SO_DONTROUTE, else RT_SCOPE_UNIVERSE */
	uint8_t	 flags;		/* FLOW_* */
	int	 oif;		/* ifindex to leave by; 0: any */
	int	 iif;		/* ifindex of arrival; 0: made here */
	uint32_t mark;
	uint32_t flowlabel;	/* IPv6, host byte order, 20 bits */
	uint16_t srcprefs;	/* IPv6: IPV6_PREFER_SRC_*: which source address is wanted (RFC 5014); 0: no wish */
	uint32_t uid;
	union inaddr saddr;	/* any: to be chosen by the lookup */
	union inaddr daddr;
	be16 sport, dport;	/* network byte order; ICMP: type/code or id */
};
#define FLOW_ANYSRC 0x1		/* a source address that is not ours is fine (IP_TRANSPARENT, raw IP_HDRINCL) */

/**
 * What the network layer found in a packet's header, for the transports: at skb->cb while it is
 * theirs to read.
 */
struct inet_skb_parm {
	union inaddr saddr, daddr;
	int	 iif;		/* ifindex of arrival */
	uint8_t	 family;	/* as AF_*: small numbers */
	uint8_t	 ttl;
	uint8_t	 tos;
	uint8_t	 proto;
};

/* How a transport sends one packet. */
struct inet_xmit {
	uint8_t ttl;		/* 0: the default of route and system */
	uint8_t tos;
	uint8_t proto;		/* IPPROTO_* */
	bool	df;		/* IPv4: don't fragment; IPv6: no local fragmentation */
	bool	may_fragment;	/* larger than the path MTU: fragment (else -EMSGSIZE); with df: set DF on what fits */
	bool	ignore_pmtu;	/* the device's MTU alone counts (IP_PMTUDISC_PROBE and above) */
	bool	no_loop;	/* multicast: no copy for this host (IP_MULTICAST_LOOP off) */
	bool	host_only;	/* multicast: only the copy for this host (IP_MULTICAST_TTL 0) */
	uint32_t flowlabel;	/* IPv6, host byte order, 20 bits; 0: made of the flow, unless switched off */
	bool	no_flowlabel;	/* IPv6: 0 is meant (IPV6_AUTOFLOWLABEL off) */
	const void *options;	/* IPv4 options, checked and padded; IPv6: a chain of extension headers; NULL */
	uint16_t options_len;	/* bytes */
	uint32_t mtu;		/* IPv6: longest packet or fragment, at least 1280 (IPV6_MTU); 0: as the path says */
	uint8_t options_proto;	/* IPv6: the type of the first in the chain, whose last names proto */
	be16	sport, dport;	/* of the flow, where there are ports: for the flow label */
	union inaddr saddr, daddr;
};

/* A network-layer protocol, as transports see it. One per family. */
struct inet_af_ops {
	int family;
	uint16_t header_len;	/* without options */
	uint16_t min_mtu;	/* 576 in effect for TCP's MSS floor: see RFC 9293 3.7.1; IPv6: 1280 */
	/*
	 * Find the way to flow->daddr; fills saddr and oif when they are open. @ret gets a reference.
	 * 0, -ENETUNREACH, -EHOSTUNREACH, -EACCES, -EINVAL, -ENOMEM. A broadcast destination is fine here;
	 * the socket layer asks addr_type().
	 */
	int (*route_output)(struct net *net, struct flow *fl, struct dst_entry **ret);
	/*
	 * Send @skb (data at the transport header, checksum done or CSUM_PARTIAL with csum_start set) by @dst:
	 * builds the header, fragments where allowed. Owns @skb. 0 or -errno (-EMSGSIZE, -ENOBUFS, -ENETDOWN…).
	 */
	int (*xmit)(struct net *net, struct sk_buff *skb, struct dst_entry *dst, const struct inet_xmit *x);
	/* The same for a packet that brings its own header (raw sockets, IP_HDRINCL); data at that header. -EINVAL … */
	int (*send_hdrincl)(struct net *net, struct sk_buff *skb, struct dst_entry *dst);
	/*
	 * RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_ANYCAST … of @addr, seen from
	 * @dev (NULL: any).
	 */
	uint8_t (*addr_type)(struct net *net, const union inaddr *addr, struct net_device *dev);
	/*
	 * A port is unreachable for @skb (data at the transport header, in an input path): the ICMP
	 * error. Does not own @skb.
	 */
	void (*port_unreach)(struct net *net, struct sk_buff *skb);
	/* Multicast group membership of the host on a device, counted by socket. 0 or -errno. */
	int (*mc_join)(struct net *net, const union inaddr *group, struct net_device *dev, const struct mc_filter *f);
	int (*mc_leave)(struct net *net, const union inaddr *group, struct net_device *dev, const struct mc_filter *f);
};

/* A transport protocol, as a network layer sees it. */
struct inet_protocol {
	uint8_t proto;
	uint8_t family;		/* AF_*: spoken over this network layer alone (ICMP); 0: over both */
	/*
	 * A packet for this host: data at the transport header, struct inet_skb_parm in cb. Owns
	 * @skb.
	 */
	int (*rcv)(struct net *net, struct sk_buff *skb);
	/* An ICMP error about a packet that we sent. Optional. */
	void (*err)(struct net *net, const struct icmp_err *e);
};

/* Source filter of one socket's membership (RFC 3376); include with no source: none. */
struct mc_filter {
	bool exclude;		/* all but these (any-source: exclude nothing) */
	uint16_t nr_sources;
	const union inaddr *sources;
};

/* An ICMP error in the words of a socket. */
struct icmp_err {
	struct flow fl;		/* of the packet that we sent: saddr/sport are ours; iif: where the error came in, 0: made here */
	int	 error;		/* errno (positive): ECONNREFUSED, EHOSTUNREACH, EMSGSIZE … */
	bool	 fatal;		/* a hard error (RFC 1122 4.2.3.9): aborts a connection attempt */
	uint32_t mtu;		/* with EMSGSIZE: the next hop's MTU, bytes */
	uint8_t	 type, code;	/* as they came */
	union inaddr offender;	/* who sent the error */
	const uint8_t *payload;	/* of the embedded packet, from its transport header on */
	uint32_t payload_len;
	uint32_t seq;		/* TCP: the sequence number in there; else 0 */
};

/** inet_af_find - the network layer of @family, or NULL; inet_af_register - by its init */
const struct inet_af_ops *inet_af_find(struct net *net, int family);
void inet_af_register(struct net *net, const struct inet_af_ops *ops);
/**
 * inet_protocol_register, _find - both families deliver by the same table; ICMP registers itself
 * likewise
 */
void inet_protocol_register(struct net *net, const struct inet_protocol *p);
const struct inet_protocol *inet_protocol_find(struct net *net, uint8_t proto);
/** inet_protocol_over - the same, if it is spoken over @family; NULL: to that family it is unknown */
static inline const struct inet_protocol *inet_protocol_over(struct net *net, uint8_t family, uint8_t proto)
{
	const struct inet_protocol *p = inet_protocol_find(net, proto);

	return p && (!p->family || p->family == family) ? p : NULL;
}

#endif
