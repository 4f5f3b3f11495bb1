// SPDX-License-Identifier: MIT
#include "exit_codes.h"

#include "array.h"
#include "lock.h"

namespace ntdbg::win32 {
namespace {

struct Ended {
    DWORD pid;
    DWORD code;
};

// The oldest of more than these is forgotten.
constexpr size_t limit = 256;

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
constinit List<Ended> all;

void forget(DWORD pid) {
    size_t kept = 0;
    for (const Ended &ended : all) {
        if (ended.pid != pid)
            all[kept++] = ended;
    }
    all.truncate(kept);
}

} // namespace

void remember_exit_code(DWORD pid, DWORD code) {
    Lock lock(&mutex);
    forget(pid);
    if (all.size() == limit)
        forget(all[0].pid);
    (void)all.push({pid, code});
}

void forget_exit_code(DWORD pid) {
    Lock lock(&mutex);
    forget(pid);
}

DWORD better_exit_code(DWORD pid, DWORD code) {
    if (!NTDBG_STATUS_IS_SIGNAL(code))
        return code;
    Lock lock(&mutex);
    for (const Ended &ended : all) {
        if (ended.pid == pid)
            return ended.code;
    }
    return code;
}

} // namespace ntdbg::win32
