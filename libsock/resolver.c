/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking name servers through the stack, with c-ares. Called by addrinfo.c, nameinfo.c and the
 * preload's res_query.
 *
 * c-ares does the protocol and reads hosts(5) and resolv.conf(5); its sockets are ours. Each lookup
 * has a channel of its own, used by one thread, so nothing is shared and nothing outlives a fork.
 */
#include "libsock/resolver.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libsock/instance.h"
#include "libsock/usock.h"

#define INSTANCE_RESOLV_CONF "/etc/ustack/%s/resolv.conf"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int library_status;

static void start_library(void)
{
	library_status = ares_library_init(ARES_LIB_INIT_ALL);
}

static ares_socket_t open_socket(int family, int type, int protocol, void *data)
{
	(void)data;
	return usock_socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

static int close_socket(ares_socket_t fd, void *data)
{
	(void)data;
	return usock_close(fd);
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *sa, ares_socklen_t len,
			  void *data)
{
	(void)data;
	return usock_connect(fd, sa, len);
}

static ares_ssize_t receive(ares_socket_t fd, void *buf, size_t len, int flags, struct sockaddr *sa,
			    ares_socklen_t *salen, void *data)
{
	(void)data;
	return usock_recvfrom(fd, buf, len, flags, sa, salen);
}

static ares_ssize_t send_vector(ares_socket_t fd, const struct iovec *iov, int count, void *data)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)count };

	(void)data;
	return usock_sendmsg(fd, &msg, MSG_NOSIGNAL);
}

static const struct ares_socket_functions socket_functions = {
	.asocket = open_socket,
	.aclose = close_socket,
	.aconnect = connect_socket,
	.arecvfrom = receive,
	.asendv = send_vector,
};

/* The instance's own resolv.conf, as ip-netns(8) has it for a namespace. NULL: the system's. */
static const char *resolv_conf(char *buf, size_t size)
{
	const char *path = secure_getenv("USTACK_RESOLV_CONF");
	int n;

	if (path && path[0])
		return path;
	n = snprintf(buf, size, INSTANCE_RESOLV_CONF, instance_current());
	return n > 0 && (size_t)n < size && access(buf, R_OK) == 0 ? buf : NULL;
}

/**
 * resolver_open - a c-ares channel whose sockets are the stack's
 * @ret: receives it; the caller frees it by ares_destroy()
 *
 * Return: ARES_*.
 */
int resolver_open(ares_channel *ret)
{
	struct ares_options options = { 0 };
	char path[256];
	int mask = 0, status;

	pthread_once(&once, start_library);
	if (library_status != ARES_SUCCESS)
		return library_status;
	options.resolvconf_path = (char *)resolv_conf(path, sizeof(path));
	if (options.resolvconf_path)
		mask |= ARES_OPT_RESOLVCONF;
	status = ares_init_options(ret, &options, mask);
	if (status == ARES_SUCCESS)
		ares_set_socket_functions(*ret, &socket_functions, NULL);
	return status;
}

/* Bit @i of what ares_getsock() returns. (Its own macros shift an int out of its range.) */
static bool is_set(int mask, unsigned int i)
{
	return (unsigned int)mask >> i & 1;
}

/* The sockets that the channel waits for, as poll(2) wants them. */
static nfds_t fill_poll(ares_channel channel, struct pollfd *pfd)
{
	ares_socket_t fds[ARES_GETSOCK_MAXNUM];
	int mask = ares_getsock(channel, fds, ARES_GETSOCK_MAXNUM);
	nfds_t n = 0;

	for (unsigned int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		pfd[n].fd = fds[i];
		pfd[n].events = 0;
		if (is_set(mask, i))
			pfd[n].events |= POLLIN;
		if (is_set(mask, i + ARES_GETSOCK_MAXNUM))
			pfd[n].events |= POLLOUT;
		n += pfd[n].events != 0;
	}
	return n;
}

static int timeout_ms(ares_channel channel)
{
	struct timeval tv;

	if (!ares_timeout(channel, NULL, &tv))
		return -1;
	return (int)(tv.tv_sec * 1000 + (tv.tv_usec + 999) / 1000);
}

/**
 * resolver_run - wait until every lookup on a channel has called back
 * @channel: the channel
 */
void resolver_run(ares_channel channel)
{
	struct pollfd pfd[ARES_GETSOCK_MAXNUM];
	nfds_t n;

	while ((n = fill_poll(channel, pfd)) > 0) {
		int ready = poll(pfd, n, timeout_ms(channel));

		if (ready < 0 && errno != EINTR)
			break;
		if (ready <= 0)
			ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
		for (nfds_t i = 0; ready > 0 && i < n; i++) {
			short got = pfd[i].revents;

			if (got)
				ares_process_fd(channel,
						got & ~POLLOUT ? pfd[i].fd : ARES_SOCKET_BAD,
						got & POLLOUT ? pfd[i].fd : ARES_SOCKET_BAD);
		}
	}
}

/**
 * resolver_eai - what getaddrinfo(3) calls it
 * @ares_status: ARES_*
 *
 * Return: 0 or EAI_*.
 */
int resolver_eai(int ares_status)
{
	switch (ares_status) {
	case ARES_SUCCESS:
		return 0;
	case ARES_ENODATA:
		return EAI_NODATA;
	case ARES_ENOTFOUND:
	case ARES_EBADNAME:
		return EAI_NONAME;
	case ARES_ENOMEM:
		return EAI_MEMORY;
	case ARES_ETIMEOUT:
	case ARES_ECONNREFUSED:
	case ARES_ESERVFAIL:
		return EAI_AGAIN;
	default:
		return EAI_FAIL;
	}
}
