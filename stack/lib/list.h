/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intrusive lists. list_head: circular and doubly linked, for queues. hlist: a one-pointer head, for
 * hash buckets. A node lives inside the object it links; container_of() leads back.
 */
#ifndef STACK_LIB_LIST_H
#define STACK_LIB_LIST_H

#include "stack/lib/util.h"

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name) { &(name), &(name) }

static inline void list_init(struct list_head *h) { h->next = h->prev = h; }
static inline bool list_empty(const struct list_head *h) { return h->next == h; }

static inline void list_insert(struct list_head *n, struct list_head *prev, struct list_head *next)
{
	next->prev = n;
	n->next = next;
	n->prev = prev;
	prev->next = n;
}

/* Right behind @h (list_add), or before it (list_add_tail: the end, where @h is the head). */
static inline void list_add(struct list_head *n, struct list_head *h) { list_insert(n, h, h->next); }
static inline void list_add_tail(struct list_head *n, struct list_head *h) { list_insert(n, h->prev, h); }

/* Leaves @n an empty list: deleting twice is harmless, and list_empty(@n) tells. */
static inline void list_del(struct list_head *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}

static inline void list_move_tail(struct list_head *n, struct list_head *h)
{
	list_del(n);
	list_add_tail(n, h);
}

/* Moves all of @from to the end of @to; @from is empty afterwards. */
static inline void list_splice_tail(struct list_head *from, struct list_head *to)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

#define list_entry(ptr, type, member)	    container_of(ptr, type, member)
#define list_first_entry(h, type, member)   list_entry((h)->next, type, member)
#define list_last_entry(h, type, member)    list_entry((h)->prev, type, member)
#define list_next_entry(pos, member)	    list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member)	    list_entry((pos)->member.prev, __typeof__(*(pos)), member)
#define list_is_head(ptr, h)		    ((ptr) == (h))

#define list_for_each(pos, h)	    for (pos = (h)->next; pos != (h); pos = pos->next)
#define list_for_each_entry(pos, h, member) \
	for (pos = list_first_entry(h, __typeof__(*pos), member); &pos->member != (h); \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, h, member) \
	for (pos = list_last_entry(h, __typeof__(*pos), member); &pos->member != (h); \
	     pos = list_prev_entry(pos, member))
/* @pos may be deleted in the body. */
#define list_for_each_entry_safe(pos, n, h, member) \
	for (pos = list_first_entry(h, __typeof__(*pos), member), n = list_next_entry(pos, member); \
	     &pos->member != (h); pos = n, n = list_next_entry(n, member))

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

static inline bool hlist_unhashed(const struct hlist_node *n) { return !n->pprev; }
static inline bool hlist_empty(const struct hlist_head *h) { return !h->first; }

static inline void hlist_add_head(struct hlist_node *n, struct hlist_head *h)
{
	n->next = h->first;
	if (h->first)
		h->first->pprev = &n->next;
	h->first = n;
	n->pprev = &h->first;
}

/* Harmless on a node that is in no list (zeroed). */
static inline void hlist_del(struct hlist_node *n)
{
	if (hlist_unhashed(n))
		return;
	*n->pprev = n->next;
	if (n->next)
		n->next->pprev = n->pprev;
	n->next = NULL;
	n->pprev = NULL;
}

#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member) \
	({ __typeof__(ptr) _p = (ptr); _p ? hlist_entry(_p, type, member) : NULL; })
#define hlist_for_each_entry(pos, h, member) \
	for (pos = hlist_entry_safe((h)->first, __typeof__(*(pos)), member); pos; \
	     pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_safe(pos, n, h, member) \
	for (pos = hlist_entry_safe((h)->first, __typeof__(*pos), member); \
	     pos && ({ n = pos->member.next; 1; }); \
	     pos = hlist_entry_safe(n, __typeof__(*pos), member))

#endif
