/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The usock family's calls: see call.h. Called by socket.c, stream.c, dgram.c and options.c.
 *
 * A call names its socket by id. Over another connection than the one that opened the socket, the
 * descriptor goes along, which proves that we hold it.
 */
#include "libsock/call.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>
#include <libmnl/libmnl.h>

#include <ustack/usock.h>

/* Longest option value that is carried either way. */
#define OPTVAL_MAX 1024

/* A message being built; sized so that what is put into it always fits (see put_*). */
struct request {
	char buf[CONTROL_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh;
};

struct answer {
	char buf[CONTROL_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlattr *attr[USOCK_A_MAX_PLUS_1];
};

static void request_init(struct request *req, enum usock_cmd cmd)
{
	struct genlmsghdr *genl;

	req->nlh = mnl_nlmsg_put_header(req->buf);
	genl = mnl_nlmsg_put_extra_header(req->nlh, sizeof(*genl));
	genl->cmd = (uint8_t)cmd;
	genl->version = USOCK_GENL_VERSION;
}

static void put_u16(struct request *req, enum usock_attr type, uint16_t value)
{
	mnl_attr_put_u16(req->nlh, (uint16_t)type, value);
}

static void put_u32(struct request *req, enum usock_attr type, uint32_t value)
{
	mnl_attr_put_u32(req->nlh, (uint16_t)type, value);
}

static void put_u64(struct request *req, enum usock_attr type, uint64_t value)
{
	mnl_attr_put_u64(req->nlh, (uint16_t)type, value);
}

/* Addresses come from the application, which may give more room than the address has. */
static int put_addr(struct request *req, enum usock_attr type, const struct sockaddr *sa,
		    socklen_t len)
{
	size_t most = sizeof(union usock_addr);

	if (len < sizeof(sa->sa_family) || len > sizeof(struct sockaddr_storage))
		return -EINVAL;
	mnl_attr_put(req->nlh, (uint16_t)type, len < most ? len : most, sa);
	return 0;
}

/* What an attribute's payload must be, indexed by its type. */
static const enum mnl_attr_data_type answer_types[USOCK_A_MAX_PLUS_1] = {
	[USOCK_A_ID] = MNL_TYPE_U64,	    [USOCK_A_FAMILY] = MNL_TYPE_U16,
	[USOCK_A_TYPE] = MNL_TYPE_U16,	    [USOCK_A_PROTOCOL] = MNL_TYPE_U16,
	[USOCK_A_OPTVAL] = MNL_TYPE_BINARY, [USOCK_A_NAME] = MNL_TYPE_BINARY,
	[USOCK_A_PEER] = MNL_TYPE_BINARY,   [USOCK_A_ERROR] = MNL_TYPE_U32,
	[USOCK_A_STATE] = MNL_TYPE_U32,
};

static int take_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr **table = data;
	uint16_t type = mnl_attr_get_type(attr);

	if (type <= USOCK_A_MAX && answer_types[type] &&
	    mnl_attr_validate(attr, answer_types[type]) >= 0)
		table[type] = attr;
	return MNL_CB_OK;
}

static uint64_t answer_u64(const struct answer *ans, enum usock_attr type)
{
	return ans->attr[type] ? mnl_attr_get_u64(ans->attr[type]) : 0;
}

static uint32_t answer_u32(const struct answer *ans, enum usock_attr type)
{
	return ans->attr[type] ? mnl_attr_get_u32(ans->attr[type]) : 0;
}

static uint16_t answer_u16(const struct answer *ans, enum usock_attr type)
{
	return ans->attr[type] ? mnl_attr_get_u16(ans->attr[type]) : 0;
}

static void answer_addr(const struct answer *ans, enum usock_attr type, union usock_addr *ret)
{
	const struct nlattr *attr = ans->attr[type];

	memset(ret, 0, sizeof(*ret));
	if (attr)
		socket_remember(ret, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
}

/* Send; parse what comes back into @ans, if not NULL. */
static int transact(struct usock *sk, struct request *req, const int *fds, unsigned int nfds,
		    struct answer *ans)
{
	struct control_call call = {
		.request = req->nlh,
		.fds = fds,
		.nfds = nfds,
		.answer = ans ? (struct nlmsghdr *)ans->buf : NULL,
	};
	int err;

	err = control_call(sk->ctl, &call);
	if (err || !ans)
		return err;
	memset(ans->attr, 0, sizeof(ans->attr));
	if (mnl_attr_parse(call.answer, sizeof(struct genlmsghdr), take_attr, ans->attr) < 0)
		return -EPROTO;
	return 0;
}

/* A call about a socket that the stack has: names it, and proves possession where needed. */
static int transact_by_id(struct usock *sk, int fd, struct request *req, struct answer *ans)
{
	unsigned int generation = control_generation(sk->ctl);

	put_u64(req, USOCK_A_ID, sk->id);
	return transact(sk, req, &fd, generation && sk->opened_on == generation ? 0 : 1, ans);
}

static void take_answer(const struct answer *ans, struct call_answer *ret)
{
	ret->id = answer_u64(ans, USOCK_A_ID);
	ret->error = (int)answer_u32(ans, USOCK_A_ERROR);
	ret->family = answer_u16(ans, USOCK_A_FAMILY);
	ret->type = answer_u16(ans, USOCK_A_TYPE);
	ret->protocol = answer_u16(ans, USOCK_A_PROTOCOL);
	ret->state = answer_u32(ans, USOCK_A_STATE);
	answer_addr(ans, USOCK_A_NAME, &ret->name);
	answer_addr(ans, USOCK_A_PEER, &ret->peer);
}

static void put_options(struct request *req, const struct usock *sk)
{
	struct nlattr *all, *one;

	if (!sk->noptions)
		return;
	all = mnl_attr_nest_start(req->nlh, USOCK_A_OPTS);
	for (unsigned int i = 0; i < sk->noptions; i++) {
		const struct socket_option *opt = &sk->options[i];

		one = mnl_attr_nest_start(req->nlh, USOCK_A_OPT);
		put_u32(req, USOCK_A_LEVEL, (uint32_t)opt->level);
		put_u32(req, USOCK_A_OPTNAME, (uint32_t)opt->name);
		mnl_attr_put(req->nlh, USOCK_A_OPTVAL, opt->len, opt->value);
		mnl_attr_nest_end(req->nlh, one);
	}
	mnl_attr_nest_end(req->nlh, all);
}

/**
 * call_open - hand the stack its end of the pair, with everything known so far
 * @sk: a socket in SOCKET_FRESH; its stack_end goes with the message and stays open here
 * @start: what else to do at once
 * @ret: receives the answer; ret->error is that of bind, connect or listen
 *
 * Return: see call.h; the socket exists in the stack only if 0.
 */
int call_open(struct usock *sk, const struct socket_start *start, struct call_answer *ret)
{
	struct request req;
	struct answer ans;
	int err = 0;

	request_init(&req, USOCK_CMD_OPEN);
	put_u16(&req, USOCK_A_FAMILY, sk->family);
	put_u16(&req, USOCK_A_TYPE, sk->type);
	put_u16(&req, USOCK_A_PROTOCOL, sk->protocol);
	put_u64(&req, USOCK_A_COOKIE, sk->cookie);
	put_options(&req, sk);
	if (start->bind)
		err = put_addr(&req, USOCK_A_BIND, start->bind, start->bind_len);
	if (!err && start->connect)
		err = put_addr(&req, USOCK_A_CONNECT, start->connect, start->connect_len);
	if (err)
		return err;
	if (start->connect && sk->sndbuf)
		mnl_attr_put(req.nlh, USOCK_A_FILLER, 0, NULL);
	if (start->listen)
		put_u32(&req, USOCK_A_LISTEN, (uint32_t)start->backlog);
	err = transact(sk, &req, &sk->stack_end, 1, &ans);
	if (err)
		return err;
	take_answer(&ans, ret);
	sk->opened_on = control_generation(sk->ctl);
	return ret->id ? 0 : -EPROTO;
}

/**
 * call_bind - bind(2)
 * @sk: the socket
 * @fd: its descriptor
 * @sa: the address
 * @len: its length
 * @ret: receives the name that it got
 */
int call_bind(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len,
	      struct call_answer *ret)
{
	struct request req;
	struct answer ans;
	int err;

	request_init(&req, USOCK_CMD_BIND);
	err = put_addr(&req, USOCK_A_ADDR, sa, len);
	if (!err)
		err = transact_by_id(sk, fd, &req, &ans);
	if (!err)
		take_answer(&ans, ret);
	return err;
}

/**
 * call_connect - connect(2); AF_UNSPEC dissolves
 * @sk: the socket; sk->sndbuf tells that the filler is in the pair
 * @fd: its descriptor
 * @sa: the address
 * @len: its length
 * @ret: receives the names
 *
 * Return: see call.h; -EINPROGRESS where the connection was begun.
 */
int call_connect(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len,
		 struct call_answer *ret)
{
	struct request req;
	struct answer ans;
	int err;

	request_init(&req, USOCK_CMD_CONNECT);
	err = put_addr(&req, USOCK_A_ADDR, sa, len);
	if (err)
		return err;
	if (sk->sndbuf)
		mnl_attr_put(req.nlh, USOCK_A_FILLER, 0, NULL);
	err = transact_by_id(sk, fd, &req, &ans);
	if (err)
		return err;
	take_answer(&ans, ret);
	return -ret->error;
}

/**
 * call_listen - listen(2)
 * @sk: the socket
 * @fd: its descriptor
 * @backlog: as for listen(2)
 * @ret: receives the name
 */
int call_listen(struct usock *sk, int fd, int backlog, struct call_answer *ret)
{
	struct request req;
	struct answer ans;
	int err;

	request_init(&req, USOCK_CMD_LISTEN);
	put_u32(&req, USOCK_A_BACKLOG, (uint32_t)backlog);
	err = transact_by_id(sk, fd, &req, &ans);
	if (!err)
		take_answer(&ans, ret);
	return err;
}

/**
 * call_shutdown - shutdown(2), as far as the pair's own does not say it
 * @sk: the socket
 * @fd: its descriptor
 * @how: SHUT_RD, SHUT_WR or SHUT_RDWR
 */
int call_shutdown(struct usock *sk, int fd, int how)
{
	struct request req;

	request_init(&req, USOCK_CMD_SHUTDOWN);
	put_u32(&req, USOCK_A_HOW, (uint32_t)how);
	return transact_by_id(sk, fd, &req, NULL);
}

/**
 * call_linger - have a descriptor closed when the conversation has ended
 * @sk: a socket whose last descriptor is closed
 * @fd: any descriptor
 *
 * Return: see call.h; -EBUSY: it was not the last one.
 */
int call_linger(struct usock *sk, int fd)
{
	struct request req;

	request_init(&req, USOCK_CMD_LINGER);
	put_u64(&req, USOCK_A_ID, sk->id);
	return transact(sk, &req, &fd, 1, NULL);
}

/**
 * call_getname - what and where is this socket?
 * @sk: the socket
 * @fd: its descriptor
 * @ret: receives family, type, protocol, names and state
 */
int call_getname(struct usock *sk, int fd, struct call_answer *ret)
{
	struct request req;
	struct answer ans;
	int err;

	request_init(&req, USOCK_CMD_GETNAME);
	err = transact_by_id(sk, fd, &req, &ans);
	if (!err)
		take_answer(&ans, ret);
	return err;
}

/**
 * call_setsockopt - setsockopt(2)
 * @sk: the socket
 * @fd: its descriptor
 * @level: SOL_*
 * @name: the option
 * @val: its value
 * @len: of @val
 */
int call_setsockopt(struct usock *sk, int fd, int level, int name, const void *val, socklen_t len)
{
	struct request req;

	if (len > OPTVAL_MAX)
		return -EINVAL;
	request_init(&req, USOCK_CMD_SETSOCKOPT);
	put_u32(&req, USOCK_A_LEVEL, (uint32_t)level);
	put_u32(&req, USOCK_A_OPTNAME, (uint32_t)name);
	mnl_attr_put(req.nlh, USOCK_A_OPTVAL, len, val);
	return transact_by_id(sk, fd, &req, NULL);
}

/**
 * call_getsockopt - getsockopt(2)
 * @sk: the socket
 * @fd: its descriptor
 * @level: SOL_*
 * @name: the option
 * @val: receives the value
 * @len: room in @val; receives the value's length
 */
int call_getsockopt(struct usock *sk, int fd, int level, int name, void *val, socklen_t *len)
{
	const struct nlattr *attr;
	struct request req;
	struct answer ans;
	socklen_t n;
	int err;

	request_init(&req, USOCK_CMD_GETSOCKOPT);
	put_u32(&req, USOCK_A_LEVEL, (uint32_t)level);
	put_u32(&req, USOCK_A_OPTNAME, (uint32_t)name);
	put_u32(&req, USOCK_A_OPTLEN, *len < OPTVAL_MAX ? *len : OPTVAL_MAX);
	err = transact_by_id(sk, fd, &req, &ans);
	if (err)
		return err;
	attr = ans.attr[USOCK_A_OPTVAL];
	if (!attr)
		return -EPROTO;
	n = mnl_attr_get_payload_len(attr);
	if (*len > n)
		*len = n;
	memcpy(val, mnl_attr_get_payload(attr), *len);
	return 0;
}
