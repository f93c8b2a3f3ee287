/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of drivers: which kinds an instance has; and how a device of any of them begins. */
#include "stack/driver/driver.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/driver/frame_dev.h"

static const struct link_kind *const kinds[] = { &packet_kind, &tap_kind, &stream_kind };

int driver_dev_start(struct net_device *dev, const struct link_params *params,
		     const struct driver_loop *loop, struct driver_watch *watch, struct extack *ack)
{
	int err;

	err = link_params_apply(dev, params, "eth%d", ack);
	if (err)
		goto fail;
	err = loop->add(loop->ctx, watch);
	if (err) {
		extack_set(ack, err, "The descriptor cannot be watched");
		goto fail;
	}
	err = netdev_register(dev, ack);
	if (err)
		goto fail;
	netdev_set_carrier(dev, true);
	return 0;
fail:
	netdev_free(dev);
	return err;
}

int driver_kinds_add(struct net *net, const struct driver_loop *loop)
{
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct driver_kind *dk = calloc(1, sizeof(*dk));

		if (!dk) {
			driver_kinds_del(net);
			return -ENOMEM;
		}
		dk->kind = *kinds[i];
		dk->loop = loop;
		link_kind_add(net, &dk->kind);
	}
	return 0;
}

void driver_kinds_del(struct net *net)
{
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct link_kind *kind = link_kind_find(net, kinds[i]->name);
		struct driver_kind *dk;

		if (!kind)
			continue;
		dk = container_of(kind, struct driver_kind, kind);
		link_kind_del(&dk->kind);
		free(dk);
	}
}
