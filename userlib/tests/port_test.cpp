// SPDX-License-Identifier: MIT
// What the port's functions do without a module: errors, and nothing left open.
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "opts.h"
#include "port.h"

#include <ntdbg/ntdbg.hpp>

namespace {

int open_files() {
    int n = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

TEST(Port, OpenErrors) {
    int before = open_files();
    auto opts = NTDBG_OPTS(ntdbg_open_opts);
    ntdbg_port *port = nullptr;
    opts.device = "/nonexistent";
    errno = 77;
    EXPECT_EQ(ntdbg_port_open(&port, &opts), -ENOENT);
    EXPECT_EQ(errno, 77);
    opts.device = "/dev/null";
    EXPECT_EQ(ntdbg_port_open(&port, &opts), -ENOTTY);
    EXPECT_EQ(port, nullptr);
    EXPECT_EQ(ntdbg_port_from_fd(&port, -1), -EBADF);
    EXPECT_EQ(open_files(), before);
    ntdbg_port_close(nullptr);
}

TEST(Port, OptionStructs) {
    struct Newer {
        ntdbg_open_opts old;
        uint64_t more;
    };
    ntdbg_port *port = nullptr;
    Newer newer{};
    newer.old.size = sizeof(newer);
    newer.old.device = "/nonexistent";
    auto *opts = reinterpret_cast<ntdbg_open_opts *>(&newer);
    EXPECT_EQ(ntdbg_port_open(&port, opts), -ENOENT); // a zero tail is nothing new
    newer.more = 1;
    EXPECT_EQ(ntdbg_port_open(&port, opts), -E2BIG);
    newer.old.size = 0;
    EXPECT_EQ(ntdbg_port_open(&port, opts), -EINVAL);

    ntdbg_launch_opts ours;
    ntdbg_launch_opts shorter{};
    shorter.size = offsetof(ntdbg_launch_opts, envp);
    shorter.flags = 3;
    shorter.cwd = "ignored: behind the end";
    EXPECT_EQ(ntdbg::detail::take_opts(&ours, &shorter), 0);
    EXPECT_EQ(ours.flags, 3u);
    EXPECT_EQ(ours.cwd, nullptr);
}

// A launch that fails in the child is reported with its stage, and leaves no
// child and no descriptor.
TEST(Port, LaunchFailures) {
    int before = open_files();
    ntdbg_port not_a_port{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    char program[] = "true";
    char *argv[] = {program, nullptr};
    auto opts = NTDBG_OPTS(ntdbg_launch_opts);
    EXPECT_EQ(ntdbg_port_launch(&not_a_port, argv, &opts), -ENOTTY);
    EXPECT_EQ(opts.failed_stage, static_cast<uint32_t>(NTDBG_STAGE_LAUNCH));
    opts.cwd = "/nonexistent";
    EXPECT_EQ(ntdbg_port_launch(&not_a_port, argv, &opts), -ENOENT);
    EXPECT_EQ(opts.failed_stage, static_cast<uint32_t>(NTDBG_STAGE_CHDIR));
    EXPECT_EQ(ntdbg_port_launch(&not_a_port, argv, nullptr), -ENOTTY);
    argv[0] = nullptr;
    EXPECT_EQ(ntdbg_port_launch(&not_a_port, argv, &opts), -EINVAL);
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    close(not_a_port.fd);
    EXPECT_EQ(open_files(), before);
}

TEST(Port, CallsOnSomethingElse) {
    ntdbg_port not_a_port{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    ntdbg_stats stats;
    alignas(8) char buffer[64];
    uint32_t done = 77;
    EXPECT_EQ(ntdbg_port_stats(&not_a_port, &stats), -ENOTTY);
    EXPECT_EQ(ntdbg_port_set_flags(&not_a_port, 0), -ENOTTY);
    EXPECT_EQ(ntdbg_port_attach(&not_a_port, 1), -ENOTTY);
    EXPECT_EQ(ntdbg_port_attach(&not_a_port, -1), -ESRCH);
    EXPECT_EQ(ntdbg_port_detach(&not_a_port, 0), -ESRCH);
    EXPECT_EQ(ntdbg_port_wait(&not_a_port, buffer, sizeof(buffer), 1000, 0), -ENOTTY);
    EXPECT_EQ(ntdbg_port_continue(&not_a_port, 1, 1, NTDBG_DBG_CONTINUE), -ENOTTY);
    EXPECT_EQ(ntdbg_port_continue_wait(&not_a_port, 1, 1, NTDBG_DBG_CONTINUE, buffer,
                                       sizeof(buffer), NTDBG_FOREVER, 0, &done),
              -ENOTTY);
    EXPECT_EQ(done, 0u);
    EXPECT_EQ(ntdbg_port_read(&not_a_port, buffer, sizeof(buffer)), 0);
    close(not_a_port.fd);
}

TEST(Port, CxxErrorHasTheAdvice) {
    auto port = ntdbg::port::open("/nonexistent");
    ASSERT_FALSE(port);
    EXPECT_EQ(port.error().code(), ENOENT);
    EXPECT_FALSE(port.error().text().empty());
    EXPECT_FALSE(port.error().remedy().empty());
    EXPECT_THROW(std::move(port).value(), std::system_error);
}

} // namespace
