/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capture taps, from the inside: where frames are shown to them. See netdevice.h for who wants to
 * see.
 */
#ifndef STACK_CORE_CAPTURE_H
#define STACK_CORE_CAPTURE_H

#include "stack/core/net.h"
#include "stack/core/netdevice.h"

/** capture_call_taps - capture_show() once it is known that there is a tap */
void capture_call_taps(struct net *net, const struct sk_buff *skb, enum drop_reason reason);

/** capture_show - let all taps see @skb; @reason: DROP_MAX where it is not dropped */
static inline void capture_show(struct net *net, const struct sk_buff *skb, enum drop_reason reason)
{
	if (unlikely(!list_empty(&net->taps)))
		capture_call_taps(net, skb, reason);
}

#endif
