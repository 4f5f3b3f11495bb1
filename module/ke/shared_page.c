// SPDX-License-Identifier: GPL-2.0
/* KUSER_SHARED_DATA. */
#include <linux/anon_inodes.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <asm/cpufeature.h>

#include "kcompat.h"
#include "ke/service.h"
#include "ke/shared_page.h"
#include "ke/thread.h"

/* 100 ns units since 1601 of the Unix epoch */
#define KE_UNIX_EPOCH	116444736000000000ULL
#define KE_TICK_NS	(KE_TICK * 100ULL)
#define KE_UNIT_NS	100u

/* Milliseconds per tick, 8.24 fixed point */
#define KE_TICK_MULTIPLIER 0x0fa00000u

#define KE_IMAGE_AMD64	0x8664
#define KE_IMAGE_I386	0x014c

/* KSYSTEM_TIME */
struct ke_system_time {
	u32 low;
	s32 high1;
	s32 high2;
} __packed __aligned(4);

/* KUSER_SHARED_DATA as far as something of it is filled */
struct ke_user_shared_data {
	u32 tick_count_low;
	u32 tick_count_multiplier;
	struct ke_system_time interrupt_time;
	struct ke_system_time system_time;
	struct ke_system_time time_zone_bias;
	u16 image_low;
	u16 image_high;
	u16 system_root[260];
	u32 max_stack_trace_depth;
	u32 crypto_exponent;
	u32 time_zone_id;
	u32 large_page_minimum;
	u32 reserved248[6];
	u32 nt_build_number;
	u32 product_type;
	u8 product_type_valid;
	u8 reserved269;
	u16 processor_architecture;
	u32 major_version;
	u32 minor_version;
	u8 processor_features[64];
	u32 highest_user_address;
	u32 system_range_start;
	u32 time_slip;
	u32 reserved2c0;
	u32 boot_id;
	u32 reserved2c8[2];
	u32 suite_mask;
	u8 kd_debugger_enabled;
	u8 mitigation_policies;
	u8 reserved2d6[2];
	u32 active_console_id;
	u32 dismount_count;
	u32 reserved2e0[2];
	u32 physical_pages;
	u8 safe_boot;
	u8 reserved2ed[3];
	u32 shared_data_flags;
	u32 reserved2f4;
	u64 test_ret_instruction;
	u64 qpc_frequency;
	u32 system_call;
	u32 reserved30c[5];
	struct ke_system_time tick_count;
	u32 reserved32c;
	u32 cookie;
	u32 reserved334;
	u64 foreground_process;
	u64 time_update_lock;
	u64 baseline_system_time_qpc;
	u64 baseline_interrupt_time_qpc;
	u64 qpc_system_time_increment;
	u64 qpc_interrupt_time_increment;
	u8 qpc_system_time_shift;
	u8 qpc_interrupt_time_shift;
	u16 unparked_processors;
	u32 reserved36c[17];
	u64 interrupt_time_bias;
	u64 qpc_bias;
	u32 active_processors;
	u8 active_groups;
};

#define KE_AT(offset, field) static_assert(offsetof(struct ke_user_shared_data, field) == (offset))

KE_AT(0x004, tick_count_multiplier);
KE_AT(0x008, interrupt_time);
KE_AT(0x014, system_time);
KE_AT(0x020, time_zone_bias);
KE_AT(0x02c, image_low);
KE_AT(0x030, system_root);
KE_AT(0x240, time_zone_id);
KE_AT(0x260, nt_build_number);
KE_AT(0x264, product_type);
KE_AT(0x26a, processor_architecture);
KE_AT(0x274, processor_features);
KE_AT(0x2b4, highest_user_address);
KE_AT(0x2c4, boot_id);
KE_AT(0x2d0, suite_mask);
KE_AT(0x2d4, kd_debugger_enabled);
KE_AT(0x2d8, active_console_id);
KE_AT(0x2e8, physical_pages);
KE_AT(0x2f0, shared_data_flags);
KE_AT(0x2f8, test_ret_instruction);
KE_AT(0x300, qpc_frequency);
KE_AT(0x308, system_call);
KE_AT(0x320, tick_count);
KE_AT(0x330, cookie);
KE_AT(0x340, time_update_lock);
KE_AT(0x360, qpc_interrupt_time_increment);
KE_AT(0x36a, unparked_processors);
KE_AT(0x3b0, interrupt_time_bias);
KE_AT(0x3b8, qpc_bias);
KE_AT(0x3c0, active_processors);
KE_AT(0x3c4, active_groups);

/* PF_*: which features each index stands for; those above @KE_XP_FEATURES came after XP. */
#define KE_XP_FEATURES 11
static const struct {
	u8 index;
	u16 feature;
} ke_features[] = {
	{ 2, X86_FEATURE_CX8 },
	{ 3, X86_FEATURE_MMX },
	{ 6, X86_FEATURE_XMM },
	{ 7, X86_FEATURE_3DNOW },
	{ 8, X86_FEATURE_TSC },
	{ 9, X86_FEATURE_PAE },
	{ 10, X86_FEATURE_XMM2 },
	{ 12, X86_FEATURE_NX },
	{ 13, X86_FEATURE_XMM3 },
	{ 14, X86_FEATURE_CX16 },
	{ 17, X86_FEATURE_OSXSAVE },
	{ 22, X86_FEATURE_FSGSBASE },
	{ 28, X86_FEATURE_RDRAND },
	{ 32, X86_FEATURE_RDTSCP },
};

#define KE_PAGES (NTDBG_PROFILE_WINXP_X86 + 1)

static struct page *ke_pages[KE_PAGES][2];	/* [profile][NTDBG_NT_SYSTEM_CALL] */
static DEFINE_MUTEX(ke_pages_mutex);		/* making pages */

/*
 * ke_clock_lock orders writers of the pages, of whom one may be the timer: taken
 * with interrupts off. It also guards what follows.
 */
static DEFINE_RAW_SPINLOCK(ke_clock_lock);
static struct hrtimer ke_clock;
static bool ke_clock_ready;
static bool ke_clock_runs;
static u32 ke_period = KE_TICK;			/* 100 ns units */
static u64 ke_last_interrupt_time;
static unsigned int ke_requests[KE_TICK / KE_TICK_MINIMUM + 1];	/* by how many KE_TICK_MINIMUM */

/**
 * ke_system_time() - 100 ns units since 1601
 *
 * Context: any.
 * Return: the time.
 */
u64 ke_system_time(void)
{
	return KE_UNIX_EPOCH + ktime_get_real_ns() / KE_UNIT_NS;
}

/**
 * ke_interrupt_time() - 100 ns units since the system was started
 *
 * Context: any.
 * Return: the time; it also runs while the system sleeps.
 */
u64 ke_interrupt_time(void)
{
	return ktime_get_boottime_ns() / KE_UNIT_NS;
}

/**
 * ke_performance_counter() - KeQueryPerformanceCounter
 *
 * Context: any.
 * Return: the count, KE_QPC_FREQUENCY per second; it stands still while the system sleeps.
 */
u64 ke_performance_counter(void)
{
	return ktime_get_ns() / KE_UNIT_NS;
}

/*
 * Readers take High1, Low, High2 and look whether the two are the same; or Low and
 * High1 at once, which is why these are written at once.
 */
static void ke_put_time(struct ke_system_time *time, u64 value)
{
	WRITE_ONCE(time->high2, value >> 32);
	smp_wmb(); /* High2 before the other two, see above */
	asm volatile("movq %1, %0" : "=m" (*(u64 *)&time->low) : "r" (value) : "memory");
}

static struct ke_user_shared_data *ke_shared_data(unsigned int profile, unsigned int flag)
{
	/* With what ke_get_page() has filled in. */
	struct page *page = smp_load_acquire(&ke_pages[profile][flag]);

	return page ? page_address(page) : NULL;
}

static void ke_put_times(struct ke_user_shared_data *data, unsigned int profile, u64 interrupt_time,
			 u64 system_time, u64 counter, u64 bias)
{
	u64 ticks = interrupt_time / KE_TICK;

	WRITE_ONCE(data->time_update_lock, data->time_update_lock + 1);
	smp_wmb(); /* odd before what is changed, for readers of the baselines */
	ke_put_time(&data->interrupt_time, interrupt_time);
	ke_put_time(&data->system_time, system_time);
	ke_put_time(&data->tick_count, ticks);
	if (profile == NTDBG_PROFILE_WINXP_X86) {
		WRITE_ONCE(data->tick_count_low, ticks);
	} else {
		WRITE_ONCE(data->baseline_system_time_qpc, counter);
		WRITE_ONCE(data->baseline_interrupt_time_qpc, counter);
		WRITE_ONCE(data->interrupt_time_bias, bias);
	}
	smp_wmb(); /* and even behind it */
	WRITE_ONCE(data->time_update_lock, data->time_update_lock + 1);
}

/* One set of times for all pages. The clocks are read one by one, so in an order that fits. */
static void ke_update_locked(void)
{
	u64 counter = ke_performance_counter();
	u64 interrupt_time = ke_interrupt_time(), system_time = ke_system_time();
	struct ke_user_shared_data *data;
	unsigned int profile, flag;

	lockdep_assert_held(&ke_clock_lock);
	interrupt_time = max(interrupt_time, ke_last_interrupt_time);
	ke_last_interrupt_time = interrupt_time;
	for (profile = 0; profile < KE_PAGES; profile++) {
		for (flag = 0; flag < 2; flag++) {
			data = ke_shared_data(profile, flag);
			if (data)
				ke_put_times(data, profile, interrupt_time, system_time, counter,
					     interrupt_time - counter);
		}
	}
}

/**
 * ke_shared_page_update() - the time was set
 *
 * Context: any.
 */
void ke_shared_page_update(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&ke_clock_lock, flags);
	ke_update_locked();
	raw_spin_unlock_irqrestore(&ke_clock_lock, flags);
}

static enum hrtimer_restart ke_clock_tick(struct hrtimer *timer)
{
	enum hrtimer_restart restart = HRTIMER_RESTART;
	unsigned long flags;

	raw_spin_lock_irqsave(&ke_clock_lock, flags);
	ke_update_locked();
	if (!ke_process_count()) {
		ke_clock_runs = false;
		restart = HRTIMER_NORESTART;
	} else {
		hrtimer_forward_now(timer, ns_to_ktime((u64)ke_period * KE_UNIT_NS));
	}
	raw_spin_unlock_irqrestore(&ke_clock_lock, flags);
	return restart;
}

/* The caller's process is counted already: the timer does not stop for want of one. */
static void ke_clock_start(void)
{
	unsigned long flags;
	bool start;

	raw_spin_lock_irqsave(&ke_clock_lock, flags);
	ke_update_locked();
	start = !ke_clock_runs;
	ke_clock_runs = true;
	raw_spin_unlock_irqrestore(&ke_clock_lock, flags);
	if (start)
		hrtimer_start(&ke_clock, ktime_add_ns(ktime_get(), KE_TICK_NS), HRTIMER_MODE_ABS);
}

static void ke_fill_processor(struct ke_user_shared_data *data, bool xp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ke_features); i++) {
		if (xp && ke_features[i].index >= KE_XP_FEATURES)
			break;
		data->processor_features[ke_features[i].index] =
			boot_cpu_has(ke_features[i].feature);
	}
}

static void ke_fill_xp(struct ke_user_shared_data *data)
{
	data->image_low = KE_IMAGE_I386;
	data->image_high = KE_IMAGE_I386;
	data->major_version = 5;
	data->minor_version = 1;
	data->highest_user_address = 0x7ffeffff;
	data->system_range_start = 0x80000000;
	data->test_ret_instruction = 0xc3;
}

/* Only when the first of these builds came, in 1511, there was a SystemCall. */
static void ke_fill_win10(struct ke_user_shared_data *data, unsigned int profile, bool system_call)
{
	data->image_low = KE_IMAGE_AMD64;
	data->image_high = KE_IMAGE_AMD64;
	data->major_version = 10;
	data->nt_build_number = ke_service_profile(profile)->build;
	data->processor_architecture = 9;
	data->large_page_minimum = PMD_SIZE;
	data->qpc_frequency = KE_QPC_FREQUENCY;
	data->system_call = system_call && profile == NTDBG_PROFILE_WIN10_1511;
	/* (delta << 1) * 2^63 >> 64: one count is one unit of time. */
	data->qpc_system_time_increment = BIT_ULL(63);
	data->qpc_interrupt_time_increment = BIT_ULL(63);
	data->qpc_system_time_shift = 1;
	data->qpc_interrupt_time_shift = 1;
	data->unparked_processors = num_online_cpus();
	data->active_processors = num_online_cpus();
	data->active_groups = 1;
}

static void ke_fill(struct ke_user_shared_data *data, unsigned int profile, bool system_call)
{
	static const char root[] = "C:\\Windows";
	unsigned int i;

	for (i = 0; i < sizeof(root); i++)
		data->system_root[i] = root[i];
	data->tick_count_multiplier = KE_TICK_MULTIPLIER;
	/* Minutes west of Greenwich are what is to be subtracted from UTC. */
	ke_put_time(&data->time_zone_bias,
		    (s64)sys_tz.tz_minuteswest * 60 * (NSEC_PER_SEC / KE_UNIT_NS));
	data->product_type = 1;
	data->product_type_valid = 1;
	data->suite_mask = 0x110;
	data->mitigation_policies = 1;
	data->physical_pages = min_t(u64, totalram_pages(), U32_MAX);
	data->cookie = get_random_u32();
	ke_fill_processor(data, profile == NTDBG_PROFILE_WINXP_X86);
	if (profile == NTDBG_PROFILE_WINXP_X86)
		ke_fill_xp(data);
	else
		ke_fill_win10(data, profile, system_call);
}

static struct page *ke_get_page(unsigned int profile, bool system_call)
{
	struct page *page;

	mutex_lock(&ke_pages_mutex);
	if (!ke_clock_ready)
		kcompat_hrtimer_setup(&ke_clock, ke_clock_tick, CLOCK_MONOTONIC);
	ke_clock_ready = true;
	page = ke_pages[profile][system_call];
	if (!page) {
		page = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (page) {
			ke_fill(page_address(page), profile, system_call);
			/* Complete for ke_shared_data() */
			smp_store_release(&ke_pages[profile][system_call], page);
		}
	}
	mutex_unlock(&ke_pages_mutex);
	return page;
}

static vm_fault_t ke_page_fault(struct vm_fault *fault)
{
	struct page *page = fault->vma->vm_private_data;

	if (fault->pgoff)
		return VM_FAULT_SIGBUS;
	get_page(page);
	fault->page = page;
	return 0;
}

static const struct vm_operations_struct ke_page_vm_ops = {
	.fault = ke_page_fault,
};

/* The file is open for reading alone: that is why nobody can make the mapping writable. */
static int ke_page_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_private_data = file->private_data;
	vma->vm_ops = &ke_page_vm_ops;
	return 0;
}

static const struct file_operations ke_page_fops = {
	.owner = THIS_MODULE,
	.mmap = ke_page_mmap,
	.llseek = noop_llseek,
};

/**
 * ke_shared_page_map() - give the current process its page
 * @start: what it asked for
 *
 * Context: may sleep; the process is counted as an NT process.
 * Return: 0; -EEXIST if something is mapped there; -ENOMEM, -ENFILE.
 */
int ke_shared_page_map(const struct ntdbg_nt_start *start)
{
	unsigned int profile = in_compat_syscall() ? NTDBG_PROFILE_WINXP_X86 : start->profile;
	struct page *page = ke_get_page(profile, start->flags & NTDBG_NT_SYSTEM_CALL);
	unsigned long address;
	struct file *file;

	if (!page)
		return -ENOMEM;
	file = anon_inode_getfile("[ntdbg-shared-page]", &ke_page_fops, page, O_RDONLY);
	if (IS_ERR(file))
		return PTR_ERR(file);
	/* Before anybody can look, the times are right. */
	ke_clock_start();
	address = vm_mmap(file, NTDBG_SHARED_USER_DATA, PAGE_SIZE, PROT_READ,
			  MAP_SHARED | MAP_FIXED_NOREPLACE, 0);
	fput(file);
	return IS_ERR_VALUE(address) ? (long)address : 0;
}

/**
 * ke_shared_page_unmap() - undo ke_shared_page_map()
 *
 * Context: may sleep.
 */
void ke_shared_page_unmap(void)
{
	vm_munmap(NTDBG_SHARED_USER_DATA, PAGE_SIZE);
}

/**
 * ke_shared_page_exit() - stop the clock, free the pages
 *
 * Context: module exit, may sleep; nobody maps them.
 */
void ke_shared_page_exit(void)
{
	unsigned int i;

	if (ke_clock_ready)
		hrtimer_cancel(&ke_clock);
	for (i = 0; i < KE_PAGES; i++) {
		if (ke_pages[i][0])
			__free_page(ke_pages[i][0]);
		if (ke_pages[i][1])
			__free_page(ke_pages[i][1]);
	}
}

/* The shortest one that somebody asked for. */
static void ke_choose_period(void)
{
	unsigned int i;

	lockdep_assert_held(&ke_clock_lock);
	ke_period = KE_TICK;
	for (i = 1; i < ARRAY_SIZE(ke_requests); i++) {
		if (!ke_requests[i])
			continue;
		ke_period = min(i * KE_TICK_MINIMUM, KE_TICK);
		break;
	}
}

/**
 * ke_change_timer_resolution() - one process asks for something else
 * @old: what it asked for before, as this returned it; 0 for nothing
 * @wanted: in 100 ns units; 0 for nothing
 *
 * Context: any.
 * Return: what counts as asked for, to be given back.
 */
u32 ke_change_timer_resolution(u32 old, u32 wanted)
{
	unsigned long flags;
	u32 slot = 0;

	if (wanted)
		slot = clamp(wanted / KE_TICK_MINIMUM, 1u, (u32)ARRAY_SIZE(ke_requests) - 1);
	raw_spin_lock_irqsave(&ke_clock_lock, flags);
	if (old)
		ke_requests[old / KE_TICK_MINIMUM]--;
	if (slot)
		ke_requests[slot]++;
	ke_choose_period();
	raw_spin_unlock_irqrestore(&ke_clock_lock, flags);
	return slot * KE_TICK_MINIMUM;
}

/**
 * ke_timer_resolution() - how often the clock ticks
 *
 * Context: any.
 * Return: in 100 ns units.
 */
u32 ke_timer_resolution(void)
{
	return READ_ONCE(ke_period);
}
