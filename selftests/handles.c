// SPDX-License-Identifier: GPL-2.0
/* Handles: opening, rights, duplicating, and what Linux does with them as with any descriptor. */
#include "fixture.h"

#define EVERY_RIGHT 0x1fffffu

/* One call that needs one right. */
struct rule {
	const char *name;
	enum ntdbg_object_type type;
	uint32_t access;
	int (*call)(struct port_data *self, int handle);
};

static unsigned char buffer[8];

static int call_query(struct port_data *self, int handle)
{
	struct ntdbg_process_info info;

	(void)self;
	return nt_process_query(handle, &info);
}

static int call_attach(struct port_data *self, int handle)
{
	return nt_process_attach(handle, self->fd);
}

static int call_detach(struct port_data *self, int handle)
{
	return nt_process_detach(handle, self->fd);
}

static int call_debug_object(struct port_data *self, int handle)
{
	(void)self;
	return nt_process_debug_object(handle, NTDBG_DEBUG_READ_EVENT);
}

static int call_inherit(struct port_data *self, int handle)
{
	(void)self;
	return nt_process_inherit(handle, 1);
}

static int call_process_suspend(struct port_data *self, int handle)
{
	(void)self;
	return nt_process_suspend(handle);
}

static int call_process_resume(struct port_data *self, int handle)
{
	(void)self;
	return nt_process_resume(handle);
}

static int call_terminate(struct port_data *self, int handle)
{
	(void)self;
	return nt_process_terminate(handle, NT_STATUS);
}

static int call_break(struct port_data *self, int handle)
{
	(void)self;
	return nt_process_break(handle);
}

static int call_read(struct port_data *self, int handle)
{
	return nt_read(handle, self->board->count[1], buffer, sizeof(buffer), 0, NULL);
}

static int call_protect(struct port_data *self, int handle)
{
	(void)self;
	return nt_protect(handle, 4096, 4096, PROT_READ);
}

static int call_region(struct port_data *self, int handle)
{
	struct ntdbg_region region;

	(void)self;
	return nt_region(handle, 4096, &region, NULL, 0);
}

static int call_thread_query(struct port_data *self, int handle)
{
	struct ntdbg_thread_info info;

	(void)self;
	return nt_thread_query(handle, &info);
}

static int call_suspend(struct port_data *self, int handle)
{
	(void)self;
	return nt_suspend(handle);
}

static int call_resume(struct port_data *self, int handle)
{
	(void)self;
	return nt_resume(handle);
}

static int call_hide(struct port_data *self, int handle)
{
	(void)self;
	return nt_thread_hide(handle);
}

static int call_thread_terminate(struct port_data *self, int handle)
{
	(void)self;
	return nt_thread_terminate(handle, NT_STATUS);
}

static int call_get_context(struct port_data *self, int handle)
{
	struct ntdbg_context context;

	(void)self;
	return nt_get_context(handle, NTDBG_CONTEXT_CONTROL, &context);
}

static int call_set_context(struct port_data *self, int handle)
{
	struct ntdbg_context context = {};

	(void)self;
	return nt_set_context(handle, 0, &context);
}

static int call_wait(struct port_data *self, int handle)
{
	return dbg_wait(handle, self->r, 0);
}

static int call_continue(struct port_data *self, int handle)
{
	(void)self;
	return dbg_continue_id(handle, 1, 1, CONTINUE);
}

static int call_read_events(struct port_data *self, int handle)
{
	fcntl(handle, F_SETFL, O_NONBLOCK);
	return read(handle, self->r, sizeof(*self->r)) < 0 ? -errno : 0;
}

static int call_cancel(struct port_data *self, int handle)
{
	(void)self;
	return nt_cancel(handle);
}

static int call_old_attach(struct port_data *self, int handle)
{
	return dbg_attach(handle, self->pid);
}

static int call_old_detach(struct port_data *self, int handle)
{
	return dbg_detach(handle, self->pid);
}

static int call_set(struct port_data *self, int handle)
{
	(void)self;
	return dbg_set(handle, 0);
}

#define PROCESS(right, call) { #call, NTDBG_OBJECT_PROCESS, NTDBG_PROCESS_##right, call }
#define THREAD(right, call) { #call, NTDBG_OBJECT_THREAD, NTDBG_THREAD_##right, call }
#define DEBUG(right, call) { #call, NTDBG_OBJECT_DEBUG, NTDBG_DEBUG_##right, call }

/* Those that end something come last. */
static const struct rule rules[] = {
	PROCESS(QUERY_LIMITED, call_query),
	PROCESS(SUSPEND_RESUME, call_attach),
	PROCESS(QUERY_INFORMATION, call_debug_object),
	PROCESS(SUSPEND_RESUME, call_break),
	PROCESS(SUSPEND_RESUME, call_detach),
	PROCESS(SET_INFORMATION, call_inherit),
	PROCESS(SUSPEND_RESUME, call_process_suspend),
	PROCESS(SUSPEND_RESUME, call_process_resume),
	PROCESS(VM_READ, call_read),
	PROCESS(VM_OPERATION, call_protect),
	PROCESS(QUERY_LIMITED, call_region),
	THREAD(QUERY_LIMITED, call_thread_query),
	THREAD(SUSPEND_RESUME, call_suspend),
	THREAD(SUSPEND_RESUME, call_resume),
	THREAD(GET_CONTEXT, call_get_context),
	THREAD(SET_CONTEXT, call_set_context),
	THREAD(SET_INFORMATION, call_hide),
	DEBUG(READ_EVENT, call_wait),
	DEBUG(READ_EVENT, call_continue),
	DEBUG(READ_EVENT, call_read_events),
	DEBUG(READ_EVENT, call_cancel),
	DEBUG(PROCESS_ASSIGN, call_old_attach),
	DEBUG(PROCESS_ASSIGN, call_old_detach),
	DEBUG(SET_INFORMATION, call_set),
	THREAD(TERMINATE, call_thread_terminate),
	PROCESS(TERMINATE, call_terminate),
};

static uint32_t all_of(enum ntdbg_object_type type)
{
	return type == NTDBG_OBJECT_DEBUG ? NTDBG_DEBUG_ALL_ACCESS : EVERY_RIGHT;
}

/* A handle with these rights and no others, of the debuggee's second thread or of self->fd. */
static int open_with(struct port_data *self, const struct rule *rule, uint32_t access)
{
	switch (rule->type) {
	case NTDBG_OBJECT_PROCESS:
		return nt_open_process(self->stats_fd, self->pid, access);
	case NTDBG_OBJECT_THREAD:
		return nt_open_thread(self->stats_fd, self->pid, self->board->tid[1], access);
	default:
		return nt_duplicate(self->fd, access);
	}
}

static void start_for_rules(struct __test_metadata *_metadata, struct port_data *self)
{
	ASSERT_EQ(0, ftruncate(self->file_fd, 4096));
	start_program(2, program("memory"), "memory", "1");
}

TEST_F(port, without_the_right)
{
	start_for_rules(_metadata, self);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		uint32_t others = all_of(rules[i].type) & ~rules[i].access;
		int handle;

		/* The wider right brings the narrower one with it. */
		if (rules[i].type == NTDBG_OBJECT_PROCESS &&
		    rules[i].access == NTDBG_PROCESS_QUERY_LIMITED)
			others &= ~NTDBG_PROCESS_QUERY_INFORMATION;
		if (rules[i].type == NTDBG_OBJECT_THREAD &&
		    rules[i].access == NTDBG_THREAD_QUERY_LIMITED)
			others &= ~NTDBG_THREAD_QUERY_INFORMATION;
		handle = keep(open_with(self, &rules[i], others));
		EXPECT_EQ(-EACCES, rules[i].call(self, handle)) TH_LOG("%s", rules[i].name);
	}
}

TEST_F(port, with_the_right_alone)
{
	start_for_rules(_metadata, self);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		int handle = keep(open_with(self, &rules[i], rules[i].access)), ret;

		ret = rules[i].call(self, handle);
		EXPECT_NE(-EACCES, ret) TH_LOG("%s", rules[i].name);
		EXPECT_NE(-EPERM, ret) TH_LOG("%s", rules[i].name);
		EXPECT_NE(-ENOTTY, ret) TH_LOG("%s", rules[i].name);
		if (rules[i].call == call_debug_object)
			keep(ret);
	}
}

TEST_F(port, writing_needs_two_rights)
{
	static const uint32_t not_enough[] = {
		NTDBG_PROCESS_VM_WRITE, NTDBG_PROCESS_VM_OPERATION,
		EVERY_RIGHT & ~NTDBG_PROCESS_VM_WRITE, EVERY_RIGHT & ~NTDBG_PROCESS_VM_OPERATION,
	};
	uint64_t address;
	int handle;

	ASSERT_EQ(0, ftruncate(self->file_fd, 4096));
	start_program(1, program("memory"), "memory");
	address = self->board->count[0];
	for (size_t i = 0; i < ARRAY_SIZE(not_enough); i++) {
		handle = process_handle(not_enough[i]);
		EXPECT_EQ(-EACCES, nt_write(handle, address, buffer, 1, 0, NULL));
	}
	handle = process_handle(NTDBG_PROCESS_VM_WRITE | NTDBG_PROCESS_VM_OPERATION);
	EXPECT_EQ(0, nt_write(handle, address, buffer, 1, 0, NULL));
}

TEST_F(port, assigning_needs_a_right_of_both)
{
	int process, debug;

	start(2, "park", "1", "0");
	process = whole_process();
	debug = keep(nt_duplicate(self->fd, NTDBG_DEBUG_ALL_ACCESS & ~NTDBG_DEBUG_PROCESS_ASSIGN));
	EXPECT_EQ(-EACCES, nt_process_attach(process, debug));
	EXPECT_EQ(-EACCES, nt_process_detach(process, debug));
	/* The process handle is looked at first. */
	EXPECT_EQ(-EACCES, nt_process_attach(process_handle(NTDBG_PROCESS_VM_READ), -1));
	EXPECT_EQ(-EBADF, nt_process_attach(process, -1));
	EXPECT_EQ(-ENOTTY, nt_process_attach(process, process));
	EXPECT_EQ(-ENOTTY, nt_process_attach(process, self->board_fd));
	EXPECT_EQ(-EDEADLK, nt_process_attach(keep(nt_open_process(self->fd, getpid(),
								   EVERY_RIGHT)), -1));
	EXPECT_EQ(0, nt_process_attach(process, self->fd));
	EXPECT_EQ(-EBUSY, nt_process_attach(process, self->fd));
	EXPECT_EQ(-ENOTCONN, nt_process_detach(process, self->stats_fd));
	EXPECT_EQ(0, nt_process_detach(process, self->fd));
	EXPECT_EQ(-ENOTCONN, nt_process_detach(process, self->fd));
}

TEST_F(port, what_a_handle_is)
{
	uint32_t type, access;
	int process, thread;

	start(2, "park", "1", "0");
	process = process_handle(NTDBG_PROCESS_VM_READ | NTDBG_PROCESS_TERMINATE);
	ASSERT_EQ(0, nt_handle(process, &type, &access));
	EXPECT_EQ(NTDBG_OBJECT_PROCESS, type);
	EXPECT_EQ(NTDBG_PROCESS_VM_READ | NTDBG_PROCESS_TERMINATE, access);
	EXPECT_EQ(0, nt_handles(process));
	thread = thread_handle(self->pid, NTDBG_THREAD_GET_CONTEXT);
	ASSERT_EQ(0, nt_handle(thread, &type, &access));
	EXPECT_EQ(NTDBG_OBJECT_THREAD, type);
	EXPECT_EQ(NTDBG_THREAD_GET_CONTEXT, access);
	ASSERT_EQ(0, nt_handle(self->fd, &type, &access));
	EXPECT_EQ(NTDBG_OBJECT_DEBUG, type);
	EXPECT_EQ(NTDBG_DEBUG_ALL_ACCESS, access);
}

/* Of a debug object the number of handles is told: an inherited one is the same one. */
TEST_F(port, how_many_handles)
{
	int other;

	EXPECT_EQ(1, nt_handles(self->fd));
	other = keep(nt_duplicate(self->fd, NTDBG_DEBUG_READ_EVENT));
	EXPECT_EQ(2, nt_handles(self->fd));
	EXPECT_EQ(2, nt_handles(other));
	EXPECT_EQ(1, nt_handles(self->stats_fd));
	close(self->kept[--self->nr_kept]);
	EXPECT_EQ(1, nt_handles(self->fd));
}

TEST_F(port, generic_rights_of_a_debug_object)
{
	static const struct {
		uint32_t asked, given;
	} maps[] = {
		{ NTDBG_ACCESS_GENERIC_READ, 0x20001 }, { NTDBG_ACCESS_GENERIC_WRITE, 0x20002 },
		{ NTDBG_ACCESS_GENERIC_EXECUTE, 0x120000 },
		{ NTDBG_ACCESS_GENERIC_ALL, NTDBG_DEBUG_ALL_ACCESS },
		{ NTDBG_ACCESS_MAXIMUM_ALLOWED, NTDBG_DEBUG_ALL_ACCESS },
		{ NTDBG_ACCESS_GENERIC_READ | NTDBG_DEBUG_SET_INFORMATION, 0x20005 },
		{ NTDBG_ACCESS_SYNCHRONIZE, NTDBG_ACCESS_SYNCHRONIZE },
	};
	uint32_t type, access;

	for (size_t i = 0; i < ARRAY_SIZE(maps); i++) {
		int handle = keep(nt_duplicate(self->fd, maps[i].asked));

		ASSERT_EQ(0, nt_handle(handle, &type, &access));
		EXPECT_EQ(maps[i].given, access) TH_LOG("asked for %#x", maps[i].asked);
	}
}

TEST_F(port, generic_rights_of_processes_and_threads)
{
	static const struct {
		enum ntdbg_object_type type;
		uint32_t asked, with, without;
	} maps[] = {
		{ NTDBG_OBJECT_PROCESS, NTDBG_ACCESS_GENERIC_READ,
		  NTDBG_PROCESS_VM_READ | NTDBG_PROCESS_QUERY_INFORMATION,
		  NTDBG_PROCESS_VM_WRITE | NTDBG_PROCESS_TERMINATE | NTDBG_PROCESS_SUSPEND_RESUME },
		{ NTDBG_OBJECT_PROCESS, NTDBG_ACCESS_GENERIC_WRITE,
		  NTDBG_PROCESS_VM_WRITE | NTDBG_PROCESS_VM_OPERATION |
		  NTDBG_PROCESS_CREATE_THREAD | NTDBG_PROCESS_SUSPEND_RESUME |
		  NTDBG_PROCESS_SET_INFORMATION,
		  NTDBG_PROCESS_VM_READ | NTDBG_PROCESS_QUERY_INFORMATION },
		{ NTDBG_OBJECT_PROCESS, NTDBG_ACCESS_GENERIC_EXECUTE,
		  NTDBG_PROCESS_TERMINATE | NTDBG_PROCESS_QUERY_LIMITED | NTDBG_ACCESS_SYNCHRONIZE,
		  NTDBG_PROCESS_VM_READ | NTDBG_PROCESS_VM_WRITE },
		{ NTDBG_OBJECT_PROCESS, NTDBG_ACCESS_GENERIC_ALL, NTDBG_PROCESS_ALL_ACCESS, 0 },
		{ NTDBG_OBJECT_PROCESS, NTDBG_ACCESS_MAXIMUM_ALLOWED, NTDBG_PROCESS_ALL_ACCESS, 0 },
		{ NTDBG_OBJECT_THREAD, NTDBG_ACCESS_GENERIC_READ,
		  NTDBG_THREAD_GET_CONTEXT | NTDBG_THREAD_QUERY_INFORMATION,
		  NTDBG_THREAD_SET_CONTEXT | NTDBG_THREAD_TERMINATE },
		{ NTDBG_OBJECT_THREAD, NTDBG_ACCESS_GENERIC_WRITE,
		  NTDBG_THREAD_SET_CONTEXT | NTDBG_THREAD_TERMINATE |
		  NTDBG_THREAD_SUSPEND_RESUME | NTDBG_THREAD_SET_INFORMATION,
		  NTDBG_THREAD_GET_CONTEXT | NTDBG_THREAD_QUERY_INFORMATION },
		{ NTDBG_OBJECT_THREAD, NTDBG_ACCESS_GENERIC_EXECUTE,
		  NTDBG_THREAD_QUERY_LIMITED | NTDBG_ACCESS_SYNCHRONIZE,
		  NTDBG_THREAD_GET_CONTEXT | NTDBG_THREAD_SET_CONTEXT | NTDBG_THREAD_TERMINATE },
		{ NTDBG_OBJECT_THREAD, NTDBG_ACCESS_GENERIC_ALL, NTDBG_THREAD_ALL_ACCESS, 0 },
	};
	uint32_t type, access;

	start(2, "park", "1", "0");
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++) {
		struct rule rule = { .type = maps[i].type };
		int handle = keep(open_with(self, &rule, maps[i].asked));

		ASSERT_EQ(0, nt_handle(handle, &type, &access));
		EXPECT_EQ(maps[i].with, access & maps[i].with)
			TH_LOG("asked for %#x, got %#x", maps[i].asked, access);
		EXPECT_EQ(0, access & maps[i].without)
			TH_LOG("asked for %#x, got %#x", maps[i].asked, access);
		/* What is borne has been mapped. */
		EXPECT_EQ(0, access & ~EVERY_RIGHT);
	}
}

TEST_F(port, a_duplicate_has_a_part_of_the_rights)
{
	const uint32_t few = NTDBG_PROCESS_VM_READ | NTDBG_PROCESS_QUERY_LIMITED;
	uint32_t type, access;
	int process, thread, same, fewer;

	start(2, "park", "1", "0");
	process = process_handle(few);
	same = keep(nt_duplicate(process, few));
	EXPECT_NE(process, same);
	fewer = keep(nt_duplicate(same, NTDBG_PROCESS_QUERY_LIMITED));
	ASSERT_EQ(0, nt_handle(fewer, &type, &access));
	EXPECT_EQ(NTDBG_PROCESS_QUERY_LIMITED, access);
	EXPECT_EQ(-EACCES, nt_duplicate(fewer, few));
	EXPECT_EQ(-EACCES, nt_duplicate(process, few | NTDBG_PROCESS_TERMINATE));
	EXPECT_EQ(-EACCES, nt_duplicate(process, NTDBG_PROCESS_ALL_ACCESS));
	thread = thread_handle(self->pid, NTDBG_THREAD_QUERY_LIMITED);
	EXPECT_EQ(-EACCES, nt_duplicate(thread, NTDBG_THREAD_GET_CONTEXT));
	fewer = keep(nt_duplicate(self->fd, NTDBG_DEBUG_READ_EVENT));
	EXPECT_EQ(-EACCES, nt_duplicate(fewer, NTDBG_DEBUG_SET_INFORMATION));
}

/* Of whichever descriptor: each call knows its own type and says so before all else. */
TEST_F(port, other_types)
{
	static const enum ntdbg_object_type types[] = {
		NTDBG_OBJECT_DEBUG, NTDBG_OBJECT_PROCESS, NTDBG_OBJECT_THREAD,
	};
	int handles[3], file;

	start_for_rules(_metadata, self);
	file = keep(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
	handles[0] = self->fd;
	handles[1] = whole_process();
	handles[2] = whole_thread(self->board->tid[1]);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		/* read() is not ours on other files. */
		if (rules[i].call == call_read_events)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(types); j++) {
			if (types[j] == rules[i].type)
				continue;
			EXPECT_EQ(-ENOTTY, rules[i].call(self, handles[j]))
				TH_LOG("%s on type %u", rules[i].name, types[j]);
		}
		EXPECT_EQ(-ENOTTY, rules[i].call(self, file)) TH_LOG("%s", rules[i].name);
		EXPECT_EQ(-EBADF, rules[i].call(self, -1)) TH_LOG("%s", rules[i].name);
		EXPECT_EQ(-EBADF, rules[i].call(self, 1000)) TH_LOG("%s", rules[i].name);
	}
	for (size_t j = 1; j < ARRAY_SIZE(types); j++) {
		EXPECT_EQ(-ENOTTY, nt_open_process(handles[j], self->pid, EVERY_RIGHT));
		EXPECT_EQ(-ENOTTY, nt_open_thread(handles[j], 0, self->pid, EVERY_RIGHT));
	}
}

TEST_F(port, no_such_process_or_thread)
{
	const pid_t none[] = { 0, -1, 1 << 22, 0x7fffffff };
	pid_t gone = fork();

	if (!gone)
		_exit(0);
	ASSERT_EQ(gone, waitpid(gone, NULL, 0));
	start(2, "park", "1", "0");
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		EXPECT_EQ(-ESRCH, nt_open_process(self->fd, none[i], EVERY_RIGHT));
		EXPECT_EQ(-ESRCH, nt_open_thread(self->fd, self->pid, none[i], EVERY_RIGHT));
		EXPECT_EQ(-ESRCH, nt_open_thread(self->fd, 0, none[i], EVERY_RIGHT));
	}
	EXPECT_EQ(-ESRCH, nt_open_process(self->fd, gone, EVERY_RIGHT));
	/* A thread is no process, and not of another one. */
	EXPECT_EQ(-ESRCH, nt_open_process(self->fd, self->board->tid[1], EVERY_RIGHT));
	EXPECT_EQ(-ESRCH, nt_open_thread(self->fd, getpid(), self->board->tid[1], EVERY_RIGHT));
	EXPECT_EQ(-ESRCH, nt_open_thread(self->fd, self->board->tid[1], self->board->tid[1],
					 EVERY_RIGHT));
	keep(nt_open_thread(self->fd, self->pid, self->board->tid[1], EVERY_RIGHT));
	keep(nt_open_thread(self->fd, 0, self->board->tid[1], EVERY_RIGHT));
	keep(nt_open_thread(self->fd, 0, self->pid, EVERY_RIGHT));
}

TEST_F(port, a_kernel_thread)
{
	char comm[32] = "";

	if (!read_line("/proc/2/comm", comm, sizeof(comm)) || strcmp(comm, "kthreadd"))
		SKIP(return, "no kernel thread is visible in this pid namespace");
	EXPECT_EQ(-EACCES, nt_open_process(self->fd, 2, NTDBG_PROCESS_QUERY_LIMITED));
	EXPECT_EQ(-EACCES, nt_open_thread(self->fd, 2, 2, NTDBG_THREAD_QUERY_LIMITED));
}

TEST_F(port, closed_by_exec)
{
	int process, thread, debug;

	start(2, "park", "1", "0");
	process = whole_process();
	thread = whole_thread(self->pid);
	debug = keep(nt_duplicate(self->fd, NTDBG_DEBUG_ALL_ACCESS));
	EXPECT_EQ(FD_CLOEXEC, fcntl(process, F_GETFD));
	EXPECT_EQ(FD_CLOEXEC, fcntl(thread, F_GETFD));
	EXPECT_EQ(FD_CLOEXEC, fcntl(debug, F_GETFD));
}

static int query_in_child(int process)
{
	struct ntdbg_process_info info;

	return nt_process_query(process, &info) ? 1 : 0;
}

TEST_F(port, inherited_and_dupped)
{
	struct ntdbg_process_info info;
	int process, copy, status = -1;
	pid_t child;

	start(2, "park", "1", "0");
	process = whole_process();
	copy = keep(dup(process));
	close(self->kept[0]);
	self->kept[0] = copy;
	self->nr_kept = 1;
	EXPECT_EQ(0, nt_process_query(copy, &info));
	child = fork();
	if (!child)
		_exit(query_in_child(copy));
	ASSERT_TRUE(wait_exit(child, WAIT_MS, &status));
	EXPECT_EQ(0, status);
}

/* A handle does not keep the process, and says so when it is gone. */
TEST_F(port, of_a_process_that_ends)
{
	struct ntdbg_process_info info;
	struct ntdbg_thread_info thread_info;
	int process, thread, first, status;

	start(2, "park", "1", "5");
	process = whole_process();
	thread = whole_thread(self->board->tid[1]);
	first = whole_thread(self->pid);
	ASSERT_EQ(0, nt_process_query(process, &info));
	EXPECT_EQ(0, info.flags & (NTDBG_PROCESS_EXITING | NTDBG_PROCESS_EXITED |
				   NTDBG_PROCESS_STATUS | NTDBG_PROCESS_DEBUGGED));
	EXPECT_EQ(self->pid, info.pid);
	EXPECT_EQ(getpid(), info.ppid);
	EXPECT_EQ(2, info.nr_threads);
	EXPECT_NE(0, info.entry);
	board_go(self->board);
	ASSERT_TRUE(UNTIL(WAIT_MS, !nt_process_query(process, &info) &&
			  info.flags & NTDBG_PROCESS_EXITED));
	EXPECT_EQ(NTDBG_PROCESS_STATUS, info.flags & NTDBG_PROCESS_STATUS);
	EXPECT_EQ(exited(5), info.wait_status);
	EXPECT_EQ(self->pid, info.pid);
	EXPECT_EQ(0, info.nr_threads);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, &status));
	/* Reaped, and its number may be another's one day: the handle is still of the old one. */
	ASSERT_EQ(0, nt_process_query(process, &info));
	EXPECT_EQ(exited(5), info.wait_status);
	ASSERT_EQ(0, nt_thread_query(thread, &thread_info));
	EXPECT_EQ(NTDBG_THREAD_EXITED, thread_info.flags & NTDBG_THREAD_EXITED);
	EXPECT_EQ(-EOWNERDEAD, nt_process_suspend(process));
	EXPECT_EQ(-EOWNERDEAD, nt_process_attach(process, self->fd));
	EXPECT_EQ(-EOWNERDEAD, nt_process_terminate(process, NT_STATUS));
	EXPECT_EQ(-EOWNERDEAD, nt_suspend(thread));
	EXPECT_EQ(-EOWNERDEAD, nt_suspend(first));
	EXPECT_EQ(-EOWNERDEAD, call_get_context(self, thread));
	EXPECT_EQ(-EOWNERDEAD, nt_thread_terminate(thread, NT_STATUS));
}

TEST_F(port, what_a_process_says)
{
	struct ntdbg_process_info info, later;
	int process;

	start(3, "spin", "2");
	process = process_handle(NTDBG_PROCESS_QUERY_LIMITED);
	ASSERT_EQ(0, nt_process_query(process, &info));
	EXPECT_EQ(3, info.nr_threads);
	EXPECT_EQ(0, info.flags & NTDBG_PROCESS_DEBUGGED);
	EXPECT_TRUE(UNTIL(WAIT_MS, !nt_process_query(process, &later) &&
			  later.user_ns > info.user_ns));
	EXPECT_EQ(info.start_time_ns, later.start_time_ns);
	EXPECT_LT(0, info.start_time_ns);
	EXPECT_EQ(0, info.reserved);
	ASSERT_EQ(0, dbg_attach(self->fd, self->pid));
	ASSERT_EQ(0, nt_process_query(process, &info));
	EXPECT_EQ(NTDBG_PROCESS_DEBUGGED, info.flags & NTDBG_PROCESS_DEBUGGED);
	ASSERT_EQ(0, dbg_detach(self->fd, self->pid));
	ASSERT_EQ(0, nt_process_query(process, &info));
	EXPECT_EQ(0, info.flags & NTDBG_PROCESS_DEBUGGED);
}

TEST_F(port, what_a_thread_says)
{
	struct ntdbg_thread_info info, later;
	char path[64], comm[32];
	int thread, spinning;

	start(3, "spin", "2");
	thread = thread_handle(self->pid, NTDBG_THREAD_QUERY_LIMITED);
	spinning = thread_handle(self->board->tid[1], NTDBG_THREAD_QUERY_LIMITED);
	ASSERT_TRUE(UNTIL(WAIT_MS, asleep(self->pid, self->pid)));
	ASSERT_EQ(0, nt_thread_query(thread, &info));
	EXPECT_EQ(NTDBG_THREAD_ASLEEP, info.flags);
	EXPECT_EQ(self->pid, info.pid);
	EXPECT_EQ(self->pid, info.tid);
	EXPECT_EQ(0, info.suspend_count);
	EXPECT_NE(0, info.tls);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", self->pid, self->pid);
	ASSERT_TRUE(read_line(path, comm, sizeof(comm)));
	EXPECT_STREQ(comm, info.name);
	ASSERT_EQ(0, nt_thread_query(spinning, &info));
	EXPECT_EQ(0, info.flags);
	EXPECT_EQ(self->board->tid[1], info.tid);
	EXPECT_TRUE(UNTIL(WAIT_MS, !nt_thread_query(spinning, &later) &&
			  later.user_ns > info.user_ns));
	EXPECT_EQ(info.start_time_ns, later.start_time_ns);
	board_go(self->board);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
}

/* Of the last thread of a process it can be asked whether it is. */
TEST_F(port, the_last_thread)
{
	struct ntdbg_thread_info info;
	int thread;

	start(1, "permit", "0");
	thread = thread_handle(self->pid, NTDBG_THREAD_QUERY_LIMITED);
	ASSERT_EQ(0, nt_thread_query(thread, &info));
	EXPECT_EQ(NTDBG_THREAD_LAST, info.flags & NTDBG_THREAD_LAST);
	board_put(self->board->permit, 1);
	ASSERT_TRUE(wait_exit(self->pid, WAIT_MS, NULL));
	ASSERT_EQ(0, nt_thread_query(thread, &info));
	EXPECT_EQ(NTDBG_THREAD_EXITED, info.flags & NTDBG_THREAD_EXITED);
	EXPECT_EQ(NTDBG_THREAD_STATUS, info.flags & NTDBG_THREAD_STATUS);
	EXPECT_EQ(0, info.wait_status);
}

TEST_HARNESS_MAIN
