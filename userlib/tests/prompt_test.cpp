// SPDX-License-Identifier: MIT
// The debugger with its prompt, against a pretended process.
#include <gtest/gtest.h>

#include "fake_machine.h"
#include "text_log.h"

namespace {

using namespace fake;
using Calls = std::vector<std::string>;

class PromptTest : public testing::Test {
protected:
    // The program at its entry, which is main; then what the test has arranged.
    Debugger::End run(std::deque<std::string> commands, bool follow = false, bool launched = true) {
        typist_.commands = std::move(commands);
        Debugger::Options options;
        options.follow = follow;
        options.launched = launched;
        options.interrupted = [this] { return std::exchange(interrupted_, false); };
        debugger_ = std::make_unique<Debugger>(Engine::Parts{machine_, machine_, names_, filters_},
                                               log_, typist_, options);
        auto end = debugger_->run();
        EXPECT_TRUE(end);
        return end ? *end : Debugger::End::AllGone;
    }
    void begin() {
        machine_.create_process();
        machine_.loader_break();
    }
    bool said(const std::string &text) const {
        return typist_.said.find(text) != std::string::npos;
    }
    // The module's calls, without what is of no interest to the test.
    Calls calls(const std::string &without = "") const {
        Calls out;
        for (const std::string &call : machine_.calls) {
            if (without.empty() || call.find(without) == std::string::npos)
                out.push_back(call);
        }
        return out;
    }
    // What one command says, at the initial breakpoint.
    std::string answer(const std::string &command) {
        begin();
        run({command, "q"});
        size_t start = typist_.said.find("0:000> " + command) + 8 + command.size();
        return typist_.said.substr(start, typist_.said.find("0:000> q", start) - start);
    }

    Machine machine_;
    Names names_;
    Filters filters_ = Filters::for_prompt();
    TextLog log_{LogOptions{}};
    Typist typist_;
    bool interrupted_ = false;
    std::unique_ptr<Debugger> debugger_;
};

#define EXPECT_SAID(text) EXPECT_TRUE(said(text)) << typist_.said
#define EXPECT_NOT_SAID(text) EXPECT_FALSE(said(text)) << typist_.said

constexpr uint32_t kPid = samples::kPid;
constexpr uint32_t kTid = samples::kTid;

// ---- going on and breaking ----------------------------------------------------------

TEST_F(PromptTest, InitialBreakpointAndQuit) {
    begin();
    EXPECT_EQ(run({"q"}), Debugger::End::Quit);
    EXPECT_SAID("(10a4.10a4): Break instruction exception - code 80000003 (first chance)\n");
    EXPECT_SAID("crash-av!main [demo.c @ 4096]:\n00005555`55555000 55              push    rbp\n");
    EXPECT_SAID("0:000> q\n");
    EXPECT_EQ(calls(), Calls{"continue 10a4.10a4 00010002"});
}

TEST_F(PromptTest, EndOfInputIsQuit) {
    begin();
    EXPECT_EQ(run({}), Debugger::End::Quit);
}

TEST_F(PromptTest, BreakpointIsHitAndSteppedOver) {
    begin();
    machine_.int3(kPid, kInner);
    machine_.trap(kPid, kInner + 1);
    machine_.int3(kPid, kInner);
    uint8_t at_prompt = 0;
    typist_.before_line = [&](const std::string &line) {
        if (line == "g")
            at_prompt = machine_.peek(kInner);
    };
    run({"bp inner", "g", "g", "r rip", "q"});
    EXPECT_EQ(at_prompt, 0x90); // the memory is the program's own at the prompt
    EXPECT_SAID("Breakpoint 0 hit\ncrash-av!inner");
    EXPECT_SAID("rip=0000555555555100");
    EXPECT_EQ(calls(), (Calls{"continue 10a4.10a4 00010002", // create process
                              "continue 10a4.10a4 00010002", // loader's breakpoint
                              "int3 executed",
                              "continue 10a4.10a4 00010001", // to step over it
                              "trap with flag", "continue 10a4.10a4 00010001", "int3 executed"}));
    EXPECT_EQ(machine_.thread(kPid).regs.eflags & kTrap, 0u);
    EXPECT_EQ(machine_.peek(kInner), 0x90);
}

TEST_F(PromptTest, OthersAreHeldWhileOneStepsOver) {
    machine_.create_process();
    machine_.event(samples::create_thread());
    machine_.loader_break();
    machine_.int3(kPid, kInner);
    machine_.trap(kPid, kInner + 1);
    run({"bp inner", "g", "g", "q"});
    auto seen = calls("continue");
    EXPECT_EQ(seen, (Calls{"int3 executed", "suspend 10a7", "trap with flag", "resume 10a7"}));
}

TEST_F(PromptTest, EventOfAnotherThreadDuringTheStep) {
    machine_.create_process();
    machine_.event(samples::create_thread());
    machine_.loader_break();
    machine_.int3(kPid, kInner);
    machine_.int3(kTid, kInner); // had been there before, was waiting in line
    machine_.trap(kTid, kInner + 1);
    machine_.trap(kPid, kInner + 1);
    run({"bp inner", "g", "g", "g", "q"});
    // The second thread is not held while it has to step itself.
    EXPECT_EQ(calls("continue"),
              (Calls{"int3 executed", "suspend 10a7", "int3 missing", "resume 10a7",
                     "trap with flag", "suspend 10a7", "trap with flag", "resume 10a7"}));
    EXPECT_EQ(machine_.suspended[kTid], 0);
}

TEST_F(PromptTest, SystemCallIsSteppedByABreakpointBehindIt) {
    begin();
    uint64_t call = kMain + 10;
    machine_.int3(kPid, call);
    machine_.int3(kPid, call + 2);
    run({"bp main+a", "g", "t", "q"});
    EXPECT_SAID("crash-av!main+0xc");
    EXPECT_EQ(machine_.thread(kPid).regs.eflags & kTrap, 0u);
    EXPECT_EQ(machine_.peek(call), 0x0f);
    EXPECT_EQ(machine_.peek(call + 2), 0x9c);
}

TEST_F(PromptTest, PushedFlagsAreThePrograms) {
    begin();
    machine_.at(kPid, kMain);
    typist_.before_line = [&](const std::string &line) {
        if (line == "t") {
            machine_.at(kPid, kMain + 12);
            machine_.thread(kPid).regs.rsp = kData;
        }
    };
    machine_.trap(kPid, kMain + 13);
    machine_.events.back().before = [&] {
        machine_.thread(kPid).regs.rip = kMain + 13;
        machine_.poke(kData, {0x46, 0x03, 0, 0, 0, 0, 0, 0}); // with the trap flag
    };
    run({"t", "q"});
    EXPECT_EQ(machine_.peek(kData + 1), 0x02);
}

TEST_F(PromptTest, StepInto) {
    begin();
    machine_.trap(kPid, kMain + 1);
    machine_.trap(kPid, kMain + 4);
    machine_.trap(kPid, kInner);
    run({"t", "", "t", "q"});
    EXPECT_SAID("rip=0000555555555001");
    EXPECT_SAID("crash-av!main+0x4");
    EXPECT_SAID("call    crash-av!inner (00005555`55555100)");
    EXPECT_SAID("crash-av!inner [demo.c @ 4352]:\n");
}

TEST_F(PromptTest, SeveralStepsShowEach) {
    begin();
    machine_.trap(kPid, kMain + 1);
    machine_.trap(kPid, kMain + 4);
    run({"t 2", "q"});
    EXPECT_SAID("rip=0000555555555001");
    EXPECT_SAID("rip=0000555555555004");
}

TEST_F(PromptTest, StepOverACall) {
    begin();
    machine_.trap(kPid, kMain + 1);
    machine_.trap(kPid, kMain + 4);
    machine_.int3(kPid, kMain + 9, kStack - 0x100); // a deeper call of the same function
    machine_.trap(kPid, kMain + 10);
    machine_.int3(kPid, kMain + 9);
    run({"p", "p", "p", "q"});
    EXPECT_SAID("crash-av!main+0x9");
    EXPECT_EQ(machine_.peek(kMain + 9), 0x90);
}

TEST_F(PromptTest, GoToAnAddressAndUp) {
    begin();
    machine_.int3(kPid, kInner, kStack - 8);
    machine_.int3(kPid, kMain + 9);
    run({"g inner", "gu", ".lastevent", "bl", "q"});
    EXPECT_SAID("crash-av!inner");
    EXPECT_SAID("crash-av!main+0x9");
    EXPECT_SAID("Last event: 10a4.10a4: Reached the address");
    EXPECT_SAID("bl\n0:000> q"); // none is left
}

TEST_F(PromptTest, DeferredBreakpoint) {
    begin();
    machine_.event(samples::load_image());
    machine_.int3(kPid, kInner);
    run({"bp libc!late", "bl", "g", "bl", "q"});
    EXPECT_SAID("libc!late is not there yet: breakpoint 0 waits for its module\n");
    EXPECT_SAID(" 0 eu                    0001 (0001)  0:**** (libc!late)\n");
    EXPECT_SAID("Breakpoint 0 hit\n");
    EXPECT_SAID(" 0 e  00005555`55555100  0001 (0001)  0:**** crash-av!inner\n");
}

TEST_F(PromptTest, PassesOnceCommandsAndThreads) {
    begin();
    machine_.int3(kPid, kInner);
    machine_.trap(kPid, kInner + 1);
    machine_.int3(kPid, kInner);
    run({"bp inner 2 \".echo there; r rip\"", "bl", "g", "q"});
    EXPECT_SAID("0002 (0002)  0:**** crash-av!inner \".echo there; r rip\"");
    EXPECT_SAID("there\nrip=0000555555555100\n0:000> q");
}

TEST_F(PromptTest, OneShot) {
    begin();
    machine_.int3(kPid, kInner);
    run({"bp /1 inner", "g", "bl", "q"});
    EXPECT_SAID("Breakpoint 0 hit");
    EXPECT_SAID("bl\n0:000> q");
}

TEST_F(PromptTest, BreakpointOfOneThread) {
    machine_.create_process();
    machine_.event(samples::create_thread());
    machine_.loader_break();
    machine_.int3(kPid, kInner);
    machine_.trap(kPid, kInner + 1);
    machine_.int3(kTid, kInner);
    run({"~1 bp inner", "bl", "g", "q"});
    EXPECT_SAID("0:001 crash-av!inner");
    EXPECT_SAID("Breakpoint 0 hit");
    EXPECT_SAID("0:001> q");
}

TEST_F(PromptTest, ChangingBreakpoints) {
    begin();
    machine_.exit();
    run({"bp main", "bp inner", "bp inner", "bd 0", "bl", "bc 0", "bl", "bc 7", "bc", "be *",
         "bc *", "bl", "g", "q"});
    EXPECT_SAID("breakpoint 1 redefined\n");
    EXPECT_SAID(" 0 d  00005555`55555000");
    EXPECT_SAID("^ there is no breakpoint 7 (bl lists them)\n");
    EXPECT_SAID("^ bc needs the numbers of breakpoints, or *\n");
    EXPECT_SAID("bl\n0:000> g");
    EXPECT_SAID("ExitProcess: ");
}

TEST_F(PromptTest, WhereNoBreakpointCanBe) {
    begin();
    machine_.exit();
    run({"bp 10", "g", "bl", "q"});
    EXPECT_SAID("Breakpoint 0 is disabled: 00000000`00000010 cannot be written: Bad address\n");
    EXPECT_SAID(" 0 d  00000000`00000010");
}

TEST_F(PromptTest, TheProgramsOwnInt3) {
    begin();
    auto f = samples::fault(SIGTRAP, 0x80, 3);
    f.ip = kMain + 10;
    machine_.event(samples::exception(f).thread(kPid));
    machine_.exit();
    run({"g", "gn", "q"});
    EXPECT_SAID("Break instruction exception - code 80000003 (first chance)\n    at "
                "00005555`55555009");
    EXPECT_EQ(calls().back(), "continue 10a4.10a4 80010001");
}

TEST_F(PromptTest, DebugRegisters) {
    begin();
    machine_.event(samples::create_thread());
    machine_.trap(kPid, kMain + 4, 1);
    machine_.trap(kPid, kMain + 9, 2);
    run({"ba w8 data", "ba e1 main+9", "bl", "g", "g", "q"});
    EXPECT_SAID(" 0 e  00005555`55558000 w 8  0001 (0001)  0:**** crash-av!data\n");
    EXPECT_SAID("Breakpoint 0 hit\n");
    EXPECT_SAID("Breakpoint 1 hit\n");
    auto seen = calls("continue");
    // Both in the first thread, and in the one that came.
    EXPECT_EQ(seen[0], "dr7 10a4 90005 dr0 555555558000");
    EXPECT_EQ(seen[1], "dr7 10a7 90005 dr0 555555558000");
}

TEST_F(PromptTest, StepsOverABreakpointInADebugRegister) {
    begin();
    machine_.trap(kPid, kInner, 1);
    machine_.trap(kPid, kInner + 1);
    machine_.exit();
    run({"ba e1 inner", "g", "bc *", "ba e1 inner", "g", "q"});
    EXPECT_EQ(calls("continue"), (Calls{"dr7 10a4 1 dr0 555555555100", "trap without flag",
                                        "dr7 10a4 0 dr0 0", // out, for one step
                                        "trap with flag", "dr7 10a4 1 dr0 555555555100"}));
}

TEST_F(PromptTest, WatchProblems) {
    EXPECT_NE(answer("ba w8 data+1").find("is no multiple of 8"), std::string::npos);
    EXPECT_NE(answer("ba x1 data").find("ba needs e1, or w or r"), std::string::npos);
    EXPECT_NE(answer("ba e4 data").find("has the length 1"), std::string::npos);
    begin();
    run({"ba w1 data", "ba w1 data+1", "ba w1 data+2", "ba w1 data+3", "ba w1 data+4", "q"});
    EXPECT_SAID("all four debug registers are taken");
}

// ---- exceptions ----------------------------------------------------------------------

TEST_F(PromptTest, ExceptionHandledOrNot) {
    begin();
    auto av = [&](uint32_t chance) {
        machine_.event(samples::exception(samples::null_write(), chance).thread(kPid));
    };
    av(NTDBG_EXCEPTION_FIRST_CHANCE);
    av(NTDBG_EXCEPTION_FIRST_CHANCE);
    av(NTDBG_EXCEPTION_FIRST_CHANCE);
    machine_.exit();
    run({"g", ".lastevent", "gh", "gn", "g", "q"});
    EXPECT_SAID("Last event: 10a4.10a4: Access violation - code c0000005 (first chance)\n");
    EXPECT_SAID("rax="); // registers at an exception
    EXPECT_EQ(calls(), (Calls{"continue 10a4.10a4 00010002", "continue 10a4.10a4 00010002",
                              "continue 10a4.10a4 00010001", "continue 10a4.10a4 80010001",
                              "continue 10a4.10a4 80010001"}));
}

TEST_F(PromptTest, GhNeedsAnException) {
    EXPECT_NE(answer("gh").find("^ gh answers an exception, and the last event is none"),
              std::string::npos);
}

TEST_F(PromptTest, FiltersAtThePrompt) {
    begin();
    machine_.event(samples::exception(samples::null_write()).thread(kPid));
    machine_.event(samples::create_thread());
    run({"sxi av", "sxe -h av", "sxe ct", "sx", "sxe", "sxe foo", "g", "q"});
    EXPECT_SAID("    av - Access violation - ignore - handled\n");
    EXPECT_SAID("^ sxe needs an event");
    EXPECT_SAID("^ \"foo\" is no event's short name");
    EXPECT_NOT_SAID("Access violation - code");
    EXPECT_SAID("CreateThread:  10a4.10a7");
    EXPECT_SAID("0:001> q");
    EXPECT_EQ(calls().back(), "continue 10a4.10a4 00010001");
    EXPECT_TRUE(filters_.table().find("ct - Create thread - break") != std::string::npos);
}

TEST_F(PromptTest, CtrlCBreaksIn) {
    begin();
    auto f = samples::fault(SIGTRAP, 1, 3);
    f.ip = kMain + 4;
    machine_.event(samples::exception(f, NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_BREAK_IN)
                       .thread(kPid));
    run({"g", ".lastevent", "q"});
    EXPECT_SAID("(10a4.10a4): Break-in - code 80000003");
    EXPECT_SAID("Last event: 10a4.10a4: Break-in");
    EXPECT_EQ(calls().back(), "continue 10a4.10a4 00010002");
}

TEST_F(PromptTest, LeftoverTrapIsSwallowed) {
    begin();
    machine_.event(samples::exception(samples::null_write()).thread(kPid)); // instead of the trap
    machine_.trap(kPid, kMain + 4);
    machine_.exit();
    run({"t", "gn", "q"});
    EXPECT_SAID("Access violation");
    EXPECT_NOT_SAID("Single step");
    EXPECT_EQ(machine_.thread(kPid).regs.eflags & kTrap, 0u);
}

// ---- letting go, children, execve ----------------------------------------------------

TEST_F(PromptTest, DetachTakesEverythingOut) {
    machine_.create_process();
    machine_.event(samples::create_thread());
    machine_.loader_break();
    machine_.int3(kPid, kInner);
    machine_.int3(kTid, kInner); // in line behind it
    EXPECT_EQ(run({"bp inner", "ba w1 data", "g", "~1f", ".detach"}), Debugger::End::Detached);
    EXPECT_SAID("Detached from process 10a4; it runs on\n");
    EXPECT_EQ(machine_.peek(kInner), 0x90);
    EXPECT_EQ(machine_.thread(kPid).dr[5], 0u);
    EXPECT_EQ(machine_.suspended[kTid], 0);
    Calls last(machine_.calls.end() - 4, machine_.calls.end());
    EXPECT_EQ(last, (Calls{"continue 10a4.10a4 00010001", "int3 missing",
                           "continue 10a4.10a7 00010001", "detach 10a4"}));
    EXPECT_EQ(machine_.thread(kTid).regs.rip, kInner); // not behind an int3 that is gone
}

TEST_F(PromptTest, QuitAndDetach) {
    begin();
    EXPECT_EQ(run({"bp main", "qd"}), Debugger::End::Detached);
    EXPECT_EQ(calls().back(), "detach 10a4");
}

TEST_F(PromptTest, QuitLetsAnAttachedProcessGo) {
    begin();
    EXPECT_EQ(run({"q"}, false, false), Debugger::End::Detached);
    EXPECT_EQ(calls().back(), "detach 10a4");
}

TEST_F(PromptTest, Kill) {
    begin();
    machine_.exit();
    EXPECT_EQ(run({".kill", "q"}), Debugger::End::Quit);
    EXPECT_EQ(calls()[1], "terminate 10a4");
}

Sample child(uint32_t pid) {
    auto sample = samples::create_process().process(pid).flags(NTDBG_EVENT_F_FORK);
    sample.as<ntdbg_event_create_process>().ppid = samples::kPid;
    return sample;
}

TEST_F(PromptTest, ForkedChildIsCleanedAndLetGo) {
    begin();
    machine_.int3(kPid, kInner);
    machine_.trap(kPid, kInner + 1);
    machine_.event(child(0x2000));
    machine_.exit();
    run({"bp inner", "g", "g", "q"});
    EXPECT_EQ(calls("continue"),
              (Calls{"int3 executed", "trap with flag", "write 2000", "detach 2000"}));
    EXPECT_NOT_SAID("child of");
}

TEST_F(PromptTest, VforkedChildIsLetGoWhenItHasItsOwnMemory) {
    begin();
    machine_.int3(kPid, kInner);
    machine_.trap(kPid, kInner + 1);
    machine_.shared_memory = true;
    machine_.event(child(0x2000));
    auto f = samples::fault(SIGTRAP, 0x80, 3);
    f.ip = kInner + 1;
    machine_.event(samples::exception(f).process(0x2000),
                   [&] { machine_.thread(0x2000).regs.rip = kInner + 1; });
    auto t = samples::fault(SIGTRAP, 2, 1);
    t.dr6 = 0x4000;
    machine_.event(samples::exception(t).process(0x2000));
    machine_.event(samples::create_process().process(0x2000).flags(NTDBG_EVENT_F_EXEC));
    machine_.exit();
    run({"bp inner", "g", "g", "q"});
    EXPECT_EQ(machine_.thread(0x2000).regs.rip, kInner);
    Calls expected{"continue 2000.2000 00010002", "continue 2000.2000 00010001",
                   "continue 2000.2000 00010001", "detach 2000"};
    Calls seen;
    for (const std::string &call : machine_.calls) {
        if (call.find("2000") != std::string::npos)
            seen.push_back(call);
    }
    EXPECT_EQ(seen, expected);
}

TEST_F(PromptTest, FollowedChildHasANumber) {
    begin();
    machine_.event(child(0x2000));
    run({"sxe cpr", "g", "|", "|0s", "t", "|5s", "q"}, true);
    EXPECT_SAID("1:000> |\n");
    EXPECT_SAID(".   1  id: 2000  threads: 1  name: /bin/crash-av\n");
    EXPECT_SAID("^ process 10a4 runs; only the one of the last event can be stepped\n");
    EXPECT_SAID("^ | takes the number of a process and s");
}

TEST_F(PromptTest, AnotherProgram) {
    begin();
    machine_.event(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0).flags(NTDBG_EVENT_F_EXEC));
    machine_.event(samples::create_process().flags(NTDBG_EVENT_F_EXEC),
                   [this] { machine_.poke(kInner, {0x90}); });
    machine_.int3(kPid, kInner);
    run({"sxn epr", "bp inner", "bp 555555555000+9", "g", "bl", "q"});
    EXPECT_SAID("Breakpoint 1 at 00005555`55555009 is disabled: another program runs now\n");
    EXPECT_SAID("Breakpoint 0 hit\n");
}

// ---- looking ---------------------------------------------------------------------------

TEST_F(PromptTest, RegistersShownAndSet) {
    begin();
    run({"r rax=5", "r rax, eax", "r @rip", "r foo", "r rax=1+", "r xmm0", "r", "q"});
    EXPECT_SAID("rax=0000000000000005\neax=0000000000000005\n");
    EXPECT_SAID("rip=0000555555555000\n");
    EXPECT_SAID("^ there is no register \"foo\"\n");
    EXPECT_SAID("^ an address is missing\n");
    EXPECT_SAID("xmm0=00000000000000000000000000000000\n");
    EXPECT_EQ(machine_.thread(kPid).regs.rax, 5u);
}

TEST_F(PromptTest, Memory) {
    EXPECT_EQ(answer("dq data L1"), "00005555`55558000  11223344`55667788\n");
    EXPECT_EQ(answer("dd data data+7"), "00005555`55558000  55667788 11223344\n");
    EXPECT_EQ(answer("dw data L2"), "00005555`55558000  7788 5566\n");
    EXPECT_EQ(answer("da data+10"), "00005555`55558010  \"hello\"\n");
    EXPECT_EQ(answer("dps data L1"), "00005555`55558000  11223344`55667788\n");
    EXPECT_EQ(answer("db data L3"), "00005555`55558000  88 77 66" + std::string(41, ' ') + ".wf\n");
    EXPECT_EQ(answer("dd 10 L2"), "00000000`00000010  ???????? ????????\n");
    EXPECT_EQ(answer("dd data L0"), "");
    EXPECT_NE(answer("dd data+8 data").find("lies before its start"), std::string::npos);
    EXPECT_NE(answer("dd data L1000000").find("more than"), std::string::npos);
}

TEST_F(PromptTest, MemoryGoesOn) {
    begin();
    run({"dd data L4", "", "q"});
    EXPECT_SAID("0:000> \n00005555`55558010  6c6c6568 0000006f ");
}

TEST_F(PromptTest, MemoryWritten) {
    begin();
    run({"ed data 11 22", "dd data L2", "eb data 100", "eb data", "eb", "eb 10 1", "q"});
    EXPECT_SAID("00000011 00000022\n");
    EXPECT_SAID("^ 100 does not fit into 1 byte\n");
    EXPECT_SAID("^ eb needs values behind the address\n");
    EXPECT_SAID("^ eb needs an address and values\n");
    EXPECT_SAID("^ 0 of 1 byte could be written to 00000000`00000010\n");
}

TEST_F(PromptTest, Disassembly) {
    EXPECT_EQ(answer("u main L3"), "crash-av!main [demo.c @ 4096]:\n"
                                   "00005555`55555000 55              push    rbp\n"
                                   "00005555`55555001 4889e5          mov     rbp, rsp\n"
                                   "00005555`55555004 e8f7000000      call    crash-av!inner "
                                   "(00005555`55555100)\n");
    EXPECT_NE(answer("u 10").find("??"), std::string::npos);
    begin();
    run({"u main L1", "", "q"});
    EXPECT_SAID("0:000> \ncrash-av!main+0x1 [demo.c @ 4097]:\n00005555`55555001");
}

TEST_F(PromptTest, Stack) {
    EXPECT_EQ(answer("k"),
              " # Child-SP          RetAddr               Call Site\n"
              "00 00007fff`ffffe000 00005555`55555009     crash-av!main [demo.c @ 4096]\n"
              "01 00007fff`ffffe008 00000000`00000000     crash-av!main+0x9 [demo.c @ 4104]\n");
    std::string one = answer("k 1");
    EXPECT_EQ(std::count(one.begin(), one.end(), '\n'), 2);
    EXPECT_NE(answer("k 0").find("takes a number of frames"), std::string::npos);
}

TEST_F(PromptTest, SymbolCommands) {
    EXPECT_EQ(answer("x crash-av!*n*"), "00005555`55555000 crash-av!main\n"
                                        "00005555`55555100 crash-av!inner\n");
    EXPECT_NE(answer("x nothing*").find("^ no symbol is called nothing*"), std::string::npos);
    EXPECT_EQ(answer("ln main+3"), "(00005555`55555000)   crash-av!main+0x3 [demo.c @ 4099]   |  "
                                   "(00005555`55555100)   crash-av!inner\n");
    EXPECT_NE(answer("ln inner").find("Exact matches:\n    crash-av!inner\n"), std::string::npos);
    EXPECT_NE(answer("ln 10").find("^ no module is at 00000000`00000010"), std::string::npos);
    EXPECT_NE(answer("lm").find("00005555`55554000 00005555`55559000   crash-av"),
              std::string::npos);
    EXPECT_EQ(answer("lm m libx*"), "start             end                 module name\n");
}

TEST_F(PromptTest, Threads) {
    machine_.create_process();
    machine_.event(samples::create_thread());
    machine_.loader_break();
    run({"~", "~1f", "~1", "~1u", "~1n", "~1m", "~*r rip", "~1s", "~0s", "~7s", "~x", "~*s", "q"});
    EXPECT_SAID(".   0  Id: 10a4.10a4 Suspend: 0 Teb: 00000000`00000000 Unfrozen \"worker\"\n"
                "    1  Id: 10a4.10a7 Suspend: 0");
    EXPECT_SAID("    1  Id: 10a4.10a7 Suspend: 1 Teb: 00000000`00000000 Frozen \"worker\"\n");
    EXPECT_EQ(machine_.suspended[kTid], 0);
    EXPECT_SAID("rip=0000555555555000\n");
    EXPECT_SAID("rip=0000000000000000\n");
    EXPECT_SAID("0:001> ~0s");
    EXPECT_SAID("^ there is no thread 7 (~ lists them)\n");
    EXPECT_SAID("^ \"x\" is no thread");
    EXPECT_SAID("^ one thread can be current: ~Ns\n");
}

TEST_F(PromptTest, ProcessAndExpressions) {
    EXPECT_NE(answer("!process").find("PROCESS 10a4 (4260)  Threads: 1  Image: /bin/crash-av"),
              std::string::npos);
    EXPECT_NE(answer("!process 0 0").find("PROCESS 10a4"), std::string::npos);
    EXPECT_EQ(answer("? main+0n16"), "Evaluate expression: 93824992235536 = 00005555`55555010\n");
    EXPECT_EQ(answer("? poi(data)"), "Evaluate expression: 1234605616436508552 = "
                                     "11223344`55667788\n");
    EXPECT_NE(answer(".help").find("gu  "), std::string::npos);
}

TEST_F(PromptTest, UnknownCommandsNameTheNearest) {
    EXPECT_NE(answer("lmm").find("^ there is no command \"lmm\"; the nearest is lm"),
              std::string::npos);
    EXPECT_NE(answer(".lastevnt").find("the nearest is .lastevent"), std::string::npos);
    EXPECT_NE(answer("xse av").find("the nearest is sxe"), std::string::npos);
    EXPECT_NE(answer("%").find("there is no command \"%\""), std::string::npos);
    EXPECT_EQ(answer("* a comment"), "");
    EXPECT_EQ(answer(".echo a; .echo b"), "a\nb\n");
    EXPECT_EQ(answer(".echo a; foo; .echo b").substr(0, 4), "a\n^ ");
}

TEST_F(PromptTest, Completion) {
    begin();
    std::vector<std::string> commands;
    std::vector<std::string> symbols;
    std::vector<std::string> qualified;
    std::vector<std::string> modules;
    typist_.before_line = [&](const std::string &line) {
        if (line != "q")
            return;
        commands = typist_.completer(".l");
        symbols = typist_.completer("bp in");
        qualified = typist_.completer("k; u crash-av!m");
        modules = typist_.completer("x cr");
    };
    run({"q"});
    EXPECT_EQ(commands, Calls{".lastevent"});
    EXPECT_EQ(symbols, Calls{"bp inner"});
    EXPECT_EQ(qualified, Calls{"k; u crash-av!main"});
    EXPECT_EQ(modules, Calls{"x crash-av!"});
}

} // namespace
