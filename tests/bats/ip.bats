#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# IP, ICMP and neighbours against the kernel.
#
#	 left (kernel)             middle (ustack s)            right (kernel)
#	+-------------+   veth   +--------------------+  veth  +-------------+
#	| l0 addr 1 1 |----------| eth0 addr 1 2      |        |             |
#	|             |          |      addr 2 2 eth1 |--------| r0 addr 2 1 |
#	+-------------+          +--------------------+        +-------------+

load lib/lab

LEFT=$(addr 1 1)
STACK=$(addr 1 2)
RIGHT=$(addr 2 1)
NOBODY=$(addr 1 77)
case $FAMILY in
4) AF=AF_INET ;;
6) AF=AF_INET6 ;;
esac

setup() {
	lab_up
	ns_add left middle right
	veth_add left l0 middle m0
	veth_add right r0 middle m1
	address_add left l0 1 1
	address_add right r0 2 1
	stack_add s middle m0 "$STACK/$PLEN"
}

teardown() {
	lab_down
}

forwarding() {
	case $FAMILY in
	4) uip -n s sysctl -w net.ipv4.ip_forward=1 ;;
	6) uip -n s sysctl -w net.ipv6.conf.all.forwarding=1 ;;
	esac
}

# hop N ADDRESS: as a line of traceroute, for assert_line
hop() {
	echo "^ *$1 +${2//./\\.} "
}

second_link() {
	stack_link s middle m1 eth1 "$(addr 2 2)/$PLEN"
}

@test "the kernel pings the stack at every size up to 65507" {
	for size in 0 1 8 56 1452 1453 1472 1473 2000 8972 32000 65507; do
		run ns left ping -n -q -c 2 -l 2 -i 30 -W 30 -s "$size" "$STACK"
		assert_success
		assert_output --partial " 0% packet loss"
	done
}

@test "the stack pings the kernel at every size up to 65507" {
	for size in 0 1 8 56 1452 1453 1472 1473 2000 8972 32000 65507; do
		run on s uping -n -q -c 2 -i 0.01 -W 30 -s "$size" "$LEFT"
		assert_success
		assert_output --partial " 0% packet loss"
	done
}

@test "unmodified ping runs on the stack" {
	run on s ping -n -q -c 3 -l 3 -i 30 -W 30 "$LEFT"
	assert_success
	assert_output --partial " 0% packet loss"
}

@test "the stack forwards, and traceroute sees it" {
	second_link
	ns left ip route add "$RIGHT/$HOSTLEN" via "$STACK"
	ns right ip route add "$LEFT/$HOSTLEN" via "$(addr 2 2)"
	run ns left ping -n -q -c 2 -i 0.01 -W 1 "$RIGHT"
	assert_failure
	forwarding
	run ns left ping -n -q -c 2 -i 0.01 -W 30 "$RIGHT"
	assert_success
	run ns left traceroute -n -q 1 -w 30 "$RIGHT"
	assert_success
	assert_line --regexp "$(hop 1 "$STACK")"
	assert_line --regexp "$(hop 2 "$RIGHT")"
}

@test "the stack answers a closed UDP port with port unreachable" {
	run ns left traceroute -n -q 1 -w 30 -f 1 -m 2 "$STACK"
	assert_success
	assert_line --regexp "$(hop 1 "$STACK")"
}

@test "nobody answers for an address: EHOSTUNREACH within the NUD time" {
	run on s timeout 60 /usr/bin/python3 -c "
import socket, errno, time
s = socket.socket(socket.$AF)
start = time.monotonic()
try:
    s.connect(('$NOBODY', 80))
except OSError as e:
    print(errno.errorcode[e.errno], 2 <= time.monotonic() - start <= 50)
"
	assert_output "EHOSTUNREACH True"
	run uip -n s neigh show to "$NOBODY"
	assert_output --partial FAILED
}

@test "a network without route is unreachable at once" {
	run on s /usr/bin/python3 -c "
import socket, errno
try:
    socket.socket(socket.$AF).connect(('$(addr 99 1)', 80))
except OSError as e:
    print(errno.errorcode[e.errno])
"
	assert_output ENETUNREACH
}

@test "a neighbour is learnt, confirmed, and goes stale" {
	ns left ping -n -q -c 1 -W 30 "$STACK"
	run uip -n s neigh show to "$LEFT" dev eth0
	assert_output --regexp "^${LEFT//./\\.} lladdr [0-9a-f:]{17} (REACHABLE|STALE|DELAY)"
	uip -n s neigh change "$LEFT" dev eth0 nud stale
	run uip -n s neigh show nud stale
	assert_output --partial "$LEFT"
	on s uping -q -c 1 "$LEFT"
	run uip -n s neigh show to "$LEFT" dev eth0
	assert_output --regexp '(DELAY|PROBE|REACHABLE)'
}

@test "a neighbour that is silent goes stale, is asked again when needed, and is forgotten" {
	for family in ipv4 ipv6; do
		uip -n s sysctl -w "net.$family.neigh.eth0.base_reachable_time_ms=400"
		uip -n s sysctl -w "net.$family.neigh.eth0.delay_first_probe_time=0"
		uip -n s sysctl -w "net.$family.neigh.default.gc_interval=1"
		uip -n s sysctl -w "net.$family.neigh.default.gc_thresh1=0"
	done
	start uip -n s monitor neigh
	# It has begun to listen when it has heard of an entry that is made and removed for it.
	heard_nobody() {
		uip -n s neigh replace "$NOBODY" lladdr 02:00:00:00:00:77 dev eth0 nud permanent
		uip -n s neigh del "$NOBODY" dev eth0
		grep -q "$NOBODY" "$LAB/out.$started"
	}
	wait_until heard_nobody
	on s uping -q -c 1 "$LEFT"
	wait_output "$started" "^$LEFT dev eth0 lladdr .* STALE"
	on s uping -q -c 1 "$LEFT"
	wait_output "$started" "^$LEFT dev eth0 lladdr .* PROBE"
	for family in ipv4 ipv6; do
		uip -n s sysctl -w "net.$family.neigh.eth0.gc_stale_time=1"
	done
	wait_output "$started" "^Deleted $LEFT dev eth0 lladdr .* STALE"
	run grep -o "$LEFT dev eth0 .*" "$LAB/out.$started"
	assert_output --regexp "REACHABLE.*STALE.*PROBE.*REACHABLE.*STALE.*STALE"
}

@test "uip shows what happened: counters and drop reasons" {
	ns left ping -n -q -c 3 -l 3 -i 30 -W 30 "$STACK"
	run uip -n s -s link show eth0
	assert_success
	assert_output --partial RX:
	rx=$(uip -n s -j -s link show eth0 | jq '.[0].stats64.rx.packets')
	[ "$rx" -ge 3 ]
}
