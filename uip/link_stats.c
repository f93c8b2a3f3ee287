/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counters of a device: see link_stats.h. Called by link_show.c.
 *
 * All four lines (received, its errors, sent, its errors) share their columns. A row is a list of
 * titles and values; text and JSON are made from the same rows.
 */
#include "uip/link_stats.h"

#include <inttypes.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <ustack/link.h>

#include "uip/out.h"
#include "uip/uip.h"

#define STATS_COLUMNS 7

struct stats_cell {
	const char *title;
	const char *key;
	uint64_t value;
};

struct stats_row {
	const char *label;
	bool errors; /* a row of error counters: its first column is empty */
	struct stats_cell cell[STATS_COLUMNS];
};

enum { ROW_RX, ROW_RX_ERRORS, ROW_TX, ROW_TX_ERRORS, ROWS };

/* --- numbers ---------------------------------------------------------------------------------- */

/* Writes @value, with -h and -iec in three digits and a unit: 1.23k, 12.3k, 123k. Returns the
 * length. */
static int number_format(const struct uip_opts *opts, uint64_t value, char *buf, size_t size)
{
	static const char prefixes[] = "KMGTPE";
	uint64_t base = opts->iec ? 1024 : 1000, unit = base;
	const char *prefix = prefixes;
	int digits = 2;

	if (!opts->human || value < base)
		return snprintf(buf, size, "%" PRIu64, value);
	while (value / unit >= base && prefix[1]) {
		unit *= base;
		prefix++;
	}
	if (value / unit >= 10)
		digits = value / unit >= 100 ? 0 : 1;
	return snprintf(buf, size, "%.*f%c%s", digits, (double)value / (double)unit, *prefix,
			opts->iec ? "i" : "");
}

static void widen(const struct uip_opts *opts, const struct stats_row *row,
		  int widths[STATS_COLUMNS])
{
	char text[32];
	size_t i;

	for (i = 0; i < STATS_COLUMNS; i++) {
		int len = number_format(opts, row->cell[i].value, text, sizeof(text));

		if (len > widths[i])
			widths[i] = len;
	}
}

/* --- text ------------------------------------------------------------------------------------- */

static void print_titles(struct out *o, const struct stats_row *row,
			 const int widths[STATS_COLUMNS])
{
	const struct stats_cell *last = &row->cell[STATS_COLUMNS - 1];
	int label = (int)strlen(row->label);
	size_t i;

	out_text(o, "    %s%*s", row->label, widths[0] - label,
		 row->cell[0].title ? row->cell[0].title : "");
	for (i = 1; i < STATS_COLUMNS - 1; i++)
		if (row->cell[i].title)
			out_text(o, " %*s", widths[i], row->cell[i].title);
	if (last->title && (last->value || !row->errors))
		out_text(o, " %*s", widths[i], last->value ? last->title : "");
	out_nl(o);
}

static void print_values(struct uip *u, const struct stats_row *row,
			 const int widths[STATS_COLUMNS])
{
	char text[32];
	size_t i;

	if (row->cell[0].title)
		out_text(u->out, "    ");
	else
		out_text(u->out, "%*s", widths[0] + 5, "");
	for (i = 0; i < STATS_COLUMNS; i++) {
		if (!row->cell[i].title || (i == STATS_COLUMNS - 1 && !row->cell[i].value))
			continue;
		number_format(&u->opts, row->cell[i].value, text, sizeof(text));
		out_text(u->out, "%*s ", widths[i], text);
	}
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void print_json(struct out *o, const struct stats_row *row)
{
	size_t i;

	for (i = 0; i < STATS_COLUMNS; i++)
		if (row->cell[i].key && (i < STATS_COLUMNS - 1 || row->cell[i].value))
			out_json_uint(o, row->cell[i].key, row->cell[i].value);
}

/* --- the rows --------------------------------------------------------------------------------- */

static void rows_make(struct stats_row rows[ROWS], const struct rtnl_link_stats64 *s,
		      uint64_t carrier_changes)
{
	rows[ROW_RX] = (struct stats_row){
		.label = "RX: ",
		.cell = { { "bytes", "bytes", s->rx_bytes },
			  { "packets", "packets", s->rx_packets },
			  { "errors", "errors", s->rx_errors },
			  { "dropped", "dropped", s->rx_dropped },
			  { "missed", NULL, s->rx_missed_errors },
			  { "mcast", NULL, s->multicast },
			  { "compressed", "compressed", s->rx_compressed } },
	};
	rows[ROW_RX_ERRORS] = (struct stats_row){
		.label = "RX errors:",
		.errors = true,
		.cell = { { NULL, NULL, 0 },
			  { "length", "length_errors", s->rx_length_errors },
			  { "crc", "crc_errors", s->rx_crc_errors },
			  { "frame", "frame_errors", s->rx_frame_errors },
			  { "fifo", "fifo_errors", s->rx_fifo_errors },
			  { "overrun", NULL, s->rx_over_errors },
			  { "nohandler", "nohandler", s->rx_nohandler } },
	};
	rows[ROW_TX] = (struct stats_row){
		.label = "TX: ",
		.cell = { { "bytes", "bytes", s->tx_bytes },
			  { "packets", "packets", s->tx_packets },
			  { "errors", "errors", s->tx_errors },
			  { "dropped", "dropped", s->tx_dropped },
			  { "carrier", "carrier_errors", s->tx_carrier_errors },
			  { "collsns", "collisions", s->collisions },
			  { "compressed", "compressed", s->tx_compressed } },
	};
	rows[ROW_TX_ERRORS] = (struct stats_row){
		.label = "TX errors:",
		.errors = true,
		.cell = { { NULL, NULL, 0 },
			  { "aborted", "aborted_errors", s->tx_aborted_errors },
			  { "fifo", "fifo_errors", s->tx_fifo_errors },
			  { "window", "window_errors", s->tx_window_errors },
			  { "heartbt", "heartbeat_errors", s->tx_heartbeat_errors },
			  { "transns", "carrier_changes", carrier_changes },
			  { NULL, NULL, 0 } },
	};
}

static void print_json_all(struct uip *u, const struct stats_row rows[ROWS],
			   const struct rtnl_link_stats64 *s)
{
	struct out *o = u->out;

	out_object(o, "stats64");
	out_object(o, "rx");
	print_json(o, &rows[ROW_RX]);
	/* ip(8) shows the overruns among these, and what was missed among the errors. */
	out_json_uint(o, "over_errors", s->rx_over_errors);
	out_json_uint(o, "multicast", s->multicast);
	if (u->opts.stats > 1) {
		print_json(o, &rows[ROW_RX_ERRORS]);
		out_json_uint(o, "missed_errors", s->rx_missed_errors);
	}
	out_object_end(o);
	out_object(o, "tx");
	print_json(o, &rows[ROW_TX]);
	if (u->opts.stats > 1)
		print_json(o, &rows[ROW_TX_ERRORS]);
	out_object_end(o);
	out_object_end(o);
}

static void print_text_all(struct uip *u, const struct stats_row rows[ROWS])
{
	static const char *const least[STATS_COLUMNS] = {
		"*X errors:", "packets", "errors", "dropped", "heartbt", "overrun", "compressed",
	};
	int widths[STATS_COLUMNS];
	size_t step = u->opts.stats > 1 ? 1 : 2, i;

	for (i = 0; i < STATS_COLUMNS; i++)
		widths[i] = (int)strlen(least[i]);
	for (i = 0; i < ROWS; i += step)
		widen(&u->opts, &rows[i], widths);
	for (i = 0; i < ROWS; i += step) {
		if (i)
			out_nl(u->out);
		print_titles(u->out, &rows[i], widths);
		print_values(u, &rows[i], widths);
	}
}

/* One reason for discarding packets, and how often. */
static void print_drop(struct uip *u, struct nlattr *attr)
{
	static const struct nla_policy policy[USTACK_LINK_X_MAX + 1] = {
		[USTACK_LINK_X_REASON] = { .type = NLA_STRING },
		[USTACK_LINK_X_COUNT] = { .type = NLA_U64 },
	};
	struct nlattr *tb[USTACK_LINK_X_MAX + 1];
	char count[32];

	if (nla_parse_nested(tb, USTACK_LINK_X_MAX, attr, (struct nla_policy *)policy) ||
	    !tb[USTACK_LINK_X_REASON] || !tb[USTACK_LINK_X_COUNT])
		return;
	number_format(&u->opts, nla_get_u64(tb[USTACK_LINK_X_COUNT]), count, sizeof(count));
	out_object(u->out, NULL);
	out_nl(u->out);
	out_text(u->out, "    %10s ", count);
	out_str(u->out, "reason", "", nla_get_string(tb[USTACK_LINK_X_REASON]), "");
	out_json_uint(u->out, "packets", nla_get_u64(tb[USTACK_LINK_X_COUNT]));
	out_object_end(u->out);
}

void link_drops_print(struct uip *u, struct nlattr **tb)
{
	struct nlattr *drops = NULL, *attr;
	int left;

	if (tb[IFLA_LINKINFO])
		drops = nla_find(nla_data(tb[IFLA_LINKINFO]), nla_len(tb[IFLA_LINKINFO]),
				 IFLA_INFO_XSTATS);
	if (!drops)
		return;
	out_array(u->out, "drops");
	out_nl(u->out);
	out_text(u->out, "    Discarded:");
	nla_for_each_nested(attr, drops, left) print_drop(u, attr);
	out_array_end(u->out);
}

void link_stats_print(struct uip *u, struct nlattr **tb)
{
	struct rtnl_link_stats64 stats = { 0 };
	struct stats_row rows[ROWS];
	struct nlattr *attr = tb[IFLA_STATS64];
	uint64_t carrier_changes = 0;
	size_t len;

	if (!attr)
		return;
	len = (size_t)nla_len(attr);
	memcpy(&stats, nla_data(attr), len < sizeof(stats) ? len : sizeof(stats));
	if (tb[IFLA_CARRIER_CHANGES] && nla_len(tb[IFLA_CARRIER_CHANGES]) >= 4)
		carrier_changes = nla_get_u32(tb[IFLA_CARRIER_CHANGES]);
	rows_make(rows, &stats, carrier_changes);
	if (out_is_json(u->out))
		print_json_all(u, rows, &stats);
	else
		print_text_all(u, rows);
}
