/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser that works on argument tables, and the takers that all objects share: see args.h.
 */
#include "uip/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/uip.h"

/* --- what is said of wrong words -------------------------------------------------------------- */

static int arg_incomplete(void)
{
	fputs("Command line is not complete. Try option \"help\"\n", stderr);
	return UIP_USAGE;
}

int arg_invalid(const char *why, const char *value)
{
	fprintf(stderr, "Error: argument \"%s\" is wrong: %s\n", value, why);
	return UIP_USAGE;
}

int arg_duplicate(const char *word, const char *value)
{
	fprintf(stderr, "Error: duplicate \"%s\": \"%s\" is the second value.\n", word, value);
	return UIP_USAGE;
}

int arg_garbage(const char *word, const char *value)
{
	fprintf(stderr, "Error: either \"%s\" is duplicate, or \"%s\" is a garbage.\n", word,
		value);
	return UIP_USAGE;
}

int arg_missing(const char *word)
{
	fprintf(stderr, "Not enough information: \"%s\" argument is required.\n", word);
	return UIP_FAILED;
}

/* --- the parser ------------------------------------------------------------------------------- */

bool arg_matches(const char *word, const char *full)
{
	return *word && !strncmp(word, full, strlen(word));
}

int args_pop(struct args *a, const char **ret)
{
	if (!a->left)
		return arg_incomplete();
	*ret = *a->word++;
	a->left--;
	return UIP_OK;
}

const char *args_peek(const struct args *a)
{
	return a->left ? *a->word : NULL;
}

static bool word_is(const char *word, const char *full, const char *alias, unsigned flags)
{
	if (alias && !strcmp(word, alias))
		return true;
	return flags & ARG_ABBREV ? arg_matches(word, full) : !strcmp(word, full);
}

/* The entry that @word belongs to; the positional one takes what no other does. */
static const struct arg *table_find(const struct arg *table, const char *word, bool *ret_named)
{
	for (; table->word; table++) {
		*ret_named = word_is(word, table->word, table->alias, table->flags);
		if (*ret_named || table->flags & ARG_POSITIONAL)
			return table;
	}
	return NULL;
}

int args_parse(struct uip *u, struct args *a, const struct arg *table, void *cfg,
	       uint64_t *ret_seen)
{
	uint64_t seen = 0;
	int status = UIP_OK;

	while (a->left && !status) {
		const struct arg *arg;
		const char *value = NULL;
		uint64_t bit;
		bool named;

		arg = table_find(table, *a->word, &named);
		if (!arg)
			break;
		status = args_pop(a, &value);
		if (!status && named && !(arg->flags & ARG_FLAG))
			status = args_pop(a, &value);
		if (status)
			break;
		bit = 1ull << (arg - table);
		if (arg->flags & ARG_ONCE && seen & bit)
			return arg->flags & ARG_POSITIONAL ? arg_garbage(arg->word, value)
							   : arg_duplicate(arg->word, value);
		seen |= bit;
		status = arg->take(u, a, arg, value, (char *)cfg + arg->offset);
		if (arg->flags & ARG_STOP)
			break;
	}
	if (ret_seen)
		*ret_seen = seen;
	return status;
}

/* --- takers ----------------------------------------------------------------------------------- */

int take_string(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		void *field)
{
	(void)u;
	(void)a;
	(void)arg;
	*(const char **)field = value;
	return UIP_OK;
}

int take_number(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		void *field)
{
	struct arg_number *number = field;
	uint64_t max = arg->number ? arg->number : UINT32_MAX;
	unsigned long long n;
	char *end;

	(void)u;
	(void)a;
	errno = 0;
	n = strtoull(value, &end, 0);
	if (!*value || *value == '-' || *end || errno || n > max)
		return arg_invalid(arg->error, value);
	number->given = true;
	number->value = (uint32_t)n;
	return UIP_OK;
}

int take_integer(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		 void *field)
{
	struct arg_number *number = field;
	long long n;
	char *end;

	(void)u;
	(void)a;
	errno = 0;
	n = strtoll(value, &end, 0);
	if (!*value || *end || errno || n < INT32_MIN || n > INT32_MAX)
		return arg_invalid(arg->error, value);
	number->given = true;
	number->value = (uint32_t)n;
	return UIP_OK;
}

int take_prefix(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		void *field)
{
	struct arg_prefix *prefix = field;

	(void)u;
	(void)arg;
	if (a->family == AF_PACKET) {
		fprintf(stderr,
			"Error: \"%s\" may be inet prefix, but it is not allowed in this context.\n",
			value);
		return UIP_FAILED;
	}
	if (inet_prefix_parse(value, a->family, &prefix->p)) {
		fprintf(stderr, "Error: %s prefix is expected rather than \"%s\".\n",
			inet_family_verbose(a->family), value);
		return UIP_FAILED;
	}
	prefix->given = true;
	prefix->text = value;
	if (a->family == AF_UNSPEC)
		a->family = prefix->p.family;
	return UIP_OK;
}

int take_address(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		 void *field)
{
	struct arg_prefix *address = field;

	(void)u;
	(void)arg;
	if (inet_addr_parse(value, a->family, &address->p)) {
		fprintf(stderr, "Error: %s address is expected rather than \"%s\".\n",
			inet_family_verbose(a->family), value);
		return UIP_FAILED;
	}
	address->given = true;
	address->text = value;
	if (a->family == AF_UNSPEC)
		a->family = address->p.family;
	return UIP_OK;
}

int take_on_off(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		void *field)
{
	struct arg_number *number = field;

	(void)u;
	(void)a;
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
		fprintf(stderr, "Error: argument of \"%s\" must be \"on\" or \"off\", not \"%s\"\n",
			arg->word, value);
		return UIP_FAILED;
	}
	number->given = true;
	number->value = value[1] == 'n';
	return UIP_OK;
}

int take_bit(struct uip *u, struct args *a, const struct arg *arg, const char *value, void *field)
{
	(void)u;
	(void)a;
	(void)value;
	*(uint32_t *)field |= (uint32_t)arg->number;
	return UIP_OK;
}

int take_name(struct uip *u, struct args *a, const struct arg *arg, const char *value, void *field)
{
	struct arg_number *number = field;

	(void)a;
	if (names_id(u->names, (enum names_kind)arg->number, value, &number->value))
		return arg_invalid(arg->error, value);
	number->given = true;
	return UIP_OK;
}

int take_name_or_all(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		     void *field)
{
	return strcmp(value, "all") ? take_name(u, a, arg, value, field) : UIP_OK;
}

int take_refused(struct uip *u, struct args *a, const struct arg *arg, const char *value, void *field)
{
	(void)u;
	(void)a;
	(void)value;
	(void)field;
	fprintf(stderr, "\"%s\" is nothing that the stack can do: %s.\n", arg->word, arg->error);
	return UIP_FAILED;
}

int take_help(struct uip *u, struct args *a, const struct arg *arg, const char *value, void *field)
{
	(void)u;
	(void)a;
	(void)value;
	(void)field;
	fputs(arg->error, stderr);
	return UIP_USAGE;
}

/* --- commands --------------------------------------------------------------------------------- */

int command_run(struct uip *u, struct args *a, const struct command *table, const char *object,
		const char *usage)
{
	const char *word = args_peek(a);
	const struct command *cmd;

	if (word)
		args_pop(a, &word);
	for (cmd = table; cmd->word; cmd++)
		if (word ? word_is(word, cmd->word, NULL, cmd->flags)
			 : (cmd->flags & COMMAND_DEFAULT) != 0)
			return cmd->run(u, a, cmd);
	if (!word || arg_matches(word, "help")) {
		fputs(usage, stderr);
		return UIP_USAGE;
	}
	fprintf(stderr, "Command \"%s\" is unknown, try \"uip %s help\".\n", word, object);
	return UIP_USAGE;
}
