/* SPDX-License-Identifier: GPL-2.0 */
/* Alerts by thread id: one flag for each thread, and a wait for it. */
#ifndef _NTDBG_KE_ALERT_ID_H
#define _NTDBG_KE_ALERT_ID_H

#include "ke/thread.h"

struct nt_interval;

void ke_alert_by_id(struct ke_thread *thread);
u32 ke_wait_for_alert_by_id(const struct nt_interval *interval);

#endif /* _NTDBG_KE_ALERT_ID_H */
