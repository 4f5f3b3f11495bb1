#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs a 64-bit Windows console program under Debian 12's Wine:
#
#	wine.sh PROGRAM.EXE [ARGUMENT...]
#
# Nothing is installed: of the packages only what such a program needs is unpacked in build/cache (30 MB of 650), and
# the prefix has no more than the few libraries that it loads. No registry, no desktop, no wineboot.
# Status: the program's, or 121 if Wine cannot be had.

# shellcheck source=selftests/vm/lib/linux-source.sh
. "$(dirname "$0")/../selftests/vm/lib/linux-source.sh"
export DIE_STATUS=121

WINE_PACKAGES='libwine wine64 libunwind8'
WINE_LIBRARIES='ntdll kernel32 kernelbase msvcrt ucrtbase apisetschema advapi32 sechost'

wine_dir() {
	# Which versions there are is looked up when the kernels are, for that takes seconds.
	echo "$CACHE/wine-$(content_key "@$KERNEL_LIST" "$WINE_PACKAGES" "$WINE_LIBRARIES" "$(declare -f unpack_wine)")"
}

unpack_wine() {
	local dir=$1 deb all lib name
	all=$dir.all
	rm -rf "$dir.new" "$all"
	# shellcheck disable=SC2086 # a list of package names
	for deb in $(fetch_packages bookworm $WINE_PACKAGES); do
		dpkg-deb -x "$deb" "$all"
		rm -f "$deb"
	done
	# Wine finds its parts from where its loader lies.
	lib=usr/lib/x86_64-linux-gnu
	mkdir -p "$dir.new/usr/lib/wine" "$dir.new/usr/share/wine" "$dir.new/$lib/wine/x86_64-unix" \
		"$dir.new/$lib/wine/x86_64-windows" "$dir.new/prefix/drive_c/windows"
	cp "$all/usr/lib/wine/wine64" "$dir.new/usr/lib/wine/"
	cp "$all/usr/lib/wine/wineserver64" "$dir.new/usr/lib/wine/wineserver"
	cp -r "$all/usr/share/wine/nls" "$dir.new/usr/share/wine/"
	cp "$all/$lib"/libunwind.so.8 "$all/$lib"/libunwind-x86_64.so.8 "$dir.new/$lib/"
	cp "$all/$lib/wine/x86_64-unix/ntdll.so" "$dir.new/$lib/wine/x86_64-unix/"
	for name in $WINE_LIBRARIES; do
		cp "$all/$lib/wine/x86_64-windows/$name.dll" "$dir.new/$lib/wine/x86_64-windows/"
	done
	ln -s "../../../$lib/wine/x86_64-windows" "$dir.new/prefix/drive_c/windows/system32"
	rm -rf "$all" "$dir"
	mv "$dir.new" "$dir"
}

[ $# -ge 1 ] || die "usage: wine.sh PROGRAM.EXE [ARGUMENT...]"
ensure_kernel_list
dir=$(wine_dir)
cached "$dir" 'fetching Wine (100 MB)' unpack_wine "$dir"

# WINEDEBUG: its remarks are none of the program's. It also says that there is no wineboot.
export WINEPREFIX=$dir/prefix WINEDEBUG=-all LD_LIBRARY_PATH=$dir/usr/lib/x86_64-linux-gnu
exec "$dir/usr/lib/wine/wine64" "$@" 2> >(grep -v 'wine: failed to open.*wineboot' >&2)
