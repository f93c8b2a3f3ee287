/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system(3), popen(3) and wordexp(3): part of libusock-preload.
 *
 * The C library starts the shell by calls of its own, which nobody can stand in front of, with the
 * environment that the process has then. So that is seen to before, and whether the shell would take
 * the preload.
 */
#include "libsock/preload.h"

#include <errno.h>
#include <paths.h>
#include <stdlib.h>
#include <unistd.h>

#include "libsock/launch.h"
#include "libsock/real.h"

/* Sets errno where not. */
static bool may_run_shell(void)
{
	struct launch shell;

	if (preload_may_use_host())
		return true;
	preload_env_put_back();
	if (!usock_launch_plan(&shell, _PATH_BSHELL, NULL, environ) && !shell.count)
		return true;
	errno = EACCES;
	return false;
}

INTERPOSE int system(const char *command)
{
	if (command && !may_run_shell())
		return -1;
	return real()->system(command);
}

INTERPOSE FILE *popen(const char *command, const char *type)
{
	if (!may_run_shell())
		return NULL;
	return real()->popen(command, type);
}

INTERPOSE int wordexp(const char *restrict words, wordexp_t *restrict ret, int flags)
{
	if (!(flags & WRDE_NOCMD) && !may_run_shell())
		flags |= WRDE_NOCMD;
	return real()->wordexp(words, ret, flags);
}
