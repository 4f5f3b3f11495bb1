// SPDX-License-Identifier: MIT
// What the library does without the module.
#include <ntdbg-win32/linux.h>

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

class File {
public:
    File() {
        char name[] = "/tmp/ntdbg-win32-XXXXXX";
        fd = mkstemp(name);
        path = name;
    }
    ~File() {
        close(fd);
        unlink(path.c_str());
    }
    HANDLE handle() const { return ntdbg_win32_handle_from_fd(fd); }
    int fd;
    std::string path;
};

HANDLE closed_handle() {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(fd);
    return ntdbg_win32_handle_from_fd(fd);
}

TEST(LastError, IsTheThreadsOwn) {
    SetLastError(17);
    DWORD there = 99;
    std::thread([&there] {
        there = GetLastError();
        SetLastError(5);
    }).join();
    EXPECT_EQ(there, 0u);
    EXPECT_EQ(GetLastError(), 17u);
}

TEST(LastError, IsLeftAloneBySuccess) {
    File file;
    SetLastError(17);
    DWORD flags = 0;
    EXPECT_TRUE(GetHandleInformation(file.handle(), &flags));
    EXPECT_EQ(GetLastError(), 17u);
}

TEST(Handles, OfDescriptors) {
    EXPECT_EQ(ntdbg_win32_handle_to_fd(ntdbg_win32_handle_from_fd(0)), 0);
    EXPECT_EQ(ntdbg_win32_handle_from_fd(-1), nullptr);
    for (HANDLE none : {static_cast<HANDLE>(nullptr), INVALID_HANDLE_VALUE, GetCurrentThread(),
                        closed_handle()}) {
        SetLastError(0);
        EXPECT_EQ(ntdbg_win32_handle_to_fd(none), -1);
        EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
    }
}

TEST(Handles, AreClosed) {
    HANDLE handle = ntdbg_win32_handle_from_fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_TRUE(CloseHandle(handle));
    EXPECT_FALSE(CloseHandle(handle));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST(Handles, InheritFlagIsCloseOnExec) {
    File file;
    fcntl(file.fd, F_SETFD, FD_CLOEXEC);
    DWORD flags = 99;
    ASSERT_TRUE(GetHandleInformation(file.handle(), &flags));
    EXPECT_EQ(flags, 0u);
    ASSERT_TRUE(SetHandleInformation(file.handle(), HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    EXPECT_EQ(fcntl(file.fd, F_GETFD), 0);
    ASSERT_TRUE(SetHandleInformation(file.handle(), 0, 0));
    EXPECT_EQ(fcntl(file.fd, F_GETFD), 0);
    ASSERT_TRUE(SetHandleInformation(file.handle(), HANDLE_FLAG_INHERIT, 0));
    EXPECT_EQ(fcntl(file.fd, F_GETFD), FD_CLOEXEC);
    EXPECT_FALSE(SetHandleInformation(file.handle(), 4, 4));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    EXPECT_FALSE(SetHandleInformation(file.handle(), HANDLE_FLAG_PROTECT_FROM_CLOSE,
                                      HANDLE_FLAG_PROTECT_FROM_CLOSE));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_NOT_SUPPORTED));
}

TEST(Handles, Standard) {
    EXPECT_EQ(ntdbg_win32_handle_to_fd(GetStdHandle(STD_OUTPUT_HANDLE)), 1);
    EXPECT_EQ(GetStdHandle(3), INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST(FinalPath, FollowsTheRuleOfSizes) {
    File file;
    auto size = static_cast<DWORD>(file.path.size());
    char path[MAX_PATH];
    EXPECT_EQ(GetFinalPathNameByHandleA(file.handle(), path, sizeof(path), 0), size);
    EXPECT_EQ(path, file.path);
    EXPECT_EQ(GetFinalPathNameByHandleA(file.handle(), path, size + 1, VOLUME_NAME_NT), size);
    EXPECT_EQ(GetFinalPathNameByHandleA(file.handle(), path, size, 0), size + 1);
    EXPECT_EQ(GetFinalPathNameByHandleA(file.handle(), nullptr, 0, 0), size + 1);

    WCHAR wide[MAX_PATH];
    EXPECT_EQ(GetFinalPathNameByHandleW(file.handle(), wide, MAX_PATH, 0), size);
    EXPECT_EQ(std::u16string(wide), std::u16string(file.path.begin(), file.path.end()));
    EXPECT_EQ(GetFinalPathNameByHandleW(file.handle(), wide, size, 0), size + 1);
}

TEST(FinalPath, OfADeletedFile) {
    File file;
    char path[MAX_PATH];
    unlink(file.path.c_str());
    EXPECT_EQ(GetFinalPathNameByHandleA(file.handle(), path, sizeof(path), 0), file.path.size());
    EXPECT_EQ(path, file.path);
}

TEST(FinalPath, Fails) {
    File file;
    char path[MAX_PATH];
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    struct {
        HANDLE handle;
        DWORD flags;
        DWORD error;
    } cases[] = {
        {nullptr, 0, ERROR_INVALID_HANDLE},
        {closed_handle(), 0, ERROR_INVALID_HANDLE},
        {ntdbg_win32_handle_from_fd(pipes[0]), 0, ERROR_INVALID_HANDLE},
        {file.handle(), 0x100, ERROR_INVALID_PARAMETER},
    };
    for (const auto &one : cases) {
        SetLastError(0);
        EXPECT_EQ(GetFinalPathNameByHandleA(one.handle, path, sizeof(path), one.flags), 0u);
        EXPECT_EQ(GetLastError(), one.error);
    }
    EXPECT_EQ(GetFinalPathNameByHandleA(file.handle(), nullptr, 5, 0), 0u);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    close(pipes[0]);
    close(pipes[1]);
}

TEST(Wait, OnADescriptor) {
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    HANDLE handle = ntdbg_win32_handle_from_fd(pipes[0]);
    EXPECT_EQ(WaitForSingleObject(handle, 0), static_cast<DWORD>(WAIT_TIMEOUT));
    EXPECT_EQ(WaitForSingleObject(handle, 20), static_cast<DWORD>(WAIT_TIMEOUT));
    ASSERT_EQ(write(pipes[1], "", 1), 1);
    EXPECT_EQ(WaitForSingleObject(handle, INFINITE), WAIT_OBJECT_0);
    close(pipes[0]);
    close(pipes[1]);
    EXPECT_EQ(WaitForSingleObject(handle, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
    EXPECT_EQ(WaitForSingleObject(nullptr, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST(DebugLoop, NobodyDebugsAnything) {
    DEBUG_EVENT event;
    SetLastError(0);
    EXPECT_FALSE(WaitForDebugEvent(&event, INFINITE));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
    EXPECT_FALSE(WaitForDebugEventEx(&event, 0));
    EXPECT_FALSE(WaitForDebugEvent(nullptr, 0));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
    EXPECT_FALSE(ContinueDebugEvent(1, 1, DBG_CONTINUE));
    EXPECT_FALSE(DebugSetProcessKillOnExit(FALSE));
    EXPECT_FALSE(DebugActiveProcessStop(1));
    EXPECT_FALSE(ntdbg_win32_cancel_wait());
    SetLastError(0);
    EXPECT_EQ(ntdbg_win32_debug_fd(), -1);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
}

TEST(CreateProcess, ChecksItsArguments) {
    STARTUPINFOA info{};
    info.cb = sizeof(info);
    PROCESS_INFORMATION process{};
    char line[] = "/bin/true";
    auto create = [&](const char *application, char *command_line, DWORD flags, STARTUPINFOA *start,
                      PROCESS_INFORMATION *out) {
        SetLastError(0);
        EXPECT_FALSE(CreateProcessA(application, command_line, nullptr, nullptr, FALSE, flags,
                                    nullptr, nullptr, start, out));
        return GetLastError();
    };
    EXPECT_EQ(create(nullptr, nullptr, 0, &info, &process), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(create(nullptr, line, 0, nullptr, &process), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(create(nullptr, line, 0, &info, nullptr), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(create(nullptr, line, 0x40000000, &info, &process), DWORD{ERROR_INVALID_PARAMETER});
    EXPECT_EQ(create(nullptr, line, EXTENDED_STARTUPINFO_PRESENT, &info, &process),
              DWORD{ERROR_NOT_SUPPORTED});
    char none[] = "no-such-program-anywhere";
    EXPECT_EQ(create(nullptr, none, 0, &info, &process), DWORD{ERROR_FILE_NOT_FOUND});
    char directory[] = "/tmp";
    EXPECT_EQ(create(nullptr, directory, 0, &info, &process), DWORD{ERROR_ACCESS_DENIED});
}

TEST(FormatMessage, OfOurErrors) {
    char text[200];
    DWORD size = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                                ERROR_SEM_TIMEOUT, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), text,
                                sizeof(text), nullptr);
    EXPECT_EQ(std::string(text, size), "Nothing came in time.\r\n");
    EXPECT_EQ(text[size], '\0');

    WCHAR *wide = nullptr;
    size = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_ALLOCATE_BUFFER, nullptr,
                          ERROR_SEM_TIMEOUT, 0, reinterpret_cast<LPWSTR>(&wide), 0, nullptr);
    ASSERT_NE(wide, nullptr);
    EXPECT_EQ(std::u16string(wide, size), u"Nothing came in time.\r\n");
    EXPECT_EQ(LocalFree(wide), nullptr);

    EXPECT_EQ(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, nullptr, ERROR_SEM_TIMEOUT, 0, text, 10,
                             nullptr),
              0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INSUFFICIENT_BUFFER});
    EXPECT_EQ(
        FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, nullptr, 99999, 0, text, sizeof(text), nullptr),
        0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_MR_MID_NOT_FOUND});
    EXPECT_EQ(FormatMessageA(FORMAT_MESSAGE_FROM_STRING, "x", 0, 0, text, sizeof(text), nullptr),
              0u);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_SUPPORTED});
}

TEST(Sleep, LastsAtLeastAsLong) {
    timespec before{};
    timespec after{};
    clock_gettime(CLOCK_MONOTONIC, &before);
    Sleep(20);
    clock_gettime(CLOCK_MONOTONIC, &after);
    EXPECT_GE((after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec,
              20000000L);
}

TEST(Output, WithoutADebuggerNothingHappens) {
    errno = 77;
    OutputDebugStringA("nobody hears this");
    OutputDebugStringW(u"nor this");
    OutputDebugStringA(nullptr);
    EXPECT_EQ(errno, 77);
    EXPECT_FALSE(IsDebuggerPresent());
}

} // namespace
