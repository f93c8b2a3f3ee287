/* SPDX-License-Identifier: BSD-2-Clause */
/* The metrics of a route (RTAX_*): RTAX_MAX + 1 values, or NULL where none is set. */
#ifndef STACK_IP_ROUTE_METRICS_H
#define STACK_IP_ROUTE_METRICS_H

#include "stack/core/inet_config.h"

/** route_metric - RTAX_*; 0: not set */
static inline uint32_t route_metric(const uint32_t *metrics, unsigned rtax)
{
	return metrics ? metrics[rtax] : 0;
}

/** route_metrics_copy - of @cfg, within the kernel's limits; *@ret NULL: none. 0 or -ENOMEM */
int route_metrics_copy(const struct route_config *cfg, uint32_t **ret);
/** route_metrics_fill - as configuration shows them */
void route_metrics_fill(const uint32_t *metrics, struct route_config *ret);
bool route_metrics_equal(const uint32_t *a, const uint32_t *b);
/** route_metrics_match - do @metrics fit what a request to delete says? */
bool route_metrics_match(const uint32_t *metrics, const struct route_config *cfg);

#endif
