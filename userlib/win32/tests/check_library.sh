#!/bin/sh
# SPDX-License-Identifier: MIT
# check_library.sh LIBRARY HEADERS: it needs libc and libntdbg alone, and exports exactly what the
# headers declare.
lib=$1
headers=$2
needed=$(readelf -d "$lib" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | tr '\n' ' ')
if [ "$needed" != "libc.so.6 libntdbg.so.0 " ]; then
	echo "needs: $needed" >&2
	exit 1
fi
declared=$(sed -n 's/.*WINBASEAPI [^(]* \([A-Za-z0-9_]*\)(.*/\1/p' "$headers"/*.h | sort)
exported=$(nm -D --defined-only "$lib" | awk '{print $3}' | sed 's/@.*//' | grep -v '^LIBNTDBG_' | sort)
if [ -z "$declared" ] || [ "$declared" != "$exported" ]; then
	echo "declared: $declared" >&2
	echo "exported: $exported" >&2
	exit 1
fi
