# SPDX-License-Identifier: BSD-2-Clause
#
# Drivers: the ring on what the kernel has in a network namespace of its own (kernelns.c), framing on a
# socket pair.

check_PROGRAMS += tests/unit/test_packet_ring
tests_unit_test_packet_ring_SOURCES = tests/unit/test_packet_ring.c tests/unit/kernelns.c tests/unit/kernelns.h
tests_unit_test_packet_ring_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_packet_ring

DRIVER_UNIT_TESTS = \
	tests/unit/test_stream \
	tests/unit/test_vnet
check_PROGRAMS += $(DRIVER_UNIT_TESTS)
UNIT_TESTS += $(DRIVER_UNIT_TESTS)

tests_unit_test_stream_SOURCES = tests/unit/test_stream.c $(TESTNET)
tests_unit_test_stream_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_vnet_SOURCES = tests/unit/test_vnet.c $(TESTNET)
tests_unit_test_vnet_LDADD = libustack.a $(CMOCKA_LIBS)
