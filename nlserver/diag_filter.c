/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filters of sock_diag: see diag_filter.h. An instruction is a struct inet_diag_bc_op with, for
 * some codes, an operand behind it; yes and no are the bytes to go forward. A program matches when it
 * ends exactly at its end, and not behind it.
 */
#include "nlserver/diag_filter.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "nlserver/rtnl.h"

#define OP_LEN	  sizeof(struct inet_diag_bc_op)
#define NO_PORT	  (-1) /* of a host condition: any */
#define OVERSHOOT 4    /* how far behind the end a jump goes that means "no" */

static const struct inet_diag_bc_op *op_at(const void *code, size_t at)
{
	return (const struct inet_diag_bc_op *)((const char *)code + at);
}

/* The length of a whole instruction of @code with @left bytes to go; 0: it cannot be. */
static size_t instruction_len(const struct inet_diag_bc_op *op, size_t left)
{
	const struct inet_diag_hostcond *cond = (const void *)(op + 1);
	size_t len = OP_LEN;

	switch (op->code) {
	case INET_DIAG_BC_NOP:
	case INET_DIAG_BC_JMP:
	case INET_DIAG_BC_AUTO:
		break;
	case INET_DIAG_BC_S_GE:
	case INET_DIAG_BC_S_LE:
	case INET_DIAG_BC_S_EQ:
	case INET_DIAG_BC_D_GE:
	case INET_DIAG_BC_D_LE:
	case INET_DIAG_BC_D_EQ:
		len += OP_LEN;
		break;
	case INET_DIAG_BC_DEV_COND:
		len += sizeof(uint32_t);
		break;
	case INET_DIAG_BC_MARK_COND:
		len += sizeof(struct inet_diag_markcond);
		break;
	case INET_DIAG_BC_S_COND:
	case INET_DIAG_BC_D_COND:
		len += sizeof(*cond);
		if (left < len)
			return 0;
		if (cond->family != AF_UNSPEC && !rtnl_addr_len(cond->family))
			return 0;
		if ((size_t)cond->prefix_len > 8 * rtnl_addr_len(cond->family))
			return 0;
		len += rtnl_addr_len(cond->family);
		break;
	default:
		return 0;
	}
	return len <= left ? len : 0;
}

/* Does an instruction begin at @target? The program is whole up to there: found by going the "yes" way. */
static bool begins_at(const void *code, size_t target)
{
	size_t at = 0;

	while (at < target)
		at += op_at(code, at)->yes;
	return at == target;
}

static bool jump_ok(size_t jump, size_t min_len, size_t left)
{
	return jump >= min_len && jump <= left + OVERSHOOT && !(jump & 3);
}

int diag_filter_check(const void *code, size_t len)
{
	size_t at, step;

	/* First the way of all "yes", which visits every instruction … */
	for (at = 0; at < len; at += op_at(code, at)->yes) {
		if (len - at < OP_LEN)
			return -EINVAL;
		step = instruction_len(op_at(code, at), len - at);
		if (!step || !jump_ok(op_at(code, at)->yes, step, len - at))
			return -EINVAL;
		if (op_at(code, at)->code != INET_DIAG_BC_NOP &&
		    !jump_ok(op_at(code, at)->no, step, len - at))
			return -EINVAL;
	}
	if (at != len)
		return -EINVAL;
	/* … then every "no" must lead to one of them, or out. */
	for (at = 0; at < len; at += op_at(code, at)->yes) {
		size_t target = at + op_at(code, at)->no;

		if (op_at(code, at)->code != INET_DIAG_BC_NOP && target < len &&
		    !begins_at(code, target))
			return -EINVAL;
	}
	return 0;
}

static bool prefix_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned bytes = bits / 8, rest = bits % 8;

	if (memcmp(a, b, bytes))
		return false;
	return !rest || !((a[bytes] ^ b[bytes]) >> (8 - rest));
}

/* An IPv4 condition is met by an IPv6 socket's mapped address too. */
static bool host_match(const struct inet_diag_hostcond *cond, int family, const union inaddr *addr,
		       uint16_t port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *want = (const uint8_t *)cond->addr, *have = addr->b;

	if (cond->port != NO_PORT && cond->port != port)
		return false;
	if (!cond->prefix_len)
		return true;
	if (cond->family == AF_INET && family == AF_INET6) {
		if (memcmp(have, mapped, sizeof(mapped)))
			return false;
		have += sizeof(mapped);
	} else if (cond->family != family) {
		return false;
	}
	return prefix_equal(have, want, cond->prefix_len);
}

static bool instruction_match(const struct inet_diag_bc_op *op, const struct diag_entry *e)
{
	const void *operand = op + 1;
	const struct inet_diag_markcond *mark = operand;
	uint32_t ifindex;

	switch (op->code) {
	case INET_DIAG_BC_JMP:
		return false;
	case INET_DIAG_BC_S_GE:
		return e->sport >= op[1].no;
	case INET_DIAG_BC_S_LE:
		return e->sport <= op[1].no;
	case INET_DIAG_BC_S_EQ:
		return e->sport == op[1].no;
	case INET_DIAG_BC_D_GE:
		return e->dport >= op[1].no;
	case INET_DIAG_BC_D_LE:
		return e->dport <= op[1].no;
	case INET_DIAG_BC_D_EQ:
		return e->dport == op[1].no;
	case INET_DIAG_BC_AUTO:
		return e->auto_port;
	case INET_DIAG_BC_S_COND:
		return host_match(operand, e->family, &e->saddr, e->sport);
	case INET_DIAG_BC_D_COND:
		return host_match(operand, e->family, &e->daddr, e->dport);
	case INET_DIAG_BC_DEV_COND:
		memcpy(&ifindex, operand, sizeof(ifindex));
		return ifindex == (uint32_t)e->bound_if;
	case INET_DIAG_BC_MARK_COND:
		return (e->mark & mark->mask) == mark->mark;
	default:
		return true;
	}
}

bool diag_filter_match(const void *code, size_t len, const struct diag_entry *e)
{
	size_t at = 0;

	while (at < len) {
		const struct inet_diag_bc_op *op = op_at(code, at);

		at += instruction_match(op, e) ? op->yes : op->no;
	}
	return at == len;
}
