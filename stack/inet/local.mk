# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/inet/socket.c stack/inet/socket_bind.c stack/inet/socket.h \
	stack/inet/stack.c stack/inet/stack.h
