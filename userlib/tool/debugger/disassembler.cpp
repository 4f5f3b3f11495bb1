// SPDX-License-Identifier: MIT
#include "disassembler.h"

#include <Zydis/Zydis.h>
#include <fmt/format.h>

#include "text.h"

namespace ntdbg::tool {

namespace {

// The address that a branch or a rip-relative operand means, instead of its digits:
// libc!puts (00007fff`f7e4ed90). Done on the text, because Zydis' own hook for it
// needs a second library.
void name_target(std::string &text, uint64_t target, const AddressNamer &namer) {
    for (const std::string &digits :
         {fmt::format("{:016x}", target), fmt::format("{:x}", target)}) {
        size_t begin = text.find(digits);
        if (begin == std::string::npos)
            continue;
        size_t end = begin + digits.size();
        if (begin >= 2 && text.compare(begin - 2, 2, "0x") == 0)
            begin -= 2;
        if (end < text.size() && text[end] == 'h')
            end++;
        std::string name = namer ? namer(target) : "";
        text.replace(begin, end - begin,
                     name.empty() ? address(target)
                                  : fmt::format("{} ({})", name, address(target)));
        return;
    }
}

class Machine {
public:
    Machine() {
        ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
        ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_FORCE_SIZE, ZYAN_TRUE);
        // 2ah, as WinDbg has it.
        auto text = [](const char *value) { return reinterpret_cast<ZyanUPointer>(value); };
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_HEX_PREFIX, text(nullptr));
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_HEX_SUFFIX, text("h"));
    }

    ZydisDecoder decoder{};
    ZydisFormatter formatter{};
};

} // namespace

std::optional<Instruction> disassemble(uint64_t where, std::span<const uint8_t> bytes,
                                       const AddressNamer &namer) {
    static const Machine machine;
    ZydisDecodedInstruction insn;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!ZYAN_SUCCESS(
            ZydisDecoderDecodeFull(&machine.decoder, bytes.data(), bytes.size(), &insn, operands)))
        return std::nullopt;

    Instruction out;
    out.length = insn.length;
    out.call = insn.meta.category == ZYDIS_CATEGORY_CALL;
    out.repeats =
        insn.attributes & (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE);
    out.system_call = insn.mnemonic == ZYDIS_MNEMONIC_SYSCALL ||
                      (insn.mnemonic == ZYDIS_MNEMONIC_INT && operands[0].imm.value.u == 0x80);
    out.pushes_flags =
        insn.mnemonic == ZYDIS_MNEMONIC_PUSHF || insn.mnemonic == ZYDIS_MNEMONIC_PUSHFQ;
    char text[256];
    if (!ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&machine.formatter, &insn, operands,
                                                      insn.operand_count_visible, text,
                                                      sizeof(text), where, nullptr)))
        return std::nullopt;
    out.text = text;
    for (unsigned i = 0; i < insn.operand_count_visible; i++) {
        ZyanU64 target = 0;
        bool branch =
            operands[i].type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operands[i].imm.is_relative;
        bool near_rip = operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY &&
                        operands[i].mem.base == ZYDIS_REGISTER_RIP;
        if ((branch || near_rip) &&
            ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&insn, &operands[i], where, &target)))
            name_target(out.text, target, namer);
    }
    // WinDbg's columns: the mnemonic takes eight.
    size_t blank = out.text.find(' ');
    if (blank < 8)
        out.text.insert(blank, 7 - blank, ' ');
    return out;
}

} // namespace ntdbg::tool
