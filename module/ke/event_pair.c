// SPDX-License-Identifier: GPL-2.0
/* Event pairs. */
#include <linux/module.h>
#include <linux/slab.h>

#include "ke/event_pair.h"

/* Without poll(): whoever waits for one as such does not wait. */
static const struct file_operations ke_event_pair_fops = {
	.owner = THIS_MODULE,
	.release = ob_release,
	.llseek = noop_llseek,
};

static void ke_event_pair_free(void *object)
{
	kfree(object);
}

const struct ob_type ke_event_pair_type = {
	.id = NTDBG_OBJECT_EVENT_PAIR,
	.name = "[nt-event-pair]",
	.generic_read = KE_STANDARD_EXECUTE,
	.generic_write = KE_STANDARD_EXECUTE,
	.generic_execute = KE_STANDARD_EXECUTE,
	.all_access = KE_EVENT_PAIR_ALL_ACCESS,
	.fops = &ke_event_pair_fops,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ke_event_pair_free,
};

/**
 * ke_event_pair_create() - a new event pair
 *
 * Context: may sleep.
 * Return: the pair, or NULL.
 */
struct ke_event_pair *ke_event_pair_create(void)
{
	struct ke_event_pair *pair = kmalloc(sizeof(*pair), GFP_KERNEL_ACCOUNT);

	if (!pair)
		return NULL;
	ob_header_init(&pair->header, &ke_event_pair_type);
	ke_dispatcher_init(&pair->low, KE_SYNCHRONIZATION, 0);
	ke_dispatcher_init(&pair->high, KE_SYNCHRONIZATION, 0);
	return pair;
}
