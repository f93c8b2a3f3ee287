# SPDX-License-Identifier: BSD-2-Clause
#
# IPv6: most tests run on a net with IPv6 and devices that keep what is sent on them (ip6net.c).

IP6NET_UNIT_TESTS = \
	tests/unit/test_icmp6 \
	tests/unit/test_ip6_exthdr \
	tests/unit/test_ip6_forward \
	tests/unit/test_ip6_fragment \
	tests/unit/test_ip6_input \
	tests/unit/test_ip6_output \
	tests/unit/test_ip6_reassembly
check_PROGRAMS += $(IP6NET_UNIT_TESTS)
UNIT_TESTS += $(IP6NET_UNIT_TESTS)

IP6NET = $(TESTNET) tests/unit/ip6net.c tests/unit/ip6net.h
IP6NET_LDADD = libustack.a $(CMOCKA_LIBS)

tests_unit_test_icmp6_SOURCES = tests/unit/test_icmp6.c $(IP6NET)
tests_unit_test_icmp6_LDADD = $(IP6NET_LDADD)

tests_unit_test_ip6_exthdr_SOURCES = tests/unit/test_ip6_exthdr.c $(IP6NET)
tests_unit_test_ip6_exthdr_LDADD = $(IP6NET_LDADD)

tests_unit_test_ip6_forward_SOURCES = tests/unit/test_ip6_forward.c $(IP6NET)
tests_unit_test_ip6_forward_LDADD = $(IP6NET_LDADD)

tests_unit_test_ip6_fragment_SOURCES = tests/unit/test_ip6_fragment.c $(IP6NET)
tests_unit_test_ip6_fragment_LDADD = $(IP6NET_LDADD)

tests_unit_test_ip6_input_SOURCES = tests/unit/test_ip6_input.c $(IP6NET)
tests_unit_test_ip6_input_LDADD = $(IP6NET_LDADD)

tests_unit_test_ip6_output_SOURCES = tests/unit/test_ip6_output.c $(IP6NET)
tests_unit_test_ip6_output_LDADD = $(IP6NET_LDADD)

tests_unit_test_ip6_reassembly_SOURCES = tests/unit/test_ip6_reassembly.c $(IP6NET)
tests_unit_test_ip6_reassembly_LDADD = $(IP6NET_LDADD)
