// SPDX-License-Identifier: MIT
#include "text_log.h"

#include <fmt/format.h>

#include "debugger/registers.h"
#include "decode.h"
#include "text.h"

namespace ntdbg::tool {

namespace {

// What a record's flags add to its line.
std::string notes(const ntdbg_event &event) {
    std::string out;
    if (event.flags & NTDBG_EVENT_F_FAKE)
        out += "  (attached)";
    if (event.flags & NTDBG_EVENT_F_EXEC)
        out += "  (exec)";
    if (event.flags & NTDBG_EVENT_F_NOT_HELD)
        out += "  (killed)";
    if (event.flags & NTDBG_EVENT_F_REPLAY)
        out += "  (again)";
    return out;
}

std::string status_text(NTSTATUS status) {
    std::string out = fmt::format("status {:08x}", static_cast<uint32_t>(status));
    std::string label = status_label(status);
    return label.empty() ? out : out + " " + label;
}

// What an access was about, for the exceptions that say it.
std::string access_text(const EXCEPTION_RECORD64 &r) {
    bool has_access = r.ExceptionCode == STATUS_ACCESS_VIOLATION ||
                      r.ExceptionCode == STATUS_STACK_OVERFLOW ||
                      r.ExceptionCode == STATUS_IN_PAGE_ERROR;
    if (!has_access || r.NumberParameters < 2)
        return "";
    const char *verb = r.ExceptionInformation[0] == 8   ? "execute at"
                       : r.ExceptionInformation[0] == 1 ? "write to"
                                                        : "read from";
    std::string out = fmt::format("{} {} ", verb, address(r.ExceptionInformation[1]));
    if (r.ExceptionCode == STATUS_IN_PAGE_ERROR && r.NumberParameters > 2)
        out += fmt::format("({}) ", status_text(static_cast<NTSTATUS>(r.ExceptionInformation[2])));
    return out;
}

std::string without_newline(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    return text;
}

} // namespace

std::string TextLog::id(const ntdbg_event &event) const {
    return ids(options_.ids, event.pid, event.tid);
}

// An address, and the image it is in.
std::string TextLog::place(const ntdbg_event &event, uint64_t value) const {
    auto known = symbols_ ? symbols_->at(event.pid, value) : std::nullopt;
    std::string where = known && !known->symbol.empty() ? describe_with_line(*known)
                                                        : modules_.where(event.pid, value);
    return where.empty() ? address(value) : address(value) + " " + where;
}

std::string TextLog::image(const char *label, const record &rec) const {
    return fmt::format("{}: {} {}   {}   ({}){}\n", label, address(rec.image()->base),
                       address(rec.image()->end), image_name(rec), id(rec.header()),
                       notes(rec.header()));
}

std::string TextLog::create_process(const Event &event) {
    const ntdbg_event &header = event.rec.header();
    started_ns_[header.pid] = header.time_ns;
    auto entry =
        reinterpret_cast<uintptr_t>(event.msg->u.CreateProcessInfo.InitialThread.StartAddress);
    std::string out =
        fmt::format("CreateProcess: {} ({})  entry {}", id(header), header.pid, address(entry));
    if (header.flags & NTDBG_EVENT_F_FORK) {
        uint32_t parent = event.rec.create_process()->ppid;
        out += options_.ids == Ids::Dec ? fmt::format("  child of {}", parent)
                                        : fmt::format("  child of {:x} ({})", parent, parent);
    }
    return out + notes(header) + "\n" + image("ModLoad", event.rec);
}

std::string TextLog::create_thread(const Event &event) const {
    const ntdbg_event &header = event.rec.header();
    auto start = reinterpret_cast<uintptr_t>(event.msg->u.CreateThread.StartAddress);
    std::string entry = start ? "  entry " + place(header, start) : "";
    return fmt::format("CreateThread:  {}{}{}\n", id(header), entry, notes(header));
}

std::string TextLog::exit_process(const Event &event, const Counter &counter) {
    const ntdbg_event &header = event.rec.header();
    auto started = started_ns_.extract(header.pid);
    uint64_t began = started.empty() ? counter.first_ns() : started.mapped();
    return fmt::format("ExitProcess: {} ({})  {}   lost {}   {:.3f} s{}\n", id(header), header.pid,
                       status_text(event.msg->u.ExitProcess.ExitStatus), counter.lost_so_far(),
                       seconds_between(began, header.time_ns), notes(header));
}

std::string TextLog::exception(const Event &event) const {
    const ntdbg_event &header = event.rec.header();
    const EXCEPTION_RECORD64 &r = event.msg->u.Exception.ExceptionRecord;
    if (event.text) {
        bool name = static_cast<uint32_t>(r.ExceptionCode) == kThreadNameException;
        return fmt::format("{}({}): \"{}\"{}\n", name ? "ThreadName" : "OutputDebugString",
                           id(header), printable(without_newline(*event.text)), notes(header));
    }
    uint32_t chance = event.rec.exception()->chance;
    if (chance & NTDBG_EXCEPTION_BREAK_IN)
        return fmt::format("({}): Break-in - code {:08x} (first chance){}\n", id(header),
                           static_cast<uint32_t>(r.ExceptionCode), notes(header)) +
               fmt::format("    at {}   ({})\n", place(header, r.ExceptionAddress), id(header));
    std::string out =
        fmt::format("({}): {} - code {:08x} ({}){}\n", id(header),
                    ntdbg_exception_text(r.ExceptionCode), static_cast<uint32_t>(r.ExceptionCode),
                    event.msg->u.Exception.FirstChance ? "first chance" : "!!! second chance !!!",
                    notes(header));
    if (chance & NTDBG_EXCEPTION_LOADER_BREAK)
        return out;
    return out + fmt::format("    {}at {}   ({})\n", access_text(r),
                             place(header, r.ExceptionAddress), id(header));
}

// Registers and stack, where a filter asks for them. Each line says whose it is.
std::string TextLog::state(const Event &event) const {
    const ntdbg_event &header = event.rec.header();
    const ntdbg_fault *fault = event.rec.fault();
    if (event.stack.empty() || !fault)
        return "";
    std::string text = format_registers(fault->regs);
    for (size_t i = 0; i < event.stack.size(); i++) {
        const StackLine &frame = event.stack[i];
        text += fmt::format("{:02x} {} {}{}\n", i, address(frame.sp),
                            frame.place.empty() ? address(frame.ip) : frame.place,
                            frame.source.empty() ? "" : " [" + frame.source + "]");
    }
    std::string out;
    for (size_t start = 0; start < text.size();) {
        size_t end = text.find('\n', start);
        out += fmt::format("    {}   ({})\n", text.substr(start, end - start), id(header));
        start = end + 1;
    }
    return out;
}

std::string TextLog::lines(const Event &event, const Counter &counter) {
    const ntdbg_event &header = event.rec.header();
    if (!event.msg)
        return fmt::format("({}): event of type {}, which this ntdbg does not know\n", id(header),
                           header.type);
    switch (event.msg->ApiNumber) {
    case DbgKmCreateProcessApi:
        return create_process(event);
    case DbgKmCreateThreadApi:
        return create_thread(event);
    case DbgKmExitThreadApi:
        return fmt::format("ExitThread:  {}  {}{}\n", id(header),
                           status_text(event.msg->u.ExitThread.ExitStatus), notes(header));
    case DbgKmExitProcessApi:
        return exit_process(event, counter);
    case DbgKmLoadDllApi:
        return image("ModLoad", event.rec);
    case DbgKmUnloadDllApi:
        return image("ModUnload", event.rec);
    default:
        return exception(event) + state(event);
    }
}

std::string TextLog::event(const Event &event, const Counter &counter) {
    modules_.learn(event.rec);
    std::string text = lines(event, counter);
    if (!options_.times)
        return text;
    std::string stamp =
        fmt::format("{:10.6f} ", seconds_between(counter.first_ns(), event.rec.header().time_ns));
    std::string out;
    for (size_t start = 0; start < text.size();) {
        size_t end = text.find('\n', start) + 1;
        out += stamp;
        out.append(text, start, end - start);
        start = end;
    }
    return out;
}

std::string TextLog::end(const Ending &ending, const Counter &counter) {
    (void)ending;
    (void)counter;
    return ""; // the summary is talk, not log
}

} // namespace ntdbg::tool
