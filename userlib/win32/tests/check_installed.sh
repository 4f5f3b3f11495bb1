#!/bin/sh
# SPDX-License-Identifier: MIT
# check_installed.sh BUILD SOURCE CC CXX: as it is installed, pkg-config and CMake find everything
# that a program needs, and nothing finds windows.h by accident.
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
PKG_CONFIG_PATH=$(dirname "$(find "$dir/usr" -name ntdbg-win32.pc)")
export PKG_CONFIG_PATH
cflags=$(pkg-config --cflags ntdbg-win32) || fail "pkg-config does not know ntdbg-win32"
libs=$(pkg-config --libs ntdbg-win32)

# shellcheck disable=SC2086 # lists of words
$cc -std=c11 -Wall -Wextra -Werror $cflags "$source/textbook_loop.c" -o "$dir/loop-c" $libs ||
	fail "the loop does not compile as C"
cp "$source/textbook_loop.c" "$dir/loop.cpp"
# shellcheck disable=SC2086
$cxx -std=c++20 -Wall -Wextra -Werror $cflags "$dir/loop.cpp" -o "$dir/loop-cpp" $libs ||
	fail "the loop does not compile as C++"
echo '#include <windows.h>' >"$dir/plain.c"
! $cc -fsyntax-only "-I$dir/usr/include" "$dir/plain.c" 2>"$dir/log" ||
	fail "windows.h is found without being asked for"

cat >"$dir/CMakeLists.txt" <<-'EOF'
	cmake_minimum_required(VERSION 3.22)
	project(loop C CXX)
	find_package(ntdbg CONFIG REQUIRED)
	add_executable(loop loop.cpp)
	target_compile_features(loop PRIVATE cxx_std_20)
	target_link_libraries(loop PRIVATE ntdbg::win32)
EOF
{
	cmake -S "$dir" -B "$dir/build" "-DCMAKE_PREFIX_PATH=$dir/usr" "-DCMAKE_CXX_COMPILER=$cxx" \
		"-DCMAKE_C_COMPILER=$cc" && cmake --build "$dir/build"
} >"$dir/log" 2>&1 || fail "with CMake it does not build: $(cat "$dir/log")"
