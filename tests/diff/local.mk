# SPDX-License-Identifier: BSD-2-Clause
#
# Differential tests: the same commands to the kernel and to the stack.

DIFF_TESTS += tests/diff/ip.bats tests/diff/ip6.bats tests/diff/proc.bats tests/diff/sysctl.bats tests/diff/uip.bats tests/diff/uip6.bats
EXTRA_DIST += tests/diff/ip.bats tests/diff/ip6.bats tests/diff/proc.bats tests/diff/sysctl.bats tests/diff/uip.bats tests/diff/uip6.bats tests/diff/lib.bash
