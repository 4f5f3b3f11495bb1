// SPDX-License-Identifier: MIT
// Vectored handlers, called as the dispatcher calls them.
#include <atomic>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "internal.h"

namespace {

std::string order;
PVOID handle_b = nullptr;
PVOID handle_self = nullptr;
PVOID handle_added = nullptr;

LONG NTAPI a(EXCEPTION_POINTERS *) {
    order += 'a';
    return EXCEPTION_CONTINUE_SEARCH;
}

LONG NTAPI b(EXCEPTION_POINTERS *) {
    order += 'b';
    return EXCEPTION_CONTINUE_SEARCH;
}

LONG NTAPI handles(EXCEPTION_POINTERS *pointers) {
    order += '!';
    pointers->ContextRecord->Rip++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

LONG NTAPI removes_b(EXCEPTION_POINTERS *) {
    order += 'r';
    EXPECT_EQ(RtlRemoveVectoredExceptionHandler(handle_b), 1u);
    return EXCEPTION_CONTINUE_SEARCH;
}

LONG NTAPI once(EXCEPTION_POINTERS *) {
    order += '1';
    EXPECT_EQ(RtlRemoveVectoredExceptionHandler(handle_self), 1u);
    return EXCEPTION_CONTINUE_SEARCH;
}

LONG NTAPI adds_handler(EXCEPTION_POINTERS *) {
    order += '+';
    handle_added = RtlAddVectoredExceptionHandler(0, handles);
    return EXCEPTION_CONTINUE_SEARCH;
}

LONG NTAPI spoils_errno(EXCEPTION_POINTERS *) {
    errno = EBADF;
    return EXCEPTION_CONTINUE_SEARCH;
}

class Vectored : public testing::Test {
protected:
    PVOID add(ULONG first, PVECTORED_EXCEPTION_HANDLER routine) {
        PVOID handle = RtlAddVectoredExceptionHandler(first, routine);
        EXPECT_NE(handle, nullptr);
        return handle;
    }
    bool dispatch() { return ntdbg_ntdll_dispatch_exception(&record_, &context_); }
    void SetUp() override { order.clear(); }

    EXCEPTION_RECORD record_ = {};
    CONTEXT context_ = {};
};

TEST_F(Vectored, NobodyHandles) {
    EXPECT_FALSE(dispatch());
}

TEST_F(Vectored, FirstAndLast) {
    PVOID handles_of[] = {add(0, a), add(1, b), add(0, b)};
    EXPECT_FALSE(dispatch());
    EXPECT_EQ(order, "bab");
    for (PVOID handle : handles_of)
        EXPECT_EQ(RtlRemoveVectoredExceptionHandler(handle), 1u);
    order.clear();
    EXPECT_FALSE(dispatch());
    EXPECT_EQ(order, "");
}

TEST_F(Vectored, TheOneThatHandlesIsTheLastToBeAsked) {
    PVOID first = add(0, handles);
    PVOID second = add(0, a);
    EXPECT_TRUE(dispatch());
    EXPECT_EQ(order, "!");
    EXPECT_EQ(context_.Rip, 1u);
    RtlRemoveVectoredExceptionHandler(first);
    RtlRemoveVectoredExceptionHandler(second);
}

TEST_F(Vectored, ContinueHandlersFollow) {
    PVOID handler = add(0, handles);
    PVOID first = RtlAddVectoredContinueHandler(0, a);
    PVOID second = RtlAddVectoredContinueHandler(0, b);
    EXPECT_TRUE(dispatch());
    EXPECT_EQ(order, "!ab");
    EXPECT_EQ(RtlRemoveVectoredContinueHandler(first), 1u);
    EXPECT_EQ(RtlRemoveVectoredContinueHandler(second), 1u);
    EXPECT_EQ(RtlRemoveVectoredExceptionHandler(handler), 1u);
    order.clear();
    PVOID unused = RtlAddVectoredContinueHandler(0, a);
    EXPECT_FALSE(dispatch());
    EXPECT_EQ(order, "");
    RtlRemoveVectoredContinueHandler(unused);
}

TEST_F(Vectored, OneRemovesTheNext) {
    PVOID remover = add(0, removes_b);
    handle_b = add(0, b);
    PVOID last = add(0, a);
    EXPECT_FALSE(dispatch());
    EXPECT_EQ(order, "ra");
    RtlRemoveVectoredExceptionHandler(remover);
    RtlRemoveVectoredExceptionHandler(last);
}

TEST_F(Vectored, OneRemovesItself) {
    handle_self = add(0, once);
    PVOID last = add(0, a);
    EXPECT_FALSE(dispatch());
    EXPECT_FALSE(dispatch());
    EXPECT_EQ(order, "1aa");
    RtlRemoveVectoredExceptionHandler(last);
}

TEST_F(Vectored, OneAddsWhoHandles) {
    PVOID adder = add(0, adds_handler);
    EXPECT_TRUE(dispatch());
    EXPECT_EQ(order, "+!");
    RtlRemoveVectoredExceptionHandler(adder);
    RtlRemoveVectoredExceptionHandler(handle_added);
}

TEST_F(Vectored, AHandleIsGoodOnce) {
    PVOID handle = add(0, a);
    EXPECT_EQ(RtlRemoveVectoredContinueHandler(handle), 0u);
    EXPECT_EQ(RtlRemoveVectoredExceptionHandler(handle), 1u);
    EXPECT_EQ(RtlRemoveVectoredExceptionHandler(handle), 0u);
    EXPECT_EQ(RtlRemoveVectoredExceptionHandler(nullptr), 0u);
}

TEST_F(Vectored, KeepsErrno) {
    PVOID handle = add(0, spoils_errno);
    errno = ENOENT;
    dispatch();
    EXPECT_EQ(errno, ENOENT);
    RtlRemoveVectoredExceptionHandler(handle);
}

std::atomic<long> calls = 0;

LONG NTAPI counts(EXCEPTION_POINTERS *) {
    calls++;
    return EXCEPTION_CONTINUE_SEARCH;
}

// Two add and remove while two have exceptions; one handler is there all the time.
TEST_F(Vectored, ManyThreads) {
    constexpr int kRounds = 20000;
    PVOID constant = add(0, counts);
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; i++) {
        threads.emplace_back([i] {
            for (int round = 0; round < kRounds; round++) {
                PVOID handle = RtlAddVectoredExceptionHandler(static_cast<ULONG>(i), counts);
                ASSERT_NE(handle, nullptr);
                ASSERT_EQ(RtlRemoveVectoredExceptionHandler(handle), 1u);
            }
        });
        threads.emplace_back([] {
            EXCEPTION_RECORD record = {};
            CONTEXT context = {};
            for (int round = 0; round < kRounds; round++)
                ASSERT_FALSE(ntdbg_ntdll_dispatch_exception(&record, &context));
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_GE(calls, 2 * kRounds);
    EXPECT_LE(calls, 2 * kRounds * 3);
    RtlRemoveVectoredExceptionHandler(constant);
}

} // namespace
