/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec and spawn, and what a program finds when it begins: part of libusock-preload.
 *
 * A socket that the stack has not heard of is two descriptors of this process; after exec the other
 * one would be gone. So those that live on are opened first. A program that begins looks through the
 * descriptors that it was born with for sockets of the stack, and its parameters (procfile.h).
 *
 * A program that the preload would not reach is run in another way (launch.h), unless the user allows
 * what the stack cannot serve to go to the host. All but the spawns may be called after vfork(2).
 */
#include "libsock/preload.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "libsock/fdtable.h"
#include "libsock/fork.h"
#include "libsock/launch.h"
#include "libsock/procfile.h"
#include "libsock/real.h"

/* AT_EXECVE_CHECK (Linux 6.14): would it be run? */
#define EXECVE_CHECK 0x10000

static bool outlives_exec(int fd)
{
	int flags = real()->fcntl(fd, F_GETFD);

	return flags >= 0 && !(flags & FD_CLOEXEC);
}

/* By path: as it is where the preload reaches the program; see launch.h. */
static int exec_path(const char *path, char *const argv[], char *const envp[])
{
	char *room[preload_env_room(envp)];

	envp = preload_env_restore(envp, room);
	fork_open_sockets(outlives_exec);
	if (!preload_may_use_host() && usock_launch(path, argv, envp))
		return -1;
	return real()->execve(path, argv, envp);
}

/* By name. What is not found, or is no program but a shell's, is left to the C library. */
static int exec_file(const char *file, char *const argv[], char *const envp[])
{
	char path[PATH_MAX], *room[preload_env_room(envp)];

	envp = preload_env_restore(envp, room);
	fork_open_sockets(outlives_exec);
	if (!preload_may_use_host() && !usock_launch_find(file, path) &&
	    usock_launch(path, argv, envp))
		return -1;
	return real()->execvpe(file, argv, envp);
}

/* By descriptor. What runs the program in its stead opens it by a path, once more: through a copy
 * that lives on. False: the call may go on as it is. */
static bool exec_descriptor(int fd, char *const argv[], char *const envp[])
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(fd)];
	int copy = real()->fcntl(fd, F_DUPFD, 0);
	bool failed;

	if (copy < 0)
		return true;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", copy);
	failed = usock_launch(path, argv, envp);
	real()->close(copy);
	return failed;
}

INTERPOSE int execve(const char *path, char *const argv[], char *const envp[])
{
	return exec_path(path, argv, envp);
}

INTERPOSE int execv(const char *path, char *const argv[])
{
	return exec_path(path, argv, environ);
}

INTERPOSE int execvp(const char *file, char *const argv[])
{
	return exec_file(file, argv, environ);
}

INTERPOSE int execvpe(const char *file, char *const argv[], char *const envp[])
{
	return exec_file(file, argv, envp);
}

INTERPOSE int fexecve(int fd, char *const argv[], char *const envp[])
{
	char *room[preload_env_room(envp)];

	envp = preload_env_restore(envp, room);
	fork_open_sockets(outlives_exec);
	if (!preload_may_use_host() && exec_descriptor(fd, argv, envp))
		return -1;
	return real()->fexecve(fd, argv, envp);
}

static bool exec_in_directory(int dirfd, const char *path, char *const argv[], char *const envp[],
			      int flags)
{
	const int nofollow = flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0;
	bool failed;
	int fd;

	if ((flags & AT_EMPTY_PATH) && !*path)
		return exec_descriptor(dirfd, argv, envp);
	fd = real()->openat(dirfd, path, O_PATH | O_CLOEXEC | nofollow);
	if (fd < 0)
		return true;
	failed = exec_descriptor(fd, argv, envp);
	real()->close(fd);
	return failed;
}

INTERPOSE int execveat(int dirfd, const char *path, char *const argv[], char *const envp[],
		       int flags)
{
	const bool runs = !(flags & EXECVE_CHECK);
	char *room[preload_env_room(envp)];

	envp = preload_env_restore(envp, room);
	fork_open_sockets(outlives_exec);
	if (runs && !preload_may_use_host() && exec_in_directory(dirfd, path, argv, envp, flags))
		return -1;
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
		if (kind == EXECLP)
			return exec_file(path, argv, environ);
		return exec_path(path, argv, kind == EXECL ? environ : va_arg(args, char **));
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

/* The actions may change the directory, and then only the child finds the program. */
static int plan_spawn(struct launch *l, const char *path, const posix_spawn_file_actions_t *actions,
		      char *const argv[], char *const envp[])
{
	const char *argv0 = argv ? argv[0] : NULL;

	if (*path == '/' || !actions)
		return usock_launch_plan(l, path, argv0, envp);
	usock_launch_plan_late(l, path, argv0);
	return 0;
}

static int spawn_path(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
		      const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
	char *room[preload_env_room(envp)];
	struct launch l = { .count = 0 };
	int err;

	envp = preload_env_restore(envp, room);
	err = preload_may_use_host() ? 0 : plan_spawn(&l, path, actions, argv, envp);
	fork_open_sockets(NULL); /* the actions may let any of them live on */
	if (err)
		return -err;
	if (!l.count)
		return real()->posix_spawn(pid, path, actions, attr, argv, envp);
	{
		char *words[usock_launch_argc(&l, argv)];

		usock_launch_argv(&l, argv, words);
		err = real()->posix_spawn(pid, words[0], actions, attr, words, envp);
		return err == ENOENT ? EACCES : err; /* the helper, or the loader */
	}
}

INTERPOSE int posix_spawn(pid_t *restrict pid, const char *restrict path,
			  const posix_spawn_file_actions_t *restrict actions,
			  const posix_spawnattr_t *restrict attr, char *const argv[restrict],
			  char *const envp[restrict])
{
	return spawn_path(pid, path, actions, attr, argv, envp);
}

INTERPOSE int posix_spawnp(pid_t *restrict pid, const char *restrict file,
			   const posix_spawn_file_actions_t *restrict actions,
			   const posix_spawnattr_t *restrict attr, char *const argv[restrict],
			   char *const envp[restrict])
{
	char path[PATH_MAX];

	if (!usock_launch_find(file, path))
		return spawn_path(pid, path, actions, attr, argv, envp);
	fork_open_sockets(NULL);
	return real()->posix_spawnp(pid, file, actions, attr, argv, envp);
}

/* Before the program can lose its environment. */
__attribute__((constructor)) static void find_helper(void)
{
	usock_launch_helper(secure_getenv(LAUNCH_HELPER_VARIABLE));
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
