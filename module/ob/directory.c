// SPDX-License-Identifier: GPL-2.0
/* Directory objects, and the entries in them. */
#include <linux/slab.h>

#include "ntstatus.h"
#include "ob/name.h"
#include "ob/names.h"

static void ob_directory_reference(void *object)
{
	struct ob_directory *directory = object;

	if (directory->first)
		ob_tree_hold(directory->tree);
	ob_open_header(object);
}

static void ob_directory_close(void *object)
{
	struct ob_directory *directory = object;
	struct ob_tree *tree = directory->first ? directory->tree : NULL;

	ob_close_header(object);
	if (tree)
		ob_tree_put(tree);
}

static void ob_directory_free(void *object)
{
	struct ob_directory *directory = object;

	if (!directory->first)
		ob_tree_put(directory->tree);
	kfree(directory);
}

struct ob_type ob_directory_type = {
	.id = NTDBG_OBJECT_DIRECTORY,
	.name = "[ntdbg-directory]",
	.generic_read = 0x20000 | OB_DIRECTORY_QUERY | OB_DIRECTORY_TRAVERSE,
	.generic_write = 0x20000 | OB_DIRECTORY_CREATE_OBJECT | OB_DIRECTORY_CREATE_SUBDIRECTORY,
	.generic_execute = 0x20000 | OB_DIRECTORY_QUERY | OB_DIRECTORY_TRAVERSE,
	.all_access = 0xf000f,
	.fops = &ob_object_fops,
	.reference = ob_directory_reference,
	.close = ob_directory_close,
	.free = ob_directory_free,
};

/**
 * ob_directory_create() - a directory without a name
 * @tree: where its names belong; takes one use of it, unless @first
 * @first: it is made with the tree
 *
 * Context: may sleep.
 * Return: the directory with one reference, or NULL.
 */
struct ob_directory *ob_directory_create(struct ob_tree *tree, bool first)
{
	struct ob_directory *directory = kzalloc(sizeof(*directory), GFP_KERNEL_ACCOUNT);

	if (!directory)
		return NULL;
	ob_header_init(&directory->header, &ob_directory_type);
	directory->tree = tree;
	directory->first = first;
	directory->entries = RB_ROOT;
	if (!first)
		ob_tree_hold(tree);
	return directory;
}

/**
 * ob_entry_alloc() - an entry, not yet in a directory
 * @name: its name
 * @characters: length of @name in UTF-16 units
 *
 * Context: may sleep.
 * Return: the entry, for ob_directory_add() or kfree(); or NULL.
 */
struct ob_entry *ob_entry_alloc(const u16 *name, unsigned int characters)
{
	struct ob_entry *entry;

	entry = kzalloc(struct_size(entry, name, characters), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!entry)
		return NULL;
	entry->characters = characters;
	memcpy(entry->name, name, characters * sizeof(*name));
	return entry;
}

/* Capitals first: names that differ in case only are neighbours. */
static int ob_order(const u16 *name, unsigned int characters, const struct ob_entry *entry,
		    bool insensitive)
{
	int order = ob_compare_names(name, characters, entry->name, entry->characters, true);

	if (order || insensitive)
		return order;
	return ob_compare_names(name, characters, entry->name, entry->characters, false);
}

/**
 * ob_directory_find() - look up a name
 * @directory: where
 * @name: a name without separators
 * @characters: length of @name in UTF-16 units
 * @insensitive: case does not count; of several names the first one
 *
 * Context: ob_names_lock held.
 * Return: the entry, or NULL.
 */
struct ob_entry *ob_directory_find(struct ob_directory *directory, const u16 *name,
				   unsigned int characters, bool insensitive)
{
	struct rb_node *node = directory->entries.rb_node;
	struct ob_entry *entry, *found = NULL;
	int order;

	lockdep_assert_held(&ob_names_lock);
	while (node) {
		entry = rb_entry(node, struct ob_entry, node);
		order = ob_order(name, characters, entry, insensitive);
		if (!order)
			found = entry;
		node = order <= 0 ? node->rb_left : node->rb_right;
	}
	return found;
}

/**
 * ob_directory_add() - give an object a name
 * @directory: where; it has no entry of that name
 * @entry: the name; belongs to the directory if this succeeds
 * @object: has no name yet
 *
 * Context: ob_names_lock held; somebody uses the tree.
 * Return: STATUS_SUCCESS or STATUS_QUOTA_EXCEEDED.
 */
u32 ob_directory_add(struct ob_directory *directory, struct ob_entry *entry,
		     struct ob_header *object)
{
	struct rb_node **link = &directory->entries.rb_node, *parent = NULL;
	struct ob_tree *tree = directory->tree;
	struct ob_entry *other;

	lockdep_assert_held(&ob_names_lock);
	if (!entry->first) {
		if (tree->nr >= OB_TREE_NAMES || entry->characters > OB_TREE_UNITS - tree->units)
			return STATUS_QUOTA_EXCEEDED;
		tree->nr++;
		tree->units += entry->characters;
		ob_tree_hold(tree);
		ob_get(&directory->header);
	}
	while (*link) {
		parent = *link;
		other = rb_entry(parent, struct ob_entry, node);
		if (ob_order(entry->name, entry->characters, other, false) < 0)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&entry->node, parent, link);
	rb_insert_color(&entry->node, &directory->entries);
	list_add(&entry->link, &tree->entries);
	entry->directory = directory;
	entry->object = object;
	ob_get(object);
	WRITE_ONCE(object->entry, entry);
	return STATUS_SUCCESS;
}

/**
 * ob_directory_nth() - entries in their order
 * @directory: where
 * @index: from 0
 *
 * Context: ob_names_lock held.
 * Return: the entry, or NULL.
 */
struct ob_entry *ob_directory_nth(struct ob_directory *directory, unsigned int index)
{
	struct rb_node *node;

	lockdep_assert_held(&ob_names_lock);
	for (node = rb_first(&directory->entries); node && index; index--)
		node = rb_next(node);
	return node ? rb_entry(node, struct ob_entry, node) : NULL;
}

/**
 * ob_entry_remove() - take a name away
 * @entry: in a directory
 *
 * Context: ob_names_lock held. To be followed by ob_entry_free() without it.
 */
void ob_entry_remove(struct ob_entry *entry)
{
	struct ob_tree *tree = entry->directory->tree;

	lockdep_assert_held(&ob_names_lock);
	rb_erase(&entry->node, &entry->directory->entries);
	list_del(&entry->link);
	WRITE_ONCE(entry->object->entry, NULL);
	if (!entry->first) {
		tree->nr--;
		tree->units -= entry->characters;
	}
}

/**
 * ob_entry_free() - give back what a removed entry refers to
 * @entry: removed by ob_entry_remove()
 *
 * Context: may sleep.
 */
void ob_entry_free(struct ob_entry *entry)
{
	struct ob_tree *tree;

	ob_put(entry->object);
	if (!entry->first) {
		tree = entry->directory->tree;
		ob_put(&entry->directory->header);
		ob_tree_put(tree);
	}
	kfree(entry);
}
