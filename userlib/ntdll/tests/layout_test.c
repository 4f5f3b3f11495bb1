/* SPDX-License-Identifier: MIT */
/* The layouts of the specification, section 4, in C; layout_test.cpp has them in C++. */
#include <ntdll.h>
#include <ntzwapi.h>

static_assert(sizeof(OBJECT_ATTRIBUTES) == 0x30, "OBJECT_ATTRIBUTES");
static_assert(sizeof(UNICODE_STRING) == 0x10, "UNICODE_STRING");
static_assert(sizeof(STRING) == 0x10, "STRING");
static_assert(sizeof(IO_STATUS_BLOCK) == 0x10, "IO_STATUS_BLOCK");
static_assert(offsetof(IO_STATUS_BLOCK, Information) == 0x8, "IO_STATUS_BLOCK");
static_assert(sizeof(CLIENT_ID) == 0x10, "CLIENT_ID");
static_assert(sizeof(CONTEXT) == 0x4D0, "CONTEXT");
static_assert(_Alignof(CONTEXT) == 16, "CONTEXT");
static_assert(sizeof(EXCEPTION_RECORD) == 0x98, "EXCEPTION_RECORD");
static_assert(sizeof(MEMORY_BASIC_INFORMATION) == 0x30, "MEMORY_BASIC_INFORMATION");
static_assert(sizeof(FILE_BASIC_INFORMATION) == 0x28, "FILE_BASIC_INFORMATION");
static_assert(sizeof(FILE_STANDARD_INFORMATION) == 0x18, "FILE_STANDARD_INFORMATION");
static_assert(sizeof(FILE_POSITION_INFORMATION) == 8, "FILE_POSITION_INFORMATION");
static_assert(sizeof(FILE_NETWORK_OPEN_INFORMATION) == 0x38, "FILE_NETWORK_OPEN_INFORMATION");
static_assert(offsetof(FILE_RENAME_INFORMATION, RootDirectory) == 0x8, "FILE_RENAME_INFORMATION");
static_assert(offsetof(FILE_RENAME_INFORMATION, FileName) == 0x14, "FILE_RENAME_INFORMATION");
static_assert(offsetof(FILE_DIRECTORY_INFORMATION, FileName) == 0x40, "FILE_DIRECTORY_INFORMATION");
static_assert(offsetof(FILE_BOTH_DIR_INFORMATION, ShortName) == 0x46, "FILE_BOTH_DIR_INFORMATION");
static_assert(offsetof(FILE_BOTH_DIR_INFORMATION, FileName) == 0x5E, "FILE_BOTH_DIR_INFORMATION");
static_assert(sizeof(PROCESS_BASIC_INFORMATION) == 0x30, "PROCESS_BASIC_INFORMATION");
static_assert(sizeof(THREAD_BASIC_INFORMATION) == 0x30, "THREAD_BASIC_INFORMATION");
static_assert(sizeof(KERNEL_USER_TIMES) == 0x20, "KERNEL_USER_TIMES");
static_assert(sizeof(IO_COUNTERS) == 0x30, "IO_COUNTERS");
static_assert(sizeof(VM_COUNTERS) == 0x58, "VM_COUNTERS");
static_assert(sizeof(SYSTEM_BASIC_INFORMATION) == 0x40, "SYSTEM_BASIC_INFORMATION");
static_assert(sizeof(SYSTEM_TIMEOFDAY_INFORMATION) == 0x30, "SYSTEM_TIMEOFDAY_INFORMATION");
static_assert(sizeof(SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION) == 0x30, "SYSTEM_PROCESSOR_PERF");
static_assert(sizeof(SYSTEM_PROCESS_INFORMATION) == 0x100, "SYSTEM_PROCESS_INFORMATION");
static_assert(sizeof(SYSTEM_THREAD_INFORMATION) == 0x50, "SYSTEM_THREAD_INFORMATION");
static_assert(sizeof(SYSTEM_KERNEL_DEBUGGER_INFORMATION) == 2, "SYSTEM_KERNEL_DEBUGGER_INFORMATION");
static_assert(sizeof(EVENT_BASIC_INFORMATION) == 8, "EVENT_BASIC_INFORMATION");
static_assert(sizeof(SEMAPHORE_BASIC_INFORMATION) == 8, "SEMAPHORE_BASIC_INFORMATION");
static_assert(sizeof(MUTANT_BASIC_INFORMATION) == 8, "MUTANT_BASIC_INFORMATION");
static_assert(sizeof(TIMER_BASIC_INFORMATION) == 0x10, "TIMER_BASIC_INFORMATION");
static_assert(sizeof(SECTION_BASIC_INFORMATION) == 0x18, "SECTION_BASIC_INFORMATION");
static_assert(sizeof(DBGUI_WAIT_STATE_CHANGE) == 0xB8, "DBGUI_WAIT_STATE_CHANGE");
/* 32 bits each, also where the argument is an enumeration. */
static_assert(sizeof(EVENT_TYPE) == 4 && sizeof(WAIT_TYPE) == 4, "enumerations");
static_assert(sizeof(FILE_INFORMATION_CLASS) == 4, "enumerations");

/* Both names have one type. */
NTSTATUS(NTAPI *ntdbg_test_close)(HANDLE) = ZwClose;
