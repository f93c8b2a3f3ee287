/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's own functions, as they are when ours are not in front of them.
 *
 * Only in the preload. Each function that it interposes and must still be able to call stands in the
 * list; real()->close is then the next definition of close in the program's search order, which is
 * the C library's, or that of another preload.
 */
#ifndef LIBSOCK_REAL_H
#define LIBSOCK_REAL_H

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <wordexp.h>

/* What posix_spawn(3) and posix_spawnp(3) take. */
#define REAL_SPAWN_ARGS                                                                        \
	(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, \
	 char *const[], char *const[])

#define REAL_FUNCTIONS(X)                                                                          \
	X(int, access, (const char *, int))                                                        \
	X(int, accept4, (int, struct sockaddr *, socklen_t *, int))                                \
	X(int, bind, (int, const struct sockaddr *, socklen_t))                                    \
	X(int, close, (int))                                                                       \
	X(int, close_range, (unsigned int, unsigned int, int))                                     \
	X(void, closefrom, (int))                                                                  \
	X(int, connect, (int, const struct sockaddr *, socklen_t))                                 \
	X(int, dup, (int))                                                                         \
	X(int, dup3, (int, int, int))                                                              \
	X(int, eaccess, (const char *, int))                                                       \
	X(int, execve, (const char *, char *const[], char *const[]))                               \
	X(int, execveat, (int, const char *, char *const[], char *const[], int))                   \
	X(int, execvpe, (const char *, char *const[], char *const[]))                              \
	X(int, faccessat, (int, const char *, int, int))                                           \
	X(int, fclose, (FILE *))                                                                   \
	X(int, fcntl, (int, int, ...))                                                             \
	X(FILE *, fdopen, (int, const char *))                                                     \
	X(int, fexecve, (int, char *const[], char *const[]))                                       \
	X(int, fflush, (FILE *))                                                                   \
	X(FILE *, fopen, (const char *, const char *))                                             \
	X(FILE *, fopen64, (const char *, const char *))                                           \
	X(FILE *, freopen, (const char *, const char *, FILE *))                                   \
	X(FILE *, freopen64, (const char *, const char *, FILE *))                                 \
	X(int, fstatat, (int, const char *, struct stat *, int))                                   \
	X(int, fstatat64, (int, const char *, struct stat64 *, int))                               \
	X(int, getaddrinfo,                                                                        \
	  (const char *, const char *, const struct addrinfo *, struct addrinfo **))               \
	X(int, getifaddrs, (struct ifaddrs **))                                                    \
	X(int, getnameinfo,                                                                        \
	  (const struct sockaddr *, socklen_t, char *, socklen_t, char *, socklen_t, int))         \
	X(int, getpeername, (int, struct sockaddr *, socklen_t *))                                 \
	X(int, getsockname, (int, struct sockaddr *, socklen_t *))                                 \
	X(int, getsockopt, (int, int, int, void *, socklen_t *))                                   \
	X(char *, if_indextoname, (unsigned int, char *))                                          \
	X(struct if_nameindex *, if_nameindex, (void))                                             \
	X(unsigned int, if_nametoindex, (const char *))                                            \
	X(int, ioctl, (int, unsigned long, ...))                                                   \
	X(int, listen, (int, int))                                                                 \
	X(int, lstat, (const char *, struct stat *))                                               \
	X(int, lstat64, (const char *, struct stat64 *))                                           \
	X(int, open, (const char *, int, ...))                                                     \
	X(int, open64, (const char *, int, ...))                                                   \
	X(int, openat, (int, const char *, int, ...))                                              \
	X(int, openat64, (int, const char *, int, ...))                                            \
	X(int, poll, (struct pollfd *, nfds_t, int))                                               \
	X(FILE *, popen, (const char *, const char *))                                             \
	X(int, posix_spawn, REAL_SPAWN_ARGS)                                                       \
	X(int, posix_spawn_file_actions_addopen,                                                   \
	  (posix_spawn_file_actions_t *, int, const char *, int, mode_t))                          \
	X(int, posix_spawnp, REAL_SPAWN_ARGS)                                                      \
	X(int, ppoll, (struct pollfd *, nfds_t, const struct timespec *, const sigset_t *))        \
	X(int, rcmd_af,                                                                            \
	  (char **, unsigned short, const char *, const char *, const char *, int *, sa_family_t)) \
	X(ssize_t, read, (int, void *, size_t))                                                    \
	X(ssize_t, readv, (int, const struct iovec *, int))                                        \
	X(ssize_t, recv, (int, void *, size_t, int))                                               \
	X(ssize_t, recvfrom, (int, void *, size_t, int, struct sockaddr *, socklen_t *))           \
	X(int, recvmmsg, (int, struct mmsghdr *, unsigned int, int, struct timespec *))            \
	X(ssize_t, recvmsg, (int, struct msghdr *, int))                                           \
	X(int, rexec_af,                                                                           \
	  (char **, int, const char *, const char *, const char *, int *, sa_family_t))            \
	X(int, rresvport_af, (int *, sa_family_t))                                                 \
	X(ssize_t, send, (int, const void *, size_t, int))                                         \
	X(int, sendmmsg, (int, struct mmsghdr *, unsigned int, int))                               \
	X(ssize_t, sendmsg, (int, const struct msghdr *, int))                                     \
	X(ssize_t, sendto, (int, const void *, size_t, int, const struct sockaddr *, socklen_t))   \
	X(int, setsockopt, (int, int, int, const void *, socklen_t))                               \
	X(int, shutdown, (int, int))                                                               \
	X(int, socket, (int, int, int))                                                            \
	X(int, socketpair, (int, int, int, int *))                                                 \
	X(int, stat, (const char *, struct stat *))                                                \
	X(int, stat64, (const char *, struct stat64 *))                                            \
	X(int, statx, (int, const char *, int, unsigned int, struct statx *))                      \
	X(int, system, (const char *))                                                             \
	X(int, wordexp, (const char *, wordexp_t *, int))                                          \
	X(ssize_t, write, (int, const void *, size_t))                                             \
	X(ssize_t, writev, (int, const struct iovec *, int))

struct real {
#define X(type, name, args) type(*name) args;
	REAL_FUNCTIONS(X)
#undef X
};

const struct real *real(void);

#endif
