/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kind "stream": frames over a connected Unix stream socket, each behind its length as 32 bits in
 * network byte order: the framing of QEMU's -netdev stream, passt, and another ustack. There is no
 * virtio-net header, so no offload. When the other side closes, the carrier goes.
 */
#include "stack/driver/frame_dev.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "stack/core/net.h"
#include "stack/link/ethernet.h"

#define STREAM_FRAME_MAX (65535 + ETH_HLEN)
#define STREAM_BUF	 (2 * (STREAM_FRAME_MAX + sizeof(be32)))
#define STREAM_BURST	 32		/* frames of one writev at most */
#define STREAM_ROUND	 8		/* reads before others get their turn */
#define STREAM_HEADROOM	 66		/* so that a network header behind Ethernet's is aligned */

struct stream_dev {
	struct net_device *dev;
	const struct driver_loop *loop;
	struct driver_watch watch;
	bool tx_blocked;
	struct sk_buff_head txq;
	uint32_t tx_done;		/* bytes of the first frame (its length included) that are out already */
	uint32_t rx_len;		/* bytes in rx_buf */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	uint8_t rx_buf[STREAM_BUF];
};

/* In ------------------------------------------------------------------------------------------ */

static void stream_rx_frame(struct stream_dev *sdev, const uint8_t *frame, uint32_t len)
{
	struct net_device *dev = sdev->dev;
	struct sk_buff *skb = skb_alloc(dev->net, STREAM_HEADROOM, len);

	if (!skb) {
		dev->stats.rx_dropped++;
		return;
	}
	memcpy(skb_put(skb, len), frame, len);
	skb->dev = dev;
	skb->tstamp = dev->net->now;
	netdev_rx(dev, skb);
}

/* The other side is gone, or spoke nonsense: framing cannot be found again. */
static void stream_hangup(struct stream_dev *sdev)
{
	sdev->loop->del(sdev->loop->ctx, &sdev->watch);
	shutdown(sdev->watch.fd, SHUT_RDWR);
	skb_queue_purge(&sdev->txq);
	sdev->tx_blocked = true;
	netdev_set_carrier(sdev->dev, false);
}

/* Deliver the whole frames of the buffer; what is left of one moves to its front. false: bad length. */
static bool stream_rx_parse(struct stream_dev *sdev)
{
	uint32_t off = 0, len;

	while (sdev->rx_len - off >= sizeof(be32)) {
		memcpy(&len, sdev->rx_buf + off, sizeof(len));
		len = ntohl(len);
		if (len > STREAM_FRAME_MAX)
			return false;
		if (sdev->rx_len - off - sizeof(be32) < len)
			break;
		stream_rx_frame(sdev, sdev->rx_buf + off + sizeof(be32), len);
		off += sizeof(be32) + len;
	}
	sdev->rx_len -= off;
	memmove(sdev->rx_buf, sdev->rx_buf + off, sdev->rx_len);
	return true;
}

static void stream_rx_round(struct stream_dev *sdev)
{
	for (int i = 0; i < STREAM_ROUND; i++) {
		ssize_t got = recv(sdev->watch.fd, sdev->rx_buf + sdev->rx_len, STREAM_BUF - sdev->rx_len, MSG_DONTWAIT);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		if (got > 0)
			sdev->rx_len += got;
		if (got <= 0 || !stream_rx_parse(sdev)) {
			stream_hangup(sdev);
			return;
		}
	}
	sdev->loop->again(sdev->loop->ctx, &sdev->watch);
}

/* Out ----------------------------------------------------------------------------------------- */

/* The frames that are queued, as vectors: for each its length and its bytes, but for what is out already. */
static unsigned stream_tx_iov(struct stream_dev *sdev, be32 *lens, struct iovec *iov, unsigned max)
{
	uint32_t skip = sdev->tx_done, frames = 0, covered;
	struct sk_buff *skb;
	unsigned n = 0;

	skb_queue_walk(&sdev->txq, skb) {
		if (frames == STREAM_BURST || n + 2 + skb->nr_frags > max)
			break;
		lens[frames] = htonl(skb->len);
		if (skip < sizeof(be32)) {
			iov[n++] = (struct iovec){ (uint8_t *)&lens[frames] + skip, sizeof(be32) - skip };
			skip = sizeof(be32);
		}
		n += skb_to_iov(skb, skip - sizeof(be32), iov + n, max - n, &covered);
		frames++;
		skip = 0;
	}
	return n;
}

/* @sent more bytes are out: frames that are out whole leave the queue. */
static void stream_tx_done(struct stream_dev *sdev, uint32_t sent)
{
	struct sk_buff *skb;

	sdev->tx_done += sent;
	while ((skb = skb_peek(&sdev->txq)) && sdev->tx_done >= sizeof(be32) + skb->len) {
		sdev->tx_done -= sizeof(be32) + skb->len;
		skb_unlink(&sdev->txq, skb);
		skb_free(skb);
	}
}

static void stream_tx_block(struct stream_dev *sdev)
{
	sdev->tx_blocked = true;
	sdev->loop->want_room(sdev->loop->ctx, &sdev->watch);
}

static void stream_flush(struct net_device *dev)
{
	struct stream_dev *sdev = dev->priv;
	struct iovec iov[STREAM_BURST * 2 + SKB_MAX_FRAGS];
	be32 lens[STREAM_BURST];

	while (!sdev->tx_blocked && !skb_queue_empty(&sdev->txq)) {
		struct msghdr msg = { .msg_iov = iov };
		ssize_t sent;

		msg.msg_iovlen = stream_tx_iov(sdev, lens, iov, ARRAY_SIZE(iov));
		sent = sendmsg(sdev->watch.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent >= 0)
			stream_tx_done(sdev, sent);
		else if (errno == EAGAIN)
			stream_tx_block(sdev);
		else if (errno != EINTR)
			stream_hangup(sdev);
	}
}

static void stream_xmit(struct net_device *dev, struct sk_buff *skb)
{
	struct stream_dev *sdev = dev->priv;

	if (!dev->carrier || sdev->txq.qlen >= dev->txqlen || skb->len > STREAM_FRAME_MAX) {
		netdev_xmit_drop(dev, skb, DROP_DEV_TX_BUSY);
		return;
	}
	skb_queue_tail(&sdev->txq, skb);
	netdev_tx_pending(dev);
}

/* Life ---------------------------------------------------------------------------------------- */

static void stream_ready(struct driver_watch *w, bool readable, bool writable, bool hangup)
{
	struct stream_dev *sdev = container_of(w, struct stream_dev, watch);

	if (writable && sdev->tx_blocked) {
		sdev->tx_blocked = false;
		netdev_tx_pending(sdev->dev);
	}
	if (readable || hangup)
		stream_rx_round(sdev);
}

static void stream_destroy(struct net_device *dev)
{
	struct stream_dev *sdev = dev->priv;

	sdev->loop->del(sdev->loop->ctx, &sdev->watch);
	skb_queue_purge(&sdev->txq);
	close(sdev->watch.fd);
	free(sdev);
}

static const struct netdev_ops stream_ops = {
	.xmit = stream_xmit,
	.flush = stream_flush,
	.destroy = stream_destroy,
};

static struct net_device *stream_alloc(struct net *net, const struct link_kind *kind, const struct link_params *params)
{
	struct stream_dev *sdev = calloc(1, sizeof(*sdev));
	struct net_device *dev;

	if (!sdev)
		return NULL;
	dev = netdev_alloc(net, &stream_ops, &eth_link);
	if (!dev) {
		free(sdev);
		return NULL;
	}
	sdev->dev = dev;
	sdev->loop = container_of(kind, struct driver_kind, kind)->loop;
	sdev->watch = (struct driver_watch){ .fd = params->fd, .ready = stream_ready };
	skb_queue_init(&sdev->txq);
	if (params->path)
		strncpy(sdev->path, params->path, sizeof(sdev->path) - 1);
	dev->priv = sdev;
	dev->kind = kind;
	dev->features = NETIF_F_SG;
	return dev;
}

static int stream_newlink(struct net *net, const struct link_kind *kind, const struct link_params *params,
			  struct net_device **ret_dev, struct extack *ack)
{
	struct net_device *dev = stream_alloc(net, kind, params);
	struct stream_dev *sdev;
	int err;

	if (!dev) {
		close(params->fd);
		return -ENOMEM;
	}
	sdev = dev->priv;
	err = driver_dev_start(dev, params, sdev->loop, &sdev->watch, ack);
	if (!err)
		*ret_dev = dev;
	return err;
}

static void stream_fill(const struct net_device *dev, struct link_params *ret_params)
{
	const struct stream_dev *sdev = dev->priv;

	ret_params->path = sdev->path[0] ? sdev->path : NULL;
}

const struct link_kind stream_kind = {
	.name = "stream",
	.needs_fd = true,
	.newlink = stream_newlink,
	.fill = stream_fill,
};
