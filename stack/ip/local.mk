# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/ip/dst_cache.c \
	stack/ip/dst_cache.h \
	stack/ip/fib_tables.c \
	stack/ip/fib_tables.h \
	stack/ip/fib_trie.c \
	stack/ip/fib_trie.h \
	stack/ip/nexthop_draw.c \
	stack/ip/nexthop_draw.h \
	stack/ip/route_exception.c \
	stack/ip/route_exception.h \
	stack/ip/route_metrics.c \
	stack/ip/route_metrics.h
