/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulator: any number of whole stacks in one process, under one virtual clock, joined by wires that
 * lose, delay, reorder, repeat and spoil frames as a seeded generator says. Nothing in it looks at the
 * world: the same seed gives the same run, frame by frame, which sim_trace() proves.
 *
 *	host 0 [eth0] ====== wire ====== [eth0] host 1 [eth1] ====== wire ====== [eth0] host 2 ...
 *
 * Time jumps from one event to the next (a frame that arrives, a timer that is due), so an hour of silence
 * costs nothing.
 */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "tests/unit/twonets.h"

#define SIM_HOSTS_MAX 4
#define SIM_PORTS_MAX 4

/* What a wire does to frames; each way alike. Chances are out of 10,000. */
struct sim_wire {
	ktime_t	 delay;			/* of each frame */
	ktime_t	 jitter;		/* up to so much more: frames overtake each other */
	uint32_t loss, dup, corrupt;
	uint32_t nd_loss;		/* of neighbour discovery, which @loss leaves in peace */
	uint64_t rate;			/* bits a second; 0: no limit */
	uint32_t queue;			/* bytes that may wait for their turn; more are lost. 0: no limit */
	uint32_t swallow;		/* IP packets longer than this vanish, and nobody is told; 0: none */
	uint32_t features;		/* of the devices: NETIF_F_* */
	uint32_t mtu;			/* 0: 1500 */
};

struct sim;
struct sim_host;

struct sim_port {
	struct sim_host *host;
	struct sim_port *peer;
	struct net_device *dev;
	struct sim_wire wire;
	ktime_t	 free_at;		/* when the transmitter has sent what it was given */
};

struct sim_host {
	struct sim *sim;
	struct net *net;
	struct sim_port ports[SIM_PORTS_MAX];
	unsigned nr_ports;
	uint64_t random;
};

/* Sees each frame as it is put on a wire; false: it is lost. May inject others. */
typedef bool (*sim_tap)(void *ctx, struct sim_port *from, const uint8_t *frame, uint32_t len);

/** sim_create - @hosts stacks, at time 1000 s, without wires */
struct sim *sim_create(uint64_t seed, unsigned hosts);
/**
 * sim_destroy - all sockets are closed; asserts that no skb, page, timer, work or allocation is
 * left
 */
void sim_destroy(struct sim *sim);

struct sim_host *sim_host(struct sim *sim, unsigned i);
/**
 * sim_wire - give each of two hosts one more device, eth0 and so on, up, with these addresses
 * (/TEST_PLEN; NULL: none), and join them
 */
void sim_wire(struct sim *sim, unsigned a, const char *addr_a, unsigned b, const char *addr_b,
	      const struct sim_wire *wire);
/** sim_pair - two hosts on one wire, ADDR_0 and ADDR_1, past the first announcements */
struct sim *sim_pair(uint64_t seed, const struct sim_wire *wire);
/** sim_rewire - the wire at @port of host @i behaves so from now on, both ways */
void sim_rewire(struct sim *sim, unsigned i, unsigned port, const struct sim_wire *wire);
void sim_tap_set(struct sim *sim, sim_tap tap, void *ctx);
/** sim_inject - a frame comes in at @port, now, from nowhere */
void sim_inject(struct sim_port *port, const void *frame, uint32_t len);

/**
 * sim_send - someone on the wire of @to who is no host sends it a frame: the wire does to it what it
 * does to frames. May be called by a tap
 */
void sim_send(struct sim_port *to, const void *frame, uint32_t len);

/** sim_forward - @host is a router from now on */
void sim_forward(struct sim_host *host);

/** sim_now - the virtual time */
ktime_t sim_now(const struct sim *sim);
/** sim_run - let @duration pass */
void sim_run(struct sim *sim, ktime_t duration);
/**
 * sim_run_until - until @done(@arg), asked after each event, but no longer than @limit; Return:
 * did it?
 */
bool sim_run_until(struct sim *sim, bool (*done)(void *arg), void *arg, ktime_t limit);
/** sim_trace - a hash of every frame that was put on a wire so far, and when */
uint64_t sim_trace(const struct sim *sim);
/** sim_check_each - call @check for each host after each event (invariants); NULL: none */
void sim_check_each(struct sim *sim, void (*check)(struct net *net));

#endif
