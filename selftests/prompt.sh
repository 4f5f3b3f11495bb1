#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The debugger's prompt in the VM, driven by a pipe and by a terminal: TAP.
# KERNEL=6.1|6.12|new chooses the kernel.

# shellcheck source=selftests/vm/lib/common.sh
. "$(dirname "$0")/vm/lib/common.sh"
cd "$TOP"
kernel=${KERNEL:-6.1}

scripts/build-user.sh
selftests/vm/build-module "$kernel"
mkdir -p "$BUILD/demo"
${CC:-cc} -g -O1 -fno-inline -pthread -o "$BUILD/demo/prompted" selftests/demo/prompted.c
exec selftests/vm/vm-run --kernel "$kernel" --timeout "${RUN_LIMIT:-400}" \
	--console "$BUILD/prompt.console" --result "$BUILD/prompt.result" \
	--put "$BUILD/guest/usr/local:/usr/local" --put "$BUILD/demo/prompted:/demo/prompted" \
	--put selftests/demo/prompt-guest.py:/demo/prompt-guest.py -- \
	timeout -k 5 "${TEST_LIMIT:-300}" python3 /demo/prompt-guest.py /demo/prompted
