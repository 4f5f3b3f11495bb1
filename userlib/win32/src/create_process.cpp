// SPDX-License-Identifier: MIT
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <ntdbg/dbgport.h>

#include "child.h"
#include "command_line.h"
#include "debug_object.h"
#include "environment.h"
#include "last_error.h"
#include "program.h"
#include "text.h"

namespace ntdbg::win32 {
namespace {

// The arguments of CreateProcessA and CreateProcessW, made alike.
struct Request {
    const char *application;
    const char *command_line;
    const SECURITY_ATTRIBUTES *process_attributes;
    const SECURITY_ATTRIBUTES *thread_attributes;
    bool inherit;
    DWORD flags;
    const void *environment;
    const char *directory;
    const HANDLE *standard; // three, or NULL
    PROCESS_INFORMATION *information;
};

constexpr DWORD debug_flags = DEBUG_PROCESS | DEBUG_ONLY_THIS_PROCESS;

// What is allowed and means nothing on Linux, or nothing yet.
constexpr DWORD ignored_flags =
    CREATE_NEW_CONSOLE | NORMAL_PRIORITY_CLASS | IDLE_PRIORITY_CLASS | HIGH_PRIORITY_CLASS |
    REALTIME_PRIORITY_CLASS | BELOW_NORMAL_PRIORITY_CLASS | ABOVE_NORMAL_PRIORITY_CLASS |
    CREATE_SEPARATE_WOW_VDM | CREATE_SHARED_WOW_VDM | INHERIT_PARENT_AFFINITY |
    CREATE_BREAKAWAY_FROM_JOB | CREATE_PRESERVE_CODE_AUTHZ_LEVEL | CREATE_DEFAULT_ERROR_MODE |
    CREATE_NO_WINDOW;
constexpr DWORD known_flags = debug_flags | ignored_flags | CREATE_SUSPENDED | DETACHED_PROCESS |
                              CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT;

bool inheritable(const SECURITY_ATTRIBUTES *attributes) {
    return attributes && attributes->bInheritHandle;
}

// Descriptors for 0, 1 and 2. A handle that is none becomes /dev/null: on Windows such a process
// has no standard handle, and no Linux program is prepared for that.
class Standard {
public:
    ~Standard() {
        if (null_ >= 0)
            close(null_);
    }
    int set(const HANDLE *handles, int (*fds)[3]) {
        for (int at = 0; at < 3; at++) {
            (*fds)[at] = handles ? ntdbg_handle_to_fd(handles[at]) : -1;
            if (!handles || ((*fds)[at] >= 0 && fcntl((*fds)[at], F_GETFD) >= 0))
                continue;
            if (null_ < 0 && (null_ = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
                return errno;
            (*fds)[at] = null_;
        }
        return 0;
    }

private:
    int null_ = -1;
};

// The debug object that a new process starts under.
class LaunchObject {
public:
    NTSTATUS choose(DWORD flags) {
        if (flags & debug_flags)
            return connect_debug_object(&object_);
        // Nobody debugs it, but only a debug object can hold it before its first instruction.
        if (flags & CREATE_SUSPENDED) {
            temporary_ = true;
            NTSTATUS status =
                NtCreateDebugObject(own_.fill(), DEBUG_ALL_ACCESS, nullptr, DEBUG_KILL_ON_CLOSE);
            object_ = own_.get();
            return status;
        }
        return STATUS_SUCCESS;
    }

    int fd() const { return ntdbg_handle_to_fd(object_); }

    // Suspend it at its first event. Not before that: then the event would wait for ResumeThread().
    NTSTATUS suspend(HANDLE process, HANDLE thread) {
        await_event(process);
        NTSTATUS status = NtSuspendThread(thread, nullptr);
        if (NT_SUCCESS(status) && temporary_)
            status = NtRemoveProcessDebug(process, object_);
        return status;
    }

private:
    // An event that is there already may be of another process; then it is a matter of luck.
    void await_event(HANDLE process) {
        pollfd wanted[] = {{fd(), POLLIN, 0}, {ntdbg_handle_to_fd(process), POLLIN, 0}};
        while (poll(wanted, 2, -1) < 0 && errno == EINTR) {
        }
    }

    HANDLE object_ = nullptr;
    Handle own_;
    bool temporary_ = false;
};

uint32_t launch_flags(DWORD flags) {
    if (!(flags & debug_flags))
        return 0;
    uint32_t launch = NTDBG_LAUNCH_LOADER_BREAK;
    if (!(flags & DEBUG_ONLY_THIS_PROCESS))
        launch |= NTDBG_LAUNCH_INHERIT;
    return launch;
}

bool split_environment_of(const Request &request, Strings *envp) {
    if (request.flags & CREATE_UNICODE_ENVIRONMENT)
        return split_environment(static_cast<const char16_t *>(request.environment), envp);
    return split_environment(static_cast<const char *>(request.environment), envp);
}

// Starts the child, and answers with what the caller gets.
BOOL launch(const Request &request, ChildPlan plan) {
    LaunchObject object;
    NTSTATUS status = object.choose(request.flags);
    if (!NT_SUCCESS(status))
        return succeeded(status);
    plan.debug_fd = object.fd();

    Child child;
    if (int error = child.start(plan))
        return fail_errno(error);
    auto pid = static_cast<DWORD>(child.pid());
    Handle process;
    Handle thread;
    status = open_process(pid, PROCESS_ALL_ACCESS, inheritable(request.process_attributes),
                          process.fill());
    if (NT_SUCCESS(status))
        status = open_thread(pid, THREAD_ALL_ACCESS, inheritable(request.thread_attributes),
                             thread.fill());
    if (!NT_SUCCESS(status))
        return succeeded(status);
    if (DWORD error = child.run(process.get()))
        return fail(error);
    if (request.flags & CREATE_SUSPENDED) {
        status = object.suspend(process.get(), thread.get());
        if (!NT_SUCCESS(status)) {
            NtTerminateProcess(process.get(), status);
            return succeeded(status);
        }
    }
    *request.information = {process.release(), thread.release(), pid, pid};
    return TRUE;
}

BOOL create_process(const Request &request) {
    reap_children();
    if (!request.application && !request.command_line)
        return fail(ERROR_INVALID_PARAMETER);
    if (request.flags & ~known_flags)
        return fail(request.flags & EXTENDED_STARTUPINFO_PRESENT ? ERROR_NOT_SUPPORTED
                                                                 : ERROR_INVALID_PARAMETER);
    Array<char> path;
    if (int error = find_program(request.application, request.command_line,
                                 request.directory != nullptr, &path))
        return fail_errno(error);

    Strings argv;
    bool enough = request.command_line
                      ? split_command_line(request.command_line, &argv)
                      : argv.add(request.application, strlen(request.application)) && argv.finish();
    Strings envp;
    if (request.environment)
        enough = enough && split_environment_of(request, &envp);
    if (!enough)
        return fail(ERROR_NOT_ENOUGH_MEMORY);

    ChildPlan plan{};
    plan.path = path.data();
    plan.argv = argv.get();
    plan.envp = request.environment ? envp.get() : nullptr;
    plan.cwd = request.directory;
    plan.launch = launch_flags(request.flags);
    plan.inherit = request.inherit;
    plan.group = request.flags & CREATE_NEW_PROCESS_GROUP;
    plan.session = request.flags & DETACHED_PROCESS;
    Standard standard;
    if (int error = standard.set(request.standard, &plan.standard))
        return fail_errno(error);
    return launch(request, plan);
}

template <typename StartupInfo>
const HANDLE *standard_handles(const StartupInfo &info) {
    static_assert(offsetof(StartupInfo, hStdError) ==
                  offsetof(StartupInfo, hStdInput) + 2 * sizeof(HANDLE));
    return info.dwFlags & STARTF_USESTDHANDLES ? &info.hStdInput : nullptr;
}

} // namespace
} // namespace ntdbg::win32

using namespace ntdbg::win32;

BOOL CreateProcessA(LPCSTR application, LPSTR command_line,
                    LPSECURITY_ATTRIBUTES process_attributes,
                    LPSECURITY_ATTRIBUTES thread_attributes, BOOL inherit_handles, DWORD flags,
                    LPVOID environment, LPCSTR current_directory, LPSTARTUPINFOA startup_info,
                    LPPROCESS_INFORMATION information) {
    if (!startup_info || !information)
        return fail(ERROR_INVALID_PARAMETER);
    return create_process({application, command_line, process_attributes, thread_attributes,
                           inherit_handles != FALSE, flags, environment, current_directory,
                           standard_handles(*startup_info), information});
}

BOOL CreateProcessW(LPCWSTR application, LPWSTR command_line,
                    LPSECURITY_ATTRIBUTES process_attributes,
                    LPSECURITY_ATTRIBUTES thread_attributes, BOOL inherit_handles, DWORD flags,
                    LPVOID environment, LPCWSTR current_directory, LPSTARTUPINFOW startup_info,
                    LPPROCESS_INFORMATION information) {
    if (!startup_info || !information)
        return fail(ERROR_INVALID_PARAMETER);
    Bytes application_bytes;
    Bytes line_bytes;
    Bytes directory_bytes;
    if (!application_bytes.set(application) || !line_bytes.set(command_line) ||
        !directory_bytes.set(current_directory))
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    return create_process({application_bytes.get(), line_bytes.get(), process_attributes,
                           thread_attributes, inherit_handles != FALSE, flags, environment,
                           directory_bytes.get(), standard_handles(*startup_info), information});
}
