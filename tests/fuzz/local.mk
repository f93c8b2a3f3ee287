# SPDX-License-Identifier: BSD-2-Clause

# In make check each target runs for 20 seconds under sanitizers, and briefly without (check_*). For a
# long run: FUZZ_SECONDS=3600 tests/fuzz/fuzz_frame tests/fuzz/corpus/frame
FUZZ_SOURCES = tests/fuzz/fuzz.c tests/fuzz/fuzz.h
if !LIBFUZZER
FUZZ_SOURCES += tests/fuzz/driver.c
endif

check_PROGRAMS += tests/fuzz/fuzz_frame tests/fuzz/fuzz_server tests/fuzz/fuzz_uip

tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_frame_LDADD = libustack.a
tests_fuzz_fuzz_frame_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_server_SOURCES = tests/fuzz/fuzz_server.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_server_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS)
tests_fuzz_fuzz_server_LDADD = libnlserver.a libustack.a $(MNL_LIBS)
tests_fuzz_fuzz_server_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

# Without libusock: the target plays the channel itself.
tests_fuzz_fuzz_uip_SOURCES = tests/fuzz/fuzz_uip.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_uip_CPPFLAGS = $(AM_CPPFLAGS) $(NL3_CFLAGS)
tests_fuzz_fuzz_uip_LDADD = libuip.a $(NLGENL_LIBS) $(NL3_LIBS) $(READLINE_LIBS) $(JANSSON_LIBS)
tests_fuzz_fuzz_uip_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

FUZZ_TESTS += \
	tests/fuzz/check_endpoint tests/fuzz/check_frame \
	tests/fuzz/check_netlink tests/fuzz/check_uip \
	tests/fuzz/check_usock
dist_check_SCRIPTS += $(FUZZ_TESTS)

EXTRA_DIST += tests/fuzz/mkcorpus tests/fuzz/corpus
