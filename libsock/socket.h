/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A socket of the stack, as its application's process knows it.
 *
 * What a descriptor number means is in fdtable.c; how a socket comes to be and reaches the stack is
 * in socket.c; what differs by type is behind struct usock_ops (stream.c, dgram.c, netlink.c).
 * Internal functions return -errno.
 */
#ifndef LIBSOCK_SOCKET_H
#define LIBSOCK_SOCKET_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "libsock/control.h"

struct usock;

/* An address of a family that a socket here can have. */
union usock_addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/*
 * Where a socket stands. Other processes may move it on: SOCKET_IDLE is only "not more, that I
 * know".
 */
enum socket_phase {
	SOCKET_FRESH,	   /* both ends of the pair are here: the stack has not heard of it */
	SOCKET_IDLE,	   /* the stack has its end */
	SOCKET_CONNECTING, /* a stream whose filler is in the pair, on its way */
	SOCKET_CONNECTED,
	SOCKET_LISTENING,
	SOCKET_DEAD, /* the stack closed its end: a connect that failed */
};

/* An option that was set, so that it can be told to the stack (again). */
struct socket_option {
	int level;
	int name;
	socklen_t len;
	unsigned char value[16];
};

#define SOCKET_OPTIONS_MAX 16

/* What has been shut down by this process. */
#define SOCKET_SHUT_RD 0x1
#define SOCKET_SHUT_WR 0x2

/* What differs by the type of a socket. All return -errno; fd is the descriptor that was used. */
struct usock_ops {
	int (*bind)(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len);
	int (*connect)(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len);
	int (*listen)(struct usock *sk, int fd, int backlog);
	int (*accept)(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, int flags);
	int (*shutdown)(struct usock *sk, int fd, int how);
	int (*getname)(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, bool peer);
	int (*getsockopt)(struct usock *sk, int fd, int level, int name, void *val, socklen_t *len);
	int (*setsockopt)(struct usock *sk, int fd, int level, int name, const void *val,
			  socklen_t len);
	int (*ioctl)(struct usock *sk, int fd, unsigned long request, void *arg);
	ssize_t (*readv)(struct usock *sk, int fd, const struct iovec *iov, int iovcnt);
	ssize_t (*writev)(struct usock *sk, int fd, const struct iovec *iov, int iovcnt);
	ssize_t (*recvmsg)(struct usock *sk, int fd, struct msghdr *msg, int flags);
	ssize_t (*sendmsg)(struct usock *sk, int fd, const struct msghdr *msg, int flags);
	/* Several at once; NULL: one by one. recvmmsg waits for the first alone, and returns less than
	 * it was asked for where no more are there. */
	int (*recvmmsg)(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count,
			int flags);
	int (*sendmmsg)(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count,
			int flags);
};

struct usock {
	/* fdtable.c's */
	atomic_uint refs; /* descriptors and calls in progress; 0: free */
	struct usock *next_free;

	const struct usock_ops *ops;
	struct control *ctl;
	uint16_t family;
	uint16_t type;
	uint16_t protocol;

	_Atomic uint64_t id;	/* the stack's name for it; 0: SOCKET_FRESH */
	atomic_int phase;	/* enum socket_phase */
	atomic_uint shut;	/* SOCKET_SHUT_* */
	atomic_uint linger_s;	/* how long close(2) waits; 0: not */
	atomic_int error;	/* errno to be returned once by SO_ERROR or the next call */
	atomic_bool recverr;	/* a datagram socket's IP_RECVERR was turned on */
	atomic_bool announced;	/* the error queue's first entry was, by its error */
	atomic_bool unreported; /* connected, and connect(2) has not said so yet */
	atomic_bool hung_up;	/* the stack's error was asked for when it closed its end */

	/* The rest changes only under control_lock(). */
	unsigned int opened_on; /* the generation of the channel that opened it; 0: another's */
	uint64_t cookie;	/* SO_COOKIE of our end; 0: not asked */
	int stack_end;		/* SOCKET_FRESH: the stack's end, else -1 */
	uint64_t stack_cookie;	/* SO_COOKIE of the stack's end */
	int sndbuf;		/* SO_SNDBUF as it was before the filler; 0: no filler put */
	uint32_t port_id;	/* netlink.c's */
	bool bound;		/* by bind(2) */
	union usock_addr name;	/* of a connected stream, or as bound; family 0: not known */
	union usock_addr peer;	/* of a connected stream */
	unsigned int noptions;
	struct socket_option options[SOCKET_OPTIONS_MAX];
};

/* What one opening says at once; each part may be absent. */
struct socket_start {
	const struct sockaddr *bind;
	socklen_t bind_len;
	const struct sockaddr *connect;
	socklen_t connect_len;
	bool listen;
	int backlog;
};

int socket_create(int family, int type, int protocol);
int socket_open(struct usock *sk, int fd, const struct socket_start *start);
int socket_ensure_open(struct usock *sk, int fd);
int socket_renew(struct usock *sk, int fd);
int socket_bind(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len);
int socket_getname(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, bool peer);
int socket_take_error(struct usock *sk, int fd);
int socket_cut_short(struct usock *sk, unsigned int done, int err);
int socket_shutdown_call(struct usock *sk, int fd, int how);
struct usock *socket_adopt(int fd);
struct usock *socket_get(int fd);
struct usock *socket_get_checked(int fd);
void socket_copy_addr(const void *addr, size_t addrlen, struct sockaddr *sa, socklen_t *len);
void socket_remember(union usock_addr *where, const struct sockaddr *sa, socklen_t len);
void socket_remember_option(struct usock *sk, int level, int name, const void *val, socklen_t len);
int socket_no_listen(struct usock *sk, int fd, int backlog);
int socket_no_accept(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, int flags);
int socket_no_shutdown(struct usock *sk, int fd, int how);
bool socket_is_nonblocking(int fd, int flags);
const struct usock_ops *socket_ops(int type);

extern const struct usock_ops stream_ops;
extern const struct usock_ops dgram_ops;
extern const struct usock_ops netlink_ops;

#endif
