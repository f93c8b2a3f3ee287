#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Files of /proc/net are the stack's to programs that run on it, and nothing of the host's is seen there. The programs
# are started in "peer", where the host has a network. Topology: lib/apps.bash.

load lib/apps

case $FAMILY in
4) SIX='' ECHOS=IcmpInEchos ROUTES=route ;;
6) SIX=6 ECHOS=Icmp6InEchos ROUTES=ipv6_route ;;
esac

setup() {
	apps_up
}

teardown() {
	apps_down
}

# watched COMMAND …: run on the stack, in peer, and fail if it opens or looks at a file that is not the host's to show
watched() {
	local status=0
	ns peer strace -f -qq -e trace=%file -o "$LAB/trace" uip stack exec s "$@" || status=$?
	grep -q openat "$LAB/trace"
	! grep -v execve "$LAB/trace" | grep -E '"/+proc/[./]*([a-z0-9/-]+/)?[./]*net/' | grep -v /proc/net/unix &&
		return "$status"
}

# marked: peer is full of what must not be seen
marked() {
	ns peer ip link add hostmark0 type veth peer name hostmark1
	ns peer ip link set hostmark0 up
	ns peer ip link set hostmark1 up
	ns peer ip addr add 198.51.100.77/24 dev hostmark0
	ns peer ip addr add 2001:db8:ffff::77/64 dev hostmark0 nodad
	ns peer ip route add 203.0.113.0/24 via 198.51.100.99
	ns peer ip route add 2001:db8:eeee::/48 via 2001:db8:ffff::99
	ns peer ip neigh add 198.51.100.99 lladdr 02:00:de:ad:be:ef dev hostmark0
	start_until listening ns peer socat -dd "$TCP-LISTEN:47123" -
	start_until starting ns peer socat -dd -u "UDP$FAMILY-RECV:47124" -
}

# In the words of the tools, and in those of the files.
MARKS='hostmark|198\.51\.100|4D6433C6|006433C6|2001:db8:|20010db8|B80D0120|203\.0\.113|007100CB|de:ad:be:ef'
MARKS+='|:B813 |:B814 |47123|47124'

# Everything below /proc/net that has a name, by all ways there.
READ_ALL='for dir in net self/net thread-self/net $$/net; do
	for file in /proc/$dir/* /proc/$dir/*/*; do
		[ "${file##*/}" = unix ] || cat "$file"
	done
done 2>/dev/null | tr -d "\\0"'

@test "no file shows the host" {
	marked
	run ns peer sh -c "$READ_ALL"
	assert_output --partial hostmark0
	assert_output --partial 006433C6
	assert_output --partial 20010db8
	assert_output --partial ":B813 "
	run on s sh -c "$READ_ALL"
	assert_output --partial eth0
	run ns peer uip stack exec s sh -c "$READ_ALL"
	assert_output --partial eth0
	refute_output --regexp "$MARKS"
}

@test "no tool shows the host" {
	local tool
	marked
	start_until listening on s socat -dd "$TCP-LISTEN:5000" -
	for tool in "netstat -rn" "netstat -rn6" "netstat -tuwan" "netstat -i" "netstat -s" "netstat -gn" "route -n" \
		"route -nA inet6" "arp -an" "ifconfig -a" "ss -s" "ip maddr" "cat /proc/net/tcp$SIX"; do
		run watched $tool
		assert_success
		refute_output --regexp "$MARKS"
		# Something is shown, of the stack, which has addresses of one family.
		case $FAMILY$tool in
		*-s | *arp* | "6netstat -rn" | "6route -n") ;;
		*-tuwan) assert_output --partial ":5000 " ;;
		?cat*) assert_output --partial ":1388 " ;;
		*) assert_output --partial eth0 ;;
		esac
	done
}

# received_the_same: /proc/net/dev and uip say so of eth0, if nothing came in between
received_the_same() {
	local packets bytes
	read -r bytes packets _ < <(uip -n s -s link show dev eth0 | sed -n '/RX:/{n;p}')
	[ "$(ns peer uip stack exec s awk '/eth0:/ { print $2, $3 }' /proc/net/dev)" = "$bytes $packets" ]
}

@test "counters are the stack's" {
	ns peer ping -n -q -c 3 -i 0.2 -W 30 "$STACK"
	run ns peer env NSTAT_HISTORY="$LAB/history" uip stack exec s nstat -az $ECHOS
	assert_success
	assert_output --regexp "$ECHOS +3 "
	run ns peer env NSTAT_HISTORY="$LAB/history2" nstat -az $ECHOS
	assert_output --regexp "$ECHOS +0 "
	# netstat does not know IPv6's.
	run ns peer uip stack exec s netstat -s"$SIX"
	assert_success
	assert_output --regexp "$([ "$FAMILY" = 4 ] && echo 'echo requests: 3' || echo 'Icmp6:')"
	wait_until received_the_same
}

@test "interfaces and addresses are those that uip shows" {
	run watched ifconfig eth0
	assert_success
	assert_output --partial "$STACK"
	assert_output --partial "$(uip -n s link show dev eth0 | sed -n 's/.*link.ether \([^ ]*\).*/ether \1/p')"
	assert_equal "$(watched cat /proc/net/if_inet6 | awk '{ print $6 }' | sort | uniq -c)" \
		"$(uip -n s -6 -o addr | awk '{ print $2 }' | sort | uniq -c)"
	assert_equal "$(watched ip maddr)" "$(uip -n s maddr)"
}

@test "neighbours are those that uip shows" {
	uip -n s neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev eth0
	run watched arp -an
	assert_success
	assert_line "? (10.1.0.9) at 02:00:00:00:00:09 [ether] PERM on eth0"
	refute_output --partial p0
}

@test "what the stack does not have is not there" {
	local name
	for name in nf_conntrack packet netlink ptype softnet_stat protocols wireless stat/arp_cache nosuch; do
		run watched cat "/proc/net/$name"
		assert_failure
		assert_output --partial "No such file or directory"
		run watched sh -c "[ -e /proc/net/$name ] || [ -d /proc/self/net/$name ]"
		assert_failure
	done
	run watched cat /proc/net/../net/dev
	assert_failure
	# Sockets of AF_UNIX are the host's to the program, too.
	ns near uip stack exec s cat /proc/net/unix | grep -q "$USTACK_RUNDIR/s/generic"
}

@test "files are opened and looked at as the kernel's" {
	run watched /usr/bin/python3 -c '
import ctypes, errno, os, threading
def attempt(fn, *args):
    try:
        return fn(*args)
    except OSError as e:
        return errno.errorcode[e.errno]
def text(path):
    with open(path) as f:
        return f.read()
route = "/proc/net/'$ROUTES'"
expected = text(route)
assert expected.count("eth0")
for path in "//proc/./net//'$ROUTES'", "/proc/self/net/'$ROUTES'", "/proc/thread-self/net/'$ROUTES'", \
        "/proc/%d/net/'$ROUTES'" % os.getpid(), "/proc/self/task/%d/net/'$ROUTES'" % threading.get_native_id():
    assert text(path) == expected, path
libc = ctypes.CDLL(None, use_errno=True)
libc.fopen.restype = ctypes.c_void_p
buf = ctypes.create_string_buffer(len(expected) + 1)
assert libc.fread(buf, 1, len(expected), ctypes.c_void_p(libc.fopen(route.encode(), b"r"))) == len(expected)
assert buf.value.decode() == expected
fd = os.open(route, os.O_RDONLY)
print(attempt(os.write, fd, b"x"), attempt(os.ftruncate, fd, 0))
for flags in os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_DIRECTORY, os.O_WRONLY | os.O_CREAT | os.O_EXCL:
    print(attempt(os.open, route, flags))
print("%o" % os.stat(route).st_mode, os.access(route, os.R_OK), os.access(route, os.W_OK), os.access(route, os.X_OK))
if os.fork() == 0:
    print(os.read(fd, 1 << 20).decode() == expected, flush=True)
    os._exit(0)
os.wait()
'
	assert_success
	assert_output "EPERM EPERM
EACCES
EACCES
ENOTDIR
EEXIST
100444 True False False
True"
	for shell in dash bash; do
		run watched $shell -c "read -r v < /proc/\$\$/net/dev && echo \$v; echo 1 > /proc/net/dev"
		assert_failure
		assert_line --index 0 "Inter-| Receive | Transmit"
		assert_line --index 1 --partial "ermission denied"
	done
}

@test "without the stack there are no files, and not the host's" {
	marked
	run ns peer env USTACK=nosuch LD_PRELOAD="$USTACK_PRELOAD" cat /proc/net/dev
	assert_failure
	assert_output --partial "Network is down"
	run ns peer env USTACK=nosuch USTACK_HOST_FALLBACK=1 LD_PRELOAD="$USTACK_PRELOAD" cat /proc/net/dev
	assert_success
	assert_output --partial hostmark0
	run ns peer env USTACK_HOST_FALLBACK=1 uip stack exec s cat /proc/net/dev
	assert_success
	refute_output --partial hostmark0
	run ns peer env USTACK_HOST_FALLBACK=1 uip stack exec s cat /proc/net/ptype
	assert_success
}
