/* SPDX-License-Identifier: MIT */
/*
 * The NT types that the debug port speaks, in the sizes of 64-bit Windows: LONG
 * and ULONG have 32 bits although Linux's long has 64, and a HANDLE is a pointer.
 */
#ifndef NTDBG_NT_TYPES_H
#define NTDBG_NT_TYPES_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <uchar.h>
#endif

#ifndef LIBNTDBG_API
#define LIBNTDBG_API __attribute__((visibility("default")))
#endif
/* NT's calling convention on x64 is Linux's to whoever is compiled for Linux. */
#ifndef NTAPI
#define NTAPI
#endif
#ifndef VOID
#define VOID void
#endif
/* NT's enums are 32 bits of any value, also one that has no name. */
#ifdef __cplusplus
#define NTDBG_ENUM_32 : int32_t
#else
#define NTDBG_ENUM_32
#endif
#ifndef FALSE
#define FALSE 0
#define TRUE 1
#endif

typedef char CHAR;
typedef char16_t WCHAR; /* UTF-16, as NT has it; not wchar_t, which is 32 bits wide here */
typedef int BOOL;
typedef uint8_t UCHAR;
typedef uint8_t BYTE;
typedef uint8_t BOOLEAN;
typedef int16_t SHORT;
typedef uint16_t USHORT;
typedef uint16_t WORD;
typedef int32_t LONG;
typedef uint32_t ULONG;
typedef uint32_t DWORD;
typedef int64_t LONGLONG;
typedef uint64_t ULONGLONG;
typedef uint64_t ULONG64;
typedef uint64_t DWORD64;
typedef uintptr_t ULONG_PTR;
typedef uintptr_t DWORD_PTR;
typedef uintptr_t SIZE_T;
typedef uintptr_t KAFFINITY;
typedef LONG KPRIORITY;
typedef ULONG ACCESS_MASK; /* nt/object.h has the bits */
typedef void *PVOID;
typedef void *HANDLE;
typedef int32_t NTSTATUS;

typedef CHAR *PSTR;
typedef const CHAR *PCSTR;
typedef WCHAR *PWSTR;
typedef const WCHAR *PCWSTR;
typedef BOOLEAN *PBOOLEAN;
typedef ULONG *PULONG;
typedef SIZE_T *PSIZE_T;
typedef HANDLE *PHANDLE;
typedef ACCESS_MASK *PACCESS_MASK;

/* A time, or a span of time, in units of 100 ns. See NtWaitForDebugEvent(). */
typedef union _LARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

/* Lengths in bytes; no NUL at the end is promised. */
typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

/* Success and information are successes; warning and error are not. */
#define NT_SUCCESS(status) ((NTSTATUS)(status) >= 0)

typedef struct _CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

#define EXCEPTION_MAXIMUM_PARAMETERS 15

#define EXCEPTION_NONCONTINUABLE 0x1u
#define EXCEPTION_UNWINDING 0x2u
#define EXCEPTION_EXIT_UNWIND 0x4u
#define EXCEPTION_STACK_INVALID 0x8u
#define EXCEPTION_NESTED_CALL 0x10u
#define EXCEPTION_TARGET_UNWIND 0x20u
#define EXCEPTION_COLLIDED_UNWIND 0x40u
#define EXCEPTION_SOFTWARE_ORIGINATE 0x80u

typedef struct _EXCEPTION_RECORD64 {
    NTSTATUS ExceptionCode;
    ULONG ExceptionFlags;
    ULONG64 ExceptionRecord;
    ULONG64 ExceptionAddress;
    ULONG NumberParameters;
    ULONG UnusedAlignment;
    ULONG64 ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD64, *PEXCEPTION_RECORD64;

/* The same bytes in the words of Win32. */
typedef struct _EXCEPTION_RECORD {
    DWORD ExceptionCode;
    DWORD ExceptionFlags;
    struct _EXCEPTION_RECORD *ExceptionRecord;
    PVOID ExceptionAddress;
    DWORD NumberParameters;
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

/* The types of an LPC message; a debug event's is LPC_DEBUG_EVENT. */
#define LPC_REQUEST 1
#define LPC_REPLY 2
#define LPC_DATAGRAM 3
#define LPC_LOST_REPLY 4
#define LPC_PORT_CLOSED 5
#define LPC_CLIENT_DIED 6
#define LPC_EXCEPTION 7
#define LPC_DEBUG_EVENT 8
#define LPC_ERROR_EVENT 9
#define LPC_CONNECTION_REQUEST 10

typedef struct _PORT_MESSAGE {
    union {
        struct {
            USHORT DataLength;
            USHORT TotalLength;
        } s1;
        ULONG Length;
    } u1;
    union {
        struct {
            USHORT Type;
            USHORT DataInfoOffset;
        } s2;
        ULONG ZeroInit;
    } u2;
    CLIENT_ID ClientId;
    ULONG MessageId;
    union {
        SIZE_T ClientViewSize;
        ULONG CallbackId;
    } u3;
} PORT_MESSAGE;

/* clang-format off */
static_assert(sizeof(LONG) == 4 && sizeof(ULONG) == 4 && sizeof(DWORD) == 4, "32 bits");
static_assert(sizeof(HANDLE) == 8 && sizeof(NTSTATUS) == 4, "64-bit NT");
static_assert(sizeof(WCHAR) == 2 && sizeof(BOOL) == 4, "16-bit characters");
static_assert(sizeof(LARGE_INTEGER) == 8 && offsetof(LARGE_INTEGER, u.HighPart) == 4, "LARGE_INTEGER");
static_assert(sizeof(UNICODE_STRING) == 0x10, "UNICODE_STRING");
static_assert(offsetof(UNICODE_STRING, MaximumLength) == 0x2, "UNICODE_STRING");
static_assert(offsetof(UNICODE_STRING, Buffer) == 0x8, "UNICODE_STRING");
static_assert(sizeof(EXCEPTION_RECORD) == 0x98, "EXCEPTION_RECORD");
static_assert(offsetof(EXCEPTION_RECORD, ExceptionFlags) == 0x4, "EXCEPTION_RECORD");
static_assert(offsetof(EXCEPTION_RECORD, ExceptionRecord) == 0x8, "EXCEPTION_RECORD");
static_assert(offsetof(EXCEPTION_RECORD, ExceptionAddress) == 0x10, "EXCEPTION_RECORD");
static_assert(offsetof(EXCEPTION_RECORD, NumberParameters) == 0x18, "EXCEPTION_RECORD");
static_assert(offsetof(EXCEPTION_RECORD, ExceptionInformation) == 0x20, "EXCEPTION_RECORD");
static_assert(sizeof(CLIENT_ID) == 0x10, "CLIENT_ID");
static_assert(offsetof(CLIENT_ID, UniqueThread) == 0x8, "CLIENT_ID");
static_assert(sizeof(EXCEPTION_RECORD64) == 0x98, "EXCEPTION_RECORD64");
static_assert(offsetof(EXCEPTION_RECORD64, ExceptionFlags) == 0x4, "EXCEPTION_RECORD64");
static_assert(offsetof(EXCEPTION_RECORD64, ExceptionRecord) == 0x8, "EXCEPTION_RECORD64");
static_assert(offsetof(EXCEPTION_RECORD64, ExceptionAddress) == 0x10, "EXCEPTION_RECORD64");
static_assert(offsetof(EXCEPTION_RECORD64, NumberParameters) == 0x18, "EXCEPTION_RECORD64");
static_assert(offsetof(EXCEPTION_RECORD64, ExceptionInformation) == 0x20, "EXCEPTION_RECORD64");
static_assert(sizeof(PORT_MESSAGE) == 0x28, "PORT_MESSAGE");
static_assert(offsetof(PORT_MESSAGE, u1.s1.TotalLength) == 0x2, "PORT_MESSAGE");
static_assert(offsetof(PORT_MESSAGE, u2.s2.Type) == 0x4, "PORT_MESSAGE");
static_assert(offsetof(PORT_MESSAGE, u2.s2.DataInfoOffset) == 0x6, "PORT_MESSAGE");
static_assert(offsetof(PORT_MESSAGE, ClientId) == 0x8, "PORT_MESSAGE");
static_assert(offsetof(PORT_MESSAGE, MessageId) == 0x18, "PORT_MESSAGE");
static_assert(offsetof(PORT_MESSAGE, u3) == 0x20, "PORT_MESSAGE");
/* clang-format on */

#endif /* NTDBG_NT_TYPES_H */
