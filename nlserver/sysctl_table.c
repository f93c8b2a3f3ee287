/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parameters that there are. The order of the groups and of their rows is that of being shown: by name, as far as
 * groups go.
 */
#include "nlserver/sysctl_table.h"

#include <errno.h>
#include <stdint.h>

#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/addrconf.h"
#include "stack/tcp/tcp.h"
#include "stack/transport/transport.h"
#include "stack/transport/udp_table.h"

#define U31		 INT32_MAX
#define PRIVILEGED_PORTS 1024 /* ports below are not given to who asks for none */

#define ROW(n, type, field, lo, hi)                                                    \
	{                                                                              \
		.name = n, .offset = offsetof(type, field), .kind = SYSCTL_UNSIGNED,   \
		.width = sizeof(((type *)0)->field), .count = 1, .low = lo, .high = hi \
	}

/* net.core and the transports ------------------------------------------------------------------ */

#define CORE(field, lo)	   ROW(#field, struct transport_sysctl, field, lo, U31)
#define TCP(field, lo, hi) ROW(#field, struct tcp_sysctl, field, lo, hi)
#define TRIPLE(field)                                                                         \
	{                                                                                     \
		.name = #field, .offset = offsetof(struct tcp_sysctl, field),                 \
		.kind = SYSCTL_UNSIGNED, .width = sizeof(((struct tcp_sysctl *)0)->field[0]), \
		.count = 3, .low = 1, .high = UINT32_MAX                                      \
	}

static const struct sysctl_row rmem_rows[] = {
	CORE(rmem_default, SOCK_MIN_RCVBUF),
	CORE(rmem_max, SOCK_MIN_RCVBUF),
};

static const struct sysctl_row wmem_rows[] = {
	CORE(wmem_default, SOCK_MIN_SNDBUF),
	CORE(wmem_max, SOCK_MIN_SNDBUF),
};

static const struct sysctl_row somaxconn_rows[] = {
	TCP(somaxconn, 0, 65535),
};

static const struct sysctl_row port_rows[] = {
	{ .name = "ip_local_port_range",
	  .offset = offsetof(struct port_table, low),
	  .kind = SYSCTL_UNSIGNED,
	  .width = sizeof(uint16_t),
	  .count = 2,
	  .low = PRIVILEGED_PORTS,
	  .high = 65535 },
};

static const struct sysctl_row tcp_rows[] = {
	TCP(tcp_abort_on_overflow, 0, 255),
	TCP(tcp_base_mss, 48, 65535),
	TCP(tcp_challenge_ack_limit, 0, U31),
	{ "tcp_congestion_control", .kind = SYSCTL_TEXT, .width = TCP_CONG_NAME_MAX,
	  .offset = offsetof(struct tcp_sysctl, tcp_congestion_control) },
	TCP(tcp_dsack, 0, 255),
	TCP(tcp_fin_timeout, 1, 120),
	TCP(tcp_invalid_ratelimit, 0, U31),
	TCP(tcp_keepalive_intvl, 1, 32767),
	TCP(tcp_keepalive_probes, 1, 127),
	TCP(tcp_keepalive_time, 1, 32767),
	TCP(tcp_limit_output_bytes, 0, U31),
	TCP(tcp_max_orphans, 0, U31),
	TCP(tcp_max_reordering, 3, 65535),
	TCP(tcp_max_syn_backlog, 1, U31),
	TCP(tcp_max_tw_buckets, 0, U31),
	TCP(tcp_min_snd_mss, 48, 65535),
	TCP(tcp_moderate_rcvbuf, 0, 255),
	TCP(tcp_mtu_probing, 0, 255),
	TCP(tcp_notsent_lowat, 1, UINT32_MAX),
	TCP(tcp_orphan_retries, 0, 255),
	TCP(tcp_reordering, 1, 127),
	TCP(tcp_retries1, 0, 255),
	TCP(tcp_retries2, 0, 255),
	TCP(tcp_rfc1337, 0, 255),
	TRIPLE(tcp_rmem),
	TCP(tcp_rto_min_us, 1, U31),
	TCP(tcp_sack, 0, 255),
	TCP(tcp_slow_start_after_idle, 0, 255),
	TCP(tcp_syn_retries, 1, 127),
	TCP(tcp_synack_retries, 0, 255),
	TCP(tcp_timestamps, 0, 255),
	TCP(tcp_tso_win_divisor, 1, 255),
	TCP(tcp_tw_reuse, 0, 2),
	TCP(tcp_window_scaling, 0, 255),
	TRIPLE(tcp_wmem),
};

static void *core_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	(void)scope;
	(void)dev;
	return transport_sysctl(net);
}

static void *tcp_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	(void)scope;
	(void)dev;
	return tcp_sysctl(net);
}

static int tcp_check_text(const char *text, struct extack *ack)
{
	return tcp_cong_known(text) ? 0 : extack_set(ack, -ENOENT, "Unknown congestion control");
}

static void *port_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	(void)scope;
	(void)dev;
	return tcp_port_table(net);
}

/* One range for all protocols: it is kept in TCP's table, UDP's has a copy. */
static int port_changed(struct net *net, void *base, void *field, int64_t old)
{
	const struct port_table *from = base;
	struct port_table *to = &net->transport->udp->ports;

	(void)field;
	(void)old;
	if (from->low > from->high)
		return -EINVAL;
	to->low = from->low;
	to->high = from->high;
	return 0;
}

/* IPv4 ----------------------------------------------------------------------------------------- */

#define IPV4(field, hi) ROW(#field, struct ipv4_sysctl, field, 0, hi)
/* As with the kernel, any number may be written: those that mean nothing else mean "yes". */
#define CONF4_ROW(n, field, lo, hi)                                                               \
	{                                                                                         \
		.name = n, .offset = offsetof(struct ipv4_devconf, field), .kind = SYSCTL_SIGNED, \
		.width = sizeof(int32_t), .count = 1, .low = lo, .high = hi                       \
	}
#define CONF4(field) CONF4_ROW(#field, field, INT32_MIN, INT32_MAX)

static const struct sysctl_row conf4_rows[] = {
	CONF4(accept_local),
	CONF4(accept_redirects),
	CONF4_ROW("accept_source_route", accept_source_route, 0, 0),
	CONF4(arp_accept),
	CONF4(arp_announce),
	CONF4(arp_evict_nocarrier),
	CONF4(arp_filter),
	CONF4(arp_ignore),
	CONF4(arp_notify),
	CONF4(drop_gratuitous_arp),
	CONF4(drop_unicast_in_l2_multicast),
	CONF4(force_igmp_version),
	CONF4(forwarding),
	CONF4(igmpv2_unsolicited_report_interval),
	CONF4(igmpv3_unsolicited_report_interval),
	CONF4(ignore_routes_with_linkdown),
	CONF4(medium_id),
	CONF4(promote_secondaries),
	CONF4(proxy_arp),
	CONF4(proxy_arp_pvlan),
	CONF4(route_localnet),
	CONF4(rp_filter),
	CONF4(secure_redirects),
	CONF4(send_redirects),
	CONF4(shared_media),
};

static const struct sysctl_row ipv4_icmp_rows[] = {
	IPV4(icmp_echo_ignore_all, 1),
	IPV4(icmp_echo_ignore_broadcasts, 1),
	IPV4(icmp_msgs_burst, U31),
	IPV4(icmp_msgs_per_sec, U31),
	IPV4(icmp_ratelimit, U31),
	IPV4(icmp_ratemask, U31),
	IPV4(igmp_max_memberships, U31),
	ROW("ip_default_ttl", struct ipv4_sysctl, ip_default_ttl, 1, 255),
};

static const struct sysctl_row ip_forward_rows[] = {
	CONF4_ROW("ip_forward", forwarding, INT32_MIN, INT32_MAX),
};

static const struct sysctl_row ipv4_ip_rows[] = {
	IPV4(ip_no_pmtu_disc, 255),
	IPV4(ip_nonlocal_bind, 255),
	IPV4(ipfrag_high_thresh, U31),
	IPV4(ipfrag_time, 3600),
};

static const struct sysctl_row route4_rows[] = {
	ROW("min_pmtu", struct ipv4_sysctl, min_pmtu, 68, 65535),
	ROW("mtu_expires", struct ipv4_sysctl, mtu_expires, 0, 86400),
};

static void *ipv4_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	(void)scope;
	(void)dev;
	return ipv4_sysctl(net);
}

static void *conf4_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	return scope == SYSCTL_DEFAULT ? ipv4_conf_default(net) : ipv4_conf(net, dev);
}

static int conf4_changed(struct net *net, void *base, void *field, int64_t old)
{
	ipv4_conf_changed(net, base, field, old);
	return 0;
}

/* IPv6 ----------------------------------------------------------------------------------------- */

#define IPV6(field, hi) ROW(#field, struct ipv6_sysctl, field, 0, hi)
#define CONF6(field, lo, hi)                                                                       \
	{                                                                                          \
		.name = #field, .offset = offsetof(struct ipv6_devconf, field),                    \
		.kind = SYSCTL_SIGNED, .width = sizeof(int32_t), .count = 1, .low = lo, .high = hi \
	}

static const struct sysctl_row conf6_rows[] = {
	CONF6(accept_dad, INT32_MIN, INT32_MAX),
	CONF6(accept_ra, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_defrtr, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_from_local, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_min_hop_limit, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_min_lft, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_mtu, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_pinfo, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_rt_info_max_plen, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_rt_info_min_plen, INT32_MIN, INT32_MAX),
	CONF6(accept_ra_rtr_pref, INT32_MIN, INT32_MAX),
	CONF6(accept_redirects, INT32_MIN, INT32_MAX),
	CONF6(accept_source_route, 0, 0),
	CONF6(accept_untracked_na, INT32_MIN, INT32_MAX),
	CONF6(addr_gen_mode, 0, 3),
	CONF6(autoconf, INT32_MIN, INT32_MAX),
	CONF6(dad_transmits, INT32_MIN, INT32_MAX),
	CONF6(disable_ipv6, INT32_MIN, INT32_MAX),
	CONF6(drop_unicast_in_l2_multicast, INT32_MIN, INT32_MAX),
	CONF6(drop_unsolicited_na, INT32_MIN, INT32_MAX),
	CONF6(enhanced_dad, INT32_MIN, INT32_MAX),
	CONF6(force_forwarding, 0, 1),
	CONF6(force_mld_version, INT32_MIN, INT32_MAX),
	CONF6(force_tllao, INT32_MIN, INT32_MAX),
	CONF6(forwarding, INT32_MIN, INT32_MAX),
	CONF6(hop_limit, 1, 255),
	CONF6(ignore_routes_with_linkdown, INT32_MIN, INT32_MAX),
	CONF6(keep_addr_on_down, INT32_MIN, INT32_MAX),
	CONF6(max_addresses, INT32_MIN, INT32_MAX),
	CONF6(max_desync_factor, INT32_MIN, INT32_MAX),
	CONF6(mldv1_unsolicited_report_interval, INT32_MIN, INT32_MAX),
	CONF6(mldv2_unsolicited_report_interval, INT32_MIN, INT32_MAX),
	CONF6(mtu, 1280, INT32_MAX),
	CONF6(ndisc_evict_nocarrier, 0, 1),
	CONF6(ndisc_notify, INT32_MIN, INT32_MAX),
	CONF6(ndisc_tclass, INT32_MIN, INT32_MAX),
	CONF6(optimistic_dad, INT32_MIN, INT32_MAX),
	CONF6(proxy_ndp, INT32_MIN, INT32_MAX),
	CONF6(ra_defrtr_metric, INT32_MIN, INT32_MAX),
	CONF6(ra_honor_pio_life, INT32_MIN, INT32_MAX),
	CONF6(ra_honor_pio_pflag, 0, 1),
	CONF6(regen_max_retry, INT32_MIN, INT32_MAX),
	CONF6(regen_min_advance, INT32_MIN, INT32_MAX),
	CONF6(router_probe_interval, INT32_MIN, INT32_MAX),
	CONF6(router_solicitation_delay, INT32_MIN, INT32_MAX),
	CONF6(router_solicitation_interval, INT32_MIN, INT32_MAX),
	CONF6(router_solicitation_max_interval, INT32_MIN, INT32_MAX),
	CONF6(router_solicitations, INT32_MIN, INT32_MAX),
	{ "stable_secret", .kind = SYSCTL_SECRET },
	CONF6(suppress_frag_ndisc, INT32_MIN, INT32_MAX),
	CONF6(temp_prefered_lft, INT32_MIN, INT32_MAX),
	CONF6(temp_valid_lft, INT32_MIN, INT32_MAX),
	CONF6(use_oif_addrs_only, INT32_MIN, INT32_MAX),
	CONF6(use_optimistic, INT32_MIN, INT32_MAX),
	CONF6(use_tempaddr, INT32_MIN, INT32_MAX),
};

static const struct sysctl_row ipv6_rows[] = {
	IPV6(anycast_src_echo_reply, 255),
	IPV6(auto_flowlabels, 3),
	IPV6(bindv6only, 255),
};

static const struct sysctl_row icmp6_rows[] = {
	ROW("echo_ignore_all", struct ipv6_sysctl, icmp_echo_ignore_all, 0, 255),
	ROW("echo_ignore_anycast", struct ipv6_sysctl, icmp_echo_ignore_anycast, 0, 255),
	ROW("echo_ignore_multicast", struct ipv6_sysctl, icmp_echo_ignore_multicast, 0, 255),
	ROW("error_anycast_as_unicast", struct ipv6_sysctl, icmp_error_anycast_as_unicast, 0, 1),
	ROW("ratelimit", struct ipv6_sysctl, icmp_ratelimit, 0, U31),
	{ .name = "ratemask",
	  .offset = offsetof(struct ipv6_sysctl, icmp_ratemask),
	  .kind = SYSCTL_BITS,
	  .width = sizeof(((struct ipv6_sysctl *)0)->icmp_ratemask),
	  .count = 1 },
};

static const struct sysctl_row ipv6_more_rows[] = {
	IPV6(idgen_delay, U31),
	IPV6(idgen_retries, 255),
	IPV6(ip6frag_high_thresh, U31),
	IPV6(ip6frag_time, 3600),
	IPV6(ip_nonlocal_bind, 255),
	ROW("max_dst_opts_length", struct ipv6_sysctl, max_dst_opts_length, 0, U31),
	ROW("max_dst_opts_number", struct ipv6_sysctl, max_dst_opts_number, 0, U31),
	ROW("max_hbh_length", struct ipv6_sysctl, max_hbh_length, 0, U31),
	ROW("max_hbh_opts_number", struct ipv6_sysctl, max_hbh_opts_number, 0, U31),
	IPV6(mld_max_msf, U31),
	ROW("mld_qrv", struct ipv6_sysctl, mld_qrv, 1, 7),
};

static const struct sysctl_row route6_rows[] = {
	ROW("min_adv_mss", struct ipv6_sysctl, route_min_adv_mss, 1, U31),
	ROW("mtu_expires", struct ipv6_sysctl, route_mtu_expires, 0, U31),
	IPV6(skip_notify_on_dev_down, 1),
};

static void *ipv6_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	(void)scope;
	(void)dev;
	return ipv6_sysctl(net);
}

static void *conf6_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	return scope == SYSCTL_DEFAULT ? addrconf_conf_default(net) : addrconf_conf(net, dev);
}

static int conf6_changed(struct net *net, void *base, void *field, int64_t old)
{
	return addrconf_conf_changed(net, base, field, old);
}

/* Neighbours of both --------------------------------------------------------------------------- */

/* The kernel has several of them in more than one unit: seconds, or hundredths of them; we keep milliseconds. */
#define PARM(n, field, lo, hi, u)                                                                  \
	{                                                                                          \
		.name = n, .offset = offsetof(struct neigh_parms, field), .kind = SYSCTL_UNSIGNED, \
		.width = sizeof(uint32_t), .count = 1, .unit = u, .low = lo, .high = hi            \
	}
#define MS_PER_S	 1000
#define MS_PER_TICK	 10 /* USER_HZ */
/* What the kernel's memory for a frame of Ethernet is: by it the old name for unres_qlen_bytes counts. */
#define BYTES_PER_PACKET 2090
#define TABLE(field, hi) ROW(#field, struct neigh_table, field, 0, hi)

static const struct sysctl_row neigh_rows[] = {
	PARM("app_solicit", app_probes, 0, 255, 1),
	PARM("base_reachable_time", base_reachable_time, 1, U31 / MS_PER_S, MS_PER_S),
	PARM("base_reachable_time_ms", base_reachable_time, 1, U31, 1),
	PARM("delay_first_probe_time", delay_probe_time, 0, 3600, 1),
	PARM("gc_stale_time", gc_staletime, 0, 86400, 1),
	PARM("interval_probe_time_ms", interval_probe_time, 1, U31, 1),
	PARM("locktime", locktime, 0, U31 / MS_PER_TICK, MS_PER_TICK),
	PARM("mcast_resolicit", mcast_reprobes, 0, 255, 1),
	PARM("mcast_solicit", mcast_probes, 0, 255, 1),
	PARM("proxy_delay", proxy_delay, 0, U31 / MS_PER_TICK, MS_PER_TICK),
	PARM("proxy_qlen", proxy_qlen, 0, U31, 1),
	PARM("retrans_time", retrans_time, 1, U31 / MS_PER_TICK, MS_PER_TICK),
	PARM("retrans_time_ms", retrans_time, 1, U31, 1),
	PARM("ucast_solicit", ucast_probes, 0, 255, 1),
	PARM("unres_qlen", queue_len_bytes, 0, U31 / BYTES_PER_PACKET, BYTES_PER_PACKET),
	PARM("unres_qlen_bytes", queue_len_bytes, 0, U31, 1),
};

static const struct sysctl_row neigh_table_rows[] = {
	TABLE(gc_interval, 86400),
	TABLE(gc_thresh1, U31),
	TABLE(gc_thresh2, U31),
	TABLE(gc_thresh3, U31),
};

static void *neigh_base(struct neigh_table *tbl, enum sysctl_scope scope, struct net_device *dev)
{
	return scope == SYSCTL_DEFAULT ? &tbl->parms : neigh_parms_get(tbl, dev);
}

static void *neigh4_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	return neigh_base(ipv4_neigh_table(net), scope, dev);
}

static void *neigh6_base(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	return neigh_base(ipv6_neigh_table(net), scope, dev);
}

static int neigh_changed(struct net *net, void *base, void *field, int64_t old)
{
	(void)net;
	(void)old;
	neigh_parms_changed(base, field);
	return 0;
}

/* What IPv6 tells of a device has these times in it. */
static int neigh6_changed(struct net *net, void *base, void *field, int64_t old)
{
	const struct neigh_parms *p = base;

	neigh_changed(net, base, field, old);
	if (p->dev && (field == &p->base_reachable_time || field == &p->retrans_time))
		addrconf_ifinfo_changed(in6_dev_get(p->dev));
	return 0;
}

static void *neigh4_table(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	(void)scope;
	(void)dev;
	return ipv4_neigh_table(net);
}

static void *neigh6_table(struct net *net, enum sysctl_scope scope, struct net_device *dev)
{
	(void)scope;
	(void)dev;
	return ipv6_neigh_table(net);
}

/* The groups ----------------------------------------------------------------------------------- */

#define ROWS(r) .rows = r, .nr_rows = ARRAY_SIZE(r)

const struct sysctl_group sysctl_groups[] = {
	{ .prefix = "net.core", ROWS(rmem_rows), .base = core_base },
	{ .prefix = "net.core", ROWS(somaxconn_rows), .base = tcp_base },
	{ .prefix = "net.core", ROWS(wmem_rows), .base = core_base },
	{ .prefix = "net.ipv4.conf",
	  .all = true,
	  .dflt = true,
	  .device = true,
	  ROWS(conf4_rows),
	  .base = conf4_base,
	  .changed = conf4_changed },
	{ .prefix = "net.ipv4", ROWS(ipv4_icmp_rows), .base = ipv4_base },
	{ .prefix = "net.ipv4",
	  ROWS(ip_forward_rows),
	  .base = conf4_base,
	  .changed = conf4_changed },
	{ .prefix = "net.ipv4", ROWS(port_rows), .base = port_base, .changed = port_changed },
	{ .prefix = "net.ipv4", ROWS(ipv4_ip_rows), .base = ipv4_base },
	{ .prefix = "net.ipv4.neigh",
	  .dflt = true,
	  .device = true,
	  ROWS(neigh_rows),
	  .base = neigh4_base,
	  .changed = neigh_changed },
	{ .prefix = "net.ipv4.neigh", .dflt = true, ROWS(neigh_table_rows), .base = neigh4_table },
	{ .prefix = "net.ipv4.route", ROWS(route4_rows), .base = ipv4_base },
	{ .prefix = "net.ipv4", ROWS(tcp_rows), .base = tcp_base, .check_text = tcp_check_text },
	{ .prefix = "net.ipv6", ROWS(ipv6_rows), .base = ipv6_base },
	{ .prefix = "net.ipv6.conf",
	  .all = true,
	  .dflt = true,
	  .device = true,
	  ROWS(conf6_rows),
	  .base = conf6_base,
	  .changed = conf6_changed },
	{ .prefix = "net.ipv6.icmp", ROWS(icmp6_rows), .base = ipv6_base },
	{ .prefix = "net.ipv6", ROWS(ipv6_more_rows), .base = ipv6_base },
	{ .prefix = "net.ipv6.neigh",
	  .dflt = true,
	  .device = true,
	  ROWS(neigh_rows),
	  .base = neigh6_base,
	  .changed = neigh6_changed },
	{ .prefix = "net.ipv6.neigh", .dflt = true, ROWS(neigh_table_rows), .base = neigh6_table },
	{ .prefix = "net.ipv6.route", ROWS(route6_rows), .base = ipv6_base },
};

const unsigned sysctl_nr_groups = ARRAY_SIZE(sysctl_groups);
