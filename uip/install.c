/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding ustackd, the preload and usock-confine: see install.h. Called by stack.c.
 */
#include "uip/install.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAEMON_NAME  "ustackd"
#define PRELOAD_NAME "libusock-preload.so"
#define CONFINE_NAME "usock-confine"

static bool fits(char *buf, size_t size, int len, int mode)
{
	return len > 0 && (size_t)len < size && !access(buf, mode);
}

/* The directory of the program that is running. */
static int own_directory(char *buf, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buf, size - 1);
	char *slash;

	if (n <= 0)
		return -ENOENT;
	buf[n] = '\0';
	slash = strrchr(buf, '/');
	if (!slash)
		return -ENOENT;
	*slash = '\0';
	return 0;
}

/* Looks for @name in places that are told from our own directory; @places ends with NULL. */
static bool find_beside(char *buf, size_t size, const char *const *places, const char *name,
			int mode)
{
	char own[PATH_MAX];

	if (own_directory(own, sizeof(own)))
		return false;
	for (; *places; places++)
		if (fits(buf, size, snprintf(buf, size, "%s/%s/%s", own, *places, name), mode))
			return true;
	return false;
}

static bool find_in_path(char *buf, size_t size, const char *name)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t len = strcspn(path, ":");

		if (len &&
		    fits(buf, size, snprintf(buf, size, "%.*s/%s", (int)len, path, name), X_OK))
			return true;
		path += len + (path[len] == ':');
	}
	return false;
}

static bool find_given(char *buf, size_t size, const char *variable, int mode)
{
	const char *given = getenv(variable);

	return given && *given && fits(buf, size, snprintf(buf, size, "%s", given), mode);
}

int install_find_daemon(char *buf, size_t size)
{
	/* Installed (bin/uip, sbin/ustackd), built (uip/uip, uip/.libs/uip), and all in one place.
	 *  */
	static const char *const places[] = { "../sbin", "../nlserver", "../../nlserver", ".",
					      NULL };

	if (find_given(buf, size, "USTACKD", X_OK) ||
	    find_beside(buf, size, places, DAEMON_NAME, X_OK) ||
	    fits(buf, size, snprintf(buf, size, "%s/%s", USTACK_SBINDIR, DAEMON_NAME), X_OK) ||
	    find_in_path(buf, size, DAEMON_NAME))
		return 0;
	return -ENOENT;
}

int install_find_confine(char *buf, size_t size)
{
	static const char *const places[] = { "../libexec/ustack", "../libsock", "../../libsock",
					      NULL };

	if (find_given(buf, size, "USTACK_CONFINE", X_OK) ||
	    find_beside(buf, size, places, CONFINE_NAME, X_OK) ||
	    fits(buf, size, snprintf(buf, size, "%s/%s", USTACK_LIBEXECDIR, CONFINE_NAME), X_OK))
		return 0;
	return -ENOENT;
}

int install_find_preload(char *buf, size_t size)
{
	static const char *const places[] = { "../.libs", "../../.libs", "../lib", NULL };

	if (find_given(buf, size, "USTACK_PRELOAD", R_OK) ||
	    find_beside(buf, size, places, PRELOAD_NAME, R_OK) ||
	    fits(buf, size, snprintf(buf, size, "%s/%s", USTACK_LIBDIR, PRELOAD_NAME), R_OK))
		return 0;
	return -ENOENT;
}
