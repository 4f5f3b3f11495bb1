/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NT's names of files as Linux names. docs/nt-files.md has the rules:
 *
 *	\??\unix\a\b		/a/b
 *	\??\C:\a\b		/a/b under the directory of module parameter drive_c
 *	\??\NUL, \Device\Null	/dev/null
 *	a\b			beneath RootDirectory
 *
 * \DosDevices and \GLOBAL?? are \??. UTF-16 becomes UTF-8; U+DC80 to U+DCFF stand
 * for bytes that are no UTF-8.
 */
#ifndef _NTDBG_NT_FILE_PATH_H
#define _NTDBG_NT_FILE_PATH_H

#include <linux/types.h>

struct file;
struct ob_attributes;
struct path;

/**
 * struct nt_path - a name, mapped
 * @dfd: where @name begins: descriptor of a directory, or AT_FDCWD
 * @root: the file of @dfd, referenced, or NULL
 * @name: UTF-8, of kmalloc(); absolute if there is no @root; empty for @root itself
 * @directory: it ended in a separator
 * @any_case: OBJ_CASE_INSENSITIVE
 */
struct nt_path {
	int dfd;
	struct file *root;
	char *name;
	bool directory;
	bool any_case;
};

u32 nt_path_map(const struct ob_attributes *attributes, struct nt_path *path);
void nt_path_release(struct nt_path *path);
u32 nt_path_status(const struct nt_path *path, int err);
bool nt_path_fix_case(struct nt_path *path);

int nt_path_to_utf8(const u16 *from, unsigned int units, char *to, unsigned int size);
unsigned int nt_path_to_utf16(const char *from, unsigned int bytes, u16 *to);
u16 *nt_path_of(const struct path *path, unsigned int *units);
bool nt_path_match(const u16 *pattern, unsigned int nr_pattern, const u16 *name,
		   unsigned int nr_name);

#endif /* _NTDBG_NT_FILE_PATH_H */
