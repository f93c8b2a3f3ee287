/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channels: see channel.h.
 *
 * Everything is edge-triggered: a channel is read until it is empty, its client has too many answers
 * waiting, or its share of the round is used up; and it is read again when the cause is gone. Nobody's
 * slowness holds up others: no call here blocks.
 */
#include "nlserver/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <ustack/channel.h>

#include "nlserver/client.h"
#include "nlserver/dispatch.h"
#include "nlserver/nl_server.h"

#define PER_UID_MAX   512 /* channels of a user who may not change things */
#define ROUND_PACKETS 32  /* packets read from one channel before others have their turn */
#define ROUND_DUMPS   8	  /* packets of a dump sent likewise */
#define ROUND_ACCEPTS 64
#define SNDBUF	      (512 << 10) /* bytes asked for; the system's limit may allow less */
#define GROUPS_MAX    1024	  /* supplementary groups of a peer that are looked at */

static const struct {
	const char *name;
	int protocol;
} protocols[] = {
	{ USTACK_CHAN_ROUTE, NETLINK_ROUTE },
	{ USTACK_CHAN_GENERIC, NETLINK_GENERIC },
	{ USTACK_CHAN_SOCK_DIAG, NETLINK_SOCK_DIAG },
};

struct listener {
	struct channels *chs;
	struct loop_watch watch; /* fd -1: not open */
	int protocol;
	struct sockaddr_un addr;
};

struct channels {
	struct server *server;
	struct channels_params params;
	struct listener listeners[ARRAY_SIZE(protocols)];
	struct list_head list; /* channel */
	int spare_fd;	       /* given up to take, and close, what cannot be served */
	char *packet;	       /* USTACK_CHAN_RECV_MAX bytes */
	ktime_t refused_logged, broken_logged; /* log_due() */
};

struct channel {
	struct list_head list;
	struct channels *chs;
	struct nl_client *client;
	struct loop_watch watch;
	bool readable; /* there may be more to read */
};

/* --- one channel -------------------------------------------------------------------------------- */

static int channel_send(struct nl_client *c, const void *data, size_t len)
{
	const struct channel *ch = c->transport_priv;

	if (send(ch->watch.fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
}

static const struct nl_transport transport = { .send = channel_send };

static void channel_close(struct channel *ch)
{
	loop_watch_del(ch->chs->server->loop, &ch->watch);
	close(ch->watch.fd);
	nl_client_free(ch->client);
	list_del(&ch->list);
	free(ch);
}

static void take_fds(struct msghdr *msg, struct nl_fds *ret)
{
	struct cmsghdr *cmsg;

	*ret = (struct nl_fds){ .fd = { -1, -1 } };
	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		ret->nr = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(ret->fd, CMSG_DATA(cmsg), ret->nr * sizeof(int));
	}
}

/* Bytes read; 0: end of file; -EAGAIN: nothing there; another error: the channel is of no use. */
static ssize_t channel_recv(struct channel *ch, struct nl_fds *ret_fds)
{
	union {
		char buf[CMSG_SPACE(NL_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = ch->chs->packet, .iov_len = USTACK_CHAN_RECV_MAX };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t n = recvmsg(ch->watch.fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct net *net = ch->chs->server->net;

	if (n < 0)
		return -errno;
	take_fds(&msg, ret_fds);
	if (!n)
		nl_fds_close(
			ch->client,
			ret_fds); /* an empty packet reads as the end of file, and can bring some all the same */
	if (!(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return n;
	if (log_due(&ch->chs->broken_logged, net->now))
		log_warn(&net->log, "channel of process %d closed: too %s", (int)ch->client->cred.pid,
			 msg.msg_flags & MSG_TRUNC ? "long a packet" : "many descriptors in a packet");
	nl_fds_close(ch->client, ret_fds);
	return -EMSGSIZE;
}

/* What bind(2), getsockname(2) and setsockopt(2) are on a netlink socket. */
static int control(struct nl_client *c, const struct ustack_ctl *ctl)
{
	int err;

	switch (ctl->cmd) {
	case USTACK_CTL_GETNAME:
		return 0;
	case USTACK_CTL_BIND:
		err = nl_client_bind(c, ctl->arg);
		if (!err)
			nl_client_set_groups(c, ctl->arg2);
		return err;
	case USTACK_CTL_ADD_MEMBERSHIP:
		return nl_client_join(c, ctl->arg);
	case USTACK_CTL_DROP_MEMBERSHIP:
		return nl_client_leave(c, ctl->arg);
	case USTACK_CTL_SETSOCKOPT:
		return nl_client_setsockopt(c, ctl->arg, ctl->arg2);
	default:
		return -EINVAL;
	}
}

/* Is the packet a control message? Then it is answered on the descriptor that came with it. */
static bool handle_control(struct nl_client *c, const void *data, size_t len, struct nl_fds *fds)
{
	const struct nlmsghdr *nlh = data;
	struct ustack_ctl_reply reply;
	struct ustack_ctl ctl;

	if (len < sizeof(*nlh) || nlh->nlmsg_type != USTACK_NLMSG_CTL)
		return false;
	reply.error = -EINVAL;
	if (len >= sizeof(*nlh) + sizeof(ctl)) {
		memcpy(&ctl, nlh + 1, sizeof(ctl));
		reply.error = control(c, &ctl);
	}
	reply.pid = c->portid;
	reply.groups = (uint32_t)c->groups[0];
	if (fds->nr)
		send(fds->fd[0], &reply, sizeof(reply), MSG_DONTWAIT | MSG_NOSIGNAL);
	nl_fds_close(c, fds);
	return true;
}

/* Is it better to take nothing from @cred's user? He has sent descriptors that take long to close. */
static bool is_stuck(const struct channels *chs, const struct nl_cred *cred)
{
	return !cred->admin && closer_is_behind(&chs->server->nl->closer, cred->uid);
}

/* Read packets as long as that makes sense; false: the channel has ended. */
static bool channel_read(struct channel *ch)
{
	for (int i = 0; i < ROUND_PACKETS && ch->readable && !nl_client_blocked(ch->client); i++) {
		struct nl_fds fds;
		ssize_t n;

		if (is_stuck(ch->chs, &ch->client->cred))
			return false;
		n = channel_recv(ch, &fds);
		if (n == -EAGAIN)
			ch->readable = false;
		else if (n <= 0)
			return false;
		else if (!handle_control(ch->client, ch->chs->packet, n, &fds))
			nl_dispatch(ch->client, ch->chs->packet, n, &fds);
	}
	return true;
}

/* Send what waits; true: there is more to be done at once. */
static bool channel_write(struct channel *ch)
{
	for (int i = 0; i < ROUND_DUMPS; i++)
		if (nl_client_progress(ch->client))
			return false;
	return true;
}

static void channel_ready(struct loop_watch *w, uint32_t events)
{
	struct channel *ch = container_of(w, struct channel, watch);
	struct loop *loop = ch->chs->server->loop;
	bool more;

	if (events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP | EPOLLERR))
		ch->readable = true;
	channel_write(ch);
	if (!channel_read(ch)) {
		channel_close(ch);
		return;
	}
	more = channel_write(ch);
	if (ch->client->lost) {
		channel_close(ch);
		return;
	}
	if (more || (ch->readable && !nl_client_blocked(ch->client)))
		loop_again(loop, w, more ? EPOLLOUT : EPOLLIN);
}

/* --- who is it? --------------------------------------------------------------------------------- */

static bool peer_in_group(int fd, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	socklen_t len = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0)
		return false;
	for (size_t i = 0; i < len / sizeof(*groups); i++)
		if (groups[i] == group)
			return true;
	return false;
}

static int peer_cred(const struct channels *chs, int fd, struct nl_cred *ret)
{
	struct ucred u;
	socklen_t len = sizeof(u);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &u, &len) < 0)
		return -errno;
	*ret = (struct nl_cred){ .pid = u.pid, .uid = u.uid, .gid = u.gid };
	ret->admin = u.uid == 0 || u.uid == geteuid();
	if (!ret->admin && chs->params.has_group)
		ret->admin = u.gid == chs->params.group || peer_in_group(fd, chs->params.group);
	return 0;
}

/* A user who may not change things may not keep all others out either. */
static bool too_many(const struct channels *chs, const struct nl_cred *cred)
{
	const struct channel *ch;
	unsigned nr = 0;

	if (cred->admin)
		return false;
	list_for_each_entry(ch, &chs->list, list)
		nr += ch->client->cred.uid == cred->uid;
	return nr >= PER_UID_MAX;
}

static int channel_open(struct channels *chs, int protocol, int fd)
{
	struct nl_server *nl = chs->server->nl;
	int sndbuf = SNDBUF, err = -ENOMEM;
	struct channel *ch;
	struct nl_cred cred;

	ch = calloc(1, sizeof(*ch));
	if (!ch)
		goto fail;
	err = peer_cred(chs, fd, &cred);
	if (err)
		goto fail;
	err = -EUSERS;
	if (too_many(chs, &cred) || is_stuck(chs, &cred))
		goto fail;
	ch->client = nl_client_create(nl, protocol, &cred, &transport);
	if (!ch->client)
		goto fail;
	ch->client->transport_priv = ch;
	ch->chs = chs;
	ch->watch = (struct loop_watch){ .fd = fd, .ready = channel_ready };
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &sndbuf, sizeof(sndbuf));
	err = loop_watch_add(chs->server->loop, &ch->watch);
	if (err)
		goto fail;
	list_add_tail(&ch->list, &chs->list);
	return 0;

fail:
	if (ch)
		nl_client_free(ch->client);
	free(ch);
	close(fd);
	return err;
}

/* --- listeners ---------------------------------------------------------------------------------- */

/* Why a caller is refused; callers can make this happen as often as they like, so not each time. */
static void log_refused(struct channels *chs, const char *why)
{
	struct net *net = chs->server->net;

	if (log_due(&chs->refused_logged, net->now))
		log_warn(&net->log, "channel refused: %s", why);
}

/* No descriptor is left for a caller: take it with the spare one, so that it sees the end at once.
 * false: there was none (accept(2) misses the descriptor before it looks for a caller). */
static bool turn_away(struct channels *chs, int listen_fd)
{
	int fd;

	close(chs->spare_fd);
	fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	chs->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	log_refused(chs, "too many open files");
	return true;
}

static void listener_ready(struct loop_watch *w, uint32_t events)
{
	struct listener *l = container_of(w, struct listener, watch);
	struct channels *chs = l->chs;
	int err, fd;

	(void)events;
	for (int i = 0; i < ROUND_ACCEPTS; i++) {
		fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
			if (!turn_away(chs, w->fd))
				return;
			continue;
		}
		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			return;
		err = channel_open(chs, l->protocol, fd);
		if (err)
			log_refused(chs, strerror(-err));
	}
	loop_again(chs->server->loop, w, EPOLLIN);
}

static int listener_open(struct channels *chs, struct listener *l, const char *name,
			 struct extack *ack)
{
	size_t size = sizeof(l->addr.sun_path);
	int n = snprintf(l->addr.sun_path, size, "%s/%s", chs->params.rundir, name);
	int fd;

	l->addr.sun_family = AF_UNIX;
	if (n < 0 || (size_t)n >= size)
		return extack_set(ack, -ENAMETOOLONG, "The run directory's path is too long");
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return extack_set(ack, -errno, "Cannot make a socket: %s", strerror(errno));
	unlink(l->addr.sun_path);
	l->watch = (struct loop_watch){ .fd = fd, .ready = listener_ready };
	if (bind(fd, (struct sockaddr *)&l->addr, sizeof(l->addr)) < 0 ||
	    chmod(l->addr.sun_path, 0666) < 0 || listen(fd, SOMAXCONN) < 0)
		return extack_set(ack, -errno, "Cannot listen at %s: %s", l->addr.sun_path,
				  strerror(errno));
	return loop_watch_add(chs->server->loop, &l->watch);
}

static void listener_close(struct listener *l)
{
	if (l->watch.fd < 0)
		return;
	loop_watch_del(l->chs->server->loop, &l->watch);
	unlink(l->addr.sun_path);
	close(l->watch.fd);
}

int channels_open(struct server *server, const struct channels_params *params,
		  struct channels **ret, struct extack *ack)
{
	struct channels *chs = calloc(1, sizeof(*chs));
	int err = 0;

	if (!chs)
		return extack_set(ack, -ENOMEM, "Out of memory");
	chs->server = server;
	chs->params = *params;
	list_init(&chs->list);
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		chs->listeners[i] = (struct listener){
			.chs = chs,
			.protocol = protocols[i].protocol,
			.watch.fd = -1,
		};
	chs->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	chs->packet = malloc(USTACK_CHAN_RECV_MAX);
	if (!chs->packet)
		err = extack_set(ack, -ENOMEM, "Out of memory");
	for (size_t i = 0; i < ARRAY_SIZE(protocols) && !err; i++)
		err = listener_open(chs, &chs->listeners[i], protocols[i].name, ack);
	if (err) {
		channels_close(chs);
		return err;
	}
	*ret = chs;
	return 0;
}

void channels_close(struct channels *chs)
{
	if (!chs)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		listener_close(&chs->listeners[i]);
	while (!list_empty(&chs->list))
		channel_close(list_first_entry(&chs->list, struct channel, list));
	if (chs->spare_fd >= 0)
		close(chs->spare_fd);
	free(chs->packet);
	free(chs);
}
