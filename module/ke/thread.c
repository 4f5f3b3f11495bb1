// SPDX-License-Identifier: GPL-2.0
/* NT threads and NT processes: see thread.h for their life. */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/thread_info.h>

#include "hook.h"
#include "kcompat.h"
#include "ke/apc.h"
#include "ke/mutant.h"
#include "ke/service.h"
#include "ke/shared_page.h"
#include "ke/thread.h"
#include "ke/user_dispatch.h"
#include "mm/vad.h"
#include "ps/target.h"

DEFINE_STATIC_KEY_FALSE(ke_kernel_calls);

DEFINE_HASHTABLE(ke_thread_hash, KE_HASH_BITS);
static DEFINE_SPINLOCK(ke_hash_lock);
static DEFINE_MUTEX(ke_start_mutex);
static struct kmem_cache *ke_thread_cache;
static atomic_long_t ke_process_nr = ATOMIC_LONG_INIT(0);

/**
 * ke_thread_init() - make the cache
 *
 * Context: module init, may sleep.
 * Return: 0 or -ENOMEM.
 */
int ke_thread_init(void)
{
	ke_thread_cache = KMEM_CACHE(ke_thread, SLAB_ACCOUNT);
	return ke_thread_cache ? 0 : -ENOMEM;
}

/**
 * ke_thread_cleanup() - wait for the last grace periods and drop the cache
 *
 * Context: module exit, may sleep. There is no NT process any more.
 */
void ke_thread_cleanup(void)
{
	rcu_barrier();
	kmem_cache_destroy(ke_thread_cache);
}

/**
 * ke_current() - the NT thread that is executing
 *
 * Context: any.
 * Return: its object, which stays until the thread exits or execs; NULL if it is
 * none.
 */
struct ke_thread *ke_current(void)
{
	return ke_current_inline();
}

/**
 * ke_thread_find() - the NT thread of a task
 * @task: the task
 *
 * Context: any.
 * Return: the object with a reference for the caller, or NULL.
 */
struct ke_thread *ke_thread_find(struct task_struct *task)
{
	struct ke_thread *thread;

	rcu_read_lock();
	thread = ke_thread_hashed(task);
	if (thread && !refcount_inc_not_zero(&thread->refs))
		thread = NULL;
	rcu_read_unlock();
	return thread;
}

/**
 * ke_thread_mode() - PreviousMode, when not all calls come from user mode
 *
 * Context: any.
 * Return: the current thread's mode.
 */
enum ke_mode ke_thread_mode(void)
{
	struct ke_thread *thread = ke_current();

	return thread ? thread->previous_mode : KE_USER_MODE;
}

static void ke_process_free(struct work_struct *work)
{
	struct ke_process *process = container_of(work, struct ke_process, free_work);
	unsigned long fd;
	void *protected;

	if (process->target)
		ps_target_put(process->target);
	ke_change_timer_resolution(process->timer_resolution, 0);
	xa_for_each(&process->protected_handles, fd, protected)
		kfree(protected);
	xa_destroy(&process->protected_handles);
	mm_vads_free(process->vads);
	put_pid(process->tgid);
	kfree(process);
	atomic_long_dec(&ke_process_nr);
	hook_group_put(HOOK_GROUP_NT);
	module_put(THIS_MODULE);
	hook_leave();
}

/* Also in atomic context: the rest is done by a worker. */
static void ke_process_put(struct ke_process *process)
{
	if (!refcount_dec_and_test(&process->refs))
		return;
	hook_hold();
	schedule_work(&process->free_work);
}

static void ke_thread_free(struct rcu_head *rcu)
{
	struct ke_thread *thread = container_of(rcu, struct ke_thread, rcu);

	kmem_cache_free(ke_thread_cache, thread);
}

/**
 * ke_thread_put() - one reference less
 * @thread: the thread
 *
 * Context: any.
 */
void ke_thread_put(struct ke_thread *thread)
{
	if (!refcount_dec_and_test(&thread->refs))
		return;
	ke_flush_apcs(thread);
	ke_forget_fault(thread);
	put_task_struct(thread->task);
	ke_process_put(thread->process);
	call_rcu(&thread->rcu, ke_thread_free);
}

/* No NT call of the thread is under way, or ever will be. */
static void ke_thread_remove(struct ke_thread *thread)
{
	spin_lock(&ke_hash_lock);
	hash_del_rcu(&thread->node);
	spin_unlock(&ke_hash_lock);
	ke_rundown_apcs(thread);
	ke_rundown_mutants(thread);
	ke_thread_put(thread);
}

/* Only a syscall between start and end traps: the kernel asks ip - offset < len. */
static void ke_set_stub_range(struct task_struct *task, const struct ntdbg_nt_start *start)
{
	if (!(start->flags & NTDBG_NT_STUBS))
		return;
	task->syscall_dispatch.selector = NULL;
	task->syscall_dispatch.offset = start->stub_start + start->stub_length;
	task->syscall_dispatch.len = -start->stub_length;
	task->syscall_dispatch.on_dispatch = false;
	set_task_syscall_work(task, SYSCALL_USER_DISPATCH);
}

static void ke_enable_work(struct callback_head *head)
{
	struct ke_thread *thread = container_of(head, struct ke_thread, enable);

	/* It was past the hook on do_exit() when it was found. */
	if (current->flags & PF_EXITING)
		ke_thread_remove(thread);
	else
		ke_set_stub_range(current, &thread->process->start);
	ke_thread_put(thread);
	hook_leave();
}

static void ke_into_kernel(void *unused)
{
}

/* Another thread of the process that asks: it does the rest itself, before user mode. */
static void ke_enable_later(struct ke_thread *thread)
{
	hook_hold();
	refcount_inc(&thread->refs);
	init_task_work(&thread->enable, ke_enable_work);
	if (!task_work_add(thread->task, &thread->enable, TWA_RESUME))
		return;
	ke_thread_remove(thread);
	ke_thread_put(thread);
	hook_leave();
}

/* The object of a thread, in the hash. Returns NULL if it has one, or an error. */
static struct ke_thread *ke_thread_add(struct ke_process *process, struct task_struct *task)
{
	struct ke_thread *thread = kmem_cache_zalloc(ke_thread_cache, GFP_KERNEL);
	bool there;

	if (!thread)
		return ERR_PTR(-ENOMEM);
	refcount_set(&thread->refs, 1);
	thread->task = task;
	thread->process = process;
	thread->previous_mode = KE_USER_MODE;
	spin_lock_init(&thread->apc_lock);
	INIT_LIST_HEAD(&thread->apc_queue);
	spin_lock_init(&thread->mutants_lock);
	INIT_LIST_HEAD(&thread->mutants);

	spin_lock(&ke_hash_lock);
	there = ke_thread_hashed(task);
	if (!there) {
		get_task_struct(task);
		refcount_inc(&process->refs);
		hash_add_rcu(ke_thread_hash, &thread->node, (unsigned long)task);
	}
	spin_unlock(&ke_hash_lock);
	if (there) {
		kmem_cache_free(ke_thread_cache, thread);
		return NULL;
	}
	return thread;
}

/* Takes over the caller's hold of the hook group, also when it fails. */
static struct ke_process *ke_process_create(struct pid *tgid, const struct ntdbg_nt_start *start,
					    struct mm_vads *vads)
{
	struct ke_process *process = kzalloc(sizeof(*process), GFP_KERNEL_ACCOUNT);

	if (!process || !vads) {
		kfree(process);
		mm_vads_free(vads);
		hook_group_put(HOOK_GROUP_NT);
		return NULL;
	}
	__module_get(THIS_MODULE);
	atomic_long_inc(&ke_process_nr);
	refcount_set(&process->refs, 1);
	process->tgid = get_pid(tgid);
	process->start = *start;
	process->tables = ke_service_profile(start->profile);
	process->vads = vads;
	process->cookie = get_random_u32();
	xa_init_flags(&process->protected_handles, XA_FLAGS_ACCOUNT);
	INIT_WORK(&process->free_work, ke_process_free);
	return process;
}

/* The next thread of the current process that has no object yet, referenced. */
static struct task_struct *ke_next_thread(void)
{
	struct task_struct *task, *found = NULL;

	rcu_read_lock();
	for_each_thread(current, task) {
		if (ke_thread_hashed(task) || (task->flags & (PF_EXITING | NTDBG_PF_NO_USER_MODE)))
			continue;
		found = get_task_struct(task);
		break;
	}
	rcu_read_unlock();
	return found;
}

/* The other threads that the process has now; those that come later come by the hook. */
static int ke_collect_threads(struct ke_process *process)
{
	struct ke_thread *thread;
	struct task_struct *task;

	for (task = ke_next_thread(); task; task = ke_next_thread()) {
		thread = ke_thread_add(process, task);
		if (!IS_ERR_OR_NULL(thread)) {
			ke_enable_later(thread);
			/* One that is in user mode sees the work when it has been in the kernel. */
			if (READ_ONCE(task->on_cpu))
				smp_call_function_single(task_cpu(task), ke_into_kernel, NULL, 1);
		}
		put_task_struct(task);
		if (IS_ERR(thread))
			return PTR_ERR(thread);
	}
	return 0;
}

static void ke_drop_threads(struct ke_process *process)
{
	struct ke_thread *thread;
	struct hlist_node *next;
	unsigned int bucket;
	HLIST_HEAD(gone);

	spin_lock(&ke_hash_lock);
	hash_for_each_safe(ke_thread_hash, bucket, next, thread, node) {
		if (thread->process != process)
			continue;
		hash_del_rcu(&thread->node);
		refcount_inc(&thread->refs);
		hlist_add_head(&thread->node, &gone);
	}
	spin_unlock(&ke_hash_lock);
	hlist_for_each_entry_safe(thread, next, &gone, node) {
		ke_thread_put(thread);
		ke_thread_put(thread);
	}
}

static int ke_start_process(const struct ntdbg_nt_start *start)
{
	struct ke_process *process;
	struct ke_thread *thread;
	int err;

	err = hook_group_get(HOOK_GROUP_NT);
	if (err)
		return err;
	process = ke_process_create(task_tgid(current), start, mm_vads_create());
	if (!process)
		return -ENOMEM;
	err = ke_shared_page_map(start);
	if (err)
		goto put_process;
	thread = ke_thread_add(process, current);
	if (IS_ERR_OR_NULL(thread)) {
		err = thread ? PTR_ERR(thread) : -EBUSY;
		goto unmap;
	}
	err = ke_collect_threads(process);
	if (err) {
		ke_drop_threads(process);
		goto unmap;
	}
	ke_set_stub_range(current, start);
	goto put_process;

unmap:
	ke_shared_page_unmap();
put_process:
	ke_process_put(process);
	return err;
}

static bool ke_start_valid(const struct ntdbg_nt_start *start)
{
	const u32 entries = NTDBG_NT_STUBS | NTDBG_NT_GATE | NTDBG_NT_INT_2E;
	const struct ke_service_tables *tables = ke_service_profile(start->profile);

	if ((start->flags & ~(entries | NTDBG_NT_SYSTEM_CALL)) || !(start->flags & entries) ||
	    start->reserved || !tables || tables->x86)
		return false;
	if (start->apc_dispatcher >= TASK_SIZE_MAX || start->exception_dispatcher >= TASK_SIZE_MAX)
		return false;
	if (!(start->flags & NTDBG_NT_STUBS))
		return !start->stub_start && !start->stub_length;
	return start->stub_length && start->stub_start < TASK_SIZE_MAX &&
	       start->stub_length <= TASK_SIZE_MAX - start->stub_start;
}

/**
 * ke_start() - the current process becomes an NT process
 * @start: what it asks for
 *
 * Context: may sleep.
 * Return: 0 or a negative errno, see NTDBG_IOC_NT_START.
 */
int ke_start(const struct ntdbg_nt_start *start)
{
	int err;

	if (!ke_start_valid(start))
		return -EINVAL;
	mutex_lock(&ke_start_mutex);
	err = ke_current() ? -EBUSY : ke_start_process(start);
	mutex_unlock(&ke_start_mutex);
	return err;
}

static void ke_fork(struct ke_process *parent, struct task_struct *child)
{
	struct ke_process *process;
	struct ke_thread *thread;

	/* It cannot fail: the group is armed, because the parent holds it. */
	if (hook_group_get(HOOK_GROUP_NT))
		return;
	process = ke_process_create(task_tgid(child), &parent->start,
				    mm_vads_copy(parent->vads, child));
	if (!process)
		return;
	thread = ke_thread_add(process, child);
	if (!IS_ERR_OR_NULL(thread))
		ke_set_stub_range(child, &process->start);
	ke_process_put(process);
}

/**
 * ke_new_task() - an NT thread makes a new thread or process
 * @child: complete, does not run yet
 *
 * Without memory the child is no NT process; its NT calls then fail as they do
 * in any other process.
 *
 * Context: may sleep; the current thread is an NT thread.
 */
void ke_new_task(struct task_struct *child)
{
	struct ke_thread *parent = ke_current(), *thread;

	if (!parent || (child->flags & NTDBG_PF_NO_USER_MODE))
		return;
	if (!same_thread_group(child, current)) {
		ke_fork(parent->process, child);
		return;
	}
	thread = ke_thread_add(parent->process, child);
	if (!IS_ERR_OR_NULL(thread))
		ke_set_stub_range(child, &parent->process->start);
}

/**
 * ke_exec() - the current thread executes a new image: no NT process any more
 *
 * Context: any; the old image is gone.
 */
void ke_exec(void)
{
	struct ke_thread *thread = ke_current();

	if (!thread)
		return;
	clear_syscall_work(SYSCALL_USER_DISPATCH);
	ke_thread_remove(thread);
}

/**
 * ke_exit() - the current thread ends
 *
 * Context: any; in the redirect of do_exit().
 */
void ke_exit(void)
{
	struct ke_thread *thread = ke_current();
	bool in_call;

	if (!thread)
		return;
	in_call = thread->trap_frame && !thread->temporary;
	ke_thread_remove(thread);
	/* It does not come back to the wrapper in which the call is made (seccomp). */
	if (in_call)
		hook_leave();
}

/* Whose threads are those that make kernel calls and are no NT threads. */
static struct ke_process ke_system_process = { .refs = REFCOUNT_INIT(1) };

/**
 * ke_enter_kernel_mode() - the thread object for a call by the kernel itself
 *
 * Context: may sleep.
 * Return: the current thread's object, or one for the time of the call; NULL
 * without memory.
 */
struct ke_thread *ke_enter_kernel_mode(void)
{
	struct ke_thread *thread = ke_current();

	/* From the first kernel call on services have to ask who calls. */
	if (!static_key_enabled(&ke_kernel_calls))
		static_branch_enable(&ke_kernel_calls);
	if (thread)
		return thread;
	ke_system_process.tables = ke_service_profile(NTDBG_PROFILE_WIN10_1511);
	thread = ke_thread_add(&ke_system_process, current);
	if (IS_ERR_OR_NULL(thread))
		return NULL;
	thread->temporary = true;
	thread->gui = true;
	return thread;
}

/**
 * ke_leave_kernel_mode() - undo ke_enter_kernel_mode()
 * @thread: what that returned
 *
 * Context: may sleep.
 */
void ke_leave_kernel_mode(struct ke_thread *thread)
{
	if (thread->temporary)
		ke_thread_remove(thread);
}

/**
 * ke_process_count() - how many NT processes there are
 *
 * Return: the number at some moment during the call.
 */
unsigned long ke_process_count(void)
{
	return atomic_long_read(&ke_process_nr);
}
