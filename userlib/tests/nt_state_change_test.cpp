// SPDX-License-Identifier: MIT
// Raw records as NtWaitForDebugEvent gives them, and Win32's event of them.
#include <cerrno>
#include <gtest/gtest.h>

#include <ntdbg/nt/ntdll.h>

#include "samples.h"

#include <ntdbg/nt/convert.h>

namespace {

using samples::Sample;

DBGUI_WAIT_STATE_CHANGE change_of(const Sample &sample) {
    DBGUI_WAIT_STATE_CHANGE change;
    EXPECT_EQ(ntdbg_nt_state_change(sample.bytes().data(), sample.bytes().size(), nullptr, &change),
              0);
    return change;
}

HANDLE number(uintptr_t value) {
    return reinterpret_cast<HANDLE>(value);
}

PVOID address(uintptr_t value) {
    return reinterpret_cast<PVOID>(value);
}

TEST(StateChange, CreateProcess) {
    Sample sample = samples::create_process();
    auto &event = sample.as<ntdbg_event_create_process>();
    event.image.file_fd = 5;
    event.process_fd = 6;
    event.thread_fd = 7;
    auto change = change_of(sample);
    EXPECT_EQ(change.NewState, DbgCreateProcessStateChange);
    EXPECT_EQ(change.AppClientId.UniqueProcess, number(samples::kPid));
    EXPECT_EQ(change.AppClientId.UniqueThread, number(samples::kPid));
    const auto &info = change.StateInfo.CreateProcessInfo;
    EXPECT_EQ(info.HandleToProcess, number(7 << 2));
    EXPECT_EQ(info.HandleToThread, number(8 << 2));
    EXPECT_EQ(info.NewProcess.FileHandle, number(6 << 2));
    EXPECT_EQ(info.NewProcess.BaseOfImage, address(0x555555554000));
    EXPECT_EQ(info.NewProcess.InitialThread.StartAddress, address(0x555555555060));
    EXPECT_EQ(info.NewProcess.DebugInfoFileOffset, 0u);
    EXPECT_EQ(info.NewProcess.DebugInfoSize, 0u);
}

// NT: a handle that cannot be had is NULL and no error.
TEST(StateChange, NoHandles) {
    Sample process = samples::create_process();
    process.as<ntdbg_event_create_process>().process_fd = -1;
    process.as<ntdbg_event_create_process>().thread_fd = -1;
    auto change = change_of(process);
    EXPECT_EQ(change.StateInfo.CreateProcessInfo.HandleToProcess, nullptr);
    EXPECT_EQ(change.StateInfo.CreateProcessInfo.HandleToThread, nullptr);
    EXPECT_EQ(change.StateInfo.CreateProcessInfo.NewProcess.FileHandle, nullptr);
}

TEST(StateChange, CreateThread) {
    Sample sample = samples::create_thread();
    sample.as<ntdbg_event_create_thread>().thread_fd = 0;
    auto change = change_of(sample);
    EXPECT_EQ(change.NewState, DbgCreateThreadStateChange);
    EXPECT_EQ(change.AppClientId.UniqueThread, number(samples::kTid));
    EXPECT_EQ(change.StateInfo.CreateThread.HandleToThread, number(4));
    EXPECT_EQ(change.StateInfo.CreateThread.NewThread.StartAddress, address(0x7ffff7dd0010));
}

TEST(StateChange, ExceptionStates) {
    auto state = [](const ntdbg_fault &fault) {
        return change_of(samples::exception(fault)).NewState;
    };
    EXPECT_EQ(state(samples::null_write()), DbgExceptionStateChange);
    EXPECT_EQ(state(samples::fault(5, 0x80, 3)), DbgBreakpointStateChange);
    EXPECT_EQ(state(samples::fault(5, 2, 1)), DbgSingleStepStateChange);
}

TEST(StateChange, ExceptionRecord) {
    auto change = change_of(samples::exception(samples::null_write()));
    EXPECT_EQ(change.StateInfo.Exception.ExceptionRecord.ExceptionCode, STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(change.StateInfo.Exception.ExceptionRecord.NumberParameters, 2u);
    EXPECT_EQ(change.StateInfo.Exception.FirstChance, 1u);
    change = change_of(samples::exception(samples::null_write(), 0));
    EXPECT_EQ(change.StateInfo.Exception.FirstChance, 0u);
}

TEST(StateChange, ExitsAndImages) {
    auto exit = change_of(samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 3 << 8));
    EXPECT_EQ(exit.NewState, DbgExitThreadStateChange);
    EXPECT_EQ(exit.StateInfo.ExitThread.ExitStatus, 3);
    exit = change_of(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0, NTDBG_EXIT_BY_EXCEPTION));
    EXPECT_EQ(exit.NewState, DbgExitProcessStateChange);
    EXPECT_EQ(exit.StateInfo.ExitProcess.ExitStatus, STATUS_ACCESS_VIOLATION);

    Sample sample = samples::load_image();
    sample.as<ntdbg_event_image>().image.file_fd = 9;
    auto load = change_of(sample);
    EXPECT_EQ(load.NewState, DbgLoadDllStateChange);
    EXPECT_EQ(load.StateInfo.LoadDll.FileHandle, number(40));
    EXPECT_EQ(load.StateInfo.LoadDll.BaseOfDll, address(sample.as<ntdbg_event_image>().image.base));
    EXPECT_EQ(load.StateInfo.LoadDll.NamePointer, nullptr);
    auto unload = change_of(samples::unload_image());
    EXPECT_EQ(unload.NewState, DbgUnloadDllStateChange);
    EXPECT_NE(unload.StateInfo.UnloadDll.BaseAddress, nullptr);
}

TEST(StateChange, BrokenRecordIsIdle) {
    Sample sample = samples::create_thread();
    sample.header().type = 99;
    DBGUI_WAIT_STATE_CHANGE change;
    memset(static_cast<void *>(&change), 0xFF, sizeof(change));
    EXPECT_EQ(ntdbg_nt_state_change(sample.bytes().data(), sample.bytes().size(), nullptr, &change),
              -ENOTSUP);
    EXPECT_EQ(change.NewState, DbgIdle);
    EXPECT_EQ(change.AppClientId.UniqueProcess, nullptr);
    EXPECT_EQ(ntdbg_nt_state_change(sample.bytes().data(), 8, nullptr, &change), -EMSGSIZE);
}

// ---- the Win32 event ----------------------------------------------------------------------

DEBUG_EVENT event_of(DBGUI_WAIT_STATE_CHANGE change, bool ex = false) {
    DEBUG_EVENT event;
    memset(static_cast<void *>(&event), 0xFF, sizeof(event));
    EXPECT_EQ(ex ? DbgUiConvertStateChangeStructureEx(&change, &event)
                 : DbgUiConvertStateChangeStructure(&change, &event),
              STATUS_SUCCESS);
    EXPECT_EQ(event.dwProcessId, samples::kPid);
    return event;
}

TEST(DebugEvent, CreateProcess) {
    Sample sample = samples::create_process();
    auto &raw = sample.as<ntdbg_event_create_process>();
    raw.image.file_fd = 5;
    raw.process_fd = raw.thread_fd = -1; // a handle that says nothing about its thread
    auto event = event_of(change_of(sample));
    EXPECT_EQ(event.dwDebugEventCode, 3u);
    EXPECT_EQ(event.dwThreadId, samples::kPid);
    const auto &info = event.u.CreateProcessInfo;
    EXPECT_EQ(info.hFile, number(24));
    EXPECT_EQ(info.hProcess, nullptr);
    EXPECT_EQ(info.lpBaseOfImage, address(0x555555554000));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(info.lpStartAddress), 0x555555555060u);
    EXPECT_EQ(info.lpThreadLocalBase, nullptr);
    EXPECT_EQ(info.lpImageName, nullptr);
    EXPECT_EQ(info.fUnicode, TRUE);
}

TEST(DebugEvent, OneToOne) {
    EXPECT_EQ(event_of(change_of(samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 0))).dwDebugEventCode,
              4u);
    auto exit = event_of(change_of(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 7 << 8)));
    EXPECT_EQ(exit.dwDebugEventCode, 5u);
    EXPECT_EQ(exit.u.ExitProcess.dwExitCode, 7u);
    auto load = event_of(change_of(samples::load_image()));
    EXPECT_EQ(load.dwDebugEventCode, 6u);
    EXPECT_EQ(load.u.LoadDll.fUnicode, TRUE);
    EXPECT_EQ(load.u.LoadDll.lpImageName, nullptr);
    EXPECT_EQ(event_of(change_of(samples::unload_image())).dwDebugEventCode, 7u);
}

TEST(DebugEvent, Exception) {
    auto event = event_of(change_of(samples::exception(samples::null_write())));
    EXPECT_EQ(event.dwDebugEventCode, 1u);
    EXPECT_EQ(event.dwThreadId, samples::kTid);
    EXPECT_EQ(event.u.Exception.ExceptionRecord.ExceptionCode, 0xC0000005u);
    EXPECT_EQ(event.u.Exception.ExceptionRecord.ExceptionInformation[0], 1u);
    EXPECT_EQ(event.u.Exception.dwFirstChance, 1u);
    event = event_of(change_of(samples::exception(samples::fault(5, 0x80, 3))));
    EXPECT_EQ(event.dwDebugEventCode, 1u);
    EXPECT_EQ(event.u.Exception.ExceptionRecord.ExceptionCode, 0x80000003u);
}

TEST(DebugEvent, StringsAndRip) {
    auto change = [](NTSTATUS code, std::initializer_list<uint64_t> parameters) {
        return change_of(samples::software(code, parameters));
    };
    auto event = event_of(change(DBG_PRINTEXCEPTION_C, {6, 0x1000}));
    EXPECT_EQ(event.dwDebugEventCode, 8u);
    EXPECT_EQ(event.u.DebugString.nDebugStringLength, 6);
    EXPECT_EQ(event.u.DebugString.lpDebugStringData, reinterpret_cast<LPSTR>(0x1000));
    EXPECT_EQ(event.u.DebugString.fUnicode, 0);

    event = event_of(change(DBG_RIPEXCEPTION, {0x1234, 0x5678}));
    EXPECT_EQ(event.dwDebugEventCode, 9u);
    EXPECT_EQ(event.u.RipInfo.dwError, 0x1234u);
    EXPECT_EQ(event.u.RipInfo.dwType, 0x5678u);

    auto wide = change(DBG_PRINTEXCEPTION_WIDE_C, {3, 0x2000, 3, 0x3000});
    EXPECT_EQ(event_of(wide).dwDebugEventCode, 1u);
    event = event_of(wide, true);
    EXPECT_EQ(event.dwDebugEventCode, 8u);
    EXPECT_EQ(event.u.DebugString.fUnicode, TRUE);
    EXPECT_EQ(event.u.DebugString.nDebugStringLength, 3);

    // Too few parameters: an exception like any other.
    EXPECT_EQ(event_of(change(DBG_PRINTEXCEPTION_C, {6})).dwDebugEventCode, 1u);
    EXPECT_EQ(event_of(change(DBG_RIPEXCEPTION, {})).dwDebugEventCode, 1u);
}

TEST(DebugEvent, NoEvent) {
    for (unsigned state : {0u, 1u, 11u, 77u}) {
        DBGUI_WAIT_STATE_CHANGE change{};
        change.NewState = static_cast<DBG_STATE>(state);
        change.AppClientId = {number(samples::kPid), number(samples::kTid)};
        DEBUG_EVENT event{};
        EXPECT_EQ(DbgUiConvertStateChangeStructure(&change, &event), STATUS_UNSUCCESSFUL);
        EXPECT_EQ(event.dwProcessId, samples::kPid);
        EXPECT_EQ(event.dwThreadId, samples::kTid);
    }
}

} // namespace
