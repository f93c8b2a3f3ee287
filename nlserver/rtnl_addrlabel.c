/* SPDX-License-Identifier: BSD-2-Clause */
/* RTM_{NEW,DEL,GET}ADDRLABEL: the policy table of RFC 6724 2.1, as `ip addrlabel` shows and changes it. */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/if_addrlabel.h>

#include "stack/core/net.h"
#include "stack/ipv6/addrlabel.h"

#define PREFIX_BITS 128

static const struct nl_policy label_policy[IFAL_MAX + 1] = {
	[IFAL_ADDRESS] = { .min_len = 16 },
	[IFAL_LABEL] = { .type = NL_ATTR_TYPE_U32 },
};

/* --- changes -------------------------------------------------------------------------------------- */

static int parse(struct nl_request *req, struct addrlabel *ret)
{
	const struct ifaddrlblmsg *ifal;
	int err;

	err = nl_parse_request(req, sizeof(*ifal), label_policy, IFAL_MAX, NL_VALIDATE_LIBERAL);
	if (err)
		return err;
	ifal = req->hdr;
	if (ifal->ifal_prefixlen > PREFIX_BITS)
		return extack_set(&req->ack, -EINVAL, "Invalid prefix length");
	if (!req->tb[IFAL_ADDRESS])
		return nl_extack_missing(&req->ack, IFAL_ADDRESS, "Prefix is not supplied");
	if (!req->tb[IFAL_LABEL])
		return nl_extack_missing(&req->ack, IFAL_LABEL, "Label is not supplied");
	*ret = (struct addrlabel){
		.prefix = rtnl_get_addr(req->tb[IFAL_ADDRESS], AF_INET6),
		.plen = ifal->ifal_prefixlen,
		.ifindex = ifal->ifal_index,
		.label = mnl_attr_get_u32(req->tb[IFAL_LABEL]),
	};
	if (ret->label == ADDRLABEL_NONE)
		return nl_extack_attr(&req->ack, req->tb[IFAL_LABEL], -EINVAL,
				      "This label means that there is none");
	return 0;
}

int rtnl_newaddrlabel(struct nl_request *req)
{
	struct addrlabel label;
	int err;

	err = parse(req, &label);
	if (err)
		return err;
	if (label.ifindex && !netdev_by_index(req->net, label.ifindex))
		return extack_set(&req->ack, -EINVAL, "Device not found");
	return addrlabel_add(req->net, &label, req->nlh->nlmsg_flags & NLM_F_REPLACE, &req->ack);
}

int rtnl_deladdrlabel(struct nl_request *req)
{
	struct addrlabel label;
	int err;

	err = parse(req, &label);
	return err ? err : addrlabel_del(req->net, &label, &req->ack);
}

/* --- to messages ------------------------------------------------------------------------------------ */

static int label_fill(struct nl_buf *buf, const struct nl_head *head, const struct addrlabel *label)
{
	struct ifaddrlblmsg *ifal;
	struct nl_msg m;

	ifal = nl_msg_begin(&m, buf, head, sizeof(*ifal));
	if (ifal) {
		ifal->ifal_family = AF_INET6;
		ifal->ifal_prefixlen = label->plen;
		ifal->ifal_index = label->ifindex;
	}
	rtnl_put_addr(&m, IFAL_ADDRESS, AF_INET6, &label->prefix);
	nl_put_u32(&m, IFAL_LABEL, label->label);
	return nl_msg_end(&m);
}

/* --- get ------------------------------------------------------------------------------------------ */

static int get_check(struct nl_request *req)
{
	static const uint16_t allowed[] = { IFAL_ADDRESS, 0 };
	const struct ifaddrlblmsg *ifal = req->hdr;

	if (req->strict && (ifal->__ifal_reserved || ifal->ifal_flags || ifal->ifal_seq))
		return extack_set(&req->ack, -EINVAL,
				  "ipv6: Invalid values in header for addrlabel get request");
	return rtnl_get_allow(req, allowed, "ipv6: Unsupported attribute in addrlabel get request");
}

int rtnl_getaddrlabel(struct nl_request *req)
{
	const struct ifaddrlblmsg *ifal;
	const struct addrlabel *label;
	union inaddr addr;
	struct nl_reply r;
	int err;

	err = nl_parse_request(req, sizeof(*ifal), label_policy, IFAL_MAX,
			       req->strict ? NL_VALIDATE_OLD_STRICT : NL_VALIDATE_LIBERAL);
	if (!err)
		err = get_check(req);
	if (err)
		return err;
	ifal = req->hdr;
	if (ifal->ifal_prefixlen != PREFIX_BITS || !req->tb[IFAL_ADDRESS])
		return extack_set(&req->ack, -EINVAL, "A whole address must be asked for");
	if (ifal->ifal_index && !netdev_by_index(req->net, ifal->ifal_index))
		return extack_set(&req->ack, -EINVAL, "Device not found");
	addr = rtnl_get_addr(req->tb[IFAL_ADDRESS], AF_INET6);
	label = addrlabel_find(req->net, &addr, ifal->ifal_index);
	if (!label)
		return extack_set(&req->ack, -ESRCH, "The address has no label");
	nl_reply_begin(&r, req, RTM_NEWADDRLABEL, 0);
	label_fill(&r.buf, &r.head, label);
	return nl_reply_send(&r);
}

/* --- dump ----------------------------------------------------------------------------------------- */

enum { AT_LABEL }; /* d->state */

static int dump_start(struct nl_dump *d)
{
	struct nl_request *req = &d->req;
	const struct ifaddrlblmsg *ifal = mnl_nlmsg_get_payload(req->nlh);
	size_t len = mnl_nlmsg_get_payload_len(req->nlh);

	if (!req->strict)
		return 0;
	if (len < sizeof(*ifal))
		return extack_set(&req->ack, -EINVAL,
				  "ipv6: Invalid header for address label dump request");
	if (ifal->__ifal_reserved || ifal->ifal_prefixlen || ifal->ifal_flags || ifal->ifal_index ||
	    ifal->ifal_seq)
		return extack_set(&req->ack, -EINVAL,
				  "ipv6: Invalid values in header for address label dump request");
	if (len > sizeof(*ifal))
		return extack_set(&req->ack, -EINVAL,
				  "ipv6: Invalid data after header for address label dump request");
	return 0;
}

struct walk {
	struct nl_buf *buf;
	struct nl_head head;
	uint64_t skip; /* entries that went out before */
	uint64_t at;
};

static int walk_label(const struct addrlabel *label, void *arg)
{
	struct walk *w = arg;

	if (w->at >= w->skip && label_fill(w->buf, &w->head, label))
		return 1;
	w->at++;
	return 0;
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct walk w = { buf, nl_dump_head(d, RTM_NEWADDRLABEL), d->state[AT_LABEL], 0 };
	int full = addrlabel_walk(d->req.net, walk_label, &w);

	d->state[AT_LABEL] = w.at;
	return full;
}

const struct nl_dump_ops rtnl_addrlabel_dump = { .start = dump_start, .more = dump_more };
