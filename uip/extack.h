/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an answer says: the error number and the sentence of the extended acknowledgement. libnl has
 * no interface for the latter, so its attributes are taken apart here.
 */
#ifndef UIP_EXTACK_H
#define UIP_EXTACK_H

#include <stdio.h>

struct nlmsghdr;

struct nl_report {
	int error;	/* 0 or -errno */
	char text[256]; /* the sentence, "" if none */
};

/**
 * extack_parse() - read an NLMSG_ERROR or NLMSG_DONE message
 * @h: the whole message, as received
 * @ret: filled in every case; one that is cut short or has no error number reads as -EBADMSG
 */
void extack_parse(const struct nlmsghdr *h, struct nl_report *ret);

/**
 * extack_print() - tell an answer as ip(8) does, and nothing when there is nothing to tell
 *
 * A sentence is an "Error: " or, with a success, a "Warning: "; an error without one is told by its
 * number. With $UIP_ERRNO set, the number follows the sentence, too.
 */
void extack_print(FILE *f, const struct nl_report *report);

#endif
