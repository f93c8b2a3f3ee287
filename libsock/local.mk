# SPDX-License-Identifier: BSD-2-Clause
#
# libusock, and what stands on it. The .la files stand at the root of the build tree.

usock_sources = \
	libsock/accept.c libsock/accept.h \
	libsock/addrinfo.c \
	libsock/addrsort.c libsock/addrsort.h \
	libsock/call.c libsock/call.h \
	libsock/channel.c libsock/channel.h \
	libsock/control.c libsock/control.h \
	libsock/dgram.c libsock/dgram.h \
	libsock/dgram_recv.c \
	libsock/dgram_send.c \
	libsock/dial.c libsock/dial.h \
	libsock/fdtable.c libsock/fdtable.h \
	libsock/fork.c libsock/fork.h \
	libsock/guard.h \
	libsock/ifaddrs.c \
	libsock/ifioctl.c libsock/ifioctl.h \
	libsock/instance.c libsock/instance.h \
	libsock/interfaces.c libsock/interfaces.h \
	libsock/ioctl.c libsock/ioctl.h \
	libsock/iov.c libsock/iov.h \
	libsock/launch.c libsock/launch.h \
	libsock/ldpreload.c libsock/ldpreload.h \
	libsock/linger.c libsock/linger.h \
	libsock/nameinfo.c \
	libsock/netlink.c libsock/netlink.h \
	libsock/options.c libsock/options.h \
	libsock/process.c libsock/process.h \
	libsock/program.c libsock/program.h \
	libsock/resolver.c libsock/resolver.h \
	libsock/socket.c libsock/socket.h \
	libsock/stream.c libsock/stream.h \
	libsock/sys.h \
	libsock/usock.c libsock/usock.h

include_HEADERS += libsock/usock.h
pkgconfig_DATA += libsock/libusock.pc
lib_LTLIBRARIES += libusock.la

# All of it, with nothing hidden: for libusock.la, and for the unit tests.
noinst_LTLIBRARIES = libusock-all.la
libusock_all_la_SOURCES = $(usock_sources)
libusock_all_la_CPPFLAGS = $(AM_CPPFLAGS) $(INSTALL_PATHS) -D_GNU_SOURCE $(MNL_CFLAGS) $(CARES_CFLAGS)

libusock_la_SOURCES =
libusock_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -export-symbols-regex "^usock_"
libusock_la_LIBADD = libusock-all.la $(MNL_LIBS) $(CARES_LIBS)

# The preload compiles the library's sources itself, and without sanitizers: it is loaded into
# programs that do not start with the sanitizers' runtime. What it shows is what it interposes.
lib_LTLIBRARIES += libusock-preload.la

libusock_preload_la_SOURCES = $(usock_sources) \
	libsock/preload.c libsock/preload.h \
	libsock/preload_env.c \
	libsock/preload_exec.c \
	libsock/preload_fd.c \
	libsock/preload_names.c \
	libsock/preload_netif.c \
	libsock/preload_proc.c \
	libsock/preload_poll.c \
	libsock/preload_shell.c \
	libsock/preload_socket.c \
	libsock/preload_stat.c \
	libsock/genl.c libsock/genl.h \
	libsock/procfile.c libsock/procfile.h \
	libsock/procname.c libsock/procname.h \
	libsock/procnet.c libsock/procnet.h \
	libsock/real.c libsock/real.h \
	libsock/sysctl.c libsock/sysctl.h
libusock_preload_la_CPPFLAGS = $(AM_CPPFLAGS) $(INSTALL_PATHS) -D_GNU_SOURCE -U_FORTIFY_SOURCE -DUSOCK_PRELOAD \
	$(MNL_CFLAGS) $(CARES_CFLAGS)
libusock_preload_la_CFLAGS = $(WARNING_CFLAGS) -fvisibility=hidden
libusock_preload_la_LDFLAGS = -module -avoid-version -shared
libusock_preload_la_LIBADD = $(MNL_LIBS) $(CARES_LIBS)

# What runs programs that the preload does not reach; with few libraries, for it is started often.
pkglibexec_PROGRAMS += libsock/usock-confine
libsock_usock_confine_SOURCES = libsock/confine.c \
	libsock/launch.c libsock/launch.h \
	libsock/ldpreload.c libsock/ldpreload.h \
	libsock/program.c libsock/program.h
libsock_usock_confine_CPPFLAGS = $(AM_CPPFLAGS) $(INSTALL_PATHS) $(SECCOMP_CFLAGS)
libsock_usock_confine_LDADD = $(SECCOMP_LIBS)

# Two small programs, which are also libusock's examples.
bin_PROGRAMS += libsock/uping libsock/unc
libsock_uping_SOURCES = libsock/uping.c
libsock_uping_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libsock_uping_LDADD = libusock.la -lm
libsock_unc_SOURCES = libsock/unc.c
libsock_unc_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libsock_unc_LDADD = libusock.la
