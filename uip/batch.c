/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands from a file: see batch.h. Called by main().
 *
 * What changes the stack is queued (pipeline.c); what reads it waits for that first. Lines are read
 * by our own buffer, because before a read that would block (a program at the other end of a pipe,
 * waiting for an effect) all that is queued must be sent.
 */
#include "uip/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uip/object.h"
#include "uip/out.h"
#include "uip/pipeline.h"
#include "uip/uip.h"
#include "uip/words.h"

#define LINES_CHUNK 65536

/* A file, line by line. */
struct lines {
	int fd;
	unsigned number; /* of the last line that was taken */
	char *buf;
	size_t begin, end, room; /* what was read and not taken yet, within buf */
	bool eof;
};

/* Reads more. Before it would block, @p is drained. */
static int lines_read(struct lines *l, struct pipeline *p)
{
	struct pollfd ready = { .fd = l->fd, .events = POLLIN };
	ssize_t n;

	if (poll(&ready, 1, 0) == 0)
		pipeline_drain(p);
	if (l->begin)
		memmove(l->buf, l->buf + l->begin, l->end - l->begin);
	l->end -= l->begin;
	l->begin = 0;
	if (l->room - l->end <= LINES_CHUNK) { /* one more byte: for the NUL of the last line */
		size_t room = l->room + 2 * LINES_CHUNK;
		char *grown = realloc(l->buf, room);

		if (!grown)
			return -ENOMEM;
		l->buf = grown;
		l->room = room;
	}
	do {
		n = read(l->fd, l->buf + l->end, LINES_CHUNK);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	l->eof = n == 0;
	l->end += (size_t)n;
	return 0;
}

/* Where the line that begins at @from ends: at its newline, or at the end of the file. */
static int lines_find_end(struct lines *l, struct pipeline *p, size_t from, size_t *ret)
{
	for (;;) {
		char *newline = l->end > l->begin + from ? memchr(l->buf + l->begin + from, '\n',
								  l->end - l->begin - from)
							 : NULL;
		int err;

		if (newline) {
			*ret = (size_t)(newline - l->buf) - l->begin;
			return 0;
		}
		if (l->eof) {
			*ret = l->end - l->begin;
			return 0;
		}
		err = lines_read(l, p);
		if (err)
			return err;
	}
}

/* A backslash at the end of a line joins the next one to it; a comment ends where its line ends. */
static int lines_join(struct lines *l, struct pipeline *p, size_t *end)
{
	for (;;) {
		char *line = l->buf + l->begin, *comment;
		size_t next;
		int err;

		if (!*end || line[*end - 1] != '\\')
			return 0;
		comment = memchr(line, '#', *end);
		memset(comment ? comment : line + *end - 1, ' ',
		       comment ? (size_t)(line + *end - comment) : 1);
		line[*end] = ' ';
		l->number++;
		err = lines_find_end(l, p, *end + 1, &next);
		if (err)
			return err;
		if (l->begin + *end + 1 >= l->end) {
			fputs("Missing continuation line\n", stderr);
			return -EINVAL;
		}
		*end = next;
	}
}

/* The next line, NUL-terminated, NULL at the end of the file. Lives until the next call. */
static int lines_next(struct lines *l, struct pipeline *p, char **ret)
{
	size_t end;
	int err = lines_find_end(l, p, 0, &end);

	if (!err)
		l->number++;
	if (!err)
		err = lines_join(l, p, &end);
	if (err)
		return err;
	*ret = NULL;
	if (l->eof && l->begin == l->end)
		return 0;
	*ret = l->buf + l->begin;
	l->begin += end;
	l->buf[l->begin] = '\0'; /* there is room after the last byte: see lines_read() */
	if (l->begin < l->end)
		l->begin++;
	return 0;
}

static void run_line(struct uip *u, struct words *words, char *line)
{
	int family = u->opts.family;
	int err = words_split(words, line), status;
	struct args a;

	if (!err && !words->count)
		return;
	a = (struct args){ .word = words->word, .left = words->count, .family = family };
	status = err ? UIP_FAILED : object_run(u, &a);
	u->opts.family = family;
	out_flush(u->out);
	if (status)
		pipeline_fail(u->pipeline);
}

static int open_file(const char *name)
{
	int fd = strcmp(name, "-") ? open(name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (fd < 0)
		fprintf(stderr, "Cannot open file \"%s\" for reading: %s\n", name, strerror(errno));
	return fd;
}

int batch_run(struct uip *u, const char *name)
{
	struct lines lines = { .fd = open_file(name) };
	struct words words = { 0 };
	int status = UIP_FAILED;
	char *line = NULL;

	if (lines.fd < 0)
		return UIP_FAILED;
	u->pipeline = pipeline_new(u, name, u->opts.force);
	while (u->pipeline && !pipeline_stopped(u->pipeline)) {
		int err = lines_next(&lines, u->pipeline, &line);

		pipeline_set_line(u->pipeline, lines.number);
		if (err) {
			if (err != -EINVAL)
				fprintf(stderr, "Cannot read \"%s\": %s\n", name, strerror(-err));
			pipeline_fail(u->pipeline);
			break;
		}
		if (!line)
			break;
		run_line(u, &words, line);
	}
	if (u->pipeline) {
		pipeline_drain(u->pipeline);
		status = pipeline_failed(u->pipeline) ? UIP_FAILED : UIP_OK;
	}
	pipeline_free(u->pipeline);
	u->pipeline = NULL;
	words_free(&words);
	free(lines.buf);
	if (lines.fd != STDIN_FILENO)
		close(lines.fd);
	return status;
}
