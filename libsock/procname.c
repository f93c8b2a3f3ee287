/* SPDX-License-Identifier: BSD-2-Clause */
/* Which paths below /proc mean something of the stack's: see procname.h. Called by preload_proc.c. */
#include "libsock/procname.h"

#include <string.h>

#include <ustack/ustack.h>

_Static_assert(PROCNAME_SIZE > USTACK_SYSCTL_NAME_MAX && PROCNAME_SIZE > USTACK_PROC_NAME_MAX, "room for any name");

/* Past slashes, and components that are a dot. */
static const char *skip(const char *path)
{
	while (*path == '/' || (*path == '.' && (path[1] == '/' || !path[1])))
		path++;
	return path;
}

/* Past a directory: what is behind it, which is not empty. */
static const char *past(const char *path)
{
	size_t len = strcspn(path, "/");
	const char *rest = skip(path + len);

	return len && *rest ? rest : NULL;
}

/* What is behind the directory @dir at the beginning of @path; NULL: another one is there, or nothing is behind it. */
static const char *behind(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return path && !strncmp(path, dir, len) && path[len] == '/' ? past(path) : NULL;
}

/*
 * What is behind a process's directory, or that of one of its threads; of another process, too: one that is on the
 * stack may well be meant, and the host's tables are not to be seen.
 */
static const char *behind_process(const char *path)
{
	size_t digits = strspn(path, "0123456789");
	const char *rest = behind(path, "self"), *task;

	if (!rest)
		rest = behind(path, "thread-self");
	if (!rest && digits && path[digits] == '/')
		rest = past(path);
	task = behind(rest, "task");
	return task ? past(task) : rest;
}

/* The host's, which the stack knows nothing of: sockets of AF_UNIX, and the length of a tick. */
static bool is_hosts(const char *name)
{
	return !strcmp(name, "unix") || !strcmp(name, "psched");
}

/* Put the components of @path behind the @len bytes of a name that there are, with @separator between. */
static void join(const char *path, char separator, char *ret, size_t len)
{
	for (; *path; path = skip(path)) {
		size_t part = strcspn(path, "/");

		if (len + 1 + part >= PROCNAME_SIZE || !strncmp(path, "../", 3) || !strcmp(path, "..")) {
			ret[0] = '\0';
			return;
		}
		if (len)
			ret[len++] = separator;
		memcpy(ret + len, path, part);
		len += part;
		ret[len] = '\0';
		path += part;
	}
}

/**
 * procname_find - does a path lead to something of the stack's?
 * @path: any; only an absolute one can
 * @ret: what it is, if it does
 */
bool procname_find(const char *path, struct procname *ret)
{
	const char *proc = path && *path == '/' ? behind(skip(path), "proc") : NULL;
	const char *rest;

	if (!proc)
		return false;
	rest = behind(behind(proc, "sys"), "net");
	if (rest) {
		ret->kind = PROCNAME_PARAMETER;
		strcpy(ret->name, "net");
		join(rest, '.', ret->name, strlen("net"));
		return true;
	}
	rest = behind(proc, "net");
	if (!rest)
		rest = behind(behind_process(proc), "net");
	if (!rest)
		return false;
	ret->kind = PROCNAME_NET;
	join(rest, '/', ret->name, 0);
	return !is_hosts(ret->name);
}
