/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small fuzzing engine, for compilers without libFuzzer: reads the corpus, runs every file of it as it
 * is, then mutations of them until the time is over. Speaks TAP. The same seed makes the same inputs.
 *
 *	fuzz_foo [FILE or DIRECTORY …]		FUZZ_SECONDS (default 20), FUZZ_SEED (default 1)
 *
 * When an input kills the process, it stands in fuzz-crash-PROGRAM in the current directory.
 */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX  65536
#define CORPUS_MAX 4096
#define MUTATIONS  8

struct input {
	uint8_t *data;
	size_t size;
};

static struct input corpus[CORPUS_MAX];
static size_t corpus_len;
static struct input current;	/* for the signal handler */
static const char *crash_name;
static uint64_t prng_state;

static uint64_t prng(void)
{
	/* splitmix64 */
	uint64_t z = prng_state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static size_t below(size_t n)
{
	return n ? prng() % n : 0;
}

static void corpus_add_file(const char *path)
{
	struct input in = { .data = malloc(INPUT_MAX) };
	FILE *f = fopen(path, "rb");

	if (!f || !in.data || corpus_len == CORPUS_MAX) {
		fprintf(stderr, "cannot take %s into the corpus\n", path);
		exit(1);
	}
	in.size = fread(in.data, 1, INPUT_MAX, f);
	fclose(f);
	corpus[corpus_len++] = in;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void corpus_add(const char *path)
{
	struct dirent **names;
	struct stat st;
	int n;

	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		corpus_add_file(path);
		return;
	}
	/* In order of names, not of the file system: the same seed makes the same inputs everywhere. */
	n = scandir(path, &names, NULL, by_name);
	for (int i = 0; i < n; i++) {
		char file[4096];

		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (!stat(file, &st) && S_ISREG(st.st_mode))
			corpus_add_file(file);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* Mutations ------------------------------------------------------------------------------------- */

static void mutate_interesting(struct input *in)
{
	static const uint32_t values[] = { 0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000,
					   0x7fffffff, 0x80000000, 0xffffffff };
	uint32_t v = values[below(sizeof(values) / sizeof(values[0]))];
	size_t width = 1u << below(3), at;

	if (in->size < width)
		return;
	if (prng() & 1)
		v = __builtin_bswap32(v) >> (32 - 8 * width);
	at = below(in->size - width + 1);
	memcpy(in->data + at, &v, width);
}

static void mutate_delete(struct input *in)
{
	size_t at = below(in->size), n = 1 + below(16);

	if (at + n > in->size)
		return;
	memmove(in->data + at, in->data + at + n, in->size - at - n);
	in->size -= n;
}

/* Insert @n bytes of @from (or, NULL, random ones) somewhere. */
static void mutate_insert(struct input *in, const uint8_t *from, size_t n)
{
	size_t at = below(in->size + 1);

	if (in->size + n > INPUT_MAX)
		return;
	memmove(in->data + at + n, in->data + at, in->size - at);
	for (size_t i = 0; i < n; i++)
		in->data[at + i] = from ? from[i] : prng();
	in->size += n;
}

static void mutate_splice(struct input *in)
{
	const struct input *other = &corpus[below(corpus_len)];
	size_t off = below(other->size), n = below(other->size - off + 1);

	mutate_insert(in, other->data + off, n);
}

static void mutate(struct input *in)
{
	switch (below(7)) {
	case 0:
		if (in->size)
			in->data[below(in->size)] ^= 1u << below(8);
		break;
	case 1:
		if (in->size)
			in->data[below(in->size)] = prng();
		break;
	case 2:
		mutate_interesting(in);
		break;
	case 3:
		mutate_delete(in);
		break;
	case 4:
		mutate_insert(in, NULL, 1 + below(8));
		break;
	case 5:
		mutate_splice(in);
		break;
	case 6:
		in->size = below(in->size + 1);
		break;
	}
}

/* Running --------------------------------------------------------------------------------------- */

static void save_crash(int sig)
{
	int fd = open(crash_name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd >= 0 && write(fd, current.data, current.size) >= 0)
		close(fd);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void run(const struct input *in)
{
	/* A copy of exactly its size: reading past the end is seen by the sanitizer. */
	uint8_t *exact = malloc(in->size ? in->size : 1);

	memcpy(exact, in->data, in->size);
	current = (struct input){ exact, in->size };
	LLVMFuzzerTestOneInput(exact, in->size);
	free(exact);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static unsigned long env_number(const char *name, unsigned long dflt)
{
	const char *s = getenv(name);

	return s && *s ? strtoul(s, NULL, 10) : dflt;
}

int main(int argc, char **argv)
{
	const char *base = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	struct input work = { .data = malloc(INPUT_MAX) };
	unsigned long runs = 0;
	char name[256];
	double end;

	snprintf(name, sizeof(name), "fuzz-crash-%s", base);
	crash_name = name;
	signal(SIGABRT, save_crash);
	signal(SIGALRM, save_crash);
	prng_state = env_number("FUZZ_SEED", 1);
	printf("1..2\n");
	for (int i = 1; i < argc; i++)
		corpus_add(argv[i]);
	for (size_t i = 0; i < corpus_len; i++)
		run(&corpus[i]);
	printf("%s 1 - %s: %zu inputs of the corpus\n", corpus_len ? "ok" : "not ok", base, corpus_len);
	fflush(stdout);
	if (!corpus_len)
		return 1;
	end = now() + env_number("FUZZ_SECONDS", 20);
	while (now() < end) {
		const struct input *from = &corpus[below(corpus_len)];

		work.size = from->size;
		memcpy(work.data, from->data, from->size);
		for (size_t n = 1 + below(MUTATIONS); n; n--)
			mutate(&work);
		alarm(60);	/* an input that hangs is a finding as well */
		run(&work);
		runs++;
	}
	printf("ok 2 - %s: %lu mutated inputs\n", base, runs);
	free(work.data);
	for (size_t i = 0; i < corpus_len; i++)
		free(corpus[i].data);
	return 0;
}
