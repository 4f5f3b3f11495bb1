// SPDX-License-Identifier: MIT
// Raw record -> DBGKM_MSG.
#include <cerrno>
#include <csignal>

#include <ntdbg/ntdbg.h>

namespace {

// An address of the debuggee: a number to us, a pointer in NT's structures.
PVOID remote(uint64_t address) {
    return reinterpret_cast<PVOID>(static_cast<uintptr_t>(address));
}

HANDLE id_handle(uint32_t id) {
    return reinterpret_cast<HANDLE>(uintptr_t{id});
}

template <typename T>
void begin(DBGKM_MSG *msg, DBGKM_APINUMBER api, const T &member) {
    // As Dbgk fills it: the data is what follows the message header's 40 bytes.
    msg->h.u1.s1.DataLength = static_cast<USHORT>(8 + sizeof(member));
    msg->h.u1.s1.TotalLength = sizeof(DBGKM_MSG);
    msg->ApiNumber = api;
}

// What the program or the debug service said, as it is.
void software_record(const ntdbg_software &software, EXCEPTION_RECORD64 *record) {
    *record = {};
    record->ExceptionCode = static_cast<NTSTATUS>(software.code);
    record->ExceptionFlags = software.flags;
    record->ExceptionRecord = software.record;
    record->ExceptionAddress = software.address;
    record->NumberParameters = software.nr_parameters;
    for (uint32_t i = 0; i < software.nr_parameters; i++)
        record->ExceptionInformation[i] = software.information[i];
}

NTSTATUS exit_status(const ntdbg_event_exit *event, const ntdbg_translate_opts *opts) {
    if (event->how & NTDBG_EXIT_TERMINATED)
        return static_cast<NTSTATUS>(event->nt_status);
    if (!(event->how & NTDBG_EXIT_BY_EXCEPTION))
        return ntdbg_exit_status(event->wait_status);
    EXCEPTION_RECORD64 record;
    ntdbg_translate_fault(&event->fault, event->hdr.pid, 0, opts, &record);
    return record.ExceptionCode;
}

} // namespace

extern "C" {

NTSTATUS ntdbg_exit_status(uint32_t wait_status) {
    int signo = static_cast<int>(wait_status & 0x7F);
    if (signo == 0)
        return static_cast<NTSTATUS>((wait_status >> 8) & 0xFF);
    if (signo == SIGINT || signo == SIGQUIT)
        return STATUS_CONTROL_C_EXIT;
    return NTDBG_STATUS_SIGNAL(signo);
}

int ntdbg_translate(const void *buf, size_t len, const struct ntdbg_translate_opts *opts,
                    DBGKM_MSG *msg) {
    *msg = {};
    ssize_t size = ntdbg_record_check(buf, len);
    if (size < 0)
        return static_cast<int>(size);

    const auto *record = static_cast<const ntdbg_event *>(buf);
    msg->h.u2.s2.Type = LPC_DEBUG_EVENT;
    msg->h.ClientId.UniqueProcess = id_handle(record->pid);
    msg->h.ClientId.UniqueThread = id_handle(record->tid);
    msg->ReturnedStatus = STATUS_PENDING;

    switch (record->type) {
    case NTDBG_EVENT_EXCEPTION: {
        const auto *event = static_cast<const ntdbg_event_exception *>(buf);
        auto &member = msg->u.Exception;
        begin(msg, DbgKmExceptionApi, member);
        if (event->chance & NTDBG_EXCEPTION_SOFTWARE)
            software_record(event->software, &member.ExceptionRecord);
        else
            ntdbg_translate_fault(&event->fault, record->pid, event->chance, opts,
                                  &member.ExceptionRecord);
        member.FirstChance = event->chance & NTDBG_EXCEPTION_FIRST_CHANCE ? 1 : 0;
        return 0;
    }
    case NTDBG_EVENT_CREATE_THREAD: {
        const auto *event = static_cast<const ntdbg_event_create_thread *>(buf);
        auto &member = msg->u.CreateThread;
        begin(msg, DbgKmCreateThreadApi, member);
        member.StartAddress = remote(event->start_address);
        return 0;
    }
    case NTDBG_EVENT_CREATE_PROCESS: {
        const auto *event = static_cast<const ntdbg_event_create_process *>(buf);
        auto &member = msg->u.CreateProcessInfo;
        begin(msg, DbgKmCreateProcessApi, member);
        member.FileHandle = ntdbg_handle_from_fd(event->image.file_fd);
        member.BaseOfImage = remote(event->image.base);
        // NT gives the image's entry point, although the thread starts in the
        // loader. A forked child has run already: where it goes on.
        bool entered = (record->flags & NTDBG_EVENT_F_FORK) || event->image.entry == 0;
        member.InitialThread.StartAddress =
            remote(entered ? event->start_address : event->image.entry);
        return 0;
    }
    case NTDBG_EVENT_EXIT_THREAD: {
        auto &member = msg->u.ExitThread;
        begin(msg, DbgKmExitThreadApi, member);
        member.ExitStatus = exit_status(static_cast<const ntdbg_event_exit *>(buf), opts);
        return 0;
    }
    case NTDBG_EVENT_EXIT_PROCESS: {
        auto &member = msg->u.ExitProcess;
        begin(msg, DbgKmExitProcessApi, member);
        member.ExitStatus = exit_status(static_cast<const ntdbg_event_exit *>(buf), opts);
        return 0;
    }
    case NTDBG_EVENT_LOAD_IMAGE: {
        const auto *event = static_cast<const ntdbg_event_image *>(buf);
        auto &member = msg->u.LoadDll;
        begin(msg, DbgKmLoadDllApi, member);
        // NamePointer points into the debuggee; the name is in the record instead.
        member.FileHandle = ntdbg_handle_from_fd(event->image.file_fd);
        member.BaseOfDll = remote(event->image.base);
        return 0;
    }
    case NTDBG_EVENT_UNLOAD_IMAGE: {
        const auto *event = static_cast<const ntdbg_event_image *>(buf);
        auto &member = msg->u.UnloadDll;
        begin(msg, DbgKmUnloadDllApi, member);
        member.BaseAddress = remote(event->image.base);
        return 0;
    }
    default:
        *msg = {};
        return -ENOTSUP;
    }
}

} // extern "C"
