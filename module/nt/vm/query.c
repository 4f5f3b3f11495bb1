// SPDX-License-Identifier: GPL-2.0
/* NtQueryVirtualMemory. */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "mm/describe.h"
#include "nt/vm/vm.h"

/* The classes of the emulated builds */
enum {
	NT_MEMORY_BASIC = 0,
	NT_MEMORY_WORKING_SET = 1,
	NT_MEMORY_MAPPED_FILE_NAME = 2,
	NT_MEMORY_REGION = 3,
	NT_MEMORY_WORKING_SET_EX = 4,
	NT_MEMORY_SHARED_COMMIT = 5,
	NT_MEMORY_IMAGE = 6,
	NT_MEMORY_REGION_EX = 7,
	NT_MEMORY_CLASSES,
};

struct nt_basic {
	u64 base;
	u64 allocation_base;
	u32 allocation_protection;
	u32 padding;
	u64 size;
	u32 state;
	u32 protection;
	u32 type;
	u32 padding2;
};

struct nt_basic32 {
	u32 base;
	u32 allocation_base;
	u32 allocation_protection;
	u32 size;
	u32 state;
	u32 protection;
	u32 type;
};

struct nt_region {
	u64 allocation_base;
	u32 allocation_protection;
	u32 type;
	u64 size;
};

#define NT_REGION_PRIVATE	0x01u
#define NT_REGION_DATA_FILE	0x02u
#define NT_REGION_IMAGE		0x04u
#define NT_REGION_PAGE_FILE	0x20u

static u32 nt_put_basic(const struct mm_description *about, u64 out)
{
	struct nt_basic wide = {
		.base = about->base,
		.allocation_base = about->allocation_base,
		.allocation_protection = about->allocation_protection,
		.size = about->end - about->base,
		.state = about->state,
		.protection = about->protection,
		.type = about->type,
	};
	struct nt_basic32 narrow = {
		.base = wide.base,
		.allocation_base = wide.allocation_base,
		.allocation_protection = wide.allocation_protection,
		.size = min_t(u64, about->end, U32_MAX & PAGE_MASK) - about->base,
		.state = wide.state,
		.protection = wide.protection,
		.type = wide.type,
	};

	if (nt_wow64())
		return nt_copy_to(out, &narrow, sizeof(narrow), sizeof(u32));
	return nt_copy_to(out, &wide, sizeof(wide), sizeof(u64));
}

static u32 nt_put_region(const struct mm_description *about, u64 out)
{
	struct nt_region region = {
		.allocation_base = about->allocation_base,
		.allocation_protection = about->allocation_protection,
		.size = about->allocation_end - about->allocation_base,
	};

	if (about->type == MEM_IMAGE)
		region.type = NT_REGION_IMAGE;
	else if (about->type == MEM_PRIVATE)
		region.type = NT_REGION_PRIVATE;
	else
		region.type = about->own ? NT_REGION_PAGE_FILE : NT_REGION_DATA_FILE;
	return nt_copy_to(out, &region, sizeof(region), sizeof(u64));
}

/* One character of UTF-8; what is none is taken byte by byte. */
static u32 nt_next_character(const u8 **at)
{
	const u8 *text = *at;
	unsigned int more = *text >= 0xf0 ? 3 : *text >= 0xe0 ? 2 : *text >= 0xc0 ? 1 : 0, i;
	u32 character = more ? *text & (0x3f >> more) : *text;

	for (i = 1; i <= more; i++) {
		if ((text[i] & 0xc0) != 0x80) {
			*at = text + 1;
			return *text;
		}
		character = character << 6 | (text[i] & 0x3f);
	}
	*at = text + more + 1;
	return min(character, 0x10ffffu);
}

/* The NT name of a Linux path: \??\unix\home\... Returns how many UTF-16 units. */
static unsigned int nt_name_of_path(const char *path, u16 *name)
{
	static const char prefix[] = "\\??\\unix";
	unsigned int units = 0, i;
	const u8 *at = path;
	u32 character;

	for (i = 0; i < sizeof(prefix) - 1; i++)
		name[units++] = prefix[i];
	while (*at) {
		character = nt_next_character(&at);
		if (character >= 0x10000) {
			name[units++] = 0xd800 + ((character - 0x10000) >> 10);
			name[units++] = 0xdc00 + ((character - 0x10000) & 0x3ff);
		} else {
			name[units++] = character == '/' ? '\\' : character;
		}
	}
	return units;
}

/* A UNICODE_STRING and behind it its text, in @room of two pages. */
static u32 nt_put_file_name(struct file *file, char *room, u64 out, u64 length, u64 *needed)
{
	size_t header = nt_wow64() ? 2 * sizeof(u32) : 2 * sizeof(u64);
	u16 *name = (u16 *)(room + PAGE_SIZE);
	struct {
		u16 length;
		u16 maximum;
		u32 narrow;
		u64 wide;
	} string = { };
	u32 bytes, status;
	char *path;

	path = d_path(&file->f_path, room, PAGE_SIZE);
	if (IS_ERR(path))
		return nt_status(PTR_ERR(path));
	bytes = nt_name_of_path(path, name) * sizeof(u16);
	name[bytes / sizeof(u16)] = 0;
	*needed = header + bytes + sizeof(u16);
	if (length < header)
		return STATUS_INFO_LENGTH_MISMATCH;
	if (length < *needed)
		return STATUS_BUFFER_OVERFLOW;
	string.length = bytes;
	string.maximum = bytes + sizeof(u16);
	string.narrow = nt_wow64() ? out + header : 0;
	string.wide = out + header;
	status = nt_copy_to(out, &string, header, sizeof(u32));
	if (!status)
		status = nt_copy_to(out + header, name, bytes + sizeof(u16), 1);
	return status;
}

static u32 nt_query_file_name(const struct mm_description *about, u64 out, u64 length, u64 *needed)
{
	char *room;
	u32 status;

	if (!about->type)
		return STATUS_INVALID_ADDRESS;
	/* Neither private memory nor the page file has a name. */
	if (!about->file || about->own)
		return STATUS_FILE_INVALID;
	room = kmalloc(3 * PAGE_SIZE, GFP_KERNEL_ACCOUNT);
	if (!room)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = nt_put_file_name(about->file, room, out, length, needed);
	kfree(room);
	return status;
}

/* Length and rights of a class; status for what there is not. */
static u32 nt_check_class(u32 class, u64 length, u64 *size)
{
	switch (class) {
	case NT_MEMORY_BASIC:
		*size = nt_wow64() ? sizeof(struct nt_basic32) : sizeof(struct nt_basic);
		break;
	case NT_MEMORY_MAPPED_FILE_NAME:
		*size = 0;
		break;
	case NT_MEMORY_REGION:
		*size = sizeof(struct nt_region);
		if (nt_wow64())
			return STATUS_NOT_IMPLEMENTED;
		break;
	default:
		return class < NT_MEMORY_CLASSES ? STATUS_NOT_IMPLEMENTED :
						   STATUS_INVALID_INFO_CLASS;
	}
	return length < *size ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

static u32 nt_query_class(const struct mm_description *about, u32 class, u64 out, u64 length,
			  u64 *needed)
{
	if (class == NT_MEMORY_BASIC)
		return nt_put_basic(about, out);
	if (class == NT_MEMORY_MAPPED_FILE_NAME)
		return nt_query_file_name(about, out, length, needed);
	return about->type ? nt_put_region(about, out) : STATUS_INVALID_ADDRESS;
}

/* NtQueryVirtualMemory, classes 0 (basic), 2 (name of the mapped file) and 3 (region) */
NT_SERVICE6(nt_query_virtual_memory, u64, process, u64, address, u32, class, u64, out, u64, length,
	    u64, length_at)
{
	struct mm_description about;
	struct mm_space space;
	u32 status;
	u64 needed;

	status = nt_check_class(class, length, &needed);
	if (!status)
		status = nt_probe_for_write(out, length, nt_pointer_size());
	if (!status && length_at)
		status = nt_probe_for_write(length_at, nt_pointer_size(), nt_pointer_size());
	if (status)
		return status;
	if (address > MM_HIGHEST_ADDRESS)
		return STATUS_INVALID_PARAMETER;
	status = nt_open_space(process, NTDBG_PROCESS_QUERY_INFORMATION, PTRACE_MODE_READ_REALCREDS,
			       &space);
	if (status)
		return status;
	status = mm_describe(&space, address, &about);
	if (!status) {
		status = nt_query_class(&about, class, out, length, &needed);
		if (about.file)
			fput(about.file);
		if (!status || needed)
			nt_put_length(length_at, needed);
	}
	mm_space_close(&space);
	return status;
}

/* NtAreMappedFilesTheSame: of the caller's own process */
NT_SERVICE2(nt_are_mapped_files_the_same, u64, first, u64, second)
{
	struct mm_description about[2] = { };
	u64 at[] = { first, second };
	struct mm_space space = { };
	unsigned int i;
	u32 status;

	status = nt_open_space((u64)OB_CURRENT_PROCESS, 0, 0, &space);
	for (i = 0; !status && i < ARRAY_SIZE(at); i++) {
		if (at[i] > MM_HIGHEST_ADDRESS)
			status = STATUS_INVALID_ADDRESS;
		else
			status = mm_describe(&space, at[i], &about[i]);
		if (!status && !about[i].type)
			status = STATUS_INVALID_ADDRESS;
		if (!status && (!about[i].file || about[i].own))
			status = STATUS_CONFLICTING_ADDRESSES;
	}
	if (!status && file_inode(about[0].file) != file_inode(about[1].file))
		status = STATUS_NOT_SAME_DEVICE;
	for (i = 0; i < ARRAY_SIZE(at); i++)
		if (about[i].file)
			fput(about[i].file);
	if (space.mm)
		mm_space_close(&space);
	return status;
}
