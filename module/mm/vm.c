// SPDX-License-Identifier: GPL-2.0
/* The memory of another process. */
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "kcompat.h"
#include "mm/image.h"
#include "mm/vm.h"
#include "symbols.h"

/**
 * mm_living_task() - a task of the process that still has its memory
 * @leader: of the process; it may be gone before the others
 *
 * Context: any.
 * Return: it, referenced; NULL if all are gone.
 */
struct task_struct *mm_living_task(struct task_struct *leader)
{
	struct task_struct *task, *found = NULL;

	rcu_read_lock();
	for_each_thread(leader, task) {
		if (!(task->flags & PF_EXITING) && task->mm) {
			found = get_task_struct(task);
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static void mm_into_kernel(void *unused)
{
}

/**
 * mm_flush_instructions() - no CPU goes on with instructions that it has fetched before
 * @mm: whose instructions
 *
 * Other CPUs may have fetched what was there before. An interrupt's return
 * makes them fetch anew; a thread that does not run comes back that way or by
 * a switch.
 *
 * Context: may sleep.
 */
void mm_flush_instructions(struct mm_struct *mm)
{
	preempt_disable();
	smp_call_function_many(mm_cpumask(mm), mm_into_kernel, NULL, true);
	preempt_enable();
}

static int mm_copy_page(struct task_struct *task, struct ntdbg_vm_io *io, void *page,
			unsigned int gup, bool write)
{
	u64 address = io->address + io->done;
	unsigned int want = min_t(u64, io->length - io->done, PAGE_SIZE - offset_in_page(address));
	char __user *user = u64_to_user_ptr(io->buf + io->done);
	int copied;

	if (write && copy_from_user(page, user, want))
		return -EFAULT;
	copied = access_process_vm(task, address, page, want, gup);
	if (!write && copied > 0 && copy_to_user(user, page, copied))
		return -EFAULT;
	io->done += max(copied, 0);
	return copied == (int)want ? 0 : -EIO;
}

/**
 * mm_vm_copy() - NT: MmCopyVirtualMemory
 * @leader: the process
 * @io: what; its done is set
 * @write: to the process, or from it
 *
 * Context: may sleep.
 * Return: 0; -EIO if not all of it can be had; -EFAULT; -EOWNERDEAD; -ENOMEM;
 * -EINTR if the caller is being killed.
 */
int mm_vm_copy(struct task_struct *leader, struct ntdbg_vm_io *io, bool write)
{
	unsigned int gup = (write ? FOLL_WRITE : 0) | (io->flags & NTDBG_VM_FORCE ? FOLL_FORCE : 0);
	struct task_struct *task = mm_living_task(leader);
	struct mm_struct *mm;
	void *page;
	int err = 0;

	io->done = 0;
	if (!task)
		return -EOWNERDEAD;
	page = (void *)__get_free_page(GFP_KERNEL_ACCOUNT);
	if (!page) {
		put_task_struct(task);
		return -ENOMEM;
	}
	while (!err && io->done < io->length) {
		err = mm_copy_page(task, io, page, gup, write);
		if (fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	/* Nothing at all because the process went away meanwhile. */
	if (err == -EIO && !io->done && (READ_ONCE(task->flags) & PF_EXITING))
		err = -EOWNERDEAD;
	mm = write && io->done ? get_task_mm(task) : NULL;
	if (mm) {
		mm_flush_instructions(mm);
		mmput(mm);
	}
	free_page((unsigned long)page);
	put_task_struct(task);
	return err;
}

static u32 mm_protection(unsigned long flags)
{
	return (flags & VM_READ ? PROT_READ : 0) | (flags & VM_WRITE ? PROT_WRITE : 0) |
	       (flags & VM_EXEC ? PROT_EXEC : 0);
}

static u32 mm_most_protection(unsigned long flags)
{
	return (flags & VM_MAYREAD ? PROT_READ : 0) | (flags & VM_MAYWRITE ? PROT_WRITE : 0) |
	       (flags & VM_MAYEXEC ? PROT_EXEC : 0);
}

/* Is all of it mapped? Sets the protection of its first page. */
static bool mm_all_mapped(struct mm_struct *mm, u64 start, u64 end, u32 *protection)
{
	struct vm_area_struct *vma;
	u64 at = start;

	mmap_read_lock(mm);
	for (vma = find_vma(mm, at); vma && vma->vm_start <= at; vma = find_vma(mm, at)) {
		if (at == start)
			*protection = mm_protection(vma->vm_flags);
		at = vma->vm_end;
		if (at >= end)
			break;
	}
	mmap_read_unlock(mm);
	return at >= end;
}

/* mprotect() works on the current task's memory: a kernel thread borrows that of the process. */
struct mm_protecting {
	struct work_struct work;
	struct mm_struct *mm;
	const struct cred *cred;
	u64 address;
	u64 length;
	u32 protection;
	int err;
};

static void mm_run_protect(struct work_struct *work)
{
	struct mm_protecting *doing = container_of(work, struct mm_protecting, work);
	const struct cred *own;

	/* What mprotect() may do is asked of the caller, not of a kernel thread. */
	own = override_creds(doing->cred);
	kthread_use_mm(doing->mm);
	doing->err = symbols_mprotect(doing->address, doing->length, doing->protection);
	kthread_unuse_mm(doing->mm);
	revert_creds(own);
}

/**
 * mm_vm_protect() - NT: the work of NtProtectVirtualMemory
 * @leader: the process
 * @protect: what; its old_protection is set
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM if some of the range is not mapped; -EACCES and others as
 * mprotect(); -EINVAL; -EOWNERDEAD; -EOPNOTSUPP.
 */
int mm_vm_protect(struct task_struct *leader, struct ntdbg_vm_protect *protect)
{
	u64 start = protect->address & PAGE_MASK;
	u64 end = PAGE_ALIGN(protect->address + protect->length);
	struct mm_protecting doing;
	struct task_struct *task;
	int err = 0;

	if (protect->protection & ~(PROT_READ | PROT_WRITE | PROT_EXEC))
		return -EINVAL;
	if (!protect->length)
		return -EINVAL;
	if (end <= start || end > TASK_SIZE_MAX)
		return -ENOMEM;
	task = mm_living_task(leader);
	doing = (struct mm_protecting){
		.mm = task ? get_task_mm(task) : NULL, .cred = current_cred(),
		.address = start, .length = end - start, .protection = protect->protection,
	};
	if (task)
		put_task_struct(task);
	if (!doing.mm)
		return -EOWNERDEAD;
	if (!mm_all_mapped(doing.mm, start, end, &protect->old_protection)) {
		err = -ENOMEM;
		goto put_mm;
	}
	INIT_WORK_ONSTACK(&doing.work, mm_run_protect);
	queue_work(system_unbound_wq, &doing.work);
	flush_work(&doing.work);
	destroy_work_on_stack(&doing.work);
	err = doing.err;
	if (!err)
		mm_flush_instructions(doing.mm);
put_mm:
	mmput(doing.mm);
	return err;
}

static void mm_fill_file(struct ntdbg_region *region, struct vm_area_struct *vma)
{
	const struct inode *inode = file_inode(vma->vm_file);
	dev_t dev = inode->i_sb->s_dev;

	region->flags |= NTDBG_REGION_FILE;
	region->dev = (u64)MAJOR(dev) << 32 | MINOR(dev);
	region->ino = inode->i_ino;
	region->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
}

/* The mapping's file, referenced, if it has one. */
static struct file *mm_fill_region(struct mm_struct *mm, struct ntdbg_region *region)
{
	struct vm_area_struct *vma, *before;
	struct file *file = NULL;

	mmap_read_lock(mm);
	vma = find_vma(mm, region->address);
	if (!vma || region->address < vma->vm_start) {
		region->flags = NTDBG_REGION_FREE;
		region->end = vma ? vma->vm_start : TASK_SIZE_MAX;
		region->base = region->address & PAGE_MASK;
		goto unlock;
	}
	region->base = vma->vm_start;
	region->end = vma->vm_end;
	region->allocation_base = vma->vm_start;
	region->protection = mm_protection(vma->vm_flags);
	region->allocation_protection = mm_most_protection(vma->vm_flags);
	if (vma->vm_flags & VM_SHARED)
		region->flags |= NTDBG_REGION_SHARED;
	if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
		region->flags |= NTDBG_REGION_STACK;
	if (vma->vm_start < mm->brk && vma->vm_end > mm->start_brk)
		region->flags |= NTDBG_REGION_HEAP;
	if (vma->vm_file) {
		mm_fill_file(region, vma);
		file = get_file(vma->vm_file);
	}
	while (file && vma->vm_pgoff && region->allocation_base) {
		before = find_vma(mm, region->allocation_base - 1);
		if (!before || before->vm_end != region->allocation_base || !before->vm_file ||
		    file_inode(before->vm_file) != file_inode(file))
			break;
		region->allocation_base = before->vm_start;
		vma = before;
	}
unlock:
	mmap_read_unlock(mm);
	return file;
}

static int mm_copy_path(struct ntdbg_region *region, struct file *file)
{
	char *room, *path;
	u32 size, have = region->path_size;
	int err = 0;

	room = (char *)__get_free_page(GFP_KERNEL_ACCOUNT);
	if (!room)
		return -ENOMEM;
	path = d_path(&file->f_path, room, PAGE_SIZE);
	if (IS_ERR(path)) {
		region->path_size = 0;
		goto out;
	}
	size = strlen(path) + 1;
	region->path_size = size;
	if (!region->path)
		goto out;
	if (have < size)
		err = -ENAMETOOLONG;
	else if (copy_to_user(u64_to_user_ptr(region->path), path, size))
		err = -EFAULT;
out:
	free_page((unsigned long)room);
	return err;
}

/**
 * mm_vm_region() - NT: the work of NtQueryVirtualMemory
 * @leader: the process
 * @region: its address says where; the rest is filled
 *
 * Context: may sleep.
 * Return: 0; -EINVAL; -ENAMETOOLONG; -EFAULT; -ENOMEM; -EOWNERDEAD.
 */
int mm_vm_region(struct task_struct *leader, struct ntdbg_region *region)
{
	struct task_struct *task;
	struct mm_struct *mm;
	struct file *file;
	int err = 0;

	if (region->address >= TASK_SIZE_MAX)
		return -EINVAL;
	task = mm_living_task(leader);
	mm = task ? get_task_mm(task) : NULL;
	if (task)
		put_task_struct(task);
	if (!mm)
		return -EOWNERDEAD;
	*region = (struct ntdbg_region){
		.size = region->size, .address = region->address,
		.path = region->path, .path_size = region->path_size,
	};
	file = mm_fill_region(mm, region);
	mmput(mm);
	if (!file) {
		region->path_size = 0;
		return 0;
	}
	if (S_ISREG(file_inode(file)->i_mode) && mm_is_elf(file))
		region->flags |= NTDBG_REGION_IMAGE;
	err = mm_copy_path(region, file);
	fput(file);
	return err;
}
