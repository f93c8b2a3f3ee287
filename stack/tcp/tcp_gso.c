/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cutting a GSO packet: each segment gets a copy of the headers and shares its piece of the payload. What
 * differs in the headers: lengths, IPv4's id and checksum, the sequence number, and the flags that belong to
 * the first segment (CWR) or the last (FIN, PSH). Known of the network header is only what stands at fixed
 * places; options and extension headers are copied as they are.
 */
#include "stack/tcp/tcp_gso.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include "stack/core/skbuff.h"
#include "stack/lib/checksum.h"
#include "stack/tcp/tcp_hdr.h"

#define IPV4_TOT_LEN	 2 /* offsets in the IPv4 header */
#define IPV4_ID		 4
#define IPV4_CHECK	 10
#define IPV6_PAYLOAD_LEN 4
#define IPV6_HDR_LEN	 40

static be16 get16(const uint8_t *p)
{
	be16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void put16(uint8_t *p, be16 v)
{
	memcpy(p, &v, sizeof(v));
}

/* Set a field of the IPv4 header and keep its checksum right. */
static void ipv4_set(uint8_t *ip, unsigned field, be16 v)
{
	be16 check = get16(ip + IPV4_CHECK);

	csum_replace2(&check, get16(ip + field), v);
	put16(ip + field, v);
	put16(ip + IPV4_CHECK, check);
}

/* @len: from the network header on; @nr: of the segment, from 0 */
static void fix_network(uint8_t *ip, uint8_t gso_type, uint32_t len, unsigned nr)
{
	if (gso_type == GSO_TCPV6) {
		put16(ip + IPV6_PAYLOAD_LEN, htons(len - IPV6_HDR_LEN));
		return;
	}
	ipv4_set(ip, IPV4_TOT_LEN, htons(len));
	ipv4_set(ip, IPV4_ID, htons(ntohs(get16(ip + IPV4_ID)) + nr));
}

struct cut {
	uint32_t hlen;	/* of all headers, from the link layer's on */
	uint32_t thlen; /* of TCP's */
	uint32_t payload;
	uint32_t mss;
};

static void fix_transport(struct tcp_hdr *th, const struct cut *c, uint32_t off, uint32_t len)
{
	uint32_t sum = (uint16_t)th->check;

	/* The field holds the pseudo header's sum, with the length of the whole. */
	sum = csum_add(sum, (uint16_t)~htons(c->thlen + c->payload));
	sum = csum_add(sum, htons(c->thlen + len));
	th->check = (be16)~csum_fold(sum);
	th->seq = htonl(ntohl(th->seq) + off);
	if (off)
		th->flags &= ~TCPHDR_CWR;
	if (off + len < c->payload)
		th->flags &= ~(TCPHDR_FIN | TCPHDR_PSH);
}

/* Bytes [@off, @off + @len) of the payload as a frame of their own; NULL: no memory. */
static struct sk_buff *piece(struct net *net, const struct sk_buff *skb, const struct cut *c,
			     uint32_t off, uint32_t len)
{
	uint32_t headroom = skb_headroom(skb);
	struct sk_buff *seg = skb_alloc(net, headroom, c->hlen);

	if (!seg)
		return NULL;
	skb_copy_bits(skb, 0, skb_put(seg, c->hlen), c->hlen);
	if (!skb_share(seg, skb, c->hlen + off, len)) {
		skb_free(seg);
		return NULL;
	}
	seg->dev = skb->dev;
	seg->protocol = skb->protocol;
	seg->pkt_type = skb->pkt_type;
	seg->priority = skb->priority;
	seg->mark = skb->mark;
	seg->hash = skb->hash;
	/* The same distances from data, whatever head room was given. */
	seg->mac_off = skb->mac_off + skb_headroom(seg) - headroom;
	seg->network_off = skb->network_off + skb_headroom(seg) - headroom;
	seg->transport_off = skb->transport_off + skb_headroom(seg) - headroom;
	seg->csum = CSUM_PARTIAL;
	seg->csum_start = seg->transport_off;
	seg->csum_offset = offsetof(struct tcp_hdr, check);
	fix_network(skb_network_header(seg), skb->gso_type,
		    seg->len - (seg->network_off - skb_headroom(seg)), off / c->mss);
	fix_transport(skb_transport_header(seg), c, off, len);
	return seg;
}

/* Whoever waits for the packet to be gone waits for its last piece. */
static void pass_destructor(struct sk_buff *skb, struct sk_buff *last)
{
	if (!skb->destructor)
		return;
	last->destructor = skb->destructor;
	last->owner = skb->owner;
	last->gso_segs = skb->gso_segs; /* what it is counted for */
	skb->destructor = NULL;
}

int tcp_gso_segment(struct net *net, struct sk_buff *skb, struct sk_buff_head *ret)
{
	struct cut c = { .mss = skb->gso_size };
	uint32_t to_th = skb->transport_off - skb_headroom(skb);
	struct sk_buff *seg = NULL;

	if (!c.mss || !skb_may_pull(skb, to_th + TCP_HDR_LEN))
		goto bad;
	c.thlen = tcp_hdr_len(skb_transport_header(skb));
	c.hlen = to_th + c.thlen;
	if (c.thlen < TCP_HDR_LEN || !skb_may_pull(skb, c.hlen))
		goto bad;
	c.payload = skb->len - c.hlen;
	for (uint32_t off = 0; off < c.payload || !off; off += c.mss) {
		seg = piece(net, skb, &c, off, min(c.mss, c.payload - off));
		if (!seg) {
			/* What was cut may go; the rest is lost, as on a wire. */
			skb_drop(net, skb, DROP_NO_MEMORY);
			return -ENOMEM;
		}
		skb_queue_tail(ret, seg);
	}
	pass_destructor(skb, seg);
	skb_free(skb);
	return 0;
bad:
	skb_drop(net, skb, DROP_TCP_HDR);
	return -EINVAL;
}
