/* SPDX-License-Identifier: GPL-2.0 */
/* The program "registers" and the values that it is given; include after fixture.h. */
#ifndef NTDBG_SELFTEST_REGISTERS_H
#define NTDBG_SELFTEST_REGISTERS_H

#include <sys/eventfd.h>
#include <sys/syscall.h>

/* Those of eflags that user code changes: CF PF AF ZF SF DF OF. */
#define EFLAGS_USER 0xcd5ull
#define EFLAGS_TF 0x100ull

/* In what FXSAVE writes. */
#define FX_MXCSR 24
#define FX_ST 32
#define FX_XMM 160

static_assert(sizeof(struct ntdbg_regs) == sizeof(((struct board_registers *)0)->regs),
	      "the board and struct ntdbg_regs differ");

static inline struct ntdbg_regs *regs_of(struct board_registers *registers)
{
	return (struct ntdbg_regs *)registers->regs;
}

/* Values that no other register has, for everything that a program may choose. */
static inline void fill_registers(struct board_registers *registers, unsigned int seed)
{
	struct ntdbg_regs *regs = regs_of(registers);
	uint8_t *fx = registers->fxsave;

	memset(registers, 0, sizeof(*registers));
	for (size_t i = 0; i < 15; i++)
		registers->regs[i] = 0x1122334400000000ull + (seed << 16) + i + 1;
	regs->orig_rax = 0;
	regs->eflags = 0x202 | (seed & 1 ? EFLAGS_USER : 0x1);
	regs->gs_base = 0x0000222233330000ull + (seed << 12);
	/* x87: all valid numbers, rounding and precision not the usual ones. */
	fx[0] = 0x7f;
	fx[1] = seed & 1 ? 0x0f : 0x03;
	fx[4] = 0xff;
	memcpy(fx + FX_MXCSR, &(uint32_t){ seed & 1 ? 0x7fa5 : 0x1f80 }, 4);
	for (unsigned int i = 0; i < 8; i++) {
		memcpy(fx + FX_ST + 16 * i,
		       &(uint64_t){ 0x8000000000000000ull + (seed << 8) + i }, 8);
		memcpy(fx + FX_ST + 16 * i + 8, &(uint16_t){ 0x3fff + i }, 2);
	}
	for (unsigned int i = 0; i < 256; i++)
		fx[FX_XMM + i] = seed + i;
}

static inline void to_context(struct ntdbg_context *context, const struct board_registers *from)
{
	memset(context, 0, sizeof(*context));
	memcpy(&context->regs, from->regs, sizeof(context->regs));
	memcpy(context->fxsave, from->fxsave, sizeof(context->fxsave));
}

/* Not of what the CPU need not keep: the last instruction's and operand's address. */
static inline const char *fxsave_difference(const uint8_t *a, const uint8_t *b)
{
	if (memcmp(a, b, 2))
		return "x87 control word";
	if (memcmp(a + 2, b + 2, 2))
		return "x87 status word";
	if (a[4] != b[4])
		return "x87 tags";
	if (memcmp(a + FX_MXCSR, b + FX_MXCSR, 4))
		return "mxcsr";
	for (unsigned int i = 0; i < 8; i++)
		if (memcmp(a + FX_ST + 16 * i, b + FX_ST + 16 * i, 10))
			return "x87 register";
	for (unsigned int i = 0; i < 16; i++)
		if (memcmp(a + FX_XMM + 16 * i, b + FX_XMM + 16 * i, 16))
			return "xmm register";
	return NULL;
}

/* The fifteen general registers but rsp; @call: but those that a system call changes. */
static inline const char *integer_difference(const struct ntdbg_regs *a,
					     const struct ntdbg_regs *b, bool call)
{
	static const char *const names[] = {
		"r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax",
		"rcx", "rdx", "rsi", "rdi",
	};
	const uint64_t *one = (const uint64_t *)a, *two = (const uint64_t *)b;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (call && (i == 6 || i == 10 || i == 11))
			continue;
		if (one[i] != two[i])
			return names[i];
	}
	return NULL;
}

/* Which one differs, or NULL. */
static inline const char *difference(const struct ntdbg_context *context,
				     const struct board_registers *expected)
{
	const struct ntdbg_regs *regs = (const struct ntdbg_regs *)expected->regs;
	const char *name = integer_difference(&context->regs, regs, false);

	if (name)
		return name;
	if ((context->regs.eflags ^ regs->eflags) & EFLAGS_USER)
		return "eflags";
	return fxsave_difference(context->fxsave, expected->fxsave);
}

/* Starts it; it waits at the board until it is let go on with go_to_place(). */
#define start_registers(...) \
	start_program(1, program("registers"), "registers", __VA_ARGS__)

static inline void __go_to_place(struct __test_metadata *_metadata, struct port_data *self,
				 int line, unsigned int seed)
{
	fill_registers(&self->board->in, seed);
	board_put(self->board->permit, 1);
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 2))
		TH_LOG("line %d: the program does not go on", line);
}

#define go_to_place(seed) __go_to_place(_metadata, self, __LINE__, seed)

/* Launches it up to its int3, whose first chance is then the last event. */
#define launch_to_int3(seed, ...) do {					\
	launch_program(NTDBG_LAUNCH_LOADER_BREAK, program("registers"), "registers", "int3", \
		       ##__VA_ARGS__);					\
	run_to_program();						\
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->ready) == 1)); \
	go_to_place(seed);						\
	next(NTDBG_EVENT_EXCEPTION, self->pid, self->pid);		\
	ASSERT_EQ(NTDBG_EXCEPTION_FIRST_CHANCE, self->r->exception.chance); \
} while (0)

/* What the program wrote to the board when it was through, as a context. */
static inline void __await_result(struct __test_metadata *_metadata, struct port_data *self,
				  int line, struct ntdbg_context *context)
{
	ASSERT_TRUE(UNTIL(WAIT_MS, board_get(self->board->fact[FACT_STEP]) == 1))
		TH_LOG("line %d: the program does not come to its end", line);
	to_context(context, &self->board->out);
}

#define await_result(context) __await_result(_metadata, self, __LINE__, context)

#endif /* NTDBG_SELFTEST_REGISTERS_H */
