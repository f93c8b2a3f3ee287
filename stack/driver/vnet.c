/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtio-net header, to and from an sk_buff. */
#include "stack/driver/vnet.h"

#include <errno.h>
#include <ustack/link.h>

#define TCP_DOFF_OFFSET 12	/* of the byte whose upper half is the header's length */

uint32_t vnet_features(uint32_t offloads)
{
	uint32_t features = NETIF_F_SG;

	if (offloads & USTACK_OFFLOAD_CSUM)
		features |= NETIF_F_CSUM;
	if (offloads & USTACK_OFFLOAD_TSO4)
		features |= NETIF_F_TSO4;
	if (offloads & USTACK_OFFLOAD_TSO6)
		features |= NETIF_F_TSO6;
	if (offloads & USTACK_OFFLOAD_USO)
		features |= NETIF_F_USO;
	return features;
}

static uint8_t vnet_gso_type(const struct sk_buff *skb)
{
	uint8_t ecn = skb->gso_ecn ? VIRTIO_NET_HDR_GSO_ECN : 0;

	switch (skb->gso_type) {
	case GSO_TCPV4:
		return VIRTIO_NET_HDR_GSO_TCPV4 | ecn;
	case GSO_TCPV6:
		return VIRTIO_NET_HDR_GSO_TCPV6 | ecn;
	case GSO_UDP_L4:
		return VIRTIO_NET_HDR_GSO_UDP_L4;
	default:
		return VIRTIO_NET_HDR_GSO_NONE;
	}
}

/* Bytes of header before the payload that is to be cut, from the frame's start. */
static uint16_t vnet_hdr_len(const struct sk_buff *skb)
{
	const uint8_t *th = skb_transport_header(skb);

	if (skb->gso_type == GSO_UDP_L4)
		return th + 8 - skb->data;
	return th + (th[TCP_DOFF_OFFSET] >> 4) * 4 - skb->data;
}

void vnet_fill(const struct sk_buff *skb, struct virtio_net_hdr_v1 *ret)
{
	*ret = (struct virtio_net_hdr_v1){ .num_buffers = 0 };
	if (skb->csum == CSUM_PARTIAL) {
		ret->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		ret->csum_start = skb->head + skb->csum_start - skb->data;
		ret->csum_offset = skb->csum_offset;
	}
	if (skb_is_gso(skb)) {
		ret->gso_type = vnet_gso_type(skb);
		ret->gso_size = skb->gso_size;
		ret->hdr_len = vnet_hdr_len(skb);
	}
}

static int vnet_parse_gso(struct sk_buff *skb, const struct virtio_net_hdr_v1 *hdr)
{
	uint8_t type;

	switch (hdr->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_NONE:
		return 0;
	case VIRTIO_NET_HDR_GSO_TCPV4:
		type = GSO_TCPV4;
		break;
	case VIRTIO_NET_HDR_GSO_TCPV6:
		type = GSO_TCPV6;
		break;
	case VIRTIO_NET_HDR_GSO_UDP_L4:
		type = GSO_UDP_L4;
		break;
	default:
		return -EINVAL;
	}
	if (!hdr->gso_size)
		return -EINVAL;
	skb->gso_type = type;
	skb->gso_size = hdr->gso_size;
	skb->gso_segs = DIV_ROUND_UP(skb->len, hdr->gso_size);
	skb->gso_ecn = hdr->gso_type & VIRTIO_NET_HDR_GSO_ECN;
	return 0;
}

int vnet_parse(struct sk_buff *skb, const struct virtio_net_hdr_v1 *hdr)
{
	if (hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		uint32_t need = (uint32_t)hdr->csum_start + hdr->csum_offset + sizeof(be16);

		if (!skb_may_pull(skb, need))
			return -EINVAL;
		skb->csum = CSUM_PARTIAL;
		skb->csum_start = skb->data - skb->head + hdr->csum_start;
		skb->csum_offset = hdr->csum_offset;
	} else if (hdr->flags & VIRTIO_NET_HDR_F_DATA_VALID) {
		skb->csum = CSUM_UNNECESSARY;
	}
	return vnet_parse_gso(skb, hdr);
}
