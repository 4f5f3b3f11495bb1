// SPDX-License-Identifier: MIT
// Errors in words, on machines that a folder stands for.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "advice.h"

namespace {

using ntdbg::detail::Machine;
namespace fs = std::filesystem;

class AdviceTest : public testing::Test {
protected:
    AdviceTest() : root_(testing::TempDir() + "ntdbg_advice_" + std::to_string(getpid())) {
        fs::create_directories(root_);
    }
    ~AdviceTest() override { fs::remove_all(root_); }

    void file(const std::string &path, const std::string &text) {
        fs::path whole = root_ + path;
        fs::create_directories(whole.parent_path());
        std::ofstream(whole) << text;
    }
    ntdbg_advice open(int error) {
        ntdbg_advice advice{};
        ntdbg::detail::explain_open(Machine(root_.c_str()), error, "/dev/dbgport", &advice);
        return advice;
    }
    ntdbg_advice attach(int error) {
        file("/proc/4301/comm", "crash-av\n");
        ntdbg_advice advice{};
        ntdbg::detail::explain_attach(Machine(root_.c_str()), error, 4301, &advice);
        return advice;
    }
    static bool has(const char *text, const char *part) { return strstr(text, part) != nullptr; }

    std::string root_;
};

TEST_F(AdviceTest, ModuleNotLoaded) {
    auto advice = open(ENOENT);
    EXPECT_EQ(advice.cause, NTDBG_CAUSE_MODULE_NOT_LOADED);
    EXPECT_STREQ(advice.code, "module-not-loaded");
    EXPECT_STREQ(advice.text, "/dev/dbgport does not exist: kernel module ntdbg is not loaded");
    EXPECT_TRUE(has(advice.remedy, "sudo make load"));
}

TEST_F(AdviceTest, ModuleLoadedButNoDevice) {
    file("/sys/module/ntdbg/version", "0.1.0");
    auto advice = open(ENOENT);
    EXPECT_EQ(advice.cause, NTDBG_CAUSE_NO_DEVICE);
    EXPECT_TRUE(has(advice.remedy, "mknod"));
}

TEST_F(AdviceTest, Lockdown) {
    file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    EXPECT_EQ(open(ENOENT).cause, NTDBG_CAUSE_MODULE_REJECTED);
    EXPECT_EQ(open(EPERM).cause, NTDBG_CAUSE_LOCKDOWN);
    file("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    EXPECT_EQ(open(ENOENT).cause, NTDBG_CAUSE_MODULE_NOT_LOADED);
    EXPECT_EQ(open(EPERM).cause, NTDBG_CAUSE_NO_PERMISSION);
}

TEST_F(AdviceTest, Permission) {
    file("/dev/dbgport", "");
    auto advice = open(EACCES);
    EXPECT_EQ(advice.cause, NTDBG_CAUSE_NO_PERMISSION);
    EXPECT_TRUE(has(advice.text, "mode 0"));
    EXPECT_TRUE(has(advice.remedy, "sudo adduser $USER ntdbg"));
    EXPECT_TRUE(has(advice.remedy, "sudo make install")); // its group is not ours
}

TEST_F(AdviceTest, WrongDeviceAndAbi) {
    EXPECT_EQ(open(ENOTTY).cause, NTDBG_CAUSE_NOT_A_PORT);
    auto advice = open(EPROTO);
    EXPECT_EQ(advice.cause, NTDBG_CAUSE_ABI_MISMATCH);
    EXPECT_TRUE(has(advice.text, "libntdbg 0.1.0 (1)"));
    EXPECT_EQ(open(EMFILE).cause, NTDBG_CAUSE_NO_RESOURCES);
    EXPECT_EQ(open(EIO).cause, NTDBG_CAUSE_OTHER);
}

TEST_F(AdviceTest, AttachDeniedNamesThePolicy) {
    auto advice = attach(EPERM);
    EXPECT_TRUE(has(advice.text, "process 4301 (crash-av) may not be debugged"));
    EXPECT_TRUE(has(advice.text, "another user's"));
    file("/proc/sys/kernel/yama/ptrace_scope", "1\n");
    EXPECT_TRUE(has(attach(EPERM).text, "ptrace_scope is 1"));
    EXPECT_TRUE(has(attach(EPERM).remedy, "sysctl kernel.yama.ptrace_scope=0"));
    file("/proc/sys/kernel/yama/ptrace_scope", "2\n");
    EXPECT_TRUE(has(attach(EPERM).text, "root only"));
    EXPECT_TRUE(has(attach(EPERM).remedy, "sudo ntdbg attach 4301"));
    file("/proc/sys/kernel/yama/ptrace_scope", "3\n");
    EXPECT_TRUE(has(attach(EPERM).text, "forbids every attach"));
    EXPECT_TRUE(has(attach(EPERM).remedy, "ntdbg run"));
}

TEST_F(AdviceTest, AlreadyDebugged) {
    auto advice = attach(EBUSY);
    EXPECT_EQ(advice.cause, NTDBG_CAUSE_ALREADY_DEBUGGED);
    EXPECT_TRUE(has(advice.text, "has a debug port already"));
    file("/proc/4301/status", "Name:\tcrash-av\nState:\tR\nTracerPid:\t77\nUid:\t0\n");
    file("/proc/77/comm", "gdb\n");
    EXPECT_TRUE(has(attach(EBUSY).text, "process 77 (gdb)"));
}

TEST_F(AdviceTest, OtherAttachErrors) {
    EXPECT_EQ(attach(ESRCH).cause, NTDBG_CAUSE_NO_SUCH_PROCESS);
    EXPECT_EQ(attach(EDEADLK).cause, NTDBG_CAUSE_SELF);
    EXPECT_EQ(attach(EACCES).cause, NTDBG_CAUSE_KERNEL_THREAD);
    EXPECT_EQ(attach(EOWNERDEAD).cause, NTDBG_CAUSE_EXITING);
    EXPECT_EQ(attach(EOPNOTSUPP).cause, NTDBG_CAUSE_UNSUPPORTED);
    EXPECT_TRUE(has(attach(EOPNOTSUPP).remedy, "ntdbg doctor"));
    EXPECT_EQ(attach(ENOMEM).cause, NTDBG_CAUSE_NO_RESOURCES);
    EXPECT_EQ(attach(EINVAL).cause, NTDBG_CAUSE_BAD_ARGUMENT);
}

TEST(Advice, Launch) {
    auto explain = [](int error, uint32_t stage) {
        auto advice = NTDBG_OPTS(ntdbg_advice);
        ntdbg_explain_launch(error, stage, "nosuch", &advice);
        return advice;
    };
    EXPECT_EQ(explain(-ENOENT, NTDBG_STAGE_EXEC).cause, NTDBG_CAUSE_PROGRAM_NOT_FOUND);
    EXPECT_EQ(explain(-EACCES, NTDBG_STAGE_EXEC).cause, NTDBG_CAUSE_PROGRAM_NOT_EXECUTABLE);
    EXPECT_STREQ(explain(-EACCES, NTDBG_STAGE_EXEC).remedy, "chmod +x nosuch");
    EXPECT_EQ(explain(-ENOEXEC, NTDBG_STAGE_EXEC).cause, NTDBG_CAUSE_PROGRAM_NOT_EXECUTABLE);
    EXPECT_EQ(explain(-EBUSY, NTDBG_STAGE_LAUNCH).cause, NTDBG_CAUSE_ALREADY_DEBUGGED);
    EXPECT_EQ(explain(-EOPNOTSUPP, NTDBG_STAGE_LAUNCH).cause, NTDBG_CAUSE_UNSUPPORTED);
    EXPECT_EQ(explain(-ENOENT, NTDBG_STAGE_CHDIR).cause, NTDBG_CAUSE_BAD_ARGUMENT);
    EXPECT_EQ(explain(-EAGAIN, NTDBG_STAGE_FORK).cause, NTDBG_CAUSE_NO_RESOURCES);
}

TEST(Advice, DetachWaitContinue) {
    auto advice = NTDBG_OPTS(ntdbg_advice);
    EXPECT_EQ(ntdbg_explain_detach(-ENOTCONN, 5, &advice), NTDBG_CAUSE_NOT_OURS);
    EXPECT_EQ(ntdbg_explain_detach(-ESRCH, 5, &advice), NTDBG_CAUSE_NO_SUCH_PROCESS);
    EXPECT_EQ(ntdbg_explain_wait(-ECHILD, &advice), NTDBG_CAUSE_NO_EVENT);
    EXPECT_EQ(ntdbg_explain_wait(-ETIMEDOUT, &advice), NTDBG_CAUSE_NO_EVENT);
    EXPECT_EQ(ntdbg_explain_wait(-EMSGSIZE, &advice), NTDBG_CAUSE_BAD_ARGUMENT);
    EXPECT_EQ(ntdbg_explain_continue(-ENOENT, 5, 6, &advice), NTDBG_CAUSE_NO_EVENT);
    EXPECT_EQ(ntdbg_explain_continue(EINVAL, 5, 6, &advice), NTDBG_CAUSE_BAD_ARGUMENT);
    EXPECT_EQ(ntdbg_explain_open(0, nullptr, &advice), NTDBG_CAUSE_NONE);
}

// A caller that was compiled with a shorter struct gets no more than it has.
TEST(Advice, ShorterStruct) {
    auto advice = NTDBG_OPTS(ntdbg_advice);
    advice.size = offsetof(ntdbg_advice, text);
    strcpy(advice.text, "untouched");
    ntdbg_explain_open(-ENOENT, nullptr, &advice);
    EXPECT_STREQ(advice.text, "untouched");
    EXPECT_NE(advice.code[0], '\0');
}

} // namespace
