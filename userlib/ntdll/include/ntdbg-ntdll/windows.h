/* SPDX-License-Identifier: MIT */
/*
 * The types and constants that a program of NT's native API has from <windows.h>, for Linux.
 * <winternl.h> has the calls that Windows documents, <ntdll.h> all of them.
 *
 *     cc program.c $(pkg-config --cflags --libs ntdbg-ntdll)
 *
 * Functions are called and callbacks are declared in Windows' own convention: NTAPI, WINAPI and
 * CALLBACK are __attribute__((ms_abi)). It works in C11 and in C++20.
 *
 * L"x" is text for NT only with -fshort-wchar, u"x" always is.
 *
 * This is not the <windows.h> of ntdbg-win32, which has Win32's functions for debuggers: a source
 * file can have one of the two.
 */
#ifndef NTDBG_NTDLL_WINDOWS_H
#define NTDBG_NTDLL_WINDOWS_H

#if defined(NTDBG_WIN32_WINDEF_H) || defined(NTDBG_NT_NTDLL_H)
#error "the headers of ntdbg-ntdll and those of libntdbg's native face do not go together"
#endif
#ifdef __cplusplus
#if __cplusplus < 202002L
#error "ntdbg-ntdll needs C++20: give the compiler -std=c++20."
#endif
#elif !defined(__STDC_VERSION__) || __STDC_VERSION__ < 201112L
#error "ntdbg-ntdll needs C11: give the compiler -std=c11 or later."
#endif
#ifndef __x86_64__
#error "ntdbg-ntdll is for x86-64."
#endif

#include <string.h>

#undef NTAPI
#define NTAPI __attribute__((ms_abi))
#include <ntdbg/nt/context.h>
#include <ntdbg/nt/memory.h>
#include <ntdbg/nt/object.h>
#include <ntdbg/nt/process.h>
#include <ntdbg/nt/types.h>

#define WINAPI NTAPI
#define CALLBACK NTAPI
#define APIENTRY NTAPI
#ifndef __stdcall
#define __stdcall NTAPI
#endif
#ifndef __cdecl
#define __cdecl /* the convention of main() and of the C library, which are Linux's */
#endif
#define NTSYSAPI LIBNTDBG_API
#define NTSYSCALLAPI LIBNTDBG_API
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define FORCEINLINE static inline __attribute__((always_inline))

#ifndef CONST
#define CONST const
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#define ANYSIZE_ARRAY 1
#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define CONTAINING_RECORD(address, type, field)                                                    \
    ((type *)(void *)((CHAR *)(address)-offsetof(type, field)))

typedef char CCHAR;
typedef int INT;
typedef unsigned int UINT;
typedef int16_t INT16;
typedef uint16_t UINT16;
typedef int32_t INT32;
typedef uint32_t UINT32;
typedef int64_t INT64;
typedef uint64_t UINT64;
typedef uint32_t ULONG32;
typedef uint32_t DWORD32;
typedef int64_t LONG64;
typedef uint64_t DWORDLONG;
typedef intptr_t INT_PTR;
typedef uintptr_t UINT_PTR;
typedef intptr_t LONG_PTR;
typedef intptr_t SSIZE_T;
typedef LONG HRESULT;

typedef void *LPVOID;
typedef const void *LPCVOID;
typedef CHAR *PCHAR, *LPSTR, *PCH;
typedef const CHAR *LPCSTR, *PCSZ;
typedef WCHAR *LPWSTR, *PWCHAR, *PWCH;
typedef const WCHAR *LPCWSTR;
typedef UCHAR *PUCHAR;
typedef BYTE *PBYTE, *LPBYTE;
typedef BOOL *PBOOL, *LPBOOL;
typedef SHORT *PSHORT;
typedef USHORT *PUSHORT;
typedef WORD *PWORD, *LPWORD;
typedef DWORD *PDWORD, *LPDWORD;
typedef LONG *PLONG, *LPLONG;
typedef LONGLONG *PLONGLONG;
typedef ULONGLONG *PULONGLONG;
typedef ULONG64 *PULONG64;
typedef ULONG_PTR *PULONG_PTR;
typedef DWORD_PTR *PDWORD_PTR;
typedef LONG_PTR *PLONG_PTR;
typedef PVOID *LPHANDLE;
typedef NTSTATUS *PNTSTATUS;
typedef PVOID PSID, PSECURITY_DESCRIPTOR;
typedef ULONG SECURITY_INFORMATION, *PSECURITY_INFORMATION;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        DWORD HighPart;
    };
    struct {
        DWORD LowPart;
        DWORD HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LUID {
    DWORD LowPart;
    LONG HighPart;
} LUID, *PLUID;

typedef struct _GUID {
    uint32_t Data1;
    uint16_t Data2;
    uint16_t Data3;
    uint8_t Data4[8];
} GUID, *LPGUID;

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _IO_COUNTERS {
    ULONGLONG ReadOperationCount;
    ULONGLONG WriteOperationCount;
    ULONGLONG OtherOperationCount;
    ULONGLONG ReadTransferCount;
    ULONGLONG WriteTransferCount;
    ULONGLONG OtherTransferCount;
} IO_COUNTERS, *PIO_COUNTERS;

#define MAXIMUM_WAIT_OBJECTS 64
#define MAXIMUM_SUSPEND_COUNT 127
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define INFINITE 0xFFFFFFFFu
#define MAX_PATH 260

/* ---- files ---------------------------------------------------------------------- */

#define FILE_READ_DATA 0x0001u
#define FILE_LIST_DIRECTORY 0x0001u
#define FILE_WRITE_DATA 0x0002u
#define FILE_ADD_FILE 0x0002u
#define FILE_APPEND_DATA 0x0004u
#define FILE_ADD_SUBDIRECTORY 0x0004u
#define FILE_READ_EA 0x0008u
#define FILE_WRITE_EA 0x0010u
#define FILE_EXECUTE 0x0020u
#define FILE_TRAVERSE 0x0020u
#define FILE_DELETE_CHILD 0x0040u
#define FILE_READ_ATTRIBUTES 0x0080u
#define FILE_WRITE_ATTRIBUTES 0x0100u
#define FILE_ALL_ACCESS 0x001F01FFu
#define FILE_GENERIC_READ 0x00120089u
#define FILE_GENERIC_WRITE 0x00120116u
#define FILE_GENERIC_EXECUTE 0x001200A0u

#define FILE_SHARE_READ 0x00000001u
#define FILE_SHARE_WRITE 0x00000002u
#define FILE_SHARE_DELETE 0x00000004u

#define FILE_ATTRIBUTE_READONLY 0x00000001u
#define FILE_ATTRIBUTE_HIDDEN 0x00000002u
#define FILE_ATTRIBUTE_SYSTEM 0x00000004u
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010u
#define FILE_ATTRIBUTE_ARCHIVE 0x00000020u
#define FILE_ATTRIBUTE_DEVICE 0x00000040u
#define FILE_ATTRIBUTE_NORMAL 0x00000080u
#define FILE_ATTRIBUTE_TEMPORARY 0x00000100u
#define FILE_ATTRIBUTE_SPARSE_FILE 0x00000200u
#define FILE_ATTRIBUTE_REPARSE_POINT 0x00000400u
#define FILE_ATTRIBUTE_COMPRESSED 0x00000800u
#define FILE_ATTRIBUTE_OFFLINE 0x00001000u
#define FILE_ATTRIBUTE_NOT_CONTENT_INDEXED 0x00002000u
#define FILE_ATTRIBUTE_ENCRYPTED 0x00004000u

#define FILE_NOTIFY_CHANGE_FILE_NAME 0x00000001u
#define FILE_NOTIFY_CHANGE_DIR_NAME 0x00000002u
#define FILE_NOTIFY_CHANGE_ATTRIBUTES 0x00000004u
#define FILE_NOTIFY_CHANGE_SIZE 0x00000008u
#define FILE_NOTIFY_CHANGE_LAST_WRITE 0x00000010u
#define FILE_NOTIFY_CHANGE_LAST_ACCESS 0x00000020u
#define FILE_NOTIFY_CHANGE_CREATION 0x00000040u

/* ---- memory and sections (what nt/memory.h does not have) -------------------------- */

#define MEM_DECOMMIT 0x00004000u
#define MEM_RELEASE 0x00008000u
#define MEM_RESET 0x00080000u
#define MEM_TOP_DOWN 0x00100000u
#define MEM_WRITE_WATCH 0x00200000u
#define MEM_PHYSICAL 0x00400000u
#define MEM_RESET_UNDO 0x01000000u
#define MEM_LARGE_PAGES 0x20000000u

#define SEC_FILE 0x00800000u
#define SEC_IMAGE 0x01000000u
#define SEC_RESERVE 0x04000000u
#define SEC_COMMIT 0x08000000u
#define SEC_NOCACHE 0x10000000u
#define SEC_LARGE_PAGES 0x80000000u

#define SECTION_QUERY 0x0001u
#define SECTION_MAP_WRITE 0x0002u
#define SECTION_MAP_READ 0x0004u
#define SECTION_MAP_EXECUTE 0x0008u
#define SECTION_EXTEND_SIZE 0x0010u
#define SECTION_MAP_EXECUTE_EXPLICIT 0x0020u
#define SECTION_ALL_ACCESS 0x000F001Fu

/* ---- rights of what can be waited on ------------------------------------------------- */

#define EVENT_MODIFY_STATE 0x0002u
#define EVENT_ALL_ACCESS 0x001F0003u
#define SEMAPHORE_MODIFY_STATE 0x0002u
#define SEMAPHORE_ALL_ACCESS 0x001F0003u
#define MUTANT_QUERY_STATE 0x0001u
#define MUTANT_ALL_ACCESS 0x001F0001u
#define TIMER_QUERY_STATE 0x0001u
#define TIMER_MODIFY_STATE 0x0002u
#define TIMER_ALL_ACCESS 0x001F0003u
#define IO_COMPLETION_MODIFY_STATE 0x0002u
#define IO_COMPLETION_ALL_ACCESS 0x001F0003u

/* ---- exceptions ------------------------------------------------------------------------ */

typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PCONTEXT ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS, *LPEXCEPTION_POINTERS;

typedef LONG(NTAPI *PVECTORED_EXCEPTION_HANDLER)(PEXCEPTION_POINTERS ExceptionInfo);

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

/*
 * As on Windows the few statuses that are also Win32's are here as DWORDs, unless WIN32_NO_STATUS
 * is defined. <ntstatus.h> has them all as NTSTATUS.
 */
#if !defined(WIN32_NO_STATUS) && !defined(NTDBG_NT_STATUS_H)
#define STATUS_WAIT_0 ((DWORD)0x00000000u)
#define STATUS_ABANDONED_WAIT_0 ((DWORD)0x00000080u)
#define STATUS_USER_APC ((DWORD)0x000000C0u)
#define STATUS_TIMEOUT ((DWORD)0x00000102u)
#define STATUS_PENDING ((DWORD)0x00000103u)
#define STATUS_GUARD_PAGE_VIOLATION ((DWORD)0x80000001u)
#define STATUS_DATATYPE_MISALIGNMENT ((DWORD)0x80000002u)
#define STATUS_BREAKPOINT ((DWORD)0x80000003u)
#define STATUS_SINGLE_STEP ((DWORD)0x80000004u)
#define STATUS_ACCESS_VIOLATION ((DWORD)0xC0000005u)
#define STATUS_IN_PAGE_ERROR ((DWORD)0xC0000006u)
#define STATUS_INVALID_HANDLE ((DWORD)0xC0000008u)
#define STATUS_INVALID_PARAMETER ((DWORD)0xC000000Du)
#define STATUS_NO_MEMORY ((DWORD)0xC0000017u)
#define STATUS_ILLEGAL_INSTRUCTION ((DWORD)0xC000001Du)
#define STATUS_NONCONTINUABLE_EXCEPTION ((DWORD)0xC0000025u)
#define STATUS_INTEGER_DIVIDE_BY_ZERO ((DWORD)0xC0000094u)
#define STATUS_INTEGER_OVERFLOW ((DWORD)0xC0000095u)
#define STATUS_PRIVILEGED_INSTRUCTION ((DWORD)0xC0000096u)
#define STATUS_STACK_OVERFLOW ((DWORD)0xC00000FDu)
#define STATUS_CONTROL_C_EXIT ((DWORD)0xC000013Au)
#endif

#define EXCEPTION_ACCESS_VIOLATION ((DWORD)0xC0000005u)
#define EXCEPTION_DATATYPE_MISALIGNMENT ((DWORD)0x80000002u)
#define EXCEPTION_BREAKPOINT ((DWORD)0x80000003u)
#define EXCEPTION_SINGLE_STEP ((DWORD)0x80000004u)
#define EXCEPTION_ARRAY_BOUNDS_EXCEEDED ((DWORD)0xC000008Cu)
#define EXCEPTION_FLT_DIVIDE_BY_ZERO ((DWORD)0xC000008Eu)
#define EXCEPTION_INT_DIVIDE_BY_ZERO ((DWORD)0xC0000094u)
#define EXCEPTION_INT_OVERFLOW ((DWORD)0xC0000095u)
#define EXCEPTION_PRIV_INSTRUCTION ((DWORD)0xC0000096u)
#define EXCEPTION_IN_PAGE_ERROR ((DWORD)0xC0000006u)
#define EXCEPTION_ILLEGAL_INSTRUCTION ((DWORD)0xC000001Du)
#define EXCEPTION_NONCONTINUABLE_EXCEPTION ((DWORD)0xC0000025u)
#define EXCEPTION_STACK_OVERFLOW ((DWORD)0xC00000FDu)
#define EXCEPTION_GUARD_PAGE ((DWORD)0x80000001u)

#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlFillMemory(destination, length, fill) memset((destination), (fill), (length))
#define RtlZeroMemory(destination, length) memset((destination), 0, (length))

#endif /* NTDBG_NTDLL_WINDOWS_H */
