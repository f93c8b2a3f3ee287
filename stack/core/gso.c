/* SPDX-License-Identifier: BSD-2-Clause */
/* Segmentation in software, for devices that do not segment: the table that transports fill in. */
#include "stack/core/netdevice.h"

#include <errno.h>

#include "stack/core/net.h"

void gso_ops_add(struct net *net, struct gso_ops *ops)
{
	list_add_tail(&ops->list, &net->gso_ops);
}

void gso_ops_del(struct gso_ops *ops)
{
	list_del(&ops->list);
}

int skb_gso_segment(struct net *net, struct sk_buff *skb, struct sk_buff_head *ret)
{
	struct gso_ops *ops;

	list_for_each_entry(ops, &net->gso_ops, list)
		if (ops->gso_type == skb->gso_type)
			return ops->segment(net, skb, ret);
	skb_drop(net, skb, DROP_UNHANDLED_PROTO);
	return -EPROTONOSUPPORT;
}
