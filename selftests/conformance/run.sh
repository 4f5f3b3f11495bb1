#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Everything that says how near this is to NT, as TAP: the layouts of the headers, the reference that Wine gives, and
# on one kernel the status tables, the fault table, the orders and the debugger loop.
# usage: run.sh [KERNEL]
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=selftests/vm/lib/linux-source.sh
. selftests/vm/lib/linux-source.sh

kernel=${1:-6.1}
check_kernel_name "$kernel"
scripts/deps.sh check
scripts/build-user.sh
scripts/build-selftests.sh
make -s -C selftests/conformance KSFT_DIR="$LINUX_SOURCE/tools/testing/selftests" OUT="$BUILD/selftests" \
	LIBRARY="$BUILD/user" >&2

status=0
selftests/conformance/layouts/check.sh || status=1
selftests/conformance/loop/reference.sh || status=1
mapfile -t tests <"$BUILD/selftests/TESTS_CONFORMANCE"
selftests/vm/check-kernel "$kernel" "${tests[@]}" || status=1
exit $status
