/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Port tables: who is bound where; one for each transport protocol. Conflicts follow SO_REUSEADDR and
 * SO_REUSEPORT as Linux has them; ephemeral ports are chosen by RFC 6056's algorithm 4 (double hash).
 */
#ifndef STACK_TRANSPORT_PORT_H
#define STACK_TRANSPORT_PORT_H

#include "stack/transport/sock.h"

#define PORT_HASH_SIZE 1024	/* power of two */

struct port_table {
	struct hlist_head hash[PORT_HASH_SIZE];	/* sock.bind_node, by sport */
	uint16_t low, high;			/* ip_local_port_range: 32768 60999 */
	uint32_t offset_table[64];		/* RFC 6056 3.3.4 */
};

void port_table_init(struct port_table *t);

/** port_bucket - where the sockets (sock.bind_node) with local port @port are, among others */
const struct hlist_head *port_bucket(const struct port_table *t, be16 port);

/**
 * port_bind - take @port (network byte order; 0: choose one, at random) for @sk with sk->saddr, and enter it
 * A socket that has @port already is checked again, and keeps it in any case: listen(2) asks so, when the
 * state is SS_LISTEN.
 * Return: 0 with sk->sport set, -EADDRINUSE. Ports below 1024 are the server's to refuse.
 */
int port_bind(struct port_table *t, struct sock *sk, be16 port);

/**
 * port_connect - choose a port for an outgoing connection: usable again for another destination
 * @unique: asked for each candidate in sk->sport: is the four-tuple free? May recycle a TIME-WAIT one
 * Return: 0 with sk->sport set and entered, -EADDRNOTAVAIL
 */
int port_connect(struct port_table *t, struct sock *sk, bool (*unique)(struct sock *sk));

/** port_inherit - @child uses the listener's port (no conflict check) */
void port_inherit(struct port_table *t, struct sock *child, const struct sock *parent);
/** port_overlap - could one packet be for both, by their devices, families and addresses? Their ports are alike */
bool port_overlap(const struct sock *a, const struct sock *b);
/** port_release - leave the table; harmless when not in it */
void port_release(struct sock *sk);

#endif
