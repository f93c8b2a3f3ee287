# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/ipv6/addrconf.c \
	stack/ipv6/addrconf.h \
	stack/ipv6/addrconf_dad.c \
	stack/ipv6/addrconf_prefix.c \
	stack/ipv6/addrconf_temp.c \
	stack/ipv6/addrlabel.c \
	stack/ipv6/addrlabel.h \
	stack/ipv6/addrselect.c \
	stack/ipv6/fib6.h \
	stack/ipv6/fib6_frontend.c \
	stack/ipv6/fib6_info.c \
	stack/ipv6/fib6_ra.c \
	stack/ipv6/fib6_table.c \
	stack/ipv6/icmp6.c \
	stack/ipv6/icmp6.h \
	stack/ipv6/icmp6_err.c \
	stack/ipv6/icmp6_send.c \
	stack/ipv6/ip6.h \
	stack/ipv6/ip6_exthdr.c \
	stack/ipv6/ip6_exthdr.h \
	stack/ipv6/ip6_forward.c \
	stack/ipv6/ip6_fragment.c \
	stack/ipv6/ip6_fragment.h \
	stack/ipv6/ip6_input.c \
	stack/ipv6/ip6_output.c \
	stack/ipv6/ip6_reassembly.c \
	stack/ipv6/ip6_reassembly.h \
	stack/ipv6/ipv6.c \
	stack/ipv6/ipv6.h \
	stack/ipv6/ipv6_net.c \
	stack/ipv6/mld.c \
	stack/ipv6/mld.h \
	stack/ipv6/mld_dev.h \
	stack/ipv6/mld_rcv.c \
	stack/ipv6/mld_send.c \
	stack/ipv6/ndisc.c \
	stack/ipv6/ndisc.h \
	stack/ipv6/ndisc_opts.c \
	stack/ipv6/ndisc_redirect.c \
	stack/ipv6/ndisc_router.c \
	stack/ipv6/route6.c \
	stack/ipv6/route6.h \
	stack/ipv6/route6_get.c \
	stack/ipv6/route6_input.c \
	stack/ipv6/route6_output.c
