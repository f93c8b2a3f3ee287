/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Acknowledgements and their sentences: see extack.h. Called by nlsock.c for each answer.
 */
#include "uip/extack.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ERRNO_MAX 4095 /* the kernel's */

/* Copies the sentence out of the attributes in @len bytes at @at. */
static void extack_text(const char *at, size_t len, struct nl_report *ret)
{
	while (len >= sizeof(struct nlattr)) {
		const struct nlattr *attr = (const struct nlattr *)at;
		size_t step = NLA_ALIGN(attr->nla_len);

		if (attr->nla_len < sizeof(*attr) || attr->nla_len > len)
			return;
		if ((attr->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG) {
			size_t n = strnlen(at + NLA_HDRLEN, attr->nla_len - NLA_HDRLEN);

			if (n >= sizeof(ret->text))
				n = sizeof(ret->text) - 1;
			memcpy(ret->text, at + NLA_HDRLEN, n);
			ret->text[n] = '\0';
			return;
		}
		if (step > len)
			return;
		at += step;
		len -= step;
	}
}

/* Where the attributes of an NLMSG_ERROR begin, from its start: after the request that it echoes.
 *  */
static size_t error_attrs_offset(const struct nlmsghdr *h)
{
	const struct nlmsgerr *err = NLMSG_DATA(h);
	size_t echoed = sizeof(struct nlmsghdr);

	if (!(h->nlmsg_flags & NLM_F_CAPPED) && err->error)
		echoed = NLMSG_ALIGN(err->msg.nlmsg_len);
	return NLMSG_HDRLEN + sizeof(err->error) + echoed;
}

void extack_parse(const struct nlmsghdr *h, struct nl_report *ret)
{
	bool done = h->nlmsg_type == NLMSG_DONE;
	size_t fixed = done ? sizeof(int) : sizeof(struct nlmsgerr);
	size_t offset;

	memset(ret, 0, sizeof(*ret));
	if (h->nlmsg_len < NLMSG_HDRLEN + fixed) {
		ret->error = done ? 0 : -EBADMSG; /* a bare NLMSG_DONE is a plain end */
		return;
	}
	memcpy(&ret->error, NLMSG_DATA(h), sizeof(int));
	if (ret->error > 0 || ret->error < -ERRNO_MAX)
		ret->error = -EBADMSG;
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	offset = done ? NLMSG_HDRLEN + sizeof(int) : error_attrs_offset(h);
	if (offset < h->nlmsg_len)
		extack_text((const char *)h + offset, h->nlmsg_len - offset, ret);
}

void extack_print(FILE *f, const struct nl_report *report)
{
	size_t len = strlen(report->text);

	if (len)
		fprintf(f, "%s: %s%s\n", report->error ? "Error" : "Warning", report->text,
			report->text[len - 1] == '.' ? "" : ".");
	if (report->error && (!len || getenv("UIP_ERRNO")))
		fprintf(f, "RTNETLINK answers: %s\n", strerror(-report->error));
}
