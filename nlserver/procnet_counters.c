/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters, as files of /proc/net: snmp, snmp6, netstat, sockstat, sockstat6. The lines are those of Linux 6.18: what
 * it counts and this stack does not is zero.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nlserver/procnet.h"
#include "nlserver/sysctl.h"
#include "stack/ipv4/ip_reassembly.h"
#include "stack/ipv6/ip6_reassembly.h"
#include "stack/tcp/tcp_sock.h"
#include "stack/transport/transport.h"
#include "stack/transport/udp.h"

#define PAGE_BYTES 4096

/* --- values --------------------------------------------------------------------------------------- */

/* A number that is a parameter; without one: 0. */
static int64_t parameter(struct net *net, const char *name)
{
	char value[USTACK_SYSCTL_VALUE_MAX];
	struct sysctl s;

	if (sysctl_find(net, name, &s) || sysctl_get(&s, value, sizeof(value)))
		return 0;
	return strtoll(value, NULL, 10);
}

/* RFC 4293 ipForwarding: 1: yes, 2: no */
static int64_t forwarding(struct net *net)
{
	return parameter(net, "net.ipv4.ip_forward") ? 1 : 2;
}

static int64_t default_ttl(struct net *net)
{
	return parameter(net, "net.ipv4.ip_default_ttl");
}

static int64_t rto_min(struct net *net)
{
	return tcp_sysctl(net)->tcp_rto_min_us / 1000;
}

/* What stands among the counters and is none. */
static const struct {
	const char *name;
	int64_t (*get)(struct net *net);	/* NULL: always the same */
	int64_t value;
} constants[] = {
	{ "IpForwarding", forwarding, 0 },
	{ "IpDefaultTTL", default_ttl, 0 },
	{ "TcpRtoAlgorithm", NULL, 1 }, /* RFC 4022: other(1) */
	{ "TcpRtoMin", rto_min, 0 },
	{ "TcpRtoMax", NULL, TCP_RTO_MAX / NSEC_PER_MSEC },
	{ "TcpMaxConn", NULL, -1 }, /* there is no limit */
};

/* What the kernel counts under another name: it tells the limit to all from that to one. */
static const struct {
	const char *name;
	enum mib_counter counter;
} aliases[] = {
	{ "IcmpOutRateLimitHost", MIB_IcmpOutRateLimited },
	{ "Icmp6OutRateLimitHost", MIB_Icmp6OutRateLimited },
};

static int64_t value(struct net *net, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++)
		if (!strcmp(constants[i].name, name))
			return constants[i].get ? constants[i].get(net) : constants[i].value;
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(aliases[i].name, name))
			return (int64_t)net->mib[aliases[i].counter];
	for (enum mib_counter c = 0; c < MIB_MAX; c++)
		if (!strcmp(mib_name(c), name))
			return (int64_t)net->mib[c];
	return 0;
}

/* The word at *@words, which moves behind it, with @prefix before it; false: there are no more. */
static bool next_name(const char **words, const char *prefix, char *ret, size_t size)
{
	int len = (int)strcspn(*words, " ");

	if (!len)
		return false;
	snprintf(ret, size, "%s%.*s", prefix, len, *words);
	*words += len;
	*words += strspn(*words, " ");
	return true;
}

#define NAME_SIZE 64

/* --- messages of ICMP by their type: those that there were ------------------------------------------ */

/* A type, and what stands behind "IcmpIn", "IcmpOut" and their sisters in the names of its counters. */
struct icmp_type {
	unsigned type;
	const char *name;
};

static const struct icmp_type icmp_types[] = {
	{ 0, "EchoReps" },   { 3, "DestUnreachs" }, { 4, "SrcQuenchs" },  { 5, "Redirects" },	   { 8, "Echos" },
	{ 11, "TimeExcds" }, { 12, "ParmProbs" },   { 13, "Timestamps" }, { 14, "TimestampReps" },
};

static const struct icmp_type icmp6_types[] = {
	{ 1, "DestUnreachs" },
	{ 2, "PktTooBigs" },
	{ 3, "TimeExcds" },
	{ 4, "ParmProblems" },
	{ 128, "Echos" },
	{ 129, "EchoReplies" },
	{ 130, "GroupMembQueries" },
	{ 131, "GroupMembResponses" },
	{ 132, "GroupMembReductions" },
	{ 133, "RouterSolicits" },
	{ 134, "RouterAdvertisements" },
	{ 135, "NeighborSolicits" },
	{ 136, "NeighborAdvertisements" },
	{ 137, "Redirects" },
	{ 143, "MLDv2Reports" },
};

struct type_count {
	const char *direction;
	unsigned type;
	int64_t count;
};

/* Number @i of twice the types: all that came in, then all that went out. */
static struct type_count type_count(struct net *net, const char *prefix, const struct icmp_type *types, size_t nr,
				    size_t i)
{
	struct type_count c = { i < nr ? "In" : "Out", types[i % nr].type, 0 };
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%s%s%s", prefix, c.direction, types[i % nr].name);
	c.count = value(net, name);
	return c;
}

/* Two lines; or none, where no message was counted. */
static int print_icmp_types(struct procnet_text *t)
{
	struct type_count counts[2 * ARRAY_SIZE(icmp_types)];
	size_t nr = 0, start = t->len;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		counts[nr] = type_count(t->net, "Icmp", icmp_types, ARRAY_SIZE(icmp_types), i);
		nr += counts[nr].count != 0;
	}
	if (!nr)
		return 0;
	procnet_put(t, "IcmpMsg:");
	for (size_t i = 0; i < nr; i++)
		procnet_put(t, " %sType%u", counts[i].direction, counts[i].type);
	procnet_put(t, "\nIcmpMsg:");
	for (size_t i = 0; i < nr; i++)
		procnet_put(t, " %" PRId64, counts[i].count);
	procnet_put(t, "\n");
	return procnet_end(t, start);
}

/* at[0]: of twice the types */
static int print_icmp6_types(struct procnet_text *t)
{
	for (; t->at[0] < 2 * ARRAY_SIZE(icmp6_types); t->at[0]++) {
		struct type_count c = type_count(t->net, "Icmp6", icmp6_types, ARRAY_SIZE(icmp6_types), t->at[0]);
		char name[NAME_SIZE];

		snprintf(name, sizeof(name), "Icmp6%sType%u", c.direction, c.type);
		if (c.count && procnet_line(t, "%-32s\t%" PRId64, name, c.count))
			return 1;
	}
	return 0;
}

/* --- snmp, netstat: a line of names, and a line of values ----------------------------------------- */

struct mib_group {
	const char *title, *prefix;	/* of the lines; of the stack's names for these counters */
	const char *words;		/* NULL: print() has both lines */
	int (*print)(struct procnet_text *t);
};

static const struct mib_group snmp_groups[] = {
	{ .title = "Ip", .prefix = "Ip", .words =
	  "Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams "
	  "InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes "
	  "ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates "
	  "OutTransmits" },
	{ .title = "Icmp", .prefix = "Icmp", .words =
	  "InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs "
	  "InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps "
	  "InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal "
	  "OutRateLimitHost OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs "
	  "OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks "
	  "OutAddrMaskReps" },
	{ .title = "IcmpMsg", .print = print_icmp_types },
	{ .title = "Tcp", .prefix = "Tcp", .words =
	  "RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails "
	  "EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors" },
	{ .title = "Udp", .prefix = "Udp", .words =
	  "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors "
	  "InCsumErrors IgnoredMulti MemErrors" },
	{ .title = "UdpLite", .prefix = "UdpLite", .words =
	  "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors "
	  "InCsumErrors IgnoredMulti MemErrors" },
};

static const struct mib_group netstat_groups[] = {
	{ .title = "TcpExt", .prefix = "TcpExt", .words =
	  "SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled "
	  "RcvPruned OfoPruned OutOfWindowIcmps LockDroppedIcmps ArpFilter TW TWRecycled "
	  "TWKilled PAWSActive PAWSEstab BeyondWindow TSEcrRejected PAWSOldAck "
	  "PAWSTimewait DelayedACKs DelayedACKLocked DelayedACKLost ListenOverflows "
	  "ListenDrops TCPHPHits TCPPureAcks TCPHPAcks TCPRenoRecovery TCPSackRecovery "
	  "TCPSACKReneging TCPSACKReorder TCPRenoReorder TCPTSReorder TCPFullUndo "
	  "TCPPartialUndo TCPDSACKUndo TCPLossUndo TCPLostRetransmit TCPRenoFailures "
	  "TCPSackFailures TCPLossFailures TCPFastRetrans TCPSlowStartRetrans TCPTimeouts "
	  "TCPLossProbes TCPLossProbeRecovery TCPRenoRecoveryFail TCPSackRecoveryFail "
	  "TCPRcvCollapsed TCPBacklogCoalesce TCPDSACKOldSent TCPDSACKOfoSent TCPDSACKRecv "
	  "TCPDSACKOfoRecv TCPAbortOnData TCPAbortOnClose TCPAbortOnMemory "
	  "TCPAbortOnTimeout TCPAbortOnLinger TCPAbortFailed TCPMemoryPressures "
	  "TCPMemoryPressuresChrono TCPSACKDiscard TCPDSACKIgnoredOld "
	  "TCPDSACKIgnoredNoUndo TCPSpuriousRTOs TCPMD5NotFound TCPMD5Unexpected "
	  "TCPMD5Failure TCPSackShifted TCPSackMerged TCPSackShiftFallback TCPBacklogDrop "
	  "PFMemallocDrop TCPMinTTLDrop TCPDeferAcceptDrop IPReversePathFilter "
	  "TCPTimeWaitOverflow TCPReqQFullDoCookies TCPReqQFullDrop TCPRetransFail "
	  "TCPRcvCoalesce TCPOFOQueue TCPOFODrop TCPOFOMerge TCPChallengeACK "
	  "TCPSYNChallenge TCPFastOpenActive TCPFastOpenActiveFail TCPFastOpenPassive "
	  "TCPFastOpenPassiveFail TCPFastOpenListenOverflow TCPFastOpenCookieReqd "
	  "TCPFastOpenBlackhole TCPSpuriousRtxHostQueues BusyPollRxPackets TCPAutoCorking "
	  "TCPFromZeroWindowAdv TCPToZeroWindowAdv TCPWantZeroWindowAdv TCPSynRetrans "
	  "TCPOrigDataSent TCPHystartTrainDetect TCPHystartTrainCwnd TCPHystartDelayDetect "
	  "TCPHystartDelayCwnd TCPACKSkippedSynRecv TCPACKSkippedPAWS TCPACKSkippedSeq "
	  "TCPACKSkippedFinWait2 TCPACKSkippedTimeWait TCPACKSkippedChallenge TCPWinProbe "
	  "TCPKeepAlive TCPMTUPFail TCPMTUPSuccess TCPDelivered TCPDeliveredCE "
	  "TCPAckCompressed TCPZeroWindowDrop TCPRcvQDrop TCPWqueueTooBig "
	  "TCPFastOpenPassiveAltKey TcpTimeoutRehash TcpDuplicateDataRehash "
	  "TCPDSACKRecvSegs TCPDSACKIgnoredDubious TCPMigrateReqSuccess "
	  "TCPMigrateReqFailure TCPPLBRehash TCPAORequired TCPAOBad TCPAOKeyNotFound "
	  "TCPAOGood TCPAODroppedIcmps" },
	{ .title = "IpExt", .prefix = "Ip", .words =
	  "InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts "
	  "InOctets OutOctets InMcastOctets OutMcastOctets InBcastOctets OutBcastOctets "
	  "InCsumErrors InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts ReasmOverlaps" },
};

static int print_values(struct procnet_text *t, const struct mib_group *g)
{
	const char *words = g->words;
	size_t start = t->len;
	char name[NAME_SIZE];

	procnet_put(t, "%s:", g->title);
	while (next_name(&words, g->prefix, name, sizeof(name)))
		procnet_put(t, " %" PRId64, value(t->net, name));
	procnet_put(t, "\n");
	return procnet_end(t, start);
}

/* @line: the first or the second */
static int print_group(struct procnet_text *t, const struct mib_group *g, unsigned line)
{
	if (g->print)
		return line ? 0 : g->print(t);
	return line ? print_values(t, g) : procnet_line(t, "%s: %s", g->title, g->words);
}

/* at[0]: lines that were printed, two for each group */
static int print_groups(struct procnet_text *t, const struct mib_group *groups, size_t nr)
{
	for (; t->at[0] < 2 * nr; t->at[0]++)
		if (print_group(t, &groups[t->at[0] / 2], t->at[0] % 2))
			return 1;
	return 0;
}

static int print_snmp(struct procnet_text *t)
{
	return print_groups(t, snmp_groups, ARRAY_SIZE(snmp_groups));
}

static int print_netstat(struct procnet_text *t)
{
	return print_groups(t, netstat_groups, ARRAY_SIZE(netstat_groups));
}

/* --- snmp6: a line for each ----------------------------------------------------------------------- */

static const char snmp6_words[] =
	"Ip6InReceives Ip6InHdrErrors Ip6InTooBigErrors Ip6InNoRoutes Ip6InAddrErrors Ip6InUnknownProtos "
	"Ip6InTruncatedPkts Ip6InDiscards Ip6InDelivers Ip6OutForwDatagrams Ip6OutRequests "
	"Ip6OutDiscards Ip6OutNoRoutes Ip6ReasmTimeout Ip6ReasmReqds Ip6ReasmOKs Ip6ReasmFails "
	"Ip6FragOKs Ip6FragFails Ip6FragCreates Ip6InMcastPkts Ip6OutMcastPkts Ip6InOctets Ip6OutOctets "
	"Ip6InMcastOctets Ip6OutMcastOctets Ip6InBcastOctets Ip6OutBcastOctets Ip6InNoECTPkts "
	"Ip6InECT1Pkts Ip6InECT0Pkts Ip6InCEPkts Ip6OutTransmits Icmp6InMsgs Icmp6InErrors Icmp6OutMsgs "
	"Icmp6OutErrors Icmp6InCsumErrors Icmp6OutRateLimitHost Icmp6InDestUnreachs Icmp6InPktTooBigs "
	"Icmp6InTimeExcds Icmp6InParmProblems Icmp6InEchos Icmp6InEchoReplies Icmp6InGroupMembQueries "
	"Icmp6InGroupMembResponses Icmp6InGroupMembReductions Icmp6InRouterSolicits "
	"Icmp6InRouterAdvertisements Icmp6InNeighborSolicits Icmp6InNeighborAdvertisements "
	"Icmp6InRedirects Icmp6InMLDv2Reports Icmp6OutDestUnreachs Icmp6OutPktTooBigs Icmp6OutTimeExcds "
	"Icmp6OutParmProblems Icmp6OutEchos Icmp6OutEchoReplies Icmp6OutGroupMembQueries "
	"Icmp6OutGroupMembResponses Icmp6OutGroupMembReductions Icmp6OutRouterSolicits "
	"Icmp6OutRouterAdvertisements Icmp6OutNeighborSolicits Icmp6OutNeighborAdvertisements "
	"Icmp6OutRedirects Icmp6OutMLDv2Reports";

/* … and, behind messages by their type: */
static const char snmp6_last_words[] =
	"Udp6InDatagrams Udp6NoPorts Udp6InErrors Udp6OutDatagrams Udp6RcvbufErrors Udp6SndbufErrors "
	"Udp6InCsumErrors Udp6IgnoredMulti Udp6MemErrors UdpLite6InDatagrams UdpLite6NoPorts "
	"UdpLite6InErrors UdpLite6OutDatagrams UdpLite6RcvbufErrors UdpLite6SndbufErrors "
	"UdpLite6InCsumErrors UdpLite6MemErrors";

/* at[0]: how far in the words */
static int print_words(struct procnet_text *t, const char *all)
{
	const char *words = all + t->at[0];
	char name[NAME_SIZE];

	while (next_name(&words, "", name, sizeof(name))) {
		if (procnet_line(t, "%-32s\t%" PRId64, name, value(t->net, name)))
			return 1;
		t->at[0] = words - all;
	}
	return 0;
}

static int print_part(struct procnet_text *t, unsigned part)
{
	switch (part) {
	case 0:
		return print_words(t, snmp6_words);
	case 1:
		return print_icmp6_types(t);
	default:
		return print_words(t, snmp6_last_words);
	}
}

/* at[1]: the part; at[0]: where in it */
static int print_snmp6(struct procnet_text *t)
{
	for (; t->at[1] < 3; t->at[1]++) {
		if (print_part(t, t->at[1]))
			return 1;
		t->at[0] = 0;
	}
	return 0;
}

/* --- sockstat, sockstat6 -------------------------------------------------------------------------- */

struct usage {
	unsigned all, tcp, udp, raw;
};

/* Sockets of one family; usage.all counts those of both. */
static struct usage usage_of(const struct net *net, int family)
{
	struct usage u = { 0 };
	const struct sock *sk;

	list_for_each_entry(sk, &net->transport->socks, all) {
		u.all++;
		if (sk->family != family)
			continue;
		u.tcp += sk->proto == &tcp_proto && sk->state != SS_CLOSE;
		u.udp += sk->proto == &udp_proto && sk->sport;
		u.raw += sk->type == SOCK_RAW;
	}
	return u;
}

/* Short: each is printed at once, into the room of a first piece. */
static int print_sockstat(struct procnet_text *t)
{
	const struct tcp_net *tcp = t->net->tcp;
	struct usage u = usage_of(t->net, AF_INET);
	struct frag_usage frags = ip_reassembly_usage(t->net);

	return procnet_line(t, "sockets: used %u", u.all) ||
	       procnet_line(t, "TCP: inuse %u orphan %u tw %u alloc %u mem %" PRIu64, u.tcp, tcp->orphans,
			    tcp->nr_timewaits, tcp->sockets, DIV_ROUND_UP(tcp->memory, PAGE_BYTES)) ||
	       procnet_line(t, "UDP: inuse %u mem 0", u.udp) || procnet_line(t, "UDPLITE: inuse 0") ||
	       procnet_line(t, "RAW: inuse %u", u.raw) ||
	       procnet_line(t, "FRAG: inuse %u memory %u", frags.queues, frags.mem);
}

static int print_sockstat6(struct procnet_text *t)
{
	struct usage u = usage_of(t->net, AF_INET6);
	struct frag_usage frags = ip6_reassembly_usage(t->net);

	return procnet_line(t, "TCP6: inuse %u", u.tcp) || procnet_line(t, "UDP6: inuse %u", u.udp) ||
	       procnet_line(t, "UDPLITE6: inuse 0") || procnet_line(t, "RAW6: inuse %u", u.raw) ||
	       procnet_line(t, "FRAG6: inuse %u memory %u", frags.queues, frags.mem);
}

const struct procnet_file procnet_counters[] = {
	{ .name = "snmp", .print = print_snmp },
	{ .name = "snmp6", .print = print_snmp6 },
	{ .name = "netstat", .print = print_netstat },
	{ .name = "sockstat", .print = print_sockstat },
	{ .name = "sockstat6", .print = print_sockstat6 },
	{ .name = NULL },
};
