// SPDX-License-Identifier: MIT
// What the tests read out of sources.
#ifndef NTDBG_NTDLL_TESTS_TEXT_H
#define NTDBG_NTDLL_TESTS_TEXT_H

#include <cstdint>
#include <map>
#include <string>

std::string read_file(const std::string &path);

struct Service {
    uint32_t number;
    unsigned arguments;
};

// The default profile of module/nt/services.tbl, by name.
std::map<std::string, Service> services();

#endif
