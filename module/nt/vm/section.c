// SPDX-License-Identifier: GPL-2.0
/* NtCreateSection, NtOpenSection, NtQuerySection, NtExtendSection, and views. */
#include <linux/file.h>
#include <linux/mman.h>

#include "mm/section.h"
#include "nt/vm/vm.h"
#include "ob/object.h"

#define NT_SECTION_ATTRIBUTES (SEC_BASED | SEC_NO_CHANGE | SEC_FILE | SEC_IMAGE | SEC_RESERVE | \
			       SEC_COMMIT | SEC_NOCACHE | SEC_LARGE_PAGES)
#define NT_SECTION_KINDS (SEC_IMAGE | SEC_RESERVE | SEC_COMMIT)

static u32 nt_check_section(u32 protection, u32 attributes)
{
	u32 kind = attributes & NT_SECTION_KINDS;

	if ((attributes & ~NT_SECTION_ATTRIBUTES) || !kind || (kind & (kind - 1)))
		return STATUS_INVALID_PARAMETER_6;
	if ((attributes & SEC_IMAGE) &&
	    (attributes & (SEC_NO_CHANGE | SEC_LARGE_PAGES)))
		return STATUS_INVALID_PARAMETER_6;
	if ((attributes & SEC_LARGE_PAGES) && !(attributes & SEC_COMMIT))
		return STATUS_INVALID_PARAMETER_6;
	if (!mm_protection_valid(protection) || (protection & MM_PROTECTION_MODIFIERS) ||
	    protection == NT_PAGE_NOACCESS)
		return STATUS_INVALID_PAGE_PROTECTION;
	return STATUS_SUCCESS;
}

static u32 nt_make_section(u64 file_handle, u64 size, u32 protection, u32 attributes,
			   struct mm_section **section)
{
	struct file *file = NULL;
	u32 status;

	/* SeLockMemoryPrivilege is nobody's here. */
	if (attributes & SEC_LARGE_PAGES)
		return STATUS_PRIVILEGE_NOT_HELD;
	if (attributes & (SEC_BASED | SEC_NO_CHANGE))
		return STATUS_NOT_SUPPORTED;
	if (file_handle) {
		status = ob_reference_by_handle(file_handle, NULL, 0, &file);
		if (status)
			return status;
		if (ob_is_handle(file)) {
			fput(file);
			return STATUS_OBJECT_TYPE_MISMATCH;
		}
		if (size > i_size_read(file_inode(file)))
			status = se_allow(__NR_fallocate, ob_fd_of_handle(file_handle), 0, 0,
					  size, 0, 0);
	} else {
		status = attributes & SEC_IMAGE ? STATUS_INVALID_FILE_FOR_SECTION :
						  se_allow(__NR_memfd_create, 0, 0, 0, 0, 0, 0);
	}
	if (!status)
		status = mm_section_create(file, size, protection, attributes, section);
	if (file)
		fput(file);
	return status;
}

/* NtCreateSection. Without a file it is memory. */
NT_SERVICE7(nt_create_section, u64, handle_out, u32, access, u64, attributes_at, u64, size_at,
	    u32, protection, u32, attributes, u64, file)
{
	struct ob_attributes named;
	struct mm_section *section;
	u64 size = 0;
	u32 status;

	status = nt_check_section(protection, attributes);
	if (!status)
		status = nt_probe_for_write(handle_out, nt_pointer_size(), nt_pointer_size());
	if (!status && size_at)
		status = nt_get_u64(size_at, &size);
	if (!status)
		status = nt_capture_attributes(attributes_at, false, &named);
	if (status)
		return status;
	status = nt_make_section(file, size, protection, attributes, &section);
	if (!status)
		status = ob_insert(section, access, &named, handle_out);
	nt_release_attributes(&named);
	return status;
}

/* NtOpenSection */
NT_SERVICE3(nt_open_section, u64, handle_out, u32, access, u64, attributes_at)
{
	struct ob_attributes named;
	u32 status;

	status = nt_probe_for_write(handle_out, nt_pointer_size(), nt_pointer_size());
	if (!status)
		status = nt_capture_attributes(attributes_at, true, &named);
	if (status)
		return status;
	status = ob_open_by_name(&mm_section_type, access, &named, handle_out);
	nt_release_attributes(&named);
	return status;
}

struct nt_section_basic {
	u64 base;
	u32 attributes;
	u32 padding;
	u64 size;
};

struct nt_section_basic32 {
	u32 base;
	u32 attributes;
	u64 size;
} __packed;

enum {
	NT_SECTION_BASIC = 0,
	NT_SECTION_IMAGE = 1,
};

static u32 nt_put_section_basic(struct mm_section *section, u64 out)
{
	struct nt_section_basic wide = {
		.attributes = section->own ? section->attributes & NT_SECTION_KINDS :
					     (section->attributes & SEC_IMAGE) | SEC_FILE,
		.size = READ_ONCE(section->size),
	};
	struct nt_section_basic32 narrow = { .attributes = wide.attributes, .size = wide.size };

	if (nt_wow64())
		return nt_copy_to(out, &narrow, sizeof(narrow), sizeof(u32));
	return nt_copy_to(out, &wide, sizeof(wide), sizeof(u64));
}

/* NtQuerySection, class 0 */
NT_SERVICE5(nt_query_section, u64, handle, u32, class, u64, out, u64, length, u64, length_at)
{
	size_t size = nt_wow64() ? sizeof(struct nt_section_basic32) :
				   sizeof(struct nt_section_basic);
	struct mm_section *section;
	struct file *file;
	u32 status;

	if (class > NT_SECTION_IMAGE)
		return STATUS_INVALID_INFO_CLASS;
	if (class == NT_SECTION_BASIC && length < size)
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_probe_for_write(out, length, sizeof(u32));
	if (!status && length_at)
		status = nt_probe_for_write(length_at, nt_pointer_size(), nt_pointer_size());
	if (!status)
		status = ob_reference_by_handle(handle, &mm_section_type, SECTION_QUERY, &file);
	if (status)
		return status;
	section = ob_handle_of(file)->object;
	status = class == NT_SECTION_IMAGE ? STATUS_SECTION_NOT_IMAGE :
					     nt_put_section_basic(section, out);
	fput(file);
	return status ? status : nt_put_length(length_at, size);
}

/* NtExtendSection */
NT_SERVICE2(nt_extend_section, u64, handle, u64, size_at)
{
	struct mm_section *section;
	struct file *file;
	u32 status;
	u64 size;

	status = nt_probe_for_write(size_at, sizeof(u64), nt_pointer_size());
	if (!status)
		status = nt_get_u64(size_at, &size);
	if (!status)
		status = ob_reference_by_handle(handle, &mm_section_type, SECTION_EXTEND_SIZE,
						&file);
	if (status)
		return status;
	section = ob_handle_of(file)->object;
	status = se_allow(__NR_fallocate, -1, 0, 0, size, 0, 0);
	if (!status)
		status = mm_section_extend(section, &size);
	fput(file);
	return status ? status : nt_put_u64(size_at, size);
}

#define NT_VIEW_SHARE	1u
#define NT_VIEW_UNMAP	2u

#define NT_VIEW_TYPES	(0x2000u | 0x100000u)	/* MEM_RESERVE, MEM_TOP_DOWN */

/* The rights that a handle has to bear for a view of this protection. */
static u32 nt_view_access(u32 protection)
{
	switch (protection & MM_PROTECTION_BASE) {
	case NT_PAGE_READWRITE:
		return SECTION_MAP_WRITE;
	case NT_PAGE_EXECUTE:
	case NT_PAGE_EXECUTE_READ:
	case NT_PAGE_EXECUTE_WRITECOPY:
		return SECTION_MAP_EXECUTE;
	case NT_PAGE_EXECUTE_READWRITE:
		return SECTION_MAP_EXECUTE | SECTION_MAP_WRITE;
	default:
		return SECTION_MAP_READ;
	}
}

/* Where it goes and what of the section, once that is known. */
static u32 nt_check_view(struct mm_section *section, struct mm_view *view, u64 size)
{
	u64 has = READ_ONCE(section->size);

	if (!IS_ALIGNED(view->start, MM_GRANULARITY) || !IS_ALIGNED(view->offset, MM_GRANULARITY))
		return STATUS_MAPPED_ALIGNMENT;
	if (view->offset >= has || size > PAGE_ALIGN(has) - view->offset)
		return STATUS_INVALID_VIEW_SIZE;
	if (!size)
		size = has - view->offset;
	view->length = PAGE_ALIGN(size);
	if (view->length > MM_HIGHEST_VAD_ADDRESS + 1 - view->start)
		return STATUS_INVALID_VIEW_SIZE;
	if (mm_section_reserved(section) && view->commit > view->length)
		return STATUS_INVALID_PARAMETER_5;
	if (view->start && view->start < MM_LOWEST_ADDRESS)
		return STATUS_CONFLICTING_ADDRESSES;
	return mm_section_check_protection(section, view->protection);
}

static u32 nt_allow_view(u64 handle, const struct mm_view *view)
{
	bool copy = view->protection & (NT_PAGE_WRITECOPY | NT_PAGE_EXECUTE_WRITECOPY);

	return se_allow(__NR_mmap, view->start, view->length, mm_prot(view->protection),
			(copy ? MAP_PRIVATE : MAP_SHARED) |
			(view->start ? MAP_FIXED_NOREPLACE : 0),
			ob_fd_of_handle(handle), view->offset);
}

static u32 nt_put_view(const struct mm_view *view, u64 base_at, u64 offset_at, u64 size_at)
{
	u32 status = nt_put_range(base_at, size_at, view->start, view->start + view->length);

	if (!status && offset_at)
		status = nt_put_u64(offset_at, view->offset);
	return status;
}

static u32 nt_capture_view(u64 base_at, u64 zero_bits, u64 offset_at, u64 size_at,
			   struct mm_view *view, u64 *size)
{
	struct nt_range range;
	u32 status;

	status = nt_get_range(base_at, size_at, &range);
	if (!status && offset_at)
		status = nt_probe_for_write(offset_at, sizeof(u64), nt_pointer_size());
	if (!status && offset_at)
		status = nt_get_u64(offset_at, &view->offset);
	if (status)
		return status;
	if (range.base > MM_HIGHEST_VAD_ADDRESS ||
	    range.size > MM_HIGHEST_VAD_ADDRESS + 1 - range.base)
		return STATUS_INVALID_PARAMETER_3;
	if (nt_zero_bits(zero_bits, &view->limit))
		return STATUS_INVALID_PARAMETER_4;
	view->start = range.base;
	*size = range.size;
	return STATUS_SUCCESS;
}

/* NtMapViewOfSection. In another process, that has to be an NT process. */
NT_SERVICE10(nt_map_view_of_section, u64, handle, u64, process, u64, base_at, u64, zero_bits,
	     u64, commit, u64, offset_at, u64, size_at, u32, inherit, u32, type, u32, protection)
{
	struct mm_view view = { .commit = commit, .protection = protection,
				.inherited = inherit == NT_VIEW_SHARE };
	struct mm_section *section;
	struct mm_space space;
	struct file *file;
	u32 status;
	u64 size;

	if (inherit != NT_VIEW_SHARE && inherit != NT_VIEW_UNMAP)
		return STATUS_INVALID_PARAMETER_8;
	if (type & ~NT_VIEW_TYPES)
		return STATUS_INVALID_PARAMETER_9;
	if (!mm_protection_valid(protection))
		return STATUS_INVALID_PAGE_PROTECTION;
	status = nt_capture_view(base_at, zero_bits, offset_at, size_at, &view, &size);
	if (status)
		return status;
	status = ob_reference_by_handle(handle, &mm_section_type, nt_view_access(protection),
					&file);
	if (status)
		return status;
	section = ob_handle_of(file)->object;
	view.writable = ob_may(ob_handle_of(file), SECTION_MAP_WRITE);
	status = nt_open_nt_space(process, NTDBG_PROCESS_VM_OPERATION, &space);
	if (status)
		goto put_file;
	status = nt_check_view(section, &view, size);
	if (!status)
		status = nt_allow_view(handle, &view);
	if (!status)
		status = mm_map_view(&space, section, &view);
	if (!status) {
		status = nt_put_view(&view, base_at, offset_at, size_at);
		/* What nobody knows of is not left behind. */
		if (status)
			mm_unmap_view(&space, view.start);
	}
	mm_space_close(&space);
put_file:
	fput(file);
	return status;
}

static u32 nt_unmap_view(u64 process, u64 base)
{
	struct mm_space space;
	u32 status;

	if (base > MM_HIGHEST_ADDRESS)
		return STATUS_NOT_MAPPED_VIEW;
	status = nt_open_nt_space(process, NTDBG_PROCESS_VM_OPERATION, &space);
	if (status)
		return status;
	status = se_allow(__NR_munmap, base, 0, 0, 0, 0, 0);
	if (!status)
		status = mm_unmap_view(&space, base);
	mm_space_close(&space);
	return status;
}

/* NtUnmapViewOfSection */
NT_SERVICE2(nt_unmap_view_of_section, u64, process, u64, base)
{
	return nt_unmap_view(process, base);
}

#define NT_UNMAP_TRANSIENT_BOOST 1u

/* NtUnmapViewOfSectionEx: the one flag of these builds is a hint */
NT_SERVICE3(nt_unmap_view_of_section_ex, u64, process, u64, base, u32, flags)
{
	if (flags & ~NT_UNMAP_TRANSIENT_BOOST)
		return STATUS_INVALID_PARAMETER;
	return nt_unmap_view(process, base);
}
