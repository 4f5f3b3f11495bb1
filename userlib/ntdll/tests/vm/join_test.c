/* SPDX-License-Identifier: MIT */
/*
 * A process that is an NT process before the library comes, or cannot be one: TAP.
 *
 *	ntdll_join_test			runs itself with each of the names below
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntdbg/ntcall.h>
#include <ntstatus.h>

static NTSTATUS(NTAPI *test_alert)(VOID);
static NTSTATUS(NTAPI *library_status)(VOID);
static PCSTR(NTAPI *entry)(VOID);
static PCSTR(NTAPI *explain)(VOID);

static int start(unsigned flags) {
    struct ntdbg_nt_start request = {.size = sizeof(request), .flags = flags};
    int fd = open("/dev/dbgport", O_RDWR | O_CLOEXEC);
    int failed = fd < 0 || ioctl(fd, NTDBG_IOC_NT_START, &request) != 0;

    close(fd);
    return failed;
}

static int load(void) {
    void *library = dlopen("libntdbg-ntdll.so.0", RTLD_NOW);

    if (!library) {
        printf("# %s\n", dlerror());
        return 1;
    }
    test_alert = (NTSTATUS(NTAPI *)(VOID))dlsym(library, "NtTestAlert");
    library_status = (NTSTATUS(NTAPI *)(VOID))dlsym(library, "ntdbg_ntdll_status");
    entry = (PCSTR(NTAPI *)(VOID))dlsym(library, "ntdbg_ntdll_entry");
    explain = (PCSTR(NTAPI *)(VOID))dlsym(library, "ntdbg_ntdll_explain");
    return !test_alert || !library_status || !entry || !explain;
}

static int expect(NTSTATUS status, const char *name, const char *words) {
    if (library_status() == status && test_alert() == status && !strcmp(entry(), name) &&
        strstr(explain(), words))
        return 0;
    printf("# status %08x, call %08x, entry %s: %s\n", (unsigned)library_status(),
           (unsigned)test_alert(), entry(), explain());
    return 1;
}

static int loaded_late(void) {
    return load() || expect(STATUS_SUCCESS, "syscall", "");
}

static int joins_by_the_gateway(void) {
    return start(NTDBG_NT_GATE) || load() || expect(STATUS_SUCCESS, "gateway", "");
}

static int cannot_join(void) {
    return start(NTDBG_NT_INT_2E) || load() ||
           expect(STATUS_NOT_SUPPORTED, "none", "has become an NT process before");
}

static int page_is_taken(void) {
    void *page = mmap((void *)(uintptr_t)NTDBG_SHARED_USER_DATA, 4096, PROT_READ,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    return page == MAP_FAILED || load() ||
           expect(STATUS_CONFLICTING_ADDRESSES, "none", "something is mapped at 0x7ffe0000");
}

static int nobody_may_not(void) {
    return setgid(65534) || setuid(65534) || load() ||
           expect(STATUS_ACCESS_DENIED, "none", "may not be opened");
}

static const struct {
    const char *name;
    int (*run)(void);
} tests[] = {
    {"loaded_late", loaded_late},     {"joins_by_the_gateway", joins_by_the_gateway},
    {"cannot_join", cannot_join},     {"page_is_taken", page_is_taken},
    {"nobody_may_not", nobody_may_not},
};

int main(void) {
    int count = sizeof(tests) / sizeof(tests[0]);
    int failed = 0;

    printf("TAP version 13\n1..%d\n", count);
    for (int i = 0; i < count; i++) {
        int status = 1;

        fflush(stdout);
        if (!fork()) {
            status = tests[i].run();
            fflush(stdout);
            _exit(status);
        }
        wait(&status);
        printf("%sok %d - %s\n", status ? "not " : "", i + 1, tests[i].name);
        failed |= status;
    }
    return !!failed;
}
