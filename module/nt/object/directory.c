// SPDX-License-Identifier: GPL-2.0
/* Directory objects: NtCreateDirectoryObject and so on. */
#include "nt/service.h"
#include "ob/names.h"

static u32 nt_make_directory(u64 handle_out, u32 access, u64 from)
{
	struct ob_attributes attributes;
	struct ob_directory *directory;
	struct ob_tree *tree;
	u32 status;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	status = nt_capture_attributes(from, false, &attributes);
	if (!status) {
		tree = ob_tree_get();
		directory = tree ? ob_directory_create(tree, false) : NULL;
		if (tree)
			ob_tree_put(tree);
		status = directory ? ob_insert(directory, access, &attributes, handle_out) :
			 STATUS_INSUFFICIENT_RESOURCES;
	}
	nt_release_attributes(&attributes);
	return status;
}

/*
 * NtCreateDirectoryObject: make a directory of names.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_create_directory_object, u64, handle_out, u32, access, u64, attributes)
{
	return nt_make_directory(handle_out, access, attributes);
}

/*
 * NtOpenDirectoryObject: a handle of a directory.
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
NT_SERVICE3(nt_open_directory_object, u64, handle_out, u32, access, u64, from)
{
	struct ob_attributes attributes;
	u32 status;

	status = nt_probe_pointer(handle_out);
	if (status)
		return status;
	status = nt_capture_attributes(from, true, &attributes);
	if (!status)
		status = ob_open_by_name(&ob_directory_type, access, &attributes, handle_out);
	nt_release_attributes(&attributes);
	return status;
}
