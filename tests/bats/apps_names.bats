#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# What programs ask about names and interfaces is answered by the stack: the name server is asked over
# it, and the interfaces are its own. The programs run in "far", where the host has neither.
#
#	 peer (kernel, dns.py)     near (ustack s)           far (kernel)
#	+-------------+   veth   +----------------+        +----------------+
#	| p0 addr 1 1 |----------| eth0 addr 1 2  |        | lo             |
#	+-------------+          +----------------+        +----------------+

load lib/apps

case $FAMILY in
4) TYPE=A REVERSE=3.0.1.10.in-addr.arpa THERE=10.1.0.3 ;;
6) TYPE=AAAA THERE=fd00:1::3
	REVERSE=3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa ;;
esac

setup() {
	apps_up
	ns_add far
}

teardown() {
	apps_down
}

# dns_start RECORD …: a name server on peer, and the one that the stack's programs ask
dns_start() {
	start_until ready ns peer /usr/bin/python3 "$BATS_TEST_DIRNAME/apps/dns.py" "$PEER" "$@"
	dns=$started
	echo "nameserver $PEER" >"$LAB/resolv.conf"
	export USTACK_RESOLV_CONF=$LAB/resolv.conf
}

# ask EXPRESSION: what it is to a program on the stack
ask() {
	run ns far uip stack exec s /usr/bin/python3 -c "
import socket
from socket import *
def addresses(name, family):
    return sorted({a[4][0] for a in getaddrinfo(name, 80, family, SOCK_STREAM)})
try:
    print($1)
except OSError as e:
    print(e)"
	echo "$output"
}

# asked QUESTION: the server was asked so, by the stack, and by nobody else
asked() {
	grep -qx "$STACK $1" "$LAB/out.$dns"
	! grep -vx -e ready -e "$STACK .*" "$LAB/out.$dns"
}

@test "addresses of both families come from the name server, over the stack" {
	dns_start host.test="$TYPE=$THERE" both.test=A=10.5.0.5 both.test=AAAA=fd00:5::5
	assert_equal "$(ask 'addresses("both.test", AF_INET)')" "['10.5.0.5']"
	assert_equal "$(ask 'addresses("both.test", AF_INET6)')" "['fd00:5::5']"
	asked "udp both.test A"
	asked "udp both.test AAAA"
	assert_equal "$(ask 'addresses("both.test", 0)')" "['10.5.0.5', 'fd00:5::5']"
	assert_equal "$(ask 'addresses("host.test", 0)')" "['$THERE']"
	run ns far uip stack exec s getent "ahostsv$FAMILY" host.test
	assert_success
	assert_output --regexp "^$THERE +STREAM host.test"
}

@test "names of addresses come from the name server, over the stack" {
	dns_start "$REVERSE=PTR=host.test"
	assert_equal "$(ask "getnameinfo(('$THERE', 80), NI_NAMEREQD | NI_NUMERICSERV)")" "('host.test', '80')"
	asked "udp $REVERSE PTR"
	assert_equal "$(ask "gethostbyaddr('$THERE')[0]")" host.test
}

@test "parts of names are put together, and asked for over the stack" {
	dns_start host.test="$TYPE=$THERE"
	run ns far uip stack exec s /usr/bin/python3 -c '
import ctypes, sys
libc, answer = ctypes.CDLL(None), ctypes.create_string_buffer(512)
kind = {"A": 1, "AAAA": 28}[sys.argv[1]]
for call in libc.res_querydomain, libc.__res_querydomain:
    print(call(b"host", b"test", 1, kind, answer, 512) > 12)
print(libc.res_querydomain(b"a" * 1024, b"test", 1, kind, answer, 512))
' "$TYPE"
	assert_output "True
True
-1"
	asked "udp host.test $TYPE"
}

@test "what the name server does not know is not known" {
	dns_start host.test="$TYPE=$THERE"
	assert_equal "$(ask 'addresses("nosuch.test", 0)')" "[Errno -2] Name or service not known"
	asked "udp nosuch.test A"
}

@test "a truncated answer is asked for again by TCP" {
	dns_start long.test="TC=$THERE"
	assert_equal "$(ask "addresses('long.test', AF_INET$([ "$FAMILY" = 4 ] || echo 6))")" "['$THERE']"
	asked "udp long.test $TYPE"
	asked "tcp long.test $TYPE"
}

@test "a name is enough to connect to" {
	dns_start peer.test="$TYPE=$PEER"
	nginx_start peer
	run ns far uip stack exec s curl -sS -m 60 -o "$LAB/got" http://peer.test/page
	assert_success
	assert_equal "$(sha256 "$LAB/got")" "$page"
}

@test "interfaces and their addresses are the stack's, and look like the kernel's" {
	local ip program=$BATS_TEST_DIRNAME/apps/interfaces.py
	ns_add kernel
	ns kernel ip link add eth0 type veth peer name other
	ns kernel ip link set other netns "ut-$LAB_ID-far"
	ns kernel ip link set eth0 up
	ns far ip link set other up
	ns far ip addr add "$NOBODY/$PLEN" dev other $NODAD
	address_add kernel eth0 1 2
	for ip in "ns kernel ip" "uip -n s"; do
		$ip addr add 10.7.0.7/20 brd + dev eth0
		$ip addr add fd00:7::7/52 dev eth0 nodad
		$ip addr add 10.6.0.6 peer 10.6.0.7/31 dev eth0
		$ip addr add fd00:6::6 peer fd00:6::7/127 dev eth0 nodad
	done
	ns kernel /usr/bin/python3 "$program" >"$LAB/kernel"
	ns far uip stack exec s /usr/bin/python3 "$program" >"$LAB/stack"
	grep -q "^eth0 .* 10.7.0.7 255.255.240.0 10.7.15.255" "$LAB/stack"
	grep -q "^eth0 .* fd00:7::7 ffff:ffff:ffff:f000::" "$LAB/stack"
	diff -U0 "$LAB/kernel" "$LAB/stack"
}
