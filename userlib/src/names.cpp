// SPDX-License-Identifier: MIT
// Names for numbers.
#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>

#include <ntdbg/ntdbg.h>

namespace {

struct Status {
    NTSTATUS value;
    const char *name;
    const char *text;
};

#define ROW(name, text) Status{name, #name, text},
constexpr Status kStatuses[] = {
#include "status_table.inc"
};
#undef ROW

constexpr bool below(NTSTATUS a, NTSTATUS b) {
    return static_cast<uint32_t>(a) < static_cast<uint32_t>(b);
}

static_assert(std::is_sorted(std::begin(kStatuses), std::end(kStatuses),
                             [](const Status &a, const Status &b) {
                                 return below(a.value, b.value);
                             }),
              "status_table.inc is sorted by value");

const Status *find(NTSTATUS value) {
    const Status *row =
        std::lower_bound(std::begin(kStatuses), std::end(kStatuses), value,
                         [](const Status &a, NTSTATUS v) { return below(a.value, v); });
    return row != std::end(kStatuses) && row->value == value ? row : nullptr;
}

constexpr const char *kApis[DbgKmMaxApiNumber] = {
    "DbgKmExceptionApi",   "DbgKmCreateThreadApi", "DbgKmCreateProcessApi", "DbgKmExitThreadApi",
    "DbgKmExitProcessApi", "DbgKmLoadDllApi",      "DbgKmUnloadDllApi",     "DbgKmErrorReportApi",
};

constexpr const char *kSignals[] = {
    nullptr,     "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
    "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
    "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
    "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};
static_assert(SIGSYS == 31 && SIGSEGV == 11 && SIGCHLD == 17 && SIGURG == 23);

} // namespace

extern "C" {

const char *ntdbg_api_name(uint32_t api_number) {
    return api_number < DbgKmMaxApiNumber ? kApis[api_number] : nullptr;
}

const char *ntdbg_status_name(NTSTATUS status) {
    const Status *row = find(status);
    return row ? row->name : nullptr;
}

const char *ntdbg_exception_text(NTSTATUS code) {
    if (code == NTDBG_STATUS_SECCOMP)
        return "Invalid system call";
    const Status *row = find(code);
    return row && row->text[0] ? row->text : "Unknown exception";
}

const char *ntdbg_signal_name(int signo) {
    if (signo <= 0 || static_cast<size_t>(signo) >= std::size(kSignals))
        return nullptr;
    return kSignals[signo];
}

} // extern "C"
