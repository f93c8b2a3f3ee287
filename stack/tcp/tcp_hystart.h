/* SPDX-License-Identifier: BSD-2-Clause */
/* HyStart++ (RFC 9406): leaving slow start when the round trip grows, before anything is lost. */
#ifndef STACK_TCP_TCP_HYSTART_H
#define STACK_TCP_TCP_HYSTART_H

#include "stack/tcp/tcp_sock.h"

/* Part of an algorithm's private state; zero: at the beginning. */
struct tcp_hystart {
	uint32_t round_end;		/* snd_nxt when the round began */
	uint32_t last_min, round_min;	/* shortest round trip of the last round and of this one, us; 0: none */
	uint32_t baseline;		/* the one that made us careful, us */
	uint8_t	 samples;		/* of this round */
	uint8_t	 css_rounds;		/* rounds of conservative slow start that are over */
	bool	 started, css;
};

/** tcp_hystart_sample - a round trip took @rtt_us (-1: not known). May end slow start, by setting ssthresh */
void tcp_hystart_sample(struct tcp_sock *tp, struct tcp_hystart *hs, int32_t rtt_us);
/** tcp_hystart_growth - of @acked bytes, how many the window may grow by in slow start */
uint32_t tcp_hystart_growth(const struct tcp_sock *tp, const struct tcp_hystart *hs, uint32_t acked);

#endif
