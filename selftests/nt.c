// SPDX-License-Identifier: GPL-2.0
/* NT system calls for the tests. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "nt.h"

enum nt_entry nt_entry;
const char *const nt_entry_names[NT_ENTRIES] = { "stub", "gateway", "int 2Eh" };

void nt_default_start(struct ntdbg_nt_start *start)
{
	*start = (struct ntdbg_nt_start){
		.size = sizeof(*start),
		.flags = NTDBG_NT_STUBS | NTDBG_NT_GATE | NTDBG_NT_INT_2E,
		.stub_start = A(nt_stubs_begin),
		.stub_length = nt_stubs_end - nt_stubs_begin,
	};
}

int nt_begin_as(struct ntdbg_nt_start *start)
{
	int fd = open("/dev/dbgport", O_RDWR | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	start->size = sizeof(*start);
	if (ioctl(fd, NTDBG_IOC_NT_START, start))
		err = -errno;
	close(fd);
	return err;
}

int nt_begin(void)
{
	struct ntdbg_nt_start start;

	nt_default_start(&start);
	return nt_begin_as(&start);
}

uint32_t nt_service(uint32_t number, const uint64_t *arguments, unsigned int nr)
{
	return nt_enter(number, arguments, nr, nt_entry);
}

struct nt_object_attributes *nt_name(struct nt_name *name, const uint16_t *text,
				     uint32_t attributes)
{
	unsigned int units = 0;

	while (text && text[units])
		units++;
	name->string = (struct nt_unicode_string){
		.length = units * 2, .maximum = units * 2, .buffer = A(text),
	};
	name->attributes = (struct nt_object_attributes){
		.length = sizeof(name->attributes),
		.name = text ? A(&name->string) : 0,
		.attributes = attributes,
	};
	return &name->attributes;
}
