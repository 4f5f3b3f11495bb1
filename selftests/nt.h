/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NT system calls for the tests, through each of the three entries.
 *
 *	nt_begin();				this process is an NT process from now on
 *	status = NT(NtClose, handle);		by the entry nt_entry
 */
#ifndef _NTDBG_SELFTESTS_NT_H
#define _NTDBG_SELFTESTS_NT_H

#include <stdint.h>
#include <ntdbg/ntcall.h>
#include "nt_numbers.h"
#include "../module/ntstatus_values.h"

enum nt_entry {
	NT_BY_STUB,
	NT_BY_GATE,
	NT_BY_INT_2E,
	NT_ENTRIES,
};

extern enum nt_entry nt_entry;
extern const char *const nt_entry_names[NT_ENTRIES];

#define NT_MAX_ARGUMENTS 17

/* 0, or a negative errno. The second one starts with what @start says (size is filled in). */
int nt_begin(void);
int nt_begin_as(struct ntdbg_nt_start *start);
void nt_default_start(struct ntdbg_nt_start *start);

/* nt_enter.S */
extern char nt_stubs_begin[], nt_stubs_end[];
uint32_t nt_enter(uint32_t number, const uint64_t *arguments, unsigned int nr,
		  enum nt_entry entry);

uint32_t nt_service(uint32_t number, const uint64_t *arguments, unsigned int nr);

#define NT(name, ...) ({							\
	const uint64_t _arguments[] = { __VA_ARGS__ };				\
										\
	nt_service(SVC_##name, _arguments, sizeof(_arguments) / sizeof(_arguments[0]));	\
})

/* A pointer or an integer as an argument */
#define A(x) ((uint64_t)(uintptr_t)(x))

#define NT_CURRENT_PROCESS ((uint64_t)-1)
#define NT_CURRENT_THREAD ((uint64_t)-2)

static inline uint64_t nt_handle_of(int fd)
{
	return ((uint64_t)fd + 1) << 2;
}

static inline int nt_fd_of(uint64_t handle)
{
	return (int)(handle >> 2) - 1;
}

struct nt_unicode_string {
	uint16_t length;
	uint16_t maximum;
	uint32_t padding;
	uint64_t buffer;
};

struct nt_object_attributes {
	uint32_t length;
	uint32_t padding;
	uint64_t root;
	uint64_t name;
	uint32_t attributes;
	uint32_t padding2;
	uint64_t security[2];
};

struct nt_io_status {
	union {
		uint32_t status;
		uint64_t pointer;
	};
	uint64_t information;
};

struct nt_client_id {
	uint64_t process;
	uint64_t thread;
};

/* An OBJECT_ATTRIBUTES with a name, from a u"" literal or NULL. */
struct nt_name {
	struct nt_unicode_string string;
	struct nt_object_attributes attributes;
};

struct nt_object_attributes *nt_name(struct nt_name *name, const uint16_t *text,
				     uint32_t attributes);

#endif /* _NTDBG_SELFTESTS_NT_H */
