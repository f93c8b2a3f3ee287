/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counters of a device, as a table whose columns are as wide as they must be.
 */
#ifndef UIP_LINK_STATS_H
#define UIP_LINK_STATS_H

struct nlattr;
struct uip;

/**
 * link_stats_print() - show IFLA_STATS64 (with -s) and its error counters (with -s -s), without a
 * last newline
 */
void link_stats_print(struct uip *u, struct nlattr **tb);

/**
 * link_drops_print() - show why packets were discarded (IFLA_INFO_XSTATS), where the stack tells it
 */
void link_drops_print(struct uip *u, struct nlattr **tb);

#endif
