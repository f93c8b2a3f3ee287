/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of buffers, as readv(2) and its like take them.
 */
#ifndef LIBSOCK_IOV_H
#define LIBSOCK_IOV_H

#include <stddef.h>
#include <sys/uio.h>

/* A place in a list of buffers. */
struct iov_cursor {
	const struct iovec *iov;
	size_t offset;
};

size_t iov_size(const struct iovec *iov, size_t iovcnt);
struct iov_cursor iov_at(const struct iovec *iov, size_t offset);
void iov_read(void *to, struct iov_cursor from, size_t len);
void iov_move(struct iov_cursor to, struct iov_cursor from, size_t len);

#endif
