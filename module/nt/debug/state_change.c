// SPDX-License-Identifier: GPL-2.0
/* A record of the debug port as DBGUI_WAIT_STATE_CHANGE (DbgkpConvertKernelToUserStateChange). */
#include <linux/string.h>
#include <ntdbg/dbgport.h>

#include "ntstatus.h"
#include "nt/debug/state_change.h"
#include "nt/process/information.h"
#include "ob/ob.h"

/* NULL is what NT has for a handle that could not be made. */
static u64 nt_gift(s32 fd)
{
	return fd < 0 ? 0 : ob_handle_of_fd(fd);
}

static u32 nt_exception_state(u32 code)
{
	switch (code) {
	case STATUS_BREAKPOINT:
		return NT_STATE_BREAKPOINT;
	case STATUS_SINGLE_STEP:
		return NT_STATE_SINGLE_STEP;
	default:
		return NT_STATE_EXCEPTION;
	}
}

static void nt_make_exception(struct nt_state_change *change,
			      const struct ntdbg_event_exception *event, ke_read_memory_t read,
			      void *argument)
{
	struct ke_exception_record *record = &change->exception.record;

	if (event->chance & NTDBG_EXCEPTION_SOFTWARE)
		ke_record_software(record, &event->software);
	else
		ke_record_fault(record, &event->fault, event->chance, read, argument);
	change->exception.first_chance = !!(event->chance & NTDBG_EXCEPTION_FIRST_CHANCE);
	change->state = nt_exception_state(record->code);
}

/*
 * NT gives the image's entry point, although the thread starts in the loader. A
 * forked child has run already: where it goes on.
 */
static void nt_make_create_process(struct nt_state_change *change,
				   const struct ntdbg_event_create_process *event)
{
	bool entered = (event->hdr.flags & NTDBG_EVENT_F_FORK) || !event->image.entry;

	change->state = NT_STATE_CREATE_PROCESS;
	change->create_process.process = nt_gift(event->process_fd);
	change->create_process.thread = nt_gift(event->thread_fd);
	change->create_process.file = nt_gift(event->image.file_fd);
	change->create_process.base = event->image.base;
	change->create_process.initial.start_address = entered ? event->start_address :
								 event->image.entry;
}

static u32 nt_event_exit_status(const struct ntdbg_event_exit *event, ke_read_memory_t read,
				void *argument)
{
	struct ke_exception_record record;

	if (event->how & NTDBG_EXIT_TERMINATED)
		return event->nt_status;
	if (!(event->how & NTDBG_EXIT_BY_EXCEPTION))
		return nt_exit_status(event->wait_status);
	ke_record_fault(&record, &event->fault, 0, read, argument);
	return record.code;
}

/**
 * nt_make_state_change() - what NT says of an event
 * @change: what is filled
 * @event: the record, with its descriptors
 * @read: reads the process's memory, or says that it cannot
 * @argument: for @read
 *
 * NamePointer of a loaded image points into the debuggee on NT; here it is NULL.
 *
 * Context: what @read needs.
 */
void nt_make_state_change(struct nt_state_change *change, const struct ntdbg_event *event,
			  ke_read_memory_t read, void *argument)
{
	memset(change, 0, sizeof(*change));
	change->client = (struct nt_client){ event->pid, event->tid };
	switch (event->type) {
	case NTDBG_EVENT_CREATE_PROCESS:
		nt_make_create_process(change, (const void *)event);
		break;
	case NTDBG_EVENT_CREATE_THREAD: {
		const struct ntdbg_event_create_thread *thread = (const void *)event;

		change->state = NT_STATE_CREATE_THREAD;
		change->create_thread.handle = nt_gift(thread->thread_fd);
		change->create_thread.thread.start_address = thread->start_address;
		break;
	}
	case NTDBG_EVENT_LOAD_IMAGE: {
		const struct ntdbg_event_image *load = (const void *)event;

		change->state = NT_STATE_LOAD_DLL;
		change->load.file = nt_gift(load->image.file_fd);
		change->load.base = load->image.base;
		break;
	}
	case NTDBG_EVENT_UNLOAD_IMAGE: {
		const struct ntdbg_event_image *unload = (const void *)event;

		change->state = NT_STATE_UNLOAD_DLL;
		change->unload_base = unload->image.base;
		break;
	}
	case NTDBG_EVENT_EXCEPTION:
		nt_make_exception(change, (const void *)event, read, argument);
		break;
	default:
		change->state = event->type == NTDBG_EVENT_EXIT_THREAD ? NT_STATE_EXIT_THREAD :
									 NT_STATE_EXIT_PROCESS;
		change->exit_status = nt_event_exit_status((const void *)event, read, argument);
		break;
	}
}
