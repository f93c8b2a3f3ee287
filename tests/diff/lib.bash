# SPDX-License-Identifier: BSD-2-Clause
#
# What the differential tests share. Each test has a network namespace, which ip(8) configures, and an
# instance of the stack, which uip configures: two devices v0 and v1, wired to each other, in both.
#
#	same WORDS …	runs both with the same words; status, message and output must be equal
#	all_same	ends the test: fails if any pair was not the same, and shows how they differ

load ../bats/lib/lab

setup() {
	diff_up
	both addr add 10.0.0.1/24 brd + dev v0
	both addr add 10.0.1.1/24 dev v1
}

# has_ipv6 on|off: of both, before there is any device
has_ipv6() {
	local off=$([ "$1" = off ] && echo 1 || echo 0)
	ns kernel sysctl -qw "net.ipv6.conf.all.disable_ipv6=$off" \
		"net.ipv6.conf.default.disable_ipv6=$off"
	uip -n s sysctl "net.ipv6.conf.all.disable_ipv6=$off" \
		"net.ipv6.conf.default.disable_ipv6=$off" >/dev/null
}

# diff_up [on]: two wired devices in both, with IPv6 or without
diff_up() {
	lab_up
	ns_add kernel
	uip stack add s
	has_ipv6 "${1:-off}"
	uip -n s link set lo up
	both link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
	both link set v0 up
	both link set v1 up
	different=0
	compared=0
}

teardown() {
	lab_down
}

# both WORDS …: without comparing, and both must succeed
both() {
	ns kernel ip "$@" && uip -n s "$@"
}

# The tools name themselves in what they say, and a usage is each tool's own.
as_ip() {
	sed -e 's/\buip\b/ip/g' -e '/^Usage:/,$d' "$1"
}

# In what is shown, the one difference that is meant: the kernel's kind is "veth", the stack's "pair".
# Neighbours stand in the order of a hash, which is random.
plain() {
	as_ip "$1" | sed -e 's/"info_kind":"pair"/"info_kind":"veth"/g' |
		if [ "$2" = sorted ]; then sort; else cat; fi
}

compare() {
	local order=$1 ip_status=0 uip_status=0
	shift
	ns kernel ip "$@" >"$LAB/ip.out" 2>"$LAB/ip.err" <"$LAB/in" || ip_status=$?
	uip -n s "$@" >"$LAB/uip.out" 2>"$LAB/uip.err" <"$LAB/in" || uip_status=$?
	compared=$((compared + 1))
	{
		[ "$ip_status" = "$uip_status" ] || echo "status: ip $ip_status, uip $uip_status"
		diff -u --label ip <(as_ip "$LAB/ip.err") --label uip <(as_ip "$LAB/uip.err") || true
		diff -u --label ip <(plain "$LAB/ip.out" "$order") \
			--label uip <(plain "$LAB/uip.out" "$order") || true
	} >"$LAB/difference"
	[ -s "$LAB/difference" ] || return 0
	different=$((different + 1))
	echo "--- ip $*"
	cat "$LAB/difference"
}

same() {
	: >"$LAB/in"
	compare ordered "$@"
}

same_set() {
	: >"$LAB/in"
	compare sorted "$@"
}

# same_batch OPTIONS …: the commands come from standard input
same_batch() {
	cat >"$LAB/in"
	compare ordered "$@" -batch -
}

# table: one command a line from standard input; # begins a comment
table() {
	local line words
	while IFS= read -r line; do
		read -ra words <<<"${line%%#*}"
		[ "${#words[@]}" -eq 0 ] || same "${words[@]}"
	done
}

all_same() {
	echo "$compared compared, $different different"
	[ "$compared" -gt 0 ] && [ "$different" -eq 0 ]
}
