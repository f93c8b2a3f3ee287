#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Unmodified network tools on the stack, and the two of our own. Topology: lib/apps.bash.

load lib/apps

# What Python calls a socket of the family, and the numbers of its options about the hop limit
case $FAMILY in
4) INET6='' HOPS_LEVEL=0 HOPS_SET=2 HOPS_RECV=12 ;;
6) INET6=6 HOPS_LEVEL=41 HOPS_SET=16 HOPS_RECV=51 ;;
esac

setup() {
	apps_up
}

teardown() {
	apps_down
}

other() {
	case $1 in
	peer) echo stack ;;
	stack) echo peer ;;
	esac
}

@test "iperf3: both ends, both directions" {
	for server in stack peer; do
		for direction in "" -R; do
			start at "$server" iperf3 --forceflush -s -1 -p 5201
			wait_output "$started" "listening"
			run at "$(other "$server")" iperf3 -c "$(address_of "$server")" -p 5201 -n 20M $direction
			assert_success
			assert_output --partial "iperf Done."
			wait "$started"
		done
	done
}

@test "iperf3 over UDP: both ends" {
	for server in stack peer; do
		start at "$server" iperf3 --forceflush -s -1 -p 5201
		wait_output "$started" "listening"
		run at "$(other "$server")" iperf3 -c "$(address_of "$server")" -p 5201 -u -b 20M -n 2M
		assert_success
		assert_output --partial "iperf Done."
		wait "$started"
	done
}

@test "nc: both ends" {
	random_file sent 300000
	for server in stack peer; do
		start at "$server" sh -c "exec nc -N -$FAMILY -l 5000 </dev/null >'$LAB/got'"
		wait_until listens "$server" 5000
		at "$(other "$server")" nc -N "$(address_of "$server")" 5000 <"$LAB/sent"
		wait "$started"
		assert_equal "$(sha256 "$LAB/got")" "$sum"
	done
}

# Does somebody listen there? Asked without connecting: nc -l takes one connection only.
listens() {
	at "$1" ss -Hltn | grep -q ":$2 "
}

@test "ping on the stack" {
	run on s ping -n -q -c 3 -l 3 -i 30 -W 30 "$PEER"
	assert_success
	assert_output --partial " 0% packet loss"
	run on s ping -n -q -c 1 -W 30 -t 3 -s 3000 "$PEER"
	assert_success
}

@test "traceroute on the stack" {
	for how in -U -I -T; do
		run on s traceroute -n -q 1 -w 30 -m 3 $how "$PEER"
		assert_success
		assert_line --regexp "^ 1  ${PEER//./\\.}  [0-9.]+ ms\$"
	done
}

@test "traceroute on the stack, over a router" {
	ns_add far
	veth_add peer p1 far f0
	address_add peer p1 2 1
	address_add far f0 2 2
	ns far ip "-$FAMILY" route add default via "$(addr 2 1)"
	ns peer sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	uip -n s "-$FAMILY" route add default via "$PEER"
	for how in -U -I -T; do
		run on s traceroute -n -q 1 -w 30 -m 3 $how "$(addr 2 2)"
		assert_success
		assert_line --regexp "^ 1  ${PEER//./\\.}  "
		assert_line --regexp "^ 2  $(addr 2 2)  "
	done
}

@test "a hop limit is that of the datagrams that are sent after it" {
	start ns peer /usr/bin/python3 -uc "
import socket, sys
s = socket.socket(socket.AF_INET$INET6, socket.SOCK_DGRAM)
s.setsockopt($HOPS_LEVEL, $HOPS_RECV, 1)
s.bind(('', 9))
print('bound')
for i in range(1, 101):
    control = s.recvmsg(10, 100)[1]
    assert int.from_bytes(control[0][2], sys.byteorder) == i
print('in order')"
	wait_output "$started" bound
	on s /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET$INET6, socket.SOCK_DGRAM)
for i in range(1, 101):
    s.setsockopt($HOPS_LEVEL, $HOPS_SET, i)
    s.sendto(b'x', ('$PEER', 9))"
	wait_output "$started" "in order"
}

@test "uping: replies, statistics, exit status" {
	run on s uping -n -c 3 -i 0.01 -W 30 -t 33 "$PEER"
	assert_success
	assert_line --regexp "^64 bytes from ${PEER//./\\.}: icmp_seq=3 ttl=64 time=[0-9.]+ ms\$"
	assert_line --regexp '^3 packets transmitted, 3 received, 0% packet loss, time [0-9]+ms$'
	run uping -U s -q -c 1 -w 1 "$NOBODY"
	assert_failure 1
	run uping -U s -c 1 "$(addr 9 1)"
	assert_failure 2
	assert_output --partial "Network is unreachable"
	run uping -U nosuch -c 1 "$PEER"
	assert_failure 2
	assert_output --partial "Network is down"
}

@test "uping tells why there is no reply" {
	run uping -U s -n -c 1 -W 30 "$NOBODY"
	assert_failure 1
	assert_output --regexp "(From ${STACK//./\\.} icmp_seq=1 Destination Host Unreachable|No route to host)"
}

@test "unc: both ends of one stack, and against nc" {
	random_file sent 300000
	start sh -c "exec unc -U s -N -$FAMILY -l 5000 </dev/null >'$LAB/got'"
	wait_until listens stack 5000
	unc -U s -N "$LO" 5000 <"$LAB/sent"
	wait "$started"
	assert_equal "$(sha256 "$LAB/got")" "$sum"

	start ns peer sh -c "exec nc -N -$FAMILY -l 5000 </dev/null >'$LAB/got'"
	wait_until listens peer 5000
	unc -U s -N "$PEER" 5000 <"$LAB/sent"
	wait "$started"
	assert_equal "$(sha256 "$LAB/got")" "$sum"
}

@test "unc: -z, -v, -w, and refusals" {
	start ns peer nc -$FAMILY -k -l 5000
	wait_until listens peer 5000
	run unc -U s -z -v "$PEER" 4998-5000
	assert_success
	assert_line "Connected to $PEER 5000"
	assert_line "unc: $PEER port 4999: Connection refused"
	run unc -U s "$PEER" 4999
	assert_failure 1
	run timeout 60 unc -U s -w 0.2 "$NOBODY" 5000
	assert_failure 1
}

@test "unc over UDP" {
	start sh -c "exec unc -U s -u -$FAMILY -l -w 60 5000 </dev/null >'$LAB/got'"
	wait_until bound_udp 5000
	ns peer sh -c "echo datagram | nc -u -q 0 -w 1 $STACK 5000"
	wait_until grep -q '^datagram$' "$LAB/got"
}

bound_udp() {
	on s ss -Huan | grep -q ":$1 "
}

@test "ssh and sshd: both ends" {
	local options=(-F none -i "$LAB/key" -p 22 -o BatchMode=yes -o StrictHostKeyChecking=no
		-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR)
	random_file sent 3000000
	ssh-keygen -q -t ed25519 -N '' -f "$LAB/key"
	cat >"$LAB/sshd.conf" <<-EOF
		HostKey $LAB/key
		AuthorizedKeysFile $LAB/key.pub
		StrictModes no
		UsePAM no
		PidFile none
	EOF
	mkdir -p /run/sshd
	for server in stack peer; do
		start at "$server" /usr/sbin/sshd -D -e -f "$LAB/sshd.conf"
		wait_port "$server" 22
		run at "$(other "$server")" ssh "${options[@]}" "$(address_of "$server")" 'cat; exit 3' <"$LAB/sent"
		assert_failure 3
		at "$(other "$server")" ssh "${options[@]}" "$(address_of "$server")" sha256sum <"$LAB/sent" |
			grep "^$sum "
	done
}

@test "unmodified ip and ss show the stack" {
	start on s nc "-$FAMILY" -l 5000
	wait_until listens stack 5000
	run on s ip -br "-$FAMILY" addr show dev eth0
	assert_output --regexp "^eth0 +UP +${STACK//./\\.}/$PLEN"
	run on s ip "-$FAMILY" route
	assert_output --partial "$NET dev eth0"
	run on s ip link set eth0 mtu 1400
	assert_success
	run uip -n s link show dev eth0
	assert_output --partial "mtu 1400"
}

@test "ifconfig's ioctls show the stack" {
	[ "$FAMILY" = 4 ] || uip -n s addr add 10.1.0.2/24 dev eth0
	uip -n s link set eth0 mtu 1400
	run on s /usr/bin/python3 -c '
import fcntl, socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def ask(request):
    return fcntl.ioctl(s, request, struct.pack("16s24x", b"eth0"))[16:]
print(socket.inet_ntoa(ask(0x8915)[4:8]), struct.unpack("i", ask(0x8921)[:4])[0], socket.if_nameindex())
try:
    ask(0x8914)
except OSError as e:
    print(e.strerror)'
	assert_line "10.1.0.2 1400 [(1, 'lo'), (2, 'eth0')]"
	assert_line "Operation not supported"
}
