/* SPDX-License-Identifier: BSD-2-Clause */
/* Prefixes and derived addresses of IPv6; see in6.h. */
#include "stack/lib/in6.h"

#include <linux/rtnetlink.h>

uint8_t in6_rt_scope(const union inaddr *a)
{
	if (in6_is_loopback(a))
		return RT_SCOPE_HOST;
	switch (in6_scope(a)) {
	case IN6_SCOPE_NODE:
		return RT_SCOPE_HOST;
	case IN6_SCOPE_LINK:
		return RT_SCOPE_LINK;
	case IN6_SCOPE_SITE:
		return RT_SCOPE_SITE;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

unsigned in6_common_prefix(const union inaddr *a, const union inaddr *b)
{
	for (unsigned i = 0; i < 4; i++) {
		uint32_t diff = ntohl(a->v6[i] ^ b->v6[i]);

		if (diff)
			return i * 32 + (unsigned)__builtin_clz(diff);
	}
	return 128;
}

bool in6_prefix_equal(const union inaddr *a, const union inaddr *b, unsigned plen)
{
	return in6_common_prefix(a, b) >= plen;
}

union inaddr in6_prefix(const union inaddr *a, unsigned plen)
{
	union inaddr ret = *a;

	for (unsigned i = 0; i < 4; i++, plen -= min(plen, 32u)) {
		if (!plen)
			ret.v6[i] = 0;
		else if (plen < 32)
			ret.v6[i] &= htonl(~0u << (32 - plen));
	}
	return ret;
}

union inaddr in6_solicited_node(const union inaddr *a)
{
	return (union inaddr){ .v6 = { htonl(0xff020000), 0, htonl(1),
				       htonl(0xff000000) | (a->v6[3] & htonl(0x00ffffff)) } };
}
