#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Files of /proc/net, and the tools that read them: what they show of the kernel, they show of the stack in the same
# form. Both have the same addresses and routes.

load lib

setup() {
	diff_up
	both addr add 10.0.0.1/24 brd + dev v0
	both addr add 10.0.1.1/24 dev v1
	both addr add fd00:1::1/64 dev v0 nodad
	both addr add fd00:2::1/64 dev v1 nodad
	wait_until settled
}

# settled: no link-local address is being probed any more
settled() {
	[ -z "$(ns kernel ip -6 addr show tentative)$(uip -n s -6 addr show tentative)" ]
}

# unlike PATTERN: lines with it may differ
unlike() {
	grep -v -E -- "$1" || true
}

# as_kernel FILTER COMMAND …: COMMAND in the kernel's namespace, and on the stack; what it says, each through FILTER,
# must be equal, and something
as_kernel() {
	local filter=$1
	shift
	compared=$((compared + 1))
	ns kernel "$@" 2>&1 | $filter >"$LAB/kernel.out"
	on s "$@" 2>&1 | $filter >"$LAB/stack.out"
	[ -s "$LAB/kernel.out" ] && diff -u --label kernel "$LAB/kernel.out" --label stack "$LAB/stack.out" && return
	different=$((different + 1))
	echo "--- $*"
}

# The kernel counts references to a route, and ends each table with an entry that refuses. Devices that have a prefix in
# common came up in any order.
routes6() {
	unlike '^0{32} 00 .* ffffffff .* lo$' | awk '{ $7 = "refs"; print }' | sort
}

routes6_shown() {
	unlike '!n +-1 ' | awk '{ $5 = $6 == "" ? $5 : "refs"; print }' | sort
}

# What a device has seen of others differs, and the kernel has IPv6's addresses in the order of a hash.
counters_apart() {
	unlike '[RT]X (packets|errors)' | sort
}

table_apart() {
	awk '/:|^Iface/ || NF < 3 { print $1; next } { print $1, $2, $NF }'
}

# Of a socket: its names, its state and its queues.
sockets() {
	awk '$2 ~ /:/ { print $2, $3, $4, $5 }' | sort
}

first_line() {
	head -n 1
}

# Names of counters: a kernel of another version may have others. No value.
names() {
	awk 'NF > 2 && $2 ~ /^[A-Z]/ && $1 != "MPTcpExt:" || NF == 2 { print $1 }'
}

@test "routes" {
	both route add 192.0.2.0/24 via 10.0.0.2
	both route add 192.0.2.128/25 dev v1 metric 7
	both route add default via 10.0.1.2 mtu 1400 advmss 1000 window 20000
	both route add unreachable 198.51.100.0/24
	both route add blackhole 198.51.101.0/24
	both route add 203.0.113.1 nexthop via 10.0.0.2 nexthop via 10.0.1.2
	both route add 203.0.113.2 via 10.0.0.2 table 100
	both -6 route add 2001:db8::/32 via fd00:1::2
	both -6 route add 2001:db8:1::/48 dev v1 metric 7
	both -6 route add default via fd00:2::2
	both -6 route add unreachable 2001:db8:2::/48
	both -6 route add 2001:db8:3::1 nexthop via fd00:1::2 nexthop via fd00:2::2
	as_kernel cat cat /proc/net/route
	as_kernel routes6 cat /proc/net/ipv6_route
	as_kernel cat cat /proc/net/rt_cache
	as_kernel cat netstat -rn
	as_kernel cat netstat -rne
	as_kernel cat route -n
	as_kernel cat route -nee
	as_kernel routes6_shown route -nA inet6
	all_same
}

@test "interfaces" {
	local file
	both addr add fd00:1::2/64 dev v0 nodad
	both addr add 10.0.0.2/24 brd + dev v0
	both addr add 10.0.0.3/24 brd + dev v0 label v0:x
	ns kernel sysctl -qw net.ipv6.conf.v0.forwarding=1
	uip -n s sysctl net.ipv6.conf.v0.forwarding=1
	for file in if_inet6 anycast6 igmp igmp6 dev_mcast mcfilter mcfilter6; do
		as_kernel sort cat "/proc/net/$file"
	done
	as_kernel sort ip maddr
	as_kernel sort netstat -gn
	as_kernel counters_apart ifconfig -a
	as_kernel counters_apart ifconfig v0
	as_kernel counters_apart ifconfig v0:x
	as_kernel cat ifconfig v0:y
	as_kernel table_apart netstat -i
	as_kernel "head -n 2" cat /proc/net/dev
	all_same
}

@test "neighbours" {
	both neigh add 10.0.0.2 lladdr 02:00:00:00:00:99 dev v0
	both neigh add 10.0.1.2 lladdr 02:00:00:00:00:98 nud reachable dev v1
	both neigh add proxy 10.0.0.77 dev v0
	as_kernel sort cat /proc/net/arp
	as_kernel sort arp -an
	all_same
}

SOCKETS='
import signal, socket, struct
keep = []
def make(family, kind, protocol=0, bind=None):
    s = socket.socket(family, kind, protocol)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6 and kind != socket.SOCK_RAW:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if bind:
        s.bind(bind)
    keep.append(s)
    return s
for family, us, icmp in (socket.AF_INET, "10.0.0.1", 1), (socket.AF_INET6, "fd00:1::1", 58):
    listener = make(family, socket.SOCK_STREAM, bind=("", 5000))
    listener.listen(7)
    make(family, socket.SOCK_STREAM, bind=(us, 5001)) # in no table
    for port in 6000, 6001:
        c = make(family, socket.SOCK_STREAM, bind=(us, port))
        c.connect((us, 5000))
        a, _ = listener.accept()
        keep.append(a)
        if port == 6001:
            c.close()
            assert a.recv(1) == b""
            a.close()
    make(family, socket.SOCK_DGRAM) # in no table
    make(family, socket.SOCK_DGRAM, bind=(us, 5353))
    make(family, socket.SOCK_DGRAM, bind=("", 5354)).connect((us, 5353))
    make(family, socket.SOCK_RAW, 89)
def storage(family, address):
    body = socket.inet_pton(family, address)
    return (struct.pack("=HH", family, 0) + (b"" if family == socket.AF_INET else bytes(4)) + body).ljust(128, b"\0")
for family, level, group, sources in (
        (socket.AF_INET, socket.IPPROTO_IP, "232.1.1.1", ("10.0.0.98", "10.0.0.99")),
        (socket.AF_INET6, socket.IPPROTO_IPV6, "ff3e::1", ("fd00:1::98", "fd00:1::99"))):
    s = make(family, socket.SOCK_DGRAM)
    for source in sources:
        s.setsockopt(level, 46, # MCAST_JOIN_SOURCE_GROUP
                     struct.pack("=Ixxxx", socket.if_nametoindex("v0")) + storage(family, group) +
                     storage(family, source))
print("made", flush=True)
signal.pause()
'

@test "sockets" {
	local file
	start_until made ns kernel /usr/bin/python3 -c "$SOCKETS"
	start_until made on s /usr/bin/python3 -c "$SOCKETS"
	for file in tcp udp udplite raw icmp; do
		as_kernel first_line cat "/proc/net/$file"
		as_kernel first_line cat "/proc/net/${file}6"
	done
	for file in tcp tcp6 udp udp6 raw raw6; do
		as_kernel sockets cat "/proc/net/$file"
	done
	as_kernel cat cat /proc/net/mcfilter
	as_kernel cat cat /proc/net/mcfilter6
	as_kernel sort netstat -tuwan
	as_kernel "grep -A9 Transport" ss -s
	all_same
}

# Each by its name: a kernel of another version may have others between them.
echoes() {
	awk '
	/^Icmp/ && NF == 2 && /Echo|Type12/
	/^Icmp(Msg)?:/ && $2 !~ /^[0-9]/ { split($0, name); next }
	/^Icmp(Msg)?:/ { for (i = 2; i <= NF; i++) if (name[i] ~ /Msgs|Echo|Type/) print $1 name[i], $i }'
}

@test "counters" {
	ns kernel ping -n -q -c 3 -i 0.2 10.0.0.1
	ns kernel ping -n -q -c 3 -i 0.2 fd00:1::1
	on s ping -n -q -c 3 -i 0.2 10.0.0.1
	on s ping -n -q -c 3 -i 0.2 fd00:1::1
	as_kernel echoes cat /proc/net/snmp
	as_kernel echoes cat /proc/net/snmp6
	as_kernel names cat /proc/net/snmp
	as_kernel names cat /proc/net/netstat
	as_kernel "cut -d : -f 1" cat /proc/net/sockstat6
	as_kernel "cut -d : -f 1" cat /proc/net/sockstat
	all_same
}
