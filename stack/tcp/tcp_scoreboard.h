/* SPDX-License-Identifier: BSD-2-Clause */
/* The sender's side of SACK: the scoreboard of RFC 6675, which is the flags of the retransmission queue. */
#ifndef STACK_TCP_TCP_SCOREBOARD_H
#define STACK_TCP_TCP_SCOREBOARD_H

#include "stack/tcp/tcp_ack.h"

/**
 * tcp_scoreboard_sack - Update() of RFC 6675: mark what the blocks of st->seg cover; D-SACKs go to
 * the undo logic
 */
void tcp_scoreboard_sack(struct tcp_sock *tp, struct tcp_ack_state *st);
/** tcp_scoreboard_mark_lost - IsLost() of RFC 6675 for all that is not SACKed */
void tcp_scoreboard_mark_lost(struct tcp_sock *tp);
/**
 * tcp_scoreboard_reordering - what begins at @seq arrived, and was sent once: if it lies below what was SACKed
 * before this acknowledgement, the network reorders by that much
 */
void tcp_scoreboard_reordering(struct tcp_sock *tp, const struct tcp_ack_state *st, uint32_t seq);
/** tcp_scoreboard_clear - the peer took its SACKs back, or they may not be believed */
void tcp_scoreboard_clear(struct tcp_sock *tp);

#endif
