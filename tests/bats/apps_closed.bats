#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The preload fails closed: whatever an unmodified program does, the host's stack hears nothing of it.
# The programs run where the host has a network that would answer them. Topology: lib/apps.bash; here
# the programs are started in "peer".

load lib/apps

export AF=AF_INET PEER LO
[ "$FAMILY" = 4 ] || AF=AF_INET6

setup() {
	apps_up
	touch "$LAB/trace"
}

teardown() {
	apps_down
}

# guarded COMMAND …: run on the stack, in peer, and fail if it makes a socket that is not AF_UNIX
guarded() {
	local status=0
	ns peer strace -f -qq -e trace=socket,socketpair -o "$LAB/trace" uip stack exec s "$@" || status=$?
	grep -q AF_UNIX "$LAB/trace"
	! grep -e AF_INET -e AF_NETLINK -e AF_PACKET "$LAB/trace" && return "$status"
}

@test "programs make no socket on the host" {
	nginx_start peer
	guarded curl -sS -m 10 -o "$LAB/got" "$(url_of peer)/page"
	assert_equal "$(sha256 "$LAB/got")" "$page"
	guarded ip addr
	guarded ip route
	guarded ss -tan
	guarded ping -n -c 1 -W 5 "$PEER"
	guarded getent ahosts localhost
	guarded /usr/bin/python3 -c '
import os, socket
socket.if_nameindex()
for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
    socket.socket(getattr(socket, os.environ["AF"]), kind).connect((os.environ["PEER"], 80))
'
}

@test "what the stack does not have is refused" {
	run ns peer uip stack exec s /usr/bin/python3 -c '
import errno, fcntl, socket
def attempt(*args):
    try:
        socket.socket(*args)
        print("made")
    except OSError as e:
        print(errno.errorcode[e.errno])
attempt(socket.AF_PACKET, socket.SOCK_RAW)
attempt(socket.AF_NETLINK, socket.SOCK_RAW, 9)
attempt(socket.AF_INET, socket.SOCK_STREAM, 132)
u = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
try:
    fcntl.ioctl(u, 0x8914, b"p0" + bytes(38))
except OSError as e:
    print(errno.errorcode[e.errno])
try:
    fcntl.ioctl(u, 0x8933, b"p0" + bytes(38))
except OSError as e:
    print(errno.errorcode[e.errno])
'
	assert_success
	assert_output "EAFNOSUPPORT
EPROTONOSUPPORT
EPROTONOSUPPORT
ENOTSUP
ENODEV"
	run ns peer ip -br link show p0
	assert_output --partial UP
}

@test "without the stack there is no network, and not the host's" {
	ns near uip stack add gone
	mkfifo "$LAB/go"
	start_until ready ns peer env USTACK=gone LD_PRELOAD="$USTACK_PRELOAD" /usr/bin/python3 -u -c '
import socket
print("ready")
open("'"$LAB/go"'").readline()
try:
    socket.create_connection(("'"$LO"'", 80))
    print("connected")
except OSError as e:
    print(e.strerror)
'
	local program=$started
	nginx_start peer
	uip stack del gone
	echo >"$LAB/go"
	wait_output "$program" "Network is down"
}

@test "a socket of the host that was handed down cannot be used to connect" {
	run ns peer /usr/bin/python3 -c '
import os, socket, subprocess
s = socket.socket(getattr(socket, os.environ["AF"]))
s.set_inheritable(True)
os.execvp("uip", ["uip", "stack", "exec", "s", "/usr/bin/python3", "-c", """
import errno, os, socket
s = socket.socket(fileno=%d)
try:
    s.connect((os.environ[\"LO\"], 80))
except OSError as e:
    print(errno.errorcode[e.errno])
""" % s.fileno()])
'
	assert_output EACCES
}

@test "USTACK_HOST_FALLBACK=1 lets what the stack does not have go to the host" {
	run ns peer env USTACK_HOST_FALLBACK=1 uip stack exec s /usr/bin/python3 -c '
import socket
socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
print("made")'
	assert_output made
	nginx_start peer
	run ns peer env USTACK=nosuch USTACK_HOST_FALLBACK=1 LD_PRELOAD="$USTACK_PRELOAD" \
		curl -sS -m 10 -o /dev/null -w '%{http_code}' "http://$(literal "$LO")/page"
	assert_output 200
}
