/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What file services need of the VFS and what the kernel does not export as it
 * is needed: openat() and its like on names in kernel memory, with descriptors
 * as where to begin. All of it acts with the caller's own credentials, root and
 * namespaces, as the Linux call of that name does.
 */
#ifndef _NTDBG_NT_FILE_VFS_H
#define _NTDBG_NT_FILE_VFS_H

#include <linux/fs.h>
#include <linux/types.h>

void nt_vfs_init(void);

struct file *nt_vfs_open(int dfd, const char *name, int flags, umode_t mode);
int nt_vfs_mkdir(int dfd, const char *name, umode_t mode);
int nt_vfs_rename(const char *from, int dfd, const char *to, unsigned int flags);
int nt_vfs_link(const char *from, int dfd, const char *to);

char *nt_vfs_name(const struct path *path, char **buffer);
int nt_vfs_may_remove(const struct path *path);
bool nt_vfs_is_empty(const struct path *path);
int nt_vfs_remove(const struct path *path);
int nt_vfs_set_attributes(const struct path *path, struct iattr *attributes);
int nt_vfs_permission(const struct path *path, int mask);

long nt_vfs_truncate(int fd, loff_t length);
long nt_vfs_ioctl(int fd, unsigned int code, unsigned long argument);
int nt_vfs_lock_allowed(struct file *file, unsigned int type);

extern unsigned long nt_vfs_read_address;
extern unsigned long nt_vfs_write_address;

ssize_t nt_vfs_read_slow(struct file *file, u64 buffer, size_t length, loff_t *position);
ssize_t nt_vfs_write_slow(struct file *file, u64 buffer, size_t length, loff_t *position);

#endif /* _NTDBG_NT_FILE_VFS_H */
