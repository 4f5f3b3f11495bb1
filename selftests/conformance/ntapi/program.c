// SPDX-License-Identifier: GPL-2.0
/*
 * A program for Windows' native API: files, memory, sections, events, semaphores,
 * mutants, timers, APCs and exceptions. It is built for Windows against mingw-w64's
 * headers and for Linux against those of ntdbg-ntdll, and has no line that knows
 * which. Each line that it prints is a status, or what one gave.
 */
#include <stdio.h>
#include <windows.h>
#include <winternl.h>

/* What Windows' headers leave to the program. */
#ifdef __cplusplus
extern "C" {
#endif
NTSTATUS NTAPI NtReadFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
			  PLARGE_INTEGER, PULONG);
NTSTATUS NTAPI NtWriteFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
			   PLARGE_INTEGER, PULONG);
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE, PVOID *, ULONG_PTR, PSIZE_T, ULONG, ULONG);
NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE, PVOID *, PSIZE_T, ULONG, PULONG);
NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE, PVOID *, PSIZE_T, ULONG);
NTSTATUS NTAPI NtCreateSection(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PLARGE_INTEGER, ULONG,
			       ULONG, HANDLE);
NTSTATUS NTAPI ZwMapViewOfSection(HANDLE, HANDLE, PVOID *, ULONG_PTR, SIZE_T, PLARGE_INTEGER,
				  PSIZE_T, int, ULONG, ULONG);
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE, PVOID);
NTSTATUS NTAPI ZwCreateEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, int, BOOLEAN);
NTSTATUS NTAPI NtSetEvent(HANDLE, PLONG);
NTSTATUS NTAPI NtResetEvent(HANDLE, PLONG);
NTSTATUS NTAPI NtCreateSemaphore(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, LONG, LONG);
NTSTATUS NTAPI NtReleaseSemaphore(HANDLE, LONG, PLONG);
NTSTATUS NTAPI NtCreateMutant(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN);
NTSTATUS NTAPI NtReleaseMutant(HANDLE, PLONG);
NTSTATUS NTAPI NtDelayExecution(BOOLEAN, PLARGE_INTEGER);
NTSTATUS NTAPI NtTestAlert(VOID);
NTSTATUS NTAPI NtQueueApcThread(HANDLE, VOID(NTAPI *)(PVOID, PVOID, PVOID), PVOID, PVOID, PVOID);
PVOID NTAPI RtlAddVectoredExceptionHandler(ULONG, PVECTORED_EXCEPTION_HANDLER);
ULONG NTAPI RtlRemoveVectoredExceptionHandler(PVOID);
#ifdef __cplusplus
}
#endif

#define CURRENT_PROCESS ((HANDLE)(LONG_PTR)(-1))
#define CURRENT_THREAD ((HANDLE)(LONG_PTR)(-2))

static void show(const char *what, NTSTATUS status)
{
	printf("%s: %08x\n", what, (unsigned int)status);
}

static void files(void)
{
	WCHAR name[] = L"\\??\\unix\\tmp\\ntapi-program.txt";
	UNICODE_STRING string;
	OBJECT_ATTRIBUTES attributes;
	IO_STATUS_BLOCK io;
	LARGE_INTEGER offset;
	FILE_STANDARD_INFORMATION standard;
	FILE_DISPOSITION_INFORMATION disposition;
	HANDLE file;
	char text[] = "The quick brown fox", buffer[64] = "";

	RtlInitUnicodeString(&string, name);
	InitializeObjectAttributes(&attributes, &string, OBJ_CASE_INSENSITIVE, NULL, NULL);
	show("create", NtCreateFile(&file, GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE,
				    &attributes, &io, NULL, FILE_ATTRIBUTE_NORMAL, 0,
				    FILE_OVERWRITE_IF, FILE_SYNCHRONOUS_IO_NONALERT |
				    FILE_NON_DIRECTORY_FILE, NULL, 0));
	show("write", NtWriteFile(file, NULL, NULL, NULL, &io, text, sizeof(text) - 1, NULL, NULL));
	printf("written: %u\n", (unsigned int)io.Information);
	offset.QuadPart = 4;
	show("read", NtReadFile(file, NULL, NULL, NULL, &io, buffer, 5, &offset, NULL));
	printf("read: %u %.5s\n", (unsigned int)io.Information, buffer);
	offset.QuadPart = 1000;
	show("read behind the end",
	     NtReadFile(file, NULL, NULL, NULL, &io, buffer, 5, &offset, NULL));
	show("standard", NtQueryInformationFile(file, &io, &standard, sizeof(standard),
						FileStandardInformation));
	printf("size: %u, directory: %u\n", (unsigned int)standard.EndOfFile.QuadPart,
	       standard.Directory);
	show("short query", NtQueryInformationFile(file, &io, &standard, 1,
						   FileStandardInformation));
	disposition.DoDeleteFile = TRUE;
	show("delete", NtSetInformationFile(file, &io, &disposition, sizeof(disposition),
					    FileDispositionInformation));
	show("close", NtClose(file));
	show("close again", NtClose(file));
	show("open what is gone", NtOpenFile(&file, GENERIC_READ | SYNCHRONIZE, &attributes, &io, 0,
					     FILE_SYNCHRONOUS_IO_NONALERT));
}

static void memory(void)
{
	PVOID base = NULL;
	SIZE_T size = 5000;
	ULONG old = 0;

	show("allocate", NtAllocateVirtualMemory(CURRENT_PROCESS, &base, 0, &size,
						 MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
	printf("size %x, granularity %x\n", (unsigned int)size,
	       (unsigned int)((ULONG_PTR)base & 0xffff));
	*(volatile int *)base = 1;
	size = 1;
	show("protect", NtProtectVirtualMemory(CURRENT_PROCESS, &base, &size, PAGE_READONLY, &old));
	printf("size %x, before %x\n", (unsigned int)size, (unsigned int)old);
	size = 0;
	show("free", NtFreeVirtualMemory(CURRENT_PROCESS, &base, &size, MEM_RELEASE));
	size = 0;
	show("free again", NtFreeVirtualMemory(CURRENT_PROCESS, &base, &size, MEM_RELEASE));
}

static void sections(void)
{
	LARGE_INTEGER maximum;
	HANDLE section;
	PVOID one = NULL, two = NULL;
	SIZE_T size = 0;

	maximum.QuadPart = 0x10000;
	show("section", NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &maximum,
					PAGE_READWRITE, SEC_COMMIT, NULL));
	show("map", ZwMapViewOfSection(section, CURRENT_PROCESS, &one, 0, 0, NULL, &size, 2, 0,
				       PAGE_READWRITE));
	printf("size %x\n", (unsigned int)size);
	size = 0;
	show("map again", ZwMapViewOfSection(section, CURRENT_PROCESS, &two, 0, 0, NULL, &size, 2,
					     0, PAGE_READWRITE));
	*(volatile int *)one = 42;
	printf("the other view has %d\n", *(volatile int *)two);
	show("unmap", NtUnmapViewOfSection(CURRENT_PROCESS, one));
	show("unmap", NtUnmapViewOfSection(CURRENT_PROCESS, two));
	show("unmap again", NtUnmapViewOfSection(CURRENT_PROCESS, two));
	show("close", NtClose(section));
}

static void waiting(void)
{
	LARGE_INTEGER now;
	HANDLE event, semaphore, mutant;
	LONG before = -1;

	now.QuadPart = 0;
	show("event", ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, 1, FALSE));
	show("wait", NtWaitForSingleObject(event, FALSE, &now));
	show("set", NtSetEvent(event, &before));
	printf("before: %d\n", (int)before);
	show("wait", NtWaitForSingleObject(event, FALSE, NULL));
	show("wait", NtWaitForSingleObject(event, FALSE, &now));
	show("close", NtClose(event));
	show("semaphore", NtCreateSemaphore(&semaphore, SEMAPHORE_ALL_ACCESS, NULL, 1, 2));
	show("release", NtReleaseSemaphore(semaphore, 1, &before));
	printf("before: %d\n", (int)before);
	show("release", NtReleaseSemaphore(semaphore, 1, &before));
	show("wrong semaphore", NtCreateSemaphore(&mutant, SEMAPHORE_ALL_ACCESS, NULL, 3, 2));
	show("close", NtClose(semaphore));
	show("mutant", NtCreateMutant(&mutant, MUTANT_ALL_ACCESS, NULL, TRUE));
	show("release", NtReleaseMutant(mutant, NULL));
	show("release again", NtReleaseMutant(mutant, NULL));
	show("set a mutant", NtSetEvent(mutant, NULL));
	show("close", NtClose(mutant));
}

static VOID NTAPI apc(PVOID a, PVOID b, PVOID c)
{
	printf("apc %d %d %d\n", (int)(ULONG_PTR)a, (int)(ULONG_PTR)b, (int)(ULONG_PTR)c);
}

static void apcs(void)
{
	LARGE_INTEGER minute;

	minute.QuadPart = -600000000;
	show("queue", NtQueueApcThread(CURRENT_THREAD, apc, (PVOID)1, (PVOID)2, (PVOID)3));
	show("queue", NtQueueApcThread(CURRENT_THREAD, apc, (PVOID)4, (PVOID)5, (PVOID)6));
	show("delay", NtDelayExecution(TRUE, &minute));
	show("queue", NtQueueApcThread(CURRENT_THREAD, apc, (PVOID)7, (PVOID)8, (PVOID)9));
	show("test alert", NtTestAlert());
}

static LONG NTAPI handler(EXCEPTION_POINTERS *pointers)
{
	EXCEPTION_RECORD *record = pointers->ExceptionRecord;

	printf("exception %08x flags %x parameters %u", (unsigned int)record->ExceptionCode,
	       (unsigned int)record->ExceptionFlags, (unsigned int)record->NumberParameters);
	if (record->NumberParameters == 2)
		printf(": %x %x", (unsigned int)record->ExceptionInformation[0],
		       (unsigned int)record->ExceptionInformation[1]);
	printf(", at the instruction: %d\n",
	       pointers->ContextRecord->Rip == (DWORD64)(ULONG_PTR)record->ExceptionAddress);
	pointers->ContextRecord->Rip += 2;
	return EXCEPTION_CONTINUE_EXECUTION;
}

static LONG NTAPI bystander(EXCEPTION_POINTERS *pointers)
{
	printf("bystander %08x\n", (unsigned int)pointers->ExceptionRecord->ExceptionCode);
	return EXCEPTION_CONTINUE_SEARCH;
}

static void exceptions(void)
{
	PVOID last = RtlAddVectoredExceptionHandler(0, handler);
	PVOID first = RtlAddVectoredExceptionHandler(1, bystander);

	__asm__ volatile("ud2");
	__asm__ volatile("movl (%0), %%eax" : : "r"((ULONG_PTR)0x1230) : "rax", "memory");
	__asm__ volatile("movl %%eax, (%0)" : : "r"((ULONG_PTR)0x1230) : "memory");
	__asm__ volatile("divl %0" : : "r"(0), "a"(1), "d"(0));
	printf("removed: %u\n", (unsigned int)RtlRemoveVectoredExceptionHandler(first));
	printf("removed: %u\n", (unsigned int)RtlRemoveVectoredExceptionHandler(last));
	printf("removed again: %u\n", (unsigned int)RtlRemoveVectoredExceptionHandler(last));
}

int main(void)
{
	files();
	memory();
	sections();
	waiting();
	apcs();
	exceptions();
	return 0;
}
