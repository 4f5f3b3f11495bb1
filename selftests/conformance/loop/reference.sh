#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the debugger loop, the wrong calls and their debuggee for Windows, runs them under Debian's Wine, and compares
# with the logs in the tree: TAP. With --update the logs in the tree are written anew.
set -euo pipefail
cd "$(dirname "$0")/../../.."
source=selftests/conformance/loop
out=build/conformance
mkdir -p $out

compile() {
	x86_64-w64-mingw32-gcc -std=gnu11 -O1 -Wall -Wextra -Wno-missing-field-initializers "$@"
}

# wine ARGUMENT...: with the carriage returns of Windows' text files taken out. Not through a pipe: Wine's server lives on
# for some seconds, and holds it.
wine() {
	local status=0
	timeout 60 scripts/wine.sh "$@" </dev/null >$out/wine.out 2>$out/wine.err || status=$?
	cat $out/wine.out $out/wine.err | tr -d '\r'
	return $status
}

command -v x86_64-w64-mingw32-gcc >/dev/null || {
	echo "not ok - there is no mingw-w64 here. Type: scripts/deps.sh check"
	exit 1
}
compile -o $out/loop.exe $source/loop.c
compile -o $out/debuggee.exe $source/debuggee_win.c
compile -o $out/calls.exe selftests/conformance/errors/calls.c
compile -nostdlib -shared -o $out/plugin.dll $source/plugin.c

scenarios=$(wine $out/loop.exe list)
: >$out/reference.log
for scenario in $scenarios; do
	rm -f $out/meet.*
	echo "== $scenario" >>$out/reference.log
	wine $out/loop.exe "$scenario" $out/debuggee.exe $out/meet >>$out/reference.log || true
done

rm -f $out/meet.*
wine $out/calls.exe $out/debuggee.exe $out/meet >$out/calls.log || true

number=0 failed=0
# compare TEXT TREE WINE: the two logs; TREE is written anew with --update.
compare() {
	number=$((number + 1))
	[ "$update" != --update ] || cp "$3" "$2"
	if [ -s "$3" ] && cmp -s "$2" "$3"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		diff "$2" "$3" | sed -n 's/^</# in the tree/p; s/^>/# Wine       /p' | head -n 60
		failed=1
	fi
}

update=${1:-}
compare "the reference is what Wine gives: $(wc -w <<<"$scenarios") scenarios" $source/reference.log $out/reference.log
compare 'the reference of the wrong calls is what Wine gives' selftests/conformance/errors/calls.reference $out/calls.log
echo "1..$number"
exit $failed
