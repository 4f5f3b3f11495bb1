/* SPDX-License-Identifier: GPL-2.0 */
/* Events, also for services that take the handle of one. */
#ifndef _NTDBG_KE_EVENT_H
#define _NTDBG_KE_EVENT_H

#include "ke/wait.h"

/**
 * struct ke_event - KEVENT
 * @object: header and dispatcher
 */
struct ke_event {
	struct ke_object object;
};

extern const struct ob_type ke_event_type;

#define KE_EVENT_QUERY_STATE	0x0001u
#define KE_EVENT_MODIFY_STATE	0x0002u
#define KE_EVENT_ALL_ACCESS	0x1f0003u

struct ke_event *ke_event_create(bool synchronization, bool signalled);
s32 ke_signal(struct ke_dispatcher *object);
s32 ke_unsignal(struct ke_dispatcher *object);
s32 ke_pulse(struct ke_dispatcher *object);

/*
 * The event argument of services like NtReadFile: reference it by its handle,
 * reset it, set it when the operation is done, and put it.
 */
u32 ke_event_by_handle(u64 handle, u32 access, struct ke_event **event);

static inline s32 ke_event_set(struct ke_event *event)
{
	return ke_signal(&event->object.dispatcher);
}

static inline s32 ke_event_reset(struct ke_event *event)
{
	return ke_unsignal(&event->object.dispatcher);
}

static inline void ke_event_put(struct ke_event *event)
{
	ob_put(&event->object.header);
}

#endif /* _NTDBG_KE_EVENT_H */
