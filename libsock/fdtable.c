/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which descriptors are sockets of the stack: see fdtable.h. Called by usock.c, socket.c, fork.c.
 *
 * A directory of chunks of slots, one slot per descriptor number; chunks are never given back. A
 * struct usock is type-stable: once made, its memory is only ever used for another one. So a reader
 * may look at one that is just being freed, take a reference if there is still one, and then see
 * whether the slot still means it. Memory comes from mmap(2), because malloc(3) is not safe in a
 * signal handler, and socket(2) is.
 */
#include "libsock/fdtable.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "libsock/dial.h"
#include "libsock/process.h"
#include "libsock/sys.h"

#define CHUNK_SLOTS 1024
#define CHUNKS_MAX  1024 /* the kernel's own limit on descriptors, by default: 1024 * 1024 */
#define POOL_BATCH  32

struct chunk {
	_Atomic(struct usock *) slot[CHUNK_SLOTS];
};

static _Atomic(struct chunk *) directory[CHUNKS_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct usock *free_list;

/**
 * fdtable_lock - hold off every change, for fork(2)
 * @guard: receives what fdtable_unlock() restores
 */
void fdtable_lock(struct guard *guard)
{
	guard_enter(guard, &lock);
}

/**
 * fdtable_unlock - let changes go on
 * @guard: as filled in by fdtable_lock()
 */
void fdtable_unlock(const struct guard *guard)
{
	guard_leave(guard, &lock);
}

static void *map_zeroed(size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

static int pool_refill(void)
{
	struct usock *batch = map_zeroed(POOL_BATCH * sizeof(*batch));

	if (!batch)
		return -ENOMEM;
	for (size_t i = 0; i < POOL_BATCH; i++) {
		batch[i].next_free = free_list;
		free_list = &batch[i];
	}
	return 0;
}

/**
 * fdtable_alloc - a new socket, that no descriptor means yet
 *
 * Return: it, zeroed, with one reference, which the caller gives up by fdtable_put(); NULL: no memory.
 */
struct usock *fdtable_alloc(void)
{
	struct usock *sk = NULL;
	struct guard guard;

	fdtable_lock(&guard);
	if (free_list || !pool_refill()) {
		sk = free_list;
		free_list = sk->next_free;
		/* refs stays 0 until the rest is in order: a late reader must not get hold of it */
		memset((char *)sk + sizeof(sk->refs), 0, sizeof(*sk) - sizeof(sk->refs));
		sk->stack_end = -1;
		atomic_store(&sk->refs, 1);
	}
	fdtable_unlock(&guard);
	return sk;
}

/* The last reference has gone. Never called for one that another process may still open. */
static void socket_free(struct usock *sk)
{
	struct guard guard;

	if (sk->stack_end >= 0 && dial_cookie(sk->stack_end) == sk->stack_cookie)
		sys_close(sk->stack_end);
	fdtable_lock(&guard);
	sk->next_free = free_list;
	free_list = sk;
	fdtable_unlock(&guard);
}

static bool get_unless_free(struct usock *sk)
{
	unsigned int refs = atomic_load(&sk->refs);

	while (refs)
		if (atomic_compare_exchange_weak(&sk->refs, &refs, refs + 1))
			return true;
	return false;
}

/**
 * fdtable_put - give up a reference
 * @sk: the socket; NULL: nothing is done
 */
void fdtable_put(struct usock *sk)
{
	if (sk && atomic_fetch_sub(&sk->refs, 1) == 1)
		socket_free(sk);
}

static _Atomic(struct usock *) *slot_of(int fd)
{
	struct chunk *chunk;

	if (fd < 0 || fd >= CHUNKS_MAX * CHUNK_SLOTS)
		return NULL;
	chunk = atomic_load_explicit(&directory[fd / CHUNK_SLOTS], memory_order_acquire);
	return chunk ? &chunk->slot[fd % CHUNK_SLOTS] : NULL;
}

/**
 * fdtable_get - the socket that a descriptor means
 * @fd: the descriptor, any number
 *
 * Return: it, with a reference for the caller; NULL: none.
 */
struct usock *fdtable_get(int fd)
{
	_Atomic(struct usock *) *slot = slot_of(fd);
	struct usock *sk;

	while (slot) {
		sk = atomic_load_explicit(slot, memory_order_acquire);
		if (!sk)
			break;
		if (!get_unless_free(sk))
			continue; /* closed just now: the slot is about to change */
		if (atomic_load_explicit(slot, memory_order_acquire) == sk)
			return sk;
		fdtable_put(sk);
	}
	return NULL;
}

/**
 * fdtable_has - does a descriptor mean a socket?
 * @fd: any number
 */
bool fdtable_has(int fd)
{
	_Atomic(struct usock *) *slot = slot_of(fd);

	return slot && atomic_load_explicit(slot, memory_order_relaxed);
}

/* Make the slot mean @sk (or nothing), and return what it meant. The table's lock is held. */
static struct usock *slot_swap(int fd, struct usock *sk)
{
	_Atomic(struct usock *) *slot = slot_of(fd);

	return slot ? atomic_exchange(slot, sk) : NULL;
}

/* So that a change to @fd's slot cannot fail later. The table's lock is held. */
static int slot_prepare(int fd)
{
	if (fd < 0 || fd >= CHUNKS_MAX * CHUNK_SLOTS)
		return -EMFILE;
	if (!atomic_load(&directory[fd / CHUNK_SLOTS])) {
		struct chunk *chunk = map_zeroed(sizeof(*chunk));

		if (!chunk)
			return -ENOMEM;
		atomic_store_explicit(&directory[fd / CHUNK_SLOTS], chunk, memory_order_release);
	}
	return 0;
}

/**
 * fdtable_set - from now on a descriptor means this socket
 * @fd: a descriptor that is open
 * @sk: the socket, which gets a reference; the caller keeps its own
 *
 * Return: 0; -ENOMEM; -EMFILE: the number is too high; -EBUSY: in a child of vfork.
 */
int fdtable_set(int fd, struct usock *sk)
{
	struct usock *old = NULL;
	struct guard guard;
	int err;

	if (process_is_borrowed())
		return -EBUSY;
	fdtable_lock(&guard);
	err = slot_prepare(fd);
	if (!err) {
		atomic_fetch_add(&sk->refs, 1);
		old = slot_swap(fd, sk);
	}
	fdtable_unlock(&guard);
	fdtable_put(old);
	return err;
}

/**
 * fdtable_forget - a descriptor means no socket any more
 * @fd: any number; it was closed, or found to be something else
 */
void fdtable_forget(int fd)
{
	struct usock *old;
	struct guard guard;

	if (!slot_of(fd) || process_is_borrowed())
		return;
	fdtable_lock(&guard);
	old = slot_swap(fd, NULL);
	fdtable_unlock(&guard);
	fdtable_put(old);
}

/**
 * fdtable_close - close(2)
 * @fd: any descriptor
 *
 * It is forgotten first: as soon as it is closed, the number may mean another.
 *
 * Return: 0 or -errno.
 */
int fdtable_close(int fd)
{
	fdtable_forget(fd);
	return sys_close(fd) < 0 ? -errno : 0;
}

/**
 * fdtable_dup - dup(2) and fcntl(2)'s F_DUPFD
 * @sk: what @fd means; the caller holds a reference
 * @fd: the descriptor
 * @min: the smallest number that will do
 * @cmd: F_DUPFD or F_DUPFD_CLOEXEC
 *
 * Return: the new descriptor, or -errno.
 */
int fdtable_dup(struct usock *sk, int fd, int min, int cmd)
{
	int err, newfd;

	newfd = sys_fcntl(fd, cmd, min);
	if (newfd < 0)
		return -errno;
	if (process_is_borrowed())
		return newfd;
	err = fdtable_set(newfd, sk);
	if (err) {
		sys_close(newfd);
		return err;
	}
	return newfd;
}

/**
 * fdtable_dup3 - dup2(2) and dup3(2), whatever either descriptor is
 * @fd: the descriptor to copy
 * @newfd: what it becomes as well, not equal to @fd; a socket that it was is closed
 * @flags: O_CLOEXEC or 0
 *
 * Return: @newfd, or -errno.
 */
int fdtable_dup3(int fd, int newfd, int flags)
{
	struct usock *old = NULL, *sk;
	struct guard guard;
	int err = 0;

	if (process_is_borrowed())
		return sys_dup3(fd, newfd, flags) < 0 ? -errno : newfd;
	sk = fdtable_get(fd);
	fdtable_lock(&guard);
	if (sk)
		err = slot_prepare(newfd);
	if (!err && sys_dup3(fd, newfd, flags) < 0)
		err = -errno;
	if (!err) {
		if (sk)
			atomic_fetch_add(&sk->refs, 1);
		old = slot_swap(newfd, sk);
	}
	fdtable_unlock(&guard);
	fdtable_put(old);
	fdtable_put(sk);
	return err ? err : newfd;
}

/**
 * fdtable_next - the next descriptor that means a socket, to walk over them
 * @fd: the one before; -1 to begin
 *
 * Return: a descriptor greater than @fd, or -1.
 */
int fdtable_next(int fd)
{
	for (fd++; fd < CHUNKS_MAX * CHUNK_SLOTS; fd++) {
		_Atomic(struct usock *) *slot = slot_of(fd);

		if (!slot)
			fd |= CHUNK_SLOTS - 1; /* no such chunk: on to the next */
		else if (atomic_load(slot))
			return fd;
	}
	return -1;
}
