/* SPDX-License-Identifier: GPL-2.0 */
/* Any handle, whatever its type: a file of ours, one of Linux, or a pseudo handle. */
#ifndef _NTDBG_NT_OBJECT_REFERENCE_H
#define _NTDBG_NT_OBJECT_REFERENCE_H

#include <linux/types.h>

struct file;
struct ob_type;

/* NT's name and rights of files that are none of ours */
#define NT_FILE_READ	0x00120089u
#define NT_FILE_WRITE	0x00120116u
#define NT_FILE_EXECUTE	0x001200a0u
#define NT_FILE_ALL	0x001f01ffu

/**
 * struct nt_reference - what a handle leads to
 * @file: the open file; NULL for a pseudo handle
 * @fd: its descriptor, -1 for a pseudo handle
 * @type: of @object; NULL if the file is one of Linux
 * @object: referenced by @file, or for a pseudo handle of its own
 * @access: rights of the handle
 */
struct nt_reference {
	struct file *file;
	int fd;
	const struct ob_type *type;
	void *object;
	u32 access;
};

u32 nt_reference(u64 handle, struct nt_reference *reference);
u32 nt_reference_file(struct file *file, int fd, struct nt_reference *reference);
void nt_dereference(struct nt_reference *reference);

const char *nt_type_name(const struct ob_type *type);
bool nt_same_object(const struct nt_reference *a, const struct nt_reference *b);

#endif /* _NTDBG_NT_OBJECT_REFERENCE_H */
