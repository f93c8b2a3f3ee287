/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of ND messages (RFC 4861 4.6). They are checked here, once: who got a struct ndisc_opts
 * can read each option up to its length.
 */
#include "stack/ipv6/ndisc_opts.h"

/* The first of its kind counts. */
static void keep(const struct nd_opt **slot, const struct nd_opt *o)
{
	if (!*slot)
		*slot = o;
}

static void take(struct ndisc_opts *opts, const struct nd_opt *o)
{
	switch (o->type) {
	case ND_OPT_SOURCE_LLADDR:
		keep(&opts->source_lladdr, o);
		break;
	case ND_OPT_TARGET_LLADDR:
		keep(&opts->target_lladdr, o);
		break;
	case ND_OPT_REDIRECTED:
		keep(&opts->redirected, o);
		break;
	case ND_OPT_MTU:
		keep(&opts->mtu, o);
		break;
	case ND_OPT_NONCE:
		keep(&opts->nonce, o);
		break;
	default: /* RFC 4861 9: what is not known is passed over */
		break;
	}
}

bool ndisc_opts_parse(const void *data, uint32_t len, struct ndisc_opts *ret)
{
	const uint8_t *p = data, *end = p + len;

	*ret = (struct ndisc_opts){ .start = p, .end = end };
	while (p < end) {
		const struct nd_opt *o = (const struct nd_opt *)p;

		if (end - p < ND_OPT_UNIT || !o->len || nd_opt_bytes(o) > (size_t)(end - p))
			return false;
		take(ret, o);
		p += nd_opt_bytes(o);
	}
	return true;
}

const struct nd_opt *ndisc_opt_next(const struct ndisc_opts *opts, const struct nd_opt *prev,
				    uint8_t type)
{
	const uint8_t *p = prev ? (const uint8_t *)prev + nd_opt_bytes(prev) : opts->start;

	while (p < opts->end) {
		const struct nd_opt *o = (const struct nd_opt *)p;

		if (!type || o->type == type)
			return o;
		p += nd_opt_bytes(o);
	}
	return NULL;
}

const uint8_t *ndisc_opt_lladdr(const struct net_device *dev, const struct nd_opt *o)
{
	uint8_t len = dev->link->addr_len;

	if (!len || nd_opt_bytes(o) != nd_opt_lladdr_space(len))
		return NULL;
	return dev->link->addr_valid && !dev->link->addr_valid(o->data) ? NULL : o->data;
}

uint64_t ndisc_opt_nonce(const struct nd_opt *o)
{
	uint64_t nonce = 0;

	if (!o || o->len != 1)
		return 0;
	for (unsigned i = 0; i < ND_OPT_NONCE_LEN; i++)
		nonce = nonce << 8 | o->data[i];
	return nonce;
}

uint8_t *ndisc_put_lladdr(uint8_t *to, uint8_t type, const struct net_device *dev,
			  const uint8_t *lladdr)
{
	uint32_t space = nd_opt_lladdr_space(dev->link->addr_len);

	memset(to, 0, space);
	to[0] = type;
	to[1] = space / ND_OPT_UNIT;
	memcpy(to + 2, lladdr, dev->link->addr_len);
	return to + space;
}

uint8_t *ndisc_put_nonce(uint8_t *to, uint64_t nonce)
{
	to[0] = ND_OPT_NONCE;
	to[1] = 1;
	for (unsigned i = 0; i < ND_OPT_NONCE_LEN; i++)
		to[2 + i] = nonce >> 8 * (ND_OPT_NONCE_LEN - 1 - i);
	return to + ND_OPT_UNIT;
}
