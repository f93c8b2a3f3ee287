/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attribute policies: what a request may say. Attributes that strangers send are checked here, once,
 * against a table; handlers then read tb[] without looking at lengths again. The same tables are shown
 * by the POLICY attribute of an acknowledgement and by CTRL_CMD_GETPOLICY.
 *
 * Checks, their order, error numbers and sentences are the kernel's.
 */
#ifndef NLSERVER_POLICY_H
#define NLSERVER_POLICY_H

#include "nlserver/msg.h"
#include "stack/lib/extack.h"

/*
 * One attribute; a table has maxattr + 1 of them, by type. Entries that are left out
 * (NL_ATTR_TYPE_INVALID) are accepted unseen, or refused under NL_VALIDATE_UNSPEC.
 */
struct nl_policy {
	uint8_t type;		/* NL_ATTR_TYPE_* of <linux/netlink.h> */
	bool reject;		/* known, but not allowed here */
	uint16_t min_len;	/* bytes of payload: INVALID, BINARY; of others their type says it */
	uint16_t max_len;	/* bytes of payload: BINARY, STRING, NUL_STRING (without NUL); 0: any */
	uint64_t min, max;	/* unsigned integers; max 0: the type's whole range */
	uint16_t nested_max;	/* NESTED: highest type in @nested */
	const struct nl_policy *nested;	/* NESTED: NULL: not looked into here */
	uint16_t strict_from;	/* in entry 0: attributes of this type and above are checked strictly; 0: none */
};

/* How much is forgiven: the kernel's NL_VALIDATE_*. */
enum nl_validate {
	NL_VALIDATE_LIBERAL	 = 0,
	NL_VALIDATE_TRAILING	 = 1 << 0,	/* refuse bytes after the last attribute */
	NL_VALIDATE_MAXTYPE	 = 1 << 1,	/* refuse types above maxattr */
	NL_VALIDATE_UNSPEC	 = 1 << 2,	/* refuse types without policy */
	NL_VALIDATE_STRICT_ATTRS = 1 << 3,	/* integers must have exactly their length */
	NL_VALIDATE_NESTED	 = 1 << 4,	/* NLA_F_NESTED must be there, and only there */
	NL_VALIDATE_OLD_STRICT	 = NL_VALIDATE_TRAILING | NL_VALIDATE_MAXTYPE,
	NL_VALIDATE_STRICT	 = 0x1f,
};

/**
 * nl_parse - check @len bytes of attributes and sort them by type
 * @policy: a table of @maxattr + 1 entries; NULL: everything is accepted
 * @validate: NL_VALIDATE_* bits
 * @tb: @maxattr + 1 entries; zeroed first; of several with one type the last stands; NULL: only check
 * Return: 0, -EINVAL, -ERANGE, with sentence, attribute and policy in @ack
 */
int nl_parse(const void *attrs, size_t len, const struct nl_policy *policy, uint16_t maxattr,
	     unsigned validate, const struct nlattr **tb, struct extack *ack);

/** nl_parse_nested - the same for the content of an attribute */
int nl_parse_nested(const struct nlattr *nest, const struct nl_policy *policy, uint16_t maxattr,
		    unsigned validate, const struct nlattr **tb, struct extack *ack);

/**
 * nl_policy_fill - put a nest of NL_POLICY_TYPE_ATTR_* that describes @p
 * @type: of the nest
 * @nested_idx: what to say as NL_POLICY_TYPE_ATTR_POLICY_IDX of a nested policy; negative: not said
 */
void nl_policy_fill(struct nl_msg *m, uint16_t type, const struct nl_policy *p, int nested_idx);

/** nl_extack_attr - a sentence and the attribute at fault (NULL: none in particular); Return: @err */
int nl_extack_attr(struct extack *ack, const struct nlattr *attr, int err, const char *fmt, ...)
	__printf(4, 5);
/** nl_extack_missing - an attribute that must be there is not: -EINVAL, with @type in the answer and a sentence */
int nl_extack_missing(struct extack *ack, uint16_t type, const char *sentence);

#endif
