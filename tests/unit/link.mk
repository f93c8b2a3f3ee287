# SPDX-License-Identifier: BSD-2-Clause

# What the tests of the neighbour table share.
NEIGHRIG = tests/unit/neighrig.c tests/unit/neighrig.h

check_PROGRAMS += tests/unit/test_ethernet
tests_unit_test_ethernet_SOURCES = tests/unit/test_ethernet.c $(TESTNET)
tests_unit_test_ethernet_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_ethernet

check_PROGRAMS += tests/unit/test_links
tests_unit_test_links_SOURCES = tests/unit/test_links.c $(TESTNET)
tests_unit_test_links_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_links

check_PROGRAMS += tests/unit/test_neigh_gc
tests_unit_test_neigh_gc_SOURCES = tests/unit/test_neigh_gc.c $(NEIGHRIG) $(TESTNET)
tests_unit_test_neigh_gc_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_neigh_gc

check_PROGRAMS += tests/unit/test_neigh_proxy
tests_unit_test_neigh_proxy_SOURCES = tests/unit/test_neigh_proxy.c $(NEIGHRIG) $(TESTNET)
tests_unit_test_neigh_proxy_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_neigh_proxy

check_PROGRAMS += tests/unit/test_neigh_table
tests_unit_test_neigh_table_SOURCES = tests/unit/test_neigh_table.c $(NEIGHRIG) $(TESTNET)
tests_unit_test_neigh_table_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_neigh_table

check_PROGRAMS += tests/unit/test_neighbour
tests_unit_test_neighbour_SOURCES = tests/unit/test_neighbour.c $(NEIGHRIG) $(TESTNET)
tests_unit_test_neighbour_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_neighbour
