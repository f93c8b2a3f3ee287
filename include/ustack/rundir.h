/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an instance keeps its sockets: the one rule that the daemon and its clients must share.
 *
 * Called by nlserver (which makes the directory) and by libsock (which looks into it). Pure: the
 * caller hands in the environment, so that each may decide how far it trusts its own.
 */
#ifndef USTACK_RUNDIR_H
#define USTACK_RUNDIR_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include <ustack/channel.h>

/* What the rule looks at. */
struct ustack_rundir_env {
	const char *rundir;	     /* $USTACK_RUNDIR, or NULL */
	const char *xdg_runtime_dir; /* $XDG_RUNTIME_DIR, or NULL */
	uid_t uid;		     /* the effective user */
};

/**
 * ustack_name_valid - may this be the name of an instance?
 * @name: the name, or NULL
 *
 * A name is one path component of 1 to USTACK_NAME_MAX bytes that does not begin with a dot.
 */
static inline bool ustack_name_valid(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	return len > 0 && len <= USTACK_NAME_MAX && name[0] != '.' && !strchr(name, '/');
}

/**
 * ustack_rundir_base - the directory that holds the directories of all instances
 * @env: the environment
 * @buf: receives the path
 * @size: of @buf, in bytes
 * @ret_shared: set where the path lies in a directory that others can write to (USTACK_RUNDIR_TMP),
 *	so that its owner and mode must be checked before it is trusted; may be NULL
 *
 * Return: 0, or -ENAMETOOLONG.
 */
static inline int ustack_rundir_base(const struct ustack_rundir_env *env, char *buf, size_t size,
				     bool *ret_shared)
{
	bool shared = false;
	int n;

	if (env->rundir && env->rundir[0]) {
		n = snprintf(buf, size, "%s", env->rundir);
	} else if (env->uid == 0) {
		n = snprintf(buf, size, "%s", USTACK_RUNDIR_ROOT);
	} else if (env->xdg_runtime_dir && env->xdg_runtime_dir[0]) {
		n = snprintf(buf, size, "%s/ustack", env->xdg_runtime_dir);
	} else {
		n = snprintf(buf, size, USTACK_RUNDIR_TMP, (unsigned int)env->uid);
		shared = true;
	}
	if (n < 0 || (size_t)n >= size)
		return -ENAMETOOLONG;
	if (ret_shared)
		*ret_shared = shared;
	return 0;
}

/**
 * ustack_rundir - the directory of one instance
 * @env: the environment
 * @instance: its name
 * @buf: receives the path
 * @size: of @buf, in bytes
 *
 * Return: 0, -EINVAL where @instance is no name, or -ENAMETOOLONG.
 */
static inline int ustack_rundir(const struct ustack_rundir_env *env, const char *instance,
				char *buf, size_t size)
{
	size_t len;
	int err;

	if (!ustack_name_valid(instance))
		return -EINVAL;
	err = ustack_rundir_base(env, buf, size, NULL);
	if (err)
		return err;
	len = strlen(buf);
	if (len + 1 + strlen(instance) >= size)
		return -ENAMETOOLONG;
	buf[len] = '/';
	strcpy(buf + len + 1, instance);
	return 0;
}

#endif
