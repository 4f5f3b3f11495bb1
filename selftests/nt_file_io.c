// SPDX-License-Identifier: GPL-2.0
/* Reading, writing, information, directories, locks and control of files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "nt_file.h"

static char buffer[8192] __attribute__((aligned(4096)));
static uint64_t h;

FIXTURE(io)
{
};

FIXTURE_VARIANT(io)
{
	enum nt_entry entry;
};

FIXTURE_VARIANT_ADD(io, stub) { .entry = NT_BY_STUB };
FIXTURE_VARIANT_ADD(io, gateway) { .entry = NT_BY_GATE };
FIXTURE_VARIANT_ADD(io, int_2e) { .entry = NT_BY_INT_2E };

FIXTURE_SETUP(io)
{
	nt_entry = variant->entry;
	ASSERT_EQ(0, begin_files());
	ASSERT_EQ(0, put_file("f", "0123456789"));
	ASSERT_EQ(0, mkdir(below("d"), 0777));
	ASSERT_EQ(0, open_file("f", GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE, SHARE_ALL,
			       SYNC, &h));
	memset(buffer, 0, sizeof(buffer));
}

FIXTURE_TEARDOWN(io)
{
	NT(NtClose, h);
	end_files();
}

static uint32_t read_at(uint64_t handle, uint32_t length, int64_t *offset)
{
	memset(&io, 0xee, sizeof(io));
	return NT(NtReadFile, handle, 0, 0, 0, A(&io), A(buffer), length, A(offset), 0);
}

static uint32_t write_at(uint64_t handle, const char *text, int64_t *offset)
{
	memset(&io, 0xee, sizeof(io));
	return NT(NtWriteFile, handle, 0, 0, 0, A(&io), A(text), strlen(text), A(offset), 0);
}

static int64_t position(uint64_t handle)
{
	int64_t at = -9;

	return NT(NtQueryInformationFile, handle, A(&io), A(&at), 8, 14) ? -8 : at;
}

TEST_F(io, read_and_position)
{
	int64_t at = 4, current = -2, bad = -3;

	EXPECT_EQ(0, read_at(h, 3, NULL));
	EXPECT_EQ(0, io.status);
	EXPECT_EQ(3, io.information);
	EXPECT_STREQ("012", buffer);
	EXPECT_EQ(3, position(h));
	/* A position that is said counts from then on, too. */
	EXPECT_EQ(0, read_at(h, 2, &at));
	EXPECT_EQ(0, memcmp("45", buffer, 2));
	EXPECT_EQ(6, position(h));
	EXPECT_EQ(0, read_at(h, 100, &current));
	EXPECT_EQ(4, io.information);
	EXPECT_EQ(STATUS_END_OF_FILE, read_at(h, 1, NULL));
	EXPECT_EQ(STATUS_END_OF_FILE, io.status);
	EXPECT_EQ(0, io.information);
	EXPECT_EQ(0, read_at(h, 0, NULL));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, read_at(h, 1, &bad));
	bad = -1;
	EXPECT_EQ(STATUS_INVALID_PARAMETER, read_at(h, 1, &bad));
}

TEST_F(io, write_and_position)
{
	int64_t at = 2, end = -1, bad = -3;
	uint64_t append;

	EXPECT_EQ(0, write_at(h, "ab", &at));
	EXPECT_EQ(2, io.information);
	EXPECT_EQ(4, position(h));
	EXPECT_EQ(0, write_at(h, "cd", NULL));
	EXPECT_EQ(0, write_at(h, "end", &end));
	EXPECT_EQ(13, position(h));
	at = 0;
	EXPECT_EQ(0, read_at(h, 100, &at));
	EXPECT_STREQ("01abcd6789end", buffer);
	EXPECT_EQ(STATUS_INVALID_PARAMETER, write_at(h, "x", &bad));
	ASSERT_EQ(0, open_file("f", FILE_APPEND_DATA | SYNCHRONIZE, SHARE_ALL, SYNC, &append));
	at = 0;
	EXPECT_EQ(0, write_at(append, "+", &at));
	EXPECT_EQ(14, size_of("f"));
	EXPECT_EQ(0, NT(NtClose, append));
}

TEST_F(io, handles_of_reading)
{
	uint64_t other, object = nt_handle_of(open("/dev/dbgport", O_RDWR));

	EXPECT_EQ(STATUS_INVALID_HANDLE, read_at(0x4000, 1, NULL));
	EXPECT_EQ(STATUS_INVALID_HANDLE, read_at(0, 1, NULL));
	EXPECT_EQ(STATUS_INVALID_HANDLE, write_at(-1, "x", NULL));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, read_at(object, 1, NULL));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH, write_at(object, "x", NULL));
	ASSERT_EQ(0, open_file("f", FILE_READ_DATA, SHARE_ALL, 0, &other));
	EXPECT_EQ(STATUS_ACCESS_DENIED, write_at(other, "x", NULL));
	/* The right comes before pointers, and those before parameters. */
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtWriteFile, other, 0, 0, 0, 8, 8, 1, 8, 8));
	EXPECT_EQ(0, NT(NtClose, other));
	ASSERT_EQ(0, open_file("f", FILE_READ_ATTRIBUTES, SHARE_ALL, 0, &other));
	EXPECT_EQ(STATUS_ACCESS_DENIED, read_at(other, 1, NULL));
	EXPECT_EQ(0, NT(NtClose, other));
	ASSERT_EQ(0, open_file("d", GENERIC_READ, SHARE_ALL, 0, &other));
	int64_t zero = 0;

	EXPECT_EQ(STATUS_INVALID_DEVICE_REQUEST, read_at(other, 1, &zero));
	EXPECT_EQ(0, NT(NtClose, other));
}

TEST_F(io, pointers_of_reading)
{
	int64_t at = -3;

	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtReadFile, h, 0, 0, 0, 8, A(buffer), 1, A(&at), 0));
	EXPECT_EQ(STATUS_DATATYPE_MISALIGNMENT,
		  NT(NtReadFile, h, 0, 0, 0, A(&io) + 1, A(buffer), 1, A(&at), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtReadFile, h, 0, 0, 0, A(&io), 8, 1, A(&at), 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtReadFile, h, 0, 0, 0, A(&io), A(buffer), 1, 8, 0));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtReadFile, h, 0, 0, 0, A(&io), A(buffer), 1, 0, 8));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtWriteFile, h, 0, 0, 0, A(&io), 8, 1, 0, 0));
	EXPECT_EQ(0, position(h));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtReadFile, h, 0x4000, 0, 0, A(&io), A(buffer), 1, 0, 0));
	EXPECT_EQ(STATUS_OBJECT_TYPE_MISMATCH,
		  NT(NtReadFile, h, h, 0, 0, A(&io), A(buffer), 1, 0, 0));
	EXPECT_EQ(0, position(h));
}

TEST_F(io, event)
{
	uint64_t event;
	int64_t now = 0, zero = 0;

	ASSERT_EQ(0, NT(NtCreateEvent, A(&event), 0x1f0003, 0, 0, 0));
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, event, 0, A(&now)));
	EXPECT_EQ(0, NT(NtReadFile, h, event, 0, 0, A(&io), A(buffer), 3, A(&zero), 0));
	EXPECT_EQ(0, NT(NtWaitForSingleObject, event, 0, A(&now)));
	/* It is reset first, and stays so if that fails. */
	zero = 100;
	EXPECT_EQ(STATUS_END_OF_FILE,
		  NT(NtReadFile, h, event, 0, 0, A(&io), A(buffer), 3, A(&zero), 0));
	EXPECT_EQ(STATUS_TIMEOUT, NT(NtWaitForSingleObject, event, 0, A(&now)));
}

TEST_F(io, asynchronous_files_want_an_offset)
{
	uint64_t other;
	int64_t at = 5, current = -2;

	ASSERT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &other));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, read_at(other, 1, NULL));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, read_at(other, 1, &current));
	EXPECT_EQ(0, read_at(other, 1, &at));
	EXPECT_EQ('5', buffer[0]);
	EXPECT_EQ(0, position(other));
	EXPECT_EQ(0, NT(NtClose, other));
}

TEST_F(io, unbuffered_is_aligned)
{
	uint64_t other;
	int64_t at = 1;

	ASSERT_EQ(0, open_file("f", GENERIC_READ | SYNCHRONIZE, SHARE_ALL,
			       SYNC | FILE_NO_INTERMEDIATE_BUFFERING, &other));
	if (fcntl(nt_fd_of(other), F_GETFL) & O_DIRECT) {
		EXPECT_EQ(STATUS_INVALID_PARAMETER, read_at(other, 511, NULL));
		EXPECT_EQ(STATUS_INVALID_PARAMETER, read_at(other, 512, &at));
	}
	EXPECT_EQ(0, read_at(other, 4096, NULL));
	EXPECT_EQ(10, io.information);
	EXPECT_EQ(0, NT(NtClose, other));
}

TEST_F(io, pipes)
{
	int fds[2];

	ASSERT_EQ(0, pipe(fds));
	EXPECT_EQ(0, write_at(nt_handle_of(fds[1]), "pipe", NULL));
	EXPECT_EQ(0, read_at(nt_handle_of(fds[0]), 100, NULL));
	EXPECT_EQ(4, io.information);
	ASSERT_EQ(0, fcntl(fds[0], F_SETFL, O_NONBLOCK));
	EXPECT_EQ(STATUS_PIPE_EMPTY, read_at(nt_handle_of(fds[0]), 100, NULL));
	close(fds[1]);
	EXPECT_EQ(STATUS_PIPE_BROKEN, read_at(nt_handle_of(fds[0]), 100, NULL));
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	ASSERT_EQ(0, pipe(fds));
	close(fds[0]);
	EXPECT_EQ(STATUS_PIPE_BROKEN, write_at(nt_handle_of(fds[1]), "x", NULL));
	close(fds[1]);
}

static int pipe_to_fill;

static void fill_pipe(int number)
{
	(void)number;
	if (write(pipe_to_fill, "late", 4) != 4)
		_exit(9);
}

/* A signal's handler runs while the read waits, and the read goes on behind it. */
TEST_F(io, signal_while_reading)
{
	struct sigaction action = { .sa_handler = fill_pipe };
	int fds[2], status;
	pid_t child, reader = getpid();

	ASSERT_EQ(0, pipe(fds));
	pipe_to_fill = fds[1];
	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	child = fork();
	if (!child) {
		char path[64], state = 0;

		snprintf(path, sizeof(path), "/proc/%d/stat", reader);
		while (state != 'S') {
			FILE *stat = fopen(path, "r");

			if (!stat || fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
				_exit(1);
			fclose(stat);
		}
		kill(reader, SIGUSR1);
		_exit(0);
	}
	EXPECT_EQ(0, read_at(nt_handle_of(fds[0]), 100, NULL));
	EXPECT_EQ(4, io.information);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(io, flush)
{
	uint64_t other;

	EXPECT_EQ(0, NT(NtFlushBuffersFile, h, A(&io)));
	EXPECT_EQ(0, NT(NtFlushBuffersFileEx, h, 1, 0, 0, A(&io)));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, NT(NtFlushBuffersFileEx, h, 8, 0, 0, A(&io)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtFlushBuffersFile, h, 8));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtFlushBuffersFile, 0x4000, A(&io)));
	ASSERT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &other));
	EXPECT_EQ(STATUS_ACCESS_DENIED, NT(NtFlushBuffersFile, other, A(&io)));
	EXPECT_EQ(0, NT(NtClose, other));
}

static uint32_t query(uint64_t handle, uint32_t class, uint32_t length)
{
	memset(&io, 0xee, sizeof(io));
	return NT(NtQueryInformationFile, handle, A(&io), A(buffer), length, class);
}

TEST_F(io, query_information)
{
	static const struct {
		uint32_t class, size;
	} rows[] = { { 4, 0x28 }, { 5, 0x18 }, { 6, 8 }, { 7, 4 }, { 8, 4 }, { 14, 8 }, { 16, 4 },
		     { 17, 4 }, { 28, 0x10 }, { 34, 0x38 }, { 35, 8 }, { 59, 0x18 } };
	uint64_t other;
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, query(h, rows[i].class, rows[i].size - 1));
		EXPECT_EQ(0, query(h, rows[i].class, rows[i].size)) {
			TH_LOG("class %u", rows[i].class);
		}
		EXPECT_EQ(rows[i].size, io.information);
	}
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, query(h, 0, 8));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, query(h, 10, 100));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, query(h, 1000, 8));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, NT(NtQueryInformationFile, 0x4000, 8, 8, 0, 1000));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, NT(NtQueryInformationFile, 0x4000, 8, 8, 0, 4));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtQueryInformationFile, 0x4000, 8, 8, 0x28, 4));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryInformationFile, h, 8, A(buffer), 0x28, 4));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtQueryInformationFile, h, A(&io), 8, 0x28, 4));
	ASSERT_EQ(0, open_file("f", FILE_READ_DATA | SYNCHRONIZE, SHARE_ALL, SYNC, &other));
	EXPECT_EQ(STATUS_ACCESS_DENIED, query(other, 4, 0x28));
	EXPECT_EQ(0, query(other, 8, 4));
	EXPECT_EQ(FILE_READ_DATA | SYNCHRONIZE, *(uint32_t *)buffer);
	EXPECT_EQ(0, NT(NtClose, other));
	EXPECT_EQ(0, query(h, 5, 0x18));
	EXPECT_EQ(10, ((uint64_t *)buffer)[1]);
	EXPECT_EQ(1, ((uint32_t *)buffer)[4]);
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, query(h, 9, 8));
	EXPECT_EQ(8, io.information);
	EXPECT_EQ(0, query(h, 9, 1000));
	EXPECT_EQ(2 * strlen(below("f")), *(uint32_t *)buffer);
	EXPECT_EQ('\\', *(uint16_t *)(buffer + 4));
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, query(h, 18, 0x68));
	EXPECT_EQ(0, query(h, 22, 100));
}

TEST_F(io, query_by_name)
{
	struct file_name name;
	struct stat st;

	ASSERT_EQ(0, stat(below("f"), &st));
	EXPECT_EQ(0, NT(NtQueryFullAttributesFile, A(file_name(&name, "f", 0)), A(buffer)));
	EXPECT_EQ(10, ((uint64_t *)buffer)[5]);
	EXPECT_EQ((st.st_mtime + 11644473600) * 10000000 + st.st_mtim.tv_nsec / 100,
		  ((uint64_t *)buffer)[2]);
	EXPECT_EQ(0x20, *(uint32_t *)(buffer + 0x30));
	EXPECT_EQ(0, NT(NtQueryAttributesFile, A(file_name(&name, "d", 0)), A(buffer)));
	EXPECT_EQ(0x10, *(uint32_t *)(buffer + 0x20));
	EXPECT_EQ(STATUS_OBJECT_NAME_NOT_FOUND,
		  NT(NtQueryAttributesFile, A(file_name(&name, "no", 0)), A(buffer)));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND,
		  NT(NtQueryAttributesFile, A(file_name(&name, "no\\no", 0)), A(buffer)));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  NT(NtQueryAttributesFile, A(file_name(&name, "f", 0)), 8));
}

static uint32_t set(uint64_t handle, const void *in, uint32_t length, uint32_t class)
{
	return NT(NtSetInformationFile, handle, A(&io), A(in), length, class);
}

TEST_F(io, set_information)
{
	struct {
		int64_t times[4];
		uint32_t attributes, padding;
	} basic = { .times = { 0, 0, 130000000000000000, 0 }, .attributes = 1 };
	int64_t value = 3;
	struct stat st;
	uint64_t other;

	EXPECT_EQ(0, set(h, &value, 8, 14));
	EXPECT_EQ(3, position(h));
	EXPECT_EQ(0, set(h, &value, 8, 20));
	EXPECT_EQ(3, size_of("f"));
	value = 100000;
	EXPECT_EQ(0, set(h, &value, 8, 19));
	EXPECT_EQ(3, size_of("f"));
	value = -1;
	EXPECT_EQ(STATUS_INVALID_PARAMETER, set(h, &value, 8, 14));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, set(h, &value, 8, 20));
	EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH, set(h, &value, 7, 20));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, set(h, &value, 8, 5));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, set(h, &value, 8, 500));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, set(h, (void *)8, 8, 20));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtSetInformationFile, h, 8, A(&value), 8, 20));
	EXPECT_EQ(STATUS_INVALID_HANDLE, set(0x4000, &value, 8, 20));
	EXPECT_EQ(0, set(h, &basic, 0x28, 4));
	ASSERT_EQ(0, stat(below("f"), &st));
	EXPECT_EQ(0, st.st_mode & 0222);
	EXPECT_EQ(130000000000000000 / 10000000 - 11644473600, st.st_mtime);
	/* What is read-only is not deleted. */
	EXPECT_EQ(STATUS_CANNOT_DELETE, set(h, "\1", 1, 13));
	basic.attributes = 0x80;
	EXPECT_EQ(0, set(h, &basic, 0x28, 4));
	ASSERT_EQ(0, stat(below("f"), &st));
	EXPECT_EQ(0200, st.st_mode & 0222);
	ASSERT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &other));
	value = 0;
	EXPECT_EQ(STATUS_ACCESS_DENIED, set(other, &value, 8, 20));
	EXPECT_EQ(STATUS_ACCESS_DENIED, set(other, &basic, 0x28, 4));
	EXPECT_EQ(STATUS_ACCESS_DENIED, set(other, "\1", 1, 13));
	EXPECT_EQ(0, NT(NtClose, other));
}

TEST_F(io, disposition)
{
	uint64_t other;

	EXPECT_EQ(0, set(h, "\1", 1, 13));
	EXPECT_EQ(STATUS_DELETE_PENDING, open_file("f", GENERIC_READ, SHARE_ALL, 0, &other));
	EXPECT_EQ(0, query(h, 5, 0x18));
	EXPECT_EQ(1, buffer[0x14]);
	EXPECT_EQ(0, set(h, "\0", 1, 13));
	EXPECT_EQ(0, open_file("f", GENERIC_READ, SHARE_ALL, 0, &other));
	EXPECT_EQ(0, set(h, "\1", 1, 13));
	EXPECT_EQ(0, NT(NtClose, h));
	EXPECT_TRUE(exists("f"));
	EXPECT_EQ(0, NT(NtClose, other));
	EXPECT_FALSE(exists("f"));
	ASSERT_EQ(0, put_file("d/x", ""));
	ASSERT_EQ(0, open_file("d", DELETE, SHARE_ALL, 0, &h));
	EXPECT_EQ(STATUS_DIRECTORY_NOT_EMPTY, set(h, "\1", 1, 13));
}

static uint32_t new_name(uint64_t handle, uint32_t class, const char *text, uint8_t replace,
			 uint64_t root)
{
	struct {
		uint64_t replace, root;
		uint32_t length;
		uint16_t name[100];
	} in = { .replace = replace, .root = root, .length = 2 * strlen(text) };
	unsigned int i;

	for (i = 0; text[i]; i++)
		in.name[i] = text[i];
	return set(handle, &in, 20 + 2 * i < 0x18 ? 0x18 : 20 + 2 * i, class);
}

TEST_F(io, rename_and_link)
{
	uint64_t root, other;
	char text[128];
	unsigned int i;

	EXPECT_EQ(0, new_name(h, 10, "g", 0, 0));
	EXPECT_FALSE(exists("f"));
	EXPECT_TRUE(exists("g"));
	ASSERT_EQ(0, open_file("d", GENERIC_READ, SHARE_ALL, 0, &root));
	EXPECT_EQ(0, new_name(h, 10, "inner", 0, root));
	EXPECT_TRUE(exists("d/inner"));
	snprintf(text, sizeof(text), "\\??\\unix%s\\f", dir);
	for (i = 0; text[i]; i++)
		text[i] = text[i] == '/' ? '\\' : text[i];
	EXPECT_EQ(0, new_name(h, 10, text, 0, 0));
	EXPECT_TRUE(exists("f"));
	ASSERT_EQ(0, put_file("there", "x"));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, new_name(h, 10, "there", 0, 0));
	ASSERT_EQ(0, open_file("there", GENERIC_READ, SHARE_ALL, 0, &other));
	EXPECT_EQ(STATUS_ACCESS_DENIED, new_name(h, 10, "there", 1, 0));
	EXPECT_EQ(0, NT(NtClose, other));
	EXPECT_EQ(STATUS_ACCESS_DENIED, new_name(h, 10, "d", 1, 0));
	EXPECT_EQ(0, new_name(h, 10, "there", 1, 0));
	EXPECT_EQ(10, size_of("there"));
	EXPECT_EQ(STATUS_OBJECT_PATH_NOT_FOUND, new_name(h, 10, "no\\x", 0, root));
	EXPECT_EQ(STATUS_OBJECT_NAME_INVALID, new_name(h, 10, "a\\b", 0, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, new_name(h, 10, "a", 0, 0x4000));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, new_name(h, 10, "", 0, 0));
	EXPECT_EQ(0, new_name(h, 11, "other", 0, 0));
	EXPECT_EQ(10, size_of("other"));
	EXPECT_EQ(STATUS_OBJECT_NAME_COLLISION, new_name(h, 11, "other", 0, 0));
	EXPECT_EQ(0, NT(NtClose, root));
}

static uint32_t list(uint64_t handle, uint32_t class, uint32_t length, int single,
		     const uint16_t *pattern, int restart)
{
	struct nt_name name;

	nt_name(&name, pattern, 0);
	memset(&io, 0xee, sizeof(io));
	return NT(NtQueryDirectoryFile, handle, 0, 0, 0, A(&io), A(buffer), length, class, single,
		  pattern ? A(&name.string) : 0, restart);
}

TEST_F(io, directory)
{
	static const struct {
		uint32_t class, name;
	} rows[] = {
		{ 1, 0x40 }, { 2, 0x44 }, { 3, 0x5e }, { 12, 0x0c }, { 37, 0x68 }, { 38, 0x50 },
	};
	uint64_t other;
	unsigned int i, n, at;
	char name[16];

	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "d/file%02u.txt", i);
		ASSERT_EQ(0, put_file(name, "abc"));
	}
	ASSERT_EQ(0, put_file("d/OTHER.doc", ""));
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(0, open_file("d", GENERIC_READ | SYNCHRONIZE, SHARE_ALL, SYNC, &other));
		n = 0;
		while (!list(other, rows[i].class, 1000, 0, u"file*", 0)) {
			for (at = 0;; at += *(uint32_t *)(buffer + at)) {
				EXPECT_EQ('f', buffer[at + rows[i].name]);
				EXPECT_EQ(20, *(uint32_t *)(buffer + at +
							    (rows[i].class == 12 ? 8 : 0x3c)));
				n++;
				if (!*(uint32_t *)(buffer + at))
					break;
			}
		}
		EXPECT_EQ(50, n) {
			TH_LOG("class %u", rows[i].class);
		}
		EXPECT_EQ(STATUS_NO_MORE_FILES, list(other, rows[i].class, 1000, 0, NULL, 0));
		/* The first pattern stays. */
		EXPECT_EQ(0, list(other, rows[i].class, 1000, 1, u"other*", 1));
		EXPECT_EQ('f', buffer[rows[i].name]);
		EXPECT_EQ(0, *(uint32_t *)buffer);
		EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
			  list(other, rows[i].class, rows[i].name, 0, NULL, 0));
		EXPECT_EQ(STATUS_BUFFER_OVERFLOW,
			  list(other, rows[i].class, rows[i].name + 4, 0, NULL, 1));
		EXPECT_EQ(0, NT(NtClose, other));
	}
	ASSERT_EQ(0, open_file("d", GENERIC_READ, SHARE_ALL, 0, &other));
	EXPECT_EQ(STATUS_NO_SUCH_FILE, list(other, 1, 1000, 0, u"none", 0));
	EXPECT_EQ(STATUS_NO_MORE_FILES, list(other, 1, 1000, 0, NULL, 0));
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS, list(other, 4, 1000, 0, NULL, 0));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, list(h, 1, 1000, 0, NULL, 0));
	EXPECT_EQ(STATUS_INVALID_HANDLE, list(0x4000, 1, 1000, 0, NULL, 0));
	EXPECT_EQ(0, NT(NtClose, other));
	static const uint16_t *const one[] = { u"?THER.DOC", u"<.doc", u"oth>>>>>>\"doc", u"*.d*" };

	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, open_file("d", GENERIC_READ, SHARE_ALL, 0, &other));
		EXPECT_EQ(0, list(other, 12, 1000, 0, one[i], 0)) {
			TH_LOG("pattern %u", i);
		}
		EXPECT_EQ('O', buffer[12]);
		EXPECT_EQ(0, NT(NtClose, other));
	}
}

static uint32_t lock(uint64_t handle, int64_t offset, int64_t length, int exclusive)
{
	return NT(NtLockFile, handle, 0, 0, 0, A(&io), A(&offset), A(&length), 0, 1, exclusive);
}

static uint32_t unlock(uint64_t handle, int64_t offset, int64_t length)
{
	return NT(NtUnlockFile, handle, A(&io), A(&offset), A(&length), 0);
}

TEST_F(io, locks)
{
	uint64_t other;

	ASSERT_EQ(0, open_file("f", GENERIC_READ | GENERIC_WRITE, SHARE_ALL, 0, &other));
	EXPECT_EQ(0, lock(h, 0, 10, 1));
	EXPECT_EQ(STATUS_LOCK_NOT_GRANTED, lock(other, 5, 1, 0));
	EXPECT_EQ(STATUS_LOCK_NOT_GRANTED, lock(h, 5, 1, 0));
	EXPECT_EQ(0, lock(other, 10, 5, 1));
	EXPECT_EQ(STATUS_RANGE_NOT_LOCKED, unlock(h, 0, 5));
	EXPECT_EQ(0, unlock(h, 0, 10));
	EXPECT_EQ(STATUS_RANGE_NOT_LOCKED, unlock(h, 0, 10));
	/* Of two shared locks one goes. */
	EXPECT_EQ(0, lock(h, 0, 6, 0));
	EXPECT_EQ(0, lock(h, 3, 6, 0));
	EXPECT_EQ(0, unlock(h, 0, 6));
	EXPECT_EQ(0, lock(other, 0, 3, 1));
	EXPECT_EQ(STATUS_LOCK_NOT_GRANTED, lock(other, 3, 1, 1));
	EXPECT_EQ(0, unlock(h, 3, 6));
	EXPECT_EQ(0, lock(other, 3, 1, 1));
	EXPECT_EQ(0, NT(NtClose, other));
	EXPECT_EQ(0, lock(h, 0, -1, 1));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, lock(h, -1, 1, 1));
	EXPECT_EQ(STATUS_INVALID_HANDLE, lock(0x4000, 0, 1, 1));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, NT(NtUnlockFile, h, A(&io), 8, 8, 0));
}

TEST_F(io, volume)
{
	static const struct {
		uint32_t class, size;
	} rows[] = { { 1, 0x18 }, { 3, 0x18 }, { 4, 8 }, { 5, 0x10 }, { 7, 0x20 } };
	unsigned int i;

	for (i = 0; i < 5; i++) {
		EXPECT_EQ(STATUS_INFO_LENGTH_MISMATCH,
			  NT(NtQueryVolumeInformationFile, h, A(&io), A(buffer), rows[i].size - 1,
			     rows[i].class));
		EXPECT_EQ(0, NT(NtQueryVolumeInformationFile, h, A(&io), A(buffer), 200,
				rows[i].class));
	}
	EXPECT_EQ(STATUS_INVALID_INFO_CLASS,
		  NT(NtQueryVolumeInformationFile, h, A(&io), A(buffer), 200, 2));
	EXPECT_EQ(STATUS_INVALID_HANDLE,
		  NT(NtQueryVolumeInformationFile, 0x4000, A(&io), A(buffer), 200, 1));
}

TEST_F(io, control_and_cancel)
{
	int fds[2], waiting = 0;
	uint64_t range[2] = { 2, 5 };

	ASSERT_EQ(0, pipe(fds));
	ASSERT_EQ(3, write(fds[1], "abc", 3));
	EXPECT_EQ(0, NT(NtDeviceIoControlFile, nt_handle_of(fds[0]), 0, 0, 0, A(&io), FIONREAD, 0,
			0,
			A(&waiting), 4));
	EXPECT_EQ(3, waiting);
	EXPECT_EQ(STATUS_INVALID_DEVICE_REQUEST,
		  NT(NtDeviceIoControlFile, h, 0, 0, 0, A(&io), 0x5499, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_INVALID_DEVICE_REQUEST,
		  NT(NtFsControlFile, h, 0, 0, 0, A(&io), 0x12345678, 0, 0, 0, 0));
	EXPECT_EQ(STATUS_NOT_A_REPARSE_POINT,
		  NT(NtFsControlFile, h, 0, 0, 0, A(&io), 0x900a8, 0, 0, A(buffer), 100));
	EXPECT_EQ(0, NT(NtFsControlFile, h, 0, 0, 0, A(&io), 0x980c8, A(range), 16, 0, 0));
	EXPECT_EQ(0, read_at(h, 10, NULL));
	EXPECT_EQ(0, memcmp("01\000\000\00056789", buffer, 10));
	EXPECT_EQ(0, NT(NtCancelIoFile, h, A(&io)));
	EXPECT_EQ(STATUS_NOT_FOUND, NT(NtCancelIoFileEx, h, 0, A(&io)));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtCancelIoFile, 0x4000, A(&io)));
	EXPECT_EQ(STATUS_INVALID_HANDLE, NT(NtCancelIoFileEx, 0x4000, 0, A(&io)));
}

TEST_HARNESS_MAIN
