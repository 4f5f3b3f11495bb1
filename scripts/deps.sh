#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Sees to it that what the build, the demo or the check needs is on this machine. On Debian 12 it installs what is
# missing; on any other system it lists it and stops.
# usage: deps.sh [build|demo|check]     (check is everything)
set -euo pipefail

# target  Debian package      how to see it elsewhere       what it is for
needs='
build g++                     command:g++                  compiles the library and the tool
build make                    command:make                 builds everything
build cmake                   command:cmake                configures the user side
build ninja-build             command:ninja                builds the user side
build pkg-config              command:pkg-config           finds libraries
build libfmt-dev              pkg:fmt                      formats the log
build libcli11-dev            header:CLI/CLI.hpp           reads the command line
build nlohmann-json3-dev      header:nlohmann/json.hpp     writes JSON
build libnl-3-dev             pkg:libnl-3.0                speaks generic netlink to the module
build libnl-genl-3-dev        pkg:libnl-genl-3.0           speaks generic netlink to the module
build libelf-dev              pkg:libelf                   reads symbols of images
build libdw-dev               pkg:libdw                    reads symbols, source lines and stacks of programs
build libzydis-dev            header:Zydis/Zydis.h         disassembles
build libedit-dev             pkg:libedit                  edits the command line of the debugger
build rsync                   command:rsync                copies the sources of the module to its build
demo  mmdebstrap              command:mmdebstrap           makes the Debian roots of the test VM
demo  debian-archive-keyring  file:/usr/share/keyrings/debian-archive-keyring.gpg  verifies what they are made of
demo  e2fsprogs               command:mkfs.ext4            makes the disk image of the VM
demo  cpio                    command:cpio                 makes the initramfs of the VM
demo  xz-utils                command:xz                   unpacks kernel modules
demo  util-linux              command:unshare              enters the roots
check libgtest-dev            header:gtest/gtest.h         runs the unit tests
check perl                    command:perl                 runs checkpatch
check gcc-mingw-w64-x86-64-win32  command:x86_64-w64-mingw32-gcc  has the Windows headers that ours are compared with
check clang-format            command:clang-format         checks the style of the user side
check clang-tidy              command:clang-tidy           checks the code of the user side
check shellcheck              command:shellcheck           checks the scripts
'

case ${1:-check} in
build) targets='build' ;;
demo) targets='build|demo' ;;
check) targets='build|demo|check' ;;
*)
	echo "usage: deps.sh [build|demo|check]" >&2
	exit 2
	;;
esac
needs=$(grep -E "^($targets) " <<<"$needs")

is_debian_12() {
	# shellcheck disable=SC1091 # not there everywhere
	[ -r /etc/os-release ] && . /etc/os-release && [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]
}

# missing_packages: of Debian, by what dpkg has installed.
missing_packages() {
	local names installed
	names=$(awk '{ print $2 }' <<<"$needs")
	# shellcheck disable=SC2086 # a list
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $names 2>/dev/null |
		sed -n 's/^installed //p' || true)
	grep -vxF -f <(echo "$installed") <<<"$names" || true
}

# missing_things: of any system, by looking for the thing itself.
missing_things() {
	local package probe
	while read -r _ package probe _; do
		case $probe in
		command:*) PATH=$PATH:/usr/sbin:/sbin command -v "${probe#*:}" >/dev/null ;;
		pkg:*) pkg-config --exists "${probe#*:}" 2>/dev/null ;;
		header:*) [ -e "/usr/include/${probe#*:}" ] || [ -e "/usr/local/include/${probe#*:}" ] ;;
		file:*) [ -e "${probe#*:}" ] ;;
		esac || echo "$package"
	done <<<"$needs"
}

# explain PACKAGE...: one line each, with what it is for.
explain() {
	local package
	for package; do
		awk -v p="$package" '$2 == p { $1 = $3 = ""; sub(/^ +/, ""); print "  " $0 }' <<<"$needs"
	done | sed -E 's/^  ([^ ]+) +/  \1: /' >&2
}

root=()
apt_install() {
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 \
		--no-install-recommends "$@" >/dev/null
}

apt_update() {
	echo "ntdbg: apt-get update" >&2
	"${root[@]}" apt-get update -qq
}

if ! is_debian_12; then
	missing=$(missing_things)
	[ -n "$missing" ] || exit 0
	echo "ntdbg: this is not Debian 12, so nothing is installed by itself. Missing here (by Debian's names):" >&2
	# shellcheck disable=SC2086 # a list
	explain $missing
	echo "ntdbg: install them with this system's package manager and type the same command again." >&2
	exit 1
fi

missing=$(missing_packages)
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		# shellcheck disable=SC2086 # a list
		echo "ntdbg: packages are missing. Type as root: apt-get install" $missing >&2
		exit 1
	fi
	root=(sudo)
fi
echo "ntdbg: installing Debian packages that are missing:" >&2
# shellcheck disable=SC2086 # a list
explain $missing

# shellcheck disable=SC2086 # a list
if apt-get install -s -qq --no-install-recommends $missing >/dev/null 2>&1; then
	# The lists may be older than the mirror.
	apt_install $missing || {
		apt_update
		apt_install $missing
	}
else
	apt_update
	apt_install $missing
fi
