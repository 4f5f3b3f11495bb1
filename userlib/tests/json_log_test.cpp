// SPDX-License-Identifier: MIT
// The JSON log: whole lines, and that whatever comes it is JSON.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "json_log.h"
#include "json_writer.h"
#include "samples.h"

namespace {

using namespace ntdbg::tool;
using nlohmann::json;
using samples::Sample;

std::string line(const Sample &sample) {
    Counter counter;
    JsonLog log;
    Event event{sample.record(), sample.record().message(), {}, {}};
    counter.add(event.rec.header());
    return log.event(event, counter);
}

TEST(JsonLog, CreateProcess) {
    EXPECT_EQ(line(samples::create_process()),
              R"({"type":"DbgKmCreateProcessApi","api":2,"seq":1,"time_ns":"1000000000",)"
              R"("pid":4260,"tid":4260,"cpu":3,"flags":[],)"
              R"("dbgkm":{"BaseOfImage":"0x555555554000",)"
              R"("InitialThread":{"StartAddress":"0x555555555060"}},)"
              R"("linux":{"image":{"path":"/bin/crash-av","base":"0x555555554000",)"
              R"("end":"0x555555559000","entry":"0x555555555060","dev":"8:1","ino":4242},)"
              R"("ppid":4096,"start_address":"0x7ffff7fe4000","stack":"0x7fffffffe000"}})"
              "\n");
}

TEST(JsonLog, LoadDll) {
    EXPECT_EQ(line(samples::load_image().flags(NTDBG_EVENT_F_FAKE)),
              R"({"type":"DbgKmLoadDllApi","api":5,"seq":1,"time_ns":"1000000000",)"
              R"("pid":4260,"tid":4260,"cpu":3,"flags":["fake"],)"
              R"("dbgkm":{"BaseOfDll":"0x7ffff7dc0000"},)"
              R"("linux":{"image":{"path":"/usr/lib/libc.so.6","base":"0x7ffff7dc0000",)"
              R"("end":"0x7ffff7fa5000","dev":"8:1","ino":4242}}})"
              "\n");
}

TEST(JsonLog, CreateThread) {
    EXPECT_EQ(line(samples::create_thread()),
              R"({"type":"DbgKmCreateThreadApi","api":1,"seq":1,"time_ns":"1000000000",)"
              R"("pid":4260,"tid":4263,"cpu":3,"flags":[],)"
              R"("dbgkm":{"StartAddress":"0x7ffff7dd0010"},)"
              R"("linux":{"start_address":"0x7ffff7dd0010","stack":"0x7ffff6000000",)"
              R"("tls":"0x7ffff6000700"}})"
              "\n");
}

TEST(JsonLog, SoftwareAndBreakIn) {
    auto sample = samples::software(DBG_PRINTEXCEPTION_C, {6, 0x1000});
    Event event{sample.record(), sample.record().message(), "hello", {}};
    event.stack.push_back({0x1234, 0x5678, "demo!main+0x4", "demo.c @ 7"});
    Counter counter;
    counter.add(event.rec.header());
    json j = json::parse(JsonLog().event(event, counter));
    EXPECT_EQ(j["dbgkm"]["ExceptionRecord"]["ExceptionCode"], "0x40010006");
    EXPECT_EQ(j["linux"]["software"], true);
    EXPECT_EQ(j["linux"]["break_in"], false);
    EXPECT_EQ(j["text"], "hello");
    EXPECT_EQ(j["stack"][0]["ip"], "0x1234");
    EXPECT_EQ(j["stack"][0]["sp"], "0x5678");
    EXPECT_EQ(j["stack"][0]["place"], "demo!main+0x4");
    EXPECT_EQ(j["stack"][0]["source"], "demo.c @ 7");
    auto broken = samples::exception(samples::fault(5, 1, 3),
                                     NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_BREAK_IN);
    j = json::parse(line(broken));
    EXPECT_EQ(j["linux"]["break_in"], true);
    EXPECT_FALSE(j.contains("text"));
    EXPECT_FALSE(j.contains("stack"));
}

TEST(JsonLog, TerminatedExit) {
    auto sample = samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 9, NTDBG_EXIT_TERMINATED);
    sample.as<ntdbg_event_exit>().nt_status = 0xC0000005;
    json j = json::parse(line(sample));
    EXPECT_EQ(j["dbgkm"]["ExitStatus"], "0xc0000005");
    EXPECT_EQ(j["linux"]["terminated"], true);
}

TEST(JsonLog, Exception) {
    json j = json::parse(line(samples::exception(samples::null_write())));
    EXPECT_EQ(j["type"], "DbgKmExceptionApi");
    const json &record = j["dbgkm"]["ExceptionRecord"];
    EXPECT_EQ(record["ExceptionCode"], "0xc0000005");
    EXPECT_EQ(record["ExceptionCodeName"], "STATUS_ACCESS_VIOLATION");
    EXPECT_EQ(record["ExceptionInformation"], json({"0x1", "0x0"}));
    EXPECT_EQ(j["dbgkm"]["FirstChance"], true);
    EXPECT_EQ(j["linux"]["loader_break"], false);
    const json &fault = j["linux"]["fault"];
    EXPECT_EQ(fault["signal"], "SIGSEGV");
    EXPECT_EQ(fault["trap"], 14);
    EXPECT_EQ(fault["error_code"], "0x6");
    EXPECT_EQ(fault["insn"], "c7002a000000");
    EXPECT_EQ(fault["regs"]["rip"], "0x555555555139");
}

TEST(JsonLog, Exit) {
    json killed = json::parse(line(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 9)));
    EXPECT_EQ(killed["dbgkm"]["ExitStatus"], "0xe04c0009");
    EXPECT_EQ(killed["dbgkm"]["ExitStatusName"], "SIGKILL");
    EXPECT_EQ(killed["linux"]["signal"], "SIGKILL");
    EXPECT_EQ(killed["linux"]["core_dumped"], false);
    json left = json::parse(line(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 3 << 8)));
    EXPECT_EQ(left["dbgkm"]["ExitStatus"], "0x00000003");
    EXPECT_FALSE(left["dbgkm"].contains("ExitStatusName"));
    EXPECT_EQ(left["linux"]["exit_code"], 3);
    json crashed = json::parse(
        line(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0x8b, NTDBG_EXIT_BY_EXCEPTION)));
    EXPECT_EQ(crashed["dbgkm"]["ExitStatus"], "0xc0000005");
    EXPECT_EQ(crashed["linux"]["by_exception"], true);
    EXPECT_EQ(crashed["linux"]["fault"]["signo"], 11);
}

TEST(JsonLog, OddPathsStayJson) {
    json j = json::parse(line(samples::load_image("/tmp/\"\\\n\x01\xff\xC3\xA4")));
    EXPECT_EQ(j["linux"]["image"]["path"], "/tmp/\"\\\n\x01\xEF\xBF\xBD\xC3\xA4");
    EXPECT_EQ(j["linux"]["image"]["path_hex"], "2f746d702f225c0a01ffc3a4");
    json plain = json::parse(line(samples::load_image("/tmp/\xC3\xA4")));
    EXPECT_FALSE(plain["linux"]["image"].contains("path_hex"));
    auto none = Sample::of<ntdbg_event_image>(NTDBG_EVENT_LOAD_IMAGE);
    none.flags(NTDBG_EVENT_F_NO_PATH);
    json nothing = json::parse(line(none));
    EXPECT_TRUE(nothing["linux"]["image"]["path"].is_null());
    EXPECT_EQ(nothing["flags"], json({"no_path"}));
}

TEST(JsonLog, EveryByteStaysJson) {
    for (int byte = 1; byte < 256; byte++) {
        std::string path = "/x";
        path += static_cast<char>(byte);
        EXPECT_TRUE(json::accept(line(samples::load_image(path)))) << byte;
    }
}

TEST(JsonLog, UnknownType) {
    auto sample = samples::create_thread();
    sample.header().type = 99;
    json j = json::parse(line(sample));
    EXPECT_EQ(j["type"], "unknown");
    EXPECT_EQ(j["event_type"], 99);
}

TEST(JsonLog, End) {
    Counter counter;
    JsonLog log;
    counter.add(samples::create_process().header());
    counter.add(samples::load_image().seq(3).header());
    Ending ending{4260, 139, false};
    EXPECT_EQ(log.end(ending, counter),
              R"({"type":"end","pid":4260,"tid":4260,"events":2,"lost":1,)"
              R"("counts":{"DbgKmCreateProcessApi":1,"DbgKmLoadDllApi":1},)"
              R"("exit_status":139,"detached":false})"
              "\n");
}

} // namespace
