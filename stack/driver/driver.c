/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of drivers: which kinds an instance has. */
#include "stack/driver/driver.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/driver/frame_dev.h"

static const struct link_kind *const kinds[] = { &packet_kind, &tap_kind, &stream_kind };

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
