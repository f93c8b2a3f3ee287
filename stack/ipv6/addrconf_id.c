/* SPDX-License-Identifier: BSD-2-Clause */
/* Interface identifiers: the last 64 bits of addresses that we make ourselves. */
#include <linux/if_link.h>
#include <string.h>
#include "stack/ipv6/addrconf_private.h"

#define ETH_ADDR_LEN 6
#define ID_OFFSET    8 /* of the identifier in an address */

/* RFC 4291 App. A: the Ethernet address with ff:fe in its middle, and the universal bit inverted. */
bool addrconf_id_eui64(const struct net_device *dev, union inaddr *addr)
{
	uint8_t *id = addr->b + ID_OFFSET;

	if (dev->link->addr_len != ETH_ADDR_LEN || dev->flags & IFF_LOOPBACK)
		return false;
	memcpy(id, dev->addr, 3);
	id[3] = 0xff;
	id[4] = 0xfe;
	memcpy(id + 5, dev->addr + 3, 3);
	id[0] ^= 2;
	return true;
}

/* RFC 5453: identifiers that have a meaning; also ISATAP's (RFC 5214 6.1) and Ethernet-like ones of IANA. */
static bool is_reserved(const union inaddr *addr)
{
	uint32_t hi = ntohl(addr->v6[2]), lo = ntohl(addr->v6[3]);

	if (!(hi | lo)) /* subnet-router anycast */
		return true;
	if (hi == 0x02005eff && (lo & 0xff000000) == 0xfe000000)
		return true;
	if (hi == 0xfdffffff && lo >= 0xffffff80) /* RFC 2526: subnet anycast */
		return true;
	return hi == 0x00005efe || hi == 0x02005efe;
}

void addrconf_id_random(struct net *net, union inaddr *addr)
{
	do
		net_random(net, addr->b + ID_OFFSET, sizeof(addr->b) - ID_OFFSET);
	while (is_reserved(addr));
}

static const struct ipv6_devconf *secret_of(const struct inet6_dev *idev)
{
	if (idev->conf.stable_secret_set)
		return &idev->conf;
	return addrconf_of(idev)->dflt.stable_secret_set ? &addrconf_of(idev)->dflt : NULL;
}

/* RFC 7217 5: RID = F(Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key), F being SipHash. */
bool addrconf_id_stable(const struct inet6_dev *idev, union inaddr *addr, uint8_t counter)
{
	const struct ipv6_devconf *conf = secret_of(idev);
	uint32_t max = idev->dev->net->ipv6->sysctl.idgen_retries;
	struct {
		uint8_t prefix[8];
		uint8_t hwaddr[NETDEV_ADDR_MAX];
		uint8_t counter;
	} __packed data = { .counter = counter };
	struct siphash_key key;
	uint64_t id;

	if (!conf)
		return false;
	memcpy(&key, &conf->stable_secret, sizeof(key));
	memcpy(data.prefix, addr->b, sizeof(data.prefix));
	memcpy(data.hwaddr, idev->dev->perm_addr, idev->dev->link->addr_len);
	for (; data.counter <= max; data.counter++) {
		id = siphash(&key, &data, sizeof(data));
		memcpy(addr->b + ID_OFFSET, &id, sizeof(id));
		if (!is_reserved(addr))
			return true;
	}
	return false;
}

bool addrconf_id_is_stable(const struct inet6_dev *idev)
{
	return idev->conf.addr_gen_mode == IN6_ADDR_GEN_MODE_STABLE_PRIVACY ||
	       idev->conf.addr_gen_mode == IN6_ADDR_GEN_MODE_RANDOM;
}
