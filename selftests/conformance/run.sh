#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Everything that says how near this is to NT, as TAP: the layouts of the headers, the Win32 errors, the reference that Wine
# gives, and
# on one kernel the status tables, the fault table, the orders and the debugger loop.
# usage: run.sh [KERNEL]
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=selftests/vm/lib/kernels.sh
. selftests/vm/lib/kernels.sh

kernel=${1:-6.1}
check_kernel_name "$kernel"
scripts/deps.sh check
scripts/build-user.sh
scripts/build-selftests.sh

status=0
selftests/conformance/layouts/check.sh || status=1
selftests/conformance/errors/check.sh || status=1
selftests/conformance/loop/reference.sh || status=1
selftests/conformance/ntapi/reference.sh || status=1
mapfile -t tests <"$BUILD/selftests/TESTS_CONFORMANCE"
selftests/vm/check-kernel "$kernel" "${tests[@]}" || status=1
exit $status
