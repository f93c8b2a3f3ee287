/* SPDX-License-Identifier: BSD-2-Clause */
/* Metrics of routes: see route_metrics.h. */
#include "stack/ip/route_metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define METRICS_SIZE ((RTAX_MAX + 1) * sizeof(uint32_t))

/* The limits that the kernel sets to metrics. */
static uint32_t metric_clamp(unsigned rtax, uint32_t val)
{
	switch (rtax) {
	case RTAX_ADVMSS:
		return min(val, 65535u - 40);
	case RTAX_MTU:
		return min(val, 65535u - 15);
	case RTAX_HOPLIMIT:
		return min(val, 255u);
	default:
		return val;
	}
}

int route_metrics_copy(const struct route_config *cfg, uint32_t **ret)
{
	bool any = cfg->metrics_lock;
	uint32_t *metrics;
	unsigned i;

	for (i = RTAX_LOCK + 1; i <= RTAX_MAX; i++)
		any |= cfg->metrics[i];
	*ret = NULL;
	if (!any)
		return 0;
	metrics = calloc(1, METRICS_SIZE);
	if (!metrics)
		return -ENOMEM;
	metrics[RTAX_LOCK] = cfg->metrics_lock;
	for (i = RTAX_LOCK + 1; i <= RTAX_MAX; i++)
		metrics[i] = metric_clamp(i, cfg->metrics[i]);
	*ret = metrics;
	return 0;
}

void route_metrics_fill(const uint32_t *metrics, struct route_config *ret)
{
	memset(ret->metrics, 0, sizeof(ret->metrics));
	if (metrics)
		memcpy(ret->metrics, metrics, METRICS_SIZE);
	ret->metrics_lock = ret->metrics[RTAX_LOCK];
}

bool route_metrics_equal(const uint32_t *a, const uint32_t *b)
{
	return a == b || (a && b && !memcmp(a, b, METRICS_SIZE));
}

bool route_metrics_match(const uint32_t *metrics, const struct route_config *cfg)
{
	unsigned i;

	if (cfg->metrics_lock && cfg->metrics_lock != route_metric(metrics, RTAX_LOCK))
		return false;
	for (i = RTAX_LOCK + 1; i <= RTAX_MAX; i++)
		if (cfg->metrics[i] && metric_clamp(i, cfg->metrics[i]) != route_metric(metrics, i))
			return false;
	return true;
}
