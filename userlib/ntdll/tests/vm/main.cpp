// SPDX-License-Identifier: MIT
#include "tap.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

namespace {

constexpr const char *kEntries[] = {"syscall", "gateway", "int2e"};
constexpr int kFailed = 1;
constexpr int kSkipped = 4;

tap::Test *first = nullptr;
tap::Test **last = &first;
int failures = 0;

// In a fresh process, so that the library starts by that entry. What it printed stands before its
// line.
int run(const char *program, const char *entry, const char *test) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        setenv("NTDBG_NT_ENTRY", entry, 1);
        dup2(STDOUT_FILENO, STDERR_FILENO);
        alarm(60);
        execl(program, program, test, static_cast<char *>(nullptr));
        _exit(kFailed);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return kFailed;
    if (WIFSIGNALED(status))
        printf("# killed by signal %d\n", WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
}

struct Search {
    void *wanted;
    bool found;
};

_Unwind_Reason_Code look(_Unwind_Context *context, void *argument) {
    auto *search = static_cast<Search *>(argument);
    int before = 0;
    auto ip = _Unwind_GetIPInfo(context, &before);
    if (_Unwind_FindEnclosingFunction(reinterpret_cast<void *>(ip - (before ? 0 : 1))) ==
        search->wanted)
        search->found = true;
    return _URC_NO_REASON;
}

} // namespace

namespace tap {

Test::Test(const char *test_name, void (*test)()) : name(test_name), run(test) {
    *last = this;
    last = &next;
}

void failed(const char *file, int line, const std::string &what) {
    const char *base = strrchr(file, '/');
    printf("# %s:%d: %s\n", base ? base + 1 : file, line, what.c_str());
    fflush(stdout);
    failures++;
}

void skip(const char *why) {
    printf("# %s\n", why);
    fflush(stdout);
    _exit(failures ? kFailed : kSkipped);
}

} // namespace tap

bool called_from(void (*function)()) {
    Search search = {reinterpret_cast<void *>(function), false};
    _Unwind_Backtrace(look, &search);
    return search.found;
}

int main(int argc, char **argv) {
    if (argc == 2) {
        for (tap::Test *test = first; test; test = test->next) {
            if (strcmp(test->name, argv[1]) == 0) {
                test->run();
                return failures ? kFailed : 0;
            }
        }
        return kFailed;
    }
    int count = 0;
    for (tap::Test *test = first; test; test = test->next)
        count++;
    printf("TAP version 13\n1..%d\n", count * static_cast<int>(std::size(kEntries)));
    int number = 0;
    int status = 0;
    for (const char *entry : kEntries) {
        for (tap::Test *test = first; test; test = test->next) {
            int result = run("/proc/self/exe", entry, test->name);
            number++;
            if (result == kSkipped) {
                printf("ok %d - %s, by %s # SKIP it says why above\n", number, test->name, entry);
                continue;
            }
            printf("%sok %d - %s, by %s\n", result == 0 ? "" : "not ", number, test->name, entry);
            if (result != 0)
                status = 1;
        }
    }
    return status;
}
