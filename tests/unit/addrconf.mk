# SPDX-License-Identifier: BSD-2-Clause
#
# Addresses of IPv6 and neighbour discovery, on a link that the test speaks for (ndrig.c).

ADDRCONF_UNIT_TESTS = \
	tests/unit/test_addrconf \
	tests/unit/test_dad \
	tests/unit/test_ndisc \
	tests/unit/test_ndisc_redirect \
	tests/unit/test_ndisc_router \
	tests/unit/test_slaac \
	tests/unit/test_tempaddr
check_PROGRAMS += $(ADDRCONF_UNIT_TESTS)
UNIT_TESTS += $(ADDRCONF_UNIT_TESTS)

NDRIG = $(TESTNET) $(ROUTEWORDS) tests/unit/ndrig.c tests/unit/ndrig.h

tests_unit_test_addrconf_SOURCES = tests/unit/test_addrconf.c $(NDRIG)
tests_unit_test_addrconf_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_dad_SOURCES = tests/unit/test_dad.c $(NDRIG)
tests_unit_test_dad_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_ndisc_SOURCES = tests/unit/test_ndisc.c $(NDRIG)
tests_unit_test_ndisc_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_ndisc_redirect_SOURCES = tests/unit/test_ndisc_redirect.c $(NDRIG)
tests_unit_test_ndisc_redirect_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_ndisc_router_SOURCES = tests/unit/test_ndisc_router.c $(NDRIG)
tests_unit_test_ndisc_router_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_slaac_SOURCES = tests/unit/test_slaac.c $(NDRIG)
tests_unit_test_slaac_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tempaddr_SOURCES = tests/unit/test_tempaddr.c $(NDRIG)
tests_unit_test_tempaddr_LDADD = libustack.a $(CMOCKA_LIBS)
