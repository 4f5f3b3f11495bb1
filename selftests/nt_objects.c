// SPDX-License-Identifier: GPL-2.0
/* NtQueryObject, NtCompareObjects: what there is to know of handles and objects. */
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nt.h"

enum { BASIC, NAME, TYPE, TYPES, FLAGS };

struct basic {
	uint32_t attributes, access, handles, references, pool[2], reserved[3];
	uint32_t name_size, type_size, security_size;
	int64_t created;
};

struct type {
	struct nt_unicode_string name;
	uint32_t objects, handles, usage[4], most[2], most_usage[4], invalid_attributes;
	uint32_t generic[4], valid_access;
	uint8_t security, maintain, index, reserved;
	uint32_t pool, charges[2];
};

FIXTURE(objects)
{
	uint64_t directory, link;
	uint8_t buffer[4096] __attribute__((aligned(8)));
	uint32_t length;
};

static const uint16_t directory_name[] = u"\\BaseNamedObjects\\obj\xe9";

FIXTURE_SETUP(objects)
{
	struct nt_name name, target;

	ASSERT_EQ(0, nt_begin());
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateDirectoryObject, A(&self->directory), 0x3,
				     A(nt_name(&name, directory_name, 0))));
	nt_name(&target, u"\\??", 0);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateSymbolicLinkObject, A(&self->link), 0x10001,
				     A(nt_name(&name, NULL, 0)), A(&target.string)));
	memset(self->buffer, 0xa5, sizeof(self->buffer));
}

FIXTURE_TEARDOWN(objects)
{
}

#define QUERY(handle, class, size)							\
	NT(NtQueryObject, handle, class, A(self->buffer), size, A(&self->length))

static bool text_is(const struct nt_unicode_string *string, const uint16_t *text)
{
	unsigned int units = 0;

	while (text[units])
		units++;
	return string->length == units * 2 && string->maximum == units * 2 + 2 &&
	       !memcmp((void *)string->buffer, text, units * 2 + 2);
}

TEST_F(objects, layouts)
{
	EXPECT_EQ(0x38, sizeof(struct basic));
	EXPECT_EQ(0x30, offsetof(struct basic, created));
	EXPECT_EQ(0x68, sizeof(struct type));
	EXPECT_EQ(0x40, offsetof(struct type, invalid_attributes));
	EXPECT_EQ(0x54, offsetof(struct type, valid_access));
}

TEST_F(objects, basic)
{
	struct basic *basic = (struct basic *)self->buffer;
	uint64_t other;
	struct nt_name name;

	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->directory, BASIC, 0x38));
	EXPECT_EQ(0x38, self->length);
	EXPECT_EQ(0, basic->attributes);
	EXPECT_EQ(0x3, basic->access);
	EXPECT_EQ(1, basic->handles);
	EXPECT_LT(basic->handles, basic->references);
	EXPECT_EQ(16 + sizeof(directory_name), basic->name_size);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenDirectoryObject, A(&other), 0x1,
				     A(nt_name(&name, directory_name, 2))));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(other, BASIC, 0x38));
	EXPECT_EQ(0x2, basic->attributes);
	EXPECT_EQ(0x1, basic->access);
	EXPECT_EQ(2, basic->handles);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtClose, other));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->directory, BASIC, 0x38));
	EXPECT_EQ(1, basic->handles);
	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->link, BASIC, 0x38));
	EXPECT_EQ(0, basic->name_size);
	EXPECT_LT(132000000000000000, basic->created);
	ASSERT_EQ(STATUS_SUCCESS, QUERY(NT_CURRENT_PROCESS, BASIC, 0x38));
	EXPECT_EQ(0x1fffff, basic->access);
}

TEST_F(objects, basic_wants_its_exact_size)
{
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, BASIC, 0x37));
	EXPECT_EQ(0x38, self->length);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, BASIC, 0x39));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, BASIC, 0));
	EXPECT_EQ(0xa5, self->buffer[0]);
}

TEST_F(objects, name)
{
	struct nt_unicode_string *string = (struct nt_unicode_string *)self->buffer;
	uint32_t size = 16 + sizeof(directory_name);
	struct nt_name name;
	uint64_t root;

	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->directory, NAME, sizeof(self->buffer)));
	EXPECT_EQ(size, self->length);
	EXPECT_TRUE(text_is(string, directory_name));
	EXPECT_EQ(STATUS_SUCCESS, QUERY(self->directory, NAME, size));
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, QUERY(self->directory, NAME, size - 1));
	EXPECT_EQ(size, self->length);
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, QUERY(self->directory, NAME, 16));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, NAME, 15));
	EXPECT_EQ(size, self->length);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, NAME, 0));

	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->link, NAME, 16));
	EXPECT_EQ(16, self->length);
	EXPECT_EQ(0, string->length);
	EXPECT_EQ(0, string->maximum);
	EXPECT_EQ(0, string->buffer);
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtOpenDirectoryObject, A(&root), 1, A(nt_name(&name, u"\\", 0))));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(root, NAME, 0x20));
	EXPECT_TRUE(text_is(string, u"\\"));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(nt_handle_of(open("/dev/null", O_RDONLY)), NAME, 0x100));
	EXPECT_TRUE(text_is(string, u"\\Device\\Linux\\dev\\null"));
}

TEST_F(objects, type)
{
	struct type *type = (struct type *)self->buffer;
	uint32_t size = 0x68 + sizeof(u"Directory");

	size = (size + 7) & ~7;
	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->directory, TYPE, sizeof(self->buffer)));
	EXPECT_EQ(size, self->length);
	EXPECT_TRUE(text_is(&type->name, u"Directory"));
	EXPECT_EQ(0x20003, type->generic[0]);
	EXPECT_EQ(0x2000c, type->generic[1]);
	EXPECT_EQ(0x20003, type->generic[2]);
	EXPECT_EQ(0xf000f, type->generic[3]);
	EXPECT_EQ(0xf000f, type->valid_access);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, TYPE, size - 1));
	EXPECT_EQ(size, self->length);
	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->link, TYPE, 0x100));
	EXPECT_TRUE(text_is(&type->name, u"SymbolicLink"));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(NT_CURRENT_PROCESS, TYPE, 0x100));
	EXPECT_TRUE(text_is(&type->name, u"Process"));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(NT_CURRENT_THREAD, TYPE, 0x100));
	EXPECT_TRUE(text_is(&type->name, u"Thread"));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(nt_handle_of(open("/dev/null", O_RDONLY)), TYPE, 0x100));
	EXPECT_TRUE(text_is(&type->name, u"File"));
}

TEST_F(objects, types)
{
	uint32_t nr, at = 8, seen = 0, needed;

	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(0, TYPES, 4));
	needed = self->length;
	ASSERT_EQ(STATUS_SUCCESS, QUERY(0, TYPES, needed));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(0, TYPES, needed - 1));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(0, TYPES, sizeof(self->buffer)));
	memcpy(&nr, self->buffer, 4);
	for (uint32_t i = 0; i < nr; i++) {
		struct type *type = (struct type *)(self->buffer + at);

		EXPECT_EQ(A(type + 1), type->name.buffer);
		seen += text_is(&type->name, u"Directory") || text_is(&type->name, u"File") ||
			text_is(&type->name, u"DebugObject");
		at += (sizeof(*type) + type->name.maximum + 7) & ~7;
	}
	EXPECT_EQ(needed, at);
	EXPECT_EQ(3, seen);
}

TEST_F(objects, flags)
{
	uint8_t flags[] = { 1, 1 };

	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->directory, FLAGS, 2));
	EXPECT_EQ(2, self->length);
	EXPECT_EQ(0, self->buffer[0]);
	EXPECT_EQ(0, self->buffer[1]);
	EXPECT_EQ(0xa5, self->buffer[2]);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtSetInformationObject, self->directory, FLAGS, A(flags), 2));
	ASSERT_EQ(STATUS_SUCCESS, QUERY(self->directory, FLAGS, 2));
	EXPECT_EQ(1, self->buffer[0]);
	EXPECT_EQ(1, self->buffer[1]);
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, FLAGS, 1));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, QUERY(self->directory, FLAGS, 3));
}

TEST_F(objects, query_statuses)
{
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, QUERY(self->directory, 5, 0x100));
	EXPECT_EQ(STATUS_INVALID_HANDLE, QUERY(0x3fff0, BASIC, 0x38));
	EXPECT_EQ(STATUS_INVALID_HANDLE, QUERY(0, NAME, 0x100));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQueryObject, self->directory, BASIC, 0x10, 0x38, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtQueryObject, self->directory, BASIC, A(self->buffer + 1), 0x38, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtQueryObject, self->directory, BASIC, A(self->buffer), 0x38,
		     A(self->buffer + 1)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQueryObject, self->directory, BASIC, A(self->buffer), 0x38, 0x10));
	EXPECT_EQ(STATUS_SUCCESS,
		  NT(NtQueryObject, self->directory, BASIC, A(self->buffer), 0x38, 0));
}

TEST_F(objects, compare)
{
	struct nt_name name;
	uint64_t other;

	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenDirectoryObject, A(&other), 1,
				     A(nt_name(&name, directory_name, 0))));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, self->directory, other));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, self->directory, self->directory));
	EXPECT_EQ(STATUS_NOT_SAME_OBJECT, NT(NtCompareObjects, self->directory, self->link));
	EXPECT_EQ(STATUS_NOT_SAME_OBJECT,
		  NT(NtCompareObjects, NT_CURRENT_PROCESS, NT_CURRENT_THREAD));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, NT_CURRENT_PROCESS, NT_CURRENT_PROCESS));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, nt_handle_of(0), nt_handle_of(dup(0))));
	EXPECT_EQ(STATUS_NOT_SAME_OBJECT,
		  NT(NtCompareObjects, nt_handle_of(0), nt_handle_of(open("/dev/null", O_RDONLY))));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtCompareObjects, 0x3fff0, other));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtCompareObjects, other, 0));
}

TEST_HARNESS_MAIN
