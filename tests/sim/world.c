/* SPDX-License-Identifier: BSD-2-Clause */
/* Two hosts and a connection between them: see world.h. */
#include "tests/sim/world.h"

#include <string.h>

void world_open(struct world *w, const struct sim_wire *wire, uint64_t up, uint64_t down)
{
	const struct sim_wire plain = { .delay = WIRE_DELAY };

	memset(w, 0, sizeof(*w));
	w->sim = sim_pair(1, wire ? wire : &plain);
	sim_check_each(w->sim, sim_tcp_check);
	w->near = sim_host(w->sim, 0)->net;
	w->far = sim_host(w->sim, 1)->net;
	sim_stream_init(&w->client, 1, 2, up);
	sim_stream_init(&w->server, 2, 1, down);
	sim_listen(&w->listener, w->far, PORT, 8, &w->server, 1);
}

void world_connect(struct world *w)
{
	sim_stream_connect(&w->client, w->near, ADDR_1, PORT, 0);
	sim_run(w->sim, 10 * WIRE_DELAY);
	assert_true(w->client.connected && w->server.connected);
}

void world_open_connected(struct world *w)
{
	world_open(w, NULL, 0, 0);
	w->client.fin = w->server.fin = false;
	world_connect(w);
}

void world_wire_dies(struct world *w)
{
	const struct sim_wire dead = { .delay = WIRE_DELAY, .loss = 10000 };

	sim_rewire(w->sim, 0, 0, &dead);
}

static bool world_idle(void *arg)
{
	struct world *w = arg;

	return sim_tcp_idle(w->near) && sim_tcp_idle(w->far);
}

void world_close(struct world *w)
{
	sim_stream_close(&w->client, false);
	sim_stream_close(&w->server, false);
	if (w->listener.sk)
		sim_listener_close(&w->listener);
	assert_true(sim_run_until(w->sim, world_idle, w, LONG));
	sim_destroy(w->sim);
}
