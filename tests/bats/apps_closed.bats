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
	guarded curl -sS -m 60 -o "$LAB/got" "$(url_of peer)/page"
	assert_equal "$(sha256 "$LAB/got")" "$page"
	guarded ip addr
	guarded ip route
	guarded ss -tan
	guarded ping -n -c 1 -W 30 "$PEER"
	guarded getent ahosts localhost
	guarded /usr/bin/python3 -c '
import os, socket
socket.if_nameindex()
for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
    socket.socket(getattr(socket, os.environ["AF"]), kind).connect((os.environ["PEER"], 80))
'
}

@test "what the C library does by itself makes no socket on the host" {
	guarded unshare --uts sh -c 'hostname nosuch && hostid'
	run ns peer strace -f -qq -e trace=socket,socketpair -o "$LAB/trace" uip stack exec s /usr/bin/python3 -c '
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
null, port, fd = ctypes.c_char_p(None), ctypes.c_int(1023), ctypes.c_int()
host = ctypes.c_char_p(b"localhost")
def show(name, *args):
    result = getattr(libc, name)(*args)
    print(name, errno.errorcode[ctypes.get_errno()] if result < 0 else "done")
for family in 2, 10:
    show("rresvport_af", ctypes.byref(port), family)
    show("rcmd_af", ctypes.byref(host), 9, b"me", b"you", b"true", null, family)
    show("rexec_af", ctypes.byref(host), 9, b"me", b"you", b"true", null, family)
show("rresvport", ctypes.byref(port))
show("rcmd", ctypes.byref(host), 9, b"me", b"you", b"true", null)
show("rexec", ctypes.byref(host), 9, b"me", b"you", b"true", null)
answer = ctypes.create_string_buffer(512)
libc.res_querydomain(b"host", b"test", 1, 1, answer, 512)
libc.__res_query(b"host.test", 1, 1, answer, 512)
'
	assert_success
	refute_line --partial done
	assert_equal "$(grep -c EACCES <<<"$output")" 9
	! grep -e AF_INET -e AF_NETLINK "$LAB/trace"
}

# untouched: peer has still the values that every namespace begins with
untouched() {
	run ns peer sysctl -n net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.ipv4.ip_default_ttl
	assert_output "0
0
64"
}

# watched COMMAND …: run on the stack, in peer, and fail if it opens a file below /proc/sys/net
watched() {
	local status=0
	ns peer strace -f -qq -e trace=%file -o "$LAB/trace" uip stack exec s "$@" || status=$?
	grep -q openat "$LAB/trace"
	! grep -E '(open|openat|creat)\([^"]*"/+proc/[./]*sys/[./]*net' "$LAB/trace" && return "$status"
}

is() {
	assert_equal "$(uip -n s sysctl -n "$1")" "$2"
}

@test "parameters are the stack's, by sysctl(8)" {
	run watched sysctl -n net.ipv4.ip_forward net.ipv4.tcp_rmem net.ipv6.icmp.ratemask
	assert_success
	assert_output "$(uip -n s sysctl -n net.ipv4.ip_forward net.ipv4.tcp_rmem net.ipv6.icmp.ratemask)"
	watched sysctl -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	is net.ipv4.ip_forward 1
	is net.ipv6.conf.eth0.forwarding 1
	run watched sysctl -w net.ipv4.ip_default_ttl=256
	assert_failure
	assert_output --partial "Invalid argument"
	run watched sysctl net.ipv6.conf.p0.forwarding # a device of the host's
	assert_failure
	assert_output --partial "No such file or directory"
	untouched
}

@test "parameters are the stack's, by shells and their tools" {
	local shell dir=/proc/sys/net/ipv4
	for shell in dash bash; do
		watched $shell -c "echo 1 > $dir/ip_forward"
		is net.ipv4.ip_forward 1
		run watched $shell -c "read -r v < $dir/ip_forward; echo \$v; cat /proc//sys/./net/ipv4/ip_forward"
		assert_output "1
1"
		run watched $shell -c "echo x > $dir/ip_forward"
		assert_failure
		run watched $shell -c "echo 1 > $dir/nosuch"
		assert_failure
		watched $shell -c "echo 0 | tee $dir/ip_forward"
		is net.ipv4.ip_forward 0
		# What a program writes into a file that it was born with, and what is left when it ends.
		watched $shell -c "expr 30 + 3 > $dir/ip_default_ttl"
		is net.ipv4.ip_default_ttl 33
		run watched $shell -c "expr no > $dir/ip_default_ttl"
		assert_failure
		watched $shell -c "exec > $dir/ip_default_ttl; echo 44"
		is net.ipv4.ip_default_ttl 44
		watched $shell -c "[ -d /proc/sys/net/ipv6/conf/eth0 ] && [ -w $dir/ip_forward ] &&
			[ ! -e $dir/nosuch ] && [ ! -e /proc/sys/net/ipv6/conf/p0 ]"
	done
	run watched stat -c "%a %F" $dir/ip_forward /proc/sys/net/ipv6/conf
	assert_output "644 regular empty file
555 directory"
	untouched
}

@test "parameters are the stack's, by open(2) and the like" {
	run watched /usr/bin/python3 -c '
import ctypes, errno, os
dir = "/proc/sys/net/ipv4/"
ttl = dir + "ip_default_ttl"
def attempt(fn, *args):
    try:
        return fn(*args)
    except OSError as e:
        return errno.errorcode[e.errno]
def show(*values):
    print(*values, flush=True)
def read():
    with open(ttl) as f:
        return f.read().strip()
def write(value):
    with open(ttl, "w") as f:
        f.write(value)
show(read())
write("55\n")
show(read(), attempt(write, "0"), attempt(write, "x"))
for path in "", "x", "../../kernel/ostype", "ip_default_ttl/x", 200 * "x":
    show(attempt(os.open, dir + path, os.O_RDONLY))
show(attempt(os.open, ttl, os.O_RDONLY | os.O_DIRECTORY))
show(attempt(os.open, ttl, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
fd = os.open(ttl, os.O_RDWR)
show(os.read(fd, 100), os.write(fd, b"not at the beginning"), os.lseek(fd, 0, 0), os.write(fd, b"66"))
show(read(), attempt(os.pwrite, fd, b"77", 0))
libc = ctypes.CDLL(None, use_errno=True)
libc.fopen.restype = libc.freopen.restype = ctypes.c_void_p
def stream(value, end, f):
    f = ctypes.c_void_p(f)
    libc.fputs(value, f)
    result = end(f)
    show(errno.errorcode[ctypes.get_errno()] if result else "0", read())
stream(b"88\n", libc.fclose, libc.fopen(ttl.encode(), b"w"))
stream(b"0\n", libc.fclose, libc.fopen(ttl.encode(), b"w"))
null = ctypes.c_void_p(libc.fopen(b"/dev/null", b"w"))
stream(b"89\n", libc.fflush, libc.freopen(ttl.encode(), b"w", null))
fd = os.dup(os.open(ttl, os.O_WRONLY))
if os.fork() == 0:
    os.write(fd, b"90")
    os._exit(0)
os.wait()
show(read())
'
	assert_success
	assert_output "64
55 EINVAL EINVAL
ENOENT
ENOENT
ENOENT
ENOENT
ENOENT
ENOTDIR
EEXIST
b'55\n' 20 0 2
66 EPERM
0 88
EINVAL 88
0 89
90"
	untouched
}

@test "without the stack there are no parameters, and not the host's" {
	run ns peer env USTACK=nosuch LD_PRELOAD="$USTACK_PRELOAD" cat /proc/sys/net/ipv4/ip_default_ttl
	assert_failure
	assert_output --partial "Network is down"
	run ns peer env USTACK=nosuch USTACK_HOST_FALLBACK=1 LD_PRELOAD="$USTACK_PRELOAD" \
		cat /proc/sys/net/ipv4/ip_default_ttl
	assert_output 64
	run ns peer env USTACK_HOST_FALLBACK=1 uip stack exec s cat /proc/sys/net/ipv4/tcp_ecn
	assert_success
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
		curl -sS -m 60 -o /dev/null -w '%{http_code}' "http://$(literal "$LO")/page"
	assert_output 200
}
