/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec and spawn, and what a program finds when it begins: part of libusock-preload.
 *
 * A socket that the stack has not heard of is two descriptors of this process; after exec the other
 * one would be gone. So those that live on are opened first. A program that begins looks through the
 * descriptors that it was born with for sockets of the stack, and its parameters (procfile.h).
 */
#include "libsock/preload.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "libsock/fdtable.h"
#include "libsock/fork.h"
#include "libsock/procfile.h"
#include "libsock/real.h"

static bool outlives_exec(int fd)
{
	int flags = real()->fcntl(fd, F_GETFD);

	return flags >= 0 && !(flags & FD_CLOEXEC);
}

static void before_exec(void)
{
	fork_open_sockets(outlives_exec);
}

INTERPOSE int execve(const char *path, char *const argv[], char *const envp[])
{
	before_exec();
	return real()->execve(path, argv, envp);
}

INTERPOSE int execv(const char *path, char *const argv[])
{
	before_exec();
	return real()->execv(path, argv);
}

INTERPOSE int execvp(const char *file, char *const argv[])
{
	before_exec();
	return real()->execvp(file, argv);
}

INTERPOSE int execvpe(const char *file, char *const argv[], char *const envp[])
{
	before_exec();
	return real()->execvpe(file, argv, envp);
}

INTERPOSE int fexecve(int fd, char *const argv[], char *const envp[])
{
	before_exec();
	return real()->fexecve(fd, argv, envp);
}

INTERPOSE int execveat(int dirfd, const char *path, char *const argv[], char *const envp[],
		       int flags)
{
	before_exec();
	return real()->execveat(dirfd, path, argv, envp, flags);
}

/* How many arguments a call of the execl family has, with the NULL that ends them. */
static size_t count_args(va_list args)
{
	size_t n = 2; /* the first, which is named, and the NULL */

	while (va_arg(args, char *))
		n++;
	return n;
}

static void collect_args(char **argv, const char *first, va_list args)
{
	*argv = (char *)first;
	while (*argv)
		*++argv = va_arg(args, char *);
}

/* The execl family differs in how the program is found and where its environment comes from. */
enum execl_kind { EXECL, EXECLP, EXECLE };

static int execl_call(enum execl_kind kind, const char *path, const char *first, va_list args)
{
	va_list counting;
	size_t n;

	va_copy(counting, args);
	n = first ? count_args(counting) : 1;
	va_end(counting);
	{
		char *argv[n]; /* execl(3) is async-signal-safe: no malloc(3) */

		collect_args(argv, first, args);
		before_exec();
		if (kind == EXECL)
			return real()->execv(path, argv);
		if (kind == EXECLP)
			return real()->execvp(path, argv);
		return real()->execve(path, argv, va_arg(args, char **));
	}
}

INTERPOSE int execl(const char *path, const char *arg, ...)
{
	va_list args;
	int ret;

	va_start(args, arg);
	ret = execl_call(EXECL, path, arg, args);
	va_end(args);
	return ret;
}

INTERPOSE int execlp(const char *file, const char *arg, ...)
{
	va_list args;
	int ret;

	va_start(args, arg);
	ret = execl_call(EXECLP, file, arg, args);
	va_end(args);
	return ret;
}

INTERPOSE int execle(const char *path, const char *arg, ...)
{
	va_list args;
	int ret;

	va_start(args, arg);
	ret = execl_call(EXECLE, path, arg, args);
	va_end(args);
	return ret;
}

INTERPOSE int posix_spawn(pid_t *restrict pid, const char *restrict path,
			  const posix_spawn_file_actions_t *restrict actions,
			  const posix_spawnattr_t *restrict attr, char *const argv[restrict],
			  char *const envp[restrict])
{
	fork_open_sockets(NULL); /* the actions may let any of them live on */
	return real()->posix_spawn(pid, path, actions, attr, argv, envp);
}

INTERPOSE int posix_spawnp(pid_t *restrict pid, const char *restrict file,
			   const posix_spawn_file_actions_t *restrict actions,
			   const posix_spawnattr_t *restrict attr, char *const argv[restrict],
			   char *const envp[restrict])
{
	fork_open_sockets(NULL);
	return real()->posix_spawnp(pid, file, actions, attr, argv, envp);
}

__attribute__((constructor)) static void adopt_inherited(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)) != NULL) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] == '.' || fd == dirfd(dir) || fdtable_has(fd))
			continue;
		fdtable_put(socket_adopt(fd));
		procfile_adopt(fd);
	}
	closedir(dir);
}
