// SPDX-License-Identifier: MIT
// Tests that run in a process of their own, once by each entry, and say in TAP how they went.
#ifndef NTDBG_NTDLL_TESTS_TAP_H
#define NTDBG_NTDLL_TESTS_TAP_H

#include <sstream>
#include <string>

#include <ntdll.h>

namespace tap {

struct Test {
    Test(const char *name, void (*run)());
    const char *name;
    void (*run)();
    Test *next = nullptr;
};

void failed(const char *file, int line, const std::string &what);
// The rest of the test does not count, because of @why.
[[noreturn]] void skip(const char *why);

template <typename A, typename B>
void equal(const A &a, const B &b, const char *text, const char *file, int line) {
    if (a == b)
        return;
    std::ostringstream what;
    what << text << ": " << std::hex << std::showbase << a << " and " << b;
    failed(file, line, what.str());
}

} // namespace tap

#define TEST(name)                                                                                 \
    static void name();                                                                            \
    static tap::Test test_##name(#name, name);                                                     \
    static void name()

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            tap::failed(__FILE__, __LINE__, #condition);                                           \
    } while (0)
#define CHECK_EQ(a, b) tap::equal((a), (b), #a " == " #b, __FILE__, __LINE__)

// True if @function is among the callers of the one that asks.
bool called_from(void (*function)());

#endif
