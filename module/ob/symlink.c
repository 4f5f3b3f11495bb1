// SPDX-License-Identifier: GPL-2.0
/* Symbolic link objects. */
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "ob/names.h"

/* 100 ns units since 1601 of the Unix epoch */
#define OB_UNIX_EPOCH 116444736000000000LL

static void ob_symlink_free(void *object)
{
	kfree(object);
}

struct ob_type ob_symlink_type = {
	.id = NTDBG_OBJECT_SYMBOLIC_LINK,
	.name = "[ntdbg-symbolic-link]",
	.generic_read = 0x20000 | OB_SYMBOLIC_LINK_QUERY,
	.generic_write = 0x20000,
	.generic_execute = 0x20000 | OB_SYMBOLIC_LINK_QUERY,
	.all_access = 0xf0001,
	.fops = &ob_object_fops,
	.reference = ob_open_header,
	.close = ob_close_header,
	.free = ob_symlink_free,
};

/**
 * ob_symlink_create() - a symbolic link without a name
 * @target: where it leads to
 * @characters: length of @target in UTF-16 units
 *
 * Context: may sleep.
 * Return: the link with one reference, or NULL.
 */
struct ob_symlink *ob_symlink_create(const u16 *target, unsigned int characters)
{
	struct ob_symlink *link;

	link = kzalloc(struct_size(link, target, characters), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!link)
		return NULL;
	ob_header_init(&link->header, &ob_symlink_type);
	link->created = OB_UNIX_EPOCH + ktime_get_real_ns() / 100;
	link->characters = characters;
	memcpy(link->target, target, characters * sizeof(*target));
	return link;
}
