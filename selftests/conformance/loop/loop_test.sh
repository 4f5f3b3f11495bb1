#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the guest: runs every scenario of the debugger loop, built against our <windows.h>, and compares its events with
# those that the same source gave on Windows' side (conformance_loop_reference). TAP. What the comparison leaves out is
# in conformance_loop_rules.awk.
cd "$(dirname "$0")" || exit
reference=$PWD/conformance_loop_reference
rules=$PWD/conformance_loop_rules.awk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The faults are no news in the kernel's log.
trace=/proc/sys/debug/exception-trace
if [ -w $trace ]; then
	before=$(cat $trace)
	trap 'rm -rf "$work"; echo "$before" >$trace' EXIT
	echo 0 >$trace
fi

scenario_of() {
	sed -n "/^== $1\$/,/^==/{/^==/!p}" "$reference"
}

mapfile -t scenarios < <(sed -n 's/^== //p' "$reference")
echo "1..$((${#scenarios[@]} + 1))"
number=1 failed=0
if [ "$(./conformance_loop list)" = "$(printf '%s\n' "${scenarios[@]}")" ]; then
	echo "ok 1 - the reference has all scenarios"
else
	echo "not ok 1 - the reference has all scenarios"
	failed=1
fi
for scenario in "${scenarios[@]}"; do
	number=$((number + 1))
	timeout 60 ./conformance_loop "$scenario" "$PWD/conformance_loop_debuggee" "$work/$scenario" \
		</dev/null >"$work/log" 2>&1
	awk -v side=linux -f "$rules" "$work/log" >"$work/ours"
	scenario_of "$scenario" | awk -v side=windows -f "$rules" >"$work/theirs"
	if [ -s "$work/theirs" ] && cmp -s "$work/ours" "$work/theirs"; then
		echo "ok $number - $scenario: the same $(wc -l <"$work/ours") events as on Windows"
	else
		failed=1
		echo "not ok $number - $scenario: other events than on Windows"
		diff "$work/theirs" "$work/ours" | sed -n 's/^</# Windows/p; s/^>/# here   /p'
	fi
done
exit $failed
