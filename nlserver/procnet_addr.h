/* SPDX-License-Identifier: BSD-2-Clause */
/* How the files of /proc/net write IPv6 addresses: 32 digits. For procnet_*.c. */
#ifndef NLSERVER_PROCNET_ADDR_H
#define NLSERVER_PROCNET_ADDR_H

#include <arpa/inet.h>

/* @a: a union inaddr */
#define INADDR6_FMT "%08x%08x%08x%08x"
#define INADDR6_ARGS(a) ntohl((a)->v6[0]), ntohl((a)->v6[1]), ntohl((a)->v6[2]), ntohl((a)->v6[3])

#endif
