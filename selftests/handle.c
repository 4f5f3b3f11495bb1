// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include "handle.h"

int nt_call(int fd, unsigned long cmd, void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int nt_handle(int fd, uint32_t *type, uint32_t *access)
{
	struct ntdbg_handle handle = { .size = sizeof(handle) };
	int ret = nt_call(fd, NTDBG_IOC_HANDLE, &handle);

	*type = handle.type;
	*access = handle.access;
	return ret;
}

int nt_handles(int fd)
{
	struct ntdbg_handle handle = { .size = sizeof(handle) };
	int ret = nt_call(fd, NTDBG_IOC_HANDLE, &handle);

	return ret ? ret : (int)handle.handles;
}

int nt_duplicate(int fd, uint32_t access)
{
	struct ntdbg_duplicate duplicate = { .size = sizeof(duplicate), .access = access };

	return nt_call(fd, NTDBG_IOC_DUPLICATE, &duplicate);
}

int nt_open_process(int fd, pid_t pid, uint32_t access)
{
	struct ntdbg_open_process open = {
		.size = sizeof(open), .access = access, .pid = pid,
	};

	return nt_call(fd, NTDBG_IOC_OPEN_PROCESS, &open);
}

int nt_open_thread(int fd, pid_t pid, pid_t tid, uint32_t access)
{
	struct ntdbg_open_thread open = {
		.size = sizeof(open), .access = access, .pid = pid, .tid = tid,
	};

	return nt_call(fd, NTDBG_IOC_OPEN_THREAD, &open);
}

int nt_cancel(int fd)
{
	return nt_call(fd, NTDBG_IOC_CANCEL, NULL);
}

int nt_raise(int fd, struct ntdbg_raise *raise)
{
	raise->size = sizeof(*raise);
	return nt_call(fd, NTDBG_IOC_RAISE, raise);
}

int nt_process_query(int process, struct ntdbg_process_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return nt_call(process, NTDBG_IOC_PROCESS_QUERY, info);
}

static int process_debug(int process, unsigned long cmd, int debug)
{
	struct ntdbg_process_debug arg = { .size = sizeof(arg), .debug_fd = debug };

	return nt_call(process, cmd, &arg);
}

int nt_process_attach(int process, int debug)
{
	return process_debug(process, NTDBG_IOC_PROCESS_ATTACH, debug);
}

int nt_process_detach(int process, int debug)
{
	return process_debug(process, NTDBG_IOC_PROCESS_DETACH, debug);
}

static int with_value(int fd, unsigned long cmd, uint32_t value)
{
	struct ntdbg_value arg = { .size = sizeof(arg), .value = value };

	return nt_call(fd, cmd, &arg);
}

int nt_process_debug_object(int process, uint32_t access)
{
	return with_value(process, NTDBG_IOC_PROCESS_DEBUG_OBJECT, access);
}

int nt_process_inherit(int process, uint32_t value)
{
	return with_value(process, NTDBG_IOC_PROCESS_INHERIT, value);
}

int nt_process_suspend(int process)
{
	return nt_call(process, NTDBG_IOC_PROCESS_SUSPEND, NULL);
}

int nt_process_resume(int process)
{
	return nt_call(process, NTDBG_IOC_PROCESS_RESUME, NULL);
}

int nt_process_terminate(int process, uint32_t status)
{
	return with_value(process, NTDBG_IOC_PROCESS_TERMINATE, status);
}

int nt_process_break(int process)
{
	return nt_call(process, NTDBG_IOC_PROCESS_BREAK, NULL);
}

static int vm_io(int process, unsigned long cmd, struct ntdbg_vm_io *io, uint64_t *done)
{
	int ret;

	io->size = sizeof(*io);
	io->done = ~0ull;
	ret = nt_call(process, cmd, io);
	if (done)
		*done = io->done;
	return ret;
}

int nt_read(int process, uint64_t address, void *to, size_t length, uint32_t flags,
	    uint64_t *done)
{
	struct ntdbg_vm_io io = {
		.flags = flags, .address = address, .buf = (uintptr_t)to, .length = length,
	};

	return vm_io(process, NTDBG_IOC_PROCESS_READ, &io, done);
}

int nt_write(int process, uint64_t address, const void *from, size_t length, uint32_t flags,
	     uint64_t *done)
{
	struct ntdbg_vm_io io = {
		.flags = flags, .address = address, .buf = (uintptr_t)from, .length = length,
	};

	return vm_io(process, NTDBG_IOC_PROCESS_WRITE, &io, done);
}

int nt_protect(int process, uint64_t address, uint64_t length, uint32_t protection)
{
	struct ntdbg_vm_protect protect = {
		.size = sizeof(protect), .protection = protection, .old_protection = ~0u,
		.address = address, .length = length,
	};
	int ret = nt_call(process, NTDBG_IOC_PROCESS_PROTECT, &protect);

	return ret ? ret : (int)protect.old_protection;
}

int nt_region(int process, uint64_t address, struct ntdbg_region *region, char *path,
	      uint32_t path_size)
{
	memset(region, 0, sizeof(*region));
	region->size = sizeof(*region);
	region->address = address;
	region->path = (uintptr_t)path;
	region->path_size = path_size;
	return nt_call(process, NTDBG_IOC_PROCESS_REGION, region);
}

int nt_thread_query(int thread, struct ntdbg_thread_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return nt_call(thread, NTDBG_IOC_THREAD_QUERY, info);
}

static int count_call(int thread, unsigned long cmd)
{
	struct ntdbg_suspend suspend = { .size = sizeof(suspend), .previous = ~0u };
	int ret = nt_call(thread, cmd, &suspend);

	return ret ? ret : (int)suspend.previous;
}

int nt_suspend(int thread)
{
	return count_call(thread, NTDBG_IOC_THREAD_SUSPEND);
}

int nt_resume(int thread)
{
	return count_call(thread, NTDBG_IOC_THREAD_RESUME);
}

int nt_suspend_count(int thread)
{
	struct ntdbg_thread_info info;
	int ret = nt_thread_query(thread, &info);

	return ret ? ret : (int)info.suspend_count;
}

int nt_thread_hide(int thread)
{
	return nt_call(thread, NTDBG_IOC_THREAD_HIDE, NULL);
}

int nt_thread_terminate(int thread, uint32_t status)
{
	return with_value(thread, NTDBG_IOC_THREAD_TERMINATE, status);
}

static int context_call(int thread, unsigned long cmd, uint32_t flags,
			struct ntdbg_context *context)
{
	context->size = sizeof(*context);
	context->flags = flags;
	return nt_call(thread, cmd, context);
}

int nt_get_context(int thread, uint32_t flags, struct ntdbg_context *context)
{
	return context_call(thread, NTDBG_IOC_THREAD_GET_CONTEXT, flags, context);
}

int nt_set_context(int thread, uint32_t flags, struct ntdbg_context *context)
{
	return context_call(thread, NTDBG_IOC_THREAD_SET_CONTEXT, flags, context);
}
