/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines, and what a stack answers to them, into the whole of uip: options, completion, arguments,
 * requests, answers, printing. The channel is played here; nothing is opened or started. What must hold:
 * no crash, no hang, no memory left, and each request is whole.
 *
 * The input is options in the first line, then one command a line, as in a batch; behind a NUL, packets
 * that are answers: a 16-bit length and the bytes. When they are used up the stack is played: one device
 * "v0", and yes to everything.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libsock/channel.h"
#include "tests/fuzz/fuzz.h"
#include "uip/batch.h"
#include "uip/complete.h"
#include "uip/devmap.h"
#include "uip/hostif.h"
#include "uip/names.h"
#include "uip/nlsock.h"
#include "uip/options.h"
#include "uip/out.h"
#include "uip/stack.h"
#include "uip/uip.h"
#include "uip/words.h"

#define V0_INDEX     2
#define PENDING_MAX  32768
#define COMPLETE_MAX 4096

/* The answers of the input that are left. */
static const uint8_t *answers;
static size_t answers_len;
static bool given; /* there were any */
static FILE *null;

/* --- the channel ---------------------------------------------------------------------------------- */

struct usock_channel {
	char pending[PENDING_MAX] __attribute__((aligned(8))); /* what the played stack will say */
	size_t len;
	uint32_t last_seq;
	bool generic;
};

int usock_channel_open(const char *instance, const char *protocol, struct usock_channel **ret)
{
	(void)instance;
	*ret = calloc(1, sizeof(**ret));
	fuzz_check(*ret, "memory for a channel");
	(*ret)->generic = !strcmp(protocol, USTACK_CHAN_GENERIC);
	return 0;
}

void usock_channel_close(struct usock_channel *chan)
{
	free(chan);
}

uint32_t usock_channel_pid(const struct usock_channel *chan)
{
	(void)chan;
	return 1;
}

int usock_channel_ctl(struct usock_channel *chan, uint32_t cmd, uint32_t arg, uint32_t arg2,
		      struct ustack_ctl_reply *ret)
{
	(void)chan;
	(void)cmd;
	(void)arg;
	(void)arg2;
	(void)ret;
	return 0;
}

int usock_rundir(char *buf, size_t size, const char *instance)
{
	return snprintf(buf, size, "/nowhere/%s", instance ? instance : "default") < (int)size
		       ? 0
		       : -ENAMETOOLONG;
}

static void play(struct usock_channel *c, const struct nlmsghdr *ask, uint16_t type,
		 const void *body, size_t len)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(c->pending + c->len);

	if (c->len + NLMSG_SPACE(len) > sizeof(c->pending))
		return;
	*h = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(len),
		.nlmsg_type = type,
		.nlmsg_flags = ask->nlmsg_flags & NLM_F_DUMP ? NLM_F_MULTI : 0,
		.nlmsg_seq = ask->nlmsg_seq,
	};
	memcpy(NLMSG_DATA(h), body, len);
	c->len += NLMSG_SPACE(len);
}

static void play_v0(struct usock_channel *c, const struct nlmsghdr *ask)
{
	struct {
		struct ifinfomsg ifi;
		struct nlattr attr;
		char name[4];
	} body = {
		.ifi = { .ifi_index = V0_INDEX, .ifi_type = 1, .ifi_flags = IFF_UP },
		.attr = { .nla_len = NLA_HDRLEN + sizeof("v0"), .nla_type = IFLA_IFNAME },
		.name = "v0",
	};

	play(c, ask, RTM_NEWLINK, &body, sizeof(body));
}

static void play_answer(struct usock_channel *c, const struct nlmsghdr *ask)
{
	struct nlmsgerr ack = { .msg = *ask };

	if (ask->nlmsg_type == RTM_GETLINK)
		play_v0(c, ask);
	if ((ask->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		play(c, ask, NLMSG_DONE, &ack.error, sizeof(ack.error));
	else if (ask->nlmsg_type != RTM_GETLINK || ask->nlmsg_flags & NLM_F_ACK)
		play(c, ask, NLMSG_ERROR, &ack, sizeof(ack));
}

static void check_request(const struct usock_channel *c, const struct nlmsghdr *h, size_t left)
{
	size_t len = NLMSG_ALIGN(nlsock_header_len(c->generic, h->nlmsg_type));
	struct nlattr *attr;
	int rest;

	fuzz_check(h->nlmsg_len >= NLMSG_HDRLEN + len && h->nlmsg_len <= left,
		   "a request is whole");
	nla_for_each_attr(attr, (struct nlattr *)((char *)NLMSG_DATA(h) + len),
			  (int)(h->nlmsg_len - NLMSG_HDRLEN - len), rest);
	/* A flush sends back what it was given, as it is. */
	fuzz_check(!rest || given, "a request's attributes are whole");
}

ssize_t usock_channel_send(struct usock_channel *chan, const void *buf, size_t len, const int *fds,
			   unsigned int nfds)
{
	size_t at = 0;

	(void)fds;
	(void)nfds;
	while (at < len) {
		const struct nlmsghdr *h = (const void *)((const char *)buf + at);

		fuzz_check(len - at >= sizeof(*h), "a packet holds whole requests");
		check_request(chan, h, len - at);
		chan->last_seq = h->nlmsg_seq;
		play_answer(chan, h);
		at += NLMSG_ALIGN(h->nlmsg_len);
	}
	return (ssize_t)len;
}

/* An answer of the input, which is made to belong to the last request; an empty one is the end. */
static ssize_t given_answer(struct usock_channel *chan, void **ret_buf)
{
	size_t len = (size_t)(answers[0] << 8 | answers[1]);
	const uint8_t *data = answers + 2;
	struct nlmsghdr *h;
	int left;

	answers_len -= 2;
	if (len > answers_len)
		len = answers_len;
	answers = data + len;
	answers_len -= len;
	if (!len)
		return 0;
	h = malloc(len);
	fuzz_check(h, "memory for a packet");
	memcpy(h, data, len);
	*ret_buf = h;
	left = (int)len;
	for (; nlmsg_ok(h, left); h = nlmsg_next(h, &left))
		h->nlmsg_seq = chan->last_seq;
	return (ssize_t)len;
}

ssize_t usock_channel_recv(struct usock_channel *chan, void **ret_buf)
{
	ssize_t len = (ssize_t)chan->len;

	if (answers_len > 2)
		return given_answer(chan, ret_buf);
	if (!len)
		return 0; /* the instance goes, and so a monitor ends */
	*ret_buf = malloc(chan->len);
	fuzz_check(*ret_buf, "memory for a packet");
	memcpy(*ret_buf, chan->pending, chan->len);
	chan->len = 0;
	return len;
}

/* --- what would reach the host -------------------------------------------------------------------- */

static int opened(const char *name, struct hostif *ret)
{
	*ret = (struct hostif){ .fd = -1, .mac = { 2 }, .has_mac = true, .mtu = 1500 };
	if (name)
		snprintf(ret->name, sizeof(ret->name), "%s", name);
	return UIP_OK;
}

int hostif_open_packet(const char *name, bool offload, bool promisc, struct hostif *ret)
{
	(void)offload;
	(void)promisc;
	return opened(name, ret);
}

int hostif_open_tap(const char *name, bool offload, struct hostif *ret)
{
	(void)offload;
	return opened(name, ret);
}

int hostif_open_stream(const char *path, bool listen, struct hostif *ret)
{
	(void)path;
	(void)listen;
	return opened(NULL, ret);
}

const struct command stack_commands[] = { { 0 } };

int stack_main(struct uip *u, struct args *a)
{
	return command_run(u, a, stack_commands, "stack", "");
}

int stack_each(void (*fn)(const char *name, int pid, void *arg), void *arg)
{
	fn("demo", 1, arg);
	return 0;
}

/* --- one input ------------------------------------------------------------------------------------ */

static void ignore_word(const char *word, void *arg)
{
	(void)word;
	(void)arg;
}

/* As if the cursor stood at the end of the line. */
static void complete_line(struct uip *u, const char *line, size_t len)
{
	char before[COMPLETE_MAX], *word;

	if (len >= sizeof(before))
		return;
	memcpy(before, line, len);
	before[len] = '\0';
	word = strrchr(before, ' ');
	if (word)
		*word = '\0';
	complete(u, word ? before : "", word ? word + 1 : before, ignore_word, NULL);
}

static void complete_all(struct uip *u, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		complete_line(u, text, len);
		text += len + (text[len] == '\n');
	}
}

static void run_batch(struct uip *u, const char *text)
{
	int fd = memfd_create("batch", MFD_CLOEXEC);
	char path[32];

	fuzz_check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text),
		   "a file for the commands");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	batch_run(u, path);
	close(fd);
}

static bool take_options(struct uip *u, char *line, struct words *words)
{
	struct args a;

	if (words_split(words, line))
		return false;
	a = (struct args){ .word = words->word, .left = words->count };
	return options_parse(&a, &u->opts) == OPTIONS_RUN;
}

static void run(char *text)
{
	struct uip u = { .opts = { .family = AF_UNSPEC, .loops = 10 } };
	char *commands = strchr(text, '\n');
	struct words words = { 0 };
	struct out_opts out;

	if (commands)
		*commands++ = '\0';
	if (take_options(&u, text, &words) && commands) {
		out = (struct out_opts){
			.json = u.opts.json,
			.pretty = u.opts.pretty,
			.color = u.opts.color,
			.oneline = u.opts.oneline,
		};
		u.out = out_new(null, &out);
		u.devs = devmap_new();
		u.names = names_new(u.opts.numeric);
		fuzz_check(u.out && u.devs && u.names, "memory for uip");
		complete_all(&u, commands);
		run_batch(&u, commands);
		uip_disconnect(&u);
		names_free(u.names);
		devmap_free(u.devs);
		out_free(u.out);
	}
	words_free(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *real = stderr;
	size_t len = strnlen((const char *)data, size);
	char *text = malloc(len + 1);

	if (!null)
		null = fopen("/dev/null", "w");
	fuzz_check(null && text, "memory for the text");
	memcpy(text, data, len);
	text[len] = '\0';
	answers = data + len + 1;
	answers_len = len < size ? size - len - 1 : 0;
	given = answers_len;
	stderr = null; /* what uip says of thousands of wrong words */
	run(text);
	stderr = real;
	free(text);
	return 0;
}
