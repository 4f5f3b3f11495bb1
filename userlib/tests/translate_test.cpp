// SPDX-License-Identifier: MIT
// Every event type -> its message.
#include <gtest/gtest.h>

#include "samples.h"

namespace {

uint64_t number(const void *pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

DBGKM_MSG translate(const samples::Sample &sample) {
    return sample.record().message().value();
}

template <typename T>
void expect_header(const DBGKM_MSG &msg, DBGKM_APINUMBER api, const T &member, uint32_t tid) {
    EXPECT_EQ(msg.ApiNumber, static_cast<ULONG>(api));
    EXPECT_EQ(msg.h.u1.Length, (0xD0u << 16) | (8 + sizeof(member)));
    EXPECT_EQ(msg.h.u2.s2.Type, LPC_DEBUG_EVENT);
    EXPECT_EQ(number(msg.h.ClientId.UniqueProcess), samples::kPid);
    EXPECT_EQ(number(msg.h.ClientId.UniqueThread), tid);
    EXPECT_EQ(msg.ReturnedStatus, STATUS_PENDING);
}

TEST(Translate, CreateProcess) {
    auto sample = samples::create_process();
    sample.as<ntdbg_event_create_process>().image.file_fd = 6;
    DBGKM_MSG msg = translate(sample);
    const auto &m = msg.u.CreateProcessInfo;
    expect_header(msg, DbgKmCreateProcessApi, m, samples::kPid);
    EXPECT_EQ(number(m.FileHandle), (6u + 1) << 2);
    EXPECT_EQ(number(m.BaseOfImage), 0x555555554000u);
    EXPECT_EQ(number(m.InitialThread.StartAddress), 0x555555555060u);
    EXPECT_EQ(m.SubSystemKey, 0u);
}

TEST(Translate, ForkedProcessStartsWhereItGoesOn) {
    auto sample = samples::create_process().flags(NTDBG_EVENT_F_FORK);
    EXPECT_EQ(number(translate(sample).u.CreateProcessInfo.InitialThread.StartAddress),
              0x7ffff7fe4000u);
}

TEST(Translate, CreateThread) {
    DBGKM_MSG msg = translate(samples::create_thread());
    expect_header(msg, DbgKmCreateThreadApi, msg.u.CreateThread, samples::kTid);
    EXPECT_EQ(number(msg.u.CreateThread.StartAddress), 0x7ffff7dd0010u);
}

TEST(Translate, LoadAndUnload) {
    DBGKM_MSG load = translate(samples::load_image());
    expect_header(load, DbgKmLoadDllApi, load.u.LoadDll, samples::kPid);
    EXPECT_EQ(load.u.LoadDll.FileHandle, nullptr); // no descriptor: NULL, not -1
    EXPECT_EQ(number(load.u.LoadDll.BaseOfDll), 0x7ffff7dc0000u);
    EXPECT_EQ(load.u.LoadDll.NamePointer, nullptr);

    DBGKM_MSG unload = translate(samples::unload_image());
    expect_header(unload, DbgKmUnloadDllApi, unload.u.UnloadDll, samples::kPid);
    EXPECT_EQ(number(unload.u.UnloadDll.BaseAddress), 0x7ffff7dc0000u);
}

TEST(Translate, Exception) {
    DBGKM_MSG first = translate(samples::exception(samples::null_write()));
    expect_header(first, DbgKmExceptionApi, first.u.Exception, samples::kTid);
    EXPECT_EQ(first.u.Exception.FirstChance, 1u);
    EXPECT_EQ(first.u.Exception.ExceptionRecord.ExceptionCode, STATUS_ACCESS_VIOLATION);
    DBGKM_MSG second = translate(samples::exception(samples::null_write(), 0));
    EXPECT_EQ(second.u.Exception.FirstChance, 0u);
}

TEST(Translate, SoftwareExceptionIsAsItWasRaised) {
    auto sample = samples::software(static_cast<NTSTATUS>(0xE06D7363), {1, 2, 3});
    auto &software = sample.as<ntdbg_event_exception>().software;
    software.flags = EXCEPTION_NONCONTINUABLE;
    software.record = 0x1234;
    DBGKM_MSG msg = translate(sample);
    expect_header(msg, DbgKmExceptionApi, msg.u.Exception, samples::kTid);
    const EXCEPTION_RECORD64 &record = msg.u.Exception.ExceptionRecord;
    EXPECT_EQ(record.ExceptionCode, static_cast<NTSTATUS>(0xE06D7363));
    EXPECT_EQ(record.ExceptionFlags, EXCEPTION_NONCONTINUABLE);
    EXPECT_EQ(record.ExceptionRecord, 0x1234u);
    EXPECT_EQ(record.ExceptionAddress, 0x555555555200u);
    EXPECT_EQ(record.NumberParameters, 3u);
    EXPECT_EQ(record.ExceptionInformation[2], 3u);
    EXPECT_EQ(record.ExceptionInformation[3], 0u);
    EXPECT_EQ(msg.u.Exception.FirstChance, 1u);
}

TEST(Translate, TerminatedHasTheStatusGiven) {
    for (uint32_t type : {NTDBG_EVENT_EXIT_PROCESS, NTDBG_EVENT_EXIT_THREAD}) {
        auto sample = samples::exit_event(type, 9, NTDBG_EXIT_TERMINATED);
        sample.as<ntdbg_event_exit>().nt_status = static_cast<uint32_t>(STATUS_DEBUGGER_INACTIVE);
        EXPECT_EQ(translate(sample).u.ExitProcess.ExitStatus, STATUS_DEBUGGER_INACTIVE);
    }
}

TEST(Translate, ExitThread) {
    DBGKM_MSG msg = translate(samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 3 << 8));
    expect_header(msg, DbgKmExitThreadApi, msg.u.ExitThread, samples::kPid);
    EXPECT_EQ(msg.u.ExitThread.ExitStatus, 3);
}

TEST(Translate, ExitProcess) {
    DBGKM_MSG msg = translate(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0));
    expect_header(msg, DbgKmExitProcessApi, msg.u.ExitProcess, samples::kPid);
    EXPECT_EQ(msg.u.ExitProcess.ExitStatus, STATUS_SUCCESS);
}

TEST(Translate, ExitByExceptionHasTheExceptionsCode) {
    auto sample = samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0x80 | 11, NTDBG_EXIT_BY_EXCEPTION);
    EXPECT_EQ(translate(sample).u.ExitProcess.ExitStatus, STATUS_ACCESS_VIOLATION);
}

TEST(Translate, ExitStatusOfEachWaitStatus) {
    EXPECT_EQ(ntdbg_exit_status(0), 0);
    EXPECT_EQ(ntdbg_exit_status(255 << 8), 255);
    EXPECT_EQ(ntdbg_exit_status(2), STATUS_CONTROL_C_EXIT);
    EXPECT_EQ(ntdbg_exit_status(3 | 0x80), STATUS_CONTROL_C_EXIT);
    EXPECT_EQ(ntdbg_exit_status(9), static_cast<NTSTATUS>(0xE04C0009u));
    EXPECT_EQ(ntdbg_exit_status(6 | 0x80), static_cast<NTSTATUS>(0xE04C0006u));
    EXPECT_EQ(ntdbg_exit_status(31), NTDBG_STATUS_SECCOMP);
    EXPECT_TRUE(NTDBG_STATUS_IS_SIGNAL(ntdbg_exit_status(64)));
}

TEST(Translate, BadRecordGivesNoMessage) {
    auto sample = samples::create_thread();
    sample.header().size = 48;
    DBGKM_MSG msg;
    EXPECT_EQ(ntdbg_translate(sample.bytes().data(), sample.bytes().size(), nullptr, &msg),
              -EBADMSG);
    EXPECT_EQ(msg.ReturnedStatus, 0);
}

} // namespace
