/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets a UDP datagram: the tables of UDP sockets. */
#ifndef STACK_TRANSPORT_UDP_TABLE_H
#define STACK_TRANSPORT_UDP_TABLE_H

#include "stack/transport/port.h"

#define UDP_HASH_SIZE 1024	/* power of two */

struct udp_table {
	struct port_table ports;
	/*
	 * sock.hash_node: connected sockets by all four of address and port, others by the local
	 * two
	 */
	struct hlist_head hash[UDP_HASH_SIZE];
	uint32_t connected;		/* how many of the first kind */
};

/* What a datagram, or an error about one of ours, is looked up by: seen from here. */
struct udp_key {
	int family;
	int iif;			/* ifindex of arrival; 0: any device's socket will do */
	union inaddr local, remote;
	be16 lport, rport;
};

/**
 * udp_table_enter - @sk has got a port, or its addresses changed; udp_table_leave - harmless when
 * not in it
 */
void udp_table_enter(struct udp_table *t, struct sock *sk);
void udp_table_leave(struct udp_table *t, struct sock *sk);

/**
 * udp_table_lookup - the socket for a datagram to one of our addresses: a connected one, else one
 * bound to the address, else one bound to any; among equals the last one bound, or with
 * SO_REUSEPORT one by the flow's hash
 */
struct sock *udp_table_lookup(struct net *net, struct udp_table *t, const struct udp_key *key);
/**
 * udp_table_next - the sockets for a multicast or broadcast datagram, one after the other
 * @after: NULL: the first. Stays valid when @after closes: the caller takes the next before it
 * delivers.
 */
struct sock *udp_table_next(struct udp_table *t, const struct udp_key *key, struct sock *after);

#endif
