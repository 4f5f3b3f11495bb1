// SPDX-License-Identifier: GPL-2.0
/* The trees of names of the users, and what is in each from the beginning. */
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "ob/names.h"

DEFINE_MUTEX(ob_names_lock);	/* see names.h */
static LIST_HEAD(ob_trees);

/* Parents before children; a link if it has a target. All are in "\\" or, by @in, in one above. */
static const struct {
	const char *name;
	const char *in;
	const char *target;
} ob_first_names[] = {
	{ "??" },
	{ "ArcName" },
	{ "BaseNamedObjects" },
	{ "Callback" },
	{ "Device" },
	{ "DosDevices", NULL, "\\??" },
	{ "Driver" },
	{ "FileSystem" },
	{ "GLOBAL??" },
	{ "KernelObjects" },
	{ "KnownDlls" },
	{ "NLS" },
	{ "ObjectTypes" },
	{ "RPC Control" },
	{ "Security" },
	{ "Sessions" },
	{ "Windows" },
	{ "Global", "BaseNamedObjects", "\\BaseNamedObjects" },
	{ "Local", "BaseNamedObjects", "\\BaseNamedObjects" },
	{ "Restricted", "BaseNamedObjects" },
	{ "Session", "BaseNamedObjects", "\\Sessions" },
	{ "0", "Sessions" },
	{ "BNOLINKS", "Sessions" },
	{ "BaseNamedObjects", "0", "\\BaseNamedObjects" },
	{ "DosDevices", "0", "\\??" },
};

#define OB_FIRST_LENGTH 32

/* @text is ASCII and short. */
static unsigned int ob_widen(u16 *to, const char *text)
{
	unsigned int i;

	for (i = 0; text[i] && i < OB_FIRST_LENGTH; i++)
		to[i] = text[i];
	return i;
}

static struct ob_directory *ob_tree_first(struct ob_tree *tree, const char *name)
{
	struct ob_entry *entry;
	u16 wide[OB_FIRST_LENGTH];
	unsigned int length;

	if (!name)
		return tree->root;
	length = ob_widen(wide, name);
	/* The newest one of that name is meant, and first in the list. */
	list_for_each_entry(entry, &tree->entries, link) {
		if (entry->characters == length &&
		    !memcmp(entry->name, wide, length * sizeof(*wide)) &&
		    entry->object->type == &ob_directory_type)
			return container_of(entry->object, struct ob_directory, header);
	}
	return NULL;
}

static bool ob_tree_add_first(struct ob_tree *tree, const char *name, const char *in,
			      const char *target)
{
	struct ob_directory *directory;
	struct ob_header *object = NULL;
	struct ob_symlink *symlink;
	u16 wide[OB_FIRST_LENGTH];
	struct ob_entry *entry;

	entry = ob_entry_alloc(wide, ob_widen(wide, name));
	if (target) {
		symlink = ob_symlink_create(wide, ob_widen(wide, target));
		if (symlink)
			object = &symlink->header;
	} else {
		directory = ob_directory_create(tree, true);
		if (directory)
			object = &directory->header;
	}
	if (entry && object) {
		entry->permanent = true;
		entry->first = true;
		mutex_lock(&ob_names_lock);
		ob_directory_add(ob_tree_first(tree, in), entry, object);
		mutex_unlock(&ob_names_lock);
		ob_put(object);
		return true;
	}
	kfree(entry);
	if (object)
		ob_put(object);
	return false;
}

/* Nobody uses it, and nobody finds it. */
static void ob_tree_free(struct ob_tree *tree)
{
	struct ob_entry *entry, *next;

	mutex_lock(&ob_names_lock);
	list_for_each_entry(entry, &tree->entries, link)
		WRITE_ONCE(entry->object->entry, NULL);
	mutex_unlock(&ob_names_lock);
	list_for_each_entry_safe(entry, next, &tree->entries, link)
		ob_entry_free(entry);
	if (tree->root)
		ob_put(&tree->root->header);
	put_user_ns(tree->user_ns);
	kfree(tree);
}

static struct ob_tree *ob_tree_create(void)
{
	struct ob_tree *tree = kzalloc(sizeof(*tree), GFP_KERNEL_ACCOUNT);
	bool good;
	unsigned int i;

	if (!tree)
		return NULL;
	tree->user_ns = get_user_ns(current_user_ns());
	tree->uid = current_euid();
	atomic_set(&tree->uses, 1);
	INIT_LIST_HEAD(&tree->entries);
	tree->root = ob_directory_create(tree, true);
	good = tree->root;
	for (i = 0; good && i < ARRAY_SIZE(ob_first_names); i++)
		good = ob_tree_add_first(tree, ob_first_names[i].name, ob_first_names[i].in,
					 ob_first_names[i].target);
	if (good)
		return tree;
	ob_tree_free(tree);
	return NULL;
}

static struct ob_tree *ob_tree_find(void)
{
	struct ob_tree *tree;

	lockdep_assert_held(&ob_names_lock);
	list_for_each_entry(tree, &ob_trees, link) {
		if (!ob_tree_is_callers(tree))
			continue;
		ob_tree_hold(tree);
		return tree;
	}
	return NULL;
}

/**
 * ob_tree_get() - the caller's tree
 *
 * Context: may sleep, ob_names_lock not held.
 * Return: the tree, one use of it; or NULL if there is no memory.
 */
struct ob_tree *ob_tree_get(void)
{
	struct ob_tree *tree, *fresh;

	mutex_lock(&ob_names_lock);
	tree = ob_tree_find();
	mutex_unlock(&ob_names_lock);
	if (tree)
		return tree;
	fresh = ob_tree_create();
	if (!fresh)
		return NULL;
	mutex_lock(&ob_names_lock);
	tree = ob_tree_find();
	if (!tree)
		list_add(&fresh->link, &ob_trees);
	mutex_unlock(&ob_names_lock);
	if (!tree)
		return fresh;
	ob_tree_free(fresh);
	return tree;
}

/**
 * ob_tree_is_callers() - does the tree belong to the current task's user?
 * @tree: in use
 *
 * Context: any.
 * Return: true if so.
 */
bool ob_tree_is_callers(const struct ob_tree *tree)
{
	return tree->user_ns == current_user_ns() && uid_eq(tree->uid, current_euid());
}

/**
 * ob_tree_hold() - one more use
 * @tree: in use, or just found under ob_names_lock
 *
 * Context: any.
 */
void ob_tree_hold(struct ob_tree *tree)
{
	atomic_inc(&tree->uses);
}

/**
 * ob_tree_put() - one use less; the tree goes with the last one
 * @tree: the tree
 *
 * Context: may sleep, ob_names_lock not held.
 */
void ob_tree_put(struct ob_tree *tree)
{
	if (!atomic_dec_and_mutex_lock(&tree->uses, &ob_names_lock))
		return;
	list_del(&tree->link);
	mutex_unlock(&ob_names_lock);
	ob_tree_free(tree);
}

/**
 * ob_names_exit() - permanent objects go with the module
 *
 * Context: module exit, may sleep; no handle is open.
 */
void ob_names_exit(void)
{
	struct ob_entry *entry;
	struct ob_tree *tree;

	mutex_lock(&ob_names_lock);
	while (!list_empty(&ob_trees)) {
		tree = list_first_entry(&ob_trees, struct ob_tree, link);
		/* The names of the beginning were added first, and are at the list's end. */
		entry = list_first_entry(&tree->entries, struct ob_entry, link);
		if (WARN_ON_ONCE(entry->first))
			break;
		ob_entry_remove(entry);
		mutex_unlock(&ob_names_lock);
		ob_entry_free(entry);
		mutex_lock(&ob_names_lock);
	}
	mutex_unlock(&ob_names_lock);
}
