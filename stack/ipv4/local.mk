# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/ipv4/addrselect.c \
	stack/ipv4/arp.c stack/ipv4/arp.h \
	stack/ipv4/arp_conf.c stack/ipv4/arp_conf.h \
	stack/ipv4/devinet.c stack/ipv4/devinet.h \
	stack/ipv4/devinet_conf.c \
	stack/ipv4/fib.h \
	stack/ipv4/fib_frontend.c \
	stack/ipv4/fib_semantics.c \
	stack/ipv4/fib_table.c \
	stack/ipv4/icmp.c stack/ipv4/icmp.h \
	stack/ipv4/icmp_err.c \
	stack/ipv4/icmp_net.h \
	stack/ipv4/icmp_send.c \
	stack/ipv4/igmp.c stack/ipv4/igmp.h \
	stack/ipv4/igmp_dev.h \
	stack/ipv4/igmp_rcv.c \
	stack/ipv4/igmp_send.c \
	stack/ipv4/ip.h \
	stack/ipv4/ip_forward.c \
	stack/ipv4/ip_fragment.c stack/ipv4/ip_fragment.h \
	stack/ipv4/ip_input.c \
	stack/ipv4/ip_options.c stack/ipv4/ip_options.h \
	stack/ipv4/ip_output.c \
	stack/ipv4/ip_reassembly.c stack/ipv4/ip_reassembly.h \
	stack/ipv4/ipv4.c stack/ipv4/ipv4.h \
	stack/ipv4/route.c stack/ipv4/route.h \
	stack/ipv4/route_get.c \
	stack/ipv4/route_input.c \
	stack/ipv4/route_make.h \
	stack/ipv4/route_output.c
