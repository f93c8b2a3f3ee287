/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netload: the work that `make bench` measures, in plain POSIX sockets: the same binary runs on the
 * kernel's stack and, under libusock-preload, on ustack. Each mode prints one line: the figure. With -6 as
 * the first word, who listens does so over IPv6.
 *
 *	netload sink PORT			one connection, read to its end: Gbit/s
 *	netload source HOST PORT SECONDS	write to one connection
 *	netload echo PORT			one connection, echo 64 bytes at a time
 *	netload ping HOST PORT COUNT		64-byte round trips: median, µs
 *	netload acceptor PORT SECONDS		accept and close
 *	netload connector HOST PORT SECONDS N	connect, N at a time, until the other side closes: connections/s
 *	netload udp-sink PORT SECONDS		64-byte datagrams received: packets/s
 *	netload udp-source HOST PORT SECONDS	64-byte datagrams sent, as many as go
 *	netload hold PORT N			accept N connections, print "ready", keep them until stdin ends
 *	netload open HOST PORT N		make N connections, print "ready", keep them until stdin ends
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK	   (128 * 1024)
#define SMALL	   64
#define BATCH	   32
#define MAX_ACTIVE 1024

static int listen_family = AF_INET;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "netload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct addrinfo *lookup(const char *host, const char *port, int type)
{
	struct addrinfo hints = { .ai_socktype = type, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }, *ai;

	if (!host)
		hints.ai_flags |= AI_PASSIVE;
	if (!host)
		hints.ai_family = listen_family;
	if (getaddrinfo(host, port, &hints, &ai)) {
		fprintf(stderr, "netload: bad address %s port %s\n", host ? host : "*", port);
		exit(1);
	}
	return ai;
}

static int bound_socket(const char *port, int type)
{
	struct addrinfo *ai = lookup(NULL, port, type);
	int fd = socket(ai->ai_family, type, 0), one = 1;

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen))
		die("bind");
	if (type == SOCK_STREAM && listen(fd, 4096))
		die("listen");
	freeaddrinfo(ai);
	/* Whoever starts us waits for this line, not for a while. */
	printf("listening\n");
	fflush(stdout);
	return fd;
}

static int connected_socket(const char *host, const char *port, int type)
{
	struct addrinfo *ai = lookup(host, port, type);
	int fd = socket(ai->ai_family, type, 0);

	if (fd < 0)
		die("socket");
	if (connect(fd, ai->ai_addr, ai->ai_addrlen))
		die("connect");
	freeaddrinfo(ai);
	return fd;
}

static int accept_one(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		die("accept");
	return fd;
}

/* One flow -------------------------------------------------------------------------------------- */

static void sink(const char *port)
{
	int fd = accept_one(bound_socket(port, SOCK_STREAM));
	char *buf = malloc(CHUNK);
	uint64_t bytes = 0;
	double start = now();
	ssize_t n;

	while ((n = read(fd, buf, CHUNK)) > 0)
		bytes += n;
	if (n < 0)
		die("read");
	printf("%.3f\n", bytes * 8 / (now() - start) / 1e9);
}

static void source(const char *host, const char *port, double seconds)
{
	int fd = connected_socket(host, port, SOCK_STREAM);
	char *buf = calloc(1, CHUNK), c;
	double end = now() + seconds;

	while (now() < end)
		if (write(fd, buf, CHUNK) < 0)
			die("write");
	shutdown(fd, SHUT_WR);
	if (read(fd, &c, 1) < 0)
		die("read");
}

/* Round trips ----------------------------------------------------------------------------------- */

static bool read_all(int fd, char *buf, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = read(fd, buf + done, len - done);

		if (n <= 0)
			return false;
		done += n;
	}
	return true;
}

static void no_delay(int fd)
{
	int one = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		die("TCP_NODELAY");
}

static void echo(const char *port)
{
	int fd = accept_one(bound_socket(port, SOCK_STREAM));
	char buf[SMALL];

	no_delay(fd);
	while (read_all(fd, buf, sizeof(buf)))
		if (write(fd, buf, sizeof(buf)) != sizeof(buf))
			die("write");
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void ping(const char *host, const char *port, unsigned count)
{
	int fd = connected_socket(host, port, SOCK_STREAM);
	double *rtt = calloc(count, sizeof(*rtt));
	char buf[SMALL] = { 0 };

	no_delay(fd);
	for (unsigned i = 0; i < count; i++) {
		double start = now();

		if (write(fd, buf, sizeof(buf)) != sizeof(buf) || !read_all(fd, buf, sizeof(buf)))
			die("round trip");
		rtt[i] = now() - start;
	}
	qsort(rtt, count, sizeof(*rtt), by_value);
	printf("%.2f\n", rtt[count / 2] * 1e6);
}

/* Connections ----------------------------------------------------------------------------------- */

static void acceptor(const char *port, double seconds)
{
	int listener = bound_socket(port, SOCK_STREAM);
	struct timeval tv = { .tv_sec = 1 };
	double end = now() + seconds;

	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	while (now() < end) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0)
			close(fd);
		else if (errno != EAGAIN && errno != ECONNABORTED)
			die("accept");
	}
}

static void start_connect(int ep, const struct addrinfo *ai)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP };

	ev.data.fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (ev.data.fd < 0)
		die("socket");
	if (connect(ev.data.fd, ai->ai_addr, ai->ai_addrlen) && errno != EINPROGRESS)
		die("connect");
	if (epoll_ctl(ep, EPOLL_CTL_ADD, ev.data.fd, &ev))
		die("epoll_ctl");
}

static void connector(const char *host, const char *port, double seconds, unsigned active)
{
	struct addrinfo *ai = lookup(host, port, SOCK_STREAM);
	int ep = epoll_create1(0);
	double start = now(), end = start + seconds;
	uint64_t done = 0;

	for (unsigned i = 0; i < active; i++)
		start_connect(ep, ai);
	while (now() < end) {
		struct epoll_event ev[MAX_ACTIVE];
		int n = epoll_wait(ep, ev, MAX_ACTIVE, 1000);

		for (int i = 0; i < n; i++) {
			char c;

			if (read(ev[i].data.fd, &c, 1) != 0)
				die("connection");
			close(ev[i].data.fd);
			done++;
			start_connect(ep, ai);
		}
	}
	printf("%.0f\n", done / (now() - start));
}

/* Datagrams ------------------------------------------------------------------------------------- */

static void batch_init(struct mmsghdr *msgs, struct iovec *iov, char (*bufs)[SMALL])
{
	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ bufs[i], SMALL };
		msgs[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &iov[i], .msg_iovlen = 1 } };
	}
}

static void udp_sink(const char *port, double seconds)
{
	int fd = bound_socket(port, SOCK_DGRAM);
	struct timeval tv = { .tv_sec = 1 };
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	char bufs[BATCH][SMALL];
	uint64_t packets = 0;
	double start = 0, end = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	while (!start || now() < end) {
		int n;

		batch_init(msgs, iov, bufs);
		n = recvmmsg(fd, msgs, BATCH, MSG_WAITFORONE, NULL);
		if (n < 0 && errno != EAGAIN)
			die("recvmmsg");
		if (n > 0 && !start) {
			start = now();
			end = start + seconds;
		}
		packets += n > 0 ? n : 0;
	}
	printf("%.0f\n", packets / (now() - start));
}

static void udp_source(const char *host, const char *port, double seconds)
{
	int fd = connected_socket(host, port, SOCK_DGRAM);
	char bufs[BATCH][SMALL] = { { 0 } };
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	double end = now() + seconds;

	batch_init(msgs, iov, bufs);
	while (now() < end)
		if (sendmmsg(fd, msgs, BATCH, 0) < 0 && errno != ECONNREFUSED && errno != ENOBUFS)
			die("sendmmsg");
}

/* Idle connections ------------------------------------------------------------------------------ */

static void until_stdin_ends(void)
{
	char c;

	printf("ready\n");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

static void hold(const char *port, unsigned n)
{
	int listener = bound_socket(port, SOCK_STREAM);

	for (unsigned i = 0; i < n; i++)
		accept_one(listener);
	until_stdin_ends();
}

static void open_many(const char *host, const char *port, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		connected_socket(host, port, SOCK_STREAM);
	until_stdin_ends();
}

static void raise_file_limit(void)
{
	struct rlimit rl;

	getrlimit(RLIMIT_NOFILE, &rl);
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "-6")) {
		listen_family = AF_INET6;
		argv++;
		argc--;
	}
	const char *mode = argc > 1 ? argv[1] : "";

	raise_file_limit();
	if (argc == 3 && !strcmp(mode, "sink"))
		sink(argv[2]);
	else if (argc == 5 && !strcmp(mode, "source"))
		source(argv[2], argv[3], atof(argv[4]));
	else if (argc == 3 && !strcmp(mode, "echo"))
		echo(argv[2]);
	else if (argc == 5 && !strcmp(mode, "ping"))
		ping(argv[2], argv[3], atoi(argv[4]));
	else if (argc == 4 && !strcmp(mode, "acceptor"))
		acceptor(argv[2], atof(argv[3]));
	else if (argc == 6 && !strcmp(mode, "connector"))
		connector(argv[2], argv[3], atof(argv[4]), atoi(argv[5]));
	else if (argc == 4 && !strcmp(mode, "udp-sink"))
		udp_sink(argv[2], atof(argv[3]));
	else if (argc == 5 && !strcmp(mode, "udp-source"))
		udp_source(argv[2], argv[3], atof(argv[4]));
	else if (argc == 4 && !strcmp(mode, "hold"))
		hold(argv[2], atoi(argv[3]));
	else if (argc == 5 && !strcmp(mode, "open"))
		open_many(argv[2], argv[3], atoi(argv[4]));
	else {
		fprintf(stderr, "usage: netload MODE … (see the head of netload.c)\n");
		return 1;
	}
	return 0;
}
