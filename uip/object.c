/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of objects: see object.h. Called by main(), batch.c, shell.c and complete.c.
 */
#include "uip/object.h"

#include <stdio.h>
#include <string.h>

#include "uip/address.h"
#include "uip/addrlabel.h"
#include "uip/link.h"
#include "uip/maddress.h"
#include "uip/monitor.h"
#include "uip/neighbour.h"
#include "uip/netconf.h"
#include "uip/route.h"
#include "uip/rule.h"
#include "uip/stack.h"
#include "uip/sysctl.h"
#include "uip/token.h"
#include "uip/uip.h"

static int help_main(struct uip *u, struct args *a)
{
	(void)u;
	(void)a;
	return object_usage();
}

/* Where a word abbreviates more than one, the first here is meant. */
static const struct object objects[] = {
	{ "address", NULL, address_main, address_commands },
	{ "addrlabel", NULL, addrlabel_main, addrlabel_commands },
	{ "maddress", NULL, maddress_main, maddress_commands },
	{ "route", NULL, route_main, route_commands },
	{ "rule", NULL, rule_main, rule_commands },
	{ "neighbor", "neighbour", neighbour_main, neighbour_commands },
	{ "netconf", NULL, netconf_main, netconf_commands },
	{ "link", NULL, link_main, link_commands },
	{ "token", NULL, token_main, token_commands },
	{ "monitor", NULL, monitor_main, NULL },
	{ "stack", NULL, stack_main, stack_commands },
	{ "sysctl", NULL, sysctl_main, NULL },
	{ "help", NULL, help_main, NULL },
};

int object_usage(void)
{
	fputs("Usage: uip [ OPTIONS ] OBJECT { COMMAND | help }\n"
	      "       uip [ -force ] -batch filename\n"
	      "where  OBJECT := { address | addrlabel | help | link | maddress | monitor | neighbor |\n"
	      "                   neighbour | netconf | route | rule | stack | sysctl | token }\n"
	      "       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -h[uman] |\n"
	      "                    -iec | -j[son] | -p[retty] | -f[amily] { inet | inet6 | link } |\n"
	      "                    -4 | -6 | -0 | -l[oops] { maximum-addr-flush-attempts } |\n"
	      "                    -br[ief] | -o[neline] | -t[imestamp] | -ts[hort] |\n"
	      "                    -b[atch] [filename] | -force | -n[ame] instance | -N[umeric] |\n"
	      "                    -c[olor] | -help }\n"
	      "Without arguments, on a terminal, uip reads commands from a prompt.\n",
	      stderr);
	return UIP_USAGE;
}

const struct object *object_find(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (arg_matches(word, objects[i].word) ||
		    (objects[i].alias && arg_matches(word, objects[i].alias)))
			return &objects[i];
	return NULL;
}

void object_each(void (*fn)(const char *word, void *arg), void *arg)
{
	size_t i;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		fn(objects[i].alias ? objects[i].alias : objects[i].word, arg);
}

int object_run(struct uip *u, struct args *a)
{
	const struct object *object;
	const char *word;

	if (args_pop(a, &word))
		return UIP_USAGE;
	object = object_find(word);
	if (!object) {
		fprintf(stderr, "Object \"%s\" is unknown, try \"uip help\".\n", word);
		return UIP_FAILED;
	}
	return object->run(u, a);
}
