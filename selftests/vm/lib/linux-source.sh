# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian's linux-source package: a few files of it for the tests and the gates, the whole for the debug kernel.

# shellcheck source=selftests/vm/lib/roots.sh
. "$(dirname "${BASH_SOURCE[0]}")/roots.sh"

LINUX_SOURCE_PACKAGE=linux-source-6.12
LINUX_SOURCE_FILES='tools/testing/selftests/kselftest.h tools/testing/selftests/kselftest_harness.h
scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch'
# Where the files above are, the same path for every version: Makefiles name it.
LINUX_SOURCE=$CACHE/linux-source

linux_source_key() {
	content_key "$(kernel_field 6.12 version)" "$LINUX_SOURCE_FILES"
}

# unpack_linux_source DIR [FILE...]: the whole, or only these files.
unpack_linux_source() {
	local dir=$1 deb file members=()
	shift
	deb=$(fetch_packages bookworm "$LINUX_SOURCE_PACKAGE")
	for file; do
		members+=("$LINUX_SOURCE_PACKAGE/$file")
	done
	mkdir -p "$dir"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$LINUX_SOURCE_PACKAGE.tar.xz" |
		xz -dc -T0 | tar -x -C "$dir" --strip-components=1 ${members[@]+"${members[@]}"}
}

unpack_linux_source_files() {
	rm -rf "$LINUX_SOURCE"
	# shellcheck disable=SC2086 # a list
	unpack_linux_source "$LINUX_SOURCE" $LINUX_SOURCE_FILES
	touch "$LINUX_SOURCE/.$(linux_source_key)"
}

ensure_linux_source_files() {
	cached "$LINUX_SOURCE/.$(linux_source_key)" \
		"fetching kselftest's headers and checkpatch from $LINUX_SOURCE_PACKAGE" unpack_linux_source_files
}
