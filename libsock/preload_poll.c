/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll(2), for unmodified programs: part of libusock-preload.
 *
 * Waiting is the kernel's, and so is all that poll(2) tells, but for one thing: an entry of the error
 * queue (IP_RECVERR) comes as a packet of the pair, which makes the descriptor readable. On Linux it is
 * POLLERR, and there are programs that look into the error queue only then, such as traceroute(8).
 */
#include "libsock/preload.h"

#include <poll.h>

#include "libsock/dgram.h"
#include "libsock/fdtable.h"
#include "libsock/real.h"

static bool has_errqueue(int fd)
{
	struct usock *sk = fdtable_get(fd);
	bool has = sk && dgram_has_errqueue(sk, fd);

	if (sk)
		fdtable_put(sk);
	return has;
}

/* What is behind the entry in front is told when that was read. */
static int tell_errors(struct pollfd *fds, nfds_t count, int ready)
{
	for (nfds_t i = 0; ready > 0 && i < count; i++)
		if (fds[i].revents & (POLLIN | POLLRDNORM) && has_errqueue(fds[i].fd))
			fds[i].revents = (fds[i].revents & ~(POLLIN | POLLRDNORM)) | POLLERR;
	return ready;
}

INTERPOSE int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return tell_errors(fds, count, real()->poll(fds, count, timeout));
}

INTERPOSE int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		    const sigset_t *mask)
{
	return tell_errors(fds, count, real()->ppoll(fds, count, timeout, mask));
}

/* What _FORTIFY_SOURCE makes of them, as in preload_socket.c. */
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		const sigset_t *mask, size_t size);
void __chk_fail(void) __attribute__((noreturn));

INTERPOSE int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size)
{
	if (size / sizeof(*fds) < count)
		__chk_fail();
	return poll(fds, count, timeout);
}

INTERPOSE int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
			  const sigset_t *mask, size_t size)
{
	if (size / sizeof(*fds) < count)
		__chk_fail();
	return ppoll(fds, count, timeout, mask);
}
