// SPDX-License-Identifier: MIT
// Exceptions: KiUserExceptionDispatcher, vectored handlers, and who comes behind them.
#include "tap.h"

#include <atomic>
#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <vector>

#include <immintrin.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

EXCEPTION_RECORD last_record;
CONTEXT last_context;
std::atomic<int> exceptions = 0;
ULONG_PTR skip_bytes = 0;

// Goes on behind the instruction.
LONG NTAPI skips(EXCEPTION_POINTERS *pointers) {
    exceptions++;
    last_record = *pointers->ExceptionRecord;
    last_context = *pointers->ContextRecord;
    pointers->ContextRecord->Rip += skip_bytes;
    return EXCEPTION_CONTINUE_EXECUTION;
}

LONG NTAPI searches(EXCEPTION_POINTERS *pointers) {
    exceptions++;
    last_record = *pointers->ExceptionRecord;
    return EXCEPTION_CONTINUE_SEARCH;
}

void handle(ULONG_PTR bytes) {
    skip_bytes = bytes;
    CHECK(RtlAddVectoredExceptionHandler(1, skips) != nullptr);
}

sigjmp_buf back;
void jumps(int) {
    siglongjmp(back, 1);
}

} // namespace

TEST(access_violation) {
    handle(2);
    uint64_t address = 0x1230;
    uint64_t where = 0;
    __asm__ volatile("leaq 1f(%%rip), %1\n\t"
                     "1: movl (%0), %%eax"
                     : "+r"(address), "=&r"(where)
                     :
                     : "rax", "memory");
    CHECK_EQ(exceptions, 1);
    CHECK_EQ(last_record.ExceptionCode, EXCEPTION_ACCESS_VIOLATION);
    CHECK_EQ(last_record.ExceptionFlags, 0u);
    CHECK_EQ(reinterpret_cast<uint64_t>(last_record.ExceptionAddress), where);
    CHECK_EQ(last_context.Rip, where);
    CHECK_EQ(last_record.NumberParameters, 2u);
    CHECK_EQ(last_record.ExceptionInformation[0], 0u);
    CHECK_EQ(last_record.ExceptionInformation[1], 0x1230u);
}

TEST(breakpoint_divide_and_illegal_instruction) {
    handle(1);
    DbgBreakPoint();
    CHECK_EQ(last_record.ExceptionCode, EXCEPTION_BREAKPOINT);
    CHECK_EQ(last_context.Rip, reinterpret_cast<uint64_t>(DbgBreakPoint));
    skip_bytes = 2;
    __asm__ volatile("ud2");
    CHECK_EQ(last_record.ExceptionCode, EXCEPTION_ILLEGAL_INSTRUCTION);
    uint32_t zero = 0;
    __asm__ volatile("movl %0, %%ecx\n\t"
                     "xorl %%edx, %%edx\n\t"
                     "movl $1, %%eax\n\t"
                     "divl %%ecx"
                     :
                     : "r"(zero)
                     : "rax", "rcx", "rdx");
    CHECK_EQ(last_record.ExceptionCode, EXCEPTION_INT_DIVIDE_BY_ZERO);
    CHECK_EQ(exceptions, 3);
}

namespace {

void *page = nullptr;

LONG NTAPI makes_writable(EXCEPTION_POINTERS *pointers) {
    exceptions++;
    last_record = *pointers->ExceptionRecord;
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
    return EXCEPTION_CONTINUE_EXECUTION;
}

} // namespace

TEST(the_instruction_is_tried_again) {
    page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    RtlAddVectoredExceptionHandler(0, makes_writable);
    *static_cast<volatile int *>(page) = 42;
    CHECK_EQ(*static_cast<volatile int *>(page), 42);
    CHECK_EQ(exceptions, 1);
    CHECK_EQ(last_record.ExceptionInformation[0], 1u);
}

TEST(registers_and_red_zone_are_kept) {
    handle(2);
    uint64_t values[4] = {};
    __asm__ volatile("movq $0x1122334455667788, %%rax\n\t"
                     "movq %%rax, -8(%%rsp)\n\t"
                     "movq %%rax, -120(%%rsp)\n\t"
                     "movq %%rax, %%r11\n\t"
                     "movq %%rax, %%rdi\n\t"
                     "movq %%rax, %%xmm9\n\t"
                     "ud2\n\t"
                     "movq -8(%%rsp), %0\n\t"
                     "xorq -120(%%rsp), %0\n\t"
                     "movq %%r11, %1\n\t"
                     "xorq %%rdi, %1\n\t"
                     "movq %%rax, %2\n\t"
                     "movq %%xmm9, %3\n\t"
                     : "=&r"(values[0]), "=&r"(values[1]), "=&r"(values[2]), "=&r"(values[3])
                     :
                     : "rax", "rdi", "r11", "xmm9", "memory");
    CHECK_EQ(values[0], 0u);
    CHECK_EQ(values[1], 0u);
    CHECK_EQ(values[2], 0x1122334455667788u);
    CHECK_EQ(values[3], 0x1122334455667788u);
}

namespace {

__attribute__((target("avx"))) LONG NTAPI clears_vectors(EXCEPTION_POINTERS *pointers) {
    _mm256_zeroall();
    return skips(pointers);
}

__attribute__((target("avx"))) void fault_with_vectors(uint32_t *out) {
    alignas(32) uint32_t in[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    __asm__ volatile("vmovdqa (%0), %%ymm3\n\t"
                     "ud2\n\t"
                     "vmovdqu %%ymm3, (%1)\n\t"
                     "vzeroupper"
                     :
                     : "r"(in), "r"(out)
                     : "xmm3", "memory");
}

} // namespace

TEST(vector_registers_are_kept) {
    if (!__builtin_cpu_supports("avx"))
        tap::skip("this processor has no AVX");
    skip_bytes = 2;
    RtlAddVectoredExceptionHandler(0, clears_vectors);
    uint32_t out[8] = {};
    fault_with_vectors(out);
    for (uint32_t i = 0; i < 8; i++)
        CHECK_EQ(out[i], i + 1);
}

TEST(raised_exception_comes_back) {
    handle(0);
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = 0xE0001234;
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = 7;
    record.ExceptionInformation[1] = 0x1234567890;
    RtlRaiseException(&record);
    CHECK_EQ(exceptions, 1);
    CHECK_EQ(last_record.ExceptionCode, 0xE0001234u);
    CHECK_EQ(last_record.NumberParameters, 2u);
    CHECK_EQ(last_record.ExceptionInformation[0], 7u);
    CHECK_EQ(last_record.ExceptionInformation[1], 0x1234567890u);
    CHECK_EQ(reinterpret_cast<uint64_t>(last_record.ExceptionAddress), last_context.Rip);
}

TEST(handlers_are_asked_before_linux) {
    RtlAddVectoredExceptionHandler(0, searches);
    signal(SIGSEGV, jumps);
    if (sigsetjmp(back, 1) == 0) {
        *reinterpret_cast<volatile int *>(8) = 1;
        CHECK(false);
    }
    CHECK_EQ(exceptions, 1);
    CHECK_EQ(last_record.ExceptionCode, EXCEPTION_ACCESS_VIOLATION);
}

TEST(nobody_handles_and_linux_kills) {
    RtlAddVectoredExceptionHandler(0, searches);
    pid_t child = fork();
    if (child == 0) {
        *reinterpret_cast<volatile int *>(8) = 1;
        _exit(0);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGSEGV);
}

namespace {

LONG NTAPI faults_itself(EXCEPTION_POINTERS *pointers) {
    exceptions++;
    if (pointers->ExceptionRecord->ExceptionCode == EXCEPTION_ILLEGAL_INSTRUCTION) {
        DbgBreakPoint();
        pointers->ContextRecord->Rip += 2;
    } else {
        pointers->ContextRecord->Rip += 1;
    }
    return EXCEPTION_CONTINUE_EXECUTION;
}

} // namespace

TEST(exception_in_a_handler) {
    RtlAddVectoredExceptionHandler(0, faults_itself);
    __asm__ volatile("ud2");
    CHECK_EQ(exceptions, 2);
}

static void exception_can_be_unwound();

namespace {

bool unwinds = false;

LONG NTAPI looks_for_the_test(EXCEPTION_POINTERS *pointers) {
    unwinds = called_from(exception_can_be_unwound);
    pointers->ContextRecord->Rip += 2;
    return EXCEPTION_CONTINUE_EXECUTION;
}

void NTAPI apc_faults(PVOID, PVOID, PVOID) {
    __asm__ volatile("ud2");
}

} // namespace

TEST(exception_can_be_unwound) {
    RtlAddVectoredExceptionHandler(0, looks_for_the_test);
    __asm__ volatile("ud2");
    CHECK(unwinds);
}

TEST(exception_in_an_apc) {
    handle(2);
    CHECK_EQ(NtQueueApcThread(NtCurrentThread(), apc_faults, nullptr, nullptr, nullptr),
             STATUS_SUCCESS);
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    CHECK_EQ(exceptions, 1);
}

TEST(errno_is_kept) {
    handle(2);
    errno = ENOENT;
    __asm__ volatile("ud2" ::: "memory");
    CHECK_EQ(errno, ENOENT);
}

TEST(context_is_restored) {
    static volatile int times = 0;
    alignas(16) static CONTEXT context;
    RtlCaptureContext(&context);
    times = times + 1;
    if (times < 3)
        RtlRestoreContext(&context, nullptr);
    CHECK_EQ(times, 3);
}

TEST(many_threads) {
    handle(2);
    std::atomic<bool> over = false;
    std::thread changes([&] {
        while (!over) {
            PVOID handler = RtlAddVectoredExceptionHandler(1, searches);
            RtlRemoveVectoredExceptionHandler(handler);
        }
    });
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int i = 0; i < 3; i++)
        threads.emplace_back([] {
            for (int round = 0; round < 300; round++)
                __asm__ volatile("ud2");
        });
    for (std::thread &thread : threads)
        thread.join();
    over = true;
    changes.join();
    CHECK(exceptions >= 900);
}
