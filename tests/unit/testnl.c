/* SPDX-License-Identifier: BSD-2-Clause */
/* What unit tests of the netlink server share: see testnl.h. */
#include "tests/unit/testnl.h"

#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>

#include "stack/inet/stack.h"

/* splitmix64: the same numbers in each run. */
static void seeded_random(void *ctx, void *buf, size_t len)
{
	uint64_t *state = ctx;
	uint8_t *p = buf;

	while (len--) {
		uint64_t z = *state += 0x9e3779b97f4a7c15ull;

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
		*p++ = (uint8_t)(z >> 56);
	}
}

void testnl_create(struct testnl *t, int protocol)
{
	struct net_params params = { .random = seeded_random, .random_ctx = &t->seed };

	*t = (struct testnl){ .server.name = "test" };
	t->server.net = stack_create(&params);
	assert_non_null(t->server.net);
	assert_int_equal(nl_server_create(&t->server, &t->nl), 0);
	t->server.nl = t->nl;
	t->c = testnl_client(t, protocol, true);
}

void testnl_destroy(struct testnl *t)
{
	nl_client_free(t->c);
	assert_int_equal(t->nl->nr_clients, 0);
	assert_int_equal(t->nl->out_bytes, 0);
	nl_server_destroy(t->nl);
	stack_destroy(t->server.net);
}

struct nl_client *testnl_client(struct testnl *t, int protocol, bool admin)
{
	struct nl_cred cred = { .pid = 1, .uid = admin ? 0 : 1000, .admin = admin };
	struct nl_client *c = nl_client_create(t->nl, protocol, &cred, NULL);

	assert_non_null(c);
	assert_int_equal(nl_client_setsockopt(c, NETLINK_EXT_ACK, 1), 0);
	assert_int_equal(nl_client_setsockopt(c, NETLINK_CAP_ACK, 1), 0);
	assert_int_equal(nl_client_setsockopt(c, NETLINK_GET_STRICT_CHK, 1), 0);
	return c;
}

void testreq_init(struct testreq *r)
{
	r->buf = (struct nl_buf){ .data = r->data, .size = sizeof(r->data) };
	r->seq = 0;
}

void *testreq_add(struct testreq *r, uint16_t type, uint16_t flags, size_t hdrlen)
{
	struct nl_head head = { .type = type, .flags = flags | NLM_F_REQUEST, .seq = ++r->seq };
	void *hdr = nl_msg_begin(&r->m, &r->buf, &head, hdrlen);

	assert_non_null(hdr);
	return hdr;
}

void testreq_end(struct testreq *r)
{
	assert_int_equal(nl_msg_end(&r->m), 0);
}

void testreq_put_kind(struct testreq *r, const char *kind)
{
	struct nlattr *nest = nl_nest_begin(&r->m, IFLA_LINKINFO | NLA_F_NESTED);

	nl_put_str(&r->m, IFLA_INFO_KIND, kind);
	nl_nest_end(&r->m, nest);
}

void testreq_send(struct testreq *r, struct nl_client *c)
{
	/* A copy of exactly its length, so that a sanitizer sees who reads beyond. */
	char *copy = malloc(r->buf.len);

	assert_non_null(copy);
	memcpy(copy, r->data, r->buf.len);
	nl_dispatch(c, copy, r->buf.len, NULL);
	free(copy);
	nl_client_progress(c);
}

struct nl_packet *testnl_pop(struct nl_client *c)
{
	struct nl_packet *p = nl_client_pop(c);

	assert_non_null(p);
	return p;
}

const char *testnl_expect_ack(struct nl_client *c, int error)
{
	static char sentence[256];
	struct nl_packet *p = testnl_pop(c);
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)p->data;
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	assert_int_equal(nlh->nlmsg_type, NLMSG_ERROR);
	assert_int_equal(nlh->nlmsg_len, p->len);
	assert_int_equal(nlh->nlmsg_pid, c->portid);
	assert_int_equal(e->error, error);
	sentence[0] = '\0';
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(attr, nlh, sizeof(*e))
		{
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
				strncpy(sentence, mnl_attr_get_str(attr), sizeof(sentence) - 1);
		}
	free(p);
	return sentence;
}

void testnl_expect_silence(struct nl_client *c)
{
	assert_null(nl_client_pop(c));
}

int testnl_ask(struct testreq *r, struct nl_client *c)
{
	struct nl_packet *p;
	int error;

	((struct nlmsghdr *)r->data)->nlmsg_flags |= NLM_F_ACK;
	testreq_send(r, c);
	p = testnl_pop(c);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, NLMSG_ERROR);
	error = ((const struct nlmsgerr *)mnl_nlmsg_get_payload((const struct nlmsghdr *)p->data))
			->error;
	free(p);
	return error;
}

int testnl_dump(struct nl_client *c, void (*fn)(const struct nlmsghdr *nlh, void *arg), void *arg)
{
	for (;;) {
		struct nl_packet *p = testnl_pop(c);
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)p->data;
		int left = (int)p->len, error;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			assert_true(nlh->nlmsg_flags & NLM_F_MULTI);
			if (nlh->nlmsg_type != NLMSG_DONE) {
				if (fn)
					fn(nlh, arg);
				continue;
			}
			error = *(const int32_t *)mnl_nlmsg_get_payload(nlh);
			free(p);
			return error;
		}
		assert_int_equal(left, 0);
		free(p);
		nl_client_progress(c);
	}
}

static void count(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(int *)arg;
}

int testnl_count(struct testreq *r, struct nl_client *c)
{
	int nr = 0;

	testreq_end(r);
	testreq_send(r, c);
	testreq_init(r);
	assert_int_equal(testnl_dump(c, count, &nr), 0);
	return nr;
}

const void *testnl_parse(const struct nlmsghdr *nlh, size_t hdrlen, const struct nlattr **tb,
			 uint16_t maxattr)
{
	const char *hdr = mnl_nlmsg_get_payload(nlh);

	assert_int_equal(nl_parse(hdr + NLMSG_ALIGN(hdrlen),
				  mnl_nlmsg_get_payload_len(nlh) - NLMSG_ALIGN(hdrlen), NULL,
				  maxattr, NL_VALIDATE_TRAILING, tb, NULL),
			 0);
	return hdr;
}
