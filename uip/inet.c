/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text to addresses and back: see inet.h. Called by the argument parsers and the printers.
 */
#include "uip/inet.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct family {
	int family;
	const char *word;
	const char *verbose;
	unsigned bits;
} families[] = {
	{ AF_INET, "inet", "inet", 32 },
	{ AF_INET6, "inet6", "inet6", 128 },
	{ AF_PACKET, "link", "link", 0 },
	{ AF_UNSPEC, "none", "any valid", 0 },
};

static const struct family *family_find(int family)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i].family == family)
			return &families[i];
	return NULL;
}

int inet_family_from(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (!strcmp(families[i].word, word))
			return families[i].family;
	return AF_UNSPEC;
}

const char *inet_family_word(int family)
{
	const struct family *f = family_find(family);

	return f ? f->word : "???";
}

const char *inet_family_verbose(int family)
{
	const struct family *f = family_find(family);

	return f ? f->verbose : "???";
}

unsigned inet_family_bits(int family)
{
	const struct family *f = family_find(family);

	return f ? f->bits : 0;
}

/* One to four decimal bytes with dots between them; what is left out is 0. */
static int ipv4_parse(const char *text, uint8_t addr[4])
{
	unsigned i;

	memset(addr, 0, 4);
	for (i = 0; i < 4; i++) {
		char *end;
		unsigned long byte;

		if (!isdigit((unsigned char)*text))
			return -EINVAL;
		byte = strtoul(text, &end, 0);
		if (byte > 255)
			return -EINVAL;
		addr[i] = (uint8_t)byte;
		if (!*end)
			return 0;
		if (*end != '.')
			return -EINVAL;
		text = end + 1;
	}
	return -EINVAL;
}

static bool is_any(const char *text)
{
	return !strcmp(text, "default") || !strcmp(text, "any") || !strcmp(text, "all");
}

int inet_addr_parse(const char *text, int family, struct inet_prefix *ret)
{
	struct inet_prefix p = { .family = family };
	int len;

	if (is_any(text)) {
		if (family == AF_UNSPEC)
			p.family = AF_INET;
		p.bytes = inet_family_bits(p.family) / 8;
		p.length_given = true;
	} else if (family == AF_PACKET) {
		len = inet_ll_parse(text, p.data);
		if (len < 0)
			return -EINVAL;
		p.bytes = (unsigned)len;
		p.bits = p.bytes * 8;
	} else if (strchr(text, ':')) {
		p.family = AF_INET6;
		p.bytes = 16;
		p.bits = 128;
		if (family == AF_INET || inet_pton(AF_INET6, text, p.data) != 1)
			return -EINVAL;
	} else {
		p.family = AF_INET;
		p.bytes = 4;
		p.bits = 32;
		if (family == AF_INET6 || ipv4_parse(text, p.data))
			return -EINVAL;
	}
	*ret = p;
	return 0;
}

/* A prefix length, or an IPv4 mask with its ones in front. */
static int length_parse(const char *text, unsigned *ret)
{
	struct in_addr mask;
	uint32_t bits;
	char *end;
	unsigned long n;

	if (!*text)
		return -EINVAL;
	n = strtoul(text, &end, 0);
	if (!*end && n <= 128) {
		*ret = (unsigned)n;
		return 0;
	}
	if (inet_pton(AF_INET, text, &mask) != 1)
		return -EINVAL;
	bits = ntohl(mask.s_addr);
	for (n = 0; bits & 0x80000000u; bits <<= 1)
		n++;
	if (bits)
		return -EINVAL;
	*ret = (unsigned)n;
	return 0;
}

int inet_prefix_parse(const char *text, int family, struct inet_prefix *ret)
{
	const char *slash = strchr(text, '/');
	struct inet_prefix p = { .family = family, .length_given = true };
	char addr[INET_TEXT_MAX];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	unsigned bits;

	if (is_any(text)) {
		/* ip(8)'s difference: "default" is an address where there is a family. */
		p.bytes = strcmp(text, "default") ? 0 : inet_family_bits(family) / 8;
		*ret = p;
		return 0;
	}
	if (len >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (inet_addr_parse(addr, family, &p))
		return -EINVAL;
	if (slash) {
		if (length_parse(slash + 1, &bits) || bits > inet_family_bits(p.family))
			return -EINVAL;
		p.bits = bits;
		p.length_given = true;
	}
	*ret = p;
	return 0;
}

const char *inet_format(int family, const void *addr, size_t len, char *buf)
{
	if ((family == AF_INET && len >= 4) || (family == AF_INET6 && len >= 16))
		return inet_ntop(family, addr, buf, INET_TEXT_MAX);
	if (family == AF_PACKET)
		return inet_ll_format(addr, len, buf);
	strcpy(buf, "???");
	return buf;
}

bool inet_prefix_has(const struct inet_prefix *p, const void *addr)
{
	const uint8_t *a = addr;
	unsigned whole = p->bits / 8, rest = p->bits % 8;

	if (memcmp(a, p->data, whole))
		return false;
	return !rest || !((a[whole] ^ p->data[whole]) & (0xff00u >> rest) & 0xff);
}

int inet_ll_parse(const char *text, uint8_t buf[INET_LL_MAX])
{
	int n = 0;

	for (;;) {
		char *end;
		unsigned long byte;

		if (!isxdigit((unsigned char)*text) || n == INET_LL_MAX)
			return -EINVAL;
		byte = strtoul(text, &end, 16);
		if (byte > 255)
			return -EINVAL;
		buf[n++] = (uint8_t)byte;
		if (!*end)
			return n;
		if (*end != ':')
			return -EINVAL;
		text = end + 1;
	}
}

const char *inet_ll_format(const void *addr, size_t len, char *buf)
{
	const uint8_t *a = addr;
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < len && i < INET_LL_MAX; i++)
		sprintf(buf + (i ? 3 * i - 1 : 0), i ? ":%02x" : "%02x", a[i]);
	return buf;
}

const char *inet_ll_type(unsigned type, bool numeric, char *buf)
{
	static const struct {
		unsigned type;
		const char *name;
	} types[] = {
		{ ARPHRD_ETHER, "ether" },
		{ ARPHRD_LOOPBACK, "loopback" },
		{ ARPHRD_NONE, "none" },
		{ ARPHRD_PPP, "ppp" },
		{ ARPHRD_TUNNEL, "ipip" },
		{ ARPHRD_TUNNEL6, "tunnel6" },
		{ ARPHRD_SIT, "sit" },
		{ ARPHRD_IPGRE, "gre" },
		{ ARPHRD_IP6GRE, "gre6" },
		{ ARPHRD_INFINIBAND, "infiniband" },
		{ ARPHRD_IEEE80211, "ieee802.11" },
		{ ARPHRD_NETLINK, "netlink" },
		{ ARPHRD_VOID, "void" },
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]) && !numeric; i++)
		if (types[i].type == type)
			return types[i].name;
	snprintf(buf, INET_TEXT_MAX, "[%u]", type);
	return buf;
}
