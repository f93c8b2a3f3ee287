/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ustackd: one instance of the stack as a process. It assembles what the other files make (loop, stack,
 * drivers, netlink, endpoints, channels), runs the loop until a signal stops it, and takes everything
 * down in reverse order. It needs no privilege: what it may touch it was given as descriptors.
 */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include <ustack/channel.h>

#include "config.h"
#include "nlserver/channel.h"
#include "nlserver/daemon.h"
#include "nlserver/driver_loop.h"
#include "nlserver/endpoint.h"
#include "nlserver/rundir.h"
#include "nlserver/usock.h"
#include "nlserver/ustack_genl.h"
#include "stack/inet/stack.h"

struct options {
	const char *name;
	bool foreground;
	bool debug;
	bool has_group;
	gid_t group;
};

struct ustackd {
	struct options opts;
	struct server server;
	struct daemon daemon;
	struct rundir rundir;
	struct channels *channels;
	struct loop_watch signals; /* fd -1: not open */
};

/* --- what the stack is given ------------------------------------------------------------------------ */

static void random_bytes(void *ctx, void *buf, size_t len)
{
	char *p = buf;

	(void)ctx;
	while (len) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			abort(); /* a stack without randomness would be prey to strangers */
		p += n;
		len -= (size_t)n;
	}
}

static void log_stderr(void *ctx, enum log_level level, const char *line)
{
	(void)ctx;
	(void)level;
	fprintf(stderr, "ustackd: %s\n", line);
}

static void log_syslog(void *ctx, enum log_level level, const char *line)
{
	static const int priorities[] = {
		[LOG_LEVEL_ERR] = LOG_ERR,
		[LOG_LEVEL_WARN] = LOG_WARNING,
		[LOG_LEVEL_INFO] = LOG_INFO,
		[LOG_LEVEL_DEBUG] = LOG_DEBUG,
	};

	(void)ctx;
	syslog(priorities[level], "%s", line);
}

static struct logger make_logger(const struct options *opts)
{
	if (!opts->foreground)
		openlog("ustackd", LOG_PID, LOG_DAEMON);
	return (struct logger){
		.emit = opts->foreground ? log_stderr : log_syslog,
		.level = opts->debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO,
	};
}

/* --- the process ------------------------------------------------------------------------------------ */

/* Each socket of an application costs a descriptor. */
static void raise_nofile(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
		return;
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
}

static void on_signal(struct loop_watch *w, uint32_t events)
{
	struct ustackd *u = container_of(w, struct ustackd, signals);
	struct signalfd_siginfo info;

	(void)events;
	while (read(w->fd, &info, sizeof(info)) == sizeof(info)) {
		log_info(&u->server.net->log, "stopping: %s", strsignal((int)info.ssi_signo));
		loop_stop(u->server.loop);
	}
}

static int watch_signals(struct ustackd *u)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	if (!u->opts.foreground)
		signal(SIGHUP, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	u->signals.ready = on_signal;
	u->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (u->signals.fd < 0)
		return -errno;
	return loop_watch_add(u->server.loop, &u->signals);
}

/* --- assembly --------------------------------------------------------------------------------------- */

static int stack_up(struct ustackd *u)
{
	struct server *s = &u->server;
	struct net_params params = { .random = random_bytes, .log = make_logger(&u->opts) };
	int err;

	err = loop_create(&s->loop);
	if (err)
		return err;
	params.now = loop_now();
	driver_loop_init(&s->driver_loop, s->loop);
	s->net = stack_create(&params);
	if (!s->net)
		return -ENOMEM;
	loop_set_net(s->loop, s->net);
	err = driver_kinds_add(s->net, &s->driver_loop);
	if (!err)
		err = nl_server_create(s, &s->nl);
	if (!err)
		err = endpoints_create(s, &s->endpoints);
	if (!err)
		err = usock_register(s->nl);
	if (!err)
		err = ustack_genl_register(s->nl);
	return err;
}

/* The devices over descriptors go before their kinds; the rest goes with the stack. */
static void drivers_down(struct net *net)
{
	struct net_device *dev, *next;

	list_for_each_entry_safe(dev, next, &net->devs, list)
		if (dev->kind && dev->kind->needs_fd)
			netdev_unregister(dev);
	driver_kinds_del(net);
}

static void take_down(struct ustackd *u)
{
	struct server *s = &u->server;

	channels_close(u->channels);
	if (s->endpoints)
		endpoints_destroy(s->endpoints);
	nl_server_destroy(s->nl);
	if (s->net) {
		net_finish_batch(s->net); /* what the sockets said at their end goes out */
		drivers_down(s->net);
		stack_destroy(s->net);
	}
	if (u->signals.fd >= 0) {
		loop_watch_del(s->loop, &u->signals);
		close(u->signals.fd);
	}
	if (s->loop)
		loop_free(s->loop);
	if (u->rundir.lock_fd >= 0)
		rundir_close(&u->rundir);
}

/* Everything up to serving; an error has its sentence in @ack. */
static int bring_up(struct ustackd *u, struct extack *ack)
{
	struct channels_params params = {
		.rundir = u->rundir.path,
		.has_group = u->opts.has_group,
		.group = u->opts.group,
	};
	int err;

	err = rundir_open(u->opts.name, &u->rundir, ack);
	if (err)
		return err;
	err = rundir_write_pid(&u->rundir);
	if (!err)
		err = stack_up(u);
	if (!err)
		err = watch_signals(u);
	if (err)
		return extack_set(ack, err, "Cannot start: %s", strerror(-err));
	return channels_open(&u->server, &params, &u->channels, ack);
}

static int run(struct ustackd *u)
{
	struct extack ack = { .msg = "" };
	int err;

	if (!u->opts.foreground) {
		err = daemon_begin(&u->daemon);
		if (err) {
			fprintf(stderr, "ustackd: cannot become a daemon: %s\n", strerror(-err));
			return EXIT_FAILURE;
		}
	}
	raise_nofile();
	err = bring_up(u, &ack);
	if (err) {
		if (u->opts.foreground)
			fprintf(stderr, "ustackd: %s\n", ack.msg);
		daemon_failed(&u->daemon, ack.msg);
		take_down(u);
		return EXIT_FAILURE;
	}
	log_info(&u->server.net->log, "serving \"%s\" at %s", u->opts.name, u->rundir.path);
	daemon_ready(&u->daemon);
	err = loop_run(u->server.loop);
	if (err)
		log_err(&u->server.net->log, "event loop failed: %s", strerror(-err));
	take_down(u);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- options ---------------------------------------------------------------------------------------- */

static void usage(FILE *f)
{
	fprintf(f,
		"Usage: ustackd [-dfhV] [-g GROUP] [-n NAME]\n"
		"  -d, --debug        log more\n"
		"  -f, --foreground   stay in the foreground, log to standard error\n"
		"  -g, --group GROUP  members of GROUP may change the configuration\n"
		"  -h, --help         print this and exit\n"
		"  -n, --name NAME    name of the instance (else $USTACK, else \"%s\")\n"
		"  -V, --version      print the version and exit\n",
		USTACK_DEFAULT_NAME);
}

/* A group by name or number; false: there is none. */
static bool parse_group(const char *arg, gid_t *ret)
{
	const struct group *gr = getgrnam(arg);
	char *end;
	unsigned long n;

	if (gr) {
		*ret = gr->gr_gid;
		return true;
	}
	errno = 0;
	n = strtoul(arg, &end, 10);
	*ret = (gid_t)n;
	return arg[0] >= '0' && arg[0] <= '9' && !*end && !errno && n == *ret;
}

/* Return: -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct options *opts)
{
	static const struct option longs[] = {
		{ "debug", no_argument, NULL, 'd' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "group", required_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' },
		{ "name", required_argument, NULL, 'n' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "dfg:hn:V", longs, NULL)) != -1) {
		switch (c) {
		case 'd':
			opts->debug = true;
			break;
		case 'f':
			opts->foreground = true;
			break;
		case 'g':
			opts->has_group = parse_group(optarg, &opts->group);
			if (opts->has_group)
				break;
			fprintf(stderr, "ustackd: there is no group \"%s\"\n", optarg);
			return EXIT_FAILURE;
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		case 'n':
			opts->name = optarg;
			break;
		case 'V':
			printf("ustackd %s\n", PACKAGE_VERSION);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return EXIT_FAILURE;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "ustackd: unexpected argument \"%s\"\n", argv[optind]);
	usage(stderr);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct ustackd u = {
		.daemon.ready_fd = -1,
		.rundir.lock_fd = -1,
		.signals.fd = -1,
	};
	const char *name = getenv("USTACK");
	int status;

	u.opts.name = name && name[0] ? name : USTACK_DEFAULT_NAME;
	status = parse_options(argc, argv, &u.opts);
	if (status >= 0)
		return status;
	u.server.name = u.opts.name;
	return run(&u);
}
