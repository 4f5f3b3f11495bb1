/* SPDX-License-Identifier: GPL-2.0 */
/* The part of waits that polls files. */
#ifndef _NTDBG_KE_WAIT_POLL_H
#define _NTDBG_KE_WAIT_POLL_H

#include <linux/poll.h>
#include <linux/types.h>

struct ke_poll_entry;
struct ke_waiter;

/**
 * struct ke_polls - the wait queues that a wait is on
 * @table: of poll()
 * @waiter: whose
 * @entries: one for each queue, linked
 * @error: one could not be made
 */
struct ke_polls {
	poll_table table;
	struct ke_waiter *waiter;
	struct ke_poll_entry *entries;
	bool error;
};

bool ke_poll_begin(struct ke_polls *polls, struct file *file);
bool ke_poll_again(struct file *file);
void ke_poll_end(struct ke_polls *polls);

#endif /* _NTDBG_KE_WAIT_POLL_H */
