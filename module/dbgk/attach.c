// SPDX-License-Identifier: GPL-2.0
/* Putting a process under a debug object: launch and attach. */
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <ntdbg/object.h>

#include "dbgk/dbgk.h"
#include "mm/image.h"
#include "ps/process.h"
#include "ps/suspend.h"
#include "symbols.h"

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
	if (!err)
		err = ps_process_acquire(current, &process);
	if (err)
		goto unlock;
	err = ps_thread_add(process, current, 0);
	if (err == -EEXIST)
		err = 0;
	spin_lock(&process->lock);
	if (process->debug_port || (process->flags & PS_PROCESS_ATTACHING))
		err = -EBUSY;
	if (!err)
		err = dbgk_object_add_process(object, process);
	if (!err) {
		process->flags &= ~PS_PROCESS_NO_DEBUG_INHERIT;
		process->flags |= process_flags;
	}
	spin_unlock(&process->lock);
	if (err)
		ps_process_release(process);
	ps_process_put(process);
unlock:
	mutex_unlock(&dbgk_mutex);
	return err;
}

/* A fake is released when its thread may run: when it is continued or withdrawn. */
static void dbgk_release_fake(struct dbgk_event *event)
{
	struct ps_thread *thread = event->thread;

	if (event->resumes)
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
	if (type != NTDBG_EVENT_LOAD_IMAGE) {
		dbgk_thread(thread)->reported = true;
		event->resumes = thread->attach_suspended;
		thread->attach_suspended = false;
	}
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

/* Attach does not keep the threads that it suspended. */
static void dbgk_undo_suspension(struct ps_process *process)
{
	struct ps_thread *thread;

	lockdep_assert_held(&process->lock);
	list_for_each_entry(thread, &process->threads, link) {
		if (!thread->attach_suspended)
			continue;
		thread->attach_suspended = false;
		/* Somebody may have resumed it already: the count is for all to see. */
		if (thread->suspend_count && !--thread->suspend_count)
			wake_up(&thread->wait);
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
	dbgk_undo_suspension(process);
	ps_thread_ask(thread, BIT(PS_ASKED_EXEC));
}

/*
 * What the threads had still to report themselves, attach reports in their stead:
 * they were steered before, and perhaps on their way out of clone() or execve().
 */
static void dbgk_take_over(struct ps_process *process)
{
	struct ps_thread *thread;

	lockdep_assert_held(&process->lock);
	process->flags &= ~(PS_PROCESS_LAUNCHING | PS_PROCESS_EXEC_PENDING);
	list_for_each_entry(thread, &process->threads, link) {
		clear_bit(PS_ASKED_EXEC, &thread->asked);
		clear_bit(PS_ASKED_CREATE, &thread->asked);
		clear_bit(PS_ASKED_IMAGES, &thread->asked);
		ps_thread_refresh_pid_locked(thread);
	}
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
			dbgk_take_over(process);
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
 * Only one attach at a time, and none to what has a debug port. From here on
 * every thread of the process is suspended once, those that are made, too.
 */
static int dbgk_begin_attach(struct ps_process *process)
{
	struct ps_thread *thread;
	int err = 0;

	spin_lock(&process->lock);
	if (process->debug_port || (process->flags & PS_PROCESS_ATTACHING)) {
		err = -EBUSY;
		goto unlock;
	}
	process->flags |= PS_PROCESS_ATTACHING;
	/* Those that are here already, because somebody steers the process. */
	list_for_each_entry(thread, &process->threads, link) {
		if (thread->suspend_count == NTDBG_MAXIMUM_SUSPEND_COUNT)
			continue;
		thread->attach_suspended = true;
		thread->suspend_count++;
		ps_thread_ask(thread, 0);
	}
unlock:
	spin_unlock(&process->lock);
	return err;
}

static void dbgk_end_attach(struct ps_process *process)
{
	spin_lock(&process->lock);
	process->flags &= ~PS_PROCESS_ATTACHING;
	dbgk_undo_suspension(process);
	spin_unlock(&process->lock);
}

/*
 * Only the last step is under dbgk_mutex: looking at the images reads files,
 * and a file system that does not answer must not stop other debuggers. Until
 * that step the process object has no port, so nobody can detach it.
 */
static int dbgk_attach_process(struct debug_object *object, struct ps_process *process,
			       struct task_struct *leader)
{
	struct mm_program program;
	struct mm_struct *mm;
	int err;

	mm = dbgk_get_mm(leader);
	if (!mm || (leader->signal->flags & SIGNAL_GROUP_EXIT)) {
		err = -EOWNERDEAD;
		goto put_mm;
	}
	err = ps_process_collect(process, leader);
	if (err)
		goto put_mm;
	mm_image_forget(process);
	err = mm_image_scan(process, mm, MM_IMAGE_NEW);
	mm_read_program(mm, &program);
put_mm:
	if (mm)
		mmput(mm);
	if (err)
		return err;
	mutex_lock(&dbgk_mutex);
	err = dbgk_commit(process, object, &program);
	mutex_unlock(&dbgk_mutex);
	return err;
}

static int dbgk_attach_task(struct debug_object *object, struct task_struct *leader)
{
	struct ps_process *process;
	int err;

	err = ps_process_acquire(leader, &process);
	if (err)
		return err;
	err = dbgk_begin_attach(process);
	if (!err) {
		err = dbgk_attach_process(object, process, leader);
		if (err) {
			dbgk_end_attach(process);
			dbgk_forget_images(process);
		}
	}
	/* Attached, the debug port is the user that attach has been so far. */
	if (err)
		ps_process_release(process);
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
 * dbgk_attach_leader() - NT: NtDebugActiveProcess
 * @object: the object
 * @leader: of the process; need not be alive any more
 *
 * Context: may sleep.
 * Return: 0, or an error as the uapi header lists them.
 */
int dbgk_attach_leader(struct debug_object *object, struct task_struct *leader)
{
	if (same_thread_group(leader, current))
		return -EDEADLK;
	if (leader->flags & PF_KTHREAD)
		return -EACCES;
	return dbgk_attach_permitted(object, leader);
}

/**
 * dbgk_attach() - the same by a number
 * @object: the object
 * @pid: as the current process sees it
 *
 * Context: may sleep.
 * Return: as dbgk_attach_leader(); -ESRCH.
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
	err = dbgk_attach_leader(object, leader);
	put_task_struct(leader);
	return err;
}
