#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Programs that the preload does not reach: the dynamic loader drops it, there is no loader, or it is lost
# with the environment. They fail closed all the same. They run in "far", where the host has an address that would answer them,
# and no other network:
#
#	 peer (kernel)             near (ustack s)           far (kernel)
#	+-------------+   veth   +----------------+        +----------------+
#	| p0 addr 1 1 |----------| eth0 addr 1 2  |        | lo addr 9 9    |
#	+-------------+          +----------------+        +----------------+

load lib/apps

HOST=$(addr 9 9)
RUNS=$BATS_TEST_DIRNAME/apps/runs.py
export FAMILY PEER

setup() {
	setpriv --reuid 65534 --regid 65534 --clear-groups true || skip "needs root, to become somebody else"
	apps_up
	chmod 755 "$LAB"
	ns_add far
	ns far ip addr add "$HOST/$HOSTLEN" dev lo $NODAD
	${CC:-cc} -D_GNU_SOURCE -static -o "$LAB/static" "$BATS_TEST_DIRNAME/apps/static.c"
}

teardown() {
	[ -z "${LAB-}" ] || apps_down
}

# as USER COMMAND …: in far, as root or as an ordinary user
as() {
	case $1 in
	root) ns far "${@:2}" ;;
	nobody) ns far setpriv --reuid 65534 --regid 65534 --clear-groups "${@:2}" ;;
	esac
}

# exec_as USER COMMAND …: the same, on the stack
exec_as() {
	as "$1" uip stack exec s "${@:2}"
}

# copy_with caps|setuid PROGRAM: $LAB/PROGRAM, which gives an ordinary user what ping(8) needed of old
copy_with() {
	cp "/usr/bin/$2" "$LAB/$2"
	case $1 in
	caps) /usr/bin/python3 -c '
import os, struct, sys
NET_RAW, VERSION_2, EFFECTIVE = 1 << 13, 0x02000000, 1
cap = struct.pack("<5I", VERSION_2 | EFFECTIVE, NET_RAW, 0, 0, 0)
os.setxattr(sys.argv[1], "security.capability", cap)' "$LAB/$2" ;;
	setuid) chmod 4755 "$LAB/$2" ;;
	esac
}

# all_ways RESULT: what runs.py says when each way to run a program ends so
all_ways() {
	local way
	for way in execv execve execvp execvpe execl execlp execle fexecve execveat "execveat, empty" \
		posix_spawn posix_spawnp "posix_spawn elsewhere" "a child of vfork" system popen wordexp; do
		echo "$way: $1"
	done
}

# runs_agree USER RESULT PROGRAM …: a preloaded program runs PROGRAM in each way, each with this RESULT
runs_agree() {
	run exec_as "$1" /usr/bin/python3 "$RUNS" "${@:3}"
	assert_success
	diff -U0 <(all_ways "$2") <(grep -E '^[a-z, _]+: -?[0-9A-Z]+$' <<<"$output")
}

# pings_stay_on_stack: $LAB/ping reaches what the stack does, and not what the host does
pings_stay_on_stack() {
	local user
	as nobody "$LAB/ping" -n -c 1 "$HOST"
	for user in root nobody; do
		exec_as $user "$LAB/ping" -n -c 1 -W 30 "$PEER"
		run exec_as $user "$LAB/ping" -n -c 1 -W 1 "$HOST"
		assert_failure 2
		assert_output --partial "Network is unreachable"
		runs_agree $user 0 "$LAB/ping" -q -n -c 1 -W 30 "$PEER"
		runs_agree $user 2 "$LAB/ping" -q -n -c 1 -W 1 "$HOST"
	done
}

@test "a program with capabilities runs on the stack" {
	copy_with caps ping
	pings_stay_on_stack
}

@test "a set-user-ID program runs on the stack" {
	copy_with setuid ping
	pings_stay_on_stack
}

@test "a script of a program with capabilities runs on the stack" {
	copy_with caps python3
	echo "#!$LAB/python3 -I
import errno, os, socket, sys
def attempt(address):
    family = getattr(socket, 'AF_INET6' if ':' in address else 'AF_INET')
    try:
        socket.socket(family, socket.SOCK_DGRAM).connect((address, 9))
        print('connected')
    except OSError as e:
        print(errno.errorcode[e.errno])
attempt(sys.argv[1])
attempt(sys.argv[2])
print(os.path.basename(sys.argv[0]), len(sys.argv), sys.flags.isolated)
" >"$LAB/script"
	chmod 755 "$LAB/script"
	run exec_as nobody "$LAB/script" "$PEER" "$HOST"
	assert_output "connected
ENETUNREACH
script 3 1"
}

# confined is what $LAB/static prints where it may not make sockets of the host's
confined="AF_UNIX made
AF_INET EACCES
AF_INET6 EACCES
AF_NETLINK EACCES
AF_PACKET EACCES
AF_INET wide EACCES
AF_UNIX pair made
AF_INET pair EACCES
io_uring EPERM"

@test "a static program makes no socket on the host" {
	local user
	run as root "$LAB/static"
	assert_line "AF_INET made"
	assert_line "AF_PACKET made"
	for user in root nobody; do
		run exec_as $user "$LAB/static"
		assert_success
		assert_output "$confined"
		run exec_as $user /usr/bin/python3 "$RUNS" "$LAB/static"
		assert_success
		for line in "AF_UNIX made" "AF_INET EACCES" "AF_INET6 EACCES" "AF_NETLINK EACCES" \
			"AF_PACKET EACCES" "AF_INET pair EACCES" "io_uring EPERM"; do
			assert_equal "$(grep -cx "$line" <<<"$output")" "$(all_ways 0 | wc -l)"
		done
		refute_line --regexp "(INET|NETLINK|PACKET).*made"
		runs_agree $user 0 "$LAB/static"
	done
}

@test "a static program uses a connection of the stack's that it inherits" {
	local user
	for user in root nobody; do
		start_until ready ns peer /usr/bin/python3 -u -c '
import os, socket
family = socket.AF_INET if os.environ["FAMILY"] == "4" else socket.AF_INET6
server = socket.create_server((os.environ["PEER"], 7000), family=family)
print("ready")
connection, peer = server.accept()
print(peer[0], connection.recv(100).decode())
connection.sendall(b"and you")
'
		run exec_as $user /usr/bin/python3 -c '
import os, socket, sys
s = socket.create_connection((os.environ["PEER"], 7000))
s.set_inheritable(True)
os.execv(sys.argv[1], ["somebody", str(s.fileno())])
' "$LAB/static"
		assert_success
		assert_output "and you"
		wait_output "$started" "^$STACK somebody$"
		wait "$started"
	done
}

@test "with ids that differ, the loader drops the preload, and programs make no socket on the host" {
	run exec_as root /usr/bin/python3 -c '
import os
os.setegid(65534)
os.seteuid(65534)
os.execv("/usr/bin/python3", ["python3", "-c", """
import errno, socket
for family in socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK:
    try:
        socket.socket(family, socket.SOCK_DGRAM)
        print("made")
    except OSError as e:
        print(errno.errorcode[e.errno])
"""])'
	assert_success
	assert_output "EACCES
EACCES
EACCES"
}

@test "a program with an environment of its own is on the stack" {
	local ping user
	ping=$(command -v ping)
	for user in root nobody; do
		runs_agree $user 0 --bare "$ping" -q -n -c 1 -W 30 "$PEER"
		runs_agree $user 2 --bare "$ping" -q -n -c 1 -W 1 "$HOST"
	done
	exec_as nobody env -i env -i "$ping" -n -c 1 -W 30 "$PEER"
	run exec_as nobody env -i env
	assert_line "LD_PRELOAD=$USTACK_PRELOAD"
	assert_line "USTACK=s"
	assert_line "USTACK_RUNDIR=$USTACK_RUNDIR"
	assert_line "USTACK_CONFINE=$USTACK_CONFINE"
	# What the caller has put there stays.
	run exec_as nobody env -i A=b LD_PRELOAD=libm.so.6 USTACK=other env
	assert_line "LD_PRELOAD=$USTACK_PRELOAD:libm.so.6"
	assert_line "USTACK=other"
	assert_line "A=b"
	run exec_as nobody env -i "LD_PRELOAD=libm.so.6 $USTACK_PRELOAD" env
	assert_output "LD_PRELOAD=libm.so.6 $USTACK_PRELOAD"
	run exec_as nobody env -i USTACK_HOST_FALLBACK=1 env
	assert_output "USTACK_HOST_FALLBACK=1"
}

@test "a program that cannot be looked at is refused" {
	chmod 711 "$LAB/static"
	run exec_as nobody "$LAB/static"
	assert_failure
	assert_output "exec of \"$LAB/static\" failed: Permission denied"
	run exec_as nobody /usr/bin/python3 -c '
import errno, os, sys
for run in os.execv, lambda *args: os.posix_spawn(*args, os.environ):
    try:
        run(sys.argv[1], sys.argv[1:])
    except OSError as e:
        print(errno.errorcode[e.errno])
' "$LAB/static"
	assert_output "EACCES
EACCES"
	run as nobody env USTACK_HOST_FALLBACK=1 uip stack exec s "$LAB/static"
	assert_success
	assert_line "AF_INET made"
}

@test "a program that cannot read the preload makes no socket on the host" {
	mkdir -m 700 "$LAB/private"
	cp "$USTACK_PRELOAD" "$LAB/private/libusock-preload.so"
	${CC:-cc} -D_GNU_SOURCE -o "$LAB/dynamic" "$BATS_TEST_DIRNAME/apps/static.c"
	run as root env USTACK_PRELOAD="$LAB/private/libusock-preload.so" uip stack exec s \
		setpriv --reuid 65534 --regid 65534 --clear-groups "$LAB/dynamic"
	assert_success
	assert_line "AF_INET EACCES"
	assert_line "AF_NETLINK EACCES"
	refute_line --regexp "(INET|NETLINK|PACKET).*made"
}

@test "what is no program, or is not there, fails as ever" {
	local user
	touch "$LAB/plain"
	for user in root nobody; do
		runs_agree $user 0 /bin/true
		run exec_as $user "$LAB/plain"
		assert_output "exec of \"$LAB/plain\" failed: Permission denied"
		run exec_as $user "$LAB/nosuch"
		assert_output "exec of \"$LAB/nosuch\" failed: No such file or directory"
	done
	echo 'echo "$@"' >"$LAB/plain"
	chmod 755 "$LAB/plain"
	run exec_as nobody "$LAB/plain" a "b c"
	assert_output "a b c"
}

@test "without usock-confine, what needs it is refused" {
	run as root env USTACK_CONFINE=/nosuch USTACK=s LD_PRELOAD="$USTACK_PRELOAD" /usr/bin/python3 -c '
import errno, os, sys
try:
    os.execv(sys.argv[1], sys.argv[1:])
except OSError as e:
    print(errno.errorcode[e.errno])
' "$LAB/static"
	assert_output EACCES
}

@test "USTACK_HOST_FALLBACK=1 runs programs as they are" {
	local user
	copy_with caps ping
	for user in root nobody; do
		run as $user env USTACK_HOST_FALLBACK=1 uip stack exec s /usr/bin/python3 "$RUNS" "$LAB/static"
		assert_success
		assert_equal "$(grep -cx "AF_INET made" <<<"$output")" "$(all_ways 0 | wc -l)"
	done
	as nobody env USTACK_HOST_FALLBACK=1 uip stack exec s "$LAB/ping" -n -c 1 "$HOST"
}
