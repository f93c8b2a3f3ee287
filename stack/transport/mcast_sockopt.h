/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast options that are the same for both families (RFC 3678 5): MCAST_JOIN_GROUP and its kin, at the level
 * IPPROTO_IP or IPPROTO_IPV6.
 */
#ifndef STACK_TRANSPORT_MCAST_SOCKOPT_H
#define STACK_TRANSPORT_MCAST_SOCKOPT_H

#include "stack/transport/sock.h"

/** mcast_sockopt_known - is @name one of them? */
bool mcast_sockopt_known(int name);
/**
 * mcast_sockopt_set, mcast_sockopt_get - see sockopt_set(); @family: of the level: that of the groups, whatever the
 * socket's; -ENOPROTOOPT: none of them
 */
int mcast_sockopt_set(struct sock *sk, int family, int name, const void *val, uint32_t len);
int mcast_sockopt_get(struct sock *sk, int family, int name, void *val, uint32_t *len);

#endif
