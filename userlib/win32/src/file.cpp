// SPDX-License-Identifier: MIT
#include <cerrno>
#include <climits>
#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

#include "last_error.h"
#include "text.h"

namespace ntdbg::win32 {
namespace {

constexpr DWORD known_flags =
    FILE_NAME_OPENED | VOLUME_NAME_GUID | VOLUME_NAME_NT | VOLUME_NAME_NONE;

// The kernel notes it behind the path that a deleted file had.
void drop_note_of_deletion(int fd, Array<char> *path) {
    constexpr char note[] = " (deleted)";
    constexpr size_t size = sizeof(note) - 1;
    struct stat status {};
    if (path->size() > size && memcmp(path->data() + path->size() - size, note, size) == 0 &&
        fstat(fd, &status) == 0 && status.st_nlink == 0)
        path->truncate(path->size() - size);
}

// The path of what is open there.
DWORD path_of(HANDLE file, Array<char> *path) {
    char link[32];
    int fd = ntdbg_handle_to_fd(file);
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    char *place = path->grow(PATH_MAX);
    if (!place)
        return ERROR_NOT_ENOUGH_MEMORY;
    ssize_t size = readlink(link, place, PATH_MAX);
    if (size < 0)
        return fd < 0 || errno == ENOENT ? ERROR_INVALID_HANDLE : error_of_errno(errno);
    path->truncate(static_cast<size_t>(size));
    drop_note_of_deletion(fd, path);
    // A pipe, a handle of a process, ...: no file.
    return size > 0 && (*path)[0] == '/' ? NO_ERROR : ERROR_INVALID_HANDLE;
}

// The rule of sizes, which counts the NUL only when there is no room for it.
template <typename Char>
DWORD copy_path(const Char *from, size_t size, Char *to, DWORD room) {
    if (size >= room) {
        fail(ERROR_NOT_ENOUGH_MEMORY);
        return static_cast<DWORD>(size + 1);
    }
    memcpy(to, from, size * sizeof(Char));
    to[size] = 0;
    return static_cast<DWORD>(size);
}

DWORD check(HANDLE file, const void *buffer, DWORD size, DWORD flags, Array<char> *path) {
    if (flags & ~known_flags || (!buffer && size > 0))
        return ERROR_INVALID_PARAMETER;
    return path_of(file, path);
}

} // namespace
} // namespace ntdbg::win32

using namespace ntdbg::win32;

DWORD GetFinalPathNameByHandleA(HANDLE file, LPSTR path, DWORD size, DWORD flags) {
    Array<char> bytes;
    if (DWORD error = check(file, path, size, flags, &bytes))
        return static_cast<DWORD>(fail(error));
    return copy_path(bytes.data(), bytes.size(), path, size);
}

DWORD GetFinalPathNameByHandleW(HANDLE file, LPWSTR path, DWORD size, DWORD flags) {
    Array<char> bytes;
    if (DWORD error = check(file, path, size, flags, &bytes))
        return static_cast<DWORD>(fail(error));
    Array<char16_t> wide;
    if (!append_utf16(bytes.data(), bytes.size(), &wide))
        return static_cast<DWORD>(fail(ERROR_NOT_ENOUGH_MEMORY));
    return copy_path(wide.data(), wide.size(), path, size);
}
