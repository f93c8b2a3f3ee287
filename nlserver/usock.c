/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The usock generic netlink family: socket calls that come as messages. Each handler finds its socket,
 * makes one call of stack/inet/socket.h by way of the endpoint, and answers.
 *
 * Whose socket is it? The channel that opened it may speak of it; any other proves that it holds the
 * application's end by sending it along: its SO_COOKIE is the one that was given when it was opened.
 */
#include "nlserver/usock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <ustack/usock.h>

#include "nlserver/endpoint.h"
#include "nlserver/genl.h"

#define SOCKADDR_MIN sizeof(sa_family_t)
#define SOCKADDR_MAX sizeof(struct sockaddr_in6)
#define OPTVAL_MAX   4096
#define OPTS_MAX     64		/* options of one open */
#define PORT_UNPRIVILEGED 1024

static const struct nl_policy opt_policy[USOCK_A_MAX + 1] = {
	[USOCK_A_LEVEL] = { .type = NL_ATTR_TYPE_U32 },
	[USOCK_A_OPTNAME] = { .type = NL_ATTR_TYPE_U32 },
	[USOCK_A_OPTVAL] = { .type = NL_ATTR_TYPE_BINARY, .max_len = OPTVAL_MAX },
};

static const struct nl_policy opts_policy[USOCK_A_MAX + 1] = {
	[USOCK_A_OPT] = { .type = NL_ATTR_TYPE_NESTED, .nested = opt_policy, .nested_max = USOCK_A_MAX },
};

#define POLICY_SOCKADDR { .type = NL_ATTR_TYPE_BINARY, .min_len = SOCKADDR_MIN, .max_len = SOCKADDR_MAX }

static const struct nl_policy usock_policy[USOCK_A_MAX + 1] = {
	[USOCK_A_ID] = { .type = NL_ATTR_TYPE_U64 },
	[USOCK_A_FAMILY] = { .type = NL_ATTR_TYPE_U16 },
	[USOCK_A_TYPE] = { .type = NL_ATTR_TYPE_U16 },
	[USOCK_A_PROTOCOL] = { .type = NL_ATTR_TYPE_U16 },
	[USOCK_A_COOKIE] = { .type = NL_ATTR_TYPE_U64 },
	[USOCK_A_OPTS] = { .type = NL_ATTR_TYPE_NESTED, .nested = opts_policy, .nested_max = USOCK_A_MAX },
	[USOCK_A_LEVEL] = { .type = NL_ATTR_TYPE_U32 },
	[USOCK_A_OPTNAME] = { .type = NL_ATTR_TYPE_U32 },
	[USOCK_A_OPTVAL] = { .type = NL_ATTR_TYPE_BINARY, .max_len = OPTVAL_MAX },
	[USOCK_A_OPTLEN] = { .type = NL_ATTR_TYPE_U32, .max = OPTVAL_MAX },
	[USOCK_A_BIND] = POLICY_SOCKADDR,
	[USOCK_A_CONNECT] = POLICY_SOCKADDR,
	[USOCK_A_FILLER] = { .type = NL_ATTR_TYPE_FLAG },
	[USOCK_A_LISTEN] = { .type = NL_ATTR_TYPE_U32 },
	[USOCK_A_ADDR] = POLICY_SOCKADDR,
	[USOCK_A_BACKLOG] = { .type = NL_ATTR_TYPE_U32 },
	[USOCK_A_HOW] = { .type = NL_ATTR_TYPE_U32, .max = SHUT_RDWR },
};

/* Sentences ------------------------------------------------------------------------------------ */

/*
 * The socket calls of the stack return a number alone, as the system calls do. Here it gets a sentence;
 * @attr: what it may be about; NULL. Return: @err
 */
static int explain(struct nl_request *req, const struct nlattr *attr, int err)
{
	static const struct {
		int err;
		const char *sentence;
	} sentences[] = {
		{ EADDRINUSE, "The address is already in use" },
		{ EADDRNOTAVAIL, "The address is none of this stack's, or no port is left" },
		{ EAFNOSUPPORT, "The address is of another family than the socket" },
		{ EALREADY, "A connection is already being made" },
		{ EISCONN, "The socket is already connected" },
		{ ENOTCONN, "The socket is not connected" },
		{ EINVAL, "The socket is not in a state for this call" },
		{ EOPNOTSUPP, "Sockets of this type do not have this call" },
		{ EACCES, "A broadcast address needs SO_BROADCAST, or a route prohibits the address" },
		{ ENETUNREACH, "No route to the address" },
		{ EHOSTUNREACH, "The address is unreachable" },
		{ ENODEV, "There is no such device" },
	};

	if (!err || err == -EINPROGRESS)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++)
		if (sentences[i].err == -err)
			return nl_extack_attr(&req->ack, attr, err, "%s", sentences[i].sentence);
	return nl_extack_attr(&req->ack, attr, err, "%s", strerror(-err));
}

static int explain_option(struct nl_request *req, const struct nlattr *const *tb, int err)
{
	switch (err) {
	case 0:
		return 0;
	case -ENOPROTOOPT:
	case -EOPNOTSUPP:
		return nl_extack_attr(&req->ack, tb[USOCK_A_OPTNAME], err, "Option %u of level %u is not supported",
				      mnl_attr_get_u32(tb[USOCK_A_OPTNAME]), mnl_attr_get_u32(tb[USOCK_A_LEVEL]));
	case -EPERM:
		return nl_extack_attr(&req->ack, tb[USOCK_A_OPTNAME], err, "The option is not for this socket's user");
	case -EINVAL:
		return nl_extack_attr(&req->ack, tb[USOCK_A_OPTVAL], err, "The option does not take this value");
	default:
		return explain(req, tb[USOCK_A_OPTVAL], err);
	}
}

static int explain_open(struct nl_request *req, int err)
{
	const struct nlattr *const *tb = req->tb;

	switch (err) {
	case -EMFILE:
		return extack_set(&req->ack, err, "This user has too many sockets open");
	case -EAFNOSUPPORT:
		return nl_extack_attr(&req->ack, tb[USOCK_A_FAMILY], err, "The address family is not supported");
	case -ESOCKTNOSUPPORT:
		return nl_extack_attr(&req->ack, tb[USOCK_A_TYPE], err, "The type of socket is not supported");
	case -EPROTONOSUPPORT:
		return nl_extack_attr(&req->ack, tb[USOCK_A_PROTOCOL], err, "Sockets of this type do not have this protocol");
	case -EINVAL:
		return extack_set(&req->ack, err, "The descriptor is no end of a socket pair that fits the type");
	default:
		return explain(req, NULL, err);
	}
}

/* Addresses ------------------------------------------------------------------------------------ */

/* What bind(2) and connect(2) get, as an attribute: its length counts, as it does for them. */
static int sockaddr_parse(struct nl_request *req, const struct nlattr *attr, struct sock_addr *ret)
{
	union {
		sa_family_t family;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} sa = { 0 };
	size_t len = mnl_attr_get_payload_len(attr);

	memcpy(&sa, mnl_attr_get_payload(attr), len);
	*ret = (struct sock_addr){ .family = sa.family };
	switch (sa.family) {
	case AF_UNSPEC:
		/* bind(2) of an old program may mean INADDR_ANY by it; connect(2) means "dissolve". */
		if (len >= sizeof(sa.in)) {
			ret->port = sa.in.sin_port;
			ret->addr = inaddr_v4(sa.in.sin_addr.s_addr);
		}
		return 0;
	case AF_INET:
		if (len < sizeof(sa.in))
			break;
		ret->port = sa.in.sin_port;
		ret->addr = inaddr_v4(sa.in.sin_addr.s_addr);
		return 0;
	case AF_INET6:
		if (len < offsetof(struct sockaddr_in6, sin6_scope_id)) /* RFC 2133's had none */
			break;
		ret->port = sa.in6.sin6_port;
		ret->flowinfo = ntohl(sa.in6.sin6_flowinfo);
		ret->scope = sa.in6.sin6_scope_id;
		memcpy(ret->addr.b, &sa.in6.sin6_addr, sizeof(ret->addr.b));
		return 0;
	default:
		return nl_extack_attr(&req->ack, attr, -EAFNOSUPPORT, "Address family %u is not supported",
				      sa.family);
	}
	return nl_extack_attr(&req->ack, attr, -EINVAL, "The address is too short for its family");
}

static void sockaddr_put(struct nl_msg *m, uint16_t type, const struct sock_addr *a)
{
	if (a->family == AF_INET6) {
		struct sockaddr_in6 in6 = {
			.sin6_family = AF_INET6,
			.sin6_port = a->port,
			.sin6_flowinfo = htonl(a->flowinfo),
			.sin6_scope_id = a->scope,
		};

		memcpy(&in6.sin6_addr, a->addr.b, sizeof(a->addr.b));
		nl_put(m, type, &in6, sizeof(in6));
	} else {
		struct sockaddr_in in = {
			.sin_family = a->family,
			.sin_port = a->port,
			.sin_addr.s_addr = a->addr.v4,
		};

		nl_put(m, type, &in, sizeof(in));
	}
}

static void put_names(struct nl_msg *m, const struct sock *sk)
{
	struct sock_addr a;

	if (!sock_getname(sk, false, &a))
		sockaddr_put(m, USOCK_A_NAME, &a);
	if (!sock_getname(sk, true, &a))
		sockaddr_put(m, USOCK_A_PEER, &a);
}

/* Finding the socket --------------------------------------------------------------------------- */

/* Does the descriptor that came along belong to @ep's application end? */
static bool proves_possession(struct nl_request *req, const struct endpoint *ep)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);
	int fd = nl_take_fd(req, 0);
	bool same;

	if (fd < 0)
		return false;
	same = !getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) && cookie == ep->cookie;
	nl_fd_close(req, fd);
	return same;
}

static int usock_find(struct nl_request *req, struct endpoint **ret)
{
	const struct nlattr *attr = req->tb[USOCK_A_ID];
	struct endpoint *ep;

	if (!attr)
		return nl_extack_missing(&req->ack, USOCK_A_ID, "The socket's id is missing");
	ep = endpoint_find(req->server->endpoints, mnl_attr_get_u64(attr));
	if (!ep)
		return nl_extack_attr(&req->ack, attr, -ENOTCONN, "There is no such socket any more");
	if (ep->channel != req->channel && !proves_possession(req, ep))
		return nl_extack_attr(&req->ack, attr, -EPERM,
				      "The socket was opened by another channel, and its descriptor was not sent along");
	*ret = ep;
	return 0;
}

/* The same for a call that cannot do without @attr; @missing is what is said when it is not there. */
static int usock_find_with(struct nl_request *req, struct endpoint **ret, uint16_t attr,
			   const char *missing)
{
	int err = usock_find(req, ret);

	if (err)
		return err;
	return req->tb[attr] ? 0 : nl_extack_missing(&req->ack, attr, missing);
}

/* OPEN ----------------------------------------------------------------------------------------- */

static int set_option(struct nl_request *req, struct endpoint *ep, const struct nlattr *const *tb)
{
	int err;

	if (!tb[USOCK_A_LEVEL] || !tb[USOCK_A_OPTNAME] || !tb[USOCK_A_OPTVAL])
		return extack_set(&req->ack, -EINVAL, "A socket option needs level, name and value");
	err = sock_setsockopt(ep->sk, mnl_attr_get_u32(tb[USOCK_A_LEVEL]), mnl_attr_get_u32(tb[USOCK_A_OPTNAME]),
			      mnl_attr_get_payload(tb[USOCK_A_OPTVAL]), mnl_attr_get_payload_len(tb[USOCK_A_OPTVAL]));
	return explain_option(req, tb, err);
}

static int open_options(struct nl_request *req, struct endpoint *ep)
{
	const struct nlattr *tb[USOCK_A_MAX + 1], *opt;
	unsigned n = 0;
	int err;

	if (!req->tb[USOCK_A_OPTS])
		return 0;
	mnl_attr_for_each_nested(opt, req->tb[USOCK_A_OPTS]) {
		if (++n > OPTS_MAX)
			return extack_set(&req->ack, -E2BIG, "At most %d options in one message", OPTS_MAX);
		err = nl_parse_nested(opt, opt_policy, USOCK_A_MAX, NL_VALIDATE_OLD_STRICT, tb, &req->ack);
		if (!err)
			err = set_option(req, ep, tb);
		if (err)
			return err;
	}
	return 0;
}

static int do_bind(struct nl_request *req, struct endpoint *ep, const struct nlattr *addr)
{
	struct sock_addr a;
	int err = sockaddr_parse(req, addr, &a);

	if (err)
		return err;
	if (a.port && ntohs(a.port) < PORT_UNPRIVILEGED && !req->cred->admin)
		return nl_extack_attr(&req->ack, addr, -EACCES, "Ports below %d are for administrators",
				      PORT_UNPRIVILEGED);
	return explain(req, addr, sock_bind(ep->sk, &a));
}

static int do_connect(struct nl_request *req, struct endpoint *ep, const struct nlattr *addr)
{
	struct sock_addr a;
	int err = sockaddr_parse(req, addr, &a);

	return err ? err : explain(req, addr, endpoint_connect(ep, &a, req->tb[USOCK_A_FILLER]));
}

/* What the application asked for before the stack heard of the socket, in the order of its calls. */
static int open_steps(struct nl_request *req, struct endpoint *ep)
{
	int err = 0;

	if (req->tb[USOCK_A_BIND])
		err = do_bind(req, ep, req->tb[USOCK_A_BIND]);
	if (!err && req->tb[USOCK_A_LISTEN])
		err = endpoint_listen(ep, mnl_attr_get_u32(req->tb[USOCK_A_LISTEN]));
	if (!err && req->tb[USOCK_A_CONNECT])
		err = do_connect(req, ep, req->tb[USOCK_A_CONNECT]);
	return err;
}

static int open_create(struct nl_request *req, struct endpoint **ret)
{
	const struct nlattr *const *tb = req->tb;
	int fd, err;

	if (!tb[USOCK_A_FAMILY] || !tb[USOCK_A_TYPE] || !tb[USOCK_A_COOKIE])
		return extack_set(&req->ack, -EINVAL, "An open needs family, type and cookie");
	if (mnl_attr_get_u16(tb[USOCK_A_TYPE]) == SOCK_RAW && !req->cred->admin)
		return nl_extack_attr(&req->ack, tb[USOCK_A_TYPE], -EPERM, "Raw sockets are for administrators");
	fd = nl_take_fd(req, 0);
	if (fd < 0)
		return extack_set(&req->ack, -EBADF, "An open needs the stack's end of a socket pair");
	err = endpoint_open(req->server->endpoints, fd, mnl_attr_get_u16(tb[USOCK_A_FAMILY]),
			    mnl_attr_get_u16(tb[USOCK_A_TYPE]),
			    tb[USOCK_A_PROTOCOL] ? mnl_attr_get_u16(tb[USOCK_A_PROTOCOL]) : 0,
			    mnl_attr_get_u64(tb[USOCK_A_COOKIE]), req->cred, ret);
	if (err)
		nl_fd_close(req, fd);
	return explain_open(req, err);
}

static int usock_open(struct nl_request *req)
{
	struct endpoint *ep;
	struct nl_reply r;
	struct nl_msg m;
	int err = open_create(req, &ep);

	if (err)
		return err;
	ep->channel = req->channel;
	err = open_options(req, ep);
	if (err) {
		endpoint_close(ep, false, 0);
		return err;
	}
	err = open_steps(req, ep);
	genl_reply_begin(&r, &m, req, USOCK_CMD_OPEN);
	nl_put_u64(&m, USOCK_A_ID, ep->id);
	put_names(&m, ep->sk);
	if (err)
		nl_put_u32(&m, USOCK_A_ERROR, -err);
	return genl_reply_send(&r, &m);
}

/* The other calls ------------------------------------------------------------------------------ */

static int reply_names(struct nl_request *req, struct endpoint *ep, int err)
{
	struct nl_reply r;
	struct nl_msg m;

	genl_reply_begin(&r, &m, req, req->genl_cmd);
	put_names(&m, ep->sk);
	if (err)
		nl_put_u32(&m, USOCK_A_ERROR, -err);
	return genl_reply_send(&r, &m);
}

static int usock_bind(struct nl_request *req)
{
	struct endpoint *ep;
	int err = usock_find_with(req, &ep, USOCK_A_ADDR, "The address is missing");

	if (err)
		return err;
	err = do_bind(req, ep, req->tb[USOCK_A_ADDR]);
	return err ? err : reply_names(req, ep, 0);
}

static int usock_connect(struct nl_request *req)
{
	struct endpoint *ep;
	int err = usock_find_with(req, &ep, USOCK_A_ADDR, "The address is missing");

	if (err)
		return err;
	endpoint_catch_up(ep);
	err = do_connect(req, ep, req->tb[USOCK_A_ADDR]);
	return err && err != -EINPROGRESS ? err : reply_names(req, ep, err);
}

static int usock_listen(struct nl_request *req)
{
	struct endpoint *ep;
	int err = usock_find_with(req, &ep, USOCK_A_BACKLOG, "The backlog is missing");

	if (err)
		return err;
	err = explain(req, NULL, endpoint_listen(ep, mnl_attr_get_u32(req->tb[USOCK_A_BACKLOG])));
	return err ? err : reply_names(req, ep, 0);
}

static int usock_shutdown(struct nl_request *req)
{
	struct endpoint *ep;
	int err = usock_find_with(req, &ep, USOCK_A_HOW, "What to shut down is missing");

	if (err)
		return err;
	return explain(req, NULL, sock_shutdown(ep->sk, mnl_attr_get_u32(req->tb[USOCK_A_HOW])));
}

static int usock_setsockopt(struct nl_request *req)
{
	struct endpoint *ep;
	int err = usock_find(req, &ep);

	if (err)
		return err;
	endpoint_catch_up(ep);
	return set_option(req, ep, req->tb);
}

static int reply_optval(struct nl_request *req, const void *val, uint32_t len)
{
	struct nl_reply r;
	struct nl_msg m;

	genl_reply_begin(&r, &m, req, USOCK_CMD_GETSOCKOPT);
	nl_put(&m, USOCK_A_OPTVAL, val, len);
	return genl_reply_send(&r, &m);
}

/* SO_ERROR of a socket that ended: told by its tomb, to whoever knows its id. */
static bool tomb_error(struct nl_request *req, int *ret_err)
{
	const struct nlattr *const *tb = req->tb;

	return tb[USOCK_A_ID] && mnl_attr_get_u32(tb[USOCK_A_LEVEL]) == SOL_SOCKET &&
	       mnl_attr_get_u32(tb[USOCK_A_OPTNAME]) == SO_ERROR &&
	       endpoint_tomb(req->server->endpoints, mnl_attr_get_u64(tb[USOCK_A_ID]), ret_err);
}

static int usock_getsockopt(struct nl_request *req)
{
	uint8_t val[OPTVAL_MAX] __attribute__((aligned(8)));
	uint32_t len = sizeof(val);
	struct endpoint *ep;
	int err, value;

	if (!req->tb[USOCK_A_LEVEL] || !req->tb[USOCK_A_OPTNAME])
		return extack_set(&req->ack, -EINVAL, "A socket option needs level and name");
	if (tomb_error(req, &value))
		return reply_optval(req, &value, sizeof(value));
	err = usock_find(req, &ep);
	if (err)
		return err;
	if (req->tb[USOCK_A_OPTLEN])
		len = min(len, mnl_attr_get_u32(req->tb[USOCK_A_OPTLEN]));
	err = sock_getsockopt(ep->sk, mnl_attr_get_u32(req->tb[USOCK_A_LEVEL]),
			      mnl_attr_get_u32(req->tb[USOCK_A_OPTNAME]), val, &len);
	return err ? explain_option(req, req->tb, err) : reply_optval(req, val, len);
}

/* Whoever knows the id may know of the end, too: there is no descriptor any more that could prove more. */
static int usock_linger(struct nl_request *req)
{
	const struct nlattr *attr = req->tb[USOCK_A_ID];
	int fd, err;

	if (!attr)
		return nl_extack_missing(&req->ack, USOCK_A_ID, "The socket's id is missing");
	fd = nl_take_fd(req, 0);
	if (fd < 0)
		return extack_set(&req->ack, -EBADF, "To linger needs a pipe, which is closed at the end");
	err = endpoint_await_end(req->server->endpoints, mnl_attr_get_u64(attr), fd, req->cred->uid);
	if (err)
		nl_fd_close(req, fd);
	if (err == -EBADF)
		return extack_set(&req->ack, err, "The descriptor is no pipe");
	if (err == -EBUSY)
		return nl_extack_attr(&req->ack, attr, err, "A descriptor of the socket is still open, or another waits");
	return err == -EMFILE ? explain_open(req, err) : explain(req, attr, err);
}

static enum usock_state usock_state(const struct endpoint *ep)
{
	switch (ep->sk->state) {
	case SS_LISTEN:
		return USOCK_STATE_LISTENING;
	case SS_SYN_SENT:
	case SS_SYN_RECV:
		return USOCK_STATE_CONNECTING;
	case SS_CLOSE:
		if (ep->sk->type != SOCK_STREAM || !ep->connected)
			return USOCK_STATE_UNCONNECTED;
		return USOCK_STATE_CLOSED;
	default:
		return USOCK_STATE_CONNECTED;
	}
}

static int usock_getname(struct nl_request *req)
{
	struct endpoint *ep;
	struct nl_reply r;
	struct nl_msg m;
	int err = usock_find(req, &ep);

	if (err)
		return err;
	genl_reply_begin(&r, &m, req, USOCK_CMD_GETNAME);
	nl_put_u16(&m, USOCK_A_FAMILY, ep->sk->family);
	nl_put_u16(&m, USOCK_A_TYPE, ep->sk->type);
	nl_put_u16(&m, USOCK_A_PROTOCOL, ep->sk->protocol);
	nl_put_u32(&m, USOCK_A_STATE, usock_state(ep));
	put_names(&m, ep->sk);
	return genl_reply_send(&r, &m);
}

static const struct genl_op usock_ops[] = {
	{ .cmd = USOCK_CMD_OPEN, .doit = usock_open },
	{ .cmd = USOCK_CMD_BIND, .doit = usock_bind },
	{ .cmd = USOCK_CMD_CONNECT, .doit = usock_connect },
	{ .cmd = USOCK_CMD_LISTEN, .doit = usock_listen },
	{ .cmd = USOCK_CMD_SHUTDOWN, .doit = usock_shutdown },
	{ .cmd = USOCK_CMD_SETSOCKOPT, .doit = usock_setsockopt },
	{ .cmd = USOCK_CMD_GETSOCKOPT, .doit = usock_getsockopt },
	{ .cmd = USOCK_CMD_GETNAME, .doit = usock_getname },
	{ .cmd = USOCK_CMD_LINGER, .doit = usock_linger },
};

static const struct genl_family usock_family = {
	.name = USOCK_GENL_NAME,
	.version = USOCK_GENL_VERSION,
	.maxattr = USOCK_A_MAX,
	.policy = usock_policy,
	.ops = usock_ops,
	.nr_ops = ARRAY_SIZE(usock_ops),
};

int usock_register(struct nl_server *nl)
{
	return genl_register(nl, &usock_family);
}
