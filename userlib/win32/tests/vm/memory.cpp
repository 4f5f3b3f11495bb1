// SPDX-License-Identifier: MIT
// Memory and registers of a debuggee.
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "session.h"

namespace {

void *place(uintptr_t address) {
    return reinterpret_cast<void *>(address);
}

// A debuggee that has told where its variable, its code and its page are.
class Memory {
public:
    bool start() {
        if (!session.start("memory") || !session.until(OUTPUT_DEBUG_STRING_EVENT))
            return false;
        char text[200] = "";
        const OUTPUT_DEBUG_STRING_INFO &info = session.event.u.DebugString;
        void *where[3] = {};
        bool read = ReadProcessMemory(session.hProcess, info.lpDebugStringData, text,
                                      info.nDebugStringLength, nullptr) &&
                    sscanf(text, "%p %p %p", &where[0], &where[1], &where[2]) == 3;
        CHECK(read);
        variable = reinterpret_cast<uintptr_t>(where[0]);
        code = reinterpret_cast<uintptr_t>(where[1]);
        page = reinterpret_cast<uintptr_t>(where[2]);
        return read;
    }
    Session session;
    uintptr_t variable = 0;
    uintptr_t code = 0;
    uintptr_t page = 0;
};

TEST(memory_read_and_written) {
    Memory memory;
    REQUIRE(memory.start());
    HANDLE process = memory.session.hProcess;
    int value = 0;
    SIZE_T done = 99;
    CHECK(ReadProcessMemory(process, place(memory.variable), &value, sizeof(value), &done));
    CHECK_EQ(done, sizeof(value));
    CHECK_EQ(value, 1000);
    value = 40;
    CHECK(WriteProcessMemory(process, place(memory.variable), &value, sizeof(value), &done));
    CHECK_EQ(done, sizeof(value));
    // Into code, which it may not write itself: the operand of "mov eax, 1".
    unsigned char text[64];
    CHECK(ReadProcessMemory(process, place(memory.code), text, sizeof(text), nullptr));
    const unsigned char move[] = {0xB8, 1, 0, 0, 0};
    auto *found = static_cast<unsigned char *>(memmem(text, sizeof(text), move, sizeof(move)));
    REQUIRE(found);
    const unsigned char two = 2;
    uintptr_t operand = memory.code + static_cast<uintptr_t>(found - text) + 1;
    CHECK(WriteProcessMemory(process, place(operand), &two, 1, nullptr));
    CHECK(FlushInstructionCache(process, place(operand), 1));
    CHECK_EQ(memory.session.finish(), 42u);
}

TEST(memory_partly_there) {
    Memory memory;
    REQUIRE(memory.start());
    HANDLE process = memory.session.hProcess;
    char text[16] = "";
    SIZE_T done = 99;
    // The string ends with its page, and nothing is behind it.
    CHECK_ERROR(ReadProcessMemory(process, place(memory.page + 4090), text, 16, &done),
                ERROR_PARTIAL_COPY);
    CHECK_EQ(done, 6u);
    CHECK_EQ(std::string(text), "abcde");
    CHECK_ERROR(WriteProcessMemory(process, place(memory.page + 4094), text, 4, &done),
                ERROR_PARTIAL_COPY);
    CHECK_EQ(done, 2u);
    CHECK_ERROR(ReadProcessMemory(process, place(0x10), text, 1, &done), ERROR_PARTIAL_COPY);
    CHECK_EQ(done, 0u);
    CHECK(ReadProcessMemory(process, place(memory.page), text, 0, &done));
    CHECK_ERROR(ReadProcessMemory(memory.session.hThread, place(memory.page), text, 1, &done),
                ERROR_INVALID_HANDLE);
    HANDLE query =
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, memory.session.event.dwProcessId);
    REQUIRE(query);
    CHECK_ERROR(ReadProcessMemory(query, place(memory.page), text, 1, &done), ERROR_ACCESS_DENIED);
    CHECK(CloseHandle(query));
    CHECK_EQ(memory.session.finish(), (1001u & 0xff));
}

TEST(memory_regions) {
    Memory memory;
    REQUIRE(memory.start());
    HANDLE process = memory.session.hProcess;
    MEMORY_BASIC_INFORMATION info{};
    CHECK_EQ(VirtualQueryEx(process, place(memory.page + 5), &info, sizeof(info)), sizeof(info));
    CHECK_EQ(info.State, MEM_COMMIT);
    CHECK_EQ(info.Type, MEM_PRIVATE);
    CHECK_EQ(info.Protect, PAGE_READWRITE);
    CHECK(reinterpret_cast<uintptr_t>(info.BaseAddress) <= memory.page);
    CHECK_EQ(VirtualQueryEx(process, place(memory.code), &info, sizeof(info)), sizeof(info));
    CHECK_EQ(info.Type, MEM_IMAGE);
    CHECK_EQ(info.Protect, PAGE_EXECUTE_READ);
    CHECK_EQ(VirtualQueryEx(process, place(0x1000), &info, sizeof(info)), sizeof(info));
    CHECK_EQ(info.State, MEM_FREE);
    CHECK_EQ(info.Protect, PAGE_NOACCESS);
    CHECK_ERROR(VirtualQueryEx(process, place(~uintptr_t{0} - 4096), &info, sizeof(info)),
                ERROR_INVALID_PARAMETER);
    CHECK_ERROR(VirtualQueryEx(process, place(memory.page), &info, 8), ERROR_BAD_LENGTH);
    memory.session.finish();
}

TEST(memory_protected) {
    Memory memory;
    REQUIRE(memory.start());
    HANDLE process = memory.session.hProcess;
    DWORD old = 0;
    CHECK(VirtualProtectEx(process, place(memory.page), 1, PAGE_EXECUTE_READ, &old));
    CHECK_EQ(old, PAGE_READWRITE);
    MEMORY_BASIC_INFORMATION info{};
    CHECK(VirtualQueryEx(process, place(memory.page), &info, sizeof(info)));
    CHECK_EQ(info.Protect, PAGE_EXECUTE_READ);
    CHECK_EQ(info.RegionSize, 4096u);
    CHECK_ERROR(VirtualProtectEx(process, place(0x1000), 1, PAGE_READONLY, &old),
                ERROR_INVALID_ADDRESS);
    CHECK_ERROR(VirtualProtectEx(process, place(memory.page), 1, 0x77, &old),
                ERROR_INVALID_PARAMETER);
    memory.session.finish();
}

TEST(context_read_and_written) {
    Session session;
    REQUIRE(session.start("stop"));
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(session.answer());
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CONTEXT context{};
    context.ContextFlags = CONTEXT_FULL;
    REQUIRE(GetThreadContext(session.hThread, &context));
    auto address = reinterpret_cast<uintptr_t>(session.exception().ExceptionAddress);
    CHECK_EQ(context.Rip, address + 1);
    CHECK_EQ(context.Rax, 21u);
    context.ContextFlags = CONTEXT_INTEGER;
    context.Rax = 33;
    context.Rip = 0;
    CHECK(SetThreadContext(session.hThread, &context));
    CHECK(session.answer(DBG_CONTINUE));
    CHECK_EQ(session.finish(), 33u);
    CHECK_ERROR(GetThreadContext(session.process.information.hProcess, &context),
                ERROR_INVALID_HANDLE);
}

TEST(context_single_steps) {
    Session session;
    REQUIRE(session.start("step"));
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    CHECK(session.answer());
    REQUIRE(session.until_exception(EXCEPTION_BREAKPOINT));
    auto address = reinterpret_cast<uintptr_t>(session.exception().ExceptionAddress);
    for (uintptr_t at = address + 2; at < address + 4; at++) {
        CONTEXT context{};
        context.ContextFlags = CONTEXT_CONTROL;
        CHECK(GetThreadContext(session.hThread, &context));
        context.EFlags |= 0x100;
        CHECK(SetThreadContext(session.hThread, &context));
        CHECK(session.answer(DBG_CONTINUE));
        REQUIRE(session.next());
        CHECK_EQ(session.exception().ExceptionCode, EXCEPTION_SINGLE_STEP);
        CHECK_EQ(reinterpret_cast<uintptr_t>(session.exception().ExceptionAddress), at);
    }
    CHECK(session.answer(DBG_CONTINUE));
    CHECK_EQ(session.finish(), 1u);
}

TEST(context_hardware_breakpoints) {
    Memory memory;
    REQUIRE(memory.start());
    CONTEXT context{};
    context.ContextFlags = CONTEXT_DEBUG_REGISTERS;
    context.Dr0 = memory.code;
    context.Dr7 = 1;
    CHECK(SetThreadContext(memory.session.hThread, &context));
    CHECK(memory.session.answer());
    REQUIRE(memory.session.next());
    CHECK_EQ(memory.session.event.dwDebugEventCode, static_cast<DWORD>(EXCEPTION_DEBUG_EVENT));
    CHECK_EQ(memory.session.exception().ExceptionCode, EXCEPTION_SINGLE_STEP);
    CHECK_EQ(reinterpret_cast<uintptr_t>(memory.session.exception().ExceptionAddress), memory.code);
    context = {};
    context.ContextFlags = CONTEXT_DEBUG_REGISTERS;
    CHECK(GetThreadContext(memory.session.hThread, &context));
    CHECK_EQ(context.Dr0, memory.code);
    CHECK_EQ(context.Dr6 & 0xf, 1u);
    context.Dr7 = 0;
    CHECK(SetThreadContext(memory.session.hThread, &context));
    CHECK(memory.session.answer(DBG_CONTINUE));
    CHECK_EQ(memory.session.finish(), 1001u & 0xff);
}

} // namespace
