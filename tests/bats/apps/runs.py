# SPDX-License-Identifier: BSD-2-Clause
"""Runs a program in each way that the C library has, and prints how each ended.

    runs.py [--bare] PROGRAM [ARGUMENT ...]

PROGRAM is an absolute path; with --bare, it gets an environment with PATH alone (and the sanitizers'). A line for each way: its name, and the exit status or the error.
"""

import ctypes
import errno
import os
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
libc.popen.restype = ctypes.c_void_p
arguments = sys.argv[1:]
if arguments[0] == "--bare":
    arguments.pop(0)
    # Our own programs, built with sanitizers, need to be told what they are to let pass.
    for variable in set(os.environ) - {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS"}:
        del os.environ[variable]
program = arguments[0]
directory, name = os.path.split(program)
null = ctypes.c_char_p(None)


def array(words):
    return (ctypes.c_char_p * (len(words) + 1))(*[os.fsencode(word) for word in words])


path, argv = os.fsencode(program), array(arguments)
words = [ctypes.c_char_p(os.fsencode(word)) for word in arguments] + [null]
EMPTY_PATH, SHOW_ERRORS = 0x1000, 0x10


os.chdir(directory)
os.environ["PATH"] = directory + ":" + os.environ["PATH"]
envp = array([f"{variable}={value}" for variable, value in os.environ.items()])


def execveat():
    return libc.execveat(os.open(directory, os.O_PATH), os.fsencode(name), argv, envp, 0)


def execveat_empty():
    return libc.execveat(os.open(program, os.O_PATH), b"", argv, envp, EMPTY_PATH)


EXECS = {
    "execv": lambda: libc.execv(path, argv),
    "execve": lambda: libc.execve(path, argv, envp),
    "execvp": lambda: libc.execvp(os.fsencode(name), argv),
    "execvpe": lambda: libc.execvpe(os.fsencode(name), argv, envp),
    "execl": lambda: libc.execl(path, *words),
    "execlp": lambda: libc.execlp(os.fsencode(name), *words),
    "execle": lambda: libc.execle(path, *words, envp),
    "fexecve": lambda: libc.fexecve(os.open(program, os.O_RDONLY | os.O_CLOEXEC), argv, envp),
    "execveat": execveat,
    "execveat, empty": execveat_empty,
}


def spawn_in_directory():
    """By a path that only the child can follow."""
    actions, pid = ctypes.create_string_buffer(256), ctypes.c_int()
    libc.posix_spawn_file_actions_init(actions)
    libc.posix_spawn_file_actions_addchdir_np(actions, os.fsencode(directory))
    os.chdir("/")
    failed = libc.posix_spawn(ctypes.byref(pid), b"./" + os.fsencode(name), actions, None, argv, envp)
    os.chdir(directory)
    if failed:
        raise OSError(failed, "")
    return os.waitpid(pid.value, 0)[1]


def popen():
    stream = ctypes.c_void_p(libc.popen(os.fsencode(" ".join(arguments)), b"w"))
    return libc.pclose(stream)


def wordexp():
    """By a command of the shell's, whose words tell how it ended."""
    words, command = ctypes.create_string_buffer(256), " ".join(arguments)
    if libc.wordexp(os.fsencode(f"$({command} >&2; echo $?)"), words, SHOW_ERRORS):
        raise OSError(ctypes.get_errno(), "wordexp")
    first = ctypes.cast(words, ctypes.POINTER(ctypes.POINTER(ctypes.c_char_p)))[1][0]
    return int(first) << 8


SPAWNS = {
    "posix_spawn": lambda: os.waitpid(os.posix_spawn(program, arguments, os.environ), 0)[1],
    "posix_spawnp": lambda: os.waitpid(os.posix_spawnp(name, arguments, os.environ), 0)[1],
    "posix_spawn elsewhere": spawn_in_directory,
    "a child of vfork": lambda: subprocess.run(arguments).returncode << 8,
    "system": lambda: os.system(" ".join(arguments)),
    "popen": popen,
    "wordexp": wordexp,
}


def run_exec(call):
    pid = os.fork()
    if pid == 0:
        call()
        print(errno.errorcode[ctypes.get_errno()], flush=True)
        os._exit(126)
    return os.waitpid(pid, 0)[1]


def result(call, *args):
    try:
        status = call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return os.waitstatus_to_exitcode(status)


for way, call in EXECS.items():
    print(f"{way}: {result(run_exec, call)}", flush=True)
for way, call in SPAWNS.items():
    print(f"{way}: {result(call)}", flush=True)
