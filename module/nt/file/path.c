// SPDX-License-Identifier: GPL-2.0
/* Names of files: see path.h. */
#include <linux/ctype.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "kcompat.h"
#include "ntstatus.h"
#include "nt/file/path.h"
#include "nt/file/vfs.h"
#include "ob/object.h"
#include "se/se.h"

static char drive_c[256] = "/";
module_param_string(drive_c, drive_c, sizeof(drive_c), 0444);
MODULE_PARM_DESC(drive_c, "the directory that NT names call C:, as each process sees it");

/* Bytes 0x80 to 0xff that are no UTF-8 */
#define NT_PATH_RAW 0xdc00u

static int nt_path_put(char *to, unsigned int size, unsigned int at, u32 c)
{
	u8 bytes[4];
	unsigned int nr, i;

	if (c < 0x80) {
		nr = 1;
		bytes[0] = c;
	} else if (c < 0x800) {
		nr = 2;
		bytes[0] = 0xc0 | c >> 6;
	} else if (c < 0x10000) {
		nr = 3;
		bytes[0] = 0xe0 | c >> 12;
	} else {
		nr = 4;
		bytes[0] = 0xf0 | c >> 18;
	}
	for (i = 1; i < nr; i++)
		bytes[i] = 0x80 | ((c >> (6 * (nr - 1 - i))) & 0x3f);
	if (at + nr > size)
		return -ENAMETOOLONG;
	memcpy(to + at, bytes, nr);
	return nr;
}

/**
 * nt_path_to_utf8() - UTF-16 to UTF-8
 * @from: the text
 * @units: of it
 * @to: where it goes; a 0 is put behind it
 * @size: of that
 *
 * Context: any.
 * Return: the length, -EILSEQ for lone surrogates (other than those that stand
 * for bytes), -ENAMETOOLONG.
 */
int nt_path_to_utf8(const u16 *from, unsigned int units, char *to, unsigned int size)
{
	unsigned int at = 0, i;
	int nr;

	for (i = 0; i < units; i++) {
		u32 c = from[i];

		if (c >= 0xd800 && c < 0xdc00 && i + 1 < units && from[i + 1] >= 0xdc00 &&
		    from[i + 1] < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (from[++i] - 0xdc00);
		} else if (c >= NT_PATH_RAW + 0x80 && c <= NT_PATH_RAW + 0xff) {
			if (at + 1 > size)
				return -ENAMETOOLONG;
			to[at++] = c - NT_PATH_RAW;
			continue;
		} else if (c >= 0xd800 && c < 0xe000) {
			return -EILSEQ;
		}
		nr = nt_path_put(to, size, at, c);
		if (nr < 0)
			return nr;
		at += nr;
	}
	if (at >= size)
		return -ENAMETOOLONG;
	to[at] = 0;
	return at;
}

/* The character at the beginning of @from, and how long it is; 0 if it is none. */
static unsigned int nt_path_get(const u8 *from, unsigned int bytes, u32 *c)
{
	static const u32 smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int nr, i;

	*c = from[0];
	if (from[0] < 0x80)
		return 1;
	nr = from[0] >= 0xf0 ? 4 : from[0] >= 0xe0 ? 3 : 2;
	if (from[0] < 0xc0 || from[0] >= 0xf8 || nr > bytes)
		return 0;
	*c = from[0] & (0x7f >> nr);
	for (i = 1; i < nr; i++) {
		if ((from[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (from[i] & 0x3f);
	}
	if (*c < smallest[nr] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return 0;
	return nr;
}

/**
 * nt_path_to_utf16() - UTF-8 to UTF-16
 * @from: the text
 * @bytes: of it
 * @to: where it goes: as many units as there are bytes are enough
 *
 * Context: any.
 * Return: how many units.
 */
unsigned int nt_path_to_utf16(const char *from, unsigned int bytes, u16 *to)
{
	unsigned int at = 0, i = 0;

	while (i < bytes) {
		u32 c;
		unsigned int nr = nt_path_get((const u8 *)from + i, bytes - i, &c);

		if (!nr) {
			to[at++] = NT_PATH_RAW + (u8)from[i++];
			continue;
		}
		i += nr;
		if (c >= 0x10000) {
			to[at++] = 0xd800 + ((c - 0x10000) >> 10);
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		to[at++] = c;
	}
	return at;
}

/* What upper case is to names: ASCII and Latin-1. */
static u16 nt_path_upper(u16 c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7))
		return c - 0x20;
	return c;
}

/* If @name begins with @prefix, in any case and at the end of a component: what is behind it. */
static const u16 *nt_path_behind(const u16 *name, const u16 *end, const char *prefix)
{
	for (; *prefix; prefix++, name++)
		if (name == end || nt_path_upper(*name) != nt_path_upper(*prefix))
			return NULL;
	return name == end || *name == '\\' ? name : NULL;
}

/* Which characters NTFS has no names with */
static bool nt_path_dos_forbids(u16 c)
{
	return c < 0x20 || (c < 0x80 && strchr("\"*:<>?|", c));
}

/*
 * Puts the components of @name behind what is in @to. A separator in front and
 * one behind are allowed; the latter sets @directory.
 */
static u32 nt_path_components(const u16 *name, const u16 *end, bool dos, char *to, bool *directory)
{
	unsigned int at = strlen(to);
	const u16 *next;
	int length;

	if (name < end && *name == '\\')
		name++;
	for (; name < end; name = next + 1) {
		const u16 *c;

		for (next = name; next < end && *next != '\\'; next++)
			;
		if (next == name)
			return STATUS_OBJECT_NAME_INVALID;
		for (c = name; c < next; c++)
			if (!*c || *c == '/' || (dos && nt_path_dos_forbids(*c)))
				return STATUS_OBJECT_NAME_INVALID;
		if (at && to[at - 1] != '/') {
			if (at + 1 >= PATH_MAX)
				return STATUS_NAME_TOO_LONG;
			to[at++] = '/';
		}
		length = nt_path_to_utf8(name, next - name, to + at, PATH_MAX - at);
		if (length == -ENAMETOOLONG)
			return next - name > NAME_MAX ? STATUS_OBJECT_NAME_INVALID :
							STATUS_NAME_TOO_LONG;
		if (length < 0 || length > NAME_MAX || !strcmp(to + at, ".") ||
		    !strcmp(to + at, ".."))
			return STATUS_OBJECT_NAME_INVALID;
		at += length;
		if (next == end)
			return STATUS_SUCCESS;
		if (next + 1 == end)
			*directory = true;
	}
	return STATUS_SUCCESS;
}

static u32 nt_path_absolute(const u16 *name, const u16 *end, char *to, bool *directory)
{
	static const char *const roots[] = { "\\??", "\\DosDevices", "\\GLOBAL??" };
	const u16 *rest = NULL, *behind;
	unsigned int i;

	if (nt_path_behind(name, end, "\\Device\\Null") == end) {
		strscpy(to, "/dev/null", PATH_MAX);
		return STATUS_SUCCESS;
	}
	for (i = 0; i < ARRAY_SIZE(roots) && !rest; i++)
		rest = nt_path_behind(name, end, roots[i]);
	/* The directories of objects themselves are no files. */
	if (rest && end - rest <= 1)
		return STATUS_OBJECT_TYPE_MISMATCH;
	if (rest) {
		behind = nt_path_behind(rest, end, "\\unix");
		if (behind) {
			strscpy(to, "/", PATH_MAX);
			return nt_path_components(behind, end, false, to, directory);
		}
		behind = nt_path_behind(rest, end, "\\C:");
		if (behind) {
			strscpy(to, drive_c, PATH_MAX);
			return nt_path_components(behind, end, true, to, directory);
		}
		if (nt_path_behind(rest, end, "\\NUL") == end) {
			strscpy(to, "/dev/null", PATH_MAX);
			return STATUS_SUCCESS;
		}
	}
	/* Something that there is not: is it the last component? */
	for (name = rest ? rest + 1 : name + 1; name < end; name++)
		if (*name == '\\')
			return STATUS_OBJECT_PATH_NOT_FOUND;
	return STATUS_OBJECT_NAME_NOT_FOUND;
}

static u32 nt_path_root(u64 handle, struct nt_path *path)
{
	int fd = ob_fd_of_handle(handle);

	path->root = fd < 0 ? NULL : fget_raw(fd);
	if (!path->root)
		return STATUS_INVALID_HANDLE;
	if (ob_is_handle(path->root))
		return STATUS_OBJECT_TYPE_MISMATCH;
	path->dfd = fd;
	return STATUS_SUCCESS;
}

/**
 * nt_path_map() - the Linux name of a file
 * @attributes: captured attributes
 * @path: where it goes; to be given back with nt_path_release(), also after a failure
 *
 * Context: may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_HANDLE or STATUS_OBJECT_TYPE_MISMATCH
 * for the root; the statuses of bad names; STATUS_INSUFFICIENT_RESOURCES.
 */
u32 nt_path_map(const struct ob_attributes *attributes, struct nt_path *path)
{
	const u16 *name = attributes->name, *end = name + attributes->characters;
	u32 status;

	*path = (struct nt_path){
		.dfd = AT_FDCWD,
		.any_case = attributes->attributes & OBJ_CASE_INSENSITIVE,
	};
	path->name = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	if (!path->name)
		return STATUS_INSUFFICIENT_RESOURCES;
	path->name[0] = 0;
	if (!attributes->root) {
		if (name == end || *name != '\\')
			return STATUS_OBJECT_PATH_SYNTAX_BAD;
		return nt_path_absolute(name, end, path->name, &path->directory);
	}
	status = nt_path_root(attributes->root, path);
	if (status)
		return status;
	if (name != end && *name == '\\')
		return STATUS_OBJECT_PATH_SYNTAX_BAD;
	if (name != end && !d_is_dir(path->root->f_path.dentry))
		return STATUS_NOT_A_DIRECTORY;
	return nt_path_components(name, end, false, path->name, &path->directory);
}

/**
 * nt_path_release() - give back what nt_path_map() took
 * @path: the name
 *
 * Context: may sleep.
 */
void nt_path_release(struct nt_path *path)
{
	kfree(path->name);
	if (path->root)
		fput(path->root);
	path->name = NULL;
	path->root = NULL;
}

/* Is there a directory in which the last component could be? */
static bool nt_path_parent_exists(const struct nt_path *path)
{
	char *slash = strrchr(path->name, '/');
	struct file *parent;

	if (!slash || slash == path->name)
		return true;
	*slash = 0;
	parent = nt_vfs_open(path->dfd, path->name, O_PATH | O_DIRECTORY, 0);
	*slash = '/';
	if (IS_ERR(parent))
		return false;
	fput(parent);
	return true;
}

/**
 * nt_path_status() - why a name could not be opened
 * @path: the name
 * @err: a negative errno of a lookup
 *
 * Context: may sleep.
 * Return: NTSTATUS.
 */
u32 nt_path_status(const struct nt_path *path, int err)
{
	switch (err) {
	case -ENOENT:
		return nt_path_parent_exists(path) ? STATUS_OBJECT_NAME_NOT_FOUND :
						     STATUS_OBJECT_PATH_NOT_FOUND;
	case -ENOTDIR:
		return nt_path_parent_exists(path) ? STATUS_NOT_A_DIRECTORY :
						     STATUS_OBJECT_PATH_NOT_FOUND;
	case -ENAMETOOLONG:
		return STATUS_OBJECT_NAME_INVALID;
	case -ELOOP:
		return STATUS_OBJECT_PATH_NOT_FOUND;
	default:
		return nt_status(err);
	}
}

struct nt_path_search {
	struct dir_context ctx;
	const u16 *wanted;
	unsigned int units;
	u16 *scratch;
	char *found;
	bool done;
};

static bool nt_path_compare(struct dir_context *ctx, const char *name, int length, loff_t offset,
			    u64 ino, unsigned int type)
{
	struct nt_path_search *search = container_of(ctx, struct nt_path_search, ctx);
	unsigned int i, units;

	if (length > NAME_MAX)
		return true;
	units = nt_path_to_utf16(name, length, search->scratch);
	if (units != search->units)
		return true;
	for (i = 0; i < units; i++)
		if (nt_path_upper(search->scratch[i]) != nt_path_upper(search->wanted[i]))
			return true;
	memcpy(search->found, name, length);
	search->found[length] = 0;
	search->done = true;
	return false;
}

/* Looks for @name in a directory; what is found replaces it. */
static bool nt_path_search(struct file *directory, char *name)
{
	struct nt_path_search search = { .ctx = { .actor = nt_path_compare } };
	u16 *text = kmalloc_array(3 * (NAME_MAX + 1), sizeof(u16), GFP_KERNEL_ACCOUNT);
	unsigned int length = strlen(name);
	loff_t before;

	if (!text || length > NAME_MAX) {
		kfree(text);
		return false;
	}
	search.units = nt_path_to_utf16(name, length, text);
	search.wanted = text;
	search.scratch = text + NAME_MAX + 1;
	search.found = (char *)(text + 2 * (NAME_MAX + 1));
	do {
		before = search.ctx.pos;
		if (iterate_dir(directory, &search.ctx))
			break;
	} while (!search.done && search.ctx.pos != before);
	/* The same characters, but perhaps not the same length: then it is as good as not there. */
	if (search.done && strlen(search.found) == length)
		memcpy(name, search.found, length);
	else
		search.done = false;
	kfree(text);
	return search.done;
}

/**
 * nt_path_fix_case() - make a name that was not found one that is there
 * @path: the name; changed
 *
 * Each component that is not there as it is written is looked for in its
 * directory, which the caller has to be allowed to read.
 *
 * Context: may sleep.
 * Return: true if all components are there now.
 */
bool nt_path_fix_case(struct nt_path *path)
{
	char *at = path->name + (path->name[0] == '/'), *slash, *end;
	struct file *file, *directory;
	bool found = true;

	if (se_allow(__NR_getdents64, 0, 0, 0, 0, 0, 0))
		return false;
	for (; *at && found; at = end + !!slash) {
		slash = strchr(at, '/');
		end = slash ? slash : at + strlen(at);
		*end = 0;
		file = nt_vfs_open(path->dfd, path->name, O_PATH, 0);
		if (!IS_ERR(file)) {
			fput(file);
		} else if (PTR_ERR(file) != -ENOENT) {
			found = false;
		} else {
			char keep = *at;

			*at = 0;
			directory = nt_vfs_open(path->dfd, path->name[0] ? path->name : ".",
						O_RDONLY | O_DIRECTORY, 0);
			*at = keep;
			found = !IS_ERR(directory) && nt_path_search(directory, at);
			if (!IS_ERR(directory))
				fput(directory);
		}
		if (slash)
			*slash = '/';
	}
	return found;
}

/**
 * nt_path_of() - the name of a file on its volume
 * @path: of the file
 * @units: set to its length
 *
 * That is the Linux name as the caller sees it, less drive_c if it is in there,
 * with NT's separators.
 *
 * Context: may sleep.
 * Return: UTF-16, to be freed with kvfree(), or an ERR_PTR.
 */
u16 *nt_path_of(const struct path *path, unsigned int *units)
{
	size_t prefix = strlen(drive_c);
	unsigned int i;
	char *buffer, *name;
	u16 *text;

	buffer = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	text = kvmalloc_array(PATH_MAX, sizeof(u16), GFP_KERNEL_ACCOUNT);
	name = buffer && text ? d_path(path, buffer, PATH_MAX) : ERR_PTR(-ENOMEM);
	if (IS_ERR(name)) {
		kfree(buffer);
		kvfree(text);
		return ERR_CAST(name);
	}
	while (prefix && drive_c[prefix - 1] == '/')
		prefix--;
	if (!strncmp(name, drive_c, prefix) && name[prefix] == '/')
		name += prefix;
	*units = nt_path_to_utf16(name, strlen(name), text);
	for (i = 0; i < *units; i++)
		if (text[i] == '/')
			text[i] = '\\';
	kfree(buffer);
	return text;
}

/* Wildcards as directories are asked with them */
#define NT_DOS_STAR '<'
#define NT_DOS_QM '>'
#define NT_DOS_DOT '"'

/* May this element of a pattern stand for nothing, with @left characters to go? */
static bool nt_path_skips(u16 c, const u16 *name, unsigned int left)
{
	switch (c) {
	case '*':
	case NT_DOS_STAR:
		return true;
	case NT_DOS_QM:
		return !left || *name == '.';
	case NT_DOS_DOT:
		return !left;
	default:
		return false;
	}
}

/**
 * nt_path_match() - is a name described by a pattern? (FsRtlIsNameInExpression)
 * @pattern: with wildcards
 * @nr_pattern: length, at most NAME_MAX
 * @name: the name
 * @nr_name: its length
 *
 * Upper and lower case are the same.
 *
 * Context: any.
 * Return: true if so.
 */
bool nt_path_match(const u16 *pattern, unsigned int nr_pattern, const u16 *name,
		   unsigned int nr_name)
{
	/* at: before which elements of the pattern one may be, with what was seen of the name */
	DECLARE_BITMAP(at, NAME_MAX + 2) = { 1 };
	DECLARE_BITMAP(next, NAME_MAX + 2);
	unsigned int i, p, last_dot = nr_name;

	if (nr_pattern > NAME_MAX)
		return false;
	for (i = 0; i < nr_name; i++)
		if (name[i] == '.')
			last_dot = i;
	for (i = 0; i <= nr_name; i++) {
		bitmap_zero(next, NAME_MAX + 2);
		for (p = 0; p < nr_pattern; p++) {
			u16 c = pattern[p];

			if (!test_bit(p, at))
				continue;
			if (nt_path_skips(c, name + i, nr_name - i))
				__set_bit(p + 1, at);
			if (i == nr_name)
				continue;
			if (c == '*' || (c == NT_DOS_STAR && i != last_dot))
				__set_bit(p, next);
			else if (c == NT_DOS_STAR)
				continue;
			else if (c == '?' || (c == NT_DOS_QM && name[i] != '.') ||
				 (c == NT_DOS_DOT && name[i] == '.') ||
				 nt_path_upper(c) == nt_path_upper(name[i]))
				__set_bit(p + 1, next);
		}
		if (i < nr_name)
			bitmap_copy(at, next, NAME_MAX + 2);
	}
	return test_bit(nr_pattern, at);
}
