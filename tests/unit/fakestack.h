/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stack that does as the test says: it serves the "generic" channel of an instance in a directory of
 * its own, keeps what libsock asks for, answers as it was told to, and hands the test the stack's end
 * of each socket. For the unit tests of libsock. It runs in a thread.
 */
#ifndef TESTS_UNIT_FAKESTACK_H
#define TESTS_UNIT_FAKESTACK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <ustack/usock.h>

#define FAKE_CMDS USOCK_CMD_MAX_PLUS_1

/* An option that came with OPEN or SETSOCKOPT. */
struct fake_option {
	int level;
	int name;
	int value;
};

/* What the fake has seen. */
struct fake_seen {
	unsigned int calls[FAKE_CMDS];	 /* how often each command came */
	unsigned int with_fd[FAKE_CMDS]; /* how often with a descriptor */
	unsigned int channels;		 /* connections that called for the family */
	bool filler;			 /* the last open or connect had it */
	struct sockaddr_in bind;	 /* the last one's */
	struct sockaddr_in connect;
	struct fake_option options[16];
	unsigned int noptions;
	int how; /* of the last shutdown */
};

/* What the fake answers; 0: what is usual. */
struct fake_answer {
	int refuse[FAKE_CMDS]; /* errno that the command is refused with */
	int error;	       /* USOCK_A_ERROR of open and connect */
	int so_error;	       /* told once */
	struct sockaddr_in name, peer;
	uint32_t state;
};

/** fakestack_start - serve as "default" in a fresh directory, which USOCK_RUNDIR then names */
void fakestack_start(void);
/** fakestack_stop - end, and remove the directory */
void fakestack_stop(void);
/** fakestack_seen - what has been seen until now */
struct fake_seen fakestack_seen(void);
/** fakestack_answer - answer so from now on; what was seen is forgotten */
void fakestack_answer(const struct fake_answer *answer);
/** fakestack_end - the stack's end that came last, waited for; the caller closes it */
int fakestack_end(void);

#endif
