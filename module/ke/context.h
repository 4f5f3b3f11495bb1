/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_KE_CONTEXT_H
#define _NTDBG_KE_CONTEXT_H

#include <ntdbg/object.h>

struct ps_thread;

int ke_get_context(struct ps_thread *thread, struct ntdbg_context *context);
int ke_set_context(struct ps_thread *thread, const struct ntdbg_context *context);
void ke_set_pending_context(struct ps_thread *thread);

bool ke_stepped_call(struct ps_thread *thread);
void ke_end_step(struct ps_thread *thread);
void ke_forget_step(struct ps_thread *thread);

void ke_begin_first_chance(struct ps_thread *thread);
void ke_end_first_chance(struct ps_thread *thread);
int ke_commit_fp(struct ps_thread *thread);

int ke_get_own_context(struct ntdbg_context *context);
void ke_set_own_context(struct ntdbg_context *context);

#endif /* _NTDBG_KE_CONTEXT_H */
