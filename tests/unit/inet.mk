# SPDX-License-Identifier: BSD-2-Clause

check_PROGRAMS += tests/unit/test_socket
tests_unit_test_socket_SOURCES = tests/unit/test_socket.c $(TWONETS) $(KERNELNS) $(FAKE6)
tests_unit_test_socket_LDADD = libustack.a $(CMOCKA_LIBS)
UNIT_TESTS += tests/unit/test_socket

# Every allocation is made to fail in turn.
check_PROGRAMS += tests/unit/test_stack
tests_unit_test_stack_SOURCES = tests/unit/test_stack.c $(TWONETS)
tests_unit_test_stack_LDADD = libustack.a $(CMOCKA_LIBS)
tests_unit_test_stack_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
UNIT_TESTS += tests/unit/test_stack
