/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output: one call writes a value, as text or as JSON.
 *
 * A value has a key, for JSON, and what stands before and after it, for text; a NULL key writes
 * text only, a NULL @before JSON only. So each printer says everything once, and cannot say two
 * different things. JSON comes in ip(8)'s own layout, element by element of the outermost array.
 */
#ifndef UIP_OUT_H
#define UIP_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct out;

enum out_color {
	OUT_PLAIN,
	OUT_IFNAME,
	OUT_MAC,
	OUT_INET,
	OUT_INET6,
	OUT_UP,
	OUT_DOWN,
};

struct out_opts {
	bool json;
	bool pretty;
	bool color;
	bool oneline;
};

/**
 * out_new() - write to @f, which stays the caller's and must outlive the result
 * @opts: copied
 *
 * Return: what out_free() takes, NULL for want of memory.
 */
struct out *out_new(FILE *f, const struct out_opts *opts);

/** out_free() - drop what was not ended, too; NULL is fine */
void out_free(struct out *o);

/** out_is_json() - for what has to be laid out in another way, or not at all, as JSON */
bool out_is_json(const struct out *o);

/** out_begin(), out_end() - the outermost array, around everything that one command writes */
void out_begin(struct out *o);
void out_end(struct out *o);

/**
 * out_object(), out_array() - begin a container; each is ended, innermost first
 * @key: NULL inside of an array
 *
 * They write no text.
 */
void out_object(struct out *o, const char *key);
void out_object_end(struct out *o);
void out_array(struct out *o, const char *key);
void out_array_end(struct out *o);

/**
 * out_str(), out_color(), out_uint(), out_int() - one value
 * @key: NULL: text only (inside of an array: an element)
 * @before: NULL: JSON only; else text is @before, the value, @after
 * @color: of the value, where colors are wanted
 */
void out_str(struct out *o, const char *key, const char *before, const char *value,
	     const char *after);
void out_color(struct out *o, enum out_color color, const char *key, const char *before,
	       const char *value, const char *after);
void out_uint(struct out *o, const char *key, const char *before, uint64_t value,
	      const char *after);
void out_int(struct out *o, const char *key, const char *before, int64_t value, const char *after);

/** out_flag() - something that is there or not: the text, and true */
void out_flag(struct out *o, const char *key, const char *text);

/** out_null() - likewise, for what ip(8) writes as null */
void out_null(struct out *o, const char *key, const char *text);

/** out_text() - what only the text has */
void out_text(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** out_json_str(), out_json_uint(), out_json_bool(), out_json_null() - what only JSON has */
void out_json_str(struct out *o, const char *key, const char *value);
void out_json_uint(struct out *o, const char *key, uint64_t value);
void out_json_bool(struct out *o, const char *key, bool value);
void out_json_null(struct out *o, const char *key);

/** out_nl() - end a line within an object: a backslash with -oneline */
void out_nl(struct out *o);

/** out_flush() - let the reader see what was written so far; Return: 0 or -errno */
int out_flush(struct out *o);

/** out_family_color() - the color of addresses of an AF_*; Return: OUT_PLAIN where there is none */
enum out_color out_family_color(int family);

#endif
