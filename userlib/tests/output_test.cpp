// SPDX-License-Identifier: MIT
#include <cerrno>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "commands.h"
#include "output.h"
#include "report.h"

namespace {

using namespace ntdbg::tool;

TEST(Output, WritesAtOnce) {
    std::string path = testing::TempDir() + "ntdbg_output_test";
    auto output = Output::open(path).value();
    output.write("one\n");
    output.write("two\n");
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_EQ(text.str(), "one\ntwo\n");
    EXPECT_EQ(output.failure(), 0);
    remove(path.c_str());
}

TEST(Output, CannotOpen) {
    auto output = Output::open("/nonexistent/folder/log");
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().text(),
              "the log file /nonexistent/folder/log cannot be written: No such file or directory");
}

TEST(Output, RemembersTheFirstFailure) {
    auto output = Output::open("/dev/full").value();
    output.write("text\n");
    EXPECT_EQ(output.failure(), ENOSPC);
    output.write("more\n");
    EXPECT_EQ(output.failure(), ENOSPC);
}

TEST(Report, ErrorShape) {
    EXPECT_EQ(format_error("a-code", "what failed: why", "first\nsecond"),
              "ntdbg: error[a-code]: what failed: why\n  try:  first\n        second\n");
    EXPECT_EQ(format_error("x", "y", ""), "ntdbg: error[x]: y\n");
}

TEST(Report, ShellStatus) {
    EXPECT_EQ(shell_status(0), 0);
    EXPECT_EQ(shell_status(3 << 8), 3);
    EXPECT_EQ(shell_status(11 | 0x80), 139);
}

TEST(Report, ExitStatusOfEachCause) {
    EXPECT_EQ(exit_status_of(NTDBG_CAUSE_MODULE_NOT_LOADED), 3);
    EXPECT_EQ(exit_status_of(NTDBG_CAUSE_NO_PERMISSION), 4);
    EXPECT_EQ(exit_status_of(NTDBG_CAUSE_UNSUPPORTED), 5);
    EXPECT_EQ(exit_status_of(NTDBG_CAUSE_ABI_MISMATCH), 6);
    EXPECT_EQ(exit_status_of(NTDBG_CAUSE_NO_SUCH_PROCESS), 1);
}

} // namespace
