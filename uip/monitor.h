/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "monitor": changes as they happen.
 */
#ifndef UIP_MONITOR_H
#define UIP_MONITOR_H

struct args;
struct uip;

/** monitor_main() - show notifications until the instance goes away */
int monitor_main(struct uip *u, struct args *a);

/** monitor_words() - call @fn with each word that monitor takes */
void monitor_words(void (*fn)(const char *word, void *arg), void *arg);

#endif
