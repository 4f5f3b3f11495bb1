// SPDX-License-Identifier: GPL-2.0
/* Names in UTF-16. */
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "ob/name.h"

/*
 * Where small letters are: from @first to @last, @step apart, capitals @distance
 * below. What is in two alphabets or has no capital of one unit is left out.
 */
static const struct {
	u16 first;
	u16 last;
	u16 step;
	u16 distance;
} ob_small_letters[] = {
	{ 0x0061, 0x007a, 1, 0x20 },	/* ASCII */
	{ 0x00e0, 0x00f6, 1, 0x20 },	/* Latin 1 */
	{ 0x00f8, 0x00fe, 1, 0x20 },
	{ 0x0101, 0x012f, 2, 1 },	/* Latin extended A */
	{ 0x0133, 0x0137, 2, 1 },
	{ 0x013a, 0x0148, 2, 1 },
	{ 0x014b, 0x0177, 2, 1 },
	{ 0x017a, 0x017e, 2, 1 },
	{ 0x01ce, 0x01dc, 2, 1 },	/* Latin extended B */
	{ 0x01df, 0x01ef, 2, 1 },
	{ 0x01f9, 0x021f, 2, 1 },
	{ 0x0223, 0x0233, 2, 1 },
	{ 0x03ac, 0x03ac, 1, 0x26 },	/* Greek */
	{ 0x03ad, 0x03af, 1, 0x25 },
	{ 0x03b1, 0x03c1, 1, 0x20 },
	{ 0x03c3, 0x03cb, 1, 0x20 },
	{ 0x03cc, 0x03cc, 1, 0x40 },
	{ 0x03cd, 0x03ce, 1, 0x3f },
	{ 0x03d9, 0x03ef, 2, 1 },
	{ 0x0430, 0x044f, 1, 0x20 },	/* Cyrillic */
	{ 0x0450, 0x045f, 1, 0x50 },
	{ 0x0461, 0x0481, 2, 1 },
	{ 0x048b, 0x04bf, 2, 1 },
	{ 0x04c2, 0x04ce, 2, 1 },
	{ 0x04d1, 0x0523, 2, 1 },
	{ 0x0561, 0x0586, 1, 0x30 },	/* Armenian */
	{ 0x1e01, 0x1e95, 2, 1 },	/* Latin extended additional */
	{ 0x1ea1, 0x1eff, 2, 1 },
	{ 0x2170, 0x217f, 1, 0x10 },	/* Roman numerals */
	{ 0x24d0, 0x24e9, 1, 0x1a },	/* in circles */
	{ 0xff41, 0xff5a, 1, 0x20 },	/* full width */
};

/**
 * ob_upcase() - the capital of a letter (RtlUpcaseUnicodeChar)
 * @unit: in UTF-16
 *
 * Context: any.
 * Return: its capital, or @unit itself.
 */
u16 ob_upcase(u16 unit)
{
	unsigned int i;

	if (unit < 0x80)
		return unit >= 'a' && unit <= 'z' ? unit - 0x20 : unit;
	if (unit == 0x00ff)
		return 0x0178;
	for (i = 0; i < ARRAY_SIZE(ob_small_letters) && unit >= ob_small_letters[i].first; i++) {
		if (unit > ob_small_letters[i].last)
			continue;
		if ((unit - ob_small_letters[i].first) % ob_small_letters[i].step)
			return unit;
		return unit - ob_small_letters[i].distance;
	}
	return unit;
}

/**
 * ob_compare_names() - order of two names
 * @a: in UTF-16
 * @a_units: how many
 * @b: in UTF-16
 * @b_units: how many
 * @insensitive: small letters count as their capitals
 *
 * Context: any.
 * Return: less than, equal to or greater than 0.
 */
int ob_compare_names(const u16 *a, unsigned int a_units, const u16 *b, unsigned int b_units,
		     bool insensitive)
{
	unsigned int i, units = min(a_units, b_units);
	int difference;

	for (i = 0; i < units; i++) {
		if (a[i] == b[i])
			continue;
		difference = insensitive ? ob_upcase(a[i]) - ob_upcase(b[i]) : a[i] - b[i];
		if (difference)
			return difference;
	}
	return (int)a_units - (int)b_units;
}
