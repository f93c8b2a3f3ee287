# SPDX-License-Identifier: BSD-2-Clause

dist_man_MANS += man/libusock.3 man/usock.7 man/uping.8 man/unc.1
dist_man_MANS += man/ustackd.8 man/ustack-netlink.7
dist_man_MANS += man/uip.8 man/uip-address.8 man/uip-addrlabel.8 man/uip-link.8 man/uip-maddress.8 man/uip-monitor.8 man/uip-neighbour.8 \
	man/uip-netconf.8 man/uip-route.8 man/uip-rule.8 man/uip-stack.8 man/uip-sysctl.8 man/uip-token.8
