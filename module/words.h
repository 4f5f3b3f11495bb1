/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copies of a few hundred bytes from and to user space, word by word: for that
 * size the kernel's own, made for buffers, take several times as long.
 */
#ifndef _NTDBG_WORDS_H
#define _NTDBG_WORDS_H

#include <linux/uaccess.h>

/**
 * words_to_user() - copy out
 * @to: in user space
 * @from: aligned to 8
 * @bytes: a multiple of 8
 *
 * Context: may sleep.
 * Return: true if all of it was copied.
 */
static __always_inline bool words_to_user(void __user *to, const void *from, size_t bytes)
{
	const u64 *word = from;
	u64 __user *out = to;
	size_t i;

	if (!user_access_begin(to, bytes))
		return false;
	for (i = 0; i < bytes / sizeof(u64); i++)
		unsafe_put_user(word[i], out + i, fault);
	user_access_end();
	return true;
fault:
	user_access_end();
	return false;
}

/**
 * words_from_user() - copy in
 * @to: aligned to 8; partly overwritten if it fails
 * @from: in user space
 * @bytes: a multiple of 8
 *
 * Context: may sleep.
 * Return: true if all of it was copied.
 */
static __always_inline bool words_from_user(void *to, const void __user *from, size_t bytes)
{
	const u64 __user *in = from;
	u64 *word = to;
	size_t i;

	if (!user_access_begin(from, bytes))
		return false;
	for (i = 0; i < bytes / sizeof(u64); i++)
		unsafe_get_user(word[i], in + i, fault);
	user_access_end();
	return true;
fault:
	user_access_end();
	return false;
}

#endif /* _NTDBG_WORDS_H */
