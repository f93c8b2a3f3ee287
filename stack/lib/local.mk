# SPDX-License-Identifier: BSD-2-Clause

libustack_a_SOURCES += \
	stack/lib/checksum.c stack/lib/checksum.h \
	stack/lib/extack.c stack/lib/extack.h \
	stack/lib/in6.c stack/lib/in6.h \
	stack/lib/inaddr.h \
	stack/lib/ktime.h \
	stack/lib/list.h \
	stack/lib/log.c stack/lib/log.h \
	stack/lib/rbtree.c stack/lib/rbtree.h \
	stack/lib/siphash.c stack/lib/siphash.h \
	stack/lib/util.h
