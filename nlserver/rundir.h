/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The run directory of an instance: made, locked by one daemon at a time, and cleared of what an earlier
 * one left behind. Where it is says <ustack/rundir.h>.
 */
#ifndef NLSERVER_RUNDIR_H
#define NLSERVER_RUNDIR_H

#include <limits.h>
#include "stack/lib/extack.h"

struct rundir {
	char path[PATH_MAX];	/* absolute */
	int lock_fd;	/* holds the lock as long as it is open, over fork(2) too */
};

/**
 * rundir_open - make the directory of @instance and take its lock
 * @ack: gets a sentence on every error
 * Return: 0, -EINVAL (bad name), -EBUSY (the instance runs already), -EPERM (the directory is not to be
 * trusted), or what a system call said
 */
int rundir_open(const char *instance, struct rundir *ret, struct extack *ack);
/** rundir_write_pid - write the caller's process id into the lock file; 0 or -errno */
int rundir_write_pid(const struct rundir *dir);
/** rundir_close - remove lock and directory, and give up the lock */
void rundir_close(struct rundir *dir);

#endif
