/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ustack generic netlink family: what has no form in rtnetlink. The parameters of sysctl(8), under the kernel's
 * names ("net.ipv4.ip_forward"), with the kernel's values as text; and the text of files of /proc/net.
 */
#ifndef USTACK_USTACK_FAMILY_H
#define USTACK_USTACK_FAMILY_H

#define USTACK_GENL_NAME    "ustack"
#define USTACK_GENL_VERSION 1

#define USTACK_SYSCTL_NAME_MAX	96	/* longest name, in bytes */
#define USTACK_SYSCTL_VALUE_MAX 1024	/* room for the longest value, its end included */
#define USTACK_PROC_NAME_MAX	32	/* longest name of a file, in bytes */
#define USTACK_PROC_TEXT_MAX	3072	/* longest piece of a text, in bytes */
#define USTACK_PROC_PACKET_MAX	4096	/* longest packet of such a dump: one piece, and perhaps the end */

enum ustack_cmd {
	USTACK_CMD_UNSPEC,
	USTACK_CMD_SYSCTL_GET,	/* NAME. Answer: NAME, VALUE; -ENOENT. As a dump: all of them */
	USTACK_CMD_SYSCTL_SET,	/* NAME, VALUE; -ENOENT, -EINVAL (no number, out of range), -EACCES (read-only), -EPERM */
	USTACK_CMD_PROC_GET,	/* PROC_NAME. Answer: PROC_NAME; -ENOENT. As a dump: PROC_TEXT in each, in order */
	USTACK_CMD_MAX_PLUS_1
};

enum ustack_attr {
	USTACK_A_UNSPEC,
	USTACK_A_SYSCTL_NAME,	/* string */
	USTACK_A_SYSCTL_VALUE,	/* string */
	USTACK_A_PROC_NAME,	/* string: "route", as below /proc/net */
	USTACK_A_PROC_TEXT,	/* bytes, without an end of their own */
	USTACK_A_MAX_PLUS_1
};
#define USTACK_A_MAX (USTACK_A_MAX_PLUS_1 - 1)

#endif
