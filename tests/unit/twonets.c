/* SPDX-License-Identifier: BSD-2-Clause */
/* Two whole stacks joined by a wire: see twonets.h. */
#include "tests/unit/twonets.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/inet_config.h"
#include "stack/inet/stack.h"
#include "stack/link/ethernet.h"

#define WIRE_ALIGN 2 /* so that the network header is aligned behind the Ethernet header */

/* The wire ------------------------------------------------------------------------------------ */

static void wire_xmit(struct net_device *dev, struct sk_buff *skb)
{
	struct wire_end *end = dev->priv;

	assert_false(skb_is_gso(skb));
	assert_int_not_equal(skb->csum, CSUM_PARTIAL);
	skb_queue_tail(&end->sent, skb);
}

static void wire_destroy(struct net_device *dev)
{
	struct wire_end *end = dev->priv;

	skb_queue_purge(&end->sent);
}

static const struct netdev_ops wire_ops = { .xmit = wire_xmit, .destroy = wire_destroy };

void twonets_inject(struct twonets *tn, int to, const void *frame, uint32_t len)
{
	struct wire_end *end = &tn->end[to];
	struct sk_buff *skb = skb_alloc(end->net, WIRE_ALIGN, len);

	assert_non_null(skb);
	memcpy(skb_put(skb, len), frame, len);
	netdev_rx(end->dev, skb);
}

static bool carry(struct twonets *tn, int from)
{
	struct wire_end *end = &tn->end[from];
	struct sk_buff *skb = skb_dequeue(&end->sent);
	uint8_t *frame;
	uint32_t len;

	if (!skb)
		return false;
	len = skb->len;
	frame = malloc(len);
	assert_int_equal(skb_copy_bits(skb, 0, frame, len), 0);
	skb_free(skb);
	if (!tn->tap || tn->tap(tn, from, frame, len))
		twonets_inject(tn, !from, frame, len);
	free(frame);
	return true;
}

void twonets_settle(struct twonets *tn)
{
	bool moved;

	do {
		net_finish_batch(tn->end[0].net);
		net_finish_batch(tn->end[1].net);
		moved = carry(tn, 0);
		moved |= carry(tn, 1);
	} while (moved);
}

void twonets_run(struct twonets *tn, int64_t ms)
{
	ktime_t until = tn->end[0].net->now + ms_to_ktime(ms);

	for (;;) {
		ktime_t next;

		twonets_settle(tn);
		next = min(net_next_timer(tn->end[0].net), net_next_timer(tn->end[1].net));
		if (next > until)
			break;
		for (int i = 0; i < 2; i++)
			net_advance(tn->end[i].net, next);
	}
	for (int i = 0; i < 2; i++)
		net_advance(tn->end[i].net, until);
	twonets_settle(tn);
}

/* The stacks ---------------------------------------------------------------------------------- */

static void random_bytes(void *ctx, void *buf, size_t len)
{
	test_fill(ctx, buf, len);
}

static void end_create(struct twonets *tn, int index)
{
	struct wire_end *end = &tn->end[index];
	struct net_params params = {
		.now = sec_to_ktime(1000),
		.random = random_bytes,
		.random_ctx = &end->seed,
	};
	const uint8_t mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, index + 1 };

	end->tn = tn;
	end->index = index;
	end->seed = index + 1;
	skb_queue_init(&end->sent);
	end->net = stack_create(&params);
	assert_non_null(end->net);
	end->dev = netdev_alloc(end->net, &wire_ops, &eth_link);
	assert_non_null(end->dev);
	end->dev->priv = end;
	end->dev->carrier = true;
	strcpy(end->dev->name, "eth0");
	memcpy(end->dev->addr, mac, ETH_ALEN);
	assert_int_equal(netdev_register(end->dev, NULL), 0);
}

struct twonets *twonets_create_bare(void)
{
	struct twonets *tn = calloc(1, sizeof(*tn));

	assert_non_null(tn);
	end_create(tn, 0);
	end_create(tn, 1);
	return tn;
}

struct twonets *twonets_create(void)
{
	struct twonets *tn = twonets_create_bare();

	for (int i = 0; i < 2; i++) {
		struct wire_end *end = &tn->end[i];

		assert_int_equal(netdev_change_flags(end->net->loopback, IFF_UP, IFF_UP, NULL), 0);
		assert_int_equal(netdev_change_flags(end->dev, IFF_UP, IFF_UP, NULL), 0);
		net_addr_add(end->dev, i ? ADDR_1 : ADDR_0, TEST_PLEN);
	}
	/* Past the announcements that come with an address, and the first reports of groups. */
	twonets_run(tn, 20000);
	return tn;
}

void twonets_destroy(struct twonets *tn)
{
	for (int i = 0; i < 2; i++)
		stack_destroy(tn->end[i].net); /* asserts that nothing is left */
	free(tn);
}

union inaddr ip4(const char *text)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return inaddr_v4(a.s_addr);
}

struct sock_addr addr4(const char *text, uint16_t port)
{
	return (struct sock_addr){ .family = AF_INET, .port = htons(port), .addr = ip4(text) };
}

union inaddr test_inaddr(const char *text)
{
	union inaddr a = { 0 };

	assert_int_equal(inet_pton(TEST_FAMILY, text, &a), 1);
	return a;
}

struct sock_addr test_addr(const char *text, uint16_t port)
{
	return (struct sock_addr){ .family = TEST_FAMILY, .port = htons(port), .addr = test_inaddr(text) };
}

void net_addr_add(struct net_device *dev, const char *text, int prefixlen)
{
	struct ifaddr ifa = {
		.dev = dev,
		.family = TEST_FAMILY,
		.prefixlen = prefixlen,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
		.flags = IFA_F_PERMANENT,
		.local = test_inaddr(text),
		.address = test_inaddr(text),
	};
	const struct inet_config_ops *ops = inet_config_find(dev->net, TEST_FAMILY);

	if (TEST_FAMILY == AF_INET) {
		ifa.broadcast = inaddr_v4(ifa.local.v4 | htonl(~0u >> prefixlen));
		ifa.has_broadcast = true;
	} else {
		ifa.flags |= IFA_F_NODAD;
	}
	assert_int_equal(ops->addr_add(dev->net, &ifa, NLM_F_CREATE | NLM_F_EXCL, NULL), 0);
}

/* Sockets ------------------------------------------------------------------------------------- */

static void on_connected(struct sock *sk)
{
	((struct test_sock *)sk->owner)->connected++;
}

static void on_readable(struct sock *sk)
{
	((struct test_sock *)sk->owner)->readable++;
}

static void on_writable(struct sock *sk)
{
	((struct test_sock *)sk->owner)->writable++;
}

static void on_error(struct sock *sk)
{
	((struct test_sock *)sk->owner)->errors++;
}

static const struct sock_ops test_sock_ops = {
	.connected = on_connected,
	.readable = on_readable,
	.writable = on_writable,
	.error = on_error,
};

void test_sock_open(struct test_sock *ts, struct net *net, int type, int protocol)
{
	*ts = (struct test_sock){ 0 };
	assert_int_equal(sock_create(net, TEST_FAMILY, type, protocol, &test_sock_ops, ts, &ts->sk), 0);
}

void test_sock_bound(struct test_sock *ts, struct net *net, const char *addr, uint16_t port)
{
	struct sock_addr a = test_addr(addr ? addr : ADDR_ANY, port);

	test_sock_open(ts, net, SOCK_DGRAM, IPPROTO_UDP);
	assert_int_equal(sock_bind(ts->sk, &a), 0);
}

void test_sock_close(struct test_sock *ts)
{
	sock_close(ts->sk, false);
	ts->sk = NULL;
}

static int send_skb(struct test_sock *ts, const struct sock_addr *to, struct sk_buff *skb)
{
	struct sock_msg msg = { .has_addr = to };

	if (to)
		msg.addr = *to;
	return sock_send(ts->sk, &msg, skb);
}

int test_send(struct test_sock *ts, const struct sock_addr *to, uint32_t len)
{
	return send_skb(ts, to, testnet_skb(ts->sk->net, SKB_HEADROOM, len));
}

int test_send_bytes(struct test_sock *ts, const struct sock_addr *to, const void *data,
		    uint32_t len)
{
	struct sk_buff *skb = skb_alloc(ts->sk->net, SKB_HEADROOM, len);

	assert_non_null(skb);
	memcpy(skb_put(skb, len), data, len);
	return send_skb(ts, to, skb);
}

int test_recv(struct test_sock *ts, void *buf, uint32_t room, struct sock_msg *ret)
{
	struct sock_msg msg;
	struct sk_buff *skb = sock_recv(ts->sk, &msg);
	int len;

	if (!skb)
		return -1;
	len = skb->len;
	assert_int_equal(msg.len, skb->len);
	assert_int_equal(skb_copy_bits(skb, 0, buf, min((uint32_t)len, room)), 0);
	skb_free(skb);
	if (ret)
		*ret = msg;
	return len;
}

int test_setopt(struct test_sock *ts, int level, int name, int val)
{
	return sock_setsockopt(ts->sk, level, name, &val, sizeof(val));
}

int test_getopt(struct test_sock *ts, int level, int name)
{
	uint32_t len = sizeof(int);
	int val = 0;

	assert_int_equal(sock_getsockopt(ts->sk, level, name, &val, &len), 0);
	return val;
}
