# SPDX-License-Identifier: BSD-2-Clause

# make bench: each figure beside the kernel's, on the same work in the same run (tests/bench/bench --help).
EXTRA_PROGRAMS += tests/bench/netload
tests_bench_netload_SOURCES = tests/bench/netload.c
EXTRA_DIST += tests/bench/bench
CLEANFILES += tests/bench/netload

bench: all tests/bench/netload
	PATH='$(abs_top_builddir)/nlserver:$(abs_top_builddir)/uip:$(abs_top_builddir)/libsock':"$$PATH" \
	USTACK_PRELOAD='$(abs_top_builddir)/.libs/libusock-preload.so' \
	/usr/bin/python3 $(srcdir)/tests/bench/bench --netload $(abs_builddir)/tests/bench/netload $(BENCH_FLAGS)
