// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <ntdbg/ntdbg.h>

namespace {

TEST(Names, Apis) {
    EXPECT_STREQ(ntdbg_api_name(DbgKmExceptionApi), "DbgKmExceptionApi");
    EXPECT_STREQ(ntdbg_api_name(DbgKmUnloadDllApi), "DbgKmUnloadDllApi");
    EXPECT_STREQ(ntdbg_api_name(DbgKmErrorReportApi), "DbgKmErrorReportApi");
    EXPECT_EQ(ntdbg_api_name(DbgKmMaxApiNumber), nullptr);
    EXPECT_EQ(ntdbg_api_name(~0u), nullptr);
}

TEST(Names, Statuses) {
    EXPECT_STREQ(ntdbg_status_name(STATUS_SUCCESS), "STATUS_SUCCESS");
    EXPECT_STREQ(ntdbg_status_name(STATUS_PENDING), "STATUS_PENDING");
    EXPECT_STREQ(ntdbg_status_name(STATUS_ACCESS_VIOLATION), "STATUS_ACCESS_VIOLATION");
    EXPECT_STREQ(ntdbg_status_name(DBG_EXCEPTION_NOT_HANDLED), "DBG_EXCEPTION_NOT_HANDLED");
    EXPECT_STREQ(ntdbg_status_name(DBG_APP_NOT_IDLE), "DBG_APP_NOT_IDLE");
    EXPECT_EQ(ntdbg_status_name(1), nullptr);
    EXPECT_EQ(ntdbg_status_name(-1), nullptr);
}

// Each row of the table is found, so the order is right and no row is doubled.
TEST(Names, EveryRowOfTheTable) {
#define ROW(name, text)                                                                            \
    EXPECT_STREQ(ntdbg_status_name(name), #name);                                                  \
    EXPECT_STREQ(ntdbg_exception_text(name), text[0] ? text : "Unknown exception");
#include "status_table.inc"
#undef ROW
}

TEST(Names, ExceptionTexts) {
    EXPECT_STREQ(ntdbg_exception_text(STATUS_BREAKPOINT), "Break instruction exception");
    EXPECT_STREQ(ntdbg_exception_text(STATUS_INTEGER_DIVIDE_BY_ZERO), "Integer divide-by-zero");
    EXPECT_STREQ(ntdbg_exception_text(NTDBG_STATUS_SECCOMP), "Invalid system call");
    EXPECT_STREQ(ntdbg_exception_text(0x12345678), "Unknown exception");
}

TEST(Names, Signals) {
    EXPECT_STREQ(ntdbg_signal_name(11), "SIGSEGV");
    EXPECT_STREQ(ntdbg_signal_name(31), "SIGSYS");
    EXPECT_EQ(ntdbg_signal_name(0), nullptr);
    EXPECT_EQ(ntdbg_signal_name(-3), nullptr);
    EXPECT_EQ(ntdbg_signal_name(32), nullptr);
}

TEST(Names, Handles) {
    EXPECT_EQ(ntdbg_handle_from_fd(-1), nullptr);
    EXPECT_EQ(ntdbg_handle_from_fd(0), reinterpret_cast<HANDLE>(4));
    EXPECT_EQ(ntdbg_handle_from_fd(9), reinterpret_cast<HANDLE>(40));
    EXPECT_EQ(ntdbg_handle_to_fd(reinterpret_cast<HANDLE>(43)), 9);
    EXPECT_EQ(ntdbg_handle_to_fd(nullptr), -1);
    EXPECT_EQ(ntdbg_handle_to_fd(reinterpret_cast<HANDLE>(-1)), -1);
}

} // namespace
