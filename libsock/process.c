/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose memory is this? See process.h.
 *
 * One page holds the id of the process that owns our state. It is marked MADV_WIPEONFORK, so the
 * kernel clears it in whatever gets a copy of the memory, however the copy was made (fork, _Fork,
 * a bare clone), and leaves it alone where the memory is shared (vfork, posix_spawn).
 */
#include "libsock/process.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

struct process_page {
	_Atomic pid_t owner; /* 0: the memory was copied since */
};

static struct process_page unwiped; /* for a kernel without MADV_WIPEONFORK (before 4.14) */
static struct process_page *page = &unwiped;
static atomic_uint epoch;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void forget_owner(void)
{
	atomic_store(&unwiped.owner, 0);
}

static void process_init(void)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *map;

	pthread_atfork(NULL, NULL, forget_owner);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return;
	if (madvise(map, size, MADV_WIPEONFORK) < 0)
		munmap(map, size);
	else
		page = map;
}

/* Before main(), so that the first call may be one in a signal handler or in a child of vfork. */
__attribute__((constructor)) static void process_start(void)
{
	pthread_once(&once, process_init);
}

/* The owner; this process takes the memory over where it has none. */
static pid_t process_owner(pid_t self)
{
	pid_t owner = 0;

	pthread_once(&once, process_init);
	if (atomic_compare_exchange_strong(&page->owner, &owner, self)) {
		atomic_fetch_add(&epoch, 1);
		return self;
	}
	return owner;
}

/**
 * process_is_borrowed - is this a child of vfork(2), on its parent's memory?
 *
 * Then descriptors may be closed and moved about, but what we know of them stays the parent's.
 */
bool process_is_borrowed(void)
{
	pid_t self = getpid();

	return process_owner(self) != self;
}

/**
 * process_epoch - a number that changes when the process becomes another by fork
 *
 * What was made in an earlier epoch is shared with the parent.
 */
unsigned int process_epoch(void)
{
	process_owner(getpid());
	return atomic_load(&epoch);
}
