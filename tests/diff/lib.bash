# SPDX-License-Identifier: BSD-2-Clause
#
# What the differential tests share. Each test has a network namespace, which ip(8) configures, and an
# instance of the stack, which uip configures: two devices v0 and v1, wired to each other, in both.
#
#	same WORDS …	runs both with the same words; status, message and output must be equal; but where
#			the kernel gives an error's number alone, the stack gives that, and a sentence
#	all_same	ends the test: fails if any pair was not the same, and shows how they differ

load ../bats/lib/lab

setup() {
	diff_up without_ipv6
	both addr add 10.0.0.1/24 brd + dev v0
	both addr add 10.0.1.1/24 dev v1
}

# without_ipv6: neither has it, on any device
without_ipv6() {
	ns kernel sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	uip -n s sysctl net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 >/dev/null
}

# diff_up [without_ipv6]: two wired devices in both
diff_up() {
	lab_up
	ns_add kernel
	uip stack add s
	[ $# -eq 0 ] || "$1"
	uip -n s link set lo up
	both link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
	both link set v0 up
	both link set v1 up
	wait_until carried v0
	wait_until carried v1
	different=0
	compared=0
}

# carried DEVICE: has the kernel, too, seen its carrier? It does so after the command has ended.
carried() {
	ns kernel ip -br link show "$1" | grep -q ' UP '
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

# errors UIP_SAID IP_SAID: what uip said, with $UIP_ERRNO set, in the form in which ip said it. The stack's
# errors are two lines, a sentence and the number: the one is kept that is of the kind of ip's line there.
# A number without a sentence is marked, and so differs from anything that ip says.
errors() {
	awk '
	function put(line) { print line; at++ }
	FILENAME == ARGV[1] { ip[FNR] = $0; next }
	/^RTNETLINK answers: / {
		if (sentence == "")
			put("without a sentence: " $0)
		else
			put(ip[at + 1] ~ /^RTNETLINK answers: / ? $0 : sentence)
		sentence = ""
		next
	}
	sentence != "" { put(sentence); sentence = "" }
	/^Error: ./ { sentence = $0; next }
	{ put($0) }
	END { if (sentence != "") put(sentence) }
	' "$2" "$1"
}

compare() {
	local order=$1 ip_status=0 uip_status=0
	shift
	ns kernel ip "$@" >"$LAB/ip.out" 2>"$LAB/ip.err" <"$LAB/in" || ip_status=$?
	UIP_ERRNO=1 uip -n s "$@" >"$LAB/uip.out" 2>"$LAB/uip.err" <"$LAB/in" || uip_status=$?
	compared=$((compared + 1))
	as_ip "$LAB/ip.err" >"$LAB/ip.said"
	as_ip "$LAB/uip.err" >"$LAB/uip.said"
	{
		[ "$ip_status" = "$uip_status" ] || echo "status: ip $ip_status, uip $uip_status"
		diff -u --label ip "$LAB/ip.said" --label uip <(errors "$LAB/uip.said" "$LAB/ip.said") || true
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
