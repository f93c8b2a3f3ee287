#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Neighbour and router discovery against the kernel: radvd on either side, duplicates, redirects.
#
#	 hub (kernel): a bridge
#	+---------------------------------------+
#	|  h0             h1             h2     |
#	+---|--------------|--------------|-----+
#	    | veth         | veth         | veth
#	+---|--------+ +---|--------+ +---|-------+
#	| r0 fe80::1 | | q0 fe80::2 | | n0 : eth0 |
#	| router     | | other      | | ustack s  |
#	| (kernel)   | | (kernel)   | | fe80::3   |
#	+------------+ +------------+ +-----------+
#
# Each test gives the global addresses that it needs.

load lib/lab

setup() {
	lab_up
	ns_add hub router other near
	# A router speaks from the one link-local address that it is given: redirects are believed of that one.
	ns router sysctl -qw net.ipv6.conf.default.addr_gen_mode=1
	ns other sysctl -qw net.ipv6.conf.default.addr_gen_mode=1
	ns hub ip link add br0 type bridge
	ns hub ip link set br0 up
	join router r0 h0
	join other q0 h1
	join near n0 h2
	ns router ip addr add fe80::1/64 dev r0 nodad
	ns other ip addr add fe80::2/64 dev q0 nodad
	ns near sysctl -qw net.ipv6.conf.n0.disable_ipv6=1
	ns near uip stack add s
	uip -n s link set lo up
	ns near uip -n s link add eth0 type packet dev n0
}

teardown() {
	local pid
	for pid in "$LAB"/radvd.*.pid; do
		[ -e "$pid" ] && kill "$(cat "$pid")" && wait_until [ ! -e "$pid" ]
	done
	lab_down
}

# join NS IF PORT: a namespace is plugged into the bridge
join() {
	veth_add "$1" "$2" hub "$3"
	ns hub ip link set "$3" master br0
}

# up: the stack's link comes up, with fe80::3 and without a link-local address of its own making
up() {
	uip -n s link set eth0 addrgenmode none
	uip -n s link set eth0 up
	uip -n s addr add fe80::3/64 dev eth0 nodad
}

# radvd_start NAME COMMAND-PREFIX IF: with the body of its interface on standard input
radvd_start() {
	{
		echo "interface $3 {"
		cat
		echo "};"
	} >"$LAB/radvd.$1.conf"
	start $2 radvd -n -m stderr -C "$LAB/radvd.$1.conf" -p "$LAB/radvd.$1.pid"
}

shows() {
	uip -n s "$@"
}

# has PATTERN WORDS of uip …
has() {
	local pattern=$1
	shift
	shows "$@" | grep -q -e "$pattern"
}

# python WHERE-PREFIX CODE
python() {
	$1 timeout 60 /usr/bin/python3 -u -c "$2"
}

@test "a router's advertisements configure the stack" {
	ns router sysctl -qw net.ipv6.conf.all.forwarding=1
	ns router ip addr add fd00:1::1/64 dev r0 nodad
	uip -n s sysctl -w net.ipv6.conf.eth0.accept_ra_rt_info_max_plen=64
	start_until joined python "on s" '
import socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((0, 0))
s.setsockopt(270, 1, 20)  # NETLINK_ADD_MEMBERSHIP, RTNLGRP_ND_USEROPT
print("joined")
m = s.recv(65536)
opt = m[16 + 16:]
print("useropt", struct.unpack_from("H", m, 4)[0], opt[0], socket.inet_ntop(socket.AF_INET6, opt[8:24]))'
	listener=$started
	start uip -n s monitor prefix
	monitor=$started
	radvd_start router "ns router" r0 <<-CONF
		AdvSendAdvert on;
		MinRtrAdvInterval 3;
		MaxRtrAdvInterval 4;
		AdvLinkMTU 1400;
		AdvCurHopLimit 77;
		AdvDefaultLifetime 1800;
		AdvDefaultPreference high;
		prefix fd00:1::/64 { };
		route fd00:99::/48 { AdvRoutePreference low; };
		RDNSS fd00:1::53 { };
	CONF
	uip -n s link set eth0 up
	wait_until has "inet6 fd00:1:.*/64 scope global dynamic" -6 addr show dev eth0
	run shows -6 route show default
	assert_output --regexp '^default via fe80::1 dev eth0 proto ra metric 1024 expires [0-9]+sec .*hoplimit 77 pref high'
	run shows -6 route show fd00:99::/48
	assert_output --regexp '^fd00:99::/48 via fe80::1 dev eth0 proto ra metric [0-9]+ expires [0-9]+sec .*pref low'
	run shows -6 route show fd00:1::/64
	assert_output --regexp '^fd00:1::/64 dev eth0 proto (kernel|ra) metric [0-9]+ expires [0-9]+sec'
	run shows sysctl -n net.ipv6.conf.eth0.mtu
	assert_output 1400
	wait_output "$listener" "useropt 68 25 fd00:1::53"
	wait_output "$monitor" "fd00:1::/64"
	# The address is the EUI-64 one, it is used, and the router reaches it once it is nobody else's.
	addr=$(shows -j -6 addr show dev eth0 | jq -r '.[0].addr_info[] | select(.scope == "global").local')
	wait_until ns router ping -n -q -c 1 -W 1 "$addr"
	run on s uping -n -q -c 1 -W 30 fd00:1::1
	assert_success
}

@test "temporary and stable opaque addresses" {
	ns router sysctl -qw net.ipv6.conf.all.forwarding=1
	ns router ip addr add fd00:1::1/64 dev r0 nodad
	uip -n s sysctl -w net.ipv6.conf.eth0.use_tempaddr=2
	uip -n s sysctl -w net.ipv6.conf.eth0.stable_secret=fd12::3456
	uip -n s link set eth0 addrgenmode stable_secret
	radvd_start router "ns router" r0 <<-CONF
		AdvSendAdvert on;
		MinRtrAdvInterval 3;
		MaxRtrAdvInterval 4;
		prefix fd00:1::/64 { };
	CONF
	uip -n s link set eth0 up
	wait_until has "scope global temporary dynamic" -6 addr show dev eth0
	run shows -6 addr show dev eth0
	assert_output --partial "dynamic mngtmpaddr stable-privacy"
	refute_output --partial ff:fe
	temporary=$(shows -j -6 addr show dev eth0 | jq -r '.[0].addr_info[] | select(.temporary).local')
	# Not before nobody else has it; then it is preferred to the public one.
	wait_until has "src $temporary" route get fd00:1::1
}

@test "radvd on the stack configures a kernel" {
	uip -n s sysctl -w net.ipv6.conf.all.forwarding=1
	up
	uip -n s addr add fd00:2::1/64 dev eth0 nodad
	radvd_start stack "on s" eth0 <<-CONF
		AdvSendAdvert on;
		MinRtrAdvInterval 3;
		MaxRtrAdvInterval 4;
		AdvCurHopLimit 55;
		AdvLinkMTU 1400;
		AdvReachableTime 20000;
		AdvRetransTimer 2000;
		prefix fd00:2::/64 { };
	CONF
	wait_until sh -c "ip netns exec ut-$LAB_ID-other ip -6 addr show dev q0 | grep -q 'inet6 fd00:2:.*dynamic'"
	run ns other ip -6 route show default
	assert_output --regexp "^default via fe80::3 dev q0 proto ra"
	wait_until ns other ping -n -q -c 1 -W 1 fd00:2::1
	# What it advertises it sets for the link, of the stack and not of the host.
	run shows sysctl -n net.ipv6.conf.eth0.hop_limit net.ipv6.conf.eth0.mtu \
		net.ipv6.neigh.eth0.base_reachable_time_ms net.ipv6.neigh.eth0.retrans_time_ms
	assert_output "55
1400
20000
2000"
	run ns near sysctl -n net.ipv6.conf.n0.hop_limit net.ipv6.conf.n0.mtu
	assert_output "64
1500"
	# And it answers who asks.
	run ns other rdisc6 -1 -r 10 -w 3000 q0
	assert_success
	assert_output --partial "fd00:2::/64"
}

@test "somebody has the address: duplicate address detection, both ways" {
	up
	# Who has it may answer late: it is not to be taken for granted meanwhile.
	uip -n s sysctl -w net.ipv6.neigh.eth0.retrans_time_ms=20000
	ns other sysctl -qw net.ipv6.neigh.q0.retrans_time_ms=20000
	ns router ip addr add fd00:1::77/64 dev r0 nodad
	uip -n s addr add fd00:1::77/64 dev eth0
	run shows -6 addr show to fd00:1::77
	assert_output --partial tentative
	wait_until has "fd00:1::77/64 scope global dadfailed tentative" -6 addr show dev eth0
	uip -n s addr add fd00:1::88/64 dev eth0 nodad
	ns other ip addr add fd00:1::88/64 dev q0
	wait_until sh -c "ip netns exec ut-$LAB_ID-other ip -6 addr show dev q0 | grep -q 'fd00:1::88/64 scope global dadfailed'"
	# One that nobody has is ours after a second.
	uip -n s sysctl -w net.ipv6.neigh.eth0.retrans_time_ms=1000
	uip -n s addr add fd00:1::99/64 dev eth0
	wait_until ns router ping -n -q -c 1 -W 1 -I fd00:1::77 fd00:1::99
	run shows -6 addr show to fd00:1::99
	refute_output --partial tentative
}

@test "the stack follows a redirect" {
	up
	uip -n s addr add fd00:1::3/64 dev eth0 nodad
	uip -n s route add default via fe80::1 dev eth0
	ns router sysctl -qw net.ipv6.conf.all.forwarding=1
	ns other sysctl -qw net.ipv6.conf.all.forwarding=1
	ns other ip addr add fd00:1::2/64 dev q0 nodad
	ns other ip addr add fd00:9::1/128 dev lo
	ns router ip route add fd00:9::/64 via fe80::2 dev r0
	ns router ip route add fd00:1::/64 dev r0
	run shows route get fd00:9::1
	assert_output --partial "via fe80::1"
	run on s uping -n -q -c 2 -i 0.1 -W 30 fd00:9::1
	assert_success
	wait_until has "via fe80::2" route get fd00:9::1
	run on s uping -n -q -c 1 -W 30 fd00:9::1
	assert_success
}

@test "the stack, as a router, redirects" {
	up
	uip -n s sysctl -w net.ipv6.conf.all.forwarding=1
	uip -n s addr add fd00:1::3/64 dev eth0 nodad
	uip -n s route add fd00:9::/64 via fe80::2 dev eth0
	ns other sysctl -qw net.ipv6.conf.all.forwarding=1
	ns other ip addr add fd00:1::2/64 dev q0 nodad
	ns other ip addr add fd00:9::1/128 dev lo
	ns router ip addr add fd00:1::1/64 dev r0 nodad
	ns router ip route add fd00:9::/64 via fe80::3 dev r0
	run ns router ping -n -q -c 2 -i 0.1 -W 30 fd00:9::1
	assert_success
	wait_until sh -c "ip netns exec ut-$LAB_ID-router ip -6 route get fd00:9::1 | grep -q 'via fe80::2'"
}

@test "ndisc6 and rdisc6 run on the stack, and get answers" {
	up
	run on s ndisc6 -1 -r 10 -w 3000 fe80::1 eth0
	assert_success
	assert_output --partial "Target link-layer address"
	run ns router ndisc6 -1 -r 10 -w 3000 fe80::3 r0
	assert_success
	assert_output --partial "$(uip -n s -j link show eth0 | jq -r '.[0].address' | tr a-f A-F)"
}

@test "proxy: the stack answers for another" {
	up
	uip -n s sysctl -w net.ipv6.conf.all.forwarding=1
	uip -n s sysctl -w net.ipv6.conf.eth0.proxy_ndp=1
	uip -n s neigh add proxy fd00:1::aa dev eth0
	ns router ip addr add fd00:1::1/64 dev r0 nodad
	mac=$(uip -n s -j link show eth0 | jq -r '.[0].address')
	# Nobody is there who replies, but somebody says where to send to.
	proxied() {
		! ns router ping -n -q -c 1 -W 1 fd00:1::aa && ns router ip neigh show fd00:1::aa | grep -q "lladdr $mac"
	}
	wait_until proxied
}

@test "a link-local address of our own is reached by its scope" {
	up
	run on s timeout 60 /usr/bin/python3 -c "
import socket
scope = socket.if_nametoindex('eth0')
for address in ('fe80::3', 0, 0, scope), ('::', 0):
    server = socket.socket(socket.AF_INET6)
    server.bind(address)
    server.listen()
    client = socket.create_connection(('fe80::3%eth0', server.getsockname()[1]), 50)
    peer, name = server.accept()
    assert name == client.getsockname() and name[3] == scope, name
    client.sendall(b'x')
    assert peer.recv(1) == b'x'
print('reached')"
	assert_success
	assert_output reached
}

@test "an interface that shows only the groups it was asked for: neighbours find the stack" {
	ns near ip link add m0 link n0 type macvlan mode vepa || skip "no macvlan"
	ns near ip link set m0 up
	ns near sysctl -qw net.ipv6.conf.m0.disable_ipv6=1
	ns near uip -n s link add eth1 type packet dev m0
	uip -n s addr add fd00:1::3/64 dev eth1 nodad
	uip -n s link set eth1 up
	ns other ip addr add fd00:1::2/64 dev q0 nodad
	run ns other ping -c 1 -W 5 fd00:1::3
	assert_success
}
