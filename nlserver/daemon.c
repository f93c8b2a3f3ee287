/* SPDX-License-Identifier: BSD-2-Clause */
/* Becoming a daemon: see daemon.h. Called by ustackd.c. */
#include "nlserver/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The parent: the child says nothing and closes the pipe when it is ready, else a sentence. */
static void wait_and_exit(int fd, pid_t child)
{
	char text[512];
	size_t len = 0;
	int status = 0;
	ssize_t n;

	while (len < sizeof(text) - 1) {
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (len == 1 && text[0] == '\n')
		_exit(EXIT_SUCCESS);
	text[len] = '\0';
	if (!len && waitpid(child, &status, 0) == child && WIFSIGNALED(status))
		snprintf(text, sizeof(text), "ended by signal %d", WTERMSIG(status));
	fprintf(stderr, "ustackd: %s\n", text[0] ? text : "ended before it was ready");
	_exit(EXIT_FAILURE);
}

int daemon_begin(struct daemon *d)
{
	int pipe_fds[2], err;
	pid_t child;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	child = fork();
	if (child < 0) {
		err = -errno;
		close(pipe_fds[0]);
		close(pipe_fds[1]);
		return err;
	}
	if (child > 0) {
		close(pipe_fds[1]);
		wait_and_exit(pipe_fds[0], child);
	}
	close(pipe_fds[0]);
	d->ready_fd = pipe_fds[1];
	setsid();
	return 0;
}

static void tell(struct daemon *d, const char *text)
{
	ssize_t n;

	if (d->ready_fd < 0)
		return;
	do {
		n = write(d->ready_fd, text, strlen(text));
	} while (n < 0 && errno == EINTR);
	close(d->ready_fd);
	d->ready_fd = -1;
}

void daemon_ready(struct daemon *d)
{
	int null, stays;

	if (d->ready_fd < 0)
		return;
	stays = chdir("/"); /* keep nobody's file system busy; to stay does no other harm */
	(void)stays;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		if (null > STDERR_FILENO)
			close(null);
	}
	tell(d, "\n");
}

void daemon_failed(struct daemon *d, const char *sentence)
{
	tell(d, sentence);
}
