/* SPDX-License-Identifier: BSD-2-Clause */
/* Which connection, or which listener, a segment belongs to. */
#ifndef STACK_TCP_TCP_HASH_H
#define STACK_TCP_TCP_HASH_H

#include "stack/tcp/tcp_sock.h"

/** tcp_hash_init - 0 or -ENOMEM; tcp_hash_exit - the table is empty */
int tcp_hash_init(struct tcp_net *tn);
void tcp_hash_exit(struct tcp_net *tn);

/**
 * tcp_hash_insert - @t is filled but for its hash; grows the table (a failure to grow only makes
 * it slower)
 */
void tcp_hash_insert(struct tcp_net *tn, struct tcp_tuple *t);
/** tcp_hash_replace - @to takes the place and the names of @from */
void tcp_hash_replace(struct tcp_tuple *from, struct tcp_tuple *to);
/** tcp_hash_remove - harmless when not in the table */
void tcp_hash_remove(struct tcp_net *tn, struct tcp_tuple *t);
/** tcp_hash_insert_sock - enter @tp under its names of now */
void tcp_hash_insert_sock(struct tcp_sock *tp);

/** tcp_hash_lookup - the connection @seg is of; NULL */
struct tcp_tuple *tcp_hash_lookup(struct tcp_net *tn, const struct tcp_seg *seg);
/** tcp_hash_lookup_flow - the same for a packet of ours (fl->saddr, fl->sport are ours) */
struct tcp_tuple *tcp_hash_lookup_flow(struct tcp_net *tn, const struct flow *fl);
/**
 * tcp_hash_unique - for port_connect(): are @sk's four names free? One in TIME-WAIT makes place
 * when safe
 */
bool tcp_hash_unique(struct sock *sk);

/** tcp_listen_hash, _unhash - enter and take out a listening socket; unhash is harmless when not in */
void tcp_listen_hash(struct tcp_sock *tp);
void tcp_listen_unhash(struct tcp_sock *tp);
/**
 * tcp_listen_lookup - the listener for @seg: the most particular; among equals (SO_REUSEPORT) by
 * hash; NULL
 */
struct tcp_sock *tcp_listen_lookup(struct tcp_net *tn, const struct tcp_seg *seg);
/** tcp_listen_conflict - would a listener like @tp shadow another? (SO_REUSEPORT on both: no) */
bool tcp_listen_conflict(struct tcp_sock *tp);

#endif
