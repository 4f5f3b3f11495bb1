#!/bin/sh
# SPDX-License-Identifier: MIT
# check_library.sh LIBRARY HEADERS TABLE: it needs libc alone, and exports the services of the
# default profile under both names, what the headers declare besides, and nothing else.
lib=$1
headers=$2
table=$3
needed=$(readelf -d "$lib" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
if [ "$needed" != "libc.so.6" ]; then
	echo "needs: $needed" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$lib" | awk '$2 != "A" { sub("@.*", "", $3); print $3 }' | sort -u >"$work/exported"
{
	awk '!/^#/ && NF && $2 != "-" { print $1; sub(/^Nt/, "Zw", $1); print $1 }' "$table"
	cat "$headers"/*.h | grep -v '^ *#' | tr '\n' ' ' | grep -o 'NTSYSAPI [^(;]*(' |
		sed 's/($//; s/.*[ *]//'
} | sort -u >"$work/wanted"
if [ "$(grep -c '^Rtl' "$work/wanted")" -eq 0 ] || [ "$(grep -c '^Zw' "$work/wanted")" -eq 0 ]; then
	echo "no declaration was found in $headers or no service in $table" >&2
	exit 1
fi
if ! diff "$work/wanted" "$work/exported" >"$work/diff"; then
	echo "wanted (<) against exported by the library (>):" >&2
	cat "$work/diff" >&2
	exit 1
fi
