/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 options: see ip_options.h. */
#include "stack/ipv4/ip_options.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"

#define HDR_LEN sizeof(struct ipv4_hdr)

/* Where options are: offsets from the first of them, plus one; 0: absent. */
struct found {
	uint8_t rr, ts, source_route;
};

/* RFC 791: type, length, pointer (from 4, counted from 1), addresses. */
static bool rr_valid(const uint8_t *o, uint8_t *bad)
{
	uint8_t len = o[1];

	*bad = 1;
	if (len < 3)
		return false;
	*bad = 2;
	return o[2] >= 4 && (o[2] > len || o[2] + 3 <= len);
}

/* RFC 791: type, length, pointer (from 5), overflow and flag, entries of 4 or 8 bytes. */
static bool ts_valid(const uint8_t *o, uint8_t *bad)
{
	uint8_t len = o[1], flag;

	*bad = 1;
	if (len < 4)
		return false;
	*bad = 2;
	if (o[2] < 5)
		return false;
	flag = o[3] & 0xf;
	if (o[2] > len) {
		*bad = 3;
		return o[3] >> 4 != 15; /* the overflow counter is full */
	}
	if (flag != IPOPT_TS_TSONLY && flag != IPOPT_TS_TSANDADDR && flag != IPOPT_TS_PRESPEC) {
		*bad = 3;
		return false;
	}
	return o[2] + (flag == IPOPT_TS_TSONLY ? 3 : 7) <= len;
}

/*
 * One option at @o; @at is its offset plus one. False: *@bad is the offset in it of the byte at
 * fault.
 */
static bool option_valid(const uint8_t *o, uint8_t at, struct found *f, uint8_t *bad)
{
	*bad = 0;
	switch (o[0]) {
	case IPOPT_LSRR:
	case IPOPT_SSRR:
		f->source_route = at;
		return true;
	case IPOPT_RR:
		if (f->rr || !rr_valid(o, bad))
			return false;
		f->rr = at;
		return true;
	case IPOPT_TIMESTAMP:
		if (f->ts || !ts_valid(o, bad))
			return false;
		f->ts = at;
		return true;
	case IPOPT_RA:
		*bad = 1;
		return o[1] >= 4;
	default:
		return true;
	}
}

/* Walk over @len bytes of options. 0, or -EINVAL with the offset of the byte at fault. */
static int scan(const uint8_t *opt, unsigned len, struct found *f, uint8_t *ret_bad)
{
	unsigned at = 0;
	uint8_t bad = 0;

	memset(f, 0, sizeof(*f));
	while (at < len && opt[at] != IPOPT_EOL) {
		if (opt[at] == IPOPT_NOOP) {
			at++;
			continue;
		}
		if (at + 1 >= len || opt[at + 1] < 2 || at + opt[at + 1] > len) {
			*ret_bad = at;
			return -EINVAL;
		}
		if (!option_valid(opt + at, at + 1, f, &bad)) {
			*ret_bad = at + bad;
			return -EINVAL;
		}
		at += opt[at + 1];
	}
	return 0;
}

static uint8_t header_offset(uint8_t at)
{
	return at ? HDR_LEN + at - 1 : 0;
}

int ip_options_rcv(struct net *net, struct sk_buff *skb, uint8_t *ret_bad)
{
	struct ipv4_hdr *ip = ip_hdr(skb);
	struct ip_skb_cb *cb = ip_cb(skb);
	struct found f;

	(void)net;
	cb->options_len = ip_hdr_len(ip) - HDR_LEN;
	if (scan((uint8_t *)(ip + 1), cb->options_len, &f, ret_bad)) {
		*ret_bad += HDR_LEN;
		return -EINVAL;
	}
	if (f.source_route) {
		*ret_bad = 0; /* refused in silence, as the kernel does (RFC 7126 4.3, 4.4) */
		return -EINVAL;
	}
	cb->rr = header_offset(f.rr);
	cb->ts = header_offset(f.ts);
	return 0;
}

/*
 * RFC 791: the high bit says that the time is not since midnight UT: there is no such clock here.
 */
static be32 timestamp(const struct net *net)
{
	return htonl(0x80000000u | ((uint32_t)ktime_to_ms(net->now) & 0x7fffffff));
}

static bool mark_rr(uint8_t *o, be32 addr)
{
	if (o[2] > o[1])
		return false;
	memcpy(o + o[2] - 1, &addr, 4);
	o[2] += 4;
	return true;
}

static bool mark_ts(struct net *net, uint8_t *o, be32 addr)
{
	uint8_t flag = o[3] & 0xf;
	be32 now = timestamp(net), want;

	if (o[2] > o[1]) {
		o[3] += 0x10;
		return true;
	}
	if (flag == IPOPT_TS_PRESPEC) {
		memcpy(&want, o + o[2] - 1, 4);
		if (!inet_addr_find(net, want, NULL))
			return false;
	}
	if (flag == IPOPT_TS_TSANDADDR)
		memcpy(o + o[2] - 1, &addr, 4);
	if (flag != IPOPT_TS_TSONLY)
		o[2] += 4;
	memcpy(o + o[2] - 1, &now, 4);
	o[2] += 4;
	return true;
}

bool ip_options_mark(struct net *net, struct sk_buff *skb, be32 addr)
{
	const struct ip_skb_cb *cb = ip_cb(skb);
	uint8_t *hdr = skb_network_header(skb);
	bool changed = false;

	if (cb->rr)
		changed |= mark_rr(hdr + cb->rr, addr);
	if (cb->ts)
		changed |= mark_ts(net, hdr + cb->ts, addr);
	return changed;
}

void ip_options_fragment(uint8_t *opt, unsigned len)
{
	unsigned at = 0;

	while (at < len && opt[at] != IPOPT_EOL) {
		unsigned n = opt[at] == IPOPT_NOOP ? 1 : opt[at + 1];

		if (!(opt[at] & IPOPT_COPIED))
			memset(opt + at, IPOPT_NOOP, n);
		at += n;
	}
}

static unsigned append(uint8_t *ret, unsigned len, const uint8_t *option)
{
	memcpy(ret + len, option, option[1]);
	return len + option[1];
}

unsigned ip_options_echo(const struct sk_buff *skb, uint8_t *ret)
{
	const struct ip_skb_cb *cb = ip_cb(skb);
	const uint8_t *hdr = skb_network_header(skb);
	unsigned len = 0, padded;

	if (cb->rr)
		len = append(ret, len, hdr + cb->rr);
	if (cb->ts)
		len = append(ret, len, hdr + cb->ts);
	padded = ALIGN_UP(len, 4);
	memset(ret + len, IPOPT_EOL, padded - len);
	return padded;
}

int ip_options_check(uint8_t *opt, unsigned len)
{
	unsigned padded = ALIGN_UP(len, 4);
	struct found f;
	uint8_t bad;

	if (len > IPOPT_MAX_LEN || scan(opt, len, &f, &bad) || f.source_route)
		return -EINVAL;
	memset(opt + len, IPOPT_EOL, padded - len);
	return padded;
}
