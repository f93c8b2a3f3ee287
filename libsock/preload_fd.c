/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's calls that make, copy and close descriptors: part of libusock-preload.
 *
 * What a descriptor means must go with it: into its duplicates, and away when it is closed, by
 * whatever means.
 */
#include "libsock/preload.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <unistd.h>
#include <linux/close_range.h>

#include "libsock/fdtable.h"
#include "libsock/linger.h"
#include "libsock/process.h"
#include "libsock/procfile.h"
#include "libsock/real.h"
#include "libsock/usock.h"

/* How a call on a descriptor ends about which procfile_settle() said @err. */
static int closed(int ret, int err)
{
	if (ret < 0 || !err)
		return ret;
	errno = -err;
	return -1;
}

INTERPOSE int close(int fd)
{
	int err;

	if (!fdtable_has(fd))
		return real()->close(fd);
	err = procfile_settle(fd);
	return closed(usock_close(fd), err);
}

INTERPOSE int fclose(FILE *stream)
{
	struct usock *lingers = NULL;
	int fd = fileno(stream), err = 0, ret;

	if (fd >= 0 && fdtable_has(fd)) {
		if (real()->fflush(stream) == 0)
			err = procfile_settle(fd);
		lingers = linger_begin(fd);
		fdtable_forget(fd);
	}
	ret = closed(real()->fclose(stream), err);
	err = errno;
	linger_end(lingers);
	errno = err;
	return ret;
}

INTERPOSE int fflush(FILE *stream)
{
	int fd = stream ? fileno(stream) : -1, ret = real()->fflush(stream), err;

	if (stream && (fd < 0 || !fdtable_has(fd)))
		return ret;
	err = stream ? procfile_settle(fd) : procfile_settle_range(0, INT_MAX);
#ifdef _IO_ERR_SEEN
	if (err && stream)
		stream->_flags |= _IO_ERR_SEEN; /* shells ask ferror(3) */
#endif
	return closed(ret, err);
}

static void forget_range(unsigned int first, unsigned int last)
{
	int fd = first > INT_MAX ? -1 : fdtable_next((int)first - 1);

	for (; fd >= 0 && (unsigned int)fd <= last; fd = fdtable_next(fd)) {
		procfile_settle(fd);
		fdtable_forget(fd);
	}
}

INTERPOSE int close_range(unsigned int first, unsigned int last, int flags)
{
	if (!real()->close_range) {
		errno = ENOSYS;
		return -1;
	}
	if (!(flags & (int)CLOSE_RANGE_CLOEXEC))
		forget_range(first, last);
	return real()->close_range(first, last, flags);
}

INTERPOSE void closefrom(int low)
{
	forget_range(low < 0 ? 0 : (unsigned int)low, UINT_MAX);
	if (real()->closefrom)
		real()->closefrom(low);
}

/* What streams still hold is written after us, when the program ends: so here. */
__attribute__((destructor)) static void settle_at_exit(void)
{
	if (fdtable_has(STDOUT_FILENO) || fdtable_has(STDERR_FILENO))
		real()->fflush(NULL);
	procfile_settle_range(0, INT_MAX);
}

INTERPOSE int dup(int fd)
{
	return fdtable_has(fd) ? usock_dup(fd) : real()->dup(fd);
}

/* dup2 onto a socket of the stack closes it, so it is not only @fd that matters. */
INTERPOSE int dup2(int fd, int newfd)
{
	if (fd != newfd && fdtable_has(newfd))
		procfile_settle(newfd); /* as with any file, nobody hears of an error */
	return usock_dup2(fd, newfd);
}

INTERPOSE int dup3(int fd, int newfd, int flags)
{
	if (fd != newfd && fdtable_has(newfd))
		procfile_settle(newfd);
	return usock_dup3(fd, newfd, flags);
}

static int duplicate_or_pass(int fd, int cmd, void *arg)
{
	return fdtable_has(fd) ? usock_fcntl(fd, cmd, arg) : real()->fcntl(fd, cmd, arg);
}

INTERPOSE int fcntl(int fd, int cmd, ...)
{
	va_list args;
	void *arg;

	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	return duplicate_or_pass(fd, cmd, arg);
}

#ifndef __USE_FILE_OFFSET64
INTERPOSE int fcntl64(int fd, int cmd, ...)
{
	va_list args;
	void *arg;

	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	return duplicate_or_pass(fd, cmd, arg);
}
#endif
