/* SPDX-License-Identifier: GPL-2.0 */
/* Event pairs: two synchronization events, one for each side of a dialogue. */
#ifndef _NTDBG_KE_EVENT_PAIR_H
#define _NTDBG_KE_EVENT_PAIR_H

#include "ke/wait.h"

/**
 * struct ke_event_pair - EEVENT_PAIR
 * @header: what all objects have
 * @low: what one side waits for
 * @high: what the other side waits for
 */
struct ke_event_pair {
	struct ob_header header;
	struct ke_dispatcher low;
	struct ke_dispatcher high;
};

extern const struct ob_type ke_event_pair_type;

#define KE_EVENT_PAIR_ALL_ACCESS 0x1f0000u

struct ke_event_pair *ke_event_pair_create(void);

#endif /* _NTDBG_KE_EVENT_PAIR_H */
