/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of stack/driver/stream.c: framing, over a socket pair whose other end the test holds. */
#include "stack/driver/driver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stack/core/drop.h"
#include "stack/link/ethernet.h"
#include "tests/unit/testnet.h"

#define TEST_TYPE 0x88b5 /* IEEE 802: for local experiments */
#define FRAME_MAX (65535 + ETH_HLEN)

static struct {
	struct net *net;
	struct net_device *dev;
	struct driver_loop loop;
	struct driver_watch *watch; /* NULL: not watched */
	bool want_room;
	struct packet_type ptype;
	struct sk_buff_head got;
	int peer;
} rig;

/* The event loop, and the protocol above ---------------------------------------------------------- */

static int loop_add(void *ctx, struct driver_watch *w)
{
	(void)ctx;
	rig.watch = w;
	return 0;
}

static void loop_del(void *ctx, struct driver_watch *w)
{
	(void)ctx;
	(void)w;
	rig.watch = NULL;
}

static void loop_again(void *ctx, struct driver_watch *w)
{
	(void)ctx;
	w->ready(w, true, false, false);
}

static void loop_want_room(void *ctx, struct driver_watch *w)
{
	(void)ctx;
	(void)w;
	rig.want_room = true;
}

static int keep(struct net *net, struct sk_buff *skb)
{
	(void)net;
	skb_queue_tail(&rig.got, skb);
	return 0;
}

static int setup(void **state)
{
	struct link_params params = { .path = "/run/wire" };
	const struct link_kind *kind;
	int fds[2];

	(void)state;
	rig.net = testnet_create();
	rig.loop = (struct driver_loop){
		.add = loop_add, .del = loop_del, .again = loop_again, .want_room = loop_want_room
	};
	rig.want_room = false;
	rig.ptype = (struct packet_type){ .type = htons(TEST_TYPE), .rcv = keep };
	packet_type_add(rig.net, &rig.ptype);
	skb_queue_init(&rig.got);
	assert_int_equal(driver_kinds_add(rig.net, &rig.loop), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	rig.peer = fds[0];
	params.fd = fds[1];
	kind = link_kind_find(rig.net, "stream");
	assert_int_equal(kind->newlink(rig.net, kind, &params, &rig.dev, NULL), 0);
	dev_up(rig.dev);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	skb_queue_purge(&rig.got);
	packet_type_del(&rig.ptype);
	if (rig.dev)
		netdev_unregister(rig.dev);
	net_finish_batch(rig.net);
	driver_kinds_del(rig.net);
	testnet_destroy(rig.net);
	close(rig.peer);
	return 0;
}

/* Both ends --------------------------------------------------------------------------------------- */

/* A frame to the device of @len bytes, the payload's each @fill, behind its length; how many bytes. */
static uint32_t frame(uint8_t *to, uint8_t fill, uint32_t len)
{
	struct eth_hdr eth = { .src = { 2, 0, 0, 0, 0, 9 }, .type = htons(TEST_TYPE) };
	be32 prefix = htonl(len);

	memcpy(eth.dst, rig.dev->addr, ETH_ALEN);
	memcpy(to, &prefix, sizeof(prefix));
	memset(to + sizeof(prefix), fill, len);
	memcpy(to + sizeof(prefix), &eth, min(len, (uint32_t)sizeof(eth)));
	return sizeof(prefix) + len;
}

static void peer_writes(const void *bytes, uint32_t len)
{
	assert_int_equal(send(rig.peer, bytes, len, MSG_DONTWAIT), len);
	if (rig.watch)
		rig.watch->ready(rig.watch, true, false, false);
}

/* The next one that came is a frame of @fill. */
static void assert_got(uint8_t fill, uint32_t len)
{
	struct sk_buff *skb = skb_dequeue(&rig.got);

	assert_non_null(skb);
	assert_int_equal(skb->len, len - ETH_HLEN);
	for (uint32_t i = 0; i < skb->len; i++)
		assert_int_equal(skb->data[i], fill);
	skb_free(skb);
}

static void assert_hung_up(void)
{
	char c;

	assert_false(rig.dev->carrier);
	assert_null(rig.watch);
	assert_int_equal(recv(rig.peer, &c, 1, MSG_DONTWAIT), 0);
}

static struct sk_buff *packet(uint8_t fill, uint32_t len)
{
	struct sk_buff *skb = skb_alloc(rig.net, 0, len);

	memset(skb_put(skb, len), fill, len);
	skb->dev = rig.dev;
	return skb;
}

static void xmit(uint8_t fill, uint32_t len)
{
	netdev_xmit(rig.net, packet(fill, len));
}

/* In ---------------------------------------------------------------------------------------------- */

static void test_frames_come_whole_however_they_are_split(void **state)
{
	uint8_t bytes[1000];
	uint32_t len = frame(bytes, 'a', 60), split;

	(void)state;
	len += frame(bytes + len, 'b', ETH_HLEN);
	len += frame(bytes + len, 'c', 200);
	for (split = 0; split <= len; split++) {
		if (split)
			peer_writes(bytes, split);
		if (split < len)
			peer_writes(bytes + split, len - split);
		assert_got('a', 60);
		assert_got('b', ETH_HLEN);
		assert_got('c', 200);
		assert_true(skb_queue_empty(&rig.got));
	}
	for (uint32_t i = 0; i < len; i++)
		peer_writes(bytes + i, 1);
	assert_int_equal(rig.got.qlen, 3);
}

static void test_the_largest_frame_comes(void **state)
{
	static uint8_t bytes[2 * (FRAME_MAX + sizeof(be32))];
	uint32_t len = frame(bytes, 'x', FRAME_MAX), half = len / 2;

	(void)state;
	peer_writes(bytes, half);
	assert_true(skb_queue_empty(&rig.got));
	peer_writes(bytes + half, len - half);
	assert_got('x', FRAME_MAX);
	/* two at once fill the buffer, and it is emptied */
	len += frame(bytes + len, 'y', FRAME_MAX);
	peer_writes(bytes, len);
	assert_got('x', FRAME_MAX);
	assert_got('y', FRAME_MAX);
	assert_true(rig.dev->carrier);
}

static void test_a_length_out_of_range_ends_the_stream(void **state)
{
	static const uint32_t bad[] = { FRAME_MAX + 1, 0x7fffffff, 0x80000000, 0xffffffff };
	uint8_t bytes[200];

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		uint32_t len = frame(bytes, 'a', 60);
		be32 prefix = htonl(bad[i]);

		memcpy(bytes + len, &prefix, sizeof(prefix));
		peer_writes(bytes, len + sizeof(prefix));
		assert_got('a', 60); /* what came before it is good */
		assert_hung_up();
		teardown(state);
		setup(state);
	}
}

static void test_frames_too_short_for_ethernet_are_dropped(void **state)
{
	uint8_t bytes[200];
	uint32_t len = 0, n;

	(void)state;
	for (n = 0; n < ETH_HLEN; n++)
		len += frame(bytes + len, 'a', n);
	peer_writes(bytes, len);
	assert_true(skb_queue_empty(&rig.got));
	len = frame(bytes, 'b', 60);
	peer_writes(bytes, len);
	assert_got('b', 60);
	assert_true(rig.dev->carrier);
}

static void test_the_end_of_the_stream_takes_the_carrier(void **state)
{
	uint8_t bytes[100];
	uint32_t len = frame(bytes, 'a', 60);

	(void)state;
	assert_true(rig.dev->carrier);
	peer_writes(bytes, len);
	peer_writes(bytes, len / 2);
	assert_int_equal(shutdown(rig.peer, SHUT_WR), 0);
	rig.watch->ready(rig.watch, true, false, true);
	assert_got('a', 60);
	assert_true(skb_queue_empty(&rig.got));
	assert_hung_up();
	/* Nothing is queued for nobody. */
	xmit('z', 60);
	net_finish_batch(rig.net);
	assert_int_equal(rig.dev->stats.tx_packets, 0);
}

/* Out --------------------------------------------------------------------------------------------- */

/* Read @len bytes that are there, or as many as are. */
static uint32_t peer_reads(uint8_t *to, uint32_t len)
{
	uint32_t done = 0;

	while (done < len) {
		ssize_t got = recv(rig.peer, to + done, len - done, MSG_DONTWAIT);

		if (got <= 0)
			break;
		done += got;
	}
	return done;
}

static void test_frames_go_behind_their_lengths(void **state)
{
	uint8_t bytes[300];

	(void)state;
	xmit('a', 60);
	xmit('b', 100);
	assert_int_equal(peer_reads(bytes, sizeof(bytes)), 0); /* not before the batch ends */
	net_finish_batch(rig.net);
	assert_int_equal(peer_reads(bytes, sizeof(bytes)), 4 + 60 + 4 + 100);
	assert_memory_equal(bytes,
			    "\0\0\0\x3c"
			    "aaaa",
			    8);
	assert_memory_equal(bytes + 64,
			    "\0\0\0\x64"
			    "bbbb",
			    8);
	assert_int_equal(bytes[4 + 60 + 4 + 99], 'b');
}

/* The peer reads by and by, and what is cut off by a full socket goes on where it was cut. */
static void test_what_finds_no_room_goes_on_later(void **state)
{
	static uint8_t bytes[200 * (4 + 1500) + 1];
	uint32_t got = 0, rounds = 0;
	int small = 1;

	(void)state;
	assert_int_equal(setsockopt(rig.watch->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)),
			 0);
	for (unsigned i = 0; i < 200; i++)
		xmit(i, 1500);
	net_finish_batch(rig.net);
	assert_true(rig.want_room);
	for (; got < sizeof(bytes) - 1 && rounds < 10000; rounds++) {
		got += peer_reads(bytes + got, 700);
		if (!rig.want_room)
			continue;
		rig.want_room = false;
		rig.watch->ready(rig.watch, false, true, false);
		net_finish_batch(rig.net);
	}
	assert_int_equal(got, sizeof(bytes) - 1);
	assert_int_equal(peer_reads(bytes + got, 1), 0);
	for (unsigned i = 0; i < 200; i++) {
		const uint8_t *f = bytes + i * (4 + 1500);

		assert_memory_equal(f, "\0\0\x05\xdc", 4);
		for (unsigned j = 0; j < 1500; j++)
			assert_int_equal(f[4 + j], i);
	}
}

static void test_a_frame_too_long_for_the_framing_is_not_sent(void **state)
{
	uint8_t c;

	(void)state;
	/* The core has no larger MTU to offer: this is for the driver to know by itself. */
	rig.dev->ops->xmit(rig.dev, packet('a', FRAME_MAX + 1));
	net_finish_batch(rig.net);
	assert_int_equal(peer_reads(&c, 1), 0);
	assert_int_equal(rig.dev->stats.tx_dropped, 1);
	assert_true(rig.dev->carrier);
}

static void test_it_is_closed_with_the_device(void **state)
{
	struct link_params params = { .fd = -1 };
	char c;

	(void)state;
	rig.dev->kind->fill(rig.dev, &params);
	assert_string_equal(params.path, "/run/wire");
	netdev_unregister(rig.dev);
	net_finish_batch(rig.net);
	rig.dev = NULL;
	assert_null(rig.watch);
	assert_int_equal(recv(rig.peer, &c, 1, MSG_DONTWAIT), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_frames_come_whole_however_they_are_split),
		TEST(test_the_largest_frame_comes),
		TEST(test_a_length_out_of_range_ends_the_stream),
		TEST(test_frames_too_short_for_ethernet_are_dropped),
		TEST(test_the_end_of_the_stream_takes_the_carrier),
		TEST(test_frames_go_behind_their_lengths),
		TEST(test_what_finds_no_room_goes_on_later),
		TEST(test_a_frame_too_long_for_the_framing_is_not_sent),
		TEST(test_it_is_closed_with_the_device),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
