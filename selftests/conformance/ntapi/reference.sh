#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the program for Windows, runs it under Debian's Wine, and compares with the reference in the tree: TAP. With
# --update the reference is written anew.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=selftests/conformance/ntapi
out=build/conformance
mkdir -p $out
x86_64-w64-mingw32-gcc -std=gnu11 -O1 -Wall -Wextra -Werror -o $out/ntapi.exe $here/program.c -lntdll
timeout 60 scripts/wine.sh $out/ntapi.exe </dev/null >$out/ntapi.wine
tr -d '\r' <$out/ntapi.wine >$out/ntapi.log
[ "${1:-}" != --update ] || cp $out/ntapi.log $here/reference
echo 1..1
if [ -s $out/ntapi.log ] && cmp -s $here/reference $out/ntapi.log; then
	echo "ok 1 - the reference of the native program is what Wine gives"
else
	echo "not ok 1 - the reference of the native program is what Wine gives"
	diff $here/reference $out/ntapi.log | sed -n 's/^</# in the tree/p; s/^>/# Wine       /p'
	exit 1
fi
