/* SPDX-License-Identifier: BSD-2-Clause */
/* Closing what strangers sent along: see closer.h. */
#include "nlserver/closer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "stack/lib/util.h"

#define USER_MAX   16 /* descriptors of one user that are being closed */
#define STACK_SIZE (64 << 10)
#define EXIT_WAIT  1 /* s */

struct job {
	struct list_head list;
	uint32_t uid;
	int fd;
	pthread_t thread;
	bool started;
	atomic_bool done;
};

void closer_init(struct closer *c)
{
	list_init(&c->jobs);
}

static void *work(void *arg)
{
	struct job *job = arg;

	close(job->fd);
	atomic_store(&job->done, true);
	return NULL;
}

/* Where there can be no more threads, it is tried again when the closer is next asked for something. */
static void start(struct job *job)
{
	pthread_attr_t attr;

	if (pthread_attr_init(&attr))
		return;
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	job->started = !pthread_create(&job->thread, &attr, work, job);
	pthread_attr_destroy(&attr);
}

static void job_free(struct job *job)
{
	list_del(&job->list);
	free(job);
}

static void sweep(struct closer *c)
{
	struct job *job, *next;

	list_for_each_entry_safe(job, next, &c->jobs, list) {
		if (!job->started)
			start(job);
		if (!atomic_load(&job->done))
			continue;
		pthread_join(job->thread, NULL);
		job_free(job);
	}
}

/* What cannot be finished is left to the end of the process. */
void closer_exit(struct closer *c)
{
	struct job *job, *next;
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += EXIT_WAIT;
	list_for_each_entry_safe(job, next, &c->jobs, list)
		if (job->started && !pthread_timedjoin_np(job->thread, NULL, &until))
			job_free(job);
}

/* Sockets are told not to linger, and then close at once; that also tells what is none. */
static bool is_socket(int fd)
{
	const struct linger off = { 0 };

	return !setsockopt(fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off));
}

void closer_close(struct closer *c, uint32_t uid, int fd)
{
	struct job *job = is_socket(fd) ? NULL : calloc(1, sizeof(*job));

	if (!job) {
		close(fd);
		return;
	}
	job->uid = uid;
	job->fd = fd;
	list_add_tail(&job->list, &c->jobs);
	sweep(c);
}

bool closer_is_behind(struct closer *c, uint32_t uid)
{
	struct job *job;
	unsigned nr = 0;

	if (list_empty(&c->jobs))
		return false;
	sweep(c);
	list_for_each_entry(job, &c->jobs, list)
		nr += job->uid == uid;
	return nr >= USER_MAX;
}
