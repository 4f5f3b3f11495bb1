#!/bin/sh
# SPDX-License-Identifier: MIT
# check_library.sh LIBRARY: it needs libc alone and exports the C ABI alone.
lib=$1
needed=$(readelf -d "$lib" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
if [ "$needed" != "libc.so.6" ]; then
	echo "needs: $needed" >&2
	exit 1
fi
extra=$(nm -D --defined-only "$lib" | awk '{print $3}' | grep -v -e '^ntdbg_' -e '^LIBNTDBG_')
if [ -n "$extra" ]; then
	echo "exports: $extra" >&2
	exit 1
fi
