/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP options (RFC 9293 3.2, RFC 7323, RFC 2018), to and from struct tcp_opts. */
#ifndef STACK_TCP_TCP_OPTIONS_H
#define STACK_TCP_TCP_OPTIONS_H

#include "stack/tcp/tcp_sock.h"

#define TCPOLEN_TS_ALIGNED 12

/**
 * tcp_options_parse - read options from a stranger
 * @p, @len: what is behind the fixed header; 0 to TCP_OPTIONS_MAX bytes
 * @syn: MSS, window scale and SACK-permitted are options of a SYN only
 * @ret: filled completely. What is malformed ends the list, as RFC 9293 MUST-7 allows; a bad option is ignored.
 */
void tcp_options_parse(const uint8_t *p, unsigned len, bool syn, struct tcp_opts *ret);

/** tcp_options_len - bytes that tcp_options_write() will write; a multiple of four */
unsigned tcp_options_len(const struct tcp_opts *o);
/**
 * tcp_options_write - @p has room for tcp_options_len() bytes; that must not exceed
 * TCP_OPTIONS_MAX
 */
void tcp_options_write(uint8_t *p, const struct tcp_opts *o);

#endif
