// SPDX-License-Identifier: MIT
#include "insn.h"

#include <cstring>

namespace ntdbg::detail {

namespace {

constexpr uint64_t kUser32Cs = 0x23; // __USER32_CS: 32-bit code

uint64_t mask_of(unsigned size) {
    return size >= 8 ? ~uint64_t{0} : (uint64_t{1} << (size * 8)) - 1;
}

} // namespace

Insn::Insn(const ntdbg_fault &fault)
    : fault_(fault), bytes_(fault.insn, fault.insn_len <= NTDBG_INSN_MAX ? fault.insn_len : 0),
      long_mode_(fault.regs.cs != kUser32Cs) {
    for (; pos_ < bytes_.size(); pos_++) {
        uint8_t byte = bytes_[pos_];
        switch (byte) {
        case 0xF0:
            lock_ = true;
            continue;
        case 0x66:
            operand16_ = true;
            continue;
        case 0x67:
            address_small_ = true;
            continue;
        case 0x26: // es
        case 0x2E: // cs
        case 0x36: // ss
        case 0x3E: // ds
        case 0x64: // fs
        case 0x65: // gs
            segment_ = byte;
            continue;
        case 0xF2:
        case 0xF3:
            continue;
        default:
            break;
        }
        // REX counts only directly before the opcode.
        if (long_mode_ && (byte & 0xF0) == 0x40) {
            rex_ = byte;
            pos_++;
        }
        break;
    }
}

bool Insn::is_privileged() const {
    if (!known())
        return false;
    uint8_t op = at(0);
    switch (op) {
    case 0x6C: // ins
    case 0x6D:
    case 0x6E: // outs
    case 0x6F:
    case 0xCD: // int n
    case 0xE4: // in, out with a port number
    case 0xE5:
    case 0xE6:
    case 0xE7:
    case 0xEC: // in, out with DX
    case 0xED:
    case 0xEE:
    case 0xEF:
    case 0xF4: // hlt
    case 0xFA: // cli
    case 0xFB: // sti
        return true;
    case 0x0F:
        break;
    default:
        return false;
    }
    if (!has(2))
        return false;
    unsigned reg = has(3) ? (at(2) >> 3) & 7u : 0;
    switch (at(1)) {
    case 0x00: // lldt, ltr
        return has(3) && (reg == 2 || reg == 3);
    case 0x01: // lgdt, lidt, lmsw, invlpg and the calls that share its opcode
        return has(3) && (reg == 2 || reg == 3 || reg == 6 || reg == 7);
    case 0x06: // clts
    case 0x08: // invd
    case 0x09: // wbinvd
    case 0x20: // mov cr, dr
    case 0x21:
    case 0x22:
    case 0x23:
    case 0x30: // wrmsr
    case 0x32: // rdmsr
        return true;
    default:
        return false;
    }
}

int Insn::interrupt() const {
    return known() && has(2) && at(0) == 0xCD ? at(1) : -1;
}

uint64_t Insn::gpr(unsigned number) const {
    const ntdbg_regs &r = fault_.regs;
    const uint64_t values[16] = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi,
                                 r.r8,  r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15};
    return values[number & 15];
}

uint64_t Insn::gpr8(unsigned number) const {
    // Without REX, 4 to 7 are AH, CH, DH, BH.
    if (rex_ == 0 && number >= 4 && number <= 7)
        return (gpr(number - 4) >> 8) & 0xFF;
    return gpr(number) & 0xFF;
}

bool Insn::effective_address(const Modrm &modrm, uint64_t *address) const {
    // 16-bit addressing exists in 32-bit code only; nobody divides through it.
    if (!long_mode_ && address_small_)
        return false;
    size_t pos = modrm.end;
    unsigned rex_b = (rex_ & 1u) << 3;
    unsigned rex_x = (rex_ & 2u) << 2;
    uint64_t sum = 0;
    bool disp32 = modrm.mod == 2;
    bool rip_relative = false;

    if (modrm.rm == 4) {
        if (pos >= bytes_.size())
            return false;
        uint8_t sib = bytes_[pos++];
        unsigned index = ((sib >> 3) & 7u) | rex_x;
        unsigned base = (sib & 7u) | rex_b;
        if (index != 4)
            sum += gpr(index) << (sib >> 6);
        if ((sib & 7) == 5 && modrm.mod == 0)
            disp32 = true;
        else
            sum += gpr(base);
    } else if (modrm.rm == 5 && modrm.mod == 0) {
        disp32 = true;
        rip_relative = long_mode_;
    } else {
        sum += gpr(modrm.rm | rex_b);
    }

    if (disp32) {
        if (pos + 4 > bytes_.size())
            return false;
        int32_t disp = 0;
        std::memcpy(&disp, &bytes_[pos], 4);
        pos += 4;
        sum += static_cast<uint64_t>(int64_t{disp});
    } else if (modrm.mod == 1) {
        if (pos >= bytes_.size())
            return false;
        sum += static_cast<uint64_t>(int64_t{static_cast<int8_t>(bytes_[pos++])});
    }
    if (rip_relative) // counted from the next instruction; a division has no immediate
        sum += fault_.ip + pos;
    if (!long_mode_ || address_small_)
        sum &= 0xFFFFFFFF;
    if (segment_ == 0x64)
        sum += fault_.regs.fs_base;
    if (segment_ == 0x65)
        sum += fault_.regs.gs_base;
    *address = sum;
    return true;
}

bool Insn::only_zero_traps(bool is_signed, unsigned size) const {
    const ntdbg_regs &r = fault_.regs;
    uint64_t mask = mask_of(size);
    uint64_t low = size == 1 ? r.rax & 0xFF : r.rax & mask;
    uint64_t high = size == 1 ? (r.rax >> 8) & 0xFF : r.rdx & mask;
    uint64_t sign_bit = (mask >> 1) + 1;
    // Unsigned with a zero upper half: the quotient is at most the lower half.
    if (!is_signed)
        return high == 0;
    // Signed with a sign-extended lower half (what cdq and cqo make): only the
    // least number divided by -1 is too large.
    uint64_t extended = low & sign_bit ? mask : 0;
    return high == extended && low != sign_bit;
}

Insn::Divisor Insn::divisor(uint32_t pid, const ntdbg_translate_opts &opts) const {
    if (!known() || !has(2))
        return Divisor::Unknown;
    uint8_t op = at(0);
    if (op == 0xD4 && !long_mode_) // aam imm8 divides by it, and can trap by zero only
        return Divisor::Zero;
    if (op != 0xF6 && op != 0xF7)
        return Divisor::Unknown;
    unsigned byte = at(1);
    Modrm modrm{byte >> 6u, (byte >> 3u) & 7u, byte & 7u, pos_ + 2};
    if (modrm.reg != 6 && modrm.reg != 7)
        return Divisor::Unknown;
    unsigned size = op == 0xF6 ? 1 : rex_ & 8 ? 8 : operand16_ ? 2 : 4;
    bool is_signed = modrm.reg == 7;

    if (modrm.mod == 3) {
        unsigned number = modrm.rm | ((rex_ & 1u) << 3);
        uint64_t value = size == 1 ? gpr8(number) : gpr(number) & mask_of(size);
        return value == 0 ? Divisor::Zero : Divisor::NotZero;
    }
    if (only_zero_traps(is_signed, size))
        return Divisor::Zero;
    uint64_t address = 0;
    uint64_t value = 0;
    if (!opts.read_memory || !effective_address(modrm, &address) ||
        opts.read_memory(opts.ctx, pid, address, &value, size) < 0)
        return Divisor::Unknown;
    return value == 0 ? Divisor::Zero : Divisor::NotZero;
}

} // namespace ntdbg::detail
