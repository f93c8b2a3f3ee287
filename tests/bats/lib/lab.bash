# SPDX-License-Identifier: BSD-2-Clause
#
# A laboratory for one test: network namespaces, veth pairs between them, stacks attached to them, and
# processes. Everything is made under names and in a directory of its own, and lab_down removes it all,
# after a failure too. No traffic leaves the namespaces.
#
#	setup()    { lab_up; }
#	teardown() { lab_down; }

load_bats_libraries() {
	load /usr/lib/bats/bats-support/load
	load /usr/lib/bats/bats-assert/load
}
load_bats_libraries

# The family that a test speaks. A file whose name ends in 6 is a link to the one without, and runs it over IPv6.
case $BATS_TEST_FILENAME in
*6.bats) FAMILY=6 PLEN=64 HOSTLEN=128 NODAD=nodad LO=::1 SMALL_MTU=1280 IPHDR=40 ;;
*) FAMILY=4 PLEN=24 HOSTLEN=32 NODAD='' LO=127.0.0.1 SMALL_MTU=576 IPHDR=20 ;;
esac
TCP=TCP$FAMILY # as socat calls it

# addr NET HOST: the address of a host in a net of the laboratory
addr() {
	case $FAMILY in
	4) echo "10.$1.0.$2" ;;
	6) echo "fd00:$1::$2" ;;
	esac
}

# net NET: such a net, as a prefix
net() {
	case $FAMILY in
	4) echo "10.$1.0.0/24" ;;
	6) echo "fd00:$1::/64" ;;
	esac
}

# literal ADDRESS: as it stands in a URL, or before a colon and a port
literal() {
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# address_add NS IF NET HOST: the kernel's end of a link gets its address
address_add() {
	ns "$1" ip addr add "$(addr "$3" "$4")/$PLEN" dev "$2" $NODAD
}

lab_up() {
	LAB=$(mktemp -d "${TMPDIR:-/tmp}/ustack-lab.XXXXXX")
	LAB_ID=${LAB##*.}
	LAB_PIDS=()
	LAB_NETNS=()
	export USTACK_RUNDIR=$LAB/run
	unset USTACK
	mkdir "$USTACK_RUNDIR"
}

lab_down() {
	local pid ns dir
	# Not those of LAB_PIDS that have ended: somebody else may have their number by now.
	for pid in $(jobs -pr); do
		kill "$(leaf "$pid")" "$pid" 2>/dev/null || true
	done
	for dir in "$USTACK_RUNDIR"/*/; do
		[ -e "$dir" ] || continue
		uip stack del "$(basename "$dir")" || kill -9 "$(cat "$dir/lock")" || true
	done
	for pid in "${LAB_PIDS[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	for ns in "${LAB_NETNS[@]}"; do
		ip netns del "$ns" || true
	done
	rm -rf "$LAB"
}

# ns_add NAME …: network namespaces, with lo up
ns_add() {
	local name
	for name; do
		ip netns add "ut-$LAB_ID-$name"
		LAB_NETNS+=("ut-$LAB_ID-$name")
		ns "$name" ip link set lo up
	done
}

# ns NAME COMMAND …: run COMMAND in a namespace
ns() {
	local name=$1
	shift
	ip netns exec "ut-$LAB_ID-$name" "$@"
}

# veth_add NS1 IF1 NS2 IF2: a pair between two namespaces, both ends up
veth_add() {
	ip -n "ut-$LAB_ID-$1" link add "$2" type veth peer name "$4" netns "ut-$LAB_ID-$3"
	ns "$1" ip link set "$2" up
	ns "$3" ip link set "$4" up
}

# offloads NS IF on|off: what the kernel may leave to the device
offloads() {
	ns "$1" ethtool -K "$2" tx "$3" tso "$3" gso "$3" gro "$3" >/dev/null
}

# stack_add NAME NS HOSTIF ADDRESS/LEN [WORDS of uip link add …]: a stack attached to HOSTIF
stack_add() {
	ns "$2" uip stack add "$1"
	stack_attach "$@"
}

# stack_attach NAME NS HOSTIF ADDRESS/LEN [WORDS …]: the same for a stack that runs already
stack_attach() {
	uip -n "$1" link set lo up
	stack_link "$1" "$2" "$3" eth0 "$4" "${@:5}"
}

# stack_link NAME NS HOSTIF IF ADDRESS/LEN [WORDS …]: one more link of a stack, attached to HOSTIF, on which the
# namespace's own stack is silent
stack_link() {
	ns "$2" sysctl -qew "net.ipv6.conf.$3.disable_ipv6=1"
	ns "$2" uip -n "$1" link add "$4" type packet dev "$3" "${@:6}"
	uip -n "$1" addr add "$5" dev "$4" $NODAD
	uip -n "$1" link set "$4" up
}

# on STACK COMMAND …: run COMMAND with its sockets on a stack
on() {
	local name=$1
	shift
	uip stack exec "$name" "$@"
}

daemon_pid() {
	cat "$USTACK_RUNDIR/$1/lock"
}

# cpu_ticks PID: the processor time that it has used, its own and the kernel's, in hundredths of a second; the least
# work may be counted as one or two of them
cpu_ticks() {
	local stat
	read -ra stat <"/proc/$1/stat"
	echo $((stat[13] + stat[14]))
}

# start COMMAND …: in the background until the test ends; its output is in $LAB/out.$started
start() {
	local out
	out=$(mktemp "$LAB/out.XXXXXX")
	"$@" >"$out" 2>&1 3>&- &
	started=$!
	LAB_PIDS+=("$started")
	ln "$out" "$LAB/out.$started"
}

# leaf PID: the program itself, at the end of the shells and wrappers that a started process begins with
leaf() {
	local pid=$1 child
	while child=$(cut -d ' ' -f 1 "/proc/$pid/task/$pid/children" 2>/dev/null) && [ -n "$child" ]; do
		pid=$child
	done
	echo "$pid"
}

# start_until PATTERN COMMAND …: and return when it has printed a line with PATTERN
start_until() {
	local pattern=$1
	shift
	start "$@"
	wait_output "$started" "$pattern"
}

# wait_output PID PATTERN: until a started process has printed PATTERN; fails when it ends without it
wait_output() {
	timeout 60 tail -f -n +1 --pid="$1" "$LAB/out.$1" 2>/dev/null | grep -q -m 1 -e "$2" || {
		echo "process $1 did not print '$2':"
		cat "$LAB/out.$1"
		return 1
	}
}

# wait_until COMMAND …: until COMMAND succeeds; for states that nothing announces
wait_until() {
	local i
	for i in $(seq 300); do
		"$@" >/dev/null 2>&1 && return 0
		read -r -t 0.1 <> <(:) || true
	done
	echo "never came true: $*"
	return 1
}

# random_file NAME BYTES: $LAB/NAME, and its SHA-256 in $sum
random_file() {
	head -c "$2" /dev/urandom >"$LAB/$1"
	sum=$(sha256 "$LAB/$1")
}

sha256() {
	sha256sum "$1" | cut -d ' ' -f 1
}

# transfer FROM-COMMAND-PREFIX TO-COMMAND-PREFIX ADDRESS BYTES: one file, one way
transfer() {
	random_file sent "$4"
	start_until "listening on" $2 socat -dd -u -b 131072 "$TCP-LISTEN:5000,reuseaddr" "CREATE:$LAB/got"
	$1 socat -u -b 131072 "FILE:$LAB/sent" "$TCP:$(literal "$3"):5000"
	wait "$started"
	assert_equal "$(sha256 "$LAB/got")" "$sum"
}
