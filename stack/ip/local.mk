# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/ip/mc_group.c \
	stack/ip/mc_group.h \
	stack/ip/mc_query.c \
	stack/ip/mc_report.c
