/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prompt: see shell.h. Called by main().
 *
 * Each line runs in a process of its own, on a channel of its own: what ends it, be it ^C or a program
 * that took its place, does not end the shell, and its options are forgotten with it.
 *
 * readline's hooks get no argument, so the one running shell stands in a variable. History is kept
 * in the user's state directory (XDG base directory specification).
 */
#include "uip/shell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "uip/args.h"
#include "uip/complete.h"
#include "uip/out.h"
#include "uip/uip.h"
#include "uip/words.h"

#define HISTORY_LINES 1000

struct shell {
	struct uip *u;
	shell_command *command;
	char *line; /* what was typed; NULL: the end of the input */
	bool typed;
	char history[4096]; /* the file; "" if there is none */
	char **matches;	    /* the words that completion found */
	size_t count;
	size_t next;
};

static struct shell *running;
static volatile sig_atomic_t interrupted;

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

/* A line may begin with options. Return: what is behind them. */
static char *skip_options(char *line)
{
	line += strspn(line, " \t");
	while (line[0] == '-') {
		line += strcspn(line, " \t");
		line += strspn(line, " \t");
	}
	return line;
}

/* Gives readline one match after the other; it frees them. */
static char *next_match(const char *word, int state)
{
	struct shell *s = running;

	if (!state) {
		char *before = strndup(rl_line_buffer, (size_t)(rl_point - (int)strlen(word)));

		matches_clear(s);
		if (before)
			complete(s->u, skip_options(before), word, matches_add, s);
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

/* In the child: never returns. */
static void run_words(struct shell *s, const struct words *words)
{
	struct args a = { .word = words->word, .left = words->count };
	int status;

	signal(SIGINT, SIG_DFL);
	status = s->command(s->u, &a);
	fflush(stdout);
	_exit(status);
}

/* ^C is for the child: the shell waits for what comes of it. */
static void run_in_child(struct shell *s, const struct words *words)
{
	int status;
	pid_t pid;

	out_flush(s->u->out);
	/* The child opens a channel of its own; completion, another when it is next asked for. */
	uip_disconnect(s->u);
	signal(SIGINT, SIG_IGN);
	pid = fork();
	if (!pid)
		run_words(s, words);
	if (pid < 0)
		perror("Cannot run it");
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
		putchar('\n'); /* behind the ^C */
}

/* Runs one line. Return: does the user go on? */
static bool run_line(struct shell *s, struct words *words, char *line)
{
	if (words_split(words, line) || !words->count)
		return true;
	if (is_end(words->word[0]))
		return false;
	if (!strcmp(words->word[words->count - 1], "?"))
		words->word[words->count - 1] = "help";
	run_in_child(s, words);
	return true;
}

static void take_line(char *line)
{
	running->line = line;
	running->typed = true;
	/* Not later: the terminal is as the next command wants it. */
	rl_callback_handler_remove();
}

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* ^C: the line that was begun is forgotten, as in any shell. */
static void forget_line(void)
{
	interrupted = 0;
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_replace_line("", 0);
	rl_crlf();
	rl_on_new_line();
	rl_redisplay();
}

/* Return: the line, to be freed; NULL at the end of the input. */
static char *read_line(struct shell *s)
{
	const struct sigaction sa = { .sa_handler = on_interrupt };
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	interrupted = 0;
	sigaction(SIGINT, &sa, NULL); /* no SA_RESTART: poll() is to return */
	s->typed = false;
	rl_callback_handler_install("uip> ", take_line);
	while (!s->typed) {
		if (poll(&in, 1, -1) > 0)
			rl_callback_read_char();
		else if (errno != EINTR)
			take_line(NULL);
		if (interrupted && !s->typed)
			forget_line();
	}
	return s->line;
}

int shell_run(struct uip *u, shell_command *command)
{
	struct shell shell = { .u = u, .command = command };
	struct words words = { 0 };
	bool going_on = true;
	char *line;

	running = &shell;
	rl_readline_name = "uip";
	rl_attempted_completion_function = complete_line;
	rl_completer_word_break_characters = " \t\n";
	history_open(&shell);
	while (going_on && (line = read_line(&shell))) {
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
