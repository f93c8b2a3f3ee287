/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters by name, and their text form. Which there are: sysctl_table.c. Called by ustack_genl.c. */
#include "nlserver/sysctl.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nlserver/sysctl_table.h"
#include "stack/ipv6/addrconf.h"

#define VALUES_MAX 3   /* numbers in one parameter */
#define BITS_MAX   256 /* in a set */

/* Names ---------------------------------------------------------------------------------------- */

static bool has_scope(const struct sysctl_group *g, unsigned scope)
{
	const bool has[] = {
		[SYSCTL_GLOBAL] = !g->all && !g->dflt && !g->device,
		[SYSCTL_ALL] = g->all,
		[SYSCTL_DEFAULT] = g->dflt,
		[SYSCTL_DEVICE] = g->device,
	};

	return has[scope];
}

/* Fill in @ret; false: there is no such thing. */
static bool make(struct net *net, const struct sysctl_group *g, const struct sysctl_row *row,
		 unsigned scope, struct net_device *dev, struct sysctl *ret)
{
	const char *of = scope == SYSCTL_ALL	   ? "all"
			 : scope == SYSCTL_DEFAULT ? "default"
			 : dev			   ? dev->name
						   : "";
	void *base = g->base(net, scope, dev);

	if (!base)
		return false;
	*ret = (struct sysctl){ .group = g, .row = row, .base = base };
	snprintf(ret->name, sizeof(ret->name), "%s.%s%s%s", g->prefix, of, of[0] ? "." : "",
		 row->name);
	return true;
}

static const struct sysctl_row *find_row(const struct sysctl_group *g, const char *name)
{
	for (unsigned i = 0; i < g->nr_rows; i++)
		if (!strcmp(g->rows[i].name, name))
			return &g->rows[i];
	return NULL;
}

/* "all", "default", or a device's name; -1: none of these. */
static int find_scope(struct net *net, const struct sysctl_group *g, const char *name, size_t len,
		      struct net_device **ret_dev)
{
	char text[IFNAMSIZ];
	int scope = SYSCTL_DEVICE;

	if (len >= sizeof(text))
		return -1;
	memcpy(text, name, len);
	text[len] = '\0';
	if (!strcmp(text, "all"))
		scope = SYSCTL_ALL;
	else if (!strcmp(text, "default"))
		scope = SYSCTL_DEFAULT;
	else if (!(*ret_dev = netdev_by_name(net, text)))
		return -1;
	return has_scope(g, scope) ? scope : -1;
}

static bool find_in_group(struct net *net, const struct sysctl_group *g, const char *rest,
			  struct sysctl *ret)
{
	const struct sysctl_row *row;
	struct net_device *dev = NULL;
	const char *last = strrchr(rest, '.');
	int scope = SYSCTL_GLOBAL;

	if (!has_scope(g, SYSCTL_GLOBAL)) {
		scope = last ? find_scope(net, g, rest, last - rest, &dev) : -1;
		rest = last ? last + 1 : rest;
	}
	row = scope < 0 ? NULL : find_row(g, rest);
	return row && make(net, g, row, scope, dev, ret);
}

int sysctl_find(struct net *net, const char *name, struct sysctl *ret)
{
	for (unsigned i = 0; i < sysctl_nr_groups; i++) {
		const struct sysctl_group *g = &sysctl_groups[i];
		size_t len = strlen(g->prefix);

		if (!strncmp(name, g->prefix, len) && name[len] == '.' &&
		    find_in_group(net, g, name + len + 1, ret))
			return 0;
	}
	return -ENOENT;
}

/* The first device whose index is at least cur->ifindex; NULL. */
static struct net_device *device_at(struct net *net, const struct sysctl_cursor *cur)
{
	struct net_device *dev;

	netdev_for_each(net, dev)
		if (dev->ifindex >= cur->ifindex)
			return dev;
	return NULL;
}

/* The rows of this scope (of this device) are through. */
static void scope_done(struct sysctl_cursor *cur, const struct net_device *dev)
{
	cur->row = 0;
	if (cur->scope == SYSCTL_DEVICE && dev) {
		cur->ifindex = dev->ifindex + 1;
		return;
	}
	cur->ifindex = 0;
	if (++cur->scope > SYSCTL_DEVICE) {
		cur->scope = 0;
		cur->group++;
	}
}

bool sysctl_next(struct net *net, struct sysctl_cursor *cur, struct sysctl *ret)
{
	while (cur->group < sysctl_nr_groups) {
		const struct sysctl_group *g = &sysctl_groups[cur->group];
		struct net_device *dev = cur->scope == SYSCTL_DEVICE ? device_at(net, cur) : NULL;
		bool there = has_scope(g, cur->scope) && (dev || cur->scope != SYSCTL_DEVICE);

		if (dev && dev->ifindex > cur->ifindex) {
			cur->ifindex = dev->ifindex;
			cur->row = 0;
		}
		if (!there)
			scope_done(cur, NULL);
		else if (cur->row == g->nr_rows)
			scope_done(cur, dev);
		else if (make(net, g, &g->rows[cur->row++], cur->scope, dev, ret))
			return true;
	}
	return false;
}

/* Integers ------------------------------------------------------------------------------------- */

static char *field_of(const struct sysctl *s, unsigned i)
{
	return (char *)s->base + s->row->offset + i * s->row->width;
}

static int64_t value_load(const struct sysctl *s, unsigned i)
{
	const char *field = field_of(s, i);
	int32_t s32;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (s->row->kind == SYSCTL_SIGNED ? 0 : s->row->width) {
	case 0:
		memcpy(&s32, field, sizeof(s32));
		return s32;
	case 1:
		memcpy(&u8, field, sizeof(u8));
		return u8;
	case 2:
		memcpy(&u16, field, sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, field, sizeof(u32));
		return u32;
	default:
		memcpy(&u64, field, sizeof(u64));
		return u64;
	}
}

static void value_store(const struct sysctl *s, unsigned i, int64_t v)
{
	uint8_t u8 = v;
	uint16_t u16 = v;
	uint32_t u32 = v;
	uint64_t u64 = v;
	const void *from[] = { [1] = &u8, [2] = &u16, [4] = &u32, [8] = &u64 };

	memcpy(field_of(s, i), from[s->row->width], s->row->width);
}

static unsigned unit_of(const struct sysctl_row *row)
{
	return row->unit ? row->unit : 1;
}

static void get_numbers(const struct sysctl *s, char *ret, size_t size)
{
	size_t len = 0;

	for (unsigned i = 0; i < s->row->count && len < size; i++)
		len += snprintf(ret + len, size - len, "%s%lld", i ? "\t" : "",
				(long long)(value_load(s, i) / unit_of(s->row)));
}

/* One number at @p, which is moved behind it: decimal, octal or hexadecimal, as in C. 0 or -EINVAL. */
static int parse_number(const struct sysctl_row *row, const char **p, int64_t *ret,
			struct extack *ack)
{
	char *end;

	while (isspace((unsigned char)**p))
		(*p)++;
	errno = 0;
	*ret = strtoll(*p, &end, 0);
	if (end == *p || (*end && !isspace((unsigned char)*end)))
		return extack_set(ack, -EINVAL, "The value must be %u number%s", row->count,
				  row->count > 1 ? "s" : "");
	if (errno || *ret < row->low || *ret > row->high)
		return extack_set(ack, -EINVAL, "The value must be %lld to %lld",
				  (long long)row->low, (long long)row->high);
	*p = end;
	return 0;
}

/*
 * As many of @count numbers as @value has, one at least; Return: how many, or -EINVAL. What stands behind the last one
 * that there can be is not looked at, as by the kernel.
 */
static int parse_numbers(const struct sysctl_row *row, const char *value, int64_t *ret,
			 struct extack *ack)
{
	int n = 0, err;

	do {
		err = parse_number(row, &value, &ret[n], ack);
		if (err)
			return err;
		while (isspace((unsigned char)*value))
			value++;
	} while (++n < row->count && *value);
	return n;
}

static int set_numbers(struct net *net, const struct sysctl *s, const char *value,
		       struct extack *ack)
{
	int64_t values[VALUES_MAX], first = value_load(s, 0);
	char old[VALUES_MAX * sizeof(int64_t)];
	int n = parse_numbers(s->row, value, values, ack);

	if (n < 0)
		return n;
	memcpy(old, field_of(s, 0), s->row->count * s->row->width);
	for (int i = 0; i < n; i++)
		value_store(s, i, values[i] * unit_of(s->row));
	if (s->group->changed && s->group->changed(net, s->base, field_of(s, 0), first)) {
		memcpy(field_of(s, 0), old, s->row->count * s->row->width);
		return extack_set(ack, -EINVAL, "The value is not allowed here");
	}
	return 0;
}

/* Sets ----------------------------------------------------------------------------------------- */

static bool has_bit(const uint32_t *bits, unsigned i)
{
	return bits[i / 32] & 1u << i % 32;
}

static void get_bits(const struct sysctl *s, char *ret, size_t size)
{
	const uint32_t *bits = (const uint32_t *)field_of(s, 0);
	unsigned n = s->row->width * 8, from, to;
	size_t len = 0;

	ret[0] = '\0';
	for (from = 0; from < n && len < size; from = to + 1) {
		to = from;
		if (!has_bit(bits, from))
			continue;
		while (to + 1 < n && has_bit(bits, to + 1))
			to++;
		len += snprintf(ret + len, size - len, from == to ? "%s%u" : "%s%u-%u",
				len ? "," : "", from, to);
	}
}

/* "7" or "3-127" at @p, which is moved behind it. 0 or -EINVAL. */
static int parse_range(const char **p, unsigned long n, unsigned long *from, unsigned long *to,
		       struct extack *ack)
{
	char *end = (char *)*p;
	bool is_number = isdigit((unsigned char)*end);

	*from = *to = strtoul(end, &end, 10);
	if (is_number && *end == '-') {
		is_number = isdigit((unsigned char)end[1]);
		*to = strtoul(end + 1, &end, 10);
	}
	if (!is_number || (*end && *end != ','))
		return extack_set(ack, -EINVAL,
				  "The value must be numbers and ranges, as in 0-1,3-127");
	if (*from > *to || *to >= n)
		return extack_set(ack, -EINVAL, "The numbers must be 0 to %lu", n - 1);
	*p = *end ? end + 1 : end;
	return 0;
}

/* "0-1,3-127", or nothing at all */
static int set_bits(const struct sysctl *s, const char *value, struct extack *ack)
{
	uint32_t bits[BITS_MAX / 32] = { 0 };
	unsigned long from, to;

	while (*value) {
		int err = parse_range(&value, s->row->width * 8ul, &from, &to, ack);

		if (err)
			return err;
		for (; from <= to; from++)
			bits[from / 32] |= 1u << from % 32;
	}
	memcpy(field_of(s, 0), bits, s->row->width);
	return 0;
}

/* Text ----------------------------------------------------------------------------------------- */

static int set_text(const struct sysctl *s, const char *value, struct extack *ack)
{
	int err = s->group->check_text ? s->group->check_text(value, ack) : 0;

	if (err)
		return err;
	if (strlen(value) >= s->row->width)
		return extack_set(ack, -EINVAL, "The value is too long");
	strcpy(field_of(s, 0), value);
	return 0;
}

/* As the kernel writes it: all eight groups in full. */
static int get_secret(const struct sysctl *s, char *ret, size_t size)
{
	const struct ipv6_devconf *conf = s->base;
	const uint8_t *b = conf->stable_secret.b;
	size_t len = 0;

	if (!conf->stable_secret_set)
		return -EIO;
	for (unsigned i = 0; i < 16 && len < size; i += 2)
		len += snprintf(ret + len, size - len, "%s%02x%02x", i ? ":" : "", b[i], b[i + 1]);
	return 0;
}

static int set_secret(struct net *net, const struct sysctl *s, const char *value,
		      struct extack *ack)
{
	union inaddr secret;
	int err;

	if (inet_pton(AF_INET6, value, &secret) != 1)
		return extack_set(ack, -EINVAL, "The secret must be written as an IPv6 address");
	err = addrconf_set_secret(net, s->base, &secret);
	return err ? extack_set(ack, err, "Each device has a secret of its own") : 0;
}

/* All ------------------------------------------------------------------------------------------ */

int sysctl_get(const struct sysctl *s, char *ret, size_t size)
{
	switch (s->row->kind) {
	case SYSCTL_TEXT:
		snprintf(ret, size, "%s", field_of(s, 0));
		return 0;
	case SYSCTL_BITS:
		get_bits(s, ret, size);
		return 0;
	case SYSCTL_SECRET:
		return get_secret(s, ret, size);
	default:
		get_numbers(s, ret, size);
		return 0;
	}
}

bool sysctl_is_secret(const struct sysctl *s)
{
	return s->row->kind == SYSCTL_SECRET;
}

static int set_value(struct net *net, const struct sysctl *s, const char *value, struct extack *ack)
{
	switch (s->row->kind) {
	case SYSCTL_TEXT:
		return set_text(s, value, ack);
	case SYSCTL_BITS:
		return set_bits(s, value, ack);
	case SYSCTL_SECRET:
		return set_secret(net, s, value, ack);
	default:
		return set_numbers(net, s, value, ack);
	}
}

/* Of several lines the first counts, as for the kernel: who writes to a file ends with one. */
int sysctl_set(struct net *net, const struct sysctl *s, const char *value, struct extack *ack)
{
	char line[USTACK_SYSCTL_VALUE_MAX + 1];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(value, "\n"), value);
	return set_value(net, s, line, ack);
}
