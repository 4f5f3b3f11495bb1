// SPDX-License-Identifier: GPL-2.0
/* The order in which the module comes up, and goes down in reverse. */
#include <linux/module.h>

#include "dbgk/dbgk.h"
#include "hook.h"
#include "ke/dispatch.h"
#include "ke/exception.h"
#include "ke/service.h"
#include "ke/thread.h"
#include "mm/image.h"
#include "nt/port/dbgport.h"
#include "nt/tables.h"
#include "ob/object.h"
#include "ps/mark.h"
#include "ps/notify.h"
#include "ps/process.h"
#include "ps/thread.h"
#include "symbols.h"
#include "version.h"

static int __init ntdbg_init(void)
{
	int err;

	err = symbols_init();
	if (err)
		return err;
	err = ps_process_init();
	if (err)
		return err;
	err = ps_thread_init(sizeof(struct dbgk_thread));
	if (err)
		goto exit_process;
	err = ke_thread_init();
	if (err)
		goto exit_thread;
	err = nt_tables_init();
	if (err)
		goto exit_ke;
	dbgk_producer_init();
	hook_init();
	ke_hooks_add();
	ps_hooks_add();
	mm_hooks_add();
	ke_entry_hooks_add();
	err = dbgport_init();
	if (err)
		goto exit_hook;
	return 0;

exit_hook:
	hook_exit();
	ke_service_exit();
exit_ke:
	ke_thread_cleanup();
exit_thread:
	ps_thread_exit();
exit_process:
	ps_process_exit();
	return err;
}

static void __exit ntdbg_exit(void)
{
	dbgport_exit();
	hook_exit();
	ke_service_exit();
	ke_thread_cleanup();
	ob_names_exit();
	ps_thread_exit();
	ps_process_exit();
	ps_mark_exit();
}

module_init(ntdbg_init);
module_exit(ntdbg_exit);

MODULE_DESCRIPTION("The NT debug port and system-call model on Linux");
MODULE_AUTHOR("The ntdbg developers");
MODULE_VERSION(NTDBG_VERSION);
MODULE_LICENSE("GPL");
