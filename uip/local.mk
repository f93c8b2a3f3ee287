# SPDX-License-Identifier: BSD-2-Clause
#
# uip. All but main() is in an archive, so that unit tests and fuzz targets can link it.

noinst_LIBRARIES += libuip.a
libuip_a_SOURCES = \
	uip/address.c uip/address.h \
	uip/address_show.c \
	uip/addrlabel.c uip/addrlabel.h \
	uip/args.c uip/args.h \
	uip/batch.c uip/batch.h \
	uip/complete.c uip/complete.h \
	uip/devmap.c uip/devmap.h \
	uip/extack.c uip/extack.h \
	uip/flush.c uip/flush.h \
	uip/hostif.c uip/hostif.h \
	uip/inet.c uip/inet.h \
	uip/install.c uip/install.h \
	uip/link.c uip/link.h \
	uip/link_kind.c \
	uip/link_show.c \
	uip/link_stats.c uip/link_stats.h \
	uip/maddress.c uip/maddress.h \
	uip/monitor.c uip/monitor.h \
	uip/msglist.c uip/msglist.h \
	uip/names.c uip/names.h \
	uip/neighbour.c uip/neighbour.h \
	uip/object.c uip/object.h \
	uip/netconf.c uip/netconf.h \
	uip/options.c uip/options.h \
	uip/out.c uip/out.h \
	uip/pipeline.c uip/pipeline.h \
	uip/prefix.c uip/prefix.h \
	uip/req.c uip/req.h \
	uip/route.c uip/route.h \
	uip/route_get.c \
	uip/route_modify.c \
	uip/route_show.c \
	uip/rule.c uip/rule.h \
	uip/nlsock.c uip/nlsock.h \
	uip/session.c uip/uip.h \
	uip/shell.c uip/shell.h \
	uip/stack.c uip/stack.h \
	uip/sysctl.c uip/sysctl.h \
	uip/token.c uip/token.h \
	uip/words.c uip/words.h
libuip_a_CPPFLAGS = $(AM_CPPFLAGS) $(INSTALL_PATHS) $(NL3_CFLAGS) $(NLGENL_CFLAGS) \
	$(READLINE_CFLAGS) $(JANSSON_CFLAGS)

uip_libs = libusock.la $(NLGENL_LIBS) $(NL3_LIBS) $(READLINE_LIBS) $(JANSSON_LIBS)

bin_PROGRAMS += uip/uip
uip_uip_SOURCES = uip/uip.c
uip_uip_CPPFLAGS = $(libuip_a_CPPFLAGS)
uip_uip_LDADD = libuip.a $(uip_libs)
