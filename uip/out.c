/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text and JSON from one call: see out.h. Called by all that prints results.
 *
 * JSON is built with jansson, and written as soon as an element of the outermost array is complete,
 * so that a dump of any length needs memory for one object. The layout is ip(8)'s, byte for byte,
 * which jansson's writer has no form for: it writes the leaves.
 */
#include "uip/out.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* More than any printer nests. */
#define OUT_DEPTH 16

struct out {
	FILE *f;
	struct out_opts opts;
	bool dark;		  /* the terminal's background is dark */
	bool open;		  /* between out_begin() and out_end() */
	bool first;		  /* nothing is in the outermost array yet */
	unsigned depth;		  /* open containers within the outermost array */
	json_t *stack[OUT_DEPTH]; /* stack[0] is an element of the outermost array */
};

/* $COLORFGBG is "foreground;background", set by terminals; 0 to 6 and 8 are the dark ones. */
static bool background_is_dark(void)
{
	const char *colors = getenv("COLORFGBG");
	const char *last = colors ? strrchr(colors, ';') : NULL;

	return last && ((last[1] >= '0' && last[1] <= '6') || last[1] == '8') && !last[2];
}

struct out *out_new(FILE *f, const struct out_opts *opts)
{
	struct out *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->f = f;
	o->opts = *opts;
	o->dark = background_is_dark();
	return o;
}

void out_free(struct out *o)
{
	if (!o)
		return;
	json_decref(o->depth ? o->stack[0] : NULL);
	free(o);
}

bool out_is_json(const struct out *o)
{
	return o->opts.json;
}

/* --- ip(8)'s JSON layout ---------------------------------------------------------------------- */

static void write_break(struct out *o, unsigned indent)
{
	if (!o->opts.pretty)
		return;
	fputc('\n', o->f);
	while (indent--)
		fputs("    ", o->f);
}

static void write_value(struct out *o, json_t *value, unsigned indent);

static void write_object(struct out *o, json_t *object, unsigned indent)
{
	const char *key;
	json_t *value;
	bool first = true;

	fputc('{', o->f);
	json_object_foreach(object, key, value)
	{
		if (!first)
			fputc(',', o->f);
		first = false;
		write_break(o, indent + 1);
		fprintf(o->f, o->opts.pretty ? "\"%s\": " : "\"%s\":", key);
		write_value(o, value, indent + 1);
	}
	if (!first)
		write_break(o, indent);
	fputc('}', o->f);
}

static void write_array(struct out *o, json_t *array, unsigned indent)
{
	json_t *value;
	size_t i;

	fputs(o->opts.pretty ? "[ " : "[", o->f);
	json_array_foreach(array, i, value)
	{
		if (i)
			fputc(',', o->f);
		write_value(o, value, indent + 1);
	}
	fputs(o->opts.pretty && json_array_size(array) ? " ]" : "]", o->f);
}

static void write_value(struct out *o, json_t *value, unsigned indent)
{
	if (json_is_object(value))
		write_object(o, value, indent);
	else if (json_is_array(value))
		write_array(o, value, indent);
	else
		json_dumpf(value, o->f, JSON_ENCODE_ANY);
}

void out_begin(struct out *o)
{
	o->open = true;
	o->first = true;
	if (o->opts.json)
		fputs(o->opts.pretty ? "[ " : "[", o->f);
}

void out_end(struct out *o)
{
	if (o->opts.json && o->open)
		fputs(o->opts.pretty && !o->first ? " ]\n" : "]\n", o->f);
	o->open = false;
}

/* --- containers ------------------------------------------------------------------------------- */

/* Puts @value, which it takes over, where the output stands. */
static void json_place(struct out *o, const char *key, json_t *value)
{
	json_t *parent = o->depth ? o->stack[o->depth - 1] : NULL;

	if (json_is_object(parent))
		json_object_set_new_nocheck(parent, key, value);
	else if (json_is_array(parent))
		json_array_append_new(parent, value);
	else
		json_decref(value);
}

static void json_open(struct out *o, const char *key, json_t *container)
{
	if (o->depth == OUT_DEPTH) {
		json_decref(container);
		return;
	}
	if (o->depth)
		json_place(o, key, container);
	o->stack[o->depth++] = container;
}

static void json_close(struct out *o)
{
	if (--o->depth)
		return;
	if (!o->first)
		fputc(',', o->f);
	o->first = false;
	write_value(o, o->stack[0], 1);
	json_decref(o->stack[0]);
}

void out_object(struct out *o, const char *key)
{
	if (o->opts.json)
		json_open(o, key, json_object());
}

void out_object_end(struct out *o)
{
	if (o->opts.json)
		json_close(o);
}

void out_array(struct out *o, const char *key)
{
	if (o->opts.json)
		json_open(o, key, json_array());
}

void out_array_end(struct out *o)
{
	if (o->opts.json)
		json_close(o);
}

/* --- values ----------------------------------------------------------------------------------- */

static const char *color_code(const struct out *o, enum out_color color)
{
	static const char *const light[] = {
		[OUT_IFNAME] = "36", [OUT_MAC] = "33", [OUT_INET] = "35",
		[OUT_INET6] = "34",  [OUT_UP] = "32",  [OUT_DOWN] = "31",
	};
	static const char *const dark[] = {
		[OUT_IFNAME] = "1;36", [OUT_MAC] = "1;33", [OUT_INET] = "1;35",
		[OUT_INET6] = "1;34",  [OUT_UP] = "1;32",  [OUT_DOWN] = "1;31",
	};

	if (!o->opts.color || color == OUT_PLAIN)
		return NULL;
	return o->dark ? dark[color] : light[color];
}

void out_color(struct out *o, enum out_color color, const char *key, const char *before,
	       const char *value, const char *after)
{
	const char *code;

	if (o->opts.json) {
		out_json_str(o, key, value);
		return;
	}
	if (!before)
		return;
	code = color_code(o, color);
	if (code)
		fprintf(o->f, "\033[%sm%s%s%s\033[0m", code, before, value, after);
	else
		fprintf(o->f, "%s%s%s", before, value, after);
}

void out_str(struct out *o, const char *key, const char *before, const char *value,
	     const char *after)
{
	out_color(o, OUT_PLAIN, key, before, value, after);
}

void out_uint(struct out *o, const char *key, const char *before, uint64_t value, const char *after)
{
	if (o->opts.json)
		out_json_uint(o, key, value);
	else if (before)
		fprintf(o->f, "%s%llu%s", before, (unsigned long long)value, after);
}

void out_int(struct out *o, const char *key, const char *before, int64_t value, const char *after)
{
	if (o->opts.json) {
		if (key)
			json_place(o, key, json_integer(value));
	} else if (before) {
		fprintf(o->f, "%s%lld%s", before, (long long)value, after);
	}
}

void out_flag(struct out *o, const char *key, const char *text)
{
	if (o->opts.json)
		out_json_bool(o, key, true);
	else
		fputs(text, o->f);
}

void out_null(struct out *o, const char *key, const char *text)
{
	if (o->opts.json)
		out_json_null(o, key);
	else
		fputs(text, o->f);
}

void out_text(struct out *o, const char *fmt, ...)
{
	va_list args;

	if (o->opts.json)
		return;
	va_start(args, fmt);
	vfprintf(o->f, fmt, args);
	va_end(args);
}

/* In an array there are no keys; out of one, no key means: this is for text only. */
static bool json_wanted(const struct out *o, const char *key)
{
	return o->opts.json && o->depth && (key || json_is_array(o->stack[o->depth - 1]));
}

void out_json_str(struct out *o, const char *key, const char *value)
{
	if (json_wanted(o, key))
		json_place(o, key, json_string_nocheck(value));
}

void out_json_uint(struct out *o, const char *key, uint64_t value)
{
	if (json_wanted(o, key))
		json_place(o, key, json_integer((json_int_t)value));
}

void out_json_bool(struct out *o, const char *key, bool value)
{
	if (json_wanted(o, key))
		json_place(o, key, json_boolean(value));
}

void out_json_null(struct out *o, const char *key)
{
	if (json_wanted(o, key))
		json_place(o, key, json_null());
}

void out_nl(struct out *o)
{
	if (!o->opts.json)
		fputc(o->opts.oneline ? '\\' : '\n', o->f);
}

int out_flush(struct out *o)
{
	return fflush(o->f) ? -errno : 0;
}

enum out_color out_family_color(int family)
{
	switch (family) {
	case AF_INET:
		return OUT_INET;
	case AF_INET6:
		return OUT_INET6;
	default:
		return OUT_PLAIN;
	}
}
