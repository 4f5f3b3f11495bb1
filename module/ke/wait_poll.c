// SPDX-License-Identifier: GPL-2.0
/* Waits for what has no dispatcher: the file's poll() says whether it is signalled. */
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "ke/wait.h"
#include "ke/wait_poll.h"

/* Signalled: there is something to be read, or there never will be. */
#define KE_POLL_EVENTS (EPOLLIN | EPOLLRDNORM | EPOLLERR | EPOLLHUP)

/**
 * struct ke_poll_entry - a wait is on a wait queue
 * @wait: there
 * @head: of the queue; it lives as long as the file, or the polling task
 * @waiter: whose
 * @next: of the same wait
 */
struct ke_poll_entry {
	wait_queue_entry_t wait;
	wait_queue_head_t *head;
	struct ke_waiter *waiter;
	struct ke_poll_entry *next;
};

static int ke_poll_wake(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct ke_poll_entry *entry = container_of(wait, struct ke_poll_entry, wait);

	if (key && !(key_to_poll(key) & KE_POLL_EVENTS))
		return 0;
	WRITE_ONCE(entry->waiter->look, true);
	return default_wake_function(wait, TASK_NORMAL, sync, NULL);
}

static void ke_poll_queue(struct file *file, wait_queue_head_t *head, poll_table *table)
{
	struct ke_polls *polls = container_of(table, struct ke_polls, table);
	struct ke_poll_entry *entry = kmalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);

	if (!entry) {
		polls->error = true;
		return;
	}
	entry->head = head;
	entry->waiter = polls->waiter;
	entry->next = polls->entries;
	polls->entries = entry;
	init_waitqueue_func_entry(&entry->wait, ke_poll_wake);
	entry->wait.private = current;
	add_wait_queue(head, &entry->wait);
}

/**
 * ke_poll_begin() - is it signalled? And from now on wake the waiter when it changes
 * @polls: of the wait
 * @file: what to poll; the caller refers to it
 *
 * Context: may sleep.
 * Return: true if it is signalled.
 */
bool ke_poll_begin(struct ke_polls *polls, struct file *file)
{
	init_poll_funcptr(&polls->table, ke_poll_queue);
	polls->table._key = KE_POLL_EVENTS;
	return vfs_poll(file, &polls->table) & KE_POLL_EVENTS;
}

/**
 * ke_poll_again() - is it signalled now?
 * @file: what to poll
 *
 * Context: may sleep.
 * Return: true if so.
 */
bool ke_poll_again(struct file *file)
{
	return vfs_poll(file, NULL) & KE_POLL_EVENTS;
}

/**
 * ke_poll_end() - off the wait queues
 * @polls: of the wait; nobody looks at the waiter for it any more
 *
 * Context: may sleep.
 */
void ke_poll_end(struct ke_polls *polls)
{
	struct ke_poll_entry *entry, *next;

	for (entry = polls->entries; entry; entry = next) {
		next = entry->next;
		remove_wait_queue(entry->head, &entry->wait);
		kfree(entry);
	}
}
