// SPDX-License-Identifier: MIT
#include <csignal>
#include <gtest/gtest.h>

#include "filters.h"
#include "samples.h"

namespace {

using namespace ntdbg::tool;

FilterSubject exception(NTSTATUS code, bool first = true, const char *module = "") {
    FilterSubject subject;
    subject.code = static_cast<uint32_t>(code);
    subject.first_chance = first;
    subject.module = module;
    subject.address = 0x1000;
    return subject;
}

// Every mode, at both chances, with both answers.
TEST(Filters, DecisionTable) {
    struct {
        Handling handling;
        bool first;
        bool log;
        bool stop;
    } rows[] = {
        {Handling::Break, true, true, true},         {Handling::Break, false, true, true},
        {Handling::SecondChance, true, true, false}, {Handling::SecondChance, false, true, true},
        {Handling::Output, true, true, false},       {Handling::Output, false, true, false},
        {Handling::Ignore, true, false, false},      {Handling::Ignore, false, false, false},
    };
    for (const auto &row : rows) {
        for (bool handled : {false, true}) {
            Filters filters = Filters::for_log();
            ASSERT_TRUE(filters.set("av", row.handling));
            ASSERT_TRUE(filters.set_handled("av", handled));
            auto decision = filters.decide(exception(STATUS_ACCESS_VIOLATION, row.first));
            EXPECT_EQ(decision.log, row.log);
            EXPECT_EQ(decision.stop, row.stop);
            EXPECT_EQ(decision.handled, handled);
        }
    }
}

TEST(Filters, LogIsIndependentOfBreaking) {
    Filters filters = Filters::for_prompt();
    filters.set_log(false);
    EXPECT_TRUE(filters.decide(exception(STATUS_ACCESS_VIOLATION)).log); // breaks
    ASSERT_TRUE(filters.set("av", Handling::SecondChance));
    EXPECT_FALSE(filters.decide(exception(STATUS_ACCESS_VIOLATION)).log);
    EXPECT_TRUE(filters.decide(exception(STATUS_ACCESS_VIOLATION, false)).log);
    FilterSubject load;
    load.kind = FilterKind::LoadModule;
    EXPECT_TRUE(filters.decide(load).log); // no exception
}

TEST(Filters, ByCodeModuleAndOther) {
    Filters filters = Filters::for_log();
    ASSERT_TRUE(filters.set("c0000005@libfoo*", Handling::Ignore));
    EXPECT_FALSE(filters.decide(exception(STATUS_ACCESS_VIOLATION, true, "libfoobar")).log);
    EXPECT_TRUE(filters.decide(exception(STATUS_ACCESS_VIOLATION, true, "demo")).log);
    ASSERT_TRUE(filters.set("e04c001f", Handling::Break));
    EXPECT_TRUE(filters.decide(exception(NTDBG_STATUS_SECCOMP)).stop);
    EXPECT_FALSE(filters.decide(exception(NTDBG_STATUS_SIGNAL(6))).stop);
    ASSERT_TRUE(filters.set("*", Handling::Break));
    EXPECT_TRUE(filters.decide(exception(NTDBG_STATUS_SIGNAL(6))).stop);
    EXPECT_FALSE(filters.decide(exception(STATUS_ACCESS_VIOLATION)).stop); // has its own
    ASSERT_TRUE(filters.set("ld:libc*", Handling::Break));
    FilterSubject load;
    load.kind = FilterKind::LoadModule;
    load.module = "libc";
    EXPECT_TRUE(filters.decide(load).stop);
    load.module = "libm";
    EXPECT_FALSE(filters.decide(load).stop);
    std::string table = filters.table();
    EXPECT_NE(table.find("av@libfoo* - Access violation - ignore - not handled\n"),
              std::string::npos);
    EXPECT_NE(table.find("ld@libc* - Load module - break\n"), std::string::npos) << table;
    EXPECT_NE(table.find("e04c001f - "), std::string::npos);
}

TEST(Filters, Starts) {
    Filters prompt = Filters::for_prompt();
    EXPECT_TRUE(prompt.decide(exception(STATUS_ACCESS_VIOLATION)).stop);
    EXPECT_FALSE(prompt.decide(exception(NTDBG_STATUS_SIGNAL(6))).stop);
    EXPECT_TRUE(prompt.decide(exception(NTDBG_STATUS_SIGNAL(6), false)).stop);
    EXPECT_TRUE(prompt.decide(exception(STATUS_BREAKPOINT)).handled);
    Filters log = Filters::for_log();
    for (NTSTATUS code : {STATUS_ACCESS_VIOLATION, STATUS_BREAKPOINT, NTDBG_STATUS_SECCOMP}) {
        auto decision = log.decide(exception(code, false));
        EXPECT_TRUE(decision.log && !decision.stop && !decision.handled);
    }
    EXPECT_NE(prompt.table().find("    av - Access violation - break - not handled\n"),
              std::string::npos);
    EXPECT_NE(prompt.table().find("     * - Other exception - second-chance break - not handled\n"),
              std::string::npos);
}

TEST(Filters, LimitEndsALoop) {
    Filters filters = Filters::for_log();
    filters.set_limit(3);
    ASSERT_TRUE(filters.set_handled("av", true));
    ASSERT_TRUE(filters.set("av", Handling::Ignore));
    auto again = [&] { return filters.decide(exception(STATUS_ACCESS_VIOLATION)); };
    EXPECT_TRUE(again().handled);
    EXPECT_FALSE(again().log);
    auto third = again();
    EXPECT_TRUE(third.limit_reached && third.log && third.stop && !third.handled);
    auto fourth = again();
    EXPECT_TRUE(!fourth.limit_reached && fourth.stop && !fourth.handled);
    auto elsewhere = exception(STATUS_ACCESS_VIOLATION);
    elsewhere.address = 0x2000;
    EXPECT_TRUE(filters.decide(elsewhere).handled);
}

TEST(Filters, Problems) {
    Filters filters = Filters::for_log();
    for (const char *bad : {"", "xyz", "av@", "ct@libc", "123456789", "0x"}) {
        auto done = filters.set(bad, Handling::Break);
        EXPECT_FALSE(done) << bad;
    }
}

TEST(Filters, SubjectOfARecord) {
    auto subject = [](const samples::Sample &sample) {
        return filter_subject(sample.record(), *sample.record().message());
    };
    EXPECT_EQ(subject(samples::create_thread()).kind, FilterKind::CreateThread);
    EXPECT_EQ(subject(samples::load_image()).kind, FilterKind::LoadModule);
    EXPECT_EQ(subject(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0)).kind,
              FilterKind::ExitProcess);
    auto av = subject(samples::exception(samples::null_write(), 0));
    EXPECT_EQ(av.kind, FilterKind::Exception);
    EXPECT_EQ(av.code, 0xc0000005u);
    EXPECT_EQ(av.address, 0x555555555139u);
    EXPECT_FALSE(av.first_chance);
    EXPECT_EQ(
        subject(samples::exception(samples::fault(SIGTRAP, 1, 3),
                                   NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_LOADER_BREAK))
            .kind,
        FilterKind::InitialBreak);
}

TEST(Filters, Patterns) {
    EXPECT_TRUE(matches("*", ""));
    EXPECT_TRUE(matches("a*c", "abbc"));
    EXPECT_TRUE(matches("a*b*c", "aXbXbc"));
    EXPECT_TRUE(matches("?b?", "abc"));
    EXPECT_FALSE(matches("a*c", "abcd"));
    EXPECT_FALSE(matches("", "a"));
    EXPECT_FALSE(matches("?", ""));
}

} // namespace
