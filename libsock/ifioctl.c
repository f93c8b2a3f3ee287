/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface requests of ioctl(2), netdevice(7). Called by ioctl.c.
 *
 * Only what asks is here: interfaces are changed by rtnetlink (uip), and a request that would change
 * one is refused. Addresses are IPv4's, by their labels, as ever with these requests: "eth0" is the first
 * that has no other label, and "eth0:1" one that has this. To all others it is the interface's name too.
 */
#include "libsock/ifioctl.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>

#include "libsock/interfaces.h"

static struct sockaddr_in *ipv4(struct sockaddr *sa)
{
	memset(sa, 0, sizeof(*sa));
	sa->sa_family = AF_INET;
	return (struct sockaddr_in *)sa;
}

static const char *label_of(const struct interface_addr *addr, const struct interface *link)
{
	return addr->label[0] ? addr->label : link->name;
}

/* The first of a label; @in: NULL: any address. */
static const struct interface_addr *find_label(const struct interfaces *ifs, const struct interface *link,
					       const char *label, const struct in_addr *in)
{
	for (size_t i = 0; i < ifs->naddrs; i++) {
		const struct interface_addr *addr = &ifs->addr[i];

		if (addr->index == link->index && addr->family == AF_INET &&
		    !strncmp(label_of(addr, link), label, IF_NAMESIZE) &&
		    (!in || !memcmp(in, &addr->local, sizeof(*in))))
			return addr;
	}
	return NULL;
}

/* Of several with one label, the caller may name one by its address. */
static const struct interface_addr *find_address(const struct interfaces *ifs, const struct interface *link,
						 const struct ifreq *ifr)
{
	const struct sockaddr_in *named = (const struct sockaddr_in *)&ifr->ifr_addr;
	const struct interface_addr *addr = NULL;

	if (named->sin_family == AF_INET)
		addr = find_label(ifs, link, ifr->ifr_name, &named->sin_addr);
	return addr ? addr : find_label(ifs, link, ifr->ifr_name, NULL);
}

static int answer_address(const struct interfaces *ifs, const struct interface *link,
			  unsigned long request, struct ifreq *ifr)
{
	const struct interface_addr *addr = find_address(ifs, link, ifr);
	struct in_addr in;

	if (!addr)
		return -EADDRNOTAVAIL;
	switch (request) {
	case SIOCGIFDSTADDR:
		memcpy(&in, &addr->peer, sizeof(in));
		break;
	case SIOCGIFBRDADDR:
		memcpy(&in, &addr->broadcast, sizeof(in));
		break;
	case SIOCGIFNETMASK:
		in.s_addr = addr->prefixlen ? htonl(~0U << (32 - addr->prefixlen)) : 0;
		break;
	default:
		memcpy(&in, &addr->local, sizeof(in));
		break;
	}
	ipv4(&ifr->ifr_addr)->sin_addr = in;
	return 0;
}

static int answer_link(const struct interface *link, unsigned long request, struct ifreq *ifr)
{
	switch (request) {
	case SIOCGIFFLAGS:
		ifr->ifr_flags = (short)link->flags;
		return 0;
	case SIOCGIFINDEX:
		ifr->ifr_ifindex = link->index;
		return 0;
	case SIOCGIFMTU:
		ifr->ifr_mtu = (int)link->mtu;
		return 0;
	case SIOCGIFMETRIC:
		ifr->ifr_metric = 0; /* as on Linux, which has none */
		return 0;
	case SIOCGIFTXQLEN:
		ifr->ifr_qlen = (int)link->txqlen;
		return 0;
	case SIOCGIFHWADDR:
		memset(&ifr->ifr_hwaddr, 0, sizeof(ifr->ifr_hwaddr));
		ifr->ifr_hwaddr.sa_family = link->hwtype;
		memcpy(ifr->ifr_hwaddr.sa_data, link->hwaddr,
		       link->hwlen < sizeof(ifr->ifr_hwaddr.sa_data)
			       ? link->hwlen
			       : sizeof(ifr->ifr_hwaddr.sa_data));
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * ifioctl_is_address - does this request ask for an address, which is IPv4's?
 * @request: SIOCGIF*
 */
bool ifioctl_is_address(unsigned long request)
{
	switch (request) {
	case SIOCGIFADDR:
	case SIOCGIFDSTADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFNETMASK:
		return true;
	default:
		return false;
	}
}

/* What stands before the colon of a label names the interface. */
static const struct interface *find_link(const struct interfaces *ifs, const struct ifreq *ifr)
{
	char name[IF_NAMESIZE + 1] = "";

	memcpy(name, ifr->ifr_name, sizeof(ifr->ifr_name));
	name[strcspn(name, ":")] = '\0';
	return interfaces_find(ifs, name);
}

static int answer_ifreq(const struct interfaces *ifs, unsigned long request, struct ifreq *ifr)
{
	const struct interface *link;

	if (request == SIOCGIFNAME) {
		link = interfaces_at(ifs, ifr->ifr_ifindex);
		if (link)
			memcpy(ifr->ifr_name, link->name, sizeof(ifr->ifr_name));
		return link ? 0 : -ENODEV;
	}
	link = find_link(ifs, ifr);
	if (!link)
		return -ENODEV;
	if (ifioctl_is_address(request))
		return answer_address(ifs, link, request, ifr);
	return answer_link(link, request, ifr);
}

/* SIOCGIFCONF: each IPv4 address with the name of its interface; without a buffer, the room needed. */
static int answer_ifconf(const struct interfaces *ifs, struct ifconf *ifc)
{
	size_t room = ifc->ifc_buf ? (size_t)ifc->ifc_len / sizeof(struct ifreq) : SIZE_MAX;
	size_t n = 0;

	for (size_t i = 0; i < ifs->naddrs && n < room; i++) {
		const struct interface_addr *addr = &ifs->addr[i];
		const struct interface *link = interfaces_at(ifs, addr->index);

		if (addr->family != AF_INET || !link)
			continue;
		if (ifc->ifc_buf) {
			struct ifreq *ifr = &ifc->ifc_req[n];

			memset(ifr, 0, sizeof(*ifr));
			memcpy(ifr->ifr_name, label_of(addr, link), sizeof(ifr->ifr_name));
			memcpy(&ipv4(&ifr->ifr_addr)->sin_addr, &addr->local,
			       sizeof(struct in_addr));
		}
		n++;
	}
	ifc->ifc_len = (int)(n * sizeof(struct ifreq));
	return 0;
}

static int is_question(unsigned long request)
{
	switch (request) {
	case SIOCGIFNAME:
	case SIOCGIFCONF:
	case SIOCGIFFLAGS:
	case SIOCGIFADDR:
	case SIOCGIFDSTADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFMETRIC:
	case SIOCGIFMTU:
	case SIOCGIFHWADDR:
	case SIOCGIFINDEX:
	case SIOCGIFTXQLEN:
		return 1;
	default:
		return 0;
	}
}

/**
 * ifioctl - an interface request of ioctl(2)
 * @instance: the stack's name
 * @request: SIOCGIF*
 * @arg: struct ifreq; SIOCGIFCONF: struct ifconf
 *
 * Return: 0; -EOPNOTSUPP: not a question, or not one of these; -ENODEV; -EADDRNOTAVAIL; -ENETDOWN.
 */
int ifioctl(const char *instance, unsigned long request, void *arg)
{
	struct interfaces ifs;
	int err;

	if (!is_question(request))
		return -EOPNOTSUPP;
	err = interfaces_load(instance, &ifs);
	if (err)
		return err;
	if (request == SIOCGIFCONF)
		err = answer_ifconf(&ifs, arg);
	else
		err = answer_ifreq(&ifs, request, arg);
	interfaces_free(&ifs);
	return err;
}
