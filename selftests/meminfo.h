/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a loop leaks memory, as far as /proc/meminfo can tell; include after fixture.h. */
#ifndef NTDBG_SELFTEST_MEMINFO_H
#define NTDBG_SELFTEST_MEMINFO_H

/* Fewer rounds say nothing: the rest of the machine is louder than a leak. */
#define ENOUGH_ROUNDS 5000

struct meminfo {
	long slab;
	long available;
};

static inline long kilobytes(const char *key)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[256];
	long kb = -1;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			kb = strtol(line + strlen(key), NULL, 10);
	if (file)
		fclose(file);
	return kb;
}

static inline struct meminfo meminfo_now(void)
{
	return (struct meminfo){ kilobytes("SUnreclaim:"), kilobytes("MemAvailable:") };
}

/*
 * Judged over nine tenths of the rounds: the first ones fill the allocator's
 * caches. The smallest leak would be 32 bytes in a round, the smallest of whole
 * pages one page. A debug kernel keeps what was freed for a while, and looks for
 * leaks by itself.
 */
static inline bool memory_is_flat(long rounds, const struct meminfo *then,
				  const struct meminfo *now)
{
	if (rounds < ENOUGH_ROUNDS || !access("/sys/kernel/debug/kmemleak", F_OK))
		return true;
	return now->slab - then->slab < rounds * 9 / 10 * 32 / 1024 &&
	       then->available - now->available < rounds * 9 / 10 * 4;
}

#endif /* NTDBG_SELFTEST_MEMINFO_H */
