# SPDX-License-Identifier: BSD-2-Clause

nlserver_test_libs = libnlserver.a libustack.a $(MNL_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_diag_filter
tests_unit_test_diag_filter_SOURCES = tests/unit/test_diag_filter.c
tests_unit_test_diag_filter_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_diag_filter

check_PROGRAMS += tests/unit/test_endpoint
tests_unit_test_endpoint_SOURCES = tests/unit/test_endpoint.c
tests_unit_test_endpoint_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_endpoint

check_PROGRAMS += tests/unit/test_endpoint_control
tests_unit_test_endpoint_control_SOURCES = tests/unit/test_endpoint_control.c $(TWONETS) $(FAKE6)
tests_unit_test_endpoint_control_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_endpoint_control

check_PROGRAMS += tests/unit/test_genl
tests_unit_test_genl_SOURCES = tests/unit/test_genl.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_genl_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_genl

check_PROGRAMS += tests/unit/test_loop
tests_unit_test_loop_SOURCES = tests/unit/test_loop.c $(TESTNET)
tests_unit_test_loop_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_loop

check_PROGRAMS += tests/unit/test_nl_channel
tests_unit_test_nl_channel_SOURCES = tests/unit/test_nl_channel.c
tests_unit_test_nl_channel_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_nl_channel

check_PROGRAMS += tests/unit/test_nl_client
tests_unit_test_nl_client_SOURCES = tests/unit/test_nl_client.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_nl_client_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_nl_client

check_PROGRAMS += tests/unit/test_nl_dispatch
tests_unit_test_nl_dispatch_SOURCES = tests/unit/test_nl_dispatch.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_nl_dispatch_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_nl_dispatch

check_PROGRAMS += tests/unit/test_nl_policy
tests_unit_test_nl_policy_SOURCES = tests/unit/test_nl_policy.c
tests_unit_test_nl_policy_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_nl_policy

check_PROGRAMS += tests/unit/test_nl_sentences
tests_unit_test_nl_sentences_SOURCES = tests/unit/test_nl_sentences.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_nl_sentences_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_nl_sentences

check_PROGRAMS += tests/unit/test_rtnl
tests_unit_test_rtnl_SOURCES = tests/unit/test_rtnl.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_rtnl_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_rtnl

check_PROGRAMS += tests/unit/test_procnet
tests_unit_test_procnet_SOURCES = tests/unit/test_procnet.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_procnet_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_procnet

check_PROGRAMS += tests/unit/test_rtnl_mcast
tests_unit_test_rtnl_mcast_SOURCES = tests/unit/test_rtnl_mcast.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_rtnl_mcast_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_rtnl_mcast

check_PROGRAMS += tests/unit/test_rtnl6
tests_unit_test_rtnl6_SOURCES = tests/unit/test_rtnl6.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_rtnl6_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_rtnl6

check_PROGRAMS += tests/unit/test_server_rundir
tests_unit_test_server_rundir_SOURCES = tests/unit/test_server_rundir.c
tests_unit_test_server_rundir_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_server_rundir

check_PROGRAMS += tests/unit/test_sysctl
tests_unit_test_sysctl_SOURCES = tests/unit/test_sysctl.c tests/unit/testnl.c tests/unit/testnl.h
tests_unit_test_sysctl_LDADD = $(nlserver_test_libs)
UNIT_TESTS += tests/unit/test_sysctl
