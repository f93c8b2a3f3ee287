#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# What "make install" puts into a directory works from there: the programs, and libusock for those who build
# with it. No network is needed: the stack has its loopback.

load lib/lab

setup() {
	lab_up
	dest=$LAB/dest
	# The make that runs this test is not to be joined.
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$USTACK_BUILDDIR" install DESTDIR="$dest" >/dev/null 2>"$LAB/said" || {
		cat "$LAB/said"
		return 1
	}
	PKG_CONFIG_PATH=$(dirname "$(find "$dest" -name libusock.pc)")
	export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR=$dest
	libdir=$dest$(PKG_CONFIG_SYSROOT_DIR='' pkg-config --variable=libdir libusock)
	uip=$(find "$dest" -path '*/bin/uip')
	unset USTACKD USTACK_PRELOAD
	export LD_LIBRARY_PATH=$libdir PATH=${uip%/uip}:/usr/sbin:/usr/bin:/sbin:/bin
}

teardown() {
	lab_down
}

# from_here PID FILE: a process has FILE of the installed tree mapped, and nothing of the build tree
from_here() {
	grep -q "$dest.*/$2" "/proc/$1/maps"
	run grep "$USTACK_BUILDDIR" "/proc/$1/maps"
	assert_output ""
}

@test "the installed uip starts the installed daemon, and programs on the installed preload" {
	run uip -V
	assert_success
	assert_output "uip utility, ustack-$(pkg-config --modversion libusock)"
	uip stack add s
	from_here "$(daemon_pid s)" sbin/ustackd
	uip -n s link set lo up
	start_until ready on s /usr/bin/python3 -c 'import signal; print("ready", flush=True); signal.pause()'
	from_here "$(leaf "$started")" libusock-preload.so
	for page in uip.8 uip-route.8 ustackd.8 uping.8 unc.1 libusock.3 usock.7 ustack-netlink.7; do
		[ -n "$(find "$dest" -path "*/man/man${page##*.}/$page")" ]
	done
}

@test "the example of libusock(3) is built by pkg-config, and fetches a page" {
	sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$USTACK_SRCDIR/man/libusock.3" |
		sed -e '/^#include/,/^}/!d' -e 's/\\e/\\/g' -e 's/www\.example\.com/127.0.0.1/' >"$LAB/page.c"
	# shellcheck disable=SC2046 # words
	${CC:-cc} -Wall -Wextra -Werror ${USTACK_SANITIZERS:+-fsanitize=address,undefined} \
		$(pkg-config --cflags libusock) -o "$LAB/page" "$LAB/page.c" $(pkg-config --libs libusock)
	uip stack add blue
	uip -n blue link set lo up
	start_until listening on blue /usr/bin/python3 -c '
import socket
l = socket.create_server(("127.0.0.1", 80))
print("listening", flush=True)
c, _ = l.accept()
print(c.recv(100))
c.sendall(b"a page")
c.close()'
	run "$LAB/page"
	assert_success
	assert_output "a page"
}
