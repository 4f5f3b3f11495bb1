# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the gates share. A gate is a script that prints what it found and fails, or prints nothing and succeeds.

# shellcheck source=selftests/vm/lib/linux-source.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../selftests/vm/lib/linux-source.sh"
cd "$TOP"

# files_in PATH... -- PATTERN...: the files there of these names. A path that is not there is no error.
files_in() {
	local paths=() names=()
	while [ "$1" != -- ]; do
		[ ! -e "$1" ] || paths+=("$1")
		shift
	done
	shift
	for name; do
		names+=(-o -name "$name")
	done
	[ ${#paths[@]} -eq 0 ] || find "${paths[@]}" -type f \( "${names[@]:1}" \) | sort
}
