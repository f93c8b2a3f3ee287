#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# One program, every kind of socket call: what it sees on the stack is what it sees on the kernel.
#
#	 kernel                    near (ustack s)
#	+---------------+        +----------------+
#	| lo            |        | lo             |
#	+---------------+        +----------------+

load lib/lab

setup() {
	lab_up
	ns_add kernel near
	ns near uip stack add s
	uip -n s link set lo up
}

teardown() {
	lab_down
}

# same GROUP: the cases of sockets.py print the same on both
same() {
	local program=("$BATS_TEST_DIRNAME/apps/sockets.py" "$1" "$FAMILY")
	ns kernel timeout 60 /usr/bin/python3 "${program[@]}" >"$LAB/kernel" 2>&1
	on s timeout 120 /usr/bin/python3 "${program[@]}" >"$LAB/stack" 2>&1 || true
	[ "$(wc -l <"$LAB/kernel")" -ge 2 ]
	diff -U0 "$LAB/kernel" "$LAB/stack"
}

@test "streams" {
	same stream
}

@test "closing that lingers" {
	same linger
}

@test "connecting, accepting, and their refusals" {
	same connect
}

@test "resets, ends and other errors" {
	same error
}

@test "datagrams" {
	same datagram
}

@test "fork, exec, dup, descriptors passed on" {
	same process
}

@test "names and numbers" {
	same name
}

@test "what the family has of its own: options, control data, errors, mapped addresses" {
	same "family$FAMILY"
}
