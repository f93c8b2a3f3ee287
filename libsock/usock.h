/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libusock: the POSIX socket calls, on a stack of one's own.
 *
 * Each call below is the POSIX call of the same name without "usock_", on the sockets of an instance
 * of ustack: the same arguments, results, errno and blocking, as the Linux man page of that name says
 * (sections 2, 3 and 7); what is said here is only what must be added to it. usock(7) tells how it
 * works, libusock(3) lists the calls.
 *
 * The descriptor of a socket is a real one. poll, select, epoll, fcntl(F_GETFL, F_SETFL, F_GETFD,
 * F_SETFD), fork and exec are the system's own calls. So are read and write on a connected stream
 * socket, though usock_read() also tells why a connection ended. On UDP, raw and ping sockets only
 * the calls here may be used: the system's read would show the header that ustack puts there. close
 * and dup should be the ones here, so that the library does not take a new descriptor for an old one.
 *
 * The calls are safe in threads; those that POSIX lists as async-signal-safe are so here.
 *
 * Errors that any call can return beside its own:
 *	ENETDOWN	the instance does not run, or has gone
 *	ETIMEDOUT	the instance has not answered for 30 seconds
 *	ENOTSOCK	the descriptor is not a socket of ustack (read, write, close, dup, fcntl and ioctl
 *			pass any other descriptor on to the system)
 *	EINVAL		$USTACK is not the name of an instance
 */
#ifndef USOCK_H
#define USOCK_H

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mmsghdr;

/**
 * usock_instance - choose the instance that sockets made from now on belong to
 * @name: its name; NULL: $USTACK, else "default", which is also what holds without this call
 *
 * For the whole process. Sockets that exist stay where they are.
 *
 * Return: 0; -1 and EINVAL: not a name.
 */
int usock_instance(const char *name);

/**
 * usock_socket - make a socket: socket(2)
 * @domain: AF_INET, AF_INET6; AF_NETLINK: a connection to the stack's configuration
 * @type: SOCK_STREAM, SOCK_DGRAM, SOCK_RAW; with SOCK_NONBLOCK and SOCK_CLOEXEC
 * @protocol: 0, or IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP (SOCK_DGRAM: a ping socket); SOCK_RAW: any;
 *	AF_NETLINK: NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_SOCK_DIAG
 *
 * A TCP or UDP socket over IPv4 is local until a call needs the stack; the stack is asked at once
 * for the others.
 *
 * Return: the descriptor; -1: EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPERM, EACCES, EMFILE,
 * ENFILE, ENOMEM.
 */
int usock_socket(int domain, int type, int protocol);

/** usock_bind - bind(2). At once: a port that is taken is refused here, and not by listen. */
int usock_bind(int fd, const struct sockaddr *addr, socklen_t len);

/**
 * usock_connect - connect(2)
 * @fd: the socket
 * @addr: the peer; AF_UNSPEC dissolves
 * @len: of @addr
 *
 * SO_SNDTIMEO bounds the wait (EINPROGRESS). After a failure the same descriptor may be connected
 * again. Unlike on Linux, a handler with SA_RESTART interrupts it too: EINTR, and the connection goes
 * on; the next call waits for it.
 */
int usock_connect(int fd, const struct sockaddr *addr, socklen_t len);

/** usock_listen - listen(2). */
int usock_listen(int fd, int backlog);

/** usock_accept - accept(2): usock_accept4() without flags. */
int usock_accept(int fd, struct sockaddr *addr, socklen_t *len);

/**
 * usock_accept4 - accept4(2)
 * @fd: a listening socket, which any number of threads and forked processes may share
 * @addr: receives the peer's address; may be NULL
 * @len: room; receives the length
 * @flags: SOCK_NONBLOCK, SOCK_CLOEXEC
 */
int usock_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);

/**
 * usock_send - send(2), and likewise sendto, sendmsg, sendmmsg
 * @fd: the socket
 * @buf: the bytes; for a datagram socket: one datagram
 * @len: how many
 * @flags: MSG_DONTWAIT, MSG_NOSIGNAL, MSG_MORE (which changes nothing); MSG_OOB and MSG_FASTOPEN are
 *	EOPNOTSUPP
 *
 * A datagram that cannot be sent (EHOSTUNREACH, ENETUNREACH, EMSGSIZE, EACCES) is reported by the
 * call after it. sendmsg's control data is that of ip(7) and ipv6(7), at most 1,024 bytes (ENOBUFS);
 * a datagram may be gathered from at most 256 buffers (EMSGSIZE).
 */
ssize_t usock_send(int fd, const void *buf, size_t len, int flags);
ssize_t usock_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
		     socklen_t addrlen);
ssize_t usock_sendmsg(int fd, const struct msghdr *msg, int flags);
int usock_sendmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags);

/**
 * usock_recv - recv(2), and likewise recvfrom, recvmsg, recvmmsg
 * @fd: the socket
 * @buf: receives the bytes
 * @len: room
 * @flags: MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_WAITALL (stream), MSG_ERRQUEUE (datagram, with
 *	IP_RECVERR); MSG_OOB is EOPNOTSUPP
 *
 * A stream that the peer reset is told from one that it closed: ECONNRESET, ETIMEDOUT, EHOSTUNREACH.
 * An entry of the error queue is seen when the datagrams that came before it have been read.
 */
ssize_t usock_recv(int fd, void *buf, size_t len, int flags);
ssize_t usock_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
		       socklen_t *addrlen);
ssize_t usock_recvmsg(int fd, struct msghdr *msg, int flags);
int usock_recvmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags,
		   struct timespec *timeout);

/**
 * usock_read - read(2), and likewise write, readv, writev
 * @fd: any descriptor
 * @buf: the bytes
 * @len: how many
 *
 * A write to a stream that the peer has reset raises SIGPIPE, where the kernel's TCP would return
 * ECONNRESET the first time: ignore the signal, or use usock_send() with MSG_NOSIGNAL.
 */
ssize_t usock_read(int fd, void *buf, size_t len);
ssize_t usock_write(int fd, const void *buf, size_t len);
ssize_t usock_readv(int fd, const struct iovec *iov, int count);
ssize_t usock_writev(int fd, const struct iovec *iov, int count);

/** usock_shutdown - shutdown(2). */
int usock_shutdown(int fd, int how);

/**
 * usock_close - close(2), on any descriptor
 * @fd: the descriptor
 *
 * The last descriptor of a stream with SO_LINGER set waits until the peer has acknowledged all that was
 * sent, but no longer than the linger time says, or until a signal comes; a time of 0 resets the
 * connection. Only this call waits: not what closes a descriptor beside, such as dup2(2).
 */
int usock_close(int fd);

/**
 * usock_dup - dup(2), and likewise dup2, dup3, fcntl's F_DUPFD, on any descriptor
 * @fd: the descriptor
 *
 * usock_fcntl() passes every other command on to the system.
 */
int usock_dup(int fd);
int usock_dup2(int fd, int newfd);
int usock_dup3(int fd, int newfd, int flags);
int usock_fcntl(int fd, int cmd, ...);

/**
 * usock_getsockopt - getsockopt(2), and likewise setsockopt
 * @fd: the socket
 * @level: SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, …
 * @name: the option
 * @val: its value
 * @len: its length
 *
 * An option that the stack does not have is ENOPROTOOPT; none is taken without being honoured.
 */
int usock_getsockopt(int fd, int level, int name, void *val, socklen_t *len);
int usock_setsockopt(int fd, int level, int name, const void *val, socklen_t len);

/** usock_getsockname - getsockname(2). */
int usock_getsockname(int fd, struct sockaddr *addr, socklen_t *len);

/** usock_getpeername - getpeername(2). */
int usock_getpeername(int fd, struct sockaddr *addr, socklen_t *len);

/**
 * usock_ioctl - ioctl(2), on any descriptor
 * @fd: the descriptor
 * @request: on a socket: FIONREAD, FIONBIO, FIOASYNC, SIOCATMARK (always 0), SIOCOUTQ (what the stack
 *	has not taken yet), and of netdevice(7) those that ask about the stack's interfaces (SIOCGIF*);
 *	what would change one is EOPNOTSUPP, all else ENOTTY
 */
int usock_ioctl(int fd, unsigned long request, ...);

/**
 * usock_getaddrinfo - getaddrinfo(3), asking name servers through the stack
 * @node: a name or a numeric address; NULL: see AI_PASSIVE
 * @service: a name of services(5) or a port number; NULL: port 0
 * @hints: as for getaddrinfo(3); with AI_IDN a name that is not ASCII is EAI_IDN_ENCODE
 * @ret: receives the list, which usock_freeaddrinfo() frees
 *
 * hosts(5) is looked into first. The name servers are those of $USTACK_RESOLV_CONF, else
 * /etc/ustack/INSTANCE/resolv.conf, else /etc/resolv.conf.
 *
 * Return: 0 or EAI_*.
 */
int usock_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		      struct addrinfo **ret);
void usock_freeaddrinfo(struct addrinfo *list);
const char *usock_gai_strerror(int code);

/** usock_getnameinfo - getnameinfo(3), asking name servers through the stack. */
int usock_getnameinfo(const struct sockaddr *addr, socklen_t len, char *node, socklen_t nodelen,
		      char *service, socklen_t servicelen, int flags);

/** usock_getifaddrs - getifaddrs(3): the stack's interfaces; usock_freeifaddrs() frees them. */
int usock_getifaddrs(struct ifaddrs **ret);
void usock_freeifaddrs(struct ifaddrs *list);

/** usock_if_nametoindex - if_nametoindex(3), and likewise the others of if_nameindex(3). */
unsigned int usock_if_nametoindex(const char *name);
char *usock_if_indextoname(unsigned int index, char *name);
struct if_nameindex *usock_if_nameindex(void);
void usock_if_freenameindex(struct if_nameindex *list);

#ifdef __cplusplus
}
#endif

#endif
