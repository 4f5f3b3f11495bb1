// SPDX-License-Identifier: MIT
// The process that the library makes an NT process, its threads and its children.
#include "tap.h"

#include <cstdlib>
#include <cstring>
#include <thread>

#include <ntzwapi.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

LONG NTAPI skips(EXCEPTION_POINTERS *pointers) {
    pointers->ContextRecord->Rip += 2;
    return EXCEPTION_CONTINUE_EXECUTION;
}

} // namespace

TEST(it_has_started) {
    CHECK_EQ(ntdbg_ntdll_status(), STATUS_SUCCESS);
    CHECK_EQ(std::string(ntdbg_ntdll_explain()), "");
    CHECK_EQ(std::string(ntdbg_ntdll_entry()), getenv("NTDBG_NT_ENTRY"));
    // What the stubs look at.
    bool int2e = strcmp(ntdbg_ntdll_entry(), "int2e") == 0;
    CHECK_EQ(*reinterpret_cast<volatile uint32_t *>(0x7FFE0308) & 1u, int2e ? 1u : 0u);
}

TEST(services_answer) {
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    CHECK_EQ(ZwTestAlert(), STATUS_SUCCESS);
    CHECK(ZwClose == NtClose);
}

TEST(linux_calls_stay_linux) {
    int fds[2];
    CHECK_EQ(pipe(fds), 0);
    CHECK_EQ(write(fds[1], "x", 1), 1);
    CHECK_EQ(close(fds[0]), 0);
    CHECK_EQ(NtClose(reinterpret_cast<HANDLE>((fds[1] + 1L) << 2)), STATUS_SUCCESS);
    CHECK_EQ(close(fds[1]), -1);
}

TEST(new_threads_have_it) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    std::thread([&] { status = NtTestAlert(); }).join();
    CHECK_EQ(status, STATUS_SUCCESS);
}

TEST(children_have_it) {
    RtlAddVectoredExceptionHandler(0, skips);
    pid_t child = fork();
    if (child == 0) {
        __asm__ volatile("ud2");
        RtlAddVectoredExceptionHandler(0, skips);
        _exit(NtTestAlert() == STATUS_SUCCESS ? 0 : 1);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}
