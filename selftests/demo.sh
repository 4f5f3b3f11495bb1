#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# make demo: boots the VM, loads the module and shows the tool on programs that were not written for it.
# KERNEL=6.1|6.12|new chooses the kernel.

# shellcheck source=selftests/vm/lib/common.sh
. "$(dirname "$0")/vm/lib/common.sh"
cd "$TOP"
kernel=${KERNEL:-6.1}

scripts/build-user.sh
selftests/vm/build-module "$kernel"
mkdir -p "$BUILD/demo"
${CC:-cc} -g -O1 -o "$BUILD/demo/crash" selftests/demo/crash.c
exec selftests/vm/vm-run --kernel "$kernel" --timeout 120 \
	--put "$BUILD/guest/usr/local:/usr/local" --put "$BUILD/demo/crash:/demo/crash" \
	--put selftests/demo/guest.sh:/demo/guest.sh -- sh /demo/guest.sh
