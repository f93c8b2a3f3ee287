/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ustack generic netlink family: what has no form in rtnetlink. For now the parameters of sysctl(8),
 * under the kernel's names ("net.ipv4.ip_forward"), with the kernel's values as text.
 */
#ifndef USTACK_USTACK_FAMILY_H
#define USTACK_USTACK_FAMILY_H

#define USTACK_GENL_NAME    "ustack"
#define USTACK_GENL_VERSION 1

#define USTACK_SYSCTL_NAME_MAX	96	/* longest name, in bytes */
#define USTACK_SYSCTL_VALUE_MAX 1024	/* room for the longest value, its end included */

enum ustack_cmd {
	USTACK_CMD_UNSPEC,
	USTACK_CMD_SYSCTL_GET,	/* NAME. Answer: NAME, VALUE; -ENOENT. As a dump: all of them */
	USTACK_CMD_SYSCTL_SET,	/* NAME, VALUE; -ENOENT, -EINVAL (no number, out of range), -EACCES (read-only), -EPERM */
	USTACK_CMD_MAX_PLUS_1
};

enum ustack_attr {
	USTACK_A_UNSPEC,
	USTACK_A_SYSCTL_NAME,	/* string */
	USTACK_A_SYSCTL_VALUE,	/* string */
	USTACK_A_MAX_PLUS_1
};
#define USTACK_A_MAX (USTACK_A_MAX_PLUS_1 - 1)

#endif
