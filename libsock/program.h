/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program that is about to be run would do with the preload: take it, drop it, or never look.
 *
 * Used by launch.c, for exec(2) and posix_spawn(3) under the preload and for "uip stack exec", and by
 * confine.c. Nothing here allocates, locks or keeps state: a child of vfork(2) may call it.
 */
#ifndef LIBSOCK_PROGRAM_H
#define LIBSOCK_PROGRAM_H

#include <limits.h>

/* How far the kernel follows scripts that are run by scripts, and how much of each it reads. */
#define PROGRAM_SCRIPTS 5
#define PROGRAM_HEAD	256

enum program_reach {
	PROGRAM_REACHED,    /* takes the preload; or is none, and exec(2) will say why */
	PROGRAM_PRIVILEGED, /* drops it, because the file gives privileges: see ld.so(8) */
	PROGRAM_UNREACHED,  /* never looks: static, made for another machine, or ids that differ */
};

/* The first line of a script. The strings are in the line itself. */
struct program_script {
	char line[PROGRAM_HEAD + 1];
	const char *interpreter;
	const char *argument; /* NULL: none */
};

struct program {
	enum program_reach reach;
	unsigned int scripts; /* how many stand before the program itself */
	struct program_script script[PROGRAM_SCRIPTS];
	char loader[PATH_MAX]; /* PT_INTERP, where there is one */
};

/**
 * usock_program_look() - look at what exec(2) of a path would run
 * @path: as exec(2) takes it; scripts are followed as the kernel does
 * @ret: filled in on success
 *
 * What exec(2) refuses anyway counts as reached: it has the better error.
 *
 * Return: 0, or -errno of open(2) or read(2) for what could be run but not looked at, such as
 * -EACCES for a program that may be executed but not read.
 */
int usock_program_look(const char *path, struct program *ret);

#endif
