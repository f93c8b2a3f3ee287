/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast options of IPv4 that take a struct: memberships, source filters (ip(7), RFC 3678),
 * the device.
 */
#ifndef STACK_TRANSPORT_IP_MC_SOCKOPT_H
#define STACK_TRANSPORT_IP_MC_SOCKOPT_H

#include "stack/transport/sock.h"

/** ip_mc_sockopt_known - is @name one of them? */
bool ip_mc_sockopt_known(int name);
/** ip_mc_sockopt_set, ip_mc_sockopt_get - see ip_sockopt_set() */
int ip_mc_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len);
int ip_mc_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len);

#endif
