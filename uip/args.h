/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines as tables.
 *
 * A command has a table of the words it knows, and a plain struct that they fill in, in any order.
 * Each word has a taker, which reads the word's value into one field of the struct; the common ones
 * are here. Nothing is sent or looked up while parsing, and nothing exits: a taker that refuses has
 * said why on standard error, and returns the exit status.
 */
#ifndef UIP_ARGS_H
#define UIP_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uip/inet.h"
#include "uip/names.h"

struct uip;
struct req;

/* The words that are left, and the address family that the words so far have settled. */
struct args {
	char **word;
	int left;
	int family;
};

enum arg_flags {
	ARG_ABBREV = 0x01,     /* any beginning of the word is taken, as by ip(8) */
	ARG_FLAG = 0x02,       /* no value follows */
	ARG_ONCE = 0x04,       /* twice is an error: duplicate "word" */
	ARG_POSITIONAL = 0x08, /* any other word is this one's value; the last entry of a table */
	ARG_STOP = 0x10,       /* ends the parsing after it */
	ARG_ON_OFF = 0x20,     /* for completion: the value is "on" or "off" */
	ARG_DEV = 0x40,	       /* for completion: the value is a device */
	ARG_ADDR = 0x80,       /* for completion: the value is an address or a prefix */
	ARG_NAME = 0x100,      /* for completion: the value is a name of kind arg->number */
	ARG_REFUSED = 0x200,   /* for completion: ip(8) knows the word, and the stack cannot do it */
};

struct arg {
	const char *word;
	unsigned flags;
	/* @value: the word's value, or the word itself with ARG_FLAG; @field: at offset in the
	 * struct */
	int (*take)(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		    void *field);
	size_t offset;
	const char *error; /* what is said of a wrong value */
	uint64_t number;   /* to the taker */
	const char *alias; /* another spelling, never abbreviated */
};

/* An address or prefix that was given, or not. */
struct arg_prefix {
	bool given;
	const char *text; /* as it was written */
	struct inet_prefix p;
};

/* A number that was given, or not. */
struct arg_number {
	bool given;
	uint32_t value;
};

/** arg_matches() - is @word a beginning of @full (ip's way to abbreviate)? The empty word is not */
bool arg_matches(const char *word, const char *full);

/** args_pop() - take the next word; UIP_USAGE, and said so, when there is none */
int args_pop(struct args *a, const char **ret);

/** args_peek() - the next word, NULL if there is none */
const char *args_peek(const struct args *a);

/**
 * args_parse() - read all words by @table, which ends with an entry that has no word or is
 * positional
 * @cfg: the struct that the entries' offsets belong to
 * @ret_seen: bit N is set when entry N was there; may be NULL
 *
 * Return: UIP_OK, or the status of what refused.
 */
int args_parse(struct uip *u, struct args *a, const struct arg *table, void *cfg,
	       uint64_t *ret_seen);

/**
 * arg_taker - a taker; those that all objects share are below, with the type of their field
 * @value, @field: as for the member take of struct arg
 *
 * Return: UIP_OK, or, when it refused and has said why, the exit status.
 */
typedef int arg_taker(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field);

arg_taker take_string;	/* const char * */
arg_taker take_number;	/* struct arg_number, at most arg->number (0: 32 bits) */
arg_taker take_integer; /* struct arg_number: a signed 32-bit number */
arg_taker take_prefix;	/* struct arg_prefix: a prefix of the command's family, which it settles */
arg_taker take_address; /* struct arg_prefix: an address, likewise */
arg_taker take_on_off;	/* struct arg_number: 1 or 0 */
arg_taker take_bit;	/* uint32_t: sets the bits of arg->number; ARG_FLAG */
arg_taker take_name;	/* struct arg_number: names_id() of kind arg->number */
arg_taker take_name_or_all; /* likewise; "all" leaves it as it is */
arg_taker take_refused; /* none: says arg->error, why the stack cannot do it */
arg_taker take_help;	/* none: prints arg->error, the usage, and ends with UIP_USAGE */

/* In the flags of a command: it runs where no word stands. */
#define COMMAND_DEFAULT 0x100

/* One of an object's commands. */
struct command {
	const char *word;
	unsigned flags; /* ARG_ABBREV, COMMAND_DEFAULT */
	int (*run)(struct uip *u, struct args *a, const struct command *cmd);
	const struct arg *table; /* for completion */
	int number;		 /* to run(): message types, flags */
	unsigned number2;
};

/**
 * command_run() - run the command that the next word names; the table ends with a NULL word
 * @object: for messages: "address"
 * @usage: printed for "help"
 *
 * Where a word abbreviates more than one command, the first in the table is meant.
 */
int command_run(struct uip *u, struct args *a, const struct command *table, const char *object,
		const char *usage);

/* What ip(8) says of wrong words, to standard error; what they return is for the caller to return. */

/** arg_invalid() - @value is wrong, and @why (most of ip's end in a newline); Return: UIP_USAGE */
int arg_invalid(const char *why, const char *value);

/** arg_duplicate() - @word stands there again, with @value; Return: UIP_USAGE */
int arg_duplicate(const char *word, const char *value);

/** arg_garbage() - @value is a second value for the positional @word, or no word at all; Return: UIP_USAGE */
int arg_garbage(const char *word, const char *value);

/** arg_missing() - the command needs @word; Return: UIP_FAILED */
int arg_missing(const char *word);

#endif
