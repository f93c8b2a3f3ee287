/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP in a struct net: up, down, and the table of its socket calls. */
#include "stack/tcp/tcp.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/core/netdevice.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_connect.h"
#include "stack/tcp/tcp_gso.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_icmp.h"
#include "stack/tcp/tcp_input.h"
#include "stack/tcp/tcp_listen.h"
#include "stack/tcp/tcp_read.h"
#include "stack/tcp/tcp_sock_init.h"
#include "stack/tcp/tcp_sockopt.h"
#include "stack/tcp/tcp_timewait.h"
#include "stack/tcp/tcp_write.h"

const struct proto tcp_proto = {
	.name = "TCP",
	.type = SOCK_STREAM,
	.protocol = IPPROTO_TCP,
	.obj_size = sizeof(struct tcp_sock),
	.init = tcp_sock_init,
	.bind = tcp_bind,
	.connect = tcp_connect,
	.disconnect = tcp_disconnect,
	.listen = tcp_listen,
	.accept = tcp_accept,
	.shutdown = tcp_shutdown,
	.close = tcp_close,
	.reserve = tcp_reserve,
	.commit = tcp_commit,
	.peek = tcp_peek,
	.consume = tcp_consume,
	.setsockopt = tcp_setsockopt,
	.getsockopt = tcp_getsockopt,
	.destroy = tcp_destroy,
};

static const struct inet_protocol tcp_protocol = {
	.proto = IPPROTO_TCP,
	.rcv = tcp_rcv,
	.err = tcp_err,
};

static const struct tcp_sysctl defaults = {
	.tcp_window_scaling = true,
	.tcp_timestamps = true,
	.tcp_sack = true,
	.tcp_dsack = true,
	.tcp_slow_start_after_idle = true,
	.tcp_moderate_rcvbuf = true,
	.tcp_tw_reuse = 2,
	.tcp_syn_retries = 6,
	.tcp_synack_retries = 5,
	.tcp_retries1 = 3,
	.tcp_retries2 = 15,
	.tcp_reordering = 3,
	.tcp_max_reordering = 300,
	.tcp_keepalive_probes = 9,
	.tcp_keepalive_time = 7200,
	.tcp_keepalive_intvl = 75,
	.tcp_fin_timeout = 60,
	.tcp_rto_min_us = 200000,
	.tcp_max_syn_backlog = 4096,
	.somaxconn = 4096,
	.tcp_max_tw_buckets = 262144,
	.tcp_max_orphans = 65536,
	.tcp_challenge_ack_limit = 1000,
	.tcp_invalid_ratelimit = 500,
	.tcp_base_mss = 1024,
	.tcp_min_snd_mss = 48,
	.tcp_tso_win_divisor = 3,
	.tcp_limit_output_bytes = 4 << 20,
	.tcp_notsent_lowat = 256 << 10,
	.tcp_rmem = { 4096, 131072, 6 << 20 },
	.tcp_wmem = { 4096, 16384, 4 << 20 },
	.tcp_mem = { 384ull << 20, 512ull << 20, 768ull << 20 },
	.tcp_congestion_control = "cubic",
};

static void gso_init(struct net *net, struct gso_ops *ops, uint8_t type)
{
	ops->gso_type = type;
	ops->segment = tcp_gso_segment;
	gso_ops_add(net, ops);
}

int tcp_init(struct net *net)
{
	struct tcp_net *tn = calloc(1, sizeof(*tn));

	if (!tn)
		return -ENOMEM;
	if (tcp_hash_init(tn)) {
		free(tn);
		return -ENOMEM;
	}
	tn->sysctl = defaults;
	port_table_init(&tn->ports);
	net_random(net, &tn->hash_key, sizeof(tn->hash_key));
	net_random(net, &tn->isn_key, sizeof(tn->isn_key));
	net_random(net, &tn->ts_key, sizeof(tn->ts_key));
	list_init(&tn->timewaits);
	gso_init(net, &tn->gso[0], GSO_TCPV4);
	gso_init(net, &tn->gso[1], GSO_TCPV6);
	net->tcp = tn;
	inet_protocol_register(net, &tcp_protocol);
	return 0;
}

/* Connections whose owners are gone: nothing is sent any more. */
static void drop_orphans(struct tcp_net *tn)
{
	for (uint32_t i = 0; i <= tn->ehash_mask; i++) {
		struct hlist_node *next;
		struct tcp_tuple *t;

		hlist_for_each_entry_safe(t, next, &tn->ehash[i], node) {
			struct tcp_sock *tp = container_of(t, struct tcp_sock, tuple);

			if (t->kind == TCP_KIND_SOCK && tp->orphan)
				tcp_done(tp);
		}
	}
}

void tcp_exit(struct net *net)
{
	struct tcp_net *tn = net->tcp;

	if (!tn)
		return;
	while (!list_empty(&tn->timewaits))
		tcp_timewait_free(list_first_entry(&tn->timewaits, struct tcp_timewait, list));
	drop_orphans(tn);
	gso_ops_del(&tn->gso[0]);
	gso_ops_del(&tn->gso[1]);
	tcp_hash_exit(tn);
	free(tn);
	net->tcp = NULL;
}

struct tcp_sysctl *tcp_sysctl(struct net *net)
{
	return &net->tcp->sysctl;
}

struct port_table *tcp_port_table(struct net *net)
{
	return &net->tcp->ports;
}
