/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libsock/program.c and libsock/launch.c: which programs the preload reaches, and how the others are
 * run. The programs are files that the test writes into a directory of its own, where it stands.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "libsock/launch.h"
#include "libsock/program.h"

#define LOADER "/lib/loader.so"
#define NOBODY 65534

/* The smallest program that there is. */
struct elf {
	ElfW(Ehdr) header;
	ElfW(Phdr) segment[2];
	char loader[sizeof(LOADER)];
};

static char directory[] = "/tmp/ustack-program.XXXXXX";

static void write_file(const char *name, const void *bytes, size_t len, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void write_text(const char *name, const char *text)
{
	write_file(name, text, strlen(text), 0755);
}

/* A dynamic program for this machine, whose header is taken from our own. */
static struct elf dynamic_elf(void)
{
	struct elf elf = { .loader = LOADER };
	int fd = open("/proc/self/exe", O_RDONLY);

	assert_int_equal(read(fd, &elf.header, sizeof(elf.header)), sizeof(elf.header));
	close(fd);
	elf.header.e_phoff = offsetof(struct elf, segment);
	elf.header.e_phnum = 2;
	elf.segment[0].p_type = PT_LOAD;
	elf.segment[1].p_type = PT_INTERP;
	elf.segment[1].p_offset = offsetof(struct elf, loader);
	elf.segment[1].p_filesz = sizeof(elf.loader);
	return elf;
}

static void write_elf(const char *name, const struct elf *elf)
{
	write_file(name, elf, sizeof(*elf), 0755);
}

static void write_dynamic(const char *name)
{
	struct elf elf = dynamic_elf();

	write_elf(name, &elf);
}

static void write_static(const char *name)
{
	struct elf elf = dynamic_elf();

	elf.header.e_phnum = 1;
	write_elf(name, &elf);
}

static enum program_reach reach(const char *path)
{
	struct program p;

	assert_int_equal(usock_program_look(path, &p), 0);
	return p.reach;
}

/* What @fn returns in a process with other ids. */
static int as(uid_t uid, uid_t euid, int (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(setresgid(uid, euid, euid) || setresuid(uid, euid, euid) ? 99 : fn());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Another user's ids can be had by root only, and in a namespace only where they are mapped. */
static void need_ids(void)
{
	write_text("owned", "");
	if (getuid() || chown("owned", NOBODY, NOBODY))
		skip();
}

/* --- what is reached -------------------------------------------------------------------------- */

static void test_dynamic_program_is_reached(void **state)
{
	struct program p;

	(void)state;
	write_dynamic("dynamic");
	assert_int_equal(usock_program_look("dynamic", &p), 0);
	assert_int_equal(p.reach, PROGRAM_REACHED);
	assert_string_equal(p.loader, LOADER);
	assert_int_equal(reach("/proc/self/exe"), PROGRAM_REACHED);
}

static void test_static_program_is_not(void **state)
{
	(void)state;
	write_static("static");
	assert_int_equal(reach("static"), PROGRAM_UNREACHED);
}

static void test_program_of_another_machine_is_not(void **state)
{
	struct elf elf = dynamic_elf();

	(void)state;
	elf.header.e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
	write_elf("class", &elf);
	assert_int_equal(reach("class"), PROGRAM_UNREACHED);
	elf = dynamic_elf();
	elf.header.e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	write_elf("order", &elf);
	assert_int_equal(reach("order"), PROGRAM_UNREACHED);
	elf = dynamic_elf();
	elf.header.e_machine++;
	write_elf("machine", &elf);
	assert_int_equal(reach("machine"), PROGRAM_UNREACHED);
}

static void test_broken_program_is_not(void **state)
{
	struct elf elf = dynamic_elf();

	(void)state;
	elf.segment[1].p_filesz = PATH_MAX + 1;
	write_elf("broken", &elf);
	assert_int_equal(reach("broken"), PROGRAM_UNREACHED);
	elf.segment[1].p_filesz = sizeof(elf.loader) - 1; /* without its end */
	write_elf("broken", &elf);
	assert_int_equal(reach("broken"), PROGRAM_UNREACHED);
	elf = dynamic_elf();
	elf.header.e_phoff = (ElfW(Off)) - 1;
	write_elf("broken", &elf);
	assert_int_equal(reach("broken"), PROGRAM_UNREACHED);
	write_file("broken", &elf, EI_NIDENT, 0755);
	assert_int_equal(reach("broken"), PROGRAM_UNREACHED);
}

static void test_what_cannot_run_is_left_to_exec(void **state)
{
	struct elf elf = dynamic_elf();

	(void)state;
	elf.header.e_phnum = 1;
	write_file("plain", &elf, sizeof(elf), 0644);
	assert_int_equal(reach("plain"), PROGRAM_REACHED);
	write_text("text", "echo\n");
	assert_int_equal(reach("text"), PROGRAM_REACHED);
	write_text("empty", "");
	assert_int_equal(reach("empty"), PROGRAM_REACHED);
	assert_int_equal(reach("nosuch"), PROGRAM_REACHED);
	assert_int_equal(reach("."), PROGRAM_REACHED);
}

static int look_at_secret(void)
{
	struct program p;

	return -usock_program_look("secret", &p);
}

static void test_what_cannot_be_read_is_refused(void **state)
{
	(void)state;
	need_ids();
	write_dynamic("secret");
	assert_int_equal(chmod("secret", 0711), 0);
	assert_int_equal(look_at_secret(), 0);
	assert_int_equal(as(NOBODY, NOBODY, look_at_secret), EACCES);
}

/* --- scripts ---------------------------------------------------------------------------------- */

static void test_scripts_are_followed(void **state)
{
	struct program p;

	(void)state;
	write_dynamic("dynamic");
	write_static("static");
	write_text("one", "#!static\n");
	assert_int_equal(reach("one"), PROGRAM_UNREACHED);
	write_text("two", "#! \tone \t a  b\t \nstatic");
	assert_int_equal(usock_program_look("two", &p), 0);
	assert_int_equal(p.reach, PROGRAM_UNREACHED);
	assert_int_equal(p.scripts, 2);
	assert_string_equal(p.script[0].interpreter, "one");
	assert_string_equal(p.script[0].argument, "a  b");
	assert_string_equal(p.script[1].interpreter, "static");
	assert_null(p.script[1].argument);
	write_text("two", "#!dynamic static");
	assert_int_equal(reach("two"), PROGRAM_REACHED);
}

static void test_scripts_are_followed_no_further_than_by_the_kernel(void **state)
{
	static const char *const names[] = { "static", "s1", "s2", "s3", "s4", "s5", "s6" };
	char line[PROGRAM_HEAD + 2] = "#!static";
	size_t i;

	(void)state;
	write_static("static");
	for (i = 1; i <= PROGRAM_SCRIPTS + 1; i++) {
		snprintf(line, sizeof(line), "#!%s\n", names[i - 1]);
		write_text(names[i], line);
	}
	assert_int_equal(reach(names[PROGRAM_SCRIPTS]), PROGRAM_UNREACHED);
	assert_int_equal(reach(names[PROGRAM_SCRIPTS + 1]), PROGRAM_REACHED); /* ELOOP */
	write_text("bare", "#! \t\n");
	assert_int_equal(reach("bare"), PROGRAM_REACHED);
	memset(line, ' ', PROGRAM_HEAD + 1);
	memcpy(line, "#!", 2);
	memcpy(line + PROGRAM_HEAD - 6, "static\n", 7); /* cut: it might be longer */
	write_text("long", line);
	assert_int_equal(reach("long"), PROGRAM_REACHED);
	memcpy(line + PROGRAM_HEAD - 7, "static\n", 7);
	write_text("long", line);
	assert_int_equal(reach("long"), PROGRAM_UNREACHED);
}

/* --- privileges ------------------------------------------------------------------------------- */

static void own(const char *name, uid_t uid, gid_t gid, mode_t mode)
{
	assert_int_equal(chown(name, uid, gid), 0);
	assert_int_equal(chmod(name, mode), 0);
}

static void test_ids_of_the_file_are_privileges(void **state)
{
	(void)state;
	need_ids();
	write_dynamic("setid");
	own("setid", 0, 0, 06755);
	assert_int_equal(reach("setid"), PROGRAM_REACHED); /* they are ours */
	own("setid", NOBODY, 0, 04755);
	assert_int_equal(reach("setid"), PROGRAM_PRIVILEGED);
	own("setid", 0, NOBODY, 02755);
	assert_int_equal(reach("setid"), PROGRAM_PRIVILEGED);
	own("setid", 0, NOBODY, 02745);
	assert_int_equal(reach("setid"), PROGRAM_REACHED);
	write_static("setid");
	own("setid", NOBODY, 0, 04755);
	assert_int_equal(reach("setid"), PROGRAM_UNREACHED);
}

static int look_at_capable(void)
{
	struct program p;

	return usock_program_look("capable", &p) ? 99 : (int)p.reach;
}

static void test_capabilities_of_the_file_are_privileges(void **state)
{
	const struct vfs_cap_data cap = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data[0].permitted = 1u << CAP_NET_RAW,
	};

	(void)state;
	need_ids();
	write_dynamic("capable");
	assert_int_equal(as(NOBODY, NOBODY, look_at_capable), PROGRAM_REACHED);
	if (setxattr("capable", "security.capability", &cap, XATTR_CAPS_SZ_2, 0))
		skip(); /* a file system without them */
	assert_int_equal(as(NOBODY, NOBODY, look_at_capable), PROGRAM_PRIVILEGED);
	assert_int_equal(as(0, 0, look_at_capable), PROGRAM_REACHED); /* root has them */
}

static void test_with_ids_that_differ_nothing_is_reached(void **state)
{
	(void)state;
	need_ids();
	write_dynamic("capable");
	assert_int_equal(as(NOBODY, 0, look_at_capable), PROGRAM_UNREACHED);
	assert_int_equal(as(0, NOBODY, look_at_capable), PROGRAM_UNREACHED);
}

/* --- plans ------------------------------------------------------------------------------------ */

/* The words of a plan, and the arguments "x" and "y", with blanks between. */
static const char *words(const struct launch *l)
{
	static char all[3 * PATH_MAX];
	char *argv[] = { "argv0", "x", "y", NULL }, *planned[LAUNCH_WORDS + 3];
	size_t i;

	assert_int_equal(usock_launch_argc(l, argv), l->count + 3);
	usock_launch_argv(l, argv, planned);
	*all = '\0';
	for (i = 0; planned[i]; i++) {
		strcat(all, i ? " " : "");
		strcat(all, planned[i]);
	}
	assert_int_equal(i, l->count + 2);
	return all;
}

static const char *plan_with(const char *preload, const char *path, const char *argv0)
{
	static struct launch l;
	char *envp[] = { (char *)preload, NULL };

	assert_int_equal(usock_launch_plan(&l, path, argv0, envp), 0);
	return l.count ? words(&l) : "as it is";
}

static const char *plan(const char *path, const char *argv0)
{
	return plan_with("A=b", path, argv0);
}

static void test_plan_for_a_reached_program_is_none(void **state)
{
	(void)state;
	write_dynamic("dynamic");
	assert_string_equal(plan("dynamic", "argv0"), "as it is");
}

static void test_plan_for_an_unreached_one_is_the_helper(void **state)
{
	(void)state;
	usock_launch_helper("/helper");
	usock_launch_helper(NULL);
	usock_launch_helper("");
	write_static("static");
	assert_string_equal(plan("static", "argv0"), "/helper static argv0 x y");
	assert_string_equal(plan("./static", NULL), "/helper ./static ./static x y");
	write_text("script", "#!static a\n");
	assert_string_equal(plan("script", "argv0"), "/helper script argv0 x y");
}

static void test_plan_for_a_privileged_one_is_its_loader(void **state)
{
	char path[PATH_MAX], wanted[2 * PATH_MAX];

	(void)state;
	need_ids();
	write_dynamic("setid");
	own("setid", NOBODY, 0, 04755);
	assert_string_equal(plan("setid", "argv0"), LOADER " --argv0 argv0 ./setid x y");
	assert_string_equal(plan("setid", NULL), LOADER " --argv0 setid ./setid x y");
	snprintf(path, sizeof(path), "%s/setid", directory);
	snprintf(wanted, sizeof(wanted), LOADER " --argv0 argv0 %s x y", path);
	assert_string_equal(plan(path, "argv0"), wanted);
	write_text("one", "#!setid a b\n");
	assert_string_equal(plan("one", "argv0"), LOADER " --argv0 setid ./setid a b one x y");
	write_text("two", "#!one c\n");
	assert_string_equal(plan("two", "argv0"),
			    LOADER " --argv0 setid ./setid a b one c two x y");
	write_text("two", "#!one\n");
	assert_string_equal(plan("two", "argv0"), LOADER " --argv0 setid ./setid a b one two x y");
}

/* The loader passes over a preload that is not there, or is another's: see ld.so(8). */
static void test_plan_without_the_preload_is_the_helper(void **state)
{
	static const char confined[] = "/helper dynamic argv0 x y";

	(void)state;
	usock_launch_helper("/helper");
	write_dynamic("dynamic");
	write_text("libusock-preload.so", "");
	assert_string_equal(plan_with("LD_PRELOAD=./libusock-preload.so", "dynamic", "argv0"),
			    "as it is");
	assert_string_equal(plan_with("LD_PRELOAD=libm.so.6:./libusock-preload.so c", "dynamic",
				      "argv0"),
			    "as it is");
	assert_string_equal(plan_with("LD_PRELOAD=/nosuch/libusock-preload.so", "dynamic", "argv0"),
			    confined);
	assert_string_equal(plan_with("LD_PRELOAD=libm.so.6 ./a b/libusock-preload.so", "dynamic",
				      "argv0"),
			    confined);
	/* The loader has its own ways to find these. */
	assert_string_equal(plan_with("LD_PRELOAD=libusock-preload.so", "dynamic", "argv0"),
			    "as it is");
	assert_string_equal(plan_with("LD_PRELOAD=/$LIB/libusock-preload.so", "dynamic", "argv0"),
			    "as it is");
	/* exec(2) has the better error. */
	assert_string_equal(plan_with("LD_PRELOAD=/nosuch/libusock-preload.so", "nosuch", "argv0"),
			    "as it is");
}

static void test_plan_for_a_privileged_one_without_the_preload_is_the_helper(void **state)
{
	(void)state;
	need_ids();
	usock_launch_helper("/helper");
	write_dynamic("setid");
	own("setid", NOBODY, 0, 04755);
	assert_string_equal(plan_with("LD_PRELOAD=/nosuch/libusock-preload.so", "setid", "argv0"),
			    "/helper setid argv0 x y");
}

static void test_a_plan_needs_no_arguments(void **state)
{
	char *none[] = { NULL }, *planned[LAUNCH_WORDS + 1];
	struct launch l;

	(void)state;
	usock_launch_helper("/helper");
	usock_launch_plan_late(&l, "program", NULL);
	assert_int_equal(usock_launch_argc(&l, none), 4);
	assert_int_equal(usock_launch_argc(&l, NULL), 4);
	usock_launch_argv(&l, NULL, planned);
	assert_string_equal(planned[2], "program");
	assert_null(planned[3]);
}

static void test_refused_program_is_not_launched(void **state)
{
	char *argv[] = { "static", NULL };

	(void)state;
	write_static("static");
	usock_launch_helper("/nosuch/helper");
	assert_true(usock_launch("static", argv, environ));
	assert_int_equal(errno, EACCES);
	write_dynamic("dynamic");
	assert_false(usock_launch("dynamic", argv, environ));
}

/* --- finding ---------------------------------------------------------------------------------- */

static void test_programs_are_found_as_by_execvp(void **state)
{
	char found[PATH_MAX], wanted[PATH_MAX], path[PATH_MAX];

	(void)state;
	write_dynamic("dynamic");
	write_file("plain", "", 0, 0644);
	snprintf(path, sizeof(path), "/nosuch:%s", directory);
	snprintf(wanted, sizeof(wanted), "%s/dynamic", directory);
	setenv("PATH", path, 1);
	assert_int_equal(usock_launch_find("dynamic", found), 0);
	assert_string_equal(found, wanted);
	assert_int_equal(usock_launch_find("plain", found), -ENOENT);
	assert_int_equal(usock_launch_find("nosuch", found), -ENOENT);
	assert_int_equal(usock_launch_find("", found), -ENOENT);
	assert_int_equal(usock_launch_find("a/b", found), 0);
	assert_string_equal(found, "a/b");
	setenv("PATH", "/nosuch:", 1);
	assert_int_equal(usock_launch_find("dynamic", found), 0);
	assert_string_equal(found, "dynamic");
	unsetenv("PATH");
	assert_int_equal(usock_launch_find("sh", found), 0);
	assert_string_equal(found, "/bin/sh");
}

static int enter_directory(void **state)
{
	(void)state;
	umask(022);
	return !mkdtemp(directory) || chmod(directory, 0755) || chdir(directory);
}

static int remove_directory(void **state)
{
	char command[sizeof(directory) + 16];

	(void)state;
	snprintf(command, sizeof(command), "/bin/rm -rf %s", directory);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dynamic_program_is_reached),
		cmocka_unit_test(test_static_program_is_not),
		cmocka_unit_test(test_program_of_another_machine_is_not),
		cmocka_unit_test(test_broken_program_is_not),
		cmocka_unit_test(test_what_cannot_run_is_left_to_exec),
		cmocka_unit_test(test_what_cannot_be_read_is_refused),
		cmocka_unit_test(test_scripts_are_followed),
		cmocka_unit_test(test_scripts_are_followed_no_further_than_by_the_kernel),
		cmocka_unit_test(test_ids_of_the_file_are_privileges),
		cmocka_unit_test(test_capabilities_of_the_file_are_privileges),
		cmocka_unit_test(test_with_ids_that_differ_nothing_is_reached),
		cmocka_unit_test(test_plan_for_a_reached_program_is_none),
		cmocka_unit_test(test_plan_for_an_unreached_one_is_the_helper),
		cmocka_unit_test(test_plan_for_a_privileged_one_is_its_loader),
		cmocka_unit_test(test_plan_without_the_preload_is_the_helper),
		cmocka_unit_test(test_plan_for_a_privileged_one_without_the_preload_is_the_helper),
		cmocka_unit_test(test_a_plan_needs_no_arguments),
		cmocka_unit_test(test_refused_program_is_not_launched),
		cmocka_unit_test(test_programs_are_found_as_by_execvp),
	};

	return cmocka_run_group_tests(tests, enter_directory, remove_directory);
}
