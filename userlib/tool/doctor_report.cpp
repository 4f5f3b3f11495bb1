// SPDX-License-Identifier: MIT
// The doctor's checks as text and as JSON.
#include <algorithm>
#include <fmt/format.h>

#include "doctor.h"
#include "json_writer.h"

namespace ntdbg::tool {

namespace {

const char *state_word(CheckState state) {
    switch (state) {
    case CheckState::Ok:
        return "ok";
    case CheckState::Note:
        return "note";
    case CheckState::Fail:
        break;
    }
    return "fail";
}

} // namespace

std::string format_checks(const std::vector<Check> &checks) {
    size_t width = 0;
    for (const Check &check : checks)
        width = std::max(width, check.name.size());
    std::string out;
    for (const Check &check : checks) {
        out += fmt::format("{:<4}  {:<{}}  {}\n", state_word(check.state), check.name, width,
                           check.text);
        std::string_view fix = check.fix;
        const char *label = "try: ";
        while (!fix.empty()) {
            size_t end = std::min(fix.find('\n'), fix.size());
            out += fmt::format("      {:<{}}  {}{}\n", "", width, label, fix.substr(0, end));
            fix.remove_prefix(std::min(end + 1, fix.size()));
            label = "     ";
        }
    }
    auto fails = std::count_if(checks.begin(), checks.end(),
                               [](const Check &check) { return check.state == CheckState::Fail; });
    out += fails == 0 ? "ntdbg can be used on this machine.\n"
                      : fmt::format("ntdbg cannot be used yet: {} of {} checks failed.\n", fails,
                                    checks.size());
    return out;
}

std::string format_checks_json(const std::vector<Check> &checks) {
    std::string out;
    for (const Check &check : checks) {
        JsonWriter json;
        json.begin_object().text("type", "check").text("name", check.name);
        json.text("state", state_word(check.state)).text("text", check.text);
        if (!check.fix.empty())
            json.text("fix", check.fix);
        out += json.end_object().take() + "\n";
    }
    JsonWriter json;
    json.begin_object().text("type", "end").boolean("usable", usable(checks)).end_object();
    return out + json.take() + "\n";
}

} // namespace ntdbg::tool
