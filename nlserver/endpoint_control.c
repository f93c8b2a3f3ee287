/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control data of datagrams; see endpoint_control.h. Which family's it is depends on the packet: an AF_INET6 socket
 * speaks of IPv4 packets, of mapped addresses, in IPv4's options, but for IPV6_PKTINFO, which it has for both.
 */
#include "nlserver/endpoint_control.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/in6.h>
#include <string.h>
#include <time.h>

#include "stack/lib/in6.h"

/* From the application ------------------------------------------------------------------------- */

/* An int; IPv4's may be a byte, too. */
static int read_int(const struct cmsghdr *c, bool byte_allowed, int *ret)
{
	if (byte_allowed && c->cmsg_len == CMSG_LEN(sizeof(uint8_t)))
		*ret = *CMSG_DATA(c);
	else if (byte_allowed ? c->cmsg_len >= CMSG_LEN(sizeof(*ret))
			      : c->cmsg_len == CMSG_LEN(sizeof(*ret)))
		memcpy(ret, CMSG_DATA(c), sizeof(*ret));
	else
		return -EINVAL;
	return 0;
}

static int parse_ttl(const struct cmsghdr *c, struct sock_msg *msg)
{
	int value, err = read_int(c, true, &value);

	if (err || value < 1 || value > UINT8_MAX)
		return -EINVAL;
	msg->has_ttl = true;
	msg->ttl = value;
	return 0;
}

static int parse_tos(const struct cmsghdr *c, struct sock_msg *msg)
{
	int value, err = read_int(c, true, &value);

	if (err || value < 0 || value > UINT8_MAX)
		return -EINVAL;
	msg->has_tos = true;
	msg->tos = value;
	return 0;
}

static int parse_ip(const struct cmsghdr *c, struct sock_msg *msg)
{
	struct in_pktinfo info;

	switch (c->cmsg_type) {
	case IP_PKTINFO:
		if (c->cmsg_len < CMSG_LEN(sizeof(info)))
			return -EINVAL;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		msg->ifindex = info.ipi_ifindex;
		msg->family = AF_INET;
		msg->local = inaddr_v4(info.ipi_spec_dst.s_addr);
		return 0;
	case IP_TTL:
		return parse_ttl(c, msg);
	case IP_TOS:
		return parse_tos(c, msg);
	default:
		return -EINVAL;
	}
}

/* IPV6_PKTINFO, for a packet of either family: a mapped source is IPv4's. */
static int parse_pktinfo6(const struct sock *sk, const struct cmsghdr *c, bool mapped,
			  struct sock_msg *msg)
{
	struct in6_pktinfo info;
	union inaddr addr;

	if (c->cmsg_len < CMSG_LEN(sizeof(info)))
		return -EINVAL;
	memcpy(&info, CMSG_DATA(c), sizeof(info));
	memcpy(addr.b, &info.ipi6_addr, sizeof(addr.b));
	if (mapped && !in6_is_v4mapped(&addr))
		return -EINVAL;
	if (info.ipi6_ifindex && !netdev_by_index(sk->net, info.ipi6_ifindex))
		return -ENODEV;
	msg->ifindex = info.ipi6_ifindex;
	msg->family = mapped ? AF_INET : AF_INET6;
	msg->local = mapped ? inaddr_v4(in6_mapped_v4(&addr)) : addr;
	return 0;
}

static int parse_txopts(const struct sock *sk, const struct cmsghdr *c, enum ip6_txopt which,
			struct sock_msg *msg, struct ip6_txopts *txopts)
{
	int len = ip6_txopts_check(CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));

	if (len <= 0)
		return -EINVAL;
	if (which != IP6_TXOPT_DST && !sk->admin)
		return -EPERM;
	/* What is not named here comes from the socket. */
	if (!msg->txopts) {
		memset(txopts, 0, sizeof(*txopts));
		if (sk->opt6.txopts)
			*txopts = *sk->opt6.txopts;
		txopts->proto = sk->protocol;
		msg->txopts = txopts;
	}
	return ip6_txopts_set(txopts, which, CMSG_DATA(c), len);
}

/* A number: -1, where it is allowed, leaves it to the socket. */
static int parse_number6(const struct cmsghdr *c, struct sock_msg *msg)
{
	int low = c->cmsg_type == IPV6_DONTFRAG ? 0 : -1;
	int high = c->cmsg_type == IPV6_DONTFRAG ? 1 : UINT8_MAX;
	int value, err = read_int(c, false, &value);

	if (err || value < low || value > high)
		return -EINVAL;
	if (c->cmsg_type == IPV6_TCLASS) {
		msg->has_tos = value >= 0;
		msg->tos = value;
	} else if (c->cmsg_type == IPV6_DONTFRAG) {
		msg->has_dontfrag = true;
		msg->dontfrag = value;
	} else {
		msg->has_ttl = value >= 0;
		msg->ttl = value;
	}
	return 0;
}

static int parse_flowinfo(const struct cmsghdr *c, struct sock_msg *msg)
{
	be32 flowinfo;

	if (c->cmsg_len < CMSG_LEN(sizeof(flowinfo)))
		return -EINVAL;
	memcpy(&flowinfo, CMSG_DATA(c), sizeof(flowinfo));
	msg->flowinfo = ntohl(flowinfo);
	return 0;
}

static int parse_ipv6(const struct sock *sk, const struct cmsghdr *c, struct sock_msg *msg,
		      struct ip6_txopts *txopts)
{
	switch (c->cmsg_type) {
	case IPV6_PKTINFO:
	case IPV6_2292PKTINFO:
		return parse_pktinfo6(sk, c, false, msg);
	case IPV6_FLOWINFO:
		return parse_flowinfo(c, msg);
	case IPV6_HOPOPTS:
	case IPV6_2292HOPOPTS:
		return parse_txopts(sk, c, IP6_TXOPT_HOP, msg, txopts);
	case IPV6_DSTOPTS:
	case IPV6_2292DSTOPTS:
		return parse_txopts(sk, c, IP6_TXOPT_DST, msg, txopts);
	case IPV6_RTHDRDSTOPTS:
		return parse_txopts(sk, c, IP6_TXOPT_RTHDRDST, msg, txopts);
	case IPV6_HOPLIMIT:
	case IPV6_2292HOPLIMIT:
	case IPV6_TCLASS:
	case IPV6_DONTFRAG:
		return parse_number6(c, msg);
	default:
		return -EINVAL;
	}
}

/* Does the datagram go by IPv6? */
static bool goes_by_ipv6(const struct sock *sk, const struct sock_msg *msg)
{
	if (!msg->has_addr)
		return sock_is6(sk);
	return msg->addr.family == AF_INET6 && !in6_is_v4mapped(&msg->addr.addr);
}

/* One message. Those of a level that the packet has nothing to do with are passed over, as in Linux. */
static int parse_one(const struct sock *sk, const struct cmsghdr *c, struct sock_msg *msg,
		     struct ip6_txopts *txopts)
{
	bool is6 = goes_by_ipv6(sk, msg);

	if (c->cmsg_level == SOL_SOCKET)
		return -EINVAL;
	if (c->cmsg_level == IPPROTO_IPV6 && is6)
		return parse_ipv6(sk, c, msg, txopts);
	if (c->cmsg_level == IPPROTO_IPV6 && sk->family == AF_INET6 && c->cmsg_type == IPV6_PKTINFO)
		return parse_pktinfo6(sk, c, true, msg);
	return c->cmsg_level == IPPROTO_IP && !is6 ? parse_ip(c, msg) : 0;
}

int dgram_control_parse(const struct sock *sk, void *data, uint32_t len, struct sock_msg *msg,
			struct ip6_txopts *txopts)
{
	struct msghdr m = { .msg_control = data, .msg_controllen = len };
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		int err = -EINVAL;

		/* What lies behind the control data is payload, or some other's datagram. */
		if (c->cmsg_len >= CMSG_LEN(0) &&
		    c->cmsg_len <= len - (size_t)((uint8_t *)c - (uint8_t *)data))
			err = parse_one(sk, c, msg, txopts);
		if (err)
			return err;
	}
	return 0;
}

/* To the application --------------------------------------------------------------------------- */

static void put(struct dgram_control *out, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c = (struct cmsghdr *)(out->buf + out->len);

	if (out->len + CMSG_SPACE(len) > sizeof(out->buf))
		return;
	memset(c, 0, CMSG_SPACE(len));
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	out->len += CMSG_SPACE(len);
}

static void put_int(struct dgram_control *out, int level, int type, int value)
{
	put(out, level, type, &value, sizeof(value));
}

/* The wall clock at @tstamp of the stack's. */
static struct timeval wall_time(const struct net *net, ktime_t tstamp)
{
	struct timespec ts;
	int64_t ns;

	clock_gettime(CLOCK_REALTIME, &ts);
	ns = ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec - (tstamp ? net->now - tstamp : 0);
	return (struct timeval){ .tv_sec = ns / NSEC_PER_SEC,
				 .tv_usec = ns % NSEC_PER_SEC / NSEC_PER_USEC };
}

static struct sockaddr_in6 sockaddr6(const struct sock_addr *a)
{
	struct sockaddr_in6 ret = { .sin6_family = AF_INET6,
				    .sin6_port = a->port,
				    .sin6_scope_id = a->scope };

	memcpy(&ret.sin6_addr, a->addr.b, sizeof(ret.sin6_addr));
	return ret;
}

/* The port that a datagram was sent to: who is heard by that port has it. Other protocols have none. */
static be16 destination_port(const struct sock *sk)
{
	return sk->protocol == IPPROTO_UDP ? sk->sport : 0;
}

/* Of a packet that came by IPv4 (ip(7)). */
static void fill_ip(const struct sock *sk, const struct sk_buff *skb, const struct sock_msg *msg,
		    struct dgram_control *out)
{
	uint8_t options[40]; /* RFC 791 3.1: there is no room for more */
	unsigned len;

	if (sk->opt.pktinfo) {
		struct in_pktinfo info = {
			.ipi_ifindex = msg->ifindex,
			.ipi_spec_dst.s_addr = msg->local.v4,
			.ipi_addr.s_addr = msg->local.v4,
		};

		put(out, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	}
	if (sk->opt.recvttl)
		put_int(out, IPPROTO_IP, IP_TTL, msg->ttl);
	if (sk->opt.recvtos)
		put(out, IPPROTO_IP, IP_TOS, &msg->tos, sizeof(msg->tos));
	if (sk->opt.recvopts && (len = sock_recv_options(skb, false, options)))
		put(out, IPPROTO_IP, IP_RECVOPTS, options, len);
	if (sk->opt.retopts && (len = sock_recv_options(skb, true, options)))
		put(out, IPPROTO_IP, IP_RETOPTS, options, len);
	if (sk->opt.recvorigdst) {
		struct sockaddr_in dst = { .sin_family = AF_INET,
					   .sin_port = destination_port(sk),
					   .sin_addr.s_addr = msg->local.v4 };

		put(out, IPPROTO_IP, IP_ORIGDSTADDR, &dst, sizeof(dst));
	}
	if (sk->opt.recvfragsize && msg->frag_size)
		put_int(out, IPPROTO_IP, IP_RECVFRAGSIZE, msg->frag_size);
}

/* On an AF_INET6 socket, of a packet of either family. */
static void fill_pktinfo6(const struct sock *sk, const struct sock_msg *msg,
			  struct dgram_control *out)
{
	struct in6_pktinfo info = { .ipi6_ifindex = msg->ifindex };
	struct sock_addr local;

	sock_show_addr(sk, msg->family, &msg->local, 0, &local);
	memcpy(&info.ipi6_addr, local.addr.b, sizeof(info.ipi6_addr));
	if (sk->opt6.pktinfo)
		put(out, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	if (sk->opt6.pktinfo2292)
		put(out, IPPROTO_IPV6, IPV6_2292PKTINFO, &info, sizeof(info));
}

/* The extension headers that are asked for, by their new names and their old ones (RFC 3542 8, RFC 2292 6). */
static void fill_exthdrs(const struct sock_opts6 *opt, const struct sk_buff *skb,
			 struct dgram_control *out)
{
	const struct {
		bool wanted;
		enum dgram_exthdr which;
		int type;
	} kinds[] = {
		{ opt->recvhopopts, DGRAM_HOPOPTS, IPV6_HOPOPTS },
		{ opt->recvdstopts, DGRAM_RTHDRDSTOPTS, IPV6_DSTOPTS },
		{ opt->recvrthdr, DGRAM_RTHDR, IPV6_RTHDR },
		{ opt->recvdstopts, DGRAM_DSTOPTS, IPV6_DSTOPTS },
		{ opt->hopopts2292, DGRAM_HOPOPTS, IPV6_2292HOPOPTS },
		{ opt->dstopts2292, DGRAM_RTHDRDSTOPTS, IPV6_2292DSTOPTS },
		{ opt->rthdr2292, DGRAM_RTHDR, IPV6_2292RTHDR },
		{ opt->dstopts2292, DGRAM_DSTOPTS, IPV6_2292DSTOPTS },
	};
	const uint8_t *hdr;
	unsigned len;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].wanted && (hdr = sock_recv_exthdr(skb, kinds[i].which, &len)))
			put(out, IPPROTO_IPV6, kinds[i].type, hdr, len);
	}
}

/* Of a packet that came by IPv6. */
static void fill_ipv6(const struct sock *sk, const struct sk_buff *skb, const struct sock_msg *msg,
		      struct dgram_control *out)
{
	const struct sock_opts6 *opt = &sk->opt6;
	be32 flowinfo = htonl(msg->flowinfo);

	if (opt->recvhoplimit)
		put_int(out, IPPROTO_IPV6, IPV6_HOPLIMIT, msg->ttl);
	if (opt->hoplimit2292)
		put_int(out, IPPROTO_IPV6, IPV6_2292HOPLIMIT, msg->ttl);
	if (opt->recvtclass)
		put_int(out, IPPROTO_IPV6, IPV6_TCLASS, msg->tos);
	if (opt->recvflowinfo && flowinfo)
		put(out, IPPROTO_IPV6, IPV6_FLOWINFO, &flowinfo, sizeof(flowinfo));
	if (opt->recvhopopts || opt->recvdstopts || opt->recvrthdr || opt->hopopts2292 ||
	    opt->dstopts2292 || opt->rthdr2292)
		fill_exthdrs(opt, skb, out);
	if (opt->recvorigdst) {
		struct sock_addr local = { .port = destination_port(sk) };
		struct sockaddr_in6 dst;

		sock_show_addr(sk, AF_INET6, &msg->local, msg->ifindex, &local);
		dst = sockaddr6(&local);
		put(out, IPPROTO_IPV6, IPV6_ORIGDSTADDR, &dst, sizeof(dst));
	}
	if (opt->recvfragsize && msg->frag_size)
		put_int(out, IPPROTO_IPV6, IPV6_RECVFRAGSIZE, msg->frag_size);
}

void dgram_control_fill(const struct sock *sk, const struct sk_buff *skb,
			const struct sock_msg *msg, struct dgram_control *ret)
{
	ret->len = 0;
	if (sk->opt.timestamp) {
		struct timeval tv = wall_time(sk->net, msg->tstamp);

		put(ret, SOL_SOCKET, SO_TIMESTAMP, &tv, sizeof(tv));
	}
	if (sk->family == AF_INET6)
		fill_pktinfo6(sk, msg, ret);
	if (msg->family == AF_INET6)
		fill_ipv6(sk, skb, msg, ret);
	else
		fill_ip(sk, skb, msg, ret);
}

void dgram_control_error(const struct sock *sk, const struct sock_extended_err_info *info,
			 struct dgram_control *ret)
{
	struct {
		struct sock_extended_err err;
		union {
			struct sockaddr_in in;
			struct sockaddr_in6 in6;
		} offender;
	} ee = {
		.err = { .ee_errno = info->err,
			 .ee_origin = info->origin,
			 .ee_type = info->type,
			 .ee_code = info->code,
			 .ee_info = info->info },
	};
	bool is6 = sk->family == AF_INET6;

	/* What this host found has no offender. */
	if (info->origin != SO_EE_ORIGIN_LOCAL && is6)
		ee.offender.in6 = sockaddr6(&info->offender);
	else if (info->origin != SO_EE_ORIGIN_LOCAL)
		ee.offender.in = (struct sockaddr_in){ .sin_family = AF_INET,
						       .sin_addr.s_addr = info->offender.addr.v4 };
	ret->len = 0;
	if (is6)
		put(ret, IPPROTO_IPV6, IPV6_RECVERR, &ee, sizeof(ee.err) + sizeof(ee.offender.in6));
	else
		put(ret, IPPROTO_IP, IP_RECVERR, &ee, sizeof(ee.err) + sizeof(ee.offender.in));
}

void dgram_control_pathmtu(const struct sock_extended_err_info *info, struct dgram_control *ret)
{
	struct ip6_mtuinfo mtu = { .ip6m_addr = sockaddr6(&info->dest), .ip6m_mtu = info->info };

	ret->len = 0;
	put(ret, IPPROTO_IPV6, IPV6_PATHMTU, &mtu, sizeof(mtu));
}
