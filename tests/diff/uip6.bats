#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# IPv6's configuration beside ip(8)'s: what a router's advertisement brings, and unmodified ip on the stack.
#
#	 router (kernel)            host (ustack s)
#	+-----------------+  veth  +-----------------+
#	| r0 fe80::1      |--------| eth0            |
#	+-----------------+        +-----------------+

load ../bats/lib/lab

setup() {
	lab_up
	ns_add router host
	veth_add router r0 host h0
	ns router ip addr add fe80::1/64 dev r0 nodad
	ns host uip stack add s
	uip -n s link set lo up
	ns host uip -n s link add eth0 address 02:00:00:00:00:01 type packet dev h0
	uip -n s link set eth0 up
}

teardown() {
	lab_down
}

# advertise: a router advertisement with a prefix, from fe80::1 to all nodes
advertise() {
	ns router python3 - <<-'END'
	import socket, struct
	s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
	s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
	s.bind(("fe80::1", 0, 0, socket.if_nametoindex("r0")))
	advertisement = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0)
	prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xc0, 86400, 14400, 0) + socket.inet_pton(socket.AF_INET6, "2001:db8:7::")
	s.sendto(advertisement + prefix, ("ff02::1", 0, 0, socket.if_nametoindex("r0")))
	END
}

# advertised PID: has the monitor heard of an advertisement? It is repeated until then.
advertised() {
	advertise
	grep -q autoconf "$LAB/out.$1"
}

is_global() {
	uip -n s -6 addr show dev eth0 scope global -tentative | grep -q inet6
}

@test "a router's prefix is shown by monitor, makes an address and routes" {
	start uip -n s monitor prefix label
	wait_until advertised "$started"
	run cat "$LAB/out.$started"
	assert_line --index 0 "[PREFIX]prefix 2001:db8:7::/64dev eth0 onlink autoconf valid 86400 preferred 14400 "
	wait_until is_global
	run uip -n s -6 addr show dev eth0 dynamic
	assert_line --partial "inet6 2001:db8:7::ff:fe00:1/64 scope global dynamic mngtmpaddr "
	run uip -n s -6 route show 2001:db8:7::/64
	assert_output --regexp "^2001:db8:7::/64 dev eth0 proto kernel metric 256 expires 86[34][0-9]{2}sec pref medium"
	run uip -n s -6 route show default
	assert_output --regexp "^default via fe80::1 dev eth0 proto ra metric 1024 expires 1[78][0-9]{2}sec hoplimit 64 pref medium"
}

@test "an address is of the token that was set" {
	uip -n s token set ::53 dev eth0
	start uip -n s monitor prefix
	wait_until advertised "$started"
	wait_until is_global
	run uip -n s -6 addr show dev eth0 scope global
	assert_line --partial "inet6 2001:db8:7::53/64 scope global dynamic mngtmpaddr "
	run uip -n s token
	assert_output "token ::53 dev eth0"
}

@test "unmodified ip shows and changes IPv6 on the stack" {
	run on s ip -6 addr add 2001:db8::1/64 dev eth0 nodad
	assert_success
	run on s ip -6 addr show dev eth0 scope global
	assert_output --partial "inet6 2001:db8::1/64 scope global nodad "
	run on s ip -6 route add 2001:db8:2::/48 via 2001:db8::2
	assert_success
	run on s ip -6 route show 2001:db8:2::/48
	assert_output --regexp "^2001:db8:2::/48 via 2001:db8::2 dev eth0 metric 1024 pref medium"
	run on s ip route get 2001:db8:2::5
	assert_output --regexp "^2001:db8:2::5 from :: via 2001:db8::2 dev eth0 src 2001:db8::1 metric 1024 pref medium"
	run on s ip token set ::7 dev eth0
	assert_success
	run on s ip token
	assert_output "token ::7 dev eth0"
	run on s ip addrlabel add prefix 2001:db8::/32 label 77
	assert_success
	run on s ip addrlabel
	assert_line --partial "prefix 2001:db8::/32 label 77"
	run on s ip -d link show eth0
	assert_output --partial " addrgenmode eui64 "
	run on s ip -6 netconf show dev eth0
	assert_output --partial "inet6 eth0 forwarding off mc_forwarding off proxy_neigh off ignore_routes_with_linkdown off"
	run on s ip -6 neigh add 2001:db8::9 lladdr 2:2:2:2:2:2 dev eth0 router
	assert_success
	run on s ip -6 neigh show to 2001:db8::9
	assert_output --partial "2001:db8::9 dev eth0 lladdr 02:02:02:02:02:02 router PERMANENT"
}
