/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unc: connect standard input and output with a peer. nc(1) on a ustack instance.
 *
 * A program of its own, and libusock's example of stream and datagram sockets, as client and as
 * server. Once there is a connection, one poll(2) loop carries bytes both ways until both ends are done.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libsock/usock.h"

#define BUFFER_SIZE 65536
#define BACKLOG	    16
#define PORT_MAX    65535

struct options {
	const char *instance;
	const char *source;	 /* -s: address */
	const char *source_port; /* -p */
	int family;
	int wait_ms;   /* -w: to connect, and idle; -1: for ever */
	int linger_ms; /* -q: after the end of standard input; -1: until the peer ends too */
	bool listen, keep, numeric, udp, verbose, scan, shutdown;
};

static struct options opt = { .wait_ms = -1, .linger_ms = -1 };

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
	va_list args;

	fputs("unc: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

__attribute__((noreturn)) static void usage(int status)
{
	fputs("usage: unc [-46nuvzN] [-p port] [-q seconds] [-s address] [-U instance] [-w seconds] "
	      "host port[-port]\n"
	      "       unc -l [-46knuvN] [-q seconds] [-U instance] [-w seconds] [-p port] "
	      "[address] [port]\n",
	      status ? stderr : stdout);
	exit(status);
}

static int parse_seconds(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= 0 && value < 1e6))
		die("not a number of seconds: %s", text);
	return (int)(value * 1000);
}

static void parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "46hklnNp:q:s:uU:vw:z")) != -1) {
		switch (c) {
		case '4':
			opt.family = AF_INET;
			break;
		case '6':
			opt.family = AF_INET6;
			break;
		case 'k':
			opt.keep = true;
			break;
		case 'l':
			opt.listen = true;
			break;
		case 'n':
			opt.numeric = true;
			break;
		case 'N':
			opt.shutdown = true;
			break;
		case 'p':
			opt.source_port = optarg;
			break;
		case 'q':
			opt.linger_ms = parse_seconds(optarg);
			break;
		case 's':
			opt.source = optarg;
			break;
		case 'u':
			opt.udp = true;
			break;
		case 'U':
			opt.instance = optarg;
			break;
		case 'v':
			opt.verbose = true;
			break;
		case 'w':
			opt.wait_ms = parse_seconds(optarg);
			break;
		case 'z':
			opt.scan = true;
			break;
		case 'h':
			usage(0);
		default:
			usage(1);
		}
	}
}

static struct addrinfo *resolve(const char *host, const char *port, int flags)
{
	struct addrinfo hints = {
		.ai_family = opt.family,
		.ai_socktype = opt.udp ? SOCK_DGRAM : SOCK_STREAM,
		.ai_flags = flags | (opt.numeric ? AI_NUMERICHOST : 0),
	};
	struct addrinfo *list;
	int err;

	err = usock_getaddrinfo(host, port, &hints, &list);
	if (err)
		die("%s port %s: %s", host ? host : "*", port, usock_gai_strerror(err));
	return list;
}

static void describe(const char *what, const struct sockaddr *sa, socklen_t len)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (!opt.verbose)
		return;
	if (usock_getnameinfo(sa, len, host, sizeof(host), port, sizeof(port),
			      NI_NUMERICHOST | NI_NUMERICSERV))
		return;
	fprintf(stderr, "%s %s %s\n", what, host, port);
}

static bool write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = usock_write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		buf += n;
		len -= (size_t)n;
	}
	return true;
}

/* From standard input to the peer. False: standard input has ended, or the peer takes no more. */
static bool pass_input(int fd, int *status)
{
	static char buf[BUFFER_SIZE];
	/* a datagram has its limit; a longer read would be refused, not cut */
	ssize_t n = read(STDIN_FILENO, buf, opt.udp ? 16384 : sizeof(buf));

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	if (write_all(fd, buf, (size_t)n))
		return true;
	fprintf(stderr, "unc: write: %s\n", strerror(errno));
	*status = 1;
	return false;
}

/* From the peer to standard output. False: the peer has ended. */
static bool pass_output(int fd, int *status)
{
	static char buf[BUFFER_SIZE];
	ssize_t n = usock_recv(fd, buf, sizeof(buf), 0);

	if (n < 0 && errno == EINTR)
		return true;
	if (n < 0) {
		fprintf(stderr, "unc: read: %s\n", strerror(errno));
		*status = 1;
		return false;
	}
	if (n == 0)
		return opt.udp; /* a datagram may be empty; a stream's end is the end */
	if (!write_all(STDOUT_FILENO, buf, (size_t)n))
		die("standard output: %s", strerror(errno));
	return true;
}

/* How long to wait: -q counts once standard input has ended, -w always. */
static int patience(bool input_open)
{
	return !input_open && opt.linger_ms >= 0 ? opt.linger_ms : opt.wait_ms;
}

/* Carry bytes both ways: a server until the peer has ended, a client until both have. Exit status. */
static int converse(int fd)
{
	struct pollfd pfd[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	int status = 0;

	/* poll(2) passes over what has ended: its number is -1 */
	while (pfd[1].fd >= 0 || (pfd[0].fd >= 0 && !opt.listen)) {
		int n = poll(pfd, 2, patience(pfd[0].fd >= 0));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? 1 : status;
		if (pfd[1].fd >= 0 && pfd[1].revents && !pass_output(fd, &status))
			pfd[1].fd = -1;
		if (pfd[0].fd >= 0 && pfd[0].revents && !pass_input(fd, &status)) {
			pfd[0].fd = -1;
			if (opt.shutdown && !opt.udp)
				usock_shutdown(fd, SHUT_WR);
		}
		if (status)
			return status;
	}
	return status;
}

static void bind_source(int fd)
{
	struct addrinfo *ai;

	if (!opt.source && !opt.source_port)
		return;
	ai = resolve(opt.source, opt.source_port ? opt.source_port : "0", AI_PASSIVE);
	if (usock_bind(fd, ai->ai_addr, ai->ai_addrlen) < 0)
		die("bind: %s", strerror(errno));
	usock_freeaddrinfo(ai);
}

/* Connect to the first address that answers. -1: none, and errno. */
static int connect_any(const struct addrinfo *list)
{
	struct timeval limit = {
		.tv_sec = opt.wait_ms / 1000,
		.tv_usec = opt.wait_ms % 1000 * 1000,
	};
	int fd = -1;

	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next) {
		fd = usock_socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol);
		if (fd < 0)
			continue;
		bind_source(fd);
		if (opt.wait_ms > 0)
			usock_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		if (usock_connect(fd, ai->ai_addr, ai->ai_addrlen) == 0) {
			describe("Connected to", ai->ai_addr, ai->ai_addrlen);
			return fd;
		}
		if (errno == EINPROGRESS)
			errno = ETIMEDOUT; /* what SO_SNDTIMEO's end means to a user */
		if (opt.verbose)
			fprintf(stderr, "unc: connect: %s\n", strerror(errno));
		usock_close(fd);
		fd = -1;
	}
	return fd;
}

static int run_client(const char *host, const char *port)
{
	struct addrinfo *list = resolve(host, port, 0);
	int fd = connect_any(list), status = 0;

	usock_freeaddrinfo(list);
	if (fd < 0) {
		fprintf(stderr, "unc: %s port %s: %s\n", host, port, strerror(errno));
		return 1;
	}
	if (!opt.scan)
		status = converse(fd);
	else if (!opt.verbose)
		printf("%s %s open\n", host, port);
	usock_close(fd);
	return status;
}

/* "20-25": each of them. The exit status is 0 if any could be connected. */
static int run_range(const char *host, const char *ports)
{
	const char *dash = strchr(ports, '-');
	int first = atoi(ports), last = dash ? atoi(dash + 1) : 0, status = 1;

	if (!dash || first <= 0 || last < first || last > PORT_MAX)
		return run_client(host, ports);
	for (int port = first; port <= last; port++) {
		char text[12];

		snprintf(text, sizeof(text), "%d", port);
		status &= run_client(host, text);
	}
	return status;
}

static int open_server(const char *address, const char *port)
{
	struct addrinfo *ai = resolve(address, port, AI_PASSIVE);
	int fd, on = 1;

	fd = usock_socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol);
	if (fd < 0)
		die("socket: %s", strerror(errno));
	usock_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (usock_bind(fd, ai->ai_addr, ai->ai_addrlen) < 0)
		die("bind: %s", strerror(errno));
	if (!opt.udp && usock_listen(fd, BACKLOG) < 0)
		die("listen: %s", strerror(errno));
	describe("Listening on", ai->ai_addr, ai->ai_addrlen);
	usock_freeaddrinfo(ai);
	return fd;
}

static int accept_peer(int server)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	int fd;

	do {
		fd = usock_accept4(server, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC);
	} while (fd < 0 && errno == EINTR);
	if (fd < 0)
		die("accept: %s", strerror(errno));
	describe("Connection from", (struct sockaddr *)&peer, len);
	return fd;
}

/* UDP: whoever sends first is the peer, and what it sent is not lost. */
static void await_datagram(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	char byte;

	while (usock_recvfrom(fd, &byte, sizeof(byte), MSG_PEEK, (struct sockaddr *)&peer, &len) <
	       0)
		if (errno != EINTR)
			die("recvfrom: %s", strerror(errno));
	describe("Datagram from", (struct sockaddr *)&peer, len);
	if (!opt.keep && usock_connect(fd, (struct sockaddr *)&peer, len) < 0)
		die("connect: %s", strerror(errno));
}

static int run_server(const char *address, const char *port)
{
	int server = open_server(address, port), fd, status;

	if (opt.udp) {
		await_datagram(server);
		return converse(server);
	}
	do {
		fd = accept_peer(server);
		status = converse(fd);
		usock_close(fd);
	} while (opt.keep);
	usock_close(server);
	return status;
}

int main(int argc, char **argv)
{
	int left;

	parse_options(argc, argv);
	left = argc - optind;
	argv += optind;
	signal(SIGPIPE, SIG_IGN);
	if (opt.instance && usock_instance(opt.instance) < 0)
		die("%s is not the name of an instance", opt.instance);
	if (!opt.listen) {
		if (left != 2)
			usage(1);
		return run_range(argv[0], argv[1]);
	}
	if (left == 2)
		return run_server(argv[0], argv[1]);
	if (left == 1 && !opt.source_port)
		return run_server(NULL, argv[0]);
	if (left <= 1 && opt.source_port)
		return run_server(left ? argv[0] : NULL, opt.source_port);
	usage(1);
}
