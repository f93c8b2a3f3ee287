/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which parameters there are: rows of names and fields, in groups that share a prefix and a struct. For sysctl.c alone.
 */
#ifndef NLSERVER_SYSCTL_TABLE_H
#define NLSERVER_SYSCTL_TABLE_H

#include "stack/core/netdevice.h"
#include "stack/lib/extack.h"

enum sysctl_kind {
	SYSCTL_UNSIGNED, /* integers of 1 to 8 bytes */
	SYSCTL_SIGNED,	 /* int32_t */
	SYSCTL_TEXT,	 /* a string in width bytes */
	SYSCTL_BITS,	 /* a set of width * 8 numbers, written "0-1,3-127" */
	SYSCTL_SECRET,	 /* an IPv6 address, in whose place nothing is shown while it is not set */
};

/* One parameter: a value, or several in a row (as tcp_rmem has three). */
struct sysctl_row {
	const char *name; /* behind the group's prefix, and the device */
	size_t offset;	  /* of the field, in the group's struct */
	uint8_t kind;	  /* enum sysctl_kind */
	uint8_t width;	  /* bytes of one value */
	uint8_t count;
	uint16_t unit;	   /* the field counts in units so much smaller; 0: the same */
	int64_t low, high; /* of each value */
};

/* For which device: one that is named, or … */
enum sysctl_scope { SYSCTL_GLOBAL, SYSCTL_ALL, SYSCTL_DEFAULT, SYSCTL_DEVICE };

struct sysctl_group {
	const char *prefix;
	bool all, dflt, device;	/* the scopes there are; none: SYSCTL_GLOBAL */
	const struct sysctl_row *rows;
	unsigned nr_rows;
	/* The struct that the fields are in; @dev with SYSCTL_DEVICE; NULL: there is none. */
	void *(*base)(struct net *net, enum sysctl_scope scope, struct net_device *dev);
	/* A field was written (it was @old): what follows from it. 0, or -errno with the old value back. Optional. */
	int (*changed)(struct net *net, void *base, void *field, int64_t old);
	/* May @text be set (SYSCTL_TEXT)? 0 or -errno. */
	int (*check_text)(const char *text, struct extack *ack);
};

extern const struct sysctl_group sysctl_groups[];
extern const unsigned sysctl_nr_groups;

#endif
