/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control data of datagrams (cmsg(3)), between the application's form and struct sock_msg: ip(7), ipv6(7), RFC 3542.
 */
#ifndef NLSERVER_ENDPOINT_CONTROL_H
#define NLSERVER_ENDPOINT_CONTROL_H

#include <sys/socket.h>

#include <ustack/usock.h>

#include "stack/inet/socket.h"
#include "stack/transport/ip6_txopts.h"

/* Control data on its way to the application. */
struct dgram_control {
	uint32_t len; /* bytes in use: whole messages, CMSG_ALIGNed */
	uint8_t buf[USOCK_CONTROL_OUT_MAX] __attribute__((aligned(_Alignof(struct cmsghdr))));
};

/**
 * dgram_control_parse - what the control data of a send says
 * @data: aligned as a struct cmsghdr, @len bytes
 * @msg: has the destination already
 * @txopts: memory for extension headers, which msg->txopts then refers to
 * Return: 0 or -EINVAL, -EPERM …, as sendmsg(2)
 */
int dgram_control_parse(const struct sock *sk, void *data, uint32_t len, struct sock_msg *msg,
			struct ip6_txopts *txopts);

/** dgram_control_fill - what the socket's options ask to be told with @skb, which sock_recv() gave with @msg */
void dgram_control_fill(const struct sock *sk, const struct sk_buff *skb,
			const struct sock_msg *msg, struct dgram_control *ret);
/** dgram_control_error - an entry of the error queue */
void dgram_control_error(const struct sock *sk, const struct sock_extended_err_info *info,
			 struct dgram_control *ret);
/** dgram_control_pathmtu - IPV6_PATHMTU: what the datagram to info->dest did not fit into */
void dgram_control_pathmtu(const struct sock_extended_err_info *info, struct dgram_control *ret);

#endif
