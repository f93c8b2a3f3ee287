/* SPDX-License-Identifier: BSD-2-Clause */
/* What rtnetlink has learnt of late, for systems whose linux/rtnetlink.h is older. */
#ifndef USTACK_RTNETLINK_H
#define USTACK_RTNETLINK_H

#include <linux/rtnetlink.h>

/* The multicast groups that devices are in. */
#ifndef RTM_NEWMULTICAST
#define RTM_NEWMULTICAST    56
#define RTM_DELMULTICAST    57
#define RTNLGRP_IPV4_MCADDR 38
#define RTNLGRP_IPV6_MCADDR 39
#endif

/* Beside the kernel's IFA_*, in what RTM_GETMULTICAST answers: u32, how many are in the group. */
#define USTACK_IFA_USERS 0x1000

#endif
