/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program would do with the preload: see program.h.
 *
 * The dynamic loader drops LD_PRELOAD where the kernel says AT_SECURE (getauxval(3)). It does so for
 * files with set-id bits or capabilities that change something for the caller, and for any program of
 * a caller whose real and effective ids differ already. A security module may ask for it too, which
 * nothing here can foresee. Where in doubt, a file counts as privileged.
 */
#include "libsock/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "libsock/sys.h"

/* Where we are in the file's first bytes, which is also all that the kernel knows of a script. */
union head {
	char bytes[PROGRAM_HEAD];
	ElfW(Ehdr) elf;
};

/* Our own header, by the linker's hand: a program for another machine differs from it. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* --- privileges ------------------------------------------------------------------------------- */

/* The kernel's rule: capabilities of files are nothing new for whoever is root already. */
static bool gives_capabilities(int fd)
{
	return getuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

static bool gives_ids(const struct stat *st)
{
	const mode_t setgid = S_ISGID | S_IXGRP; /* the first alone once meant mandatory locks */

	return ((st->st_mode & S_ISUID) && st->st_uid != geteuid()) ||
	       ((st->st_mode & setgid) == setgid && st->st_gid != getegid());
}

/* Then the loader is distrustful too, and would not preload anything if we ran it by name. */
static bool ids_differ(void)
{
	return getuid() != geteuid() || getgid() != getegid();
}

/* --- ELF -------------------------------------------------------------------------------------- */

static bool is_elf(const union head *head, size_t len)
{
	return len >= EI_NIDENT && !memcmp(head->bytes, ELFMAG, SELFMAG);
}

static bool is_ours(const union head *head, size_t len)
{
	const unsigned char *ident = head->elf.e_ident;

	return len >= sizeof(head->elf) && ident[EI_CLASS] == __ehdr_start.e_ident[EI_CLASS] &&
	       ident[EI_DATA] == __ehdr_start.e_ident[EI_DATA] &&
	       head->elf.e_machine == __ehdr_start.e_machine;
}

/* Reads the path of the dynamic loader. A program without one, or a broken one, is unreached. */
static bool read_loader(int fd, const ElfW(Ehdr) * elf, char loader[PATH_MAX])
{
	ElfW(Phdr) segment;
	unsigned int i;

	for (i = 0; i < elf->e_phnum; i++) {
		off_t at = (off_t)(elf->e_phoff + i * sizeof(segment));

		if (pread(fd, &segment, sizeof(segment), at) != sizeof(segment))
			return false;
		if (segment.p_type == PT_INTERP)
			break;
	}
	if (i == elf->e_phnum || !segment.p_filesz || segment.p_filesz > PATH_MAX)
		return false;
	return pread(fd, loader, segment.p_filesz, (off_t)segment.p_offset) ==
		       (ssize_t)segment.p_filesz &&
	       !loader[segment.p_filesz - 1];
}

static enum program_reach elf_reach(int fd, const struct stat *st, const union head *head,
				    size_t len, struct program *p)
{
	if (!is_ours(head, len) || !read_loader(fd, &head->elf, p->loader) || ids_differ())
		return PROGRAM_UNREACHED;
	if (gives_ids(st) || gives_capabilities(fd))
		return PROGRAM_PRIVILEGED;
	return PROGRAM_REACHED;
}

/* --- scripts ---------------------------------------------------------------------------------- */

/* As the kernel reads the line: one interpreter, one argument with all the rest, no blanks around. */
static bool parse_script(const union head *head, size_t len, struct program_script *script)
{
	char *p = script->line, *end;
	bool whole;

	memcpy(p, head->bytes, len);
	p[len] = '\0';
	end = p + strcspn(p, "\n");
	whole = len < PROGRAM_HEAD || *end == '\n';
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	p += strlen("#!");
	p += strspn(p, " \t");
	script->interpreter = p;
	script->argument = NULL;
	p += strcspn(p, " \t");
	if (p == script->interpreter || (!*p && !whole))
		return false;
	if (*p) {
		*p++ = '\0';
		script->argument = p + strspn(p, " \t");
	}
	return true;
}

/* --- looking ---------------------------------------------------------------------------------- */

/* Looks at an open file. 1: it is a script, and the next to be looked at is its interpreter. */
static int look_at(int fd, struct program *p)
{
	union head head;
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	len = pread(fd, head.bytes, sizeof(head.bytes), 0);
	if (len < 0)
		return -errno;
	if (is_elf(&head, (size_t)len)) {
		p->reach = elf_reach(fd, &st, &head, (size_t)len, p);
		return 0;
	}
	if (len < 2 || memcmp(head.bytes, "#!", 2) || p->scripts == PROGRAM_SCRIPTS ||
	    !parse_script(&head, (size_t)len, &p->script[p->scripts]))
		return 0;
	p->scripts++;
	return 1;
}

/* What cannot be opened is exec's to refuse, unless exec would not. */
static int look_at_path(const char *path, struct program *p)
{
	int fd, err;

	if (sys_faccessat(AT_FDCWD, path, X_OK, AT_EACCESS))
		return 0;
	fd = sys_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	err = look_at(fd, p);
	sys_close(fd);
	return err;
}

int usock_program_look(const char *path, struct program *ret)
{
	int more;

	ret->reach = PROGRAM_REACHED;
	ret->scripts = 0;
	do {
		more = look_at_path(path, ret);
		if (more > 0)
			path = ret->script[ret->scripts - 1].interpreter;
	} while (more > 0);
	return more;
}
