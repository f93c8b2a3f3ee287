/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of the files of /proc/net, as the kernel would print it if this stack were its own. What has to do with
 * the kernel's inside (hash buckets, pointers, inodes) is zero, or a number of ours.
 *
 * A file is printed in pieces: its printer is called again and again, with room for one piece each time, and keeps in
 * its words where it stands. In between anything may have changed, as when the kernel's files are read.
 */
#ifndef NLSERVER_PROCNET_H
#define NLSERVER_PROCNET_H

#include "nlserver/netlink.h"
#include "stack/core/net.h"

struct procnet_text {
	struct net *net;
	uint64_t *at;	/* PROCNET_STATE words of the printer's own: where it stands; zero at first */
	int width;	/* of a line; 0: as long as it is */
	char *data;
	size_t len, size;
	bool full;	/* something was put that does not fit: procnet_end() takes it back */
};

#define PROCNET_STATE (NL_DUMP_STATE - 2)

struct procnet_file {
	const char *name;
	const char *header;	/* the first line, without its end; NULL: none */
	int width;		/* to which lines are filled up with spaces; 0: they are not */
	/* Put what fits. 0: that was all; 1: there is more. NULL: there is nothing but the header. */
	int (*print)(struct procnet_text *t);
};

/* The files by subject: each ends with one that has no name. */
extern const struct procnet_file procnet_counters[], procnet_devs[], procnet_routes[], procnet_socks[];

/** procnet_put - some text of a record that procnet_end() ends */
void procnet_put(struct procnet_text *t, const char *fmt, ...) __printf(2, 3);
/** procnet_end - the record that began at @start is whole: 0; 1: it does not fit, and is gone */
int procnet_end(struct procnet_text *t, size_t start);
/** procnet_line - a record of one line, without its end: 0; 1: it does not fit, and is not there */
int procnet_line(struct procnet_text *t, const char *fmt, ...) __printf(2, 3);

/* A walk over what has no name to be found again by: things are counted. */
struct procnet_walk {
	struct procnet_text *text;
	uint64_t *done; /* so many were printed: one of text->at */
	uint64_t nr;	/* so many were seen */
};

/** procnet_is_done - one more is seen: was it printed before? */
static inline bool procnet_is_done(struct procnet_walk *w)
{
	return w->nr++ < *w->done;
}

/** procnet_did - what printing it said: on; or, nonzero, stop */
static inline int procnet_did(struct procnet_walk *w, int full)
{
	if (!full)
		*w->done = w->nr;
	return full;
}

/** procnet_get - USTACK_CMD_PROC_GET: is there a file of the name? */
int procnet_get(struct nl_request *req);
/** procnet_dump - USTACK_CMD_PROC_GET as a dump: its text */
extern const struct nl_dump_ops procnet_dump;

#endif
