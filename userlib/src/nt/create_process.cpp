// SPDX-License-Identifier: MIT
// Starting a program, with its handles.
#include <cerrno>
#include <cstdio>
#include <fcntl.h>

#include <ntdbg/nt/ntdll.h>
#include <ntdbg/process.h>

#include "../launch.h"
#include "handle.h"
#include "status.h"
#include "user.h"

namespace {

using namespace ntdbg::nt;

constexpr ULONG kFlags = NTDBG_CREATE_INHERIT | NTDBG_CREATE_BREAK | NTDBG_CREATE_SUSPENDED;

struct Handles {
    NewHandle process;
    NewHandle thread;
};

// Before exec, while the child cannot end: whatever the program does, its handles are there.
int open_handles(void *ctx, pid_t pid) {
    auto *handles = static_cast<Handles *>(ctx);
    handles->process.reset(ntdbg_process_open(nullptr, pid, PROCESS_ALL_ACCESS));
    if (handles->process.fd() < 0)
        return handles->process.fd();
    handles->thread.reset(ntdbg_thread_open(nullptr, pid, pid, THREAD_ALL_ACCESS));
    return handles->thread.fd() < 0 ? handles->thread.fd() : 0;
}

NTSTATUS failure(int error, uint32_t stage) {
    switch (stage) {
    case NTDBG_STAGE_CHDIR:
    case NTDBG_STAGE_EXEC:
        return status_of(error, {{ENOENT, STATUS_OBJECT_NAME_NOT_FOUND},
                                 {ENOTDIR, STATUS_NOT_A_DIRECTORY},
                                 {ENOEXEC, STATUS_INVALID_IMAGE_FORMAT},
                                 {EINVAL, STATUS_INVALID_IMAGE_FORMAT},
                                 {EIO, STATUS_INVALID_IMAGE_FORMAT},
                                 {E2BIG, STATUS_INVALID_PARAMETER},
                                 {ENAMETOOLONG, STATUS_OBJECT_NAME_INVALID}});
    default:
        return status_of(error, {{EAGAIN, STATUS_INSUFFICIENT_RESOURCES}});
    }
}

} // namespace

extern "C" NTSTATUS ntdbg_nt_create_process(PNTDBG_CREATE_PROCESS Create) {
    NTDBG_CREATE_PROCESS create;
    if (!get(&create, Create))
        return STATUS_ACCESS_VIOLATION;
    bool debugged = create.DebugObject != nullptr;
    if (create.Size != sizeof(create) || (create.Flags & ~kFlags) || !create.Argv ||
        !create.Argv[0] || (!debugged && (create.Flags & kFlags)))
        return STATUS_INVALID_PARAMETER;

    int object_fd = -1;
    if (debugged) {
        Reference object(create.DebugObject, Kind::DebugObject);
        NTSTATUS status = object.status();
        if (NT_SUCCESS(status))
            status = object.check(Kind::DebugObject, DEBUG_PROCESS_ASSIGN);
        if (!NT_SUCCESS(status))
            return status;
        object_fd = object.fd();
    }
    auto opts = NTDBG_OPTS(ntdbg_launch_opts);
    opts.flags = (create.Flags & NTDBG_CREATE_INHERIT ? NTDBG_LAUNCH_INHERIT : 0) |
                 (create.Flags & NTDBG_CREATE_BREAK ? NTDBG_LAUNCH_LOADER_BREAK : 0);
    opts.envp = create.Envp;
    opts.cwd = create.Directory;

    Handles handles;
    ntdbg::detail::BeforeExec before{open_handles, &handles};
    uint32_t stage;
    pid_t pid = ntdbg::detail::launch(object_fd, create.Argv, opts, &before, &stage);
    create.FailedStage = stage;
    create.Error = pid < 0 ? -pid : 0;
    if (pid < 0)
        return put(Create, create) ? failure(pid, stage) : STATUS_ACCESS_VIOLATION;

    // It is held at its CREATE_PROCESS, so it has not run anything of its own.
    if (create.Flags & NTDBG_CREATE_SUSPENDED)
        ntdbg_thread_suspend(handles.thread.fd());
    create.Process = handles.process.handle();
    create.Thread = handles.thread.handle();
    create.ClientId = {handle_of_id(static_cast<uint32_t>(pid)),
                       handle_of_id(static_cast<uint32_t>(pid))};
    if (!put(Create, create))
        return STATUS_ACCESS_VIOLATION;
    handles.process.release();
    handles.thread.release();
    return STATUS_SUCCESS;
}
