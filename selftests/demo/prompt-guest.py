#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The debugger's prompt inside the VM, by a pipe and by a terminal: TAP.

usage: prompt-guest.py PROMPTED      (the program of selftests/demo/prompted.c)

Nothing here waits for a time: each step waits until the debugger has said what
it should, and the whole thing has one limit from outside.
"""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

PROGRAM = sys.argv[1]
LIMIT = 60  # seconds until something that does not come is a failure
count = 0
failed = 0


def check(name, good, said=""):
    global count, failed
    count += 1
    if not good:
        failed += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if not good:
        for line in said.splitlines()[-60:]:
            print(f"# {line}", flush=True)


def script(commands, *arguments, options=()):
    """Run the program under the prompt with commands on stdin."""
    done = subprocess.run(
        ["ntdbg", "run", "-i", *options, "--", PROGRAM, *arguments],
        input="\n".join(commands) + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=LIMIT)
    return done.returncode, done.stdout


def has(said, *patterns):
    """All of them, in this order."""
    at = 0
    for pattern in patterns:
        found = re.compile(pattern, re.M).search(said, at)
        if not found:
            return False
        at = found.end()
    return True


def by_pipe():
    status, said = script(["bp main", "bl", "g", "k", "r", "r rip", "t", "t 2", "p", "bc *", "bl", "g",
                           "q"])
    check("bp at main, g, and it is hit", has(said, r"^0:000> g$", r"^Breakpoint 0 hit$",
                                              r"^prompted!main \[prompted.c @ \d+\]:$"), said)
    check("k shows the callers", has(said, r"Call Site$", r"prompted!main \[", r"libc",
                                     r"prompted!_start\+0x"), said)
    check("r shows the registers", has(said, r"^rax=[0-9a-f]{16} rbx=", r"efl=[0-9a-f]{8}$"), said)
    check("t executes one instruction", has(said, r"^0:000> t$", r"prompted!main\+0x[12] "), said)
    check("bc takes the breakpoints away", has(said, r"^0:000> bc \*$\n^0:000> bl$\n^0:000> g$"), said)
    check("it runs to its end", has(said, r"^ExitProcess: .*status 0000000d"), said)
    check("q at the end is no error", status == 0, said)

    status, said = script(["sxn epr", "bp inner", "g", "gu", "g", "bc 0", "p", "t", "g"])
    check("gu returns to the caller", has(said, r"^0:000> gu$", r"^prompted!outer\+0x"), said)
    check("a breakpoint is stepped over and hit again",
          len(re.findall(r"^Breakpoint 0 hit$", said, re.M)) == 2, said)
    check("the exit status is the program's", status == 13, said)

    _, said = script(["dd watched L2", "da greeting", "u outer L4", "u . L1", "x prompted!*er", "ln inner+3",
                      "? poi(watched)", "lm m prompted", "dps @rsp L1", "~", "!process", ".lastevent",
                      "ed watched 1", "dd watched L1", "q"])
    check("dd shows memory", has(said, r"^[0-9a-f`]{17}  55667788 11223344$"), said)
    check("da shows a string", has(said, r'"good morning"$'), said)
    check("u disassembles with names", has(said, r"^prompted!outer \[", r"call +prompted!inner \("), said)
    check("x finds symbols", has(said, r" prompted!inner$", r" prompted!outer$", r" prompted!worker$"),
          said)
    check("ln names the nearest", has(said, r"prompted!inner\+0x3 .*\|.*prompted!outer"), said)
    check("? computes", has(said, r"= 11223344`55667788$"), said)
    check("lm lists modules", has(said, r"^[0-9a-f`]{17} [0-9a-f`]{17}   prompted .*/prompted$"), said)
    check("~ lists threads", has(said, r'^\. +0  Id: .* Suspend: 0 .* Unfrozen "prompted"$'), said)
    check(".lastevent", has(said, r"^Last event: .*Break instruction exception"), said)
    check("ed writes memory", has(said, r"^0:000> ed", r"^[0-9a-f`]{17}  00000001$"), said)

    status, said = script(["sxn epr", "bp libm!cos", "bp libm!nothing", "bl", "g", "bl", "g"], "library")
    check("a breakpoint waits for its module", has(said, r"libm!cos is not there yet",
                                                   r"^ 0 eu .*\(libm!cos\)$", r"^ModLoad: .*libm"), said)
    check("which does not disturb the program", status == 0, said)

    _, said = script(["ba w8 watched", "g", "k 2", "bc *", "ba e1 outer", "bl", "q"])
    check("ba breaks behind a write", has(said, r"^Breakpoint 0 hit$", r"prompted!inner\+0x"), said)

    _, said = script(["sxe ct", "g", "~", "~1 r rip", "~*k 1", "~0f", "~0", "~0u", "~0s", "g", "q"], "threads")
    check("~ knows a thread that came", has(said, r"^CreateThread: ", r"^0:001> ~$", r"^# *0 |^  +0  Id: ",
                                            r"^\. +1  Id: "), said)
    check("~1 and ~* do a command with them", has(said, r"~1 r rip$", r"^rip=", r"~\*k 1$", r" 0  Id: ",
                                                  r"Call Site$", r" 1  Id: ", r"Call Site$"), said)
    check("~f freezes", has(said, r"~0$\n.* Suspend: 1 .* Frozen"), said)
    check("~s selects", has(said, r"^0:000> g$"), said)

    status, said = script(["sxn epr", "bp inner \"r rdi; g\"", "g"], "threads")
    check("commands of a breakpoint, with threads",
          len(re.findall(r"^Breakpoint 0 hit$", said, re.M)) == 6 and status == 13, said)

    status, said = script(["g", "k", ".lastevent", "gn", "g", "q"], "fault")
    check("a fault stops it", has(said, r"Access violation - code c0000005 \(first chance\)$",
                                  r"prompted!fault\+0x", r"^0:000> k$", r"prompted!main"), said)
    check("gn leads to the second chance", has(said, r"^0:000> gn$", r"!!! second chance !!!"), said)
    _, said = script(["sxd av", "sx", "g", "q"], "fault")
    check("sxd stops at the second chance alone",
          has(said, r"av - Access violation - second-chance break", r"first chance\)$",
              r"second chance !!!\)$", r"^0:000> q$"), said)

    status, said = script(["sxn epr", "bp inner", "g", "g", "bc *", "g"], "children")
    check("a child of fork meets no breakpoint of its parent", status == 7, said)

    status, said = script(["sxn epr", "bp execve", "bp prompted!outer", "g", "g"], "program")
    check("a child of vfork meets none either, and runs its program", status == 9, said)
    status, said = script(["sxn epr", "bp prompted!outer", "g", "g", "g"], "exec")
    check("breakpoints come again in another program",
          has(said, r"\(exec\)$", r"^Breakpoint 0 hit$") and status == 13, said)
    _, said = script(["sxe cpr", "g", "|", "bp outer", "g", "k 2", "q"], "children", options=["-f"])
    check("-f: a child has a number of its own, and breakpoints",
          has(said, r"child of", r"^1:000> \|$", r"^\. +1  id: ", r"^Breakpoint 0 hit$",
              r"prompted!children\+0x"), said)
    status, said = script(["sxn epr", "bp inner 1 \"g\"", "bp outer \"g\"", "g"], "crowd")
    check("four threads at two breakpoints: each hit is told",
          len(re.findall(r"^Breakpoint 0 hit$", said, re.M)) == 400 and
          len(re.findall(r"^Breakpoint 1 hit$", said, re.M)) == 200 and status == 4, said)
    status, said = script(["sxn epr", "t 1f4", "k 1", "g"])
    check("500 steps from the start, system calls too, and it ends as ever",
          len(re.findall(r"^rip=", said, re.M)) == 500 and status == 13, said)
    status, said = script(["sxn epr", "bp main", "g", "p 14", "k 1", "bc *", "g"])
    check("steps over calls stay in the function",
          len(re.findall(r"^rip=", said, re.M)) == 20 and status == 13 and
          not re.search(r"^(libc|ld-linux|prompted!outer)", said, re.M), said)

    status, said = script([".foo", "bpp main", "q"])
    check("unknown commands name the nearest", has(said, r"the nearest is .*", r"the nearest is bp "), said)
    check("q ends a program that was started", status == 0 and "ExitProcess" not in said, said)

    status, said = script(["bp inner", "g", "bp outer", ".detach"])
    check(".detach lets it run on", status == 0 and has(said, r"it runs on$"), said)


def log_alone():
    done = subprocess.run(["ntdbg", "run", "--sxd", "av", "--", PROGRAM, "fault"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
    check("--sxd: registers and stack of the crash in the log",
          done.returncode == 139 and has(done.stdout, r"prompted!fault\+0x[0-9a-f]+ \[prompted.c @ \d+\]",
                                         r"second chance !!!", r"^    rip=", r"prompted!main\+0x"),
          done.stdout + done.stderr)
    done = subprocess.run(["ntdbg", "run", "--handled", "av", "--sxi", "av", "--sx-limit=100", "--", PROGRAM,
                           "fault"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=LIMIT)
    check("--sx-limit ends a fault that is handled again and again",
          done.returncode == 139 and "again and again" in done.stderr, done.stdout + done.stderr)


class Terminal:
    """A debugger on a pseudo terminal."""

    def __init__(self, *command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "dumb"
            os.execvp(command[0], command)
        self.said = ""
        self.seen = 0

    def expect(self, pattern):
        """Wait for it behind what was last found; False if it does not come."""
        end = time.monotonic() + LIMIT
        while True:
            found = re.compile(pattern, re.M).search(self.said, self.seen)
            if found:
                self.seen = found.end()
                return True
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            if not ready:
                return False
            try:
                piece = os.read(self.fd, 4096)
            except OSError:
                piece = b""
            if not piece:
                return False
            self.said += piece.decode(errors="replace").replace("\r", "")

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        while self.expect("(?!)"):  # until there is nothing to read any more
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def by_terminal():
    debugger = Terminal("ntdbg", "run", "-i", "--", PROGRAM, "sleep")
    good = debugger.expect(r"0:000> ")
    debugger.type("g\n")
    good = good and debugger.expect(r"prompted: it begins")
    debugger.type("\x03")
    good = good and debugger.expect(r"Break-in - code 80000003") and debugger.expect(r"0:000> ")
    check("Ctrl-C stops a sleeping program and brings the prompt", good, debugger.said)
    debugger.type("k\n")
    check("its stack leads from the system call to main",
          debugger.expect(r"libc!pause\+0x") and debugger.expect(r"prompted!main\+0x"), debugger.said)
    debugger.type("u prompted!inn\t L1\n")
    check("Tab completes a symbol", debugger.expect(r"prompted!inner \["), debugger.said)
    debugger.type("q\n")
    check("q ends it", debugger.end() == 0, debugger.said)

    debugger = Terminal("ntdbg", "run", "-i", "--", PROGRAM, "spin")
    good = debugger.expect(r"0:000> ")
    debugger.type("g\n")
    good = good and debugger.expect(r"prompted: it begins")
    debugger.type("\x03")
    good = good and debugger.expect(r"Break-in") and debugger.expect(r"0:000> ")
    debugger.type("bp inner\n")
    debugger.type("g\n")
    check("Ctrl-C stops a busy program, and a breakpoint set there is hit",
          good and debugger.expect(r"Breakpoint 0 hit"), debugger.said)
    debugger.type("q\n")
    debugger.end()


def attached():
    program = subprocess.Popen([PROGRAM, "spin"], stdout=subprocess.PIPE)
    program.stdout.readline()
    done = subprocess.run(["ntdbg", "attach", "-i", str(program.pid)], text=True, timeout=LIMIT,
                          input="bp inner\ng\nk\ng\nbc *\nba e1 outer\ng\n.detach\n",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout
    check("attach -i stops, and breakpoints are hit",
          has(said, r"Break-in", r"^0:000> bp inner$", r"^Breakpoint 0 hit$", r"prompted!outer\+0x",
              r"^Breakpoint 0 hit$", r"^Breakpoint 0 hit$\n^prompted!outer"), said)
    check(".detach: status 0", done.returncode == 0, said)
    # Alive, and it does not die of what was left in it: it runs through inner all the while.
    before = cpu_time(program.pid)
    end = time.monotonic() + LIMIT
    while program.poll() is None and cpu_time(program.pid) < before + 20 and time.monotonic() < end:
        pass
    check("the program runs on", program.poll() is None and cpu_time(program.pid) >= before + 20,
          f"status {program.poll()}")
    done = subprocess.run(["ntdbg", "attach", "-i", str(program.pid)], text=True, timeout=LIMIT,
                          input="bp inner\ng\nq\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check("q lets an attached program go", done.returncode == 0 and program.poll() is None, done.stdout)
    program.send_signal(signal.SIGTERM)
    check("which ends by our signal and nothing else", program.wait() == -signal.SIGTERM)


def cpu_time(pid):
    """In clock ticks."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return int(stat.read().rsplit(")", 1)[1].split()[11])
    except FileNotFoundError:
        return -1


for part in (by_pipe, log_alone, by_terminal, attached):
    try:
        part()
    except subprocess.TimeoutExpired as late:
        check(f"{part.__name__}: the debugger does not end", False,
              (late.stdout or b"").decode(errors="replace") if isinstance(late.stdout, bytes) else
              str(late.stdout))
print(f"1..{count}")
sys.exit(1 if failed else 0)
