/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may stand where the cursor is: for the shell's completion.
 */
#ifndef UIP_COMPLETE_H
#define UIP_COMPLETE_H

struct uip;

/**
 * complete() - call @fn with each word that may come after the words before the cursor
 * @before: the line up to the word that is being typed
 * @word: that word so far; only words that begin with it are given
 */
void complete(struct uip *u, const char *before, const char *word,
	      void (*fn)(const char *word, void *arg), void *arg);

#endif
