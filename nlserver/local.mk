# SPDX-License-Identifier: BSD-2-Clause

libnlserver_a_SOURCES += \
	nlserver/channel.c nlserver/channel.h \
	nlserver/client.c nlserver/client.h \
	nlserver/closer.c nlserver/closer.h \
	nlserver/daemon.c nlserver/daemon.h \
	nlserver/diag_filter.c nlserver/diag_filter.h \
	nlserver/diag_mini.c \
	nlserver/dispatch.c nlserver/dispatch.h \
	nlserver/driver_loop.c nlserver/driver_loop.h \
	nlserver/dump.c \
	nlserver/endpoint.c nlserver/endpoint.h \
	nlserver/endpoint_control.c nlserver/endpoint_control.h \
	nlserver/endpoint_dgram.c \
	nlserver/endpoint_linger.c \
	nlserver/endpoint_listen.c \
	nlserver/endpoint_stream.c \
	nlserver/endpoint_user.c nlserver/endpoint_user.h \
	nlserver/genl.c nlserver/genl.h \
	nlserver/genl_ctrl.c \
	nlserver/loop.c nlserver/loop.h \
	nlserver/msg.c nlserver/msg.h \
	nlserver/netlink.c nlserver/netlink.h \
	nlserver/nl_server.h \
	nlserver/policy.c nlserver/policy.h \
	nlserver/procnet.c nlserver/procnet.h \
	nlserver/procnet_addr.h \
	nlserver/procnet_counters.c \
	nlserver/procnet_devs.c \
	nlserver/procnet_routes.c \
	nlserver/procnet_socks.c \
	nlserver/rtnl.c nlserver/rtnl.h \
	nlserver/rtnl_addr.c \
	nlserver/rtnl_addrlabel.c \
	nlserver/rtnl_link.c \
	nlserver/rtnl_link_af.c \
	nlserver/rtnl_link_fill.c \
	nlserver/rtnl_link_set.c \
	nlserver/rtnl_mcast.c \
	nlserver/rtnl_ndisc.c \
	nlserver/rtnl_neigh.c \
	nlserver/rtnl_neightbl.c \
	nlserver/rtnl_netconf.c \
	nlserver/rtnl_notify.c \
	nlserver/rtnl_route.c \
	nlserver/rtnl_route_fill.c \
	nlserver/rtnl_route_parse.c \
	nlserver/rtnl_rule.c \
	nlserver/rundir.c nlserver/rundir.h \
	nlserver/server.h \
	nlserver/sock_diag.c nlserver/sock_diag.h \
	nlserver/sysctl.c nlserver/sysctl.h \
	nlserver/sysctl_table.c nlserver/sysctl_table.h \
	nlserver/usock.c nlserver/usock.h \
	nlserver/ustack_genl.c nlserver/ustack_genl.h

sbin_PROGRAMS += nlserver/ustackd
nlserver_ustackd_SOURCES = nlserver/ustackd.c
nlserver_ustackd_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS) $(INSTALL_PATHS)
nlserver_ustackd_LDADD = libnlserver.a libustack.a $(MNL_LIBS)
