/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running a program so that it gets no socket of the host's, whether the preload reaches it or not.
 *
 *	the preload reaches it		exec(2), as it is
 *	the loader would drop it	LOADER --argv0 ARGV0 PROGRAM …, which gives no privilege
 *	it never looks, or cannot read	usock-confine PROGRAM ARGV0 … (confine.c)
 *	the preload
 *	it cannot be looked at		refused
 *
 * Used by the preload's exec and spawn, by "uip stack exec", and by usock-confine. A child of
 * vfork(2) may call all of it but usock_launch_helper().
 */
#ifndef LIBSOCK_LAUNCH_H
#define LIBSOCK_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>

#include "libsock/program.h"

/* What tells a program where usock-confine is. */
#define LAUNCH_HELPER_VARIABLE "USTACK_CONFINE"

/* loader, option, argv[0], program; each script and its argument */
#define LAUNCH_WORDS (4 + 2 * PROGRAM_SCRIPTS)

struct launch {
	struct program program;
	char target[PATH_MAX];
	size_t count;			 /* 0: run it as it is */
	const char *words[LAUNCH_WORDS]; /* what stands in the place of argv[0] */
};

/** usock_launch_helper() - say where usock-confine is; NULL for where it was configured to be */
void usock_launch_helper(const char *path);

/**
 * usock_launch_find() - the program that execvp(3) would run
 * @file: its name; with a slash, it is a path already
 * @ret: PATH_MAX bytes
 *
 * Return: 0, or -ENOENT where execvp(3) fails.
 */
int usock_launch_find(const char *file, char *ret);

/**
 * usock_launch_plan() - how a program is to be run
 * @launch: filled in; it refers to @path and @argv0
 * @envp: what it is to be run with: that says where the preload is
 *
 * Return: 0, or -errno: it must not be run (see usock_program_look()).
 */
int usock_launch_plan(struct launch *launch, const char *path, const char *argv0,
		      char *const envp[]);

/** usock_launch_plan_late() - the same, for a program that can be looked at only when it is run */
void usock_launch_plan_late(struct launch *launch, const char *path, const char *argv0);

/** usock_launch_argc() - how many words usock_launch_argv() writes, with the NULL; @argv may be NULL */
size_t usock_launch_argc(const struct launch *launch, char *const argv[]);

/** usock_launch_argv() - the words for exec(2); the first is the path, too. @ret has room for argc */
void usock_launch_argv(const struct launch *launch, char *const argv[], char **ret);

/**
 * usock_launch() - run a program by a plan, unless exec(2) may run it as it is
 *
 * Return: false where it may; true, and errno, where it must not or could not be run.
 */
bool usock_launch(const char *path, char *const argv[], char *const envp[]);

#endif
