// SPDX-License-Identifier: MIT
// The stubs, byte for byte: in the file of the library, and what they are rewritten to.
#include <cstring>
#include <map>
#include <vector>

#include <elf.h>
#include <gtest/gtest.h>
#include <ntdbg/ntcall.h>

#include "internal.h"
#include "text.h"

namespace {

using Bytes = std::vector<unsigned char>;

struct Symbol {
    uint64_t address;
    uint64_t size;
    Bytes bytes; // those of the slot
};

template <typename T>
T at(const std::string &file, size_t offset) {
    T value;
    memcpy(&value, file.data() + offset, sizeof(value));
    return value;
}

// The exported functions of a shared library.
std::map<std::string, Symbol> exported(const std::string &path) {
    std::map<std::string, Symbol> found;
    std::string file = read_file(path);
    auto header = at<Elf64_Ehdr>(file, 0);
    std::vector<Elf64_Shdr> sections;
    for (size_t i = 0; i < header.e_shnum; i++)
        sections.push_back(at<Elf64_Shdr>(file, header.e_shoff + i * sizeof(Elf64_Shdr)));
    for (const Elf64_Shdr &section : sections) {
        if (section.sh_type != SHT_DYNSYM)
            continue;
        size_t names = sections[section.sh_link].sh_offset;
        for (size_t i = 0; i < section.sh_size / sizeof(Elf64_Sym); i++) {
            auto symbol = at<Elf64_Sym>(file, section.sh_offset + i * sizeof(Elf64_Sym));
            if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= sections.size())
                continue;
            const Elf64_Shdr &home = sections[symbol.st_shndx];
            size_t offset = symbol.st_value - home.sh_addr + home.sh_offset;
            Bytes bytes(ntdbg::ntdll::kSlot);
            memcpy(bytes.data(), file.data() + offset, bytes.size());
            found[file.c_str() + names + symbol.st_name] = {symbol.st_value, symbol.st_size, bytes};
        }
    }
    return found;
}

// Section 1.4 of the specification: 24 bytes, and traps to the end of the slot.
Bytes ntdll_stub(uint32_t number) {
    auto low = static_cast<unsigned char>(number);
    auto high = static_cast<unsigned char>(number >> 8);
    return {0x4C, 0x8B, 0xD1, 0xB8, low,  high, 0,    0,    0xF6, 0x04, 0x25,
            0x08, 0x03, 0xFE, 0x7F, 0x01, 0x75, 0x03, 0x0F, 0x05, 0xC3, 0xCD,
            0x2E, 0xC3, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC};
}

TEST(Stubs, AreNtdllsByteForByte) {
    auto symbols = exported(NTDBG_TEST_LIBRARY);
    auto table = services();
    ASSERT_EQ(table.size(), 444u);
    for (const auto &[name, service] : table) {
        ASSERT_EQ(symbols.count(name), 1u) << name;
        const Symbol &symbol = symbols[name];
        EXPECT_EQ(symbol.bytes, ntdll_stub(service.number)) << name;
        EXPECT_EQ(symbol.address % ntdbg::ntdll::kSlot, 0u) << name;
        EXPECT_EQ(symbol.size, 24u) << name;
        std::string second = "Zw" + name.substr(2);
        ASSERT_EQ(symbols.count(second), 1u) << second;
        EXPECT_EQ(symbols[second].address, symbol.address) << second;
    }
}

TEST(Stubs, HavePagesOfTheirOwn) {
    auto begin = reinterpret_cast<uintptr_t>(ntdbg_ntdll_stubs);
    auto end = reinterpret_cast<uintptr_t>(ntdbg_ntdll_stubs_end);
    EXPECT_EQ(begin % 4096, 0u);
    EXPECT_EQ(end - begin, services().size() * ntdbg::ntdll::kSlot);
    for (const unsigned char *byte = ntdbg_ntdll_stubs_end;
         reinterpret_cast<uintptr_t>(byte) % 4096 != 0; byte++)
        EXPECT_EQ(*byte, 0xCC);
}

TEST(Stubs, CanUseTheGateway) {
    ASSERT_TRUE(ntdbg::ntdll::stubs_use_gateway());
    auto number = static_cast<unsigned char>(services()["NtCreateFile"].number);
    const unsigned char expected[] = {0x4C, 0x8B, 0xD1, 0x48,   0xB8, NTDBG_NT_GATEWAY,
                                      0,    0,    0,    number, 0,    0,
                                      0,    0x0F, 0x05, 0xC3,   0xCC};
    EXPECT_EQ(memcmp(reinterpret_cast<void *>(NtCreateFile), expected, sizeof(expected)), 0);
}

TEST(Stubs, CanReturnAStatus) {
    ASSERT_TRUE(ntdbg::ntdll::stubs_return(STATUS_NO_SUCH_DEVICE));
    EXPECT_EQ(NtTestAlert(), STATUS_NO_SUCH_DEVICE);
    EXPECT_EQ(NtClose(nullptr), STATUS_NO_SUCH_DEVICE);
    EXPECT_EQ(NtCreateFile(nullptr, 0, nullptr, nullptr, nullptr, 0, 0, 0, 0, nullptr, 0),
              STATUS_NO_SUCH_DEVICE);
}

} // namespace
