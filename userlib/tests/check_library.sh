#!/bin/sh
# SPDX-License-Identifier: MIT
# check_library.sh LIBRARY HEADERS: it needs libc alone, and exports what the headers in the folder HEADERS
# declare: all of it, and nothing else.
lib=$1
headers=$2
needed=$(readelf -d "$lib" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
if [ "$needed" != "libc.so.6" ]; then
	echo "needs: $needed" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$lib" | awk '$2 != "A" { sub("@.*", "", $3); print $3 }' | sort -u >"$work/exported"
# A declaration is what stands between LIBNTDBG_API and its first parenthesis; the last word is the name.
find "$headers" -name '*.h' -exec cat {} + |
	grep -v '^ *#' | tr '\n' ' ' | grep -o 'LIBNTDBG_API [^(;]*(' |
	sed 's/($//; s/.*[ *]//' | sort -u >"$work/declared"
if [ ! -s "$work/declared" ]; then
	echo "no declaration was found in $headers" >&2
	exit 1
fi
if ! diff "$work/declared" "$work/exported" >"$work/diff"; then
	echo "declared in the headers (<) against exported by the library (>):" >&2
	cat "$work/diff" >&2
	exit 1
fi
