/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state machine of one neighbour (RFC 4861 7.3, in the kernel's form). Called by IP for each
 * packet (neigh_output), by ARP and ND with what they learn (neigh_update), by transports that see
 * an answer (neigh_confirm), and by its timer.
 *
 *	NONE        nothing is known, nobody asked
 *	INCOMPLETE  asked by broadcast or multicast; packets wait
 *	REACHABLE   known, and known to have answered within the reachable time
 *	STALE       known, but not confirmed lately: the next packet goes there, and starts DELAY
 *	DELAY       a packet was sent there: wait for a higher layer to confirm, before asking
 *	PROBE       asked by unicast; packets go there meanwhile
 *	FAILED      did not answer
 *	NOARP, PERMANENT  need no answer
 *
 * Only INCOMPLETE, REACHABLE, DELAY and PROBE have a timer. Packets wait only in INCOMPLETE.
 */
#include "stack/link/neighbour.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "stack/link/neigh_private.h"

#define REACHABLE_REDRAW sec_to_ktime(300) /* the reachable time is drawn anew so often */
#define TIMER_MIN	 ms_to_ktime(10)

static inline ktime_t delay_probe_time(const struct neighbour *neigh)
{
	return sec_to_ktime(neigh->parms->delay_probe_time);
}

static inline ktime_t retrans_time(const struct neighbour *neigh)
{
	return max(ms_to_ktime(neigh->parms->retrans_time), TIMER_MIN);
}

/*
 * RFC 4861 6.3.2: uniformly between 0.5 and 1.5 times the base, so that hosts do not probe in step.
 */
static ktime_t reachable_time(struct neighbour *neigh)
{
	struct neigh_parms *p = neigh->parms;
	uint32_t base = p->base_reachable_time;
	struct net *net = neigh->tbl->net;

	if (p->reachable_base != base || net->now - p->reachable_drawn > REACHABLE_REDRAW) {
		p->reachable_base = base;
		p->reachable_drawn = net->now;
		p->reachable_time =
			ms_to_ktime(base ? base / 2 + (ktime_t)net_random_below(net, base) : 0);
	}
	return p->reachable_time;
}

/* It may be collected: a full table is worth a search again. */
static void has_failed(struct neighbour *neigh)
{
	neigh->nud_state = NUD_FAILED;
	neigh->tbl->gc_futile = 0;
}

static void set_state(struct neighbour *neigh, uint16_t nud)
{
	neigh->nud_state = nud;
	neigh->updated = neigh->tbl->net->now;
}

static void start_timer(struct neighbour *neigh, ktime_t expires)
{
	net_timer_set(neigh->tbl->net, &neigh->timer, expires);
}

static void stop_timer(struct neighbour *neigh)
{
	net_timer_cancel(neigh->tbl->net, &neigh->timer);
}

/* Asking -------------------------------------------------------------------------------------- */

static uint32_t max_probes(const struct neighbour *neigh)
{
	const struct neigh_parms *p = neigh->parms;

	return p->ucast_probes + p->app_probes +
	       (neigh->nud_state & NUD_PROBE ? p->mcast_reprobes : p->mcast_probes);
}

/*
 * The first probes are unicast (resolution starts behind them, having no address), the next are
 * left to a program that would listen (there is none), the rest are multicast.
 */
static void solicit(struct neighbour *neigh)
{
	const struct neigh_parms *p = neigh->parms;
	uint32_t probe = neigh->probes++;

	if (probe < p->ucast_probes)
		neigh->tbl->ops->solicit(neigh, skb_peek_tail(&neigh->arp_queue), true);
	else if (probe >= p->ucast_probes + p->app_probes)
		neigh->tbl->ops->solicit(neigh, skb_peek_tail(&neigh->arp_queue), false);
}

/*
 * It did not answer: report each packet that waited. A report may change the state, by a new
 * packet.
 */
static void fail(struct neighbour *neigh)
{
	struct sk_buff *skb;

	neigh->silent = true;
	neigh->updated = neigh->tbl->net->now;
	while (neigh->nud_state == NUD_FAILED && (skb = skb_dequeue(&neigh->arp_queue)))
		neigh->tbl->ops->error_report(neigh, skb);
}

static void start_resolution(struct neighbour *neigh)
{
	const struct neigh_parms *p = neigh->parms;

	if (!(p->mcast_probes + p->app_probes)) {
		set_state(neigh, NUD_FAILED);
		neigh->silent = true;
		return;
	}
	neigh->probes = p->ucast_probes;
	set_state(neigh, NUD_INCOMPLETE);
	start_timer(neigh, neigh->updated + retrans_time(neigh));
}

/* @skb waits for the address. The oldest ones make room. */
static void queue_packet(struct neighbour *neigh, struct sk_buff *skb)
{
	struct sk_buff_head *q = &neigh->arp_queue;

	skb->dev = neigh->dev;
	while (!skb_queue_empty(q) && q->bytes + skb->truesize > neigh->parms->queue_len_bytes)
		skb_drop(neigh->tbl->net, skb_dequeue(q), DROP_NEIGH_QUEUE_FULL);
	skb_queue_tail(q, skb);
}

/* A packet is to be sent (or NTF_USE asks as if): what this means for the state. */
static void use(struct neighbour *neigh)
{
	neigh->used = neigh->tbl->net->now;
	if (neigh->nud_state & (NUD_CONNECTED | NUD_DELAY | NUD_PROBE | NUD_INCOMPLETE))
		return;
	if (neigh->nud_state & NUD_STALE) {
		set_state(neigh, NUD_DELAY);
		start_timer(neigh, neigh->updated + delay_probe_time(neigh));
	} else {
		start_resolution(neigh);
	}
}

/* Sending ------------------------------------------------------------------------------------- */

static int send_packet(struct net *net, struct neighbour *neigh, struct sk_buff *skb)
{
	const struct neigh_ops *ops = neigh->tbl->ops;
	struct net_device *dev = neigh->dev;

	skb->dev = dev;
	skb->protocol = htons(ops->ethertype);
	if (unlikely(dev->link->header(skb, dev, ops->ethertype, neigh->ha, NULL))) {
		skb_drop(net, skb, DROP_NEIGH_HH);
		return -ENOMEM;
	}
	return netdev_xmit(net, skb);
}

/* The state is not one of those that just send. */
static int output_slow(struct net *net, struct neighbour *neigh, struct sk_buff *skb)
{
	bool first;

	if (neigh->dead) {
		skb_drop(net, skb, DROP_NEIGH_FAILED);
		return -ENETDOWN;
	}
	first = !(neigh->nud_state & (NUD_VALID | NUD_INCOMPLETE));
	use(neigh);
	if (neigh->nud_state & NUD_VALID)
		return send_packet(net, neigh, skb);
	if (neigh->nud_state != NUD_INCOMPLETE) {
		skb_drop(net, skb, DROP_NEIGH_FAILED);
		return -EHOSTUNREACH;
	}
	queue_packet(neigh, skb);
	/* After queueing: the packet's source address is the one to ask with. */
	if (first)
		solicit(neigh);
	return 0;
}

int neigh_output(struct net *net, struct neighbour *neigh, struct sk_buff *skb)
{
	if (likely(neigh->nud_state & NUD_CONNECTED))
		return send_packet(net, neigh, skb);
	return output_slow(net, neigh, skb);
}

void neigh_probe(struct neighbour *neigh)
{
	bool first = !(neigh->nud_state & (NUD_VALID | NUD_INCOMPLETE));

	if (neigh->dead)
		return;
	use(neigh);
	if (first && neigh->nud_state == NUD_INCOMPLETE)
		solicit(neigh);
}

void neigh_confirm(struct neighbour *neigh)
{
	neigh->confirmed = neigh->tbl->net->now;
}

/* The timer ----------------------------------------------------------------------------------- */

/* RFC 4861 7.3.3, REACHABLE: was it confirmed since? Else suspect it, more so if it is in use. */
static bool reachable_expired(struct neighbour *neigh, ktime_t now)
{
	ktime_t until = neigh->confirmed + reachable_time(neigh);

	if (now <= until) {
		start_timer(neigh, max(until, now + TIMER_MIN));
		return false;
	}
	if (now <= neigh->used + delay_probe_time(neigh)) {
		set_state(neigh, NUD_DELAY);
		start_timer(neigh, now + delay_probe_time(neigh));
		return false;
	}
	set_state(neigh, NUD_STALE);
	return true;
}

/* DELAY: a higher layer's confirmation spares the probes. */
static void delay_expired(struct neighbour *neigh, ktime_t now)
{
	if (now <= neigh->confirmed + delay_probe_time(neigh)) {
		set_state(neigh, NUD_REACHABLE);
		start_timer(neigh, max(neigh->confirmed + reachable_time(neigh), now + TIMER_MIN));
		return;
	}
	set_state(neigh, NUD_PROBE);
	neigh->probes = 0;
}

void neigh_timer_fired(struct timer *t)
{
	struct neighbour *neigh = container_of(t, struct neighbour, timer);
	ktime_t now = neigh->tbl->net->now;
	bool notify = false;

	neigh_hold(neigh); /* a report to a socket may lead back here, and release it */
	if (neigh->nud_state & NUD_REACHABLE) {
		notify = reachable_expired(neigh, now);
	} else if (neigh->nud_state & NUD_DELAY) {
		delay_expired(neigh, now);
		notify = true;
	}
	if (neigh->nud_state & (NUD_INCOMPLETE | NUD_PROBE)) {
		if (neigh->probes >= max_probes(neigh)) {
			has_failed(neigh);
			notify = true;
			fail(neigh);
		} else {
			start_timer(neigh, now + retrans_time(neigh));
			solicit(neigh);
		}
	}
	if (notify && !neigh->dead)
		neigh_notify(neigh);
	neigh_release(neigh);
}

/* What is learnt ------------------------------------------------------------------------------ */

/* The new state says that no address is known (any more). Return: whether to tell. */
static bool invalidate(struct neighbour *neigh, uint16_t nud)
{
	uint16_t old = neigh->nud_state;

	stop_timer(neigh);
	neigh->nud_state = nud;
	if (nud & NUD_FAILED) {
		has_failed(neigh);
		neigh->silent = true;
	}
	if (old & (NUD_INCOMPLETE | NUD_PROBE) && nud & NUD_FAILED) {
		fail(neigh);
		return true;
	}
	return old & NUD_VALID;
}

/* Enter @nud, which is valid and not the state it is in. */
static void enter_state(struct neighbour *neigh, uint16_t nud)
{
	ktime_t now = neigh->tbl->net->now;

	stop_timer(neigh);
	if (nud & NUD_PROBE)
		neigh->probes = 0;
	if (nud & NUD_REACHABLE)
		start_timer(neigh, now + reachable_time(neigh));
	else if (nud & NUD_IN_TIMER)
		start_timer(neigh, now);
	neigh->nud_state = nud;
}

/* The address is known: send what waited for it. */
static void send_queue(struct neighbour *neigh)
{
	struct sk_buff *skb;

	while (neigh->nud_state & NUD_VALID && (skb = skb_dequeue(&neigh->arp_queue)))
		neigh_output(neigh->tbl->net, neigh, skb);
}

/* Sets or clears one of the NTF_*; returns whether that changed anything. */
static bool update_flag(struct neighbour *neigh, uint8_t flag, bool on)
{
	uint8_t old = neigh->flags;

	neigh->flags = on ? old | flag : old & ~flag;
	return neigh->flags != old;
}

/*
 * A valid state is reported: with the address @ha, which may be another than the known one.
 * *@nud: the state to take, changed where rules say so. Return: whether anything is to change.
 */
static bool accept_news(const struct neighbour *neigh, bool other_ha, uint16_t *nud, unsigned flags)
{
	uint16_t old = neigh->nud_state;

	if (!(old & NUD_VALID))
		return true;
	if (!other_ha || flags & NEIGH_UPDATE_F_OVERRIDE) {
		/* That someone may have it at an address that we know is no reason to doubt it. */
		if (!other_ha && *nud == NUD_STALE && !(flags & NEIGH_UPDATE_F_ADMIN))
			*nud = old;
		return true;
	}
	if (flags & NEIGH_UPDATE_F_WEAK_OVERRIDE && old & NUD_CONNECTED) {
		*nud = NUD_STALE;
		return true;
	}
	return false;
}

/* *@ret_refused: someone claims to be it at another address, and is not believed. Return: whether to tell. */
static bool update_valid(struct neighbour *neigh, const uint8_t *ha, uint16_t nud, unsigned flags,
			 bool *ret_refused)
{
	uint16_t old = neigh->nud_state;
	bool other_ha = memcmp(ha, neigh->ha, neigh->dev->link->addr_len);
	ktime_t now = neigh->tbl->net->now;

	if (nud & NUD_CONNECTED)
		neigh->confirmed = now;
	if (!accept_news(neigh, other_ha, &nud, flags)) {
		*ret_refused = true;
		return false;
	}
	/*
	 * A weak hint at another address makes the known one suspicious, but does not replace it.
	 */
	if (other_ha && old & NUD_VALID && !(flags & NEIGH_UPDATE_F_OVERRIDE)) {
		other_ha = false;
		*ret_refused = true;
	}
	neigh->silent = false;
	if (nud != old || other_ha)
		neigh->updated = now;
	if (nud != old)
		enter_state(neigh, nud);
	if (other_ha) {
		memcpy(neigh->ha, ha, neigh->dev->link->addr_len);
		if (!(nud & NUD_CONNECTED))
			neigh->confirmed = now - 2 * ms_to_ktime(neigh->parms->base_reachable_time);
	}
	if (!(old & NUD_VALID))
		send_queue(neigh);
	return nud != old || other_ha;
}

int neigh_update(struct neighbour *neigh, const uint8_t *lladdr, uint16_t nud, unsigned flags)
{
	bool use = flags & (NEIGH_UPDATE_F_USE | NEIGH_UPDATE_F_MANAGED);
	uint16_t old = neigh->nud_state;
	bool notify = false, refused = false;

	if (neigh->dead)
		return -ENODEV;
	if (!(flags & NEIGH_UPDATE_F_ADMIN) && old & (NUD_NOARP | NUD_PERMANENT))
		return -EPERM;
	if (!use && nud & NUD_VALID && !lladdr && !(old & NUD_VALID) && neigh->dev->link->addr_len)
		return -EINVAL;

	neigh_hold(neigh);
	if (use)
		neigh->nud_state = old & ~NUD_PERMANENT;
	else if (nud & NUD_VALID)
		notify = update_valid(neigh, lladdr ? lladdr : neigh->ha, nud, flags, &refused);
	else
		notify = invalidate(neigh, nud);
	if (!use && flags & NEIGH_UPDATE_F_OVERRIDE_ISROUTER && nud & NUD_VALID && !refused)
		notify |= update_flag(neigh, NTF_ROUTER, flags & NEIGH_UPDATE_F_ISROUTER);
	if (flags & NEIGH_UPDATE_F_ADMIN && !neigh->dead) {
		notify |= update_flag(neigh, NTF_EXT_LEARNED, flags & NEIGH_UPDATE_F_EXT_LEARNED);
		notify |= neigh_managed_set(neigh, flags & NEIGH_UPDATE_F_MANAGED);
	}
	if (!neigh->dead) {
		if (notify)
			neigh_notify(neigh);
		neigh_gc_list_update(neigh);
	}
	neigh_release(neigh);
	return 0;
}
