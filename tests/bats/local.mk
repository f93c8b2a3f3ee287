# SPDX-License-Identifier: BSD-2-Clause

BATS_TESTS += tests/bats/netlink.bats

# Those whose names end in 6 are links: the same tests over IPv6 (tests/bats/lib/lab.bash).
BATS_TESTS += \
	tests/bats/apps_calls.bats \
	tests/bats/apps_calls6.bats \
	tests/bats/apps_closed.bats \
	tests/bats/apps_closed6.bats \
	tests/bats/apps_exec.bats \
	tests/bats/apps_exec6.bats \
	tests/bats/apps_http.bats \
	tests/bats/apps_http6.bats \
	tests/bats/apps_names.bats \
	tests/bats/apps_names6.bats \
	tests/bats/apps_proc.bats \
	tests/bats/apps_proc6.bats \
	tests/bats/apps_tools.bats \
	tests/bats/apps_tools6.bats
EXTRA_DIST += \
	tests/bats/apps/aio.py \
	tests/bats/apps/dns.py \
	tests/bats/apps/interfaces.py \
	tests/bats/apps/runs.py \
	tests/bats/apps/sockets.py \
	tests/bats/apps/static.c \
	tests/bats/apps/stuckfile.py \
	tests/bats/lib/apps.bash

BATS_TESTS += \
	tests/bats/arp.bats \
	tests/bats/install.bats \
	tests/bats/ip.bats \
	tests/bats/ip6.bats \
	tests/bats/link.bats \
	tests/bats/link6.bats \
	tests/bats/mcast.bats \
	tests/bats/mcast6.bats \
	tests/bats/nd6.bats \
	tests/bats/shell.bats \
	tests/bats/tcp.bats \
	tests/bats/tcp6.bats
EXTRA_DIST += tests/bats/lib/lab.bash
