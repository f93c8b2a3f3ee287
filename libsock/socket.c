/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a socket comes to be, and how it reaches the stack: what all types share.
 *
 * Called by usock.c, and by stream.c, dgram.c and options.c below it. Making a socket is local: a
 * socket pair, of which the application gets one end. socket_open() hands the other end to the
 * stack. A descriptor that came from elsewhere (exec, SCM_RIGHTS) is known by its peer's name.
 */
#include "libsock/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include <ustack/usock.h>

#include "libsock/call.h"
#include "libsock/dial.h"
#include "libsock/fdtable.h"
#include "libsock/fork.h"
#include "libsock/instance.h"
#include "libsock/linger.h"
#include "libsock/sys.h"

/**
 * socket_ops - how sockets of a type are driven
 * @type: SOCK_STREAM, SOCK_DGRAM or SOCK_RAW
 */
const struct usock_ops *socket_ops(int type)
{
	return type == SOCK_STREAM ? &stream_ops : &dgram_ops;
}

/**
 * socket_copy_addr - give an address to the application, as getsockname(2) does
 * @addr: the address
 * @addrlen: its length in bytes
 * @sa: receives as much of it as there is room for; may be NULL
 * @len: room in @sa; receives @addrlen; may be NULL if @sa is
 */
void socket_copy_addr(const void *addr, size_t addrlen, struct sockaddr *sa, socklen_t *len)
{
	if (!sa || !len)
		return;
	memcpy(sa, addr, *len < addrlen ? *len : addrlen);
	*len = (socklen_t)addrlen;
}

/**
 * socket_remember - keep an address
 * @where: receives it; family 0 where it is none that a socket here can have
 * @sa: the address
 * @len: its length in bytes
 */
void socket_remember(union usock_addr *where, const struct sockaddr *sa, socklen_t len)
{
	memset(where, 0, sizeof(*where));
	if (len >= sizeof(sa->sa_family) && (sa->sa_family == AF_INET || sa->sa_family == AF_INET6))
		memcpy(where, sa, len < sizeof(*where) ? len : sizeof(*where));
}

static size_t addr_size(const union usock_addr *addr)
{
	return addr->sa.sa_family == AF_INET6 ? sizeof(addr->in6) : sizeof(addr->in);
}

/**
 * socket_is_nonblocking - may this call wait?
 * @fd: the descriptor
 * @flags: MSG_* of the call
 */
bool socket_is_nonblocking(int fd, int flags)
{
	return (flags & MSG_DONTWAIT) || (sys_fcntl(fd, F_GETFL) & O_NONBLOCK);
}

/* socket(2)'s own errors for what an IP stack can never have. */
static int check_type(int family, int type, int protocol)
{
	if (type < SOCK_STREAM || type > SOCK_PACKET)
		return -EINVAL;
	switch (type) {
	case SOCK_STREAM:
		return protocol && protocol != IPPROTO_TCP ? -EPROTONOSUPPORT : 0;
	case SOCK_DGRAM:
		if (!protocol || protocol == IPPROTO_UDP ||
		    protocol == (family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
			return 0;
		return -EPROTONOSUPPORT;
	case SOCK_RAW:
		return protocol > 0 && protocol < IPPROTO_MAX ? 0 : -EPROTONOSUPPORT;
	default:
		return -ESOCKTNOSUPPORT;
	}
}

static uint16_t own_protocol(int type, int protocol)
{
	if (!protocol)
		protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
	return (uint16_t)protocol;
}

/* Whether the caller has the right must be known at once: programs fall back to another kind of socket
 * when socket(2) fails, and not later. */
static bool must_ask(const struct usock *sk)
{
	return sk->type == SOCK_RAW || (sk->type == SOCK_DGRAM && sk->protocol != IPPROTO_UDP);
}

/* A fresh pair: the application's end is returned, the stack's is kept. */
static int make_pair(struct usock *sk, int flags)
{
	int type = sk->type == SOCK_STREAM ? SOCK_STREAM : SOCK_SEQPACKET;
	int pair[2];

	if (sys_socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	if (!(flags & SOCK_CLOEXEC))
		sys_fcntl(pair[0], F_SETFD, 0);
	if (flags & SOCK_NONBLOCK)
		sys_fcntl(pair[0], F_SETFL, O_NONBLOCK);
	sk->stack_end = pair[1];
	sk->stack_cookie = dial_cookie(pair[1]);
	sk->cookie = dial_cookie(pair[0]);
	return pair[0];
}

/**
 * socket_create - socket(2) for AF_INET and AF_INET6
 * @family: the family
 * @type: the type, with SOCK_CLOEXEC and SOCK_NONBLOCK
 * @protocol: 0: the type's own
 *
 * Return: the descriptor; or -EPROTONOSUPPORT, -ESOCKTNOSUPPORT, -EMFILE, -ENFILE, -ENOMEM,
 * -EINVAL ($USTACK is not a name); where the stack has to be asked, also what it says.
 */
int socket_create(int family, int type, int protocol)
{
	int flags = type & (SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct usock *sk;
	int err, fd;

	type &= ~flags;
	err = check_type(family, type, protocol);
	if (err)
		return err;
	fork_watch();
	sk = fdtable_alloc();
	if (!sk)
		return -ENOMEM;
	sk->family = (uint16_t)family;
	sk->type = (uint16_t)type;
	sk->protocol = own_protocol(type, protocol);
	sk->ops = socket_ops(type);
	sk->ctl = control_get(instance_current());
	if (!sk->ctl) {
		err = -EINVAL;
		goto put;
	}
	fd = make_pair(sk, flags);
	if (fd < 0) {
		err = fd;
		goto put;
	}
	err = fdtable_set(fd, sk);
	if (!err && must_ask(sk))
		err = socket_ensure_open(sk, fd);
	if (err)
		fdtable_close(fd);
	else
		err = fd;
put:
	fdtable_put(sk);
	return err;
}

/* The stack has its end now: ours of it is not needed any more. */
static void give_away_stack_end(struct usock *sk)
{
	sys_close(sk->stack_end);
	sk->stack_end = -1;
}

/**
 * socket_open - make the stack know a socket
 * @sk: the socket, in SOCKET_FRESH
 * @fd: its descriptor
 * @start: what to do at once; on success the addresses and the phase are brought up to date
 *
 * Call with control_lock() held. Where bind, connect or listen fails, the socket is open (in
 * SOCKET_IDLE) all the same.
 *
 * Return: 0; -EINPROGRESS: a connection was begun; the stack's refusal; see control_call(). -EBADF:
 * our own end or the stack's was closed behind our back.
 */
int socket_open(struct usock *sk, int fd, const struct socket_start *start)
{
	struct call_answer answer;
	int err;

	if (dial_cookie(sk->stack_end) != sk->stack_cookie || dial_cookie(fd) != sk->cookie)
		return -EBADF;
	err = call_open(sk, start, &answer);
	if (err)
		return err;
	give_away_stack_end(sk);
	sk->id = answer.id;
	sk->phase = SOCKET_IDLE;
	sk->name = answer.name;
	if (!answer.error && start->bind)
		sk->bound = true;
	if (!answer.error && start->listen)
		sk->phase = SOCKET_LISTENING;
	if (start->connect && (!answer.error || answer.error == EINPROGRESS)) {
		sk->phase = sk->type == SOCK_STREAM ? SOCKET_CONNECTING : SOCKET_CONNECTED;
		sk->peer = answer.peer;
	}
	return -answer.error;
}

/**
 * socket_ensure_open - the same, where nothing but its existence is needed
 * @sk: the socket, in any phase
 * @fd: its descriptor
 *
 * Call without control_lock().
 */
int socket_ensure_open(struct usock *sk, int fd)
{
	struct guard guard;
	int err = 0;

	if (sk->phase != SOCKET_FRESH)
		return 0;
	control_lock(&guard);
	if (sk->phase == SOCKET_FRESH)
		err = socket_open(sk, fd, &(struct socket_start){ 0 });
	control_unlock(&guard);
	return err;
}

/**
 * socket_renew - begin again after a connect that failed
 * @sk: the socket, whose end the stack has closed
 * @fd: its descriptor, which becomes one end of a new pair, as do its duplicates
 *
 * Call with control_lock() held. Afterwards it is in SOCKET_FRESH, with its options; where it was
 * bound, the new opening must bind it again.
 */
int socket_renew(struct usock *sk, int fd)
{
	int flags = socket_is_nonblocking(fd, 0) ? SOCK_NONBLOCK : 0;
	int newfd;

	newfd = make_pair(sk, flags | SOCK_CLOEXEC);
	if (newfd < 0)
		return newfd;
	for (int other = fdtable_next(-1); other >= 0; other = fdtable_next(other)) {
		struct usock *same = fdtable_get(other);

		if (same == sk)
			sys_dup3(newfd, other,
				 sys_fcntl(other, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0);
		fdtable_put(same);
	}
	sys_close(newfd);
	sk->id = 0;
	sk->phase = SOCKET_FRESH;
	sk->sndbuf = 0;
	sk->hung_up = false;
	sk->shut = 0;
	memset(&sk->peer, 0, sizeof(sk->peer));
	return 0;
}

/**
 * socket_bind - bind(2), for every type
 * @sk: the socket
 * @fd: its descriptor
 * @sa: the address
 * @len: its length
 */
int socket_bind(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct call_answer answer;
	struct guard guard;
	int err = 0;

	control_lock(&guard);
	if (sk->phase == SOCKET_DEAD)
		err = sk->bound ? -EINVAL : socket_renew(sk, fd);
	if (err)
		goto out;
	if (sk->phase == SOCKET_FRESH) {
		err = socket_open(sk, fd, &(struct socket_start){ .bind = sa, .bind_len = len });
		goto out;
	}
	err = call_bind(sk, fd, sa, len, &answer);
	if (!err) {
		sk->name = answer.name;
		sk->bound = true;
	}
out:
	control_unlock(&guard);
	return err;
}

/* Only a connected stream's names never change; others may be moved on by another process. */
static bool names_are_fixed(const struct usock *sk)
{
	return sk->type == SOCK_STREAM && sk->phase == SOCKET_CONNECTED && sk->peer.sa.sa_family &&
	       sk->name.in.sin_port; /* in the same place for IPv6 */
}

/* getsockname(2) of what the stack has not heard of: its family, and zeroes. */
static void unnamed(const struct usock *sk, struct call_answer *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->name.sa.sa_family = sk->family;
}

/**
 * socket_getname - getsockname(2) and getpeername(2), for every type
 * @sk: the socket
 * @fd: its descriptor
 * @sa: receives the address
 * @len: room; receives the length
 * @peer: the remote one?
 *
 * Return: 0; -ENOTCONN; see control_call().
 */
int socket_getname(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, bool peer)
{
	struct call_answer answer;
	const union usock_addr *addr;
	struct guard guard;
	int err = 0;

	control_lock(&guard);
	if (names_are_fixed(sk)) {
		answer.name = sk->name;
		answer.peer = sk->peer;
	} else if (sk->phase == SOCKET_FRESH || sk->phase == SOCKET_DEAD) {
		unnamed(sk, &answer);
	} else {
		err = call_getname(sk, fd, &answer);
		if (!err && sk->phase == SOCKET_CONNECTED) {
			sk->name = answer.name;
			sk->peer = answer.peer;
		}
	}
	control_unlock(&guard);
	if (err)
		return err;
	addr = peer ? &answer.peer : &answer.name;
	if (peer && !addr->sa.sa_family)
		return -ENOTCONN;
	socket_copy_addr(addr, addr_size(addr), sa, len);
	return 0;
}

/**
 * socket_take_error - the error that waits for this socket, once
 * @sk: the socket
 * @fd: its descriptor
 *
 * Return: 0: none; or the errno, positive. ENETDOWN where the stack itself has gone.
 */
int socket_take_error(struct usock *sk, int fd)
{
	socklen_t len = sizeof(int);
	struct guard guard;
	int err, value = 0;

	value = atomic_exchange(&sk->error, 0);
	if (value || sk->phase == SOCKET_FRESH)
		return value;
	control_lock(&guard);
	err = call_getsockopt(sk, fd, SOL_SOCKET, SO_ERROR, &value, &len);
	control_unlock(&guard);
	if (err == -ENETDOWN)
		return ENETDOWN;
	return err ? 0 : value;
}

/**
 * socket_cut_short - an error ended a call that had received something
 * @sk: the socket
 * @done: how many messages it had received, which is what it returns
 * @err: the error, -errno: the next call returns it, as recvmmsg(2) does, unless that call would
 *	find out for itself
 *
 * Return: @done.
 */
int socket_cut_short(struct usock *sk, unsigned int done, int err)
{
	if (err != -EAGAIN && err != -EINTR)
		atomic_store(&sk->error, -err);
	return (int)done;
}

/**
 * socket_shutdown_call - tell the stack of a shutdown(2)
 * @sk: the socket
 * @fd: its descriptor
 * @how: SHUT_*
 */
int socket_shutdown_call(struct usock *sk, int fd, int how)
{
	struct guard guard;
	int err;

	control_lock(&guard);
	err = call_shutdown(sk, fd, how);
	control_unlock(&guard);
	return err;
}

/** socket_no_listen - listen(2) on a socket that has no connections: -EOPNOTSUPP */
int socket_no_listen(struct usock *sk, int fd, int backlog)
{
	(void)sk;
	(void)fd;
	(void)backlog;
	return -EOPNOTSUPP;
}

/** socket_no_accept - accept(2), likewise */
int socket_no_accept(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	(void)sk;
	(void)fd;
	(void)sa;
	(void)len;
	(void)flags;
	return -EOPNOTSUPP;
}

/** socket_no_shutdown - shutdown(2), likewise */
int socket_no_shutdown(struct usock *sk, int fd, int how)
{
	(void)sk;
	(void)fd;
	(void)how;
	return -EOPNOTSUPP;
}

/**
 * socket_remember_option - keep an option, so that it is told to the stack with the next opening
 * @sk: the socket; control_lock() is held
 * @level: SOL_*
 * @name: the option
 * @val: its value; one that is too long, or one too many, is not kept
 * @len: of @val
 */
void socket_remember_option(struct usock *sk, int level, int name, const void *val, socklen_t len)
{
	struct socket_option *opt = sk->options;
	unsigned int i;

	if (len > sizeof(opt->value))
		return;
	for (i = 0; i < sk->noptions; i++, opt++)
		if (opt->level == level && opt->name == name)
			break;
	if (i == SOCKET_OPTIONS_MAX)
		return;
	if (i == sk->noptions)
		sk->noptions++;
	opt->level = level;
	opt->name = name;
	opt->len = len;
	memcpy(opt->value, val, len);
}

/* Is this the name of the stack's end of a socket? Fill in the instance and the id. */
static bool parse_name(const struct sockaddr_un *sun, socklen_t len, char *instance, uint64_t *id)
{
	char name[sizeof(sun->sun_path) + 1] = { 0 };
	unsigned long long value;
	int end = -1;

	if (len <= offsetof(struct sockaddr_un, sun_path) + 1 || len > sizeof(*sun) ||
	    sun->sun_family != AF_UNIX || sun->sun_path[0])
		return false;
	memcpy(name, sun->sun_path + 1, len - offsetof(struct sockaddr_un, sun_path) - 1);
	/* USOCK_NAME_FMT, read backwards; the width is USTACK_NAME_MAX */
	if (sscanf(name, "usock/%32[^/]/%16llx%n", instance, &value, &end) != 2 || end < 0 ||
	    name[end])
		return false;
	*id = value;
	return true;
}

/* Is @fd (still) the application's end of a socket of the stack? */
static bool identify(int fd, char *instance, uint64_t *id)
{
	struct sockaddr_un sun;
	socklen_t len = sizeof(sun);

	return sys_getpeername(fd, (struct sockaddr *)&sun, &len) == 0 &&
	       parse_name(&sun, len, instance, id);
}

static enum socket_phase phase_of_state(unsigned int state)
{
	switch (state) {
	case USOCK_STATE_LISTENING:
		return SOCKET_LISTENING;
	case USOCK_STATE_CONNECTING: /* whoever began it put the filler in, and settles it */
	case USOCK_STATE_CONNECTED:
	case USOCK_STATE_CLOSED:
		return SOCKET_CONNECTED;
	default:
		return SOCKET_IDLE;
	}
}

/**
 * socket_adopt - get to know a descriptor that this process did not make
 * @fd: any descriptor: inherited by exec(2), or received by SCM_RIGHTS
 *
 * Return: its socket, with a reference for the caller; NULL: it is none of the stack's, or the stack
 * does not answer.
 */
struct usock *socket_adopt(int fd)
{
	char instance[USTACK_NAME_MAX + 1];
	socklen_t len = sizeof(struct linger);
	struct call_answer answer;
	struct linger linger;
	struct guard guard;
	struct usock *sk;
	uint64_t id;
	int err;

	if (!identify(fd, instance, &id))
		return NULL;
	sk = fdtable_alloc();
	if (!sk)
		return NULL;
	sk->id = id;
	sk->phase = SOCKET_IDLE;
	sk->ctl = control_get(instance);
	if (!sk->ctl)
		goto fail;
	control_lock(&guard);
	err = call_getname(sk, fd, &answer);
	if (!err && answer.type == SOCK_STREAM && !call_getsockopt(sk, fd, SOL_SOCKET, SO_LINGER, &linger, &len))
		linger_note(sk, &linger, len);
	control_unlock(&guard);
	if (err)
		goto fail;
	sk->family = answer.family;
	sk->type = answer.type;
	sk->protocol = answer.protocol;
	sk->name = answer.name;
	sk->peer = answer.peer;
	sk->phase = phase_of_state(answer.state);
	sk->ops = socket_ops(sk->type);
	if (fdtable_set(fd, sk))
		goto fail;
	return sk;
fail:
	fdtable_put(sk);
	return NULL;
}

/**
 * socket_get - the socket that a descriptor means, getting to know it where necessary
 * @fd: any descriptor
 *
 * Return: it, with a reference for the caller; NULL: none of the stack's.
 */
struct usock *socket_get(int fd)
{
	struct usock *sk = fdtable_get(fd);

	return sk ? sk : socket_adopt(fd);
}

static bool still_means(const struct usock *sk, int fd)
{
	char instance[USTACK_NAME_MAX + 1];
	uint64_t id;

	if (sk->cookie)
		return dial_cookie(fd) == sk->cookie;
	if (sk->id)
		return identify(fd, instance, &id) && id == sk->id;
	return true;
}

/**
 * socket_get_checked - the same, for calls that ask or tell the stack something
 * @fd: any descriptor
 *
 * A descriptor can be closed without our knowledge (fclose(3), a bare system call), and its number
 * then mean something else. So it is looked at before the stack is.
 */
struct usock *socket_get_checked(int fd)
{
	struct usock *sk = fdtable_get(fd);

	if (sk && still_means(sk, fd))
		return sk;
	if (sk) {
		fdtable_forget(fd);
		fdtable_put(sk);
	}
	return socket_adopt(fd);
}
