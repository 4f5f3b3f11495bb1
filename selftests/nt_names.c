// SPDX-License-Identifier: GPL-2.0
/* Names of objects: directories, symbolic links, and every status a name can have. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "nt.h"

#define OBJ_INHERIT		0x002
#define OBJ_PERMANENT		0x010
#define OBJ_CASE_INSENSITIVE	0x040
#define OBJ_OPENIF		0x080

#define DIRECTORY_QUERY		0x1
#define DIRECTORY_TRAVERSE	0x2
#define DIRECTORY_ALL		0xf000f
#define LINK_ALL		0xf0001

#define NOBODY			65534

static uint32_t make_directory(uint64_t *handle, const uint16_t *text, uint32_t attributes)
{
	struct nt_name name;

	return NT(NtCreateDirectoryObject, A(handle), DIRECTORY_ALL,
		  A(nt_name(&name, text, attributes)));
}

static uint32_t open_directory(uint64_t *handle, const uint16_t *text, uint32_t attributes)
{
	struct nt_name name;

	return NT(NtOpenDirectoryObject, A(handle), DIRECTORY_ALL,
		  A(nt_name(&name, text, attributes)));
}

static uint32_t make_directory_at(uint64_t *handle, uint64_t root, const uint16_t *text,
				  uint32_t attributes)
{
	struct nt_name name;

	nt_name(&name, text, attributes)->root = root;
	return NT(NtCreateDirectoryObject, A(handle), DIRECTORY_ALL, A(&name.attributes));
}

static uint32_t open_directory_at(uint64_t *handle, uint64_t root, const uint16_t *text,
				  uint32_t access)
{
	struct nt_name name;

	nt_name(&name, text, 0)->root = root;
	return NT(NtOpenDirectoryObject, A(handle), access, A(&name.attributes));
}

static uint32_t make_link(uint64_t *handle, const uint16_t *text, const uint16_t *target,
			  uint32_t attributes)
{
	struct nt_name name, to;

	nt_name(&to, target, 0);
	return NT(NtCreateSymbolicLinkObject, A(handle), LINK_ALL,
		  A(nt_name(&name, text, attributes)), A(&to.string));
}

static uint32_t open_link(uint64_t *handle, const uint16_t *text)
{
	struct nt_name name;

	return NT(NtOpenSymbolicLinkObject, A(handle), LINK_ALL, A(nt_name(&name, text, 0)));
}

FIXTURE(names)
{
	uint64_t handle, other, third;
};

FIXTURE_SETUP(names)
{
	ASSERT_EQ(0, nt_begin());
}

FIXTURE_TEARDOWN(names)
{
}

TEST_F(names, first_directories)
{
	static const uint16_t *const texts[] = {
		u"\\", u"\\??", u"\\ArcName", u"\\BaseNamedObjects", u"\\Callback", u"\\Device",
		u"\\DosDevices", u"\\Driver", u"\\FileSystem", u"\\GLOBAL??", u"\\KernelObjects",
		u"\\KnownDlls", u"\\NLS", u"\\ObjectTypes", u"\\RPC Control", u"\\Security",
		u"\\Sessions", u"\\Sessions\\0", u"\\Sessions\\BNOLINKS", u"\\Windows",
		u"\\Sessions\\0\\BaseNamedObjects", u"\\Sessions\\0\\DosDevices",
		u"\\BaseNamedObjects\\Global", u"\\BaseNamedObjects\\Local\\Restricted",
		u"\\BaseNamedObjects\\Session\\0",
	};
	unsigned int i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->handle, texts[i], 0)) {
			TH_LOG("name %u", i);
		}
		EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	}
}

TEST_F(names, a_name_is_found_and_goes_with_the_last_handle)
{
	const uint16_t *name = u"\\BaseNamedObjects\\one";

	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, name, 0));
	ASSERT_EQ(STATUS_SUCCESS, open_directory(&self->other, name, 0));
	EXPECT_NE(self->handle, self->other);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, make_directory(&self->third, name, 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->third, name, 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->other));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->third));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_directory(&self->handle, name, 0));
	EXPECT_EQ(STATUS_SUCCESS, make_directory(&self->handle, name, 0));
}

TEST_F(names, links_are_followed)
{
	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\link", u"\\BaseNamedObjects", 0));
	EXPECT_EQ(STATUS_SUCCESS, make_directory(&self->other, u"\\link\\sub", 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->third, u"\\BaseNamedObjects\\sub", 0));
	EXPECT_EQ(STATUS_SUCCESS, open_link(&self->third, u"\\link"));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->third, u"\\link", 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, open_link(&self->third, u"\\link\\sub"));
}

TEST_F(names, case_counts_only_if_it_is_to)
{
	ASSERT_EQ(STATUS_SUCCESS,
		  make_directory(&self->handle, u"\\BaseNamedObjects\\Caf\xe9\x3c9", 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  open_directory(&self->other, u"\\BaseNamedObjects\\CAF\xc9\x3a9", 0));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  open_directory(&self->other, u"\\basenamedobjects\\Caf\xe9\x3c9", 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->other, u"\\BASENAMEDOBJECTS\\CAF\xc9\x3a9",
						 OBJ_CASE_INSENSITIVE));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
		  make_directory(&self->other, u"\\BaseNamedObjects\\cAF\xc9\x3a9",
				 OBJ_CASE_INSENSITIVE));
	/* Both may be there, made by who said that case counts. */
	EXPECT_EQ(STATUS_SUCCESS,
		  make_directory(&self->other, u"\\BaseNamedObjects\\CAF\xc9\x3a9", 0));
	EXPECT_EQ(STATUS_SUCCESS,
		  open_directory(&self->third, u"\\BaseNamedObjects\\CAF\xc9\x3a9", 0));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, self->other, self->third));
	EXPECT_EQ(STATUS_NOT_SAME_OBJECT, NT(NtCompareObjects, self->handle, self->third));
}

TEST_F(names, open_if)
{
	const uint16_t *name = u"\\BaseNamedObjects\\openif";

	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, name, OBJ_OPENIF));
	EXPECT_EQ(STATUS_OBJECT_NAME_EXISTS, make_directory(&self->other, name, OBJ_OPENIF));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, self->handle, self->other));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, make_directory(&self->third, name, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, make_link(&self->third, name, u"\\", OBJ_OPENIF));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, make_link(&self->third, name, u"\\", 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_EXISTS, make_directory(&self->third, u"\\", OBJ_OPENIF));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, make_directory(&self->third, u"\\", 0));
}

TEST_F(names, every_status)
{
	static const struct {
		const uint16_t *text;
		uint32_t open, make;
	} bad[] = {
		{ u"", STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_SUCCESS },
		{ u"x", STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_PATH_SYNTAX_BAD },
		{ u"x\\y", STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_PATH_SYNTAX_BAD },
		{ u"\\\\", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
		{ u"\\\\x", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
		{ u"\\BaseNamedObjects\\", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
		{ u"\\BaseNamedObjects\\\\x", STATUS_OBJECT_NAME_INVALID,
		  STATUS_OBJECT_NAME_INVALID },
		{ u"\\BaseNamedObjects\\none", STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS },
		{ u"\\none\\x", STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
		{ u"\\BaseNamedObjects\\none\\x\\y", STATUS_OBJECT_PATH_NOT_FOUND,
		  STATUS_OBJECT_PATH_NOT_FOUND },
	};
	struct nt_name name;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(bad[i].open, open_directory(&self->handle, bad[i].text, 0)) {
			TH_LOG("open %u", i);
		}
		EXPECT_EQ(bad[i].make, make_directory(&self->handle, bad[i].text, 0)) {
			TH_LOG("make %u", i);
		}
		if (!bad[i].make)
			EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	}
	/* A wrong type on the way, and at its end. */
	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\BaseNamedObjects\\l", u"\\??", 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, open_link(&self->other, u"\\BaseNamedObjects"));
	/* OBJECT_ATTRIBUTES themselves */
	nt_name(&name, u"\\BaseNamedObjects\\x", 0)->length = 0x2f;
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtCreateDirectoryObject, A(&self->other), 1, A(&name.attributes)));
	nt_name(&name, u"\\BaseNamedObjects\\x", 0x1000);
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtCreateDirectoryObject, A(&self->other), 1, A(&name.attributes)));
	nt_name(&name, u"\\BaseNamedObjects\\x", 0);
	name.string.length = 3;
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID,
		  NT(NtCreateDirectoryObject, A(&self->other), 1, A(&name.attributes)));
	nt_name(&name, NULL, 0)->root = 4;
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID,
		  NT(NtCreateDirectoryObject, A(&self->other), 1, A(&name.attributes)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtOpenDirectoryObject, A(&self->other), 1, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtOpenDirectoryObject, A(&self->other), 1, 0x10));
	EXPECT_EQ(STATUS_PRIVILEGE_NOT_HELD,
		  NT(NtOpenDirectoryObject, A(&self->other), 0x01000000,
		     A(nt_name(&name, u"\\", 0))));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenDirectoryObject, 0x10, 1, A(nt_name(&name, u"\\", 0))));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtOpenDirectoryObject, A(&self->other) + 2, 1, A(nt_name(&name, u"\\", 0))));
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtCreateDirectoryObjectEx, A(&self->other), 1, 0, 0, 2));
	EXPECT_EQ(STATUS_NOT_SUPPORTED,
		  NT(NtCreateDirectoryObjectEx, A(&self->other), 1, 0, self->handle, 0));
	EXPECT_EQ(STATUS_SUCCESS,
		  NT(NtCreateDirectoryObjectEx, A(&self->other), 1, 0, 0, 0));
}

TEST_F(names, relative_to_a_directory)
{
	ASSERT_EQ(STATUS_SUCCESS, open_directory(&self->handle, u"\\BaseNamedObjects", 0));
	EXPECT_EQ(STATUS_SUCCESS, make_directory_at(&self->other, self->handle, u"rel", 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->third, u"\\BaseNamedObjects\\rel", 0));
	EXPECT_EQ(STATUS_SUCCESS, make_directory_at(&self->third, self->other, u"sub", 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory_at(&self->third, self->handle, u"rel\\sub", 1));
	EXPECT_EQ(STATUS_SUCCESS, open_directory_at(&self->third, self->handle, u"", 1));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtCompareObjects, self->handle, self->third));
	EXPECT_EQ(STATUS_OBJECT_PATH_SYNTAX_BAD,
		  open_directory_at(&self->third, self->handle, u"\\rel", 1));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  open_directory_at(&self->third, self->handle, u"none", 1));
	EXPECT_EQ(STATUS_INVALID_HANDLE, open_directory_at(&self->third, 0x3fff0, u"x", 1));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  open_directory_at(&self->third, nt_handle_of(0), u"x", 1));
	/* An unnamed directory has names, too. */
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, NULL, 0));
	EXPECT_EQ(STATUS_SUCCESS, make_directory_at(&self->other, self->handle, u"inside", 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory_at(&self->third, self->handle, u"inside", 1));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_directory(&self->third, u"\\inside", 0));
}

/* What is in a directory keeps its memory, not its name. */
TEST_F(names, directory_goes_before_its_entries)
{
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, u"\\dir", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->other, u"\\dir\\entry", 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, open_directory(&self->third, u"\\dir\\entry", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, u"\\dir", 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_directory(&self->third, u"\\dir\\entry", 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtClose, self->other));
}

TEST_F(names, links_that_lead_nowhere)
{
	static uint16_t deep[40][32];
	uint16_t *target;
	unsigned int i;

	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\a", u"\\b", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\b", u"\\a", 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_directory(&self->other, u"\\a", 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, make_directory(&self->other, u"\\a\\x", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\c", u"\\none\\x", 0));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, open_directory(&self->other, u"\\c", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\d", u"relative", 0));
	EXPECT_EQ(STATUS_OBJECT_PATH_SYNTAX_BAD, open_directory(&self->other, u"\\d", 0));
	/* A name that is not there is made where the link leads to. */
	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\e", u"\\made", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->other, u"\\e", 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->third, u"\\made", 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, make_link(&self->third, u"\\e", u"\\", 0));
	/* 32 links are followed, not one more. */
	for (i = 0; i < 33; i++) {
		uint16_t name[] = { '\\', 'n', 'a' + i, 0 };

		memcpy(deep[i], name, sizeof(name));
		target = i ? deep[i - 1] : (uint16_t *)u"\\";
		ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, deep[i], target, 0));
	}
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->third, deep[31], 0));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_directory(&self->third, deep[32], 0));
}

TEST_F(names, names_that_are_too_long)
{
	struct nt_name name, to;
	uint16_t *text = malloc(65536);
	unsigned int i;

	for (i = 0; i < 32767; i++)
		text[i] = 'x';
	text[0] = '\\';
	text[32767] = 0;
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, text, 0));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->other, text, 0));
	/* By a link it gets longer than a UNICODE_STRING can be. */
	nt_name(&to, text, 0);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateSymbolicLinkObject, A(&self->other), LINK_ALL,
				     A(nt_name(&name, u"\\short", 0)), A(&to.string)));
	EXPECT_EQ(STATUS_NAME_TOO_LONG, open_directory(&self->third, u"\\short\\x", 0));
	free(text);
}

TEST_F(names, query_link)
{
	static const uint16_t target[] = u"\\BaseNamedObjects\\target";
	uint16_t text[64] = { };
	struct nt_unicode_string string = { .maximum = sizeof(text), .buffer = A(text) };
	struct nt_name name, to;
	uint32_t length = 0;

	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, NULL, target, 0));
	ASSERT_EQ(STATUS_SUCCESS,
		  NT(NtQuerySymbolicLinkObject, self->handle, A(&string), A(&length)));
	EXPECT_EQ(sizeof(target) - 2, string.length);
	EXPECT_EQ(sizeof(text), string.maximum);
	EXPECT_EQ(sizeof(target) - 2, length);
	EXPECT_EQ(0, memcmp(text, target, sizeof(target)));
	EXPECT_EQ(STATUS_SUCCESS, NT(NtQuerySymbolicLinkObject, self->handle, A(&string), 0));
	string.maximum = sizeof(target) - 4;
	string.length = 7;
	length = 0;
	EXPECT_EQ(STATUS_BUFFER_TOO_SMALL,
		  NT(NtQuerySymbolicLinkObject, self->handle, A(&string), A(&length)));
	EXPECT_EQ(sizeof(target) - 2, length);
	EXPECT_EQ(7, string.length);
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtQuerySymbolicLinkObject, 0, A(&string), 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtQuerySymbolicLinkObject, nt_handle_of(0), A(&string), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQuerySymbolicLinkObject, self->handle, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQuerySymbolicLinkObject, self->handle, A(&string), 0x10));
	ASSERT_EQ(STATUS_SUCCESS, make_link(&self->handle, u"\\denied", target, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtOpenSymbolicLinkObject, A(&self->other), 0x20000,
				     A(nt_name(&name, u"\\denied", 0))));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtQuerySymbolicLinkObject, self->other, A(&string), 0));
	/* No target, or half a unit of one. */
	nt_name(&to, u"", 0);
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtCreateSymbolicLinkObject, A(&self->other), 1, 0, A(&to.string)));
	to.string.length = 1;
	EXPECT_EQ(STATUS_INVALID_PARAMETER,
		  NT(NtCreateSymbolicLinkObject, A(&self->other), 1, 0, A(&to.string)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtCreateSymbolicLinkObject, A(&self->other), 1, 0, 0x10));
}

struct listed {
	struct nt_unicode_string name, type;
};

static bool text_is(const struct nt_unicode_string *string, const uint16_t *text)
{
	unsigned int units = 0;

	while (text[units])
		units++;
	return string->length == units * 2 && !memcmp((void *)string->buffer, text, units * 2 + 2);
}

#define LIST(size, single, restart)								\
	NT(NtQueryDirectoryObject, self->handle, A(buffer), size, single, restart,		\
	   A(&context), A(&length))

TEST_F(names, query_directory)
{
	static const uint16_t *const texts[] = { u"alpha", u"Beta", u"gamma" };
	uint8_t buffer[512] __attribute__((aligned(8)));
	struct listed *listed = (struct listed *)buffer;
	uint32_t context = 77, length = 0, i;

	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, NULL, 0));
	EXPECT_EQ(STATUS_NO_MORE_ENTRIES, LIST(sizeof(buffer), 0, 1));
	EXPECT_EQ(77, context);
	ASSERT_EQ(STATUS_SUCCESS, make_directory_at(&self->other, self->handle, u"gamma", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory_at(&self->other, self->handle, u"Beta", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory_at(&self->other, self->handle, u"alpha", 0));
	ASSERT_EQ(STATUS_SUCCESS, LIST(sizeof(buffer), 0, 1));
	EXPECT_EQ(3, context);
	for (i = 0; i < 3; i++) {
		EXPECT_TRUE(text_is(&listed[i].name, texts[i]));
		EXPECT_TRUE(text_is(&listed[i].type, u"Directory"));
		EXPECT_LE(A(buffer) + 4 * sizeof(*listed), listed[i].name.buffer);
		EXPECT_GE(A(buffer) + length, listed[i].type.buffer + listed[i].type.maximum);
	}
	EXPECT_EQ(0, listed[3].name.length);
	EXPECT_EQ(0, listed[3].name.buffer);
	EXPECT_EQ(STATUS_NO_MORE_ENTRIES, LIST(sizeof(buffer), 0, 0));
	EXPECT_EQ(3, context);
	/* One by one */
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(STATUS_SUCCESS, LIST(sizeof(buffer), 1, i == 0));
		EXPECT_TRUE(text_is(&listed[0].name, texts[i]));
		EXPECT_EQ(0, listed[1].name.buffer);
		EXPECT_EQ(i + 1, context);
	}
	EXPECT_EQ(STATUS_NO_MORE_ENTRIES, LIST(sizeof(buffer), 1, 0));
	EXPECT_EQ(STATUS_BUFFER_TOO_SMALL, LIST(8, 1, 1));
	EXPECT_EQ(2 * sizeof(*listed) + sizeof(u"alpha") + sizeof(u"Directory"), length);
	EXPECT_EQ(STATUS_SUCCESS, LIST(length, 1, 1));
	EXPECT_EQ(STATUS_BUFFER_TOO_SMALL, LIST(length - 1, 1, 1));
	/* As many as there is room for */
	EXPECT_EQ(STATUS_MORE_ENTRIES, LIST(200, 0, 1));
	EXPECT_EQ(2, context);
	EXPECT_TRUE(text_is(&listed[1].name, texts[1]));
	EXPECT_EQ(STATUS_SUCCESS, LIST(200, 0, 0));
	EXPECT_TRUE(text_is(&listed[0].name, texts[2]));
	EXPECT_EQ(STATUS_MORE_ENTRIES, LIST(0x20, 0, 1));
	EXPECT_EQ(0, listed[0].name.buffer);
	EXPECT_EQ(0, context);
}

TEST_F(names, query_directory_statuses)
{
	uint8_t buffer[512] __attribute__((aligned(8)));
	uint32_t context = 0, length;

	ASSERT_EQ(STATUS_SUCCESS, open_directory(&self->handle, u"\\", 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryDirectoryObject, self->handle, 0x10, 64, 0, 1,
					      A(&context), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryDirectoryObject, self->handle, A(buffer), 64,
					      0, 1, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryDirectoryObject, self->handle, A(buffer), 64,
					      0, 1, A(&context), 0x10));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtQueryDirectoryObject, self->handle, A(buffer) + 4, 64, 0, 1, A(&context),
		     0));
	ASSERT_EQ(STATUS_SUCCESS, open_directory_at(&self->third, self->handle, u"",
						    DIRECTORY_TRAVERSE));
	self->handle = self->third;
	EXPECT_EQ(STATUS_ACCESS_DENIED, LIST(sizeof(buffer), 0, 1));
	self->handle = nt_handle_of(0);
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, LIST(sizeof(buffer), 0, 1));
	self->handle = 0;
	EXPECT_EQ(STATUS_INVALID_HANDLE, LIST(sizeof(buffer), 0, 1));
}

TEST_F(names, permanent)
{
	const uint16_t *name = u"\\BaseNamedObjects\\permanent";

	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, name, OBJ_PERMANENT));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	ASSERT_EQ(STATUS_SUCCESS, open_directory(&self->handle, name, 0));
	/* Temporary again, and gone with the handle. */
	ASSERT_EQ(STATUS_SUCCESS, NT(NtMakeTemporaryObject, self->handle));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_directory(&self->handle, name, 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, name, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtMakePermanentObject, self->handle));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	ASSERT_EQ(STATUS_SUCCESS, open_directory(&self->handle, name, 0));
	ASSERT_EQ(STATUS_SUCCESS, NT(NtMakeTemporaryObject, self->handle));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtMakeTemporaryObject, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtMakePermanentObject, 0));
	/* Needs DELETE; what was always there stays. */
	ASSERT_EQ(STATUS_SUCCESS, open_directory_at(&self->other, self->handle, u"", 1));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtMakeTemporaryObject, self->other));
	ASSERT_EQ(STATUS_SUCCESS, open_directory(&self->other, u"\\BaseNamedObjects", 0));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtMakeTemporaryObject, self->other));
}

/* A permanent object whose handle could not be told is not there. */
TEST_F(names, nothing_is_left_behind)
{
	const uint16_t *name = u"\\BaseNamedObjects\\left";
	uint64_t *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds;

	ASSERT_NE(MAP_FAILED, page);
	fds = dup(0);
	close(fds);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, make_directory(page, name, OBJ_PERMANENT));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_directory(&self->handle, name, 0));
	ASSERT_EQ(fds, dup(0));
}

static int stranger(void)
{
	uint64_t handle;

	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return 100;
	/* A tree of his own: neither the name nor the privilege is there. */
	if (open_directory(&handle, u"\\BaseNamedObjects\\mine", 0) != STATUS_OBJECT_NAME_NOT_FOUND)
		return 1;
	if (make_directory(&handle, u"\\BaseNamedObjects\\perm", OBJ_PERMANENT) !=
	    STATUS_PRIVILEGE_NOT_HELD)
		return 2;
	if (make_directory(&handle, u"\\BaseNamedObjects\\mine", 0))
		return 3;
	return NT(NtMakePermanentObject, handle) == STATUS_PRIVILEGE_NOT_HELD ? 0 : 4;
}

static int other_namespace(void)
{
	uint64_t handle;

	if (unshare(CLONE_NEWUSER))
		return errno == ENOSPC || errno == EPERM ? 0 : 100;
	return open_directory(&handle, u"\\BaseNamedObjects\\mine", 0) ==
	       STATUS_OBJECT_NAME_NOT_FOUND ? 0 : 1;
}

static int run(int (*fn)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(fn());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 101;
}

TEST_F(names, each_user_has_his_own)
{
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, u"\\BaseNamedObjects\\mine", 0));
	EXPECT_EQ(0, run(stranger));
	EXPECT_EQ(0, run(other_namespace));
	EXPECT_EQ(STATUS_SUCCESS, open_directory(&self->other, u"\\BaseNamedObjects\\mine", 0));
}

static uint64_t given;

static int guest(void)
{
	uint64_t handle, other;

	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return 100;
	if (open_directory_at(&handle, given, u"sub", DIRECTORY_QUERY | DIRECTORY_TRAVERSE))
		return 1;
	/* No more than he was given, by whatever way. */
	if (open_directory_at(&other, given, u"sub", DIRECTORY_ALL) != STATUS_ACCESS_DENIED)
		return 2;
	if (open_directory_at(&other, given, u"", DIRECTORY_ALL) != STATUS_ACCESS_DENIED)
		return 3;
	if (make_directory_at(&other, given, u"new", 0) != STATUS_ACCESS_DENIED)
		return 4;
	if (make_directory_at(&other, given, u"sub", OBJ_OPENIF) != STATUS_ACCESS_DENIED)
		return 5;
	/* A link leads into the tree of who follows it. */
	return open_directory_at(&other, given, u"link\\mine", 1) ==
	       STATUS_OBJECT_NAME_NOT_FOUND ? 0 : 6;
}

TEST_F(names, directory_of_somebody_else)
{
	uint64_t link, mine;
	struct nt_name name, to;

	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->handle, u"\\gift", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&self->other, u"\\gift\\sub", 0));
	ASSERT_EQ(STATUS_SUCCESS, make_directory(&mine, u"\\BaseNamedObjects\\mine", 0));
	nt_name(&to, u"\\BaseNamedObjects", 0);
	nt_name(&name, u"\\gift\\link", 0);
	ASSERT_EQ(STATUS_SUCCESS, NT(NtCreateSymbolicLinkObject, A(&link), LINK_ALL,
				     A(&name.attributes), A(&to.string)));
	ASSERT_EQ(STATUS_SUCCESS, open_directory_at(&given, self->handle, u"",
						    DIRECTORY_QUERY | DIRECTORY_TRAVERSE));
	EXPECT_EQ(0, run(guest));
}

/* Many names fit, but not any number. */
TEST_F(names, there_is_a_limit)
{
	uint16_t *text = malloc(65536);
	uint32_t status = STATUS_SUCCESS;
	unsigned int i;

	for (i = 0; i < 32767; i++)
		text[i] = 'x';
	text[0] = '\\';
	text[32767] = 0;
	for (i = 0; i < 100 && !status; i++) {
		text[1] = 'a' + i;
		status = make_directory(&self->handle, text, 0);
	}
	EXPECT_EQ(STATUS_QUOTA_EXCEEDED, status);
	EXPECT_EQ(65, i);
	EXPECT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
	text[1] = '!';
	EXPECT_EQ(STATUS_SUCCESS, make_directory(&self->other, text, 0));
	free(text);
}

struct racer {
	pthread_t thread;
	unsigned int seed, made, opened, met;
	const char *defect;
};

static volatile int race_over;

/*
 * Several threads make, open and close one name. Whoever has a handle of it finds
 * the same object by its name until he closes the handle.
 */
static void *race(void *argument)
{
	const uint16_t *name = u"\\BaseNamedObjects\\race";
	struct racer *r = argument;
	uint64_t handle, other;
	uint32_t status;

	while (!race_over && !r->defect) {
		if (rand_r(&r->seed) & 1)
			status = make_directory(&handle, name, OBJ_OPENIF);
		else
			status = open_directory(&handle, name, 0);
		if (status == STATUS_OBJECT_NAME_NOT_FOUND)
			continue;
		if (status == STATUS_OBJECT_NAME_EXISTS)
			r->met++;
		else if (status)
			r->defect = "a status that cannot be";
		else
			r->made++;
		if (open_directory(&other, name, 0)) {
			r->defect = "the name is gone, and there is a handle";
		} else {
			r->opened++;
			if (NT(NtCompareObjects, handle, other))
				r->defect = "another object of that name";
			if (NT(NtClose, other))
				r->defect = "it cannot be closed";
		}
		if (NT(NtClose, handle))
			r->defect = "it cannot be closed";
	}
	return NULL;
}

TEST_F(names, last_close_against_open)
{
	struct racer racers[4] = { };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		racers[i].seed = i + 1;
		ASSERT_EQ(0, pthread_create(&racers[i].thread, NULL, race, &racers[i]));
	}
	sleep(3);
	race_over = 1;
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, pthread_join(racers[i].thread, NULL));
		EXPECT_EQ(NULL, racers[i].defect) {
			TH_LOG("%s", racers[i].defect);
		}
		EXPECT_LT(10, racers[i].opened);
	}
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  open_directory(&self->handle, u"\\BaseNamedObjects\\race", 0));
}

/* Children come and are killed in the middle of making names; all names go with them. */
TEST_F(names, killed_makers)
{
	unsigned int i;

	for (i = 0; i < 30; i++) {
		pid_t pid = fork();

		if (!pid) {
			uint64_t handle;

			for (;;) {
				make_directory(&handle, u"\\BaseNamedObjects\\killed", OBJ_OPENIF);
				make_directory(&handle, u"\\BaseNamedObjects\\killed\\sub",
					       OBJ_OPENIF);
				if (nt_fd_of(handle) > 200)
					closefrom(3);
			}
		}
		while (open_directory(&self->handle, u"\\BaseNamedObjects\\killed", 0))
			sched_yield();
		ASSERT_EQ(0, kill(pid, SIGKILL));
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		ASSERT_EQ(STATUS_SUCCESS, NT(NtClose, self->handle));
		EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
			  open_directory(&self->handle, u"\\BaseNamedObjects\\killed", 0));
	}
}

TEST_HARNESS_MAIN
