// SPDX-License-Identifier: MIT
// Tests that say how they went in TAP. Each runs in a thread of its own, whose end closes its
// debug object, and with it whatever the test has left behind.
#ifndef NTDBG_WIN32_TESTS_TAP_H
#define NTDBG_WIN32_TESTS_TAP_H

#include <sstream>
#include <string>

namespace tap {

struct Test {
    Test(const char *name, void (*run)());
    const char *name;
    void (*run)();
    Test *next = nullptr;
};

void failed(const char *file, int line, const std::string &what);

template <typename A, typename B>
bool equal(const A &a, const B &b, const char *text, const char *file, int line) {
    if (a == b)
        return true;
    std::ostringstream what;
    what << text << ": " << std::hex << std::showbase << a << " and " << b;
    failed(file, line, what.str());
    return false;
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
// For what the rest of the test needs.
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return tap::failed(__FILE__, __LINE__, #condition);                                    \
    } while (0)
// The call failed, and with that error.
#define CHECK_ERROR(call, error)                                                                   \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        CHECK(!(call));                                                                            \
        CHECK_EQ(GetLastError(), static_cast<DWORD>(error));                                       \
    } while (0)

#endif
