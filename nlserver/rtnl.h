/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtnetlink: the table of its messages, and what the files of its objects (rtnl_link.c, rtnl_addr.c …)
 * share. Each object parses a message into a plain struct of the stack, makes one call, and fills
 * messages from plain structs again.
 */
#ifndef NLSERVER_RTNL_H
#define NLSERVER_RTNL_H

#include <ustack/rtnetlink.h>
#include "nlserver/netlink.h"
#include "stack/core/inet_config.h"
#include "stack/link/neighbour.h"

/* Bytes of an address of @family; 0: not a family with addresses here. */
size_t rtnl_addr_len(int family);
/** rtnl_get_addr - an address attribute; NULL, or too short for the family: any */
union inaddr rtnl_get_addr(const struct nlattr *attr, int family);
/** rtnl_put_addr - an address attribute */
void rtnl_put_addr(struct nl_msg *m, uint16_t type, int family, const union inaddr *a);

/** rtnl_dev - the device @ifindex; NULL with -ENODEV and a sentence in *ret_err: an index that is set, of no device */
struct net_device *rtnl_dev(struct nl_request *req, int ifindex, int *ret_err);
/** rtnl_family_name - "ipv4", "ipv6": what the sentences begin with */
const char *rtnl_family_name(int family);
/** rtnl_config - the family's configuration calls; NULL with a sentence: answer -EAFNOSUPPORT */
const struct inet_config_ops *rtnl_config(struct nl_request *req, int family);

/**
 * rtnl_dump_parse - header and attributes of a dump request
 * With strict checking every fault is an error. Without, the request is taken as far as it can be
 * understood, as old clients send as little as one byte: *ret_hdr is NULL where the header is short.
 */
int rtnl_dump_parse(struct nl_dump *d, size_t hdrlen, const struct nl_policy *policy,
		    uint16_t maxattr, const void **ret_hdr);
/** rtnl_dump_allow - with strict checking: no attribute but those in @allowed (ends with 0); -EINVAL with @sentence */
int rtnl_dump_allow(struct nl_dump *d, const uint16_t *allowed, const char *sentence);
/** rtnl_get_allow - the same for a single get */
int rtnl_get_allow(struct nl_request *req, const uint16_t *allowed, const char *sentence);

/* The dumps have no table for families that are not there: this one is empty. */
extern const struct nl_dump_ops rtnl_empty_dump;

/* rtnl_link.c, rtnl_link_fill.c */
int rtnl_newlink(struct nl_request *req);
int rtnl_dellink(struct nl_request *req);
int rtnl_getlink(struct nl_request *req);
extern const struct nl_dump_ops rtnl_link_dump;
int rtnl_link_fill(struct nl_buf *buf, const struct nl_head *head, const struct net_device *dev,
		   unsigned change);
extern const struct nl_policy rtnl_link_policy[], rtnl_linkinfo_policy[];

/* rtnl_link_set.c: what RTM_NEWLINK and RTM_SETLINK change of a device that exists */
int rtnl_link_change(struct nl_request *req, struct net_device *dev);
int rtnl_link_check(struct nl_request *req, const struct net_device *dev);

/* rtnl_link_af.c: what the address families say of a device, and are told */
void rtnl_link_put_af(struct nl_msg *m, const struct net_device *dev);
/** rtnl_link_check_af - may IFLA_AF_SPEC be applied to @dev (NULL: one that is to be made)? */
int rtnl_link_check_af(struct nl_request *req, const struct net_device *dev);
int rtnl_link_set_af(struct nl_request *req, struct net_device *dev);
/** rtnl_link_fill_inet6 - IPv6's own, shorter message about a device; 0 where IPv6 is not on it, too */
int rtnl_link_fill_inet6(struct nl_buf *buf, const struct nl_head *head,
			 const struct net_device *dev);

/* rtnl_addr.c */
int rtnl_newaddr(struct nl_request *req);
int rtnl_deladdr(struct nl_request *req);
int rtnl_getaddr(struct nl_request *req);
extern const struct nl_dump_ops rtnl_addr_dump;
int rtnl_addr_fill(struct nl_buf *buf, const struct nl_head *head, const struct ifaddr *ifa);

/* rtnl_mcast.c: the groups that devices are in */
extern const struct nl_dump_ops rtnl_mcast_dump;
int rtnl_mcast_fill(struct nl_buf *buf, const struct nl_head *head, const struct mcaddr *mcaddr);

/* rtnl_route.c, rtnl_route_parse.c, rtnl_route_fill.c */
int rtnl_newroute(struct nl_request *req);
int rtnl_delroute(struct nl_request *req);
int rtnl_getroute(struct nl_request *req);
extern const struct nl_dump_ops rtnl_route_dump;
/** rtnl_route_parse - the message of @req (header checked, tb set) as a route; 0 or -errno with a sentence */
int rtnl_route_parse(struct nl_request *req, struct route_config *ret);
const struct nl_policy *rtnl_route_policy(int family);
int rtnl_route_fill(struct nl_buf *buf, const struct nl_head *head, const struct route_config *cfg);

/* rtnl_neigh.c */
int rtnl_newneigh(struct nl_request *req);
int rtnl_delneigh(struct nl_request *req);
int rtnl_getneigh(struct nl_request *req);
extern const struct nl_dump_ops rtnl_neigh_dump;
int rtnl_neigh_fill(struct nl_buf *buf, const struct nl_head *head, const struct neighbour *neigh);

/* rtnl_addrlabel.c */
int rtnl_newaddrlabel(struct nl_request *req);
int rtnl_deladdrlabel(struct nl_request *req);
int rtnl_getaddrlabel(struct nl_request *req);
extern const struct nl_dump_ops rtnl_addrlabel_dump;

/* rtnl_neightbl.c, rtnl_rule.c, rtnl_netconf.c: to be read only */
int rtnl_getnetconf(struct nl_request *req);
extern const struct nl_dump_ops rtnl_neightbl_dump, rtnl_rule_dump, rtnl_netconf_dump;
/** rtnl_netconf_fill - what changed, or (@gone) of whom there is no more */
int rtnl_netconf_fill(struct nl_buf *buf, const struct nl_head *head, struct net *net,
		      const struct netconf_event *event, bool gone);

/* rtnl_ndisc.c: what routers told, for programs that listen */
int rtnl_prefix_fill(struct nl_buf *buf, const struct nl_head *head, const struct prefix_event *p);
int rtnl_useropt_fill(struct nl_buf *buf, const struct nl_head *head,
		      const struct nd_useropt_event *opt);

#endif
