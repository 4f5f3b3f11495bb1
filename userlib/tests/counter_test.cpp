// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "counter.h"
#include "samples.h"

namespace {

using ntdbg::tool::Counter;

void add(Counter &counter, uint64_t seq, uint32_t pid = 1, uint32_t type = NTDBG_EVENT_LOAD_IMAGE) {
    ntdbg_event event{};
    event.type = type;
    event.seq = seq;
    event.pid = pid;
    event.time_ns = 1000 + seq;
    counter.add(event);
}

TEST(Counter, NothingLost) {
    Counter counter;
    for (uint64_t seq = 1; seq <= 5; seq++)
        add(counter, seq);
    EXPECT_EQ(counter.events(), 5u);
    EXPECT_EQ(counter.lost(), 0u);
    EXPECT_EQ(counter.of(DbgKmLoadDllApi), 5u);
}

TEST(Counter, HolesAreLost) {
    Counter counter;
    add(counter, 2); // 1 never came
    add(counter, 6);
    EXPECT_EQ(counter.lost(), 4u);
    EXPECT_EQ(counter.lost_so_far(), 4u);
}

TEST(Counter, AParkedEventIsNotLost) {
    Counter counter;
    add(counter, 1, 100);
    add(counter, 2, 200);
    add(counter, 4, 200); // 3 is of process 100 and waits behind its event 1
    EXPECT_EQ(counter.lost_so_far(), 0u);
    EXPECT_EQ(counter.lost(), 1u);
    add(counter, 3, 100);
    EXPECT_EQ(counter.lost(), 0u);
    EXPECT_EQ(counter.events(), 4u);
}

TEST(Counter, AReplayCountsOnce) {
    Counter counter;
    add(counter, 1);
    add(counter, 1);
    EXPECT_EQ(counter.events(), 1u);
    EXPECT_EQ(counter.lost(), 0u);
}

TEST(Counter, AnAbsurdHoleIsCountedNotRemembered) {
    Counter counter;
    add(counter, 1);
    add(counter, uint64_t{1} << 60);
    EXPECT_EQ(counter.lost(), (uint64_t{1} << 60) - 2);
}

TEST(Counter, LiveProcesses) {
    Counter counter;
    add(counter, 1, 100, NTDBG_EVENT_CREATE_PROCESS);
    add(counter, 2, 200, NTDBG_EVENT_CREATE_PROCESS);
    add(counter, 3, 100, NTDBG_EVENT_EXIT_PROCESS);
    ASSERT_EQ(counter.live().size(), 1u);
    EXPECT_EQ(counter.live().begin()->first, 200u);
}

TEST(Counter, Summary) {
    Counter counter;
    EXPECT_EQ(counter.summary(), "0 events; 0 lost, 0.000 s");
    add(counter, 1, 1, NTDBG_EVENT_CREATE_PROCESS);
    EXPECT_EQ(counter.summary(), "1 event: DbgKmCreateProcessApi 1; 0 lost, 0.000 s");
    add(counter, 2);
    add(counter, 3);
    add(counter, 5, 1, 77);
    EXPECT_EQ(counter.summary(), "4 events: DbgKmCreateProcessApi 1, DbgKmLoadDllApi 2, "
                                 "of unknown type 1; 1 lost, 0.000 s");
}

} // namespace
