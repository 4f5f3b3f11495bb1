/* SPDX-License-Identifier: GPL-2.0 */
/* Semaphores. */
#ifndef _NTDBG_KE_SEMAPHORE_H
#define _NTDBG_KE_SEMAPHORE_H

#include "ke/wait.h"

/**
 * struct ke_semaphore - KSEMAPHORE
 * @object: header and dispatcher; its state is the count
 * @limit: the most that the count can be
 */
struct ke_semaphore {
	struct ke_object object;
	s32 limit;
};

extern const struct ob_type ke_semaphore_type;

#define KE_SEMAPHORE_QUERY_STATE	0x0001u
#define KE_SEMAPHORE_MODIFY_STATE	0x0002u
#define KE_SEMAPHORE_ALL_ACCESS		0x1f0003u

struct ke_semaphore *ke_semaphore_create(s32 count, s32 limit);
u32 ke_semaphore_release(struct ke_semaphore *semaphore, s32 count, s32 *previous);

#endif /* _NTDBG_KE_SEMAPHORE_H */
