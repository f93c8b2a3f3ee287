/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagram sockets of libusock, with a stack that does as the test says. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libsock/usock.h"
#include "tests/unit/fakestack.h"

static const struct sockaddr_in there = { .sin_family = AF_INET,
					  .sin_port = 0x2222,
					  .sin_addr = { 0x0200007f } };

/* Our descriptor, and the stack's end. */
static int fd, end;

static int setup(void **state)
{
	static const struct sockaddr_in any = { .sin_family = AF_INET };

	(void)state;
	fakestack_start();
	fd = usock_socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0);
	assert_int_equal(usock_bind(fd, (const struct sockaddr *)&any, sizeof(any)), 0);
	end = fakestack_end();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(end);
	usock_close(fd);
	fakestack_stop();
	return 0;
}

struct packet {
	struct usock_dgram head;
	char rest[256];
};

/* The stack delivers: header, @control bytes of control data, payload. */
static void deliver(uint32_t flags, int error, const void *control, uint32_t control_len,
		    const char *payload)
{
	struct packet pkt = { .head = { .family = AF_INET,
					.port = there.sin_port,
					.control_len = control_len,
					.flags = flags,
					.error = (uint32_t)error } };
	size_t len = strlen(payload);

	memcpy(pkt.head.addr, &there.sin_addr, 4);
	if (control_len)
		memcpy(pkt.rest, control, control_len);
	memcpy(pkt.rest + control_len, payload, len);
	assert_true(send(end, &pkt, sizeof(pkt.head) + control_len + len, 0) > 0);
}

static void test_sendto_names_the_peer(void **state)
{
	struct packet pkt;
	ssize_t n;

	(void)state;
	assert_int_equal(usock_sendto(fd, "hello", 5, 0, (const struct sockaddr *)&there,
				      sizeof(there)),
			 5);
	n = recv(end, &pkt, sizeof(pkt), 0);
	assert_int_equal(n, sizeof(pkt.head) + 5);
	assert_int_equal(pkt.head.family, AF_INET);
	assert_int_equal(pkt.head.port, there.sin_port);
	assert_memory_equal(pkt.head.addr, &there.sin_addr, 4);
	assert_memory_equal(pkt.rest, "hello", 5);
}

static void test_send_without_a_peer(void **state)
{
	(void)state;
	assert_int_equal(usock_send(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EDESTADDRREQ);
}

static void test_too_long(void **state)
{
	static char buf[65508];

	(void)state;
	assert_int_equal(usock_sendto(fd, buf, 65508, 0, (const struct sockaddr *)&there,
				      sizeof(there)),
			 -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(usock_sendto(fd, buf, 65507, 0, (const struct sockaddr *)&there,
				      sizeof(there)),
			 65507);
}

static void test_recvfrom_tells_who_and_how_long(void **state)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char buf[4];
	int unread;

	(void)state;
	deliver(0, 0, NULL, 0, "");
	deliver(0, 0, NULL, 0, "longer");
	assert_int_equal(usock_recvfrom(fd, buf, 4, 0, (struct sockaddr *)&from, &len), 0);
	assert_memory_equal(&from, &there, sizeof(from));
	assert_int_equal(usock_ioctl(fd, FIONREAD, &unread), 0);
	assert_int_equal(unread, 6);
	assert_int_equal(usock_recv(fd, buf, 4, MSG_PEEK | MSG_TRUNC), 6);
	assert_int_equal(usock_recv(fd, buf, 4, 0), 4);
	assert_memory_equal(buf, "long", 4);
	assert_int_equal(usock_recv(fd, buf, 4, 0), -1);
	assert_int_equal(errno, EAGAIN);
}

static uint32_t put_ttl(char *where, int ttl)
{
	struct cmsghdr *cmsg = (struct cmsghdr *)where;

	memset(where, 0, CMSG_SPACE(sizeof(ttl)));
	cmsg->cmsg_level = IPPROTO_IP;
	cmsg->cmsg_type = IP_TTL;
	cmsg->cmsg_len = CMSG_LEN(sizeof(ttl));
	memcpy(CMSG_DATA(cmsg), &ttl, sizeof(ttl));
	return CMSG_SPACE(sizeof(ttl));
}

static void test_control_data_does_not_disturb_the_payload(void **state)
{
	char control[64] __attribute__((aligned(8))), got[64] __attribute__((aligned(8)));
	char a[3], b[40], text[] = "abcdefghijklmnopqrstuvwxyz";
	struct iovec iov[] = { { a, sizeof(a) }, { NULL, 0 }, { b, sizeof(b) } };
	struct msghdr msg = {
		.msg_iov = iov, .msg_iovlen = 3, .msg_control = got, .msg_controllen = sizeof(got)
	};
	uint32_t len = put_ttl(control, 33);
	int ttl;

	(void)state;
	deliver(0, 0, control, len, text);
	assert_int_equal(usock_recvmsg(fd, &msg, 0), 26);
	assert_int_equal(msg.msg_flags, 0);
	assert_memory_equal(a, text, 3);
	assert_memory_equal(b, text + 3, 23);
	memcpy(&ttl, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(ttl));
	assert_int_equal(ttl, 33);

	/* neither has room: both are cut, and said to be */
	iov[2].iov_len = 2;
	msg.msg_controllen = 4;
	deliver(0, 0, control, len, text);
	assert_int_equal(usock_recvmsg(fd, &msg, 0), 5);
	assert_int_equal(msg.msg_flags, MSG_TRUNC | MSG_CTRUNC);
	assert_memory_equal(b, text + 3, 2);
}

static void test_control_data_is_sent_whole(void **state)
{
	char control[64] __attribute__((aligned(8)));
	struct iovec iov = { "pay", 3 };
	struct msghdr msg = { .msg_name = (void *)&there,
			      .msg_namelen = sizeof(there),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control };
	struct packet pkt;

	(void)state;
	put_ttl(control, 7);
	msg.msg_controllen = CMSG_LEN(sizeof(int)); /* unpadded, as programs may */
	assert_int_equal(usock_sendmsg(fd, &msg, 0), 3);
	assert_int_equal(recv(end, &pkt, sizeof(pkt), 0),
			 sizeof(pkt.head) + CMSG_SPACE(sizeof(int)) + 3);
	assert_int_equal(pkt.head.control_len, CMSG_SPACE(sizeof(int)));
	assert_memory_equal(pkt.rest + CMSG_SPACE(sizeof(int)), "pay", 3);
}

static void test_an_error_is_returned_once(void **state)
{
	char buf[8];

	(void)state;
	deliver(USOCK_DGRAM_ERROR, ECONNREFUSED, NULL, 0, "");
	deliver(0, 0, NULL, 0, "next");
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), MSG_PEEK), -1);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), 4);
}

static void test_so_error_takes_it_too(void **state)
{
	socklen_t len = sizeof(int);
	int err;

	(void)state;
	deliver(USOCK_DGRAM_ERROR, EHOSTUNREACH, NULL, 0, "");
	assert_int_equal(usock_getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len), 0);
	assert_int_equal(err, EHOSTUNREACH);
	assert_int_equal(usock_getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len), 0);
	assert_int_equal(err, 0);
}

static void test_the_error_queue(void **state)
{
	char control[128] __attribute__((aligned(8))), got[128] __attribute__((aligned(8))),
		buf[16];
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = got, .msg_controllen = sizeof(got)
	};
	uint32_t len = put_ttl(control, 1);
	int on = 1;

	(void)state;
	assert_int_equal(usock_setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)), 0);
	assert_int_equal(usock_recvmsg(fd, &msg, MSG_ERRQUEUE), -1);
	assert_int_equal(errno, EAGAIN);
	deliver(USOCK_DGRAM_ERRQUEUE, EHOSTUNREACH, control, len, "sent");
	deliver(0, 0, NULL, 0, "data");
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), -1);
	assert_int_equal(errno, EHOSTUNREACH);
	assert_int_equal(usock_recvmsg(fd, &msg, MSG_ERRQUEUE), 4);
	assert_int_equal(msg.msg_flags & MSG_ERRQUEUE, MSG_ERRQUEUE);
	assert_memory_equal(buf, "sent", 4);
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), 4);

	/* read before any call was told of it: then none is */
	deliver(USOCK_DGRAM_ERRQUEUE, EHOSTUNREACH, control, len, "sent");
	msg.msg_controllen = sizeof(got);
	assert_int_equal(usock_recvmsg(fd, &msg, MSG_ERRQUEUE), 4);
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), -1);
	assert_int_equal(errno, EAGAIN);

	/* told of, and never read: it does not stand in the way */
	deliver(USOCK_DGRAM_ERRQUEUE, EHOSTUNREACH, control, len, "sent");
	deliver(0, 0, NULL, 0, "more");
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), -1);
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), 4);
	assert_memory_equal(buf, "more", 4);
}

static void test_many_at_once(void **state)
{
	char a[4], b[4], c[4];
	struct iovec iov[] = { { a, 4 }, { b, 4 }, { c, 4 } };
	struct mmsghdr msgs[3] = {
		{ .msg_hdr = { .msg_iov = &iov[0], .msg_iovlen = 1 } },
		{ .msg_hdr = { .msg_iov = &iov[1], .msg_iovlen = 1 } },
		{ .msg_hdr = { .msg_iov = &iov[2], .msg_iovlen = 1 } },
	};

	(void)state;
	deliver(0, 0, NULL, 0, "1");
	deliver(0, 0, NULL, 0, "22");
	assert_int_equal(usock_recvmmsg(fd, msgs, 3, MSG_WAITFORONE, NULL), 2);
	assert_int_equal(msgs[0].msg_len, 1);
	assert_int_equal(msgs[1].msg_len, 2);
	assert_int_equal(usock_recvmmsg(fd, msgs, 3, 0, NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

/* Messages with a buffer each. */
#define MANY 40

struct many {
	struct mmsghdr msgs[MANY];
	struct iovec iov[MANY];
	char bufs[MANY][16];
	struct sockaddr_in from[MANY];
	char control[MANY][64] __attribute__((aligned(8)));
};

static void many_init(struct many *m, size_t room)
{
	memset(m, 0, sizeof(*m));
	for (int i = 0; i < MANY; i++) {
		m->iov[i] = (struct iovec){ m->bufs[i], room };
		m->msgs[i].msg_hdr = (struct msghdr){ .msg_name = &m->from[i],
						      .msg_namelen = sizeof(m->from[i]),
						      .msg_iov = &m->iov[i],
						      .msg_iovlen = 1,
						      .msg_control = m->control[i],
						      .msg_controllen = sizeof(m->control[i]) };
	}
}

/* Message @i received the whole of @text. */
static void assert_received(const struct many *m, int i, const char *text)
{
	assert_int_equal(m->msgs[i].msg_len, strlen(text));
	assert_memory_equal(m->bufs[i], text, strlen(text));
	assert_int_equal(m->msgs[i].msg_hdr.msg_flags, 0);
	assert_int_equal(m->msgs[i].msg_hdr.msg_namelen, sizeof(there));
	assert_memory_equal(&m->from[i], &there, sizeof(there));
}

static void deliver_numbers(int from, int to)
{
	char text[16];

	for (int i = from; i < to; i++) {
		snprintf(text, sizeof(text), "no. %d", i);
		deliver(0, 0, NULL, 0, text);
	}
}

static void test_more_than_one_call_takes(void **state)
{
	struct many m;
	char text[16];

	(void)state;
	many_init(&m, 16);
	deliver_numbers(0, MANY + 1);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), MANY);
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "no. %d", i);
		assert_received(&m, i, text);
	}
	many_init(&m, 16);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), 1);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, 0, 0, NULL), 0);
}

static void test_an_error_among_many_is_the_next_calls(void **state)
{
	struct many m;

	(void)state;
	many_init(&m, 16);
	deliver(0, 0, NULL, 0, "first");
	deliver(USOCK_DGRAM_ERROR, ECONNREFUSED, NULL, 0, "");
	deliver(0, 0, NULL, 0, "second");
	deliver(0, 0, NULL, 0, "third one");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), 3);
	assert_received(&m, 0, "first");
	assert_received(&m, 1, "second");
	assert_received(&m, 2, "third one");
	deliver(0, 0, NULL, 0, "fourth");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), -1);
	assert_int_equal(errno, ECONNREFUSED);
	many_init(&m, 16);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), 1);
	assert_received(&m, 0, "fourth");
}

static void test_so_error_has_what_many_left(void **state)
{
	socklen_t len = sizeof(int);
	struct many m;
	int err;

	(void)state;
	many_init(&m, 16);
	deliver(USOCK_DGRAM_ERROR, EHOSTUNREACH, NULL, 0, "");
	deliver(0, 0, NULL, 0, "data");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_DONTWAIT, NULL), 1);
	assert_received(&m, 0, "data");
	assert_int_equal(usock_getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len), 0);
	assert_int_equal(err, EHOSTUNREACH);
	/* alone, it is what the call returns */
	deliver(USOCK_DGRAM_ERROR, EHOSTUNREACH, NULL, 0, "");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_DONTWAIT, NULL), -1);
	assert_int_equal(errno, EHOSTUNREACH);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_DONTWAIT, NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

static void test_each_of_many_is_cut_where_its_room_ends(void **state)
{
	struct many m;

	(void)state;
	/* the last message has more room than those before, and less than its datagram */
	many_init(&m, 4);
	m.iov[2].iov_len = 8;
	deliver(USOCK_DGRAM_ERROR, ECONNREFUSED, NULL, 0, "");
	deliver(0, 0, NULL, 0, "abcdef");
	deliver(0, 0, NULL, 0, "ghi");
	deliver(0, 0, NULL, 0, "jklmnopqrs");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, 2, MSG_TRUNC, NULL), 1);
	assert_int_equal(m.msgs[0].msg_len, 6);
	assert_int_equal(m.msgs[0].msg_hdr.msg_flags, MSG_TRUNC);
	assert_memory_equal(m.bufs[0], "abcd", 5);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, 2, 0, NULL), -1);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(usock_recvmmsg(fd, &m.msgs[1], 2, 0, NULL), 2);
	assert_received(&m, 1, "ghi");
	assert_int_equal(m.msgs[2].msg_len, 8);
	assert_int_equal(m.msgs[2].msg_hdr.msg_flags, MSG_TRUNC);
	assert_memory_equal(m.bufs[2], "jklmnopq", 9);
}

static int received_ttl(struct msghdr *msg)
{
	int ttl = 0;

	assert_non_null(CMSG_FIRSTHDR(msg));
	memcpy(&ttl, CMSG_DATA(CMSG_FIRSTHDR(msg)), sizeof(ttl));
	return ttl;
}

static void test_each_of_many_has_its_control_data(void **state)
{
	char control[64] __attribute__((aligned(8)));
	char a[2], b[3];
	struct iovec pieces[] = { { a, sizeof(a) }, { NULL, 0 }, { b, sizeof(b) } };
	struct many m;

	(void)state;
	many_init(&m, 5);
	m.msgs[2].msg_hdr.msg_iov = pieces;
	m.msgs[2].msg_hdr.msg_iovlen = 3;
	deliver(0, 0, control, put_ttl(control, 1), "one");
	deliver(0, 0, NULL, 0, "two");
	deliver(0, 0, control, put_ttl(control, 3), "three");
	deliver(USOCK_DGRAM_ERROR, ECONNREFUSED, NULL, 0, "");
	deliver(0, 0, control, put_ttl(control, 4), "four..");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), 4);
	assert_received(&m, 0, "one");
	assert_int_equal(received_ttl(&m.msgs[0].msg_hdr), 1);
	assert_received(&m, 1, "two");
	assert_int_equal(m.msgs[1].msg_hdr.msg_controllen, 0);
	assert_int_equal(m.msgs[2].msg_len, 5);
	assert_memory_equal(a, "th", 2);
	assert_memory_equal(b, "ree", 3);
	assert_int_equal(received_ttl(&m.msgs[2].msg_hdr), 3);
	assert_int_equal(m.msgs[3].msg_len, 5);
	assert_int_equal(m.msgs[3].msg_hdr.msg_flags, MSG_TRUNC);
	assert_memory_equal(m.bufs[3], "four.", 6);
	assert_int_equal(received_ttl(&m.msgs[3].msg_hdr), 4);
}

static void test_many_are_peeked_at_one_by_one(void **state)
{
	struct many m;

	(void)state;
	many_init(&m, 16);
	deliver(0, 0, NULL, 0, "front");
	deliver(0, 0, NULL, 0, "behind");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, 2, MSG_PEEK, NULL), 2);
	assert_received(&m, 0, "front");
	assert_received(&m, 1, "front"); /* as the kernel does */
	many_init(&m, 16);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, 2, 0, NULL), 2);
	assert_received(&m, 1, "behind");
}

static void test_many_with_an_error_queue(void **state)
{
	char control[64] __attribute__((aligned(8)));
	struct many m;
	int on = 1;

	(void)state;
	assert_int_equal(usock_setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)), 0);
	many_init(&m, 16);
	deliver(0, 0, NULL, 0, "data");
	deliver(USOCK_DGRAM_ERRQUEUE, EHOSTUNREACH, control, put_ttl(control, 1), "sent");
	deliver(0, 0, NULL, 0, "more");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), 1);
	assert_received(&m, 0, "data");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), -1);
	assert_int_equal(errno, EHOSTUNREACH);
	many_init(&m, 16);
	assert_int_equal(usock_recvmsg(fd, &m.msgs[0].msg_hdr, MSG_ERRQUEUE), 4);
	assert_memory_equal(m.bufs[0], "sent", 4);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), 1);
	assert_memory_equal(m.bufs[0], "more", 4);
}

static void test_many_end_with_the_time(void **state)
{
	const struct timeval limit = { .tv_usec = 1000 };
	struct timespec none = { 0 }, bad = { .tv_nsec = 1000000000 }, ample = { .tv_sec = 3600 };
	struct many m;

	(void)state;
	assert_int_equal(usock_fcntl(fd, F_SETFL, 0), 0);
	assert_int_equal(usock_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
	many_init(&m, 16);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, &bad), -1);
	assert_int_equal(errno, EINVAL);
	deliver_numbers(0, 2);
	/* it is over: what is there is received, and no more waited for */
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, &none), 2);
	deliver_numbers(0, 2);
	/* SO_RCVTIMEO ends each wait */
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, &ample), 2);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, 0, NULL), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_WAITFORONE, NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

static void test_many_and_then_the_end(void **state)
{
	const struct fake_answer gone = { .so_error = ENETDOWN };
	struct many m;

	(void)state;
	many_init(&m, 16);
	deliver(0, 0, NULL, 0, "last");
	deliver(USOCK_DGRAM_ERROR, ECONNREFUSED, NULL, 0, "");
	shutdown(end, SHUT_WR);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_WAITFORONE, NULL), 1);
	assert_received(&m, 0, "last");
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_WAITFORONE, NULL), -1);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_WAITFORONE, NULL), 1);
	assert_int_equal(m.msgs[0].msg_len, 0);
	assert_int_equal(m.msgs[0].msg_hdr.msg_namelen, 0);
	fakestack_answer(&gone);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, MANY, MSG_WAITFORONE, NULL), -1);
	assert_int_equal(errno, ENETDOWN);
}

static void test_a_long_list_of_buffers(void **state)
{
	struct iovec iov[300];
	struct many m;
	char byte[300];

	(void)state;
	many_init(&m, 16);
	for (int i = 0; i < 300; i++)
		iov[i] = (struct iovec){ &byte[i], 1 };
	m.msgs[1].msg_hdr.msg_iov = iov;
	m.msgs[1].msg_hdr.msg_iovlen = 16;
	deliver_numbers(0, 3);
	assert_int_equal(usock_recvmmsg(fd, m.msgs, 3, 0, NULL), 3);
	assert_received(&m, 0, "no. 0");
	assert_memory_equal(byte, "no. 1", 5);
	assert_received(&m, 2, "no. 2");

	m.msgs[0].msg_hdr.msg_iov = iov;
	m.msgs[0].msg_hdr.msg_iovlen = 300;
	assert_int_equal(usock_recvmmsg(fd, m.msgs, 3, 0, NULL), -1);
	assert_int_equal(errno, EMSGSIZE);
}

static void test_many_are_sent(void **state)
{
	static char huge[65508];
	struct packet pkt;
	struct many m;

	(void)state;
	many_init(&m, 5);
	for (int i = 0; i < MANY; i++) {
		m.from[i] = there;
		memset(m.bufs[i], 'a' + i % 26, 5);
		m.msgs[i].msg_hdr.msg_controllen = 0;
	}
	put_ttl(m.control[1], 7);
	m.msgs[1].msg_hdr.msg_controllen = CMSG_LEN(sizeof(int));
	assert_int_equal(usock_sendmmsg(fd, m.msgs, MANY, 0), MANY);
	for (int i = 0; i < MANY; i++) {
		size_t control = i == 1 ? CMSG_SPACE(sizeof(int)) : 0;

		assert_int_equal(m.msgs[i].msg_len, 5);
		assert_int_equal(recv(end, &pkt, sizeof(pkt), 0), sizeof(pkt.head) + control + 5);
		assert_int_equal(pkt.head.control_len, control);
		assert_int_equal(pkt.head.port, there.sin_port);
		assert_memory_equal(pkt.rest + control, m.bufs[i], 5);
	}

	/* what cannot be sent ends the call, and is the next call's error */
	m.iov[1] = (struct iovec){ huge, sizeof(huge) };
	assert_int_equal(usock_sendmmsg(fd, m.msgs, 3, 0), 1);
	assert_int_equal(usock_sendmmsg(fd, &m.msgs[1], 2, 0), -1);
	assert_int_equal(errno, EMSGSIZE);
	m.msgs[2].msg_hdr.msg_namelen = 0;
	assert_int_equal(usock_sendmmsg(fd, &m.msgs[2], 1, 0), -1);
	assert_int_equal(errno, EDESTADDRREQ);
}

static void test_no_connections_here(void **state)
{
	(void)state;
	assert_int_equal(usock_listen(fd, 1), -1);
	assert_int_equal(errno, EOPNOTSUPP);
	assert_int_equal(usock_accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, EOPNOTSUPP);
	assert_int_equal(usock_shutdown(fd, SHUT_RD), -1);
	assert_int_equal(errno, ENOTCONN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_sendto_names_the_peer),
		TEST(test_send_without_a_peer),
		TEST(test_too_long),
		TEST(test_recvfrom_tells_who_and_how_long),
		TEST(test_control_data_does_not_disturb_the_payload),
		TEST(test_control_data_is_sent_whole),
		TEST(test_an_error_is_returned_once),
		TEST(test_so_error_takes_it_too),
		TEST(test_the_error_queue),
		TEST(test_many_at_once),
		TEST(test_more_than_one_call_takes),
		TEST(test_an_error_among_many_is_the_next_calls),
		TEST(test_so_error_has_what_many_left),
		TEST(test_each_of_many_is_cut_where_its_room_ends),
		TEST(test_each_of_many_has_its_control_data),
		TEST(test_many_are_peeked_at_one_by_one),
		TEST(test_many_with_an_error_queue),
		TEST(test_many_end_with_the_time),
		TEST(test_many_and_then_the_end),
		TEST(test_a_long_list_of_buffers),
		TEST(test_many_are_sent),
		TEST(test_no_connections_here),
	};

	return cmocka_run_group_tests_name("usock_dgram", tests, NULL, NULL);
}
