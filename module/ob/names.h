/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree of names: directories, symbolic links, entries. Each Linux user (an
 * effective uid, seen from a user namespace) has a tree of his own; it exists
 * while something of his is named or a directory of it is open.
 *
 * ob_names_lock, a mutex, guards all entries of all directories, ob_header.entry
 * and the set of trees. What may wait long or sleeps for memory is done outside of
 * it: entries are allocated before, and freed, with all that they refer to, after.
 * It is taken with no other lock of ours held, and none is taken inside.
 *
 * Who refers to whom: an entry to its directory, its object and its tree; a
 * directory, except those that every tree has from the beginning, to its tree;
 * a handle of one of the latter to the tree.
 */
#ifndef _NTDBG_OB_NAMES_H
#define _NTDBG_OB_NAMES_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/uidgid.h>

#include "ob/object.h"

#define OB_TREE_NAMES	16384u		/* names that one tree can have */
#define OB_TREE_UNITS	(2u << 20)	/* and UTF-16 units of all of them */
#define OB_FOLLOW	32		/* symbolic links on one path */

#define OB_DIRECTORY_QUERY		0x0001u
#define OB_DIRECTORY_TRAVERSE		0x0002u
#define OB_DIRECTORY_CREATE_OBJECT	0x0004u
#define OB_DIRECTORY_CREATE_SUBDIRECTORY 0x0008u
#define OB_SYMBOLIC_LINK_QUERY		0x0001u

struct user_namespace;

/**
 * struct ob_tree - the names of one user
 * @link: in the set of trees
 * @user_ns: referenced
 * @uid: in it
 * @uses: entries, directories, handles of the first directories, calls under way;
 *        goes to 0 only under ob_names_lock
 * @root: its root directory
 * @entries: all entries
 * @nr: how many, without those that are there from the beginning
 * @units: how long all their names are
 */
struct ob_tree {
	struct list_head link;
	struct user_namespace *user_ns;
	kuid_t uid;
	atomic_t uses;
	struct ob_directory *root;
	struct list_head entries;
	unsigned int nr;
	unsigned int units;
};

/**
 * struct ob_directory - a directory object
 * @header: common part
 * @tree: of its names
 * @first: there from the beginning of the tree
 * @entries: sorted by the capitals of the names, then by the names
 */
struct ob_directory {
	struct ob_header header;
	struct ob_tree *tree;
	bool first;
	struct rb_root entries;
};

/**
 * struct ob_symlink - a symbolic link object
 * @header: common part
 * @created: 100 ns units since 1601
 * @characters: length of @target in UTF-16 units
 * @target: where it leads to; never changes
 */
struct ob_symlink {
	struct ob_header header;
	u64 created;
	unsigned int characters;
	u16 target[];
};

/**
 * struct ob_entry - a name
 * @node: in the directory
 * @link: in the tree
 * @directory: where it is; referenced
 * @object: what has this name; referenced
 * @permanent: it stays when no handle is open
 * @first: there from the beginning of the tree
 * @characters: length of @name in UTF-16 units
 * @name: in its directory
 */
struct ob_entry {
	struct rb_node node;
	struct list_head link;
	struct ob_directory *directory;
	struct ob_header *object;
	bool permanent;
	bool first;
	unsigned int characters;
	u16 name[];
};

extern struct mutex ob_names_lock;	/* see above */
extern struct ob_type ob_directory_type;
extern struct ob_type ob_symlink_type;

/* ob/tree.c */
struct ob_tree *ob_tree_get(void);
void ob_tree_hold(struct ob_tree *tree);
void ob_tree_put(struct ob_tree *tree);
bool ob_tree_is_callers(const struct ob_tree *tree);

/* ob/directory.c */
struct ob_directory *ob_directory_create(struct ob_tree *tree, bool first);
struct ob_entry *ob_entry_alloc(const u16 *name, unsigned int characters);
struct ob_entry *ob_directory_find(struct ob_directory *directory, const u16 *name,
				   unsigned int characters, bool insensitive);
u32 ob_directory_add(struct ob_directory *directory, struct ob_entry *entry,
		     struct ob_header *object);
struct ob_entry *ob_directory_nth(struct ob_directory *directory, unsigned int index);
void ob_entry_remove(struct ob_entry *entry);
void ob_entry_free(struct ob_entry *entry);

/* ob/symlink.c */
struct ob_symlink *ob_symlink_create(const u16 *target, unsigned int characters);

#endif /* _NTDBG_OB_NAMES_H */
