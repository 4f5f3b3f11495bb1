// SPDX-License-Identifier: MIT
// DBGUI_WAIT_STATE_CHANGE -> Win32's DEBUG_EVENT.
#include <ntdbg/nt/ntdll.h>

namespace {

LPTHREAD_START_ROUTINE start_routine(PVOID address) {
    return reinterpret_cast<LPTHREAD_START_ROUTINE>(address);
}

// What debuggers take for the TEB; NULL if the thread does not say.
LPVOID local_base(HANDLE thread) {
    THREAD_BASIC_INFORMATION info;
    NTSTATUS status =
        NtQueryInformationThread(thread, ThreadBasicInformation, &info, sizeof(info), nullptr);
    return NT_SUCCESS(status) ? info.TebBaseAddress : nullptr;
}

void output_string(DEBUG_EVENT *event, const EXCEPTION_RECORD64 &record, bool wide) {
    event->dwDebugEventCode = OUTPUT_DEBUG_STRING_EVENT;
    auto &string = event->u.DebugString;
    string.lpDebugStringData = reinterpret_cast<LPSTR>(record.ExceptionInformation[1]);
    string.fUnicode = wide;
    string.nDebugStringLength = static_cast<WORD>(record.ExceptionInformation[0]);
}

void exception(DEBUG_EVENT *event, const DBGKM_EXCEPTION &from, bool wide) {
    const EXCEPTION_RECORD64 &record = from.ExceptionRecord;
    if (record.NumberParameters >= 2) {
        switch (record.ExceptionCode) {
        case DBG_PRINTEXCEPTION_C:
            return output_string(event, record, false);
        case DBG_PRINTEXCEPTION_WIDE_C:
            if (wide)
                return output_string(event, record, true);
            break;
        case DBG_RIPEXCEPTION:
            event->dwDebugEventCode = RIP_EVENT;
            event->u.RipInfo.dwError = static_cast<DWORD>(record.ExceptionInformation[0]);
            event->u.RipInfo.dwType = static_cast<DWORD>(record.ExceptionInformation[1]);
            return;
        default:
            break;
        }
    }
    event->dwDebugEventCode = EXCEPTION_DEBUG_EVENT;
    EXCEPTION_RECORD &to = event->u.Exception.ExceptionRecord;
    to.ExceptionCode = static_cast<DWORD>(record.ExceptionCode);
    to.ExceptionFlags = record.ExceptionFlags;
    to.ExceptionRecord = reinterpret_cast<PEXCEPTION_RECORD>(record.ExceptionRecord);
    to.ExceptionAddress = reinterpret_cast<PVOID>(record.ExceptionAddress);
    to.NumberParameters = record.NumberParameters;
    for (size_t i = 0; i < EXCEPTION_MAXIMUM_PARAMETERS; i++)
        to.ExceptionInformation[i] = record.ExceptionInformation[i];
    event->u.Exception.dwFirstChance = from.FirstChance;
}

void create_process(DEBUG_EVENT *event, const DBGUI_CREATE_PROCESS &from) {
    event->dwDebugEventCode = CREATE_PROCESS_DEBUG_EVENT;
    auto &to = event->u.CreateProcessInfo;
    to.hFile = from.NewProcess.FileHandle;
    to.hProcess = from.HandleToProcess;
    to.hThread = from.HandleToThread;
    to.lpBaseOfImage = from.NewProcess.BaseOfImage;
    to.dwDebugInfoFileOffset = from.NewProcess.DebugInfoFileOffset;
    to.nDebugInfoSize = from.NewProcess.DebugInfoSize;
    to.lpThreadLocalBase = local_base(from.HandleToThread);
    to.lpStartAddress = start_routine(from.NewProcess.InitialThread.StartAddress);
    to.lpImageName = nullptr;
    to.fUnicode = TRUE;
}

void load_dll(DEBUG_EVENT *event, const DBGKM_LOAD_DLL &from) {
    event->dwDebugEventCode = LOAD_DLL_DEBUG_EVENT;
    auto &to = event->u.LoadDll;
    to.hFile = from.FileHandle;
    to.lpBaseOfDll = from.BaseOfDll;
    to.dwDebugInfoFileOffset = from.DebugInfoFileOffset;
    to.nDebugInfoSize = from.DebugInfoSize;
    to.lpImageName = from.NamePointer;
    to.fUnicode = TRUE;
}

NTSTATUS convert(const DBGUI_WAIT_STATE_CHANGE *change, DEBUG_EVENT *event, bool wide) {
    *event = {};
    event->dwProcessId =
        static_cast<DWORD>(reinterpret_cast<uintptr_t>(change->AppClientId.UniqueProcess));
    event->dwThreadId =
        static_cast<DWORD>(reinterpret_cast<uintptr_t>(change->AppClientId.UniqueThread));
    const auto &info = change->StateInfo;
    switch (change->NewState) {
    case DbgCreateThreadStateChange:
        event->dwDebugEventCode = CREATE_THREAD_DEBUG_EVENT;
        event->u.CreateThread.hThread = info.CreateThread.HandleToThread;
        event->u.CreateThread.lpThreadLocalBase = local_base(info.CreateThread.HandleToThread);
        event->u.CreateThread.lpStartAddress =
            start_routine(info.CreateThread.NewThread.StartAddress);
        return STATUS_SUCCESS;
    case DbgCreateProcessStateChange:
        create_process(event, info.CreateProcessInfo);
        return STATUS_SUCCESS;
    case DbgExitThreadStateChange:
        event->dwDebugEventCode = EXIT_THREAD_DEBUG_EVENT;
        event->u.ExitThread.dwExitCode = static_cast<DWORD>(info.ExitThread.ExitStatus);
        return STATUS_SUCCESS;
    case DbgExitProcessStateChange:
        event->dwDebugEventCode = EXIT_PROCESS_DEBUG_EVENT;
        event->u.ExitProcess.dwExitCode = static_cast<DWORD>(info.ExitProcess.ExitStatus);
        return STATUS_SUCCESS;
    case DbgExceptionStateChange:
    case DbgBreakpointStateChange:
    case DbgSingleStepStateChange:
        exception(event, info.Exception, wide);
        return STATUS_SUCCESS;
    case DbgLoadDllStateChange:
        load_dll(event, info.LoadDll);
        return STATUS_SUCCESS;
    case DbgUnloadDllStateChange:
        event->dwDebugEventCode = UNLOAD_DLL_DEBUG_EVENT;
        event->u.UnloadDll.lpBaseOfDll = info.UnloadDll.BaseAddress;
        return STATUS_SUCCESS;
    case DbgIdle:
    case DbgReplyPending:
        break;
    }
    return STATUS_UNSUCCESSFUL;
}

} // namespace

extern "C" {

NTSTATUS NTAPI DbgUiConvertStateChangeStructure(PDBGUI_WAIT_STATE_CHANGE StateChange,
                                                LPDEBUG_EVENT DebugEvent) {
    return convert(StateChange, DebugEvent, false);
}

NTSTATUS NTAPI DbgUiConvertStateChangeStructureEx(PDBGUI_WAIT_STATE_CHANGE StateChange,
                                                  LPDEBUG_EVENT DebugEvent) {
    return convert(StateChange, DebugEvent, true);
}

} // extern "C"
