// SPDX-License-Identifier: GPL-2.0
/* Debug objects: their life, and what is under them. */
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "dbgk/dbgk.h"
#include "hook.h"
#include "ob/ob.h"
#include "ps/mark.h"
#include "ps/process.h"

/* Attach, detach, launch and close, one at a time: who is whose debug port. */
DEFINE_MUTEX(dbgk_mutex);

static atomic_long_t dbgk_object_nr = ATOMIC_LONG_INIT(0);

static atomic64_t dbgk_last_id = ATOMIC64_INIT(0);

/**
 * dbgk_object_create() - NT: NtCreateDebugObject
 *
 * Context: may sleep.
 * Return: the object with one reference, or -ENOMEM.
 */
struct debug_object *dbgk_object_create(void)
{
	struct debug_object *object;

	object = kzalloc(sizeof(*object), GFP_KERNEL_ACCOUNT);
	if (!object)
		return ERR_PTR(-ENOMEM);
	object->record = kmalloc(NTDBG_EVENT_MAX_SIZE, GFP_KERNEL_ACCOUNT);
	if (!object->record) {
		kfree(object);
		return ERR_PTR(-ENOMEM);
	}
	ob_header_init(&object->header, &dbgk_object_type);
	object->id = atomic64_inc_return(&dbgk_last_id);
	/* Asked in the initial namespace: what a set-id program gains, it gains there. */
	object->privileged = capable(CAP_SYS_PTRACE);
	spin_lock_init(&object->lock);
	object->next_seq = 1;
	INIT_LIST_HEAD(&object->processes);
	object->ready = RB_ROOT_CACHED;
	INIT_LIST_HEAD(&object->read);
	init_waitqueue_head(&object->wait);
	mutex_init(&object->record_mutex);
	atomic_long_inc(&dbgk_object_nr);
	return object;
}

static void dbgk_object_free(void *object)
{
	struct debug_object *debug = object;

	kfree(debug->record);
	kfree(debug);
	atomic_long_dec(&dbgk_object_nr);
}

/**
 * dbgk_object_put() - one reference less
 * @object: the object
 *
 * Context: any.
 */
void dbgk_object_put(struct debug_object *object)
{
	ob_put(&object->header);
}

/**
 * dbgk_object_kill_on_close() - what the last close does to what is under it
 * @object: the object
 * @kill: it kills
 *
 * Context: any but with a lock of ours held.
 */
void dbgk_object_kill_on_close(struct debug_object *object, bool kill)
{
	spin_lock(&object->lock);
	if (kill)
		object->flags |= DEBUG_OBJECT_KILL_ON_CLOSE;
	else
		object->flags &= ~DEBUG_OBJECT_KILL_ON_CLOSE;
	spin_unlock(&object->lock);
}

/**
 * dbgk_object_hold_hooks() - arm the hooks, once for each object
 * @object: the object
 *
 * Context: dbgk_mutex is held; may sleep.
 * Return: 0 or the error of hook_group_get().
 */
int dbgk_object_hold_hooks(struct debug_object *object)
{
	int err;

	lockdep_assert_held(&dbgk_mutex);
	if (object->hooks_held)
		return 0;
	err = hook_group_get(HOOK_GROUP_DEBUG);
	object->hooks_held = !err;
	return err;
}

/**
 * dbgk_object_deserted() - were processes under it, and are all gone?
 * @object: the object
 *
 * Context: any.
 * Return: true if so: no event will ever come unless one is attached.
 */
bool dbgk_object_deserted(struct debug_object *object)
{
	/* Pairs with dbgk_object_add_process(): used, so its first process was listed. */
	return (smp_load_acquire(&object->flags) & DEBUG_OBJECT_USED) &&
	       list_empty(&object->processes);
}

/**
 * dbgk_object_add_process() - make it the debug port of a process
 * @object: the object
 * @process: a process without a debug port
 *
 * Context: process->lock is held.
 * Return: 0, or -ESHUTDOWN if the object is being closed.
 */
int dbgk_object_add_process(struct debug_object *object, struct ps_process *process)
{
	int err = 0;

	lockdep_assert_held(&process->lock);
	spin_lock_nested(&object->lock, SINGLE_DEPTH_NESTING);
	if (object->flags & DEBUG_OBJECT_INACTIVE) {
		err = -ESHUTDOWN;
	} else {
		ob_get(&object->header);
		ps_process_get(process);
		process->debug_port = object;
		process->debug_id = object->id;
		process->debug_generation++;
		list_add_tail(&process->debug_link, &object->processes);
		/* Pairs with dbgk_object_deserted(), which takes no lock. */
		smp_store_release(&object->flags, object->flags | DEBUG_OBJECT_USED);
	}
	spin_unlock(&object->lock);
	return err;
}

static struct ps_process *dbgk_object_first_process(struct debug_object *object)
{
	struct ps_process *process;

	spin_lock(&object->lock);
	process = list_first_entry_or_null(&object->processes, struct ps_process, debug_link);
	if (process)
		ps_process_get(process);
	spin_unlock(&object->lock);
	return process;
}

/*
 * NT: DbgkpCloseObject, when the last handle is closed. Processes under it run
 * on, or are killed if it says so.
 */
static void dbgk_object_teardown(struct debug_object *object)
{
	struct ps_process *process;
	bool kill;

	mutex_lock(&dbgk_mutex);
	spin_lock(&object->lock);
	object->flags |= DEBUG_OBJECT_INACTIVE;
	kill = object->flags & DEBUG_OBJECT_KILL_ON_CLOSE;
	spin_unlock(&object->lock);
	wake_up_all(&object->wait);
	while ((process = dbgk_object_first_process(object))) {
		/* First, so that a thread let go does not run another instruction. */
		if (kill) {
			ps_mark_terminated(process->pid, DBGK_STATUS_DEBUGGER_INACTIVE);
			kill_pid(process->pid, SIGKILL, 1);
		}
		dbgk_clear_debug_object(process);
		ps_process_put(process);
	}
	if (object->hooks_held)
		hook_group_put(HOOK_GROUP_DEBUG);
	object->hooks_held = false;
	mutex_unlock(&dbgk_mutex);
}

static void dbgk_object_close(void *object)
{
	struct debug_object *debug = object;

	if (ob_close_handle(&debug->header))
		dbgk_object_teardown(debug);
	dbgk_object_put(debug);
}

struct ob_type dbgk_object_type = {
	.id = NTDBG_OBJECT_DEBUG,
	.name = "[ntdbg-debugobject]",
	.generic_read = 0x20001,
	.generic_write = 0x20002,
	.generic_execute = 0x120000,
	.all_access = NTDBG_DEBUG_ALL_ACCESS,
	.reference = ob_open_header,
	.close = dbgk_object_close,
	.free = dbgk_object_free,
};

/**
 * dbgk_object_handles() - how many handles are open
 * @object: the object
 *
 * Return: the number.
 */
unsigned int dbgk_object_handles(struct debug_object *object)
{
	return atomic_read(&object->header.handles);
}

/**
 * dbgk_object_of() - the debug port of a process
 * @pid: of its thread group
 *
 * Context: any but with a lock of ours held.
 * Return: the object with a reference for the caller, or NULL. It may be on its
 * way down.
 */
struct debug_object *dbgk_object_of(struct pid *pid)
{
	struct ps_process *process = ps_process_find(pid);
	struct debug_object *object;

	if (!process)
		return NULL;
	spin_lock(&process->lock);
	object = process->debug_port;
	if (object)
		ob_get(&object->header);
	spin_unlock(&process->lock);
	ps_process_put(process);
	return object;
}

/**
 * dbgk_object_count() - how many debug objects exist
 *
 * Return: the number.
 */
unsigned long dbgk_object_count(void)
{
	return atomic_long_read(&dbgk_object_nr);
}
