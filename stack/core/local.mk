# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/core/capture.c stack/core/capture.h \
	stack/core/drop.c stack/core/drop.h \
	stack/core/dst.c stack/core/dst.h \
	stack/core/event.c stack/core/event.h \
	stack/core/flow.h \
	stack/core/gso.c \
	stack/core/inet_config.h \
	stack/core/inet_registry.c \
	stack/core/link_kind.c \
	stack/core/link_params.c \
	stack/core/mib.c stack/core/mib.h \
	stack/core/net.c stack/core/net.h \
	stack/core/netdev_check.h \
	stack/core/netdev_config.c \
	stack/core/netdev_rx.c \
	stack/core/netdev_xmit.c \
	stack/core/netdevice.c stack/core/netdevice.h \
	stack/core/skb_checksum.c \
	stack/core/skb_frag.c \
	stack/core/skb_pool.c stack/core/skb_pool.h \
	stack/core/skb_walk.h \
	stack/core/skbuff.c stack/core/skbuff.h \
	stack/core/timer.c stack/core/timer.h
