# SPDX-License-Identifier: BSD-2-Clause
#
# MLD runs on a device alone: what it calls of the rest of IPv6 the test brings along.

check_PROGRAMS += tests/unit/test_mld
UNIT_TESTS += tests/unit/test_mld

tests_unit_test_mld_SOURCES = tests/unit/test_mld.c $(TESTNET)
tests_unit_test_mld_LDADD = libustack.a $(CMOCKA_LIBS)
