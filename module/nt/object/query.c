// SPDX-License-Identifier: GPL-2.0
/* NtQueryObject. */
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/nls.h>
#include <linux/slab.h>

#include "dbgk/dbgk.h"
#include "nt/object/flags.h"
#include "nt/object/reference.h"
#include "nt/service.h"
#include "ob/names.h"
#include "ps/target.h"

enum nt_object_class {
	NT_OBJECT_BASIC		= 0,
	NT_OBJECT_NAME		= 1,
	NT_OBJECT_TYPE		= 2,
	NT_OBJECT_TYPES		= 3,
	NT_OBJECT_HANDLE_FLAG	= 4,
};

/* OBJECT_BASIC_INFORMATION */
struct nt_object_basic {
	u32 attributes;
	u32 access;
	u32 handles;
	u32 references;
	u32 pool[2];
	u32 reserved[3];
	u32 name_size;
	u32 type_size;
	u32 security_size;
	s64 created;
};

/* UNICODE_STRING in a result, of 64-bit callers */
struct nt_unicode_out {
	u16 length;
	u16 maximum;
	u32 padding;
	u64 buffer;
};

/* OBJECT_TYPE_INFORMATION; the name follows */
struct nt_object_type {
	struct nt_unicode_out name;
	u32 objects;
	u32 handles;
	u32 usage[4];
	u32 most_objects;
	u32 most_handles;
	u32 most_usage[4];
	u32 invalid_attributes;
	u32 generic[4];
	u32 valid_access;
	u8 security_required;
	u8 maintain_handle_count;
	u8 index;
	u8 reserved;
	u32 pool_type;
	u32 default_usage[2];
};

static_assert(sizeof(struct nt_object_basic) == 0x38);
static_assert(sizeof(struct nt_object_type) == 0x68);

#define NT_NAME_ALIGN 8
#define NT_FILE_TYPE_INDEX 32	/* behind our own types */

static unsigned int nt_handle_count(const struct nt_reference *reference)
{
	if (!reference->type)
		return file_count(reference->file) - 1;
	if (reference->type == &dbgk_object_type)
		return dbgk_object_handles(reference->object);
	if (ob_has_header(reference->type))
		return atomic_read(&((struct ob_header *)reference->object)->handles);
	return 1;
}

/* Names of Linux files are those that /proc/self/fd tells, under a device of their own. */
#define NT_LINUX_DEVICE "\\Device\\Linux"

static u32 nt_file_name(struct file *file, u16 **name, unsigned int *characters)
{
	char *page = (char *)__get_free_page(GFP_KERNEL_ACCOUNT), *path;
	int i, units, prefix = sizeof(NT_LINUX_DEVICE) - 1;

	*name = NULL;
	*characters = 0;
	if (!page)
		return STATUS_INSUFFICIENT_RESOURCES;
	path = file_path(file, page, PAGE_SIZE);
	if (IS_ERR(path) || *path != '/') {
		free_page((unsigned long)page);
		return IS_ERR(path) ? nt_status(PTR_ERR(path)) : STATUS_SUCCESS;
	}
	*name = kmalloc_array(prefix + PAGE_SIZE, sizeof(u16), GFP_KERNEL_ACCOUNT);
	units = *name ? utf8s_to_utf16s(path, strlen(path), UTF16_HOST_ENDIAN, *name + prefix,
					PAGE_SIZE) : 0;
	free_page((unsigned long)page);
	if (!*name)
		return STATUS_INSUFFICIENT_RESOURCES;
	if (units < 0) {
		kfree(*name);
		*name = NULL;
		return STATUS_OBJECT_NAME_INVALID;
	}
	for (i = 0; i < prefix; i++)
		(*name)[i] = NT_LINUX_DEVICE[i];
	for (i = 0; i < units; i++)
		if ((*name)[prefix + i] == '/')
			(*name)[prefix + i] = '\\';
	*characters = prefix + units;
	return STATUS_SUCCESS;
}

/* "\\" has no entry of its own. */
static bool nt_is_root(const struct nt_reference *reference)
{
	const struct ob_directory *directory = reference->object;

	return reference->type == &ob_directory_type && directory->tree->root == directory;
}

static u32 nt_object_name(const struct nt_reference *reference, u16 **name,
			  unsigned int *characters)
{
	*name = NULL;
	*characters = 0;
	if (!reference->type)
		return nt_file_name(reference->file, name, characters);
	if (!ob_has_header(reference->type))
		return STATUS_SUCCESS;
	if (!nt_is_root(reference))
		return ob_name_of(reference->object, name, characters);
	*name = kmalloc(sizeof(u16), GFP_KERNEL_ACCOUNT);
	if (!*name)
		return STATUS_INSUFFICIENT_RESOURCES;
	**name = '\\';
	*characters = 1;
	return STATUS_SUCCESS;
}

static u32 nt_name_size(unsigned int characters)
{
	return sizeof(struct nt_unicode_out) + (characters ? (characters + 1) * sizeof(u16) : 0);
}

static unsigned int nt_type_size(const struct ob_type *type)
{
	return ALIGN(sizeof(struct nt_object_type) + (strlen(nt_type_name(type)) + 1) * sizeof(u16),
		     NT_NAME_ALIGN);
}

static u32 nt_handle_attributes(const struct nt_reference *reference)
{
	u32 attributes = 0;

	if (!reference->file)
		return 0;
	if (nt_handle_inherited(current->files, reference->fd))
		attributes |= OBJ_INHERIT;
	if (nt_handle_protected(nt_current_process(), reference->fd, reference->file))
		attributes |= OBJ_PROTECT_CLOSE;
	return attributes;
}

static u32 nt_query_basic(const struct nt_reference *reference, u64 out, u32 length, u32 *needed)
{
	struct nt_object_basic basic = {
		.attributes = nt_handle_attributes(reference),
		.access = reference->access,
		.handles = nt_handle_count(reference),
		.references = nt_handle_count(reference) + 1,
		.type_size = nt_type_size(reference->type),
	};
	unsigned int characters;
	u32 status;
	u16 *name;

	*needed = sizeof(basic);
	if (length != sizeof(basic))
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_object_name(reference, &name, &characters);
	if (status)
		return status;
	kfree(name);
	if (characters)
		basic.name_size = nt_name_size(characters);
	if (reference->type && ob_has_header(reference->type) &&
	    ob_is_permanent(reference->object))
		basic.attributes |= OBJ_PERMANENT;
	if (reference->type == &ob_symlink_type)
		basic.created = ((struct ob_symlink *)reference->object)->created;
	return nt_copy_to(out, &basic, sizeof(basic), sizeof(u32));
}

static u32 nt_put_unicode(u64 out, u64 text_out, const u16 *text, unsigned int characters)
{
	struct nt_unicode_out string = { };
	u16 end = 0;
	u32 status = STATUS_SUCCESS;

	if (characters) {
		string.length = characters * sizeof(u16);
		string.maximum = string.length + sizeof(u16);
		string.buffer = text_out;
		status = nt_copy_to(text_out, text, string.length, sizeof(u16));
		if (!status)
			status = nt_copy_to(text_out + string.length, &end, sizeof(end),
					    sizeof(u16));
	}
	return status ? status : nt_copy_to(out, &string, sizeof(string), sizeof(u64));
}

static u32 nt_query_name(const struct nt_reference *reference, u64 out, u32 length, u32 *needed)
{
	unsigned int characters;
	u32 status;
	u16 *name;

	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	status = nt_object_name(reference, &name, &characters);
	if (status)
		return status;
	*needed = nt_name_size(characters);
	if (length < sizeof(struct nt_unicode_out))
		status = STATUS_INFO_LENGTH_MISMATCH;
	else if (length < *needed)
		status = STATUS_BUFFER_OVERFLOW;
	else
		status = nt_put_unicode(out, out + sizeof(struct nt_unicode_out), name, characters);
	kfree(name);
	return status;
}

static u32 nt_put_type(const struct ob_type *type, u64 out)
{
	const char *text = nt_type_name(type);
	unsigned int i, characters = strlen(text);
	struct nt_object_type information = {
		.generic = { NT_FILE_READ, NT_FILE_WRITE, NT_FILE_EXECUTE, NT_FILE_ALL },
		.valid_access = NT_FILE_ALL,
		.index = NT_FILE_TYPE_INDEX,
	};
	u16 name[32];
	u32 status;

	if (type) {
		information.generic[0] = type->generic_read;
		information.generic[1] = type->generic_write;
		information.generic[2] = type->generic_execute;
		information.generic[3] = type->all_access;
		information.valid_access = type->all_access;
		information.index = type->id;
	}
	characters = min_t(unsigned int, characters, ARRAY_SIZE(name));
	for (i = 0; i < characters; i++)
		name[i] = text[i];
	status = nt_copy_to(out, &information, sizeof(information), sizeof(u64));
	return status ? status : nt_put_unicode(out, out + sizeof(information), name, characters);
}

static u32 nt_query_type(const struct nt_reference *reference, u64 out, u32 length, u32 *needed)
{
	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	*needed = nt_type_size(reference->type);
	if (length < *needed)
		return STATUS_INFO_LENGTH_MISMATCH;
	return nt_put_type(reference->type, out);
}

static u32 nt_query_types(u64 out, u32 length, u32 *needed)
{
	/* Those whose types are known here; all others are in files of their own. */
	static const struct ob_type *const types[] = {
		NULL, &ob_directory_type, &ob_symlink_type, &ps_process_type, &ps_thread_type,
		&dbgk_object_type,
	};
	u32 at = sizeof(u64), status;
	unsigned int i;

	if (nt_wow64())
		return STATUS_NOT_IMPLEMENTED;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		at += nt_type_size(types[i]);
	*needed = at;
	if (length < at)
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_put_u64(out, ARRAY_SIZE(types));
	at = sizeof(u64);
	for (i = 0; i < ARRAY_SIZE(types) && !status; i++) {
		status = nt_put_type(types[i], out + at);
		at += nt_type_size(types[i]);
	}
	return status;
}

static u32 nt_query_flags(const struct nt_reference *reference, u64 out, u32 length, u32 *needed)
{
	u32 attributes = nt_handle_attributes(reference);
	u8 flags[] = { !!(attributes & OBJ_INHERIT), !!(attributes & OBJ_PROTECT_CLOSE) };

	*needed = sizeof(flags);
	if (length != sizeof(flags))
		return STATUS_INFO_LENGTH_MISMATCH;
	return nt_copy_to(out, flags, sizeof(flags), sizeof(u8));
}

static u32 nt_query_object_class(const struct nt_reference *reference, u32 class, u64 out,
				 u32 length, u32 *needed)
{
	switch (class) {
	case NT_OBJECT_BASIC:
		return nt_query_basic(reference, out, length, needed);
	case NT_OBJECT_NAME:
		return nt_query_name(reference, out, length, needed);
	case NT_OBJECT_TYPE:
		return nt_query_type(reference, out, length, needed);
	default:
		return nt_query_flags(reference, out, length, needed);
	}
}

/*
 * NtQueryObject: rights and counts, name, type, all types, flags of the handle.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE5(nt_query_object, u64, handle, u32, class, u64, out, u32, length, u64, length_out)
{
	struct nt_reference reference;
	u32 status, ret, needed = 0;

	status = nt_probe_for_write(out, length, class == NT_OBJECT_HANDLE_FLAG ? 1 : sizeof(u32));
	if (!status && length_out)
		status = nt_probe_for_write(length_out, sizeof(u32), sizeof(u32));
	if (status)
		return status;
	if (class == NT_OBJECT_TYPES) {
		status = nt_query_types(out, length, &needed);
	} else if (class <= NT_OBJECT_HANDLE_FLAG) {
		status = nt_reference(handle, &reference);
		if (status)
			return status;
		status = nt_query_object_class(&reference, class, out, length, &needed);
		nt_dereference(&reference);
	} else {
		return STATUS_INVALID_INFO_CLASS;
	}
	ret = nt_put_optional_u32(length_out, needed);
	return ret ? ret : status;
}
