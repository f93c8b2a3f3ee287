/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct tcp_sock: one end of a connection, and struct tcp_net: what all of a net's share. Known to
 * this folder only.
 *
 * How a segment goes through: tcp_rcv (tcp_input.c) parses it into a struct tcp_seg, finds the
 * connection, and runs the steps of RFC 9293 3.10.7. They change state and mark what is owed (TCP_OWE_*:
 * an acknowledgement, new data, retransmissions). What is owed goes out once, at the end of the batch,
 * from tp->work (tcp_output.c): so one acknowledgement answers a whole batch.
 *
 * Everything is counted in bytes of sequence space, as the RFCs do (the kernel counts packets): cwnd,
 * ssthresh, sacked_out, lost_out, retrans_out. A SYN or FIN counts as one byte. So cutting an skb changes
 * no count, and a change of the MSS none either.
 *
 * Invariants:
 *  - rtx_queue holds, in order and without holes, the sequence space [snd_una, snd_nxt);
 *    write_queue holds [snd_nxt, write_seq)
 *  - the counters are the sums over rtx_queue by flag: TCPCB_SACKED, TCPCB_LOST, TCPCB_RETRANS; SACKED
 *    excludes the other two. Without SACK, sacked_out stands for duplicate ACKs instead.
 *  - sk.rcvq holds [copied_seq, rcv_nxt), but for a FIN; ofo holds pieces beyond rcv_nxt that do not overlap
 *  - sk.wmem and sk.rmem are what tcp_mem.h charged for these queues
 */
#ifndef STACK_TCP_TCP_SOCK_H
#define STACK_TCP_TCP_SOCK_H

#include "stack/core/netdevice.h"
#include "stack/lib/rbtree.h"
#include "stack/tcp/tcp.h"
#include "stack/tcp/tcp_hdr.h"

#define TCP_REORDER_WAIT	(200 * NSEC_PER_USEC) /* what is missing for longer is taken for lost */
#define TCP_DELACK_MIN		40	/* ms: shortest delay of an acknowledgement */
#define TCP_DELACK_MAX		200	/* ms */
#define TCP_RTO_MAX		(120 * NSEC_PER_SEC)
#define TCP_TIMEOUT_INIT	(1 * NSEC_PER_SEC)	/* RFC 6298 2.1 */
#define TCP_TIMEOUT_FALLBACK	(3 * NSEC_PER_SEC)	/* RFC 6298 5.7 */
#define TCP_TIMEWAIT_LEN	(60 * NSEC_PER_SEC)
#define TCP_PAWS_24DAYS		(24 * 24 * 3600 * NSEC_PER_SEC)
#define TCP_MAX_WINDOW		65535u
#define TCP_MAX_WSCALE		14	/* RFC 7323 2.3 */
#define TCP_DEFAULT_MSS		536u	/* RFC 9293 3.7.1 */
#define TCP_INIT_CWND		10	/* segments, RFC 6928 */
#define TCP_MAX_QUICKACKS	16
#define TCP_SACKS_MAX		4
#define TCP_INFINITE_SSTHRESH	0x7fffffffu
#define TCP_CONG_PRIV_SIZE	104

struct tcp_cong_ops;
struct tcp_listener;
struct tcp_timewait;

struct tcp_sack_block {
	uint32_t start, end;
};

/* Options of one segment, read or to be written. */
struct tcp_opts {
	bool	 has_ts, sack_ok, has_wscale;
	uint8_t	 wscale;
	uint8_t	 nr_sacks;
	uint16_t mss;			/* 0: none */
	uint32_t tsval, tsecr;
	struct tcp_sack_block sacks[TCP_SACKS_MAX];
};

/* A segment that came in, in host byte order: read once, by tcp_seg_parse(). */
struct tcp_seg {
	union inaddr saddr, daddr;	/* as on the wire: daddr is ours */
	be16	 sport, dport;
	uint8_t	 family;
	uint8_t	 flags;
	uint8_t	 ttl, tos;
	int	 iif;
	uint32_t seq, end_seq;		/* end_seq counts SYN and FIN */
	uint32_t ack;
	uint32_t wnd;			/* as on the wire, not scaled */
	uint32_t len;			/* of the payload */
	uint32_t mss;			/* payload of one wire segment: of a GSO packet its gso_size, else len */
	struct tcp_opts opt;
};

/* What the table of connections links: three kinds, one comparison. */
enum tcp_kind { TCP_KIND_SOCK, TCP_KIND_REQUEST, TCP_KIND_TIMEWAIT };

struct tcp_tuple {
	struct hlist_node node;
	uint32_t hash;
	uint8_t	 kind;			/* enum tcp_kind */
	uint8_t	 family;
	be16	 sport, dport;		/* ours, theirs */
	int	 bound_if;		/* ifindex; 0: any */
	union inaddr saddr, daddr;
};

enum tcp_owe {
	TCP_OWE_ACK	= 1 << 0,	/* something arrived that is not acknowledged */
	TCP_OWE_ACK_NOW = 1 << 1,	/* and it may not wait */
	TCP_OWE_DATA	= 1 << 2,	/* there may be something to send, or room for it */
	TCP_OWE_RETRANS = 1 << 3,	/* there may be something to retransmit */
};

/* What the owner will be told when a segment or a timer has been dealt with. */
enum tcp_event {
	TCP_EV_CONNECTED = 1 << 0,
	TCP_EV_READABLE	 = 1 << 1,
	TCP_EV_ERROR	 = 1 << 2,
};

/* RFC 5681 and RFC 6675, by the kernel's names and numbers (tcpi_ca_state). */
enum tcp_repair { TCP_OPEN = 0, TCP_DISORDER = 1, TCP_RECOVERY = 3, TCP_LOSS = 4 };

/* What tp->rto_timer is running for. */
enum tcp_timer_mode { TCP_TIMER_NONE, TCP_TIMER_RETRANS, TCP_TIMER_PROBE };

struct tcp_sock {
	struct sock sk;			/* first */
	struct tcp_tuple tuple;		/* in the table of connections while there is a peer */
	struct net_work work;		/* pays what is owed, at the end of the batch */
	uint8_t	 owed;			/* TCP_OWE_* */
	uint8_t	 events;		/* TCP_EV_* */
	uint8_t	 repair;		/* enum tcp_repair */
	uint8_t	 timer_mode;		/* enum tcp_timer_mode */
	bool	 orphan;		/* its owner has closed it; the conversation goes on, and holds the owner's reference */

	/* Send sequence space (RFC 9293 3.3.1). */
	uint32_t iss;
	uint32_t snd_una, snd_nxt;
	uint32_t write_seq;		/* end of what was written, FIN included */
	uint32_t snd_wnd;		/* bytes, scaled */
	uint32_t snd_wl1;		/* seq of the segment that gave it */
	uint32_t max_window;		/* largest ever offered */
	uint32_t snd_sml;		/* end of the last segment shorter than the MSS */
	struct sk_buff_head write_queue, rtx_queue;

	/* Receive sequence space. */
	uint32_t irs;
	uint32_t rcv_nxt;
	uint32_t copied_seq;		/* what the owner has consumed */
	uint32_t rcv_wup;		/* rcv_nxt when the window was last told */
	uint32_t rcv_wnd;		/* as told then, bytes */
	uint32_t window_clamp;		/* largest window to offer */
	struct rb_root ofo;		/* out-of-order skbs, by seq */
	struct sk_buff *ofo_last;	/* the rightmost of them */
	uint32_t collapsed; /* sk.rmem when the receive queue was last copied together */
	ktime_t	 ofo_since;		/* something was missing all the time */
	struct tcp_sack_block sacks[TCP_SACKS_MAX];	/* latest first (RFC 2018 4) */
	struct tcp_sack_block dsack;	/* to be reported once */
	uint8_t	 nr_sacks;
	uint8_t	 sack_news;		/* of these, the first so many have not been reported yet */
	bool	 dsack_pending;

	/* What was agreed on. */
	bool	 ts_ok, sack_ok, wscale_ok;
	uint8_t	 snd_wscale, rcv_wscale;
	uint16_t peer_mss;		/* by the peer's option */
	uint16_t adv_mss;		/* by ours */
	uint16_t user_mss;		/* TCP_MAXSEG; 0 */
	uint16_t mss_cache;		/* payload of a segment with timestamps as agreed, without SACK */
	uint32_t pmtu;			/* that mss_cache was made for, bytes */
	uint32_t mtu_limit;		/* a black hole swallows what is larger; 0: none known */

	/* Timestamps (RFC 7323). */
	uint32_t ts_offset;		/* of our clock, so that it tells nothing */
	uint32_t ts_recent;
	ktime_t	 ts_recent_stamp;	/* when it was taken; 0: there is none */

	/* Round-trip time (RFC 6298); us, times 8 and times 4. */
	uint32_t srtt_us8, mdev_us4, rttvar_us4, mdev_max_us4;
	uint32_t rtt_seq;		/* end of the window that mdev_max is taken over */
	uint32_t min_rtt_us;		/* UINT32_MAX: none yet */
	ktime_t	 rto;
	uint8_t	 backoff;		/* RTO is doubled so often */
	uint8_t	 retransmits;		/* time-outs since the last progress */
	uint8_t	 probes_out;		/* window probes not answered */
	uint8_t	 keep_probes_out;
	ktime_t	 retrans_stamp;		/* when the oldest outstanding retransmission, or SYN, went; 0 */
	struct timer rto_timer, delack_timer, keepalive_timer;

	/* Congestion control (RFC 5681, 6675, 9438). */
	const struct tcp_cong_ops *cong;
	uint32_t cwnd, ssthresh, cwnd_cnt, cwnd_clamp;
	uint32_t sacked_out, lost_out, retrans_out;
	uint32_t high_seq;		/* RecoveryPoint */
	uint32_t prior_cwnd, prior_ssthresh;
	uint32_t undo_marker;		/* snd_una when the window was reduced; 0: no undo */
	uint32_t undo_retrans;		/* bytes retransmitted since, not yet reported as duplicates */
	uint32_t undo_retrans_stamp;	/* our timestamp of the first retransmission since; 0 */
	uint32_t lost_seq;		/* what is not SACKed below it is marked lost */
	uint32_t dupacks;
	uint32_t reordering;		/* segments */
	uint32_t max_flight;		/* most bytes in flight in this window, */
	uint32_t max_flight_seq;	/* which ends here */
	bool	 cwnd_limited;		/* it was the congestion window that held us back */
	bool	 reneging;		/* the peer took a SACK back */
	uint16_t tsq_packets;		/* handed to the device and not yet freed */
	bool	 tsq_throttled;
	ktime_t	 last_sent;		/* data */
	struct sk_buff *highest_sack;	/* with the highest sequence number SACKed; NULL: unknown or none */
	struct sk_buff *retrans_hint;	/* nothing before it needs retransmission; NULL: from the head on */
	struct tcp_sack_block sack_cache[TCP_SACKS_MAX];	/* the blocks of the last acknowledgement */
	uint64_t cong_priv[TCP_CONG_PRIV_SIZE / 8];

	/* Delayed acknowledgements (RFC 5681 4.2, RFC 9293 3.8.6.3). */
	uint16_t rcv_mss;		/* estimate of the peer's segments */
	uint8_t	 quick;			/* acknowledgements that are not to be delayed */
	bool	 pingpong;		/* an interactive conversation: our data will carry the acknowledgement */
	uint8_t	 dupacks_owed;		/* without SACK each duplicate counts */
	uint32_t ato;			/* ms, current delay; 0: nothing received yet */
	ktime_t	 last_rcv;		/* data */
	ktime_t	 last_heard;		/* anything acceptable */
	ktime_t	 last_oow_ack;		/* answered an invalid segment */

	/* Receive buffer auto-tuning. */
	uint8_t	 scaling_ratio;		/* payload to truesize, in 256ths */
	uint32_t rcv_rtt_us;
	uint32_t rcv_rtt_seq;		/* without timestamps: when it arrives, a round trip is over */
	ktime_t	 rcv_rtt_time;
	uint32_t rcv_rtt_tsecr;		/* last echo that was used */
	uint32_t rcvq_space, rcvq_seq;	/* bytes consumed in the last round trip; copied_seq at its end */
	ktime_t	 rcvq_time;

	/* Options of the socket (tcp(7)). */
	bool	 nodelay, cork;
	uint8_t	 keep_cnt, syn_retries, defer_accept;	/* keep_cnt, syn_retries 0: the default */
	uint32_t keep_idle, keep_intvl;	/* s; 0: the default */
	int32_t	 linger2;		/* s; 0: the default, negative: no FIN-WAIT-2 */
	uint32_t user_timeout;		/* ms; 0: none */
	uint32_t user_clamp;		/* TCP_WINDOW_CLAMP; 0 */
	uint32_t notsent_lowat;		/* bytes; 0: the default */

	/* Listening. */
	struct tcp_listener *listener;	/* NULL: does not */
	struct list_head accept_node;	/* a child, on its listener's accept queue */

	/* Statistics for TCP_INFO (RFC 4898). */
	uint64_t bytes_acked, bytes_received, bytes_sent, bytes_retrans;
	uint32_t segs_in, segs_out, data_segs_in, data_segs_out, total_retrans;
	uint32_t delivered, dsack_dups, reord_seen;
};

/* State of an skb on one of a connection's queues. */
struct tcp_skb_cb {
	uint32_t seq, end_seq;
	union {
		struct {
			ktime_t sent;		/* last time */
			uint16_t mss;		/* of its segments, then */
			uint8_t flags;		/* TCPCB_* */
		} tx;
		struct {
			struct rb_node rb;
			uint32_t charge;	/* to sk.rmem, bytes */
		} rx;
	};
	uint8_t	 tcp_flags;			/* TCPHDR_SYN, _FIN, _PSH */
};
#define TCPCB_SACKED	   1
#define TCPCB_LOST	   2
#define TCPCB_RETRANS	   4		/* a retransmission of it is in flight */
#define TCPCB_EVER_RETRANS 8

_Static_assert(sizeof(struct tcp_skb_cb) <= SKB_CB_SIZE, "tcp_skb_cb must fit into skb->cb");

#define TCP_EHASH_MIN 256
#define TCP_LHASH     256

struct tcp_net {
	struct tcp_sysctl sysctl;
	struct port_table ports;
	struct hlist_head *ehash;	/* tcp_tuple; a power of two buckets, grows */
	uint32_t ehash_mask, ehash_count;
	struct hlist_head lhash[TCP_LHASH];	/* listening sockets, by port: sock.hash_node */
	struct siphash_key hash_key, isn_key, ts_key;
	struct list_head timewaits;	/* tcp_timewait */
	uint32_t nr_timewaits;
	uint32_t orphans;
	uint32_t sockets;		/* of tcp_proto */
	uint64_t memory;		/* charged by all sockets, bytes */
	ktime_t	 challenge_start;	/* the second that is counted */
	uint32_t challenge_count;
	struct gso_ops gso[2];		/* IPv4, IPv6 */
};

static inline struct tcp_sock *tcp_sk(struct sock *sk) { return container_of(sk, struct tcp_sock, sk); }
static inline const struct tcp_sock *tcp_sk_const(const struct sock *sk)
{
	return container_of(sk, struct tcp_sock, sk);
}
static inline struct tcp_net *tcp_net(const struct tcp_sock *tp) { return tp->sk.net->tcp; }
static inline struct tcp_skb_cb *tcp_cb(const struct sk_buff *skb) { return (struct tcp_skb_cb *)skb->cb; }
static inline uint32_t tcp_seqlen(const struct sk_buff *skb) { return tcp_cb(skb)->end_seq - tcp_cb(skb)->seq; }

/** tcp_owe - mark what is owed to the peer; it goes out at the end of the batch */
static inline void tcp_owe(struct tcp_sock *tp, unsigned what)
{
	tp->owed |= what;
	net_defer(tp->sk.net, &tp->work);
}

/** tcp_in_flight - bytes that are in the network: "pipe" of RFC 6675 */
static inline uint32_t tcp_in_flight(const struct tcp_sock *tp)
{
	uint32_t out = tp->snd_nxt - tp->snd_una + tp->retrans_out;
	uint32_t left = tp->sacked_out + tp->lost_out;

	return out > left ? out - left : 0;
}

/** tcp_wnd_end - the right edge of the peer's window */
static inline uint32_t tcp_wnd_end(const struct tcp_sock *tp) { return tp->snd_una + tp->snd_wnd; }

/** tcp_receive_window - what is left of the window that was told last */
static inline uint32_t tcp_receive_window(const struct tcp_sock *tp)
{
	int32_t win = tp->rcv_wup + tp->rcv_wnd - tp->rcv_nxt;

	return win > 0 ? win : 0;
}

/** tcp_clock - what a timestamp of this connection says now: ms, with the connection's own offset */
static inline uint32_t tcp_clock(const struct tcp_sock *tp)
{
	return (uint32_t)ktime_to_ms(tp->sk.net->now) + tp->ts_offset;
}

static inline bool tcp_in_slow_start(const struct tcp_sock *tp) { return tp->cwnd < tp->ssthresh; }

/** tcp_state_in - is the state one of these? @states: a mask of SSF() */
#define SSF(state) (1u << (state))
static inline bool tcp_state_in(const struct tcp_sock *tp, unsigned states) { return SSF(tp->sk.state) & states; }

#endif
