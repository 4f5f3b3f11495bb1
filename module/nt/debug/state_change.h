/* SPDX-License-Identifier: GPL-2.0 */
/* DBGUI_WAIT_STATE_CHANGE of x64: what NtWaitForDebugEvent tells. */
#ifndef _NTDBG_NT_DEBUG_STATE_CHANGE_H
#define _NTDBG_NT_DEBUG_STATE_CHANGE_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "ke/exception_record.h"
#include "nt/process/target.h"

struct ntdbg_event;

/* DBG_STATE */
enum {
	NT_STATE_IDLE = 0,
	NT_STATE_CREATE_THREAD = 2,
	NT_STATE_CREATE_PROCESS = 3,
	NT_STATE_EXIT_THREAD = 4,
	NT_STATE_EXIT_PROCESS = 5,
	NT_STATE_EXCEPTION = 6,
	NT_STATE_BREAKPOINT = 7,
	NT_STATE_SINGLE_STEP = 8,
	NT_STATE_LOAD_DLL = 9,
	NT_STATE_UNLOAD_DLL = 10,
};

/* DBGKM_CREATE_THREAD */
struct nt_new_thread {
	u32 subsystem_key;
	u32 padding;
	u64 start_address;
};

/**
 * struct nt_state_change - DBGUI_WAIT_STATE_CHANGE
 * @state: DBG_STATE
 * @padding: 0
 * @client: AppClientId
 * @create_thread: NT_STATE_CREATE_THREAD
 * @create_process: NT_STATE_CREATE_PROCESS
 * @exit_status: NT_STATE_EXIT_*
 * @exception: NT_STATE_EXCEPTION, _BREAKPOINT, _SINGLE_STEP
 * @load: NT_STATE_LOAD_DLL
 * @unload_base: NT_STATE_UNLOAD_DLL
 */
struct nt_state_change {
	u32 state;
	u32 padding;
	struct nt_client client;
	union {
		struct {
			u64 handle;
			struct nt_new_thread thread;
		} create_thread;
		struct {
			u64 process;
			u64 thread;
			u32 subsystem_key;
			u32 padding;
			u64 file;
			u64 base;
			u32 debug_info_offset;
			u32 debug_info_size;
			struct nt_new_thread initial;
		} create_process;
		u32 exit_status;
		struct {
			struct ke_exception_record record;
			u32 first_chance;
			u32 padding;
		} exception;
		struct {
			u64 file;
			u64 base;
			u32 debug_info_offset;
			u32 debug_info_size;
			u64 name;
		} load;
		u64 unload_base;
	};
};

static_assert(sizeof(struct nt_state_change) == 0xb8);
static_assert(offsetof(struct nt_state_change, create_thread.thread.start_address) == 0x28);
static_assert(offsetof(struct nt_state_change, create_process.file) == 0x30);
static_assert(offsetof(struct nt_state_change, create_process.base) == 0x38);
static_assert(offsetof(struct nt_state_change, create_process.initial.start_address) == 0x50);
static_assert(offsetof(struct nt_state_change, exception.first_chance) == 0xb0);
static_assert(offsetof(struct nt_state_change, load.name) == 0x30);

void nt_make_state_change(struct nt_state_change *change, const struct ntdbg_event *event,
			  ke_read_memory_t read, void *argument);

#endif /* _NTDBG_NT_DEBUG_STATE_CHANGE_H */
