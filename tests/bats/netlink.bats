#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# ustackd as a process, and unmodified netlink tools on its channels. No network is needed: the devices
# are the stack's own.

load lib/lab

setup() {
	lab_up
}

teardown() {
	lab_down
}

# A stack "s" with a pair d0, d1, both up, and 10.0.0.1/24 on d0.
stack_with_pair() {
	uip stack add s
	uip -n s link add d0 type pair peer name d1
	uip -n s link set d0 up
	uip -n s link set d1 up
	uip -n s addr add 10.0.0.1/24 dev d0
}

# Commands of another user, who can reach the run directory.
as_stranger() {
	chmod 755 "$LAB"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# --- the process -----------------------------------------------------------------------------------

@test "ustackd serves as soon as it returns, and cleans up when it is stopped" {
	run ustackd -n s
	assert_success
	for name in route generic sock_diag lock; do
		assert [ -e "$USTACK_RUNDIR/s/$name" ]
	done
	pid=$(daemon_pid s)
	kill "$pid"
	wait_until test ! -e "$USTACK_RUNDIR/s"
	wait_until test ! -e "/proc/$pid"
}

@test "a second daemon of the same name is refused and told of the first" {
	ustackd -n s
	run ustackd -n s
	assert_failure 1
	assert_output "ustackd: This instance runs already, as process $(daemon_pid s)"
	run ustackd -f -n s
	assert_failure 1
}

@test "what a killed daemon left is taken over" {
	ustackd -n s
	pid=$(daemon_pid s)
	kill -9 "$pid"
	wait_until test ! -e "/proc/$pid"
	assert [ -e "$USTACK_RUNDIR/s/route" ]
	run ustackd -n s
	assert_success
	run uip -n s link show lo
	assert_success
}

@test "in the foreground it logs to standard error and ends well" {
	start_until 'serving "s"' ustackd -f -n s
	kill "$started"
	wait "$started"
	assert [ ! -e "$USTACK_RUNDIR/s" ]
}

@test "in the background it logs to the system's log" {
	mkdir "$LAB/dev"
	start_until listening /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True: print(s.recv(1000), flush=True)' "$LAB/dev/log"
	# In a mount namespace of its own, whose /dev has that log.
	unshare -m sh -e -c '
		for node in null urandom; do
			: >"$0/$node"
			mount --bind "/dev/$node" "$0/$node"
		done
		mount --rbind "$0" /dev
		exec ustackd -n s' "$LAB/dev"
	wait_output "$started" 'ustackd\[[0-9]*\]: .*serving "s"'
	kill "$(daemon_pid s)"
	wait_until test ! -e "$USTACK_RUNDIR/s"
}

@test "options that cannot be are refused" {
	for args in "-n a/b" "-n .x" "-g no-such-group" "-x" "argument"; do
		# shellcheck disable=SC2086
		run ustackd $args
		assert_failure 1
		assert [ -n "$output" ]
	done
	run ustackd -V
	assert_success
	assert_output --regexp '^ustackd [0-9.]+$'
	run ustackd -h
	assert_success
	assert_output --partial "Usage: ustackd"
}

@test "an idle daemon uses no processor time" {
	stack_with_pair
	before=$(cpu_ticks "$(daemon_pid s)")
	run timeout 2 tail -f --pid="$(daemon_pid s)" /dev/null
	[ $(($(cpu_ticks "$(daemon_pid s)") - before)) -le 4 ]
}

@test "an ordinary user runs a stack of his own" {
	[ "$(id -u)" = 0 ] || skip "needs root, to become somebody else"
	mkdir "$LAB/user"
	chown 65534 "$LAB/user"
	USTACK_RUNDIR=$LAB/user
	run as_stranger ustackd -n u
	assert_success
	run as_stranger uip -n u link add d0 type dummy
	assert_success
	run as_stranger uip -n u link show d0
	assert_success
	run as_stranger uip stack del u
	assert_success
}

# --- who may do what ---------------------------------------------------------------------------------

@test "a stranger may look but not change" {
	[ "$(id -u)" = 0 ] || skip "needs root, to become somebody else"
	stack_with_pair
	run as_stranger uip -n s addr show dev d0
	assert_success
	assert_output --partial "10.0.0.1/24"
	run as_stranger uip -n s link set d0 down
	assert_failure 2
	assert_output "Error: Only root, the stack's user and its admin group may change it."
}

@test "members of the admin group may change" {
	[ "$(id -u)" = 0 ] || skip "needs root, to become somebody else"
	ustackd -n s -g 65533
	chmod 755 "$LAB"
	run setpriv --reuid 65534 --regid 65534 --groups 65533 uip -n s link set lo up
	assert_success
	run setpriv --reuid 65534 --regid 65533 --clear-groups uip -n s link set lo down
	assert_success
	run setpriv --reuid 65534 --regid 65534 --clear-groups uip -n s link set lo up
	assert_failure 2
}

# --- unmodified tools ----------------------------------------------------------------------------------

@test "ip configures links, addresses, routes and neighbours" {
	uip stack add s
	run on s ip link add d0 type veth peer name d1
	assert_success
	run on s ip link set d0 up
	assert_success
	run on s ip link set d1 up
	assert_success
	run on s ip addr add 10.0.0.1/24 dev d0
	assert_success
	run on s ip route add 192.0.2.0/24 via 10.0.0.2 mtu 1400
	assert_success
	run on s ip neigh add 10.0.0.2 lladdr 2:0:0:0:0:2 dev d0
	assert_success

	run on s ip -o -4 addr show d0
	assert_output --partial "inet 10.0.0.1/24 scope global d0"
	run on s ip route show
	assert_line "192.0.2.0/24 via 10.0.0.2 dev d0 mtu 1400 "
	run on s ip route get 192.0.2.9
	assert_line --partial "192.0.2.9 via 10.0.0.2 dev d0 src 10.0.0.1"
	run on s ip neigh show
	assert_output "10.0.0.2 dev d0 lladdr 02:00:00:00:00:02 PERMANENT "
	run on s ip -d -s -s link show d0
	assert_output --partial "d0@d1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500"

	run on s ip neigh del 10.0.0.2 dev d0
	assert_success
	run on s ip route del 192.0.2.0/24
	assert_success
	run on s ip link del d0
	assert_success
	run on s ip link show d1
	assert_failure 1
}

@test "ip reads what can only be read" {
	stack_with_pair
	run on s ip rule
	assert_line --partial "from all lookup main"
	run on s ip ntable show name arp_cache
	assert_line --partial "thresh1 128 thresh2 512 thresh3 1024"
	uip -n s sysctl -w net.ipv6.neigh.d0.retrans_time_ms=2500
	run on s ip -6 ntable show dev d0
	assert_line --partial "dev d0"
	assert_line --partial "retrans 2500"
	run on s ip netconf show dev d0
	assert_line --partial "inet d0 forwarding off"
	run on s ip nexthop
	assert_success
	assert_output ""
}

@test "ip says what the stack refused" {
	stack_with_pair
	run on s ip addr add 10.0.0.1/24 dev d0
	assert_failure 2
	assert_output "Error: ipv4: Address already assigned."
	run on s ip link set d0 mtu 1
	assert_failure 2
	assert_output "Error: mtu less than device minimum."
	run on s ip route add 192.0.2.0/24 via 172.16.0.1
	assert_failure 2
	assert_output "Error: Nexthop has invalid gateway."
	run on s ip link add x type nosuchkind
	assert_failure 2
	assert_output "Error: Unknown device type."
}

@test "ip monitor hears of every change" {
	stack_with_pair
	start on s ip monitor link address route neigh
	monitor=$started
	# It has subscribed when it hears of something; what came before may be missed.
	try() {
		uip -n s link set lo alias "$RANDOM"
		grep -q "lo:" "$LAB/out.$monitor"
	}
	wait_until try
	uip -n s addr add 10.0.0.7/24 dev d0
	uip -n s route add 192.0.2.0/24 via 10.0.0.2
	uip -n s neigh add 10.0.0.3 lladdr 2:0:0:0:0:3 dev d0
	uip -n s link del d0
	wait_output "$monitor" "inet 10.0.0.7/24"
	wait_output "$monitor" "192.0.2.0/24 via 10.0.0.2 dev d0"
	wait_output "$monitor" "10.0.0.3 dev d0 lladdr 02:00:00:00:00:03"
	wait_output "$monitor" "Deleted .*d0"
}

@test "thousands of routes go in and come out by ip" {
	stack_with_pair
	for i in $(seq 0 2999); do
		echo "route add 20.$((i / 256)).$((i % 256)).0/24 via 10.0.0.2"
	done >"$LAB/routes"
	run on s ip -batch "$LAB/routes"
	assert_success
	run on s ip route show root 20.0.0.0/8
	assert_success
	assert_equal "${#lines[@]}" 3000
	run on s ip route flush root 20.0.0.0/8
	assert_success
	run on s ip route show root 20.0.0.0/8
	assert_output ""
}

# --- the same over IPv6 ----------------------------------------------------------------------------------

# As stack_with_pair, and 2001:db8::1/64 on d0.
stack_with_pair6() {
	stack_with_pair
	uip -n s addr add 2001:db8::1/64 dev d0 nodad
}

@test "ip configures addresses, routes and neighbours of IPv6" {
	stack_with_pair6
	run on s ip addr add 2001:db8:1::1/64 dev d0 nodad
	assert_success
	run on s ip route add 2001:db8:5::/48 via 2001:db8::2 mtu 1400
	assert_success
	run on s ip neigh add 2001:db8::2 lladdr 2:0:0:0:0:2 dev d0
	assert_success

	run on s ip -o -6 addr show d0 scope global
	assert_line --partial "inet6 2001:db8:1::1/64 scope global nodad"
	run on s ip -6 route show
	assert_line "2001:db8:5::/48 via 2001:db8::2 dev d0 metric 1024 mtu 1400 pref medium"
	run on s ip route get 2001:db8:5::9
	assert_line --partial "2001:db8:5::9 from :: via 2001:db8::2 dev d0 src 2001:db8:1::1 metric 1024"
	run on s ip -6 neigh show
	assert_line "2001:db8::2 dev d0 lladdr 02:00:00:00:00:02 PERMANENT "

	run on s ip neigh del 2001:db8::2 dev d0
	assert_success
	run on s ip -6 route del 2001:db8:5::/48
	assert_success
	run on s ip addr del 2001:db8:1::1/64 dev d0
	assert_success
	run on s ip -6 route show
	refute_output --partial "2001:db8:5::"
	refute_output --partial "2001:db8:1::"
}

@test "ip says what the stack refused over IPv6" {
	stack_with_pair6
	run on s ip addr add 2001:db8::1/64 dev d0
	assert_failure 2
	assert_output "Error: ipv6: address already assigned."
	run on s ip -6 route add 2001:db8:5::/48 via 2001:db8::1
	assert_failure 2
	assert_output "Error: Gateway can not be a local address."
	run on s ip -6 route add 2001:db8:5::/48 via fe80::9
	assert_failure 2
	assert_output "Error: Egress device not specified."
	run on s ip -6 route add 2001:db8:5::/48 dev d0 src 2001:db8::77
	assert_failure 2
	assert_output "Error: Invalid source address."
}

@test "ip monitor hears of every change of IPv6" {
	stack_with_pair6
	start on s ip -6 monitor address route neigh
	monitor=$started
	try() {
		uip -n s addr add 2001:db8:9::1/64 dev d1 nodad
		uip -n s addr del 2001:db8:9::1/64 dev d1
		grep -q "2001:db8:9::1" "$LAB/out.$monitor"
	}
	wait_until try
	uip -n s addr add 2001:db8::7/64 dev d0 nodad
	uip -n s route add 2001:db8:5::/48 via 2001:db8::2
	uip -n s neigh add 2001:db8::3 lladdr 2:0:0:0:0:3 dev d0
	uip -n s route del 2001:db8:5::/48
	uip -n s link del d0
	wait_output "$monitor" "inet6 2001:db8::7/64"
	wait_output "$monitor" "^2001:db8:5::/48 via 2001:db8::2 dev d0"
	wait_output "$monitor" "2001:db8::3 dev d0 lladdr 02:00:00:00:00:03"
	wait_output "$monitor" "Deleted 2001:db8:5::/48"
	wait_output "$monitor" "Deleted .*inet6 2001:db8::7/64"
}

@test "thousands of routes of IPv6 go in and come out by ip" {
	stack_with_pair6
	for i in $(seq 0 2999); do
		printf 'route add 2001:db8:%x::/48 via 2001:db8::2\n' $((i + 4096))
	done >"$LAB/routes"
	run on s ip -6 -batch "$LAB/routes"
	assert_success
	run on s ip -6 route show root 2001:db8::/32 via 2001:db8::2
	assert_success
	assert_equal "${#lines[@]}" 3000
	run on s ip -6 route flush root 2001:db8::/32 via 2001:db8::2
	assert_success
	run on s ip -6 route show via 2001:db8::2
	assert_output ""
}

# --- other families --------------------------------------------------------------------------------------

@test "genl finds the families and their policies" {
	uip stack add s
	run on s genl ctrl list
	assert_success
	assert_line --partial "Name: nlctrl"
	assert_line --partial "Name: usock"
	run on s genl ctrl policy name usock
	assert_success
	assert_line --regexp 'policy\[0\]:attr\[1\]: type=U64'
}

# --- strangers -------------------------------------------------------------------------------------

# Where a file system is a program, its author decides how long close(2) takes.
@test "a descriptor that cannot be closed holds up nobody" {
	unshare -m true && [ -c /dev/fuse ] && : <>/dev/fuse || skip "needs /dev/fuse"
	ustackd -n s
	touch "$LAB/stuck"
	chmod 755 "$LAB"
	start_until answered unshare -m /usr/bin/python3 "$BATS_TEST_DIRNAME/apps/stuckfile.py" \
		"$USTACK_RUNDIR/s/generic" "$LAB/stuck" 100
	wait_output "$started" "^answered 16$"
	run timeout 10 uip -n s link show lo
	assert_success
	run as_stranger timeout 10 uip -n s link show lo
	assert_failure
	kill "$started"
	wait_until as_stranger uip -n s link show lo
}

# ss asks netlink only where PROC_ROOT is not set.
@test "ss lists the stack's sockets" {
	stack_with_pair
	uip -n s link set lo up
	start on s nc -l -k 10.0.0.1 4711
	wait_until on s nc -z -w 1 10.0.0.1 4711
	run on s env -u PROC_ROOT ss -Hltn
	assert_success
	assert_output --regexp '^LISTEN .* 10\.0\.0\.1:4711 +0\.0\.0\.0:\*'
	# The client's end waits once the server, too, has closed.
	in_time_wait() {
		on s env -u PROC_ROOT ss -Htan state time-wait | grep -qF "10.0.0.1:4711"
	}
	wait_until in_time_wait
	run on s env -u PROC_ROOT ss -Htan "sport = :4711"
	assert_output --partial "LISTEN"
	run on s env -u PROC_ROOT ss -Htan "sport > :4711 and dst 192.0.2.0/24"
	assert_success
	assert_output ""
}
