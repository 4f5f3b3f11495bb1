/* SPDX-License-Identifier: GPL-2.0 */
/* Being another user, and programs that change who runs them; include after fixture.h. */
#ifndef NTDBG_SELFTEST_NOBODY_H
#define NTDBG_SELFTEST_NOBODY_H

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

/* Runs a function with the rights of nobody; what it returns must be 0 ... 100. */
static inline int as_nobody(int (*fn)(struct port_data *self), struct port_data *self)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
			_exit(101);
		_exit(fn(self));
	}
	return wait_exit(pid, WAIT_MS, &status) && WIFEXITED(status) ? WEXITSTATUS(status) : 102;
}

/* Nobody, but of the group that may open the device. */
static inline bool become_nobody(void)
{
	struct stat st;

	return !stat(NTDBG_DEVICE, &st) && !setgroups(1, &st.st_gid) &&
	       !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY);
}

static char setuid_copy[64];

/* A copy of the debuggee that runs as root, whoever starts it. */
static inline bool make_setuid_copy(void)
{
	int in = open(program("debuggee"), O_RDONLY), out;
	char buf[4096];
	ssize_t n;

	snprintf(setuid_copy, sizeof(setuid_copy), "/tmp/ntdbg-setuid-XXXXXX");
	out = mkstemp(setuid_copy);
	while (in >= 0 && out >= 0 && (n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			return false;
	if (in < 0 || out < 0 || fchmod(out, 04755))
		return false;
	close(in);
	/* Nobody may execute a file that is open for writing. */
	close(out);
	return true;
}

#endif /* NTDBG_SELFTEST_NOBODY_H */
