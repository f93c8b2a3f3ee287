/* SPDX-License-Identifier: BSD-2-Clause */
/* Applications of the simulator, and what must always hold for their connections. See sim_stream.h. */
#include "tests/sim/sim_stream.h"

#include <errno.h>
#include <sys/uio.h>

#include "stack/tcp/tcp_sock.h"
#include "stack/transport/transport.h"

/* The bytes ------------------------------------------------------------------------------------------- */

static uint8_t byte_at(uint64_t seed, uint64_t off)
{
	uint64_t z = (off / 8 + seed) * 0x9e3779b97f4a7c15ull;

	z ^= z >> 29;
	return z >> (off % 8 * 8);
}

static void fill(uint8_t *p, uint64_t seed, uint64_t off, size_t len)
{
	while (len--)
		*p++ = byte_at(seed, off++);
}

static void check(const uint8_t *p, uint64_t seed, uint64_t off, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != byte_at(seed, off + i))
			fail_msg("byte %llu is %02x, not %02x", (unsigned long long)(off + i), p[i],
				 byte_at(seed, off + i));
}

/* The application -------------------------------------------------------------------------------------- */

static void push(struct sim_stream *s)
{
	struct iovec iov[SOCK_IOV_MAX];

	while (s->sk && s->connected && s->sent < s->to_send) {
		unsigned nr = SOCK_IOV_MAX;
		int room = sock_reserve(s->sk, iov, &nr);
		uint64_t want = s->to_send - s->sent, done = 0;

		if (room <= 0) {
			if (room < 0)
				s->err = -room;
			return;
		}
		want = min(want, s->chunk ? (uint64_t)s->chunk : UINT64_MAX);
		for (unsigned i = 0; i < nr && done < want; i++) {
			size_t n = min((uint64_t)iov[i].iov_len, want - done);

			fill(iov[i].iov_base, s->send_seed, s->sent + done, n);
			done += n;
		}
		sock_commit(s->sk, done);
		s->sent += done;
	}
	if (s->sk && s->connected && s->fin && !s->fin_sent && s->sent == s->to_send) {
		s->fin_sent = true;
		sock_shutdown(s->sk, SHUT_WR);
	}
}

void sim_stream_read(struct sim_stream *s, uint64_t most)
{
	struct iovec iov[SOCK_IOV_MAX];

	while (s->sk && most) {
		unsigned nr = SOCK_IOV_MAX;
		int have = sock_peek(s->sk, iov, &nr);
		uint64_t done = 0;

		if (have <= 0)
			break;
		for (unsigned i = 0; i < nr && done < most; i++) {
			size_t n = min((uint64_t)iov[i].iov_len, most - done);

			check(iov[i].iov_base, s->recv_seed, s->received + done, n);
			done += n;
		}
		sock_consume(s->sk, done);
		s->received += done;
		most -= done;
	}
	if (s->sk && sock_eof(s->sk))
		s->eof = true;
}

static void on_connected(struct sock *sk)
{
	struct sim_stream *s = sk->owner;

	s->connected = true;
	push(s);
}

static void on_readable(struct sock *sk)
{
	struct sim_stream *s = sk->owner;

	if (!s->lazy)
		sim_stream_read(s, UINT64_MAX);
}

static void on_writable(struct sock *sk)
{
	push(sk->owner);
}

static void on_error(struct sock *sk)
{
	struct sim_stream *s = sk->owner;

	s->err = sock_error(sk);
}

static const struct sock_ops stream_ops = {
	.connected = on_connected,
	.readable = on_readable,
	.writable = on_writable,
	.error = on_error,
};

void sim_stream_init(struct sim_stream *s, uint64_t send_seed, uint64_t recv_seed, uint64_t to_send)
{
	*s = (struct sim_stream){
		.send_seed = send_seed,
		.recv_seed = recv_seed,
		.to_send = to_send,
		.fin = true,
	};
}

static void open_stream(struct sim_stream *s, struct net *net)
{
	if (!s->sk)
		assert_int_equal(sock_create(net, TEST_FAMILY, SOCK_STREAM, 0, &stream_ops, s, &s->sk),
				 0);
}

void sim_stream_bind(struct sim_stream *s, struct net *net, const char *addr)
{
	struct sock_addr local = test_addr(addr, 0);

	open_stream(s, net);
	assert_int_equal(sock_bind(s->sk, &local), 0);
}

void sim_stream_connect(struct sim_stream *s, struct net *net, const char *to, uint16_t port,
			uint16_t from)
{
	struct sock_addr a = test_addr(to, port), local = test_addr(ADDR_ANY, from);

	open_stream(s, net);
	if (from)
		assert_int_equal(sock_bind(s->sk, &local), 0);
	assert_int_equal(sock_connect(s->sk, &a), -EINPROGRESS);
}

void sim_stream_more(struct sim_stream *s, uint64_t bytes)
{
	s->to_send += bytes;
	push(s);
}

void sim_stream_close(struct sim_stream *s, bool abort)
{
	struct sock *sk = s->sk;

	s->sk = NULL;
	if (sk)
		sock_close(sk, abort);
}

void sim_stream_setopt(struct sim_stream *s, int level, int name, int value)
{
	assert_int_equal(sock_setsockopt(s->sk, level, name, &value, sizeof(value)), 0);
}

/* Listeners ------------------------------------------------------------------------------------------- */

static void on_accepted(struct sock *sk)
{
	struct sim_listener *l = sk->owner;

	while (l->accepted < l->nr_streams) {
		struct sim_stream *s = &l->streams[l->accepted];

		s->sk = sock_accept(sk, &stream_ops, s);
		if (!s->sk)
			return;
		l->accepted++;
		s->connected = true;
		push(s);
		if (!s->lazy)
			sim_stream_read(s, UINT64_MAX);
	}
}

static const struct sock_ops listener_ops = { .accepted = on_accepted };

void sim_listen(struct sim_listener *l, struct net *net, uint16_t port, int backlog,
		struct sim_stream *streams, unsigned nr)
{
	struct sock_addr a = test_addr(ADDR_ANY, port);

	*l = (struct sim_listener){ .streams = streams, .nr_streams = nr };
	assert_int_equal(sock_create(net, TEST_FAMILY, SOCK_STREAM, 0, &listener_ops, l, &l->sk), 0);
	assert_int_equal(sock_bind(l->sk, &a), 0);
	assert_int_equal(sock_listen(l->sk, backlog), 0);
}

void sim_listener_close(struct sim_listener *l)
{
	sock_close(l->sk, false);
	l->sk = NULL;
}

/* Invariants ------------------------------------------------------------------------------------------ */

/* The queues hold the sequence space without holes, and the counters are their sums. */
static void check_write_side(const struct tcp_sock *tp)
{
	uint32_t seq = tp->snd_una, sacked = 0, lost = 0, retrans = 0, memory = 0;
	const struct sk_buff *skb;

	skb_queue_walk(&tp->rtx_queue, skb) {
		const struct tcp_skb_cb *cb = tcp_cb(skb);

		assert_int_equal(cb->seq, seq);
		seq = cb->end_seq;
		assert_int_equal(seq - cb->seq, skb->len + !!(cb->tcp_flags & TCPHDR_SYN) +
							!!(cb->tcp_flags & TCPHDR_FIN));
		if (cb->tx.flags & TCPCB_SACKED)
			assert_false(cb->tx.flags & (TCPCB_LOST | TCPCB_RETRANS));
		sacked += cb->tx.flags & TCPCB_SACKED ? seq - cb->seq : 0;
		lost += cb->tx.flags & TCPCB_LOST ? seq - cb->seq : 0;
		retrans += cb->tx.flags & TCPCB_RETRANS ? seq - cb->seq : 0;
		memory += skb->len + sizeof(*skb);
	}
	assert_int_equal(seq, tp->snd_nxt);
	if (tp->sack_ok)
		assert_int_equal(sacked, tp->sacked_out);
	assert_int_equal(lost, tp->lost_out);
	assert_int_equal(retrans, tp->retrans_out);
	assert_true(tp->sacked_out + tp->lost_out <= tp->snd_nxt - tp->snd_una);
	skb_queue_walk(&tp->write_queue, skb) {
		assert_int_equal(tcp_cb(skb)->seq, seq);
		seq = tcp_cb(skb)->end_seq;
		memory += skb->len + sizeof(*skb);
	}
	assert_int_equal(seq, tp->write_seq);
	assert_int_equal(memory, tp->sk.wmem);
	/* Something outstanding, and nobody who would ever ask for it, is a connection that hangs. */
	if (tp->snd_una != tp->snd_nxt)
		assert_int_equal(tp->timer_mode, TCP_TIMER_RETRANS);
}

static void check_read_side(const struct tcp_sock *tp)
{
	uint32_t bytes = 0, memory = 0, seq = tp->rcv_nxt;
	const struct sk_buff *skb;
	struct rb_node *n;

	skb_queue_walk(&tp->sk.rcvq, skb) {
		bytes += skb->len;
		memory += tcp_cb(skb)->rx.charge;
	}
	assert_int_equal(tp->rcv_nxt - tp->copied_seq - bytes <= 1, 1); /* a FIN */
	for (n = rb_first(&tp->ofo); n; n = rb_next(n)) {
		const struct tcp_skb_cb *cb = container_of(n, struct tcp_skb_cb, rx.rb);

		assert_false(before(cb->seq, seq));
		seq = cb->end_seq;
		memory += cb->rx.charge;
	}
	assert_int_equal(memory, tp->sk.rmem);
}

void sim_tcp_check(struct net *net)
{
	uint64_t memory = 0;
	struct sock *sk;

	list_for_each_entry(sk, &net->transport->socks, all) {
		const struct tcp_sock *tp = tcp_sk(sk);

		if (sk->proto != &tcp_proto || sk->state == SS_LISTEN)
			continue;
		if (sk->state != SS_CLOSE)
			check_write_side(tp);
		if (sk->state != SS_CLOSE && sk->state != SS_SYN_SENT)
			check_read_side(tp);
		memory += sk->wmem + sk->rmem;
	}
	assert_int_equal(memory, net->tcp->memory);
}

bool sim_tcp_idle(struct net *net)
{
	const struct tcp_net *tn = net->tcp;

	return !tn->sockets && !tn->ehash_count && !tn->nr_timewaits && !tn->orphans && !tn->memory;
}
