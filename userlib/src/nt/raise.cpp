// SPDX-License-Identifier: MIT
// Exceptions that the calling thread makes itself.
#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "status.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

constexpr DWORD kInternalBit = 0x10000000; // NT keeps this one of a code to itself

NTSTATUS raise_record(const EXCEPTION_RECORD &record, bool first_chance) {
    struct ntdbg_raise arg {};
    arg.chance = first_chance ? NTDBG_EXCEPTION_FIRST_CHANCE : 0;
    arg.code = record.ExceptionCode & ~kInternalBit;
    arg.flags = record.ExceptionFlags;
    arg.address = reinterpret_cast<uintptr_t>(record.ExceptionAddress);
    arg.record = reinterpret_cast<uintptr_t>(record.ExceptionRecord);
    arg.nr_parameters = record.NumberParameters;
    for (DWORD i = 0; i < record.NumberParameters; i++)
        arg.information[i] = record.ExceptionInformation[i];
    int ret = ntdbg_raise(nullptr, &arg);
    if (ret < 0)
        return status_of(ret, {{ENOTCONN, DBG_EXCEPTION_NOT_HANDLED}});
    auto answer = static_cast<NTSTATUS>(arg.status);
    return NT_SUCCESS(answer) ? STATUS_SUCCESS : DBG_EXCEPTION_NOT_HANDLED;
}

} // namespace

extern "C" {

NTSTATUS NTAPI NtRaiseException(PEXCEPTION_RECORD Record, PCONTEXT, BOOLEAN FirstChance) {
    EXCEPTION_RECORD record;
    if (!get(&record, Record))
        return STATUS_ACCESS_VIOLATION;
    if (record.NumberParameters > EXCEPTION_MAXIMUM_PARAMETERS)
        return STATUS_INVALID_PARAMETER;
    return raise_record(record, FirstChance != 0);
}

VOID NTAPI DbgBreakPoint(VOID) {
    __asm__ volatile("int3");
}

ULONG DbgPrint(PCSTR Format, ...) {
    char text[512];
    va_list args;
    va_start(args, Format);
    int n = vsnprintf(text, sizeof(text), Format, args);
    va_end(args);
    if (n < 0)
        return static_cast<ULONG>(STATUS_INVALID_PARAMETER);
    size_t len = static_cast<size_t>(n) < sizeof(text) ? static_cast<size_t>(n) : sizeof(text) - 1;
    EXCEPTION_RECORD record{};
    record.ExceptionCode = static_cast<DWORD>(DBG_PRINTEXCEPTION_C);
    record.ExceptionAddress = __builtin_return_address(0);
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = len + 1;
    record.ExceptionInformation[1] = reinterpret_cast<uintptr_t>(text);
    raise_record(record, true);
    return static_cast<ULONG>(STATUS_SUCCESS);
}

} // extern "C"
