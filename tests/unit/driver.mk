# SPDX-License-Identifier: BSD-2-Clause
#
# Drivers, on what the kernel has in a network namespace of the test's own (kernelns.c).

check_PROGRAMS += tests/unit/test_packet_ring
tests_unit_test_packet_ring_SOURCES = tests/unit/test_packet_ring.c tests/unit/kernelns.c tests/unit/kernelns.h
tests_unit_test_packet_ring_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_packet_ring
