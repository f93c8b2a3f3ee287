# SPDX-License-Identifier: BSD-2-Clause
#
# Transports: most tests run two whole stacks that are joined by a wire (twonets.c). Some ask the kernel how it
# does something, in a network namespace of their own (kernelns.c).

TRANSPORT_UNIT_TESTS = \
	tests/unit/test_icmp \
	tests/unit/test_mcast \
	tests/unit/test_port \
	tests/unit/test_raw \
	tests/unit/test_sock6 \
	tests/unit/test_sock_source \
	tests/unit/test_sockopt \
	tests/unit/test_udp
check_PROGRAMS += $(TRANSPORT_UNIT_TESTS)
UNIT_TESTS += $(TRANSPORT_UNIT_TESTS)

KERNELNS = tests/unit/kernelns.c tests/unit/kernelns.h
TWONETS = $(TESTNET) tests/unit/twonets.c tests/unit/twonets.h
FAKE6 = tests/unit/fake6.c tests/unit/fake6.h
TRANSPORT_TEST_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_icmp_SOURCES = tests/unit/test_icmp.c $(TWONETS)
tests_unit_test_icmp_LDADD = $(TRANSPORT_TEST_LDADD)

tests_unit_test_mcast_SOURCES = tests/unit/test_mcast.c $(TWONETS)
tests_unit_test_mcast_LDADD = $(TRANSPORT_TEST_LDADD)

tests_unit_test_port_SOURCES = tests/unit/test_port.c $(TESTNET) $(KERNELNS)
tests_unit_test_port_LDADD = $(TRANSPORT_TEST_LDADD)

tests_unit_test_raw_SOURCES = tests/unit/test_raw.c $(TWONETS)
tests_unit_test_raw_LDADD = $(TRANSPORT_TEST_LDADD)

tests_unit_test_sock6_SOURCES = tests/unit/test_sock6.c $(TWONETS) $(FAKE6)
tests_unit_test_sock6_LDADD = $(TRANSPORT_TEST_LDADD)

tests_unit_test_sock_source_SOURCES = tests/unit/test_sock_source.c $(TWONETS) $(FAKE6)
tests_unit_test_sock_source_LDADD = $(TRANSPORT_TEST_LDADD)

tests_unit_test_sockopt_SOURCES = tests/unit/test_sockopt.c $(TWONETS) $(KERNELNS) $(FAKE6)
tests_unit_test_sockopt_LDADD = $(TRANSPORT_TEST_LDADD)

tests_unit_test_udp_SOURCES = tests/unit/test_udp.c $(TWONETS)
tests_unit_test_udp_LDADD = $(TRANSPORT_TEST_LDADD)
