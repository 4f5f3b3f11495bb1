// SPDX-License-Identifier: GPL-2.0
/*
 * Proof that hooks reach us: a function of our own is hooked in all three ways
 * and called. Registering says nothing: with kernel.ftrace_enabled=0 it can
 * succeed with no effect.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#include "hook.h"
#include "hook_selftest.h"
#include "kcompat.h"

static bool proof_redirected;
static bool proof_observed;
static bool proof_returned;

/* The compiler may neither inline it nor know its value. */
static noinline unsigned long proof_target(unsigned long value)
{
	asm volatile("" : "+r"(value));
	return value + 1;
}

static noinline unsigned long proof_wrapper(unsigned long value)
{
	return hook_enter((unsigned long)proof_target, value + 10, 0, 0, 0, 0, 0);
}

static void notrace proof_redirect(unsigned long ip, unsigned long parent_ip,
				   struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	/* Once: the second call is the wrapper's own, for the original. */
	if (xchg(&proof_redirected, true))
		return;
	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)proof_wrapper);
}

static void notrace proof_observe(unsigned long ip, unsigned long parent_ip,
				  struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if (ftrace_regs_get_argument(fregs, 0) == 10)
		proof_observed = true;
}

static int proof_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (regs_return_value(regs) == 11)
		proof_returned = true;
	return 0;
}

/* The core keeps things in all three: each registration wants new ones. */
static struct ftrace_ops proof_redirect_ops;
static struct ftrace_ops proof_observe_ops;
static struct kretprobe proof_return_probe;

/**
 * hook_selftest() - does a call of a hooked function reach us?
 * @reason: where a sentence goes if not
 * @size: size of @reason
 *
 * Context: may sleep. One at a time.
 * Return: true if all three kinds of hook work.
 */
bool hook_selftest(char *reason, size_t size)
{
	unsigned long value;
	bool proven = false;
	int err;

	proof_redirected = false;
	proof_observed = false;
	proof_returned = false;
	proof_redirect_ops = (struct ftrace_ops){
		.func = proof_redirect,
		.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION |
			 FTRACE_OPS_FL_PERMANENT,
	};
	proof_observe_ops = (struct ftrace_ops){
		.func = proof_observe,
		.flags = FTRACE_OPS_FL_RECURSION | FTRACE_OPS_FL_PERMANENT,
	};
	proof_return_probe = (struct kretprobe){
		.kp.addr = (kprobe_opcode_t *)proof_target,
		.handler = proof_return,
	};

	err = ftrace_set_filter_ip(&proof_redirect_ops, (unsigned long)proof_target, 0, 0);
	if (!err)
		err = ftrace_set_filter_ip(&proof_observe_ops, (unsigned long)proof_target, 0, 0);
	if (err) {
		snprintf(reason, size, "ftrace does not know this module's functions (error %d)",
			 err);
		goto free_filters;
	}
	err = register_ftrace_function(&proof_observe_ops);
	if (err) {
		snprintf(reason, size,
			 err == -EBUSY ?
			 "ftrace is switched off: type sysctl kernel.ftrace_enabled=1 (error %d)" :
			 "ftrace refuses hooks (error %d)", err);
		goto free_filters;
	}
	err = register_ftrace_function(&proof_redirect_ops);
	if (err) {
		snprintf(reason, size, "ftrace refuses redirects (error %d)", err);
		goto unregister_observe;
	}
	err = register_kretprobe(&proof_return_probe);
	if (err) {
		snprintf(reason, size,
			 "no return probes (error %d): is /sys/kernel/debug/kprobes/enabled 0?",
			 err);
		goto unregister_redirect;
	}
	value = proof_target(0);
	unregister_kretprobe(&proof_return_probe);
	proven = proof_redirected && proof_observed && proof_returned && value == 11;
	if (!proven)
		snprintf(reason, size,
			 "hooks were accepted but do not reach us (redirect %d observe %d return %d value %lu)",
			 proof_redirected, proof_observed, proof_returned, value);
unregister_redirect:
	unregister_ftrace_function(&proof_redirect_ops);
unregister_observe:
	unregister_ftrace_function(&proof_observe_ops);
free_filters:
	ftrace_free_filter(&proof_redirect_ops);
	ftrace_free_filter(&proof_observe_ops);
	return proven;
}
