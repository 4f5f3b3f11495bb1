// SPDX-License-Identifier: GPL-2.0
/* Service filters: what others patch the entry code for, and safe to take away. */
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/srcu.h>

#include "ke/dispatch.h"
#include "ke/service.h"
#include "ke/thread.h"
#include "ntstatus.h"

DEFINE_STATIC_KEY_FALSE(ke_filters_on);

static LIST_HEAD(ke_filters);
static DEFINE_MUTEX(ke_filter_mutex);
DEFINE_STATIC_SRCU(ke_filter_srcu);

/**
 * ke_add_service_filter() - have a filter see every NT call
 * @filter: it stays until it is removed
 *
 * Filters that came later are asked and told first.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL without any function.
 */
int ke_add_service_filter(struct ke_service_filter *filter)
{
	if (!filter->before && !filter->after)
		return -EINVAL;
	mutex_lock(&ke_filter_mutex);
	list_add_rcu(&filter->link, &ke_filters);
	static_branch_inc(&ke_filters_on);
	mutex_unlock(&ke_filter_mutex);
	return 0;
}
EXPORT_SYMBOL_GPL(ke_add_service_filter);

/**
 * ke_remove_service_filter() - take a filter away
 * @filter: one that was added
 *
 * When it returns, none of its functions is being executed, and none will be,
 * also for calls that are under way now.
 *
 * Context: may sleep.
 */
void ke_remove_service_filter(struct ke_service_filter *filter)
{
	mutex_lock(&ke_filter_mutex);
	list_del_rcu(&filter->link);
	static_branch_dec(&ke_filters_on);
	mutex_unlock(&ke_filter_mutex);
	synchronize_srcu(&ke_filter_srcu);
}
EXPORT_SYMBOL_GPL(ke_remove_service_filter);

static enum ke_filter_verdict ke_ask_filters(struct ke_service_call *call)
{
	enum ke_filter_verdict verdict = KE_FILTER_PASS;
	struct ke_service_filter *filter;
	int key = srcu_read_lock(&ke_filter_srcu);

	list_for_each_entry_srcu(filter, &ke_filters, link, srcu_read_lock_held(&ke_filter_srcu)) {
		if (filter->before)
			verdict = filter->before(call);
		if (verdict != KE_FILTER_PASS)
			break;
	}
	srcu_read_unlock(&ke_filter_srcu, key);
	return verdict;
}

/* In the same order as they were asked. */
static void ke_tell_filters(struct ke_service_call *call)
{
	struct ke_service_filter *filter;
	int key = srcu_read_lock(&ke_filter_srcu);

	list_for_each_entry_srcu(filter, &ke_filters, link, srcu_read_lock_held(&ke_filter_srcu))
		if (filter->after)
			filter->after(call);
	srcu_read_unlock(&ke_filter_srcu, key);
}

/**
 * ke_filtered_call() - call a service while there are filters
 * @thread: the current thread
 * @tables: its profile
 * @number: EAX
 * @table: of the service
 * @arguments: its arguments
 *
 * A service that waits does so outside of the filters' sections: removing a
 * filter never waits for a service.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 ke_filtered_call(struct ke_thread *thread, const struct ke_service_tables *tables, u32 number,
		     const struct ke_service_table *table, u64 *arguments)
{
	u32 index = number & KE_INDEX_MASK;
	struct ke_service_call call = {
		.tables = tables, .number = number, .name = table->names[index],
		.previous_mode = thread->previous_mode,
		.nr_arguments = table->arguments[index], .arguments = arguments,
	};

	if (ke_ask_filters(&call) == KE_FILTER_PASS) {
		call.status = ke_service_routine(table, index)(arguments);
		/* It will be made again: this was not its end. */
		if (call.status == NT_STATUS_RESTART)
			return call.status;
	}
	ke_tell_filters(&call);
	return call.status;
}
