/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The neighbour state machine: each transition, its time, what is asked, sent and told meanwhile.
 */
#include "stack/link/neighbour.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "stack/link/ethernet.h"
#include "tests/unit/neighrig.h"

static unsigned sent(void)
{
	unsigned n = testdev_sent(rig.dev)->qlen;

	skb_queue_purge(testdev_sent(rig.dev));
	return n;
}

static void assert_news(enum event_type type, uint16_t nud_state)
{
	assert_int_equal(rig.nr_news, 1);
	assert_int_equal(rig.news[0].type, type);
	assert_int_equal(rig.news[0].nud_state, nud_state);
	rig.nr_news = 0;
}

/* Let time pass until the state is no longer @from. Return: how much passed, ns. */
static ktime_t wait_while(const struct neighbour *neigh, uint16_t from)
{
	ktime_t start = rig.net->now;

	while (neigh->nud_state == from) {
		assert_true(net_next_timer(rig.net) != KTIME_MAX);
		net_advance(rig.net, net_next_timer(rig.net));
	}
	return rig.net->now - start;
}

/* Resolution ---------------------------------------------------------------------------------- */

static void test_first_packet_waits_and_asks_at_once(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	assert_int_equal(neigh->nud_state, NUD_NONE);
	assert_int_equal(send_one(neigh), 0);
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	assert_int_equal(rig.multicasts, 1);
	assert_int_equal(rig.unicasts, 0);
	assert_ptr_equal(rig.hint, skb_peek(&neigh->arp_queue));
	assert_int_equal(sent(), 0);
	/* More packets do not ask more. */
	send_one(neigh);
	assert_int_equal(rig.multicasts, 1);
	assert_int_equal(neigh->arp_queue.qlen, 2);
	/* The kernel tells nobody of this state. */
	assert_int_equal(rig.nr_news, 0);
	neigh_release(neigh);
}

static void test_answer_sends_what_waited_in_order(void **state)
{
	struct neighbour *neigh = make(1);
	struct sk_buff *skb;
	uint32_t len = 100;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		neigh_output(rig.net, neigh, testnet_skb(rig.net, SKB_HEADROOM, 100 + i));
	assert_int_equal(neigh_update(neigh, ha1, NUD_REACHABLE, NEIGH_UPDATE_F_OVERRIDE), 0);
	assert_int_equal(testdev_sent(rig.dev)->qlen, 3);
	skb_queue_walk(testdev_sent(rig.dev), skb) {
		const struct eth_hdr *eth = (const struct eth_hdr *)skb->data;

		assert_int_equal(skb->len, ETH_HLEN + len++);
		assert_memory_equal(eth->dst, ha1, ETH_ALEN);
		assert_memory_equal(eth->src, rig.dev->addr, ETH_ALEN);
		assert_int_equal(eth->type, htons(ETH_P_IP));
	}
	assert_int_equal(neigh->nud_state, NUD_REACHABLE);
	assert_news(EVENT_NEIGH_UPDATE, NUD_REACHABLE);
	neigh_release(neigh);
}

static void test_resolution_fails_after_three_requests(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	send_one(neigh);
	send_one(neigh);
	testnet_advance(rig.net, ms_to_ktime(2999));
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	assert_int_equal(rig.multicasts, 3);
	assert_int_equal(rig.errors, 0);
	testnet_advance(rig.net, ms_to_ktime(2));
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	assert_int_equal(rig.multicasts, 3);
	assert_int_equal(rig.errors, 2);
	assert_news(EVENT_NEIGH_UPDATE, NUD_FAILED);
	assert_false(timer_pending(&neigh->timer));
	/* The next packet begins anew. */
	send_one(neigh);
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	assert_int_equal(rig.multicasts, 4);
	neigh_release(neigh);
}

static void test_failure_report_may_send_again(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	send_one(neigh);
	rig.resend = testnet_skb(rig.net, SKB_HEADROOM, 50);
	testnet_advance(rig.net, ms_to_ktime(3001));
	assert_int_equal(rig.errors, 1);
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	assert_int_equal(neigh->arp_queue.qlen, 1);
	assert_int_equal(skb_peek(&neigh->arp_queue)->len, 50);
	assert_int_equal(rig.multicasts, 4);
	testnet_advance(rig.net, sec_to_ktime(4));
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	assert_int_equal(rig.errors, 2);
	neigh_release(neigh);
}

static void test_requests_follow_the_parameters(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	neigh->parms->mcast_probes = 5;
	neigh->parms->retrans_time = 200;
	send_one(neigh);
	testnet_advance(rig.net, ms_to_ktime(999));
	assert_int_equal(rig.multicasts, 5);
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	testnet_advance(rig.net, ms_to_ktime(2));
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	neigh_release(neigh);
}

static void test_without_any_request_resolution_fails_at_once(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	neigh->parms->mcast_probes = 0;
	assert_int_equal(send_one(neigh), -EHOSTUNREACH);
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	assert_int_equal(rig.dev->drops[DROP_NEIGH_FAILED], 0); /* no device was chosen yet */
	neigh_release(neigh);
}

static void test_queue_drops_the_oldest_beyond_its_limit(void **state)
{
	struct neighbour *neigh = make(1);
	uint32_t truesize, fit;

	(void)state;
	send_one(neigh);
	truesize = skb_peek(&neigh->arp_queue)->truesize;
	neigh->parms->queue_len_bytes = truesize * 3;
	for (fit = 0; fit < 5; fit++)
		neigh_output(rig.net, neigh, testnet_skb(rig.net, SKB_HEADROOM, 101 + fit));
	assert_int_equal(neigh->arp_queue.qlen, 3);
	assert_int_equal(skb_peek(&neigh->arp_queue)->len, 103);
	assert_int_equal(skb_peek_tail(&neigh->arp_queue)->len, 105);
	assert_int_equal(rig.dev->drops[DROP_NEIGH_QUEUE_FULL], 3);
	/* One packet waits, however large it is. */
	neigh_output(rig.net, neigh, testnet_skb(rig.net, SKB_HEADROOM, 20000));
	assert_int_equal(neigh->arp_queue.qlen, 1);
	neigh_release(neigh);
}

static void test_neigh_probe_asks_without_a_packet(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	neigh_probe(neigh);
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	assert_int_equal(rig.multicasts, 1);
	assert_null(rig.hint);
	testnet_advance(rig.net, sec_to_ktime(4));
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	assert_int_equal(rig.errors, 0);
	neigh_release(neigh);
}

/* Reachability -------------------------------------------------------------------------------- */

static void test_reachable_becomes_stale_within_a_random_time(void **state)
{
	ktime_t first = 0;
	bool varies = false;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		struct neighbour *neigh = make_reachable(1);
		ktime_t passed = wait_while(neigh, NUD_REACHABLE);

		assert_int_equal(neigh->nud_state, NUD_STALE);
		assert_in_range(ktime_to_ms(passed), 15000, 45002);
		assert_news(EVENT_NEIGH_UPDATE, NUD_STALE);
		assert_false(timer_pending(&neigh->timer));
		if (!first)
			first = passed;
		varies |= passed != first;
		neigh_release(neigh);
		testnet_advance(rig.net, sec_to_ktime(301));
	}
	assert_true(varies);
}

static void test_stale_sends_and_becomes_delay_and_probe(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	wait_while(neigh, NUD_REACHABLE);
	rig.nr_news = 0;
	assert_int_equal(send_one(neigh), 0);
	assert_int_equal(sent(), 1);
	assert_int_equal(neigh->nud_state, NUD_DELAY);
	assert_int_equal(rig.nr_news, 0);
	assert_in_range(ktime_to_ms(wait_while(neigh, NUD_DELAY)), 5000, 5001);
	assert_int_equal(neigh->nud_state, NUD_PROBE);
	assert_news(EVENT_NEIGH_UPDATE, NUD_PROBE);
	assert_int_equal(rig.unicasts, 1);
	/* Packets go on being sent. */
	send_one(neigh);
	assert_int_equal(sent(), 1);
	assert_in_range(ktime_to_ms(wait_while(neigh, NUD_PROBE)), 3000, 3001);
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	assert_int_equal(rig.unicasts, 3);
	assert_int_equal(rig.multicasts, 0);
	assert_news(EVENT_NEIGH_UPDATE, NUD_FAILED);
	neigh_release(neigh);
}

static void test_probe_asks_again_by_multicast_if_told_so(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	neigh->parms->mcast_reprobes = 2;
	neigh_update(neigh, NULL, NUD_PROBE, NEIGH_UPDATE_F_ADMIN);
	wait_while(neigh, NUD_PROBE);
	assert_int_equal(rig.unicasts, 3);
	assert_int_equal(rig.multicasts, 2);
	neigh_release(neigh);
}

static void test_confirmation_turns_delay_into_reachable(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	wait_while(neigh, NUD_REACHABLE);
	send_one(neigh);
	testnet_advance(rig.net, sec_to_ktime(2));
	neigh_confirm(neigh);
	rig.nr_news = 0;
	wait_while(neigh, NUD_DELAY);
	assert_int_equal(neigh->nud_state, NUD_REACHABLE);
	assert_int_equal(rig.unicasts, 0);
	assert_news(EVENT_NEIGH_UPDATE, NUD_REACHABLE);
	sent();
	neigh_release(neigh);
}

static void test_confirmation_prolongs_reachable(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		testnet_advance(rig.net, sec_to_ktime(10));
		neigh_confirm(neigh);
		assert_int_equal(neigh->nud_state, NUD_REACHABLE);
	}
	assert_int_equal(rig.nr_news, 0);
	neigh_release(neigh);
}

static void test_answers_prolong_reachable(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		testnet_advance(rig.net, sec_to_ktime(10));
		assert_int_equal(neigh_update(neigh, ha1, NUD_REACHABLE, 0), 0);
		assert_int_equal(neigh->nud_state, NUD_REACHABLE);
	}
	assert_int_equal(rig.nr_news, 0);
	neigh_release(neigh);
}

static void test_reachable_in_use_goes_to_delay(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	/* What counts as use is a packet that met an unconfirmed state: as in the kernel. */
	neigh->used = neigh->timer.expires;
	wait_while(neigh, NUD_REACHABLE);
	assert_int_equal(neigh->nud_state, NUD_DELAY);
	assert_int_equal(rig.nr_news, 0);
	neigh_release(neigh);
}

static void test_answer_to_a_probe_makes_reachable(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	neigh_update(neigh, NULL, NUD_PROBE, NEIGH_UPDATE_F_ADMIN);
	testnet_advance(rig.net, ms_to_ktime(1500));
	assert_int_equal(rig.unicasts, 2);
	assert_int_equal(neigh_update(neigh, ha1, NUD_REACHABLE, NEIGH_UPDATE_F_OVERRIDE), 0);
	assert_int_equal(neigh->nud_state, NUD_REACHABLE);
	testnet_advance(rig.net, sec_to_ktime(3));
	assert_int_equal(rig.unicasts, 2);
	neigh_release(neigh);
}

/* News ---------------------------------------------------------------------------------------- */

static void test_news_of_the_same_address_do_not_make_it_stale(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	assert_int_equal(neigh_update(neigh, ha1, NUD_STALE, NEIGH_UPDATE_F_OVERRIDE), 0);
	assert_int_equal(neigh->nud_state, NUD_REACHABLE);
	assert_int_equal(rig.nr_news, 0);
	assert_int_equal(neigh_update(neigh, ha1, NUD_STALE, NEIGH_UPDATE_F_ADMIN), 0);
	assert_int_equal(neigh->nud_state, NUD_STALE);
	neigh_release(neigh);
}

static void test_news_of_another_address_need_override(void **state)
{
	struct neighbour *neigh = make_reachable(1);

	(void)state;
	assert_int_equal(neigh_update(neigh, ha2, NUD_STALE, 0), 0);
	assert_memory_equal(neigh->ha, ha1, ETH_ALEN);
	assert_int_equal(neigh->nud_state, NUD_REACHABLE);
	assert_int_equal(rig.nr_news, 0);

	assert_int_equal(neigh_update(neigh, ha2, NUD_STALE, NEIGH_UPDATE_F_WEAK_OVERRIDE), 0);
	assert_memory_equal(neigh->ha, ha1, ETH_ALEN);
	assert_int_equal(neigh->nud_state, NUD_STALE);
	assert_news(EVENT_NEIGH_UPDATE, NUD_STALE);

	assert_int_equal(neigh_update(neigh, ha2, NUD_STALE, NEIGH_UPDATE_F_OVERRIDE), 0);
	assert_memory_equal(neigh->ha, ha2, ETH_ALEN);
	assert_news(EVENT_NEIGH_UPDATE, NUD_STALE);
	/* An address that was only heard of is not confirmed: the next use will lead to a probe. */
	send_one(neigh);
	wait_while(neigh, NUD_DELAY);
	assert_int_equal(neigh->nud_state, NUD_PROBE);
	sent();
	neigh_release(neigh);
}

static void test_permanent_entries_change_only_by_an_administrator(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	assert_int_equal(neigh_update(neigh, ha1, NUD_PERMANENT, NEIGH_UPDATE_F_ADMIN), 0);
	assert_int_equal(neigh_update(neigh, ha2, NUD_REACHABLE, NEIGH_UPDATE_F_OVERRIDE), -EPERM);
	assert_memory_equal(neigh->ha, ha1, ETH_ALEN);
	testnet_advance(rig.net, sec_to_ktime(1000));
	assert_int_equal(neigh->nud_state, NUD_PERMANENT);
	assert_int_equal(rig.tbl.gc_entries, 0);
	assert_int_equal(neigh_update(neigh, ha2, NUD_REACHABLE,
				      NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE),
			 0);
	assert_memory_equal(neigh->ha, ha2, ETH_ALEN);
	assert_int_equal(rig.tbl.gc_entries, 1);
	neigh_release(neigh);
}

static void test_valid_state_needs_an_address(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	assert_int_equal(neigh_update(neigh, NULL, NUD_STALE, NEIGH_UPDATE_F_ADMIN), -EINVAL);
	assert_int_equal(neigh->nud_state, NUD_NONE);
	assert_int_equal(neigh_update(neigh, ha1, NUD_STALE, NEIGH_UPDATE_F_ADMIN), 0);
	assert_int_equal(neigh_update(neigh, NULL, NUD_REACHABLE, NEIGH_UPDATE_F_ADMIN), 0);
	assert_memory_equal(neigh->ha, ha1, ETH_ALEN);
	neigh_release(neigh);
}

static void test_failure_that_is_reported_ends_resolution(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	send_one(neigh);
	assert_int_equal(neigh_update(neigh, NULL, NUD_FAILED, NEIGH_UPDATE_F_ADMIN), 0);
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	assert_int_equal(rig.errors, 1);
	assert_news(EVENT_NEIGH_UPDATE, NUD_FAILED);
	assert_false(timer_pending(&neigh->timer));
	neigh_release(neigh);
}

static void test_router_flag_is_kept_and_told(void **state)
{
	struct neighbour *neigh = make_reachable(1);
	const unsigned flags = NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_OVERRIDE_ISROUTER;

	(void)state;
	neigh_update(neigh, ha1, NUD_REACHABLE, flags | NEIGH_UPDATE_F_ISROUTER);
	assert_true(neigh->flags & NTF_ROUTER);
	assert_news(EVENT_NEIGH_UPDATE, NUD_REACHABLE);
	neigh_update(neigh, ha1, NUD_REACHABLE, flags | NEIGH_UPDATE_F_ISROUTER);
	assert_int_equal(rig.nr_news, 0);
	/* Who is not believed about its address is not about this either. */
	neigh_update(neigh, ha2, NUD_REACHABLE, NEIGH_UPDATE_F_OVERRIDE_ISROUTER);
	assert_true(neigh->flags & NTF_ROUTER);
	neigh_update(neigh, ha1, NUD_REACHABLE, flags);
	assert_false(neigh->flags & NTF_ROUTER);
	neigh_release(neigh);
}

#define ADMIN NEIGH_UPDATE_F_ADMIN

/* Neither the state nor the address that come along count. */
static void test_use_finds_the_address_out(void **state)
{
	struct neighbour *neigh = make_permanent(1);

	(void)state;
	assert_int_equal(neigh_update(neigh, ha2, NUD_PERMANENT,
				      ADMIN | NEIGH_UPDATE_F_USE | NEIGH_UPDATE_F_EXT_LEARNED),
			 0);
	assert_int_equal(neigh->nud_state, NUD_NONE);
	assert_int_equal(neigh->flags, NTF_EXT_LEARNED);
	neigh_probe(neigh);
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	assert_int_equal(rig.multicasts, 1);
	neigh_release(neigh);
}

static void test_managed_one_is_asked_for_again_and_again(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	assert_int_equal(neigh_update(neigh, NULL, NUD_NONE, ADMIN | NEIGH_UPDATE_F_MANAGED), 0);
	assert_true(neigh_is_managed(neigh));
	neigh_probe(neigh);
	testnet_advance(rig.net, ms_to_ktime(4900));
	assert_int_equal(neigh->nud_state, NUD_FAILED);
	assert_int_equal(rig.multicasts, 3);
	testnet_advance(rig.net, ms_to_ktime(200));
	assert_int_equal(neigh->nud_state, NUD_INCOMPLETE);
	assert_int_equal(rig.multicasts, 4);
	neigh_update(neigh, ha1, NUD_STALE, NEIGH_UPDATE_F_OVERRIDE);
	assert_true(neigh_is_managed(neigh)); /* what is learnt does not end it … */
	testnet_advance(rig.net, sec_to_ktime(5));
	assert_int_equal(neigh->nud_state, NUD_DELAY);
	neigh_update(neigh, ha1, NUD_STALE, ADMIN | NEIGH_UPDATE_F_OVERRIDE);
	assert_false(neigh_is_managed(neigh)); /* … configuration does */
	testnet_advance(rig.net, sec_to_ktime(20));
	assert_int_equal(neigh->nud_state, NUD_STALE);
	neigh_release(neigh);
}

static void test_managed_one_ends_with_its_device(void **state)
{
	struct neighbour *neigh = make(1);

	(void)state;
	neigh_update(neigh, NULL, NUD_NONE, ADMIN | NEIGH_UPDATE_F_MANAGED);
	neigh_flush_dev(rig.net, rig.dev, false);
	assert_false(neigh_is_managed(neigh));
	assert_true(list_empty(&rig.tbl.managed));
	neigh_release(neigh);
	testnet_advance(rig.net, sec_to_ktime(20));
	assert_int_equal(rig.multicasts, 0);
}

static void test_group_needs_no_resolution(void **state)
{
	struct neighbour *neigh = make(255 << 16 | 1);

	(void)state;
	assert_int_equal(send_one(neigh), 0);
	assert_memory_equal(skb_peek(testdev_sent(rig.dev))->data, ha2, ETH_ALEN);
	assert_int_equal(sent(), 1);
	assert_int_equal(rig.multicasts, 0);
	neigh_release(neigh);
}

static void test_gso_frame_gets_its_header_without_touching_a_clone(void **state)
{
	struct neighbour *neigh = make_reachable(1);
	struct sk_buff *skb = testnet_skb(rig.net, SKB_HEADROOM, 3000), *clone;

	(void)state;
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 20;
	skb->csum_offset = 16;
	skb->gso_type = GSO_TCPV4;
	skb->gso_size = 1000;
	skb->transport_off = skb_headroom(skb) + 20;
	memset(skb->head, 0xaa, SKB_HEADROOM);
	clone = skb_clone(rig.net, skb);
	assert_int_equal(neigh_output(rig.net, neigh, clone), 0);
	for (unsigned i = 0; i < SKB_HEADROOM; i++)
		assert_int_equal(skb->head[i], 0xaa);
	clone = skb_peek(testdev_sent(rig.dev));
	assert_int_equal(clone->gso_size, 1000);
	assert_int_equal(clone->csum, CSUM_PARTIAL);
	assert_int_equal(clone->head[clone->csum_start], 20);
	sent();
	skb_free(skb);
	neigh_release(neigh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, neigh_rig_setup, neigh_rig_teardown)
		TEST(test_first_packet_waits_and_asks_at_once),
		TEST(test_answer_sends_what_waited_in_order),
		TEST(test_resolution_fails_after_three_requests),
		TEST(test_failure_report_may_send_again),
		TEST(test_requests_follow_the_parameters),
		TEST(test_without_any_request_resolution_fails_at_once),
		TEST(test_queue_drops_the_oldest_beyond_its_limit),
		TEST(test_neigh_probe_asks_without_a_packet),
		TEST(test_reachable_becomes_stale_within_a_random_time),
		TEST(test_stale_sends_and_becomes_delay_and_probe),
		TEST(test_probe_asks_again_by_multicast_if_told_so),
		TEST(test_confirmation_turns_delay_into_reachable),
		TEST(test_confirmation_prolongs_reachable),
		TEST(test_answers_prolong_reachable),
		TEST(test_reachable_in_use_goes_to_delay),
		TEST(test_answer_to_a_probe_makes_reachable),
		TEST(test_news_of_the_same_address_do_not_make_it_stale),
		TEST(test_news_of_another_address_need_override),
		TEST(test_permanent_entries_change_only_by_an_administrator),
		TEST(test_valid_state_needs_an_address),
		TEST(test_failure_that_is_reported_ends_resolution),
		TEST(test_router_flag_is_kept_and_told),
		TEST(test_use_finds_the_address_out),
		TEST(test_managed_one_is_asked_for_again_and_again),
		TEST(test_managed_one_ends_with_its_device),
		TEST(test_group_needs_no_resolution),
		TEST(test_gso_frame_gets_its_header_without_touching_a_clone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
