# SPDX-License-Identifier: BSD-2-Clause

check_PROGRAMS += tests/unit/test_drop
tests_unit_test_drop_SOURCES = tests/unit/test_drop.c $(TESTNET)
tests_unit_test_drop_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_drop

check_PROGRAMS += tests/unit/test_event
tests_unit_test_event_SOURCES = tests/unit/test_event.c $(TESTNET)
tests_unit_test_event_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_event

check_PROGRAMS += tests/unit/test_net
tests_unit_test_net_SOURCES = tests/unit/test_net.c $(TESTNET)
tests_unit_test_net_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_net

check_PROGRAMS += tests/unit/test_netdev_config
tests_unit_test_netdev_config_SOURCES = tests/unit/test_netdev_config.c $(TESTNET)
tests_unit_test_netdev_config_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_netdev_config

check_PROGRAMS += tests/unit/test_netdev_xmit
tests_unit_test_netdev_xmit_SOURCES = tests/unit/test_netdev_xmit.c $(TESTNET)
tests_unit_test_netdev_xmit_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_netdev_xmit

check_PROGRAMS += tests/unit/test_netdevice
tests_unit_test_netdevice_SOURCES = tests/unit/test_netdevice.c $(TESTNET)
tests_unit_test_netdevice_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_netdevice

check_PROGRAMS += tests/unit/test_skb_pool
tests_unit_test_skb_pool_SOURCES = tests/unit/test_skb_pool.c $(TESTNET)
tests_unit_test_skb_pool_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_skb_pool

check_PROGRAMS += tests/unit/test_skbuff
tests_unit_test_skbuff_SOURCES = tests/unit/test_skbuff.c $(TESTNET)
tests_unit_test_skbuff_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_skbuff

check_PROGRAMS += tests/unit/test_timer
tests_unit_test_timer_SOURCES = tests/unit/test_timer.c $(TESTNET)
tests_unit_test_timer_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_timer
