/* SPDX-License-Identifier: BSD-2-Clause */
/* What ICMP does with packets in both families: see icmp_msg.h. */
#include "stack/ip/icmp_msg.h"

#include <netinet/in.h>
#include <string.h>

uint32_t icmp_msg_packet_len(const struct sk_buff *skb)
{
	return skb->len + (skb->data - (uint8_t *)skb_network_header(skb));
}

int icmp_msg_packet_bits(const struct sk_buff *skb, uint32_t off, void *to, uint32_t len)
{
	struct sk_buff whole = *skb; /* only to be read: holds no reference */

	skb_push(&whole, whole.data - (uint8_t *)skb_network_header(&whole));
	return skb_copy_bits(&whole, off, to, len);
}

struct sk_buff *icmp_msg_answer(struct net *net, const struct sk_buff *skb, uint32_t len)
{
	struct sk_buff *reply = skb_alloc(net, SKB_HEADROOM, len);

	if (!reply)
		return NULL;
	memcpy(skb_put(reply, len), skb->data, len);
	if (skb->len == len || skb_share(reply, skb, len, skb->len - len))
		return reply;
	skb_free(reply);
	return skb_copy(net, skb, SKB_HEADROOM);
}

struct sk_buff *icmp_msg_quote(struct net *net, const struct sk_buff *skb, uint32_t max)
{
	uint32_t len = min(icmp_msg_packet_len(skb), max - ICMP_MSG_HDR_LEN);
	struct sk_buff *error = skb_alloc(net, SKB_HEADROOM, ICMP_MSG_HDR_LEN + len);

	if (!error)
		return NULL;
	memset(skb_put(error, ICMP_MSG_HDR_LEN), 0, ICMP_MSG_HDR_LEN);
	icmp_msg_packet_bits(skb, 0, skb_put(error, len), len);
	skb_reset_transport_header(error);
	error->mark = skb->mark;
	return error;
}

void icmp_msg_ports(struct icmp_err *e, uint8_t icmp)
{
	const uint8_t *p = e->payload;
	be32 seq;

	if (e->fl.proto == icmp) { /* the identifier */
		memcpy(&e->fl.sport, p + 4, sizeof(e->fl.sport));
		return;
	}
	memcpy(&e->fl.sport, p, sizeof(e->fl.sport));
	memcpy(&e->fl.dport, p + 2, sizeof(e->fl.dport));
	if (e->fl.proto == IPPROTO_TCP) {
		memcpy(&seq, p + 4, sizeof(seq));
		e->seq = ntohl(seq);
	}
}

void icmp_msg_deliver(struct net *net, const struct icmp_err *e,
		      void (*raw_err)(struct net *net, const struct icmp_err *e))
{
	const struct inet_protocol *protocol = inet_protocol_over(net, e->fl.family, e->fl.proto);

	if (raw_err)
		raw_err(net, e);
	if (protocol && protocol->err)
		protocol->err(net, e);
}
