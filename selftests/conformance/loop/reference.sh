#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the debugger loop and its debuggee for Windows, runs every scenario under Debian's Wine, and compares with the
# log in the tree: TAP. With --update the log in the tree is written anew.
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
compile -nostdlib -shared -o $out/plugin.dll $source/plugin.c

scenarios=$(wine $out/loop.exe list)
: >$out/reference.log
for scenario in $scenarios; do
	rm -f $out/meet.*
	echo "== $scenario" >>$out/reference.log
	wine $out/loop.exe "$scenario" $out/debuggee.exe $out/meet >>$out/reference.log || true
done

if [ "${1:-}" = --update ]; then
	cp $out/reference.log $source/reference.log
fi
if [ -n "$scenarios" ] && cmp -s $source/reference.log $out/reference.log; then
	echo "ok - the reference is what Wine gives: $(wc -w <<<"$scenarios") scenarios"
else
	echo "not ok - the reference is what Wine gives"
	diff $source/reference.log $out/reference.log | sed -n 's/^</# in the tree/p; s/^>/# Wine       /p' | head -n 60
	exit 1
fi
