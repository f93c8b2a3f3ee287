#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The same commands, right and wrong, to the kernel by ip(8) and to the stack by uip: exit status, error
# and output must be equal, and so must the sentence where the kernel has one. IPv6 is off on both; ip6.bats
# is about it.

load lib

@test "links: set, add, delete, right and wrong" {
	table <<-'END'
	link set v0 mtu 1400
	link set dev v0 mtu 1500
	link set v0 mtu 1
	link set v0 mtu 99999999
	link set v0 mtu -1
	link set v0 mtu -2147483648
	link set v0 mtu 4294967295
	link set v0 mtu x
	link set v0 mtu
	link set v0 mtu 1400 mtu 1500
	link set v0 up foo
	link set v0 arp maybe
	link set v0 arp off
	link set v0 multicast off
	link set v0 allmulticast on
	link set v0 promisc on
	link set v0 alias hello
	link show v0
	-j link show v0
	link set v0 arp on multicast on allmulticast off promisc off
	link set v0 txqueuelen 77
	link set v0 group 5
	link set v0 group x
	link show group 5
	link set v0 address 02:00:00:00:00
	link set v0 address xx
	link set v0 address 02:00:00:00:00:11
	link set v0 broadcast ff:ff:ff:ff:ff:fe
	link show v0
	link set v0 name v9	# it is up, and may be renamed
	link show v9
	link set v9 name v0
	link set v0 name thisnameistoolongforadevice
	link set v0 name a/b
	link set v0 index 5
	link set v0 master nope
	link set nope up
	link set
	link change v0 mtu 1450
	link add
	link add foo
	link add foo type
	link add foo type nope
	link add foo type nope bar
	link add v0 type veth
	link add toolongdevicename123 type veth
	link add x0 address 02:00:00:00:01:01 type veth peer name x1 address 02:00:00:00:01:02
	link add x2 address 02:00:00:00:02:01 mtu 1300 type veth peer x3 address 02:00:00:00:02:02 mtu 1200
	link add name x4 name x5 type veth
	link add g0 group 5 address 02:00:00:00:03:01 type veth peer name g1 group 6 address 02:00:00:00:03:02
	link show group 5
	link show group 6
	link add g2 group x type veth
	link set g0 group 7
	link set g1 group 7
	link set group 7 mtu 1300 txqueuelen 55
	link set group 7 mtu 1
	link show group 7
	link set group 77 up
	link set group x up
	link set mtu 1300
	link del group 77
	link del group default
	link del group x
	link del group 7
	link show group 7
	link add i0 index 0 type veth
	link add i0 index -1 type veth
	link show type veth
	link show up type veth
	link add q0 numtxqueues 0 type veth peer name q1
	link add q0 numtxqueues 4097 type veth peer name q1
	link add q0 numrxqueues 0 type veth peer name q1
	link add q0 numrxqueues 4097 type veth peer name q1
	link add q0 numtxqueues x type veth peer name q1
	link add q0 numtxqueues 2 numrxqueues 3 type veth peer name q1 numtxqueues 4097
	link add q0 numtxqueues 2 numrxqueues 3 address 02:00:00:00:04:01 type veth peer name q1 numtxqueues 4 address 02:00:00:00:04:02
	link set q0 numtxqueues 5
	link show
	link del q0
	link del x0
	link del x0
	link delete dev x2
	link del
	link del dev
	link del lo
	link del nope
	END
	all_same
}

@test "links: what is shown" {
	table <<-'END'
	link
	l
	link sh
	link show v0
	link show dev nope
	link show v0 v1
	link show up
	link show type nope
	link show master nope
	link show nomaster
	-o link
	-br link
	-j link
	-j -p link
	-j -br link
	-c link
	-s link show lo
	-s -s link show lo
	-j -s -p link show lo
	END
	all_same
}

# Of -details only this: the rest tells of what each stack's devices can do.
queues() {
	"$@" -d link show "$device" | grep -o 'num[rt]xqueues [0-9]*'
}

@test "links: the numbers of queues that were asked for" {
	both link add q0 numtxqueues 2 numrxqueues 3 type veth peer name q1 numtxqueues 4 numrxqueues 6
	both link set q0 numtxqueues 5
	for device in q0 q1; do
		run queues uip -n s
		assert_output "$(queues ns kernel ip)"
	done
	assert_line "numtxqueues 4"
}

@test "addresses: add, change, replace, delete, right and wrong" {
	table <<-'END'
	addr add
	addr add dev v0
	addr add default dev v0
	addr add 10.5.0.1/24
	addr add 10.5.0.1/24 dev
	addr add 10.5.0.1/24 dev nope
	addr add 10.0.0.1/24 dev v0	# is there
	addr add 10.0.0.2/24 dev v0 brd +
	addr add 10.1.0.1/24 dev v0 brd + label v0:1
	addr add 10.2.0.1/24 brd - dev v0
	addr add 10.3.0.1/31 brd + dev v0
	addr add 10.4.0.1 peer 10.4.0.2 dev v0
	addr add 10.5.0.1 peer 10.5.0.2/24 dev v0 scope link
	addr add 10.6.0.1/24 broadcast 10.6.0.77 dev v0
	addr add 10.7/16 dev v0
	addr add 10.8.0.1/255.255.255.0 dev v0
	addr add 10.8.0.2/255.0.255.0 dev v0
	addr add 10.9.0.1/33 dev v0
	addr add 10.9.0.256/24 dev v0
	addr add foo dev v0
	addr add 10.10.0.1/24 dev v0 scope host
	addr add 10.11.0.1/24 dev v0 scope foo
	addr add 10.12.0.1/24 dev v0 metric 77
	addr add 10.12.0.2/24 dev v0 metric x
	addr add 10.13.0.1/24 dev v0 valid_lft 100 preferred_lft 500
	addr add 10.13.1.1/24 dev v0 valid_lft x
	addr add 10.13.2.1/24 dev v0 valid_lft forever preferred_lft 0
	addr add 10.13.3.1/24 dev v0 valid_lft 0
	addr add 10.14.0.1/24 dev v0 noprefixroute
	addr add 10.15.0.1/24 dev v0 10.15.0.2/24
	addr add 10.15.0.1/24 dev v0 peer 1.1.1.1 peer 2.2.2.2
	addr add 127.0.0.2/8 dev lo
	addr change 10.20.0.1/24 dev v0
	addr replace 10.20.0.1/24 dev v0
	addr chg 10.21.0.1/24 dev v0
	addr
	route show table all
	addr del 10.0.0.9/24 dev v0
	addr del 10.0.0.1/25 dev v0
	addr del 10.0.0.1/24 dev nope
	addr del 10.0.0.1/24
	addr del 10.0.0.1/24 dev v0
	addr del 10.0.0.2 dev v0	# ip warns: no length
	addr del 10.4.0.1 peer 10.4.0.2 dev v0
	addr del 10.1.0.1/24 dev v0 label v0:2
	addr del 10.1.0.1/24 dev v0 label v0:1
	addr foo
	addr
	route show table all
	END
	all_same
}

@test "addresses: what is shown, and flushed" {
	both addr add 10.0.0.2/24 dev v0
	both addr add 10.6.0.1/24 dev v0 label v0:6
	both addr add 10.7.0.1/24 dev v0 scope link
	table <<-'END'
	addr show v0
	addr show dev nope
	addr show up
	-4 addr
	-0 addr
	-o addr
	-br addr
	-j addr
	-j -p addr show v0
	-c addr
	addr show scope link
	addr show type veth
	addr show scope foo
	addr show to 10.0.0.0/24
	addr show to 10.6.0.1
	addr show to foo
	addr show secondary
	addr show primary
	addr show permanent
	addr show dynamic
	addr show label v0:6
	addr show label nope
	link set v0 name v7	# the labels go with it
	addr show v7
	link set v7 name averylongname15
	addr show averylongname15
	link set averylongname15 name v0
	addr show v0
	addr flush
	addr flush dev nope
	-s addr flush dev v0 to 10.6.0.0/16
	-s addr flush dev v0 scope link
	-s addr flush dev v0
	-s addr flush dev v0
	addr
	END
	all_same
}

@test "routes: add, append, change, replace, delete, right and wrong" {
	table <<-'END'
	route add
	route add foo
	route add 10.9.0.0/16 dev v0
	route add 10.9.0.0/16 dev v0
	route add 10.9.0.0/16 via 10.0.0.2
	route add 10.9.0.0/16 via 10.0.0.2 metric 5
	route append 10.9.0.0/16 via 10.0.0.3
	route prepend 10.9.0.0/16 via 10.0.0.4
	route change 10.9.0.0/16 via 10.0.0.5
	route change 10.99.0.0/16 via 10.0.0.5
	route replace 10.10.0.0/16 via 10.0.0.5
	route replace 10.10.0.0/16 via 10.0.0.6
	route test 10.10.0.0/16 via 10.0.0.6
	route add 10.11.0.0/16 via 10.77.0.1
	route add 10.11.0.0/16 via 10.0.0.255
	route add 10.11.0.0/16 via 10.77.0.1 dev v0
	route add 10.11.0.0/16 via 10.77.0.1 dev v0 onlink
	route add 10.12.0.1/16 via 10.0.0.2
	route add 10.13.0.0/33 via 10.0.0.2
	route add 10.13.0.0/16 via foo
	route add 10.13.0.0/16 via
	route add 10.13.0.0/16 dev nope
	route add 10.13.0.0/16 via 10.0.0.2 via 10.0.0.3
	route add 10.13.0.0/16 10.14.0.0/16 dev v0
	route add default via 10.0.0.2
	route add default via 10.0.0.2
	route add 0/0 via 10.0.0.3 metric 100
	route add 10.15.0.0/16 dev v0 src 10.0.0.1
	route add 10.15.1.0/24 dev v0 src 10.0.0.99
	route add 10.17.0.0/16 dev v0 scope global
	route add 10.18.0.0/16 dev v0 scope host
	route add 10.19.0.0/16 dev v0 scope foo
	route add 10.19.0.0/16 via 10.0.0.2 scope link
	route add 10.20.0.0/16 dev v0 table 100
	route add 10.20.0.0/16 dev v0 table 1000
	route add 10.20.0.0/16 dev v0 table foo
	route add 10.21.0.0/16 dev v0 proto static
	route add 10.22.0.0/16 dev v0 proto 77
	route add 10.23.0.0/16 dev v0 proto foo
	route add 10.23.0.0/16 dev v0 metric x
	route add 10.24.0.0/16 dev v0 mtu lock 1000 advmss 900 window 3000 hoplimit 7
	route add 10.25.0.0/16 dev v0 rtt 10ms rttvar 5ms rto_min 2s cwnd 5 initcwnd 10
	route add 10.27.0.0/16 dev v0 mtu x
	route add 10.27.0.0/16 dev v0 rtt foo
	route add 10.26.0.0/16 dev v0 realms 5
	route add 10.26.1.0/24 via 10.0.0.2 realms 5/6
	route add 10.26.1.0/24 via 10.0.0.2 realms 7
	route append 10.26.1.0/24 via 10.0.0.2 realms 7
	route add 10.26.2.0/24 nexthop via 10.0.0.2 realms 7 nexthop via 10.0.0.3 realm 8/9
	route add 10.26.3.0/24 realm 7 nexthop via 10.0.0.2 realms 7 nexthop via 10.0.0.3
	route add 10.26.4.0/24 realm 6 nexthop via 10.0.0.2 realms 7 nexthop via 10.0.0.3
	route add blackhole 10.26.5.0/24 realms 5
	route add 10.26.6.0/24 dev v0 realms foo
	route get 10.26.1.1
	route get 10.26.0.1
	route get fibmatch 10.26.2.1
	-j route show root 10.26.0.0/16
	route show root 10.26.0.0/16
	route del 10.26.1.0/24 via 10.0.0.2 realms 8
	route del 10.26.1.0/24 via 10.0.0.2 realms 7
	route del 10.26.2.0/24 nexthop via 10.0.0.2 realms 7 nexthop via 10.0.0.3 realm 8
	route add blackhole 10.30.0.0/16
	route add unreachable 10.31.0.0/16
	route add prohibit 10.32.0.0/16
	route add throw 10.33.0.0/16
	route add local 10.34.0.1 dev v0
	route add broadcast 10.35.255.255 dev v0
	route add multicast 224.5.0.0/16 dev v0
	route add blackhole 10.40.0.0/16 dev v0
	route add bl 10.41.0.0/16
	route add to 10.42.0.0/16 dev v0
	route add 10.45.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 dev v0
	route add 10.47.0.0/16 nexthop via 10.0.0.2 weight 0
	route add 10.47.0.0/16 nexthop via 10.0.0.2 weight 256 nexthop dev v1
	route add 10.48.0.0/16 nexthop via 10.0.0.2 foo
	route add 10.48.0.0/16 nexthop
	route add 10.48.0.0/16 nexthop via 10.77.0.2
	route add 10.49.0.0/16 nhid 5
	route add 10.49.0.0/16 via 10.0.0.2 nexthop via 10.0.0.3
	route add 10.49.0.0/16 dev v1 nexthop via 10.0.0.2 dev v0
	route add 10.49.0.0/16 via 10.0.0.2 nexthop via 10.0.0.2 nexthop via 10.0.0.3
	route add 10.49.1.0/24 via 10.0.0.2 quickack 2
	route add 10.49.1.0/24 via 10.0.0.2 quickack x
	route add 10.49.1.0/24 via 10.0.0.2 quickack lock 1 fastopen_no_cookie 1
	route add 10.49.2.0/24 via 10.0.0.2 fastopen_no_cookie 5
	route add 10.54.0.0/16 dev v0 foo
	route show
	route show table all
	route del
	route del 10.99.0.0/16
	route del 10.9.0.0/16 metric 5
	route del 10.9.0.0/16 via 10.0.0.99
	route del 10.9.0.0/16 dev v1
	route del blackhole 10.30.0.0/16
	route del unreachable 10.32.0.0/16
	route del 10.20.0.0/16
	route del 10.20.0.0/16 table 100
	route del default
	route del 10.21.0.0/16 proto boot
	route del 10.21.0.0/16 proto static
	route foo
	route show table all
	END
	all_same
}

@test "routes: what is shown, looked up and flushed" {
	both route add 10.9.0.0/16 via 10.0.0.2
	both route add 10.10.0.0/16 via 10.0.0.2 metric 5 proto static
	both route add 10.20.0.0/16 dev v0 table 100
	both route add 10.45.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.1.3 dev v1
	both route add blackhole 10.30.0.0/16
	both route add unreachable 10.31.0.0/16
	both route add prohibit 10.32.0.0/16
	both route add default via 10.0.0.3
	table <<-'END'
	route
	route show table 100
	route show table 77
	route show table foo
	route show proto static
	route show scope link
	route show type blackhole
	route show type foo
	route show dev v0
	route show dev nope
	route show via 10.0.0.2
	route show src 10.0.0.1
	route show metric 5
	route show root 10.0.0.0/8
	route show match 10.45.3.4
	route show exact 10.45.0.0/16
	route show 10.45.0.0/16
	route show default
	route show foo
	-4 route show table all
	-d route
	-d route show table all
	-o route
	-j route
	-j -p route
	-j route show table all
	-c route
	-N route show table all
	route get
	route get 10.0.0.5
	route get 10.0.0.1
	route get 10.9.1.1
	route get 8.8.8.8
	route get 10.30.0.1
	route get 10.31.0.1
	route get 10.32.0.1
	route get 10.0.0.255
	route get 127.0.0.1
	route get 10.0.0.5/24
	route get 10.0.0.5 from 10.0.0.1
	route get 10.0.0.5 mark 15
	route get 10.0.0.5 mark 0x10
	-j route get 10.0.0.5 mark 0x10
	route get 0.0.0.0
	route get default
	-j route get any
	route get 10.0.0.5 from 1.1.1.1
	route get 10.0.0.5 oif v1
	route get 10.0.0.5 dev nope
	route get fibmatch 10.45.0.5
	route get foo
	-j -p route get 10.0.0.5
	route flush
	-s route flush 10.99.0.0/16
	-s route flush proto static
	route flush table 100
	route show table 100
	-s route flush table 100
	route del 10.20.0.0/16 table 100
	route add 10.21.0.0/16 via 10.77.0.1 table 55
	route show table 55
	route show table 56
	route flush table 56
	route del 10.20.0.0/16 table 56
	-s route flush type blackhole
	route show table all
	END
	all_same
}

# Proxies of one device only: Linux 6.18 leaves those without a device behind when their namespace goes,
# and a later namespace may find them in its own table.
@test "neighbours: add, change, replace, delete, right and wrong" {
	table <<-'END'
	neigh add
	neigh add 10.0.0.2
	neigh add 10.0.0.66 dev v0
	neigh add 10.0.0.2 lladdr 00:11:22:33:44:55 dev v0
	neigh add 10.0.0.2 lladdr 00:11:22:33:44:55 dev v0
	neigh add 10.0.0.2 lladdr 00:11:22:33:44:55
	neigh add 10.0.0.2 lladdr 00:11:22:33:44:55 dev nope
	neigh add 10.0.0.3 lladdr xx dev v0
	neigh add 10.0.0.3 lladdr 00:11:22 dev v0
	neigh add 10.0.0.3 lladdr 00:11:22:33:44:55 dev v0 nud stale
	neigh add 10.0.0.4 lladdr 00:11:22:33:44:55 dev v0 nud reachable
	neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 dev v0 nud noarp
	neigh add 10.0.0.11 lladdr 00:11:22:33:44:55 dev v0 nud foo
	neigh add 10.0.0.16 10.0.0.17 lladdr 00:11:22:33:44:55 dev v0
	neigh add foo lladdr 00:11:22:33:44:55 dev v0
	neigh add 10.0.0.0/24 lladdr 00:11:22:33:44:55 dev v0
	neigh add 10.0.0.12 lladdr 00:11:22:33:44:55 dev v0 extern_learn
	neigh add 10.0.0.13 lladdr 00:11:22:33:44:55 dev v0 router
	neigh add 10.0.0.14 lladdr 00:11:22:33:44:55 dev v0 nud stale extern_learn router
	neigh add 10.0.0.15 lladdr 00:11:22:33:44:55 dev v0 extern_learn
	neigh change 10.0.0.12 lladdr 00:11:22:33:44:55 dev v0 nud stale
	neigh replace 10.0.0.13 lladdr 00:11:22:33:44:66 dev v0 nud stale extern_learn
	neigh show to 10.0.0.12
	neigh show to 10.0.0.13
	neigh show to 10.0.0.14
	-j neigh show to 10.0.0.15
	neigh add proxy 10.0.0.77 dev v0
	neigh change 10.0.0.2 lladdr 00:11:22:33:44:66 dev v0
	neigh change 10.0.0.99 lladdr 00:11:22:33:44:66 dev v0
	neigh replace 10.0.0.99 lladdr 00:11:22:33:44:66 dev v0 nud stale
	neigh get 10.0.0.2 dev v0
	neigh get 10.0.0.2
	neigh get 10.0.0.200 dev v0
	neigh get proxy 10.0.0.77 dev v0
	neigh get proxy 10.0.0.177 dev v0
	neigh show to 10.0.0.2
	neigh show dev nope
	neigh show foo
	neigh show nud foo
	neigh add 10.0.0.18 lladdr 00:11:22:33:44:55 dev v0 protocol static
	neigh add 10.0.0.19 lladdr 00:11:22:33:44:55 dev v0 protocol 77
	neigh show protocol static
	neigh show proto 77
	neigh show proto 0 to 10.0.0.18
	neigh show proto all to 10.0.0.18
	neigh show proto foo
	neigh show proto
	-s neigh flush nud permanent proto 77
	neigh show proxy dev v0
	-j neigh show to 10.0.0.2
	-br neigh show to 10.0.0.2
	-c neigh show to 10.0.0.2
	neigh del 10.0.0.2
	neigh del 10.0.0.2 dev v0
	neigh del 10.0.0.200 dev v0
	neigh del proxy 10.0.0.77 dev v0
	neigh del proxy 10.0.0.77 dev v0
	neigh flush
	neigh flush foo
	-s neigh flush to 10.0.0.200
	-s neigh flush to 10.0.0.4
	neigh foo
	END
	same_set neigh show
	same_set neigh show nud permanent
	same_set neigh show dev v0
	all_same
}

@test "options and objects, abbreviated, mixed up and wrong" {
	table <<-'END'
	foo
	-foo
	-f foo link
	-f inet -br addr
	-family inet -o addr
	--json link show lo
	-json -pretty link show lo
	--brief link show lo
	-- link show lo
	-force link show lo
	l sh lo
	li list lo
	a s dev v0
	ad sh v0
	r
	ro ls
	ro s
	n
	nei sh dev v0
	ro add 10.9.0.0/16 metric 7 dev v0 proto static src 10.0.0.1
	ro del proto static dev v0 10.9.0.0/16
	a a dev v0 brd + 10.9.0.1/24
	a d local 10.9.0.1/24 dev v0
	l s v0 down
	l set up dev v0
	link foo
	addr show help
	END
	all_same
}

@test "batches: order, comments, continuation lines, and the number of the line that failed" {
	same_batch <<-'END'
	# a comment, and an empty line

	addr add 10.5.1.1/24 dev v0	# another
	addr add 10.5.1.1/24 dev v0
	addr add 10.5.2.1/24 dev v0
	END
	same -4 addr show v0
	same_batch -force <<-'END'
	addr add 10.5.3.1/24 dev v0
	addr add 10.5.3.1/24 dev v0
	addr add 10.5.4.1/24 dev v0
	route add 1.1.1.1 via 9.9.9.9
	route show
	END
	same -4 addr show v0
	same_batch <<-'END'
	addr add 10.5.6.1/24 \
	  dev v0
	addr add 10.5.6.1/24 \
	  dev \
	  v0
	END
	same_batch <<-'END'
	route add 10.6.0.0/16 dev v0
	route show 10.6.0.0/16
	route del 10.6.0.0/16
	route show 10.6.0.0/16
	route del 10.6.0.0/16
	route show
	END
	same_batch <<-'END'
	addr add 10.5.7.1/24 dev 'v0'
	link add w0 type veth peer name w1
	addr add 1.1.1.1/24 dev w0
	link set w0 up
	link set w1 up
	route add 9.9.9.0/24 via 1.1.1.2
	link set w0 down
	link set w0 name w9
	addr add 1.1.2.1/24 dev w9
	link del w9
	addr add 1.1.2.1/24 dev w9
	END
	same_batch <<-'END'
	route add 10.7.0.0/16 dev nope
	link show lo
	END
	same_batch <<-'END'
	foo bar
	END
	same -batch /nonexistent
	all_same
}

@test "a batch of many lines stops at the first that fails" {
	{
		for i in $(seq 0 2999); do
			echo "route add 10.$((16 + i / 256)).$((i % 256)).0/24 via 10.0.0.2"
		done
		echo "route add 10.16.1.0/24 via 10.0.0.2"
		for i in $(seq 0 2999); do
			echo "route add 10.$((64 + i / 256)).$((i % 256)).0/24 via 10.0.0.2"
		done
	} >"$LAB/many"
	same -batch "$LAB/many"
	same route show
	same -force -batch "$LAB/many"
	same route show
	all_same
}

# shown_by PID: is a monitor listening yet? A change is made for it to show.
shown_by() {
	both addr add 10.66.0.1/32 dev v1
	both addr del 10.66.0.1/32 dev v1
	grep -q 10.66.0.1 "$LAB/out.$1"
}

# from_mark PID: what a monitor has shown since the change that both were sure to see
from_mark() {
	sed -n '/10\.88\.0\.1/,$p' "$LAB/out.$1"
}

@test "what monitor shows" {
	start ns kernel ip monitor link address route label
	kernel=$started
	start uip -n s monitor link address route label
	stack=$started
	wait_until shown_by "$kernel"
	wait_until shown_by "$stack"
	both addr add 10.88.0.1/32 dev v1
	both addr add 10.5.0.1/24 dev v0
	both route add 10.6.0.0/16 via 10.5.0.2
	both route del 10.6.0.0/16
	both link set v1 mtu 1400
	both addr del 10.5.0.1/24 dev v0
	both addr add 10.77.0.1/32 dev v0
	wait_output "$kernel" "local 10.77.0.1"
	wait_output "$stack" "local 10.77.0.1"
	diff -u <(from_mark "$kernel") <(from_mark "$stack")
}

# sysctls NAME=VALUE …: the same to both
sysctls() {
	ns kernel sysctl -qw "$@" && uip -n s sysctl -w "$@" >/dev/null
}

@test "addresses: a secondary takes the place of its primary where asked" {
	sysctls net.ipv4.conf.v0.promote_secondaries=1
	both addr add 10.7.0.1/24 dev v0
	both addr add 10.7.0.2/24 brd + dev v0
	both addr add 10.7.0.3/24 dev v0
	both addr add 10.0.0.2/24 dev v0
	both route add 10.8.0.0/16 via 10.7.0.9
	both route add 10.9.0.0/16 via 10.7.0.9 src 10.7.0.1
	table <<-'END'
	addr del 10.7.0.1/24 dev v0
	addr show v0
	route show table main
	addr del 10.0.0.1/24 dev v0
	addr show v0
	-s addr flush dev v0
	addr show v0
	END
	same_set route show table all
	all_same
}

# Has the kernel seen that v0 has no carrier? It does so after the command has ended.
without_carrier() {
	ns kernel ip route show dev v0 | grep -q linkdown
}

@test "routes: without a carrier they are dead where asked" {
	both route add 10.8.0.0/16 via 10.0.0.9
	both route add 10.8.0.0/16 via 10.1.0.9 dev v1 onlink metric 7
	both link set v1 down
	wait_until without_carrier
	same route get 10.8.0.1
	sysctls net.ipv4.conf.v0.ignore_routes_with_linkdown=1
	table <<-'END'
	route show
	route get 10.8.0.1
	route get 10.0.0.5
	route add 10.6.0.0/16 via 10.0.0.9
	-j route show 10.8.0.0/16
	END
	same_set route show table all
	all_same
}

@test "rules: what is shown" {
	table <<-'END'
	rule
	rule list
	ru s
	rule lst
	-4 rule
	-6 rule
	-j rule
	-j -p -6 rule
	-d rule
	-d -j rule
	-N rule
	-o rule
	rule show table main
	rule show lookup 254
	rule show table foo
	rule show table
	rule foo
	rule help
	END
	all_same
}
