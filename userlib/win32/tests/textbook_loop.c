/* SPDX-License-Identifier: MIT */
/*
 * The debugger's main loop as the textbooks have it: wait, look at the code of the event, look at
 * the code of an exception, continue. Nothing here knows of Linux: it compiles for Windows, too,
 * as C and as C++.
 *
 * usage: loop PROGRAM [ARGUMENT...]    logs the events of the program and ends with it
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static HANDLE debuggee;

static void say_file(const char *what, HANDLE file) {
    char path[MAX_PATH];
    DWORD size = file ? GetFinalPathNameByHandleA(file, path, MAX_PATH, FILE_NAME_NORMALIZED) : 0;

    printf("%s %s\n", what, size > 0 && size < MAX_PATH ? path : "?");
    if (file)
        CloseHandle(file);
}

static DWORD OnExceptionDebugEvent(const LPDEBUG_EVENT DebugEv) {
    const EXCEPTION_DEBUG_INFO *info = &DebugEv->u.Exception;
    const char *chance = info->dwFirstChance ? "first" : "last";

    switch (info->ExceptionRecord.ExceptionCode) {
    case EXCEPTION_ACCESS_VIOLATION:
        printf("access violation, %s chance\n", chance);
        return DBG_EXCEPTION_NOT_HANDLED;

    case EXCEPTION_BREAKPOINT:
        printf("breakpoint, %s chance\n", chance);
        return DBG_CONTINUE;

    case EXCEPTION_DATATYPE_MISALIGNMENT:
        printf("misalignment, %s chance\n", chance);
        return DBG_EXCEPTION_NOT_HANDLED;

    case EXCEPTION_SINGLE_STEP:
        printf("single step, %s chance\n", chance);
        return DBG_CONTINUE;

    case DBG_CONTROL_C:
        printf("control-c, %s chance\n", chance);
        return DBG_EXCEPTION_NOT_HANDLED;

    default:
        printf("exception %08x, %s chance\n", (unsigned)info->ExceptionRecord.ExceptionCode,
               chance);
        return DBG_EXCEPTION_NOT_HANDLED;
    }
}

static DWORD OnCreateThreadDebugEvent(const LPDEBUG_EVENT DebugEv) {
    DWORD count = SuspendThread(DebugEv->u.CreateThread.hThread);

    ResumeThread(DebugEv->u.CreateThread.hThread);
    printf("thread created, suspend count %u\n", (unsigned)count);
    return DBG_CONTINUE;
}

static DWORD OnCreateProcessDebugEvent(const LPDEBUG_EVENT DebugEv) {
    debuggee = DebugEv->u.CreateProcessInfo.hProcess;
    say_file("process created", DebugEv->u.CreateProcessInfo.hFile);
    return DBG_CONTINUE;
}

static DWORD OnExitThreadDebugEvent(const LPDEBUG_EVENT DebugEv) {
    printf("thread exited with %u\n", (unsigned)DebugEv->u.ExitThread.dwExitCode);
    return DBG_CONTINUE;
}

static DWORD OnExitProcessDebugEvent(const LPDEBUG_EVENT DebugEv) {
    printf("process exited with %u\n", (unsigned)DebugEv->u.ExitProcess.dwExitCode);
    return DBG_CONTINUE;
}

static DWORD OnLoadDllDebugEvent(const LPDEBUG_EVENT DebugEv) {
    say_file("loaded", DebugEv->u.LoadDll.hFile);
    return DBG_CONTINUE;
}

static DWORD OnUnloadDllDebugEvent(const LPDEBUG_EVENT DebugEv) {
    printf("unloaded %s\n", DebugEv->u.UnloadDll.lpBaseOfDll ? "it" : "?");
    return DBG_CONTINUE;
}

static DWORD OnOutputDebugStringEvent(const LPDEBUG_EVENT DebugEv) {
    const OUTPUT_DEBUG_STRING_INFO *info = &DebugEv->u.DebugString;
    char text[256];
    SIZE_T size = info->nDebugStringLength;

    memset(text, 0, sizeof(text));
    if (size > sizeof(text) - 1)
        size = sizeof(text) - 1;
    if (ReadProcessMemory(debuggee, info->lpDebugStringData, text, size, &size))
        printf("says: %s\n", text);
    return DBG_CONTINUE;
}

static DWORD OnRipEvent(const LPDEBUG_EVENT DebugEv) {
    printf("rip %u\n", (unsigned)DebugEv->u.RipInfo.dwError);
    return DBG_CONTINUE;
}

static void EnterDebugLoop(const LPDEBUG_EVENT DebugEv) {
    DWORD dwContinueStatus = DBG_CONTINUE;

    for (;;) {
        /* The end of the last process ends the wait. */
        if (!WaitForDebugEvent(DebugEv, INFINITE))
            break;

        switch (DebugEv->dwDebugEventCode) {
        case EXCEPTION_DEBUG_EVENT:
            dwContinueStatus = OnExceptionDebugEvent(DebugEv);
            break;
        case CREATE_THREAD_DEBUG_EVENT:
            dwContinueStatus = OnCreateThreadDebugEvent(DebugEv);
            break;
        case CREATE_PROCESS_DEBUG_EVENT:
            dwContinueStatus = OnCreateProcessDebugEvent(DebugEv);
            break;
        case EXIT_THREAD_DEBUG_EVENT:
            dwContinueStatus = OnExitThreadDebugEvent(DebugEv);
            break;
        case EXIT_PROCESS_DEBUG_EVENT:
            dwContinueStatus = OnExitProcessDebugEvent(DebugEv);
            break;
        case LOAD_DLL_DEBUG_EVENT:
            dwContinueStatus = OnLoadDllDebugEvent(DebugEv);
            break;
        case UNLOAD_DLL_DEBUG_EVENT:
            dwContinueStatus = OnUnloadDllDebugEvent(DebugEv);
            break;
        case OUTPUT_DEBUG_STRING_EVENT:
            dwContinueStatus = OnOutputDebugStringEvent(DebugEv);
            break;
        case RIP_EVENT:
            dwContinueStatus = OnRipEvent(DebugEv);
            break;
        }

        ContinueDebugEvent(DebugEv->dwProcessId, DebugEv->dwThreadId, dwContinueStatus);
    }
}

int main(int argc, char **argv) {
    DEBUG_EVENT event;
    STARTUPINFO startup;
    PROCESS_INFORMATION process;
    char line[1024] = "";
    int at;

    for (at = 1; at < argc; at++) {
        if (strlen(line) + strlen(argv[at]) + 4 > sizeof(line))
            return 2;
        strcat(line, at > 1 ? " \"" : "\"");
        strcat(strcat(line, argv[at]), "\"");
    }
    ZeroMemory(&startup, sizeof(startup));
    startup.cb = sizeof(startup);
    ZeroMemory(&process, sizeof(process));
    if (!CreateProcess(NULL, line, NULL, NULL, FALSE, DEBUG_ONLY_THIS_PROCESS, NULL, NULL, &startup,
                       &process)) {
        printf("not started: error %u\n", (unsigned)GetLastError());
        return 1;
    }
    ZeroMemory(&event, sizeof(event));
    EnterDebugLoop(&event);
    printf("over: error %u\n", (unsigned)GetLastError());
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return 0;
}
