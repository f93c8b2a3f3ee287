/* SPDX-License-Identifier: BSD-2-Clause */
/* Discards: see drop.h. Called by every floor, for each packet that goes no further. */
#include "stack/core/drop.h"

#include "stack/core/capture.h"
#include "stack/core/skbuff.h"
#include "stack/lib/util.h"

static const char *const texts[] = {
#define X(name, text) [DROP_##name] = text,
	DROP_REASONS(X)
#undef X
};

const char *drop_reason_text(enum drop_reason reason)
{
	return reason < ARRAY_SIZE(texts) ? texts[reason] : texts[DROP_NOT_SPECIFIED];
}

int skb_drop(struct net *net, struct sk_buff *skb, enum drop_reason reason)
{
	if (skb->dev)
		skb->dev->drops[reason]++;
	capture_show(net, skb, reason);
	skb_free(skb);
	return 0;
}
