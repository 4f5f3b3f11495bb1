// SPDX-License-Identifier: MIT
// The process becomes an NT process, or the library says why not.
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <cpuid.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ntdbg/ntcall.h>

#include "internal.h"

uint32_t ntdbg_ntdll_xsave_mask = 0;
uint64_t ntdbg_ntdll_xsave_size = 0;

namespace {

constexpr char kDevice[] = "/dev/dbgport";

struct Entry {
    const char *name;
    uint32_t flags;
    bool rewrites; // the stubs of stubs.S do not enter this way
};

constexpr Entry kNone = {"none", 0, true};
constexpr Entry kEntries[] = {
    {"syscall", NTDBG_NT_STUBS, false},
    {"gateway", NTDBG_NT_GATE, true},
    // The stubs ask the shared page.
    {"int2e", NTDBG_NT_INT_2E | NTDBG_NT_SYSTEM_CALL, false},
};
constexpr const Entry *kGateway = &kEntries[1];

const Entry *entry = &kNone;
NTSTATUS start_status = STATUS_SUCCESS;
char sentence[256];

// From now on every service returns @status.
void refuse(NTSTATUS status) {
    entry = &kNone;
    start_status = status;
    if (!ntdbg::ntdll::stubs_return(status)) {
        dprintf(STDERR_FILENO, "ntdbg: the system does not let ntdll's stubs be written: %s\n",
                strerror(errno));
        abort();
    }
}

__attribute__((format(printf, 2, 3))) void fail(NTSTATUS status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    dprintf(STDERR_FILENO, "ntdbg: no NT system calls: %s.\n", sentence);
    refuse(status);
}

void fail_to_open(int error) {
    switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        return fail(STATUS_NO_SUCH_DEVICE,
                    "%s does not exist; load the kernel module ntdbg (modprobe ntdbg)", kDevice);
    case EACCES:
    case EPERM:
        return fail(STATUS_ACCESS_DENIED,
                    "%s may not be opened; it is for root and the group ntdbg", kDevice);
    default:
        return fail(STATUS_UNSUCCESSFUL, "%s cannot be opened: %s", kDevice, strerror(error));
    }
}

void fail_to_start(int error) {
    switch (error) {
    case ENOTTY:
        return fail(STATUS_NOT_SUPPORTED, "the kernel module ntdbg is older than this library");
    case EOPNOTSUPP:
        return fail(STATUS_NOT_SUPPORTED,
                    "this kernel lacks something that they need; the kernel log says what");
    case EEXIST:
        return fail(STATUS_CONFLICTING_ADDRESSES,
                    "something is mapped at %#x, where the shared page has to be",
                    NTDBG_SHARED_USER_DATA);
    default:
        return fail(STATUS_UNSUCCESSFUL, "the kernel module refuses: %s", strerror(error));
    }
}

// Linux's own call of that number has an error for these arguments, which is a large number.
bool gateway_is_open() {
    constexpr uint64_t kYieldExecution = 0x46;
    uint64_t rax = (kYieldExecution << 32) | NTDBG_NT_GATEWAY;
    register uint64_t r8 __asm__("r8") = 0;
    register uint64_t r9 __asm__("r9") = 0;
    register uint64_t r10 __asm__("r10") = 0;
    uint64_t rdx = 0;
    __asm__ volatile("syscall"
                     : "+a"(rax), "+d"(rdx), "+r"(r8), "+r"(r9), "+r"(r10)
                     : "D"(0), "S"(0)
                     : "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5");
    return rax <= UINT32_MAX;
}

// Somebody else in this process has started already, with another stub range.
void join() {
    if (!gateway_is_open())
        return fail(STATUS_NOT_SUPPORTED,
                    "the process has become an NT process before, without the gateway");
    if (!ntdbg::ntdll::stubs_use_gateway())
        return refuse(STATUS_NOT_SUPPORTED);
    entry = kGateway;
}

void start(const Entry *wanted) {
    int fd = open(kDevice, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return fail_to_open(errno);
    ntdbg_nt_start request = {};
    request.size = sizeof(request);
    request.flags = wanted->flags;
    if (wanted->flags & NTDBG_NT_STUBS) {
        request.stub_start = reinterpret_cast<uint64_t>(ntdbg_ntdll_stubs);
        request.stub_length = static_cast<uint64_t>(ntdbg_ntdll_stubs_end - ntdbg_ntdll_stubs);
    }
    request.apc_dispatcher = reinterpret_cast<uint64_t>(KiUserApcDispatcher);
    request.exception_dispatcher = reinterpret_cast<uint64_t>(KiUserExceptionDispatcher);
    int error = ioctl(fd, NTDBG_IOC_NT_START, &request) < 0 ? errno : 0;
    close(fd);
    if (error == EBUSY)
        return join();
    if (error != 0)
        return fail_to_start(error);
    if (wanted->rewrites && !ntdbg::ntdll::stubs_use_gateway())
        return refuse(STATUS_NOT_SUPPORTED);
    entry = wanted;
}

const Entry *wanted_entry(const char *name) {
    if (!name || !*name)
        return &kEntries[0];
    for (const Entry &known : kEntries) {
        if (strcmp(known.name, name) == 0)
            return &known;
    }
    return nullptr;
}

// The vector registers beyond XMM, as far as the kernel has them on: AVX and the three of AVX-512.
void learn_vector_registers() {
    constexpr uint32_t kComponents = 0xe4;
    constexpr uint32_t kLegacyAndHeader = 576;
    uint32_t eax = 0;
    uint32_t ebx = 0;
    uint32_t ecx = 0;
    uint32_t edx = 0;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_OSXSAVE))
        return;
    uint32_t enabled = 0;
    __asm__ volatile("xgetbv" : "=a"(enabled), "=d"(edx) : "c"(0));
    enabled &= kComponents;
    uint64_t size = kLegacyAndHeader;
    for (uint32_t component = 2; component < 8; component++) {
        if (!(enabled & (1u << component)))
            continue;
        if (!__get_cpuid_count(0xd, component, &eax, &ebx, &ecx, &edx))
            return;
        if (ebx + static_cast<uint64_t>(eax) > size)
            size = ebx + static_cast<uint64_t>(eax);
    }
    if (enabled == 0)
        return;
    ntdbg_ntdll_xsave_size = size;
    ntdbg_ntdll_xsave_mask = enabled;
}

} // namespace

extern "C" {

void ntdbg_ntdll_load() {
    int saved = errno;
    learn_vector_registers();
    const char *name = secure_getenv("NTDBG_NT_ENTRY");
    if (name && strcmp(name, kNone.name) == 0) {
        (void)snprintf(sentence, sizeof(sentence), "NTDBG_NT_ENTRY is none");
        refuse(STATUS_NOT_SUPPORTED);
    } else if (const Entry *wanted = wanted_entry(name)) {
        start(wanted);
    } else {
        fail(STATUS_INVALID_PARAMETER,
             "NTDBG_NT_ENTRY is neither syscall nor gateway nor int2e nor none");
    }
    errno = saved;
}

NTSTATUS NTAPI ntdbg_ntdll_status(VOID) {
    return start_status;
}

PCSTR NTAPI ntdbg_ntdll_explain(VOID) {
    return sentence;
}

PCSTR NTAPI ntdbg_ntdll_entry(VOID) {
    return entry->name;
}

} // extern "C"
