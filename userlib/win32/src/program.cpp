// SPDX-License-Identifier: MIT
#include "program.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include "command_line.h"

namespace ntdbg::win32 {
namespace {

// 0 if there is a program at @path, else why not.
int check_program(const char *path) {
    struct stat status {};
    if (stat(path, &status) < 0)
        return errno;
    if (!S_ISREG(status.st_mode) || access(path, X_OK) < 0)
        return EACCES;
    return 0;
}

bool set(Array<char> *path, const char *directory, size_t directory_size, const char *name,
         size_t name_size) {
    path->truncate(0);
    return path->append(directory, directory_size) && (directory_size == 0 || path->push('/')) &&
           path->append(name, name_size) && path->push('\0');
}

// As execvp() looks: a program that may not be run is reported only if there is no other.
int search_path(const char *name, size_t size, Array<char> *path) {
    const char *at = getenv("PATH");
    if (!at)
        at = "/bin:/usr/bin";
    int error = ENOENT;
    for (;;) {
        const char *end = strchrnul(at, ':');
        // An empty entry is the current directory.
        bool here = end == at;
        if (!set(path, here ? "." : at, here ? 1 : static_cast<size_t>(end - at), name, size))
            return ENOMEM;
        int why = check_program(path->data());
        if (why == 0)
            return 0;
        if (why == EACCES)
            error = EACCES;
        if (!*end)
            return error;
        at = end + 1;
    }
}

int find_name(const char *name, size_t size, Array<char> *path) {
    if (!memchr(name, '/', size))
        return search_path(name, size, path);
    if (!set(path, "", 0, name, size))
        return ENOMEM;
    return check_program(path->data());
}

// The first of the names that the command line can mean which is there.
int find_in_command_line(const char *command_line, Array<char> *path) {
    ProgramNames names(command_line);
    const char *name = nullptr;
    size_t size = 0;
    int error = ENOENT;
    while (names.next(&name, &size)) {
        int why = find_name(name, size, path);
        if (why == 0 || why == ENOMEM)
            return why;
        if (why == EACCES)
            error = EACCES;
    }
    return error;
}

int make_absolute(Array<char> *path) {
    if ((*path)[0] == '/')
        return 0;
    char directory[PATH_MAX];
    if (!getcwd(directory, sizeof(directory)))
        return errno;
    Array<char> absolute;
    if (!set(&absolute, directory, strlen(directory), path->data(), path->size() - 1))
        return ENOMEM;
    path->swap(absolute);
    return 0;
}

} // namespace

int find_program(const char *application, const char *command_line, bool other_directory,
                 Array<char> *path) {
    int error = 0;
    if (!application)
        error = find_in_command_line(command_line, path);
    else if (!*application)
        error = ENOENT;
    else if (!set(path, "", 0, application, strlen(application)))
        error = ENOMEM;
    if (error == 0 && other_directory)
        error = make_absolute(path);
    return error;
}

} // namespace ntdbg::win32
