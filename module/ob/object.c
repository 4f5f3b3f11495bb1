// SPDX-License-Identifier: GPL-2.0
/* Objects with headers: their life, and the way from a name to an object. */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/slab.h>

#include "nt/user.h"
#include "ob/names.h"

/* Of ob_walk() alone: there is a symbolic link on the way. */
#define OB_REPARSE	0x00000104u

#define OB_ACCESS_SYSTEM_SECURITY 0x01000000u

const struct file_operations ob_object_fops = {
	.owner = THIS_MODULE,
	.release = ob_release,
	.llseek = noop_llseek,
};

/**
 * ob_header_init() - a new object
 * @header: its first member
 * @type: of the object; has a free() method
 *
 * The caller has the one reference, for ob_insert() or ob_put().
 *
 * Context: any.
 */
void ob_header_init(struct ob_header *header, const struct ob_type *type)
{
	refcount_set(&header->refs, 1);
	atomic_set(&header->handles, 0);
	header->type = type;
	header->entry = NULL;
}

/**
 * ob_get() - one more reference
 * @header: of an object that somebody refers to
 *
 * Context: any.
 */
void ob_get(struct ob_header *header)
{
	refcount_inc(&header->refs);
}

/**
 * ob_put() - one reference less
 * @header: of the object
 *
 * Context: may sleep, ob_names_lock not held.
 */
void ob_put(struct ob_header *header)
{
	if (refcount_dec_and_test(&header->refs))
		header->type->free(header);
}

/**
 * ob_open_header() - ob_type.reference of types with headers
 * @object: with a handle, or found by its name under ob_names_lock
 *
 * Context: any.
 */
void ob_open_header(void *object)
{
	struct ob_header *header = object;

	atomic_inc(&header->handles);
	ob_get(header);
}

/*
 * The last handle is gone. But only with the lock can nobody find the name: when
 * somebody did in between, there is a handle again, and its end asks once more.
 */
static bool ob_last_handle(struct ob_header *header)
{
	struct ob_entry *entry;
	bool last;

	mutex_lock(&ob_names_lock);
	entry = header->entry;
	last = !atomic_read(&header->handles);
	if (entry && (entry->permanent || !last))
		entry = NULL;
	if (entry)
		ob_entry_remove(entry);
	mutex_unlock(&ob_names_lock);
	if (entry)
		ob_entry_free(entry);
	return last;
}

/**
 * ob_close_handle() - one handle less; a name goes with the last one
 * @header: of the object; stays referenced
 *
 * Context: may sleep, ob_names_lock not held.
 * Return: true if it was the last one.
 */
bool ob_close_handle(struct ob_header *header)
{
	if (!atomic_dec_and_test(&header->handles))
		return false;
	return !READ_ONCE(header->entry) || ob_last_handle(header);
}

/**
 * ob_close_header() - ob_type.close of types with headers
 * @object: the object
 *
 * Context: may sleep, ob_names_lock not held.
 */
void ob_close_header(void *object)
{
	struct ob_header *header = object;

	ob_close_handle(header);
	ob_put(header);
}

/**
 * ob_grant() - the rights that a handle of a new or named object will bear
 * @type: of the object
 * @wanted: what the caller asks for
 * @access: set to mapped rights
 *
 * Bits that no type has are dropped, as NT does. Whom the name was given to, or
 * who makes the object, gets what he asks for.
 *
 * Context: any.
 * Return: STATUS_SUCCESS; STATUS_PRIVILEGE_NOT_HELD for ACCESS_SYSTEM_SECURITY.
 */
u32 ob_grant(const struct ob_type *type, u32 wanted, u32 *access)
{
	if (wanted & OB_ACCESS_SYSTEM_SECURITY)
		return STATUS_PRIVILEGE_NOT_HELD;
	wanted &= type->all_access | NTDBG_ACCESS_MAXIMUM_ALLOWED | 0xf0000000u;
	return nt_status(ob_map_access(type, wanted, access));
}

/**
 * struct ob_path - a name being resolved
 * @tree: the caller's; in use
 * @root: file of the RootDirectory, or NULL
 * @start: where @name begins
 * @name: not yet looked at, in UTF-16
 * @characters: how many
 * @own: what @name is in, if a link was followed
 * @insensitive: case does not count
 * @type: of the object that is looked for
 * @rights: of the caller to directories: OB_DIRECTORY_*
 * @directory: where the last name is not
 * @link: symbolic link that is to be followed; referenced
 * @entry: for a new name
 */
struct ob_path {
	struct ob_tree *tree;
	struct file *root;
	struct ob_directory *start;
	const u16 *name;
	unsigned int characters;
	u16 *own;
	bool insensitive;
	const struct ob_type *type;
	u32 rights;
	struct ob_directory *directory;
	struct ob_symlink *link;
	struct ob_entry *entry;
};

static void ob_path_end(struct ob_path *path)
{
	kfree(path->own);
	kfree(path->entry);
	if (path->root)
		fput(path->root);
	if (path->tree)
		ob_tree_put(path->tree);
}

/*
 * A directory of somebody else gives what its handle bears. In one's own tree the
 * rights of the handle do not count: NT asks the object's security, not the handle.
 */
static u32 ob_path_from_root(struct ob_path *path, u64 root)
{
	struct ob_directory *directory;
	u32 status;

	status = ob_reference_by_handle(root, &ob_directory_type, 0, &path->root);
	if (status) {
		path->root = NULL;
		return status;
	}
	directory = ob_handle_of(path->root)->object;
	path->start = directory;
	if (!ob_tree_is_callers(directory->tree))
		path->rights = ob_handle_of(path->root)->access;
	if (path->characters && path->name[0] == '\\')
		return STATUS_OBJECT_PATH_SYNTAX_BAD;
	return STATUS_SUCCESS;
}

/* An absolute name begins with a separator, and that is all of it for the root. */
static u32 ob_path_absolute(struct ob_path *path)
{
	path->start = path->tree->root;
	path->rights = ob_directory_type.all_access;
	if (!path->characters || path->name[0] != '\\')
		return STATUS_OBJECT_PATH_SYNTAX_BAD;
	if (path->characters == 1)
		path->characters = 0;
	return STATUS_SUCCESS;
}

static u32 ob_path_begin(struct ob_path *path, const struct ob_type *type,
			 const struct ob_attributes *attributes)
{
	*path = (struct ob_path){
		.name = attributes->name,
		.characters = attributes->characters,
		.insensitive = attributes->attributes & OBJ_CASE_INSENSITIVE,
		.type = type,
		.rights = ob_directory_type.all_access,
	};
	path->tree = ob_tree_get();
	if (!path->tree)
		return STATUS_INSUFFICIENT_RESOURCES;
	if (attributes->root)
		return ob_path_from_root(path, attributes->root);
	return ob_path_absolute(path);
}

/*
 * From directory to directory. Without a name left it is the start that was meant.
 *
 * Returns STATUS_SUCCESS, OB_REPARSE, or why there is no such object: with
 * STATUS_OBJECT_NAME_NOT_FOUND it is only the last name that is missing.
 */
static u32 ob_walk(struct ob_path *path, struct ob_header **found)
{
	struct ob_directory *directory = path->start;
	const u16 *at = path->name, *end = at + path->characters, *name;
	struct ob_header *object = &directory->header;
	struct ob_entry *entry;

	while (at < end) {
		if (object->type != &ob_directory_type)
			return STATUS_OBJECT_TYPE_MISMATCH;
		directory = container_of(object, struct ob_directory, header);
		if (*at == '\\')
			at++;
		name = at;
		while (at < end && *at != '\\')
			at++;
		if (at == name)
			return STATUS_OBJECT_NAME_INVALID;
		if (!(path->rights & OB_DIRECTORY_TRAVERSE))
			return STATUS_ACCESS_DENIED;
		entry = ob_directory_find(directory, name, at - name, path->insensitive);
		if (!entry) {
			path->directory = directory;
			return at < end ? STATUS_OBJECT_PATH_NOT_FOUND :
			       STATUS_OBJECT_NAME_NOT_FOUND;
		}
		object = entry->object;
		if (object->type == &ob_symlink_type &&
		    (at < end || path->type != &ob_symlink_type)) {
			ob_get(object);
			path->link = container_of(object, struct ob_symlink, header);
			path->name = at;
			path->characters = end - at;
			return OB_REPARSE;
		}
	}
	*found = object;
	return STATUS_SUCCESS;
}

/* What a link says, and behind it what was left of the name. */
static u32 ob_follow(struct ob_path *path)
{
	size_t characters = path->link->characters + path->characters;
	u16 *name;

	if (characters > U16_MAX / sizeof(*name))
		return STATUS_NAME_TOO_LONG;
	name = kmalloc_array(characters, sizeof(*name), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!name)
		return STATUS_INSUFFICIENT_RESOURCES;
	memcpy(name, path->link->target, path->link->characters * sizeof(*name));
	memcpy(name + path->link->characters, path->name, path->characters * sizeof(*name));
	kfree(path->own);
	path->own = name;
	path->name = name;
	path->characters = characters;
	return ob_path_absolute(path);
}

/* An entry for the last part of the name. */
static u32 ob_path_entry(struct ob_path *path)
{
	unsigned int length = 0;

	while (length < path->characters && path->name[path->characters - 1 - length] != '\\')
		length++;
	kfree(path->entry);
	path->entry = ob_entry_alloc(path->name + path->characters - length, length);
	return path->entry ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/* Whatever it returns, it does so with ob_names_lock held. */
static u32 ob_resolve(struct ob_path *path, bool insert, struct ob_header **found)
{
	unsigned int followed;
	u32 status;

	for (followed = 0; ; followed++) {
		status = insert ? ob_path_entry(path) : STATUS_SUCCESS;
		mutex_lock(&ob_names_lock);
		if (!status)
			status = ob_walk(path, found);
		if (status != OB_REPARSE)
			return status;
		mutex_unlock(&ob_names_lock);
		status = followed < OB_FOLLOW ? ob_follow(path) : STATUS_OBJECT_NAME_NOT_FOUND;
		ob_put(&path->link->header);
		if (!status)
			continue;
		/* No name is missing that could be made. */
		path->directory = NULL;
		mutex_lock(&ob_names_lock);
		return status;
	}
}

static u32 ob_enter(struct ob_path *path, struct ob_header *header, bool permanent)
{
	u32 right = header->type == &ob_directory_type ? OB_DIRECTORY_CREATE_SUBDIRECTORY :
		    OB_DIRECTORY_CREATE_OBJECT;
	u32 status;

	if (!(path->rights & right))
		return STATUS_ACCESS_DENIED;
	path->entry->permanent = permanent;
	status = ob_directory_add(path->directory, path->entry, header);
	if (!status)
		path->entry = NULL;
	return status;
}

/*
 * A directory that somebody else gave us a handle of gives us no other one with
 * more rights.
 */
static bool ob_may_open(const struct ob_path *path, const struct ob_header *object, u32 access)
{
	return object->type != &ob_directory_type || !(access & ~path->rights);
}

/* *object becomes the one that has the name already, with STATUS_OBJECT_NAME_EXISTS. */
static u32 ob_give_name(struct ob_header **object, u32 access,
			const struct ob_attributes *attributes)
{
	struct ob_header *header = *object, *found = NULL;
	struct ob_path path;
	u32 status;

	status = ob_path_begin(&path, header->type, attributes);
	if (status) {
		ob_path_end(&path);
		return status;
	}
	status = ob_resolve(&path, true, &found);
	if (status == STATUS_OBJECT_NAME_NOT_FOUND && path.directory) {
		status = ob_enter(&path, header, attributes->attributes & OBJ_PERMANENT);
	} else if (!status) {
		if (!(attributes->attributes & OBJ_OPENIF))
			status = STATUS_OBJECT_NAME_COLLISION;
		else if (found->type != header->type)
			status = STATUS_OBJECT_TYPE_MISMATCH;
		else if (!ob_may_open(&path, found, access))
			status = STATUS_ACCESS_DENIED;
		else
			status = STATUS_OBJECT_NAME_EXISTS;
	}
	if (status == STATUS_OBJECT_NAME_EXISTS) {
		found->type->reference(found);
		*object = found;
	}
	mutex_unlock(&ob_names_lock);
	ob_path_end(&path);
	return status;
}

/**
 * ob_insert() - a new object's name and first handle (ObInsertObject)
 * @object: begins with a struct ob_header; the caller's reference is taken, also
 *          when this fails
 * @wanted: rights that the caller of the service asks for
 * @attributes: captured attributes; without a name the object gets none
 * @handle_out: address in the caller
 *
 * With OBJ_OPENIF the handle may be one of another object, that was there before:
 * then @object is gone. If the handle cannot be written, there is none, and no name.
 *
 * Context: may sleep, no locks held.
 * Return: STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, or what is wrong with the name,
 * the rights or the place for the handle.
 */
u32 ob_insert(void *object, u32 wanted, const struct ob_attributes *attributes, u64 handle_out)
{
	struct ob_header *header = object, *target = header;
	u32 access, status, named = STATUS_SUCCESS;

	status = ob_grant(header->type, wanted, &access);
	if (!status && (attributes->attributes & OBJ_PERMANENT) && !capable(CAP_SYS_ADMIN))
		status = STATUS_PRIVILEGE_NOT_HELD;
	if (!status && !attributes->name && attributes->root)
		status = STATUS_OBJECT_NAME_INVALID;
	if (status || !attributes->name) {
		if (!status)
			status = nt_open_handle(header->type, object, access,
						attributes->attributes, handle_out);
		ob_put(header);
		return status;
	}

	/* Stands for the handle that is to come: as long as it is there the name stays. */
	header->type->reference(header);
	named = ob_give_name(&target, access, attributes);
	status = named;
	if (!named || named == STATUS_OBJECT_NAME_EXISTS)
		status = nt_open_handle(target->type, target, access, attributes->attributes,
					handle_out);
	if (status && !named)
		ob_set_permanent(header, false);
	if (target != header)
		target->type->close(target);
	header->type->close(header);
	ob_put(header);
	return status ? status : named;
}

/**
 * ob_open_by_name() - a handle of a named object (ObOpenObjectByName)
 * @type: what it has to be
 * @wanted: rights that the caller of the service asks for
 * @attributes: captured attributes
 * @handle_out: address in the caller
 *
 * Context: may sleep, no locks held.
 * Return: NTSTATUS.
 */
u32 ob_open_by_name(const struct ob_type *type, u32 wanted, const struct ob_attributes *attributes,
		    u64 handle_out)
{
	struct ob_header *found = NULL;
	struct ob_path path;
	u32 access, status;

	status = ob_grant(type, wanted, &access);
	if (status)
		return status;
	status = ob_path_begin(&path, type, attributes);
	if (status) {
		ob_path_end(&path);
		return status;
	}
	status = ob_resolve(&path, false, &found);
	if (!status && found->type != type)
		status = STATUS_OBJECT_TYPE_MISMATCH;
	if (!status && !ob_may_open(&path, found, access))
		status = STATUS_ACCESS_DENIED;
	if (!status)
		type->reference(found);
	mutex_unlock(&ob_names_lock);
	if (!status) {
		status = nt_open_handle(type, found, access, attributes->attributes, handle_out);
		type->close(found);
	}
	ob_path_end(&path);
	return status;
}

/**
 * ob_set_permanent() - does the name stay without handles?
 * @header: of an object of which the caller has a handle
 * @permanent: it does
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, also if there is no name; STATUS_ACCESS_DENIED for what is
 * in every tree from the beginning.
 */
u32 ob_set_permanent(struct ob_header *header, bool permanent)
{
	u32 status = STATUS_SUCCESS;

	mutex_lock(&ob_names_lock);
	if (header->entry && header->entry->first)
		status = STATUS_ACCESS_DENIED;
	else if (header->entry)
		header->entry->permanent = permanent;
	mutex_unlock(&ob_names_lock);
	return status;
}

/**
 * ob_is_permanent() - does its name stay without handles?
 * @header: of an object
 *
 * Context: may sleep.
 * Return: true if it has a name, and that does.
 */
bool ob_is_permanent(struct ob_header *header)
{
	bool permanent;

	mutex_lock(&ob_names_lock);
	permanent = header->entry && header->entry->permanent;
	mutex_unlock(&ob_names_lock);
	return permanent;
}

static unsigned int ob_name_length(const struct ob_header *header)
{
	const struct ob_entry *entry = header->entry;
	unsigned int length = 0;

	for (; entry; entry = entry->directory->header.entry)
		length += 1 + entry->characters;
	return length;
}

static void ob_name_write(const struct ob_header *header, u16 *name, unsigned int length)
{
	const struct ob_entry *entry = header->entry;

	for (; entry; entry = entry->directory->header.entry) {
		length -= entry->characters;
		memcpy(name + length, entry->name, entry->characters * sizeof(*name));
		name[--length] = '\\';
	}
}

/**
 * ob_name_of() - the whole name of an object
 * @header: of the object; referenced
 * @name: set to UTF-16, to be freed with kfree(); NULL if it has no name
 * @characters: set to its length
 *
 * What is in a directory that has lost its own name has a name from there on.
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES or STATUS_NAME_TOO_LONG.
 */
u32 ob_name_of(struct ob_header *header, u16 **name, unsigned int *characters)
{
	unsigned int room = 0;

	*name = NULL;
	for (;;) {
		mutex_lock(&ob_names_lock);
		*characters = ob_name_length(header);
		if (*characters <= room) {
			ob_name_write(header, *name, *characters);
			mutex_unlock(&ob_names_lock);
			return STATUS_SUCCESS;
		}
		mutex_unlock(&ob_names_lock);
		kfree(*name);
		*name = NULL;
		room = *characters;
		if (room > U16_MAX / sizeof(**name))
			return STATUS_NAME_TOO_LONG;
		*name = kmalloc_array(room, sizeof(**name), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		if (!*name)
			return STATUS_INSUFFICIENT_RESOURCES;
	}
}
