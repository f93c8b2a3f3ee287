/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames from a stranger, into a whole stack: a host that forwards, with UDP, raw and TCP sockets of both
 * families, one of them connecting. What must hold: no crash, no hang, and nothing left when the stack is taken down.
 *
 * The input is a row of records: a byte of flags, a 16-bit length, the frame. Checksums and sequence
 * numbers would stop nearly every mutation at the door, so flags ask for help:
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "stack/inet/socket.h"
#include "stack/inet/stack.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6.h"
#include "stack/lib/checksum.h"
#include "stack/link/ethernet.h"
#include "stack/tcp/tcp_hdr.h"
#include "tests/fuzz/fuzz.h"

enum record_flags {
	FIX_IP		= 1 << 0,	/* correct the IPv4 header's checksum, the IPv6 header's length */
	TRUST_CSUM	= 1 << 1,	/* the transport's checksum counts as verified */
	FIX_TCP_SEQ	= 1 << 2,	/* seq and ack are relative to what the stack last sent */
	AS_GSO		= 1 << 3,	/* the frame stands for several segments */
	TIME_SHORT	= 1 << 4,	/* 50 ms pass before it */
	TIME_LONG	= 1 << 5,	/* 5 s pass before it */
	TIME_HOURS	= 1 << 6,	/* two hours pass before it: lifetimes end */
	AS_HOST		= 1 << 7,	/* from now on it forwards no IPv6, and so listens to redirects */
};

#define RECORD_HDR   3
#define IPV6_HDR_LEN sizeof(struct ipv6_hdr)

/* The host, and what is known of the last TCP segment that it sent. */
struct host {
	struct net *net;
	struct net_device *dev;
	struct sock *udp, *raw, *listener, *client;
	struct sock *udp6, *raw6;	/* NULL: the stack speaks no IPv6; the listener hears both */
	struct sock *accepted[16];
	unsigned nr_accepted;
	uint32_t sent_end, sent_ack;	/* host byte order */
	uint32_t random;
};

/* What the host sends ------------------------------------------------------------------------------ */

/* Where TCP begins in a frame of either family; 0: there is none. */
static size_t tcp_offset(const uint8_t *p, size_t len)
{
	size_t off = 0;

	if (len >= ETH_HLEN + 20 && p[12] == 0x08 && p[13] == 0x00 && p[ETH_HLEN + 9] == IPPROTO_TCP)
		off = ETH_HLEN + (p[ETH_HLEN] & 15) * 4;
	if (len >= ETH_HLEN + IPV6_HDR_LEN && p[12] == 0x86 && p[13] == 0xdd && p[ETH_HLEN + 6] == IPPROTO_TCP)
		off = ETH_HLEN + IPV6_HDR_LEN;
	return len >= off + TCP_HDR_LEN ? off : 0;
}

static void note_tcp(struct host *h, const uint8_t *p, size_t len)
{
	size_t off = tcp_offset(p, len);
	struct tcp_hdr th;

	if (!off)
		return;
	memcpy(&th, p + off, sizeof(th));
	h->sent_end = ntohl(th.seq) + (len - off - (th.doff >> 4) * 4) + !!(th.flags & TCPHDR_SYN) +
		      !!(th.flags & TCPHDR_FIN);
	h->sent_ack = ntohl(th.ack_seq);
}

static void dev_xmit(struct net_device *dev, struct sk_buff *skb)
{
	uint8_t buf[2048];
	uint32_t len = min(skb->len, (uint32_t)sizeof(buf));

	skb_copy_bits(skb, 0, buf, len);
	fuzz_check_written(buf, len);
	note_tcp(dev->priv, buf, len);
	skb_free(skb);
}

static const struct netdev_ops dev_ops = { .xmit = dev_xmit };

/* The host's applications -------------------------------------------------------------------------- */

static void echo_stream(struct sock *sk)
{
	struct iovec in[SOCK_IOV_MAX], out[SOCK_IOV_MAX];
	unsigned nr_in = SOCK_IOV_MAX, nr_out = SOCK_IOV_MAX;
	int have = sock_peek(sk, in, &nr_in), room = sock_reserve(sk, out, &nr_out);

	if (have > 0 && room > 0) {
		size_t n = min(in[0].iov_len, out[0].iov_len);

		memcpy(out[0].iov_base, in[0].iov_base, n);
		sock_commit(sk, n);
	}
	if (have > 0)
		sock_consume(sk, have);
	if (sock_eof(sk))
		sock_shutdown(sk, SHUT_WR);
}

static void echo_datagrams(struct host *h, struct sock *sk)
{
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;

	while ((skb = sock_recv(sk, &msg)))
		sock_send(sk, &msg, skb_copy(h->net, skb, SKB_HEADROOM)), skb_free(skb);
	while ((skb = sock_recv_error(sk, &msg, &info)))
		skb_free(skb);
}

static void discard_datagrams(struct sock *sk)
{
	struct sock_msg msg;
	struct sk_buff *skb;

	while ((skb = sock_recv(sk, &msg)))
		skb_free(skb);
}

static void run_applications(struct host *h)
{
	struct sock *sk;

	echo_datagrams(h, h->udp);
	discard_datagrams(h->raw);
	if (h->udp6) {
		echo_datagrams(h, h->udp6);
		discard_datagrams(h->raw6);
	}
	while (h->nr_accepted < ARRAY_SIZE(h->accepted) && (sk = sock_accept(h->listener, NULL, NULL)))
		h->accepted[h->nr_accepted++] = sk;
	for (unsigned i = 0; i < h->nr_accepted; i++)
		echo_stream(h->accepted[i]);
	echo_stream(h->client);
}

/* The host ----------------------------------------------------------------------------------------- */

static void pass_time(struct net *net, ktime_t ns)
{
	ktime_t end = net->now + ns;

	for (int i = 0; i < 1000 && net_next_timer(net) < end; i++) {
		net_advance(net, net_next_timer(net));
		net_run_batch(net);
	}
	net_advance(net, end);
}

static const union inaddr our6 = { .b = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 } };
static const union inaddr their6 = { .b = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };

static struct sock *open_socket(struct host *h, int family, int type, int protocol, uint16_t port)
{
	struct sock_addr a = { .family = family, .port = htons(port) };
	struct sock *sk;

	fuzz_check(!sock_create(h->net, family, type, protocol, NULL, NULL, &sk), "a socket can be made");
	if (port)
		fuzz_check(!sock_bind(sk, &a), "a port can be taken");
	return sk;
}

static void host_sockets6(struct host *h)
{
	struct ipv6_mreq mreq = { .ipv6mr_multiaddr.s6_addr = { 0xff, 0x0e, [15] = 9 },
				  .ipv6mr_interface = h->dev->ifindex };
	int one = 1;

	h->udp6 = open_socket(h, AF_INET6, SOCK_DGRAM, 0, 9);
	sock_setsockopt(h->udp6, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof(one));
	sock_setsockopt(h->udp6, IPPROTO_IPV6, IPV6_RECVRTHDR, &one, sizeof(one));
	sock_setsockopt(h->udp6, IPPROTO_IPV6, IPV6_RECVDSTOPTS, &one, sizeof(one));
	sock_setsockopt(h->udp6, IPPROTO_IPV6, IPV6_RECVHOPOPTS, &one, sizeof(one));
	sock_setsockopt(h->udp6, IPPROTO_IPV6, IPV6_JOIN_GROUP, &mreq, sizeof(mreq));
	h->raw6 = open_socket(h, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, 0);
}

static void host_sockets(struct host *h)
{
	struct sock_addr peer = { .family = AF_INET, .port = htons(81), .addr = inaddr_v4(htonl(0x0a000001)) };
	struct ip_mreqn mreq = { .imr_multiaddr.s_addr = htonl(0xe0010101), .imr_ifindex = h->dev->ifindex };
	bool ipv6 = inet_config_find(h->net, AF_INET6);
	int one = 1;

	h->udp = open_socket(h, AF_INET, SOCK_DGRAM, 0, 7);
	sock_setsockopt(h->udp, IPPROTO_IP, IP_RECVERR, &one, sizeof(one));
	sock_setsockopt(h->udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
	h->raw = open_socket(h, AF_INET, SOCK_RAW, IPPROTO_ICMP, 0);
	if (ipv6)
		host_sockets6(h);
	h->listener = open_socket(h, ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0, 80);
	fuzz_check(!sock_listen(h->listener, 8), "a socket can listen");
	h->client = open_socket(h, AF_INET, SOCK_STREAM, 0, 0);
	fuzz_check(sock_connect(h->client, &peer) == -EINPROGRESS, "a connection can be begun");
}

static void learn(struct neigh_table *table, const union inaddr *addr, struct net_device *dev)
{
	static const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	struct neighbour *neigh = neigh_create(table, addr, dev);

	fuzz_check(neigh, "a neighbour can be made");
	neigh_update(neigh, mac, NUD_REACHABLE, NEIGH_UPDATE_F_OVERRIDE);
	neigh_release(neigh);
}

/* A router for most, yet one that listens to other routers: all of the code is in reach. */
static void host_up6(struct host *h)
{
	struct ipv6_devconf *all = addrconf_conf(h->net, NULL), *conf = addrconf_conf(h->net, h->dev);
	struct ifaddr ifa = {
		.dev = h->dev,
		.family = AF_INET6,
		.prefixlen = 64,
		.flags = IFA_F_NODAD,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
		.local = our6,
		.address = our6,
	};

	fuzz_check(!inet_config_find(h->net, AF_INET6)->addr_add(h->net, &ifa, 0, NULL), "an address can be added");
	all->forwarding = 1;
	fuzz_check(!addrconf_conf_changed(h->net, all, &all->forwarding, 0), "forwarding can be set");
	conf->accept_ra = 2;
	conf->proxy_ndp = 1;
	conf->use_tempaddr = 2;
	learn(ipv6_neigh_table(h->net), &their6, h->dev);
	pass_time(h->net, 2 * NSEC_PER_SEC);	/* the link-local address is in use */
}

static void become_host(struct host *h)
{
	struct ipv6_devconf *all = addrconf_conf(h->net, NULL);

	all->forwarding = 0;
	fuzz_check(!addrconf_conf_changed(h->net, all, &all->forwarding, 1), "forwarding can be cleared");
}

static void host_up(struct host *h)
{
	struct net_params params = { .now = NSEC_PER_SEC, .random = fuzz_random, .random_ctx = &h->random };
	struct ifaddr ifa = {
		.family = AF_INET,
		.prefixlen = 24,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
		.local = inaddr_v4(htonl(0x0a000002)),
		.address = inaddr_v4(htonl(0x0a000002)),
	};
	static const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
	union inaddr peer = inaddr_v4(htonl(0x0a000001));

	h->net = stack_create(&params);
	fuzz_check(h->net, "a stack can be made");
	h->dev = netdev_alloc(h->net, &dev_ops, &eth_link);
	fuzz_check(h->dev, "a device can be made");
	h->dev->priv = h;
	h->dev->features = NETIF_F_SG | NETIF_F_CSUM | NETIF_F_TSO4 | NETIF_F_TSO6;
	strcpy(h->dev->name, "eth0");
	memcpy(h->dev->addr, mac, sizeof(mac));
	fuzz_check(!netdev_register(h->dev, NULL), "a device can be registered");
	netdev_set_carrier(h->dev, true);
	netdev_change_flags(h->dev, IFF_UP, IFF_UP, NULL);
	netdev_change_flags(h->net->loopback, IFF_UP, IFF_UP, NULL);
	ifa.dev = h->dev;
	fuzz_check(!inet_config_find(h->net, AF_INET)->addr_add(h->net, &ifa, 0, NULL), "an address can be added");
	ipv4_set_forwarding(h->net, true);
	learn(ipv4_neigh_table(h->net), &peer, h->dev);
	if (inet_config_find(h->net, AF_INET6))
		host_up6(h);
	host_sockets(h);
	net_finish_batch(h->net);
}

/* Everything is closed and taken down: what is left then has leaked. */
static void host_down(struct host *h)
{
	sock_close(h->udp, false);
	sock_close(h->raw, false);
	if (h->udp6) {
		sock_close(h->udp6, false);
		sock_close(h->raw6, false);
	}
	sock_close(h->listener, false);
	sock_close(h->client, true);
	for (unsigned i = 0; i < h->nr_accepted; i++)
		sock_close(h->accepted[i], true);
	net_finish_batch(h->net);
	stack_destroy(h->net);	/* net_destroy() asserts that no skb, page or timer is left */
}

/* Input -------------------------------------------------------------------------------------------- */

/* @p: at the network header. */
static void fix_ip(uint8_t *p, size_t len)
{
	size_t ihl = (p[0] & 15) * 4;
	be16 word;

	if (p[0] >> 4 == 6 && len >= IPV6_HDR_LEN) {
		word = htons(len - IPV6_HDR_LEN);
		memcpy(p + 4, &word, sizeof(word));
	}
	if (p[0] >> 4 == 6 || len < 20 || ihl < 20 || ihl > len)
		return;
	p[10] = p[11] = 0;
	word = ip_compute_csum(p, ihl);
	memcpy(p + 10, &word, sizeof(word));
}

static void fix_tcp(const struct host *h, uint8_t *p, size_t len)
{
	size_t off = tcp_offset(p, len);
	uint32_t seq, ack;

	if (!off)
		return;
	memcpy(&seq, p + off + 4, 4);
	memcpy(&ack, p + off + 8, 4);
	seq = htonl(ntohl(seq) + h->sent_ack);
	ack = htonl(ntohl(ack) + h->sent_end);
	memcpy(p + off + 4, &seq, 4);
	memcpy(p + off + 8, &ack, 4);
}

static void host_rx(struct host *h, uint8_t flags, const uint8_t *frame, size_t len)
{
	struct sk_buff *skb = skb_alloc(h->net, 2, len);

	fuzz_check(skb, "memory for a frame");
	memcpy(skb_put(skb, len), frame, len);
	if (flags & FIX_TCP_SEQ)
		fix_tcp(h, skb->data, len);
	if (len > ETH_HLEN && (flags & FIX_IP))
		fix_ip(skb->data + ETH_HLEN, len - ETH_HLEN);
	if (flags & TRUST_CSUM)
		skb->csum = CSUM_UNNECESSARY;
	if (flags & AS_GSO) {
		skb->gso_type = len > ETH_HLEN && skb->data[ETH_HLEN] >> 4 == 6 ? GSO_TCPV6 : GSO_TCPV4;
		skb->gso_size = 100;
		skb->gso_segs = len / 100 + 1;
	}
	skb->dev = h->dev;
	netdev_rx(h->dev, skb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host h = { .random = 1 };

	host_up(&h);
	while (size >= RECORD_HDR) {
		uint8_t flags = data[0];
		size_t len = min((size_t)(data[1] << 8 | data[2]), size - RECORD_HDR);

		if (flags & TIME_SHORT)
			pass_time(h.net, 50 * NSEC_PER_MSEC);
		if (flags & TIME_LONG)
			pass_time(h.net, 5 * NSEC_PER_SEC);
		if (flags & TIME_HOURS)
			pass_time(h.net, 7200 * NSEC_PER_SEC);
		if (flags & AS_HOST && h.udp6)
			become_host(&h);
		host_rx(&h, flags, data + RECORD_HDR, len);
		net_run_batch(h.net);
		run_applications(&h);
		net_run_batch(h.net);
		data += RECORD_HDR + len;
		size -= RECORD_HDR + len;
	}
	host_down(&h);
	return 0;
}
