/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names for numbers: see names.h. Called by the argument parsers and the printers.
 */
#include "uip/names.h"

#include <dirent.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_DIR "/etc/iproute2"

struct name {
	uint32_t id;
	const char *word;
	bool owned; /* word was allocated */
};

struct name_table {
	struct name *name;
	size_t count;
	bool loaded;
};

struct names {
	bool numeric;
	struct name_table table[NAMES_KINDS];
};

static const struct name scopes[] = {
	{ RT_SCOPE_UNIVERSE, "global", false }, { RT_SCOPE_NOWHERE, "nowhere", false },
	{ RT_SCOPE_HOST, "host", false },	{ RT_SCOPE_LINK, "link", false },
	{ RT_SCOPE_SITE, "site", false },
};

static const struct name tables[] = {
	{ RT_TABLE_DEFAULT, "default", false },
	{ RT_TABLE_MAIN, "main", false },
	{ RT_TABLE_LOCAL, "local", false },
};

static const struct name protocols[] = {
	{ RTPROT_UNSPEC, "unspec", false },
	{ RTPROT_REDIRECT, "redirect", false },
	{ RTPROT_KERNEL, "kernel", false },
	{ RTPROT_BOOT, "boot", false },
	{ RTPROT_STATIC, "static", false },
	{ RTPROT_GATED, "gated", false },
	{ RTPROT_RA, "ra", false },
	{ RTPROT_MRT, "mrt", false },
	{ RTPROT_ZEBRA, "zebra", false },
	{ RTPROT_BIRD, "bird", false },
	{ RTPROT_DNROUTED, "dnrouted", false },
	{ RTPROT_XORP, "xorp", false },
	{ RTPROT_NTK, "ntk", false },
	{ RTPROT_DHCP, "dhcp", false },
	{ RTPROT_KEEPALIVED, "keepalived", false },
	{ RTPROT_BABEL, "babel", false },
	{ RTPROT_BGP, "bgp", false },
	{ RTPROT_ISIS, "isis", false },
	{ RTPROT_OSPF, "ospf", false },
	{ RTPROT_RIP, "rip", false },
	{ RTPROT_EIGRP, "eigrp", false },
};

static const struct name groups[] = {
	{ 0, "default", false },
};

static const struct name dsfields[] = {
	{ 0, "default", false },
};

static const struct name realms[] = {
	{ 0, "unknown", false },
};

#define BUILT_IN(array) array, sizeof(array) / sizeof((array)[0])

static const struct {
	const char *file;   /* in NAMES_DIR; FILE.d/ *.conf add to it */
	const char *number; /* how a number without a name is written */
	uint32_t max;
	const struct name *built_in;
	size_t count;
} kinds[NAMES_KINDS] = {
	[NAMES_SCOPE] = { "rt_scopes", "%u", 255, BUILT_IN(scopes) },
	[NAMES_TABLE] = { "rt_tables", "%u", UINT32_MAX, BUILT_IN(tables) },
	[NAMES_PROTO] = { "rt_protos", "%u", 255, BUILT_IN(protocols) },
	[NAMES_DSFIELD] = { "rt_dsfield", "0x%02x", 255, BUILT_IN(dsfields) },
	[NAMES_GROUP] = { "group", "%u", UINT32_MAX, BUILT_IN(groups) },
	[NAMES_REALM] = { "rt_realms", "%u", 0xffff, BUILT_IN(realms) },
};

struct names *names_new(bool numeric)
{
	struct names *n = calloc(1, sizeof(*n));

	if (n)
		n->numeric = numeric;
	return n;
}

void names_free(struct names *n)
{
	size_t kind, i;

	if (!n)
		return;
	for (kind = 0; kind < NAMES_KINDS; kind++) {
		for (i = 0; i < n->table[kind].count; i++)
			if (n->table[kind].name[i].owned)
				free((char *)n->table[kind].name[i].word);
		free(n->table[kind].name);
	}
	free(n);
}

/* What is added later wins, as a file overrides what is built in. Takes over an owned word. */
static void table_add(struct name_table *t, struct name name)
{
	struct name *grown = realloc(t->name, (t->count + 1) * sizeof(*grown));

	if (!grown) {
		if (name.owned)
			free((char *)name.word);
		return;
	}
	t->name = grown;
	t->name[t->count++] = name;
}

/* Lines of NUMBER NAME; NUMBER may be hexadecimal; '#' begins a comment. */
static void table_read(struct name_table *t, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512], word[256];
	int id;

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "#\n")] = '\0';
		if (sscanf(line, "%i %255s", &id, word) == 2 && id >= 0) {
			char *copy = strdup(word);

			if (copy)
				table_add(t, (struct name){ (uint32_t)id, copy, true });
		}
	}
	fclose(f);
}

static void table_read_dir(struct name_table *t, const char *file)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), NAMES_DIR "/%s.d", file);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (entry->d_name[0] == '.' || len <= 5 ||
		    strcmp(entry->d_name + len - 5, ".conf") != 0)
			continue;
		snprintf(path, sizeof(path), NAMES_DIR "/%s.d/%s", file, entry->d_name);
		table_read(t, path);
	}
	closedir(dir);
}

static const struct name_table *table_get(struct names *n, enum names_kind kind)
{
	struct name_table *t = &n->table[kind];
	char path[512];
	size_t i;

	if (t->loaded)
		return t;
	t->loaded = true;
	for (i = 0; i < kinds[kind].count; i++)
		table_add(t, kinds[kind].built_in[i]);
	snprintf(path, sizeof(path), NAMES_DIR "/%s", kinds[kind].file);
	table_read(t, path);
	table_read_dir(t, kinds[kind].file);
	return t;
}

static const struct name *table_by_id(const struct name_table *t, uint32_t id)
{
	size_t i;

	for (i = t->count; i-- > 0;)
		if (t->name[i].id == id)
			return &t->name[i];
	return NULL;
}

const char *names_word(struct names *n, enum names_kind kind, uint32_t id, char buf[NAMES_TEXT_MAX])
{
	const struct name *name = n->numeric ? NULL : table_by_id(table_get(n, kind), id);

	if (name)
		return name->word;
	snprintf(buf, NAMES_TEXT_MAX, kinds[kind].number, id);
	return buf;
}

int names_id(struct names *n, enum names_kind kind, const char *word, uint32_t *ret)
{
	const struct name_table *t = table_get(n, kind);
	unsigned long id;
	char *end;
	size_t i;

	for (i = t->count; i-- > 0;) {
		if (!strcmp(t->name[i].word, word)) {
			*ret = t->name[i].id;
			return 0;
		}
	}
	id = strtoul(word, &end, kind == NAMES_DSFIELD ? 16 : 0);
	if (!*word || *end || id > kinds[kind].max)
		return -EINVAL;
	*ret = (uint32_t)id;
	return 0;
}

void names_each(struct names *n, enum names_kind kind, void (*fn)(const char *name, void *arg),
		void *arg)
{
	const struct name_table *t = table_get(n, kind);
	size_t i;

	for (i = 0; i < t->count; i++)
		fn(t->name[i].word, arg);
}
