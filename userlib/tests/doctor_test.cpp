// SPDX-License-Identifier: MIT
#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "doctor.h"

namespace {

using namespace ntdbg::tool;

ntdbg_info info(uint32_t abi = NTDBG_ABI_VERSION) {
    ntdbg_info out{};
    out.abi_version = abi;
    strcpy(out.version, "0.1.0");
    return out;
}

ntdbg_feature feature(const char *name, uint32_t state, const char *reason = "") {
    ntdbg_feature out{};
    strcpy(out.name, name);
    strcpy(out.reason, reason);
    out.state = state;
    return out;
}

Facts healthy() {
    Facts facts;
    facts.kernel = "6.1.0-test";
    facts.module_loaded = true;
    facts.device_exists = true;
    facts.device_owner = "mode 0660 root:ntdbg";
    facts.info = info();
    facts.features = {feature("exceptions", NTDBG_FEATURE_PRESENT)};
    facts.ftrace_enabled = "1";
    facts.ptrace_scope = "0";
    facts.lockdown = "[none] integrity confidentiality";
    facts.uid = 1000;
    facts.groups = {"user", "ntdbg"};
    return facts;
}

ntdbg::error problem(int code, int cause, const char *text, const char *remedy) {
    ntdbg_advice advice{};
    advice.size = sizeof(advice);
    advice.cause = cause;
    strcpy(advice.code, "x");
    strcpy(advice.text, text);
    strcpy(advice.remedy, remedy);
    return {code, advice};
}

const Check &find(const std::vector<Check> &checks, std::string_view name) {
    auto found = std::find_if(checks.begin(), checks.end(),
                              [&](const Check &check) { return check.name == name; });
    if (found == checks.end())
        throw std::runtime_error("no check " + std::string(name));
    return *found;
}

TEST(Doctor, Healthy) {
    auto checks = diagnose(healthy());
    EXPECT_TRUE(usable(checks));
    EXPECT_EQ(format_checks(checks), "ok    kernel              6.1.0-test\n"
                                     "ok    lockdown            [none] integrity confidentiality\n"
                                     "ok    ftrace              kernel.ftrace_enabled is 1\n"
                                     "ok    module              kernel module ntdbg is loaded\n"
                                     "ok    device              /dev/dbgport exists, mode 0660 "
                                     "root:ntdbg\n"
                                     "ok    user                user id 1000, groups user ntdbg\n"
                                     "ok    open                /dev/dbgport can be opened\n"
                                     "ok    abi                 module 0.1.0, libntdbg 0.1.0, "
                                     "both abi 1\n"
                                     "ok    feature exceptions  present\n"
                                     "ok    ptrace_scope        kernel.yama.ptrace_scope is 0, "
                                     "attach is allowed\n"
                                     "ntdbg can be used on this machine.\n");
}

TEST(Doctor, ModuleNotLoaded) {
    Facts facts = healthy();
    facts.module_loaded = facts.device_exists = false;
    facts.info.reset();
    facts.features.clear();
    facts.open_problem =
        problem(2, NTDBG_CAUSE_MODULE_NOT_LOADED, "not there", "sudo modprobe ntdbg");
    auto checks = diagnose(facts);
    EXPECT_FALSE(usable(checks));
    EXPECT_EQ(find(checks, "module").state, CheckState::Fail);
    EXPECT_EQ(find(checks, "module").fix, "sudo modprobe ntdbg");
    EXPECT_EQ(find(checks, "open").state, CheckState::Note);
    std::string text = format_checks(checks);
    EXPECT_NE(text.find("try: sudo modprobe ntdbg\n"), std::string::npos);
    EXPECT_NE(text.find("ntdbg cannot be used yet: 1 of "), std::string::npos);
}

TEST(Doctor, NoPermission) {
    Facts facts = healthy();
    facts.groups = {"user"};
    facts.info.reset();
    facts.open_problem = problem(13, NTDBG_CAUSE_NO_PERMISSION, "may not be opened",
                                 "sudo adduser $USER ntdbg\nsudo ntdbg ...");
    auto checks = diagnose(facts);
    EXPECT_FALSE(usable(checks));
    EXPECT_EQ(find(checks, "open").state, CheckState::Fail);
    EXPECT_EQ(find(checks, "user").state, CheckState::Note);
    EXPECT_NE(format_checks(checks).find("try: sudo adduser $USER ntdbg\n"), std::string::npos);
}

TEST(Doctor, AbiMismatch) {
    Facts facts = healthy();
    facts.info = info(NTDBG_ABI_VERSION + 1);
    auto checks = diagnose(facts);
    EXPECT_FALSE(usable(checks));
    EXPECT_NE(find(checks, "abi").text.find("speaks abi 2"), std::string::npos);
}

TEST(Doctor, FtraceOff) {
    Facts facts = healthy();
    facts.ftrace_enabled = "0";
    auto checks = diagnose(facts);
    EXPECT_FALSE(usable(checks));
    EXPECT_EQ(find(checks, "ftrace").fix, "sudo sysctl kernel.ftrace_enabled=1");
}

TEST(Doctor, Lockdown) {
    Facts facts = healthy();
    facts.lockdown = "none [integrity] confidentiality";
    EXPECT_TRUE(usable(diagnose(facts))); // it opens all the same
    facts.open_problem = problem(2, NTDBG_CAUSE_MODULE_REJECTED, "x", "y");
    facts.module_loaded = facts.device_exists = false;
    auto checks = diagnose(facts);
    EXPECT_EQ(find(checks, "lockdown").state, CheckState::Fail);
    EXPECT_FALSE(find(checks, "lockdown").fix.empty());
}

TEST(Doctor, AbsentFeatureSaysWhy) {
    Facts facts = healthy();
    facts.features.push_back(feature("images", NTDBG_FEATURE_ABSENT, "vm_mmap_pgoff is missing"));
    auto checks = diagnose(facts);
    EXPECT_TRUE(usable(checks));
    EXPECT_EQ(find(checks, "feature images").text, "absent: vm_mmap_pgoff is missing");
}

TEST(Doctor, AFeatureThatEverythingNeedsMakesItUnusable) {
    Facts facts = healthy();
    facts.features.push_back(
        feature("thread-exit", NTDBG_FEATURE_NEEDED, "this kernel has no function do_exit"));
    auto checks = diagnose(facts);
    EXPECT_EQ(find(checks, "feature thread-exit").state, CheckState::Fail);
    EXPECT_EQ(find(checks, "feature thread-exit").text,
              "absent, and nothing works without it: this kernel has no function do_exit");
    EXPECT_FALSE(usable(checks));
}

TEST(Doctor, PtraceScope) {
    Facts facts = healthy();
    for (auto [scope, uid, state] : {std::tuple{"", 1000, CheckState::Ok},
                                     {"1", 1000, CheckState::Note},
                                     {"1", 0, CheckState::Ok},
                                     {"2", 1000, CheckState::Note},
                                     {"3", 0, CheckState::Note}}) {
        facts.ptrace_scope = scope;
        facts.uid = static_cast<uid_t>(uid);
        EXPECT_EQ(find(diagnose(facts), "ptrace_scope").state, state) << scope << " " << uid;
    }
}

TEST(Doctor, Json) {
    Facts facts = healthy();
    facts.ftrace_enabled = "0";
    std::istringstream lines(format_checks_json(diagnose(facts)));
    std::vector<nlohmann::json> all;
    for (std::string line; std::getline(lines, line);)
        all.push_back(nlohmann::json::parse(line));
    EXPECT_EQ(all.back()["usable"], false);
    EXPECT_EQ(all[2]["name"], "ftrace");
    EXPECT_EQ(all[2]["state"], "fail");
    EXPECT_EQ(all[2]["fix"], "sudo sysctl kernel.ftrace_enabled=1");
}

TEST(Doctor, GatherWorksAnywhere) {
    Facts facts = gather_facts();
    EXPECT_FALSE(facts.kernel.empty());
    EXPECT_FALSE(facts.groups.empty());
    EXPECT_EQ(facts.info.has_value(), !facts.open_problem.has_value());
}

} // namespace
