/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of buffers: how much they hold, and bytes from one place to another. Called by the files of
 * the socket types.
 */
#include "libsock/iov.h"

#include <string.h>

/**
 * iov_size - bytes that a list of buffers has room for
 * @iov: the buffers
 * @iovcnt: how many
 */
size_t iov_size(const struct iovec *iov, size_t iovcnt)
{
	size_t size = 0;

	for (size_t i = 0; i < iovcnt; i++)
		size += iov[i].iov_len;
	return size;
}

/**
 * iov_at - a place in a list of buffers
 * @iov: the buffers
 * @offset: bytes from their start; not beyond their end
 */
struct iov_cursor iov_at(const struct iovec *iov, size_t offset)
{
	while (offset > iov->iov_len) {
		offset -= iov->iov_len;
		iov++;
	}
	return (struct iov_cursor){ .iov = iov, .offset = offset };
}

/* Bytes at @at that lie in one piece, of @len that are wanted; at least one, as @len is not 0. */
static size_t iov_piece(struct iov_cursor *at, size_t len)
{
	while (at->offset == at->iov->iov_len) {
		at->iov++;
		at->offset = 0;
	}
	return len < at->iov->iov_len - at->offset ? len : at->iov->iov_len - at->offset;
}

static char *iov_byte(struct iov_cursor at)
{
	return (char *)at.iov->iov_base + at.offset;
}

/**
 * iov_read - copy bytes out of a list of buffers
 * @to: receives them
 * @from: where they begin
 * @len: how many; the buffers hold as many
 */
void iov_read(void *to, struct iov_cursor from, size_t len)
{
	for (char *at = to; len;) {
		size_t n = iov_piece(&from, len);

		memcpy(at, iov_byte(from), n);
		from.offset += n;
		at += n;
		len -= n;
	}
}

/**
 * iov_move - move bytes from one list of buffers to another
 * @to: where they go
 * @from: where they are: in other buffers, or at a later place of the same
 * @len: how many; neither list ends before
 */
void iov_move(struct iov_cursor to, struct iov_cursor from, size_t len)
{
	while (len) {
		size_t n = iov_piece(&from, iov_piece(&to, len));

		memmove(iov_byte(to), iov_byte(from), n);
		to.offset += n;
		from.offset += n;
		len -= n;
	}
}
