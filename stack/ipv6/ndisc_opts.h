/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of neighbour discovery and their options (RFC 4861 4): for the files ndisc*.c alone. */
#ifndef STACK_IPV6_NDISC_OPTS_H
#define STACK_IPV6_NDISC_OPTS_H

#include "stack/core/net.h"
#include "stack/core/netdevice.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"
#include "stack/link/neighbour.h"

#define NDISC_HOP_LIMIT 255 /* of every message: none was forwarded */

/* Solicitations of routers have no target; advertisements of routers are another struct. */
struct nd_msg {
	struct icmp6_hdr icmp;
	union inaddr target;
} __packed __attribute__((aligned(2)));

/* icmp.info of a neighbour advertisement, host byte order (RFC 4861 4.4) */
#define ND_NA_ROUTER	0x80000000u
#define ND_NA_SOLICITED 0x40000000u
#define ND_NA_OVERRIDE	0x20000000u

/* RFC 4861 4.2, RFC 4191 2.2 */
struct nd_ra {
	uint8_t type, code;
	be16	check;
	uint8_t hop_limit;
	uint8_t flags;			/* ND_RA_* */
	be16	lifetime;		/* s; 0: not a default router */
	be32	reachable, retrans;	/* ms; 0: not said */
} __packed __attribute__((aligned(2)));

#define ND_RA_MANAGED 0x80
#define ND_RA_OTHER   0x40

/* Preference of a router, or of a route: two bits, in the middle of a byte (RFC 4191 2.1). */
static inline uint8_t nd_pref(uint8_t byte) { return byte >> 3 & 3; }

/* RFC 4861 4.5 */
struct nd_redirect {
	struct icmp6_hdr icmp;
	union inaddr target, dest;
} __packed __attribute__((aligned(2)));

enum nd_opt_type {
	ND_OPT_SOURCE_LLADDR = 1,
	ND_OPT_TARGET_LLADDR = 2,
	ND_OPT_PREFIX = 3,
	ND_OPT_REDIRECTED = 4,
	ND_OPT_MTU = 5,
	ND_OPT_NONCE = 14,		/* RFC 3971 5.3.2, RFC 7527 */
	ND_OPT_ROUTE = 24,		/* RFC 4191 */
	ND_OPT_RDNSS = 25,		/* RFC 8106 */
	ND_OPT_DNSSL = 31,		/* RFC 8106 */
	ND_OPT_CAPTIVE_PORTAL = 37,	/* RFC 8910 */
	ND_OPT_PREF64 = 38,		/* RFC 8781 */
};

struct nd_opt {
	uint8_t type;
	uint8_t len;			/* units of 8 bytes, of the whole option */
	uint8_t data[];
};

#define ND_OPT_UNIT	 8
#define ND_OPT_NONCE_LEN 6		/* bytes of a nonce that fills one unit */

static inline uint32_t nd_opt_bytes(const struct nd_opt *o) { return o->len * ND_OPT_UNIT; }
/* The bytes of an option with a link-layer address of @addr_len bytes. */
static inline uint32_t nd_opt_lladdr_space(uint8_t addr_len)
{
	return ALIGN_UP(addr_len + 2u, ND_OPT_UNIT);
}

/* Those of a message: the first of each type that is meant to be alone; the others by ndisc_opt_next(). */
struct ndisc_opts {
	const uint8_t *start, *end;
	const struct nd_opt *source_lladdr, *target_lladdr, *redirected, *mtu, *nonce;
};

/**
 * ndisc_opts_parse - take @len bytes of options apart; pointers lead into @data
 * Return: false: one has no length, or one beyond the end: the message is to be discarded (RFC 4861 7.1)
 */
bool ndisc_opts_parse(const void *data, uint32_t len, struct ndisc_opts *ret);
/** ndisc_opt_next - the first option of @type behind @prev (NULL: of all); @type 0: of any; NULL: no more */
const struct nd_opt *ndisc_opt_next(const struct ndisc_opts *opts, const struct nd_opt *prev, uint8_t type);
/** ndisc_opt_lladdr - the link-layer address in @o; NULL: not one of @dev's kind, or none of a station */
const uint8_t *ndisc_opt_lladdr(const struct net_device *dev, const struct nd_opt *o);
/** ndisc_opt_nonce - NULL is fine; 0: none that we could have sent */
uint64_t ndisc_opt_nonce(const struct nd_opt *o);

/** ndisc_put_lladdr, _nonce - write an option at @to; Return: where the next one goes */
uint8_t *ndisc_put_lladdr(uint8_t *to, uint8_t type, const struct net_device *dev, const uint8_t *lladdr);
uint8_t *ndisc_put_nonce(uint8_t *to, uint64_t nonce);

/* Sending (ndisc.c). */

/** ndisc_alloc - room for a message of @len bytes; NULL: no memory, or no IPv6 on @dev */
struct sk_buff *ndisc_alloc(struct net_device *dev, uint32_t len);
/** ndisc_send - a message that is complete but for its checksum; owns @skb */
void ndisc_send(struct net_device *dev, struct sk_buff *skb, const union inaddr *saddr,
		const union inaddr *daddr);

/* Messages that came in: checked as far as all of them are (ndisc_rcv.c), linear; each owns @skb. */

int ndisc_rcv_ra(struct net *net, struct sk_buff *skb);
int ndisc_rcv_redirect(struct net *net, struct sk_buff *skb);
/** ndisc_proxy_redo - neigh_table.proxy_redo */
void ndisc_proxy_redo(struct neigh_table *tbl, struct sk_buff *skb);

/**
 * ndisc_learn - @addr on @dev said that it is at @lladdr (NULL: it did not say)
 * @create: make an entry if there is none
 */
void ndisc_learn(struct net_device *dev, const union inaddr *addr, const uint8_t *lladdr, unsigned flags,
		 bool create);

#endif
