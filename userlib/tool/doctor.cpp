// SPDX-License-Identifier: MIT
#include "doctor.h"

#include <algorithm>
#include <fmt/format.h>

#include "commands.h"
#include "report.h"

namespace ntdbg::tool {

namespace {

class Checks {
public:
    void ok(std::string name, std::string text) { add(name, CheckState::Ok, text, ""); }
    void note(std::string name, std::string text, const std::string &fix = "") {
        add(name, CheckState::Note, text, fix);
    }
    void fail(std::string name, std::string text, const std::string &fix) {
        add(name, CheckState::Fail, text, fix);
    }
    std::vector<Check> take() { return std::move(all_); }

private:
    void add(std::string &name, CheckState state, std::string &text, const std::string &fix) {
        all_.push_back({std::move(name), state, std::move(text), fix});
    }

    std::vector<Check> all_;
};

bool lockdown_on(const Facts &facts) {
    return !facts.lockdown.empty() && facts.lockdown.find("[none]") == std::string::npos;
}

bool opens(const Facts &facts) {
    return !facts.open_problem;
}

// Each check depends only on those above it; a cause is told once.
void check_module(Checks &checks, const Facts &facts) {
    if (facts.module_loaded || facts.device_exists)
        return checks.ok("module", "kernel module ntdbg is loaded");
    std::string fix = "sudo make load   (in the source folder; or: sudo modprobe ntdbg)";
    if (facts.open_problem && !facts.open_problem->remedy().empty())
        fix = facts.open_problem->remedy();
    checks.fail("module", "kernel module ntdbg is not loaded", fix);
}

void check_device(Checks &checks, const Facts &facts) {
    if (facts.device_exists)
        return checks.ok("device", NTDBG_DEVICE " exists, " + facts.device_owner);
    if (facts.module_loaded)
        return checks.fail("device", NTDBG_DEVICE " does not exist although the module is loaded",
                           facts.open_problem ? facts.open_problem->remedy()
                                              : "sudo udevadm trigger");
    checks.note("device", NTDBG_DEVICE " does not exist; the module makes it");
}

void check_open(Checks &checks, const Facts &facts) {
    if (opens(facts))
        return checks.ok("open", NTDBG_DEVICE " can be opened");
    if (!facts.device_exists)
        return checks.note("open", "not tried: there is no " NTDBG_DEVICE);
    checks.fail("open", facts.open_problem->text(), facts.open_problem->remedy());
}

void check_abi(Checks &checks, const Facts &facts) {
    if (!facts.info)
        return;
    const ntdbg_info &info = *facts.info;
    if (info.abi_version != NTDBG_ABI_VERSION)
        return checks.fail("abi",
                           fmt::format("module {} speaks abi {}, libntdbg {} speaks abi {}",
                                       info.version, info.abi_version, ntdbg_version(),
                                       NTDBG_ABI_VERSION),
                           "sudo rmmod ntdbg && sudo make load   (in the source folder)");
    checks.ok("abi", fmt::format("module {}, libntdbg {}, both abi {}", info.version,
                                 ntdbg_version(), NTDBG_ABI_VERSION));
}

void check_features(Checks &checks, const Facts &facts) {
    for (const ntdbg_feature &feature : facts.features) {
        std::string name = fmt::format("feature {}", feature.name);
        if (feature.state == NTDBG_FEATURE_PRESENT)
            checks.ok(name, "present");
        else if (feature.state == NTDBG_FEATURE_NEEDED)
            checks.fail(
                name, fmt::format("absent, and nothing works without it: {}", feature.reason),
                "do what the reason says, or boot one of the kernels that the README lists");
        else
            checks.note(name, fmt::format("absent: {}", feature.reason));
    }
}

void check_ftrace(Checks &checks, const Facts &facts) {
    if (facts.ftrace_enabled == "1")
        return checks.ok("ftrace", "kernel.ftrace_enabled is 1");
    if (facts.ftrace_enabled == "0")
        return checks.fail("ftrace", "kernel.ftrace_enabled is 0: no kernel function can be hooked",
                           "sudo sysctl kernel.ftrace_enabled=1");
    if (opens(facts))
        return checks.note("ftrace", "kernel.ftrace_enabled cannot be read");
    checks.note("ftrace", "kernel.ftrace_enabled does not exist: this kernel (" + facts.kernel +
                              ") has no ftrace, or this is a container");
}

void check_lockdown(Checks &checks, const Facts &facts) {
    if (facts.lockdown.empty())
        return checks.ok("lockdown", "this kernel has none");
    if (!lockdown_on(facts))
        return checks.ok("lockdown", facts.lockdown);
    if (opens(facts))
        return checks.note("lockdown", facts.lockdown + ": is on, and does not stop us");
    checks.fail("lockdown", facts.lockdown + ": refuses modules whose key is not enrolled",
                "sudo mokutil --import /var/lib/dkms/mok.pub   (then reboot; or: make vm)");
}

void check_ptrace_scope(Checks &checks, const Facts &facts) {
    if (facts.ptrace_scope.empty())
        return checks.ok("ptrace_scope", "this kernel has no Yama");
    if (facts.ptrace_scope == "0" || (facts.uid == 0 && facts.ptrace_scope != "3"))
        return checks.ok("ptrace_scope", "kernel.yama.ptrace_scope is " + facts.ptrace_scope +
                                             ", attach is allowed");
    if (facts.ptrace_scope == "1")
        return checks.note("ptrace_scope",
                           "kernel.yama.ptrace_scope is 1: run works, attach only to own children",
                           "sudo sysctl kernel.yama.ptrace_scope=0   (or: sudo ntdbg attach PID)");
    checks.note("ptrace_scope",
                "kernel.yama.ptrace_scope is " + facts.ptrace_scope + ": run works, attach " +
                    (facts.ptrace_scope == "2" ? "needs root" : "is off until the next boot"),
                facts.ptrace_scope == "2" ? "sudo ntdbg attach PID" : "");
}

void check_user(Checks &checks, const Facts &facts) {
    std::string who = fmt::format("user id {}, groups", facts.uid);
    for (const std::string &group : facts.groups)
        who += " " + group;
    bool member =
        std::find(facts.groups.begin(), facts.groups.end(), "ntdbg") != facts.groups.end();
    if (facts.uid == 0 || member || opens(facts))
        return checks.ok("user", who);
    checks.note("user", who + ": neither root nor in group ntdbg",
                "sudo adduser $USER ntdbg   (then log in again)");
}

} // namespace

std::vector<Check> diagnose(const Facts &facts) {
    Checks checks;
    checks.ok("kernel", facts.kernel);
    check_lockdown(checks, facts);
    check_ftrace(checks, facts);
    check_module(checks, facts);
    check_device(checks, facts);
    check_user(checks, facts);
    check_open(checks, facts);
    check_abi(checks, facts);
    check_features(checks, facts);
    check_ptrace_scope(checks, facts);
    return checks.take();
}

bool usable(const std::vector<Check> &checks) {
    return std::none_of(checks.begin(), checks.end(),
                        [](const Check &check) { return check.state == CheckState::Fail; });
}

int doctor_command(const DoctorOptions &options) {
    std::vector<Check> checks = diagnose(gather_facts());
    std::string text = options.json ? format_checks_json(checks) : format_checks(checks);
    fwrite(text.data(), 1, text.size(), stdout);
    return usable(checks) ? 0 : kExitFailed;
}

} // namespace ntdbg::tool
