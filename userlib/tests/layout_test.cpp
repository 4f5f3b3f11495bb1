// SPDX-License-Identifier: MIT
// The layouts are asserted in the headers; here the numbers that no size shows.
#include <gtest/gtest.h>

#include <ntdbg/ntdbg.h>

extern "C" int layout_test_c(void);

namespace {

TEST(Layout, HeadersWorkInC) {
    EXPECT_TRUE(layout_test_c());
}

TEST(Layout, ApiNumbers) {
    EXPECT_EQ(DbgKmExceptionApi, 0);
    EXPECT_EQ(DbgKmCreateThreadApi, 1);
    EXPECT_EQ(DbgKmCreateProcessApi, 2);
    EXPECT_EQ(DbgKmExitThreadApi, 3);
    EXPECT_EQ(DbgKmExitProcessApi, 4);
    EXPECT_EQ(DbgKmLoadDllApi, 5);
    EXPECT_EQ(DbgKmUnloadDllApi, 6);
    EXPECT_EQ(DbgKmMaxApiNumber, 8);
}

TEST(Layout, SuccessIsDecidedBySign) {
    EXPECT_TRUE(NT_SUCCESS(DBG_CONTINUE));
    EXPECT_TRUE(NT_SUCCESS(DBG_REPLY_LATER));
    EXPECT_FALSE(NT_SUCCESS(DBG_EXCEPTION_NOT_HANDLED));
    EXPECT_FALSE(NT_SUCCESS(STATUS_ACCESS_VIOLATION));
}

TEST(Layout, ContinueStatusesAreNts) {
    EXPECT_EQ(NTDBG_DBG_CONTINUE, static_cast<uint32_t>(DBG_CONTINUE));
    EXPECT_EQ(NTDBG_DBG_EXCEPTION_HANDLED, static_cast<uint32_t>(DBG_EXCEPTION_HANDLED));
    EXPECT_EQ(NTDBG_DBG_REPLY_LATER, static_cast<uint32_t>(DBG_REPLY_LATER));
    EXPECT_EQ(NTDBG_DBG_TERMINATE_THREAD, static_cast<uint32_t>(DBG_TERMINATE_THREAD));
    EXPECT_EQ(NTDBG_DBG_TERMINATE_PROCESS, static_cast<uint32_t>(DBG_TERMINATE_PROCESS));
    EXPECT_EQ(NTDBG_DBG_EXCEPTION_NOT_HANDLED, static_cast<uint32_t>(DBG_EXCEPTION_NOT_HANDLED));
}

// The records come from the kernel as they are: no hidden padding at their end.
TEST(Layout, RecordSizes) {
    EXPECT_EQ(sizeof(ntdbg_event), 40u);
    EXPECT_EQ(sizeof(ntdbg_image), 56u);
    EXPECT_EQ(sizeof(ntdbg_event_create_process), 40u + 56u + 24u);
    EXPECT_EQ(sizeof(ntdbg_event_create_thread), 64u);
    EXPECT_EQ(sizeof(ntdbg_regs), 27u * 8u);
    EXPECT_EQ(sizeof(ntdbg_event_exception) % 8, 0u);
    EXPECT_EQ(sizeof(ntdbg_event_exit) % 8, 0u);
}

} // namespace
