/* SPDX-License-Identifier: BSD-2-Clause */
/* How long the packets will be that a GSO packet is cut into. */
#ifndef STACK_IP_IP_GSO_H
#define STACK_IP_IP_GSO_H

#include "stack/core/skbuff.h"

/** ip_gso_transport_len - the longest, from the transport header on, which is @off bytes behind skb's network header */
uint32_t ip_gso_transport_len(const struct sk_buff *skb, uint32_t off);

#endif
