/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usock-confine: runs a program that the preload does not reach so that it gets no network socket.
 *
 *	usock-confine PROGRAM ARGV0 [ARGUMENT …]
 *
 * The program can use the descriptors that it was given, among them streams of the stack, and make
 * AF_UNIX sockets; and so can its children, for a filter of seccomp(2) is inherited. A program that
 * the preload does reach is run without the filter: posix_spawn(3) does not always know before.
 *
 * Exit status: 126 where the program cannot be run, 127 where it is not there; else its own.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#include "libsock/launch.h"
#include "libsock/ldpreload.h"
#include "libsock/program.h"

/* The same families that the preload keeps from the host (preload_is_guarded()). */
static const int families[] = { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET };

/* The other kinds of programs that the machine can run: they have system calls of their own. On 32-bit
 * x86, socketcall(2) hides its arguments, and then makes no socket of any family. */
static const uint32_t machines[] = {
	SCMP_ARCH_NATIVE,
#if defined(__x86_64__)
	SCMP_ARCH_X86,
	SCMP_ARCH_X32,
#elif defined(__aarch64__)
	SCMP_ARCH_ARM,
#endif
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int forbid_family(scmp_filter_ctx filter, int family)
{
	/* An int: the kernel ignores what is in the upper half of the register. */
	const struct scmp_arg_cmp same =
		SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)family);
	int err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1, same);

	if (err)
		return err;
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socketpair), 1, same);
}

static int fill(scmp_filter_ctx filter)
{
	size_t i;
	int err;

	for (i = 0; i < COUNT(machines); i++) {
		err = seccomp_arch_add(filter, machines[i]);
		if (err && err != -EEXIST)
			return err;
	}
	for (i = 0; i < COUNT(families); i++) {
		err = forbid_family(filter, families[i]);
		if (err)
			return err;
	}
	/* It makes sockets too (IORING_OP_SOCKET). EPERM is what a host says that forbids it. */
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(io_uring_setup), 0);
}

/* Sets no_new_privs too, by libseccomp's default: a filter must not outlive a gain of privileges. */
static int confine(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err;

	if (!filter)
		return -ENOMEM;
	err = fill(filter);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

/* Returns only where it fails: -errno. */
static int run(const char *path, char **argv)
{
	struct program program;
	int err = usock_program_look(path, &program);

	if (!err && (program.reach == PROGRAM_UNREACHED || !ldpreload_is_found(environ)))
		err = confine();
	else if (!err && usock_launch(path, argv, environ))
		err = -errno;
	if (err)
		return err;
	/* The system call itself: we run under the preload, whose execve() would call us again. */
	syscall(SYS_execve, path, argv, environ);
	return -errno;
}

int main(int argc, char **argv)
{
	int err;

	if (argc < 3) {
		fputs("Usage: usock-confine PROGRAM ARGV0 [ ARGUMENT ... ]\n", stderr);
		return 126;
	}
	err = run(argv[1], argv + 2);
	fprintf(stderr, "usock-confine: cannot run \"%s\": %s\n", argv[1], strerror(-err));
	return err == -ENOENT ? 127 : 126;
}
