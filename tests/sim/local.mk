# SPDX-License-Identifier: BSD-2-Clause
#
# Whole stacks under a virtual clock, joined by bad wires. Linked so that each allocation is counted. Each
# program is built twice: the one whose name ends in 6 speaks IPv6.

SIM_TESTS += \
	tests/sim/test_autoconf \
	tests/sim/test_lifecycle \
	tests/sim/test_lifecycle6 \
	tests/sim/test_routers \
	tests/sim/test_scenarios \
	tests/sim/test_scenarios6 \
	tests/sim/test_transfer \
	tests/sim/test_transfer6

check_PROGRAMS += $(SIM_TESTS)

sim_sources = \
	tests/sim/sim.c \
	tests/sim/sim.h \
	tests/sim/sim_alloc.c \
	tests/sim/sim_alloc.h \
	tests/sim/sim_stream.c \
	tests/sim/sim_stream.h \
	$(TESTNET) \
	tests/unit/twonets.c \
	tests/unit/twonets.h

sim_scenario_sources = $(sim_sources) tests/sim/world.c tests/sim/world.h

sim_site_sources = \
	$(sim_sources) \
	tests/sim/router.c \
	tests/sim/router.h \
	tests/sim/site.c \
	tests/sim/site.h

sim_ldflags = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free

tests_sim_test_autoconf_SOURCES = tests/sim/test_autoconf.c $(sim_site_sources)
tests_sim_test_autoconf_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_FAMILY=AF_INET6
tests_sim_test_autoconf_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_autoconf_LDFLAGS = $(sim_ldflags)

tests_sim_test_routers_SOURCES = tests/sim/test_routers.c $(sim_site_sources)
tests_sim_test_routers_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_FAMILY=AF_INET6
tests_sim_test_routers_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_routers_LDFLAGS = $(sim_ldflags)

tests_sim_test_lifecycle_SOURCES = tests/sim/test_lifecycle.c $(sim_scenario_sources)
tests_sim_test_lifecycle_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_lifecycle_LDFLAGS = $(sim_ldflags)

tests_sim_test_scenarios_SOURCES = tests/sim/test_scenarios.c $(sim_scenario_sources)
tests_sim_test_scenarios_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_scenarios_LDFLAGS = $(sim_ldflags)

tests_sim_test_transfer_SOURCES = tests/sim/test_transfer.c $(sim_sources)
tests_sim_test_transfer_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_transfer_LDFLAGS = $(sim_ldflags)

tests_sim_test_lifecycle6_SOURCES = $(tests_sim_test_lifecycle_SOURCES)
tests_sim_test_lifecycle6_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_FAMILY=AF_INET6
tests_sim_test_lifecycle6_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_lifecycle6_LDFLAGS = $(sim_ldflags)

tests_sim_test_scenarios6_SOURCES = $(tests_sim_test_scenarios_SOURCES)
tests_sim_test_scenarios6_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_FAMILY=AF_INET6
tests_sim_test_scenarios6_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_scenarios6_LDFLAGS = $(sim_ldflags)

tests_sim_test_transfer6_SOURCES = $(tests_sim_test_transfer_SOURCES)
tests_sim_test_transfer6_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_FAMILY=AF_INET6
tests_sim_test_transfer6_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_transfer6_LDFLAGS = $(sim_ldflags)
