// SPDX-License-Identifier: MIT
// ~ and |: threads and processes.
#include <charconv>
#include <cstring>
#include <fmt/format.h>

#include "prompt.h"
#include "text.h"

namespace ntdbg::tool {

namespace {

std::optional<unsigned> take_number(std::string_view &text) {
    unsigned value = 0;
    auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc())
        return std::nullopt;
    text.remove_prefix(static_cast<size_t>(rest - text.data()));
    return value;
}

std::string_view without_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text;
}

} // namespace

std::string Prompt::thread_line(const DebuggedProcess &process, const DebuggedThread &thread) {
    ThreadId id{process.pid, thread.tid};
    char mark = id == current() ? '.' : id == engine_.event_thread() ? '#' : ' ';
    ntdbg_thread_info info{};
    bool known = parts_.target.thread_info(process.pid, thread.tid, info) >= 0;
    std::string name;
    if (known && info.name[0] != '\0') {
        size_t length = strnlen(info.name, sizeof(info.name));
        name = " \"" + printable(std::string_view(info.name, length)) + "\"";
    }
    return fmt::format("{} {:>3}  Id: {:x}.{:x} Suspend: {} Teb: {} {}{}\n", mark, thread.index,
                       process.pid, thread.tid, info.suspend_count, address(info.tls),
                       thread.frozen > 0 ? "Frozen" : "Unfrozen", name);
}

Prompt::Outcome Prompt::threads(std::string_view, std::string_view arguments) {
    DebuggedProcess *process = engine_.model().find(current().pid);
    if (!process)
        return fail("there is no process");
    std::vector<uint32_t> chosen;
    bool all = arguments.starts_with('*') || arguments.empty();
    if (all) {
        std::map<unsigned, uint32_t> by_index;
        for (const auto &[tid, thread] : process->threads)
            by_index[thread.index] = tid;
        for (const auto &[index, tid] : by_index)
            chosen.push_back(tid);
        if (!arguments.empty())
            arguments.remove_prefix(1);
    } else if (arguments[0] == '.' || arguments[0] == '#') {
        chosen.push_back(arguments[0] == '.' ? current().tid : engine_.event_thread().tid);
        arguments.remove_prefix(1);
    } else if (auto index = take_number(arguments)) {
        DebuggedThread *thread = process->by_index(*index);
        if (!thread)
            return fail(fmt::format("there is no thread {} (~ lists them)", *index));
        chosen.push_back(thread->tid);
    } else {
        return fail(fmt::format("\"{}\" is no thread: ~ takes a number, *, . or #", arguments));
    }
    arguments = without_blanks(arguments);
    ThreadId before = current();
    for (uint32_t tid : chosen) {
        DebuggedThread *thread = engine_.model().find(process->pid, tid);
        if (!thread)
            continue;
        ThreadId id{process->pid, tid};
        if (arguments.empty()) {
            print(thread_line(*process, *thread));
        } else if (arguments == "s") {
            if (all)
                return fail("one thread can be current: ~Ns");
            engine_.select(id);
            print(state(false));
        } else if (arguments == "f" || arguments == "n" || arguments == "u" || arguments == "m") {
            bool stop = arguments == "f" || arguments == "n";
            int ret = stop ? engine_.freeze(id) : engine_.thaw(id);
            if (ret < 0)
                return fail(fmt::format("thread {} cannot be {}: {}", thread->index,
                                        stop ? "suspended" : "resumed", strerror(-ret)));
        } else {
            engine_.select(id);
            if (all)
                print("\n" + thread_line(*process, *thread));
            else
                only_thread_ = tid;
            auto flow = one(arguments);
            only_thread_.reset();
            if (flow && *flow == Flow::Stay)
                engine_.select(before);
            if (!flow || *flow != Flow::Stay)
                return flow;
        }
    }
    return Flow::Stay;
}

Prompt::Outcome Prompt::processes(std::string_view, std::string_view arguments) {
    if (!arguments.empty()) {
        auto index = take_number(arguments);
        DebuggedProcess *process = index ? engine_.model().by_index(*index) : nullptr;
        if (!process || process->threads.empty() || arguments != "s")
            return fail("| takes the number of a process and s: |1s (| lists them)");
        bool of_event = engine_.event_thread().pid == process->pid;
        engine_.select({process->pid,
                        of_event ? engine_.event_thread().tid : process->threads.begin()->first});
        return Flow::Stay;
    }
    for (const auto &[pid, process] : engine_.model().processes()) {
        if (process.hidden)
            continue;
        char mark = pid == current().pid ? '.' : pid == engine_.event_thread().pid ? '#' : ' ';
        print(fmt::format("{} {:>3}  id: {:x}  threads: {}  name: {}\n", mark, process.index, pid,
                          process.threads.size(), process.name));
    }
    return Flow::Stay;
}

Prompt::Outcome Prompt::process_info(std::string_view, std::string_view arguments) {
    if (!arguments.empty() && arguments != "0 0")
        return fail("!process takes nothing, or 0 0 for all");
    for (const auto &[pid, process] : engine_.model().processes()) {
        if (process.hidden || (arguments.empty() && pid != current().pid))
            continue;
        print(fmt::format("PROCESS {:x} ({})  Threads: {}  Image: {}\n", pid, pid,
                          process.threads.size(), process.name));
        for (const auto &[tid, thread] : process.threads)
            print("  " + thread_line(process, thread));
    }
    return Flow::Stay;
}

} // namespace ntdbg::tool
