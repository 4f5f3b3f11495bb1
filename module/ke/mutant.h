/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mutants. A thread's list of what it owns is changed by that thread, under its
 * mutants_lock: the thread itself puts on it what a wait gave it. The list keeps
 * no object alive: an owned mutant whose last handle is closed goes.
 */
#ifndef _NTDBG_KE_MUTANT_H
#define _NTDBG_KE_MUTANT_H

#include "ke/wait.h"

/**
 * struct ke_mutant - KMUTANT
 * @object: header and dispatcher; its state is 1 if nobody owns it, else 1 minus the
 *          owner's acquisitions
 * @owner: who owns it, or NULL; changed under the dispatcher's lock
 * @owned: in the owner's list
 * @abandoned: its owner ended, and nobody has owned it since
 */
struct ke_mutant {
	struct ke_object object;
	struct ke_thread *owner;
	struct list_head owned;
	bool abandoned;
};

extern const struct ob_type ke_mutant_type;

#define KE_MUTANT_QUERY_STATE	0x0001u
#define KE_MUTANT_ALL_ACCESS	0x1f0001u

static inline struct ke_mutant *ke_mutant_of(struct ke_dispatcher *dispatcher)
{
	return container_of(dispatcher, struct ke_mutant, object.dispatcher);
}

struct ke_mutant *ke_mutant_create(struct ke_thread *owner);
u32 ke_mutant_release(struct ke_mutant *mutant, s32 *previous);
bool ke_mutant_limit(struct ke_mutant *mutant, struct ke_thread *thread);
void ke_mutant_own(struct ke_mutant *mutant, struct ke_thread *thread);
void ke_rundown_mutants(struct ke_thread *thread);

#endif /* _NTDBG_KE_MUTANT_H */
