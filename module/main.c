// SPDX-License-Identifier: GPL-2.0
/* What the module does to come up, in NT's steps, and to go down in reverse. */
#include <linux/module.h>

#include "boot.h"
#include "ctl/genl.h"
#include "dbgk/dbgk.h"
#include "hook.h"
#include "ke/dispatch.h"
#include "ke/exception.h"
#include "ke/service.h"
#include "ke/shared_page.h"
#include "ke/thread.h"
#include "mm/image.h"
#include "nt/file/open.h"
#include "nt/file/vfs.h"
#include "nt/port/dbgport.h"
#include "nt/tables.h"
#include "ob/object.h"
#include "ps/mark.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/thread.h"
#include "symbols.h"
#include "version.h"

static int ntdbg_thread_init(void)
{
	return ps_thread_init(sizeof(struct dbgk_thread));
}

/*
 * What each step does. A step in which there is nothing to do is there all the
 * same. Undone is in reverse: the hooks go, and with them whoever runs in the
 * module, before what these need.
 */
static const struct boot_row ntdbg_boot[] = {
	/* Phase 0 */
	{ BOOT_EX0, .init = symbols_init },
	{ BOOT_MM0, .init = nt_tables_init, .exit = ke_service_exit },
	{ BOOT_OB0, .exit = ob_names_exit },
	{ BOOT_OB0, .init = nt_open_init, .setup = nt_vfs_init, .exit = nt_open_exit },
	{ BOOT_PS0, .exit = ps_mark_exit },
	{ BOOT_PS0, .init = ps_process_init, .exit = ps_process_exit },
	{ BOOT_PS0, .init = ntdbg_thread_init, .exit = ps_thread_exit },
	{ BOOT_PS0, .exit = ke_shared_page_exit },
	{ BOOT_PS0, .init = ke_thread_init, .exit = ke_thread_cleanup },
	{ BOOT_DBGK0, .setup = dbgk_producer_init },
	/* Phase 1 */
	{ BOOT_KE1, .init = hook_init, .exit = hook_exit },
	{ BOOT_KE1, .setup = ke_hooks_add },
	{ BOOT_KE1, .setup = ke_entry_hooks_add },
	{ BOOT_MM1, .setup = mm_hooks_add },
	{ BOOT_IO1, .init = dbgport_init, .exit = dbgport_exit },
	{ BOOT_IO1, .init = ctl_genl_init, .exit = ctl_genl_exit },
	{ BOOT_PS1, .setup = ps_hooks_add },
};

static int __init ntdbg_init(void)
{
	return boot_up(ntdbg_boot, ARRAY_SIZE(ntdbg_boot));
}

static void __exit ntdbg_exit(void)
{
	boot_down(ntdbg_boot, ARRAY_SIZE(ntdbg_boot));
}

module_init(ntdbg_init);
module_exit(ntdbg_exit);

MODULE_DESCRIPTION("The NT debug port and system-call model on Linux");
MODULE_AUTHOR("The ntdbg developers");
MODULE_VERSION(NTDBG_VERSION);
MODULE_LICENSE("GPL");
