#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# IP, ICMP and ARP against the kernel.
#
#	 left (kernel)             middle (ustack s)            right (kernel)
#	+-------------+   veth   +--------------------+  veth  +-------------+
#	| l0 10.1.0.1 |----------| eth0 10.1.0.2      |        |             |
#	|             |          |      10.2.0.2 eth1 |--------| r0 10.2.0.1 |
#	+-------------+          +--------------------+        +-------------+

load lib/lab

setup() {
	lab_up
	ns_add left middle right
	veth_add left l0 middle m0
	veth_add right r0 middle m1
	ns left ip addr add 10.1.0.1/24 dev l0
	ns right ip addr add 10.2.0.1/24 dev r0
	stack_add s middle m0 10.1.0.2/24
}

teardown() {
	lab_down
}

second_link() {
	ns middle uip -n s link add eth1 type packet dev m1
	uip -n s addr add 10.2.0.2/24 dev eth1
	uip -n s link set eth1 up
}

@test "the kernel pings the stack at every size up to 65507" {
	for size in 0 1 8 56 1472 1473 2000 8972 32000 65507; do
		run ns left ping -n -q -c 2 -i 0.01 -W 5 -s "$size" 10.1.0.2
		assert_success
		assert_output --partial " 0% packet loss"
	done
}

@test "the stack pings the kernel at every size up to 65507" {
	for size in 0 1 8 56 1472 1473 2000 8972 32000 65507; do
		run on s uping -n -q -c 2 -i 0.01 -W 5 -s "$size" 10.1.0.1
		assert_success
		assert_output --partial " 0% packet loss"
	done
}

@test "unmodified ping runs on the stack" {
	run on s ping -n -q -c 3 -i 0.01 -W 5 10.1.0.1
	assert_success
	assert_output --partial " 0% packet loss"
}

@test "the stack forwards, and traceroute sees it" {
	second_link
	ns left ip route add 10.2.0.0/24 via 10.1.0.2
	ns right ip route add 10.1.0.0/24 via 10.2.0.2
	run ns left ping -n -q -c 2 -i 0.01 -W 1 10.2.0.1
	assert_failure
	uip -n s sysctl -w net.ipv4.ip_forward=1
	run ns left ping -n -q -c 2 -i 0.01 -W 5 10.2.0.1
	assert_success
	run ns left traceroute -n -q 1 -w 2 10.2.0.1
	assert_success
	assert_line --regexp '^ *1 +10\.1\.0\.2 '
	assert_line --regexp '^ *2 +10\.2\.0\.1 '
}

@test "the stack answers a closed UDP port with port unreachable" {
	run ns left traceroute -n -q 1 -w 2 -f 1 -m 2 10.1.0.2
	assert_success
	assert_line --regexp '^ *1 +10\.1\.0\.2 '
}

@test "nobody answers ARP: EHOSTUNREACH within the NUD time" {
	run on s timeout 10 /usr/bin/python3 -c '
import socket, errno, time
s = socket.socket()
start = time.monotonic()
try:
    s.connect(("10.1.0.77", 80))
except OSError as e:
    print(errno.errorcode[e.errno], 2 <= time.monotonic() - start <= 6)
'
	assert_output "EHOSTUNREACH True"
	run uip -n s neigh show to 10.1.0.77
	assert_output --partial FAILED
}

@test "a network without route is unreachable at once" {
	run on s /usr/bin/python3 -c '
import socket, errno
try:
    socket.socket().connect(("192.0.2.1", 80))
except OSError as e:
    print(errno.errorcode[e.errno])
'
	assert_output ENETUNREACH
}

@test "a neighbour is learnt, confirmed, and goes stale" {
	ns left ping -n -q -c 1 -W 5 10.1.0.2
	run uip -n s neigh show dev eth0
	assert_output --regexp '^10\.1\.0\.1 lladdr [0-9a-f:]{17} (REACHABLE|STALE|DELAY)'
	uip -n s neigh change 10.1.0.1 dev eth0 nud stale
	run uip -n s neigh show nud stale
	assert_output --partial 10.1.0.1
	on s uping -q -c 1 10.1.0.1
	run uip -n s neigh show dev eth0
	assert_output --regexp '(DELAY|PROBE|REACHABLE)'
}

@test "another station claims our address: it is seen and defended" {
	start_until "listening on l0" ns left tcpdump -n -l -i l0 arp
	dump=$started
	ns left arping -q -U -c 1 -w 3 -I l0 -s 10.1.0.2 10.1.0.2 || ns left ip addr add 10.1.0.2/32 dev l0 &&
		ns left arping -q -U -c 1 -w 3 -I l0 -s 10.1.0.2 10.1.0.2
	mac=$(uip -n s -j link show eth0 | jq -r '.[0].address')
	wait_output "$dump" "10.1.0.2 is-at $mac\|who-has 10.1.0.2.* tell 10.1.0.2"
}

@test "uip shows what happened: counters and drop reasons" {
	ns left ping -n -q -c 3 -i 0.01 10.1.0.2
	run uip -n s -s link show eth0
	assert_success
	assert_output --partial RX:
	rx=$(uip -n s -j -s link show eth0 | jq '.[0].stats64.rx.packets')
	[ "$rx" -ge 3 ]
}
