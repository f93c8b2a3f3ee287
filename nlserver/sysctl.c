/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of parameters, and their text form. */
#include "nlserver/sysctl.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/ipv4/ipv4.h"
#include "stack/tcp/tcp.h"
#include "stack/transport/transport.h"
#include "stack/transport/udp_table.h"

/* Where a field stands: in which of the stack's structs. */
enum sysctl_base { BASE_CORE, BASE_IPV4, BASE_TCP, BASE_ARP, BASE_ARP_TABLE, BASE_PORTS };

/* One parameter: an integer of 1 to 8 bytes, or several in a row (as tcp_rmem has three). */
struct sysctl {
	const char *name;
	enum sysctl_base base;
	size_t offset;
	uint8_t width;			/* bytes of one */
	uint8_t count;
	bool text;			/* a string instead, in width bytes */
	uint64_t low, high;		/* of each value */
};

#define FIELD(b, type, field, lo, hi) \
	.base = b, .offset = offsetof(type, field), .width = sizeof(((type *)0)->field), .count = 1, .low = lo, .high = hi
#define CORE(field, lo)	      FIELD(BASE_CORE, struct transport_sysctl, field, lo, INT32_MAX)
#define IPV4(field, hi)	      FIELD(BASE_IPV4, struct ipv4_sysctl, field, 0, hi)
#define TCP(field, lo, hi)    FIELD(BASE_TCP, struct tcp_sysctl, field, lo, hi)
#define ARP(field, lo, hi)    FIELD(BASE_ARP, struct neigh_parms, field, lo, hi)
#define TABLE(field, hi)      FIELD(BASE_ARP_TABLE, struct neigh_table, field, 0, hi)
#define TRIPLE(field)	      .base = BASE_TCP, .offset = offsetof(struct tcp_sysctl, field), \
			      .width = sizeof(((struct tcp_sysctl *)0)->field[0]), .count = 3, .low = 1, .high = UINT32_MAX
#define U31		      INT32_MAX

static const struct sysctl table[] = {
	{ "net.core.rmem_default", CORE(rmem_default, SOCK_MIN_RCVBUF) },
	{ "net.core.rmem_max", CORE(rmem_max, SOCK_MIN_RCVBUF) },
	{ "net.core.somaxconn", TCP(somaxconn, 0, 65535) },
	{ "net.core.wmem_default", CORE(wmem_default, SOCK_MIN_SNDBUF) },
	{ "net.core.wmem_max", CORE(wmem_max, SOCK_MIN_SNDBUF) },
	{ "net.ipv4.conf.all.accept_redirects", IPV4(accept_redirects, 1) },
	{ "net.ipv4.conf.all.accept_source_route", IPV4(accept_source_route, 0) },
	{ "net.ipv4.conf.all.arp_announce", IPV4(arp_announce, 2) },
	{ "net.ipv4.conf.all.arp_ignore", IPV4(arp_ignore, 8) },
	{ "net.ipv4.conf.all.forwarding", IPV4(ip_forward, 1) },
	{ "net.ipv4.conf.all.proxy_arp", IPV4(proxy_arp, 1) },
	{ "net.ipv4.conf.all.rp_filter", IPV4(rp_filter, 2) },
	{ "net.ipv4.conf.all.send_redirects", IPV4(send_redirects, 1) },
	{ "net.ipv4.icmp_echo_ignore_all", IPV4(icmp_echo_ignore_all, 1) },
	{ "net.ipv4.icmp_echo_ignore_broadcasts", IPV4(icmp_echo_ignore_broadcasts, 1) },
	{ "net.ipv4.icmp_msgs_burst", IPV4(icmp_msgs_burst, U31) },
	{ "net.ipv4.icmp_msgs_per_sec", IPV4(icmp_msgs_per_sec, U31) },
	{ "net.ipv4.icmp_ratelimit", IPV4(icmp_ratelimit, U31) },
	{ "net.ipv4.icmp_ratemask", IPV4(icmp_ratemask, U31) },
	{ "net.ipv4.igmp_max_memberships", IPV4(igmp_max_memberships, U31) },
	{ "net.ipv4.ip_default_ttl", FIELD(BASE_IPV4, struct ipv4_sysctl, ip_default_ttl, 1, 255) },
	{ "net.ipv4.ip_forward", IPV4(ip_forward, 1) },
	{ "net.ipv4.ip_local_port_range", .base = BASE_PORTS, .offset = offsetof(struct port_table, low),
	  .width = sizeof(uint16_t), .count = 2, .low = 1, .high = 65535 },
	{ "net.ipv4.ip_no_pmtu_disc", IPV4(ip_no_pmtu_disc, 1) },
	{ "net.ipv4.ipfrag_high_thresh", IPV4(ipfrag_high_thresh, U31) },
	{ "net.ipv4.ipfrag_time", IPV4(ipfrag_time, 3600) },
	{ "net.ipv4.neigh.default.app_solicit", ARP(app_probes, 0, 255) },
	{ "net.ipv4.neigh.default.base_reachable_time_ms", ARP(base_reachable_time, 1, U31) },
	{ "net.ipv4.neigh.default.delay_first_probe_time", ARP(delay_probe_time, 0, 3600) },
	{ "net.ipv4.neigh.default.gc_interval", TABLE(gc_interval, 86400) },
	{ "net.ipv4.neigh.default.gc_stale_time", ARP(gc_staletime, 0, 86400) },
	{ "net.ipv4.neigh.default.gc_thresh1", TABLE(gc_thresh1, U31) },
	{ "net.ipv4.neigh.default.gc_thresh2", TABLE(gc_thresh2, U31) },
	{ "net.ipv4.neigh.default.gc_thresh3", TABLE(gc_thresh3, U31) },
	{ "net.ipv4.neigh.default.locktime_ms", ARP(locktime, 0, U31) },
	{ "net.ipv4.neigh.default.mcast_resolicit", ARP(mcast_reprobes, 0, 255) },
	{ "net.ipv4.neigh.default.mcast_solicit", ARP(mcast_probes, 0, 255) },
	{ "net.ipv4.neigh.default.proxy_delay_ms", ARP(proxy_delay, 0, U31) },
	{ "net.ipv4.neigh.default.proxy_qlen", ARP(proxy_qlen, 0, U31) },
	{ "net.ipv4.neigh.default.retrans_time_ms", ARP(retrans_time, 1, U31) },
	{ "net.ipv4.neigh.default.ucast_solicit", ARP(ucast_probes, 0, 255) },
	{ "net.ipv4.neigh.default.unres_qlen_bytes", ARP(queue_len_bytes, 0, U31) },
	{ "net.ipv4.route.min_pmtu", FIELD(BASE_IPV4, struct ipv4_sysctl, min_pmtu, 68, 65535) },
	{ "net.ipv4.route.mtu_expires", IPV4(mtu_expires, 86400) },
	{ "net.ipv4.tcp_abort_on_overflow", TCP(tcp_abort_on_overflow, 0, 1) },
	{ "net.ipv4.tcp_base_mss", TCP(tcp_base_mss, 48, 65535) },
	{ "net.ipv4.tcp_challenge_ack_limit", TCP(tcp_challenge_ack_limit, 0, U31) },
	{ "net.ipv4.tcp_congestion_control", .base = BASE_TCP, .text = true, .width = TCP_CONG_NAME_MAX,
	  .offset = offsetof(struct tcp_sysctl, tcp_congestion_control) },
	{ "net.ipv4.tcp_dsack", TCP(tcp_dsack, 0, 1) },
	{ "net.ipv4.tcp_fin_timeout", TCP(tcp_fin_timeout, 1, 120) },
	{ "net.ipv4.tcp_invalid_ratelimit", TCP(tcp_invalid_ratelimit, 0, U31) },
	{ "net.ipv4.tcp_keepalive_intvl", TCP(tcp_keepalive_intvl, 1, 32767) },
	{ "net.ipv4.tcp_keepalive_probes", TCP(tcp_keepalive_probes, 1, 127) },
	{ "net.ipv4.tcp_keepalive_time", TCP(tcp_keepalive_time, 1, 32767) },
	{ "net.ipv4.tcp_limit_output_bytes", TCP(tcp_limit_output_bytes, 0, U31) },
	{ "net.ipv4.tcp_max_orphans", TCP(tcp_max_orphans, 0, U31) },
	{ "net.ipv4.tcp_max_reordering", TCP(tcp_max_reordering, 3, 65535) },
	{ "net.ipv4.tcp_max_syn_backlog", TCP(tcp_max_syn_backlog, 1, U31) },
	{ "net.ipv4.tcp_max_tw_buckets", TCP(tcp_max_tw_buckets, 0, U31) },
	{ "net.ipv4.tcp_min_snd_mss", TCP(tcp_min_snd_mss, 48, 65535) },
	{ "net.ipv4.tcp_moderate_rcvbuf", TCP(tcp_moderate_rcvbuf, 0, 1) },
	{ "net.ipv4.tcp_mtu_probing", TCP(tcp_mtu_probing, 0, 1) },
	{ "net.ipv4.tcp_notsent_lowat", TCP(tcp_notsent_lowat, 1, UINT32_MAX) },
	{ "net.ipv4.tcp_orphan_retries", TCP(tcp_orphan_retries, 0, 255) },
	{ "net.ipv4.tcp_reordering", TCP(tcp_reordering, 1, 127) },
	{ "net.ipv4.tcp_retries1", TCP(tcp_retries1, 0, 255) },
	{ "net.ipv4.tcp_retries2", TCP(tcp_retries2, 0, 255) },
	{ "net.ipv4.tcp_rfc1337", TCP(tcp_rfc1337, 0, 1) },
	{ "net.ipv4.tcp_rmem", TRIPLE(tcp_rmem) },
	{ "net.ipv4.tcp_rto_min_us", TCP(tcp_rto_min_us, 1, U31) },
	{ "net.ipv4.tcp_sack", TCP(tcp_sack, 0, 1) },
	{ "net.ipv4.tcp_slow_start_after_idle", TCP(tcp_slow_start_after_idle, 0, 1) },
	{ "net.ipv4.tcp_syn_retries", TCP(tcp_syn_retries, 1, 127) },
	{ "net.ipv4.tcp_synack_retries", TCP(tcp_synack_retries, 0, 127) },
	{ "net.ipv4.tcp_timestamps", TCP(tcp_timestamps, 0, 1) },
	{ "net.ipv4.tcp_tso_win_divisor", TCP(tcp_tso_win_divisor, 1, 255) },
	{ "net.ipv4.tcp_tw_reuse", TCP(tcp_tw_reuse, 0, 2) },
	{ "net.ipv4.tcp_window_scaling", TCP(tcp_window_scaling, 0, 1) },
	{ "net.ipv4.tcp_wmem", TRIPLE(tcp_wmem) },
};

const struct sysctl *sysctl_find(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

const struct sysctl *sysctl_at(unsigned i)
{
	return i < ARRAY_SIZE(table) ? &table[i] : NULL;
}

const char *sysctl_name(const struct sysctl *s)
{
	return s->name;
}

static void *sysctl_field(struct net *net, const struct sysctl *s, unsigned i)
{
	char *base = NULL;

	switch (s->base) {
	case BASE_CORE:
		base = (char *)transport_sysctl(net);
		break;
	case BASE_IPV4:
		base = (char *)ipv4_sysctl(net);
		break;
	case BASE_TCP:
		base = (char *)tcp_sysctl(net);
		break;
	case BASE_ARP:
		base = (char *)&ipv4_neigh_table(net)->parms;
		break;
	case BASE_ARP_TABLE:
		base = (char *)ipv4_neigh_table(net);
		break;
	case BASE_PORTS:
		base = (char *)tcp_port_table(net);
		break;
	}
	return base + s->offset + i * s->width;
}

static uint64_t value_load(const void *field, unsigned width)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (width) {
	case 1:
		memcpy(&u8, field, 1);
		return u8;
	case 2:
		memcpy(&u16, field, 2);
		return u16;
	case 4:
		memcpy(&u32, field, 4);
		return u32;
	default:
		memcpy(&u64, field, 8);
		return u64;
	}
}

/* The lowest @width bytes of @v, in host order. */
static void value_store(void *field, unsigned width, uint64_t v)
{
	uint8_t u8 = v;
	uint16_t u16 = v;
	uint32_t u32 = v;

	memcpy(field, width == 1 ? (void *)&u8 : width == 2 ? (void *)&u16 : width == 4 ? (void *)&u32 : &v, width);
}

void sysctl_get(struct net *net, const struct sysctl *s, char *ret, size_t size)
{
	size_t len = 0;

	if (s->text) {
		snprintf(ret, size, "%s", (const char *)sysctl_field(net, s, 0));
		return;
	}
	for (unsigned i = 0; i < s->count && len < size; i++)
		len += snprintf(ret + len, size - len, "%s%llu", i ? "\t" : "",
				(unsigned long long)value_load(sysctl_field(net, s, i), s->width));
}

/* One number at @p, which is moved behind it. 0 or -EINVAL. */
static int value_parse(const struct sysctl *s, const char **p, uint64_t *ret, struct extack *ack)
{
	char *end;

	while (isspace((unsigned char)**p))
		(*p)++;
	if (!isdigit((unsigned char)**p))
		return extack_set(ack, -EINVAL, "The value must be %u number%s", s->count, s->count > 1 ? "s" : "");
	errno = 0;
	*ret = strtoull(*p, &end, 10);
	if (errno || *ret < s->low || *ret > s->high)
		return extack_set(ack, -EINVAL, "The value must be %llu to %llu", (unsigned long long)s->low,
				  (unsigned long long)s->high);
	*p = end;
	return 0;
}

static int sysctl_set_text(struct net *net, const struct sysctl *s, const char *value, struct extack *ack)
{
	if (s->base == BASE_TCP && !tcp_cong_known(value))
		return extack_set(ack, -ENOENT, "Unknown congestion control");
	snprintf(sysctl_field(net, s, 0), s->width, "%s", value);
	return 0;
}

/* One range for all protocols: it is kept in TCP's table, UDP's has a copy. */
static void share_port_range(struct net *net)
{
	const struct port_table *from = tcp_port_table(net);
	struct port_table *to = &net->transport->udp->ports;

	to->low = from->low;
	to->high = from->high;
}

int sysctl_set(struct net *net, const struct sysctl *s, const char *value, struct extack *ack)
{
	uint64_t values[3];
	const char *p = value;

	if (s->text)
		return sysctl_set_text(net, s, value, ack);
	for (unsigned i = 0; i < s->count; i++) {
		int err = value_parse(s, &p, &values[i], ack);

		if (err)
			return err;
		if (i && values[i] < values[i - 1])
			return extack_set(ack, -EINVAL, "Each value must be at least the one before it");
	}
	while (isspace((unsigned char)*p))
		p++;
	if (*p)
		return extack_set(ack, -EINVAL, "Garbage behind the value");
	for (unsigned i = 0; i < s->count; i++)
		value_store(sysctl_field(net, s, i), s->width, values[i]);
	if (s->base == BASE_PORTS)
		share_port_range(net);
	if (s->base == BASE_ARP)
		neigh_parms_changed(&ipv4_neigh_table(net)->parms, sysctl_field(net, s, 0));
	return 0;
}
