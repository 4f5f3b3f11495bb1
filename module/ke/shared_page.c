// SPDX-License-Identifier: GPL-2.0
/* KUSER_SHARED_DATA. */
#include "ke/shared_page.h"

/**
 * ke_shared_page_map() - give the current process its page
 * @start: what it asked for
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int ke_shared_page_map(const struct ntdbg_nt_start *start)
{
	return 0;
}

/**
 * ke_shared_page_unmap() - undo ke_shared_page_map()
 *
 * Context: may sleep.
 */
void ke_shared_page_unmap(void)
{
}
