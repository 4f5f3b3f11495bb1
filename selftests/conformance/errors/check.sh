#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Compares RtlNtStatusToDosError() of libntdbg with Windows' side, for every status that our headers define: TAP. What
# Windows' side says is in the file reference, which is compared with Debian's Wine; --update writes it anew.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=selftests/conformance/errors
out=build/conformance
mkdir -p $out

# Those of Windows: what begins with NTDBG_ is ours alone.
sed -nE 's/^#define ((STATUS|DBG)_[A-Z0-9_]+) \(\(NTSTATUS\)0x([0-9A-Fa-f]+)u\)$/\1 \3/p' \
	userlib/include/ntdbg/nt/status.h >$out/statuses

x86_64-w64-mingw32-gcc -std=gnu11 -Wall -Wextra -o $out/errors.exe $here/errors.c -lntdll
timeout 60 scripts/wine.sh $out/errors.exe <$out/statuses >$out/errors.wine
tr -d '\r' <$out/errors.wine >$out/errors.windows
[ "${1:-}" != --update ] || cp $out/errors.windows $here/reference

number=0 failed=0
# compare TEXT FILE: with the reference.
compare() {
	number=$((number + 1))
	if [ -s "$2" ] && cmp -s $here/reference "$2"; then
		echo "ok $number - $1: $(wc -l <"$2") statuses"
	else
		echo "not ok $number - $1"
		diff $here/reference "$2" | sed -n 's/^</# reference/p; s/^>/#          /p'
		failed=1
	fi
}

compare 'the reference of Win32 errors is what Wine gives' $out/errors.windows
gcc -std=gnu11 -Wall -Wextra -Iuserlib/include -Iuapi -pthread -o $out/errors $here/errors.c "${LIBRARY:-build/user}/libntdbg.a"
$out/errors <$out/statuses >$out/errors.ours
compare "the library's Win32 errors are Windows'" $out/errors.ours
echo "1..$number"
exit $failed
