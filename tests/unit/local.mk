# SPDX-License-Identifier: BSD-2-Clause
#
# Unit tests: one fragment for each floor, one program for each source file that it tests.

include tests/unit/lib.mk
include tests/unit/core.mk
include tests/unit/link.mk
include tests/unit/ipv4.mk
include tests/unit/addrconf.mk
include tests/unit/ipv6.mk
include tests/unit/route6.mk
include tests/unit/mld.mk
include tests/unit/transport.mk
include tests/unit/tcp.mk
include tests/unit/inet.mk
include tests/unit/driver.mk
include tests/unit/nlserver.mk
include tests/unit/libsock.mk
include tests/unit/uip.mk
