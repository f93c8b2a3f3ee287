/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's counters, under the names of /proc/net/snmp and /proc/net/netstat (RFC 4293, 4022,
 * 4113).
 */
#ifndef STACK_CORE_MIB_H
#define STACK_CORE_MIB_H

#define MIB_COUNTERS(X)						\
	X(IpInReceives) X(IpInHdrErrors) X(IpInAddrErrors)	\
	X(IpForwDatagrams) X(IpInUnknownProtos) X(IpInDiscards)	\
	X(IpInDelivers) X(IpOutRequests) X(IpOutDiscards)	\
	X(IpOutNoRoutes) X(IpReasmTimeout) X(IpReasmReqds)	\
	X(IpReasmOKs) X(IpReasmFails) X(IpReasmOverlaps)	\
	X(IpFragOKs) X(IpFragFails) X(IpFragCreates)		\
	X(IpInNoRoutes) X(IpInCsumErrors)			\
	X(Ip6InReceives) X(Ip6InHdrErrors) X(Ip6InAddrErrors)	\
	X(Ip6OutForwDatagrams) X(Ip6InUnknownProtos)		\
	X(Ip6InDiscards) X(Ip6InDelivers) X(Ip6OutRequests)	\
	X(Ip6OutDiscards) X(Ip6OutNoRoutes)			\
	X(Ip6ReasmTimeout) X(Ip6ReasmReqds) X(Ip6ReasmOKs)	\
	X(Ip6ReasmFails) X(Ip6FragOKs) X(Ip6FragFails)		\
	X(Ip6FragCreates) X(Ip6InNoRoutes) X(Ip6InTooBigErrors)	\
	X(Ip6InTruncatedPkts) X(Ip6InMcastPkts)			\
	X(Ip6OutMcastPkts)					\
	X(IcmpInMsgs) X(IcmpInErrors) X(IcmpInCsumErrors)	\
	X(IcmpInDestUnreachs) X(IcmpInTimeExcds)		\
	X(IcmpInParmProbs) X(IcmpInSrcQuenchs)			\
	X(IcmpInRedirects) X(IcmpInEchos) X(IcmpInEchoReps)	\
	X(IcmpInTimestamps) X(IcmpInTimestampReps)		\
	X(IcmpOutMsgs) X(IcmpOutErrors)				\
	X(IcmpOutDestUnreachs) X(IcmpOutTimeExcds)		\
	X(IcmpOutParmProbs) X(IcmpOutRedirects)			\
	X(IcmpOutEchos) X(IcmpOutEchoReps)			\
	X(IcmpOutTimestampReps) X(IcmpOutRateLimited)		\
	X(Icmp6InMsgs) X(Icmp6InErrors) X(Icmp6OutMsgs)		\
	X(Icmp6OutErrors) X(Icmp6InCsumErrors)			\
	X(Icmp6OutRateLimited)					\
	X(Icmp6InDestUnreachs) X(Icmp6InPktTooBigs)		\
	X(Icmp6InTimeExcds) X(Icmp6InParmProblems)		\
	X(Icmp6InEchos) X(Icmp6InEchoReplies)			\
	X(Icmp6InGroupMembQueries)				\
	X(Icmp6InGroupMembResponses)				\
	X(Icmp6InGroupMembReductions)				\
	X(Icmp6InRouterSolicits)				\
	X(Icmp6InRouterAdvertisements)				\
	X(Icmp6InNeighborSolicits)				\
	X(Icmp6InNeighborAdvertisements) X(Icmp6InRedirects)	\
	X(Icmp6InMLDv2Reports)					\
	X(Icmp6OutDestUnreachs) X(Icmp6OutPktTooBigs)		\
	X(Icmp6OutTimeExcds) X(Icmp6OutParmProblems)		\
	X(Icmp6OutEchos) X(Icmp6OutEchoReplies)			\
	X(Icmp6OutGroupMembResponses)				\
	X(Icmp6OutGroupMembReductions)				\
	X(Icmp6OutRouterSolicits)				\
	X(Icmp6OutNeighborSolicits)				\
	X(Icmp6OutNeighborAdvertisements)			\
	X(Icmp6OutRedirects) X(Icmp6OutMLDv2Reports)		\
	X(UdpInDatagrams) X(UdpNoPorts) X(UdpInErrors)		\
	X(UdpOutDatagrams) X(UdpRcvbufErrors)			\
	X(UdpSndbufErrors) X(UdpInCsumErrors)			\
	X(Udp6InDatagrams) X(Udp6NoPorts) X(Udp6InErrors)	\
	X(Udp6OutDatagrams) X(Udp6RcvbufErrors)			\
	X(Udp6SndbufErrors) X(Udp6InCsumErrors)			\
	X(TcpActiveOpens) X(TcpPassiveOpens)			\
	X(TcpAttemptFails) X(TcpEstabResets) X(TcpCurrEstab)	\
	X(TcpInSegs) X(TcpOutSegs) X(TcpRetransSegs)		\
	X(TcpInErrs) X(TcpOutRsts) X(TcpInCsumErrors)		\
	X(TcpExtPruneCalled)					\
	X(TcpExtListenOverflows) X(TcpExtListenDrops)		\
	X(TcpExtTW) X(TcpExtTWRecycled) X(TcpExtPAWSActive)	\
	X(TcpExtPAWSEstab) X(TcpExtDelayedACKs)			\
	X(TcpExtTCPTimeouts) X(TcpExtTCPFastRetrans)		\
	X(TcpExtTCPSackRecovery) X(TcpExtTCPRenoRecovery)	\
	X(TcpExtTCPLostRetransmit) X(TcpExtTCPSpuriousRTOs)	\
	X(TcpExtTCPOFOQueue) X(TcpExtTCPOFODrop)		\
	X(TcpExtTCPOFOMerge) X(TcpExtTCPChallengeACK)		\
	X(TcpExtTCPSYNChallenge) X(TcpExtTCPAbortOnData)	\
	X(TcpExtTCPAbortOnClose) X(TcpExtTCPAbortOnMemory)	\
	X(TcpExtTCPAbortOnTimeout) X(TcpExtTCPAbortOnLinger)	\
	X(TcpExtTCPKeepAlive) X(TcpExtTCPDSACKRecv)		\
	X(TcpExtTCPDSACKOldSent) X(TcpExtTCPReqQFullDrop)	\
	X(TcpExtTCPRcvCoalesce) X(TcpExtTCPZeroWindowDrop)	\
	X(TcpExtTCPRcvQDrop) X(TcpExtTCPTimeWaitOverflow)	\
	X(NeighTableFulls) X(NeighGcRuns)

enum mib_counter {
#define X(name) MIB_##name,
	MIB_COUNTERS(X)
#undef X
	MIB_MAX
};

/** mib_name - "IpInReceives" and so on; @c below MIB_MAX */
const char *mib_name(enum mib_counter c);

#define MIB_INC(net, name)    ((net)->mib[MIB_##name]++)
#define MIB_ADD(net, name, n) ((net)->mib[MIB_##name] += (n))

#endif
