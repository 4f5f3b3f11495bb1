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
#include "dbgport.h"

#define FTRACE_ENABLED "/proc/sys/kernel/ftrace_enabled"

static inline int module_load_with(const char *ko, const char *parameters)
{
	int fd = open(ko, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

static inline int module_load(const char *ko)
{
	return module_load_with(ko, "");
}

static inline int module_unload(void)
{
	return syscall(SYS_delete_module, "ntdbg", O_NONBLOCK) ? -errno : 0;
}

static inline bool module_loaded(void)
{
	return !access("/sys/module/ntdbg", F_OK);
}

/* Whoever used it last may still be on the way out of it. */
static inline bool module_unloads(void)
{
	int ret;

	return UNTIL(WAIT_MS, (ret = module_unload()) != -EWOULDBLOCK) && !ret;
}

#endif /* NTDBG_SELFTEST_MODULE_H */
