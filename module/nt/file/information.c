// SPDX-License-Identifier: GPL-2.0
/* NtQueryInformationFile, NtQueryAttributesFile, NtQueryFullAttributesFile. */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "nt/file/file.h"
#include "nt/file/information.h"
#include "nt/file/path.h"
#include "nt/file/vfs.h"
#include "nt/service.h"
#include "ob/object.h"
#include "se/se.h"

/* Options that FileModeInformation tells */
#define NT_MODE_OPTIONS (FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | \
			 FILE_NO_INTERMEDIATE_BUFFERING | FILE_SYNCHRONOUS | FILE_DELETE_ON_CLOSE)

struct nt_basic {
	u64 created;
	u64 accessed;
	u64 written;
	u64 changed;
	u32 attributes;
	u32 padding;
};

struct nt_standard {
	u64 allocation;
	u64 size;
	u32 links;
	u8 delete_pending;
	u8 directory;
	u16 padding;
};

struct nt_network {
	u64 created;
	u64 accessed;
	u64 written;
	u64 changed;
	u64 allocation;
	u64 size;
	u32 attributes;
	u32 padding;
};

/* FILE_ALL_INFORMATION up to the name */
struct nt_all {
	struct nt_basic basic;
	struct nt_standard standard;
	u64 index;
	u32 ea_size;
	u32 access;
	u64 position;
	u32 mode;
	u32 alignment;
	u32 name_length;
};

struct nt_stream {
	u32 next;
	u32 name_length;
	u64 size;
	u64 allocation;
	u16 name[7];
};

/* What a class says: something of fixed size, and perhaps a name of kvmalloc() behind it. */
struct nt_answer {
	union {
		struct nt_basic basic;
		struct nt_standard standard;
		struct nt_network network;
		struct nt_all all;
		struct nt_stream stream;
		u64 quad[2];
		u32 word[4];
		struct {
			u64 volume;
			u64 low;
			u64 high;
		} id;
	};
	unsigned int fixed_size;
	u16 *name;
	unsigned int name_size;
};

struct nt_question {
	struct file *file;
	struct kstat stat;
	struct nt_open_info info;
};

static void nt_fill_basic(const struct kstat *stat, struct nt_basic *basic)
{
	*basic = (struct nt_basic){
		.created = nt_file_created(stat),
		.accessed = nt_file_time(&stat->atime),
		.written = nt_file_time(&stat->mtime),
		.changed = nt_file_time(&stat->ctime),
		.attributes = nt_file_attributes(stat),
	};
}

static void nt_fill_standard(const struct nt_question *question, struct nt_standard *standard)
{
	*standard = (struct nt_standard){
		.allocation = nt_file_allocation(&question->stat),
		.size = nt_file_size(&question->stat),
		.links = question->stat.nlink,
		.delete_pending = question->info.delete_pending,
		.directory = S_ISDIR(question->stat.mode),
	};
}

static void nt_fill_network(const struct kstat *stat, struct nt_network *network)
{
	*network = (struct nt_network){
		.created = nt_file_created(stat),
		.accessed = nt_file_time(&stat->atime),
		.written = nt_file_time(&stat->mtime),
		.changed = nt_file_time(&stat->ctime),
		.allocation = nt_file_allocation(stat),
		.size = nt_file_size(stat),
		.attributes = nt_file_attributes(stat),
	};
}

static u32 nt_query_basic(const struct nt_question *question, struct nt_answer *answer)
{
	nt_fill_basic(&question->stat, &answer->basic);
	answer->fixed_size = sizeof(answer->basic);
	return STATUS_SUCCESS;
}

static u32 nt_query_standard(const struct nt_question *question, struct nt_answer *answer)
{
	nt_fill_standard(question, &answer->standard);
	answer->fixed_size = sizeof(answer->standard);
	return STATUS_SUCCESS;
}

static u32 nt_query_internal(const struct nt_question *question, struct nt_answer *answer)
{
	answer->quad[0] = question->stat.ino;
	answer->fixed_size = sizeof(u64);
	return STATUS_SUCCESS;
}

static u32 nt_query_ea(const struct nt_question *question, struct nt_answer *answer)
{
	answer->word[0] = 0;
	answer->fixed_size = sizeof(u32);
	return STATUS_SUCCESS;
}

static u32 nt_query_access(const struct nt_question *question, struct nt_answer *answer)
{
	answer->word[0] = question->info.access;
	answer->fixed_size = sizeof(u32);
	return STATUS_SUCCESS;
}

static u32 nt_query_name_text(const struct nt_question *question, struct nt_answer *answer)
{
	unsigned int units;

	answer->name = nt_path_of(&question->file->f_path, &units);
	if (IS_ERR(answer->name)) {
		u32 status = nt_status(PTR_ERR(answer->name));

		answer->name = NULL;
		return status;
	}
	answer->name_size = units * sizeof(u16);
	return STATUS_SUCCESS;
}

static u32 nt_query_name(const struct nt_question *question, struct nt_answer *answer)
{
	u32 status = nt_query_name_text(question, answer);

	answer->word[0] = answer->name_size;
	answer->fixed_size = sizeof(u32);
	return status;
}

static u32 nt_query_position(const struct nt_question *question, struct nt_answer *answer)
{
	answer->quad[0] = question->file->f_pos;
	answer->fixed_size = sizeof(u64);
	return STATUS_SUCCESS;
}

static u32 nt_query_mode(const struct nt_question *question, struct nt_answer *answer)
{
	answer->word[0] = question->info.options & NT_MODE_OPTIONS;
	answer->fixed_size = sizeof(u32);
	return STATUS_SUCCESS;
}

static u32 nt_query_alignment(const struct nt_question *question, struct nt_answer *answer)
{
	answer->word[0] = 0;
	answer->fixed_size = sizeof(u32);
	return STATUS_SUCCESS;
}

static u32 nt_query_all(const struct nt_question *question, struct nt_answer *answer)
{
	u32 status = nt_query_name_text(question, answer);

	answer->all = (struct nt_all){
		.index = question->stat.ino,
		.access = question->info.access,
		.position = question->file->f_pos,
		.mode = question->info.options & NT_MODE_OPTIONS,
		.name_length = answer->name_size,
	};
	nt_fill_basic(&question->stat, &answer->all.basic);
	nt_fill_standard(question, &answer->all.standard);
	answer->fixed_size = offsetofend(struct nt_all, name_length);
	return status;
}

static u32 nt_query_stream(const struct nt_question *question, struct nt_answer *answer)
{
	static const u16 name[] = { ':', ':', '$', 'D', 'A', 'T', 'A' };

	if (!S_ISREG(question->stat.mode)) {
		answer->fixed_size = 0;
		return STATUS_SUCCESS;
	}
	answer->stream = (struct nt_stream){
		.name_length = sizeof(name),
		.size = question->stat.size,
		.allocation = nt_file_allocation(&question->stat),
	};
	memcpy(answer->stream.name, name, sizeof(name));
	answer->fixed_size = offsetof(struct nt_stream, name) + sizeof(name);
	return STATUS_SUCCESS;
}

static u32 nt_query_compression(const struct nt_question *question, struct nt_answer *answer)
{
	answer->quad[0] = nt_file_size(&question->stat);
	answer->quad[1] = 0;
	answer->fixed_size = 2 * sizeof(u64);
	return STATUS_SUCCESS;
}

static u32 nt_query_network(const struct nt_question *question, struct nt_answer *answer)
{
	nt_fill_network(&question->stat, &answer->network);
	answer->fixed_size = sizeof(answer->network);
	return STATUS_SUCCESS;
}

/* The tag of symbolic links */
#define IO_REPARSE_TAG_SYMLINK 0xa000000cu

static u32 nt_query_tag(const struct nt_question *question, struct nt_answer *answer)
{
	answer->word[0] = nt_file_attributes(&question->stat);
	answer->word[1] = S_ISLNK(question->stat.mode) ? IO_REPARSE_TAG_SYMLINK : 0;
	answer->fixed_size = 2 * sizeof(u32);
	return STATUS_SUCCESS;
}

static u32 nt_query_id(const struct nt_question *question, struct nt_answer *answer)
{
	answer->id.volume = new_encode_dev(question->stat.dev);
	answer->id.low = question->stat.ino;
	answer->id.high = 0;
	answer->fixed_size = sizeof(answer->id);
	return STATUS_SUCCESS;
}

static const struct nt_query_class {
	u32 (*fill)(const struct nt_question *question, struct nt_answer *answer);
	u32 size;	/* at least */
	u32 access;
} nt_query_classes[] = {
	[FILE_BASIC_INFORMATION] = { nt_query_basic, 0x28, FILE_READ_ATTRIBUTES },
	[FILE_STANDARD_INFORMATION] = { nt_query_standard, 0x18 },
	[FILE_INTERNAL_INFORMATION] = { nt_query_internal, 8 },
	[FILE_EA_INFORMATION] = { nt_query_ea, 4 },
	[FILE_ACCESS_INFORMATION] = { nt_query_access, 4 },
	[FILE_NAME_INFORMATION] = { nt_query_name, 8 },
	[FILE_POSITION_INFORMATION] = { nt_query_position, 8 },
	[FILE_MODE_INFORMATION] = { nt_query_mode, 4 },
	[FILE_ALIGNMENT_INFORMATION] = { nt_query_alignment, 4 },
	[FILE_ALL_INFORMATION] = { nt_query_all, 0x68, FILE_READ_ATTRIBUTES },
	[FILE_STREAM_INFORMATION] = { nt_query_stream, 0x20 },
	[FILE_COMPRESSION_INFORMATION] = { nt_query_compression, 0x10 },
	[FILE_NETWORK_OPEN_INFORMATION] = { nt_query_network, 0x38, FILE_READ_ATTRIBUTES },
	[FILE_ATTRIBUTE_TAG_INFORMATION] = { nt_query_tag, 8, FILE_READ_ATTRIBUTES },
	[FILE_ID_INFORMATION] = { nt_query_id, 0x18 },
};

static u32 nt_query_write(const struct nt_answer *answer, u64 out, u32 length, u64 *information)
{
	u32 fixed = min(length, answer->fixed_size);
	u32 name = min(length - fixed, answer->name_size) & ~1u;
	u32 status = nt_copy_to(out, &answer->all, fixed, 1);

	if (!status && name)
		status = nt_copy_to(out + fixed, answer->name, name, 1);
	*information = fixed + name;
	if (status)
		return status;
	return fixed < answer->fixed_size || name < answer->name_size ? STATUS_BUFFER_OVERFLOW :
									STATUS_SUCCESS;
}

NT_SERVICE5(nt_query_information_file, u64, handle, u64, iosb, u64, out, u32, length, u32, class)
{
	const struct nt_query_class *query;
	struct nt_answer answer = { };
	struct nt_question question;
	u64 information;
	u32 status;
	int err;

	if (class >= ARRAY_SIZE(nt_query_classes) || !nt_query_classes[class].fill)
		return STATUS_INVALID_INFO_CLASS;
	query = &nt_query_classes[class];
	if (length < query->size)
		return STATUS_INFO_LENGTH_MISMATCH;
	status = nt_file_reference(handle, query->access, &question.file);
	if (status)
		return status;
	status = nt_file_probe_io_status(iosb);
	if (!status)
		status = nt_probe_for_write(out, length, sizeof(u32));
	if (!status)
		status = se_allow(__NR_fstat, ob_fd_of_handle(handle), 0, 0, 0, 0, 0);
	if (!status) {
		err = nt_file_stat(&question.file->f_path, &question.stat);
		status = nt_status(err);
	}
	if (!status) {
		nt_open_get_info(question.file, &question.info);
		status = query->fill(&question, &answer);
	}
	if (!status) {
		status = nt_query_write(&answer, out, length, &information);
		if (!status || status == STATUS_BUFFER_OVERFLOW)
			nt_put_io_status(iosb, status, information);
	}
	kvfree(answer.name);
	fput(question.file);
	return status;
}

/* The attributes of what has that name. */
static u32 nt_query_by_name(u64 attributes, struct kstat *stat)
{
	struct ob_attributes captured;
	struct nt_path path = { };
	struct file *file;
	u32 status;

	status = nt_capture_attributes(attributes, true, &captured);
	if (!status)
		status = nt_path_map(&captured, &path);
	if (!status)
		status = se_allow(__NR_newfstatat, path.dfd, 0, 0, 0, 0, 0);
	if (!status && !path.name[0]) {
		status = nt_status(nt_file_stat(&path.root->f_path, stat));
	} else if (!status) {
		file = nt_vfs_open(path.dfd, path.name, O_PATH, 0);
		if (file == ERR_PTR(-ENOENT) && path.any_case && nt_path_fix_case(&path))
			file = nt_vfs_open(path.dfd, path.name, O_PATH, 0);
		if (IS_ERR(file)) {
			status = nt_path_status(&path, PTR_ERR(file));
			if (status == STATUS_NOT_A_DIRECTORY)
				status = STATUS_OBJECT_PATH_NOT_FOUND;
		} else {
			status = nt_status(nt_file_stat(&file->f_path, stat));
			if (!status && path.directory && !S_ISDIR(stat->mode))
				status = STATUS_OBJECT_NAME_INVALID;
			fput(file);
		}
	}
	nt_path_release(&path);
	nt_release_attributes(&captured);
	return status;
}

NT_SERVICE2(nt_query_attributes_file, u64, attributes, u64, out)
{
	struct nt_basic basic;
	struct kstat stat;
	u32 status;

	status = nt_probe_for_write(out, sizeof(basic), sizeof(u32));
	if (!status)
		status = nt_query_by_name(attributes, &stat);
	if (status)
		return status;
	nt_fill_basic(&stat, &basic);
	return nt_copy_to(out, &basic, sizeof(basic), sizeof(u32));
}

NT_SERVICE2(nt_query_full_attributes_file, u64, attributes, u64, out)
{
	struct nt_network network;
	struct kstat stat;
	u32 status;

	status = nt_probe_for_write(out, sizeof(network), sizeof(u32));
	if (!status)
		status = nt_query_by_name(attributes, &stat);
	if (status)
		return status;
	nt_fill_network(&stat, &network);
	return nt_copy_to(out, &network, sizeof(network), sizeof(u32));
}
