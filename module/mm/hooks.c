// SPDX-License-Identifier: GPL-2.0
/* The kernel functions in which files are mapped and unmapped. */
#include <linux/err.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "hook.h"
#include "kcompat.h"
#include "mm/image.h"
#include "ps/process.h"
#include "ps/thread.h"

static struct hook mm_hooks[];

enum {
	MM_HOOK_MAP,
	MM_HOOK_UNMAP,
};

/* vm_mmap_pgoff(file, address, length, protection, flags, page offset) */
static bool notrace mm_filter_map(struct ftrace_regs *fregs)
{
	return ftrace_regs_get_argument(fregs, 0) &&
	       (ftrace_regs_get_argument(fregs, 3) & PROT_EXEC) &&
	       ps_process_wants_images(current);
}

static noinline unsigned long mm_vm_mmap_pgoff(struct file *file, unsigned long address,
					       unsigned long length, unsigned long protection,
					       unsigned long flags, unsigned long offset)
{
	struct ps_thread *thread;
	unsigned long mapped;

	mapped = hook_enter(mm_hooks[MM_HOOK_MAP].address, (unsigned long)file, address, length,
			    protection, flags, offset);
	thread = IS_ERR_VALUE(mapped) ? NULL : ps_thread_find(current);
	if (thread) {
		if (mm_image_mapped(thread->process, mapped))
			ps_note_missed();
		ps_thread_ask(thread, BIT(PS_ASKED_IMAGES));
		ps_thread_put(thread);
	}
	hook_leave();
	return mapped;
}

/* __vm_munmap(start, length, ...) */
static bool notrace mm_filter_unmap(struct ftrace_regs *fregs)
{
	return ps_process_wants_images(current);
}

static noinline unsigned long mm_vm_munmap(unsigned long start, unsigned long length,
					   unsigned long how)
{
	struct ps_thread *thread;
	unsigned long err;

	err = hook_enter(mm_hooks[MM_HOOK_UNMAP].address, start, length, how, 0, 0, 0);
	thread = (int)err < 0 ? NULL : ps_thread_find(current);
	if (thread) {
		if (mm_image_unmapped(thread->process, start, length))
			ps_thread_ask(thread, BIT(PS_ASKED_IMAGES));
		ps_thread_put(thread);
	}
	hook_leave();
	return err;
}

static struct hook mm_hooks[] = {
	[MM_HOOK_MAP] = {
		.feature = "image-load",
		.symbol = "vm_mmap_pgoff",
		.kind = HOOK_REDIRECT,
		.wrapper = mm_vm_mmap_pgoff,
		.filter = mm_filter_map,
	},
	[MM_HOOK_UNMAP] = {
		.feature = "image-unload",
		.symbol = "__vm_munmap",
		.kind = HOOK_REDIRECT,
		.wrapper = mm_vm_munmap,
		.filter = mm_filter_unmap,
	},
};

/**
 * mm_hooks_add() - hand the rows to the hook engine
 *
 * Context: module init, may sleep.
 */
void mm_hooks_add(void)
{
	hook_add(HOOK_GROUP_DEBUG, mm_hooks, ARRAY_SIZE(mm_hooks));
}
