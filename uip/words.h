/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of a batch or of the shell, taken apart into words.
 */
#ifndef UIP_WORDS_H
#define UIP_WORDS_H

struct words {
	char **word; /* within the line that was split; NULL after the last */
	int count;
	int room;
};

/**
 * words_split() - split @line at white space; 'a b' and "a b" are one word, '#' begins a comment
 * @line: cut into pieces, and must live as long as the words
 *
 * Return: 0; -EINVAL: a quote is open (a message was printed); -ENOMEM.
 */
int words_split(struct words *w, char *line);
void words_free(struct words *w);

#endif
