/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "stack": add, delete, list, exec. Called through the table of objects.
 */
#include "uip/stack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ustack/channel.h>
#include <ustack/rundir.h>

#include "libsock/channel.h"
#include "libsock/launch.h"
#include "uip/install.h"
#include "uip/out.h"
#include "uip/uip.h"

/* How long a daemon may take to close its connections before we give up waiting, in milliseconds.
 *  */
#define STOP_TIMEOUT 30000

static const char stack_usage[] = "Usage: uip stack list\n"
				  "       uip stack add NAME [ OPTIONS OF ustackd ]\n"
				  "       uip stack del NAME\n"
				  "       uip stack exec NAME CMD ...\n";

/* struct ucred is not shown without _GNU_SOURCE; this is what SO_PEERCRED fills in (unix(7)). */
struct peer {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

/* --- instances -------------------------------------------------------------------------------- */

/* The process that serves the instance; 0 if none does. A socket that was left behind refuses. */
static pid_t serving_pid(const char *name)
{
	struct usock_channel *channel;
	struct peer peer = { 0 };
	socklen_t len = sizeof(peer);

	if (usock_channel_open(name, USTACK_CHAN_ROUTE, &channel))
		return 0;
	if (getsockopt(usock_channel_fd(channel), SOL_SOCKET, SO_PEERCRED, &peer, &len))
		peer.pid = 0;
	usock_channel_close(channel);
	return peer.pid;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Reads the names of all directories of instances; the caller frees each and the array. */
static int read_names(char ***ret, size_t *ret_count)
{
	char base[PATH_MAX], **names = NULL, *slash;
	size_t count = 0;
	struct dirent *entry;
	DIR *dir;
	int err = usock_rundir(base, sizeof(base), USTACK_DEFAULT_NAME);

	if (err)
		return err == -ENOENT ? 0 : err;
	slash = strrchr(base, '/');
	*slash = '\0';
	dir = opendir(base);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir))) {
		char **grown;

		if (!ustack_name_valid(entry->d_name))
			continue;
		grown = realloc(names, (count + 1) * sizeof(*grown));
		if (!grown)
			break;
		names = grown;
		names[count] = strdup(entry->d_name);
		count += names[count] != NULL;
	}
	closedir(dir);
	if (count)
		qsort(names, count, sizeof(*names), compare_names);
	*ret = names;
	*ret_count = count;
	return 0;
}

int stack_each(void (*fn)(const char *name, int pid, void *arg), void *arg)
{
	char **names = NULL;
	size_t count = 0, i;
	int err = read_names(&names, &count);

	for (i = 0; i < count; i++) {
		pid_t pid = serving_pid(names[i]);

		if (pid)
			fn(names[i], pid, arg);
		free(names[i]);
	}
	free(names);
	return err;
}

/* --- list ------------------------------------------------------------------------------------- */

static void list_one(const char *name, int pid, void *arg)
{
	struct uip *u = arg;

	out_object(u->out, NULL);
	out_str(u->out, "name", "", name, "");
	out_json_uint(u->out, "pid", (uint64_t)pid);
	if (u->opts.details)
		out_text(u->out, " (pid %d)", pid);
	out_text(u->out, "\n");
	out_object_end(u->out);
}

static int stack_list(struct uip *u, struct args *a, const struct command *cmd)
{
	int err;

	(void)a;
	(void)cmd;
	out_begin(u->out);
	err = stack_each(list_one, u);
	out_end(u->out);
	if (!err)
		return UIP_OK;
	fprintf(stderr, "Cannot list the instances: %s\n", strerror(-err));
	return UIP_FAILED;
}

/* --- add -------------------------------------------------------------------------------------- */

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return UIP_FAILED;
	if (WIFSIGNALED(status))
		fprintf(stderr, "ustackd was killed by signal %d.\n", WTERMSIG(status));
	return WIFEXITED(status) && !WEXITSTATUS(status) ? UIP_OK : UIP_FAILED;
}

static int take_stack_name(struct args *a, const char **ret)
{
	int status;

	if (!a->left) {
		fputs("No instance name specified\n", stderr);
		return UIP_FAILED;
	}
	status = args_pop(a, ret);
	if (!status && !ustack_name_valid(*ret)) {
		fprintf(stderr, "Invalid instance name \"%s\"\n", *ret);
		status = UIP_USAGE;
	}
	return status;
}

/* The daemon goes into the background by itself, and its first process ends when it serves. */
static int stack_add(struct uip *u, struct args *a, const struct command *cmd)
{
	char path[PATH_MAX], **argv;
	const char *name;
	pid_t pid;
	int status = take_stack_name(a, &name);

	(void)cmd;
	if (status)
		return status;
	if (install_find_daemon(path, sizeof(path))) {
		fputs("Cannot find ustackd: set USTACKD to its path.\n", stderr);
		return UIP_FAILED;
	}
	argv = calloc((size_t)a->left + 4, sizeof(*argv));
	if (!argv)
		return UIP_FAILED;
	argv[0] = path;
	argv[1] = "-n";
	argv[2] = (char *)name;
	memcpy(&argv[3], a->word, (size_t)a->left * sizeof(*argv));
	out_flush(u->out);
	pid = fork();
	if (!pid) {
		execv(path, argv);
		fprintf(stderr, "Cannot run \"%s\": %s\n", path, strerror(errno));
		_exit(UIP_USAGE);
	}
	free(argv);
	if (pid < 0) {
		perror("Cannot start ustackd");
		return UIP_FAILED;
	}
	a->left = 0;
	return wait_for(pid);
}

/* --- delete ----------------------------------------------------------------------------------- */

/* The process id that the daemon wrote into its lock file; 0 if that cannot be read. */
static pid_t locked_pid(const char *name)
{
	char path[PATH_MAX];
	long pid = 0;
	FILE *f;

	if (usock_rundir(path, sizeof(path), name) ||
	    strlen(path) + sizeof("/" USTACK_LOCKFILE) > sizeof(path))
		return 0;
	strcat(path, "/" USTACK_LOCKFILE);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%ld", &pid) != 1 || pid <= 1 || pid > INT_MAX)
		pid = 0;
	fclose(f);
	return (pid_t)pid;
}

/* Asks the process to stop, and waits until it has. Through the descriptor it stays the one that we
 * have looked at, even if its number is given to another. */
static int stop(int pidfd)
{
	struct pollfd gone = { .fd = pidfd, .events = POLLIN };
	int n;

	if (syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0))
		return -errno;
	do {
		n = poll(&gone, 1, STOP_TIMEOUT);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n ? 0 : -ETIMEDOUT;
}

static int stack_del(struct uip *u, struct args *a, const struct command *cmd)
{
	const char *name;
	pid_t pid;
	int status = take_stack_name(a, &name), pidfd, err;

	(void)u;
	(void)cmd;
	if (status)
		return status;
	pid = locked_pid(name);
	pidfd = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	/* The lock file alone proves nothing: it may be left from a daemon that died. */
	if (pidfd < 0 || serving_pid(name) != pid) {
		fprintf(stderr, "Cannot remove instance \"%s\": %s\n", name, strerror(ENOENT));
		if (pidfd >= 0)
			close(pidfd);
		return UIP_FAILED;
	}
	err = stop(pidfd);
	close(pidfd);
	if (err) {
		fprintf(stderr, "Cannot remove instance \"%s\": %s\n", name, strerror(-err));
		return UIP_FAILED;
	}
	return UIP_OK;
}

/* --- exec ------------------------------------------------------------------------------------- */

/* Puts our preload before what the user has in LD_PRELOAD. */
static int set_preload(const char *path)
{
	const char *others = getenv("LD_PRELOAD");
	char *all;
	int err;

	if (!others || !*others)
		return setenv("LD_PRELOAD", path, 1);
	all = malloc(strlen(path) + strlen(others) + 2);
	if (!all)
		return -1;
	sprintf(all, "%s:%s", path, others);
	err = setenv("LD_PRELOAD", all, 1);
	free(all);
	return err;
}

static int set_environment(const char *name)
{
	char preload[PATH_MAX], confine[PATH_MAX];

	if (install_find_preload(preload, sizeof(preload))) {
		fputs("Cannot find libusock-preload.so: set USTACK_PRELOAD to its path.\n", stderr);
		return UIP_FAILED;
	}
	if (install_find_confine(confine, sizeof(confine))) {
		fputs("Cannot find usock-confine: set USTACK_CONFINE to its path.\n", stderr);
		return UIP_FAILED;
	}
	if (setenv("USTACK", name, 1) || setenv(LAUNCH_HELPER_VARIABLE, confine, 1) ||
	    set_preload(preload)) {
		perror("Cannot set the environment");
		return UIP_FAILED;
	}
	usock_launch_helper(confine);
	return UIP_OK;
}

/* Did the user allow what the stack cannot serve to go to the host? See usock(7). */
static bool may_use_host(void)
{
	const char *value = getenv("USTACK_HOST_FALLBACK");

	return value && !strcmp(value, "1");
}

/* Returns only where it fails, with errno. */
static void run_program(char **argv)
{
	char path[PATH_MAX];

	if (!may_use_host() && !usock_launch_find(argv[0], path) &&
	    usock_launch(path, argv, environ))
		return;
	execvp(argv[0], argv);
}

static int stack_exec(struct uip *u, struct args *a, const struct command *cmd)
{
	const char *name;
	int status = take_stack_name(a, &name);

	(void)cmd;
	if (status)
		return status;
	if (!a->left) {
		fputs("No command specified\n", stderr);
		return UIP_FAILED;
	}
	if (!serving_pid(name)) {
		fprintf(stderr, "Cannot open instance \"%s\": %s\n", name, strerror(ENOENT));
		return UIP_USAGE;
	}
	status = set_environment(name);
	if (status)
		return status;
	out_flush(u->out);
	run_program(a->word);
	fprintf(stderr, "exec of \"%s\" failed: %s\n", a->word[0], strerror(errno));
	return UIP_FAILED;
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct arg no_args[] = { { 0 } };

const struct command stack_commands[] = {
	{ "list", ARG_ABBREV | COMMAND_DEFAULT, stack_list, no_args, 0, 0 },
	{ "show", ARG_ABBREV, stack_list, no_args, 0, 0 },
	{ "lst", ARG_ABBREV, stack_list, no_args, 0, 0 },
	{ "add", ARG_ABBREV, stack_add, no_args, 0, 0 },
	{ "delete", ARG_ABBREV, stack_del, no_args, 0, 0 },
	{ "exec", ARG_ABBREV, stack_exec, no_args, 0, 0 },
	{ 0 },
};

int stack_main(struct uip *u, struct args *a)
{
	return command_run(u, a, stack_commands, "stack", stack_usage);
}
