// SPDX-License-Identifier: MIT
#include "environment.h"

#include "text.h"

namespace ntdbg::win32 {

bool split_environment(const char *block, Strings *envp) {
    while (*block) {
        size_t size = strlen(block);
        if (!envp->add(block, size))
            return false;
        block += size + 1;
    }
    return envp->finish();
}

bool split_environment(const char16_t *block, Strings *envp) {
    Array<char> entry;
    while (*block) {
        size_t size = length(block);
        entry.truncate(0);
        if (!append_bytes(block, size, &entry) || !envp->add(entry.data(), entry.size()))
            return false;
        block += size + 1;
    }
    return envp->finish();
}

} // namespace ntdbg::win32
