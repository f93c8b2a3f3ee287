#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# As ip.bats, for IPv6: the same commands, right and wrong, to the kernel by ip(8) and to the stack by uip; exit
# status, message and output must be equal.

load lib

# No address is still being looked for on the link, by either; and the kernel uses them all: it adds the route to one,
# and joins its group, after the command has ended, also where it does not look for others who have it.
all_settled() {
	[ -z "$(ns kernel ip -6 -o addr show tentative)" ] && [ -z "$(uip -n s -6 -o addr show tentative)" ] &&
		[ "$(ns kernel ip -6 -o addr | wc -l)" -eq "$(uip -n s -6 -o addr | wc -l)" ] &&
		[ "$(ns kernel ip -6 route show table local | wc -l)" -eq "$(uip -n s -6 route show table local | wc -l)" ]
}

setup() {
	diff_up
	wait_until all_settled
}

@test "addresses: add, change, replace, delete, right and wrong" {
	table <<-'END'
	-6 addr
	addr add 2001:db8::1 dev v0
	addr add 2001:db8::1/64 dev v0	# is there
	addr add 2001:db8::1/48 dev v0
	-6 addr add 2001:db8::2/129 dev v0
	-6 addr add 2001:db8::2/64
	-6 addr add 2001:db8::2/64 dev
	-6 addr add 2001:db8::2/64 dev nope
	-6 addr add 10.0.0.1/8 dev v0
	-6 addr add foo dev v0
	-4 addr add 2001:db8::2/64 dev v0
	addr add fe80::5/64 dev v0 nodad
	addr add ff02::5/64 dev v0
	addr add ::1/128 dev v0
	addr add ::/64 dev v0
	addr add 2001:db8:1::1 peer 2001:db8:1::2 dev v0 nodad
	addr add 2001:db8:1::1 peer 2001:db8:1::2/64 dev v0
	addr add 2001:db8:1::1 peer 10.0.0.1 dev v0
	addr add 2001:db8:2::1/64 dev v0 nodad home noprefixroute
	addr add 2001:db8:2::2/64 dev v0 nodad mngtmpaddr
	addr add 2001:db8:2::5/64 dev v0 valid_lft 0
	addr add 2001:db8:2::5/64 dev v0 valid_lft 5 preferred_lft 10
	addr add 2001:db8:2::5/64 dev v0 valid_lft x
	addr add 2001:db8:2::5/64 dev v0 nodad valid_lft forever preferred_lft 0
	addr add 2001:db8:2::6/64 dev v0 nodad label foo
	addr add 2001:db8:2::7/64 dev v0 brd +
	addr add 2001:db8:2::7/64 dev v0 nodad broadcast 2001::
	addr add 2001:db8:2::8/64 dev v0 nodad anycast 2001::5
	addr add 2001:db8:2::9/64 dev v0 nodad scope host
	addr add 2001:db8:2::a/64 dev v0 nodad metric 5
	addr add 2001:db8:2::a/64 dev v0 metric x
	addr add 2001:db8:2::b/64 dev v0 nodad secondary
	addr add 2001:db8:2::c/64 dev v0 nodad stable-privacy temporary
	addr add 2001:db8:2::d/64 dev v0 dynamic
	addr add 2001:db8:2::e/64 dev v0 -nodad
	addr add 2001:db8:2::f/64 dev v0 autojoin
	addr add 10.0.0.1/24 dev v0 nodad
	addr add 10.0.1.1/24 dev v0 optimistic
	addr add 2001:db8:3::d/64 dev lo
	addr change 2001:db8:3::e/64 dev v0 nodad
	addr replace 2001:db8:2::a/64 dev v0 nodad metric 9
	addr change 2001:db8:2::1/64 dev v0 nodad
	END
	wait_until all_settled
	table <<-'END'
	addr
	-6 addr
	addr show v0
	-6 addr show dev v0
	END
	same_set -6 route show table all
	table <<-'END'
	addr del 2001:db8::1/64 dev v0
	addr del 2001:db8::1 dev v0
	addr del 2001:db8::1 dev v0
	addr del 2001:db8:1::1 peer 2001:db8:1::2 dev v0
	addr del 2001:db8:2::1/64 dev nope
	addr del 2001:db8:2::1/64
	addr del ::/64 dev v0
	addr del 2001:db8:2::1/64 dev v1
	addr del 2001:db8:2::1/64 dev v0
	-6 addr show v0
	END
	all_same
}

@test "addresses: what is shown and flushed" {
	both addr add 10.5.0.1/24 dev v0
	both addr add 2001:db8:2::1/64 dev v0 nodad
	both addr add 2001:db8:2::2/64 dev v0 nodad preferred_lft 0
	both addr add 2001:db8:2::3 peer 2001:db8:2::4 dev v0 nodad noprefixroute
	both addr add 2001:db8:3::1/64 dev v1 nodad home mngtmpaddr
	table <<-'END'
	-6 a s v0
	-6 -o addr
	-6 -br addr
	-6 -j addr show v0
	-6 -j -p addr show v1
	-6 -c addr
	-f inet6 addr show lo
	addr show v0
	-o addr
	-br addr
	-0 addr
	-4 addr
	-6 addr show scope link
	-6 addr show scope global
	-6 addr show scope site
	-6 addr show permanent
	-6 addr show -permanent
	-6 addr show dynamic
	-6 addr show -dynamic
	-6 addr show deprecated
	-6 addr show -deprecated
	-6 addr show tentative
	-6 addr show dadfailed
	-6 addr show temporary
	-6 addr show home
	-6 addr show nodad
	-6 addr show -nodad
	-6 addr show mngtmpaddr
	-6 addr show noprefixroute
	-6 addr show stable-privacy
	-6 addr show to 2001:db8:2::/48
	-6 addr show to 2001:db8:2::1
	-6 addr show to 10.0.0.0/8
	-6 addr show up
	-6 addr show label v0
	-6 addr show foo bar
	-6 addr flush
	-6 -s addr flush dev v0 scope global
	-6 addr show v0
	-s addr flush dev v1
	addr flush dev nope
	-6 addr show
	END
	all_same
}

# counted TOOL WORDS …: what it shows, with N for each number of packets and bytes, which are not the same in both, and
# without the reasons for which packets were discarded, which ip(8) does not know
counted() {
	"$@" | sed -E '/^ +[0-9]+( +[0-9]+)+ *$/s/ +[0-9]+/ N/g
		s/("(bytes|packets|dropped|multicast)":)[0-9]+/\1N/g
		/^    Discarded:$/d; /^ +[0-9]+ [a-z]/d; s/,"drops":\[[^]]*\]//g'
}

# same_counters WORDS …
same_counters() {
	diff -u <(counted ns kernel ip "$@") <(counted uip -n s "$@")
}

@test "addresses: the counters of their devices are shown" {
	both addr add 2001:db8:2::1/64 dev v0 nodad
	same_counters -s -6 addr
	same_counters -s -6 addr show dev v0
	same_counters -s -j -6 addr
	same_counters -s -6 -o addr
	same_counters -s -6 -br addr
	[ "$(uip -n s -s -6 addr | grep -c '^    RX: ')" -eq 3 ]
	# To each its own: nothing left by loopback, and by v0 what looked for other owners of its addresses.
	uip -n s -s -j -6 addr | grep -o '"tx":{"bytes":[0-9]*' >"$LAB/tx"
	[ "$(sed -n 1p "$LAB/tx")" = '"tx":{"bytes":0' ]
	! sed 1d "$LAB/tx" | grep -q ':0$'
}

@test "groups: what is shown, right and wrong" {
	both addr add 10.5.0.1/24 dev v0
	both addr add 2001:db8:2::1/64 dev v0 nodad
	# Its group is that of the one before, and of the link-local one.
	both addr add 2001:db8:3::1/64 dev v0 nodad
	wait_until all_settled
	table <<-'END'
	-4 maddr
	-6 maddr
	-6 maddr show v0
	-6 -j maddr show dev v0
	-6 -j -p maddr
	-6 -o maddr
	-6 -c maddr
	maddr show nope
	maddr show dev lo
	-0 maddr show dev lo
	maddr show v0 foo
	END
	# Which family came first is not the same in both.
	same_set maddr
	same_set -0 maddr
	same_set -0 -o maddr show v0
	same_set -j -p maddr show v1
	uip -n s -6 maddr show v0 | grep -q 'inet6 ff02::1:ff00:1 users 3$'
	all_same
}

@test "routes: add, append, change, replace, delete, right and wrong" {
	both addr add 2001:db8::1/64 dev v0 nodad
	both addr add 2001:db8:1::1/64 dev v1 nodad
	wait_until all_settled
	table <<-'END'
	-6 route add
	-6 route add 2001:db8:2::/48
	-6 route add 2001:db8:2::/48 dev nope
	-6 route add 2001:db8:2::/48 via 2001:db8::2
	-6 route add 2001:db8:2::/48 via 2001:db8::2	# is there
	route add 2001:db8:3::/48 via 2001:db8::2 dev v0 proto static
	route add 2001:db8:4::/48 via 10.0.0.5
	route add 2001:db8:4::/48 via inet 10.0.0.5
	route add 2001:db8:4::/48 via foo
	-6 route add 10.0.0.0/8 dev v0
	-6 route add 2001:db8:5::/129 dev v0
	-6 route add 2001:db8:5::/48 via ::
	-6 route add 2001:db8:5::/48 via fe80::1
	-6 route add 2001:db8:5::/48 via fe80::1 dev v0
	-6 route add 2001:db8:6::/48 via 2001:db8:f::1
	-6 route add 2001:db8:6::/48 via 2001:db8:f::1 dev v0
	-6 route add 2001:db8:6::/48 via 2001:db8:f::1 dev v0 onlink
	-6 route add 2001:db8:7::/48 via 2001:db8::1	# our own
	-6 route add 2001:db8:7::1/48 dev v0
	-6 route add 2001:db8:8::/48 dev v0 src 2001:db8::99
	-6 route add 2001:db8:8::/48 dev v0 src 2001:db8::1
	-6 route add 2001:db8:9::/48 dev v0 tos 4
	-6 route add 2001:db8:9::/48 dev v0 scope link
	-6 route add 2001:db8:a::/48 dev v0 pref foo
	-6 route add 2001:db8:a::/48 dev v0 pref high
	-6 route add 2001:db8:b::/48 dev v0 pref low metric 77
	-6 route add 2001:db8:c::/48 dev v0 expires x
	-6 route add 2001:db8:d::/48 dev v0 metric 0
	-6 route add 2001:db8:d::/48 dev v0 metric 1024
	-6 route show 2001:db8:d::/48
	-6 route replace 2001:db8:d::/48 dev v1 metric 1024
	-6 route show 2001:db8:d::/48
	-6 route append 2001:db8:d::/48 via fe80::1 dev v1 metric 1024
	-6 route append 2001:db8:d::/48 via fe80::2 dev v1 metric 1024
	-6 route show 2001:db8:d::/48
	-6 route change 2001:db8:e::/48 dev v0
	-6 route replace 2001:db8:e::/48 dev v0
	-6 route change 2001:db8:e::/48 dev v1
	-6 route show 2001:db8:e::/48
	-6 route prepend 2001:db8:e::/48 dev v0 metric 5
	-6 route test 2001:db8:e::/48 dev v0 metric 5
	-6 route del 2001:db8:ff::/48
	-6 route del 2001:db8:e::/48 metric 6
	-6 route del 2001:db8:e::/48 dev lo
	-6 route del 2001:db8:e::/48
	-6 route show 2001:db8:e::/48
	-6 route add blackhole 2001:db8:10::/48
	-6 route add unreachable 2001:db8:11::/48
	-6 route add prohibit 2001:db8:12::/48 metric 9
	-6 route add throw 2001:db8:13::/48
	-6 route add blackhole 2001:db8:14::/48 dev v0
	-6 route add local 2001:db8:15::/48 dev lo
	-6 route add anycast 2001:db8:16::1 dev v0
	-6 route add multicast ff05::/16 dev v0
	-6 route add 2001:db8:17::/48 dev v0 table 100
	-6 route add 2001:db8:17::/48 dev v0 table x
	-6 route add 2001:db8:18::/48 via 2001:db8::2 mtu 1400 advmss 1300 hoplimit 5 initcwnd 10
	-6 route add 2001:db8:18::/48 via 2001:db8::2 hoplimit 300
	-6 route add 2001:db8:19::/48 via 2001:db8::2 mtu lock 1400
	-6 route add 2001:db8:1a::/48 nexthop dev v0 nexthop dev v1
	-6 route add 2001:db8:1a::/48 nexthop via fe80::1 dev v0 nexthop via fe80::1 dev v0
	-6 route add 2001:db8:1a::/48 nexthop via fe80::1 dev v0 weight 300
	-6 route add 2001:db8:1a::/48 nexthop
	-6 route add 2001:db8:1a::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v1 weight 3
	-6 route show 2001:db8:1a::/48
	-6 route del 2001:db8:1a::/48 nexthop via fe80::1 dev v0
	-6 route show 2001:db8:1a::/48
	-6 route add 2001:db8:1b::/48 via 2001:db8::2 nhid 5
	-6 route add 2001:db8:1b::/48 nhid 5
	-6 route add 2001:db8:1b::/48 via 2001:db8::2 nexthop via 2001:db8::3 dev v0
	-6 route show 2001:db8:1b::/48
	-6 route del 2001:db8:1b::/48
	-6 route add default via 2001:db8::2
	route add default via fe80::1 dev v1 metric 2000
	-6 route add ::/0 via fe80::2 dev v0 metric 2001
	-6 route show default
	-6 route del default metric 2000
	-6 route del default via fe80::2 dev v0 proto boot
	route add 10.9.0.0/16 via 2001:db8::2
	route foo
	END
	same_set -6 route show
	same_set -6 route show table all
	all_same
}

@test "routes: what is shown, found and flushed" {
	both addr add 2001:db8::1/64 dev v0 nodad
	wait_until all_settled
	both -6 route add 2001:db8:2::/48 via 2001:db8::2
	both -6 route add 2001:db8:3::/48 via 2001:db8::2 pref high proto static
	both -6 route add 2001:db8:4::/48 dev v0 src 2001:db8::1 metric 7 mtu 1400
	both -6 route add unreachable 2001:db8:5::/48
	both -6 route add blackhole 2001:db8:6::/48
	both -6 route add prohibit 2001:db8:7::/48
	both -6 route add throw 2001:db8:8::/48
	both -6 route add 2001:db8:9::/48 dev v0 table 100
	both -6 route add default via 2001:db8::2
	table <<-'END'
	-6 route show root 2001:db8::/32
	-6 route show root 2001:db8:2::/47
	-6 route show match 2001:db8:4::5
	-6 route show exact 2001:db8:4::/48
	-6 route show 2001:db8:4::/48
	-6 route show via 2001:db8::2
	-6 route show proto static
	-6 route show proto x
	-6 route show metric 7
	-6 route show src 2001:db8::1
	-6 route show type unreachable
	-6 route show type x
	-6 route show table 100
	-6 route show table 101
	-6 route show cache
	-6 route show dev nope
	-6 route show scope link
	-6 -o route show 2001:db8:4::/48
	-6 -d route show root 2001:db8:2::/47
	-6 -d -N route show 2001:db8:4::/48
	-6 -j route show 2001:db8:4::/48
	-6 -j -p route show default
	-6 -c route show root 2001:db8:2::/47
	route get 2001:db8::5
	route get 2001:db8:2::5
	route get 2001:db8:3::5
	route get 2001:db8:4::5
	route get 2001:db8:5::5
	route get 2001:db8:6::5
	route get 2001:db8:7::5
	route get 2001:db8:8::5
	route get 2001:db8:9::5
	route get 2001:db8:99::5
	route get 2001:db8::1
	route get ::1
	route get fe80::5 oif v0
	addr add ff02::77/128 dev v0 autojoin	# among the addresses, but no source
	route get ff02::1 oif v0
	route get ff02::5 oif v0
	addr del ff02::77/128 dev v0
	route get 2001:db8:2::5 from 2001:db8::1
	route get 2001:db8:2::5 from 2001:db8::77
	route get 2001:db8:2::5 from 2001:db8::1/64
	route get 2001:db8:2::5 iif v1
	route get 2001:db8:2::5 oif v1
	route get 2001:db8:2::5 dev nope
	route get 2001:db8:2::5 mark 5 uid 7
	route get 2001:db8:2::5 tos 4
	route get 2001:db8:2::5/64
	route get fibmatch 2001:db8:2::5
	route get fibmatch 2001:db8:4::5
	route get fibmatch 2001:db8::1
	route get fibmatch 2001:db8:5::5
	-6 route get
	-6 route get 10.0.0.1
	-4 route get 2001:db8::5
	-d route get 2001:db8:2::5
	-j -p route get 2001:db8:2::5
	-j route get 2001:db8:5::5
	-6 route flush
	-s -6 route flush 2001:db8:ff::/48
	-s -6 route flush proto static
	-s -6 route flush type blackhole
	-6 route flush table 100
	-6 route flush cache
	END
	same_set -6 route
	same_set -6 route show table all
	same_set route show table all
	same_set -6 route show dev v0
	same -s -6 route flush dev v1
	same_set -6 route show
	all_same
}

# lasting: without the last digits of what is left to a route
lasting() {
	sed -E 's/expires 5[0-9]{3}sec/expires 5NNNsec/'
}

@test "routes: how long they last" {
	both addr add 2001:db8::1/64 dev v0 nodad
	both -6 route add 2001:db8:2::/48 via 2001:db8::2 expires 5999
	same route get 2001:db8:2::5
	same -j route get 2001:db8:2::5
	diff -u <(ns kernel ip route get fibmatch 2001:db8:2::5 | lasting) <(uip -n s route get fibmatch 2001:db8:2::5 | lasting)
	uip -n s -6 route show 2001:db8:2::/48 | grep -q ' expires 59[0-9][0-9]sec '
	all_same
}

@test "neighbours: add, change, replace, delete, right and wrong" {
	both addr add 2001:db8::1/64 dev v0 nodad
	# Those that are used at once are still looked for when they are shown, however long the commands take.
	sysctls net.ipv6.neigh.v0.retrans_time_ms=1000000 net.ipv6.neigh.v0.delay_first_probe_time=1000
	table <<-'END'
	-6 neigh add 2001:db8::2
	-6 neigh add 2001:db8::2 lladdr 00:11:22:33:44:55 dev v0
	-6 neigh add 2001:db8::2 lladdr 00:11:22:33:44:55 dev v0
	-6 neigh add 10.0.0.2 lladdr 00:11:22:33:44:55 dev v0
	neigh add 2001:db8::3 lladdr 00:11:22:33:44:55 dev v0 router
	neigh add 2001:db8::4 lladdr 00:11:22:33:44:55 dev v0 nud stale
	neigh add 2001:db8::5 lladdr 00:11:22:33:44:55 dev nope
	neigh add 2001:db8::6 lladdr xx dev v0
	neigh add 2001:db8::7 dev v0
	neigh add 2001:db8::/64 lladdr 00:11:22:33:44:55 dev v0
	neigh add 2001:db8::8 lladdr 00:11:22:33:44:55 dev v0 nud foo
	neigh add proxy 2001:db8::77 dev v0
	neigh add proxy 2001:db8::78
	neigh add proxy 2001:db8::79 dev nope
	neigh change 2001:db8::2 lladdr 00:11:22:33:44:66 dev v0
	neigh change 2001:db8::99 lladdr 00:11:22:33:44:66 dev v0
	neigh replace 2001:db8::98 lladdr 00:11:22:33:44:66 dev v0 nud noarp
	neigh get 2001:db8::2 dev v0
	neigh get 2001:db8::3 dev v0
	neigh get 2001:db8::f8 dev v0
	-j neigh get 2001:db8::f8 dev v0
	neigh get proxy 2001:db8::77 dev v0
	neigh get proxy 2001:db8::177 dev v0
	-6 neigh show to 2001:db8::3
	-6 neigh show proxy dev v0
	-j neigh show to 2001:db8::3
	-br neigh show to 2001:db8::3
	-c neigh show to 2001:db8::3
	neigh change 2001:db8::3 lladdr 00:11:22:33:44:66 dev v0
	neigh show to 2001:db8::3
	neigh add 2001:db8::a1 dev v0 managed
	neigh add 2001:db8::a2 dev v0 managed extern_learn
	neigh add 2001:db8::a3 dev v0 use extern_learn
	neigh add 2001:db8::a4 lladdr 00:11:22:33:44:55 dev v0 nud permanent use
	neigh add 2001:db8::a5 lladdr 00:11:22:33:44:55 dev v0 use nud stale
	neigh add 2001:db8::a6 lladdr 00:11:22:33:44:55 dev v0 managed nud permanent
	neigh add 2001:db8::a7 dev v0 use router
	neigh add proxy 2001:db8::a8 dev v0 managed
	neigh show to 2001:db8::a1
	neigh show to 2001:db8::a2
	-j neigh show to 2001:db8::a2
	neigh show to 2001:db8::a3
	neigh show to 2001:db8::a4
	neigh show to 2001:db8::a5
	neigh show to 2001:db8::a6
	neigh show to 2001:db8::a7
	neigh replace 2001:db8::a1 lladdr 00:11:22:33:44:55 dev v0
	neigh show to 2001:db8::a1
	neigh replace 2001:db8::a1 dev v0 use
	neigh show to 2001:db8::a1
	neigh del 2001:db8::2 dev v0
	neigh del 2001:db8::2 dev v0
	neigh del 2001:db8::2
	neigh del proxy 2001:db8::77 dev v0
	neigh del proxy 2001:db8::77 dev v0
	-6 neigh flush
	-s -6 neigh flush to 2001:db8::4
	END
	same_set -6 neigh show dev v0 nud permanent
	same_set -6 neigh show to 2001:db8::/64
	all_same
}

@test "tokens: set, get, list, delete, right and wrong" {
	table <<-'END'
	token
	token list
	token list dev v0
	token list foo
	token get dev v0
	token get dev nope
	token get dev
	token set ::1 dev lo
	token set ::1 dev v0
	token set ::1 dev v0
	token set 10.0.0.1 dev v0
	token set foo dev v0
	token set ::1
	token set dev v0
	token set dev nope
	token set ::1 dev nope
	token set ::3/64 dev v0
	token set 1::7 dev v0
	token get dev v0
	token set ::4 ::5 dev v0 dev v1
	-6 token set default dev v1
	token set any dev v1
	-j token
	-o token
	-c token
	-j -p token list dev v0
	-4 token
	token del dev v0
	token del v0
	token del
	token del dev nope
	token foo
	token help
	token l
	token s dev v0
	END
	same link set v1 arp off
	same token set ::5 dev v1
	same token
	all_same
}

@test "address labels: list, add, delete, flush, right and wrong" {
	table <<-'END'
	addrlabel
	-6 addrlabel list
	-4 addrlabel list
	-0 addrlabel list
	addrlabel list foo
	addrlabel add
	addrlabel add foo
	addrlabel add prefix
	addrlabel add prefix 2001:db8::/32
	addrlabel add label 5
	addrlabel add prefix 2001:db8::/32 label
	addrlabel add prefix 2001:db8::/32 label x
	addrlabel add prefix 2001:db8::/32 label 4294967295
	addrlabel add prefix 2001:db8::/32 label 7
	addrlabel add prefix 2001:db8::/32 label 7
	addrlabel add prefix 2001:db8::/32 dev v0 label 8
	addrlabel add prefix 2001:db8::/32 dev nope label 8
	addrlabel add prefix 2001:db8::/32 dev
	addrlabel add prefix 2001:db8::1/64 label 9 junk
	addrlabel add prefix 2001:db8::1 label 0x10
	addrlabel add prefix 2001:db8::1/129 label 9
	addrlabel add prefix 10.0.0.0/8 label 3
	addrlabel add prefix foo label 3
	-6 addrlabel add prefix 10.0.0.0/8 label 3
	-4 addrlabel add prefix 10.0.0.0/8 label 3
	-0 addrlabel add prefix 10.0.0.0/8 label 3
	addrlabel add prefix default label 3
	-6 addrlabel add prefix default label 3
	-6 addrlabel add prefix any label 3
	addrlabel add prefix ::ffff:1.2.3.0/120 label 33
	addrlabel
	-j addrlabel
	-j -p addrlabel
	-c addrlabel
	addrlabel del prefix 2001:db8::/32
	addrlabel del prefix 2001:db8::/32 label 1
	addrlabel del prefix 2001:db8::/32 label 7
	addrlabel del prefix 2001:db8::/32 dev v0 label 7
	addrlabel del prefix ::/96 label 3
	addrlabel
	addrlabel foo
	addrlabel help
	addrlabel flush foo
	-4 addrlabel flush
	-s addrlabel flush
	addrlabel
	addrlabel add prefix ::/0 label 1
	addrlabel list
	END
	all_same
}

@test "links: how addresses are made, and what is shown for IPv6" {
	table <<-'END'
	-6 link show v0
	-6 link
	-6 -o link
	link set v0 addrgenmode
	link set v0 addrgenmode foo
	link set v0 addrgenmode none
	link set v0 addrgen random
	link set v0 addrgenmode stable_secret
	link set nope addrgenmode none
	link set v0 addrgenmode eui64
	link add x0 addrgenmode none type veth peer name x1
	link show x0
	link set v1 mtu 1000
	-6 addr show v1
	-6 addr
	addr add 2001:db8::1/64 dev v1
	link set v1 addrgenmode none
	token set ::1 dev v1
	END
	all_same
}

@test "routes: what switching IPv6 off on a device leaves, and what comes back" {
	both addr add 2001:db8::1/64 dev v0 nodad
	wait_until all_settled
	both -6 route add 2001:db8:2::/48 dev v0
	both -6 route add 2001:db8:3::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v1
	both -6 route add 2001:db8:4::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v0
	ns kernel sysctl -qw net.ipv6.conf.v0.disable_ipv6=1
	uip -n s sysctl net.ipv6.conf.v0.disable_ipv6=1
	same -6 addr show
	same_set -6 route show table all
	ns kernel sysctl -qw net.ipv6.conf.v0.disable_ipv6=0
	uip -n s sysctl net.ipv6.conf.v0.disable_ipv6=0
	wait_until all_settled
	same -6 addr show
	same_set -6 route show table all
	all_same
}

@test "batches" {
	same_batch <<-'END'
	addr add 2001:db8:5::1/64 dev v0 nodad
	route add 2001:db8:6::/48 via 2001:db8:5::2
	route add 2001:db8:6::/48 via 2001:db8:5::2
	route add 2001:db8:7::/48 via 2001:db8:5::2
	END
	same_batch -6 -force <<-'END'
	addrlabel add prefix 2001:db8::/32 label 7
	addrlabel add prefix 2001:db8::/32 label 7
	token set ::5 dev v0
	token
	route show 2001:db8:6::/48
	END
	same_set -6 route show
	all_same
}

# shown_by PID: is a monitor listening yet? A change is made for it to show.
shown_by() {
	both addr add 2001:db8:66::1/128 dev v1 nodad
	both addr del 2001:db8:66::1/128 dev v1
	grep -q 2001:db8:66::1 "$LAB/out.$1"
}

# from_mark PID: what a monitor has shown since the change that both were sure to see
from_mark() {
	sed -n '/2001:db8:88::1/,$p' "$LAB/out.$1"
}

@test "what monitor shows" {
	start ns kernel ip -6 monitor address route label
	kernel=$started
	start uip -n s -6 monitor address route label
	stack=$started
	wait_until shown_by "$kernel"
	wait_until shown_by "$stack"
	both addr add 2001:db8:88::1/128 dev v1 nodad
	wait_output "$kernel" "local 2001:db8:88::1"
	both addr add 2001:db8:5::1/64 dev v0 nodad
	wait_output "$kernel" "local 2001:db8:5::1"
	both route add 2001:db8:6::/48 via 2001:db8:5::2
	both route replace 2001:db8:6::/48 via 2001:db8:5::3
	both route del 2001:db8:6::/48
	both addr del 2001:db8:5::1/64 dev v0
	both addr add 2001:db8:77::1/128 dev v0 nodad
	wait_output "$kernel" "local 2001:db8:77::1"
	wait_output "$stack" "local 2001:db8:77::1"
	diff -u <(from_mark "$kernel") <(from_mark "$stack")
}

@test "settings: what is shown, right and wrong" {
	table <<-'END'
	netconf
	netconf show
	netc list
	-4 netconf
	-6 netconf lst
	netconf show dev v0
	-4 netconf show dev v0
	-6 -o netconf show dev v0
	-j netconf
	-j -p netconf show dev v0
	netconf show all
	netconf show dev lo dev v1
	netconf show foo dev v1
	netconf show dev nope
	netconf show dev
	netconf dev v0
	netconf add
	netconf help
	END
	all_same
}

# sysctls NAME=VALUE …: the same to both
sysctls() {
	ns kernel sysctl -qw "$@" && uip -n s sysctl -w "$@" >/dev/null
}

# told_by PID: does a monitor of settings hear yet? One is changed until then.
told_by() {
	sysctls net.ipv4.conf.v1.proxy_arp=1
	sysctls net.ipv4.conf.v1.proxy_arp=0
	grep -q proxy_neigh "$LAB/out.$1"
}

from_loose() {
	sed -n '/v1 rp_filter loose/,$p' "$LAB/out.$1"
}

@test "what monitor shows of settings" {
	start ns kernel ip monitor netconf label
	kernel=$started
	start uip -n s monitor netconf label
	stack=$started
	wait_until told_by "$kernel"
	wait_until told_by "$stack"
	sysctls net.ipv4.conf.v1.rp_filter=2
	sysctls net.ipv4.conf.v0.forwarding=1
	sysctls net.ipv4.conf.v0.forwarding=1
	sysctls net.ipv4.conf.default.forwarding=1
	sysctls net.ipv4.ip_forward=1
	sysctls net.ipv4.conf.all.forwarding=0
	sysctls net.ipv4.conf.all.rp_filter=1
	sysctls net.ipv4.conf.default.rp_filter=2
	sysctls net.ipv4.conf.all.proxy_arp=1
	sysctls net.ipv4.conf.all.ignore_routes_with_linkdown=1
	sysctls net.ipv4.conf.v1.ignore_routes_with_linkdown=1
	sysctls net.ipv6.conf.v0.forwarding=1
	sysctls net.ipv6.conf.v0.forwarding=2
	sysctls net.ipv6.conf.default.forwarding=1
	sysctls net.ipv6.conf.all.forwarding=1
	sysctls net.ipv6.conf.all.forwarding=0
	sysctls net.ipv6.conf.v0.proxy_ndp=1
	sysctls net.ipv6.conf.all.proxy_ndp=1
	sysctls net.ipv6.conf.default.proxy_ndp=1
	sysctls net.ipv6.conf.default.ignore_routes_with_linkdown=1
	sysctls net.ipv6.conf.all.ignore_routes_with_linkdown=1
	sysctls net.ipv6.conf.v1.ignore_routes_with_linkdown=0
	both link set v0 mtu 1000
	both link set v0 mtu 1500
	both link set v0 down
	both link set v0 name v2
	both link add v3 type veth peer name v4
	both link del v3
	sysctls net.ipv4.conf.v1.rp_filter=0
	wait_output "$kernel" "v1 rp_filter off"
	wait_output "$stack" "v1 rp_filter off"
	diff -u <(from_loose "$kernel") <(from_loose "$stack")
}

@test "routes that are asked for while the device is down" {
	both addr add 10.0.0.1/24 dev v0
	both addr add 2001:db8::1/64 dev v0 nodad
	both route add 10.2.0.0/16 via 10.0.0.9 dev v0
	both link set v0 down
	table <<-'END'
	route get 10.0.0.5
	route get 10.2.0.1
	route get 10.0.0.5 oif v0
	route get 10.0.0.5 from 10.0.0.1
	route get 10.0.0.5 from 10.0.0.3 iif v0
	route get 224.0.0.5 oif v0
	route get fibmatch 10.0.0.5
	route get 2001:db8::5
	route get 2001:db8::5 oif v0
	route get 2001:db8::5 from 2001:db8::3 iif v0
	route get fe80::1 oif v0
	route get ff02::1 oif v0
	route get fibmatch 2001:db8::5
	END
	all_same
}
