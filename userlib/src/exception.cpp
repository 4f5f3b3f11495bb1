// SPDX-License-Identifier: MIT
// What Linux and the CPU say about a fault -> the exception that NT would raise.
//
// The signal and si_code decide first: the kernel sets them for each fault,
// while the trap number stays from the last one when a signal is forced for
// another reason (seccomp, a stack that cannot take a signal frame).
#include <csignal>

#include <ntdbg/ntdbg.h>

#include "insn.h"
#include "opts.h"

namespace {

using ntdbg::detail::Insn;

// x86 trap numbers
enum Trap : uint32_t {
    kDivide = 0,
    kDebug = 1,
    kBreakpoint = 3,
    kOverflow = 4,
    kBounds = 5,
    kNoDevice = 7,
    kDoubleFault = 8,
    kInvalidTss = 10,
    kNotPresent = 11,
    kProtection = 13,
    kPageFault = 14,
    kX87 = 16,
    kMachineCheck = 18,
    kSimd = 19,
};

// si_code values, spelled out: <signal.h> lacks some of them in older libcs.
enum Code : int32_t {
    kFromKernel = 0x80,
    kTrapPerf = 6,
    kTrapTrace = 2,
    kTrapHwBreak = 4,
    kTrapBreak = 1,
    kSegvBounds = 3,
    kSegvPkey = 4,
    kSegvControl = 10,
    kBusAlign = 1,
    kBusAddress = 2,
    kBusMcheckAr = 4,
    kBusMcheckAo = 5,
    kSysSeccomp = 1,
};

constexpr uint64_t kAllOnes = ~uint64_t{0};
constexpr uint64_t kUser32Cs = 0x23;
constexpr uint64_t kAuditArchX8664 = 0xC000003E;
constexpr uint64_t kAuditArchI386 = 0x40000003;
constexpr uint32_t kFpuKnown = 1u << 31; // ntdbg_fault.fsw

struct Maker {
    const ntdbg_fault &fault;
    EXCEPTION_RECORD64 &record;

    void code(NTSTATUS value) const { record.ExceptionCode = value; }

    void parameter(uint64_t value) const {
        record.ExceptionInformation[record.NumberParameters++] = value;
    }

    // Write in bit 0, instruction fetch in bit 3, as NT has it.
    uint64_t access() const { return (fault.error_code >> 1) & 9; }

    void access_violation() const {
        code(fault.in_guard_gap ? STATUS_STACK_OVERFLOW : STATUS_ACCESS_VIOLATION);
        parameter(access());
        parameter(fault.address);
    }

    // The CPU names no address (non-canonical, bad segment): NT says -1.
    void access_violation_anywhere() const {
        code(STATUS_ACCESS_VIOLATION);
        parameter(0);
        parameter(kAllOnes);
    }

    void in_page_error(NTSTATUS why) const {
        code(STATUS_IN_PAGE_ERROR);
        parameter(access());
        parameter(fault.address);
        parameter(static_cast<uint32_t>(why));
    }

    void breakpoint(uint64_t address, uint64_t service) const {
        code(STATUS_BREAKPOINT);
        record.ExceptionAddress = address;
        parameter(service);
    }

    void fast_fail(uint64_t subcode) const {
        code(STATUS_STACK_BUFFER_OVERRUN);
        record.ExceptionFlags |= EXCEPTION_NONCONTINUABLE;
        parameter(subcode);
    }

    void signal() const {
        code(NTDBG_STATUS_SIGNAL(fault.signo));
        parameter(static_cast<uint64_t>(int64_t{fault.code}));
    }
};

void divide(const Maker &make, uint32_t pid, const ntdbg_translate_opts &opts) {
    // Linux says FPE_INTDIV for both causes; NT tells them apart. What cannot be
    // found out is taken for the common one.
    auto divisor = Insn(make.fault).divisor(pid, opts);
    make.code(divisor == Insn::Divisor::NotZero ? STATUS_INTEGER_OVERFLOW
                                                : STATUS_INTEGER_DIVIDE_BY_ZERO);
}

// x87 status word and MXCSR have the same exception flags in bits 0 to 5.
constexpr uint32_t kFlagDenormal = 1u << 1;
constexpr uint32_t kFlagUnderflow = 1u << 4;
constexpr uint32_t kFlagStack = 1u << 6; // x87 only

NTSTATUS float_code(const ntdbg_fault &fault) {
    bool known = (fault.fsw & kFpuKnown) != 0;
    bool simd = fault.trap == kSimd;
    uint32_t flags = !known ? 0 : simd ? fault.mxcsr & ~(fault.mxcsr >> 7) : fault.fsw;
    switch (fault.code) {
    case FPE_FLTDIV:
        return STATUS_FLOAT_DIVIDE_BY_ZERO;
    case FPE_FLTOVF:
        return STATUS_FLOAT_OVERFLOW;
    case FPE_FLTUND:
        // Linux has one code for underflow and denormal operand.
        if ((flags & kFlagDenormal) && !(flags & kFlagUnderflow))
            return simd ? STATUS_FLOAT_INVALID_OPERATION : STATUS_FLOAT_DENORMAL_OPERAND;
        return STATUS_FLOAT_UNDERFLOW;
    case FPE_FLTRES:
        return STATUS_FLOAT_INEXACT_RESULT;
    default:
        return !simd && (flags & kFlagStack) ? STATUS_FLOAT_STACK_CHECK
                                             : STATUS_FLOAT_INVALID_OPERATION;
    }
}

void arithmetic(const Maker &make, uint32_t pid, const ntdbg_translate_opts &opts) {
    const ntdbg_fault &fault = make.fault;
    switch (fault.code) {
    case FPE_INTDIV:
        return divide(make, pid, opts);
    case FPE_INTOVF:
        return make.code(STATUS_INTEGER_OVERFLOW);
    case FPE_FLTSUB:
        return make.code(STATUS_ARRAY_BOUNDS_EXCEEDED);
    default:
        break;
    }
    make.parameter(0);
    if (fault.trap == kSimd)
        make.parameter(fault.fsw & kFpuKnown ? fault.mxcsr : 0);
    bool multiple = fault.trap == kSimd && fault.regs.cs == kUser32Cs;
    make.code(multiple ? STATUS_FLOAT_MULTIPLE_TRAPS : float_code(fault));
}

void trap(const Maker &make) {
    const ntdbg_fault &fault = make.fault;
    switch (fault.code) {
    case kTrapPerf:
        return make.signal();
    case kTrapTrace:
    case kTrapHwBreak:
        return make.code(STATUS_SINGLE_STEP);
    case kTrapBreak:
        if (fault.trap == kDebug) // icebp
            return make.code(STATUS_SINGLE_STEP);
        break;
    default:
        break;
    }
    // The CPU stands behind the int3; the exception is at it. NT subtracts one
    // byte for the two-byte form (CD 03) too.
    make.breakpoint(fault.ip - 1, 0);
}

void protection(const Maker &make) {
    const ntdbg_fault &fault = make.fault;
    Insn insn(fault);
    // The vector stands in the error code too, but some QEMUs compute that wrongly,
    // so the instruction's bytes decide when they are there.
    int vector = insn.interrupt();
    if (!insn.known() && (fault.error_code & 7) == 2)
        vector = static_cast<int>((fault.error_code >> 3) & 0xFF);
    switch (vector) {
    case 0x29:
        return make.fast_fail(fault.regs.rcx);
    case 0x2C:
        return make.code(STATUS_ASSERTION_FAILURE);
    case 0x2D:
        // The kernel module has stepped over it, and over the byte that NT's
        // compilers put behind it.
        return make.breakpoint(fault.ip, fault.regs.rax);
    default:
        break;
    }
    if (fault.error_code == 0 && insn.is_privileged())
        return make.code(STATUS_PRIVILEGED_INSTRUCTION);
    make.access_violation_anywhere();
}

void segv(const Maker &make) {
    const ntdbg_fault &fault = make.fault;
    switch (fault.code) {
    case kSegvBounds:
        return make.code(STATUS_ARRAY_BOUNDS_EXCEEDED);
    case kSegvPkey:
        make.access_violation();
        // Our extension: the protection key. It travels in the place of si_errno,
        // which a page fault leaves 0.
        return make.parameter(static_cast<uint32_t>(fault.error));
    case kSegvControl:
        return make.fast_fail(FAST_FAIL_CONTROL_INVALID_RETURN_ADDRESS);
    case kFromKernel:
        break;
    default:
        return make.access_violation();
    }
    switch (fault.trap) {
    case kOverflow:
        return make.code(STATUS_INTEGER_OVERFLOW);
    case kBounds:
        return make.code(STATUS_ARRAY_BOUNDS_EXCEEDED);
    case kNoDevice:
    case kDoubleFault:
    case kInvalidTss:
    case kMachineCheck:
        return make.code(STATUS_ILLEGAL_INSTRUCTION);
    case kProtection:
        return protection(make);
    default:
        return make.access_violation_anywhere();
    }
}

void bus(const Maker &make) {
    const ntdbg_fault &fault = make.fault;
    switch (fault.code) {
    case kBusAlign:
        return make.code(STATUS_DATATYPE_MISALIGNMENT);
    case kBusAddress: // behind the end of a mapped file
        return make.in_page_error(STATUS_END_OF_FILE);
    case kBusMcheckAr:
    case kBusMcheckAo:
        return make.in_page_error(STATUS_HARDWARE_MEMORY_ERROR);
    case kFromKernel:
        if (fault.trap == kNotPresent)
            return protection(make);
        // #SS: a stack pointer that is no address is not an exhausted stack.
        return make.access_violation_anywhere();
    default:
        return make.in_page_error(STATUS_IO_DEVICE_ERROR);
    }
}

void bad_system_call(const Maker &make) {
    const ntdbg_fault &fault = make.fault;
    if (fault.code != kSysSeccomp)
        return make.signal();
    make.code(NTDBG_STATUS_SECCOMP);
    make.parameter(fault.regs.orig_rax & 0xFFFFFFFF);
    make.parameter(fault.regs.cs == kUser32Cs ? kAuditArchI386 : kAuditArchX8664);
    make.parameter(static_cast<uint32_t>(fault.error));
}

} // namespace

extern "C" void ntdbg_translate_fault(const struct ntdbg_fault *fault, uint32_t pid,
                                      uint32_t chance, const struct ntdbg_translate_opts *user,
                                      EXCEPTION_RECORD64 *record) {
    ntdbg_translate_opts opts;
    if (ntdbg::detail::take_opts(&opts, user) < 0)
        opts.read_memory = nullptr;
    *record = {};
    record->ExceptionAddress = fault->ip;
    Maker make{*fault, *record};

    if (chance & (NTDBG_EXCEPTION_LOADER_BREAK | NTDBG_EXCEPTION_BREAK_IN))
        return make.breakpoint(fault->ip, 0); // nobody executed an int3
    switch (fault->signo) {
    case SIGFPE:
        return arithmetic(make, pid, opts);
    case SIGTRAP:
        return trap(make);
    case SIGILL:
        return make.code(Insn(*fault).has_lock() ? STATUS_INVALID_LOCK_SEQUENCE
                                                 : STATUS_ILLEGAL_INSTRUCTION);
    case SIGSEGV:
        return segv(make);
    case SIGBUS:
        return bus(make);
    case SIGSYS:
        return bad_system_call(make);
    default:
        return make.signal();
    }
}
