# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/link/backlog.c stack/link/backlog.h \
	stack/link/dummy.c \
	stack/link/ethernet.c stack/link/ethernet.h \
	stack/link/links.h \
	stack/link/loopback.c \
	stack/link/neigh_gc.c \
	stack/link/neigh_managed.c \
	stack/link/neigh_parms.c \
	stack/link/neigh_private.h \
	stack/link/neigh_proxy.c \
	stack/link/neigh_table.c \
	stack/link/neighbour.c stack/link/neighbour.h \
	stack/link/pair.c
