/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The environment that a program is run with: part of libusock-preload.
 *
 * sshd, su and "env -i" make a new one. A program that is run without LD_PRELOAD would be on the host,
 * and so what was lost is put back: the preload, and what it reads to find the stack. A caller that
 * hands the preload on has its reasons for the rest, and nothing is changed.
 *
 * A child of vfork(2) calls this: the caller has the memory, and what is put back was kept at the start.
 */
#include "libsock/preload.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libsock/launch.h"
#include "libsock/ldpreload.h"

/* What programs find the stack by: see ENVIRONMENT in usock(7) and libusock(3). */
static const char *const names[] = {
	"USTACK=",
	"USTACK_RUNDIR=",
	"USTACK_RESOLV_CONF=",
	LAUNCH_HELPER_VARIABLE "=",
};

#define NAMES (sizeof(names) / sizeof(names[0]))

/* As they were when the program began; empty: not set. */
static char kept[NAMES][PATH_MAX];
static char our_preload[PATH_MAX];

/* The value of a variable, whose name ends with '='; NULL: not there. */
static const char *value_of(char *const envp[], const char *name)
{
	size_t len = strlen(name);

	for (; envp && *envp; envp++)
		if (!strncmp(*envp, name, len))
			return *envp + len;
	return NULL;
}

__attribute__((constructor)) static void keep_environment(void)
{
	size_t len, i;
	const char *ours = ldpreload_find(ldpreload_list(environ), &len);

	if (ours && len < sizeof(our_preload))
		memcpy(our_preload, ours, len);
	for (i = 0; i < NAMES; i++) {
		const char *value = value_of(environ, names[i]);

		if (value && strlen(names[i]) + strlen(value) < sizeof(kept[i]))
			strcat(strcpy(kept[i], names[i]), value);
	}
}

/* Is there something to put back? Not where the user lets it all go to the host. */
static bool is_lost(char *const envp[])
{
	size_t len;

	return our_preload[0] && !preload_may_use_host() &&
	       !ldpreload_find(ldpreload_list(envp), &len);
}

/* LD_PRELOAD, ours, a colon, theirs. */
static size_t preload_size(const char *theirs)
{
	return sizeof(LDPRELOAD) + strlen(our_preload) + (theirs ? 1 + strlen(theirs) : 0);
}

/**
 * preload_env_room - how many pointers preload_env_restore() needs room for
 * @envp: what a program is to be run with; NULL: nothing
 */
size_t preload_env_room(char *const envp[])
{
	size_t n = 0;

	if (!is_lost(envp))
		return 1;
	while (envp && envp[n])
		n++;
	return n + NAMES + 2 + preload_size(ldpreload_list(envp)) / sizeof(char *) + 1;
}

/**
 * preload_env_restore - the environment that it is run with
 * @envp: the one that was asked for
 * @room: memory for the other, which refers to @envp
 *
 * Return: either.
 */
char *const *preload_env_restore(char *const envp[], char **room)
{
	const char *theirs = ldpreload_list(envp);
	char *text = (char *)room, **next = room + preload_size(theirs) / sizeof(*room) + 1;
	char **all = next;
	size_t i;

	if (!is_lost(envp))
		return envp;
	strcat(strcpy(text, LDPRELOAD), our_preload);
	if (theirs)
		strcat(strcat(text, ":"), theirs);
	*next++ = text;
	for (i = 0; i < NAMES; i++)
		if (kept[i][0] && !value_of(envp, names[i]))
			*next++ = kept[i];
	for (; envp && *envp; envp++)
		if (strncmp(*envp, LDPRELOAD, strlen(LDPRELOAD)))
			*next++ = *envp;
	*next = NULL;
	return all;
}

/**
 * preload_env_put_back - the same for the environment of this process
 *
 * As safe as setenv(3): not in a child of vfork(2).
 */
void preload_env_put_back(void)
{
	char *room[preload_env_room(environ)];
	char *const *all = preload_env_restore(environ, room);
	size_t i;

	if (all == environ)
		return;
	setenv("LD_PRELOAD", all[0] + strlen(LDPRELOAD), 1);
	for (i = 0; i < NAMES; i++)
		if (kept[i][0] && !value_of(environ, names[i]))
			putenv(kept[i]);
}
