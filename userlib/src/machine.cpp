// SPDX-License-Identifier: MIT
#include "machine.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace ntdbg::detail {

namespace {

constexpr size_t kPathMax = 512;

class File {
public:
    File(const char *root, const char *path) {
        char whole[kPathMax];
        if (snprintf(whole, sizeof(whole), "%s%s", root, path) < static_cast<int>(sizeof(whole)))
            fd_ = open(whole, O_RDONLY | O_CLOEXEC);
    }
    ~File() {
        if (fd_ >= 0)
            close(fd_);
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;

    explicit operator bool() const { return fd_ >= 0; }

    // As much as fits, with a NUL behind it.
    size_t read_all(char *out, size_t size) const {
        size_t used = 0;
        while (fd_ >= 0 && used + 1 < size) {
            ssize_t n = read(fd_, out + used, size - 1 - used);
            if (n <= 0)
                break;
            used += static_cast<size_t>(n);
        }
        out[used] = '\0';
        return used;
    }

private:
    int fd_ = -1;
};

} // namespace

bool Machine::exists(const char *path) const {
    char whole[kPathMax];
    snprintf(whole, sizeof(whole), "%s%s", root_, path);
    return access(whole, F_OK) == 0;
}

void Machine::line(const char *path, char *out, size_t size) const {
    File(root_, path).read_all(out, size);
    out[strcspn(out, "\n")] = '\0';
}

bool Machine::module_installed() const {
    utsname system{};
    uname(&system);
    static constexpr const char *kFolders[] = {"extra", "updates", "updates/dkms", "kernel/extra"};
    static constexpr const char *kEndings[] = {"", ".xz", ".zst", ".gz"};
    for (const char *folder : kFolders) {
        for (const char *ending : kEndings) {
            char path[kPathMax];
            snprintf(path, sizeof(path), "/lib/modules/%s/%s/ntdbg.ko%s", system.release, folder,
                     ending);
            if (exists(path))
                return true;
        }
    }
    return false;
}

bool Machine::lockdown_on() const {
    char text[64];
    line("/sys/kernel/security/lockdown", text, sizeof(text));
    return text[0] != '\0' && !strstr(text, "[none]");
}

int Machine::ptrace_scope() const {
    char text[16];
    line("/proc/sys/kernel/yama/ptrace_scope", text, sizeof(text));
    return text[0] ? atoi(text) : -1; // NOLINT(cert-err34-c): the kernel wrote a number
}

pid_t Machine::tracer_of(pid_t pid) const {
    char path[64];
    char text[4096];
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    File(root_, path).read_all(text, sizeof(text));
    const char *found = strstr(text, "\nTracerPid:");
    return found ? atoi(found + strlen("\nTracerPid:")) : 0; // NOLINT(cert-err34-c)
}

void Machine::command_of(pid_t pid, char *out, size_t size) const {
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/comm", pid);
    line(path, out, size);
}

bool Machine::device_owner(const char *device, char *out, size_t size) const {
    char whole[kPathMax];
    struct stat info {};
    snprintf(whole, sizeof(whole), "%s%s", root_, device);
    if (stat(whole, &info) < 0)
        return false;
    const passwd *user = getpwuid(info.st_uid);
    const group *grp = getgrgid(info.st_gid);
    snprintf(out, size, "mode %04o %s:%s", info.st_mode & 07777u, user ? user->pw_name : "?",
             grp ? grp->gr_name : "?");
    return true;
}

} // namespace ntdbg::detail
