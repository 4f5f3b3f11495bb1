// SPDX-License-Identifier: GPL-2.0
/* NtReadVirtualMemory, NtWriteVirtualMemory. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "mm/vm.h"
#include "nt/process/target.h"
#include "nt/vm/vm.h"

/* A kernel caller's buffer is the kernel's. */
static int nt_copy_kernel(struct task_struct *leader, struct ntdbg_vm_io *io, bool write)
{
	struct task_struct *task = mm_living_task(leader);

	if (!task)
		return -EOWNERDEAD;
	while (io->done < io->length) {
		int want = min_t(u64, io->length - io->done, SZ_1M);
		int copied = access_process_vm(task, io->address + io->done,
					       (void *)(io->buf + io->done), want,
					       write ? FOLL_WRITE : 0);

		io->done += max(copied, 0);
		if (copied != want)
			break;
	}
	put_task_struct(task);
	return io->done == io->length ? 0 : -EIO;
}

static u32 nt_copy_memory(u64 process, struct ntdbg_vm_io *io, bool write)
{
	u32 access = write ? NTDBG_PROCESS_VM_WRITE | NTDBG_PROCESS_VM_OPERATION :
			     NTDBG_PROCESS_VM_READ;
	struct task_struct *leader;
	u32 status;
	int err;

	status = nt_process_by_handle(process, access, PTRACE_MODE_ATTACH_REALCREDS, &leader);
	if (status)
		return status;
	status = se_allow(write ? __NR_process_vm_writev : __NR_process_vm_readv,
			  task_tgid_vnr(leader), io->buf, 1, io->address, 1, 0);
	if (!status) {
		if (ke_previous_mode() == KE_KERNEL_MODE)
			err = nt_copy_kernel(leader, io, write);
		else
			err = mm_vm_copy(leader, io, write);
		status = err == -EIO ? STATUS_PARTIAL_COPY : nt_status(err);
	}
	put_task_struct(leader);
	return status;
}

static u32 nt_transfer(u64 process, struct ntdbg_vm_io *io, u64 done_at, bool write)
{
	bool kernel = ke_previous_mode() == KE_KERNEL_MODE;
	u32 status = STATUS_SUCCESS, put;

	if (nt_outside_user(io->address, io->length) ||
	    (!kernel && nt_outside_user(io->buf, io->length)))
		return STATUS_ACCESS_VIOLATION;
	if (done_at)
		status = nt_probe_for_write(done_at, nt_pointer_size(), nt_pointer_size());
	if (status)
		return status;
	if (io->length)
		status = nt_copy_memory(process, io, write);
	put = nt_put_length(done_at, io->done);
	return put ? put : status;
}

/* NtReadVirtualMemory. It reads what the process itself may read. */
NT_SERVICE5(nt_read_virtual_memory, u64, process, u64, base, u64, buffer, u64, size, u64, read_at)
{
	struct ntdbg_vm_io io = { .address = base, .buf = buffer, .length = size };

	return nt_transfer(process, &io, read_at, false);
}

/* NtWriteVirtualMemory. It writes where the process itself may write. */
NT_SERVICE5(nt_write_virtual_memory, u64, process, u64, base, u64, buffer, u64, size,
	    u64, written_at)
{
	struct ntdbg_vm_io io = { .address = base, .buf = buffer, .length = size };

	return nt_transfer(process, &io, written_at, true);
}
