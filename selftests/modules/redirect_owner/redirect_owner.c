// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the instruction pointer of one kernel function, as a livepatch would,
 * and leaves it as it is.
 */
#include <linux/ftrace.h>
#include <linux/module.h>

static char *function = "do_exit";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "the kernel function to own");

static void notrace redirect_owner_call(unsigned long ip, unsigned long parent_ip,
					struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
}

static struct ftrace_ops redirect_owner_ops = {
	.func = redirect_owner_call,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION,
};

static int __init redirect_owner_init(void)
{
	int err;

	err = ftrace_set_filter(&redirect_owner_ops, function, strlen(function), 1);
	if (!err)
		err = register_ftrace_function(&redirect_owner_ops);
	if (err)
		ftrace_free_filter(&redirect_owner_ops);
	return err;
}

static void __exit redirect_owner_exit(void)
{
	unregister_ftrace_function(&redirect_owner_ops);
	ftrace_free_filter(&redirect_owner_ops);
}

module_init(redirect_owner_init);
module_exit(redirect_owner_exit);

MODULE_DESCRIPTION("Test aid of ntdbg: another owner of a redirect");
MODULE_LICENSE("GPL");
