# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/ip/dst_cache.c stack/ip/dst_cache.h \
	stack/ip/fib_tables.c stack/ip/fib_tables.h \
	stack/ip/fib_trie.c stack/ip/fib_trie.h \
	stack/ip/frag_cut.c stack/ip/frag_cut.h \
	stack/ip/frag_queue.c stack/ip/frag_queue.h \
	stack/ip/icmp_limit.c stack/ip/icmp_limit.h \
	stack/ip/icmp_msg.c stack/ip/icmp_msg.h \
	stack/ip/ifaddr_table.c stack/ip/ifaddr_table.h \
	stack/ip/ip_gso.c stack/ip/ip_gso.h \
	stack/ip/ip_loop.c stack/ip/ip_loop.h \
	stack/ip/ip_routes.c stack/ip/ip_routes.h \
	stack/ip/mc_group.c stack/ip/mc_group.h \
	stack/ip/mc_query.c \
	stack/ip/mc_report.c \
	stack/ip/nexthop_draw.c stack/ip/nexthop_draw.h \
	stack/ip/route_exception.c stack/ip/route_exception.h \
	stack/ip/route_metrics.c stack/ip/route_metrics.h
