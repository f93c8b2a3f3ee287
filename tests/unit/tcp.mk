# SPDX-License-Identifier: BSD-2-Clause
#
# TCP: most tests are packet traces, on a network layer of their own (tcptrace.c). See also tests/sim.

TCP_UNIT_TESTS = \
	tests/unit/test_tcp_cong \
	tests/unit/test_tcp_gso \
	tests/unit/test_tcp_handshake \
	tests/unit/test_tcp_isn \
	tests/unit/test_tcp_options \
	tests/unit/test_tcp_receive \
	tests/unit/test_tcp_send \
	tests/unit/test_tcp_sockopt \
	tests/unit/test_tcp_state
check_PROGRAMS += $(TCP_UNIT_TESTS)
UNIT_TESTS += $(TCP_UNIT_TESTS)

TCPTRACE = $(TESTNET) tests/unit/tcptrace.c tests/unit/tcptrace.h

tests_unit_test_tcp_cong_SOURCES = tests/unit/test_tcp_cong.c $(TCPTRACE)
tests_unit_test_tcp_cong_LDADD = libustack.a $(CMOCKA_LIBS) -lm

tests_unit_test_tcp_gso_SOURCES = tests/unit/test_tcp_gso.c $(TESTNET)
tests_unit_test_tcp_gso_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tcp_handshake_SOURCES = tests/unit/test_tcp_handshake.c $(TCPTRACE)
tests_unit_test_tcp_handshake_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tcp_isn_SOURCES = tests/unit/test_tcp_isn.c $(TESTNET)
tests_unit_test_tcp_isn_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tcp_options_SOURCES = tests/unit/test_tcp_options.c $(TESTNET)
tests_unit_test_tcp_options_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tcp_receive_SOURCES = tests/unit/test_tcp_receive.c $(TCPTRACE)
tests_unit_test_tcp_receive_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tcp_send_SOURCES = tests/unit/test_tcp_send.c $(TCPTRACE)
tests_unit_test_tcp_send_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tcp_sockopt_SOURCES = tests/unit/test_tcp_sockopt.c $(TCPTRACE)
tests_unit_test_tcp_sockopt_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_tcp_state_SOURCES = tests/unit/test_tcp_state.c $(TCPTRACE)
tests_unit_test_tcp_state_LDADD = libustack.a $(CMOCKA_LIBS)
