/* SPDX-License-Identifier: BSD-2-Clause */
/* The trie of routes with keys of either width, beside a model that is a plain array. */
#include "stack/ip/fib_trie.h"

#include <stdlib.h>
#include <string.h>
#include "tests/unit/testnet.h"

#define ROUTES_MAX 4000

struct route {
	struct fib_entry entry;
	struct fib_key key;
	uint8_t plen;
	bool in;
};

struct model {
	struct fib_trie trie;
	struct route routes[ROUTES_MAX];
	unsigned n, width;
	uint64_t seed;
};

static struct route *route(struct fib_entry *entry)
{
	return (struct route *)entry;
}

static int setup(void **state, unsigned width, uint8_t levels)
{
	struct model *m = calloc(1, sizeof(*m));

	m->seed = 1;
	m->width = width;
	fib_trie_init(&m->trie, levels);
	*state = m;
	return 0;
}

static int setup32(void **state)
{
	return setup(state, 32, FIB_TRIE_LEVELS_32);
}

static int setup128(void **state)
{
	return setup(state, 128, FIB_TRIE_LEVELS_128);
}

static void assert_key(struct fib_key got, struct fib_key want)
{
	assert_int_equal(got.hi, want.hi);
	assert_int_equal(got.lo, want.lo);
}

static void drop_all(struct fib_entry **first, struct fib_key key, uint8_t plen, void *arg)
{
	(void)arg;
	assert_key(route(*first)->key, key);
	assert_int_equal(route(*first)->plen, plen);
	assert_true(route(*first)->in);
	route(*first)->in = false;
	*first = NULL;
}

/* Emptied, a trie holds no memory; the sanitizer's leak check sees whether that is so. */
static int teardown(void **state)
{
	struct model *m = *state;
	unsigned i;

	fib_trie_filter(&m->trie, drop_all, NULL);
	for (i = 0; i < m->n; i++)
		assert_false(m->routes[i].in);
	assert_int_equal(m->trie.prefixes, 0);
	assert_false(m->trie.top[0].internal || m->trie.top[0].external || m->trie.top[0].values);
	assert_false(m->trie.top[1].internal || m->trie.top[1].external || m->trie.top[1].values);
	free(m);
	return 0;
}

static struct route *model_find(struct model *m, struct fib_key addr, uint8_t plen)
{
	struct fib_key key = fib_key_first(addr, plen);
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->routes[i].in && fib_key_equal(m->routes[i].key, key) &&
		    m->routes[i].plen == plen)
			return &m->routes[i];
	return NULL;
}

static void add(struct model *m, struct fib_key addr, uint8_t plen)
{
	struct route *r = &m->routes[m->n];

	if (m->n == ROUTES_MAX || model_find(m, addr, plen))
		return;
	*r = (struct route){ .key = fib_key_first(addr, plen), .plen = plen, .in = true };
	assert_null(fib_trie_find(&m->trie, r->key, plen));
	m->n++;
	assert_int_equal(fib_trie_insert(&m->trie, r->key, plen, &r->entry), 0);
	assert_ptr_equal(*fib_trie_find(&m->trie, r->key, plen), r);
}

static void del(struct model *m, struct route *r)
{
	if (!r->in)
		return;
	fib_trie_remove(&m->trie, r->key, r->plen);
	r->in = false;
	assert_null(fib_trie_find(&m->trie, r->key, r->plen));
}

/* What a lookup was offered. */
struct offers {
	struct route *got[129];
	unsigned n, stop_after;
};

static int take_offer(struct fib_entry *entry, uint8_t plen, void *arg)
{
	struct offers *o = arg;

	assert_int_equal(route(entry)->plen, plen);
	o->got[o->n++] = route(entry);
	return o->n == o->stop_after ? -7 : 1;
}

static void check_lookup(struct model *m, struct fib_key key)
{
	struct offers o = { .n = 0 };
	unsigned n = 0;
	int plen;

	assert_int_equal(fib_trie_lookup(&m->trie, key, take_offer, &o), 1);
	for (plen = m->width; plen >= 0; plen--) {
		struct route *r = model_find(m, key, plen);

		if (!r)
			continue;
		assert_true(n < o.n);
		assert_ptr_equal(o.got[n++], r);
	}
	assert_int_equal(n, o.n);
	if (n) {
		o = (struct offers){ .stop_after = 1 + n / 2 };
		assert_int_equal(fib_trie_lookup(&m->trie, key, take_offer, &o), -7);
		assert_int_equal(o.n, 1 + n / 2);
	}
}

static struct fib_key last_of(const struct model *m, const struct route *r)
{
	struct fib_key last = fib_key_last(r->key, r->plen);

	return fib_key_first(last, m->width);
}

static bool model_next(const struct model *m, struct fib_key from, bool last, struct fib_key *ret)
{
	bool found = false;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		const struct route *r = &m->routes[i];
		struct fib_key key = last ? last_of(m, r) : r->key;

		if (r->in && !fib_key_less(key, from) && (!found || fib_key_less(key, *ret))) {
			*ret = key;
			found = true;
		}
	}
	return found;
}

static void check_next(struct model *m, struct fib_key from)
{
	struct fib_key want, got;
	bool found = model_next(m, from, false, &want);

	assert_int_equal(fib_trie_next(&m->trie, from, &got), found);
	if (found)
		assert_key(got, want);
	found = model_next(m, from, true, &want);
	assert_int_equal(fib_trie_next_last(&m->trie, from, &got), found);
	if (found)
		assert_key(got, want);
}

static uint32_t some_u32(struct model *m)
{
	uint32_t r = test_random(&m->seed);

	switch (test_below(&m->seed, 4)) {
	case 0:
		return r;
	case 1:
		return 0x0a000000 | (r & 0x3ff);
	case 2:
		return 0xc0a80000 | (r & 0xffff);
	default:
		return (r & 0x80000003) | (r & 0xff00);
	}
}

/* Addresses that lie together as real ones do, and some that do not. */
static struct fib_key some_addr(struct model *m)
{
	uint64_t r = some_u32(m);

	if (m->width == 32)
		return (struct fib_key){ .hi = r << 32 };
	switch (test_below(&m->seed, 3)) {
	case 0:
		return (struct fib_key){ 0x20010db8ull << 32 | r, r << 40 | r };
	case 1:
		return (struct fib_key){ r << 32, some_u32(m) };
	default:
		return (struct fib_key){ 0xfe80ull << 48, 1ull << 63 | r };
	}
}

static struct fib_key one_on(struct model *m, struct fib_key key)
{
	if (m->width == 32)
		key.hi += 1ull << 32;
	else
		key.hi += !++key.lo;
	return key;
}

static void test_agrees_with_the_model(void **state)
{
	struct model *m = *state;
	unsigned i;

	for (i = 0; i < 6000; i++) {
		struct fib_key addr = some_addr(m);

		if (test_below(&m->seed, 3) || !m->n)
			add(m, addr, test_below(&m->seed, m->width + 1));
		else
			del(m, &m->routes[test_below(&m->seed, m->n)]);
		if (i % 16)
			continue;
		check_lookup(m, some_addr(m));
		check_lookup(m, m->routes[test_below(&m->seed, m->n)].key);
		check_next(m, some_addr(m));
		check_next(m, m->routes[test_below(&m->seed, m->n)].key);
		check_next(m, one_on(m, m->routes[test_below(&m->seed, m->n)].key));
		check_next(m, one_on(m, last_of(m, &m->routes[test_below(&m->seed, m->n)])));
	}
}

static void test_each_length_of_one_address(void **state)
{
	const struct fib_key addr = { 0xdeadbeefcafebabe, 0x0123456789abcdef };
	struct model *m = *state;
	int plen;

	for (plen = 0; plen <= (int)m->width; plen++)
		add(m, addr, plen);
	check_lookup(m, fib_key_first(addr, m->width));
	check_lookup(m, fib_key_first(addr, m->width - 1));
	check_lookup(m, (struct fib_key){ 0x5eadbeefull << 32, 0 });
	for (plen = m->width; plen >= 0; plen -= 2)
		del(m, model_find(m, addr, plen));
	check_lookup(m, fib_key_first(addr, m->width));
}

static void test_the_ends_of_the_address_space(void **state)
{
	struct model *m = *state;
	const struct fib_key zero = { 0, 0 }, half = { 1ull << 63, 0 };
	struct fib_key last = fib_key_first((struct fib_key){ ~0ull, ~0ull }, m->width);
	struct fib_key before = fib_key_first((struct fib_key){ ~0ull >> 1, ~0ull }, m->width);

	add(m, zero, 0);
	add(m, zero, m->width);
	add(m, last, m->width);
	add(m, before, m->width);
	add(m, half, 1);
	check_lookup(m, zero);
	check_lookup(m, last);
	check_next(m, zero);
	check_next(m, one_on(m, zero));
	check_next(m, before);
	check_next(m, half);
	check_next(m, one_on(m, half));
	check_next(m, last);
}

static void drop_odd(struct fib_entry **first, struct fib_key key, uint8_t plen, void *arg)
{
	unsigned *kept = arg;

	assert_key(route(*first)->key, key);
	assert_int_equal(route(*first)->plen, plen);
	if (key.hi >> (64 - 24) & 1) {
		route(*first)->in = false;
		*first = NULL;
	} else {
		++*kept;
	}
}

static void test_filter_visits_all_and_takes_out_some(void **state)
{
	struct model *m = *state;
	unsigned i, kept = 0;

	for (i = 0; i < 2000; i++)
		add(m, some_addr(m), 8 + test_below(&m->seed, m->width - 7));
	fib_trie_filter(&m->trie, drop_odd, &kept);
	assert_int_equal(m->trie.prefixes, kept);
	for (i = 0; i < 300; i++)
		check_lookup(m, some_addr(m));
}

/* The order in which IPv6 shows routes: what is within a prefix comes before the prefix. */
static void test_by_last_address_longer_prefixes_come_first(void **state)
{
	const struct fib_key net = { 0x20010db800000000, 0 };
	const struct fib_key sub = { 0x20010db800010000, 0 };
	struct model *m = *state;
	struct fib_key from = { 0, 0 }, got;

	add(m, net, 32);
	add(m, sub, 48);
	add(m, sub, 64);
	assert_true(fib_trie_next_last(&m->trie, from, &got));
	assert_key(got, fib_key_last(sub, 64));
	assert_true(fib_trie_next_last(&m->trie, one_on(m, got), &got));
	assert_key(got, fib_key_last(sub, 48));
	assert_true(fib_trie_next_last(&m->trie, one_on(m, got), &got));
	assert_key(got, fib_key_last(net, 32));
	assert_false(fib_trie_next_last(&m->trie, one_on(m, got), &got));
}

static void test_keys_are_addresses_in_host_byte_order(void **state)
{
	const union inaddr a = { .b = { 0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
					12 } };
	struct fib_key key = fib_key_v6(&a);
	union inaddr back = fib_key_to_v6(key);

	(void)state;
	assert_key(key, (struct fib_key){ 0x20010db801020304, 0x05060708090a0b0c });
	assert_true(inaddr_equal(&a, &back));
	assert_key(fib_key_v4(htonl(0x0a000001)), (struct fib_key){ 0x0a00000100000000, 0 });
	assert_int_equal(fib_key_to_v4(fib_key_v4(htonl(0x0a000001))), htonl(0x0a000001));
}

#define BOTH(fn)                                                \
	cmocka_unit_test_setup_teardown(fn, setup32, teardown), \
		cmocka_unit_test_setup_teardown(fn, setup128, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_agrees_with_the_model),
		BOTH(test_each_length_of_one_address),
		BOTH(test_the_ends_of_the_address_space),
		BOTH(test_filter_visits_all_and_takes_out_some),
		cmocka_unit_test_setup_teardown(test_by_last_address_longer_prefixes_come_first,
						setup128, teardown),
		cmocka_unit_test(test_keys_are_addresses_in_host_byte_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
