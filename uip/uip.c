/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uip: configures an instance of the stack as ip(8) configures the kernel.
 *
 * Theory of operation. Options fill struct uip_opts; what is left is a command, "OBJECT COMMAND
 * ...", of which there is one on the command line, or one a line in a batch or at the prompt.
 * object.c finds the object; its table finds the command; args.c reads the words by the command's
 * table into a plain struct; the command builds a request (req.c) from that, and session.c sends
 * it, or queues it in a batch. What comes back is shown by the object's *_print() through out.c, as
 * text or as JSON.
 */
#include "uip/uip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config.h"
#include "uip/args.h"
#include "uip/batch.h"
#include "uip/devmap.h"
#include "uip/names.h"
#include "uip/object.h"
#include "uip/options.h"
#include "uip/out.h"
#include "uip/shell.h"

static bool wants_color(const struct uip_opts *opts)
{
	return !opts->json && (opts->color == UIP_COLOR_ALWAYS ||
			       (opts->color == UIP_COLOR_AUTO && isatty(STDOUT_FILENO)));
}

static int uip_init(struct uip *u)
{
	const struct out_opts out = {
		.json = u->opts.json,
		.pretty = u->opts.pretty,
		.color = wants_color(&u->opts),
		.oneline = u->opts.oneline,
	};

	u->out = out_new(stdout, &out);
	u->devs = devmap_new();
	u->names = names_new(u->opts.numeric);
	return u->out && u->devs && u->names ? 0 : -1;
}

static void uip_exit(struct uip *u)
{
	if (u->devs)
		uip_disconnect(u);
	names_free(u->names);
	devmap_free(u->devs);
	out_free(u->out);
	u->out = NULL;
	u->devs = NULL;
	u->names = NULL;
}

/* Reads the options, and whether they leave anything to be done. Return: an enum uip_status. */
static int take_options(struct uip *u, struct args *a, bool *ret_go_on)
{
	*ret_go_on = false;
	switch (options_parse(a, &u->opts)) {
	case OPTIONS_VERSION:
		puts("uip utility, ustack-" PACKAGE_VERSION);
		return UIP_OK;
	case OPTIONS_USAGE:
		return object_usage();
	case OPTIONS_REFUSED:
		return UIP_USAGE;
	case OPTIONS_RUN:
		break;
	}
	*ret_go_on = true;
	return UIP_OK;
}

static int run(struct uip *u, struct args *a)
{
	if (u->opts.batch)
		return batch_run(u, u->opts.batch);
	if (!a->left)
		return object_usage();
	a->family = u->opts.family;
	return object_run(u, a);
}

/* What was asked for by the options and words, from the output on. */
static int perform(struct uip *u, struct args *a, int (*run)(struct uip *u, struct args *a))
{
	int status;

	if (uip_init(u)) {
		fputs("Out of memory.\n", stderr);
		status = UIP_FAILED;
	} else {
		status = run(u, a);
		if (out_flush(u->out)) {
			perror("Cannot write the output");
			status = UIP_FAILED;
		}
	}
	uip_exit(u);
	return status;
}

/* A line of the shell: its options are beside those that the shell was begun with. */
static int run_line(struct uip *u, struct args *a)
{
	bool go_on;
	int status = take_options(u, a, &go_on);

	if (!go_on)
		return status;
	uip_exit(u);
	return perform(u, a, run);
}

static int prompt(struct uip *u, struct args *a)
{
	(void)a;
	return shell_run(u, run_line);
}

int main(int argc, char *argv[])
{
	struct args a = { .word = argv + 1, .left = argc - 1 };
	struct uip u = { .opts = { .family = AF_UNSPEC, .loops = 10 } };
	bool go_on, terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	int status;

	if (argc < 1)
		return UIP_USAGE;
	status = take_options(&u, &a, &go_on);
	if (!go_on)
		return status;
	return perform(&u, &a, a.left || u.opts.batch || !terminal ? run : prompt);
}
