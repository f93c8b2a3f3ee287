/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices over a descriptor: the burst in, the queue out.
 *
 * Memory stays warm: a slot keeps its sk_buff and its page from one burst to the next, and gives them
 * away only when a frame came in. When large (GSO) frames come, bursts are kept short, so that what is
 * read is still in the cache when the application gets it.
 */
#include "stack/driver/frame_dev.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "stack/core/net.h"
#include "stack/driver/vnet.h"
#include "stack/link/ethernet.h"

#define FRAME_HEADROOM	 66		/* so that a network header behind Ethernet's is aligned */
#define FRAME_LINEAR	 1536		/* bytes of a frame that go to the linear part: a usual MTU's all */
#define FRAME_BURST_BULK 6		/* frames of a burst while they are large */
#define FRAME_ROUND	 4		/* bursts before others get their turn */

/* At this rate of small frames, each round is made worth its while by a rest before it, as network
 * cards coalesce interrupts. It is far from what a request and its answer come to. */
#define FRAME_WINDOW	   NSEC_PER_MSEC
#define FRAME_WINDOW_BUSY  100		/* frames of a window */
#define FRAME_REST	   (50 * NSEC_PER_USEC)

struct frame_slot {
	struct sk_buff *skb;
	struct skb_page *bulk;
	struct virtio_net_hdr_v1 hdr;
	struct iovec iov[3];
};

struct frame_dev {
	struct net_device *dev;
	const struct frame_io *io;
	const struct driver_loop *loop;
	struct driver_watch watch;
	struct packet_ring *ring;	/* NULL: all frames are read */
	struct packet_filter *filter;	/* NULL: whatever the descriptor shows comes in */
	unsigned owed;			/* frames in the descriptor's queue whose turn the ring said it is */
	ktime_t window;			/* when it began */
	unsigned window_frames;
	bool busy;			/* so the window before was */
	uint32_t vnet_len;		/* 0: no virtio-net header */
	uint32_t offloads;
	unsigned burst;
	bool tx_blocked;
	struct sk_buff_head txq;
	char hostif[IFNAMSIZ];
	struct frame_slot slots[FRAME_BURST];
	struct mmsghdr rx_msgs[FRAME_BURST];
};

/* In ------------------------------------------------------------------------------------------ */

static bool frame_slot_fill(struct frame_dev *fdev, unsigned i)
{
	struct frame_slot *slot = &fdev->slots[i];
	struct net *net = fdev->dev->net;
	struct iovec *iov = slot->iov;

	if (!slot->skb)
		slot->skb = skb_alloc(net, FRAME_HEADROOM, FRAME_LINEAR);
	if (!slot->bulk)
		slot->bulk = skb_page_alloc(&net->pool, SKB_PAGE_BULK_SIZE);
	if (!slot->skb || !slot->bulk)
		return false;
	if (fdev->vnet_len)
		*iov++ = (struct iovec){ &slot->hdr, fdev->vnet_len };
	*iov++ = (struct iovec){ slot->skb->data, FRAME_LINEAR };
	*iov++ = (struct iovec){ slot->bulk->data, SKB_PAGE_BULK_SIZE };
	fdev->rx_msgs[i].msg_hdr = (struct msghdr){ .msg_iov = slot->iov, .msg_iovlen = iov - slot->iov };
	return true;
}

/* The last @len bytes of a frame are in the slot's page: give it away, or copy what would waste it. */
static bool frame_rx_bulk(struct frame_dev *fdev, struct frame_slot *slot, struct sk_buff *skb, uint32_t len)
{
	if (len <= SKB_PAGE_JUMBO_SIZE)
		return !skb_append(fdev->dev->net, skb, slot->bulk->data, len);
	skb_add_frag(skb, slot->bulk, 0, len);
	skb_page_put(slot->bulk);
	slot->bulk = NULL;
	return true;
}

/* A whole frame: hand it to the stack. */
static void frame_rx(struct frame_dev *fdev, struct sk_buff *skb, const struct virtio_net_hdr_v1 *hdr)
{
	struct net_device *dev = fdev->dev;

	skb->dev = dev;
	skb->tstamp = dev->net->now;
	if (fdev->vnet_len && vnet_parse(skb, hdr)) {
		dev->stats.rx_errors++;
		dev->stats.rx_frame_errors++;
		skb_drop(dev->net, skb, DROP_ETH_HDR);
		return;
	}
	netdev_rx(dev, skb);
}

static void frame_rx_truncated(struct frame_dev *fdev)
{
	fdev->dev->stats.rx_errors++;
	fdev->dev->stats.rx_length_errors++;
}

/* A frame of @len bytes (header not counted) was read into slot @i. */
static void frame_rx_slot(struct frame_dev *fdev, unsigned i, uint32_t len)
{
	struct frame_slot *slot = &fdev->slots[i];
	struct sk_buff *skb = slot->skb;

	slot->skb = NULL;
	skb_put(skb, min(len, (uint32_t)FRAME_LINEAR));
	if (len > FRAME_LINEAR && !frame_rx_bulk(fdev, slot, skb, len - FRAME_LINEAR)) {
		skb_drop(fdev->dev->net, skb, DROP_NO_MEMORY);
		return;
	}
	frame_rx(fdev, skb, &slot->hdr);
}

/* Read and deliver one burst of @asked frames at most. Return: frames read, or -errno. */
static int frame_rx_burst(struct frame_dev *fdev, unsigned asked)
{
	unsigned n, bulk = 0;
	int got;

	for (n = 0; n < asked; n++)
		if (!frame_slot_fill(fdev, n))
			break;
	if (!n)
		return -ENOMEM;
	got = fdev->io->recv(fdev->watch.fd, fdev->rx_msgs, n);
	for (int i = 0; i < got; i++) {
		const struct mmsghdr *m = &fdev->rx_msgs[i];

		if (m->msg_len < fdev->vnet_len || (m->msg_hdr.msg_flags & MSG_TRUNC)) {
			frame_rx_truncated(fdev);
			continue;
		}
		bulk += m->msg_len > FRAME_LINEAR + SKB_PAGE_JUMBO_SIZE;
		frame_rx_slot(fdev, i, m->msg_len - fdev->vnet_len);
	}
	if (got > 0)
		fdev->burst = bulk ? FRAME_BURST_BULK : FRAME_BURST;
	return got;
}

/* What reading says of the interface of the host: frames, or that it went down. */
static void frame_rx_carrier(struct frame_dev *fdev, int got)
{
	if (got == -ENETDOWN)
		netdev_set_carrier(fdev->dev, false);
	else if (got > 0 && !fdev->dev->carrier)
		netdev_set_carrier(fdev->dev, true);
}

/* Read the frames whose turn it is. */
static void frame_rx_owed(struct frame_dev *fdev)
{
	int got;

	if (!fdev->owed)
		return;
	got = frame_rx_burst(fdev, min(fdev->owed, (unsigned)FRAME_BURST));
	frame_rx_carrier(fdev, got);
	if (got > 0)
		fdev->owed -= min((unsigned)got, fdev->owed);
	else if (got != -ENOMEM && got != -ENETDOWN)
		fdev->owed = 0;	/* what is not there now never will be */
	if (fdev->owed)
		fdev->loop->again(fdev->loop->ctx, &fdev->watch);
}

/* A frame is in the ring, which needs the slot again soon: copy it, into no more memory than it needs. */
static void frame_rx_copy(struct frame_dev *fdev, const struct packet_slot *slot)
{
	struct net_device *dev = fdev->dev;
	struct virtio_net_hdr_v1 hdr;
	struct sk_buff *skb;

	if (slot->truncated) {
		frame_rx_truncated(fdev);
		return;
	}
	skb = skb_alloc(dev->net, FRAME_HEADROOM, slot->len);
	if (!skb) {
		dev->stats.rx_dropped++;
		return;
	}
	memcpy(skb_put(skb, slot->len), slot->data, slot->len);
	memcpy(&hdr, slot->data - fdev->vnet_len, fdev->vnet_len);
	frame_rx(fdev, skb, &hdr);
}

/* @n frames were copied from the ring. */
static void frame_rx_rest(struct frame_dev *fdev, unsigned n)
{
	ktime_t now = fdev->dev->net->now;

	fdev->window_frames += n;
	if (now - fdev->window >= FRAME_WINDOW) {
		fdev->busy = fdev->window_frames >= FRAME_WINDOW_BUSY &&
			     now - fdev->window < 2 * FRAME_WINDOW;
		fdev->window = now;
		fdev->window_frames = 0;
	}
	if (fdev->busy && fdev->loop->rest)
		fdev->loop->rest(fdev->loop->ctx, FRAME_REST);
}

/* Deliver what is in the ring, in order with what the ring says is in the queue. */
static void frame_rx_ring(struct frame_dev *fdev)
{
	struct packet_slot slot;
	unsigned n, copied = 0;

	for (n = 0; packet_ring_peek(fdev->ring, &slot); n++) {
		if (n == FRAME_ROUND * FRAME_BURST) {
			fdev->loop->again(fdev->loop->ctx, &fdev->watch);
			break;
		}
		if (slot.queued) {
			fdev->owed++;
		} else {
			frame_rx_owed(fdev);
			frame_rx_copy(fdev, &slot);
			copied++;
		}
		packet_ring_release(fdev->ring);
		if (fdev->owed >= fdev->burst) {
			frame_rx_owed(fdev);
			/* Large frames: let them be consumed while they are in the cache. */
			fdev->loop->again(fdev->loop->ctx, &fdev->watch);
			break;
		}
	}
	frame_rx_owed(fdev);
	frame_rx_carrier(fdev, (int)n);
	frame_rx_rest(fdev, copied);
}

static void frame_rx_round(struct frame_dev *fdev)
{
	for (int i = 0; i < FRAME_ROUND; i++) {
		unsigned asked = fdev->burst;
		int got = frame_rx_burst(fdev, asked);

		frame_rx_carrier(fdev, got);
		if (got <= 0 && got != -EINTR && got != -ENETDOWN)
			return;
		/* A short burst emptied the descriptor: what comes next announces itself. */
		if (got > 0 && got < (int)asked)
			return;
		/* Large frames: let them be consumed while they are in the cache. */
		if (asked == FRAME_BURST_BULK)
			break;
	}
	fdev->loop->again(fdev->loop->ctx, &fdev->watch);
}

/* Out ----------------------------------------------------------------------------------------- */

struct frame_tx {
	struct virtio_net_hdr_v1 hdr;
	struct iovec iov[SKB_MAX_FRAGS + 2];
};

static void frame_tx_fill(const struct frame_dev *fdev, const struct sk_buff *skb, struct frame_tx *tx, struct mmsghdr *m)
{
	unsigned n = 0;
	uint32_t len;

	if (fdev->vnet_len) {
		vnet_fill(skb, &tx->hdr);
		tx->iov[n++] = (struct iovec){ &tx->hdr, fdev->vnet_len };
	}
	n += skb_to_iov(skb, 0, tx->iov + n, SKB_MAX_FRAGS + 1, &len);
	*m = (struct mmsghdr){ .msg_hdr = { .msg_iov = tx->iov, .msg_iovlen = n } };
}

/* Write one burst from the queue. Return: frames that left it, or -errno when none did. */
static int frame_tx_burst(struct frame_dev *fdev)
{
	struct mmsghdr msgs[FRAME_BURST];
	struct frame_tx tx[FRAME_BURST];
	struct sk_buff *skb;
	unsigned n = 0;
	int sent;

	skb_queue_walk(&fdev->txq, skb) {
		frame_tx_fill(fdev, skb, &tx[n], &msgs[n]);
		if (++n == FRAME_BURST)
			break;
	}
	sent = fdev->io->send(fdev->watch.fd, msgs, n);
	for (int i = 0; i < sent; i++)
		skb_free(skb_dequeue(&fdev->txq));
	return sent;
}

static void frame_dev_flush(struct net_device *dev)
{
	struct frame_dev *fdev = dev->priv;

	while (!fdev->tx_blocked && !skb_queue_empty(&fdev->txq)) {
		int sent = frame_tx_burst(fdev);

		if (sent > 0 || sent == -EINTR)
			continue;
		if (sent == -EAGAIN) {
			fdev->tx_blocked = true;
			fdev->loop->want_room(fdev->loop->ctx, &fdev->watch);
			break;
		}
		/* The host refused this frame (interface down, its queue full): it is lost, as on a wire. */
		dev->stats.tx_errors++;
		netdev_xmit_drop(dev, skb_dequeue(&fdev->txq), DROP_DEV_TX_ERROR);
	}
}

static void frame_dev_xmit(struct net_device *dev, struct sk_buff *skb)
{
	struct frame_dev *fdev = dev->priv;

	if (fdev->txq.qlen >= dev->txqlen) {
		netdev_xmit_drop(dev, skb, DROP_DEV_TX_BUSY);
		return;
	}
	skb_queue_tail(&fdev->txq, skb);
	netdev_tx_pending(dev);
}

/* Life ---------------------------------------------------------------------------------------- */

static void frame_dev_ready(struct driver_watch *w, bool readable, bool writable, bool hangup)
{
	struct frame_dev *fdev = container_of(w, struct frame_dev, watch);

	if (writable && fdev->tx_blocked) {
		fdev->tx_blocked = false;
		netdev_tx_pending(fdev->dev);
	}
	if (fdev->ring && readable)
		frame_rx_ring(fdev);
	/* That the interface of the host went down is told by reading, and by that alone. */
	if (fdev->ring ? hangup : readable || hangup)
		frame_rx_round(fdev);
}

static void frame_dev_stop(struct net_device *dev)
{
	struct frame_dev *fdev = dev->priv;

	skb_queue_purge(&fdev->txq);
	if (fdev->filter)
		packet_filter_clear(fdev->filter);
}

static void frame_dev_set_rx_mode(struct net_device *dev)
{
	struct frame_dev *fdev = dev->priv;

	if (fdev->filter)
		packet_filter_set(fdev->filter, dev);
}

static void frame_dev_destroy(struct net_device *dev)
{
	struct frame_dev *fdev = dev->priv;

	fdev->loop->del(fdev->loop->ctx, &fdev->watch);
	skb_queue_purge(&fdev->txq);
	for (unsigned i = 0; i < FRAME_BURST; i++) {
		skb_free(fdev->slots[i].skb);
		skb_page_put(fdev->slots[i].bulk);
	}
	packet_ring_free(fdev->ring);
	packet_filter_free(fdev->filter);
	close(fdev->watch.fd);
	free(fdev);
}

static const struct netdev_ops frame_dev_ops = {
	.stop = frame_dev_stop,
	.xmit = frame_dev_xmit,
	.flush = frame_dev_flush,
	.set_rx_mode = frame_dev_set_rx_mode,
	.destroy = frame_dev_destroy,
};

/* A device over @params->fd, not watched or registered yet; it owns the descriptor. NULL: no memory. */
static struct net_device *frame_dev_alloc(struct net *net, const struct link_kind *kind,
					  const struct frame_io *io, const struct link_params *params)
{
	struct frame_dev *fdev = calloc(1, sizeof(*fdev));
	struct net_device *dev;

	if (!fdev)
		return NULL;
	dev = netdev_alloc(net, &frame_dev_ops, &eth_link);
	if (!dev) {
		free(fdev);
		return NULL;
	}
	fdev->dev = dev;
	fdev->io = io;
	fdev->loop = container_of(kind, struct driver_kind, kind)->loop;
	fdev->watch = (struct driver_watch){ .fd = params->fd, .ready = frame_dev_ready };
	fdev->vnet_len = params->vnet_hdr ? params->vnet_hdr_len : 0;
	fdev->offloads = params->vnet_hdr ? params->offloads : 0;
	fdev->burst = FRAME_BURST;
	fdev->ring = io->map ? io->map(params->fd) : NULL;
	fdev->filter = io->filter ? io->filter(params->fd) : NULL;
	skb_queue_init(&fdev->txq);
	if (params->hostif)
		strncpy(fdev->hostif, params->hostif, sizeof(fdev->hostif) - 1);
	dev->priv = fdev;
	dev->kind = kind;
	dev->features = vnet_features(fdev->offloads);
	return dev;
}

int frame_dev_newlink(struct net *net, const struct link_kind *kind, const struct frame_io *io,
		      const struct link_params *params, struct net_device **ret_dev, struct extack *ack)
{
	struct net_device *dev;
	struct frame_dev *fdev;
	int err;

	if (params->vnet_hdr && params->vnet_hdr_len != sizeof(struct virtio_net_hdr) &&
	    params->vnet_hdr_len != sizeof(struct virtio_net_hdr_v1)) {
		close(params->fd);
		return extack_set(ack, -EINVAL, "virtio-net header must be 10 or 12 bytes");
	}
	dev = frame_dev_alloc(net, kind, io, params);
	if (!dev) {
		close(params->fd);
		return -ENOMEM;
	}
	fdev = dev->priv;
	err = driver_dev_start(dev, params, fdev->loop, &fdev->watch, ack);
	if (!err)
		*ret_dev = dev;
	return err;
}

void frame_dev_fill(const struct net_device *dev, struct link_params *ret_params)
{
	const struct frame_dev *fdev = dev->priv;

	ret_params->hostif = fdev->hostif[0] ? fdev->hostif : NULL;
	ret_params->vnet_hdr = fdev->vnet_len != 0;
	ret_params->vnet_hdr_len = fdev->vnet_len;
	ret_params->offloads = fdev->offloads;
}
