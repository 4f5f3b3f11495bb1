// SPDX-License-Identifier: MIT
// ntdbg doctor: facts about the machine -> checks -> text. Only the gathering
// touches the machine.
#ifndef NTDBG_TOOL_DOCTOR_H
#define NTDBG_TOOL_DOCTOR_H

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include <ntdbg/ntdbg.hpp>

namespace ntdbg::tool {

struct Facts {
    std::string kernel; // release
    bool module_loaded = false;
    std::string lockdown; // text of the file; "" if there is none
    bool device_exists = false;
    std::string device_owner; // "mode 0660 root:ntdbg"
    std::optional<error> open_problem;
    std::optional<ntdbg_info> info;
    std::vector<ntdbg_feature> features;
    std::string ptrace_scope;   // "" if there is no Yama
    std::string ftrace_enabled; // "" if it cannot be read
    uid_t uid = 0;
    std::vector<std::string> groups;
};

enum class CheckState { Ok, Note, Fail };

struct Check {
    std::string name;
    CheckState state;
    std::string text;
    std::string fix; // what to type; "" if nothing has to be
};

Facts gather_facts();

std::vector<Check> diagnose(const Facts &facts);
bool usable(const std::vector<Check> &checks);
std::string format_checks(const std::vector<Check> &checks);
std::string format_checks_json(const std::vector<Check> &checks);

} // namespace ntdbg::tool

#endif
