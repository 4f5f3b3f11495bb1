// SPDX-License-Identifier: MIT
#include "last_error.h"

using namespace ntdbg::win32;

BOOL ReadProcessMemory(HANDLE process, LPCVOID address, LPVOID buffer, SIZE_T size, SIZE_T *done) {
    return succeeded(NtReadVirtualMemory(process, const_cast<PVOID>(address), buffer, size, done));
}

BOOL WriteProcessMemory(HANDLE process, LPVOID address, LPCVOID buffer, SIZE_T size, SIZE_T *done) {
    return succeeded(NtWriteVirtualMemory(process, address, const_cast<PVOID>(buffer), size, done));
}

SIZE_T VirtualQueryEx(HANDLE process, LPCVOID address, PMEMORY_BASIC_INFORMATION information,
                      SIZE_T size) {
    SIZE_T done = 0;
    return succeeded(NtQueryVirtualMemory(process, const_cast<PVOID>(address),
                                          MemoryBasicInformation, information, size, &done))
               ? done
               : 0;
}

BOOL VirtualProtectEx(HANDLE process, LPVOID address, SIZE_T size, DWORD protection,
                      PDWORD old_protection) {
    return succeeded(NtProtectVirtualMemory(process, &address, &size, protection, old_protection));
}
