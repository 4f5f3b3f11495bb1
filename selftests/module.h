/* SPDX-License-Identifier: GPL-2.0 */
/* Loading and unloading the module, for the tests that do. */
#ifndef NTDBG_SELFTEST_MODULE_H
#define NTDBG_SELFTEST_MODULE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FTRACE_ENABLED "/proc/sys/kernel/ftrace_enabled"

static inline int module_load(const char *ko)
{
	int fd = open(ko, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

static inline int module_unload(void)
{
	return syscall(SYS_delete_module, "ntdbg", O_NONBLOCK) ? -errno : 0;
}

static inline bool module_loaded(void)
{
	return !access("/sys/module/ntdbg", F_OK);
}

static inline int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

#endif /* NTDBG_SELFTEST_MODULE_H */
