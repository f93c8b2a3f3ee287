/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from a command to its instance: the functions of uip.h. Called by all objects.
 *
 * What the stack refuses is printed here, once, so that an object only passes the status on.
 */
#include "uip/uip.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/extack.h"
#include "uip/out.h"
#include "uip/pipeline.h"
#include "uip/req.h"
#include "uip/nlsock.h"
#include "libsock/channel.h"

void uip_say_unreachable(const char *instance, int err)
{
	char dir[256];

	if (usock_rundir(dir, sizeof(dir), instance))
		strcpy(dir, "its directory");
	if (err == -EINVAL || err == -ENAMETOOLONG)
		fprintf(stderr, "\"%s\" is not a name for an instance.\n",
			instance ? instance : "");
	else if (err == -ENOENT || err == -ECONNREFUSED)
		fprintf(stderr, "No instance serves in %s: start it with \"uip stack add NAME\".\n",
			dir);
	else
		fprintf(stderr, "Cannot open the channel in %s: %s\n", dir, strerror(-err));
}

struct nlsock *uip_rtnl(struct uip *u)
{
	int err;

	if (u->rtnl)
		return u->rtnl;
	err = nlsock_open(u->opts.instance, USTACK_CHAN_ROUTE, &u->rtnl);
	if (err)
		uip_say_unreachable(u->opts.instance, err);
	return u->rtnl;
}

void uip_disconnect(struct uip *u)
{
	nlsock_close(u->rtnl);
	u->rtnl = NULL;
	devmap_clear(u->devs);
}

/* What was written before an error must be read before it. */
static int report(struct uip *u, const struct nl_report *r)
{
	if (r->error || r->text[0]) {
		out_flush(u->out);
		extack_print(stderr, r);
	}
	return r->error ? UIP_REFUSED : UIP_OK;
}

static int channel_failed(struct uip *u, int err)
{
	out_flush(u->out);
	fprintf(stderr, "The instance does not answer: %s\n", strerror(-err));
	return UIP_FAILED;
}

int uip_settle(struct uip *u)
{
	return u->pipeline ? pipeline_drain(u->pipeline) : UIP_OK;
}

/* Sends @q and waits; what the stack says goes to @r. */
static int converse(struct uip *u, struct req *q, nlsock_fn fn, void *arg, struct nl_report *r)
{
	struct nlsock *rtnl;
	int status = q->error ? channel_failed(u, q->error) : uip_settle(u);

	if (status)
		return status;
	rtnl = uip_rtnl(u);
	if (!rtnl)
		return UIP_FAILED;
	status = nlsock_talk(rtnl, q, fn, arg, r);
	return status < 0 ? channel_failed(u, status) : status;
}

/* Does @q change what the device map holds? */
static bool changes_devices(struct req *q)
{
	int type = req_header(q)->nlmsg_type;

	return type == RTM_NEWLINK || type == RTM_DELLINK || type == RTM_SETLINK;
}

int uip_change(struct uip *u, struct req *q)
{
	struct nl_report r;
	int status;

	if (u->pipeline && !q->error && q->fd < 0 && !changes_devices(q)) {
		status = pipeline_add(u->pipeline, q);
	} else {
		status = converse(u, q, NULL, NULL, &r);
		if (!status)
			status = report(u, &r);
		if (q->msg && changes_devices(q))
			devmap_clear(u->devs);
	}
	req_exit(q);
	return status;
}

int uip_ask(struct uip *u, struct req *q, nlsock_fn fn, void *arg, bool quiet)
{
	struct nl_report r;
	int status = converse(u, q, fn, arg, &r);

	req_exit(q);
	if (status)
		return status;
	return quiet && r.error ? UIP_REFUSED : report(u, &r);
}

/* Takes dumped objects; one that cannot be shown does not end the dump. */
struct dump {
	nlsock_fn fn;
	void *arg;
};

static int dump_object(const struct nlmsghdr *h, void *arg)
{
	struct dump *d = arg;

	d->fn(h, d->arg);
	return 0;
}

int uip_dump(struct uip *u, struct req *q, nlsock_fn fn, void *arg, const char *what)
{
	struct dump d = { .fn = fn, .arg = arg };
	struct nl_report r = { 0 };
	int status;

	if (q->msg)
		req_header(q)->nlmsg_flags |= NLM_F_DUMP;
	status = converse(u, q, dump_object, &d, &r);
	req_exit(q);
	if (status)
		return status;
	if (!what)
		return r.error ? UIP_REFUSED : UIP_OK;
	status = report(u, &r);
	if (status)
		fprintf(stderr, "%s terminated\n", what);
	else if (nlsock_interrupted(u->rtnl))
		fputs("Dump was interrupted and may be inconsistent.\n", stderr);
	return status;
}

/* --- devices ---------------------------------------------------------------------------------- */

static int learn_device(const struct nlmsghdr *h, void *arg)
{
	struct uip *u = arg;

	devmap_learn(u->devs, h);
	return 0;
}

unsigned uip_dev_index(struct uip *u, const char *name)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	unsigned index = devmap_index(u->devs, name);
	struct req q;

	if (index || devmap_complete(u->devs))
		return index;
	if (strlen(name) < IF_NAMESIZE) {
		req_init(&q, RTM_GETLINK, 0, &ifi, sizeof(ifi));
		req_str(&q, IFLA_IFNAME, name);
		uip_ask(u, &q, learn_device, u, true);
		index = devmap_index(u->devs, name);
	}
	if (!index && sscanf(name, "if%u", &index) != 1)
		index = 0;
	return index;
}

int uip_no_dev(const char *name)
{
	fprintf(stderr, "Cannot find device \"%s\"\n", name);
	return UIP_FAILED;
}

int uip_put_dev(struct uip *u, struct req *q, int attr, const char *name)
{
	unsigned index;

	if (!name)
		return UIP_OK;
	index = uip_dev_index(u, name);
	if (!index)
		return uip_no_dev(name);
	req_u32(q, attr, index);
	return UIP_OK;
}

int uip_load_devs(struct uip *u)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	struct req q;
	int status;

	if (devmap_complete(u->devs))
		return UIP_OK;
	req_init(&q, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	status = uip_dump(u, &q, learn_device, u, "Dump");
	if (!status)
		devmap_set_complete(u->devs);
	return status;
}
