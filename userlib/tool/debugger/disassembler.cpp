// SPDX-License-Identifier: MIT
#include "disassembler.h"

#include <Zydis/Zydis.h>
#include <fmt/format.h>

#include "text.h"

namespace ntdbg::tool {

namespace {

// Branch targets and rip-relative operands with their names: libc!puts (00007fff`f7e4ed90).
ZyanStatus print_address(const ZydisFormatter *, ZydisFormatterBuffer *buffer,
                         ZydisFormatterContext *context) {
    ZyanU64 target = 0;
    ZyanStatus status = ZydisCalcAbsoluteAddress(context->instruction, context->operand,
                                                 context->runtime_address, &target);
    if (!ZYAN_SUCCESS(status))
        return status;
    const auto &namer = *static_cast<const AddressNamer *>(context->user_data);
    std::string name = namer ? namer(target) : "";
    std::string text =
        name.empty() ? address(target) : fmt::format("{} ({})", name, address(target));
    ZyanString *out = nullptr;
    status = ZydisFormatterBufferAppend(buffer, ZYDIS_TOKEN_SYMBOL);
    if (ZYAN_SUCCESS(status))
        status = ZydisFormatterBufferGetString(buffer, &out);
    if (!ZYAN_SUCCESS(status))
        return status;
    ZyanStringView view;
    status = ZyanStringViewInsideBuffer(&view, text.c_str());
    return ZYAN_SUCCESS(status) ? ZyanStringAppend(out, &view) : status;
}

class Machine {
public:
    Machine() {
        ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
        ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL_MASM);
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
        ZydisFormatterSetProperty(&formatter, ZYDIS_FORMATTER_PROP_FORCE_SIZE, ZYAN_TRUE);
        hook_ = reinterpret_cast<const void *>(&print_address);
        ZydisFormatterSetHook(&formatter, ZYDIS_FORMATTER_FUNC_PRINT_ADDRESS_ABS, &hook_);
    }

    ZydisDecoder decoder{};
    ZydisFormatter formatter{};

private:
    const void *hook_ = nullptr;
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
    if (!ZYAN_SUCCESS(ZydisFormatterFormatInstruction(
            &machine.formatter, &insn, operands, insn.operand_count_visible, text, sizeof(text),
            where, const_cast<AddressNamer *>(&namer))))
        return std::nullopt;
    out.text = text;
    // WinDbg's columns: the mnemonic takes eight.
    size_t blank = out.text.find(' ');
    if (blank != std::string::npos && blank < 8)
        out.text.insert(blank, 7 - blank, ' ');
    return out;
}

} // namespace ntdbg::tool
