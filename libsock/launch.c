/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running a program so that it gets no socket of the host's: see launch.h.
 */
#include "libsock/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libsock/ldpreload.h"
#include "libsock/sys.h"

#define HELPER_NAME "usock-confine"

/* A copy: programs overwrite the environment that they were born with. */
static char helper[PATH_MAX] = USTACK_LIBEXECDIR "/" HELPER_NAME;

void usock_launch_helper(const char *path)
{
	if (path && *path && strlen(path) < sizeof(helper))
		strcpy(helper, path);
}

/* --- finding ---------------------------------------------------------------------------------- */

static bool is_program(const char *path)
{
	struct stat st;

	return !sys_faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) &&
	       !sys_fstatat(AT_FDCWD, path, &st, 0) && S_ISREG(st.st_mode);
}

/* DIRECTORY/FILE; an empty directory is the current one. */
static bool join(char *ret, const char *directory, size_t len, const char *file)
{
	size_t rest = strlen(file) + 1;

	if (len + 1 + rest > PATH_MAX)
		return false;
	if (len) {
		memcpy(ret, directory, len);
		ret[len++] = '/';
	}
	memcpy(ret + len, file, rest);
	return true;
}

int usock_launch_find(const char *file, char *ret)
{
	const char *path = getenv("PATH");

	if (strchr(file, '/'))
		return join(ret, "", 0, file) ? 0 : -ENOENT;
	if (!path)
		path = "/bin:/usr/bin"; /* execvp(3) */
	for (;;) {
		size_t len = strcspn(path, ":");

		if (*file && join(ret, path, len, file) && is_program(ret))
			return 0;
		if (!path[len])
			return -ENOENT;
		path += len + 1;
	}
}

/* --- planning --------------------------------------------------------------------------------- */

static void add_word(struct launch *l, const char *word)
{
	if (word)
		l->words[l->count++] = word;
}

void usock_launch_plan_late(struct launch *l, const char *path, const char *argv0)
{
	l->count = 0;
	add_word(l, helper);
	add_word(l, path);
	add_word(l, argv0 ? argv0 : path);
}

/* The loader would search for a name without a slash, and take one with a dash for an option. */
static int set_target(struct launch *l, const char *path)
{
	if (*path == '/')
		return join(l->target, "", 0, path) ? 0 : -ENAMETOOLONG;
	return join(l->target, ".", 1, path) ? 0 : -ENAMETOOLONG;
}

/* Scripts are taken apart here as the kernel does, because the loader cannot run one. */
static int plan_loader(struct launch *l, const char *path, const char *argv0)
{
	const struct program *p = &l->program;
	unsigned int i = p->scripts;
	const char *first = i ? p->script[i - 1].interpreter : path;
	int err = set_target(l, first);

	if (err)
		return err;
	add_word(l, p->loader);
	add_word(l, "--argv0");
	add_word(l, i || !argv0 ? first : argv0);
	add_word(l, l->target);
	if (!i)
		return 0;
	add_word(l, p->script[--i].argument);
	while (i--) {
		add_word(l, p->script[i].interpreter);
		add_word(l, p->script[i].argument);
	}
	add_word(l, path);
	return 0;
}

int usock_launch_plan(struct launch *l, const char *path, const char *argv0, char *const envp[])
{
	int err = usock_program_look(path, &l->program);

	l->count = 0;
	if (err)
		return err;
	if (!ldpreload_is_found(envp) && !sys_faccessat(AT_FDCWD, path, X_OK, AT_EACCESS))
		l->program.reach = PROGRAM_UNREACHED;
	switch (l->program.reach) {
	case PROGRAM_REACHED:
		return 0;
	case PROGRAM_PRIVILEGED:
		return plan_loader(l, path, argv0);
	case PROGRAM_UNREACHED:
		break;
	}
	usock_launch_plan_late(l, path, argv0);
	return 0;
}

/* --- running ---------------------------------------------------------------------------------- */

/* The arguments after argv[0], which the plan has dealt with; how many there are goes to ret_count. */
static char *const *arguments(char *const argv[], size_t *ret_count)
{
	size_t n = 0;

	if (argv && argv[0])
		argv++;
	while (argv && argv[n])
		n++;
	*ret_count = n;
	return argv;
}

size_t usock_launch_argc(const struct launch *l, char *const argv[])
{
	size_t n;

	arguments(argv, &n);
	return l->count + n + 1;
}

void usock_launch_argv(const struct launch *l, char *const argv[], char **ret)
{
	size_t n, i;

	argv = arguments(argv, &n);
	for (i = 0; i < l->count; i++)
		*ret++ = (char *)l->words[i];
	for (i = 0; i < n; i++)
		*ret++ = argv[i];
	*ret = NULL;
}

/* The system call itself: under the preload, execve() would look at the loader once more. */
static void run(const struct launch *l, char *const argv[], char *const envp[])
{
	char *words[usock_launch_argc(l, argv)]; /* exec(2) is async-signal-safe: no malloc(3) */

	usock_launch_argv(l, argv, words);
	syscall(SYS_execve, words[0], words, envp);
}

bool usock_launch(const char *path, char *const argv[], char *const envp[])
{
	struct launch l;
	int err = usock_launch_plan(&l, path, argv ? argv[0] : NULL, envp);

	if (err) {
		errno = -err;
		return true;
	}
	if (!l.count)
		return false;
	run(&l, argv, envp);
	/* It is there: it was looked at. What is not is the helper, or the loader. */
	if (errno == ENOENT)
		errno = EACCES;
	return true;
}
