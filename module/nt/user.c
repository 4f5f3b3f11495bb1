// SPDX-License-Identifier: GPL-2.0
/* Pointers of callers: see user.h. */
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "ke/dispatch.h"
#include "nt/user.h"
#include "ob/object.h"

/* 100 ns units since 1601 of the Unix epoch */
#define NT_UNIX_EPOCH 116444736000000000LL

static u32 nt_probe(u64 address, size_t size, size_t alignment)
{
	if (!size)
		return STATUS_SUCCESS;
	if (address & (alignment - 1))
		return STATUS_DATATYPE_MISALIGNMENT;
	return access_ok((void __user *)address, size) ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

/**
 * nt_copy_from() - capture (ProbeForRead and copy)
 * @to: where it goes
 * @from: address in the caller
 * @size: in bytes; 0 probes nothing
 * @alignment: that the address has to have, a power of two
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_copy_from(void *to, u64 from, size_t size, size_t alignment)
{
	u32 status;

	if (ke_previous_mode() == KE_KERNEL_MODE) {
		memcpy(to, (void *)from, size);
		return STATUS_SUCCESS;
	}
	status = nt_probe(from, size, alignment);
	if (!status && copy_from_user(to, (void __user *)from, size))
		status = STATUS_ACCESS_VIOLATION;
	return status;
}

/**
 * nt_copy_to() - write a result
 * @to: address in the caller
 * @from: what goes there
 * @size: in bytes
 * @alignment: that the address has to have
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_copy_to(u64 to, const void *from, size_t size, size_t alignment)
{
	u32 status;

	if (ke_previous_mode() == KE_KERNEL_MODE) {
		memcpy((void *)to, from, size);
		return STATUS_SUCCESS;
	}
	status = nt_probe(to, size, alignment);
	if (!status && copy_to_user((void __user *)to, from, size))
		status = STATUS_ACCESS_VIOLATION;
	return status;
}

/**
 * nt_probe_for_write() - ProbeForWrite: can a result be written there?
 * @address: address in the caller
 * @size: in bytes
 * @alignment: that the address has to have
 *
 * Touches each page, so that what is written later mostly succeeds.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_probe_for_write(u64 address, size_t size, size_t alignment)
{
	u64 last = address + size - 1, at = address;
	u32 status;
	u8 byte;

	if (ke_previous_mode() == KE_KERNEL_MODE || !size)
		return STATUS_SUCCESS;
	status = nt_probe(address, size, alignment);
	if (status)
		return status;
	for (;;) {
		if (get_user(byte, (u8 __user *)at) || put_user(byte, (u8 __user *)at))
			return STATUS_ACCESS_VIOLATION;
		at = (at | ~PAGE_MASK) + 1;
		if (at > last)
			return STATUS_SUCCESS;
	}
}

#define NT_GET(from, value) ({							\
	u32 _status = STATUS_SUCCESS;						\
										\
	if (ke_previous_mode() == KE_KERNEL_MODE)				\
		*(value) = *(typeof(value))(from);				\
	else if ((from) & (sizeof(*(value)) - 1))				\
		_status = STATUS_DATATYPE_MISALIGNMENT;				\
	else if (get_user(*(value), (typeof(*(value)) __user *)(from)))		\
		_status = STATUS_ACCESS_VIOLATION;				\
	_status;								\
})

#define NT_PUT(to, value) ({							\
	u32 _status = STATUS_SUCCESS;						\
										\
	if (ke_previous_mode() == KE_KERNEL_MODE)				\
		*(typeof(value) *)(to) = (value);				\
	else if ((to) & (sizeof(value) - 1))					\
		_status = STATUS_DATATYPE_MISALIGNMENT;				\
	else if (put_user((value), (typeof(value) __user *)(to)))		\
		_status = STATUS_ACCESS_VIOLATION;				\
	_status;								\
})

/**
 * nt_get_u32() - capture a ULONG
 * @from: address in the caller
 * @value: where it goes
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_u32(u64 from, u32 *value)
{
	return NT_GET(from, value);
}

/**
 * nt_get_u64() - capture a LARGE_INTEGER
 * @from: address in the caller
 * @value: where it goes
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_u64(u64 from, u64 *value)
{
	/* 32-bit code aligns them to 4. */
	if (nt_wow64())
		return nt_copy_from(value, from, sizeof(*value), sizeof(u32));
	return NT_GET(from, value);
}

/**
 * nt_get_pointer() - capture a pointer, SIZE_T or handle
 * @from: address in the caller
 * @value: where it goes
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_pointer(u64 from, u64 *value)
{
	u32 narrow, status;

	if (!nt_wow64())
		return NT_GET(from, value);
	status = NT_GET(from, &narrow);
	*value = narrow;
	return status;
}

/**
 * nt_put_u32() - write a ULONG
 * @to: address in the caller
 * @value: what goes there
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_put_u32(u64 to, u32 value)
{
	return NT_PUT(to, value);
}

/**
 * nt_put_u64() - write a LARGE_INTEGER
 * @to: address in the caller
 * @value: what goes there
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_put_u64(u64 to, u64 value)
{
	if (nt_wow64())
		return nt_copy_to(to, &value, sizeof(value), sizeof(u32));
	return NT_PUT(to, value);
}

/**
 * nt_put_pointer() - write a pointer, SIZE_T or handle
 * @to: address in the caller
 * @value: what goes there
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_put_pointer(u64 to, u64 value)
{
	if (!nt_wow64())
		return NT_PUT(to, value);
	return NT_PUT(to, (u32)value);
}

/**
 * nt_put_io_status() - write an IO_STATUS_BLOCK
 * @to: address in the caller
 * @status: its Status
 * @information: its Information
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_put_io_status(u64 to, u32 status, u64 information)
{
	u32 ret;

	if (nt_wow64()) {
		u32 narrow[] = { status, information };

		return nt_copy_to(to, narrow, sizeof(narrow), sizeof(u32));
	}
	ret = nt_put_u64(to + sizeof(u64), information);
	return ret ? ret : nt_put_u32(to, status);
}

/**
 * nt_get_unicode() - capture a UNICODE_STRING, but not its text
 * @from: address in the caller
 * @string: where it goes
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_unicode(u64 from, struct nt_unicode *string)
{
	struct {
		u16 length;
		u16 maximum;
		u32 buffer;
	} narrow;
	struct {
		u16 length;
		u16 maximum;
		u32 padding;
		u64 buffer;
	} wide;
	u32 status;

	if (nt_wow64()) {
		status = nt_copy_from(&narrow, from, sizeof(narrow), sizeof(u32));
		if (!status)
			*string = (struct nt_unicode){ narrow.length, narrow.maximum,
						       narrow.buffer };
		return status;
	}
	status = nt_copy_from(&wide, from, sizeof(wide), sizeof(u64));
	if (!status)
		*string = (struct nt_unicode){ wide.length, wide.maximum, wide.buffer };
	return status;
}

/**
 * nt_get_unicode_text() - capture a UNICODE_STRING with its text
 * @from: address in the caller
 * @text: set to UTF-16, to be freed with kfree(); NULL if it is empty
 * @characters: set to how many UTF-16 units there are
 *
 * Context: may sleep.
 * Return: NTSTATUS; also STATUS_OBJECT_NAME_INVALID for an odd length,
 * STATUS_INSUFFICIENT_RESOURCES.
 */
u32 nt_get_unicode_text(u64 from, u16 **text, unsigned int *characters)
{
	struct nt_unicode string;
	u32 status;

	*text = NULL;
	*characters = 0;
	status = nt_get_unicode(from, &string);
	if (status || !string.length)
		return status;
	if (string.length % sizeof(u16))
		return STATUS_OBJECT_NAME_INVALID;
	*text = kmalloc(string.length, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!*text)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = nt_copy_from(*text, string.buffer, string.length, sizeof(u16));
	if (status) {
		kfree(*text);
		*text = NULL;
		return status;
	}
	*characters = string.length / sizeof(u16);
	return STATUS_SUCCESS;
}

/**
 * nt_capture_attributes() - capture an OBJECT_ATTRIBUTES with its name
 * @from: address in the caller
 * @required: 0 is not allowed for it
 * @attributes: where it goes; to be given back with nt_release_attributes()
 *
 * Context: may sleep.
 * Return: NTSTATUS; STATUS_INVALID_PARAMETER for a wrong Length, unknown
 * attributes, or none at all though they are required.
 */
u32 nt_capture_attributes(u64 from, bool required, struct ob_attributes *attributes)
{
	struct {
		u32 length;
		u32 padding;
		u64 root;
		u64 name;
		u32 attributes;
		u32 padding2;
		u64 security[2];
	} wide;
	struct {
		u32 length;
		u32 root;
		u32 name;
		u32 attributes;
		u32 security[2];
	} narrow;
	u32 status;

	*attributes = (struct ob_attributes){ 0 };
	if (!from)
		return required ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
	if (nt_wow64()) {
		status = nt_copy_from(&narrow, from, sizeof(narrow), sizeof(u32));
		if (status)
			return status;
		if (narrow.length != sizeof(narrow))
			return STATUS_INVALID_PARAMETER;
		wide.root = narrow.root;
		wide.name = narrow.name;
		wide.attributes = narrow.attributes;
	} else {
		status = nt_copy_from(&wide, from, sizeof(wide), sizeof(u64));
		if (status)
			return status;
		if (wide.length != sizeof(wide))
			return STATUS_INVALID_PARAMETER;
	}
	if (wide.attributes & ~OBJ_VALID_ATTRIBUTES)
		return STATUS_INVALID_PARAMETER;
	attributes->root = wide.root;
	attributes->attributes = wide.attributes;
	if (!wide.name)
		return STATUS_SUCCESS;
	return nt_get_unicode_text(wide.name, &attributes->name, &attributes->characters);
}

/**
 * nt_release_attributes() - give back what was captured
 * @attributes: captured attributes
 *
 * Context: any.
 */
void nt_release_attributes(struct ob_attributes *attributes)
{
	kfree(attributes->name);
	attributes->name = NULL;
}

/**
 * nt_absolute_time() - NT's system time
 * @ns: CLOCK_REALTIME
 *
 * Context: any.
 * Return: 100 ns units since 1601.
 */
u64 nt_absolute_time(u64 ns)
{
	return ns / 100 + NT_UNIX_EPOCH;
}

/**
 * nt_get_interval() - capture an optional time-out, which does not begin yet
 * @from: address in the caller of a LARGE_INTEGER, or 0
 * @interval: where it goes
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_interval(u64 from, struct nt_interval *interval)
{
	interval->infinite = !from;
	interval->value = 0;
	return from ? nt_get_u64(from, (u64 *)&interval->value) : STATUS_SUCCESS;
}

/**
 * nt_restarted() - is this call made again after a Linux signal?
 * @flag: KE_RESTART_*, that nt_keep_restart() was told the first time
 *
 * Calls that the signal's handler makes are other ones.
 *
 * Context: any.
 * Return: true if so.
 */
bool nt_restarted(u8 flag)
{
	const struct ke_thread *thread = ke_current();
	const struct ke_trap_frame *frame = thread ? thread->trap_frame : NULL;

	return frame && frame->regs && (thread->restart & flag) &&
	       ke_restart_of(thread, frame->regs);
}

/**
 * nt_keep_restart() - remember something for when this call is made again
 * @flag: KE_RESTART_*
 *
 * Context: any. To be followed by returning NT_STATUS_RESTART.
 */
void nt_keep_restart(u8 flag)
{
	struct ke_thread *thread = ke_current();
	const struct ke_trap_frame *frame = thread ? thread->trap_frame : NULL;

	if (!frame || !frame->regs)
		return;
	if (!ke_restart_of(thread, frame->regs))
		thread->restart = 0;
	thread->restart |= flag;
	thread->restart_ip = frame->regs->ip;
	thread->restart_sp = frame->regs->sp;
}

/**
 * nt_start_timeout() - the time-out begins now
 * @interval: captured
 * @timeout: when it is over
 *
 * A wait that was interrupted by a Linux signal and is made again ends when it
 * would have ended.
 *
 * Context: any.
 */
void nt_start_timeout(const struct nt_interval *interval, struct nt_timeout *timeout)
{
	s64 value = interval->value;

	*timeout = (struct nt_timeout){ .infinite = interval->infinite };
	if (interval->infinite || !value)
		return;
	if (value > 0) {
		timeout->absolute = true;
		value -= NT_UNIX_EPOCH;
		timeout->ns = value <= 0 ? 1 : value > S64_MAX / 100 ? S64_MAX : value * 100;
		return;
	}
	if (nt_restarted(KE_RESTART_DEADLINE)) {
		timeout->ns = ke_current()->deadline_ns;
		return;
	}
	value = value < -(S64_MAX / 200) ? S64_MAX / 2 : -value * 100;
	timeout->ns = ktime_add_safe(ktime_get(), value);
}

/**
 * nt_keep_timeout() - the wait is interrupted by a Linux signal, and will be made again
 * @timeout: of the wait
 *
 * Context: any.
 * Return: NT_STATUS_RESTART, for the service to return.
 */
u32 nt_keep_timeout(const struct nt_timeout *timeout)
{
	/* An absolute one is as good the next time. */
	if (!timeout->infinite && !timeout->absolute && timeout->ns && ke_current()) {
		nt_keep_restart(KE_RESTART_DEADLINE);
		ke_current()->deadline_ns = timeout->ns;
	}
	return NT_STATUS_RESTART;
}

/**
 * nt_get_timeout() - capture an optional time-out, which begins now
 * @from: address in the caller of a LARGE_INTEGER, or 0
 * @timeout: where it goes
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_get_timeout(u64 from, struct nt_timeout *timeout)
{
	struct nt_interval interval;
	u32 status;

	status = nt_get_interval(from, &interval);
	if (!status)
		nt_start_timeout(&interval, timeout);
	return status;
}

/**
 * nt_open_handle() - a new handle, told to the caller
 * @type: of @object
 * @object: the object; the handle takes a reference of its own
 * @access: mapped rights
 * @attributes: OBJ_*; OBJ_INHERIT keeps it open over execve
 * @handle_out: address in the caller
 *
 * If the handle cannot be written, none is left open.
 *
 * Context: may sleep.
 * Return: NTSTATUS; also STATUS_INSUFFICIENT_RESOURCES.
 */
u32 nt_open_handle(const struct ob_type *type, void *object, u32 access, u32 attributes,
		   u64 handle_out)
{
	int fd = get_unused_fd_flags(attributes & OBJ_INHERIT ? 0 : O_CLOEXEC);
	struct file *file;
	u32 status;

	if (fd < 0)
		return nt_status(fd);
	file = ob_file(type, object, access);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return nt_status(PTR_ERR(file));
	}
	status = nt_put_pointer(handle_out, ob_handle_of_fd(fd));
	if (status) {
		put_unused_fd(fd);
		fput(file);
		return status;
	}
	fd_install(fd, file);
	return STATUS_SUCCESS;
}
