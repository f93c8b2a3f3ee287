/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices of the host, opened with the caller's rights for the stack to run on.
 *
 * What is opened here goes to the daemon as a descriptor, so that the daemon needs no rights.
 */
#ifndef UIP_HOSTIF_H
#define UIP_HOSTIF_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct hostif {
	int fd;
	char name[IFNAMSIZ]; /* of the host's interface; "" for a stream */
	uint8_t mac[6];	     /* of the host's interface, with has_mac */
	bool has_mac;
	unsigned mtu;	       /* of the host's interface; 0: not known */
	unsigned vnet_hdr_len; /* of the header before each frame; 0: none */
	unsigned offloads;     /* USTACK_OFFLOAD_* */
};

/**
 * hostif_open_packet() - a packet socket on the interface @name
 * @offload: with a virtio-net header before each frame, so that checksums and segmentation can be
 *	left to the other side
 * @promisc: receive frames for other addresses than the interface's own, too
 *
 * Return: UIP_OK and *ret (whose descriptor is the caller's), or UIP_FAILED and the reason said.
 */
int hostif_open_packet(const char *name, bool offload, bool promisc, struct hostif *ret);

/** hostif_open_tap() - a TAP device, made if there is none of that name (NULL: any name) */
int hostif_open_tap(const char *name, bool offload, struct hostif *ret);

/** hostif_open_stream() - a Unix stream socket, connected to @path or (@listen) taken from it */
int hostif_open_stream(const char *path, bool listen, struct hostif *ret);

#endif
