/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stack that does as the test says: see fakestack.h. One thread serves every connection by poll(2).
 */
#include "tests/unit/fakestack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <libmnl/libmnl.h>

#include <ustack/channel.h>

#include "stack/lib/util.h"

#define FAMILY_ID   0x21
#define CLIENTS_MAX 16

static struct {
	char dir[64];
	pthread_t thread;
	int stop[2]; /* closing [1] ends the thread */
	struct pollfd poll[2 + CLIENTS_MAX];
	nfds_t nfds;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct fake_seen seen;
	struct fake_answer answer;
	int end; /* -1: none */
	uint64_t last_id;
} fake = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static const struct nlattr *find(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) if (mnl_attr_get_type(attr) ==
								    type) return attr;
	return NULL;
}

static void keep_addr(const struct nlattr *attr, struct sockaddr_in *where)
{
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (attr)
		memcpy(where, mnl_attr_get_payload(attr), min(len, sizeof(*where)));
}

static void keep_option(const struct nlattr *level, const struct nlattr *name,
			const struct nlattr *val)
{
	struct fake_option *opt = &fake.seen.options[fake.seen.noptions];

	if (!level || !name || !val || fake.seen.noptions == ARRAY_SIZE(fake.seen.options))
		return;
	opt->level = (int)mnl_attr_get_u32(level);
	opt->name = (int)mnl_attr_get_u32(name);
	memcpy(&opt->value, mnl_attr_get_payload(val),
	       min((size_t)mnl_attr_get_payload_len(val), sizeof(int)));
	fake.seen.noptions++;
}

static void keep_open_options(const struct nlattr *all)
{
	const struct nlattr *one, *attr;

	if (!all)
		return;
	mnl_attr_for_each_nested(one, all)
	{
		const struct nlattr *tb[USOCK_A_MAX_PLUS_1] = { 0 };

		mnl_attr_for_each_nested(attr, one) tb[mnl_attr_get_type(attr)] = attr;
		keep_option(tb[USOCK_A_LEVEL], tb[USOCK_A_OPTNAME], tb[USOCK_A_OPTVAL]);
	}
}

static void keep_request(const struct nlmsghdr *nlh, int cmd, int fd)
{
	fake.seen.calls[cmd]++;
	fake.seen.with_fd[cmd] += fd >= 0;
	if (cmd == USOCK_CMD_OPEN || cmd == USOCK_CMD_CONNECT)
		fake.seen.filler = find(nlh, USOCK_A_FILLER) != NULL;
	keep_addr(find(nlh, USOCK_A_BIND), &fake.seen.bind);
	keep_addr(find(nlh, cmd == USOCK_CMD_CONNECT ? USOCK_A_ADDR : USOCK_A_CONNECT),
		  &fake.seen.connect);
	keep_open_options(find(nlh, USOCK_A_OPTS));
	if (cmd == USOCK_CMD_SETSOCKOPT)
		keep_option(find(nlh, USOCK_A_LEVEL), find(nlh, USOCK_A_OPTNAME),
			    find(nlh, USOCK_A_OPTVAL));
	if (cmd == USOCK_CMD_SHUTDOWN)
		fake.seen.how = (int)mnl_attr_get_u32(find(nlh, USOCK_A_HOW));
}

/* OPEN: what came along is the stack's end; it gets its name. */
static void take_end(int *fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int len;

	fake.last_id++;
	len = snprintf(sun.sun_path + 1, sizeof(sun.sun_path) - 1, USOCK_NAME_FMT, "default",
		       (unsigned long long)fake.last_id);
	if (bind(*fd, (struct sockaddr *)&sun,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)))
		abort();
	if (fake.end >= 0)
		close(fake.end);
	fake.end = *fd;
	*fd = -1;
}

static void put_addr(struct nlmsghdr *nlh, uint16_t type, const struct sockaddr_in *addr)
{
	if (addr->sin_family)
		mnl_attr_put(nlh, type, sizeof(*addr), addr);
}

static void put_answer(struct nlmsghdr *nlh, int cmd)
{
	switch (cmd) {
	case USOCK_CMD_OPEN:
		mnl_attr_put_u64(nlh, USOCK_A_ID, fake.last_id);
		/* fallthrough */
	case USOCK_CMD_CONNECT:
		if (fake.answer.error)
			mnl_attr_put_u32(nlh, USOCK_A_ERROR, (uint32_t)fake.answer.error);
		break;
	case USOCK_CMD_GETSOCKOPT:
		mnl_attr_put(nlh, USOCK_A_OPTVAL, sizeof(fake.answer.so_error),
			     &fake.answer.so_error);
		fake.answer.so_error = 0;
		return;
	case USOCK_CMD_GETNAME:
		mnl_attr_put_u16(nlh, USOCK_A_FAMILY, AF_INET);
		mnl_attr_put_u16(nlh, USOCK_A_TYPE, SOCK_STREAM);
		mnl_attr_put_u16(nlh, USOCK_A_PROTOCOL, IPPROTO_TCP);
		mnl_attr_put_u32(nlh, USOCK_A_STATE, fake.answer.state);
		break;
	default:
		break;
	}
	put_addr(nlh, USOCK_A_NAME, &fake.answer.name);
	put_addr(nlh, USOCK_A_PEER, &fake.answer.peer);
}

static void send_error(int client, const struct nlmsghdr *request, int err)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e));

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_seq = request->nlmsg_seq;
	e->error = -err;
	e->msg = *request;
	send(client, nlh, nlh->nlmsg_len, MSG_NOSIGNAL);
}

static void serve_usock(int client, const struct nlmsghdr *request, int *fd)
{
	char buf[1024] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	int cmd = ((const struct genlmsghdr *)mnl_nlmsg_get_payload(request))->cmd;

	keep_request(request, cmd, *fd);
	if (fake.answer.refuse[cmd] || (request->nlmsg_flags & NLM_F_ACK)) {
		send_error(client, request, fake.answer.refuse[cmd]);
		return;
	}
	if (cmd == USOCK_CMD_OPEN)
		take_end(fd);
	nlh->nlmsg_type = FAMILY_ID;
	nlh->nlmsg_seq = request->nlmsg_seq;
	genl->cmd = (uint8_t)cmd;
	put_answer(nlh, cmd);
	send(client, nlh, nlh->nlmsg_len, MSG_NOSIGNAL);
}

static void serve_family(int client, const struct nlmsghdr *request)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	fake.seen.channels++;
	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_seq = request->nlmsg_seq;
	genl->cmd = CTRL_CMD_NEWFAMILY;
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY_ID);
	send(client, nlh, nlh->nlmsg_len, MSG_NOSIGNAL);
}

/* A control message: the answer goes to the descriptor that came along. */
static void serve_ctl(const struct nlmsghdr *request, int fd)
{
	const struct ustack_ctl *ctl = mnl_nlmsg_get_payload(request);
	struct ustack_ctl_reply reply = { .pid = 77 };

	if (ctl->cmd == USTACK_CTL_BIND) {
		reply.pid = ctl->arg ? ctl->arg : 77;
		reply.groups = ctl->arg2;
	}
	if (ctl->cmd == USTACK_CTL_SETSOCKOPT)
		reply.error = -ENOPROTOOPT;
	send(fd, &reply, sizeof(reply), MSG_NOSIGNAL);
}

static ssize_t receive(int client, void *buf, size_t size, int *fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { buf, size };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(client, &msg, MSG_CMSG_CLOEXEC);
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	*fd = -1;
	if (n > 0 && cmsg)
		memcpy(fd, CMSG_DATA(cmsg), sizeof(*fd));
	return n;
}

/* One packet. false: the client has gone. */
static bool serve(int client)
{
	char buf[8192] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	int fd;

	if (receive(client, buf, sizeof(buf), &fd) <= 0)
		return false;
	pthread_mutex_lock(&fake.lock);
	if (nlh->nlmsg_type == USTACK_NLMSG_CTL)
		serve_ctl(nlh, fd);
	else if (nlh->nlmsg_type == GENL_ID_CTRL)
		serve_family(client, nlh);
	else
		serve_usock(client, nlh, &fd);
	if (fd >= 0)
		close(fd);
	pthread_cond_broadcast(&fake.changed);
	pthread_mutex_unlock(&fake.lock);
	return true;
}

static void drop_client(nfds_t i)
{
	close(fake.poll[i].fd);
	fake.poll[i] = fake.poll[--fake.nfds];
}

static void *run(void *unused)
{
	while (poll(fake.poll, fake.nfds, -1) > 0 && !fake.poll[0].revents) {
		for (nfds_t i = fake.nfds - 1; i >= 2; i--)
			if (fake.poll[i].revents && !serve(fake.poll[i].fd))
				drop_client(i);
		if (fake.poll[1].revents && fake.nfds < ARRAY_SIZE(fake.poll))
			fake.poll[fake.nfds++] =
				(struct pollfd){ .events = POLLIN,
						 .fd = accept4(fake.poll[1].fd, NULL, NULL,
							       SOCK_CLOEXEC) };
	}
	return unused;
}

static int listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) || listen(fd, CLIENTS_MAX))
		abort();
	return fd;
}

void fakestack_start(void)
{
	char path[96];

	strcpy(fake.dir, "/tmp/ustack-fake.XXXXXX");
	if (!mkdtemp(fake.dir) || pipe2(fake.stop, O_CLOEXEC))
		abort();
	setenv("USTACK_RUNDIR", fake.dir, 1);
	unsetenv("USTACK");
	snprintf(path, sizeof(path), "%s/default", fake.dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/default/generic", fake.dir);
	fake.poll[0] = (struct pollfd){ .fd = fake.stop[0] };
	fake.poll[1] = (struct pollfd){ .fd = listen_at(path), .events = POLLIN };
	fake.nfds = 2;
	fake.end = -1;
	memset(&fake.seen, 0, sizeof(fake.seen));
	memset(&fake.answer, 0, sizeof(fake.answer));
	if (pthread_create(&fake.thread, NULL, run, NULL))
		abort();
}

void fakestack_stop(void)
{
	char path[96];

	close(fake.stop[1]);
	pthread_join(fake.thread, NULL);
	while (fake.nfds)
		drop_client(fake.nfds - 1);
	if (fake.end >= 0)
		close(fake.end);
	snprintf(path, sizeof(path), "%s/default/generic", fake.dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/default", fake.dir);
	rmdir(path);
	rmdir(fake.dir);
}

struct fake_seen fakestack_seen(void)
{
	struct fake_seen seen;

	pthread_mutex_lock(&fake.lock);
	seen = fake.seen;
	pthread_mutex_unlock(&fake.lock);
	return seen;
}

void fakestack_answer(const struct fake_answer *answer)
{
	pthread_mutex_lock(&fake.lock);
	fake.answer = *answer;
	memset(&fake.seen, 0, sizeof(fake.seen));
	pthread_mutex_unlock(&fake.lock);
}

int fakestack_end(void)
{
	int end;

	pthread_mutex_lock(&fake.lock);
	while (fake.end < 0)
		pthread_cond_wait(&fake.changed, &fake.lock);
	end = fake.end;
	fake.end = -1;
	pthread_mutex_unlock(&fake.lock);
	return end;
}
