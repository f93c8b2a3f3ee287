# SPDX-License-Identifier: BSD-2-Clause
#
# Whole stacks under a virtual clock, joined by bad wires. Linked so that each allocation is counted.

SIM_TESTS += \
	tests/sim/test_lifecycle \
	tests/sim/test_scenarios \
	tests/sim/test_transfer

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

sim_ldflags = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free

tests_sim_test_lifecycle_SOURCES = tests/sim/test_lifecycle.c $(sim_scenario_sources)
tests_sim_test_lifecycle_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_lifecycle_LDFLAGS = $(sim_ldflags)

tests_sim_test_scenarios_SOURCES = tests/sim/test_scenarios.c $(sim_scenario_sources)
tests_sim_test_scenarios_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_scenarios_LDFLAGS = $(sim_ldflags)

tests_sim_test_transfer_SOURCES = tests/sim/test_transfer.c $(sim_sources)
tests_sim_test_transfer_LDADD = libustack.a $(CMOCKA_LIBS)
tests_sim_test_transfer_LDFLAGS = $(sim_ldflags)
