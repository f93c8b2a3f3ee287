/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of stack/driver/packet_ring.c, on the loopback of a namespace: what a ring shows of UDP
 * datagrams that the kernel sends to itself.
 */
#include "stack/driver/packet_ring.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/kernelns.h"

#define HEADERS (14 + 20 + 8) /* Ethernet, IPv4, UDP */
#define LARGE	30000

/* cmocka's own would not end the child. */
#define EXPECT(what)                                                               \
	do {                                                                       \
		if (!(what)) {                                                     \
			fprintf(stderr, "line %d: not so: %s\n", __LINE__, #what); \
			return 1;                                                  \
		}                                                                  \
	} while (0)

/* A packet socket with a virtio-net header, on what comes in by lo. */
static int packet_socket(void)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex("lo"),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		perror("packet socket");
	return fd;
}

/* @len bytes of @fill, to a port that somebody has. */
static bool send_udp(int fd, char fill, size_t len)
{
	static char bytes[LARGE];
	struct sockaddr_in to = { .sin_family = AF_INET };
	socklen_t to_len = sizeof(to);

	memset(bytes, fill, len);
	return !getsockname(fd, (struct sockaddr *)&to, &to_len) &&
	       sendto(fd, bytes, len, 0, (struct sockaddr *)&to, to_len) == (ssize_t)len;
}

/* The next frame, waited for: with much to do, the kernel takes in later what was sent to lo. */
static bool next_frame(int fd, struct packet_ring *ring, struct packet_slot *ret)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, 30000) == 1 && packet_ring_peek(ring, ret);
}

static int udp_socket(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		perror("bind");
	return fd;
}

static int frames_in_order(void *arg)
{
	static uint8_t frame[sizeof(struct virtio_net_hdr) + HEADERS + LARGE + 1];
	int fd = packet_socket(), udp = udp_socket();
	struct packet_ring *ring = packet_ring_create(fd);
	struct packet_slot slot;

	(void)arg;
	EXPECT(ring);
	EXPECT(!packet_ring_peek(ring, &slot));
	EXPECT(send_udp(udp, 'a', 64) && send_udp(udp, 'b', LARGE) && send_udp(udp, 'c', 1400));

	EXPECT(next_frame(fd, ring, &slot));
	EXPECT(!slot.queued && !slot.truncated && slot.len == HEADERS + 64);
	EXPECT(slot.data[HEADERS] == 'a' && slot.data[slot.len - 1] == 'a');
	packet_ring_release(ring);

	EXPECT(next_frame(fd, ring, &slot));
	EXPECT(slot.queued && !slot.truncated);
	EXPECT(recv(fd, frame, sizeof(frame), MSG_DONTWAIT) == (ssize_t)sizeof(frame) - 1);
	EXPECT(frame[sizeof(frame) - 2] == 'b');
	packet_ring_release(ring);

	EXPECT(next_frame(fd, ring, &slot));
	EXPECT(!slot.queued && slot.len == HEADERS + 1400 && slot.data[HEADERS] == 'c');
	packet_ring_release(ring);
	EXPECT(!packet_ring_peek(ring, &slot));
	packet_ring_free(ring);
	close(fd);
	close(udp);
	return 0;
}

static int goes_round(void *arg)
{
	int fd = packet_socket(), udp = udp_socket(), fits = 0, i;
	struct packet_ring *ring = packet_ring_create(fd);
	struct packet_slot slot;

	(void)arg;
	EXPECT(ring);
	/* more than it has room for: those that come too late are lost */
	for (i = 0; i < 20000; i++)
		EXPECT(send_udp(udp, i < 10000 ? 'a' : 'b', 64));
	for (; packet_ring_peek(ring, &slot); fits++) {
		EXPECT(slot.data[HEADERS] == 'a');
		packet_ring_release(ring);
	}
	EXPECT(fits > 100 && fits < 10000);
	/* three times round, one by one */
	for (i = 0; i < 3 * fits; i++) {
		EXPECT(send_udp(udp, (char)i, 64));
		EXPECT(next_frame(fd, ring, &slot) && slot.data[HEADERS] == (uint8_t)i);
		packet_ring_release(ring);
	}
	packet_ring_free(ring);
	close(fd);
	close(udp);
	return 0;
}

/*
 * Whoever opened the socket may have kept it, and can map the ring and write what he likes: what is not
 * within a slot is a frame that was cut off.
 */
static int lies(void *arg)
{
	static const struct {
		uint16_t mac;
		uint32_t snaplen;
	} bad[] = { { 80, 1 << 20 }, { 80, 2048 - 79 }, { 2049, 0 },
		    { 0xffff, 64 },  { 0, 64 },		{ 80, 0xffffffff } };
	int fd = packet_socket(), udp = udp_socket();
	struct packet_ring *ring = packet_ring_create(fd);
	struct packet_slot slot;
	uint8_t *theirs;

	(void)arg;
	EXPECT(ring);
	theirs = mmap(NULL, 64 * 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	EXPECT(theirs != MAP_FAILED);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tpacket2_hdr *hdr = (struct tpacket2_hdr *)(theirs + i * 2048);

		EXPECT(send_udp(udp, 'a', 64) && next_frame(fd, ring, &slot));
		hdr->tp_mac = bad[i].mac;
		hdr->tp_snaplen = hdr->tp_len = bad[i].snaplen;
		EXPECT(packet_ring_peek(ring, &slot));
		EXPECT(slot.truncated && !slot.len);
		packet_ring_release(ring);
	}
	EXPECT(send_udp(udp, 'a', 64));
	EXPECT(next_frame(fd, ring, &slot) && !slot.truncated && slot.len == HEADERS + 64);
	munmap(theirs, 64 * 65536);
	packet_ring_free(ring);
	close(fd);
	close(udp);
	return 0;
}

static int none(void *arg)
{
	int udp = udp_socket();

	(void)arg;
	EXPECT(!packet_ring_create(udp));
	close(udp);
	return 0;
}

static void test_frames_come_in_order_whatever_their_size(void **state)
{
	(void)state;
	kernelns_run(frames_in_order, NULL);
}

static void test_it_goes_round_and_loses_what_is_too_much(void **state)
{
	(void)state;
	kernelns_run(goes_round, NULL);
}

static void test_what_is_no_packet_socket_has_none(void **state)
{
	(void)state;
	kernelns_run(none, NULL);
}

static void test_what_others_write_into_it_is_not_believed(void **state)
{
	(void)state;
	kernelns_run(lies, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_come_in_order_whatever_their_size),
		cmocka_unit_test(test_it_goes_round_and_loses_what_is_too_much),
		cmocka_unit_test(test_what_others_write_into_it_is_not_believed),
		cmocka_unit_test(test_what_is_no_packet_socket_has_none),
	};

	return cmocka_run_group_tests_name("packet_ring", tests, NULL, NULL);
}
