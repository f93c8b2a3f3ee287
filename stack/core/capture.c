/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture taps: who sees every frame, in, out and dropped. */
#include "stack/core/capture.h"

void capture_tap_add(struct net *net, struct capture_tap *tap)
{
	list_add_tail(&tap->list, &net->taps);
}

void capture_tap_del(struct capture_tap *tap)
{
	list_del(&tap->list);
}

void capture_call_taps(struct net *net, const struct sk_buff *skb, enum drop_reason reason)
{
	bool outgoing = skb->pkt_type == PACKET_OUTGOING;
	struct capture_tap *tap, *next;

	list_for_each_entry_safe(tap, next, &net->taps, list)
		tap->fn(tap, skb->dev, skb, outgoing, reason);
}
