/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Splitting lines into words: see words.h. Called by batch.c and shell.c.
 */
#include "uip/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_BLANK " \t\r\n"

/* Keeps room for the NULL after the last word. */
static int words_add(struct words *w, char *word)
{
	if (w->count + 1 >= w->room) {
		int room = w->room ? w->room * 2 : 64;
		char **grown = realloc(w->word, (size_t)room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		w->word = grown;
		w->room = room;
	}
	w->word[w->count++] = word;
	w->word[w->count] = NULL;
	return 0;
}

int words_split(struct words *w, char *line)
{
	char *end;
	int err = 0;

	w->count = 0;
	line[strcspn(line, "#")] = '\0';
	for (line += strspn(line, WORDS_BLANK); *line && !err; line += strspn(line, WORDS_BLANK)) {
		if (*line == '\'' || *line == '"') {
			end = strchr(line + 1, *line);
			if (!end) {
				fputs("Unterminated quoted string\n", stderr);
				return -EINVAL;
			}
			line++;
		} else {
			end = line + strcspn(line, WORDS_BLANK);
		}
		err = words_add(w, line);
		if (*end)
			*end++ = '\0';
		line = end;
	}
	return err;
}

void words_free(struct words *w)
{
	free(w->word);
	w->word = NULL;
	w->count = 0;
	w->room = 0;
}
