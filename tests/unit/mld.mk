# SPDX-License-Identifier: BSD-2-Clause
#
# Multicast of IPv6: MLD on a device alone, and sockets on no network layer; what they call of the rest, the tests bring
# along.

MLD_UNIT_TESTS = \
	tests/unit/test_mcast6 \
	tests/unit/test_mld \
	tests/unit/test_mld_query
check_PROGRAMS += $(MLD_UNIT_TESTS)
UNIT_TESTS += $(MLD_UNIT_TESTS)

tests_unit_test_mcast6_SOURCES = tests/unit/test_mcast6.c $(TESTNET)
tests_unit_test_mcast6_LDADD = libustack.a $(CMOCKA_LIBS)

MLDRIG = $(TESTNET) tests/unit/mldrig.c tests/unit/mldrig.h

tests_unit_test_mld_SOURCES = tests/unit/test_mld.c $(MLDRIG)
tests_unit_test_mld_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_mld_query_SOURCES = tests/unit/test_mld_query.c $(MLDRIG)
tests_unit_test_mld_query_LDADD = libustack.a $(CMOCKA_LIBS)
