# SPDX-License-Identifier: BSD-2-Clause

uip_unit_tests = \
	tests/unit/test_uip_args \
	tests/unit/test_uip_devmap \
	tests/unit/test_uip_extack \
	tests/unit/test_uip_inet \
	tests/unit/test_uip_names \
	tests/unit/test_uip_options \
	tests/unit/test_uip_out \
	tests/unit/test_uip_words
check_PROGRAMS += $(uip_unit_tests)
UNIT_TESTS += $(uip_unit_tests)

uip_unit_libs = libuip.a $(uip_libs) $(CMOCKA_LIBS)

tests_unit_test_uip_args_SOURCES = tests/unit/test_uip_args.c
tests_unit_test_uip_args_LDADD = $(uip_unit_libs)
tests_unit_test_uip_devmap_SOURCES = tests/unit/test_uip_devmap.c
tests_unit_test_uip_devmap_LDADD = $(uip_unit_libs)
tests_unit_test_uip_extack_SOURCES = tests/unit/test_uip_extack.c
tests_unit_test_uip_extack_LDADD = $(uip_unit_libs)
tests_unit_test_uip_inet_SOURCES = tests/unit/test_uip_inet.c
tests_unit_test_uip_inet_LDADD = $(uip_unit_libs)
tests_unit_test_uip_names_SOURCES = tests/unit/test_uip_names.c
tests_unit_test_uip_names_LDADD = $(uip_unit_libs)
tests_unit_test_uip_options_SOURCES = tests/unit/test_uip_options.c
tests_unit_test_uip_options_LDADD = $(uip_unit_libs)
tests_unit_test_uip_out_SOURCES = tests/unit/test_uip_out.c
tests_unit_test_uip_out_LDADD = $(uip_unit_libs)
tests_unit_test_uip_words_SOURCES = tests/unit/test_uip_words.c
tests_unit_test_uip_words_LDADD = $(uip_unit_libs)
