/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket calls. They check what a system call checks, and then call the protocol. All are
 * non-blocking; waiting is the owner's business. Errors are -errno as the man pages of the system
 * calls list them (bind(2), connect(2), ip(7), tcp(7), udp(7), raw(7)).
 */
#ifndef STACK_INET_SOCKET_H
#define STACK_INET_SOCKET_H

#include "stack/transport/dgram.h"
#include "stack/transport/sock.h"

#define SOCK_IOV_MAX 64	/* most vectors of one reserve or peek: some 90 KB of MTU-sized segments */

/**
 * sock_create - -EAFNOSUPPORT, -ESOCKTNOSUPPORT, -EPROTONOSUPPORT, -EPROTOTYPE, -ENOBUFS. @ops and
 * @owner may be set later
 */
int sock_create(struct net *net, int family, int type, int protocol, const struct sock_ops *ops, void *owner, struct sock **ret);
/** sock_bind - -EINVAL (bound already, bad address), -EADDRINUSE, -EADDRNOTAVAIL, -EAFNOSUPPORT */
int sock_bind(struct sock *sk, const struct sock_addr *a);
/** sock_connect - 0, -EINPROGRESS, -EALREADY, -EISCONN, -ENETUNREACH, -EACCES (broadcast) … */
int sock_connect(struct sock *sk, const struct sock_addr *a);
/**
 * sock_listen - @backlog 0 to 4096 (clamped); again: changes it; -EOPNOTSUPP, -EINVAL, -EADDRINUSE
 */
int sock_listen(struct sock *sk, int backlog);
/** sock_accept - the next connection, for the owner to own; NULL: none */
struct sock *sock_accept(struct sock *sk, const struct sock_ops *ops, void *owner);
/** sock_shutdown - @how SHUT_RD, SHUT_WR, SHUT_RDWR; -ENOTCONN, -EINVAL */
int sock_shutdown(struct sock *sk, int how);
/**
 * sock_close - the owner gives it up; @abort: a reset instead of an orderly end where the protocol
 * has one (the application left data unread, or died so)
 */
void sock_close(struct sock *sk, bool abort);
/**
 * sock_linger - as sock_close() in order, for an owner who wants to know when the conversation is over: all that was
 * sent, the FIN last, is acknowledged, or given up
 * @ops: its closed() is called then, once; that may be before the return. Not if sock_close() comes first
 */
void sock_linger(struct sock *sk, const struct sock_ops *ops, void *owner);

/* Streams: see struct proto. @iov has room for SOCK_IOV_MAX. */
int sock_reserve(struct sock *sk, struct iovec *iov, unsigned *nr_iov);
void sock_commit(struct sock *sk, uint32_t len);
/**
 * sock_peek - bytes that can be read, 0: none now; at the end of the stream -EPIPE-free: 0 with
 * RCV_SHUTDOWN set in sk->shutdown and an empty queue: see sock_eof()
 */
int sock_peek(struct sock *sk, struct iovec *iov, unsigned *nr_iov);
void sock_consume(struct sock *sk, uint32_t len);
/** sock_eof - the peer's FIN came and everything before it was consumed (or SHUT_RD) */
bool sock_eof(const struct sock *sk);

/**
 * sock_send - a datagram: @skb (SKB_HEADROOM, payload) is owned; -EDESTADDRREQ, -EMSGSIZE, -EAGAIN
 * (no room: writable will be called) …
 */
int sock_send(struct sock *sk, const struct sock_msg *msg, struct sk_buff *skb);
/** sock_recv - the next datagram (the caller frees it; payload from skb->data), NULL: none */
struct sk_buff *sock_recv(struct sock *sk, struct sock_msg *ret);
/**
 * sock_recv_options - the IPv4 options that @skb, from sock_recv(), came with (IP_RECVOPTS), or with @echo as an answer
 * would carry them (IP_RETOPTS); @ret has room for 40 bytes; Return: how many
 */
unsigned sock_recv_options(const struct sk_buff *skb, bool echo, uint8_t *ret);
/** sock_recv_exthdr - an IPv6 extension header that @skb, from sock_recv(), came with; NULL: none of that kind */
const uint8_t *sock_recv_exthdr(const struct sk_buff *skb, enum dgram_exthdr which, unsigned *ret_len);
/**
 * sock_unrecv - put back what sock_recv() gave (there was no room for it): the next sock_recv()
 * gives it again, the same
 */
void sock_unrecv(struct sock *sk, struct sk_buff *skb);
/**
 * sock_recv_error - the next entry of the error queue (IP_RECVERR): payload as sent; @ret_err
 * filled; NULL: none
 */
struct sock_extended_err_info;
struct sk_buff *sock_recv_error(struct sock *sk, struct sock_msg *ret, struct sock_extended_err_info *ret_err);

/**
 * sock_setsockopt, sock_getsockopt - as the system calls; @len in: room, out: length; -ENOPROTOOPT,
 * -EINVAL, -EPERM …
 */
int sock_setsockopt(struct sock *sk, int level, int name, const void *val, uint32_t len);
int sock_getsockopt(struct sock *sk, int level, int name, void *val, uint32_t *len);
/** sock_getname - local (or @peer) address; -ENOTCONN */
int sock_getname(const struct sock *sk, bool peer, struct sock_addr *ret);
/** sock_error - sk->err, cleared (positive errno or 0): SO_ERROR */
int sock_error(struct sock *sk);

/* As struct sock_extended_err (linux/errqueue.h), in our words. */
struct sock_extended_err_info {
	uint32_t err;			/* errno */
	uint8_t	 origin, type, code;
	uint32_t info;			/* EMSGSIZE: the MTU */
	uint16_t family;		/* of the packet: AF_INET with mapped addresses on an AF_INET6 socket */
	struct sock_addr offender;	/* its port is 0; any: this host */
	struct sock_addr dest;		/* where the datagram was going */
};

#endif
