# SPDX-License-Identifier: BSD-2-Clause
#
# IPv4: most tests run on a net with IPv4 and devices that keep what is sent on them (ip4net.c).

IPV4_UNIT_TESTS = \
	tests/unit/test_arp \
	tests/unit/test_devinet \
	tests/unit/test_fib \
	tests/unit/test_ip_forward \
	tests/unit/test_ip_fragment \
	tests/unit/test_ip_input \
	tests/unit/test_ip_options \
	tests/unit/test_ip_output \
	tests/unit/test_route
check_PROGRAMS += $(IPV4_UNIT_TESTS) tests/unit/test_fib_trie tests/unit/test_route_exception
UNIT_TESTS += $(IPV4_UNIT_TESTS) tests/unit/test_fib_trie tests/unit/test_route_exception

IP4NET = $(TESTNET) $(ROUTEWORDS) tests/unit/ip4net.c tests/unit/ip4net.h
IPV4_TEST_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_arp_SOURCES = tests/unit/test_arp.c $(IP4NET)
tests_unit_test_arp_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_devinet_SOURCES = tests/unit/test_devinet.c $(IP4NET)
tests_unit_test_devinet_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_fib_SOURCES = tests/unit/test_fib.c $(IP4NET)
tests_unit_test_fib_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_fib_trie_SOURCES = tests/unit/test_fib_trie.c $(TESTNET)
tests_unit_test_fib_trie_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_ip_forward_SOURCES = tests/unit/test_ip_forward.c $(IP4NET)
tests_unit_test_ip_forward_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_ip_fragment_SOURCES = tests/unit/test_ip_fragment.c $(IP4NET)
tests_unit_test_ip_fragment_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_ip_input_SOURCES = tests/unit/test_ip_input.c $(IP4NET)
tests_unit_test_ip_input_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_ip_options_SOURCES = tests/unit/test_ip_options.c $(IP4NET)
tests_unit_test_ip_options_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_ip_output_SOURCES = tests/unit/test_ip_output.c $(IP4NET)
tests_unit_test_ip_output_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_route_SOURCES = tests/unit/test_route.c $(IP4NET)
tests_unit_test_route_LDADD = $(IPV4_TEST_LDADD)

tests_unit_test_route_exception_SOURCES = tests/unit/test_route_exception.c $(TESTNET)
tests_unit_test_route_exception_LDADD = $(IPV4_TEST_LDADD)
