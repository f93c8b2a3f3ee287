/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcp(7), with the kernel's ranges and errors. What is not known is ENOPROTOOPT, so that nothing a program
 * relies on is ignored in silence.
 */
#include "stack/tcp/tcp_sockopt.h"

#include <errno.h>
#include <linux/tcp.h>
#include <string.h>
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_delack.h"
#include "stack/tcp/tcp_info.h"
#include "stack/tcp/tcp_keepalive.h"
#include "stack/tcp/tcp_write.h"

/* Limits of tcp(7), as the kernel has them. */
#define KEEPIDLE_MAX  32767
#define KEEPINTVL_MAX 32767
#define KEEPCNT_MAX   127
#define SYNCNT_MAX    127
#define MAXSEG_MIN    88
#define MAXSEG_MAX    32767
#define LINGER2_MAX   120
#define CLAMP_MIN     1024

static bool in_range(int v, int low, int high)
{
	return v >= low && v <= high;
}

/* TCP_DEFER_ACCEPT is seconds for the application and time-outs of a SYN-ACK for us. */
static uint8_t seconds_to_retries(int seconds)
{
	int timeout = 1, sum = 1;
	uint8_t n = 0;

	if (seconds <= 0)
		return 0;
	for (n = 1; seconds > sum && n < 255; n++) {
		timeout = min(2 * timeout, (int)ktime_to_sec(TCP_RTO_MAX));
		sum += timeout;
	}
	return n;
}

static int retries_to_seconds(uint8_t n)
{
	int timeout = 1, sum = 0;

	for (; n; n--) {
		sum += timeout;
		timeout = min(2 * timeout, (int)ktime_to_sec(TCP_RTO_MAX));
	}
	return sum;
}

static int set_congestion(struct tcp_sock *tp, const void *val, uint32_t len)
{
	const struct tcp_cong_ops *ops = tcp_cong_find(val, min(len, (uint32_t)TCP_CONG_NAME_MAX));

	if (!ops)
		return -ENOENT;
	if (tcp_state_in(tp, SSF(SS_CLOSE) | SSF(SS_LISTEN)))
		tp->cong = ops; /* begins with the connection */
	else if (tp->cong != ops)
		tcp_cong_set(tp, ops);
	return 0;
}

static int set_quickack(struct tcp_sock *tp, int v)
{
	tp->pingpong = !(v & 1);
	if (!tp->pingpong && tcp_state_in(tp, SSF(SS_ESTABLISHED) | SSF(SS_CLOSE_WAIT)) &&
	    timer_pending(&tp->delack_timer))
		tcp_owe(tp, TCP_OWE_ACK_NOW);
	return 0;
}

static int set_window_clamp(struct tcp_sock *tp, int v)
{
	if (v < 0 || (!v && tp->sk.state != SS_CLOSE))
		return -EINVAL;
	tp->user_clamp = v ? max(v, CLAMP_MIN) : 0;
	tp->window_clamp = v ? tp->user_clamp : TCP_MAX_WINDOW << TCP_MAX_WSCALE;
	return 0;
}

/* The times of keepalive; @field gets @v, within its range. */
static int set_keep(struct tcp_sock *tp, uint32_t *field, int v, int most)
{
	if (!in_range(v, 1, most))
		return -EINVAL;
	*field = v;
	if (tp->sk.opt.keepalive)
		tcp_keepalive_update(tp);
	return 0;
}

static int set_int(struct tcp_sock *tp, int name, int v)
{
	switch (name) {
	case TCP_NODELAY:
		tp->nodelay = v;
		break;
	case TCP_CORK:
		tp->cork = v;
		break;
	case TCP_MAXSEG:
		if (v && !in_range(v, MAXSEG_MIN, MAXSEG_MAX))
			return -EINVAL;
		tp->user_mss = v;
		return 0;
	case TCP_KEEPIDLE:
		return set_keep(tp, &tp->keep_idle, v, KEEPIDLE_MAX);
	case TCP_KEEPINTVL:
		return set_keep(tp, &tp->keep_intvl, v, KEEPINTVL_MAX);
	case TCP_KEEPCNT:
		if (!in_range(v, 1, KEEPCNT_MAX))
			return -EINVAL;
		tp->keep_cnt = v;
		return 0;
	case TCP_SYNCNT:
		if (!in_range(v, 1, SYNCNT_MAX))
			return -EINVAL;
		tp->syn_retries = v;
		return 0;
	case TCP_LINGER2:
		tp->linger2 = v < 0 ? -1 : min(v, LINGER2_MAX);
		return 0;
	case TCP_DEFER_ACCEPT:
		tp->defer_accept = seconds_to_retries(v);
		return 0;
	case TCP_WINDOW_CLAMP:
		return set_window_clamp(tp, v);
	case TCP_QUICKACK:
		return set_quickack(tp, v);
	case TCP_USER_TIMEOUT:
		if (v < 0)
			return -EINVAL;
		tp->user_timeout = v;
		return 0;
	case TCP_NOTSENT_LOWAT:
		tp->notsent_lowat = v;
		break;
	default:
		return -ENOPROTOOPT;
	}
	/* What the option held back may go now. */
	if (!tcp_state_in(tp, SSF(SS_CLOSE) | SSF(SS_LISTEN)))
		tcp_owe(tp, TCP_OWE_DATA);
	return 0;
}

int tcp_setsockopt(struct sock *sk, int level, int name, const void *val, uint32_t len)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int v;

	/* Of the socket layer's options this one starts and stops a timer here. */
	if (level != IPPROTO_TCP && (level != SOL_SOCKET || name != SO_KEEPALIVE))
		return -ENOPROTOOPT;
	if (level == IPPROTO_TCP && name == TCP_CONGESTION)
		return len ? set_congestion(tp, val, len) : -EINVAL;
	if (len < sizeof(v))
		return -EINVAL;
	memcpy(&v, val, sizeof(v));
	if (level == IPPROTO_TCP)
		return set_int(tp, name, v);
	sk->opt.keepalive = v;
	tcp_keepalive_update(tp);
	return 0;
}

static int get_int(const struct tcp_sock *tp, int name, int *ret)
{
	const struct tcp_sysctl *sysctl = &tcp_net(tp)->sysctl;

	switch (name) {
	case TCP_NODELAY:
		*ret = tp->nodelay;
		break;
	case TCP_CORK:
		*ret = tp->cork;
		break;
	case TCP_MAXSEG:
		*ret = tp->user_mss && tcp_state_in(tp, SSF(SS_CLOSE) | SSF(SS_LISTEN))
			       ? tp->user_mss
			       : tp->mss_cache;
		break;
	case TCP_KEEPIDLE:
		*ret = tp->keep_idle ? tp->keep_idle : sysctl->tcp_keepalive_time;
		break;
	case TCP_KEEPINTVL:
		*ret = tp->keep_intvl ? tp->keep_intvl : sysctl->tcp_keepalive_intvl;
		break;
	case TCP_KEEPCNT:
		*ret = tp->keep_cnt ? tp->keep_cnt : sysctl->tcp_keepalive_probes;
		break;
	case TCP_SYNCNT:
		*ret = tp->syn_retries ? tp->syn_retries : sysctl->tcp_syn_retries;
		break;
	case TCP_LINGER2:
		*ret = tp->linger2 ? tp->linger2 : (int)sysctl->tcp_fin_timeout;
		break;
	case TCP_DEFER_ACCEPT:
		*ret = retries_to_seconds(tp->defer_accept);
		break;
	case TCP_WINDOW_CLAMP:
		*ret = tp->user_clamp;
		break;
	case TCP_QUICKACK:
		*ret = !tp->pingpong;
		break;
	case TCP_USER_TIMEOUT:
		*ret = tp->user_timeout;
		break;
	case TCP_NOTSENT_LOWAT:
		*ret = tp->notsent_lowat;
		break;
	default:
		return -ENOPROTOOPT;
	}
	return 0;
}

/* Copy @have bytes, as far as there is room. */
static int put(void *val, uint32_t *len, const void *from, uint32_t have)
{
	*len = min(*len, have);
	memcpy(val, from, *len);
	return 0;
}

int tcp_getsockopt(struct sock *sk, int level, int name, void *val, uint32_t *len)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	char cong[TCP_CONG_NAME_MAX] = { 0 };
	struct tcp_info info;
	int v, err;

	if (level != IPPROTO_TCP)
		return -ENOPROTOOPT;
	switch (name) {
	case TCP_INFO:
		tcp_info_fill(tp, &info);
		return put(val, len, &info, sizeof(info));
	case TCP_CONGESTION:
		strncpy(cong, tp->cong->name, sizeof(cong) - 1);
		return put(val, len, cong, sizeof(cong));
	}
	err = get_int(tp, name, &v);
	return err ? err : put(val, len, &v, sizeof(v));
}
