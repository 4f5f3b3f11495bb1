#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the guest: runs the program for Windows' native API, built against the headers of ntdbg-ntdll, by each of the three
# entries, and compares what it prints with what the same source gave on Windows' side (conformance_ntapi_reference).
# TAP. What Wine says otherwise than NT is in conformance_ntapi_rules.sed.
cd "$(dirname "$0")" || exit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed -f conformance_ntapi_rules.sed conformance_ntapi_reference >"$work/theirs"

entries='syscall gateway int2e'
echo 1..3
number=0 failed=0
for entry in $entries; do
	number=$((number + 1))
	NTDBG_NT_ENTRY=$entry timeout 60 ./conformance_ntapi </dev/null >"$work/ours" 2>&1
	if [ -s "$work/theirs" ] && cmp -s "$work/ours" "$work/theirs"; then
		echo "ok $number - by $entry: the same $(wc -l <"$work/ours") lines as on Windows"
	else
		failed=1
		echo "not ok $number - by $entry: other lines than on Windows"
		diff "$work/theirs" "$work/ours" | sed -n 's/^</# Windows/p; s/^>/# here   /p'
	fi
done
exit $failed
