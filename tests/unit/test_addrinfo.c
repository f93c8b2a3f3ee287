/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of libusock, as far as they need no name server: digits, hosts(5), services(5). */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libsock/usock.h"

static int lookup(const char *node, const char *service, int family, int flags,
		  struct addrinfo **ret)
{
	struct addrinfo hints = { .ai_family = family,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = flags };

	*ret = NULL;
	return usock_getaddrinfo(node, service, &hints, ret);
}

static void assert_ipv4(const struct addrinfo *ai, const char *addr, unsigned int port)
{
	const struct sockaddr_in *in = (const void *)ai->ai_addr;

	assert_int_equal(ai->ai_family, AF_INET);
	assert_int_equal(ai->ai_addrlen, sizeof(*in));
	assert_string_equal(inet_ntoa(in->sin_addr), addr);
	assert_int_equal(ntohs(in->sin_port), port);
}

static void test_digits(void **state)
{
	struct addrinfo *list;

	(void)state;
	assert_int_equal(lookup("192.0.2.7", "80", AF_UNSPEC, 0, &list), 0);
	assert_ipv4(list, "192.0.2.7", 80);
	assert_int_equal(list->ai_protocol, IPPROTO_TCP);
	assert_null(list->ai_next);
	usock_freeaddrinfo(list);
	assert_int_equal(lookup("2001:db8::1", "80", AF_UNSPEC, 0, &list), 0);
	assert_int_equal(list->ai_family, AF_INET6);
	usock_freeaddrinfo(list);
	assert_int_equal(lookup("192.0.2.7", "80", AF_INET6, 0, &list), EAI_ADDRFAMILY);
	assert_int_equal(lookup("192.0.2.7", "80", AF_INET6, AI_V4MAPPED, &list), 0);
	assert_true(
		IN6_IS_ADDR_V4MAPPED(&((struct sockaddr_in6 *)(void *)list->ai_addr)->sin6_addr));
	usock_freeaddrinfo(list);
}

static void test_every_kind_of_socket(void **state)
{
	struct addrinfo *list;

	(void)state;
	assert_int_equal(usock_getaddrinfo("192.0.2.7", "80", NULL, &list), 0);
	assert_int_equal(list->ai_socktype, SOCK_STREAM);
	assert_int_equal(list->ai_next->ai_socktype, SOCK_DGRAM);
	assert_int_equal(list->ai_next->ai_next->ai_socktype, SOCK_RAW);
	assert_null(list->ai_next->ai_next->ai_next);
	usock_freeaddrinfo(list);
}

static void test_no_name_is_this_host(void **state)
{
	struct addrinfo *list;

	(void)state;
	assert_int_equal(lookup(NULL, "80", AF_INET, 0, &list), 0);
	assert_ipv4(list, "127.0.0.1", 80);
	usock_freeaddrinfo(list);
	assert_int_equal(lookup(NULL, "80", AF_INET, AI_PASSIVE, &list), 0);
	assert_ipv4(list, "0.0.0.0", 80);
	usock_freeaddrinfo(list);
	assert_int_equal(lookup(NULL, "80", AF_UNSPEC, 0, &list), 0);
	assert_int_equal(list->ai_family, AF_INET6);
	assert_ipv4(list->ai_next, "127.0.0.1", 80);
	usock_freeaddrinfo(list);
}

static void test_names_of_files(void **state)
{
	struct addrinfo *list;

	(void)state;
	assert_int_equal(lookup("localhost", "http", AF_INET, AI_CANONNAME, &list), 0);
	assert_ipv4(list, "127.0.0.1", 80);
	assert_non_null(list->ai_canonname);
	usock_freeaddrinfo(list);
}

static void test_refusals(void **state)
{
	struct addrinfo *list;

	(void)state;
	assert_int_equal(lookup(NULL, NULL, AF_UNSPEC, 0, &list), EAI_NONAME);
	assert_int_equal(lookup("no.digits", "80", AF_UNSPEC, AI_NUMERICHOST, &list), EAI_NONAME);
	assert_int_equal(lookup("192.0.2.7", "http", AF_UNSPEC, AI_NUMERICSERV, &list), EAI_NONAME);
	assert_int_equal(lookup("192.0.2.7", "no-such-service", AF_UNSPEC, 0, &list), EAI_SERVICE);
	assert_int_equal(lookup("192.0.2.7", "65536", AF_UNSPEC, 0, &list), EAI_SERVICE);
	assert_int_equal(lookup("192.0.2.7", "80", AF_UNIX, 0, &list), EAI_FAMILY);
	assert_int_equal(lookup("192.0.2.7", "80", AF_UNSPEC, 0x8000, &list), EAI_BADFLAGS);
	assert_int_equal(lookup("b\303\274cher.example", "80", AF_UNSPEC, AI_IDN, &list),
			 EAI_IDN_ENCODE);
}

static void test_nameinfo(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(80),
				  .sin_addr = { htonl(0xc0000207) } };
	char node[64], service[16];

	(void)state;
	assert_int_equal(usock_getnameinfo((struct sockaddr *)&in, sizeof(in), node, sizeof(node),
					   service, sizeof(service), NI_NUMERICHOST),
			 0);
	assert_string_equal(node, "192.0.2.7");
	assert_string_equal(service, "http");
	assert_int_equal(usock_getnameinfo((struct sockaddr *)&in, sizeof(in), node, 4, NULL, 0,
					   NI_NUMERICHOST),
			 EAI_OVERFLOW);
	assert_int_equal(usock_getnameinfo((struct sockaddr *)&in, 4, node, sizeof(node), NULL, 0,
					   0),
			 EAI_FAMILY);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_every_kind_of_socket),
		cmocka_unit_test(test_no_name_is_this_host),
		cmocka_unit_test(test_names_of_files),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_nameinfo),
	};

	return cmocka_run_group_tests_name("addrinfo", tests, NULL, NULL);
}
