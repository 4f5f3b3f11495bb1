/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What objects that only NT services make have in common, and their names.
 *
 * Such an object begins with a struct ob_header. References keep its memory,
 * handles (open files) keep its name: when the last handle is closed, a name
 * that is not permanent goes, and later the object.
 *
 * Names live in a tree of directory objects. Each Linux user (in each user
 * namespace) has a tree of his own, so that names give no access that descriptors
 * would not: "\\" with "\\BaseNamedObjects", "\\KernelObjects", "\\??" and so on.
 */
#ifndef _NTDBG_OB_OBJECT_H
#define _NTDBG_OB_OBJECT_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "ob/ob.h"

struct ob_entry;

/* NT's attributes of handles and objects */
#define OBJ_INHERIT		0x00000002u
#define OBJ_PERMANENT		0x00000010u
#define OBJ_EXCLUSIVE		0x00000020u
#define OBJ_CASE_INSENSITIVE	0x00000040u
#define OBJ_OPENIF		0x00000080u
#define OBJ_OPENLINK		0x00000100u
#define OBJ_KERNEL_HANDLE	0x00000200u
#define OBJ_FORCE_ACCESS_CHECK	0x00000400u
#define OBJ_VALID_ATTRIBUTES	0x000007f2u

/**
 * struct ob_attributes - OBJECT_ATTRIBUTES, captured
 * @root: RootDirectory, a handle or 0
 * @attributes: OBJ_*
 * @name: UTF-16, or NULL if there is no ObjectName; not terminated
 * @characters: length of @name in UTF-16 units
 */
struct ob_attributes {
	u64 root;
	u32 attributes;
	u16 *name;
	unsigned int characters;
};

/**
 * struct ob_header - first member of an object
 * @refs: references; type->free() is called when none is left
 * @handles: open handles, and calls that are about to open one
 * @type: of the object
 * @entry: its name, or NULL; under ob_names_lock
 */
struct ob_header {
	refcount_t refs;
	atomic_t handles;
	const struct ob_type *type;
	struct ob_entry *entry;
};

void ob_header_init(struct ob_header *header, const struct ob_type *type);
void ob_get(struct ob_header *header);
void ob_put(struct ob_header *header);

/* ob_type.reference and .close of types with headers */
void ob_open_header(void *object);
void ob_close_header(void *object);
bool ob_close_handle(struct ob_header *header);

/* Every type with headers may use these for its files. */
extern const struct file_operations ob_object_fops;

/* Has the type a struct ob_header in front of its objects? */
static inline bool ob_has_header(const struct ob_type *type)
{
	return type->free;
}

u32 ob_grant(const struct ob_type *type, u32 wanted, u32 *access);
u32 ob_insert(void *object, u32 wanted, const struct ob_attributes *attributes, u64 handle_out);
u32 ob_open_by_name(const struct ob_type *type, u32 wanted, const struct ob_attributes *attributes,
		    u64 handle_out);
u32 ob_set_permanent(struct ob_header *header, bool permanent);
bool ob_is_permanent(struct ob_header *header);
u32 ob_name_of(struct ob_header *header, u16 **name, unsigned int *characters);
void ob_names_exit(void);

#endif /* _NTDBG_OB_OBJECT_H */
