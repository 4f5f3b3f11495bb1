/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual address descriptors: what NT's memory services know of an NT process
 * beyond what Linux knows: reservations, and which mapping is a view.
 */
#ifndef _NTDBG_MM_VAD_H
#define _NTDBG_MM_VAD_H

struct mm_vads;

struct mm_vads *mm_vads_create(void);
struct mm_vads *mm_vads_copy(struct mm_vads *vads);
void mm_vads_free(struct mm_vads *vads);

#endif /* _NTDBG_MM_VAD_H */
