/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening the host's devices: see hostif.h. Called by link_kind.c.
 *
 * Each function says in a sentence why it could not, since the caller of uip is the one who lacks
 * the right or has mistyped the name.
 */
#include "uip/hostif.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <ustack/link.h>

#include "uip/uip.h"

/* Not in the headers of every kernel that has them. */
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

#define VNET_HDR_LEN  10	/* struct virtio_net_hdr, without the number of buffers */
#define SOCKET_BUFFER (8 << 20) /* bytes: some milliseconds at full speed */
#define TUN_DEVICE    "/dev/net/tun"

static int fail(int fd, const char *what, const char *name)
{
	fprintf(stderr, "%s \"%s\": %s\n", what, name, strerror(errno));
	if (fd >= 0)
		close(fd);
	return UIP_FAILED;
}

/* Takes the large buffer that CAP_NET_ADMIN allows, or as much as anyone gets. */
static void set_buffers(int fd)
{
	int size = SOCKET_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/* --- packet ----------------------------------------------------------------------------------- */

static bool is_link_local(const struct sockaddr *sa)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

	return sa->sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);
}

/* Two stacks at one link-layer address: an address that was given, or just the one that IPv6 makes by itself. */
static void warn_of_addresses(const char *name)
{
	bool given = false, made = false;
	struct ifaddrs *list, *ifa;

	if (getifaddrs(&list))
		return;
	for (ifa = list; ifa; ifa = ifa->ifa_next) {
		int family = ifa->ifa_addr ? ifa->ifa_addr->sa_family : AF_UNSPEC;

		if ((family != AF_INET && family != AF_INET6) || strcmp(ifa->ifa_name, name) != 0)
			continue;
		if (is_link_local(ifa->ifa_addr))
			made = true;
		else
			given = true;
	}
	freeifaddrs(list);
	if (given)
		fprintf(stderr,
			"Warning: the host has an IP address on \"%s\", and will answer the same frames.\n",
			name);
	else if (made)
		fprintf(stderr,
			"Warning: the host speaks IPv6 on \"%s\", and will answer the same frames:\n"
			"         sysctl -w net.ipv6.conf.%s.disable_ipv6=1\n",
			name, name);
}

/* Reads what the stack's device takes over from the host's. */
static int read_host_interface(int fd, struct hostif *h)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, h->name, sizeof(ifr.ifr_name));
	if (ioctl(fd, SIOCGIFMTU, &ifr))
		return -errno;
	h->mtu = (unsigned)ifr.ifr_mtu;
	if (ioctl(fd, SIOCGIFHWADDR, &ifr))
		return -errno;
	if (ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER) {
		memcpy(h->mac, ifr.ifr_hwaddr.sa_data, sizeof(h->mac));
		h->has_mac = true;
	}
	return 0;
}

/*
 * PACKET_QDISC_BYPASS only without offloads: a bypassing socket drops what the kernel would have to
 * segment first, and so every large packet to an interface whose own offloads are switched off.
 */
static int packet_set_options(int fd, bool offload)
{
	int on = 1;

	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)))
		return -errno;
	if (setsockopt(fd, SOL_PACKET, offload ? PACKET_VNET_HDR : PACKET_QDISC_BYPASS, &on,
		       sizeof(on)))
		return -errno;
	set_buffers(fd);
	return 0;
}

static int packet_set_promisc(int fd, int index)
{
	struct packet_mreq mreq = { .mr_ifindex = index, .mr_type = PACKET_MR_PROMISC };

	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq, sizeof(mreq)) ? -errno : 0;
}

/* The protocol is given only now, when the socket is all set up: not one frame of another
 * interface, or without the header, can have come in before. */
static int packet_bind(int fd, int index)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = index,
	};

	return bind(fd, (struct sockaddr *)&sll, sizeof(sll)) ? -errno : 0;
}

int hostif_open_packet(const char *name, bool offload, bool promisc, struct hostif *ret)
{
	struct hostif h = { .fd = -1 };
	int index = (int)if_nametoindex(name), err;

	if (!index || strlen(name) >= sizeof(h.name)) {
		fprintf(stderr, "The host has no interface \"%s\" in this network namespace.\n",
			name);
		return UIP_FAILED;
	}
	strcpy(h.name, name);
	h.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (h.fd < 0 && (errno == EPERM || errno == EACCES)) {
		fprintf(stderr,
			"No right to open a packet socket on \"%s\": it needs CAP_NET_RAW; run uip as root.\n",
			name);
		return UIP_FAILED;
	}
	if (h.fd < 0)
		return fail(-1, "Cannot open a packet socket on", name);
	err = read_host_interface(h.fd, &h);
	if (!err)
		err = packet_set_options(h.fd, offload);
	if (!err && promisc)
		err = packet_set_promisc(h.fd, index);
	if (!err)
		err = packet_bind(h.fd, index);
	if (err) {
		errno = -err;
		return fail(h.fd, "Cannot set up a packet socket on", name);
	}
	if (offload) {
		h.vnet_hdr_len = VNET_HDR_LEN;
		h.offloads = USTACK_OFFLOAD_CSUM | USTACK_OFFLOAD_TSO4 | USTACK_OFFLOAD_TSO6;
	}
	if (!promisc)
		warn_of_addresses(name);
	*ret = h;
	return UIP_OK;
}

/* --- tap -------------------------------------------------------------------------------------- */

/* What the stack can take from the host; segmentation of UDP only where the host knows it. */
static int tap_set_offloads(int fd, struct hostif *h)
{
	unsigned long flags = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
	int len = VNET_HDR_LEN;

	if (ioctl(fd, TUNSETVNETHDRSZ, &len))
		return -errno;
	h->vnet_hdr_len = VNET_HDR_LEN;
	h->offloads = USTACK_OFFLOAD_CSUM | USTACK_OFFLOAD_TSO4 | USTACK_OFFLOAD_TSO6;
	if (!ioctl(fd, TUNSETOFFLOAD, flags | TUN_F_USO4 | TUN_F_USO6))
		h->offloads |= USTACK_OFFLOAD_USO;
	else if (ioctl(fd, TUNSETOFFLOAD, flags))
		return -errno;
	return 0;
}

static int tap_read_mtu(struct hostif *h)
{
	struct ifreq ifr;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, h->name, sizeof(ifr.ifr_name));
	if (ioctl(fd, SIOCGIFMTU, &ifr))
		err = -errno;
	else
		h->mtu = (unsigned)ifr.ifr_mtu;
	close(fd);
	return err;
}

static int fail_tun(int fd, const char *name)
{
	if (errno == EPERM || errno == EACCES) {
		fprintf(stderr,
			"No right to open the TAP device \"%s\": it needs CAP_NET_ADMIN, or a device that is yours.\n",
			name);
		if (fd >= 0)
			close(fd);
		return UIP_FAILED;
	}
	return fail(fd, "Cannot open the TAP device", name);
}

int hostif_open_tap(const char *name, bool offload, struct hostif *ret)
{
	struct hostif h = { .fd = open(TUN_DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK) };
	struct ifreq ifr;

	if (!name)
		name = "";
	if (strlen(name) >= sizeof(ifr.ifr_name)) {
		fprintf(stderr, "\"%s\" is too long for the name of an interface.\n", name);
		if (h.fd >= 0)
			close(h.fd);
		return UIP_FAILED;
	}
	if (h.fd < 0)
		return fail_tun(-1, name[0] ? name : TUN_DEVICE);
	memset(&ifr, 0, sizeof(ifr));
	strcpy(ifr.ifr_name, name);
	ifr.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | (offload ? IFF_VNET_HDR : 0));
	if (ioctl(h.fd, TUNSETIFF, &ifr))
		return fail_tun(h.fd, name[0] ? name : TUN_DEVICE);
	memcpy(h.name, ifr.ifr_name, sizeof(h.name));
	if ((offload && tap_set_offloads(h.fd, &h)) || tap_read_mtu(&h))
		return fail(h.fd, "Cannot set up the TAP device", h.name);
	*ret = h;
	return UIP_OK;
}

/* --- stream ----------------------------------------------------------------------------------- */

static int stream_accept(const struct sockaddr_un *sun, int *ret)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = 0, fd = -1;

	if (listener < 0)
		return -errno;
	if (bind(listener, (const struct sockaddr *)sun, sizeof(*sun)) || listen(listener, 1)) {
		err = -errno;
	} else {
		do {
			fd = accept(listener, NULL, NULL);
		} while (fd < 0 && errno == EINTR);
		err = fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) ? -errno : 0;
		unlink(sun->sun_path);
	}
	close(listener);
	*ret = fd;
	return err;
}

static int stream_connect(const struct sockaddr_un *sun, int *ret)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)sun, sizeof(*sun))) {
		int err = -errno;

		close(fd);
		return err;
	}
	*ret = fd;
	return 0;
}

int hostif_open_stream(const char *path, bool listen, struct hostif *ret)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct hostif h = { .fd = -1 };
	int err;

	if (strlen(path) >= sizeof(sun.sun_path)) {
		fprintf(stderr, "\"%s\" is too long for the path of a socket.\n", path);
		return UIP_FAILED;
	}
	strcpy(sun.sun_path, path);
	err = listen ? stream_accept(&sun, &h.fd) : stream_connect(&sun, &h.fd);
	if (err) {
		fprintf(stderr, "Cannot %s \"%s\": %s\n", listen ? "listen on" : "connect to", path,
			strerror(-err));
		return UIP_FAILED;
	}
	set_buffers(h.fd);
	if (fcntl(h.fd, F_SETFL, O_NONBLOCK))
		return fail(h.fd, "Cannot set up the socket", path);
	*ret = h;
	return UIP_OK;
}
