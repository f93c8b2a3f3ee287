/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP (RFC 792, RFC 1122 3.2.2, RFC 1812 4.3): input, and the answers to echo and timestamp
 * requests. Errors that we send are in icmp_send.c, errors that we receive in icmp_err.c.
 *
 * Called by ip_local_deliver() through the protocol table. Echo replies go up to ping sockets.
 */
#include "stack/ipv4/icmp.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ip/icmp_msg.h"
#include "stack/ipv4/icmp_net.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/ip_options.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"

struct icmp_timestamp {
	be32 originate, receive, transmit; /* ms since midnight UT; highest bit: some other time */
} __packed;

#define TIMESTAMP_NONSTANDARD 0x80000000u

/* Was it sent to a broadcast address or a group? Our own copy of what we sent so has no route. */
static bool was_sent_to_many(const struct sk_buff *skb)
{
	return skb->looped || dst_rtable(skb->dst)->type != RTN_LOCAL;
}

/* Answers ------------------------------------------------------------------------------------- */

/* Send @reply (data at the ICMP header) back to where @skb came from; owns @reply. */
static void reply_to(struct net *net, const struct sk_buff *skb, struct sk_buff *reply)
{
	const struct inet_skb_parm *parm = &ip_cb(skb)->parm;
	uint8_t options[IPOPT_MAX_LEN];
	uint8_t type = *reply->data;
	struct inet_xmit x = {
		.tos = parm->tos,
		.proto = IPPROTO_ICMP,
		.may_fragment = true,
		.options = options,
		.options_len = ip_options_echo(skb, options),
		.daddr = parm->saddr,
	};

	/* RFC 1122 3.2.2.6: from the address that was asked, if it is one of a host */
	if (!was_sent_to_many(skb))
		x.saddr = parm->daddr;
	skb_reset_transport_header(reply);
	reply->mark = skb->mark;
	if (ip_send(net, reply, 0, &x) == 0)
		icmp_count_out(net, type);
}

/* RFC 1122 3.2.2.6: what came goes back, with another type */
static int rcv_echo(struct net *net, struct sk_buff *skb)
{
	struct icmp_hdr *hdr = (struct icmp_hdr *)skb->data;
	struct sk_buff *reply;

	if (ipv4_sysctl(net)->icmp_echo_ignore_all ||
	    !icmp_allow(net, ip_cb(skb)->parm.saddr.v4, ICMP_ECHOREPLY, 0))
		return skb_drop(net, skb, DROP_ICMP_RATELIMIT);
	reply = icmp_msg_answer(net, skb, sizeof(*hdr));
	if (!reply)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	hdr = (struct icmp_hdr *)reply->data;
	hdr->type = ICMP_ECHOREPLY;
	csum_replace2(&hdr->check, htons(ICMP_ECHO << 8), htons(ICMP_ECHOREPLY << 8));
	reply_to(net, skb, reply);
	skb_free(skb);
	return 0;
}

/* RFC 1122 3.2.2.8. The stack knows no time of day: RFC 792 asks to set the highest bit then. */
static int rcv_timestamp(struct net *net, struct sk_buff *skb)
{
	const uint32_t len = sizeof(struct icmp_hdr) + sizeof(struct icmp_timestamp);
	be32 now = htonl((uint32_t)ktime_to_ms(net->now) | TIMESTAMP_NONSTANDARD);
	struct icmp_timestamp *ts;
	struct sk_buff *reply;
	struct icmp_hdr *hdr;

	if (!skb_may_pull(skb, len)) {
		MIB_INC(net, IcmpInErrors);
		return skb_drop(net, skb, DROP_ICMP_HDR);
	}
	if (!icmp_allow(net, ip_cb(skb)->parm.saddr.v4, ICMP_TIMESTAMPREPLY, 0))
		return skb_drop(net, skb, DROP_ICMP_RATELIMIT);
	skb_trim(skb, len);
	reply = icmp_msg_answer(net, skb, len);
	if (!reply)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	hdr = (struct icmp_hdr *)reply->data;
	ts = (struct icmp_timestamp *)(hdr + 1);
	hdr->type = ICMP_TIMESTAMPREPLY;
	ts->receive = ts->transmit = now;
	hdr->check = 0;
	hdr->check = ip_compute_csum(hdr, len);
	reply_to(net, skb, reply);
	skb_free(skb);
	return 0;
}

static int rcv_echoreply(struct net *net, struct sk_buff *skb)
{
	const struct icmp_ping *ping = net->ipv4->icmp->ping;

	if (ping)
		return ping->rcv(net, skb);
	return skb_drop(net, skb, DROP_RAW_NO_SOCK);
}

/* Known and not for us: a reply that nobody can have asked for, source quench (RFC 6633). */
static int rcv_ignored(struct net *net, struct sk_buff *skb)
{
	(void)net;
	skb_free(skb);
	return 0;
}

/* Input --------------------------------------------------------------------------------------- */

static const struct {
	int (*rcv)(struct net *net, struct sk_buff *skb); /* NULL: unknown, silently dropped */
	enum mib_counter counter;
	bool for_many; /* may be sent to a broadcast address or a group */
	bool error;
} types[] = {
	[ICMP_ECHOREPLY] = { rcv_echoreply, MIB_IcmpInEchoReps, false, false },
	[ICMP_DEST_UNREACH] = { icmp_rcv_error, MIB_IcmpInDestUnreachs, false, true },
	[ICMP_SOURCE_QUENCH] = { rcv_ignored, MIB_IcmpInSrcQuenchs, false, true },
	[ICMP_REDIRECT] = { icmp_rcv_redirect, MIB_IcmpInRedirects, false, true },
	[ICMP_ECHO] = { rcv_echo, MIB_IcmpInEchos, true, false },
	[ICMP_TIME_EXCEEDED] = { icmp_rcv_error, MIB_IcmpInTimeExcds, false, true },
	[ICMP_PARAMETERPROB] = { icmp_rcv_error, MIB_IcmpInParmProbs, false, true },
	[ICMP_TIMESTAMP] = { rcv_timestamp, MIB_IcmpInTimestamps, true, false },
	[ICMP_TIMESTAMPREPLY] = { rcv_ignored, MIB_IcmpInTimestampReps, false, false },
};

bool icmp_is_error(uint8_t type)
{
	return type < ARRAY_SIZE(types) && types[type].error;
}

static int drop_bad(struct net *net, struct sk_buff *skb, enum drop_reason reason)
{
	MIB_INC(net, IcmpInErrors);
	return skb_drop(net, skb, reason);
}

static int icmp_rcv(struct net *net, struct sk_buff *skb)
{
	const struct icmp_hdr *hdr = skb_hdr(skb, sizeof(*hdr));
	uint8_t type;

	MIB_INC(net, IcmpInMsgs);
	if (!hdr)
		return drop_bad(net, skb, DROP_ICMP_HDR);
	if (skb->csum == CSUM_NONE && csum_fold(skb_checksum(skb, 0, skb->len, 0)) != 0) {
		MIB_INC(net, IcmpInCsumErrors);
		return drop_bad(net, skb, DROP_ICMP_CSUM);
	}
	type = hdr->type;
	/* RFC 1122 3.2.2: an unknown type is silently discarded */
	if (type >= ARRAY_SIZE(types) || !types[type].rcv)
		return drop_bad(net, skb, DROP_ICMP_HDR);
	net->mib[types[type].counter]++;
	/*
	 * RFC 1122 3.2.2.6 and 3.2.2.8 leave requests to many to us; all else that comes so is
	 * wrong
	 */
	if (was_sent_to_many(skb) &&
	    (!types[type].for_many || ipv4_sysctl(net)->icmp_echo_ignore_broadcasts))
		return drop_bad(net, skb, DROP_ICMP_HDR);
	return types[type].rcv(net, skb);
}

/* An error about an ICMP message of ours: only echo requests have a sender who wants to know. */
static void icmp_err(struct net *net, const struct icmp_err *e)
{
	const struct icmp_ping *ping = net->ipv4->icmp->ping;

	if (e->error == EMSGSIZE)
		ip_rt_update_pmtu(net, e->fl.daddr.v4, e->mtu);
	if (ping && e->payload_len >= sizeof(struct icmp_hdr) && e->payload[0] == ICMP_ECHO)
		ping->err(net, e);
}

static const struct inet_protocol icmp_protocol = {
	.proto = IPPROTO_ICMP,
	.family = AF_INET,
	.rcv = icmp_rcv,
	.err = icmp_err,
};

void icmp_ping_register(struct net *net, const struct icmp_ping *ping)
{
	net->ipv4->icmp->ping = ping;
}

void icmp_raw_register(struct net *net, void (*err)(struct net *net, const struct icmp_err *e))
{
	net->ipv4->icmp->raw_err = err;
}

int icmp_init(struct net *net)
{
	struct icmp_net *icmp = calloc(1, sizeof(*icmp));

	if (!icmp)
		return -ENOMEM;
	icmp_limit_init(net, &icmp->limit, ipv4_sysctl(net)->icmp_msgs_burst);
	net->ipv4->icmp = icmp;
	inet_protocol_register(net, &icmp_protocol);
	return 0;
}

void icmp_exit(struct net *net)
{
	free(net->ipv4->icmp);
	net->ipv4->icmp = NULL;
}
