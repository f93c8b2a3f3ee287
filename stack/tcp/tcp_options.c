/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP options. Read by tcp_seg_parse(), written by tcp_output.c and tcp_reply.c. Each option is padded in
 * front by NOPs, so that its numbers are aligned: the layout that every stack's fast path expects.
 */
#include "stack/tcp/tcp_options.h"

#include <netinet/in.h>

enum {
	TCPOPT_EOL = 0,
	TCPOPT_NOP = 1,
	TCPOPT_MSS = 2,
	TCPOPT_WINDOW = 3,
	TCPOPT_SACK_PERM = 4,
	TCPOPT_SACK = 5,
	TCPOPT_TIMESTAMP = 8,
};

enum {
	TCPOLEN_MSS = 4,
	TCPOLEN_WINDOW = 3,
	TCPOLEN_SACK_PERM = 2,
	TCPOLEN_SACK_BASE = 2,
	TCPOLEN_SACK_BLOCK = 8,
	TCPOLEN_TIMESTAMP = 10,
};

static uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}
static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static uint8_t *put_head(uint8_t *p, uint8_t nops, uint8_t kind, uint8_t len)
{
	for (uint8_t i = 0; i < nops; i++)
		*p++ = TCPOPT_NOP;
	*p++ = kind;
	*p++ = len;
	return p;
}

static void parse_sacks(const uint8_t *p, unsigned len, struct tcp_opts *ret)
{
	len -= TCPOLEN_SACK_BASE;
	if (len % TCPOLEN_SACK_BLOCK || len > TCP_SACKS_MAX * TCPOLEN_SACK_BLOCK)
		return;
	ret->nr_sacks = len / TCPOLEN_SACK_BLOCK;
	for (unsigned i = 0; i < ret->nr_sacks; i++, p += TCPOLEN_SACK_BLOCK) {
		ret->sacks[i].start = get32(p + TCPOLEN_SACK_BASE);
		ret->sacks[i].end = get32(p + TCPOLEN_SACK_BASE + 4);
	}
}

static void parse_option(const uint8_t *p, unsigned len, bool syn, struct tcp_opts *ret)
{
	switch (p[0]) {
	case TCPOPT_MSS:
		if (syn && len == TCPOLEN_MSS)
			ret->mss = get16(p + 2);
		break;
	case TCPOPT_WINDOW:
		if (syn && len == TCPOLEN_WINDOW) {
			ret->has_wscale = true;
			ret->wscale = min(p[2], (uint8_t)TCP_MAX_WSCALE); /* RFC 7323 2.3 */
		}
		break;
	case TCPOPT_SACK_PERM:
		if (syn && len == TCPOLEN_SACK_PERM)
			ret->sack_ok = true;
		break;
	case TCPOPT_SACK:
		if (!syn)
			parse_sacks(p, len, ret);
		break;
	case TCPOPT_TIMESTAMP:
		if (len == TCPOLEN_TIMESTAMP) {
			ret->has_ts = true;
			ret->tsval = get32(p + 2);
			ret->tsecr = get32(p + 6);
		}
		break;
	}
}

void tcp_options_parse(const uint8_t *p, unsigned len, bool syn, struct tcp_opts *ret)
{
	static const uint8_t aligned[] = { TCPOPT_NOP, TCPOPT_NOP, TCPOPT_TIMESTAMP,
					   TCPOLEN_TIMESTAMP };
	const uint8_t *end = p + len;

	*ret = (struct tcp_opts){ .nr_sacks = 0 };
	if (likely(len == TCPOLEN_TS_ALIGNED && !memcmp(p, aligned, sizeof(aligned)))) {
		ret->has_ts = true;
		ret->tsval = get32(p + 4);
		ret->tsecr = get32(p + 8);
		return;
	}
	while (p < end && p[0] != TCPOPT_EOL) {
		if (p[0] == TCPOPT_NOP) {
			p++;
			continue;
		}
		if (end - p < 2 || p[1] < 2 || p[1] > end - p)
			return;
		parse_option(p, p[1], syn, ret);
		p += p[1];
	}
}

unsigned tcp_options_len(const struct tcp_opts *o)
{
	unsigned len = o->has_ts ? TCPOLEN_TS_ALIGNED : 0;

	if (o->mss)
		len += TCPOLEN_MSS;
	if (o->has_wscale)
		len += TCPOLEN_WINDOW + 1;
	if (o->sack_ok && !o->has_ts)
		len += TCPOLEN_SACK_PERM + 2;
	if (o->nr_sacks)
		len += 2 + TCPOLEN_SACK_BASE + o->nr_sacks * TCPOLEN_SACK_BLOCK;
	return len;
}

void tcp_options_write(uint8_t *p, const struct tcp_opts *o)
{
	if (o->mss) {
		p = put_head(p, 0, TCPOPT_MSS, TCPOLEN_MSS);
		*p++ = o->mss >> 8;
		*p++ = o->mss & 0xff;
	}
	if (o->has_wscale) {
		p = put_head(p, 1, TCPOPT_WINDOW, TCPOLEN_WINDOW);
		*p++ = o->wscale;
	}
	/* SACK-permitted takes the place of the timestamp's NOPs where there is one. */
	if (o->sack_ok)
		p = put_head(p, o->has_ts ? 0 : 2, TCPOPT_SACK_PERM, TCPOLEN_SACK_PERM);
	if (o->has_ts) {
		p = put_head(p, o->sack_ok ? 0 : 2, TCPOPT_TIMESTAMP, TCPOLEN_TIMESTAMP);
		p = put32(put32(p, o->tsval), o->tsecr);
	}
	if (o->nr_sacks) {
		p = put_head(p, 2, TCPOPT_SACK,
			     TCPOLEN_SACK_BASE + o->nr_sacks * TCPOLEN_SACK_BLOCK);
		for (unsigned i = 0; i < o->nr_sacks; i++)
			p = put32(put32(p, o->sacks[i].start), o->sacks[i].end);
	}
}
