/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system's calls, as the files of libsock make them.
 *
 * libusock and libusock-preload are built from the same sources. In the first, sys_close() is the
 * C library's close(). In the second, close() is our own interposer, which would call us again: so
 * there sys_close() goes to the next definition in the program's search order (real.h). A file of
 * libsock therefore never calls one of the functions below by its plain name.
 */
#ifndef LIBSOCK_SYS_H
#define LIBSOCK_SYS_H

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef USOCK_PRELOAD
#include "libsock/real.h"
#define SYS_NAME(name) (real()->name)
#else
#define SYS_NAME(name) name
#endif

#define sys_close	SYS_NAME(close)
#define sys_connect	SYS_NAME(connect)
#define sys_dup3	SYS_NAME(dup3)
#define sys_faccessat	SYS_NAME(faccessat)
#define sys_fcntl	SYS_NAME(fcntl)
#define sys_fstatat	SYS_NAME(fstatat)
#define sys_getpeername SYS_NAME(getpeername)
#define sys_getsockopt	SYS_NAME(getsockopt)
#define sys_ioctl	SYS_NAME(ioctl)
#define sys_open	SYS_NAME(open)
#define sys_read	SYS_NAME(read)
#define sys_readv	SYS_NAME(readv)
#define sys_recv	SYS_NAME(recv)
#define sys_recvmmsg	SYS_NAME(recvmmsg)
#define sys_recvmsg	SYS_NAME(recvmsg)
#define sys_send	SYS_NAME(send)
#define sys_sendmmsg	SYS_NAME(sendmmsg)
#define sys_sendmsg	SYS_NAME(sendmsg)
#define sys_setsockopt	SYS_NAME(setsockopt)
#define sys_shutdown	SYS_NAME(shutdown)
#define sys_socket	SYS_NAME(socket)
#define sys_socketpair	SYS_NAME(socketpair)
#define sys_write	SYS_NAME(write)
#define sys_writev	SYS_NAME(writev)

#endif
