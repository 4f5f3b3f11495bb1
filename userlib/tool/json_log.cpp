// SPDX-License-Identifier: MIT
#include "json_log.h"

#include <fmt/format.h>

#include "json_writer.h"
#include "text.h"

namespace ntdbg::tool {

namespace {

uint64_t number(const void *pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

void add_flags(JsonWriter &json, uint32_t flags) {
    static constexpr struct {
        uint32_t bit;
        const char *name;
    } kFlags[] = {
        {NTDBG_EVENT_F_FAKE, "fake"},       {NTDBG_EVENT_F_NOT_HELD, "not_held"},
        {NTDBG_EVENT_F_EXEC, "exec"},       {NTDBG_EVENT_F_FORK, "fork"},
        {NTDBG_EVENT_F_NO_PATH, "no_path"}, {NTDBG_EVENT_F_REPLAY, "replay"},
    };
    json.begin_array("flags");
    for (const auto &flag : kFlags) {
        if (flags & flag.bit)
            json.text_element(flag.name);
    }
    json.end_array();
}

void add_status(JsonWriter &json, std::string_view key, NTSTATUS status) {
    json.status(key, static_cast<uint32_t>(status));
    std::string label = status_label(status);
    if (!label.empty())
        json.text(std::string(key) + "Name", label);
}

void add_exception_record(JsonWriter &json, const EXCEPTION_RECORD64 &r) {
    json.begin_object("ExceptionRecord");
    add_status(json, "ExceptionCode", r.ExceptionCode);
    json.hex("ExceptionFlags", r.ExceptionFlags);
    json.hex("ExceptionAddress", r.ExceptionAddress);
    json.count("NumberParameters", r.NumberParameters);
    json.begin_array("ExceptionInformation");
    for (uint32_t i = 0; i < r.NumberParameters && i < EXCEPTION_MAXIMUM_PARAMETERS; i++)
        json.hex_element(r.ExceptionInformation[i]);
    json.end_array().end_object();
}

// The message's member, in NT's own field names.
void add_dbgkm(JsonWriter &json, const DBGKM_MSG &msg) {
    json.begin_object("dbgkm");
    switch (msg.ApiNumber) {
    case DbgKmExceptionApi:
        add_exception_record(json, msg.u.Exception.ExceptionRecord);
        json.boolean("FirstChance", msg.u.Exception.FirstChance != 0);
        break;
    case DbgKmCreateThreadApi:
        json.hex("StartAddress", number(msg.u.CreateThread.StartAddress));
        break;
    case DbgKmCreateProcessApi:
        json.hex("BaseOfImage", number(msg.u.CreateProcessInfo.BaseOfImage));
        json.begin_object("InitialThread")
            .hex("StartAddress", number(msg.u.CreateProcessInfo.InitialThread.StartAddress))
            .end_object();
        break;
    case DbgKmExitThreadApi:
        add_status(json, "ExitStatus", msg.u.ExitThread.ExitStatus);
        break;
    case DbgKmExitProcessApi:
        add_status(json, "ExitStatus", msg.u.ExitProcess.ExitStatus);
        break;
    case DbgKmLoadDllApi:
        json.hex("BaseOfDll", number(msg.u.LoadDll.BaseOfDll));
        break;
    case DbgKmUnloadDllApi:
        json.hex("BaseAddress", number(msg.u.UnloadDll.BaseAddress));
        break;
    default:
        break;
    }
    json.end_object();
}

void add_image(JsonWriter &json, const record &rec) {
    const ntdbg_image &image = *rec.image();
    json.begin_object("image");
    if (auto path = rec.path()) {
        json.text("path", *path);
        bool is_utf8 = true;
        for (std::string_view rest = *path; !rest.empty() && is_utf8;) {
            size_t length = utf8_length(rest);
            is_utf8 = length != 0;
            rest.remove_prefix(length);
        }
        if (!is_utf8) {
            std::string hex;
            for (char c : *path)
                hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
            json.text("path_hex", hex);
        }
    } else {
        json.null("path");
    }
    json.hex("base", image.base).hex("end", image.end);
    if (image.entry != 0)
        json.hex("entry", image.entry);
    json.text("dev", fmt::format("{}:{}", image.dev >> 32, image.dev & 0xFFFFFFFF));
    json.count("ino", image.ino);
    json.end_object();
}

void add_registers(JsonWriter &json, const ntdbg_regs &r) {
    json.begin_object("regs");
    json.hex("rip", r.rip).hex("rsp", r.rsp).hex("rflags", r.eflags);
    json.hex("rax", r.rax).hex("rbx", r.rbx).hex("rcx", r.rcx).hex("rdx", r.rdx);
    json.hex("rsi", r.rsi).hex("rdi", r.rdi).hex("rbp", r.rbp);
    json.hex("r8", r.r8).hex("r9", r.r9).hex("r10", r.r10).hex("r11", r.r11);
    json.hex("r12", r.r12).hex("r13", r.r13).hex("r14", r.r14).hex("r15", r.r15);
    json.hex("cs", r.cs).hex("ss", r.ss).hex("fs_base", r.fs_base).hex("gs_base", r.gs_base);
    json.end_object();
}

void add_fault(JsonWriter &json, const ntdbg_fault &fault) {
    json.begin_object("fault");
    json.number("signo", fault.signo);
    if (const char *name = ntdbg_signal_name(fault.signo))
        json.text("signal", name);
    json.number("si_code", fault.code).number("si_errno", fault.error);
    json.hex("si_addr", fault.address);
    json.hex("dr6", fault.dr6);
    json.count("trap", fault.trap).hex("error_code", fault.error_code).hex("ip", fault.ip);
    std::string insn;
    for (uint32_t i = 0; i < fault.insn_len && i < NTDBG_INSN_MAX; i++)
        insn += fmt::format("{:02x}", fault.insn[i]);
    json.text("insn", insn);
    json.boolean("guard_gap", fault.in_guard_gap != 0);
    add_registers(json, fault.regs);
    json.end_object();
}

// What Linux says, in its own words.
void add_linux(JsonWriter &json, const record &rec) {
    json.begin_object("linux");
    if (rec.image())
        add_image(json, rec);
    if (const auto *create = rec.create_process()) {
        json.count("ppid", create->ppid);
        json.hex("start_address", create->start_address).hex("stack", create->stack);
    }
    if (const auto *create = rec.create_thread()) {
        json.hex("start_address", create->start_address).hex("stack", create->stack);
        json.hex("tls", create->tls);
    }
    if (const auto *exit = rec.exit()) {
        uint32_t status = exit->wait_status;
        json.hex("wait_status", status);
        if ((status & 0x7F) == 0) {
            json.count("exit_code", (status >> 8) & 0xFF);
        } else {
            json.count("signo", status & 0x7F);
            if (const char *name = ntdbg_signal_name(static_cast<int>(status & 0x7F)))
                json.text("signal", name);
            json.boolean("core_dumped", (status & 0x80) != 0);
        }
        json.boolean("by_exception", (exit->how & NTDBG_EXIT_BY_EXCEPTION) != 0);
        json.boolean("terminated", (exit->how & NTDBG_EXIT_TERMINATED) != 0);
    }
    if (const auto *exception = rec.exception()) {
        json.boolean("loader_break", (exception->chance & NTDBG_EXCEPTION_LOADER_BREAK) != 0);
        json.boolean("break_in", (exception->chance & NTDBG_EXCEPTION_BREAK_IN) != 0);
        json.boolean("software", (exception->chance & NTDBG_EXCEPTION_SOFTWARE) != 0);
    }
    if (const ntdbg_fault *fault = rec.fault())
        add_fault(json, *fault);
    json.end_object();
}

void add_stack(JsonWriter &json, const std::vector<StackLine> &stack) {
    if (stack.empty())
        return;
    json.begin_array("stack");
    for (const StackLine &frame : stack) {
        json.begin_object().hex("ip", frame.ip).hex("sp", frame.sp);
        if (!frame.place.empty())
            json.text("place", frame.place);
        if (!frame.source.empty())
            json.text("source", frame.source);
        json.end_object();
    }
    json.end_array();
}

} // namespace

std::string JsonLog::event(const Event &event, const Counter &counter) {
    (void)counter;
    const ntdbg_event &header = event.rec.header();
    const char *name = event.msg ? ntdbg_api_name(event.msg->ApiNumber) : nullptr;
    JsonWriter json;
    json.begin_object();
    json.text("type", name ? name : "unknown");
    if (event.msg)
        json.count("api", event.msg->ApiNumber);
    json.count("seq", header.seq).text("time_ns", fmt::format("{}", header.time_ns));
    json.count("pid", header.pid).count("tid", header.tid).count("cpu", header.cpu);
    add_flags(json, header.flags);
    if (event.msg) {
        add_dbgkm(json, *event.msg);
        add_linux(json, event.rec);
        if (event.text)
            json.text("text", *event.text);
        add_stack(json, event.stack);
    } else {
        json.count("event_type", header.type);
    }
    json.end_object();
    return json.take() + "\n";
}

std::string JsonLog::end(const Ending &ending, const Counter &counter) {
    JsonWriter json;
    json.begin_object();
    json.text("type", "end").count("pid", ending.pid).count("tid", ending.pid);
    json.count("events", counter.events()).count("lost", counter.lost());
    json.begin_object("counts");
    for (uint32_t api = 0; api < DbgKmMaxApiNumber; api++) {
        if (uint64_t n = counter.of(static_cast<DBGKM_APINUMBER>(api)))
            json.count(ntdbg_api_name(api), n);
    }
    json.end_object();
    if (ending.status)
        json.number("exit_status", *ending.status);
    json.boolean("detached", ending.detached);
    json.end_object();
    return json.take() + "\n";
}

} // namespace ntdbg::tool
