// SPDX-License-Identifier: MIT
// What the Nt* calls say before the module is asked: bad pointers, arguments, handles. The device
// is not needed, and where it is missing that is no STATUS of an argument either.
#include <cerrno>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nt/user.h"

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/ntdbg.h>

namespace {

template <typename T>
T *bad() {
    return reinterpret_cast<T *>(0x10);
}

HANDLE never_opened() {
    return reinterpret_cast<HANDLE>(uintptr_t{0x7FFF0});
}

// A descriptor that is none of the module's.
class PlainFile {
public:
    PlainFile() : fd_(open("/dev/null", O_RDWR | O_CLOEXEC)) {}
    ~PlainFile() { close(fd_); }
    HANDLE handle() const { return ntdbg_handle_from_fd(fd_); }

private:
    int fd_;
};

TEST(UserPointers, GoodAndBad) {
    using namespace ntdbg::nt;
    int value = 5;
    int copy = 0;
    EXPECT_TRUE(get(&copy, &value));
    EXPECT_EQ(copy, 5);
    EXPECT_TRUE(put(&value, 6));
    EXPECT_EQ(value, 6);
    EXPECT_TRUE(probe(&value));
    EXPECT_EQ(value, 6);
    errno = 77;
    EXPECT_FALSE(get(&copy, bad<int>()));
    EXPECT_FALSE(put(bad<int>(), 1));
    EXPECT_FALSE(probe(bad<int>()));
    EXPECT_FALSE(get(&copy, static_cast<int *>(nullptr)));
    EXPECT_FALSE(put(static_cast<int *>(nullptr), 1));
    EXPECT_FALSE(put(reinterpret_cast<int *>(0x8000000000000000), 1));
    EXPECT_TRUE(put_optional(static_cast<int *>(nullptr), 1));
    EXPECT_FALSE(probe_optional(bad<int>()));
    EXPECT_EQ(errno, 77);
}

TEST(UserPointers, ReadOnlyAndHalfMapped) {
    using namespace ntdbg::nt;
    long page = sysconf(_SC_PAGESIZE);
    auto *base = static_cast<char *>(mmap(nullptr, static_cast<size_t>(2 * page), PROT_READ,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(base, MAP_FAILED);
    munmap(base + page, static_cast<size_t>(page));
    uint64_t value;
    auto *inside = reinterpret_cast<uint64_t *>(base);
    auto *across = reinterpret_cast<uint64_t *>(base + page - 4);
    EXPECT_TRUE(get(&value, inside));
    EXPECT_FALSE(probe(inside));
    EXPECT_FALSE(put(inside, uint64_t{1}));
    EXPECT_FALSE(get(&value, across));
    munmap(base, static_cast<size_t>(page));
}

TEST(NtCreateDebugObject, Arguments) {
    HANDLE handle = never_opened();
    EXPECT_EQ(NtCreateDebugObject(nullptr, DEBUG_ALL_ACCESS, nullptr, 0), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtCreateDebugObject(bad<HANDLE>(), DEBUG_ALL_ACCESS, nullptr, 2),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtCreateDebugObject(&handle, DEBUG_ALL_ACCESS, nullptr, 2), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(handle, nullptr); // zeroed already
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, nullptr, 0, nullptr, nullptr);
    attributes.Length = 0x18;
    EXPECT_EQ(NtCreateDebugObject(&handle, DEBUG_ALL_ACCESS, &attributes, 0),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(NtCreateDebugObject(&handle, DEBUG_ALL_ACCESS, bad<OBJECT_ATTRIBUTES>(), 0),
              STATUS_ACCESS_VIOLATION);
    WCHAR text[] = u"name";
    UNICODE_STRING name{8, 10, text};
    InitializeObjectAttributes(&attributes, &name, 0, nullptr, nullptr);
    EXPECT_EQ(NtCreateDebugObject(&handle, DEBUG_ALL_ACCESS, &attributes, 0), STATUS_NOT_SUPPORTED);
    attributes.ObjectName = bad<UNICODE_STRING>();
    EXPECT_EQ(NtCreateDebugObject(&handle, DEBUG_ALL_ACCESS, &attributes, 0),
              STATUS_ACCESS_VIOLATION);
}

TEST(NtSetInformationDebugObject, Order) {
    ULONG value = 1;
    ULONG length = 77;
    HANDLE none = never_opened();
    for (int number : {0, 2, 99}) {
        auto unknown = static_cast<DEBUGOBJECTINFOCLASS>(number);
        EXPECT_EQ(NtSetInformationDebugObject(none, unknown, &value, 4, &length),
                  STATUS_INVALID_PARAMETER);
    }
    EXPECT_EQ(length, 77u);
    auto kill = DebugObjectKillProcessOnExitInformation;
    EXPECT_EQ(NtSetInformationDebugObject(none, kill, &value, 3, &length),
              STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQ(length, 4u);
    EXPECT_EQ(NtSetInformationDebugObject(none, kill, &value, 4, &length), STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtSetInformationDebugObject(none, kill, bad<ULONG>(), 4, nullptr),
              STATUS_ACCESS_VIOLATION);
    PlainFile file;
    EXPECT_EQ(NtSetInformationDebugObject(file.handle(), kill, &value, 4, nullptr),
              STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(NtWaitForDebugEvent, Arguments) {
    DBGUI_WAIT_STATE_CHANGE change;
    LARGE_INTEGER poll{};
    PlainFile file;
    EXPECT_EQ(NtWaitForDebugEvent(never_opened(), FALSE, bad<LARGE_INTEGER>(), &change),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtWaitForDebugEvent(never_opened(), FALSE, &poll, nullptr), STATUS_ACCESS_VIOLATION);
    change.NewState = DbgLoadDllStateChange;
    EXPECT_EQ(NtWaitForDebugEvent(nullptr, FALSE, &poll, &change), STATUS_INVALID_HANDLE);
    EXPECT_EQ(change.NewState, DbgIdle);
    EXPECT_EQ(NtWaitForDebugEvent(never_opened(), FALSE, &poll, &change), STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtWaitForDebugEvent(file.handle(), FALSE, &poll, &change),
              STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(NtWaitForDebugEvent(NtCurrentProcess(), FALSE, &poll, &change),
              STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(NtDebugContinue, StatusBeforeHandle) {
    CLIENT_ID client{reinterpret_cast<HANDLE>(1), reinterpret_cast<HANDLE>(1)};
    HANDLE none = never_opened();
    EXPECT_EQ(NtDebugContinue(none, bad<CLIENT_ID>(), DBG_CONTINUE), STATUS_ACCESS_VIOLATION);
    for (NTSTATUS status :
         {STATUS_SUCCESS, DBG_CONTROL_C, STATUS_ACCESS_VIOLATION, DBG_CONTINUE + 1})
        EXPECT_EQ(NtDebugContinue(none, &client, status), STATUS_INVALID_PARAMETER);
    for (NTSTATUS status : {DBG_CONTINUE, DBG_EXCEPTION_HANDLED, DBG_EXCEPTION_NOT_HANDLED,
                            DBG_REPLY_LATER, DBG_TERMINATE_THREAD, DBG_TERMINATE_PROCESS})
        EXPECT_EQ(NtDebugContinue(none, &client, status), STATUS_INVALID_HANDLE);
}

TEST(NtQueryInformationProcess, LengthBeforeHandle) {
    ULONG_PTR buffer[8];
    ULONG length = 77;
    const struct {
        PROCESSINFOCLASS number;
        ULONG size;
    } rows[] = {{ProcessBasicInformation, 0x30},
                {ProcessTimes, 0x20},
                {ProcessDebugPort, 8},
                {ProcessHandleCount, 4},
                {ProcessWow64Information, 8},
                {ProcessBreakOnTermination, 4},
                {ProcessDebugObjectHandle, 8},
                {ProcessDebugFlags, 4},
                {ProcessCookie, 4}};
    for (const auto &row : rows) {
        for (ULONG wrong : {0u, row.size - 1, row.size + 1})
            EXPECT_EQ(NtQueryInformationProcess(nullptr, row.number, buffer, wrong, &length),
                      STATUS_INFO_LENGTH_MISMATCH)
                << row.number;
        EXPECT_EQ(NtQueryInformationProcess(nullptr, row.number, buffer, row.size, &length),
                  STATUS_INVALID_HANDLE)
            << row.number;
    }
    EXPECT_EQ(length, 77u);
    for (int number : {1, 8, 77})
        EXPECT_EQ(NtQueryInformationProcess(nullptr, static_cast<PROCESSINFOCLASS>(number), buffer,
                                            8, &length),
                  STATUS_INVALID_INFO_CLASS);
    PlainFile file;
    EXPECT_EQ(NtQueryInformationProcess(file.handle(), ProcessDebugPort, buffer, 8, nullptr),
              STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(NtSetInformationProcess, Classes) {
    ULONG value = 1;
    HANDLE none = never_opened();
    EXPECT_EQ(NtSetInformationProcess(none, ProcessDebugPort, &value, 8),
              STATUS_INVALID_INFO_CLASS);
    EXPECT_EQ(NtSetInformationProcess(none, ProcessDebugObjectHandle, &value, 8),
              STATUS_INVALID_INFO_CLASS);
    EXPECT_EQ(NtSetInformationProcess(none, ProcessExceptionPort, &value, 8),
              STATUS_PRIVILEGE_NOT_HELD);
    EXPECT_EQ(NtSetInformationProcess(none, ProcessDebugFlags, &value, 8),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(NtSetInformationProcess(none, ProcessDebugFlags, nullptr, 4),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtSetInformationProcess(none, ProcessDebugFlags, &value, 4), STATUS_INVALID_HANDLE);
}

TEST(NtQueryInformationThread, LengthBeforeHandle) {
    ULONG_PTR buffer[8];
    const struct {
        THREADINFOCLASS number;
        ULONG size;
    } rows[] = {{ThreadBasicInformation, 0x30}, {ThreadTimes, 0x20},
                {ThreadAmILastThread, 4},       {ThreadQuerySetWin32StartAddress, 8},
                {ThreadHideFromDebugger, 1},    {ThreadSuspendCount, 4}};
    for (const auto &row : rows) {
        EXPECT_EQ(NtQueryInformationThread(nullptr, row.number, buffer, row.size + 1, nullptr),
                  STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(NtQueryInformationThread(nullptr, row.number, buffer, row.size, nullptr),
                  STATUS_INVALID_HANDLE);
    }
    EXPECT_EQ(NtSetInformationThread(nullptr, ThreadHideFromDebugger, buffer, 1),
              STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQ(NtSetInformationThread(nullptr, ThreadHideFromDebugger, nullptr, 0),
              STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtSetInformationThread(nullptr, ThreadTimes, buffer, 8), STATUS_INVALID_INFO_CLASS);
}

TEST(NtOpen, Arguments) {
    HANDLE handle = never_opened();
    CLIENT_ID client{};
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, nullptr, 0, nullptr, nullptr);
    EXPECT_EQ(NtOpenProcess(nullptr, PROCESS_VM_READ, &attributes, &client),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtOpenProcess(&handle, PROCESS_VM_READ, nullptr, &client), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtOpenProcess(&handle, PROCESS_VM_READ, &attributes, bad<CLIENT_ID>()),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtOpenProcess(&handle, PROCESS_VM_READ, &attributes, nullptr),
              STATUS_INVALID_PARAMETER_MIX);
    EXPECT_EQ(NtOpenProcess(&handle, PROCESS_VM_READ, &attributes, &client), STATUS_INVALID_CID);
    EXPECT_EQ(NtOpenThread(&handle, THREAD_GET_CONTEXT, &attributes, &client), STATUS_INVALID_CID);
    client.UniqueThread = reinterpret_cast<HANDLE>(uintptr_t{0x100000001});
    EXPECT_EQ(NtOpenThread(&handle, THREAD_GET_CONTEXT, &attributes, &client), STATUS_INVALID_CID);
    attributes.Length = 0;
    EXPECT_EQ(NtOpenThread(&handle, THREAD_GET_CONTEXT, &attributes, &client),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(handle, never_opened());
}

TEST(NtThreadCalls, Handles) {
    ULONG count = 77;
    CONTEXT context{};
    context.ContextFlags = CONTEXT_ALL;
    PlainFile file;
    EXPECT_EQ(NtSuspendThread(nullptr, &count), STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtSuspendThread(nullptr, bad<ULONG>()), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtResumeThread(file.handle(), nullptr), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(NtSuspendThread(NtCurrentProcess(), nullptr), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(NtGetContextThread(never_opened(), nullptr), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtGetContextThread(never_opened(), &context), STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtSetContextThread(file.handle(), &context), STATUS_OBJECT_TYPE_MISMATCH);
    context.ContextFlags = 0; // nothing to do, but not on anything
    EXPECT_EQ(NtSetContextThread(file.handle(), &context), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(NtGetContextThread(file.handle(), &context), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(count, 77u);
}

TEST(NtProcessCalls, Handles) {
    PlainFile file;
    for (auto *call : {NtSuspendProcess, NtResumeProcess, DbgUiIssueRemoteBreakin}) {
        EXPECT_EQ(call(never_opened()), STATUS_INVALID_HANDLE);
        EXPECT_EQ(call(file.handle()), STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(call(NtCurrentThread()), STATUS_OBJECT_TYPE_MISMATCH);
    }
    EXPECT_EQ(NtTerminateProcess(file.handle(), 1), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(NtFlushInstructionCache(file.handle(), nullptr, 0), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(NtDebugActiveProcess(file.handle(), file.handle()), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(NtRemoveProcessDebug(never_opened(), file.handle()), STATUS_INVALID_HANDLE);
}

TEST(NtMemory, Arguments) {
    char buffer[8];
    SIZE_T done = 77;
    HANDLE none = never_opened();
    auto *top = reinterpret_cast<PVOID>(~uintptr_t{0} - 3);
    EXPECT_EQ(NtReadVirtualMemory(none, top, buffer, 8, &done), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtReadVirtualMemory(none, buffer, top, 8, &done), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtReadVirtualMemory(none, buffer, buffer, 8, bad<SIZE_T>()), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(done, 77u);
    EXPECT_EQ(NtWriteVirtualMemory(none, buffer, buffer, 0, &done), STATUS_SUCCESS);
    EXPECT_EQ(done, 0u);
    EXPECT_EQ(NtWriteVirtualMemory(none, buffer, buffer, 8, &done), STATUS_INVALID_HANDLE);

    PVOID base = buffer;
    SIZE_T size = 8;
    ULONG old = 0;
    EXPECT_EQ(NtProtectVirtualMemory(none, &base, &size, 0x3, &old),
              STATUS_INVALID_PAGE_PROTECTION);
    EXPECT_EQ(NtProtectVirtualMemory(none, &base, &size, PAGE_READWRITE | PAGE_GUARD, &old),
              STATUS_NOT_SUPPORTED);
    EXPECT_EQ(NtProtectVirtualMemory(none, &base, &size, PAGE_READONLY, nullptr),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtProtectVirtualMemory(none, &base, &size, PAGE_READONLY, &old),
              STATUS_INVALID_HANDLE);

    MEMORY_BASIC_INFORMATION info;
    auto other = static_cast<MEMORY_INFORMATION_CLASS>(1);
    EXPECT_EQ(NtQueryVirtualMemory(none, buffer, other, &info, sizeof(info), nullptr),
              STATUS_INVALID_INFO_CLASS);
    EXPECT_EQ(NtQueryVirtualMemory(none, buffer, MemoryBasicInformation, &info, 8, nullptr),
              STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQ(
        NtQueryVirtualMemory(none, buffer, MemoryBasicInformation, &info, sizeof(info), nullptr),
        STATUS_INVALID_HANDLE);
}

TEST(NtRaiseException, Arguments) {
    EXCEPTION_RECORD record{};
    EXPECT_EQ(NtRaiseException(nullptr, nullptr, TRUE), STATUS_ACCESS_VIOLATION);
    record.NumberParameters = 16;
    EXPECT_EQ(NtRaiseException(&record, nullptr, TRUE), STATUS_INVALID_PARAMETER);
}

TEST(NtClose, PlainAndPseudo) {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    auto handle = ntdbg_handle_from_fd(fd);
    // The two low bits are the caller's.
    EXPECT_EQ(NtClose(reinterpret_cast<HANDLE>(reinterpret_cast<uintptr_t>(handle) | 3)),
              STATUS_SUCCESS);
    EXPECT_EQ(fcntl(fd, F_GETFD), -1);
    EXPECT_EQ(NtClose(handle), STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtClose(nullptr), STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtClose(NtCurrentProcess()), STATUS_SUCCESS);
    EXPECT_EQ(NtClose(NtCurrentThread()), STATUS_SUCCESS);
}

TEST(NtDuplicateObject, OfAFile) {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    HANDLE source = ntdbg_handle_from_fd(fd);
    HANDLE target = nullptr;
    auto self = NtCurrentProcess();
    EXPECT_EQ(NtDuplicateObject(self, source, self, &target, 0, OBJ_INHERIT, DUPLICATE_SAME_ACCESS),
              STATUS_SUCCESS);
    ASSERT_NE(target, nullptr);
    EXPECT_EQ(fcntl(ntdbg_handle_to_fd(target), F_GETFD), 0);
    EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    HANDLE moved = nullptr;
    EXPECT_EQ(NtDuplicateObject(self, source, self, &moved, 0, 0,
                                DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
              STATUS_SUCCESS);
    EXPECT_EQ(fcntl(fd, F_GETFD), -1);
    EXPECT_EQ(fcntl(ntdbg_handle_to_fd(moved), F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(NtDuplicateObject(self, moved, nullptr, nullptr, 0, 0, DUPLICATE_CLOSE_SOURCE),
              STATUS_SUCCESS);
    EXPECT_EQ(fcntl(ntdbg_handle_to_fd(moved), F_GETFD), -1);
    EXPECT_EQ(NtDuplicateObject(self, never_opened(), self, &moved, 0, 0, 0),
              STATUS_INVALID_HANDLE);
    EXPECT_EQ(moved, nullptr);
    EXPECT_EQ(NtDuplicateObject(self, target, self, bad<HANDLE>(), 0, 0, 0),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(NtClose(target), STATUS_SUCCESS);
}

TEST(NtQueryObject, OfAFile) {
    PlainFile file;
    OBJECT_BASIC_INFORMATION basic{};
    ULONG length = 0;
    EXPECT_EQ(NtQueryObject(file.handle(), ObjectBasicInformation, &basic, sizeof(basic), &length),
              STATUS_SUCCESS);
    EXPECT_EQ(length, sizeof(basic));
    EXPECT_EQ(basic.HandleCount, 1u);
    EXPECT_EQ(basic.Attributes, 0u);
    EXPECT_EQ(NtQueryObject(file.handle(), ObjectBasicInformation, &basic, 4, nullptr),
              STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQ(NtQueryObject(never_opened(), ObjectBasicInformation, &basic, 4, nullptr),
              STATUS_INVALID_HANDLE);
    EXPECT_EQ(NtQueryObject(file.handle(), ObjectNameInformation, &basic, 4, nullptr),
              STATUS_INVALID_INFO_CLASS);

    alignas(8) char buffer[128] = {};
    EXPECT_EQ(NtQueryObject(file.handle(), ObjectTypeInformation, buffer, 8, &length),
              STATUS_INFO_LENGTH_MISMATCH);
    EXPECT_EQ(length, sizeof(OBJECT_TYPE_INFORMATION) + 10);
    EXPECT_EQ(NtQueryObject(file.handle(), ObjectTypeInformation, buffer, length, &length),
              STATUS_SUCCESS);
    const auto &type = *reinterpret_cast<OBJECT_TYPE_INFORMATION *>(buffer);
    EXPECT_EQ(std::u16string_view(type.TypeName.Buffer, type.TypeName.Length / 2), u"File");
    EXPECT_EQ(type.TypeName.MaximumLength, 10);
}

TEST(DbgUi, ThreadSlot) {
    EXPECT_EQ(DbgUiGetThreadDebugObject(), nullptr);
    DBGUI_WAIT_STATE_CHANGE change;
    LARGE_INTEGER poll{};
    CLIENT_ID client{};
    EXPECT_EQ(DbgUiWaitStateChange(&change, &poll), STATUS_INVALID_HANDLE);
    EXPECT_EQ(DbgUiContinue(&client, DBG_CONTINUE), STATUS_INVALID_HANDLE);
    PlainFile file;
    DbgUiSetThreadDebugObject(file.handle());
    EXPECT_EQ(DbgUiGetThreadDebugObject(), file.handle());
    EXPECT_EQ(DbgUiConnectToDbg(), STATUS_SUCCESS); // there is one already
    EXPECT_EQ(DbgUiWaitStateChange(&change, &poll), STATUS_OBJECT_TYPE_MISMATCH);
    DbgUiSetThreadDebugObject(nullptr);
}

TEST(CreateProcess, Arguments) {
    char program[] = "/nonexistent/program";
    char *argv[] = {program, nullptr};
    NTDBG_CREATE_PROCESS create{};
    EXPECT_EQ(ntdbg_nt_create_process(nullptr), STATUS_ACCESS_VIOLATION);
    create.Argv = argv;
    EXPECT_EQ(ntdbg_nt_create_process(&create), STATUS_INVALID_PARAMETER);
    create.Size = sizeof(create);
    create.Flags = NTDBG_CREATE_BREAK; // without a debug object
    EXPECT_EQ(ntdbg_nt_create_process(&create), STATUS_INVALID_PARAMETER);
    create.Flags = 0x100;
    EXPECT_EQ(ntdbg_nt_create_process(&create), STATUS_INVALID_PARAMETER);
    PlainFile file;
    create.Flags = 0;
    create.DebugObject = file.handle();
    EXPECT_EQ(ntdbg_nt_create_process(&create), STATUS_OBJECT_TYPE_MISMATCH);
    create.DebugObject = never_opened();
    EXPECT_EQ(ntdbg_nt_create_process(&create), STATUS_INVALID_HANDLE);
}

} // namespace
