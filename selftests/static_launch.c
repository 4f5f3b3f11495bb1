// SPDX-License-Identifier: GPL-2.0
/* Programs without an interpreter: there is no image to load. */
#include "fixture.h"

/* What is needed of the header of a 64-bit ELF file. */
struct elf_header {
	unsigned char ident[16];
	uint16_t type;
	uint16_t machine;
	uint32_t version;
	uint64_t entry;
};

#define TYPE_POSITION_INDEPENDENT 3

static void run_static(struct __test_metadata *_metadata, struct port_data *self,
		       const char *name, uint32_t flags)
{
	const struct ntdbg_event_create_process *create = &self->r->create_process;
	struct elf_header header;
	uint64_t entry;

	launch_program(flags, program(name), "exit");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	EXPECT_EQ(0, self->r->hdr.flags);
	entry = create->image.entry;
	EXPECT_EQ(entry, create->start_address);
	EXPECT_LE(create->image.base, entry);
	EXPECT_LT(entry, create->image.end);
	ASSERT_TRUE(read_memory(self->pid, create->image.base, &header, sizeof(header)));
	if (header.type == TYPE_POSITION_INDEPENDENT)
		header.entry += create->image.base;
	EXPECT_EQ(header.entry, entry);
	cont(CONTINUE);
	if (flags & NTDBG_LAUNCH_LOADER_BREAK) {
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_LOADER_BREAK,
			  self->r->exception.chance);
		EXPECT_EQ(entry, self->r->exception.fault.ip);
		EXPECT_EQ(entry, self->r->exception.fault.regs.rip);
		cont(NOT_HANDLED);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(exited(42));
}

TEST_F(port, at_a_fixed_address)
{
	run_static(_metadata, self, "static", 0);
}

TEST_F(port, at_a_fixed_address_with_loader_breakpoint)
{
	run_static(_metadata, self, "static", NTDBG_LAUNCH_LOADER_BREAK);
}

TEST_F(port, position_independent)
{
	run_static(_metadata, self, "static-pie", 0);
}

TEST_F(port, position_independent_with_loader_breakpoint)
{
	run_static(_metadata, self, "static-pie", NTDBG_LAUNCH_LOADER_BREAK);
}

TEST_F(port, a_breakpoint_in_a_loop)
{
	uint64_t ip = 0;

	launch_program(0, program("static"), "trap");
	next(NTDBG_EVENT_CREATE_PROCESS, self->pid, self->pid);
	cont(CONTINUE);
	for (uint64_t round = 1; round <= 100; round++) {
		next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);
		EXPECT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance);
		EXPECT_EQ(round, board_get(self->board->count[0]));
		if (ip)
			EXPECT_EQ(ip, self->r->exception.fault.ip);
		ip = self->r->exception.fault.ip;
		if (round == 100)
			board_go(self->board);
		cont(round & 1 ? CONTINUE : HANDLED);
	}
	next(NTDBG_EVENT_EXIT_PROCESS, self->pid, self->pid);
	finish(exited(43));
}

TEST_HARNESS_MAIN
