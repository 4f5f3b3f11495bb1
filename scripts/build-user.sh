#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the user side in build/user and lays it out for the VM, as it would be installed, in build/guest.
set -euo pipefail
cd "$(dirname "$0")/.."

log=build/user.log
mkdir -p build
quietly() {
	"$@" >"$log" 2>&1 || {
		cat "$log" >&2
		echo "ntdbg: error: the user side does not build; the compiler's words stand above." >&2
		exit 1
	}
}

if [ ! -e build/user/build.ninja ]; then
	quietly cmake -S userlib -B build/user -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
fi
quietly cmake --build build/user -j "$(nproc)"
# Nothing to do when the build had nothing to do.
if [ ! -d build/guest ] || ! grep -q 'no work to do' "$log"; then
	rm -rf build/guest
	DESTDIR=$PWD/build/guest quietly cmake --install build/user --prefix /usr/local --strip
fi
