// SPDX-License-Identifier: MIT
// ntdbg decode: numbers to names and back, without the module.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "commands.h"
#include "json_writer.h"
#include "report.h"
#include "services.h"
#include "text.h"

namespace ntdbg::tool {

namespace {

#define ROW(name, n0, a0, n1, a1, n2, a2) KnownService{name, {{n0, a0}, {n1, a1}, {n2, a2}}},
constexpr KnownService kServices[] = {
#include "services.inc"
};
#undef ROW

#define ROW(name, text) {#name, name},
struct NamedStatus {
    std::string_view name;
    NTSTATUS value;
};

constexpr NamedStatus kStatuses[] = {
#include "../src/status_table.inc"
};
#undef ROW

// 0xc0000005, c0000005, C0000005h are hexadecimal, 0n5 is decimal: as in WinDbg.
std::optional<uint32_t> number_of(std::string_view word) {
    int base = 16;
    if (word.starts_with("0n") || word.starts_with("0N")) {
        base = 10;
        word.remove_prefix(2);
    } else if (word.starts_with("0x") || word.starts_with("0X")) {
        word.remove_prefix(2);
    } else if (word.ends_with('h') || word.ends_with('H')) {
        word.remove_suffix(1);
    }
    uint32_t value = 0;
    bool negative = base == 10 && word.starts_with('-');
    if (negative)
        word.remove_prefix(1);
    auto [rest, problem] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    if (word.empty() || problem != std::errc() || rest != word.data() + word.size())
        return std::nullopt;
    return negative ? 0 - value : value;
}

bool same(std::string_view a, std::string_view b) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

const char *severity(uint32_t status) {
    static constexpr const char *kWords[] = {"success", "informational", "warning", "error"};
    return kWords[status >> 30];
}

unsigned stack_arguments(const KnownService &service, size_t profile) {
    int arguments = service.in[profile].arguments;
    int stack = kKnownProfiles[profile].x86 ? arguments : std::max(arguments - 4, 0);
    return static_cast<unsigned>(stack);
}

// The words that belong to a status; "" if there are none.
std::string words_of(uint32_t status) {
    std::string words = severity(status);
    std::string text = ntdbg_exception_text(static_cast<NTSTATUS>(status));
    return text == "Unknown exception" ? words : words + ", " + text;
}

} // namespace

std::span<const KnownService> known_services() {
    return kServices;
}

Meaning decode_word(const std::string &word) {
    Meaning meaning;
    meaning.word = word;
    for (const auto &row : kStatuses) {
        if (same(row.name, word))
            meaning.status = static_cast<uint32_t>(row.value);
    }
    std::string name = word;
    if (name.size() > 2 && same(name.substr(0, 2), "Zw"))
        name.replace(0, 2, "Nt");
    std::optional<uint32_t> number = number_of(word);
    for (const KnownService &service : kServices) {
        for (size_t profile = 0; profile < kKnownProfiles.size(); profile++) {
            int there = service.in[profile].number;
            if (there >= 0 &&
                (same(service.name, name) || (number && *number == static_cast<uint32_t>(there))))
                meaning.services.push_back({&service, profile});
        }
    }
    // Beside services only statuses that have a name; a number that is neither is explained.
    if (number && (!status_label(static_cast<NTSTATUS>(*number)).empty() ||
                   ntdbg_status_name(static_cast<NTSTATUS>(*number)) || *number >= 0x40000000))
        meaning.status = *number;
    return meaning;
}

bool understood(const Meaning &meaning) {
    return meaning.status || !meaning.services.empty();
}

std::string format_meaning(const Meaning &meaning) {
    std::string out;
    if (meaning.status) {
        const char *known = ntdbg_status_name(static_cast<NTSTATUS>(*meaning.status));
        std::string name = known ? known : status_label(static_cast<NTSTATUS>(*meaning.status));
        if (name.empty())
            name = fmt::format("a status without a name here, facility {:#x}, code {:#x}",
                               (*meaning.status >> 16) & 0xfff, *meaning.status & 0xffff);
        out += fmt::format("{:08x}  {}  ({})\n", *meaning.status, name, words_of(*meaning.status));
    }
    for (const auto &[service, profile] : meaning.services)
        out +=
            fmt::format("{:>8x}  {}  {}: {} ({} on the stack)\n", service->in[profile].number,
                        service->name, kKnownProfiles[profile].name,
                        counted(static_cast<uint64_t>(service->in[profile].arguments), "argument"),
                        stack_arguments(*service, profile));
    if (out.empty())
        out = fmt::format("{}  is no status and no service\n", printable(meaning.word));
    return out;
}

std::string format_meaning_json(const Meaning &meaning) {
    std::string out;
    if (meaning.status) {
        JsonWriter json;
        const char *known = ntdbg_status_name(static_cast<NTSTATUS>(*meaning.status));
        std::string name = known ? known : status_label(static_cast<NTSTATUS>(*meaning.status));
        std::string text = ntdbg_exception_text(static_cast<NTSTATUS>(*meaning.status));
        json.begin_object().text("type", "status").text("word", meaning.word);
        json.status("value", *meaning.status);
        if (!name.empty())
            json.text("name", name);
        json.text("severity", severity(*meaning.status));
        if (text != "Unknown exception")
            json.text("text", text);
        out += json.end_object().take() + "\n";
    }
    for (const auto &[service, profile] : meaning.services) {
        JsonWriter json;
        json.begin_object().text("type", "service").text("word", meaning.word);
        json.hex("number", static_cast<uint64_t>(service->in[profile].number));
        json.text("name", service->name).text("profile", kKnownProfiles[profile].name);
        json.count("build", kKnownProfiles[profile].build);
        json.count("arguments", static_cast<uint64_t>(service->in[profile].arguments));
        json.count("stack", stack_arguments(*service, profile));
        out += json.end_object().take() + "\n";
    }
    if (out.empty()) {
        JsonWriter json;
        json.begin_object().text("type", "unknown").text("word", meaning.word);
        out = json.end_object().take() + "\n";
    }
    return out;
}

int decode_command(const DecodeOptions &options) {
    std::string out;
    uint64_t unknown = 0;
    for (const std::string &word : options.words) {
        Meaning meaning = decode_word(word);
        out += options.json ? format_meaning_json(meaning) : format_meaning(meaning);
        unknown += !understood(meaning);
    }
    if (options.json) {
        JsonWriter json;
        json.begin_object().text("type", "end").count("unknown", unknown);
        out += json.end_object().take() + "\n";
    }
    fwrite(out.data(), 1, out.size(), stdout);
    return unknown == 0 ? 0 : kExitFailed;
}

} // namespace ntdbg::tool
