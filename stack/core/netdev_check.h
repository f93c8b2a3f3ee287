/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is checked of a device's configuration, when it is made and when it changes: for this floor.
 */
#ifndef STACK_CORE_NETDEV_CHECK_H
#define STACK_CORE_NETDEV_CHECK_H

#include "stack/core/netdevice.h"

/** netdev_check_mtu - can @dev have @mtu (bytes)? 0, -EINVAL with the kernel's sentence */
int netdev_check_mtu(const struct net_device *dev, uint32_t mtu, struct extack *ack);

/** netdev_check_address - can @dev have the address @addr? 0, -EADDRNOTAVAIL with a sentence */
int netdev_check_address(const struct net_device *dev, const uint8_t *addr, struct extack *ack);

/**
 * netdev_choose_name - complete a name that is wanted
 * @want: the name; or with one "%d", for which the lowest number is put that makes a free one
 * @ret: at least IFNAMSIZ bytes
 * Return: 0, -EINVAL (bad name), -EEXIST, -ENFILE (no number left), each with a sentence
 */
int netdev_choose_name(struct net *net, const char *want, char *ret, struct extack *ack);

/** netdev_hash_name - put @dev on the table by its name (again) */
void netdev_hash_name(struct net_device *dev);

#endif
