#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Parameters: those that the stack has exist in a namespace of the kernel, with the same values, and take the same new
# ones. What a namespace inherits from the machine's first one (net.ipv4.conf, net.core) is taken to be as the kernel
# made it there.

load lib

# Parameters that may differ, by pattern, and why.
but() {
	case $1 in
	# The kernel has these in its first namespace only.
	net.ipv[46].neigh.default.*) ;;
	net.ipv4.tcp_max_orphans) ;;
	net.ipv6.mld_max_msf | net.ipv6.mld_qrv) ;;
	# The kernel reckons them from the machine's memory.
	net.ipv4.tcp_rmem | net.ipv4.tcp_wmem) ;;
	net.ipv4.tcp_max_syn_backlog | net.ipv4.tcp_max_tw_buckets) ;;
	# How the machine's kernel was configured.
	net.ipv4.tcp_congestion_control) ;;
	# The kernel counts these (and only these, of IPv6) in ticks of its own clock, the stack in hundredths of a second.
	net.ipv6.neigh.*.retrans_time) ;;
	# The stack never routes by source; the kernel neither, as long as "all" says no.
	net.ipv4.conf.*.accept_source_route) ;;
	# Chosen otherwise, for the reasons that stack/tcp/tcp.h gives.
	net.ipv4.tcp_challenge_ack_limit | net.ipv4.tcp_notsent_lowat | net.ipv4.tcp_rmem) ;;
	*) return 1 ;;
	esac
}

# Names of the kernel that the stack does not have, by pattern, and why: those of devices, of neighbours and of IPv6.
lacks() {
	case $1 in
	# Features that are not in the stack: multicast routing, IPsec, segment routing, IOAM, labels (CALIPSO), routing
	# by marks, BOOTP relays.
	net.ipv[46].conf.*.mc_forwarding) ;;
	net.ipv[46].conf.*.disable_policy | net.ipv4.conf.*.disable_xfrm | net.ipv6.xfrm6_gc_thresh) ;;
	net.ipv6.conf.*.seg6_* | net.ipv6.conf.*.rpl_seg_enabled | net.ipv6.seg6_flowlabel) ;;
	net.ipv6.conf.*.ioam6_* | net.ipv6.ioam6_*) ;;
	net.ipv6.calipso_*) ;;
	net.ipv6.fwmark_reflect | net.ipv4.conf.*.src_valid_mark) ;;
	net.ipv4.conf.*.bootp_relay) ;;
	# Broadcasts are never sent on from one link to another.
	net.ipv4.conf.*.bc_forwarding) ;;
	# Martians are not logged, but counted by their reason: uip -s -s link.
	net.ipv4.conf.*.log_martians) ;;
	# A number that only who wrote it reads.
	net.ipv4.conf.*.tag) ;;
	# The kernel does not heed it either.
	net.ipv[46].neigh.*.anycast_delay) ;;
	# There is one way of sharing flows among next hops, by what names them; and no hardware that is told of routes.
	net.ipv6.fib_multipath_hash_policy | net.ipv6.fib_multipath_hash_fields) ;;
	net.ipv6.fib_notify_on_flag_change) ;;
	# Flow labels are not leased (IPV6_FLOWLABEL_MGR), and not taken over from the peer.
	net.ipv6.flowlabel_consistency | net.ipv6.flowlabel_reflect | net.ipv6.flowlabel_state_ranges) ;;
	# The kernel does not heed it any more.
	net.ipv6.ip6frag_low_thresh) ;;
	# The cache of routes has a fixed size and is not collected; to flush it is uip route flush cache.
	net.ipv6.route.gc_* | net.ipv6.route.max_size | net.ipv6.route.flush) ;;
	# It is there, but shown only once it is set.
	net.ipv6.conf.*.stable_secret) ;;
	*) return 1 ;;
	esac
}

# The newest kernel whose names were all looked at. What a newer one has besides is not known here; what this one has,
# an older one may not have.
looked_at=6.18

# older_than VERSION: is this kernel?
older_than() {
	[ "$(printf '%s\n' "$1" "$(uname -r | cut -d . -f 1-2)" | sort -V | head -n 1)" != "$1" ]
}

newer_than() {
	! older_than "$1" && [ "$(uname -r | cut -d . -f 1-2)" != "$1" ]
}

# The kernel's names of the groups that the stack has.
kernel_names() {
	ns kernel sysctl -aN 2>/dev/null |
		grep -E '^net\.(ipv4\.(conf|neigh)|ipv6\.(conf|neigh|icmp|route))\.|^net\.ipv6\.[a-z0-9_]+$'
}

without_exceptions() {
	local name rest
	while read -r name rest; do
		but "$name" || echo "$name $rest"
	done
}

compare_all() {
	uip -n s sysctl -a | without_exceptions >"$LAB/stack"
	[ "$(wc -l <"$LAB/stack")" -gt 300 ]
	if older_than "$looked_at"; then
		ns kernel sysctl -aN 2>/dev/null >"$LAB/names"
		awk 'NR == FNR { has[$1]; next } $1 in has' "$LAB/names" "$LAB/stack" >"$LAB/known"
		mv "$LAB/known" "$LAB/stack"
	fi
	ns kernel sysctl $(cut -d ' ' -f 1 "$LAB/stack") >"$LAB/kernel" 2>&1 || true
	diff -u "$LAB/kernel" "$LAB/stack"
}

setup() {
	diff_up
}

# try NAME=VALUE: to both; both must take it, or neither, and have the same value then
try() {
	local name=${1%%=*} kernel=taken stack=taken
	older_than "$looked_at" && ! ns kernel test -e "/proc/sys/${name//.//}" && return
	ns kernel sysctl -qw "$1" >/dev/null 2>&1 || kernel=refused
	uip -n s sysctl -w "$1" >/dev/null 2>&1 || stack=refused
	kernel="$kernel, $(ns kernel sysctl -n "$name" 2>/dev/null || true)"
	stack="$stack, $(uip -n s sysctl -n "$name" 2>/dev/null || true)"
	compared=$((compared + 1))
	[ "$kernel" = "$stack" ] && return
	different=$((different + 1))
	echo "$1: kernel $kernel; stack $stack"
}

tries() {
	local line
	while IFS= read -r line; do
		try "$line"
	done
}

@test "there are the same, with the same values" {
	compare_all
}

@test "what the stack does not have is known, and why" {
	local name missing=0
	uip -n s sysctl -a | cut -d ' ' -f 1 | sort >"$LAB/stack"
	kernel_names | sort >"$LAB/kernel"
	[ "$(wc -l <"$LAB/kernel")" -gt 300 ]
	while read -r name; do
		lacks "$name" && continue
		echo "the stack has no $name"
		missing=$((missing + 1))
	done < <(comm -13 "$LAB/stack" "$LAB/kernel")
	# Nothing is in the list that the stack has.
	while read -r name; do
		! lacks "$name" || echo "the stack has $name" | tee "$LAB/superfluous"
	done <"$LAB/stack"
	[ ! -e "$LAB/superfluous" ]
	# A kernel that came later may have more.
	[ "$missing" -eq 0 ] || newer_than "$looked_at"
}

@test "the same are taken and refused" {
	tries <<-'END'
	net.ipv4.ip_forward=1
	net.ipv4.ip_forward=x
	net.ipv4.ip_forward=1x
	net.ipv4.ip_forward=7 x
	net.ipv4.ip_forward=-1
	net.ipv4.ip_forward=0x10
	net.ipv4.ip_forward=010
	net.ipv4.ip_forward=2147483648
	net.ipv4.conf.all.forwarding=1
	net.ipv4.conf.all.accept_redirects=1
	net.ipv4.conf.v1.arp_ignore=2
	net.ipv4.conf.v0.rp_filter=9
	net.ipv4.conf.default.rp_filter=1
	net.ipv4.conf.default.arp_ignore=1
	net.ipv4.conf.default.forwarding=0
	net.ipv4.conf.nope.forwarding=0
	net.ipv4.ip_default_ttl=0
	net.ipv4.ip_default_ttl=255
	net.ipv4.ip_default_ttl=256
	net.ipv4.ip_local_port_range=40000 50000
	net.ipv4.ip_local_port_range=50000 40000
	net.ipv4.ip_local_port_range=1023 40000
	net.ipv4.ip_local_port_range=1024 65536
	net.ipv4.ip_local_port_range=45000
	net.ipv4.ip_local_port_range=45000 x
	net.ipv4.icmp_echo_ignore_all=2
	net.ipv4.icmp_echo_ignore_all=1
	net.ipv4.tcp_rmem=4096 5000 6000
	net.ipv4.tcp_rmem=0 1 2
	net.ipv4.tcp_rmem=5000
	net.ipv4.tcp_rmem=9 5 3
	net.ipv4.tcp_sack=2
	net.ipv4.tcp_sack=256
	net.ipv4.tcp_tw_reuse=3
	net.ipv4.tcp_syn_retries=0
	net.ipv4.tcp_congestion_control=reno
	net.ipv4.tcp_congestion_control=nosuch
	net.ipv4.neigh.v0.base_reachable_time_ms=8000
	net.ipv4.neigh.v0.retrans_time_ms=-1
	net.ipv4.neigh.v0.ucast_solicit=5
	net.ipv4.neigh.v0.unres_qlen=3
	net.ipv4.neigh.v1.unres_qlen_bytes=100000
	net.ipv6.neigh.v0.unres_qlen=-1
	net.ipv4.conf.v0.arp_accept=2
	net.ipv4.conf.default.arp_notify=1
	net.ipv4.conf.v1.medium_id=-1
	net.ipv4.conf.v1.igmpv3_unsolicited_report_interval=0
	net.ipv4.ip_nonlocal_bind=2
	net.ipv4.ip_nonlocal_bind=256
	net.ipv6.ip_nonlocal_bind=1
	net.ipv6.icmp.error_anycast_as_unicast=2
	net.ipv6.conf.v0.router_probe_interval=5
	net.ipv6.conf.v0.ndisc_evict_nocarrier=2
	net.ipv6.conf.v0.ndisc_evict_nocarrier=0
	net.ipv6.conf.v0.ra_honor_pio_pflag=2
	net.ipv6.conf.v0.force_forwarding=2
	net.ipv6.conf.all.force_forwarding=1
	net.ipv6.conf.all.forwarding=1
	net.ipv6.conf.all.accept_dad=2
	net.ipv6.conf.v0.hop_limit=0
	net.ipv6.conf.v0.hop_limit=255
	net.ipv6.conf.v0.mtu=1279
	net.ipv6.conf.v0.mtu=1501
	net.ipv6.conf.v0.mtu=1400
	net.ipv6.conf.default.mtu=9000
	net.ipv6.conf.v0.addr_gen_mode=4
	net.ipv6.conf.v0.addr_gen_mode=2
	net.ipv6.conf.v0.stable_secret=x
	net.ipv6.conf.v0.stable_secret=fd00::1
	net.ipv6.conf.v0.addr_gen_mode=1
	net.ipv6.conf.v0.addr_gen_mode=2
	net.ipv6.conf.all.stable_secret=fd00::1
	net.ipv6.conf.default.stable_secret=fd00::2
	net.ipv6.conf.v1.forwarding=0
	net.ipv6.conf.v1.use_tempaddr=-2
	net.ipv6.conf.all.disable_ipv6=1
	net.ipv6.icmp.ratemask=0-1,3-127,200
	net.ipv6.icmp.ratemask=256
	net.ipv6.icmp.ratemask=0-
	net.ipv6.icmp.ratemask=5-3
	net.ipv6.icmp.ratemask=3 4
	net.ipv6.auto_flowlabels=4
	net.ipv6.auto_flowlabels=3
	net.ipv6.bindv6only=2
	net.ipv6.neigh.v1.base_reachable_time=0x20
	net.ipv6.nosuch=1
	END
	# What followed from them is the same, too.
	compare_all || different=$((different + 1))
	all_same
}
