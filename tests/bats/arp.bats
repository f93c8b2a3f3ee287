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
	start_until "listening on l0" ns left tcpdump -n -l -i l0 arp
	dump=$started
	ns left arping -q -U -c 1 -w 3 -I l0 -s 10.1.0.2 10.1.0.2 || ns left ip addr add 10.1.0.2/32 dev l0 &&
		ns left arping -q -U -c 1 -w 3 -I l0 -s 10.1.0.2 10.1.0.2
	mac=$(uip -n s -j link show eth0 | jq -r '.[0].address')
	wait_output "$dump" "10.1.0.2 is-at $mac\|who-has 10.1.0.2.* tell 10.1.0.2"
}
