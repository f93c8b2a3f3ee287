/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uping: are you there? ping(8) on a ustack instance, without any privilege.
 *
 * A program of its own, and libusock's example of a datagram socket with control data and an error
 * queue. One poll(2) loop: it sends when the time has come, and takes replies and errors when they do.
 */
#include <errno.h>
#include <math.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h> /* for linux/errqueue.h */
#include <linux/errqueue.h>
#include <unistd.h>

#include "libsock/usock.h"

#define HEADER_SIZE 8	  /* of an ICMP echo message */
#define PAYLOAD_MAX 65507 /* what fits an IPv4 packet behind the headers */
#define RING_SIZE   1024  /* how many of the last requests are remembered */
#define NEVER	    INT64_MAX

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

enum { EXIT_REPLIED = 0, EXIT_SILENCE = 1, EXIT_TROUBLE = 2 };

/* What differs between the families. */
struct family {
	int family;
	int protocol;
	uint8_t request;
	uint8_t reply;
	int header; /* bytes of IP header, for the announcement */
	int level;
	int ttl, recv_ttl, got_ttl, recverr, mtu_discover;
};

static const struct family ipv4 = {
	AF_INET,    IPPROTO_ICMP, ICMP_ECHO,  ICMP_ECHOREPLY,  20, IPPROTO_IP, IP_TTL,
	IP_RECVTTL, IP_TTL,	  IP_RECVERR, IP_MTU_DISCOVER,
};

static const struct family ipv6 = {
	AF_INET6,	   IPPROTO_ICMPV6,    ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY, 40,
	IPPROTO_IPV6,	   IPV6_UNICAST_HOPS, IPV6_RECVHOPLIMIT,  IPV6_HOPLIMIT,    IPV6_RECVERR,
	IPV6_MTU_DISCOVER,
};

struct options {
	const char *host;
	const char *source; /* address or interface */
	const char *instance;
	uint64_t count; /* 0: no end */
	int64_t interval_ns;
	int64_t wait_ns;     /* for the last reply */
	int64_t deadline_ns; /* 0: none */
	size_t size;
	int family;
	int ttl;  /* 0: the stack's */
	int pmtu; /* IP_PMTUDISC_*; -1: the stack's */
	bool numeric;
	bool quiet;
};

struct ping {
	const struct options *opt;
	const struct family *family;
	int fd;
	char address[NI_MAXHOST]; /* of the host, in digits */
	int64_t start;
	int64_t next;	 /* when to send */
	int64_t give_up; /* when to stop waiting */
	uint64_t sent, received, errors, duplicates;
	int64_t sent_at[RING_SIZE];
	bool answered[RING_SIZE];
	double min, max, sum, sum_of_squares; /* ms */
	uint8_t request[HEADER_SIZE + PAYLOAD_MAX];
};

/* A message that came: what recvmsg(2) said of it. */
struct message {
	uint8_t data[HEADER_SIZE + PAYLOAD_MAX];
	size_t len;
	struct sockaddr_storage from;
	socklen_t from_len;
	int ttl; /* -1: not told */
	struct sock_extended_err error;
	struct sockaddr_storage offender;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("uping: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_TROUBLE);
}

__attribute__((noreturn)) static void usage(int status)
{
	fputs("usage: uping [-46nq] [-c count] [-I source] [-i interval] [-M do|want|dont]\n"
	      "             [-s size] [-t ttl] [-U instance] [-W timeout] [-w deadline] host\n",
	      status ? stderr : stdout);
	exit(status);
}

static double parse_number(const char *text, const char *what, double min, double max)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= min && value <= max))
		die("%s must be %g to %g: %s", what, min, max, text);
	return value;
}

static int parse_pmtu(const char *text)
{
	if (!strcmp(text, "do"))
		return IP_PMTUDISC_DO;
	if (!strcmp(text, "want"))
		return IP_PMTUDISC_WANT;
	if (!strcmp(text, "dont"))
		return IP_PMTUDISC_DONT;
	die("path MTU discovery must be do, want or dont: %s", text);
}

static void parse_options(struct options *opt, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "46nqhc:I:i:M:s:t:U:W:w:")) != -1) {
		switch (c) {
		case '4':
			opt->family = AF_INET;
			break;
		case '6':
			opt->family = AF_INET6;
			break;
		case 'n':
			opt->numeric = true;
			break;
		case 'q':
			opt->quiet = true;
			break;
		case 'c':
			opt->count = (uint64_t)parse_number(optarg, "count", 1, 1e15);
			break;
		case 'I':
			opt->source = optarg;
			break;
		case 'i':
			opt->interval_ns =
				(int64_t)(parse_number(optarg, "interval", 0, 1e6) * NS_PER_S);
			break;
		case 'M':
			opt->pmtu = parse_pmtu(optarg);
			break;
		case 's':
			opt->size = (size_t)parse_number(optarg, "size", 0, PAYLOAD_MAX);
			break;
		case 't':
			opt->ttl = (int)parse_number(optarg, "ttl", 1, 255);
			break;
		case 'U':
			opt->instance = optarg;
			break;
		case 'W':
			opt->wait_ns =
				(int64_t)(parse_number(optarg, "timeout", 0, 1e6) * NS_PER_S);
			break;
		case 'w':
			opt->deadline_ns =
				(int64_t)(parse_number(optarg, "deadline", 0, 1e6) * NS_PER_S);
			break;
		case 'h':
			usage(0);
		default:
			usage(EXIT_TROUBLE);
		}
	}
	if (optind + 1 != argc)
		usage(EXIT_TROUBLE);
	opt->host = argv[optind];
}

static void set_int(const struct ping *p, int level, int name, int value, const char *what)
{
	if (usock_setsockopt(p->fd, level, name, &value, sizeof(value)) < 0)
		die("%s: %s", what, strerror(errno));
}

/* -I: an address to send from, or an interface to send on. */
static void set_source(const struct ping *p)
{
	struct addrinfo hints = { .ai_family = p->family->family, .ai_flags = AI_NUMERICHOST };
	const char *source = p->opt->source;
	struct addrinfo *ai;
	int err;

	if (usock_getaddrinfo(source, NULL, &hints, &ai) == 0) {
		err = usock_bind(p->fd, ai->ai_addr, ai->ai_addrlen);
		usock_freeaddrinfo(ai);
	} else {
		err = usock_setsockopt(p->fd, SOL_SOCKET, SO_BINDTODEVICE, source,
				       (socklen_t)strlen(source) + 1);
	}
	if (err < 0)
		die("%s: %s", source, strerror(errno));
}

static void open_socket(struct ping *p)
{
	const struct family *f = p->family;

	p->fd = usock_socket(f->family, SOCK_DGRAM | SOCK_CLOEXEC, f->protocol);
	if (p->fd < 0)
		die("socket: %s", strerror(errno));
	set_int(p, f->level, f->recverr, 1, "error queue");
	set_int(p, f->level, f->recv_ttl, 1, "receiving the TTL");
	if (p->opt->ttl)
		set_int(p, f->level, f->ttl, p->opt->ttl, "TTL");
	if (p->opt->pmtu >= 0)
		set_int(p, f->level, f->mtu_discover, p->opt->pmtu, "path MTU discovery");
	if (p->opt->source)
		set_source(p);
}

static void connect_host(struct ping *p)
{
	struct addrinfo hints = { .ai_family = p->opt->family, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *ai;
	int err;

	err = usock_getaddrinfo(p->opt->host, NULL, &hints, &ai);
	if (err)
		die("%s: %s", p->opt->host, usock_gai_strerror(err));
	p->family = ai->ai_family == AF_INET6 ? &ipv6 : &ipv4;
	usock_getnameinfo(ai->ai_addr, ai->ai_addrlen, p->address, sizeof(p->address), NULL, 0,
			  NI_NUMERICHOST);
	open_socket(p);
	if (usock_connect(p->fd, ai->ai_addr, ai->ai_addrlen) < 0)
		die("connect: %s", strerror(errno));
	usock_freeaddrinfo(ai);
}

static void fill_request(struct ping *p)
{
	p->request[0] = p->family->request;
	for (size_t i = 0; i < p->opt->size; i++)
		p->request[HEADER_SIZE + i] = (uint8_t)i;
}

/* One request. The stack fills in the identifier and the checksum. */
static void send_request(struct ping *p, int64_t now)
{
	uint16_t seq = htons((uint16_t)(p->sent + 1));
	size_t slot = (p->sent + 1) % RING_SIZE;

	memcpy(p->request + 6, &seq, sizeof(seq));
	p->sent++;
	p->sent_at[slot] = now;
	p->answered[slot] = false;
	if (usock_send(p->fd, p->request, HEADER_SIZE + p->opt->size, 0) < 0 && errno != EINTR) {
		p->errors++;
		if (!p->opt->quiet)
			printf("uping: sendmsg: %s\n", strerror(errno));
	}
}

static void schedule(struct ping *p, int64_t now)
{
	if (p->opt->count && p->sent >= p->opt->count) {
		p->next = NEVER;
		p->give_up = now + p->opt->wait_ns;
		return;
	}
	p->next += p->opt->interval_ns;
	if (p->next < now)
		p->next = now;
}

static const char *name_of(const struct ping *p, const struct sockaddr_storage *ss, socklen_t len,
			   char *buf, socklen_t size)
{
	if (usock_getnameinfo((const struct sockaddr *)ss, len, buf, size, NULL, 0,
			      p->opt->numeric ? NI_NUMERICHOST : 0))
		return p->address;
	return buf;
}

static void account(struct ping *p, double ms)
{
	if (!p->received || ms < p->min)
		p->min = ms;
	if (ms > p->max)
		p->max = ms;
	p->sum += ms;
	p->sum_of_squares += ms * ms;
	p->received++;
}

static void take_reply(struct ping *p, const struct message *m, int64_t now)
{
	char name[NI_MAXHOST];
	uint16_t seq;
	double ms;
	bool again;

	if (m->len < HEADER_SIZE || m->data[0] != p->family->reply)
		return;
	memcpy(&seq, m->data + 6, sizeof(seq));
	seq = ntohs(seq);
	ms = (double)(now - p->sent_at[seq % RING_SIZE]) / (double)NS_PER_MS;
	again = p->answered[seq % RING_SIZE];
	p->answered[seq % RING_SIZE] = true;
	if (again)
		p->duplicates++;
	else
		account(p, ms);
	if (p->opt->quiet)
		return;
	printf("%zu bytes from %s: icmp_seq=%u", m->len,
	       p->opt->numeric ? p->address : name_of(p, &m->from, m->from_len, name, sizeof(name)),
	       seq);
	if (m->ttl >= 0)
		printf(" ttl=%d", m->ttl);
	printf(" time=%.*f ms%s\n",
	       ms < 1	  ? 3
	       : ms < 10  ? 2
	       : ms < 100 ? 1
			  : 0,
	       ms, again ? " (DUP!)" : "");
}

static const char *unreachable(const struct sock_extended_err *e)
{
	static const char *const names[] = {
		[ICMP_NET_UNREACH] = "Destination Net Unreachable",
		[ICMP_HOST_UNREACH] = "Destination Host Unreachable",
		[ICMP_PROT_UNREACH] = "Destination Protocol Unreachable",
		[ICMP_PORT_UNREACH] = "Destination Port Unreachable",
		[ICMP_SR_FAILED] = "Source Route Failed",
		[ICMP_NET_ANO] = "Destination Net Prohibited",
		[ICMP_HOST_ANO] = "Destination Host Prohibited",
		[ICMP_PKT_FILTERED] = "Packet filtered",
	};

	if (e->ee_code < sizeof(names) / sizeof(*names) && names[e->ee_code])
		return names[e->ee_code];
	return "Destination Unreachable";
}

static void print_error(const struct sock_extended_err *e)
{
	if (e->ee_errno == EMSGSIZE)
		printf("Frag needed and DF set (mtu = %u)\n", e->ee_info);
	else if (e->ee_origin == SO_EE_ORIGIN_ICMP && e->ee_type == ICMP_TIME_EXCEEDED)
		puts("Time to live exceeded");
	else if (e->ee_origin == SO_EE_ORIGIN_ICMP && e->ee_type == ICMP_DEST_UNREACH)
		puts(unreachable(e));
	else
		puts(strerror((int)e->ee_errno));
}

/* An entry of the error queue: a router, or our own stack, says why there will be no reply. */
static void take_error(struct ping *p, const struct message *m)
{
	char name[NI_MAXHOST];
	uint16_t seq = 0;

	p->errors++;
	if (p->opt->quiet)
		return;
	if (m->len >= HEADER_SIZE)
		memcpy(&seq, m->data + 6, sizeof(seq));
	if (m->error.ee_origin == SO_EE_ORIGIN_LOCAL) {
		printf("uping: local error: ");
	} else {
		socklen_t len = m->offender.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
								  : sizeof(struct sockaddr_in);

		printf("From %s icmp_seq=%u ", name_of(p, &m->offender, len, name, sizeof(name)),
		       ntohs(seq));
	}
	print_error(&m->error);
}

static void take_control(const struct ping *p, struct msghdr *msg, struct message *m)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		size_t len = cmsg->cmsg_len - CMSG_LEN(0);

		if (cmsg->cmsg_level != p->family->level)
			continue;
		if (cmsg->cmsg_type == p->family->got_ttl && len >= sizeof(m->ttl)) {
			memcpy(&m->ttl, CMSG_DATA(cmsg), sizeof(m->ttl));
		} else if (cmsg->cmsg_type == p->family->recverr && len >= sizeof(m->error)) {
			memcpy(&m->error, CMSG_DATA(cmsg), sizeof(m->error));
			len -= sizeof(m->error);
			memcpy(&m->offender, CMSG_DATA(cmsg) + sizeof(m->error),
			       len < sizeof(m->offender) ? len : sizeof(m->offender));
		}
	}
}

static bool receive(struct ping *p, struct message *m, int flags)
{
	union {
		char buf[512];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = m->data, .iov_len = sizeof(m->data) };
	struct msghdr msg = {
		.msg_name = &m->from,
		.msg_namelen = sizeof(m->from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	n = usock_recvmsg(p->fd, &msg, flags | MSG_DONTWAIT);
	if (n < 0)
		return false;
	m->len = (size_t)n;
	m->from_len = msg.msg_namelen;
	m->ttl = -1;
	memset(&m->error, 0, sizeof(m->error));
	memset(&m->offender, 0, sizeof(m->offender));
	take_control(p, &msg, m);
	return true;
}

/* Take what has come. An error announces an entry of the error queue, or stands for itself. */
static void take_all(struct ping *p)
{
	static struct message m;

	for (;;) {
		int err;

		while (receive(p, &m, 0))
			take_reply(p, &m, now_ns());
		err = errno;
		if (err == EINTR || err == EAGAIN)
			return;
		if (receive(p, &m, MSG_ERRQUEUE))
			take_error(p, &m);
		else if (err == ENETDOWN || err == ENOTSOCK)
			die("%s: %s", p->opt->host, strerror(err));
	}
}

static bool is_done(const struct ping *p, int64_t now)
{
	if (interrupted || now >= p->give_up)
		return true;
	if (p->opt->deadline_ns && now >= p->start + p->opt->deadline_ns)
		return true;
	return p->opt->count && p->received + p->errors >= p->opt->count;
}

static int64_t next_event(const struct ping *p)
{
	int64_t when = p->next < p->give_up ? p->next : p->give_up;

	if (p->opt->deadline_ns && p->start + p->opt->deadline_ns < when)
		when = p->start + p->opt->deadline_ns;
	return when;
}

static void run(struct ping *p)
{
	struct pollfd pfd = { .fd = p->fd, .events = POLLIN };

	p->start = now_ns();
	p->next = p->start;
	p->give_up = NEVER;
	for (;;) {
		int64_t now = now_ns(), wait;
		struct timespec ts;

		if (is_done(p, now))
			return;
		if (now >= p->next) {
			send_request(p, now);
			schedule(p, now);
			fflush(stdout);
		}
		wait = next_event(p) - now;
		if (wait < 0)
			wait = 0;
		ts = (struct timespec){ .tv_sec = wait / NS_PER_S, .tv_nsec = wait % NS_PER_S };
		if (ppoll(&pfd, 1, &ts, NULL) > 0)
			take_all(p);
	}
}

static void print_statistics(const struct ping *p)
{
	printf("\n--- %s ping statistics ---\n", p->opt->host);
	printf("%llu packets transmitted, %llu received", (unsigned long long)p->sent,
	       (unsigned long long)p->received);
	if (p->duplicates)
		printf(", +%llu duplicates", (unsigned long long)p->duplicates);
	if (p->errors)
		printf(", +%llu errors", (unsigned long long)p->errors);
	if (p->sent)
		printf(", %.6g%% packet loss",
		       100.0 * (double)(p->sent - p->received) / (double)p->sent);
	printf(", time %lldms\n", (long long)((now_ns() - p->start) / NS_PER_MS));
	if (p->received) {
		double mean = p->sum / (double)p->received;
		double variance = p->sum_of_squares / (double)p->received - mean * mean;

		printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", p->min, mean, p->max,
		       sqrt(variance > 0 ? variance : 0));
	}
}

int main(int argc, char **argv)
{
	static struct options opt = {
		.interval_ns = NS_PER_S,
		.wait_ns = 10 * NS_PER_S,
		.size = 56,
		.pmtu = -1,
	};
	static struct ping p = { .opt = &opt };
	struct sigaction interrupt = { .sa_handler = on_interrupt };

	parse_options(&opt, argc, argv);
	if (opt.instance && usock_instance(opt.instance) < 0)
		die("%s is not the name of an instance", opt.instance);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGTERM, &interrupt, NULL);
	connect_host(&p);
	fill_request(&p);
	printf("PING %s (%s) %zu(%zu) bytes of data.\n", opt.host, p.address, opt.size,
	       opt.size + HEADER_SIZE + (size_t)p.family->header);
	run(&p);
	print_statistics(&p);
	usock_close(p.fd);
	if (opt.count && opt.deadline_ns && p.received < opt.count)
		return EXIT_SILENCE; /* as ping(8): not all of them, in the time given */
	return p.received ? EXIT_REPLIED : EXIT_SILENCE;
}
