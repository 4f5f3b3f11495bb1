// SPDX-License-Identifier: MIT
// The loop, against a list of events instead of a kernel.
#include <csignal>
#include <cstdio>
#include <deque>
#include <gtest/gtest.h>
#include <unistd.h>

#include "decode.h"
#include "fake_machine.h"
#include "samples.h"
#include "session.h"
#include "text_log.h"

namespace {

using namespace ntdbg::tool;
using samples::Sample;

// Gives out a script: a record, or an error.
class FakeSource : public Source {
public:
    struct Step {
        std::optional<Sample> sample;
        int error = 0;
        uint32_t done = 0; // with an error of continue_wait
    };
    std::deque<Step> steps;
    std::vector<std::string> calls;

    void event(const Sample &sample) { steps.push_back({sample}); }
    void fail(int error, uint32_t done = 0) { steps.push_back({std::nullopt, error, done}); }

    ssize_t wait(ntdbg::event_buffer &buffer, int64_t timeout) override {
        calls.push_back(timeout < 0 ? "wait" : "wait-a-tick");
        return next(buffer, nullptr);
    }
    ssize_t continue_wait(pid_t pid, pid_t tid, uint32_t status, ntdbg::event_buffer &buffer,
                          int64_t, uint32_t *done) override {
        calls.push_back(call("continue_wait", pid, tid, status));
        return next(buffer, done);
    }
    int continue_event(pid_t pid, pid_t tid, uint32_t status) override {
        calls.push_back(call("continue", pid, tid, status));
        return 0;
    }
    int detach(pid_t pid) override {
        calls.push_back("detach " + std::to_string(pid));
        return 0;
    }
    // From 0x1000 on.
    int read_memory(uint32_t, uint64_t address, void *buf, size_t len) override {
        if (address < 0x1000 || address + len > 0x1000 + memory.size())
            return -EFAULT;
        memcpy(buf, memory.data() + (address - 0x1000), len);
        return 0;
    }
    std::string memory;

private:
    static std::string call(const char *what, pid_t pid, pid_t tid, uint32_t status) {
        char text[96];
        snprintf(text, sizeof(text), "%s %x.%x %08x", what, static_cast<unsigned>(pid),
                 static_cast<unsigned>(tid), status);
        return text;
    }
    ssize_t next(ntdbg::event_buffer &buffer, uint32_t *done) {
        if (steps.empty())
            return -ECHILD;
        Step step = steps.front();
        steps.pop_front();
        if (done)
            *done = step.sample ? NTDBG_DONE_CONTINUE | NTDBG_DONE_WAIT : step.done;
        if (!step.sample)
            return -step.error;
        auto bytes = step.sample->bytes();
        std::copy(bytes.begin(), bytes.end(), buffer.bytes);
        return static_cast<ssize_t>(bytes.size());
    }
};

class SessionTest : public testing::Test {
protected:
    SessionTest() : output_(Output::open("").value()) {}

    FakeSource source_;
    TextLog log_{LogOptions{}};
    Output output_;
    Session session_{source_, log_, output_};
};

using Calls = std::vector<std::string>;

TEST_F(SessionTest, OneCallPerEvent) {
    source_.event(samples::create_process().seq(1));
    source_.event(samples::load_image().seq(2));
    source_.event(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0).seq(3));
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    auto end = session_.run();
    ASSERT_TRUE(end);
    EXPECT_EQ(*end, Session::End::AllGone);
    EXPECT_EQ(source_.calls,
              (Calls{"wait", "continue_wait 10a4.10a4 00010002", "continue_wait 10a4.10a4 00010002",
                     "continue_wait 10a4.10a4 00010002"}));
    EXPECT_EQ(session_.counter().events(), 3u);
    EXPECT_FALSE(session_.crashed());
}

TEST_F(SessionTest, Answers) {
    FilterDecision leave;
    FilterDecision handle;
    handle.handled = true;
    for (uint32_t nobodys : {NTDBG_EXCEPTION_LOADER_BREAK, NTDBG_EXCEPTION_BREAK_IN}) {
        auto event = samples::exception(samples::fault(SIGTRAP, 1, 3),
                                        NTDBG_EXCEPTION_FIRST_CHANCE | nobodys);
        EXPECT_EQ(answer_to(event.record(), leave), NTDBG_DBG_CONTINUE);
    }
    auto int3 = samples::exception(samples::fault(SIGTRAP, 0x80, 3));
    EXPECT_EQ(answer_to(int3.record(), leave), NTDBG_DBG_EXCEPTION_NOT_HANDLED);
    EXPECT_EQ(answer_to(int3.record(), handle), NTDBG_DBG_EXCEPTION_HANDLED);
    auto second = samples::exception(samples::null_write(), 0);
    EXPECT_EQ(answer_to(second.record(), leave), NTDBG_DBG_EXCEPTION_NOT_HANDLED);
    EXPECT_EQ(answer_to(samples::create_thread().record(), handle), NTDBG_DBG_CONTINUE);
}

TEST_F(SessionTest, ExceptionIsPassedOn) {
    source_.event(samples::exception(samples::null_write()));
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    ASSERT_TRUE(session_.run());
    EXPECT_EQ(source_.calls.back(), "continue_wait 10a4.10a7 80010001");
    EXPECT_TRUE(session_.saw_first_chance());
}

TEST_F(SessionTest, FiltersDecide) {
    Filters filters = Filters::for_log();
    ASSERT_TRUE(filters.set_handled("av", true));
    ASSERT_TRUE(filters.set("ld", Handling::Ignore));
    session_.filter_by(filters);
    source_.event(samples::load_image().seq(1));
    source_.event(samples::exception(samples::null_write()).seq(2));
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    testing::internal::CaptureStdout();
    ASSERT_TRUE(session_.run());
    std::string log = testing::internal::GetCapturedStdout();
    EXPECT_EQ(log.find("ModLoad"), std::string::npos);
    EXPECT_NE(log.find("Access violation"), std::string::npos);
    EXPECT_EQ(source_.calls.back(), "continue_wait 10a4.10a7 00010001");
    EXPECT_EQ(session_.counter().events(), 2u);
}

TEST_F(SessionTest, BreakIsTheStateInTheLog) {
    fake::Names names;
    Filters filters = Filters::for_log();
    ASSERT_TRUE(filters.set("av@crash-av", Handling::SecondChance));
    session_.filter_by(filters);
    session_.name_by(names);
    source_.event(samples::exception(samples::null_write()).seq(1));
    source_.event(samples::exception(samples::null_write(), 0).seq(2));
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    testing::internal::CaptureStdout();
    ASSERT_TRUE(session_.run());
    std::string log = testing::internal::GetCapturedStdout();
    size_t second = log.find("second chance");
    ASSERT_NE(second, std::string::npos) << log;
    EXPECT_GT(log.find("rip=0000555555555139"), second);
    EXPECT_NE(log.find("crash-av!inner+0x39 [demo.c @ 4409]   (10a4.10a7)\n"), std::string::npos)
        << log;
}

TEST_F(SessionTest, StringsAreReadFromTheProgram) {
    source_.memory = std::string("about to fail\0beyond", 20);
    source_.event(samples::software(DBG_PRINTEXCEPTION_C, {14, 0x1000}).seq(1));
    const char16_t wide[] = u"gr\u00fc\U0001F600";
    source_.event(samples::software(DBG_PRINTEXCEPTION_C, {14, 0x9000}).seq(2)); // unreadable
    testing::internal::CaptureStdout();
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    ASSERT_TRUE(session_.run());
    EXPECT_EQ(testing::internal::GetCapturedStdout(),
              "OutputDebugString(10a4.10a7): \"about to fail\"\n"
              "OutputDebugString(10a4.10a7): \"\"\n");
    EXPECT_EQ(source_.calls[1], "continue_wait 10a4.10a7 00010001"); // it was for us
    source_.memory = std::string(reinterpret_cast<const char *>(wide), sizeof(wide));
    auto sample = samples::software(DBG_PRINTEXCEPTION_WIDE_C, {sizeof(wide) / 2, 0x1000});
    EXPECT_EQ(decode_event(source_, sample.record()).text, "gr\u00fc\U0001F600");
}

TEST_F(SessionTest, AThreadThatWasKilledMeanwhile) {
    source_.event(samples::create_thread().seq(1));
    source_.fail(ENOENT);
    source_.event(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 9).seq(2));
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    ASSERT_TRUE(session_.run());
    EXPECT_EQ(source_.calls, (Calls{"wait", "continue_wait 10a4.10a7 00010002", "wait",
                                    "continue_wait 10a4.10a4 00010002"}));
}

TEST_F(SessionTest, InterruptedAfterTheAnswerIsNotAnsweredTwice) {
    source_.event(samples::create_process().seq(1));
    source_.fail(EINTR, NTDBG_DONE_CONTINUE);
    source_.event(samples::load_image().seq(2));
    source_.fail(EINTR, 0); // before the answer: once more
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    ASSERT_TRUE(session_.run());
    EXPECT_EQ(source_.calls,
              (Calls{"wait", "continue_wait 10a4.10a4 00010002", "wait",
                     "continue_wait 10a4.10a4 00010002", "continue_wait 10a4.10a4 00010002"}));
}

TEST_F(SessionTest, StopAnswersAndDetaches) {
    source_.event(samples::create_process().seq(1));
    source_.event(samples::load_image().seq(2));
    int asked = 0;
    session_.stop_when([&] { return ++asked > 2; });
    auto end = session_.run();
    ASSERT_TRUE(end);
    EXPECT_EQ(*end, Session::End::Stopped);
    EXPECT_EQ(source_.calls, (Calls{"wait-a-tick", "continue_wait 10a4.10a4 00010002",
                                    "continue 10a4.10a4 00010002", "detach 4260"}));
}

TEST_F(SessionTest, StopWhileNothingHappens) {
    source_.fail(ETIMEDOUT);
    source_.fail(ETIMEDOUT);
    int asked = 0;
    session_.stop_when([&] { return ++asked > 2; });
    ASSERT_TRUE(session_.run());
    EXPECT_EQ(source_.calls, (Calls{"wait-a-tick", "wait-a-tick"}));
}

TEST_F(SessionTest, ABrokenRecordEndsIt) {
    auto broken = samples::create_thread();
    broken.header().size = 48;
    source_.event(broken);
    auto end = session_.run();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code(), EBADMSG);
}

TEST_F(SessionTest, AnUnexpectedErrorEndsIt) {
    source_.fail(EFAULT);
    auto end = session_.run();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code(), EFAULT);
}

TEST_F(SessionTest, CrashIsRemembered) {
    source_.event(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0x8b, NTDBG_EXIT_BY_EXCEPTION));
    source_.fail(ECHILD, NTDBG_DONE_CONTINUE);
    ASSERT_TRUE(session_.run());
    EXPECT_TRUE(session_.crashed());
}

} // namespace
