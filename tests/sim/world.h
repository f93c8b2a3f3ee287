/* SPDX-License-Identifier: BSD-2-Clause */
/* Two hosts, a wire, and a connection between them: what the scenarios of the simulator begin with. */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "tests/sim/sim_stream.h"

#define PORT	   8080
#define WIRE_DELAY ms_to_ktime(10)
#define LONG	   sec_to_ktime(3600)
#define KIB	   1024

/* The client is on host 0, and the server listens on host 1. */
struct world {
	struct sim *sim;
	struct net *near, *far;
	struct sim_stream client, server;
	struct sim_listener listener;
};

/**
 * world_open - two hosts, and a listener for the server
 * @wire: between them; NULL: one that loses nothing
 * @up, @down: bytes that client and server will send
 */
void world_open(struct world *w, const struct sim_wire *wire, uint64_t up, uint64_t down);
/** world_connect - the client connects, and both sides must know it */
void world_connect(struct world *w);
/** world_open_connected - both, on a good wire; neither side sends or closes of its own accord */
void world_open_connected(struct world *w);
/** world_wire_dies - from now on it loses everything, both ways */
void world_wire_dies(struct world *w);
/** world_close - whatever happened, in the end nothing may be left */
void world_close(struct world *w);

#endif
