/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp(7): what each option takes, refuses and tells. */
#include "tests/unit/tcptrace.h"

#include <string.h>

static int set(int name, int v)
{
	return tcp_proto.setsockopt(trace->sk, IPPROTO_TCP, name, &v, sizeof(v));
}

static int get(int name)
{
	uint32_t len = sizeof(int);
	int v = -1;

	assert_int_equal(tcp_proto.getsockopt(trace->sk, IPPROTO_TCP, name, &v, &len), 0);
	assert_int_equal(len, sizeof(v));
	return v;
}

static void test_ranges(void **state)
{
	static const struct {
		int name, low, high, initial;
	} options[] = {
		{ TCP_KEEPIDLE, 1, 32767, 7200 }, { TCP_KEEPINTVL, 1, 32767, 75 },
		{ TCP_KEEPCNT, 1, 127, 9 },	  { TCP_SYNCNT, 1, 127, 6 },
		{ TCP_MAXSEG, 88, 32767, 536 },
	};

	(void)state;
	trace_connect();
	trace_forget();
	tcp_proto.disconnect(trace->sk);
	for (unsigned i = 0; i < ARRAY_SIZE(options); i++) {
		assert_int_equal(get(options[i].name), options[i].initial);
		assert_int_equal(set(options[i].name, options[i].low - 1), -EINVAL);
		assert_int_equal(set(options[i].name, options[i].high + 1), -EINVAL);
		assert_int_equal(set(options[i].name, options[i].low), 0);
		assert_int_equal(get(options[i].name), options[i].low);
		assert_int_equal(set(options[i].name, options[i].high), 0);
		assert_int_equal(get(options[i].name), options[i].high);
	}
}

static void test_flags_and_others(void **state)
{
	(void)state;
	trace_established(true);
	assert_int_equal(set(TCP_NODELAY, 5), 0);
	assert_int_equal(get(TCP_NODELAY), 1);
	assert_int_equal(set(TCP_CORK, 1), 0);
	assert_int_equal(get(TCP_CORK), 1);
	assert_int_equal(get(TCP_MAXSEG), TRACE_MSS);
	assert_int_equal(get(TCP_LINGER2), 60);
	assert_int_equal(set(TCP_LINGER2, -7), 0);
	assert_int_equal(get(TCP_LINGER2), -1);
	assert_int_equal(set(TCP_USER_TIMEOUT, -1), -EINVAL);
	assert_int_equal(set(TCP_USER_TIMEOUT, 5000), 0);
	assert_int_equal(get(TCP_USER_TIMEOUT), 5000);
	assert_int_equal(set(TCP_WINDOW_CLAMP, 0), -EINVAL);
	assert_int_equal(set(TCP_NOTSENT_LOWAT, 4096), 0);
	assert_int_equal(get(TCP_NOTSENT_LOWAT), 4096);
	assert_int_equal(set(TCP_DEFER_ACCEPT, 4), 0);
	assert_int_equal(get(TCP_DEFER_ACCEPT), 7); /* 1 + 2 + 4 s */
	assert_int_equal(set(TCP_FASTOPEN, 1), -ENOPROTOOPT);
	assert_int_equal(set(9999, 1), -ENOPROTOOPT);
}

static void test_short_values_are_refused_and_short_room_is_filled(void **state)
{
	uint32_t len = 2;
	char v[4] = { 0x55, 0x55, 0x55, 0x55 };

	(void)state;
	trace_established(true);
	assert_int_equal(tcp_proto.setsockopt(trace->sk, IPPROTO_TCP, TCP_NODELAY, v, 3), -EINVAL);
	assert_int_equal(tcp_proto.getsockopt(trace->sk, IPPROTO_TCP, TCP_NODELAY, v, &len), 0);
	assert_int_equal(len, 2);
	assert_int_equal(v[2], 0x55);
}

static void test_congestion(void **state)
{
	char name[16];
	uint32_t len = sizeof(name);

	(void)state;
	trace_established(true);
	assert_int_equal(tcp_proto.getsockopt(trace->sk, IPPROTO_TCP, TCP_CONGESTION, name, &len),
			 0);
	assert_string_equal(name, "cubic");
	assert_int_equal(tcp_proto.setsockopt(trace->sk, IPPROTO_TCP, TCP_CONGESTION, "reno", 4),
			 0);
	len = sizeof(name);
	tcp_proto.getsockopt(trace->sk, IPPROTO_TCP, TCP_CONGESTION, name, &len);
	assert_string_equal(name, "reno");
	assert_int_equal(tcp_proto.setsockopt(trace->sk, IPPROTO_TCP, TCP_CONGESTION, "none", 4),
			 -ENOENT);
}

static void test_info(void **state)
{
	struct tcp_info info;
	uint32_t len = sizeof(info);

	(void)state;
	trace_established(true);
	trace_write(2500);
	trace_forget();
	IN("A", 1, 500, 1);
	assert_int_equal(tcp_proto.getsockopt(trace->sk, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	assert_int_equal(len, sizeof(info));
	assert_int_equal(info.tcpi_state, SS_ESTABLISHED);
	assert_int_equal(info.tcpi_snd_mss, TRACE_MSS);
	assert_int_equal(info.tcpi_unacked, 3);
	assert_int_equal(info.tcpi_bytes_received, 500);
	assert_int_equal(info.tcpi_snd_cwnd, 10);
	assert_int_equal(info.tcpi_options & TCPI_OPT_SACK, TCPI_OPT_SACK);
	/* An older program knows a shorter structure. */
	len = 8;
	assert_int_equal(tcp_proto.getsockopt(trace->sk, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	assert_int_equal(len, 8);
	trace_forget();
}

static void test_children_inherit(void **state)
{
	char name[16];
	uint32_t len = sizeof(name);

	(void)state;
	trace_listen(5);
	trace->sk = trace->listener;
	assert_int_equal(set(TCP_NODELAY, 1), 0);
	assert_int_equal(set(TCP_KEEPIDLE, 55), 0);
	assert_int_equal(tcp_proto.setsockopt(trace->sk, IPPROTO_TCP, TCP_CONGESTION, "reno", 4),
			 0);
	trace->sk = NULL;
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("A", 1, 0, 1);
	trace_accept();
	assert_int_equal(get(TCP_NODELAY), 1);
	assert_int_equal(get(TCP_KEEPIDLE), 55);
	assert_int_equal(tcp_proto.getsockopt(trace->sk, IPPROTO_TCP, TCP_CONGESTION, name, &len),
			 0);
	assert_string_equal(name, "reno");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		trace_test(test_ranges),
		trace_test(test_flags_and_others),
		trace_test(test_short_values_are_refused_and_short_room_is_filled),
		trace_test(test_congestion),
		trace_test(test_info),
		trace_test(test_children_inherit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
