/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and prefixes as they are written on a command line, of any family.
 */
#ifndef UIP_INET_H
#define UIP_INET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest text of an address, NUL included: 32 bytes of a link-layer address. */
#define INET_TEXT_MAX 96
#define INET_LL_MAX   32

struct inet_prefix {
	int family;	   /* AF_INET, AF_INET6, AF_PACKET; "default": what was asked for */
	unsigned bytes;	   /* of data; 0: "default", "any", "all" */
	unsigned bits;	   /* length of the prefix; a plain address: all of them */
	bool length_given; /* by /LENGTH, /MASK, or "default" */
	uint8_t data[32];
};

/** inet_family_from() - "inet", "inet6", "link"; AF_UNSPEC for any other word */
int inet_family_from(const char *word);

/** inet_family_word() - the family's word in output, "???" for an unknown one */
const char *inet_family_word(int family);

/** inet_family_verbose() - the family as error messages call it; AF_UNSPEC is "any valid" */
const char *inet_family_verbose(int family);

/** inet_family_bits() - bits of an address: 32 or 128; 0 for other families */
unsigned inet_family_bits(int family);

/**
 * inet_addr_parse() - read an address
 * @family: AF_UNSPEC: told by the text. An IPv4 address may leave out trailing zeros: "10.1" is
 * 10.1.0.0
 *
 * Return: 0 or -EINVAL.
 */
int inet_addr_parse(const char *text, int family, struct inet_prefix *ret);

/**
 * inet_prefix_parse() - read ADDRESS, ADDRESS/LENGTH, ADDRESS/MASK (IPv4), or "default"; 0 or
 * -EINVAL
 */
int inet_prefix_parse(const char *text, int family, struct inet_prefix *ret);

/** inet_format() - write an address; @buf has INET_TEXT_MAX bytes; Return: @buf */
const char *inet_format(int family, const void *addr, size_t len, char *buf);

/** inet_prefix_has() - does @addr, of the prefix's family, lie in it? */
bool inet_prefix_has(const struct inet_prefix *p, const void *addr);

/** inet_ll_parse() - read a link-layer address "aa:bb:..."; Return: its length, or -EINVAL */
int inet_ll_parse(const char *text, uint8_t buf[INET_LL_MAX]);

/** inet_ll_format() - write a link-layer address; @buf has INET_TEXT_MAX bytes; Return: @buf */
const char *inet_ll_format(const void *addr, size_t len, char *buf);

/**
 * inet_ll_type() - the name of an ARPHRD_* type
 * @buf: of INET_TEXT_MAX bytes: an unknown one, and all with @numeric, are "[N]" there
 */
const char *inet_ll_type(unsigned type, bool numeric, char *buf);

#endif
