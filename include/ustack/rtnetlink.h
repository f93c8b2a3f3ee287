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

#endif
