#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Frames over the drivers that are not packet sockets: a TAP device, and a stream between two stacks.
#
#	 near (kernel)                       near
#	+--------------------------+        +----------------+         +----------------+
#	| tap0 addr 1 1 :          |        | eth0 addr 1 2  |  Unix   | eth0 addr 1 3  |
#	|  eth0 addr 1 2, ustack s |        | ustack s       |---------| ustack t       |
#	+--------------------------+        +----------------+ socket  +----------------+

load lib/lab

KERNEL=$(addr 1 1)
STACK=$(addr 1 2)
OTHER=$(addr 1 3)
BYTES=20000000

setup() {
	lab_up
	ns_add near
}

teardown() {
	lab_down
}

# configure NAME ADDRESS: eth0 of a stack
configure() {
	uip -n "$1" link set lo up
	uip -n "$1" addr add "$2/$PLEN" dev eth0 $NODAD
	uip -n "$1" link set eth0 up
}

# tap_each_way [WORDS of uip link add …]
tap_each_way() {
	ns near uip stack add s
	ns near uip -n s link add eth0 type tap name tap0 "$@"
	ns near ip link set tap0 up
	address_add near tap0 1 1
	configure s "$STACK"
	transfer "on s" "ns near" "$KERNEL" $BYTES
	transfer "ns near" "on s" "$STACK" $BYTES
}

@test "a TAP device carries connections, with offloads" {
	tap_each_way
	run uip -n s -d link show eth0
	assert_output --partial tap0
}

@test "a TAP device carries connections, without offloads" {
	tap_each_way offload off
}

@test "a stream carries connections between two stacks, and its end takes the carrier" {
	uip stack add s
	uip stack add t
	start uip -n s link add eth0 type stream path "$LAB/wire" listen
	wait_until test -S "$LAB/wire"
	uip -n t link add eth0 type stream path "$LAB/wire"
	wait "$started"
	configure s "$STACK"
	configure t "$OTHER"
	transfer "on s" "on t" "$OTHER" $BYTES
	transfer "on t" "on s" "$STACK" $BYTES
	uip stack del t
	no_carrier() {
		uip -n s link show eth0 | grep -q NO-CARRIER
	}
	wait_until no_carrier
}
