// SPDX-License-Identifier: GPL-2.0
/* Mutants: see mutant.h. */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "ke/mutant.h"
#include "ntstatus.h"

/* NT's limit is where the state would not fit its 32 bits any more. */
static unsigned int mutant_limit = 0x80000000u;
module_param(mutant_limit, uint, 0644);
MODULE_PARM_DESC(mutant_limit, "for tests: how often its owner can acquire a mutant");

static void ke_mutant_free(void *object);

const struct ob_type ke_mutant_type = {
	.id = NTDBG_OBJECT_MUTANT,
	.name = "[nt-mutant]",
	.generic_read = KE_STANDARD_READ | KE_MUTANT_QUERY_STATE,
	.generic_write = KE_STANDARD_READ,
	.generic_execute = KE_STANDARD_EXECUTE,
	.all_access = KE_MUTANT_ALL_ACCESS,
	.fops = &ke_object_fops,
	.dispatcher = ke_object_dispatcher,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ke_mutant_free,
};

/**
 * ke_mutant_create() - a new mutant
 * @owner: the current thread, if it is to own it, or NULL
 *
 * Context: may sleep.
 * Return: the mutant, or NULL.
 */
struct ke_mutant *ke_mutant_create(struct ke_thread *owner)
{
	struct ke_mutant *mutant = kmalloc(sizeof(*mutant), GFP_KERNEL_ACCOUNT);

	if (!mutant)
		return NULL;
	ob_header_init(&mutant->object.header, &ke_mutant_type);
	ke_dispatcher_init(&mutant->object.dispatcher, KE_MUTANT, owner ? 0 : 1);
	INIT_LIST_HEAD(&mutant->owned);
	mutant->owner = owner;
	mutant->abandoned = false;
	if (owner)
		ke_mutant_own(mutant, owner);
	return mutant;
}

/* Nobody refers to it; but it is still in its owner's list. */
static void ke_mutant_free(void *object)
{
	struct ke_mutant *mutant = object;
	struct ke_thread *owner;

	/* The owner may be ending. */
	rcu_read_lock();
	/* An owner that is seen has been made completely. */
	owner = smp_load_acquire(&mutant->owner);
	if (owner) {
		spin_lock(&owner->mutants_lock);
		list_del(&mutant->owned);
		spin_unlock(&owner->mutants_lock);
	}
	rcu_read_unlock();
	kfree(mutant);
}

/**
 * ke_mutant_limit() - can this thread not acquire it once more?
 * @mutant: the mutant
 * @thread: the current thread
 *
 * Context: any.
 * Return: true if it owns it and has reached the limit.
 */
bool ke_mutant_limit(struct ke_mutant *mutant, struct ke_thread *thread)
{
	s64 state = READ_ONCE(mutant->object.dispatcher.state);

	return READ_ONCE(mutant->owner) == thread && 1 - state >= READ_ONCE(mutant_limit);
}

/**
 * ke_mutant_own() - the current thread has acquired it
 * @mutant: the mutant
 * @thread: the current thread
 *
 * Context: any but interrupts.
 */
void ke_mutant_own(struct ke_mutant *mutant, struct ke_thread *thread)
{
	if (!list_empty(&mutant->owned))
		return;
	spin_lock(&thread->mutants_lock);
	list_add(&mutant->owned, &thread->mutants);
	spin_unlock(&thread->mutants_lock);
}

/* The owner gives it up: off its list, then to who waits. */
static void ke_mutant_disown(struct ke_mutant *mutant, struct ke_thread *thread)
{
	spin_lock(&thread->mutants_lock);
	list_del_init(&mutant->owned);
	spin_unlock(&thread->mutants_lock);
}

static void ke_mutant_give_up(struct ke_mutant *mutant, bool abandoned)
{
	struct ke_dispatcher *object = &mutant->object.dispatcher;
	struct ke_lock lock;

	ke_lock_object(object, &lock);
	object->state = 1;
	mutant->owner = NULL;
	mutant->abandoned = abandoned;
	ke_satisfy(object, &lock);
	ke_unlock_object(object, &lock);
}

/**
 * ke_mutant_release() - the current thread gives one acquisition back (KeReleaseMutant)
 * @mutant: the mutant
 * @previous: set to its state before
 *
 * Context: any but interrupts.
 * Return: STATUS_SUCCESS or STATUS_MUTANT_NOT_OWNED.
 */
u32 ke_mutant_release(struct ke_mutant *mutant, s32 *previous)
{
	struct ke_dispatcher *object = &mutant->object.dispatcher;
	struct ke_thread *thread = ke_current();
	struct ke_lock lock;

	/* Nobody else makes this thread the owner, or takes that away. */
	if (!thread || READ_ONCE(mutant->owner) != thread)
		return STATUS_MUTANT_NOT_OWNED;
	*previous = object->state;
	if (!object->state) {
		ke_mutant_disown(mutant, thread);
		ke_mutant_give_up(mutant, false);
		return STATUS_SUCCESS;
	}
	ke_lock_object(object, &lock);
	object->state++;
	ke_unlock_object(object, &lock);
	return STATUS_SUCCESS;
}

/* The next one that the thread owns, referenced; those that are being freed are left out. */
static struct ke_mutant *ke_next_mutant(struct ke_thread *thread)
{
	struct ke_mutant *mutant, *found = NULL;

	spin_lock(&thread->mutants_lock);
	while (!found) {
		mutant = list_first_entry_or_null(&thread->mutants, struct ke_mutant, owned);
		if (!mutant)
			break;
		list_del_init(&mutant->owned);
		if (refcount_inc_not_zero(&mutant->object.header.refs))
			found = mutant;
		else
			/* From here on it may be gone. */
			smp_store_release(&mutant->owner, NULL);
	}
	spin_unlock(&thread->mutants_lock);
	return found;
}

/**
 * ke_rundown_mutants() - a thread ends: what it owns is abandoned
 * @thread: the current thread, or one that never made a call
 *
 * Context: may sleep.
 */
void ke_rundown_mutants(struct ke_thread *thread)
{
	struct ke_mutant *mutant;

	for (mutant = ke_next_mutant(thread); mutant; mutant = ke_next_mutant(thread)) {
		ke_mutant_give_up(mutant, true);
		ob_put(&mutant->object.header);
	}
}
