/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attribute policies: see policy.h. The order of the checks decides which error a request with several
 * faults gets; it is that of the kernel's lib/nlattr.c, as observed.
 */
#include "nlserver/policy.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Nests in nests that are looked into: no policy goes deeper, so no message can. */
#define NL_NEST_DEPTH_MAX 8

static int check_attrs(const void *attrs, size_t len, const struct nl_policy *policy,
		       uint16_t maxattr, unsigned validate, const struct nlattr **tb,
		       struct extack *ack, unsigned depth);

/* Length in bytes of an attribute whose type fixes it; 0: it does not. */
static size_t fixed_len(uint8_t type)
{
	switch (type) {
	case NL_ATTR_TYPE_U8:
	case NL_ATTR_TYPE_S8:
		return 1;
	case NL_ATTR_TYPE_U16:
	case NL_ATTR_TYPE_S16:
		return 2;
	case NL_ATTR_TYPE_U32:
	case NL_ATTR_TYPE_S32:
		return 4;
	case NL_ATTR_TYPE_U64:
	case NL_ATTR_TYPE_S64:
	case NL_ATTR_TYPE_BITFIELD32:
		return 8;
	default:
		return 0;
	}
}

static bool is_nest(const struct nl_policy *p)
{
	return p->type == NL_ATTR_TYPE_NESTED || p->type == NL_ATTR_TYPE_NESTED_ARRAY;
}

static int fail(struct extack *ack, const struct nlattr *attr, const struct nl_policy *p, int err,
		const char *sentence)
{
	nl_extack_attr(ack, attr, err, "%s", sentence);
	if (ack)
		ack->policy = p;
	return err;
}

static int fail_policy(struct extack *ack, const struct nlattr *attr, const struct nl_policy *p,
		       int err)
{
	return fail(ack, attr, p, err, "Attribute failed policy validation");
}

static int check_string(const struct nlattr *attr, const struct nl_policy *p, struct extack *ack)
{
	const char *s = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	if (p->type == NL_ATTR_TYPE_NUL_STRING) {
		size_t within = p->max_len ? min(len, (size_t)p->max_len + 1) : len;

		if (!within || !memchr(s, '\0', within))
			return fail_policy(ack, attr, p, -EINVAL);
	}
	if (len < 1)
		return fail_policy(ack, attr, p, -ERANGE);
	if (p->max_len && len - (s[len - 1] == '\0') > p->max_len)
		return fail_policy(ack, attr, p, -ERANGE);
	return 0;
}

static int check_nest(const struct nlattr *attr, const struct nl_policy *p, unsigned validate,
		      struct extack *ack, unsigned depth)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (!len)
		return 0;
	if (len < NLA_HDRLEN)
		return fail_policy(ack, attr, p, -ERANGE);
	if (!p->nested)
		return 0;
	if (depth >= NL_NEST_DEPTH_MAX)
		return nl_extack_attr(ack, attr, -EINVAL,
				      "allowed policy recursion depth exceeded");
	return check_attrs(mnl_attr_get_payload(attr), len, p->nested, p->nested_max, validate,
			   NULL, ack, depth + 1);
}

static uint64_t attr_uint(const struct nlattr *attr, size_t len)
{
	switch (len) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 2:
		return mnl_attr_get_u16(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	default:
		return mnl_attr_get_u64(attr);
	}
}

static int check_value(const struct nlattr *attr, const struct nl_policy *p, struct extack *ack)
{
	size_t len = fixed_len(p->type);
	uint64_t v;

	if (mnl_attr_get_payload_len(attr) < (len ? len : p->min_len))
		return fail_policy(ack, attr, p, -ERANGE);
	if (!len || !p->max)
		return 0;
	v = attr_uint(attr, len);
	if (v < p->min || v > p->max)
		return fail(ack, attr, p, -ERANGE, "integer out of range");
	return 0;
}

static int check_strictness(const struct nlattr *attr, const struct nl_policy *p, unsigned validate,
			    struct extack *ack)
{
	bool nested = attr->nla_type & NLA_F_NESTED;
	size_t len = fixed_len(p->type);

	if ((validate & NL_VALIDATE_STRICT_ATTRS) && len && mnl_attr_get_payload_len(attr) != len)
		return fail(ack, attr, p, -EINVAL, "invalid attribute length");
	if (!(validate & NL_VALIDATE_NESTED))
		return 0;
	if (is_nest(p) && !nested)
		return fail(ack, attr, p, -EINVAL, "NLA_F_NESTED is missing");
	if (!is_nest(p) && p->type != NL_ATTR_TYPE_INVALID && nested)
		return fail(ack, attr, p, -EINVAL, "NLA_F_NESTED not expected");
	return 0;
}

static int check_attr(const struct nlattr *attr, const struct nl_policy *p, unsigned validate,
		      struct extack *ack, unsigned depth)
{
	size_t len = mnl_attr_get_payload_len(attr);
	int err = check_strictness(attr, p, validate, ack);

	if (err)
		return err;
	if (p->reject)
		return fail_policy(ack, attr, p, -EINVAL);

	switch (p->type) {
	case NL_ATTR_TYPE_INVALID:
		if (validate & NL_VALIDATE_UNSPEC)
			return nl_extack_attr(ack, attr, -EINVAL, "Unsupported attribute");
		return len < p->min_len ? fail_policy(ack, attr, p, -ERANGE) : 0;
	case NL_ATTR_TYPE_FLAG:
		return len ? fail_policy(ack, attr, p, -ERANGE) : 0;
	case NL_ATTR_TYPE_STRING:
	case NL_ATTR_TYPE_NUL_STRING:
		return check_string(attr, p, ack);
	case NL_ATTR_TYPE_NESTED:
		return check_nest(attr, p, validate, ack, depth);
	case NL_ATTR_TYPE_BINARY:
		if (p->max_len && len > p->max_len)
			return fail_policy(ack, attr, p, -ERANGE);
		return len < p->min_len ? fail_policy(ack, attr, p, -ERANGE) : 0;
	default:
		return check_value(attr, p, ack);
	}
}

/* Is there room for the attribute at @attr, and is its length sane? */
static bool attr_ok(const struct nlattr *attr, size_t left)
{
	return left >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= left;
}

static int check_attrs(const void *attrs, size_t len, const struct nl_policy *policy,
		       uint16_t maxattr, unsigned validate, const struct nlattr **tb,
		       struct extack *ack, unsigned depth)
{
	const struct nlattr *attr = attrs;
	size_t left = len;

	while (attr_ok(attr, left)) {
		uint16_t type = mnl_attr_get_type(attr);
		size_t step = min((size_t)NLA_ALIGN(attr->nla_len), left);
		unsigned strictness = validate;
		int err;

		if (type == 0 || type > maxattr) {
			if (validate & NL_VALIDATE_MAXTYPE)
				return nl_extack_attr(ack, attr, -EINVAL, "Unknown attribute type");
		} else {
			if (policy && policy[0].strict_from && type >= policy[0].strict_from)
				strictness |= NL_VALIDATE_STRICT;
			err = policy ? check_attr(attr, &policy[type], strictness, ack, depth) : 0;
			if (err)
				return err;
			if (tb)
				tb[type] = attr;
		}
		attr = (const struct nlattr *)((const char *)attr + step);
		left -= step;
	}
	if (left) {
		extack_set(ack, 0, "bytes leftover after parsing attributes");
		if (validate & NL_VALIDATE_TRAILING)
			return -EINVAL;
	}
	return 0;
}

int nl_parse(const void *attrs, size_t len, const struct nl_policy *policy, uint16_t maxattr,
	     unsigned validate, const struct nlattr **tb, struct extack *ack)
{
	if (tb)
		memset(tb, 0, sizeof(*tb) * (maxattr + 1u));
	return check_attrs(attrs, len, policy, maxattr, validate, tb, ack, 0);
}

int nl_parse_nested(const struct nlattr *nest, const struct nl_policy *policy, uint16_t maxattr,
		    unsigned validate, const struct nlattr **tb, struct extack *ack)
{
	return nl_parse(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), policy, maxattr,
			validate, tb, ack);
}

/* The range of an integer attribute: the policy's, or its type's. */
static void range_fill(struct nl_msg *m, const struct nl_policy *p, size_t len)
{
	unsigned bits = len * 8;
	int64_t smax = INT64_MAX >> (64 - bits);

	switch (p->type) {
	case NL_ATTR_TYPE_S8:
	case NL_ATTR_TYPE_S16:
	case NL_ATTR_TYPE_S32:
	case NL_ATTR_TYPE_S64:
		nl_put_u64(m, NL_POLICY_TYPE_ATTR_MIN_VALUE_S, (uint64_t)(-smax - 1));
		nl_put_u64(m, NL_POLICY_TYPE_ATTR_MAX_VALUE_S, (uint64_t)smax);
		break;
	default:
		nl_put_u64(m, NL_POLICY_TYPE_ATTR_MIN_VALUE_U, p->max ? p->min : 0);
		nl_put_u64(m, NL_POLICY_TYPE_ATTR_MAX_VALUE_U,
			   p->max ? p->max : UINT64_MAX >> (64 - bits));
		break;
	}
}

void nl_policy_fill(struct nl_msg *m, uint16_t type, const struct nl_policy *p, int nested_idx)
{
	struct nlattr *nest;

	if (p->type == NL_ATTR_TYPE_INVALID || p->reject)
		return;
	nest = nl_nest_begin(m, type | NLA_F_NESTED);
	switch (p->type) {
	case NL_ATTR_TYPE_FLAG:
		break;
	case NL_ATTR_TYPE_NESTED:
	case NL_ATTR_TYPE_NESTED_ARRAY:
		if (p->nested && nested_idx >= 0) {
			nl_put_u32(m, NL_POLICY_TYPE_ATTR_POLICY_IDX, nested_idx);
			nl_put_u32(m, NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE, p->nested_max);
		}
		break;
	case NL_ATTR_TYPE_STRING:
	case NL_ATTR_TYPE_NUL_STRING:
	case NL_ATTR_TYPE_BINARY:
		if (p->min_len)
			nl_put_u32(m, NL_POLICY_TYPE_ATTR_MIN_LENGTH, p->min_len);
		if (p->max_len)
			nl_put_u32(m, NL_POLICY_TYPE_ATTR_MAX_LENGTH, p->max_len);
		break;
	default:
		range_fill(m, p, fixed_len(p->type));
		break;
	}
	nl_put_u32(m, NL_POLICY_TYPE_ATTR_TYPE, p->type);
	nl_nest_end(m, nest);
}

int nl_extack_attr(struct extack *ack, const struct nlattr *attr, int err, const char *fmt, ...)
{
	va_list ap;

	if (!ack)
		return err;
	va_start(ap, fmt);
	vsnprintf(ack->msg, sizeof(ack->msg), fmt, ap);
	va_end(ap);
	ack->bad_attr = attr;
	return err;
}

int nl_extack_missing(struct extack *ack, uint16_t type, const char *sentence)
{
	if (ack)
		ack->miss_type = type;
	return extack_set(ack, -EINVAL, "%s", sentence);
}
