// SPDX-License-Identifier: MIT
// As much x86 decoding as the exception table of NT needs: prefixes, the opcodes
// that only the kernel may use, `int n`, and the divisor of a division.
#ifndef NTDBG_SRC_INSN_H
#define NTDBG_SRC_INSN_H

#include <cstdint>
#include <span>

#include <ntdbg/ntdbg.h>

namespace ntdbg::detail {

class Insn {
public:
    explicit Insn(const ntdbg_fault &fault);

    // Prefixes were read and an opcode byte follows.
    bool known() const { return pos_ < bytes_.size(); }
    bool has_lock() const { return lock_; }
    // One that traps with #GP and error code 0 at user privilege.
    bool is_privileged() const;
    // n of `int n`, or -1.
    int interrupt() const;

    enum class Divisor { Zero, NotZero, Unknown };
    // What a division that trapped divided by: from the register or the
    // immediate; else from what the dividend allows; else from memory.
    Divisor divisor(uint32_t pid, const ntdbg_translate_opts &opts) const;

private:
    struct Modrm {
        unsigned mod, reg, rm;
        size_t end; // of the modrm byte, in bytes_
    };

    uint8_t at(size_t offset) const { return bytes_[pos_ + offset]; }
    bool has(size_t n) const { return bytes_.size() - pos_ >= n; }
    uint64_t gpr(unsigned number) const;
    uint64_t gpr8(unsigned number) const;
    bool effective_address(const Modrm &modrm, uint64_t *address) const;
    // True if no divisor but zero makes this dividend trap.
    bool only_zero_traps(bool is_signed, unsigned size) const;

    const ntdbg_fault &fault_;
    std::span<const uint8_t> bytes_;
    size_t pos_ = 0;
    bool long_mode_;
    bool lock_ = false;
    bool operand16_ = false;
    bool address_small_ = false;
    uint8_t rex_ = 0;
    uint8_t segment_ = 0;
};

} // namespace ntdbg::detail

#endif
