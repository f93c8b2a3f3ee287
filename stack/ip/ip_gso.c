/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths of a GSO packet's pieces: see ip_gso.h. */
#include "stack/ip/ip_gso.h"

#define TCP_HDR_MIN  20 /* RFC 9293 3.1 */
#define TCP_DATA_OFF 12
#define UDP_HDR_LEN  8 /* RFC 768 */

uint32_t ip_gso_transport_len(const struct sk_buff *skb, uint32_t off)
{
	const uint8_t *transport = (const uint8_t *)skb_network_header(skb) + off;

	if (skb->gso_type == GSO_UDP_L4)
		return UDP_HDR_LEN + skb->gso_size;
	/* A TCP header that is not even linear is what the segmentation will refuse. */
	if (transport + TCP_HDR_MIN > skb->tail)
		return TCP_HDR_MIN + skb->gso_size;
	return (transport[TCP_DATA_OFF] >> 4) * 4 + skb->gso_size;
}
