# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/transport/dgram.c stack/transport/dgram.h \
	stack/transport/errqueue.c stack/transport/errqueue.h \
	stack/transport/ip6_sockopt.c \
	stack/transport/ip6_txopts.c stack/transport/ip6_txopts.h \
	stack/transport/ip6_mc_sockopt.c stack/transport/ip6_mc_sockopt.h \
	stack/transport/ip_mc_sockopt.c stack/transport/ip_mc_sockopt.h \
	stack/transport/ip_sockopt.c \
	stack/transport/mcast.c stack/transport/mcast.h \
	stack/transport/mcast_sockopt.c stack/transport/mcast_sockopt.h \
	stack/transport/ping.c stack/transport/ping.h \
	stack/transport/port.c stack/transport/port.h \
	stack/transport/raw.c stack/transport/raw.h \
	stack/transport/sock.c stack/transport/sock.h \
	stack/transport/sock_flow.c \
	stack/transport/sock_name.c \
	stack/transport/sockopt.c stack/transport/sockopt.h \
	stack/transport/transport.h \
	stack/transport/udp.c stack/transport/udp.h \
	stack/transport/udp_table.c stack/transport/udp_table.h
