// SPDX-License-Identifier: MIT
// User APCs: KiUserApcDispatcher and what comes behind it.
#include "tap.h"

#include <string>

namespace {

std::string order;
PVOID seen[3];
bool unwinds = false;

void NTAPI note(PVOID a, PVOID b, PVOID c) {
    seen[0] = a;
    seen[1] = b;
    seen[2] = c;
    order += 'n';
}

void NTAPI letter(PVOID a, PVOID, PVOID) {
    order += static_cast<char>(reinterpret_cast<uintptr_t>(a));
}

PVOID number(uintptr_t value) {
    return reinterpret_cast<PVOID>(value);
}

void NTAPI nested(PVOID, PVOID, PVOID) {
    order += '(';
    CHECK_EQ(NtQueueApcThread(NtCurrentThread(), letter, number('x'), nullptr, nullptr),
             STATUS_SUCCESS);
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    order += ')';
}

} // namespace

TEST(apc_gets_its_three_arguments) {
    CHECK_EQ(NtQueueApcThread(NtCurrentThread(), note, number(1), number(0x22222222222), number(3)),
             STATUS_SUCCESS);
    CHECK_EQ(order, "");
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    CHECK_EQ(order, "n");
    CHECK_EQ(seen[0], number(1));
    CHECK_EQ(seen[1], number(0x22222222222));
    CHECK_EQ(seen[2], number(3));
}

TEST(apcs_run_in_the_order_they_were_queued) {
    for (char c : std::string("abcdefgh"))
        CHECK_EQ(NtQueueApcThread(NtCurrentThread(), letter, number(static_cast<unsigned char>(c)),
                                  nullptr, nullptr),
                 STATUS_SUCCESS);
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    CHECK_EQ(order, "abcdefgh");
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    CHECK_EQ(order, "abcdefgh");
}

TEST(apc_in_an_apc) {
    CHECK_EQ(NtQueueApcThread(NtCurrentThread(), nested, nullptr, nullptr, nullptr),
             STATUS_SUCCESS);
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    CHECK_EQ(order, "(x)");
}

static void apc_can_be_unwound();

static void NTAPI looks_for_the_test(PVOID, PVOID, PVOID) {
    unwinds = called_from(apc_can_be_unwound);
}

TEST(apc_can_be_unwound) {
    CHECK_EQ(NtQueueApcThread(NtCurrentThread(), looks_for_the_test, nullptr, nullptr, nullptr),
             STATUS_SUCCESS);
    CHECK_EQ(NtTestAlert(), STATUS_SUCCESS);
    CHECK(unwinds);
}

TEST(apc_interrupts_an_alertable_delay) {
    LARGE_INTEGER longest;
    longest.QuadPart = -600000000; // a minute
    CHECK_EQ(NtQueueApcThread(NtCurrentThread(), letter, number('d'), nullptr, nullptr),
             STATUS_SUCCESS);
    CHECK_EQ(NtDelayExecution(TRUE, &longest), STATUS_USER_APC);
    CHECK_EQ(order, "d");
}
