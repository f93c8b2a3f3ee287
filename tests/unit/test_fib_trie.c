/* SPDX-License-Identifier: BSD-2-Clause */
/* The trie of routes, beside a model that is a plain array. */
#include "stack/ipv4/fib_trie.h"

#include <stdlib.h>
#include <string.h>
#include "tests/unit/testnet.h"

#define ROUTES_MAX 4000

/* A trie only keeps pointers: here they lead to these. */
struct fib_alias {
	uint32_t key;
	uint8_t plen;
	bool in;
};

struct model {
	struct fib_trie trie;
	struct fib_alias routes[ROUTES_MAX];
	unsigned n;
	uint64_t seed;
};

static uint32_t mask(uint8_t plen)
{
	return plen ? ~0u << (32 - plen) : 0;
}

static int setup(void **state)
{
	struct model *m = calloc(1, sizeof(*m));

	m->seed = 1;
	*state = m;
	return 0;
}

static void drop_all(struct fib_alias **first, uint32_t key, uint8_t plen, void *arg)
{
	(void)arg;
	assert_int_equal((*first)->key, key);
	assert_int_equal((*first)->plen, plen);
	assert_true((*first)->in);
	(*first)->in = false;
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

static struct fib_alias *model_find(struct model *m, uint32_t key, uint8_t plen)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->routes[i].in && m->routes[i].key == key && m->routes[i].plen == plen)
			return &m->routes[i];
	return NULL;
}

static void add(struct model *m, uint32_t addr, uint8_t plen)
{
	struct fib_alias *r = &m->routes[m->n];
	uint32_t key = addr & mask(plen);

	if (m->n == ROUTES_MAX || model_find(m, key, plen))
		return;
	assert_null(fib_trie_find(&m->trie, key, plen));
	*r = (struct fib_alias){ key, plen, true };
	m->n++;
	assert_int_equal(fib_trie_insert(&m->trie, key, plen, r), 0);
	assert_ptr_equal(*fib_trie_find(&m->trie, key, plen), r);
}

static void del(struct model *m, struct fib_alias *r)
{
	if (!r->in)
		return;
	fib_trie_remove(&m->trie, r->key, r->plen);
	r->in = false;
	assert_null(fib_trie_find(&m->trie, r->key, r->plen));
}

/* What a lookup was offered. */
struct offers {
	struct fib_alias *got[33];
	unsigned n, stop_after;
};

static int take_offer(struct fib_alias *fa, uint8_t plen, void *arg)
{
	struct offers *o = arg;

	assert_int_equal(fa->plen, plen);
	o->got[o->n++] = fa;
	return o->n == o->stop_after ? -7 : 1;
}

static void check_lookup(struct model *m, uint32_t key)
{
	struct offers o = { .n = 0 };
	unsigned n = 0;
	int plen;

	assert_int_equal(fib_trie_lookup(&m->trie, key, take_offer, &o), 1);
	for (plen = 32; plen >= 0; plen--) {
		struct fib_alias *r = model_find(m, key & mask(plen), plen);

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

static bool model_next(const struct model *m, uint32_t from, uint32_t *ret)
{
	bool found = false;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		const struct fib_alias *r = &m->routes[i];

		if (r->in && r->key >= from && (!found || r->key < *ret)) {
			*ret = r->key;
			found = true;
		}
	}
	return found;
}

static void check_next(struct model *m, uint32_t from)
{
	uint32_t want = 0, got = 0;
	bool found = model_next(m, from, &want);

	assert_int_equal(fib_trie_next(&m->trie, from, &got), found);
	if (found)
		assert_int_equal(got, want);
}

/* Addresses that lie together as real ones do, and some that do not. */
static uint32_t some_addr(struct model *m)
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

static void test_agrees_with_the_model(void **state)
{
	struct model *m = *state;
	unsigned i;

	for (i = 0; i < 6000; i++) {
		uint32_t addr = some_addr(m);

		if (test_below(&m->seed, 3) || !m->n)
			add(m, addr, test_below(&m->seed, 33));
		else
			del(m, &m->routes[test_below(&m->seed, m->n)]);
		if (i % 8)
			continue;
		check_lookup(m, some_addr(m));
		check_lookup(m, m->routes[test_below(&m->seed, m->n)].key);
		check_next(m, some_addr(m));
		check_next(m, m->routes[test_below(&m->seed, m->n)].key + test_below(&m->seed, 2));
	}
}

static void test_each_length_of_one_address(void **state)
{
	struct model *m = *state;
	int plen;

	for (plen = 0; plen <= 32; plen++)
		add(m, 0xdeadbeef, plen);
	check_lookup(m, 0xdeadbeef);
	check_lookup(m, 0xdeadbeee);
	check_lookup(m, 0x5eadbeef);
	for (plen = 32; plen >= 0; plen -= 2)
		del(m, model_find(m, 0xdeadbeef & mask(plen), plen));
	check_lookup(m, 0xdeadbeef);
}

static void test_the_ends_of_the_address_space(void **state)
{
	struct model *m = *state;

	add(m, 0, 0);
	add(m, 0, 32);
	add(m, 0xffffffff, 32);
	add(m, 0x7fffffff, 32);
	add(m, 0x80000000, 1);
	check_lookup(m, 0);
	check_lookup(m, 0xffffffff);
	check_next(m, 0);
	check_next(m, 1);
	check_next(m, 0x7fffffff);
	check_next(m, 0x80000000);
	check_next(m, 0x80000001);
	check_next(m, 0xffffffff);
}

static void drop_odd(struct fib_alias **first, uint32_t key, uint8_t plen, void *arg)
{
	unsigned *kept = arg;

	assert_int_equal((*first)->key, key);
	assert_int_equal((*first)->plen, plen);
	if (key >> (32 - 24) & 1) {
		(*first)->in = false;
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
		add(m, some_addr(m), 8 + test_below(&m->seed, 25));
	fib_trie_filter(&m->trie, drop_odd, &kept);
	assert_int_equal(m->trie.prefixes, kept);
	for (i = 0; i < 300; i++)
		check_lookup(m, some_addr(m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_agrees_with_the_model, setup, teardown),
		cmocka_unit_test_setup_teardown(test_each_length_of_one_address, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_ends_of_the_address_space, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_filter_visits_all_and_takes_out_some, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
