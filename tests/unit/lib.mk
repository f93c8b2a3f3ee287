# SPDX-License-Identifier: BSD-2-Clause

# What unit tests of the stack share: a struct net, random numbers, packets, a device.
TESTNET = tests/unit/testnet.c tests/unit/testnet.h
ROUTEWORDS = tests/unit/routewords.c tests/unit/routewords.h

check_PROGRAMS += tests/unit/test_checksum
tests_unit_test_checksum_SOURCES = tests/unit/test_checksum.c $(TESTNET)
tests_unit_test_checksum_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_checksum

check_PROGRAMS += tests/unit/test_extack
tests_unit_test_extack_SOURCES = tests/unit/test_extack.c $(TESTNET)
tests_unit_test_extack_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_extack

check_PROGRAMS += tests/unit/test_in6
tests_unit_test_in6_SOURCES = tests/unit/test_in6.c $(TESTNET)
tests_unit_test_in6_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_in6

check_PROGRAMS += tests/unit/test_list
tests_unit_test_list_SOURCES = tests/unit/test_list.c $(TESTNET)
tests_unit_test_list_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_list

check_PROGRAMS += tests/unit/test_log
tests_unit_test_log_SOURCES = tests/unit/test_log.c $(TESTNET)
tests_unit_test_log_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_log

check_PROGRAMS += tests/unit/test_rbtree
tests_unit_test_rbtree_SOURCES = tests/unit/test_rbtree.c $(TESTNET)
tests_unit_test_rbtree_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_rbtree

check_PROGRAMS += tests/unit/test_siphash
tests_unit_test_siphash_SOURCES = tests/unit/test_siphash.c $(TESTNET)
tests_unit_test_siphash_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_siphash
