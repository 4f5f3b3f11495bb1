// SPDX-License-Identifier: MIT
// ntdbg.hpp: result, record.
#include <gtest/gtest.h>
#include <memory>

#include "samples.h"

namespace {

TEST(Result, ValueAndError) {
    ntdbg::result<int> good = 5;
    ASSERT_TRUE(good);
    EXPECT_EQ(*good, 5);
    EXPECT_EQ(std::move(good).value(), 5);
    ntdbg::result<int> bad = ntdbg::error(-ENOENT, "gone");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code(), ENOENT);
    EXPECT_EQ(bad.error().text(), "gone");
    try {
        std::move(bad).value();
        FAIL();
    } catch (const std::system_error &error) {
        EXPECT_EQ(error.code().value(), ENOENT);
    }
}

TEST(Result, MoveOnly) {
    ntdbg::result<std::unique_ptr<int>> good = std::make_unique<int>(3);
    std::unique_ptr<int> taken = *std::move(good);
    EXPECT_EQ(*taken, 3);
}

TEST(Record, TypedViews) {
    auto record = samples::create_process();
    EXPECT_EQ(record.record().create_process()->ppid, 0x1000u);
    EXPECT_EQ(record.record().exception(), nullptr);
    EXPECT_EQ(record.record().exit(), nullptr);
    EXPECT_EQ(record.record().create_thread(), nullptr);
    auto exit = samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 0);
    EXPECT_NE(exit.record().exit(), nullptr);
}

TEST(Record, ParseError) {
    auto record = ntdbg::record::parse({});
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().code(), EMSGSIZE);
}

} // namespace
