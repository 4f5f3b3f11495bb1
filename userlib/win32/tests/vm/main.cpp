// SPDX-License-Identifier: MIT
// win32_test: every function of windows.h on real debuggees, through the real module. For the VM.
//
// usage: win32_test            all tests, TAP
//        win32_test NAME...    these
#include "tap.h"

#include <cstdio>
#include <cstring>
#include <thread>
#include <unistd.h>

#include "debuggee.h"

namespace tap {
namespace {

Test *first;
Test **last = &first;
bool test_failed;
// Longer than any test takes; a hang is a failure that names itself.
constexpr unsigned limit_s = 60;

bool wanted(const Test &test, int argc, char **argv) {
    for (int at = 1; at < argc; at++) {
        if (strcmp(argv[at], test.name) == 0)
            return true;
    }
    return argc == 1;
}

int run(int argc, char **argv) {
    int count = 0;
    for (Test *test = first; test; test = test->next)
        count += wanted(*test, argc, argv);
    printf("TAP version 13\n1..%d\n", count);
    int number = 0;
    int failures = count == 0;
    for (Test *test = first; test; test = test->next) {
        if (!wanted(*test, argc, argv))
            continue;
        test_failed = false;
        printf("# %s\n", test->name);
        fflush(stdout);
        alarm(limit_s);
        std::thread(test->run).join();
        printf("%sok %d - %s\n", test_failed ? "not " : "", ++number, test->name);
        fflush(stdout);
        failures += test_failed;
    }
    return failures != 0;
}

} // namespace

Test::Test(const char *test_name, void (*function)()) : name(test_name), run(function) {
    *last = this;
    last = &next;
}

void failed(const char *file, int line, const std::string &what) {
    test_failed = true;
    const char *base = strrchr(file, '/');
    printf("# %s:%d: not so: %s\n", base ? base + 1 : file, line, what.c_str());
}

} // namespace tap

int main(int argc, char **argv) {
    if (argc > 2 && strcmp(argv[1], debuggee_flag) == 0)
        return debuggee(argv[2], argc - 3, argv + 3);
    return tap::run(argc, argv);
}
