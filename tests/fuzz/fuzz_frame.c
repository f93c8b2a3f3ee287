/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames from a stranger, into a whole stack: a host that forwards, with UDP, raw and TCP sockets, one of
 * them connecting. What must hold: no crash, no hang, and nothing left when the stack is taken down.
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
#include "stack/lib/checksum.h"
#include "stack/link/ethernet.h"
#include "stack/tcp/tcp_hdr.h"
#include "tests/fuzz/fuzz.h"

enum record_flags {
	FIX_IP_CSUM	= 1 << 0,	/* correct the IPv4 header's checksum */
	TRUST_CSUM	= 1 << 1,	/* the transport's checksum counts as verified */
	FIX_TCP_SEQ	= 1 << 2,	/* seq and ack are relative to what the stack last sent */
	AS_GSO		= 1 << 3,	/* the frame stands for several segments */
	TIME_SHORT	= 1 << 4,	/* 50 ms pass before it */
	TIME_LONG	= 1 << 5,	/* 5 s pass before it */
};

#define RECORD_HDR 3

/* The host, and what is known of the last TCP segment that it sent. */
struct host {
	struct net *net;
	struct net_device *dev;
	struct sock *udp, *raw, *listener, *client;
	struct sock *accepted[16];
	unsigned nr_accepted;
	uint32_t sent_end, sent_ack;	/* host byte order */
	uint32_t random;
};

/* What the host sends ------------------------------------------------------------------------------ */

static void note_tcp(struct host *h, const uint8_t *p, size_t len)
{
	struct tcp_hdr th;
	size_t ihl;

	if (len < ETH_HLEN + 20 || p[12] != 8 || p[13] != 0 || p[ETH_HLEN + 9] != IPPROTO_TCP)
		return;
	ihl = (p[ETH_HLEN] & 15) * 4;
	if (len < ETH_HLEN + ihl + sizeof(th))
		return;
	memcpy(&th, p + ETH_HLEN + ihl, sizeof(th));
	h->sent_end = ntohl(th.seq) + (len - ETH_HLEN - ihl - (th.doff >> 4) * 4) +
		      !!(th.flags & TCPHDR_SYN) + !!(th.flags & TCPHDR_FIN);
	h->sent_ack = ntohl(th.ack_seq);
}

static void dev_xmit(struct net_device *dev, struct sk_buff *skb)
{
	uint8_t buf[2048];
	uint32_t len = min(skb->len, (uint32_t)sizeof(buf));

	skb_copy_bits(skb, 0, buf, len);
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

static void run_applications(struct host *h)
{
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;
	struct sock *sk;

	while ((skb = sock_recv(h->udp, &msg)))
		sock_send(h->udp, &msg, skb_copy(h->net, skb, SKB_HEADROOM)), skb_free(skb);
	while ((skb = sock_recv(h->raw, &msg)))
		skb_free(skb);
	while ((skb = sock_recv_error(h->udp, &msg, &info)))
		skb_free(skb);
	while (h->nr_accepted < ARRAY_SIZE(h->accepted) && (sk = sock_accept(h->listener, NULL, NULL)))
		h->accepted[h->nr_accepted++] = sk;
	for (unsigned i = 0; i < h->nr_accepted; i++)
		echo_stream(h->accepted[i]);
	echo_stream(h->client);
}

/* The host ----------------------------------------------------------------------------------------- */

static struct sock *open_socket(struct host *h, int type, int protocol, uint16_t port)
{
	struct sock_addr a = { .family = AF_INET, .port = htons(port) };
	struct sock *sk;

	fuzz_check(!sock_create(h->net, AF_INET, type, protocol, NULL, NULL, &sk), "a socket can be made");
	if (port)
		fuzz_check(!sock_bind(sk, &a), "a port can be taken");
	return sk;
}

static void host_sockets(struct host *h)
{
	struct sock_addr peer = { .family = AF_INET, .port = htons(81), .addr = inaddr_v4(htonl(0x0a000001)) };
	struct ip_mreqn mreq = { .imr_multiaddr.s_addr = htonl(0xe0010101), .imr_ifindex = h->dev->ifindex };
	int one = 1;

	h->udp = open_socket(h, SOCK_DGRAM, 0, 7);
	sock_setsockopt(h->udp, IPPROTO_IP, IP_RECVERR, &one, sizeof(one));
	sock_setsockopt(h->udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
	h->raw = open_socket(h, SOCK_RAW, IPPROTO_ICMP, 0);
	h->listener = open_socket(h, SOCK_STREAM, 0, 80);
	fuzz_check(!sock_listen(h->listener, 8), "a socket can listen");
	h->client = open_socket(h, SOCK_STREAM, 0, 0);
	fuzz_check(sock_connect(h->client, &peer) == -EINPROGRESS, "a connection can be begun");
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
	static const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 }, peer_mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	union inaddr peer = inaddr_v4(htonl(0x0a000001));
	struct neighbour *neigh;

	h->net = stack_create(&params);
	fuzz_check(h->net, "a stack can be made");
	h->dev = netdev_alloc(h->net, &dev_ops, &eth_link);
	fuzz_check(h->dev, "a device can be made");
	h->dev->priv = h;
	h->dev->features = NETIF_F_SG | NETIF_F_CSUM | NETIF_F_TSO4;
	strcpy(h->dev->name, "eth0");
	memcpy(h->dev->addr, mac, sizeof(mac));
	fuzz_check(!netdev_register(h->dev, NULL), "a device can be registered");
	netdev_set_carrier(h->dev, true);
	netdev_change_flags(h->dev, IFF_UP, IFF_UP, NULL);
	netdev_change_flags(h->net->loopback, IFF_UP, IFF_UP, NULL);
	ifa.dev = h->dev;
	fuzz_check(!inet_config_find(h->net, AF_INET)->addr_add(h->net, &ifa, 0, NULL), "an address can be added");
	ipv4_set_forwarding(h->net, true);
	neigh = neigh_create(ipv4_neigh_table(h->net), &peer, h->dev);
	fuzz_check(neigh, "a neighbour can be made");
	neigh_update(neigh, peer_mac, NUD_REACHABLE, NEIGH_UPDATE_F_OVERRIDE);
	neigh_release(neigh);
	host_sockets(h);
	net_finish_batch(h->net);
}

/* Everything is closed and taken down: what is left then has leaked. */
static void host_down(struct host *h)
{
	sock_close(h->udp, false);
	sock_close(h->raw, false);
	sock_close(h->listener, false);
	sock_close(h->client, true);
	for (unsigned i = 0; i < h->nr_accepted; i++)
		sock_close(h->accepted[i], true);
	net_finish_batch(h->net);
	stack_destroy(h->net);	/* net_destroy() asserts that no skb, page or timer is left */
}

/* Input -------------------------------------------------------------------------------------------- */

static void pass_time(struct net *net, ktime_t ns)
{
	ktime_t end = net->now + ns;

	for (int i = 0; i < 1000 && net_next_timer(net) < end; i++) {
		net_advance(net, net_next_timer(net));
		net_finish_batch(net);
	}
	net_advance(net, end);
}

static void fix_ip(uint8_t *p, size_t len)
{
	size_t ihl = (p[0] & 15) * 4;
	be16 sum;

	if (len < 20 || ihl < 20 || ihl > len)
		return;
	p[10] = p[11] = 0;
	sum = ip_compute_csum(p, ihl);
	memcpy(p + 10, &sum, sizeof(sum));
}

static void fix_tcp(const struct host *h, uint8_t *p, size_t len)
{
	size_t ihl = (p[0] & 15) * 4;
	uint32_t seq, ack;

	if (len < ihl + TCP_HDR_LEN || p[9] != IPPROTO_TCP)
		return;
	memcpy(&seq, p + ihl + 4, 4);
	memcpy(&ack, p + ihl + 8, 4);
	seq = htonl(ntohl(seq) + h->sent_ack);
	ack = htonl(ntohl(ack) + h->sent_end);
	memcpy(p + ihl + 4, &seq, 4);
	memcpy(p + ihl + 8, &ack, 4);
}

static void host_rx(struct host *h, uint8_t flags, const uint8_t *frame, size_t len)
{
	struct sk_buff *skb = skb_alloc(h->net, 2, len);

	fuzz_check(skb, "memory for a frame");
	memcpy(skb_put(skb, len), frame, len);
	if (len > ETH_HLEN && (flags & FIX_TCP_SEQ))
		fix_tcp(h, skb->data + ETH_HLEN, len - ETH_HLEN);
	if (len > ETH_HLEN && (flags & FIX_IP_CSUM))
		fix_ip(skb->data + ETH_HLEN, len - ETH_HLEN);
	if (flags & TRUST_CSUM)
		skb->csum = CSUM_UNNECESSARY;
	if (flags & AS_GSO) {
		skb->gso_type = GSO_TCPV4;
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
		host_rx(&h, flags, data + RECORD_HDR, len);
		net_finish_batch(h.net);
		run_applications(&h);
		net_finish_batch(h.net);
		data += RECORD_HDR + len;
		size -= RECORD_HDR + len;
	}
	host_down(&h);
	return 0;
}
