/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prompt: see shell.h. Called by main().
 *
 * readline's hooks get no argument, so the one running shell stands in a variable. History is kept
 * in the user's state directory (XDG base directory specification).
 */
#include "uip/shell.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "uip/complete.h"
#include "uip/devmap.h"
#include "uip/object.h"
#include "uip/out.h"
#include "uip/uip.h"
#include "uip/words.h"

#define HISTORY_LINES 1000

struct shell {
	struct uip *u;
	char history[4096]; /* the file; "" if there is none */
	char **matches;	    /* the words that completion found */
	size_t count;
	size_t next;
};

static struct shell *running;

/* --- history ---------------------------------------------------------------------------------- */

/* Makes each directory of @path that is not there; the last part of @path is a file. */
static bool make_directories(char *path)
{
	char *slash = path;

	while ((slash = strchr(slash + 1, '/'))) {
		int err;

		*slash = '\0';
		err = mkdir(path, 0700);
		*slash = '/';
		if (err && errno != EEXIST)
			return false;
	}
	return true;
}

static void history_open(struct shell *s)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int len;

	if (state && state[0] == '/')
		len = snprintf(s->history, sizeof(s->history), "%s/uip/history", state);
	else if (home && home[0] == '/')
		len = snprintf(s->history, sizeof(s->history), "%s/.local/state/uip/history", home);
	else
		return;
	if (len < 0 || (size_t)len >= sizeof(s->history) || !make_directories(s->history)) {
		s->history[0] = '\0';
		return;
	}
	using_history();
	stifle_history(HISTORY_LINES);
	read_history(s->history);
}

static void history_remember(struct shell *s, const char *line)
{
	const HIST_ENTRY *last =
		history_length ? history_get(history_base + history_length - 1) : NULL;

	if (last && !strcmp(last->line, line))
		return;
	add_history(line);
	if (s->history[0])
		write_history(s->history);
}

/* --- completion ------------------------------------------------------------------------------- */

static void matches_clear(struct shell *s)
{
	size_t i;

	for (i = s->next; i < s->count; i++)
		free(s->matches[i]);
	free(s->matches);
	s->matches = NULL;
	s->count = 0;
	s->next = 0;
}

static void matches_add(const char *word, void *arg)
{
	struct shell *s = arg;
	char **grown = realloc(s->matches, (s->count + 1) * sizeof(*grown));

	if (!grown)
		return;
	s->matches = grown;
	s->matches[s->count] = strdup(word);
	s->count += s->matches[s->count] != NULL;
}

/* A line may begin with the option of a family, for itself alone. Return: what is behind it. */
static char *skip_family(char *line, int *family)
{
	char *p = line + strspn(line, " \t");

	if (strncmp(p, "-4 ", 3) && strncmp(p, "-6 ", 3))
		return line;
	*family = p[1] == '4' ? AF_INET : AF_INET6;
	return p + 3;
}

/* Gives readline one match after the other; it frees them. */
static char *next_match(const char *word, int state)
{
	struct shell *s = running;

	if (!state) {
		int family;
		char *before = strndup(rl_line_buffer, (size_t)(rl_point - (int)strlen(word)));

		matches_clear(s);
		if (before)
			complete(s->u, skip_family(before, &family), word, matches_add, s);
		free(before);
	}
	return s->next < s->count ? s->matches[s->next++] : NULL;
}

static char **complete_line(const char *word, int start, int end)
{
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1; /* never file names */
	return rl_completion_matches(word, next_match);
}

/* --- lines ------------------------------------------------------------------------------------ */

static bool is_end(const char *word)
{
	return !strcmp(word, "exit") || !strcmp(word, "quit");
}

/* Runs one line. Return: does the user go on? */
static bool run_line(struct shell *s, struct words *words, char *line)
{
	struct uip *u = s->u;
	int family = u->opts.family;
	struct args a;

	if (words_split(words, skip_family(line, &u->opts.family)) || !words->count)
		goto out;
	if (is_end(words->word[0]))
		return false;
	if (!strcmp(words->word[words->count - 1], "?"))
		words->word[words->count - 1] = "help";
	devmap_clear(u->devs); /* others may have changed them since the last line */
	a = (struct args){ .word = words->word, .left = words->count, .family = u->opts.family };
	object_run(u, &a);
	out_flush(u->out);
out:
	u->opts.family = family;
	return true;
}

int shell_run(struct uip *u)
{
	struct shell shell = { .u = u };
	struct words words = { 0 };
	bool going_on = true;
	char *line;

	running = &shell;
	rl_readline_name = "uip";
	rl_attempted_completion_function = complete_line;
	rl_completer_word_break_characters = " \t\n";
	history_open(&shell);
	while (going_on && (line = readline("uip> "))) {
		if (line[strspn(line, " \t")])
			history_remember(&shell, line);
		going_on = run_line(&shell, &words, line);
		free(line);
	}
	if (going_on)
		putchar('\n'); /* the end of the input leaves the prompt open */
	matches_clear(&shell);
	words_free(&words);
	running = NULL;
	return UIP_OK;
}
