// SPDX-License-Identifier: MIT
#include "program.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace {

using ntdbg::win32::Array;
using ntdbg::win32::find_program;
namespace fs = std::filesystem;

class Program : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/ntdbg-win32-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        directory = name;
        old_path = getenv("PATH");
        old_directory = fs::current_path();
        fs::create_directory(directory / "bin");
        make("bin/prog", 0755);
        make("bin/data", 0644);
        make("my prog", 0755);
        fs::create_directory(directory / "my");
        setenv("PATH", (directory / "bin").c_str(), 1);
        fs::current_path(directory);
    }
    void TearDown() override {
        fs::current_path(old_directory);
        setenv("PATH", old_path.c_str(), 1);
        fs::remove_all(directory);
    }
    void make(const char *name, mode_t mode) {
        int fd = open((directory / name).c_str(), O_CREAT | O_WRONLY, 0600);
        ASSERT_GE(fd, 0);
        fchmod(fd, mode);
        close(fd);
    }
    // The path, or the error's name.
    std::string find(const char *application, const char *command_line, bool other = false) {
        Array<char> path;
        int error = find_program(application, command_line, other, &path);
        return error ? strerrorname_np(error) : std::string(path.data());
    }
    std::string in(const char *name) { return (directory / name).string(); }

    fs::path directory;
    std::string old_path;
    fs::path old_directory;
};

TEST_F(Program, IsLookedForInPath) {
    EXPECT_EQ(find(nullptr, "prog a b"), in("bin/prog"));
    EXPECT_EQ(find(nullptr, "\"prog\" a"), in("bin/prog"));
    EXPECT_EQ(find(nullptr, "none"), "ENOENT");
    EXPECT_EQ(find(nullptr, "data"), "EACCES");
    EXPECT_EQ(find(nullptr, ""), "ENOENT");
}

TEST_F(Program, ASlashMeansNoPath) {
    EXPECT_EQ(find(nullptr, "bin/prog x"), "bin/prog");
    EXPECT_EQ(find(nullptr, "./prog"), "ENOENT");
}

TEST_F(Program, TheCurrentDirectoryIsNotSearched) {
    EXPECT_EQ(find(nullptr, "\"my prog\""), "ENOENT");
    setenv("PATH", "", 1);
    EXPECT_EQ(find(nullptr, "\"my prog\""), "./my prog");
}

TEST_F(Program, AnUnquotedNameGrowsUntilItIsThere) {
    // "my" is there, but a directory.
    EXPECT_EQ(find(nullptr, (in("my prog") + " one two").c_str()), in("my prog"));
    EXPECT_EQ(find(nullptr, "./my none"), "EACCES");
}

TEST_F(Program, AnApplicationIsTakenAsItIs) {
    EXPECT_EQ(find("bin/prog", "whatever"), "bin/prog");
    EXPECT_EQ(find("prog", nullptr), "prog");
    EXPECT_EQ(find("", "prog"), "ENOENT");
}

TEST_F(Program, AnotherDirectoryMakesItAbsolute) {
    EXPECT_EQ(find(nullptr, "bin/prog", true), fs::canonical(directory).string() + "/bin/prog");
    EXPECT_EQ(find("/bin/sh", nullptr, true), "/bin/sh");
}

} // namespace
