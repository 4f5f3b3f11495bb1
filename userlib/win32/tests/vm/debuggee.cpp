// SPDX-License-Identifier: MIT
#include "debuggee.h"

#include <windows.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

int argument(int argc, char **argv) {
    return argc > 0 ? atoi(argv[0]) : 0;
}

int exit_with(int argc, char **argv) {
    return argument(argc, argv);
}

int print(int argc, char **argv) {
    for (int at = 0; at < argc; at++)
        printf("[%s]", argv[at]);
    const char *variable = getenv("WIN32_TEST");
    char directory[256];
    printf("\nvariable %s\ndirectory %s\n", variable ? variable : "-",
           getcwd(directory, sizeof(directory)));
    fprintf(stderr, "complaint\n");
    return 0;
}

// Which of the descriptors is there?
int descriptors(int argc, char **argv) {
    int there = 0;
    for (int at = 0; at < argc; at++)
        there |= (fcntl(atoi(argv[at]), F_GETFD) >= 0) << at;
    return there;
}

// Says on 1 that it is there, and reads 0 until that ends.
int hold(int, char **) {
    char c = 0;
    if (write(1, "r", 1) != 1)
        return 1;
    while (read(0, &c, 1) > 0) {
    }
    return 9;
}

int say(int, char **) {
    OutputDebugStringA("plain");
    OutputDebugStringW(u"wide \u00fc");
    return 3;
}

// Both the address and the access are the test's to see.
int crash(int, char **) {
    uintptr_t nowhere = 0x10;
    __asm__ volatile("" : "+r"(nowhere)); // the compiler is not to see it coming
    *reinterpret_cast<volatile int *>(nowhere) = 1;
    return 0;
}

// The debugger may change what comes back.
int stop(int, char **) {
    long value = 21;
    __asm__ volatile("int3" : "+a"(value) : : "memory");
    return static_cast<int>(value);
}

int step(int, char **) {
    __asm__ volatile("int3\n\tnop\n\tnop" : : : "memory");
    return 1;
}

int breakpoint(int, char **) {
    DebugBreak();
    return 2;
}

int raise_exception(int, char **) {
    const ULONG_PTR arguments[] = {11, 22};
    RaiseException(0xE0001234, 0, 2, arguments);
    return 6;
}

void *do_nothing(void *) {
    return nullptr;
}

int threads(int, char **) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, do_nothing, nullptr) != 0)
        return 1;
    pthread_join(thread, nullptr);
    return 5;
}

void *sleep_for_ever(void *) {
    for (;;)
        pause();
}

// A second thread that never ends by itself.
int two(int argc, char **argv) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, sleep_for_ever, nullptr) != 0)
        return 1;
    return hold(argc, argv);
}

int spawn(int, char **) {
    pid_t pid = fork();
    if (pid == 0)
        _exit(4);
    int status = 0;
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status) + 1;
}

int libraries(int, char **) {
    void *library = dlopen("libutil.so.1", RTLD_NOW);
    if (!library)
        return 1;
    return dlclose(library) == 0 ? 8 : 1;
}

int present(int, char **) {
    BOOL remote = FALSE;
    CheckRemoteDebuggerPresent(GetCurrentProcess(), &remote);
    return (IsDebuggerPresent() ? 1 : 0) | (remote ? 2 : 0);
}

volatile int variable = 1000;

__attribute__((noinline, noclone)) int constant() {
    int value = 0;
    // One instruction whose operand the debugger writes over.
    __asm__ volatile("movl $1, %0" : "=a"(value));
    return value;
}

// Tells where things are, and adds them up when the debugger is done.
int memory(int, char **) {
    char *pages = static_cast<char *>(
        mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    strcpy(pages + 4090, "abcde");
    munmap(pages + 4096, 4096);
    char text[200];
    snprintf(text, sizeof(text), "%p %p %p", const_cast<int *>(&variable),
             reinterpret_cast<void *>(constant), static_cast<void *>(pages));
    OutputDebugStringA(text);
    return variable + constant();
}

const struct {
    const char *name;
    int (*run)(int, char **);
} modes[] = {
    {"exit", exit_with},
    {"print", print},
    {"descriptors", descriptors},
    {"hold", hold},
    {"say", say},
    {"crash", crash},
    {"stop", stop},
    {"step", step},
    {"break", breakpoint},
    {"raise", raise_exception},
    {"threads", threads},
    {"two", two},
    {"spawn", spawn},
    {"libraries", libraries},
    {"present", present},
    {"memory", memory},
};

} // namespace

int debuggee(const char *mode, int argc, char **argv) {
    for (const auto &one : modes) {
        if (strcmp(one.name, mode) == 0)
            return one.run(argc, argv);
    }
    fprintf(stderr, "debuggee: there is no mode %s\n", mode);
    return 99;
}
