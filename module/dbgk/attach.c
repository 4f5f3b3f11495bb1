// SPDX-License-Identifier: GPL-2.0
/* Putting a process under a debug object: launch and attach. */
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "dbgk/dbgk.h"
#include "kcompat.h"
#include "mm/image.h"
#include "ps/process.h"
#include "ps/suspend.h"
#include "symbols.h"

/* Threads looked at in one RCU read section. */
#define DBGK_ATTACH_BATCH 32

/**
 * dbgk_launch() - put the current process under an object, from its next execve on
 * @object: the object
 * @flags: NTDBG_LAUNCH_*
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if the process has several threads; -EBUSY if it is under
 * a debug object; -ESHUTDOWN, -ENOMEM, -EOPNOTSUPP.
 */
int dbgk_launch(struct debug_object *object, u32 flags)
{
	unsigned int process_flags = PS_PROCESS_LAUNCHING;
	struct ps_process *process;
	int err;

	if (!thread_group_empty(current))
		return -EINVAL;
	if (!(flags & NTDBG_LAUNCH_INHERIT))
		process_flags |= PS_PROCESS_NO_DEBUG_INHERIT;
	if (flags & NTDBG_LAUNCH_LOADER_BREAK)
		process_flags |= PS_PROCESS_LOADER_BREAK;

	mutex_lock(&dbgk_mutex);
	err = dbgk_object_hold_hooks(object);
	if (err)
		goto unlock;
	process = ps_process_create(current, process_flags);
	if (IS_ERR(process)) {
		err = PTR_ERR(process) == -EEXIST ? -EBUSY : PTR_ERR(process);
		goto unlock;
	}
	err = ps_thread_add(process, current, 0, 0, NULL);
	if (!err) {
		spin_lock(&process->lock);
		err = dbgk_object_add_process(object, process);
		spin_unlock(&process->lock);
	}
	if (err)
		dbgk_release_process(process);
	ps_process_put(process);
unlock:
	mutex_unlock(&dbgk_mutex);
	return err;
}

static bool dbgk_can_be_debugged(struct task_struct *task)
{
	return !(task->flags & (PF_EXITING | NTDBG_PF_NO_USER_MODE)) && !ps_thread_tracked(task);
}

/*
 * Make thread objects for all threads there are, suspended. New ones are added
 * by their parents, who see the process object. Returns when a whole pass
 * finds nobody new.
 */
static int dbgk_collect_threads(struct ps_process *process, struct task_struct *leader)
{
	struct task_struct *batch[DBGK_ATTACH_BATCH];
	struct task_struct *task;
	unsigned int nr, i;
	int err = 0;

	do {
		nr = 0;
		rcu_read_lock();
		for_each_thread(leader, task) {
			if (!dbgk_can_be_debugged(task))
				continue;
			batch[nr++] = get_task_struct(task);
			if (nr == DBGK_ATTACH_BATCH)
				break;
		}
		rcu_read_unlock();
		for (i = 0; i < nr; i++) {
			if (!err)
				err = ps_thread_add(process, batch[i], 0, 1, NULL);
			if (err == -EEXIST || err == -ESRCH)
				err = 0;
			put_task_struct(batch[i]);
		}
		if (fatal_signal_pending(current))
			err = -EINTR;
	} while (nr && !err);
	return err;
}

/* A fake is released when its thread may run: when it is continued or withdrawn. */
static void dbgk_release_fake(struct dbgk_event *event)
{
	struct ps_thread *thread = event->thread;

	if (event->type != NTDBG_EVENT_LOAD_IMAGE)
		ps_resume(thread);
	if (event->image)
		mm_image_put(event->image);
	ps_thread_put(thread);
	kfree(event);
}

static void dbgk_free_fakes(struct list_head *fakes)
{
	struct dbgk_event *event, *next;

	list_for_each_entry_safe(event, next, fakes, link)
		kfree(event);
	INIT_LIST_HEAD(fakes);
}

static int dbgk_alloc_fakes(struct list_head *fakes, unsigned int nr)
{
	struct dbgk_event *event;

	while (nr--) {
		event = kzalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);
		if (!event)
			return -ENOMEM;
		list_add(&event->link, fakes);
	}
	return 0;
}

static void dbgk_list_fake(struct debug_object *object, struct list_head *fakes,
			   struct ps_thread *thread, u32 type, struct mm_image *image, u64 entry)
{
	struct dbgk_event *event = list_first_entry(fakes, struct dbgk_event, link);

	list_del(&event->link);
	dbgk_event_init(event, thread, type, NTDBG_EVENT_F_FAKE);
	event->release = dbgk_release_fake;
	event->entry = entry;
	ps_thread_get(thread);
	if (image) {
		refcount_inc(&image->refs);
		event->image = image;
	}
	dbgk_list_event_locked(object, event);
}

/* NT's order: the process, its loader, the other threads, the other images. */
static void dbgk_list_fakes(struct ps_process *process, struct debug_object *object,
			    struct list_head *fakes, const struct mm_program *program)
{
	struct ps_thread *first = list_first_entry(&process->threads, struct ps_thread, link);
	struct mm_image *image, *of_program = NULL, *interpreter = NULL;
	struct ps_thread *thread;

	list_for_each_entry(image, &process->images, link) {
		if (image->program)
			of_program = image;
		else if (program->interpreter && image->base == program->interpreter)
			interpreter = image;
	}
	dbgk_list_fake(object, fakes, first, NTDBG_EVENT_CREATE_PROCESS, of_program,
		       program->entry);
	if (interpreter)
		dbgk_list_fake(object, fakes, first, NTDBG_EVENT_LOAD_IMAGE, interpreter, 0);
	list_for_each_entry(thread, &process->threads, link)
		if (thread != first)
			dbgk_list_fake(object, fakes, thread, NTDBG_EVENT_CREATE_THREAD, NULL, 0);
	list_for_each_entry(image, &process->images, link) {
		if (image != of_program && image != interpreter && image->state != MM_IMAGE_GONE)
			dbgk_list_fake(object, fakes, first, NTDBG_EVENT_LOAD_IMAGE, image, 0);
		if (image->state == MM_IMAGE_NEW)
			image->state = MM_IMAGE_MAPPED;
	}
}

/*
 * Attach met the process in execve, when its new image was not complete: let
 * its one thread report that image itself, as after a launch.
 */
static void dbgk_attach_in_exec(struct ps_process *process)
{
	struct ps_thread *thread = list_first_entry(&process->threads, struct ps_thread, link);

	process->flags |= PS_PROCESS_LAUNCHING | PS_PROCESS_EXEC_PENDING;
	thread->suspend_count = 0;
	ps_thread_ask(thread, BIT(PS_ASKED_EXEC));
	wake_up(&thread->wait);
}

/*
 * Set the port and list the fakes in one step: from here on a new thread
 * reports itself, up to here it is among the collected ones. NT:
 * DbgkpSetProcessDebugObject, without its backing out.
 */
static int dbgk_commit(struct ps_process *process, struct debug_object *object,
		       const struct mm_program *program)
{
	unsigned int have = 0, want;
	struct mm_image *image;
	LIST_HEAD(fakes);
	int err;

	mutex_lock(&process->image_mutex);
	for (;;) {
		spin_lock(&process->lock);
		want = process->nr_threads + 1;
		list_for_each_entry(image, &process->images, link)
			want++;
		if (have >= want || !process->nr_threads)
			break;
		spin_unlock(&process->lock);
		err = dbgk_alloc_fakes(&fakes, want - have);
		if (err)
			goto out;
		have = want;
	}
	err = process->nr_threads ? dbgk_object_add_process(object, process) : -EOWNERDEAD;
	if (!err) {
		process->flags &= ~PS_PROCESS_ATTACHING;
		process->flags |= PS_PROCESS_NO_DEBUG_INHERIT;
		if (program->entry) {
			process->flags |= PS_PROCESS_CREATE_REPORTED;
			spin_lock_nested(&object->lock, SINGLE_DEPTH_NESTING);
			dbgk_list_fakes(process, object, &fakes, program);
			spin_unlock(&object->lock);
		} else {
			dbgk_attach_in_exec(process);
		}
	}
	spin_unlock(&process->lock);
	if (!err)
		dbgk_wake_readers(object);
out:
	mutex_unlock(&process->image_mutex);
	dbgk_free_fakes(&fakes);
	return err;
}

/* The memory of a process whose leader may be gone already. */
static struct mm_struct *dbgk_get_mm(struct task_struct *leader)
{
	struct mm_struct *mm = get_task_mm(leader);
	struct task_struct *task, *found = NULL;

	if (mm)
		return mm;
	rcu_read_lock();
	for_each_thread(leader, task) {
		if (!(task->flags & PF_EXITING)) {
			found = get_task_struct(task);
			break;
		}
	}
	rcu_read_unlock();
	if (found) {
		mm = get_task_mm(found);
		put_task_struct(found);
	}
	return mm;
}

/*
 * Only the last step is under dbgk_mutex: looking at the images reads files,
 * and a file system that does not answer must not stop other debuggers. Until
 * that step the process object has no port, so nobody can detach it.
 */
static int dbgk_attach_task(struct debug_object *object, struct task_struct *leader)
{
	struct mm_program program;
	struct ps_process *process;
	struct mm_struct *mm;
	int err;

	process = ps_process_create(leader, PS_PROCESS_ATTACHING);
	if (IS_ERR(process))
		return PTR_ERR(process) == -EEXIST ? -EBUSY : PTR_ERR(process);
	mm = dbgk_get_mm(leader);
	if (!mm || (leader->signal->flags & SIGNAL_GROUP_EXIT)) {
		err = -EOWNERDEAD;
		goto out;
	}
	err = dbgk_collect_threads(process, leader);
	if (err)
		goto out;
	err = mm_image_scan(process, mm, MM_IMAGE_NEW);
	mm_read_program(mm, &program);
out:
	if (mm)
		mmput(mm);
	mutex_lock(&dbgk_mutex);
	if (!err)
		err = dbgk_commit(process, object, &program);
	if (err)
		dbgk_release_process(process);
	mutex_unlock(&dbgk_mutex);
	ps_process_put(process);
	return err;
}

/*
 * The right to trace is asked for and used under the lock that execve holds
 * until its credentials are those of the new program: it cannot gain rights in
 * between. The lock of another process's execve may be held for long.
 */
static int dbgk_attach_permitted(struct debug_object *object, struct task_struct *leader)
{
	int err;

	if (mutex_lock_interruptible(&leader->signal->cred_guard_mutex))
		return -ERESTARTNOINTR;
	if (!symbols_ptrace_may_access(leader, PTRACE_MODE_ATTACH_REALCREDS)) {
		err = -EPERM;
		goto unlock;
	}
	mutex_lock(&dbgk_mutex);
	err = dbgk_object_hold_hooks(object);
	mutex_unlock(&dbgk_mutex);
	if (!err)
		err = dbgk_attach_task(object, leader);
unlock:
	mutex_unlock(&leader->signal->cred_guard_mutex);
	return err;
}

/**
 * dbgk_attach() - NT: NtDebugActiveProcess
 * @object: the object
 * @pid: as the current process sees it
 *
 * Context: may sleep.
 * Return: 0, or an error as the uapi header lists them.
 */
int dbgk_attach(struct debug_object *object, u32 pid)
{
	struct pid *id = find_get_pid(pid);
	struct task_struct *leader;
	int err;

	leader = id ? get_pid_task(id, PIDTYPE_TGID) : NULL;
	put_pid(id);
	if (!leader)
		return -ESRCH;
	if (same_thread_group(leader, current))
		err = -EDEADLK;
	else if (leader->flags & PF_KTHREAD)
		err = -EACCES;
	else
		err = dbgk_attach_permitted(object, leader);
	put_task_struct(leader);
	return err;
}
