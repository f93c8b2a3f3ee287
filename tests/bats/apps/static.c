/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that enters the kernel by itself: linked statically, for tests/bats/apps_exec.bats.
 *
 *	static		what it can make: a line for each family, and one for io_uring_setup(2)
 *	static FD	writes its name into FD, and prints what it reads from there
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	int family;
	int type;
} kinds[] = {
	{ "AF_UNIX", AF_UNIX, SOCK_STREAM },  { "AF_INET", AF_INET, SOCK_STREAM },
	{ "AF_INET6", AF_INET6, SOCK_DGRAM }, { "AF_NETLINK", AF_NETLINK, SOCK_RAW },
	{ "AF_PACKET", AF_PACKET, SOCK_RAW },
};

static void report(const char *name, int fd)
{
	int err = errno;

	printf("%s %s\n", name, fd >= 0 ? "made" : strerrorname_np(err));
	if (fd >= 0)
		close(fd);
}

static void try_all(void)
{
	char parameters[128] = { 0 };
	int pair[2];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		report(kinds[i].name, socket(kinds[i].family, kinds[i].type, 0));
	/* The kernel takes an int from the register, whatever stands in its upper half. */
	report("AF_INET wide",
	       (int)syscall(SYS_socket, (1UL << 16 << 16) | AF_INET, SOCK_DGRAM, 0));
	report("AF_UNIX pair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	report("AF_INET pair", socketpair(AF_INET, SOCK_STREAM, 0, pair));
	report("io_uring", (int)syscall(SYS_io_uring_setup, 1, parameters));
}

static int talk(int fd, const char *name)
{
	char answer[64];
	ssize_t n;

	if (write(fd, name, strlen(name)) < 0)
		return 1;
	n = read(fd, answer, sizeof(answer));
	if (n < 0)
		return 1;
	printf("%.*s\n", (int)n, answer);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return talk(atoi(argv[1]), argv[0]);
	try_all();
	return 0;
}
