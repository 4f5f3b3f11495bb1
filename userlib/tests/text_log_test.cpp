// SPDX-License-Identifier: MIT
// The text log, line by line.
#include <csignal>
#include <gtest/gtest.h>

#include "fake_machine.h"
#include "samples.h"
#include "text.h"
#include "text_log.h"

namespace {

using namespace ntdbg::tool;
using samples::Sample;

class TextLogTest : public testing::Test {
protected:
    std::string line(const Sample &sample) {
        Event event{sample.record(), sample.record().message(), {}, {}};
        counter_.add(event.rec.header());
        return log_.event(event, counter_);
    }
    void options(const LogOptions &options) { log_ = TextLog(options); }

    Counter counter_;
    TextLog log_{LogOptions{}};
};

TEST_F(TextLogTest, AWholeSession) {
    EXPECT_EQ(line(samples::create_process().seq(1)),
              "CreateProcess: 10a4.10a4 (4260)  entry 00005555`55555060\n"
              "ModLoad: 00005555`55554000 00005555`55559000   /bin/crash-av   (10a4.10a4)\n");
    EXPECT_EQ(line(samples::load_image().seq(2)),
              "ModLoad: 00007fff`f7dc0000 00007fff`f7fa5000   /usr/lib/libc.so.6   (10a4.10a4)\n");
    auto loader = samples::exception(samples::fault(SIGTRAP, 1, 3),
                                     NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_LOADER_BREAK);
    EXPECT_EQ(line(loader.thread(samples::kPid).seq(3)),
              "(10a4.10a4): Break instruction exception - code 80000003 (first chance)\n");
    EXPECT_EQ(line(samples::create_thread().seq(4)),
              "CreateThread:  10a4.10a7  entry 00007fff`f7dd0010 libc.so.6+0x10010\n");
    EXPECT_EQ(line(samples::exception(samples::null_write()).seq(5)),
              "(10a4.10a7): Access violation - code c0000005 (first chance)\n"
              "    write to 00000000`00000000 at 00005555`55555139 crash-av+0x1139   "
              "(10a4.10a7)\n");
    EXPECT_EQ(line(samples::exception(samples::null_write(), 0).seq(6)),
              "(10a4.10a7): Access violation - code c0000005 (!!! second chance !!!)\n"
              "    write to 00000000`00000000 at 00005555`55555139 crash-av+0x1139   "
              "(10a4.10a7)\n");
    EXPECT_EQ(line(samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 0x8b, NTDBG_EXIT_BY_EXCEPTION)
                       .thread(samples::kTid)
                       .seq(7)),
              "ExitThread:  10a4.10a7  status c0000005 STATUS_ACCESS_VIOLATION\n");
    EXPECT_EQ(line(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0x8b, NTDBG_EXIT_BY_EXCEPTION)
                       .seq(8, samples::kSecond + 1'204'000'000)),
              "ExitProcess: 10a4.10a4 (4260)  status c0000005 STATUS_ACCESS_VIOLATION   lost 0   "
              "1.204 s\n");
}

TEST_F(TextLogTest, EveryLineCarriesPidAndTid) {
    for (const Sample &sample :
         {samples::create_process(), samples::load_image(), samples::unload_image(),
          samples::create_thread(), samples::exception(samples::null_write()),
          samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 0),
          samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0)}) {
        std::string text = line(sample);
        for (size_t start = 0; start < text.size(); start = text.find('\n', start) + 1) {
            std::string one = text.substr(start, text.find('\n', start) - start);
            EXPECT_NE(one.find("10a4.10a"), std::string::npos) << one;
        }
    }
}

TEST_F(TextLogTest, ExitStatuses) {
    auto exit_line = [&](uint32_t wait_status) {
        return line(samples::exit_event(NTDBG_EVENT_EXIT_THREAD, wait_status));
    };
    EXPECT_EQ(exit_line(0), "ExitThread:  10a4.10a4  status 00000000 STATUS_SUCCESS\n");
    EXPECT_EQ(exit_line(2 << 8), "ExitThread:  10a4.10a4  status 00000002\n");
    EXPECT_EQ(exit_line(192 << 8), "ExitThread:  10a4.10a4  status 000000c0\n");
    EXPECT_EQ(exit_line(2), "ExitThread:  10a4.10a4  status c000013a STATUS_CONTROL_C_EXIT\n");
    EXPECT_EQ(exit_line(9), "ExitThread:  10a4.10a4  status e04c0009 SIGKILL\n");
    EXPECT_EQ(exit_line(40), "ExitThread:  10a4.10a4  status e04c0028 signal 40\n");
}

TEST_F(TextLogTest, LostEventsShow) {
    line(samples::create_process().seq(1));
    EXPECT_NE(line(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0).seq(4)).find("lost 2 "),
              std::string::npos);
}

TEST_F(TextLogTest, KindsOfIds) {
    LogOptions options_;
    options_.ids = Ids::Dec;
    options(options_);
    EXPECT_EQ(line(samples::create_thread()),
              "CreateThread:  4260.4263  entry 00007fff`f7dd0010\n");
    options_.ids = Ids::Both;
    options(options_);
    EXPECT_EQ(line(samples::create_thread()),
              "CreateThread:  10a4.10a7/4260.4263  entry 00007fff`f7dd0010\n");
}

TEST_F(TextLogTest, TimesOnEachLine) {
    LogOptions options_;
    options_.times = true;
    options(options_);
    line(samples::create_process().seq(1));
    EXPECT_EQ(line(samples::exception(samples::null_write()).seq(2, samples::kSecond + 1'500'000)),
              "  0.001500 (10a4.10a7): Access violation - code c0000005 (first chance)\n"
              "  0.001500     write to 00000000`00000000 at 00005555`55555139 crash-av+0x1139   "
              "(10a4.10a7)\n");
}

TEST_F(TextLogTest, UnloadedImageIsForgotten) {
    line(samples::load_image());
    EXPECT_EQ(line(samples::unload_image()),
              "ModUnload: 00007fff`f7dc0000 00007fff`f7fa5000   /usr/lib/libc.so.6   "
              "(10a4.10a4)\n");
    EXPECT_EQ(line(samples::create_thread()),
              "CreateThread:  10a4.10a7  entry 00007fff`f7dd0010\n");
}

TEST_F(TextLogTest, ForkExecAttachKill) {
    line(samples::create_process().seq(1));
    auto child = samples::create_process().process(0x2000).seq(2);
    child.flags(NTDBG_EVENT_F_FORK).as<ntdbg_event_create_process>().ppid = samples::kPid;
    EXPECT_EQ(line(child),
              "CreateProcess: 2000.2000 (8192)  entry 00007fff`f7fe4000  child of 10a4 (4260)\n"
              "ModLoad: 00005555`55554000 00005555`55559000   /bin/crash-av   (2000.2000)\n");
    EXPECT_EQ(line(samples::create_thread().flags(NTDBG_EVENT_F_FAKE).seq(3)),
              "CreateThread:  10a4.10a7  entry 00007fff`f7dd0010  (attached)\n");
    EXPECT_EQ(
        line(samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 9).flags(NTDBG_EVENT_F_NOT_HELD).seq(4)),
        "ExitThread:  10a4.10a4  status e04c0009 SIGKILL  (killed)\n");
}

TEST_F(TextLogTest, OddPaths) {
    EXPECT_NE(line(samples::load_image("/tmp/a\nb\x1b[31m\xff"))
                  .find("/tmp/a\\x0ab\\x1b[31m\\xff   (10a4"),
              std::string::npos);
    auto none = Sample::of<ntdbg_event_image>(NTDBG_EVENT_LOAD_IMAGE);
    none.as<ntdbg_event_image>().image = samples::image(0x1000, 0x2000);
    EXPECT_NE(line(none).find("<device 8:1 inode 4242>"), std::string::npos);
}

TEST_F(TextLogTest, InPageErrorSaysWhy) {
    auto f = samples::fault(SIGBUS, 2, 14, 4, 0x5000);
    EXPECT_EQ(line(samples::exception(f)),
              "(10a4.10a7): In-page I/O error - code c0000006 (first chance)\n"
              "    read from 00000000`00005000 (status c0000011 STATUS_END_OF_FILE) at "
              "00005555`55555139   (10a4.10a7)\n");
}

TEST_F(TextLogTest, StringsOfTheProgram) {
    auto with_text = [&](const Sample &sample, const char *text) {
        Event event{sample.record(), sample.record().message(), text, {}};
        counter_.add(event.rec.header());
        return log_.event(event, counter_);
    };
    auto output = samples::software(DBG_PRINTEXCEPTION_C, {12, 0x1000});
    EXPECT_EQ(with_text(output, "about\tto fail\r\n"),
              "OutputDebugString(10a4.10a7): \"about\\x09to fail\"\n");
    auto name = samples::software(static_cast<NTSTATUS>(0x406D1388), {0x1000, 0x1000});
    EXPECT_EQ(with_text(name, "worker"), "ThreadName(10a4.10a7): \"worker\"\n");
}

TEST_F(TextLogTest, BreakIn) {
    auto sample = samples::exception(samples::fault(SIGTRAP, 1, 3),
                                     NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_BREAK_IN);
    EXPECT_TRUE(line(sample).starts_with(
        "(10a4.10a7): Break-in - code 80000003 (first chance)\n    at 00005555`5555513"));
}

TEST_F(TextLogTest, StateOfABreak) {
    auto sample = samples::exception(samples::null_write());
    Event event{sample.record(), sample.record().message(), {}, {}};
    event.stack.push_back({0x555555555139, 0x7fffffffe000, "crash-av!worker+0x1c", "demo.c @ 41"});
    event.stack.push_back({0x7ffff7dd0010, 0, "", ""});
    counter_.add(event.rec.header());
    std::string text = log_.event(event, counter_);
    EXPECT_NE(text.find("    rip=0000555555555139 rsp="), std::string::npos) << text;
    EXPECT_NE(text.find("    00 00007fff`ffffe000 crash-av!worker+0x1c [demo.c @ 41]   "
                        "(10a4.10a7)\n"
                        "    01 00000000`00000000 00007fff`f7dd0010   (10a4.10a7)\n"),
              std::string::npos)
        << text;
}

TEST_F(TextLogTest, AddressesByName) {
    fake::Names names;
    log_ = TextLog(LogOptions{}, &names);
    line(samples::create_process().seq(1));
    EXPECT_NE(line(samples::exception(samples::null_write()).seq(2))
                  .find("at 00005555`55555139 crash-av!inner+0x39 [demo.c @ 4409]   (10a4"),
              std::string::npos);
}

TEST_F(TextLogTest, UnknownTypeIsSaid) {
    auto sample = samples::create_thread();
    sample.header().type = 99;
    EXPECT_EQ(line(sample), "(10a4.10a7): event of type 99, which this ntdbg does not know\n");
}

TEST(Text, Utf8) {
    EXPECT_EQ(utf8_length("a"), 1u);
    EXPECT_EQ(utf8_length("\xC3\xA4"), 2u);
    EXPECT_EQ(utf8_length("\xE2\x82\xAC"), 3u);
    EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"), 4u);
    for (const char *broken : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                               "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82"})
        EXPECT_EQ(utf8_length(broken), 0u);
    EXPECT_EQ(utf8_length(""), 0u);
}

} // namespace
