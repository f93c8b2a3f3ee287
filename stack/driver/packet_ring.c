/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receive ring of a packet socket, version TPACKET_V2: slots of one size, each handed over as soon
 * as it is filled. (TPACKET_V3 hands over blocks of many, when they are full or after milliseconds,
 * which is too late for a round trip.) What does not fit a slot is in the socket's queue too
 * (PACKET_COPY_THRESH), which is how large GSO frames cross.
 */
#include "stack/driver/packet_ring.h"

#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define RING_SLOT_SIZE	2048
#define RING_BLOCK_SIZE 65536 /* what the kernel allocates in one piece */
#define RING_BLOCKS	64
#define RING_SLOTS	(RING_BLOCKS * (RING_BLOCK_SIZE / RING_SLOT_SIZE))

struct packet_ring {
	uint8_t *map;
	unsigned next; /* the slot that the next frame will be in */
};

static int ring_setup(int fd)
{
	const struct tpacket_req req = {
		.tp_block_size = RING_BLOCK_SIZE,
		.tp_block_nr = RING_BLOCKS,
		.tp_frame_size = RING_SLOT_SIZE,
		.tp_frame_nr = RING_SLOTS,
	};
	const int version = TPACKET_V2, on = 1;

	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_COPY_THRESH, &on, sizeof(on)))
		return -1;
	return setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req));
}

static void ring_undo(int fd)
{
	const struct tpacket_req none = { 0 };

	setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &none, sizeof(none));
}

struct packet_ring *packet_ring_create(int fd)
{
	struct packet_ring *ring = calloc(1, sizeof(*ring));

	if (!ring || ring_setup(fd))
		goto free;
	ring->map = mmap(NULL, RING_BLOCKS * RING_BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 fd, 0);
	if (ring->map == MAP_FAILED)
		goto undo;
	return ring;
undo:
	ring_undo(fd);
free:
	free(ring);
	return NULL;
}

void packet_ring_free(struct packet_ring *ring)
{
	if (!ring)
		return;
	munmap(ring->map, RING_BLOCKS * RING_BLOCK_SIZE);
	free(ring);
}

static struct tpacket2_hdr *ring_next(const struct packet_ring *ring)
{
	return (struct tpacket2_hdr *)(ring->map + (size_t)ring->next * RING_SLOT_SIZE);
}

/* What the kernel writes is right; but whoever gave us the socket may have mapped the ring, too. */
static bool within_slot(uint32_t mac, uint32_t len)
{
	return mac >= sizeof(struct tpacket2_hdr) && mac <= RING_SLOT_SIZE &&
	       len <= RING_SLOT_SIZE - mac;
}

bool packet_ring_peek(const struct packet_ring *ring, struct packet_slot *ret)
{
	const struct tpacket2_hdr *hdr = ring_next(ring);
	uint32_t status = __atomic_load_n(&hdr->tp_status, __ATOMIC_ACQUIRE);
	/* Once: what is checked is what is used. */
	uint32_t mac = __atomic_load_n(&hdr->tp_mac, __ATOMIC_RELAXED);
	uint32_t len = __atomic_load_n(&hdr->tp_snaplen, __ATOMIC_RELAXED);
	bool valid = within_slot(mac, len);

	if (!(status & TP_STATUS_USER))
		return false;
	ret->data = (const uint8_t *)hdr + (valid ? mac : sizeof(*hdr));
	ret->len = valid ? len : 0;
	ret->queued = status & TP_STATUS_COPY;
	ret->truncated = !ret->queued && (!valid || len < hdr->tp_len);
	return true;
}

void packet_ring_release(struct packet_ring *ring)
{
	__atomic_store_n(&ring_next(ring)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->next = (ring->next + 1) % RING_SLOTS;
}
