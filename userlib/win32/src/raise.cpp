// SPDX-License-Identifier: MIT
// Exceptions that a program makes itself.
#include <cerrno>
#include <csignal>

#include "array.h"
#include "last_error.h"
#include "text.h"

namespace ntdbg::win32 {
namespace {

EXCEPTION_RECORD record_of(NTSTATUS code, void *address) {
    EXCEPTION_RECORD record{};
    record.ExceptionCode = static_cast<DWORD>(code);
    record.ExceptionAddress = address;
    return record;
}

bool raise(EXCEPTION_RECORD *record, bool first_chance) {
    return NtRaiseException(record, nullptr, first_chance) == STATUS_SUCCESS;
}

ULONG_PTR pointer(const void *text) {
    return reinterpret_cast<ULONG_PTR>(text);
}

// Whether somebody took it.
bool say(const char *text, size_t size, void *address) {
    EXCEPTION_RECORD record = record_of(DBG_PRINTEXCEPTION_C, address);
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = size + 1;
    record.ExceptionInformation[1] = pointer(text);
    return raise(&record, true);
}

} // namespace
} // namespace ntdbg::win32

using namespace ntdbg::win32;

void OutputDebugStringA(LPCSTR text) {
    int saved = errno;
    if (!text)
        text = "";
    say(text, strlen(text), __builtin_return_address(0));
    errno = saved;
}

void OutputDebugStringW(LPCWSTR text) {
    int saved = errno;
    if (!text)
        text = u"";
    size_t size = length(text);
    Array<char> bytes;
    void *address = __builtin_return_address(0);
    if (append_bytes(text, size, &bytes) && bytes.push('\0')) {
        EXCEPTION_RECORD record = record_of(DBG_PRINTEXCEPTION_WIDE_C, address);
        record.NumberParameters = 4;
        record.ExceptionInformation[0] = size + 1;
        record.ExceptionInformation[1] = pointer(text);
        record.ExceptionInformation[2] = bytes.size();
        record.ExceptionInformation[3] = pointer(bytes.data());
        if (!raise(&record, true))
            say(bytes.data(), bytes.size() - 1, address);
    }
    errno = saved;
}

void RaiseException(DWORD code, DWORD flags, DWORD count, const ULONG_PTR *arguments) {
    EXCEPTION_RECORD record = record_of(static_cast<NTSTATUS>(code), __builtin_return_address(0));
    record.ExceptionFlags = flags & EXCEPTION_NONCONTINUABLE;
    if (arguments) {
        record.NumberParameters =
            count > EXCEPTION_MAXIMUM_PARAMETERS ? EXCEPTION_MAXIMUM_PARAMETERS : count;
        for (DWORD at = 0; at < record.NumberParameters; at++)
            record.ExceptionInformation[at] = arguments[at];
    }
    if (raise(&record, true) || raise(&record, false))
        return;
    // Nobody handled it: NT ends the process with the code as its status.
    if (IsDebuggerPresent())
        NtTerminateProcess(NtCurrentProcess(), static_cast<NTSTATUS>(record.ExceptionCode));
    ::raise(SIGTRAP);
}

// The int3 stands here, as it does in Windows' DebugBreak().
void DebugBreak(void) {
    DbgBreakPoint();
}
