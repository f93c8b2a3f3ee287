# SPDX-License-Identifier: BSD-2-Clause

dist_man_MANS += man/libusock.3 man/usock.7 man/uping.8 man/unc.1
dist_man_MANS += man/ustackd.8 man/ustack-netlink.7
