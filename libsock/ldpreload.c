/* SPDX-License-Identifier: BSD-2-Clause */
/* LD_PRELOAD: see ldpreload.h. */
#include "libsock/ldpreload.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "libsock/sys.h"

#define NAME "libusock-preload.so"

/* Of several, the loader takes the last. */
const char *ldpreload_list(char *const envp[])
{
	const char *list = NULL;

	for (; envp && *envp; envp++)
		if (!strncmp(*envp, LDPRELOAD, strlen(LDPRELOAD)))
			list = *envp + strlen(LDPRELOAD);
	return list;
}

const char *ldpreload_find(const char *list, size_t *ret_len)
{
	const size_t own = strlen(NAME);

	while (list && *list) {
		size_t len = strcspn(list, LDPRELOAD_SEPARATORS);
		const char *name = list + (len < own ? 0 : len - own);

		if (len >= own && !strncmp(name, NAME, own) && (len == own || name[-1] == '/')) {
			*ret_len = len;
			return list;
		}
		list += len + (list[len] != '\0');
	}
	return NULL;
}

bool ldpreload_is_found(char *const envp[])
{
	char path[PATH_MAX];
	size_t len;
	const char *ours = ldpreload_find(ldpreload_list(envp), &len);

	/* A bare name is looked for in the loader's directories, and '$' begins one of its words. */
	if (!ours || !memchr(ours, '/', len) || memchr(ours, '$', len))
		return true;
	if (len >= sizeof(path))
		return false;
	memcpy(path, ours, len);
	path[len] = '\0';
	/* By the real ids, which differ from the others only where nothing is reached: so the kernel leaves out the
	 * capabilities that one who is not root has until exec(2) (access(2)). */
	return !sys_faccessat(AT_FDCWD, path, R_OK, 0);
}
