#!/bin/sh
# SPDX-License-Identifier: MIT
# check_installed.sh BUILD SOURCE CC CXX: as it is installed, pkg-config and CMake find everything
# that a program needs; without the module it says so and its services fail in good order.
build=$1
source=$2
cc=$3
cxx=$4
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

fail() {
	echo "$1" >&2
	exit 1
}

cmake --install "$build" --prefix "$dir/usr" >"$dir/log" || fail "not installed: $(cat "$dir/log")"
PKG_CONFIG_PATH=$(dirname "$(find "$dir/usr" -name ntdbg-ntdll.pc)")
export PKG_CONFIG_PATH
cflags=$(pkg-config --cflags ntdbg-ntdll) || fail "pkg-config does not know ntdbg-ntdll"
libs=$(pkg-config --libs ntdbg-ntdll)
library=$(dirname "$(find "$dir/usr" -name 'libntdbg-ntdll.so')")

# shellcheck disable=SC2086 # lists of words
$cc -std=c11 -Wall -Wextra -Werror $cflags "$source/first.c" -o "$dir/first-c" $libs ||
	fail "it does not compile as C"
cp "$source/first.c" "$dir/first.cpp"
# shellcheck disable=SC2086
$cxx -std=c++20 -Wall -Wextra -Werror $cflags "$dir/first.cpp" -o "$dir/first-cpp" $libs ||
	fail "it does not compile as C++"
# shellcheck disable=SC2086
$cc -std=c11 $cflags "$source/first.c" -static -o "$dir/first-static" $libs ||
	fail "it does not link statically"

for program in first-c first-cpp first-static; do
	out=$(NTDBG_NT_ENTRY=none LD_LIBRARY_PATH=$library "$dir/$program" 2>&1)
	[ "$out" = "NtTestAlert: C00000BB" ] || fail "$program, not started: $out"
	out=$(NTDBG_NT_ENTRY=soup LD_LIBRARY_PATH=$library "$dir/$program" 2>&1)
	case $out in
	"ntdbg: no NT system calls: NTDBG_NT_ENTRY is neither"*"NtTestAlert: C000000D") ;;
	*) fail "$program, started in a wrong way: $out" ;;
	esac
	[ ! -e /dev/dbgport ] || continue
	out=$(LD_LIBRARY_PATH=$library "$dir/$program" 2>&1)
	case $out in
	"ntdbg: no NT system calls: /dev/dbgport does not exist;"*"NtTestAlert: C000000E") ;;
	*) fail "$program without the module: $out" ;;
	esac
done

cat >"$dir/CMakeLists.txt" <<-'EOT'
	cmake_minimum_required(VERSION 3.22)
	project(first C CXX)
	find_package(ntdbg CONFIG REQUIRED)
	add_executable(first first.cpp)
	target_compile_features(first PRIVATE cxx_std_20)
	target_link_libraries(first PRIVATE ntdbg::ntdll)
EOT
{
	cmake -S "$dir" -B "$dir/build" "-DCMAKE_PREFIX_PATH=$dir/usr" "-DCMAKE_CXX_COMPILER=$cxx" \
		"-DCMAKE_C_COMPILER=$cc" && cmake --build "$dir/build"
} >"$dir/log" 2>&1 || fail "with CMake it does not build: $(cat "$dir/log")"
