/* SPDX-License-Identifier: GPL-2.0 */
/* Files for the tests of file services: a directory of their own, and short ways to open. */
#ifndef _NTDBG_SELFTESTS_NT_FILE_H
#define _NTDBG_SELFTESTS_NT_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt.h"

#define FILE_READ_DATA		0x0001u
#define FILE_WRITE_DATA		0x0002u
#define FILE_APPEND_DATA	0x0004u
#define FILE_EXECUTE		0x0020u
#define FILE_READ_ATTRIBUTES	0x0080u
#define FILE_WRITE_ATTRIBUTES	0x0100u
#define DELETE			0x00010000u
#define SYNCHRONIZE		0x00100000u
#define MAXIMUM_ALLOWED		0x02000000u
#define GENERIC_ALL		0x10000000u
#define GENERIC_WRITE		0x40000000u
#define GENERIC_READ		0x80000000u

#define SHARE_READ	1u
#define SHARE_WRITE	2u
#define SHARE_DELETE	4u
#define SHARE_ALL	7u

#define FILE_SUPERSEDE		0u
#define FILE_OPEN		1u
#define FILE_CREATE		2u
#define FILE_OPEN_IF		3u
#define FILE_OVERWRITE		4u
#define FILE_OVERWRITE_IF	5u

#define FILE_DIRECTORY_FILE		0x00000001u
#define FILE_NO_INTERMEDIATE_BUFFERING	0x00000008u
#define FILE_SYNCHRONOUS_IO_ALERT	0x00000010u
#define FILE_SYNCHRONOUS_IO_NONALERT	0x00000020u
#define FILE_NON_DIRECTORY_FILE		0x00000040u
#define FILE_DELETE_ON_CLOSE		0x00001000u
#define FILE_OPEN_BY_FILE_ID		0x00002000u
#define FILE_OPEN_REPARSE_POINT		0x00200000u

#define OBJ_INHERIT		0x02u
#define OBJ_CASE_INSENSITIVE	0x40u

#define SYNC FILE_SYNCHRONOUS_IO_NONALERT

/* A directory that is made for each test, and its name. */
static char dir[64];

/* A name below it: as Linux has it. Four of them can be looked at. */
static inline const char *below(const char *name)
{
	static char names[4][256];
	static unsigned int next;
	char *text = names[next++ % 4];

	snprintf(text, sizeof(names[0]), "%s/%s", dir, name);
	return text;
}

struct file_name {
	uint16_t text[512];
	struct nt_name name;
};

/* An OBJECT_ATTRIBUTES of an ASCII name. */
static inline struct nt_object_attributes *ascii(struct file_name *name, const char *text,
						 uint32_t attributes)
{
	unsigned int i;

	for (i = 0; text[i]; i++)
		name->text[i] = (unsigned char)text[i];
	name->text[i] = 0;
	return nt_name(&name->name, name->text, attributes);
}

/* \??\unix\... of a file below the directory */
static inline struct nt_object_attributes *file_name(struct file_name *name, const char *file,
						     uint32_t attributes)
{
	char text[256];
	unsigned int i;

	snprintf(text, sizeof(text), "\\??\\unix%s\\%s", dir, file);
	for (i = 0; text[i]; i++)
		if (text[i] == '/')
			text[i] = '\\';
	return ascii(name, text, attributes);
}

static struct nt_io_status io;	/* of the last open */

static inline uint32_t create(const char *file, uint32_t access, uint32_t share,
			      uint32_t disposition, uint32_t options, uint64_t *handle)
{
	struct file_name name;

	memset(&io, 0xee, sizeof(io));
	return NT(NtCreateFile, A(handle), access, A(file_name(&name, file, 0)), A(&io), 0, 0x80,
		  share, disposition, options, 0, 0);
}

static inline uint32_t open_file(const char *file, uint32_t access, uint32_t share,
				 uint32_t options, uint64_t *handle)
{
	struct file_name name;

	memset(&io, 0xee, sizeof(io));
	return NT(NtOpenFile, A(handle), access, A(file_name(&name, file, 0)), A(&io), share,
		  options);
}

static inline int put_file(const char *name, const char *text)
{
	FILE *file = fopen(below(name), "w");

	if (!file)
		return -1;
	fputs(text, file);
	return fclose(file);
}

static inline long size_of(const char *name)
{
	struct stat st;

	return stat(below(name), &st) ? -1 : (long)st.st_size;
}

static inline int exists(const char *name)
{
	struct stat st;

	return !lstat(below(name), &st);
}

static inline int begin_files(void)
{
	snprintf(dir, sizeof(dir), "/tmp/ntfile.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	return nt_begin();
}

static inline void end_files(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		fprintf(stderr, "cannot remove %s\n", dir);
}

#endif /* _NTDBG_SELFTESTS_NT_FILE_H */
