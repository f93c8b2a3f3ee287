/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receive ring of a packet(7) socket: memory that the kernel puts frames into and that is mapped
 * here, so that a frame costs no system call. It has slots for frames of a usual MTU; one that is
 * longer has its place in the ring as well, but waits, whole, in the socket's queue.
 */
#ifndef STACK_DRIVER_PACKET_RING_H
#define STACK_DRIVER_PACKET_RING_H

#include <stdbool.h>
#include <stdint.h>

struct packet_ring;

/* A frame in the ring. */
struct packet_slot {
	const uint8_t *data;	/* of the frame; a virtio-net header, where the socket has one, is right before */
	uint32_t len;		/* bytes at data */
	bool queued;		/* the frame is in the socket's queue; what is here is only its beginning */
	bool truncated;		/* so it is here, but it is lost: the queue had no room */
};

/**
 * packet_ring_create - give the socket @fd a ring
 * Return: NULL: it cannot have one (it may be no packet socket), and frames come by its queue
 */
struct packet_ring *packet_ring_create(int fd);
/** packet_ring_free - unmap it; NULL is fine. The socket keeps it, and is to be closed. */
void packet_ring_free(struct packet_ring *ring);

/** packet_ring_peek - the next frame; false: none. It stays valid until packet_ring_release(). */
bool packet_ring_peek(const struct packet_ring *ring, struct packet_slot *ret);
/** packet_ring_release - give the slot of the next frame back to the kernel */
void packet_ring_release(struct packet_ring *ring);

#endif
