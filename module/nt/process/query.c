// SPDX-License-Identifier: GPL-2.0
/* NtQueryInformationProcess. */
#include <linux/audit.h>
#include <linux/bitmap.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "dbgk/dbgk.h"
#include "ke/thread.h"
#include "mm/image.h"
#include "nt/file/path.h"
#include "nt/process/information.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/query.h"
#include "ps/target.h"

#define NT_LIMITED NTDBG_PROCESS_QUERY_LIMITED
#define NT_FULL NTDBG_PROCESS_QUERY_INFORMATION
#define NT_LOOK PTRACE_MODE_READ_REALCREDS
#define NT_TRACE PTRACE_MODE_ATTACH_REALCREDS

/* PROCESSINFOCLASS */
enum {
	NT_PROCESS_BASIC = 0,
	NT_PROCESS_IO_COUNTERS = 2,
	NT_PROCESS_VM_COUNTERS = 3,
	NT_PROCESS_TIMES = 4,
	NT_PROCESS_DEBUG_PORT = 7,
	NT_PROCESS_PRIORITY_CLASS = 18,
	NT_PROCESS_HANDLE_COUNT = 20,
	NT_PROCESS_SESSION = 24,
	NT_PROCESS_WOW64 = 26,
	NT_PROCESS_IMAGE_FILE_NAME = 27,
	NT_PROCESS_BREAK_ON_TERMINATION = 29,
	NT_PROCESS_DEBUG_OBJECT = 30,
	NT_PROCESS_DEBUG_FLAGS = 31,
	NT_PROCESS_COOKIE = 36,
};

static u32 nt_process_exit_status(const struct ntdbg_process_info *info)
{
	if (!(info->flags & NTDBG_PROCESS_EXITED))
		return STATUS_PENDING;
	if (info->flags & NTDBG_PROCESS_NT_STATUS)
		return info->nt_status;
	return nt_exit_status(info->wait_status);
}

/* PROCESS_BASIC_INFORMATION; there is no PEB */
static u32 nt_process_basic(struct nt_query *query)
{
	query->answer[0] = nt_process_exit_status(&query->process);
	query->answer[2] = query->task ? nt_affinity(query->task) : 0;
	query->answer[3] = query->task ? nt_base_priority(query->task) : 0;
	query->answer[4] = query->process.pid;
	query->answer[5] = query->process.ppid;
	return STATUS_SUCCESS;
}

/* KERNEL_USER_TIMES; when it ended is not known */
static u32 nt_process_times(struct nt_query *query)
{
	query->answer[0] = nt_system_time(query->process.start_time_ns);
	query->answer[2] = query->process.kernel_ns / 100;
	query->answer[3] = query->process.user_ns / 100;
	return STATUS_SUCCESS;
}

#ifdef CONFIG_TASK_XACCT
static void nt_add_io(u64 *counters, const struct task_io_accounting *io)
{
	counters[0] += READ_ONCE(io->syscr);
	counters[1] += READ_ONCE(io->syscw);
	counters[3] += READ_ONCE(io->rchar);
	counters[4] += READ_ONCE(io->wchar);
}
#endif

/* IO_COUNTERS: how often, how much; what is neither reading nor writing is not counted */
static u32 nt_process_io(struct nt_query *query)
{
#ifdef CONFIG_TASK_XACCT
	struct task_struct *thread;

	if (!query->task)
		return STATUS_PROCESS_IS_TERMINATING;
	rcu_read_lock();
#ifdef CONFIG_TASK_IO_ACCOUNTING
	nt_add_io(query->answer, &query->task->signal->ioac);
#endif
	for_each_thread(query->task, thread)
		nt_add_io(query->answer, &thread->ioac);
	rcu_read_unlock();
#endif
	return STATUS_SUCCESS;
}

static u64 nt_page_faults(struct task_struct *leader)
{
	struct task_struct *thread;
	u64 faults;

	rcu_read_lock();
	faults = leader->signal->min_flt + leader->signal->maj_flt;
	for_each_thread(leader, thread)
		faults += thread->min_flt + thread->maj_flt;
	rcu_read_unlock();
	return faults;
}

/* VM_COUNTERS; Linux has no pools that are a process's */
static u32 nt_process_vm(struct nt_query *query)
{
	struct mm_struct *mm = query->task ? get_task_mm(query->task) : NULL;
	u64 private;

	if (!mm)
		return STATUS_PROCESS_IS_TERMINATING;
	/* What is committed, touched or not: of that Linux keeps exact numbers. */
	private = (u64)(READ_ONCE(mm->data_vm) + READ_ONCE(mm->stack_vm)) << PAGE_SHIFT;
	query->answer[0] = (u64)get_mm_hiwater_vm(mm) << PAGE_SHIFT;
	query->answer[1] = (u64)mm->total_vm << PAGE_SHIFT;
	query->answer[2] = (u32)nt_page_faults(query->task);
	query->answer[3] = (u64)get_mm_hiwater_rss(mm) << PAGE_SHIFT;
	query->answer[4] = (u64)get_mm_rss(mm) << PAGE_SHIFT;
	query->answer[9] = private;
	query->answer[10] = private;
	query->answer[11] = private;
	mmput(mm);
	return STATUS_SUCCESS;
}

/* A truth value: a handle or a pointer would tell too much. */
static u32 nt_process_debug_port(struct nt_query *query)
{
	query->answer[0] = query->process.flags & NTDBG_PROCESS_DEBUGGED ? ~0ull : 0;
	return STATUS_SUCCESS;
}

/* PROCESS_PRIORITY_CLASS: whether it is in the foreground, and the class */
static u32 nt_process_priority_class(struct nt_query *query)
{
	if (!query->task)
		return STATUS_PROCESS_IS_TERMINATING;
	query->answer[0] = nt_priority_class(query->task) << 8;
	return STATUS_SUCCESS;
}

/* Open descriptors, and the same once more for the most there ever were. */
static u32 nt_process_handle_count(struct nt_query *query)
{
	struct files_struct *files;
	struct fdtable *table;
	u32 nr = 0;

	if (!query->task)
		return STATUS_PROCESS_IS_TERMINATING;
	task_lock(query->task);
	files = query->task->files;
	if (files) {
		spin_lock(&files->file_lock);
		table = files_fdtable(files);
		nr = bitmap_weight(table->open_fds, table->max_fds);
		spin_unlock(&files->file_lock);
	}
	task_unlock(query->task);
	query->answer[0] = (u64)nr << 32 | nr;
	return STATUS_SUCCESS;
}

/* The session that it was logged in to; 0 for what nobody has logged in for */
static u32 nt_process_session(struct nt_query *query)
{
	u32 session;

	if (!query->task)
		return STATUS_PROCESS_IS_TERMINATING;
	session = audit_get_sessionid(query->task);
	query->answer[0] = session == AUDIT_SID_UNSET ? 0 : session;
	return STATUS_SUCCESS;
}

static u32 nt_process_wow64(struct nt_query *query)
{
	query->answer[0] = query->task && test_tsk_thread_flag(query->task, TIF_ADDR32);
	return STATUS_SUCCESS;
}

/* How NT calls the root of Linux's names; see nt/file/path.h */
#define NT_UNIX "\\??\\unix"

/* The file in which its program begins, or NULL */
static struct file *nt_program_file(struct task_struct *leader)
{
	struct mm_struct *mm = get_task_mm(leader);
	struct vm_area_struct *vma;
	struct mm_program program;
	struct file *file = NULL;

	if (!mm)
		return NULL;
	mm_read_program(mm, &program);
	mmap_read_lock(mm);
	vma = find_vma(mm, program.entry);
	if (vma && vma->vm_start <= program.entry && vma->vm_file)
		file = get_file(vma->vm_file);
	mmap_read_unlock(mm);
	mmput(mm);
	return file;
}

/* A name as NtOpenFile takes it. @text has room for PATH_MAX units. */
static u32 nt_name_of_file(const struct file *file, u16 *text, u32 *units)
{
	char *buffer = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT), *name;
	u32 i;

	if (!buffer)
		return STATUS_NO_MEMORY;
	name = d_path(&file->f_path, buffer, PATH_MAX - strlen(NT_UNIX));
	if (!IS_ERR(name)) {
		*units = nt_path_to_utf16(NT_UNIX, strlen(NT_UNIX), text);
		*units += nt_path_to_utf16(name, strlen(name), text + *units);
		for (i = 0; i < *units; i++)
			if (text[i] == '/')
				text[i] = '\\';
	}
	kfree(buffer);
	return IS_ERR(name) ? nt_status(PTR_ERR(name)) : STATUS_SUCCESS;
}

/* UNICODE_STRING, its text behind it, and a 0 behind that */
static u32 nt_give_name(const struct nt_query *query, u16 *text, u32 units)
{
	u32 header = nt_wow64() ? 2 * sizeof(u32) : 2 * sizeof(u64);
	u32 bytes = units * sizeof(*text), needed = header + bytes + sizeof(*text), status;
	u64 wide[] = { (bytes + sizeof(*text)) << 16 | bytes, query->out + header };
	u32 narrow[] = { wide[0], wide[1] };

	text[units] = 0;
	if (query->length < needed) {
		status = nt_put_optional_u32(query->return_length, needed);
		return status ? status : STATUS_INFO_LENGTH_MISMATCH;
	}
	status = nt_copy_to(query->out, nt_wow64() ? (void *)narrow : wide, header, sizeof(u32));
	if (!status)
		status = nt_copy_to(query->out + header, text, bytes + sizeof(*text),
				    sizeof(*text));
	return status ? status : nt_put_optional_u32(query->return_length, needed);
}

/* Writes the answer itself. What is about to be gone has no name. */
static u32 nt_process_image_file_name(struct nt_query *query)
{
	struct file *file = query->task ? nt_program_file(query->task) : NULL;
	u32 units = 0, status = STATUS_SUCCESS;
	u16 *text;

	text = kvmalloc_array(PATH_MAX + 1, sizeof(*text), GFP_KERNEL_ACCOUNT);
	if (!text)
		status = STATUS_NO_MEMORY;
	else if (file)
		status = nt_name_of_file(file, text, &units);
	if (!status)
		status = nt_give_name(query, text, units);
	kvfree(text);
	if (file)
		fput(file);
	return status;
}

/* No process of Linux takes the machine with it. */
static u32 nt_process_break_on_termination(struct nt_query *query)
{
	return STATUS_SUCCESS;
}

/* Writes the answer itself: a new handle, or none. */
static u32 nt_process_debug_object(struct nt_query *query)
{
	u32 size = nt_wow64() ? sizeof(u32) : sizeof(u64), status, written;
	struct debug_object *object;

	if (query->length != size)
		return STATUS_INFO_LENGTH_MISMATCH;
	object = dbgk_object_of(query->target->pid);
	if (object) {
		status = nt_open_handle(&dbgk_object_type, object, dbgk_object_type.all_access, 0,
					query->out);
		dbgk_object_put(object);
	} else {
		status = nt_put_pointer(query->out, 0);
		if (!status)
			status = STATUS_PORT_NOT_SET;
	}
	if (status && status != STATUS_PORT_NOT_SET)
		return status;
	written = nt_put_optional_u32(query->return_length, size);
	return written ? written : status;
}

static u32 nt_process_debug_flags(struct nt_query *query)
{
	query->answer[0] = !!(query->process.flags & NTDBG_PROCESS_INHERIT);
	return STATUS_SUCCESS;
}

static u32 nt_process_cookie(struct nt_query *query)
{
	struct ke_thread *thread = ke_current();

	if (query->target->pid != task_tgid(current) || !thread)
		return STATUS_INVALID_PARAMETER;
	query->answer[0] = thread->process->cookie;
	return STATUS_SUCCESS;
}

static const struct nt_class nt_process_classes[] = {
	{ NT_PROCESS_BASIC, 0x30, 6, NT_LIMITED, NT_LOOK, nt_process_basic },
	{ NT_PROCESS_IO_COUNTERS, 0x30, 0, NT_LIMITED, NT_LOOK, nt_process_io },
	{ NT_PROCESS_VM_COUNTERS, 0x58, 11, NT_LIMITED, NT_LOOK, nt_process_vm },
	{ NT_PROCESS_VM_COUNTERS, 0x60, 12, NT_LIMITED, NT_LOOK, nt_process_vm },
	{ NT_PROCESS_TIMES, 0x20, 0, NT_LIMITED, NT_LOOK, nt_process_times },
	{ NT_PROCESS_DEBUG_PORT, 8, 1, NT_FULL, NT_LOOK, nt_process_debug_port },
	{ NT_PROCESS_PRIORITY_CLASS, 2, 0, NT_LIMITED, NT_LOOK, nt_process_priority_class },
	{ NT_PROCESS_HANDLE_COUNT, 4, 0, NT_LIMITED, NT_LOOK, nt_process_handle_count },
	{ NT_PROCESS_HANDLE_COUNT, 8, 0, NT_LIMITED, NT_LOOK, nt_process_handle_count },
	{ NT_PROCESS_SESSION, 4, 0, NT_LIMITED, NT_LOOK, nt_process_session },
	{ NT_PROCESS_WOW64, 8, 1, NT_LIMITED, NT_LOOK, nt_process_wow64 },
	{ NT_PROCESS_IMAGE_FILE_NAME, 0, 0, NT_LIMITED, NT_LOOK, nt_process_image_file_name },
	{ NT_PROCESS_BREAK_ON_TERMINATION, 4, 0, NT_FULL, NT_LOOK,
	  nt_process_break_on_termination },
	{ NT_PROCESS_DEBUG_OBJECT, 0, 0, NT_FULL, NT_TRACE, nt_process_debug_object },
	{ NT_PROCESS_DEBUG_FLAGS, 4, 0, NT_FULL, NT_LOOK, nt_process_debug_flags },
	{ NT_PROCESS_COOKIE, 4, 0, NT_FULL, NT_LOOK, nt_process_cookie },
};

static u32 nt_ask_process(const struct nt_class *class, struct nt_query *query)
{
	u32 status;

	status = nt_target_task(query->target, class->mode, &query->task);
	/* What has ended is still to be asked how. */
	if (status == STATUS_PROCESS_IS_TERMINATING)
		query->task = NULL;
	else if (status)
		return status;
	query->process.size = sizeof(query->process);
	ps_query_process(query->target, query->task, &query->process);
	status = nt_give_answer(class, query);
	if (query->task)
		put_task_struct(query->task);
	return status;
}

/*
 * NtQueryInformationProcess: the length has to be that of the class, which is
 * looked at before the handle is.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_information_process, u64, handle, u32, class, u64, out, u32, length,
	    u64, return_length)
{
	struct nt_query query = { .out = out, .length = length, .return_length = return_length };
	const struct nt_class *found;
	u32 status;

	status = nt_find_class(nt_process_classes, ARRAY_SIZE(nt_process_classes), class, length,
			       &found);
	if (!status && return_length)
		status = nt_probe_for_write(return_length, sizeof(u32), sizeof(u32));
	if (!status)
		status = nt_target_by_handle(handle, &ps_process_type, found->access,
					     &query.target);
	if (status)
		return status;
	status = nt_ask_process(found, &query);
	ps_target_put(query.target);
	return status;
}
