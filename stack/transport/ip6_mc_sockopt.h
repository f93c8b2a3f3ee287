/* SPDX-License-Identifier: BSD-2-Clause */
/* The multicast options of IPv6 (ipv6(7), RFC 3493 5.2, RFC 3678): memberships, source filters, how to send. */
#ifndef STACK_TRANSPORT_IP6_MC_SOCKOPT_H
#define STACK_TRANSPORT_IP6_MC_SOCKOPT_H

#include "stack/transport/sock.h"

/**
 * ip6_mc_sockopt_set, ip6_mc_sockopt_get - level IPPROTO_IPV6 of an AF_INET6 socket: see sockopt_set(); -ENOPROTOOPT: not
 * one of them, or not for this socket
 */
int ip6_mc_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len);
int ip6_mc_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len);

#endif
