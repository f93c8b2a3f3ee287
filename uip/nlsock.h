/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A channel of an instance as a libnl socket: requests out, answers and notifications in.
 *
 * libnl's socket is never connected. Its send and receive are overwritten by the channel that
 * libusock exports, so a step that is missed here fails, and cannot reach the host's own stack.
 */
#ifndef UIP_NLSOCK_H
#define UIP_NLSOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nl_report;
struct nlmsghdr;
struct req;
struct nlsock;

/* Takes one object of an answer, which has its family header at least. What it returns other than 0
 * is handed on by nlsock_talk(), once all of the answer was taken; nlsock_receive() passes over it.
 */
typedef int (*nlsock_fn)(const struct nlmsghdr *h, void *arg);

/* Takes the answer to the request that had sequence number @seq. */
typedef void (*nlsock_answer_fn)(uint32_t seq, const struct nl_report *report, void *arg);

/**
 * nlsock_open() - connect to a channel
 * @instance: NULL: $USTACK or the default one
 * @protocol: USTACK_CHAN_ROUTE, USTACK_CHAN_GENERIC
 *
 * Return: 0, or -errno: -ENOENT and -ECONNREFUSED mean that no such instance runs.
 */
int nlsock_open(const char *instance, const char *protocol, struct nlsock **ret);
void nlsock_close(struct nlsock *r);

/** nlsock_join() - listen to the notifications of @group (RTNLGRP_*); Return: 0 or -errno */
int nlsock_join(struct nlsock *r, unsigned group);

/**
 * nlsock_stop_on_error() - have the server skip what follows a refused request, or (@on false) not
 *
 * Return: 0 or -errno; -ENOPROTOOPT when the server does not know how.
 */
int nlsock_stop_on_error(struct nlsock *r, bool on);

/**
 * nlsock_prepare() - number a request and say whether it wants an acknowledgement; Return: its
 * number
 */
uint32_t nlsock_prepare(struct nlsock *r, struct req *q, bool ack);

/** nlsock_next_seq() - a number for a message that was not built with req.h */
uint32_t nlsock_next_seq(struct nlsock *r);

/** nlsock_send() - send @len bytes of prepared messages as one packet, with @fd (-1: none) */
int nlsock_send(struct nlsock *r, const void *buf, size_t len, int fd);

/** nlsock_header_len() - bytes of the family header of messages of @type; @generic: of generic netlink */
size_t nlsock_header_len(bool generic, unsigned type);

/**
 * nlsock_receive() - take one packet (a dump: all its packets)
 * @on_object: for each object, may be NULL
 * @on_answer: for each acknowledgement, error and end of a dump, may be NULL
 *
 * Return: 0, or -errno when the channel failed: -ECONNRESET when the instance went away, -ENOBUFS
 * when notifications were lost, -EINTR.
 */
int nlsock_receive(struct nlsock *r, nlsock_fn on_object, nlsock_answer_fn on_answer, void *arg);

/**
 * nlsock_talk() - one request, to its end
 * @q: not consumed
 * @fn: for each object in the answer; NULL: an acknowledgement is asked for instead
 * @report: what the stack said
 *
 * Return: 0, -errno when the channel failed, or the first thing other than 0 that @fn returned.
 */
int nlsock_talk(struct nlsock *r, struct req *q, nlsock_fn fn, void *arg, struct nl_report *report);

/** nlsock_interrupted() - did state change during the last dump? Asking clears it. */
bool nlsock_interrupted(struct nlsock *r);

#endif
