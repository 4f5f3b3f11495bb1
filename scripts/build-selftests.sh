#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the test programs in build/selftests, against kselftest's headers from Debian's linux-source package. Those
# that test the user side, too, are built when that is: they are listed in TESTS_CONFORMANCE and TESTS_USER.
# shellcheck source=selftests/vm/lib/linux-source.sh
. "$(dirname "$0")/../selftests/vm/lib/linux-source.sh"

ensure_kernel_list
ensure_linux_source_files
tests=$BUILD/selftests
make=(make -s -j"$(nproc)" KSFT_DIR="$LINUX_SOURCE/tools/testing/selftests" OUT="$tests")
"${make[@]}" -C "$TOP/selftests" "$@" >&2

if [ ! -e "$BUILD/user/build.ninja" ]; then
	rm -f "$tests/TESTS_CONFORMANCE" "$tests/TESTS_USER"
	say 'the tests of the user side are left out, because it is not built. Type: make user'
	exit
fi
"${make[@]}" -C "$TOP/selftests/conformance" LIBRARY="$BUILD/user" "$@" >&2

# wrap NAME COMMAND: what run-tests can run beside the test programs.
wrap() {
	printf '#!/bin/sh\n%s\n' "$2" >"$tests/$1"
	chmod 755 "$tests/$1"
	echo "$1"
}

${CC:-gcc} -g -O1 -fno-inline -pthread -o "$tests/prompted" "$TOP/selftests/demo/prompted.c"
cp "$TOP/selftests/demo/prompt-guest.py" "$TOP/selftests/ssdt.sh" "$tests/"
# shellcheck disable=SC2016 # the guest's shell expands it
{
	# What the user side installs for that.
	for program in "$BUILD"/guest/usr/local/libexec/ntdbg/tests/*_test; do
		wrap "${program##*/}" "exec ${program#"$BUILD/guest"}"
	done
	wrap prompt_test 'exec python3 ./prompt-guest.py "$PWD/prompted"'
	wrap ssdt_test 'exec ./ssdt.sh'
} >"$tests/TESTS_USER"
