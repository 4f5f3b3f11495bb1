/* SPDX-License-Identifier: GPL-2.0 */
/* Keyed events: a wait and a release with the same key in one process meet. */
#ifndef _NTDBG_KE_KEYED_EVENT_H
#define _NTDBG_KE_KEYED_EVENT_H

#include "ob/object.h"

struct nt_interval;

/**
 * struct ke_keyed_event - what keys are of
 * @header: what all objects have
 */
struct ke_keyed_event {
	struct ob_header header;
};

extern const struct ob_type ke_keyed_event_type;

#define KE_KEYED_EVENT_WAIT		0x0001u
#define KE_KEYED_EVENT_WAKE		0x0002u
#define KE_KEYED_EVENT_ALL_ACCESS	0xf0003u

struct ke_keyed_event *ke_keyed_event_create(void);
u32 ke_keyed_event_meet(struct ke_keyed_event *event, u64 key, bool release, bool alertable,
			const struct nt_interval *interval);

#endif /* _NTDBG_KE_KEYED_EVENT_H */
