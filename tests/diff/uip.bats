#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# What uip has beside ip(8)'s: kinds that stand on the host, instances, parameters, and what it says when
# the caller may not, or has mistyped.

load ../bats/lib/lab

setup() {
	lab_up
	ns_add host
	ns host ip link add h0 type veth peer name h1
	ns host uip stack add s
}

teardown() {
	lab_down
}

as_nobody() {
	ns host setpriv --reuid 65534 --clear-groups --inh-caps=-all "$@"
}

@test "packet: takes over the address and the MTU of the host's interface" {
	ns host ip link set h0 mtu 1400
	mac=$(ns host cat /sys/class/net/h0/address)
	ns host uip -n s link add eth0 type packet dev h0
	run uip -n s -d link show eth0
	assert_output --partial "mtu 1400 "
	assert_output --partial "link/ether $mac "
	assert_output --partial "packet hostif h0 vnet_hdr on offloads csum,tso4,tso6 "
	run ns host ip -d link show h0
	assert_output --partial "promiscuity 0 "
}

@test "packet: an address of its own makes the host's interface promiscuous, as long as it lives" {
	ns host uip -n s link add eth0 address 02:00:00:00:00:77 type packet dev h0 offload off
	run uip -n s -d link show eth0
	assert_output --partial "link/ether 02:00:00:00:00:77 "
	assert_output --partial "packet hostif h0 vnet_hdr off "
	run ns host ip -d link show h0
	assert_output --partial "promiscuity 1 "
	uip -n s link del eth0
	run ns host ip -d link show h0
	assert_output --partial "promiscuity 0 "
}

# host_takes WORD N: how many want all frames ("promiscuity"), or all groups ("allmulti"), of the host's interface
host_takes() {
	run ns host ip -d link show h0
	assert_output --partial "$1 $2 "
}

# host_groups: the link-layer groups that the host's interface takes in
host_groups() {
	ns host ip -0 maddr show dev h0
}

@test "packet: the host's interface takes in what the device listens to, while it is up" {
	ns host sysctl -qw net.ipv6.conf.h0.disable_ipv6=1
	ns host uip -n s link add eth0 type packet dev h0
	mac=$(ns host cat /sys/class/net/h0/address)
	uip -n s link set eth0 promisc on allmulticast on
	host_takes promiscuity 0
	uip -n s addr add 2001:db8::12:3456/64 dev eth0 nodad
	uip -n s link set eth0 up
	host_takes promiscuity 1
	host_takes allmulti 1
	run host_groups
	assert_output --partial 33:33:ff:12:34:56
	uip -n s link set eth0 promisc off allmulticast off
	host_takes promiscuity 0
	host_takes allmulti 0
	uip -n s addr del 2001:db8::12:3456/64 dev eth0
	run host_groups
	refute_output --partial 33:33:ff:12:34:56
	# An address that the interface does not know, and its own again.
	uip -n s link set eth0 address 02:00:00:00:00:77
	host_takes promiscuity 1
	uip -n s link set eth0 address "$mac"
	host_takes promiscuity 0
	# More groups than an interface is asked for one by one.
	for i in $(seq 10 50); do
		echo "addr add 2001:db8::$i/64 dev eth0 nodad"
	done | uip -n s -batch -
	host_takes allmulti 1
	uip -n s -6 addr flush dev eth0 scope global
	host_takes allmulti 0
	run host_groups
	refute_output --partial 33:33:ff:00:00:10
	uip -n s link set eth0 promisc on down
	host_takes promiscuity 0
	run host_groups
	refute_output --partial 33:33:ff:
}

@test "packet: warns of an address of the host, and names what is wrong" {
	ns host ip addr add 10.0.0.1/24 dev h0
	run ns host uip -n s link add eth0 type packet dev h0
	assert_success
	assert_output --partial 'the host has an IP address on "h0"'
	run ns host uip -n s link add eth1 type packet dev nope
	assert_equal "$status" 1
	assert_output 'The host has no interface "nope" in this network namespace.'
	run ns host uip -n s link add eth1 type packet
	assert_equal "$status" 1
	assert_output 'Not enough information: "dev" argument is required.'
	run ns host uip -n s link add eth1 type packet dev h1 nonsense
	assert_equal "$status" 1
	assert_output --partial 'Garbage instead of arguments "nonsense ..."'
	run as_nobody uip -n s link add eth1 type packet dev h1
	assert_equal "$status" 1
	assert_output --partial "needs CAP_NET_RAW"
}

@test "tap: is made on the host, and goes with the device" {
	ns host uip -n s link add eth0 type tap name t0
	run ns host ip -br link show t0
	assert_success
	run uip -n s -j -d link show eth0
	assert_output --partial '"info_kind":"tap","info_data":{"hostif":"t0","vnet_hdr":true'
	uip -n s link del eth0
	run ns host ip link show t0
	assert_failure
	run as_nobody uip -n s link add eth0 type tap name t1
	assert_equal "$status" 1
	assert_output --partial "No right to open the TAP device"
}

# refused WHY WORDS …: uip says that, and nothing is done
refused() {
	local why=$1
	shift
	run uip -n s "$@"
	assert_equal "$status" 1
	assert_output --partial "is nothing that the stack can do: $why"
}

@test "words that ip has for what the stack cannot do are told why" {
	refused "its devices are in no network namespace" link set lo netns other
	refused "its devices are in no network namespace" link add d0 netns other type dummy
	refused "its devices have no virtual functions" link set lo vf 0 mac 02:00:00:00:00:01
	refused "it runs no BPF programs" link set lo xdp off
	refused "the operational state follows the carrier" link set lo mode dormant
	refused 'use "carrier off"' link set lo protodown on
	refused "its routes do not encapsulate" route add 10.9.0.0/16 encap mpls 5 dev lo
	refused "its routes do not encapsulate" -6 route add 2001:db8::/64 encap seg6 mode encap dev lo
	run uip -n s link show d0
	assert_failure
}

listening() {
	[ -S "$LAB/sock" ]
}

@test "stream: two instances, one socket" {
	ns host uip stack add t
	start uip -n s link add eth0 type stream path "$LAB/sock" listen
	wait_until listening
	uip -n t link add eth0 type stream path "$LAB/sock"
	wait "$started"
	for name in s t; do
		uip -n "$name" link set eth0 up
	done
	uip -n s addr add 10.7.0.1/24 dev eth0
	uip -n t addr add 10.7.0.2/24 dev eth0
	run on s uping -n -q -c 2 -i 0.01 -W 30 10.7.0.2
	assert_success
	run uip -n s link add eth1 type stream path "$LAB/nothing"
	assert_equal "$status" 1
	assert_output --partial "Cannot connect to"
}

@test "stack: add, list, del, each of them wrong too" {
	run uip stack list
	assert_output s
	run uip -j stack
	assert_output "[{\"name\":\"s\",\"pid\":$(daemon_pid s)}]"
	run uip stack add s
	assert_equal "$status" 1
	run uip stack add a/b
	assert_equal "$status" 255
	assert_output 'Invalid instance name "a/b"'
	run uip stack exec s
	assert_equal "$status" 1
	run uip stack exec nope true
	assert_equal "$status" 255
	run uip stack exec s false
	assert_equal "$status" 1
	run uip -n nope link
	assert_equal "$status" 1
	assert_output --partial "No instance serves in $USTACK_RUNDIR/nope"
	uip stack del s
	run uip stack list
	assert_output ""
	run uip stack del s
	assert_equal "$status" 1
}

@test "sysctl: get, set, all, wrong" {
	run uip -n s sysctl net.ipv4.ip_forward
	assert_output "net.ipv4.ip_forward = 0"
	run uip -n s sysctl -w net/ipv4/ip_forward=1
	assert_output "net.ipv4.ip_forward = 1"
	run uip -n s sysctl -n net.ipv4.ip_forward
	assert_output 1
	run uip -n s sysctl -a
	assert_line "net.ipv4.ip_forward = 1"
	run uip -n s sysctl net.ipv4.nonsense
	assert_equal "$status" 2
	assert_output 'Error: No parameter is named "net.ipv4.nonsense".'
	run uip -n s sysctl net.ipv4.ip_forward=many
	assert_equal "$status" 2
	run uip -n s sysctl
	assert_equal "$status" 255
}

@test "sysctl: the options of sysctl(8), and a file" {
	run uip -n s sysctl -qw net.ipv4.ip_forward=1
	assert_success
	assert_output ""
	run uip -n s sysctl -N net.ipv4.ip_forward
	assert_output net.ipv4.ip_forward
	run uip -n s sysctl -aN
	assert_line net.ipv4.ip_forward
	run uip -n s sysctl -n net.ipv4.nonsense net.ipv4.ip_forward
	assert_equal "$status" 2
	assert_line 1
	run uip -n s sysctl -en net.ipv4.nonsense net.ipv4.ip_forward
	assert_success
	assert_output 1
	run uip -n s sysctl -x net.ipv4.ip_forward
	assert_equal "$status" 255
	printf '%s\n' '# of a router' '; and more' '' ' net.ipv4.ip_forward = 0 ' \
		'net/ipv4/ip_default_ttl=33' '-net.ipv4.nonsense = 1' >"$LAB/conf"
	run uip -n s sysctl -p "$LAB/conf"
	assert_success
	assert_line "net.ipv4.ip_forward = 0"
	assert_line "net.ipv4.ip_default_ttl = 33"
	echo 'net.ipv4.ip_default_ttl 44' >>"$LAB/conf"
	run uip -n s sysctl -q -p "$LAB/conf"
	assert_equal "$status" 1
	assert_line "$LAB/conf:7: \"net.ipv4.ip_default_ttl 44\" must be NAME = VALUE"
	run uip -n s sysctl -p "$LAB/nothing"
	assert_equal "$status" 1
	assert_output "Cannot open \"$LAB/nothing\": No such file or directory"
}

# link_shown PID: has a monitor shown a change yet?
link_shown() {
	uip -n s link set d0 alias "$RANDOM"
	[ -s "$LAB/out.$1" ]
}

@test "monitor shows devices whole to who asks for one family, and their end to who asks for brevity" {
	uip -n s link add d0 type dummy
	start uip -n s -4 monitor link
	family=$started
	start uip -n s -br monitor link
	brief=$started
	wait_until link_shown "$family"
	wait_until link_shown "$brief"
	uip -n s link del d0
	wait_until grep -q 'Deleted d0 ' "$LAB/out.$brief"
	wait_until grep -q 'Deleted .*d0: ' "$LAB/out.$family"
	grep -q ' link/ether ' "$LAB/out.$family"
}

has_address() {
	uip -n s addr show lo | grep -q 10.9.0.1
}

@test "a batch from a pipe is done as it comes" {
	mkfifo "$LAB/pipe"
	start uip -n s -batch "$LAB/pipe"
	exec 9>"$LAB/pipe"
	echo "addr add 10.9.0.1/24 dev lo" >&9
	wait_until has_address
	exec 9>&-
	wait "$started"
}

@test "no netlink socket of the host is ever opened" {
	# The leak checker traces the process itself, and there can be only one tracer.
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 \
		run ns host strace -f -e trace=socket -o "$LAB/trace" uip -n s -s -d link
	assert_success
	run grep -c AF_NETLINK "$LAB/trace"
	assert_output 0
}
