/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests under way: many to a packet, several packets ahead of their answers.
 *
 * Requests are told apart by the line of the batch that they came from. Where the first failure
 * must be the last thing that happens, the server is asked to skip what was sent after it.
 */
#ifndef UIP_PIPELINE_H
#define UIP_PIPELINE_H

#include <stdbool.h>

struct pipeline;
struct req;
struct uip;

/**
 * pipeline_new() - start one
 * @name: of the batch, for messages
 * @force: go on after a failure
 */
struct pipeline *pipeline_new(struct uip *u, const char *name, bool force);

/** pipeline_free() - without waiting for answers */
void pipeline_free(struct pipeline *p);

/** pipeline_set_line() - the requests that are added from now on come from this line */
void pipeline_set_line(struct pipeline *p, unsigned line);

/**
 * pipeline_add() - send @q soon
 * @q: copied
 *
 * Return: an enum uip_status: UIP_REFUSED when an earlier request failed and that ends the batch.
 */
int pipeline_add(struct pipeline *p, struct req *q);

/** pipeline_drain() - send all and take all answers; Return: as pipeline_add() */
int pipeline_drain(struct pipeline *p);

/**
 * pipeline_fail() - the line that is being worked on failed; what came before it is reported first
 */
void pipeline_fail(struct pipeline *p);

/** pipeline_failed() - did any line fail? */
bool pipeline_failed(const struct pipeline *p);

/** pipeline_stopped() - has a failure ended the batch? */
bool pipeline_stopped(const struct pipeline *p);

#endif
