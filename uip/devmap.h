/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices of the instance as far as they are known: names to indexes and back, types and flags.
 * Filled from RTM_NEWLINK messages by whoever receives them; it asks nobody itself.
 */
#ifndef UIP_DEVMAP_H
#define UIP_DEVMAP_H

#include <stdbool.h>
#include <stddef.h>

struct devmap;
struct nlmsghdr;

struct devmap *devmap_new(void);
void devmap_free(struct devmap *m);

/** devmap_learn() - take in an RTM_NEWLINK, or forget by an RTM_DELLINK; others are passed over */
void devmap_learn(struct devmap *m, const struct nlmsghdr *h);

/** devmap_clear() - forget all: devices may have changed */
void devmap_clear(struct devmap *m);

/** devmap_complete() - were all devices learnt? devmap_set_complete() says so after a dump */
bool devmap_complete(const struct devmap *m);
void devmap_set_complete(struct devmap *m);

/** devmap_index() - the index of @name, 0 if it is not known */
unsigned devmap_index(const struct devmap *m, const char *name);

/**
 * devmap_name() - the name of @index; "*" for 0, "if7" for one that is not known. Lives until the
 * next call
 */
const char *devmap_name(struct devmap *m, unsigned index);

/** devmap_type() - ARPHRD_*, 0xffff (ARPHRD_VOID) for one that is not known */
unsigned devmap_type(const struct devmap *m, unsigned index);

/** devmap_flags() - IFF_*, 0 for one that is not known */
unsigned devmap_flags(const struct devmap *m, unsigned index);

/** devmap_txqlen() - the length of its queue, 0 for one that is not known */
unsigned devmap_txqlen(const struct devmap *m, unsigned index);

/** devmap_each() - call @fn with each name that is known, in the order of the indexes */
void devmap_each(const struct devmap *m, void (*fn)(const char *name, void *arg), void *arg);

#endif
