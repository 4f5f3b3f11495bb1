// SPDX-License-Identifier: MIT
// What the parts of the library know of each other. Nothing of it is exported.
#ifndef NTDBG_NTDLL_INTERNAL_H
#define NTDBG_NTDLL_INTERNAL_H

#include <cstddef>
#include <cstdint>

#include <ntdll.h>

extern "C" {

// stubs.S: a slot each, from the first to the end of the last.
extern unsigned char ntdbg_ntdll_stubs[];
extern unsigned char ntdbg_ntdll_stubs_end[];

// start.cpp: run when the program is loaded.
void ntdbg_ntdll_load();

// start.cpp, for dispatch.S: which vector registers a CONTEXT lacks, and the room that XSAVE needs.
extern uint32_t ntdbg_ntdll_xsave_mask;
extern uint64_t ntdbg_ntdll_xsave_size;

// exception.cpp, for dispatch.S, in Linux's calling convention: true if the thread is to go on as
// @context says.
bool ntdbg_ntdll_dispatch_exception(EXCEPTION_RECORD *record, CONTEXT *context);

// exception.cpp: a call that does not come back has come back; this does not.
[[noreturn]] void ntdbg_ntdll_give_up(NTSTATUS status);

} // extern "C"

namespace ntdbg::ntdll {

inline constexpr size_t kSlot = 32;

// stubs.cpp: have every stub enter by the gateway, or do nothing but return @status. False if the
// system does not let them be written.
bool stubs_use_gateway();
bool stubs_return(NTSTATUS status);

// vectored.cpp
bool call_exception_handlers(EXCEPTION_POINTERS *pointers);
void call_continue_handlers(EXCEPTION_POINTERS *pointers);

} // namespace ntdbg::ntdll

#endif
