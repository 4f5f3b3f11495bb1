#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the guest: what Win32's functions answer to wrong calls, with the library of this tree, against what they answer
# under Wine: TAP, a line a call. Where they differ, conformance_calls_differences says why.
cd "$(dirname "$0")" || exit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What to expect: the reference, with the lines of the differences replaced, and behind a tab why.
awk -F '\t' '
	NR == FNR {
		if (!/^#/) {
			instead[$1 "\t" $2] = $3 "\t" $4
			left++
		}
		next
	}
	{
		key = ++seen[$0] "\t" $0
		print key in instead ? instead[key] : $0 "\t"
		left -= key in instead
	}
	END { exit left != 0 }' conformance_calls_differences conformance_calls_reference >"$work/expected" || {
	echo "not ok 1 - each difference is one of a line of the reference"
	echo "1..1"
	exit 1
}

echo "1..$(wc -l <"$work/expected")"
timeout 60 ./conformance_calls "$PWD/conformance_loop_debuggee" "$work/meet" </dev/null >"$work/ours" 2>&1
number=0 failed=0
while IFS=$'\t' read -r expected why <&3; do
	number=$((number + 1))
	ours='nothing: it ended before'
	read -r ours <&4
	if [ "$ours" = "$expected" ]; then
		echo "ok $number - $expected${why:+ (not as Wine; $why)}"
	else
		failed=1
		echo "not ok $number - $expected"
		echo "# here: $ours"
	fi
done 3<"$work/expected" 4<"$work/ours"
exit $failed
