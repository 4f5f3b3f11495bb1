// SPDX-License-Identifier: MIT
// Raw record -> DBGUI_WAIT_STATE_CHANGE. NT: DbgkpConvertKernelToUserStateChange.
#include <cerrno>

#include <ntdbg/nt/convert.h>

namespace {

DBG_STATE exception_state(NTSTATUS code) {
    switch (code) {
    case STATUS_BREAKPOINT:
        return DbgBreakpointStateChange;
    case STATUS_SINGLE_STEP:
        return DbgSingleStepStateChange;
    default:
        return DbgExceptionStateChange;
    }
}

} // namespace

extern "C" int ntdbg_nt_state_change(const void *record, size_t len,
                                     const struct ntdbg_translate_opts *opts,
                                     DBGUI_WAIT_STATE_CHANGE *change) {
    *change = {};
    DBGKM_MSG msg;
    int ret = ntdbg_translate(record, len, opts, &msg);
    if (ret < 0)
        return ret;

    auto &info = change->StateInfo;
    change->AppClientId = msg.h.ClientId;
    switch (msg.ApiNumber) {
    case DbgKmExceptionApi:
        change->NewState = exception_state(msg.u.Exception.ExceptionRecord.ExceptionCode);
        info.Exception = msg.u.Exception;
        return 0;
    case DbgKmCreateThreadApi: {
        const auto *event = static_cast<const ntdbg_event_create_thread *>(record);
        change->NewState = DbgCreateThreadStateChange;
        info.CreateThread.HandleToThread = ntdbg_handle_from_fd(event->thread_fd);
        info.CreateThread.NewThread = msg.u.CreateThread;
        return 0;
    }
    case DbgKmCreateProcessApi: {
        const auto *event = static_cast<const ntdbg_event_create_process *>(record);
        change->NewState = DbgCreateProcessStateChange;
        info.CreateProcessInfo.HandleToProcess = ntdbg_handle_from_fd(event->process_fd);
        info.CreateProcessInfo.HandleToThread = ntdbg_handle_from_fd(event->thread_fd);
        info.CreateProcessInfo.NewProcess = msg.u.CreateProcessInfo;
        return 0;
    }
    case DbgKmExitThreadApi:
        change->NewState = DbgExitThreadStateChange;
        info.ExitThread = msg.u.ExitThread;
        return 0;
    case DbgKmExitProcessApi:
        change->NewState = DbgExitProcessStateChange;
        info.ExitProcess = msg.u.ExitProcess;
        return 0;
    case DbgKmLoadDllApi:
        change->NewState = DbgLoadDllStateChange;
        info.LoadDll = msg.u.LoadDll;
        return 0;
    case DbgKmUnloadDllApi:
        change->NewState = DbgUnloadDllStateChange;
        info.UnloadDll = msg.u.UnloadDll;
        return 0;
    default:
        *change = {};
        return -ENOTSUP;
    }
}
