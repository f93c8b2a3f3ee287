/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP tests that read like packet traces: see tcptrace.h. */
#include "tests/unit/tcptrace.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "stack/inet/socket.h"
#include "stack/lib/checksum.h"
#include "stack/tcp/tcp_options.h"
#include "stack/tcp/tcp_seg.h"

#define FAMILY	   AF_INET6
#define IP_HDR_LEN 40
#define START	   sec_to_ktime(5000)
#define PEER_ISS   0x7fffff00u /* near where signs change */

struct tcp_trace *trace;

static const union inaddr our_addr = { .b = { 1 } }, peer_addr = { .b = { 2 } };

/* The network layer ---------------------------------------------------------------------------------- */

static uint32_t fake_mtu(const struct dst_entry *dst)
{
	(void)dst;
	return trace->mtu;
}
static void fake_destroy(struct dst_entry *dst)
{
	free(dst);
}
static void fake_update_pmtu(struct dst_entry *dst, uint32_t mtu)
{
	(void)dst;
	trace->mtu = mtu;
}

static const struct dst_ops fake_dst_ops = {
	.family = FAMILY,
	.destroy = fake_destroy,
	.mtu = fake_mtu,
	.update_pmtu = fake_update_pmtu,
};

static const uint32_t genid;

static int fake_route_output(struct net *net, struct flow *fl, struct dst_entry **ret)
{
	struct dst_entry *dst;

	if (trace->route_err)
		return trace->route_err;
	dst = calloc(1, sizeof(*dst));
	assert_non_null(dst);
	dst->ops = &fake_dst_ops;
	dst->net = net;
	dst->dev = trace->dev;
	dst->advmss = trace->advmss;
	dst->refs = 1;
	dst->genid_now = &genid;
	fl->saddr = our_addr;
	*ret = dst;
	return 0;
}

static int fake_xmit(struct net *net, struct sk_buff *skb, struct dst_entry *dst,
		     const struct inet_xmit *x)
{
	(void)net;
	(void)dst;
	assert_int_equal(x->proto, IPPROTO_TCP);
	assert_int_equal(skb->csum, CSUM_PARTIAL);
	if (trace->xmit_err) {
		skb_free(skb);
		return trace->xmit_err;
	}
	skb_orphan(skb);
	skb_queue_tail(&trace->sent, skb);
	return 0;
}

static uint8_t fake_addr_type(struct net *net, const union inaddr *addr, struct net_device *dev)
{
	(void)net;
	(void)dev;
	return inaddr_equal(addr, &our_addr) ? RTN_LOCAL : RTN_UNICAST;
}

static const struct inet_af_ops fake_af = {
	.family = FAMILY,
	.header_len = IP_HDR_LEN,
	.min_mtu = 1280,
	.route_output = fake_route_output,
	.xmit = fake_xmit,
	.addr_type = fake_addr_type,
};

/* Life -------------------------------------------------------------------------------------------------- */

int trace_setup(void **state)
{
	(void)state;
	trace = calloc(1, sizeof(*trace));
	assert_non_null(trace);
	trace->net = testnet_create();
	trace->mtu = IP_HDR_LEN + TCP_HDR_LEN + TRACE_MSS;
	trace->port = htons(TRACE_PORT);
	trace->peer_port = htons(TRACE_PEER);
	trace->irs = PEER_ISS;
	skb_queue_init(&trace->sent);
	trace->dev = testdev_create(trace->net, "eth0", 0);
	trace->dev->mtu = trace->mtu;
	net_advance(trace->net, START);
	inet_af_register(trace->net, &fake_af);
	assert_int_equal(transport_init(trace->net), 0);
	assert_int_equal(tcp_init(trace->net), 0);
	tcp_sysctl(trace->net)->tcp_timestamps = false;
	return 0;
}

int trace_teardown(void **state)
{
	struct net *net = trace->net;

	(void)state;
	if (trace->sk)
		tcp_proto.close(trace->sk, true);
	if (trace->listener)
		tcp_proto.close(trace->listener, false);
	net_finish_batch(net);
	skb_queue_purge(&trace->sent);
	tcp_exit(net);
	transport_exit(net);
	testnet_destroy(net);
	free(trace);
	trace = NULL;
	return 0;
}

static void end_batch(void)
{
	if (trace->more)
		net_run_batch(trace->net);
	else
		net_finish_batch(trace->net);
}

/* In ------------------------------------------------------------------------------------------------------ */

static uint8_t flags_of(const char *text)
{
	static const struct {
		char c;
		uint8_t bit;
	} names[] = {
		{ 'S', TCPHDR_SYN }, { 'A', TCPHDR_ACK }, { 'F', TCPHDR_FIN },
		{ 'R', TCPHDR_RST }, { 'P', TCPHDR_PSH }, { 'U', TCPHDR_URG },
	};
	uint8_t flags = 0;

	for (; *text; text++)
		for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
			if (names[i].c == *text)
				flags |= names[i].bit;
	return flags;
}

static void options_of(const struct tseg *s, struct tcp_opts *o)
{
	*o = (struct tcp_opts){
		.mss = s->mss,
		.sack_ok = s->sackok,
		.has_wscale = s->wscale,
		.wscale = s->wscale,
		.has_ts = s->ts || s->tsval || s->tsecr,
		.tsval = s->tsval,
		.tsecr = s->tsecr,
	};
	for (; o->nr_sacks < 4 && s->sack[o->nr_sacks].start != s->sack[o->nr_sacks].end;
	     o->nr_sacks++) {
		o->sacks[o->nr_sacks].start = s->sack[o->nr_sacks].start + trace->iss;
		o->sacks[o->nr_sacks].end = s->sack[o->nr_sacks].end + trace->iss;
	}
}

static uint16_t window_in(const struct tseg *s)
{
	if (s->wnd < 0)
		return 0;
	return s->wnd ? s->wnd : 65535;
}

void trace_in(const struct tseg *s)
{
	struct tcp_opts opts;
	struct sk_buff *skb;
	struct tcp_hdr *th;
	unsigned hlen;

	trace_quiet();
	options_of(s, &opts);
	hlen = TCP_HDR_LEN + tcp_options_len(&opts);
	skb = testnet_skb(trace->net, 0, hlen + s->len);
	th = (struct tcp_hdr *)skb->data;
	*th = (struct tcp_hdr){
		.source = trace->peer_port,
		.dest = trace->port,
		.seq = htonl(trace->irs + s->seq),
		.ack_seq = htonl(trace->iss + s->ack),
		.doff = hlen / 4 << 4,
		.flags = flags_of(s->flags),
		.window = htons(window_in(s)),
		.urg_ptr = htons(s->urg),
	};
	tcp_options_write((uint8_t *)(th + 1), &opts);
	th->check = csum_fold(
		skb_checksum(skb, 0, skb->len,
			     csum_pseudo(FAMILY, &peer_addr, &our_addr, skb->len, IPPROTO_TCP)));
	if (s->bad_csum)
		th->check ^= htons(1);
	*(struct inet_skb_parm *)skb->cb = (struct inet_skb_parm){
		.saddr = peer_addr,
		.daddr = our_addr,
		.iif = trace->dev->ifindex,
		.family = FAMILY,
		.ttl = s->ttl ? s->ttl : 64,
		.proto = IPPROTO_TCP,
	};
	skb->dev = trace->dev;
	inet_protocol_find(trace->net, IPPROTO_TCP)->rcv(trace->net, skb);
	if (!trace->batch)
		end_batch();
}

void trace_icmp(int error, bool fatal, uint32_t mtu, uint32_t seq)
{
	struct icmp_err e = {
		.fl = {
			.family = FAMILY,
			.proto = IPPROTO_TCP,
			.saddr = our_addr,
			.daddr = peer_addr,
			.sport = trace->port,
			.dport = trace->peer_port,
		},
		.error = error,
		.fatal = fatal,
		.mtu = mtu,
		.seq = trace->iss + seq,
	};

	inet_protocol_find(trace->net, IPPROTO_TCP)->err(trace->net, &e);
	net_finish_batch(trace->net);
}

/* Out ---------------------------------------------------------------------------------------------------- */

static void check_sacks(const struct tseg *want, const struct tcp_opts *got)
{
	unsigned n = 0;

	if (want->no_sack)
		assert_int_equal(got->nr_sacks, 0);
	for (; n < 4 && want->sack[n].start != want->sack[n].end; n++) {
		assert_true(n < got->nr_sacks);
		assert_int_equal(got->sacks[n].start - trace->irs, want->sack[n].start);
		assert_int_equal(got->sacks[n].end - trace->irs, want->sack[n].end);
	}
	if (n)
		assert_int_equal(got->nr_sacks, n);
}

static void check_options(const struct tseg *want, const struct tcp_opts *got)
{
	check_sacks(want, got);
	if (want->mss)
		assert_int_equal(got->mss, want->mss);
	if (want->sackok)
		assert_true(got->sack_ok);
	if (want->wscale)
		assert_int_equal(got->wscale, want->wscale);
	if (want->ts || want->tsval || want->tsecr) {
		assert_true(got->has_ts);
		if (want->tsval)
			assert_int_equal(got->tsval, want->tsval);
		assert_int_equal(got->tsecr, want->tsecr);
	}
}

void trace_out(const struct tseg *want)
{
	struct sk_buff *skb;
	struct tcp_opts opts;
	struct tcp_hdr *th;

	end_batch();
	skb = skb_dequeue(&trace->sent);
	if (!skb)
		fail_msg("nothing was sent, but %s %u:%u was to come", want->flags, want->seq,
			 want->seq + want->len);
	th = skb_hdr(skb, sizeof(*th));
	assert_non_null(skb_hdr(skb, tcp_hdr_len(th)));
	th = (struct tcp_hdr *)skb->data;
	tcp_options_parse((uint8_t *)(th + 1), tcp_hdr_len(th) - TCP_HDR_LEN,
			  th->flags & TCPHDR_SYN, &opts);
	if (!trace->iss_known && (th->flags & TCPHDR_SYN)) {
		trace->iss = ntohl(th->seq);
		trace->iss_known = true;
	}
	if (th->flags & TCPHDR_SYN || trace->peer_port == th->dest)
		trace->port = th->source;
	/* PSH is compared only where the test cares. */
	assert_int_equal(th->flags & ~(strchr(want->flags, 'P') ? 0 : TCPHDR_PSH),
			 flags_of(want->flags));
	assert_int_equal(ntohl(th->seq) - trace->iss, want->seq);
	assert_int_equal(skb->len - tcp_hdr_len(th), want->len);
	if (th->flags & TCPHDR_ACK)
		assert_int_equal(ntohl(th->ack_seq) - trace->irs, want->ack);
	if (want->wnd)
		assert_int_equal(ntohs(th->window), want->wnd < 0 ? 0 : want->wnd);
	if (want->gso)
		assert_int_equal(skb->gso_size, want->gso);
	check_options(want, &opts);
	skb_free(skb);
}

void trace_quiet(void)
{
	const struct tcp_hdr *th;
	struct sk_buff *skb;

	if (!trace->batch)
		end_batch();
	skb = skb_peek(&trace->sent);
	if (!skb)
		return;
	th = (const struct tcp_hdr *)skb->data;
	fail_msg("sent, and not expected: flags %02x, %u:%u", th->flags,
		 ntohl(th->seq) - trace->iss,
		 ntohl(th->seq) - trace->iss + skb->len - tcp_hdr_len(th));
}

unsigned trace_forget(void)
{
	unsigned n;

	net_finish_batch(trace->net);
	n = trace->sent.qlen;
	skb_queue_purge(&trace->sent);
	return n;
}

void trace_wait(int64_t ms)
{
	testnet_advance(trace->net, ms_to_ktime(ms));
}

/* The owner ------------------------------------------------------------------------------------------------ */

static void on_connected(struct sock *sk)
{
	(void)sk;
	trace->connected++;
}
static void on_readable(struct sock *sk)
{
	(void)sk;
	trace->readable++;
}
static void on_writable(struct sock *sk)
{
	(void)sk;
	trace->writable++;
}
static void on_accepted(struct sock *sk)
{
	(void)sk;
	trace->accepted++;
}

static void on_error(struct sock *sk)
{
	trace->errors++;
	trace->err = sk->err;
}

static const struct sock_ops trace_ops = {
	.connected = on_connected,
	.readable = on_readable,
	.writable = on_writable,
	.accepted = on_accepted,
	.error = on_error,
};

static struct sock *open_bound(void)
{
	struct sock *sk = sock_alloc(trace->net, &tcp_proto, &fake_af, SOCK_STREAM, IPPROTO_TCP);
	struct sock_addr a = { .family = FAMILY, .port = htons(TRACE_PORT) };

	assert_non_null(sk);
	assert_int_equal(tcp_proto.init(sk), 0);
	sk->ops = &trace_ops;
	sk->opt.reuseaddr = true;
	assert_int_equal(tcp_proto.bind(sk, &a), 0);
	sk->bound_port = true;
	return sk;
}

void trace_listen(int backlog)
{
	trace->listener = open_bound();
	assert_int_equal(tcp_proto.listen(trace->listener, backlog), 0);
}

void trace_connect(void)
{
	struct sock_addr a = { .family = FAMILY, .port = trace->peer_port, .addr = peer_addr };

	if (!trace->sk)
		trace->sk = open_bound();
	assert_int_equal(tcp_proto.connect(trace->sk, &a), -EINPROGRESS);
	net_finish_batch(trace->net);
}

void trace_accept(void)
{
	trace->sk = tcp_proto.accept(trace->listener);
	assert_non_null(trace->sk);
	trace->sk->ops = &trace_ops;
}

void trace_established(bool sack)
{
	trace_connect();
	OUT("S", 0, 0, 0, .mss = TRACE_MSS);
	IN("SA", 0, 0, 1, .mss = TRACE_MSS, .sackok = sack);
	OUT("A", 1, 0, 1);
	assert_int_equal(trace->connected, 1);
	/* As if the beginning, where everything is acknowledged at once, were over. */
	trace_tp()->quick = 0;
	trace_tp()->ato = TCP_DELACK_MIN;
	trace_tp()->rcv_mss = TRACE_MSS;
	trace_tp()->last_rcv = trace->net->now;
}

void trace_write(uint32_t len)
{
	struct iovec iov[SOCK_IOV_MAX];
	unsigned nr = SOCK_IOV_MAX;

	assert_true(tcp_proto.reserve(trace->sk, iov, &nr) >= (int)len);
	memset(iov[0].iov_base, 0, min((size_t)len, iov[0].iov_len));
	tcp_proto.commit(trace->sk, len);
	net_finish_batch(trace->net);
}

void trace_read(uint32_t len)
{
	struct iovec iov[SOCK_IOV_MAX];

	while (len) {
		unsigned nr = SOCK_IOV_MAX;
		int have = tcp_proto.peek(trace->sk, iov, &nr);

		assert_true(have > 0);
		have = min((uint32_t)have, len);
		tcp_proto.consume(trace->sk, have);
		len -= have;
	}
	net_finish_batch(trace->net);
}

void trace_close(bool abort)
{
	struct sock *sk = trace->sk;

	trace->sk = NULL;
	sk->ops = NULL;
	tcp_proto.close(sk, abort);
	net_finish_batch(trace->net);
}

void trace_setopt(int level, int name, int value)
{
	assert_int_equal(tcp_proto.setsockopt(trace->sk, level, name, &value, sizeof(value)), 0);
	net_finish_batch(trace->net);
}
