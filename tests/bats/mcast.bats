#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# To many: multicast and broadcast against the kernel, in both directions.
#
#	 peer (kernel)             near (ustack s)
#	+-------------+   veth   +----------------+
#	| p0 addr 1 1 |----------| eth0 addr 1 2  |
#	+-------------+          +----------------+

load lib/lab

PEER=$(addr 1 1)
STACK=$(addr 1 2)
case $FAMILY in
4) GROUP=239.1.2.3 OTHER=239.1.2.4 ANY=0.0.0.0 ;;
6) GROUP=ff05::1:2:3 OTHER=ff05::1:2:4 ANY=:: ;;
esac

setup() {
	lab_up
	ns_add peer near
	veth_add peer p0 near n0
	address_add peer p0 1 1
	stack_add s near n0 "$STACK/$PLEN"
	cat >"$LAB/many.py" <<-'PY'
		import socket, struct, sys
		V6 = sys.argv[1] == "6"
		AF = socket.AF_INET6 if V6 else socket.AF_INET
		verb, dev, to = sys.argv[2:5]
		s = socket.socket(AF, socket.SOCK_DGRAM)
		index = socket.if_nametoindex(dev)
		s.settimeout(60)
		if verb == "receive":
		    s.bind(("", 5000))
		    group = struct.pack("@16sI", socket.inet_pton(AF, to), index) if V6 else \
		        struct.pack("@4s4si", socket.inet_pton(AF, to), bytes(4), index)
		    member = (socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.IPV6_LEAVE_GROUP) if V6 else \
		        (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.IP_DROP_MEMBERSHIP)
		    if to not in ("0.0.0.0", "::"): s.setsockopt(member[0], member[1], group)
		    print("ready", flush=True)
		    while True:
		        data, sender = s.recvfrom(100)
		        print(data.decode(), "from", sender[0], flush=True)
		        if data == b"leave":
		            s.setsockopt(member[0], member[2], group)
		            print("left", flush=True)
		        if data == b"end": break
		else:
		    if V6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
		    else:
		        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("@4s4si", bytes(4), bytes(4), index))
		        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
		    for word in sys.argv[5:]: s.sendto(word.encode(), (to, 5000))
	PY
}

teardown() {
	lab_down
}

# many WHERE-PREFIX receive|send DEVICE ADDRESS [WORDS]
many() {
	$1 /usr/bin/python3 "$LAB/many.py" "$FAMILY" "${@:2}"
}

# heard FROM: of what was sent, the receiver heard this
heard() {
	wait_output "$started" "^end from"
	run cat "$LAB/out.$started"
	assert_output "ready
hello from $1
leave from $1
left
end from $1"
}

# group_transfer SENDER-PREFIX ITS-DEVICE ITS-ADDRESS RECEIVER-PREFIX ITS-DEVICE ITS-ADDRESS
group_transfer() {
	start_until ready many "$4" receive "$5" "$GROUP"
	# Nobody is in the other group, and once it has left, nobody in this one.
	many "$1" send "$2" "$OTHER" other
	many "$1" send "$2" "$GROUP" hello leave
	wait_output "$started" left
	many "$1" send "$2" "$GROUP" late
	many "$1" send "$2" "$6" end
	heard "$3"
}

@test "the stack sends to a group of the kernel's" {
	group_transfer "on s" eth0 "$STACK" "ns peer" p0 "$PEER"
}

@test "the kernel sends to a group of the stack's" {
	group_transfer "ns peer" p0 "$PEER" "on s" eth0 "$STACK"
}

@test "a bridge of the kernel's learns from the stack which groups it wants" {
	ns peer ip link add br0 type bridge mcast_snooping 1
	ns peer ip link set p0 master br0
	ns peer bridge link set dev p0 fastleave on
	ns peer ip link set br0 up
	knows() {
		ns peer bridge mdb show | grep -q "dev br0 port p0 grp $GROUP "
	}
	knows_not() {
		! knows
	}
	start_until ready many "on s" receive eth0 "$GROUP"
	wait_until knows
	run uip -n s maddr show dev eth0
	assert_output --partial "$GROUP"
	kill "$(leaf "$started")"
	wait_until knows_not
}

@test "what is for all, of a net or everywhere, goes both ways" {
	local to
	case $FAMILY in
	4) to_all="10.1.0.255 255.255.255.255" ;;
	6) to_all="ff02::1" ;;
	esac
	uip -n s route replace default dev eth0
	ns peer ip route replace default dev p0
	for to in $to_all; do
		start_until ready many "ns peer" receive p0 "$ANY"
		many "on s" send eth0 "$to" hello end
		wait_output "$started" "^hello from"
		wait_output "$started" "^end from"
		wait "$started"
		start_until ready many "on s" receive eth0 "$ANY"
		many "ns peer" send p0 "$to" hello end
		wait_output "$started" "^hello from"
		wait_output "$started" "^end from"
		wait "$started"
	done
}
