/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What NT knows of a file that NtCreateFile opened, and Linux does not: granted
 * access, share mode, options, whether it is to be deleted (FILE_OBJECT), and
 * what all the opens of a file have in common (FCB).
 *
 * A handle of a file is a plain descriptor. This is kept beside it, found by the
 * struct file, and dropped when that is closed for the last time, wherever
 * that happens. Who tells is fsnotify, by a mark on the inode; nobody else's
 * files pay for it. O_PATH files make no events: they get a release of ours.
 *
 * Descriptors that Linux calls made are not in here: they share everything, and
 * their granted access is what their mode says.
 *
 * Locks: nt_open_lock guards all of it; it may be taken in __fput(), and
 * fsnotify's locks inside of it. Looking up is under RCU.
 */
#ifndef _NTDBG_NT_FILE_OPEN_H
#define _NTDBG_NT_FILE_OPEN_H

#include <linux/fs.h>
#include <linux/types.h>

/* Access rights of files */
#define FILE_READ_DATA		0x0001u	/* of directories: list */
#define FILE_WRITE_DATA		0x0002u	/* of directories: add a file */
#define FILE_APPEND_DATA	0x0004u	/* of directories: add a directory */
#define FILE_READ_EA		0x0008u
#define FILE_WRITE_EA		0x0010u
#define FILE_EXECUTE		0x0020u	/* of directories: traverse */
#define FILE_DELETE_CHILD	0x0040u
#define FILE_READ_ATTRIBUTES	0x0080u
#define FILE_WRITE_ATTRIBUTES	0x0100u
#define FILE_DELETE		0x00010000u
#define FILE_READ_CONTROL	0x00020000u
#define FILE_SYNCHRONIZE	0x00100000u
#define FILE_ALL_ACCESS		0x001f01ffu

#define FILE_SHARE_READ		1u
#define FILE_SHARE_WRITE	2u
#define FILE_SHARE_DELETE	4u

/* Create options */
#define FILE_DIRECTORY_FILE		0x00000001u
#define FILE_WRITE_THROUGH		0x00000002u
#define FILE_SEQUENTIAL_ONLY		0x00000004u
#define FILE_NO_INTERMEDIATE_BUFFERING	0x00000008u
#define FILE_SYNCHRONOUS_IO_ALERT	0x00000010u
#define FILE_SYNCHRONOUS_IO_NONALERT	0x00000020u
#define FILE_NON_DIRECTORY_FILE		0x00000040u
#define FILE_COMPLETE_IF_OPLOCKED	0x00000100u
#define FILE_RANDOM_ACCESS		0x00000800u
#define FILE_DELETE_ON_CLOSE		0x00001000u
#define FILE_OPEN_BY_FILE_ID		0x00002000u
#define FILE_OPEN_FOR_BACKUP_INTENT	0x00004000u
#define FILE_RESERVE_OPFILTER		0x00100000u
#define FILE_OPEN_REPARSE_POINT		0x00200000u
#define FILE_OPEN_FOR_FREE_SPACE_QUERY	0x00800000u
#define FILE_VALID_OPTIONS		0x00ffffffu
#define FILE_SYNCHRONOUS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)

/**
 * struct nt_open_info - what NT knows of an open file, copied
 * @access: granted access
 * @options: of NtCreateFile
 * @delete_pending: it will be deleted
 * @tracked: NtCreateFile opened it
 */
struct nt_open_info {
	u32 access;
	u32 options;
	bool delete_pending;
	bool tracked;
};

/* How many files are open that were opened without a synchronous option */
extern atomic_t nt_open_asynchronous_files;

int nt_open_init(void);
void nt_open_exit(void);

u32 nt_open_track(struct file *file, u32 access, u32 share, u32 options);
void nt_open_get_info(const struct file *file, struct nt_open_info *info);
bool nt_open_asynchronous(const struct file *file);
void nt_open_set_options(struct file *file, u32 clear, u32 set);
void nt_open_delete_on_close(struct file *file);
u32 nt_open_set_delete(struct file *file, bool remove);
bool nt_open_is_open(const struct path *path);
u32 nt_open_pattern(struct file *file, const u16 *text, unsigned int *units, u16 **pattern);

/**
 * struct nt_open_lock - a lock of NtLockFile
 * @link: in the list of the open file
 * @start: first byte
 * @end: last byte
 * @exclusive: or shared
 */
struct nt_open_lock {
	struct list_head link;
	loff_t start;
	loff_t end;
	bool exclusive;
};

struct list_head *nt_open_locks_get(struct file *file);
void nt_open_locks_put(struct file *file);

#endif /* _NTDBG_NT_FILE_OPEN_H */
