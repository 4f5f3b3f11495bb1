// SPDX-License-Identifier: MIT
// A mutex of libc. std::mutex would need libstdc++ at run time.
#ifndef NTDBG_WIN32_LOCK_H
#define NTDBG_WIN32_LOCK_H

#include <pthread.h>

namespace ntdbg::win32 {

class Lock {
public:
    explicit Lock(pthread_mutex_t *mutex) : mutex_(mutex) { pthread_mutex_lock(mutex_); }
    ~Lock() { pthread_mutex_unlock(mutex_); }
    Lock(const Lock &) = delete;
    Lock &operator=(const Lock &) = delete;

private:
    pthread_mutex_t *mutex_;
};

} // namespace ntdbg::win32

#endif
