/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options of the socket layer (socket(7)), of IPv4 (ip(7)) and of IPv6 (ipv6(7)), for every protocol. Each is
 * honoured as the kernel does, or refused as the kernel refuses what it does not know
 * (-ENOPROTOOPT).
 */
#ifndef STACK_TRANSPORT_SOCKOPT_H
#define STACK_TRANSPORT_SOCKOPT_H

#include "stack/transport/sock.h"

/**
 * sockopt_set, sockopt_get - level SOL_SOCKET; @len in: room, out: length. 0, -ENOPROTOOPT,
 * -EINVAL, -EPERM …
 */
int sockopt_set(struct sock *sk, int name, const void *val, uint32_t len);
int sockopt_get(struct sock *sk, int name, void *val, uint32_t *len);

/** ip_sockopt_set, ip_sockopt_get - level SOL_IP, of an AF_INET socket, or what an AF_INET6 one does by IPv4 */
int ip_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len);
int ip_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len);

/** ip6_sockopt_set, ip6_sockopt_get - level SOL_IPV6, of an AF_INET6 socket (RFC 3493, RFC 3542) */
int ip6_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len);
int ip6_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len);

/* An option that is just a flag of struct sock_opts. */
struct sockopt_flag {
	int name;
	size_t offset;
};
#define SOCKOPT_FLAG(name, field) { name, offsetof(struct sock_opts, field) }

/** sockopt_find_flag - the flag that @name sets, NULL: it is no such option */
bool *sockopt_find_flag(struct sock *sk, const struct sockopt_flag *table, size_t count, int name);
/**
 * sockopt_set_recverr - IP_RECVERR, IPV6_RECVERR: @flag becomes @val. -ENOPROTOOPT for a stream, whose errors are told
 * when it ends (tcp(7) would have them told before)
 */
int sockopt_set_recverr(struct sock *sk, bool *flag, int val);
/** sockopt_copy - give an answer of @size bytes, cut to the room there is; 0 */
int sockopt_copy(void *val, uint32_t *len, const void *from, uint32_t size);

#endif
