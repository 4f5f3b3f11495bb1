// SPDX-License-Identifier: GPL-2.0
/* NtCreateFile, NtOpenFile, NtDeleteFile: parameters, names, kinds, share modes, deletion. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "nt_file.h"

FIXTURE(file)
{
};

FIXTURE_SETUP(file)
{
	ASSERT_EQ(0, begin_files());
	ASSERT_EQ(0, put_file("f", "hello"));
	ASSERT_EQ(0, mkdir(below("d"), 0777));
}

FIXTURE_TEARDOWN(file)
{
	end_files();
}

#define BAD STATUS_INVALID_PARAMETER

TEST_F(file, parameters)
{
	static const struct {
		uint32_t access, attributes, share, disposition, options;
	} bad[] = {
		{ GENERIC_READ, 0x8000, 0, FILE_OPEN, 0 },
		{ GENERIC_READ, 0x8, 0, FILE_OPEN, 0 },
		{ GENERIC_READ, 0, 8, FILE_OPEN, 0 },
		{ GENERIC_READ, 0, 0, 6, 0 },
		{ GENERIC_READ, 0, 0, FILE_OPEN, 0x01000000 },
		{ FILE_READ_DATA, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_ALERT },
		{ FILE_READ_DATA, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT },
		{ FILE_READ_DATA | SYNCHRONIZE, 0, 0, FILE_OPEN,
		  FILE_SYNCHRONOUS_IO_NONALERT | FILE_SYNCHRONOUS_IO_ALERT },
		{ FILE_READ_DATA, 0, 0, FILE_OPEN, FILE_DELETE_ON_CLOSE },
		{ FILE_READ_DATA, 0, 0, FILE_OPEN, FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE },
		{ FILE_READ_DATA, 0, 0, FILE_OPEN,
		  FILE_DIRECTORY_FILE | FILE_NO_INTERMEDIATE_BUFFERING },
		{ FILE_READ_DATA, 0, 0, FILE_SUPERSEDE, FILE_DIRECTORY_FILE },
		{ FILE_READ_DATA, 0, 0, FILE_OVERWRITE, FILE_DIRECTORY_FILE },
		{ FILE_READ_DATA, 0, 0, FILE_OVERWRITE_IF, FILE_DIRECTORY_FILE },
		{ FILE_APPEND_DATA, 0, 0, FILE_OPEN, FILE_NO_INTERMEDIATE_BUFFERING },
		{ FILE_READ_DATA, 0, 0, FILE_OPEN, 0x100 | 0x100000 },
	};
	struct file_name name;
	uint64_t handle = 77;
	int64_t size = -1;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT_EQ(BAD, NT(NtCreateFile, A(&handle), bad[i].access,
				  A(file_name(&name, "f", 0)), A(&io), 0, bad[i].attributes,
				  bad[i].share, bad[i].disposition, bad[i].options, 0, 0)) {
			TH_LOG("row %u", i);
		}
	EXPECT_EQ(BAD, NT(NtCreateFile, A(&handle), GENERIC_READ, A(file_name(&name, "f", 0)),
			  A(&io), A(&size), 0, 0, FILE_OPEN, 0, 0, 0));
	/* They come before pointers. */
	EXPECT_EQ(BAD, NT(NtCreateFile, 8, GENERIC_READ, 16, 24, 0, 0, 0, 6, 0, 0, 0));
	EXPECT_EQ(BAD, NT(NtOpenFile, 8, GENERIC_READ, 16, 24, 8, 0));
	EXPECT_EQ(77, handle);
}

TEST_F(file, pointers)
{
	struct file_name name;
	struct nt_object_attributes *attributes = file_name(&name, "f", 0);
	uint64_t handle;

	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenFile, 8, GENERIC_READ, A(attributes), A(&io), 0, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtOpenFile, A(&handle) + 1, GENERIC_READ, A(attributes), A(&io), 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), 8, 0, 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io) + 4, 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, 8, A(&io), 0, 0));
	EXPECT_EQ(BAD, NT(NtOpenFile, A(&handle), GENERIC_READ, 0, A(&io), 0, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtCreateFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 8, 0, 0,
		     FILE_OPEN, 0, 0, 0));
	attributes->length = 0x18;
	EXPECT_EQ(BAD, NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	file_name(&name, "f", 1);
	EXPECT_EQ(BAD, NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	file_name(&name, "f", 0);
	name.name.string.buffer = 8;
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
}

TEST_F(file, extended_attributes)
{
	struct {
		uint32_t next;
		uint8_t flags, name_length;
		uint16_t value_length;
		char text[8];
	} ea = { .name_length = 1, .value_length = 2, .text = "a\0xy" };
	struct file_name name;
	uint64_t handle;

	EXPECT_EQ(STATUS_EAS_NOT_SUPPORTED,
		  NT(NtCreateFile, A(&handle), GENERIC_READ, A(file_name(&name, "f", 0)), A(&io),
		     0, 0, 0, FILE_OPEN, 0, A(&ea), sizeof(ea)));
	ea.value_length = 200;
	EXPECT_EQ(STATUS_EA_LIST_INCONSISTENT,
		  NT(NtCreateFile, A(&handle), GENERIC_READ, A(file_name(&name, "f", 0)), A(&io),
		     0, 0, 0, FILE_OPEN, 0, A(&ea), sizeof(ea)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtCreateFile, A(&handle), GENERIC_READ, A(file_name(&name, "f", 0)), A(&io),
		     0, 0, 0, FILE_OPEN, 0, 8, sizeof(ea)));
}

TEST_F(file, dispositions)
{
	static const struct {
		uint32_t disposition, with, without;
		uint64_t with_information, without_information;
		long size;
	} rows[] = {
		{ FILE_SUPERSEDE, 0, 0, 0, 2, 0 },
		{ FILE_OPEN, 0, STATUS_OBJECT_NAME_NOT_FOUND, 1, 0, 5 },
		{ FILE_CREATE, STATUS_OBJECT_NAME_COLLISION, 0, 0, 2, 5 },
		{ FILE_OPEN_IF, 0, 0, 1, 2, 5 },
		{ FILE_OVERWRITE, 0, STATUS_OBJECT_NAME_NOT_FOUND, 3, 0, 0 },
		{ FILE_OVERWRITE_IF, 0, 0, 3, 2, 0 },
	};
	uint32_t access[] = { GENERIC_READ, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE,
			      SYNCHRONIZE };
	unsigned int i, a;
	uint64_t handle;

	for (a = 0; a < 3; a++) {
		for (i = 0; i < 6; i++) {
			ASSERT_EQ(0, put_file("x", "12345"));
			EXPECT_EQ(rows[i].with, create("x", access[a], 0, rows[i].disposition, 0,
						       &handle)) {
				TH_LOG("row %u, access %u", i, a);
			}
			if (!rows[i].with) {
				EXPECT_EQ(0, io.status);
				EXPECT_EQ(rows[i].with_information, io.information);
				EXPECT_EQ(0, NT(NtClose, handle));
			}
			EXPECT_EQ(rows[i].size, size_of("x"));
			ASSERT_EQ(0, unlink(below("x")));
			EXPECT_EQ(rows[i].without, create("x", access[a], 0, rows[i].disposition,
							  0, &handle));
			EXPECT_EQ(!rows[i].without, exists("x"));
			if (!rows[i].without) {
				EXPECT_EQ(rows[i].without_information, io.information);
				EXPECT_EQ(0, NT(NtClose, handle));
				ASSERT_EQ(0, unlink(below("x")));
			}
		}
	}
}

TEST_F(file, directories)
{
	uint64_t handle;

	EXPECT_EQ(0, create("new", GENERIC_READ, 0, FILE_CREATE, FILE_DIRECTORY_FILE, &handle));
	EXPECT_EQ(2, io.information);
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
		  create("new", GENERIC_READ, 0, FILE_CREATE, FILE_DIRECTORY_FILE, &handle));
	EXPECT_EQ(0, create("new", GENERIC_ALL, 0, FILE_OPEN_IF, FILE_DIRECTORY_FILE, &handle));
	EXPECT_EQ(1, io.information);
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(0, open_file("d", GENERIC_READ | GENERIC_WRITE, 0, 0, &handle));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(STATUS_FILE_IS_A_DIRECTORY,
		  open_file("d", GENERIC_READ, 0, FILE_NON_DIRECTORY_FILE, &handle));
	EXPECT_EQ(STATUS_FILE_IS_A_DIRECTORY,
		  open_file("d", GENERIC_WRITE, 0, FILE_NON_DIRECTORY_FILE, &handle));
	EXPECT_EQ(STATUS_NOT_A_DIRECTORY,
		  open_file("f", GENERIC_READ, 0, FILE_DIRECTORY_FILE, &handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION,
		  create("f", GENERIC_READ, 0, FILE_CREATE, FILE_DIRECTORY_FILE, &handle));
	EXPECT_EQ(STATUS_FILE_IS_A_DIRECTORY,
		  create("d", GENERIC_READ, 0, FILE_OVERWRITE, 0, &handle));
}

TEST_F(file, names_that_are_not_there)
{
	uint64_t handle;
	struct file_name name;

	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, open_file("no", GENERIC_READ, 0, 0, &handle));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, open_file("no\\f", GENERIC_READ, 0, 0, &handle));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, open_file("f\\f", GENERIC_READ, 0, 0, &handle));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  create("no\\f", GENERIC_READ, 0, FILE_CREATE, 0, &handle));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  create("no\\d", GENERIC_READ, 0, FILE_CREATE, FILE_DIRECTORY_FILE, &handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(ascii(&name, "\\??\\Q:", 0)), A(&io),
		     0, 0));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(ascii(&name, "\\??\\Q:\\a", 0)),
		     A(&io), 0, 0));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(ascii(&name, "\\nowhere\\a", 0)),
		     A(&io), 0, 0));
}

TEST_F(file, bad_names)
{
	static const struct {
		const char *name;
		uint32_t status;
	} rows[] = {
		{ "tmp", STATUS_OBJECT_PATH_SYNTAX_BAD },
		{ "", STATUS_OBJECT_PATH_SYNTAX_BAD },
		{ "\\??\\unix\\tmp\\\\f", STATUS_OBJECT_NAME_INVALID },
		{ "\\??\\unix\\tmp\\..\\f", STATUS_OBJECT_NAME_INVALID },
		{ "\\??\\unix\\.", STATUS_OBJECT_NAME_INVALID },
		{ "\\??\\unix\\tmp/f", STATUS_OBJECT_NAME_INVALID },
		{ "\\??\\C:\\a*", STATUS_OBJECT_NAME_INVALID },
		{ "\\??\\C:\\a:b", STATUS_OBJECT_NAME_INVALID },
		{ "\\??\\C:\\tmp\\\\f", STATUS_OBJECT_NAME_INVALID },
		{ "\\??", STATUS_OBJECT_TYPE_MISMATCH },
	};
	struct file_name name;
	uint64_t handle;
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		EXPECT_EQ(rows[i].status,
			  NT(NtOpenFile, A(&handle), GENERIC_READ,
			     A(ascii(&name, rows[i].name, 0)), A(&io), 0, 0)) {
			TH_LOG("%s", rows[i].name);
		}
	/* An odd length, a NUL, half a surrogate pair, a component and a name that are too long */
	ascii(&name, "\\??\\unix\\tmp", 0);
	name.name.string.length--;
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID, NT(NtOpenFile, A(&handle), GENERIC_READ,
						 A(&name.name.attributes), A(&io), 0, 0));
	ascii(&name, "\\??\\unix\\tmp", 0);
	name.text[11] = 0;
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID, NT(NtOpenFile, A(&handle), GENERIC_READ,
						 A(&name.name.attributes), A(&io), 0, 0));
	name.text[11] = 0xd800;
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID, NT(NtOpenFile, A(&handle), GENERIC_READ,
						 A(&name.name.attributes), A(&io), 0, 0));
	ascii(&name, "\\??\\unix\\", 0);
	for (i = 9; i < 9 + 256; i++)
		name.text[i] = 'x';
	name.text[i] = 0;
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(nt_name(&name.name, name.text, 0)),
		     A(&io), 0, 0));
	uint16_t *text = calloc(32760, 2);

	ASSERT_NE(NULL, text);
	ascii(&name, "\\??\\unix", 0);
	memcpy(text, name.text, 16);
	for (i = 8; i < 5000; i++)
		text[i] = i % 2 ? 'x' : '\\';
	EXPECT_EQ(STATUS_NAME_TOO_LONG,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(nt_name(&name.name, text, 0)), A(&io),
		     0, 0));
	free(text);
}

TEST_F(file, ways_to_one_file)
{
	static const char *const roots[] = { "\\??\\unix", "\\??\\C:", "\\DosDevices\\C:",
					     "\\GLOBAL??\\c:", "\\dosdevices\\UNIX" };
	struct file_name name;
	char text[256];
	unsigned int i, c;
	uint64_t handle;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		snprintf(text, sizeof(text), "%s%s/f", roots[i], dir);
		for (c = 0; text[c]; c++)
			if (text[c] == '/')
				text[c] = '\\';
		EXPECT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_READ, A(ascii(&name, text, 0)),
				A(&io), SHARE_ALL, 0)) {
			TH_LOG("%s", text);
		}
		EXPECT_EQ(0, NT(NtClose, handle));
	}
	EXPECT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_WRITE, A(ascii(&name, "\\??\\NUL", 0)),
			A(&io), SHARE_ALL, 0));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_READ, A(ascii(&name, "\\Device\\Null", 0)),
			A(&io), SHARE_ALL, 0));
	EXPECT_EQ(0, NT(NtClose, handle));
	/* A directory may be named with a separator behind it, a file may not. */
	EXPECT_EQ(0, open_file("d\\", GENERIC_READ, 0, 0, &handle));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID, open_file("f\\", GENERIC_READ, 0, 0, &handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID,
		  create("new\\", GENERIC_READ, 0, FILE_CREATE, 0, &handle));
	EXPECT_FALSE(exists("new"));
}

TEST_F(file, characters)
{
	static const uint16_t text[] = { 0xe4, 0x20ac, 0xd83d, 0xde00, 0xdc80, 0 };
	struct file_name name;
	uint64_t handle;
	unsigned int i, at;

	file_name(&name, "", 0);
	for (at = 0; name.text[at]; at++)
		;
	for (i = 0; text[i]; i++)
		name.text[at + i] = text[i];
	name.text[at + i] = 0;
	EXPECT_EQ(0, NT(NtCreateFile, A(&handle), GENERIC_READ,
			A(nt_name(&name.name, name.text, 0)), A(&io), 0, 0, 0, FILE_CREATE, 0, 0,
			0));
	EXPECT_TRUE(exists("\303\244\342\202\254\360\237\230\200\200"));
	EXPECT_EQ(0, NT(NtClose, handle));
}

TEST_F(file, any_case)
{
	struct file_name name;
	uint64_t handle;

	ASSERT_EQ(0, put_file("d/MixedCase.txt", "x"));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  open_file("d\\mixedCASE.txt", GENERIC_READ, 0, 0, &handle));
	EXPECT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_READ,
			A(file_name(&name, "D\\mixedCASE.txt", OBJ_CASE_INSENSITIVE)), A(&io), 0,
			0));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  NT(NtOpenFile, A(&handle), GENERIC_READ,
		     A(file_name(&name, "D\\other", OBJ_CASE_INSENSITIVE)), A(&io), 0, 0));
	/* What is there as it is written comes first. */
	ASSERT_EQ(0, put_file("d/mixedcase.txt", "two"));
	EXPECT_EQ(0, NT(NtCreateFile, A(&handle), GENERIC_WRITE,
			A(file_name(&name, "d\\mixedcase.txt", OBJ_CASE_INSENSITIVE)), A(&io), 0,
			0, 0, FILE_OVERWRITE, 0, 0, 0));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(0, size_of("d/mixedcase.txt"));
	EXPECT_EQ(1, size_of("d/MixedCase.txt"));
}

TEST_F(file, beneath_a_directory)
{
	struct file_name name;
	struct nt_object_attributes *attributes;
	uint64_t root, handle;
	int object;

	ASSERT_EQ(0, put_file("d/inner", "abc"));
	ASSERT_EQ(0, symlink("../f", below("d/up")));
	ASSERT_EQ(0, open_file("d", GENERIC_READ, SHARE_ALL, FILE_DIRECTORY_FILE, &root));
	attributes = ascii(&name, "inner", 0);
	attributes->root = root;
	EXPECT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	EXPECT_EQ(0, NT(NtClose, handle));
	/* Symbolic links are Linux's own: they may lead out. */
	attributes = ascii(&name, "up", 0);
	attributes->root = root;
	EXPECT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	EXPECT_EQ(0, NT(NtClose, handle));
	attributes = ascii(&name, "made", 0);
	attributes->root = root;
	EXPECT_EQ(0, NT(NtCreateFile, A(&handle), GENERIC_WRITE, A(attributes), A(&io), 0, 0, 0,
			FILE_CREATE, 0, 0, 0));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_TRUE(exists("d/made"));
	attributes = ascii(&name, "sub", 0);
	attributes->root = root;
	EXPECT_EQ(0, NT(NtCreateFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0, 0,
			FILE_CREATE, FILE_DIRECTORY_FILE, 0, 0));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_TRUE(exists("d/sub"));
	attributes = ascii(&name, "", 0);
	attributes->root = root;
	EXPECT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), SHARE_ALL,
			0));
	EXPECT_EQ(0, NT(NtClose, handle));
	attributes = ascii(&name, "\\inner", 0);
	attributes->root = root;
	EXPECT_EQ(STATUS_OBJECT_PATH_SYNTAX_BAD,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	attributes = ascii(&name, "no\\inner", 0);
	attributes->root = root;
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	EXPECT_EQ(0, NT(NtClose, root));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	ASSERT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &root));
	attributes->root = root;
	EXPECT_EQ(STATUS_NOT_A_DIRECTORY,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
	EXPECT_EQ(0, NT(NtClose, root));
	/* An object, but no file */
	object = open("/dev/dbgport", O_RDWR);
	ASSERT_LE(0, object);
	attributes->root = nt_handle_of(object);
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtOpenFile, A(&handle), GENERIC_READ, A(attributes), A(&io), 0, 0));
}

TEST_F(file, share_modes)
{
	static const uint32_t rights[] = { FILE_READ_DATA, FILE_WRITE_DATA, DELETE };
	uint64_t first, second;
	unsigned int a, b;
	uint32_t other;

	for (a = 0; a < 3; a++) {
		/* The first shares all but the right of the second. */
		for (b = 0; b < 3; b++) {
			ASSERT_EQ(0, open_file("f", rights[a] | SYNCHRONIZE, SHARE_ALL & ~(1 << b),
					       SYNC, &first));
			EXPECT_EQ(STATUS_SHARING_VIOLATION,
				  open_file("f", rights[b], SHARE_ALL, 0, &second));
			other = rights[(b + 1) % 3];
			EXPECT_EQ(0, open_file("f", other, SHARE_ALL, 0, &second));
			EXPECT_EQ(0, NT(NtClose, second));
			/* Attributes are always to be had. */
			EXPECT_EQ(0, open_file("f", FILE_READ_ATTRIBUTES, 0, 0, &second));
			EXPECT_EQ(0, NT(NtClose, second));
			EXPECT_EQ(0, NT(NtClose, first));
		}
		/* The second does not share what the first has. */
		ASSERT_EQ(0, open_file("f", rights[a], SHARE_ALL, 0, &first));
		EXPECT_EQ(STATUS_SHARING_VIOLATION,
			  open_file("f", FILE_READ_DATA, SHARE_ALL & ~(1 << a), 0, &second));
		EXPECT_EQ(0, NT(NtClose, first));
		EXPECT_EQ(0, open_file("f", GENERIC_ALL, 0, 0, &second));
		EXPECT_EQ(0, NT(NtClose, second));
	}
}

/* A file is not overwritten before it is known that it may be. */
TEST_F(file, sharing_violation_changes_nothing)
{
	uint64_t first, second;

	ASSERT_EQ(0, open_file("f", GENERIC_READ, SHARE_READ, 0, &first));
	EXPECT_EQ(STATUS_SHARING_VIOLATION,
		  create("f", GENERIC_WRITE, SHARE_ALL, FILE_OVERWRITE_IF, 0, &second));
	EXPECT_EQ(5, size_of("f"));
	EXPECT_EQ(0, NT(NtClose, first));
}

/* The share mode goes with the last descriptor of the open, whoever has it. */
TEST_F(file, share_mode_of_a_duplicate)
{
	uint64_t first, second;
	int copy;

	ASSERT_EQ(0, open_file("f", GENERIC_READ, 0, 0, &first));
	copy = dup(nt_fd_of(first));
	ASSERT_LE(0, copy);
	EXPECT_EQ(0, NT(NtClose, first));
	EXPECT_EQ(STATUS_SHARING_VIOLATION, open_file("f", GENERIC_READ, SHARE_ALL, 0, &second));
	close(copy);
	EXPECT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &second));
	EXPECT_EQ(0, NT(NtClose, second));
}

TEST_F(file, share_mode_of_a_dead_process)
{
	uint64_t handle;
	int status;
	pid_t child = fork();

	if (!child) {
		if (open_file("f", GENERIC_ALL, 0, 0, &handle))
			_exit(1);
		if (open_file("f", GENERIC_READ, SHARE_ALL, 0, &handle) != STATUS_SHARING_VIOLATION)
			_exit(2);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(0, open_file("f", GENERIC_ALL, 0, 0, &handle));
	EXPECT_EQ(0, NT(NtClose, handle));
}

/* Linux's own opens know nothing of it. */
TEST_F(file, linux_opens_share)
{
	uint64_t handle;
	int fd;

	ASSERT_EQ(0, open_file("f", GENERIC_READ, 0, 0, &handle));
	fd = open(below("f"), O_RDWR);
	EXPECT_LE(0, fd);
	close(fd);
	EXPECT_EQ(0, NT(NtClose, handle));
}

TEST_F(file, delete_on_close)
{
	uint64_t first, second;

	ASSERT_EQ(0, open_file("f", GENERIC_READ | DELETE, SHARE_ALL, FILE_DELETE_ON_CLOSE,
			       &first));
	EXPECT_TRUE(exists("f"));
	ASSERT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &second));
	EXPECT_EQ(0, NT(NtClose, first));
	/* It pends until the other one goes, too. */
	EXPECT_TRUE(exists("f"));
	EXPECT_EQ(STATUS_DELETE_PENDING, open_file("f", GENERIC_READ, SHARE_ALL, 0, &first));
	EXPECT_EQ(STATUS_DELETE_PENDING,
		  create("f", GENERIC_READ, SHARE_ALL, FILE_OPEN_IF, 0, &first));
	EXPECT_EQ(0, NT(NtClose, second));
	EXPECT_FALSE(exists("f"));
	EXPECT_EQ(0, create("f", GENERIC_READ, SHARE_ALL, FILE_CREATE, 0, &first));
	EXPECT_EQ(0, NT(NtClose, first));
	/* A handle without the data of the file */
	ASSERT_EQ(0, open_file("f", DELETE, SHARE_ALL, FILE_DELETE_ON_CLOSE, &first));
	EXPECT_EQ(0, NT(NtClose, first));
	EXPECT_FALSE(exists("f"));
	ASSERT_EQ(0, open_file("d", DELETE, SHARE_ALL, FILE_DELETE_ON_CLOSE | FILE_DIRECTORY_FILE,
			       &first));
	EXPECT_EQ(0, NT(NtClose, first));
	EXPECT_FALSE(exists("d"));
}

TEST_F(file, delete_on_close_by_death)
{
	uint64_t handle;
	int status;
	pid_t child = fork();

	if (!child) {
		if (create("temp", GENERIC_ALL | DELETE, 0, FILE_CREATE, FILE_DELETE_ON_CLOSE,
			   &handle))
			_exit(1);
		if (!exists("temp"))
			_exit(2);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_FALSE(exists("temp"));
}

TEST_F(file, delete_file)
{
	struct file_name name;
	uint64_t handle;

	EXPECT_EQ(0, NT(NtDeleteFile, A(file_name(&name, "f", 0))));
	EXPECT_FALSE(exists("f"));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND, NT(NtDeleteFile, A(file_name(&name, "f", 0))));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, NT(NtDeleteFile, A(file_name(&name, "n\\f", 0))));
	ASSERT_EQ(0, put_file("d/f", ""));
	EXPECT_EQ(STATUS_DIRECTORY_NOT_EMPTY, NT(NtDeleteFile, A(file_name(&name, "d", 0))));
	ASSERT_EQ(0, open_file("d\\f", GENERIC_READ, SHARE_READ, 0, &handle));
	EXPECT_EQ(STATUS_SHARING_VIOLATION, NT(NtDeleteFile, A(file_name(&name, "d\\f", 0))));
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(0, NT(NtDeleteFile, A(file_name(&name, "d\\f", 0))));
	EXPECT_EQ(0, NT(NtDeleteFile, A(file_name(&name, "d", 0))));
	EXPECT_FALSE(exists("d"));
	/* A link, not what it leads to */
	ASSERT_EQ(0, put_file("f", ""));
	ASSERT_EQ(0, symlink("f", below("l")));
	EXPECT_EQ(0, NT(NtDeleteFile, A(file_name(&name, "l", 0))));
	EXPECT_FALSE(exists("l"));
	EXPECT_TRUE(exists("f"));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtDeleteFile, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtDeleteFile, 8));
}

TEST_F(file, access_is_linux_s)
{
	uint64_t handle;
	struct file_name name;

	ASSERT_EQ(0, put_file("secret", "x"));
	ASSERT_EQ(0, chmod(below("secret"), 0600));
	ASSERT_EQ(0, chmod(below("f"), 0444));
	ASSERT_EQ(0, chmod(dir, 0755));
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_file("secret", GENERIC_READ, SHARE_ALL, 0, &handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_file("f", GENERIC_WRITE, SHARE_ALL, 0, &handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED, open_file("f", DELETE, SHARE_ALL, 0, &handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED,
		  create("new", GENERIC_READ, SHARE_ALL, FILE_CREATE, 0, &handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED,
		  create("f", GENERIC_READ, SHARE_ALL, FILE_OVERWRITE, 0, &handle));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtDeleteFile, A(file_name(&name, "f", 0))));
	EXPECT_EQ(0, open_file("f", MAXIMUM_ALLOWED, SHARE_ALL, 0, &handle));
	EXPECT_EQ(O_RDONLY, fcntl(nt_fd_of(handle), F_GETFL) & O_ACCMODE);
	EXPECT_EQ(0, NT(NtClose, handle));
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(0, open_file("f", MAXIMUM_ALLOWED, SHARE_ALL, 0, &handle));
	EXPECT_EQ(O_RDWR, fcntl(nt_fd_of(handle), F_GETFL) & O_ACCMODE);
	EXPECT_EQ(0, NT(NtClose, handle));
	EXPECT_EQ(5, size_of("f"));
}

TEST_F(file, handles)
{
	struct rlimit limit, few;
	struct file_name name;
	uint64_t handle;

	ASSERT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &handle));
	EXPECT_EQ(FD_CLOEXEC, fcntl(nt_fd_of(handle), F_GETFD));
	EXPECT_EQ(0, NT(NtClose, handle));
	ASSERT_EQ(0, NT(NtOpenFile, A(&handle), GENERIC_READ,
			A(file_name(&name, "f", OBJ_INHERIT)), A(&io), 0, 0));
	EXPECT_EQ(0, fcntl(nt_fd_of(handle), F_GETFD));
	EXPECT_EQ(0, NT(NtClose, handle));
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &limit));
	few = limit;
	few.rlim_cur = 3;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &few));
	EXPECT_EQ(STATUS_TOO_MANY_OPENED_FILES,
		  create("new", GENERIC_READ, SHARE_ALL, FILE_CREATE, 0, &handle));
	EXPECT_FALSE(exists("new"));
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
}

TEST_HARNESS_MAIN
