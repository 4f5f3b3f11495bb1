// SPDX-License-Identifier: GPL-2.0
/* What a handle of any type leads to, and NtCompareObjects. */
#include <linux/file.h>

#include "nt/object/reference.h"
#include "nt/process/target.h"
#include "nt/service.h"
#include "ob/ob.h"
#include "ps/target.h"

static u32 nt_file_access(const struct file *file)
{
	u32 access = 0;

	if (file->f_mode & FMODE_READ)
		access |= NT_FILE_READ | NT_FILE_EXECUTE;
	if (file->f_mode & FMODE_WRITE)
		access |= NT_FILE_WRITE;
	return access;
}

/**
 * nt_reference_file() - what an open file leads to
 * @file: the file; its reference belongs to @reference from now on
 * @fd: its descriptor
 * @reference: where it goes
 *
 * Context: any.
 * Return: STATUS_SUCCESS.
 */
u32 nt_reference_file(struct file *file, int fd, struct nt_reference *reference)
{
	*reference = (struct nt_reference){ .file = file, .fd = fd };
	if (ob_is_handle(file)) {
		reference->type = ob_handle_of(file)->type;
		reference->object = ob_handle_of(file)->object;
		reference->access = ob_handle_of(file)->access;
	} else {
		reference->access = nt_file_access(file);
	}
	return STATUS_SUCCESS;
}

static u32 nt_reference_pseudo(u64 handle, const struct ob_type *type,
			       struct nt_reference *reference)
{
	struct ps_target *target;
	u32 status;

	status = nt_target_by_handle(handle, type, 0, &target);
	if (!status)
		*reference = (struct nt_reference){
			.fd = -1, .type = type, .object = target, .access = type->all_access,
		};
	return status;
}

/**
 * nt_reference() - what a handle leads to
 * @handle: of the current process, or a pseudo handle
 * @reference: where it goes, to be given back with nt_dereference()
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_NO_MEMORY.
 */
u32 nt_reference(u64 handle, struct nt_reference *reference)
{
	int fd = ob_fd_of_handle(handle);
	struct file *file;

	if ((s32)handle == OB_CURRENT_PROCESS)
		return nt_reference_pseudo(handle, &ps_process_type, reference);
	if ((s32)handle == OB_CURRENT_THREAD)
		return nt_reference_pseudo(handle, &ps_thread_type, reference);
	file = fd < 0 ? NULL : fget_raw(fd);
	if (!file)
		return STATUS_INVALID_HANDLE;
	return nt_reference_file(file, fd, reference);
}

/**
 * nt_dereference() - give back what nt_reference() found
 * @reference: it
 *
 * Context: may sleep.
 */
void nt_dereference(struct nt_reference *reference)
{
	if (reference->file)
		fput(reference->file);
	else
		ps_target_put(reference->object);
}

/**
 * nt_type_name() - NT's name of a type
 * @type: the type, or NULL for files of Linux
 *
 * Context: any.
 * Return: the name.
 */
const char *nt_type_name(const struct ob_type *type)
{
	static const char *const names[] = {
		[NTDBG_OBJECT_DEBUG] = "DebugObject",
		[NTDBG_OBJECT_PROCESS] = "Process",
		[NTDBG_OBJECT_THREAD] = "Thread",
		[NTDBG_OBJECT_SECTION] = "Section",
		[NTDBG_OBJECT_EVENT] = "Event",
		[NTDBG_OBJECT_SEMAPHORE] = "Semaphore",
		[NTDBG_OBJECT_MUTANT] = "Mutant",
		[NTDBG_OBJECT_TIMER] = "Timer",
		[NTDBG_OBJECT_DIRECTORY] = "Directory",
		[NTDBG_OBJECT_SYMBOLIC_LINK] = "SymbolicLink",
		[NTDBG_OBJECT_KEYED_EVENT] = "KeyedEvent",
		[NTDBG_OBJECT_EVENT_PAIR] = "EventPair",
		[NTDBG_OBJECT_IO_COMPLETION] = "IoCompletion",
	};

	if (!type)
		return "File";
	return type->id < ARRAY_SIZE(names) && names[type->id] ? names[type->id] : type->name;
}

/**
 * nt_same_object() - do two handles lead to one object?
 * @a: one
 * @b: the other
 *
 * Context: any.
 * Return: true if so.
 */
bool nt_same_object(const struct nt_reference *a, const struct nt_reference *b)
{
	const struct ps_target *target, *other;

	if (a->type != b->type)
		return false;
	if (!a->type)
		return a->file == b->file;
	if (a->type != &ps_process_type && a->type != &ps_thread_type)
		return a->object == b->object;
	target = a->object;
	other = b->object;
	return target->pid == other->pid && target->kind == other->kind;
}

/*
 * NtCompareObjects: do two handles lead to one object?
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_NOT_SAME_OBJECT, STATUS_INVALID_HANDLE.
 */
NT_SERVICE2(nt_compare_objects, u64, first, u64, second)
{
	struct nt_reference a, b;
	u32 status;

	status = nt_reference(first, &a);
	if (status)
		return status;
	status = nt_reference(second, &b);
	if (!status) {
		if (!nt_same_object(&a, &b))
			status = STATUS_NOT_SAME_OBJECT;
		nt_dereference(&b);
	}
	nt_dereference(&a);
	return status;
}
