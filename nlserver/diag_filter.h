/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filters of sock_diag: INET_DIAG_REQ_BYTECODE, a small program that ss compiles from words such as
 * "dst 10.0.0.0/8 and sport = :80" and that says of a socket whether it is wanted. Jumps go forward
 * only, so every program ends.
 */
#ifndef NLSERVER_DIAG_FILTER_H
#define NLSERVER_DIAG_FILTER_H

#include "stack/lib/inaddr.h"
#include "stack/lib/util.h"

/* What a filter looks at. */
struct diag_entry {
	int family;
	uint16_t sport, dport;	/* host byte order */
	int bound_if;		/* ifindex; 0: none */
	bool auto_port;		/* the port was not chosen by the application */
	uint32_t mark;
	union inaddr saddr, daddr;
};

/** diag_filter_check - may these @len bytes be run? 0 or -EINVAL */
int diag_filter_check(const void *code, size_t len);
/** diag_filter_match - run a filter that was checked; true: @e is wanted */
bool diag_filter_match(const void *code, size_t len, const struct diag_entry *e);

#endif
