// SPDX-License-Identifier: GPL-2.0
/* Names of objects: directories, symbolic links, and every status a name can have. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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

TEST_HARNESS_MAIN
