// SPDX-License-Identifier: GPL-2.0
/* The statuses of debug objects: sections 3.1 and 3.6 of the specification. */
#define _GNU_SOURCE
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ntdbg/ntdbg.h>
#include "nt.h"

#define NO_NAMES "there is no object name space on Linux"

/* ---- 3.1 NtCreateDebugObject ------------------------------------------------- */

static NTSTATUS bad_out_pointer(void)
{
	return NtCreateDebugObject(BAD_POINTER, DEBUG_ALL_ACCESS, NULL, 0);
}

static NTSTATUS null_out_pointer(void)
{
	return NtCreateDebugObject(NULL, DEBUG_ALL_ACCESS, NULL, 0);
}

static NTSTATUS bad_out_pointer_and_flags(void)
{
	return NtCreateDebugObject(BAD_POINTER, DEBUG_ALL_ACCESS, NULL, 2);
}

static NTSTATUS with_flags(ULONG flags)
{
	HANDLE handle = file_handle();
	NTSTATUS status = NtCreateDebugObject(&handle, DEBUG_ALL_ACCESS, NULL, flags);

	if (status)
		expect(!handle);
	else
		expect(handle && handle != file_handle());
	return status;
}

static NTSTATUS flags_2(void)
{
	return with_flags(0x2);
}

static NTSTATUS flags_3(void)
{
	return with_flags(0x3);
}

static NTSTATUS flags_high(void)
{
	return with_flags(0x80000000);
}

static NTSTATUS flags_0(void)
{
	return with_flags(0);
}

static NTSTATUS flags_1(void)
{
	return with_flags(DEBUG_KILL_ON_CLOSE);
}

static NTSTATUS with_attributes(OBJECT_ATTRIBUTES *attributes)
{
	HANDLE handle;

	return NtCreateDebugObject(&handle, DEBUG_ALL_ACCESS, attributes, 0);
}

static NTSTATUS unnamed(void)
{
	OBJECT_ATTRIBUTES attributes = { .Length = sizeof(attributes) };

	return with_attributes(&attributes);
}

static NTSTATUS empty_name(void)
{
	UNICODE_STRING name = {};
	OBJECT_ATTRIBUTES attributes = { .Length = sizeof(attributes), .ObjectName = &name };

	return with_attributes(&attributes);
}

static NTSTATUS attributes_of(ULONG length)
{
	OBJECT_ATTRIBUTES attributes = { .Length = length };

	return with_attributes(&attributes);
}

static NTSTATUS attributes_short(void)
{
	return attributes_of(sizeof(OBJECT_ATTRIBUTES) - 1);
}

static NTSTATUS attributes_long(void)
{
	return attributes_of(sizeof(OBJECT_ATTRIBUTES) + 8);
}

static NTSTATUS attributes_0(void)
{
	return attributes_of(0);
}

static NTSTATUS attributes_bad(void)
{
	return with_attributes(BAD_POINTER);
}

/* Twice the same name: the second one tells. */
static NTSTATUS named(ULONG flags)
{
	static WCHAR text[] = u"\\BaseNamedObjects\\ntdbg";
	UNICODE_STRING name = {
		.Length = sizeof(text) - sizeof(WCHAR), .MaximumLength = sizeof(text),
		.Buffer = text,
	};
	OBJECT_ATTRIBUTES attributes = {
		.Length = sizeof(attributes), .ObjectName = &name, .Attributes = flags,
	};

	with_attributes(&attributes);
	return with_attributes(&attributes);
}

static NTSTATUS named_twice(void)
{
	return named(0);
}

static NTSTATUS named_openif(void)
{
	return named(OBJ_OPENIF);
}

static NTSTATUS type_name(void)
{
	struct {
		OBJECT_TYPE_INFORMATION type;
		WCHAR rest[64];
	} info;
	static const WCHAR name[] = u"DebugObject";
	NTSTATUS status = NtQueryObject(object, ObjectTypeInformation, &info, sizeof(info), NULL);

	expect(info.type.TypeName.Length == sizeof(name) - sizeof(WCHAR));
	expect(!memcmp(info.type.TypeName.Buffer, name, sizeof(name) - sizeof(WCHAR)));
	return status;
}

static NTSTATUS mapped(ACCESS_MASK asked, ACCESS_MASK got)
{
	OBJECT_BASIC_INFORMATION info = {};
	NTSTATUS status = NtQueryObject(new_object(asked, 0), ObjectBasicInformation, &info,
					sizeof(info), NULL);

	expect(info.GrantedAccess == got);
	return status;
}

static NTSTATUS maps_read(void)
{
	return mapped(GENERIC_READ, 0x20001);
}

static NTSTATUS maps_write(void)
{
	return mapped(GENERIC_WRITE, 0x20002);
}

static NTSTATUS maps_execute(void)
{
	return mapped(GENERIC_EXECUTE, 0x120000);
}

static NTSTATUS maps_all(void)
{
	return mapped(GENERIC_ALL, 0x1f000f);
}

static NTSTATUS maps_itself(void)
{
	return mapped(DEBUG_READ_EVENT, 0x1);
}

static NTSTATUS waitable(void)
{
	struct pollfd fd = { .fd = ntdbg_handle_to_fd(object), .events = POLLIN };

	expect(poll(&fd, 1, 0) == 0);
	launch(0, "exit", "0");
	expect(poll(&fd, 1, WAIT_MS) == 1 && fd.revents == POLLIN);
	return take(0);
}

/* ---- 3.6 NtSetInformationDebugObject --------------------------------------------- */

static NTSTATUS set_on(HANDLE handle, DEBUGOBJECTINFOCLASS class, ULONG length, ULONG value,
		       ULONG *returned)
{
	ULONG buffer[4] = { value };

	*returned = 77;
	return NtSetInformationDebugObject(handle, class, buffer, length, returned);
}

static NTSTATUS set_handle(HANDLE handle)
{
	ULONG returned;

	return set_on(handle, DebugObjectKillProcessOnExitInformation, 4, 1, &returned);
}

static NTSTATUS set_class(ULONG class)
{
	ULONG returned;

	return set_on(object, class, 4, 0, &returned);
}

static NTSTATUS class_0(void)
{
	return set_class(0);
}

static NTSTATUS class_2(void)
{
	return set_class(2);
}

static NTSTATUS class_high(void)
{
	return set_class(0x80000001);
}

static NTSTATUS set_length(ULONG length)
{
	ULONG returned;
	NTSTATUS status = set_on(object, 1, length, 0, &returned);

	expect(returned == 4);
	return status;
}

static NTSTATUS length_0(void)
{
	return set_length(0);
}

static NTSTATUS length_3(void)
{
	return set_length(3);
}

static NTSTATUS length_8(void)
{
	return set_length(8);
}

static NTSTATUS length_and_handle(void)
{
	ULONG returned;
	NTSTATUS status = set_on(closed_handle(), 1, 8, 0, &returned);

	expect(returned == 4);
	return status;
}

static NTSTATUS set_value(ULONG value)
{
	ULONG returned;
	NTSTATUS status = set_on(object, 1, 4, value, &returned);

	if (!status)
		expect(!returned);
	return status;
}

static NTSTATUS value_2(void)
{
	return set_value(2);
}

static NTSTATUS value_all(void)
{
	return set_value(~0u);
}

static NTSTATUS value_0(void)
{
	return set_value(0);
}

static NTSTATUS value_1(void)
{
	return set_value(1);
}

static NTSTATUS set_bad_buffer(void)
{
	return NtSetInformationDebugObject(object, 1, BAD_POINTER, 4, NULL);
}

static NTSTATUS set_no_return_length(void)
{
	ULONG value = 1;

	return NtSetInformationDebugObject(object, 1, &value, 4, NULL);
}

/* As the handle tells it, before and after the process is reaped. */
static NTSTATUS killed_by_close(bool reaped)
{
	PROCESS_BASIC_INFORMATION info = {};

	expect(!set_value(DEBUG_KILL_ON_CLOSE));
	launch(0, "exit", "3");
	take_state(DbgCreateProcessStateChange);
	needs(NtClose(object));
	wait_gone();
	if (reaped)
		expect(reap_children(WAIT_MS));
	needs(NtQueryInformationProcess(process, ProcessBasicInformation, &info, sizeof(info),
					NULL));
	return info.ExitStatus;
}

static NTSTATUS close_kills(void)
{
	return killed_by_close(false);
}

static NTSTATUS close_kills_reaped(void)
{
	return killed_by_close(true);
}

static NTSTATUS close_lets_go(void)
{
	int wait_status = 0;

	expect(!set_value(0));
	launch(0, "exit", "3");
	take_state(DbgCreateProcessStateChange);
	needs(NtClose(object));
	expect(wait_exit(pid, WAIT_MS, &wait_status));
	expect(WIFEXITED(wait_status));
	return WEXITSTATUS(wait_status) == 3 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS another_handle_keeps(void)
{
	HANDLE other = NULL;

	needs(NtDuplicateObject(NtCurrentProcess(), object, NtCurrentProcess(), &other, 0, 0,
				DUPLICATE_SAME_ACCESS));
	expect(!set_value(DEBUG_KILL_ON_CLOSE));
	launch(0, "exit", "0");
	needs(NtClose(object));
	object = other;
	run_to_end(STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

static const struct handle_row handles[] = {
	{ "3.6", "NtSetInformationDebugObject", set_handle, DEBUG_OBJECT, DEBUG_SET_INFORMATION },
};

static const struct row rows[] = {
	{ "3.1", "bad out pointer", STATUS_ACCESS_VIOLATION, bad_out_pointer },
	{ "3.1", "no out pointer", STATUS_ACCESS_VIOLATION, null_out_pointer },
	{ "3.1", "bad out pointer before bad flags", STATUS_ACCESS_VIOLATION,
	  bad_out_pointer_and_flags },
	{ "3.1", "flags 2, handle zeroed", STATUS_INVALID_PARAMETER, flags_2 },
	{ "3.1", "flags 3, handle zeroed", STATUS_INVALID_PARAMETER, flags_3 },
	{ "3.1", "flags 80000000, handle zeroed", STATUS_INVALID_PARAMETER, flags_high },
	{ "3.1", "unnamed", STATUS_SUCCESS, flags_0 },
	{ "3.1", "unnamed, kill on close", STATUS_SUCCESS, flags_1 },
	{ "3.1", "attributes without a name", STATUS_SUCCESS, unnamed },
	{ "3.1", "attributes with an empty name", STATUS_SUCCESS, empty_name },
	{ "3.1", "attributes too short", STATUS_INVALID_PARAMETER, attributes_short },
	{ "3.1", "attributes too long", STATUS_INVALID_PARAMETER, attributes_long },
	{ "3.1", "attributes of length 0", STATUS_INVALID_PARAMETER, attributes_0 },
	{ "3.1", "bad pointer to attributes", STATUS_ACCESS_VIOLATION, attributes_bad },
	{ "3.1", "name taken", STATUS_OBJECT_NAME_COLLISION, named_twice, DIFFERS,
	  STATUS_NOT_SUPPORTED, NO_NAMES },
	{ "3.1", "name taken, OBJ_OPENIF", STATUS_OBJECT_NAME_EXISTS, named_openif, DIFFERS,
	  STATUS_NOT_SUPPORTED, NO_NAMES },
	{ "3.1", "the type's name", STATUS_SUCCESS, type_name },
	{ "3.1", "GENERIC_READ maps to 20001", STATUS_SUCCESS, maps_read },
	{ "3.1", "GENERIC_WRITE maps to 20002", STATUS_SUCCESS, maps_write },
	{ "3.1", "GENERIC_EXECUTE maps to 120000", STATUS_SUCCESS, maps_execute },
	{ "3.1", "GENERIC_ALL maps to 1f000f", STATUS_SUCCESS, maps_all },
	{ "3.1", "a specific right stays what it is", STATUS_SUCCESS, maps_itself },
	{ "3.1", "the handle is waitable", STATUS_SUCCESS, waitable },
	{ "3.6", "class 0", STATUS_INVALID_PARAMETER, class_0 },
	{ "3.6", "class 2", STATUS_INVALID_PARAMETER, class_2 },
	{ "3.6", "class 80000001", STATUS_INVALID_PARAMETER, class_high },
	{ "3.6", "length 0", STATUS_INFO_LENGTH_MISMATCH, length_0 },
	{ "3.6", "length 3", STATUS_INFO_LENGTH_MISMATCH, length_3 },
	{ "3.6", "length 8", STATUS_INFO_LENGTH_MISMATCH, length_8 },
	{ "3.6", "length before handle", STATUS_INFO_LENGTH_MISMATCH, length_and_handle },
	{ "3.6", "value 2", STATUS_INVALID_PARAMETER, value_2 },
	{ "3.6", "value ffffffff", STATUS_INVALID_PARAMETER, value_all },
	{ "3.6", "value 0", STATUS_SUCCESS, value_0 },
	{ "3.6", "value 1", STATUS_SUCCESS, value_1 },
	{ "3.6", "bad buffer", STATUS_ACCESS_VIOLATION, set_bad_buffer },
	{ "3.6", "no return length", STATUS_SUCCESS, set_no_return_length },
	{ "3.6", "exit status of whom the close kills", STATUS_DEBUGGER_INACTIVE, close_kills },
	{ "3.6", "exit status of whom the close kills, after its parent has waited",
	  STATUS_DEBUGGER_INACTIVE, close_kills_reaped },
	{ "3.6", "without the flag the close lets it run", STATUS_SUCCESS, close_lets_go },
	{ "2.10", "another handle keeps the object", STATUS_SUCCESS, another_handle_keeps },
};

int main(void)
{
	return run_rows(rows, ARRAY_SIZE(rows), sizeof(rows[0]), handles, ARRAY_SIZE(handles));
}
