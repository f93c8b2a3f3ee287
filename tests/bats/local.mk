# SPDX-License-Identifier: BSD-2-Clause

BATS_TESTS += tests/bats/netlink.bats

BATS_TESTS += \
	tests/bats/apps_calls.bats \
	tests/bats/apps_closed.bats \
	tests/bats/apps_http.bats \
	tests/bats/apps_tools.bats
EXTRA_DIST += \
	tests/bats/apps/aio.py \
	tests/bats/apps/sockets.py \
	tests/bats/lib/apps.bash

BATS_TESTS += tests/bats/ip.bats tests/bats/shell.bats tests/bats/tcp.bats
EXTRA_DIST += tests/bats/lib/lab.bash
