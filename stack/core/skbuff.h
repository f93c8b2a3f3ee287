/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sk_buff: a packet. It has a linear part (head room, data, tail room; in one page) and behind it,
 * logically, frags: pieces of pages shared by reference count. Headers are always read from the linear
 * part, by skb_pull_hdr() or skb_may_pull(), which copy from the frags what is needed.
 *
 *	head      data             tail     end     frags[0]  frags[1]
 *	|headroom |  linear data   |tailroom|  then |.......| |......|
 *	           <---- skb_headlen ---->           <--- data_len -->
 *	           <--------------------- len ----------------------->
 *
 * A callee owns an skb from the call on, whatever it returns; it consumes it by skb_free() (done with
 * it) or skb_drop() (discarded, for a reason). Clones share pages; who writes into a header of an skb
 * that may be shared first calls skb_cow_head().
 */
#ifndef STACK_CORE_SKBUFF_H
#define STACK_CORE_SKBUFF_H

#include "stack/core/drop.h"
#include "stack/core/skb_pool.h"
#include "stack/lib/ktime.h"
#include "stack/lib/list.h"

struct net;
struct net_device;
struct dst_entry;

#define SKB_MAX_FRAGS 17	/* 64 KiB in frags of at least 4 KiB, and one more */
#define SKB_HEADROOM  192	/* for any stack of headers that is pushed below a transport */
#define SKB_CB_SIZE   56

struct skb_frag {
	struct skb_page *page;
	uint32_t off, len;
};

enum skb_pkt_type { PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST, PACKET_OUTGOING };

/* State of the transport checksum. In: NONE: to be checked. UNNECESSARY: known to be right. PARTIAL:
 * never crossed a wire; right as far as anyone cares, but the field holds only the pseudo header's sum:
 * whoever sends it on completes it. Out: NONE: complete. PARTIAL: to be completed from csum_start on,
 * into csum_offset, by the device or by skb_checksum_help(). */
enum skb_csum { CSUM_NONE, CSUM_UNNECESSARY, CSUM_PARTIAL };

enum skb_gso_type { GSO_NONE, GSO_TCPV4, GSO_TCPV6, GSO_UDP_L4 };

struct sk_buff {
	struct list_head list;		/* the queue that it is on */
	struct skb_pool *pool;
	struct net_device *dev;		/* in: where it came from; out: where it goes */
	struct dst_entry *dst;		/* a reference; NULL: not routed yet */
	struct skb_page *page;		/* the linear part's */
	uint8_t *head, *data, *tail, *end;
	uint32_t len;			/* all of it */
	uint32_t data_len;		/* in the frags */
	uint32_t truesize;		/* memory that it holds, for accounting: set when allocated, grows with frags */
	be16	 protocol;		/* ETH_P_*, network byte order */
	uint16_t mac_off;		/* header offsets from head; set by skb_reset_*_header() */
	uint16_t network_off;
	uint16_t transport_off;
	uint16_t csum_start;		/* from head */
	uint16_t csum_offset;		/* from csum_start */
	uint16_t gso_size;		/* payload bytes of each segment; 0: one packet */
	uint16_t gso_segs;
	uint8_t	 gso_type;		/* enum skb_gso_type */
	uint8_t	 csum;			/* enum skb_csum */
	uint8_t	 pkt_type;		/* enum skb_pkt_type */
	uint8_t	 nr_frags;
	uint8_t	 priority;
	bool	 gso_ecn;		/* the CWR bit stands in the first segment only (virtio's ECN flag) */
	bool	 looped;		/* a copy of our own multicast or broadcast */
	uint32_t mark;
	uint32_t hash;			/* of the flow; 0: not computed */
	ktime_t	 tstamp;		/* in: when it was received; 0: not known */
	/* Whoever sent it and wants to know when it is gone (socket memory, small queues). */
	void (*destructor)(struct sk_buff *skb);
	void *owner;
	/*
	 * For the layer that has it at the moment; cleared by nobody: each layer writes before it
	 * reads.
	 */
	uint8_t cb[SKB_CB_SIZE] __attribute__((aligned(8)));
	struct skb_frag frags[SKB_MAX_FRAGS];
};

/* Allocation and ends ------------------------------------------------------------------------- */

/**
 * skb_alloc - a packet with @headroom bytes reserved and room for @size bytes of linear data
 * Return: NULL when memory is short. Counts as one skb out of @net's pool until freed.
 */
struct sk_buff *skb_alloc(struct net *net, uint32_t headroom, uint32_t size);

/**
 * skb_alloc_frag - no linear data (but room for @headroom bytes of headers), payload @len bytes of
 * @page at @off; takes a reference of its own
 */
struct sk_buff *skb_alloc_frag(struct net *net, uint32_t headroom, struct skb_page *page, uint32_t off, uint32_t len);

/** skb_free - done with it (NULL is fine): runs the destructor, releases dst, pages and the skb */
void skb_free(struct sk_buff *skb);

/**
 * skb_drop - discard it for @reason: counted on skb->dev (if any), seen by captures; then freed
 * Return: 0, so that `return skb_drop(net, skb, reason)` ends a receive path.
 */
int skb_drop(struct net *net, struct sk_buff *skb, enum drop_reason reason);

/** skb_orphan - its sender need not wait for it any longer: runs the destructor now */
static inline void skb_orphan(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	skb->destructor = NULL;
	skb->owner = NULL;
}

/**
 * skb_clone - a second skb that shares all pages, with the same cb, dst (own reference) and
 * offsets; no destructor
 */
struct sk_buff *skb_clone(struct net *net, const struct sk_buff *skb);
/**
 * skb_copy - a private, linear copy with @headroom, and as many of the bytes before data as fit in
 * there
 */
struct sk_buff *skb_copy(struct net *net, const struct sk_buff *skb, uint32_t headroom);
/**
 * skb_copy_meta - give the new @to what @from has besides bytes, offsets and destructor: device,
 * dst (own reference), cb …
 */
void skb_copy_meta(struct sk_buff *to, const struct sk_buff *from);
/**
 * skb_cow_head - make the linear part private and with at least @headroom bytes free before data; 0
 * or -ENOMEM (skb intact)
 */
int skb_cow_head(struct sk_buff *skb, uint32_t headroom);
/** skb_linearize - move all frags into the linear part; 0 or -ENOMEM (skb intact) */
int skb_linearize(struct sk_buff *skb);

/* The linear part ----------------------------------------------------------------------------- */

static inline uint32_t skb_headlen(const struct sk_buff *skb) { return skb->len - skb->data_len; }
static inline uint32_t skb_headroom(const struct sk_buff *skb) { return skb->data - skb->head; }
/**
 * skb_tailroom - what skb_put() can take: nothing behind frags, nor where a clone may have put its
 * own
 */
static inline uint32_t skb_tailroom(const struct sk_buff *skb)
{
	return skb->data_len || skb->page->refs > 1 ? 0 : skb->end - skb->tail;
}
static inline bool skb_is_gso(const struct sk_buff *skb) { return skb->gso_size; }

/**
 * skb_put - extend the linear data by @len at its end (there must be tailroom); Return: the new
 * bytes
 */
void *skb_put(struct sk_buff *skb, uint32_t len);
/** skb_push - extend by @len at the front (there must be headroom); Return: the new data */
static inline void *skb_push(struct sk_buff *skb, uint32_t len)
{
	skb->data -= len;
	skb->len += len;
	return skb->data;
}
/**
 * __skb_may_pull - skb_may_pull() where the linear part is too short: it is made longer from the
 * frags
 */
bool __skb_may_pull(struct sk_buff *skb, uint32_t len);
/** skb_may_pull - make the first @len bytes linear; false: the packet is shorter, or no memory */
static inline bool skb_may_pull(struct sk_buff *skb, uint32_t len)
{
	return likely(len <= skb_headlen(skb)) || __skb_may_pull(skb, len);
}
/** skb_hdr - the first @len bytes, linear, as a typed pointer; NULL: the packet is shorter */
static inline void *skb_hdr(struct sk_buff *skb, uint32_t len)
{
	return skb_may_pull(skb, len) ? skb->data : NULL;
}
/**
 * skb_pull - take @len bytes off the front (len <= skb->len; eats frags when needed). Return: new
 * data
 */
void *skb_pull(struct sk_buff *skb, uint32_t len);
/**
 * skb_pull_hdr - skb_hdr() and skb_pull() in one: the header that was taken off, or NULL with the
 * skb unchanged
 */
static inline void *skb_pull_hdr(struct sk_buff *skb, uint32_t len)
{
	void *hdr = skb_hdr(skb, len);

	if (hdr) {
		skb->data += len;
		skb->len -= len;
	}
	return hdr;
}
/** skb_trim - cut to @len bytes from the end (no-op when shorter) */
void skb_trim(struct sk_buff *skb, uint32_t len);

static inline void skb_reset_mac_header(struct sk_buff *skb) { skb->mac_off = skb->data - skb->head; }
static inline void skb_reset_network_header(struct sk_buff *skb) { skb->network_off = skb->data - skb->head; }
static inline void skb_reset_transport_header(struct sk_buff *skb) { skb->transport_off = skb->data - skb->head; }
static inline void *skb_mac_header(const struct sk_buff *skb) { return skb->head + skb->mac_off; }
static inline void *skb_network_header(const struct sk_buff *skb) { return skb->head + skb->network_off; }
static inline void *skb_transport_header(const struct sk_buff *skb) { return skb->head + skb->transport_off; }

/* Frags and bytes ----------------------------------------------------------------------------- */

/**
 * skb_add_frag - append @len bytes of @page at @off (taking a reference; joined with the last frag
 * where adjacent); false: no slot left
 */
bool skb_add_frag(struct sk_buff *skb, struct skb_page *page, uint32_t off, uint32_t len);
/**
 * skb_share - append to @to bytes [@off, @off+@len) of @from by sharing its pages (linear part
 * too); false: slots ran out, @to unchanged
 */
bool skb_share(struct sk_buff *to, const struct sk_buff *from, uint32_t off, uint32_t len);
/**
 * skb_split - cut: @skb keeps the first @len bytes (@len <= skb->len), the returned skb the rest
 * The new one has @headroom, its payload in frags, and the same metadata and cb; no destructor. Truesize
 * moves with the bytes: if @skb is on a queue, skb_queue_resize(). NULL: no memory, @skb unchanged.
 */
struct sk_buff *skb_split(struct net *net, struct sk_buff *skb, uint32_t len, uint32_t headroom);
/** skb_copy_bits - copy @len bytes from offset @off to @to; 0 or -EFAULT when beyond the end */
int skb_copy_bits(const struct sk_buff *skb, uint32_t off, void *to, uint32_t len);
/**
 * skb_append - copy @len bytes to the end, in tailroom or in fresh frags; 0 or -ENOMEM (skb
 * unchanged)
 */
int skb_append(struct net *net, struct sk_buff *skb, const void *data, uint32_t len);
/** skb_checksum - add the checksum of bytes [@off, @off+@len) to @sum */
uint32_t skb_checksum(const struct sk_buff *skb, uint32_t off, uint32_t len, uint32_t sum);
/**
 * skb_checksum_help - complete a CSUM_PARTIAL in software; 0, -ENOMEM, -EINVAL: csum_start or
 * csum_offset lies outside
 */
int skb_checksum_help(struct sk_buff *skb);

struct iovec;
/**
 * skb_to_iov - the bytes from @off on as at most @max vectors; Return: how many; the bytes covered
 * are in @ret_len
 */
unsigned skb_to_iov(const struct sk_buff *skb, uint32_t off, struct iovec *iov, unsigned max, uint32_t *ret_len);

/* Queues -------------------------------------------------------------------------------------- */

struct sk_buff_head {
	struct list_head list;
	uint32_t qlen;
	uint32_t bytes;			/* sum of truesize */
};

static inline void skb_queue_init(struct sk_buff_head *q) { list_init(&q->list); q->qlen = q->bytes = 0; }
static inline bool skb_queue_empty(const struct sk_buff_head *q) { return list_empty(&q->list); }
static inline struct sk_buff *skb_peek(const struct sk_buff_head *q)
{
	return skb_queue_empty(q) ? NULL : list_first_entry(&q->list, struct sk_buff, list);
}
static inline struct sk_buff *skb_peek_tail(const struct sk_buff_head *q)
{
	return skb_queue_empty(q) ? NULL : list_last_entry(&q->list, struct sk_buff, list);
}
static inline void skb_queue_tail(struct sk_buff_head *q, struct sk_buff *skb)
{
	list_add_tail(&skb->list, &q->list);
	q->qlen++;
	q->bytes += skb->truesize;
}
static inline void skb_queue_head(struct sk_buff_head *q, struct sk_buff *skb)
{
	list_add(&skb->list, &q->list);
	q->qlen++;
	q->bytes += skb->truesize;
}
/** skb_queue_after - put @skb behind @prev, which is on @q */
static inline void skb_queue_after(struct sk_buff_head *q, struct sk_buff *prev, struct sk_buff *skb)
{
	list_add(&skb->list, &prev->list);
	q->qlen++;
	q->bytes += skb->truesize;
}
static inline void skb_unlink(struct sk_buff_head *q, struct sk_buff *skb)
{
	list_del(&skb->list);
	q->qlen--;
	q->bytes -= skb->truesize;	/* truesize must not change while on a queue, but by skb_queue_resize() */
}
/** skb_queue_resize - the truesize of @skb, which is on @q, was @old and has changed */
static inline void skb_queue_resize(struct sk_buff_head *q, const struct sk_buff *skb, uint32_t old)
{
	q->bytes += skb->truesize - old;
}
static inline struct sk_buff *skb_dequeue(struct sk_buff_head *q)
{
	struct sk_buff *skb = skb_peek(q);

	if (skb)
		skb_unlink(q, skb);
	return skb;
}
/** skb_queue_purge - free all */
void skb_queue_purge(struct sk_buff_head *q);

#define skb_queue_walk(q, skb)	       list_for_each_entry(skb, &(q)->list, list)
#define skb_queue_walk_safe(q, skb, n) list_for_each_entry_safe(skb, n, &(q)->list, list)

#endif
