/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Becoming a daemon: the caller's process waits until the daemon serves, and ends with its verdict, so
 * that whoever started it can rely on it from the next line on.
 */
#ifndef NLSERVER_DAEMON_H
#define NLSERVER_DAEMON_H

struct daemon {
	int ready_fd;	/* to the process that waits; -1: none does */
};

/**
 * daemon_begin - go on in a child of its own session; the parent does not return: it waits, prints what
 * the child says, and exits with 0 or 1
 * Return: 0 in the child, or -errno in the only process that there is
 */
int daemon_begin(struct daemon *d);
/** daemon_ready - all is well: the parent ends with 0; standard streams go to /dev/null */
void daemon_ready(struct daemon *d);
/** daemon_failed - it is not: the parent prints @sentence and ends with 1; harmless when none waits */
void daemon_failed(struct daemon *d, const char *sentence);

#endif
