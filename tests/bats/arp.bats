#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# ARP against the kernel.
#
#	 left (kernel)             middle (ustack s)
#	+-------------+   veth   +--------------------+
#	| l0 10.1.0.1 |----------| eth0 10.1.0.2      |
#	+-------------+          +--------------------+

load lib/lab

setup() {
	lab_up
	ns_add left middle
	veth_add left l0 middle m0
	address_add left l0 1 1
	stack_add s middle m0 10.1.0.2/24
}

teardown() {
	lab_down
}

@test "another station claims our address: it is seen and defended" {
	mac=$(uip -n s -j link show eth0 | jq -r '.[0].address')
	start_until "listening on l0" ns left tcpdump -n -l -i l0 arp and ether src "$mac"
	# The kernel does not announce what it does not have: these bytes are written by hand.
	ns left /usr/bin/python3 -c '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("l0", 0))
mac, ours = s.getsockname()[4], socket.inet_aton("10.1.0.2")
s.send(b"\xff" * 6 + mac + b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01" + mac + ours + bytes(6) + ours)'
	# Only what the stack says is heard: RFC 5227 2.4 (b), an announcement of its own.
	wait_output "$started" "who-has 10.1.0.2.* tell 10.1.0.2"
}
