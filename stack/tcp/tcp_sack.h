/* SPDX-License-Identifier: BSD-2-Clause */
/* The receiver's side of SACK (RFC 2018) and D-SACK (RFC 2883): what we report. */
#ifndef STACK_TCP_TCP_SACK_H
#define STACK_TCP_TCP_SACK_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_sack_add - [@start, @end) arrived out of order: the block that it belongs to is reported
 * first from now on
 */
void tcp_sack_add(struct tcp_sock *tp, uint32_t start, uint32_t end);
/** tcp_sack_touches - is a block remembered that [@start, @end) overlaps or adjoins? */
bool tcp_sack_touches(const struct tcp_sock *tp, uint32_t start, uint32_t end);
/** tcp_sack_advance - rcv_nxt moved: blocks below it are no news any more */
void tcp_sack_advance(struct tcp_sock *tp);
/** tcp_sack_clear - the out-of-order queue was dropped */
void tcp_sack_clear(struct tcp_sock *tp);
/** tcp_dsack_set - [@start, @end) arrived twice: to be reported once */
void tcp_dsack_set(struct tcp_sock *tp, uint32_t start, uint32_t end);

/** tcp_sack_fill - the SACK option of the next segment; the D-SACK is used up */
void tcp_sack_fill(struct tcp_sock *tp, struct tcp_opts *o);
/** tcp_sack_option_len - bytes that it will take in a segment sent now */
uint32_t tcp_sack_option_len(const struct tcp_sock *tp);

#endif
