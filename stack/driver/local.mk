# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/driver/driver.c stack/driver/driver.h \
	stack/driver/frame_dev.c stack/driver/frame_dev.h \
	stack/driver/packet.c \
	stack/driver/packet_filter.c stack/driver/packet_filter.h \
	stack/driver/packet_ring.c stack/driver/packet_ring.h \
	stack/driver/stream.c stack/driver/tap.c \
	stack/driver/vnet.c stack/driver/vnet.h
