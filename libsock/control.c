/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control channel: see control.h. Called by call.c, socket.c and fork.c.
 *
 * The channel is connected by the first call that needs it, and again when it is found to be
 * another process's, closed by somebody who closes all descriptors, or broken. Each connection has
 * a generation number: a socket that an earlier one opened is spoken of with proof (call.c).
 */
#include "libsock/control.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <string.h>
#include <libmnl/libmnl.h>

#include <ustack/usock.h>

#include "libsock/dial.h"
#include "libsock/process.h"
#include "libsock/sys.h"

/* How many instances one process can use. */
#define CONTROLS_MAX 8

/* Kept out of the way of programs that count on small numbers (select, shells). */
#define CONTROL_FD_MIN 240

/* A daemon that has not answered for so long has failed. */
#define CONTROL_TIMEOUT_S 30

struct control {
	char instance[USTACK_NAME_MAX + 1];
	int fd;			 /* -1: not connected */
	uint64_t cookie;	 /* SO_COOKIE of fd: still the one that we made? */
	unsigned int epoch;	 /* of the process that made it */
	unsigned int generation; /* counts connections; 0: never connected */
	uint16_t family;	 /* genetlink id of "usock" */
	uint32_t seq;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct control controls[CONTROLS_MAX];

/**
 * control_lock - begin what nothing else in the process may interleave with
 * @guard: receives what control_unlock() restores
 *
 * Not recursive. Signals are blocked meanwhile.
 */
void control_lock(struct guard *guard)
{
	guard_enter(guard, &lock);
}

/**
 * control_unlock - end it
 * @guard: as filled in by control_lock()
 */
void control_unlock(const struct guard *guard)
{
	guard_leave(guard, &lock);
}

/**
 * control_get - the channel to an instance; not connected yet
 * @instance: its name; NULL: $USTACK, else "default"
 *
 * Call without control_lock().
 *
 * Return: the channel, which lives as long as the process; NULL where the name is none, or is one
 * too many.
 */
struct control *control_get(const char *instance)
{
	struct control *found = NULL;
	struct guard guard;

	instance = dial_instance(instance);
	if (strlen(instance) > USTACK_NAME_MAX)
		return NULL;
	control_lock(&guard);
	for (size_t i = 0; i < CONTROLS_MAX && !found; i++) {
		struct control *ctl = &controls[i];

		if (!ctl->instance[0]) {
			strcpy(ctl->instance, instance);
			ctl->fd = -1;
		}
		if (!strcmp(ctl->instance, instance))
			found = ctl;
	}
	control_unlock(&guard);
	return found;
}

/**
 * control_instance - the name of the instance
 * @ctl: its channel
 */
const char *control_instance(const struct control *ctl)
{
	return ctl->instance;
}

/* What an application is told where the instance does not run, or stopped running. */
static int as_socket_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
	case -ECONNRESET:
	case -EAGAIN:
	case -ENOTDIR:
		return -ENETDOWN;
	default:
		return err;
	}
}

static void control_disconnect(struct control *ctl)
{
	/* Whoever closes all descriptors may have closed ours, and the number be in use again. */
	if (ctl->fd >= 0 && dial_cookie(ctl->fd) == ctl->cookie)
		sys_close(ctl->fd);
	ctl->fd = -1;
}

static ssize_t control_recv(struct control *ctl, char *buf, size_t size)
{
	ssize_t n;

	do {
		n = sys_recv(ctl->fd, buf, size, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? n : -ECONNRESET;
}

/* Does this message end the call? 1: not yet; else the call's result. */
static int take_message(const struct control_call *call, const struct nlmsghdr *nlh)
{
	const struct nlmsghdr *request = call->request;

	if (nlh->nlmsg_seq != request->nlmsg_seq)
		return 1; /* of a call that was given up */
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

		return mnl_nlmsg_get_payload_len(nlh) < sizeof(*e) ? -EPROTO : e->error;
	}
	if (nlh->nlmsg_type != request->nlmsg_type || !call->answer)
		return 1;
	if (nlh->nlmsg_len > CONTROL_MSG_MAX)
		return -EPROTO;
	memcpy(call->answer, nlh, nlh->nlmsg_len);
	return 0;
}

static int send_request(struct control *ctl, const struct control_call *call)
{
	struct nlmsghdr *request = call->request;
	ssize_t n;

	request->nlmsg_seq = ++ctl->seq;
	request->nlmsg_flags = NLM_F_REQUEST | (call->answer ? 0 : NLM_F_ACK);
	n = dial_send(ctl->fd, request, request->nlmsg_len, call->fds, call->nfds);
	return n < 0 ? (int)n : 0;
}

static int await_answer(struct control *ctl, const struct control_call *call)
{
	/* twice: a refusal repeats the request */
	char buf[2 * CONTROL_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t n;

	while ((n = control_recv(ctl, buf, sizeof(buf))) >= 0) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
		int left, result;

		for (left = (int)n; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			result = take_message(call, nlh);
			if (result <= 0)
				return result;
		}
	}
	/* The connection failed, not the call. */
	control_disconnect(ctl);
	return as_socket_error((int)n);
}

/* Send the request and take its answer. The connection stands. -EPIPE: it was broken before. */
static int transact(struct control *ctl, const struct control_call *call)
{
	int err = send_request(ctl, call);

	if (err) {
		control_disconnect(ctl);
		return err == -ECONNRESET || err == -ENOTCONN ? -EPIPE : as_socket_error(err);
	}
	return await_answer(ctl, call);
}

static int take_family_id(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
		*(uint16_t *)data = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int resolve_family(struct control *ctl)
{
	char request[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	char answer[CONTROL_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct control_call call = {
		.request = mnl_nlmsg_put_header(request),
		.answer = (struct nlmsghdr *)answer,
	};
	struct genlmsghdr *genl;
	uint16_t family = 0;
	int err;

	call.request->nlmsg_type = GENL_ID_CTRL;
	genl = mnl_nlmsg_put_extra_header(call.request, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(call.request, CTRL_ATTR_FAMILY_NAME, USOCK_GENL_NAME);
	err = transact(ctl, &call);
	if (err)
		return err == -EPIPE ? -ENETDOWN : as_socket_error(err);
	mnl_attr_parse(call.answer, sizeof(*genl), take_family_id, &family);
	if (!family)
		return -EPROTONOSUPPORT;
	ctl->family = family;
	return 0;
}

static int control_connect(struct control *ctl)
{
	struct timeval limit = { .tv_sec = CONTROL_TIMEOUT_S };
	int err, fd, high;

	fd = dial(ctl->instance, USTACK_CHAN_GENERIC, SOCK_CLOEXEC);
	if (fd < 0)
		return as_socket_error(fd);
	high = sys_fcntl(fd, F_DUPFD_CLOEXEC, CONTROL_FD_MIN);
	if (high >= 0) {
		sys_close(fd);
		fd = high;
	}
	sys_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	sys_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	ctl->fd = fd;
	ctl->cookie = dial_cookie(fd);
	ctl->epoch = process_epoch();
	ctl->generation++;
	err = resolve_family(ctl);
	if (err)
		control_disconnect(ctl);
	return err;
}

static int control_ready(struct control *ctl)
{
	if (ctl->fd >= 0 && ctl->epoch == process_epoch() && dial_cookie(ctl->fd) == ctl->cookie)
		return 0;
	control_disconnect(ctl);
	return control_connect(ctl);
}

/**
 * control_generation - which connection the next call goes over
 * @ctl: the channel; control_lock() is held
 *
 * Connects where necessary. A child of vfork gets a connection for each call, and so 0.
 *
 * Return: the number; 0 where there is none.
 */
unsigned int control_generation(struct control *ctl)
{
	if (process_is_borrowed() || control_ready(ctl))
		return 0;
	return ctl->generation;
}

/* One attempt. -EPIPE: the daemon of this connection has gone, and never saw the request. */
static int call_once(struct control *ctl, const struct control_call *call)
{
	int err = control_ready(ctl);

	if (err)
		return err;
	call->request->nlmsg_type = ctl->family;
	return transact(ctl, call);
}

/**
 * control_call - call the usock family
 * @ctl: the channel; control_lock() is held
 * @call: the message, its descriptors, and room for the answer
 *
 * Where the daemon was started anew since the last call, it is the new one that is asked.
 *
 * Return: 0, and the answer where one was asked for; what the stack refused with; -ENETDOWN: no
 * such instance runs; -ETIMEDOUT: it does not answer; -EACCES, -EMFILE, -ENFILE.
 */
int control_call(struct control *ctl, const struct control_call *call)
{
	struct control own = { .fd = -1 };
	int err;

	if (process_is_borrowed()) {
		/* On our parent's memory: what we connect must not be found there later. */
		strcpy(own.instance, ctl->instance);
		err = call_once(&own, call);
		control_disconnect(&own);
	} else {
		err = call_once(ctl, call);
		if (err == -EPIPE)
			err = call_once(ctl, call);
	}
	return err == -EPIPE ? -ENETDOWN : err;
}

/**
 * control_forked - in the child of fork(2): let go of the parent's connections
 *
 * Call with control_lock() held.
 */
void control_forked(void)
{
	for (size_t i = 0; i < CONTROLS_MAX; i++)
		if (controls[i].instance[0])
			control_disconnect(&controls[i]);
}
