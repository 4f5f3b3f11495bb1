/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a service is written: as a C function, by a macro that also makes what
 * the dispatcher calls. The generator of the tables looks for these macros, so a
 * service that is written is in every table that has its name, and one whose
 * number of arguments is not the table's does not build.
 *
 *	NT_SERVICE3(nt_release_semaphore, u64, handle, s32, count, u64, previous)
 *	{
 *		...
 *		return STATUS_SUCCESS;
 *	}
 *
 * Handles, pointers and what else is as wide as a pointer is u64, ULONG and
 * enums are u32, LONG is s32, BOOLEAN is u8: the cast drops what is undefined in
 * the rest of the slot. Pointers are only looked at through nt/user.h.
 *
 * nt_release_semaphore() itself can be called, too, also by other modules: that
 * is the Nt way, without a trap frame, PreviousMode staying what it is.
 */
#ifndef _NTDBG_NT_SERVICE_H
#define _NTDBG_NT_SERVICE_H

#include <linux/export.h>
#include <linux/types.h>

#include "ntstatus.h"
#include "nt/user.h"

#define NT_MAP1(m, i, t, a) m(i, t, a)
#define NT_MAP2(m, i, t, a, ...) m(i, t, a), NT_MAP1(m, (i) + 1, __VA_ARGS__)
#define NT_MAP3(m, i, t, a, ...) m(i, t, a), NT_MAP2(m, (i) + 1, __VA_ARGS__)
#define NT_MAP4(m, i, t, a, ...) m(i, t, a), NT_MAP3(m, (i) + 1, __VA_ARGS__)
#define NT_MAP5(m, i, t, a, ...) m(i, t, a), NT_MAP4(m, (i) + 1, __VA_ARGS__)
#define NT_MAP6(m, i, t, a, ...) m(i, t, a), NT_MAP5(m, (i) + 1, __VA_ARGS__)
#define NT_MAP7(m, i, t, a, ...) m(i, t, a), NT_MAP6(m, (i) + 1, __VA_ARGS__)
#define NT_MAP8(m, i, t, a, ...) m(i, t, a), NT_MAP7(m, (i) + 1, __VA_ARGS__)
#define NT_MAP9(m, i, t, a, ...) m(i, t, a), NT_MAP8(m, (i) + 1, __VA_ARGS__)
#define NT_MAP10(m, i, t, a, ...) m(i, t, a), NT_MAP9(m, (i) + 1, __VA_ARGS__)
#define NT_MAP11(m, i, t, a, ...) m(i, t, a), NT_MAP10(m, (i) + 1, __VA_ARGS__)
#define NT_MAP12(m, i, t, a, ...) m(i, t, a), NT_MAP11(m, (i) + 1, __VA_ARGS__)
#define NT_MAP13(m, i, t, a, ...) m(i, t, a), NT_MAP12(m, (i) + 1, __VA_ARGS__)
#define NT_MAP14(m, i, t, a, ...) m(i, t, a), NT_MAP13(m, (i) + 1, __VA_ARGS__)
#define NT_MAP15(m, i, t, a, ...) m(i, t, a), NT_MAP14(m, (i) + 1, __VA_ARGS__)
#define NT_MAP16(m, i, t, a, ...) m(i, t, a), NT_MAP15(m, (i) + 1, __VA_ARGS__)
#define NT_MAP17(m, i, t, a, ...) m(i, t, a), NT_MAP16(m, (i) + 1, __VA_ARGS__)

#define NT_PARAMETER(i, t, a) t a
#define NT_TO_SLOT(i, t, a) (u64)(a)
#define NT_FROM_SLOT(i, t, a) (t)arguments[i]

#define NT_SERVICE(n, name, ...)						\
	u32 name(NT_MAP##n(NT_PARAMETER, 0, __VA_ARGS__));			\
	u32 name##_service(const u64 *arguments);				\
	static u32 name##_body(NT_MAP##n(NT_PARAMETER, 0, __VA_ARGS__));	\
	u32 name(NT_MAP##n(NT_PARAMETER, 0, __VA_ARGS__))			\
	{									\
		const u64 arguments[] = { NT_MAP##n(NT_TO_SLOT, 0, __VA_ARGS__) };	\
										\
		return name##_service(arguments);				\
	}									\
	EXPORT_SYMBOL_GPL(name);						\
	u32 name##_service(const u64 *arguments)				\
	{									\
		return name##_body(NT_MAP##n(NT_FROM_SLOT, 0, __VA_ARGS__));	\
	}									\
	static u32 name##_body(NT_MAP##n(NT_PARAMETER, 0, __VA_ARGS__))

#define NT_SERVICE0(name)							\
	u32 name(void);								\
	u32 name##_service(const u64 *arguments);				\
	u32 name##_service(const u64 *arguments)				\
	{									\
		return name();							\
	}									\
	EXPORT_SYMBOL_GPL(name);						\
	u32 name(void)
#define NT_SERVICE1(name, ...) NT_SERVICE(1, name, __VA_ARGS__)
#define NT_SERVICE2(name, ...) NT_SERVICE(2, name, __VA_ARGS__)
#define NT_SERVICE3(name, ...) NT_SERVICE(3, name, __VA_ARGS__)
#define NT_SERVICE4(name, ...) NT_SERVICE(4, name, __VA_ARGS__)
#define NT_SERVICE5(name, ...) NT_SERVICE(5, name, __VA_ARGS__)
#define NT_SERVICE6(name, ...) NT_SERVICE(6, name, __VA_ARGS__)
#define NT_SERVICE7(name, ...) NT_SERVICE(7, name, __VA_ARGS__)
#define NT_SERVICE8(name, ...) NT_SERVICE(8, name, __VA_ARGS__)
#define NT_SERVICE9(name, ...) NT_SERVICE(9, name, __VA_ARGS__)
#define NT_SERVICE10(name, ...) NT_SERVICE(10, name, __VA_ARGS__)
#define NT_SERVICE11(name, ...) NT_SERVICE(11, name, __VA_ARGS__)
#define NT_SERVICE12(name, ...) NT_SERVICE(12, name, __VA_ARGS__)
#define NT_SERVICE13(name, ...) NT_SERVICE(13, name, __VA_ARGS__)
#define NT_SERVICE14(name, ...) NT_SERVICE(14, name, __VA_ARGS__)
#define NT_SERVICE15(name, ...) NT_SERVICE(15, name, __VA_ARGS__)
#define NT_SERVICE16(name, ...) NT_SERVICE(16, name, __VA_ARGS__)
#define NT_SERVICE17(name, ...) NT_SERVICE(17, name, __VA_ARGS__)

#endif /* _NTDBG_NT_SERVICE_H */
