/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of libsock/procname.c: which paths below /proc are the stack's, however they are written. */
#include "libsock/procname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void check(const char *path, enum procname_kind kind, const char *name)
{
	struct procname p;

	if (!procname_find(path, &p))
		fail_msg("%s is not found", path);
	assert_int_equal(p.kind, kind);
	assert_string_equal(p.name, name);
}

static void check_host(const char *path)
{
	struct procname p;

	if (procname_find(path, &p))
		fail_msg("%s is found", path);
}

static void test_parameters(void **state)
{
	(void)state;
	check("/proc/sys/net/ipv4/ip_forward", PROCNAME_PARAMETER, "net.ipv4.ip_forward");
	check("//proc/./sys///net/ipv4/.//ip_forward/", PROCNAME_PARAMETER, "net.ipv4.ip_forward");
	check("/proc/sys/net/ipv4/conf/eth0.1/forwarding", PROCNAME_PARAMETER, "net.ipv4.conf.eth0.1.forwarding");
	check("/proc/sys/net/ipv4", PROCNAME_PARAMETER, "net.ipv4");
	check("/proc/sys/net/net", PROCNAME_PARAMETER, "net.net");
}

static void test_files_of_proc_net(void **state)
{
	(void)state;
	check("/proc/net/route", PROCNAME_NET, "route");
	check("/./proc//net/.//route", PROCNAME_NET, "route");
	check("/proc/net/stat/arp_cache", PROCNAME_NET, "stat/arp_cache");
	check("/proc/self/net/tcp", PROCNAME_NET, "tcp");
	check("/proc/thread-self/net/tcp6", PROCNAME_NET, "tcp6");
	check("/proc/self/task/17/net/dev", PROCNAME_NET, "dev");
	check("/proc/net/net", PROCNAME_NET, "net");
}

static void test_a_process_by_number(void **state)
{
	(void)state;
	check("/proc/17/net/udp", PROCNAME_NET, "udp");
	check("/proc/17/task/18/net/udp", PROCNAME_NET, "udp");
	check("/proc/4294967296000000001/net/udp", PROCNAME_NET, "udp");
	check_host("/proc/17x/net/udp");
	check_host("/proc/x17/net/udp");
	check_host("/proc/17/18/net/udp");
	check_host("/proc/17/net");
	check_host("/proc/17");
}

/* The stack has no say in these. */
static void test_other_paths_are_the_hosts(void **state)
{
	static const char *const paths[] = {
		"", "/", "/proc", "/proc/", "proc/net/route", "net/route", "/proc/net", "/proc/net/",
		"/proc/net/.", "/proc/self/net", "/proc/self", "/proc/self/", "/proc/self/netx/dev",
		"/proc/self/task/17", "/proc/network/route", "/proc/sys/net", "/proc/sys/net/",
		"/proc/sys/kernel/net", "/proc/sys/kernel/ostype", "/proc/stat", "/procx/net/route",
		"/sys/net/route", "/home/proc/net/route", "/proc/selfish/net/dev", "/proc/thread-self",
		"/proc/self/fd/3", "/proc/self/ns/net",
	};

	struct procname p;

	(void)state;
	assert_false(procname_find(NULL, &p));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		check_host(paths[i]);
}

static void test_files_that_tell_of_no_internet_are_the_hosts(void **state)
{
	(void)state;
	check_host("/proc/net/unix");
	check_host("/proc/self/net//psched");
	check("/proc/net/unix/x", PROCNAME_NET, "unix/x");
	check("/proc/net/unix6", PROCNAME_NET, "unix6");
	check("/proc/net/packet", PROCNAME_NET, "packet");
}

/* Names that nothing can have: there is nothing at such a path, and what it leads out to is not asked for. */
static void test_no_way_leads_out(void **state)
{
	char path[300] = "/proc/net/";

	(void)state;
	check("/proc/sys/net/ipv4/../../kernel/ostype", PROCNAME_PARAMETER, "");
	check("/proc/sys/net/..", PROCNAME_PARAMETER, "");
	check("/proc/net/../net/dev", PROCNAME_NET, "");
	check("/proc/net/..", PROCNAME_NET, "");
	check("/proc/net/..dev", PROCNAME_NET, "..dev");
	memset(path + strlen(path), 'x', 200);
	check(path, PROCNAME_NET, "");
}

/* The longest name that there is room for. */
static void test_long_names(void **state)
{
	char path[200] = "/proc/net/", name[PROCNAME_SIZE] = "";

	(void)state;
	memset(name, 'x', PROCNAME_SIZE - 2);
	strcat(path, name);
	check(path, PROCNAME_NET, name);
	strcat(path, "x");
	check(path, PROCNAME_NET, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_files_of_proc_net),
		cmocka_unit_test(test_a_process_by_number),
		cmocka_unit_test(test_other_paths_are_the_hosts),
		cmocka_unit_test(test_files_that_tell_of_no_internet_are_the_hosts),
		cmocka_unit_test(test_no_way_leads_out),
		cmocka_unit_test(test_long_names),
	};

	return cmocka_run_group_tests_name("procname", tests, NULL, NULL);
}
