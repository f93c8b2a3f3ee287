/* SPDX-License-Identifier: BSD-2-Clause */
/* The drivers' view of the event loop: struct driver_loop (stack/driver/driver.h) over struct loop. */
#ifndef NLSERVER_DRIVER_LOOP_H
#define NLSERVER_DRIVER_LOOP_H

#include "nlserver/loop.h"
#include "stack/driver/driver.h"

/** driver_loop_init - fill @dl so that drivers are watched by @loop, which outlives them */
void driver_loop_init(struct driver_loop *dl, struct loop *loop);

#endif
