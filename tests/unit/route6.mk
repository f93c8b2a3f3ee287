# SPDX-License-Identifier: BSD-2-Clause
#
# Routes and addresses to send from, of IPv6, on a net with two devices that have addresses (ip6routes.c).

ROUTE6_UNIT_TESTS = \
	tests/unit/test_addrlabel \
	tests/unit/test_addrselect \
	tests/unit/test_fib6 \
	tests/unit/test_route6
check_PROGRAMS += $(ROUTE6_UNIT_TESTS)
UNIT_TESTS += $(ROUTE6_UNIT_TESTS)

IP6ROUTES = $(TESTNET) $(ROUTEWORDS) tests/unit/ip6routes.c tests/unit/ip6routes.h

tests_unit_test_addrlabel_SOURCES = tests/unit/test_addrlabel.c $(IP6ROUTES)
tests_unit_test_addrlabel_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_addrselect_SOURCES = tests/unit/test_addrselect.c $(IP6ROUTES)
tests_unit_test_addrselect_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_fib6_SOURCES = tests/unit/test_fib6.c $(IP6ROUTES)
tests_unit_test_fib6_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_route6_SOURCES = tests/unit/test_route6.c $(IP6ROUTES)
tests_unit_test_route6_LDADD = libustack.a $(CMOCKA_LIBS)
