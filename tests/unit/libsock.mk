# SPDX-License-Identifier: BSD-2-Clause
#
# libsock: with a stack that is played by the test (fakestack.c).

LIBSOCK_UNIT_TESTS = \
	tests/unit/test_addrinfo \
	tests/unit/test_addrsort \
	tests/unit/test_fdtable \
	tests/unit/test_dial \
	tests/unit/test_procname \
	tests/unit/test_program \
	tests/unit/test_usock_dgram \
	tests/unit/test_usock_stream
check_PROGRAMS += $(LIBSOCK_UNIT_TESTS)
UNIT_TESTS += $(LIBSOCK_UNIT_TESTS)

LIBSOCK_TEST_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE $(MNL_CFLAGS) $(CMOCKA_CFLAGS)
LIBSOCK_TEST_LDADD = libusock-all.la $(MNL_LIBS) $(CARES_LIBS) $(CMOCKA_LIBS) -lpthread

tests_unit_test_addrinfo_SOURCES = tests/unit/test_addrinfo.c
tests_unit_test_addrinfo_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_addrinfo_LDADD = $(LIBSOCK_TEST_LDADD)

tests_unit_test_addrsort_SOURCES = tests/unit/test_addrsort.c
tests_unit_test_addrsort_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_addrsort_LDADD = $(LIBSOCK_TEST_LDADD)

tests_unit_test_fdtable_SOURCES = tests/unit/test_fdtable.c
tests_unit_test_fdtable_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_fdtable_LDADD = $(LIBSOCK_TEST_LDADD)

tests_unit_test_dial_SOURCES = tests/unit/test_dial.c tests/unit/fakestack.c tests/unit/fakestack.h
tests_unit_test_dial_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_dial_LDADD = $(LIBSOCK_TEST_LDADD)

tests_unit_test_procname_SOURCES = tests/unit/test_procname.c libsock/procname.c libsock/procname.h
tests_unit_test_procname_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_procname_LDADD = $(CMOCKA_LIBS)

tests_unit_test_program_SOURCES = tests/unit/test_program.c
tests_unit_test_program_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_program_LDADD = $(LIBSOCK_TEST_LDADD)

tests_unit_test_usock_dgram_SOURCES = tests/unit/test_usock_dgram.c tests/unit/fakestack.c tests/unit/fakestack.h
tests_unit_test_usock_dgram_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_usock_dgram_LDADD = $(LIBSOCK_TEST_LDADD)

tests_unit_test_usock_stream_SOURCES = tests/unit/test_usock_stream.c tests/unit/fakestack.c tests/unit/fakestack.h
tests_unit_test_usock_stream_CPPFLAGS = $(LIBSOCK_TEST_CPPFLAGS)
tests_unit_test_usock_stream_LDADD = $(LIBSOCK_TEST_LDADD)
