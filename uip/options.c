/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options that stand before the object: see options.h. Called by main().
 *
 * As for ip(8), an option is "-word" or "--word", and any beginning of the word: where that fits
 * more than one, the first in the table is meant.
 */
#include "uip/options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/uip.h"

struct option {
	const char *word;
	bool whole; /* not abbreviated */
	enum options_next (*take)(struct args *a, const struct option *option, const char *word,
				  struct uip_opts *opts);
	size_t offset;
	int number;
};

/* --- takers ----------------------------------------------------------------------------------- */

static enum options_next set_bool(struct args *a, const struct option *option, const char *word,
				  struct uip_opts *opts)
{
	(void)a;
	(void)word;
	*(bool *)((char *)opts + option->offset) = true;
	return OPTIONS_RUN;
}

static enum options_next count(struct args *a, const struct option *option, const char *word,
			       struct uip_opts *opts)
{
	(void)a;
	(void)word;
	++*(unsigned *)((char *)opts + option->offset);
	return OPTIONS_RUN;
}

static enum options_next set_family(struct args *a, const struct option *option, const char *word,
				    struct uip_opts *opts)
{
	(void)a;
	(void)word;
	opts->family = option->number;
	return OPTIONS_RUN;
}

static enum options_next take_family(struct args *a, const struct option *option, const char *word,
				     struct uip_opts *opts)
{
	const char *value;

	(void)option;
	(void)word;
	if (!args_peek(a) || !strcmp(args_peek(a), "help"))
		return OPTIONS_USAGE;
	args_pop(a, &value);
	opts->family = inet_family_from(value);
	if (opts->family == AF_UNSPEC) {
		arg_invalid("invalid protocol family", value);
		return OPTIONS_REFUSED;
	}
	return OPTIONS_RUN;
}

static enum options_next take_text(struct args *a, const struct option *option, const char *word,
				   struct uip_opts *opts)
{
	(void)word;
	if (!args_peek(a))
		return OPTIONS_USAGE;
	args_pop(a, (const char **)((char *)opts + option->offset));
	return OPTIONS_RUN;
}

static enum options_next take_loops(struct args *a, const struct option *option, const char *word,
				    struct uip_opts *opts)
{
	const char *value;

	(void)option;
	(void)word;
	if (!args_peek(a))
		return OPTIONS_USAGE;
	args_pop(a, &value);
	opts->loops = (unsigned)strtoul(value, NULL, 10);
	return OPTIONS_RUN;
}

static enum options_next set_short(struct args *a, const struct option *option, const char *word,
				   struct uip_opts *opts)
{
	(void)a;
	(void)option;
	(void)word;
	opts->timestamp = true;
	opts->timestamp_short = true;
	return OPTIONS_RUN;
}

static enum options_next set_iec(struct args *a, const struct option *option, const char *word,
				 struct uip_opts *opts)
{
	(void)a;
	(void)option;
	(void)word;
	opts->human = true;
	opts->iec = true;
	return OPTIONS_RUN;
}

/* -color, -color=always, -color=auto, -color=never */
static enum options_next take_color(struct args *a, const struct option *option, const char *word,
				    struct uip_opts *opts)
{
	const char *when = strchr(word, '=');

	(void)a;
	(void)option;
	if (!when || !strcmp(when, "=always"))
		opts->color = UIP_COLOR_ALWAYS;
	else if (!strcmp(when, "=auto"))
		opts->color = UIP_COLOR_AUTO;
	else if (!strcmp(when, "=never"))
		opts->color = UIP_COLOR_NEVER;
	else
		return OPTIONS_USAGE;
	return OPTIONS_RUN;
}

static enum options_next next(struct args *a, const struct option *option, const char *word,
			      struct uip_opts *opts)
{
	(void)a;
	(void)word;
	(void)opts;
	return (enum options_next)option->number;
}

/* --- the table -------------------------------------------------------------------------------- */

#define FIELD(member) offsetof(struct uip_opts, member)

static const struct option options[] = {
	{ "loops", false, take_loops, 0, 0 },
	{ "family", false, take_family, 0, 0 },
	{ "4", true, set_family, 0, AF_INET },
	{ "6", true, set_family, 0, AF_INET6 },
	{ "0", true, set_family, 0, AF_PACKET },
	{ "human-readable", false, set_bool, FIELD(human), 0 },
	{ "iec", false, set_iec, 0, 0 },
	{ "stats", false, count, FIELD(stats), 0 },
	{ "statistics", false, count, FIELD(stats), 0 },
	{ "details", false, count, FIELD(details), 0 },
	{ "oneline", false, set_bool, FIELD(oneline), 0 },
	{ "timestamp", false, set_bool, FIELD(timestamp), 0 },
	{ "tshort", false, set_short, 0, 0 },
	{ "Version", false, next, 0, OPTIONS_VERSION },
	{ "force", false, set_bool, FIELD(force), 0 },
	{ "batch", false, take_text, FIELD(batch), 0 },
	{ "brief", false, set_bool, FIELD(brief), 0 },
	{ "json", false, set_bool, FIELD(json), 0 },
	{ "pretty", false, set_bool, FIELD(pretty), 0 },
	{ "help", false, next, 0, OPTIONS_USAGE },
	{ "name", false, take_text, FIELD(instance), 0 },
	{ "netns", false, take_text, FIELD(instance), 0 }, /* ip's word for where to work */
	{ "Numeric", false, set_bool, FIELD(numeric), 0 },
	{ "color", false, take_color, 0, 0 },
};

static const struct option *option_find(const char *word)
{
	size_t len = strcspn(word, "="), i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const struct option *option = &options[i];

		if (word[len] && option->take != take_color)
			continue;
		if (option->whole ? !strcmp(word, option->word)
				  : len && !strncmp(word, option->word, len))
			return option;
	}
	return NULL;
}

enum options_next options_parse(struct args *a, struct uip_opts *opts)
{
	enum options_next then = OPTIONS_RUN;

	while (then == OPTIONS_RUN && args_peek(a) && args_peek(a)[0] == '-') {
		const struct option *option;
		const char *word;

		args_pop(a, &word);
		if (!strcmp(word, "--"))
			break;
		option = option_find(word + (word[1] == '-' ? 2 : 1));
		if (!option) {
			fprintf(stderr, "Option \"%s\" is unknown, try \"uip -help\".\n", word);
			return OPTIONS_REFUSED;
		}
		then = option->take(a, option, word, opts);
	}
	return then;
}
