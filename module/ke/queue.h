/* SPDX-License-Identifier: GPL-2.0 */
/* I/O completion ports. */
#ifndef _NTDBG_KE_QUEUE_H
#define _NTDBG_KE_QUEUE_H

#include "ke/wait.h"

struct nt_interval;

/**
 * struct ke_packet - something that is complete
 * @link: in the queue
 * @key: KeyContext
 * @context: ApcContext
 * @status: of IO_STATUS_BLOCK
 * @information: likewise
 */
struct ke_packet {
	struct list_head link;
	u64 key;
	u64 context;
	u32 status;
	u64 information;
};

/**
 * struct ke_queue - KQUEUE
 * @object: header and dispatcher; its state is the number of packets that nobody has taken
 * @packets: oldest first; under the dispatcher's lock
 */
struct ke_queue {
	struct ke_object object;
	struct list_head packets;
};

extern const struct ob_type ke_queue_type;

#define KE_QUEUE_QUERY_STATE	0x0001u
#define KE_QUEUE_MODIFY_STATE	0x0002u
#define KE_QUEUE_ALL_ACCESS	0x1f0003u

struct ke_queue *ke_queue_create(void);
u32 ke_queue_insert(struct ke_queue *queue, const struct ke_packet *packet);
u32 ke_queue_remove(struct ke_queue *queue, struct list_head *packets, unsigned int nr,
		    bool alertable, const struct nt_interval *interval);

#endif /* _NTDBG_KE_QUEUE_H */
