# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Which kernels the VM boots, and their images, modules and headers.
# The choice is written down in build/cache/kernels and stays until `make vm-update`.

# shellcheck source=selftests/vm/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=selftests/vm/lib/packages.sh
. "$VM_DIR/lib/packages.sh"

DEBIAN_KERNELS='6.1 6.12 new'
KERNEL_LIST=$CACHE/kernels

check_kernel_name() {
	case " $DEBIAN_KERNELS debug " in
	*" $1 "*) ;;
	*) die "there is no kernel $1. The kernels are: $DEBIAN_KERNELS debug." ;;
	esac
}

# newest_kernel RELEASE PATTERN: the newest cloud kernel that has a signed image and headers, for example
# "6.1.0-56-cloud-amd64". Names alone do not count: apt also lists names that other packages merely provide,
# and headers appear in the archive some days before the signed image does.
newest_kernel() {
	local release=$1 pattern=$2 abi
	for abi in $(private_apt "$release" apt-cache pkgnames linux-headers- |
		sed -nE "s/^linux-headers-($pattern)\$/\1/p" | sort -rV); do
		if package_version "$release" "linux-headers-$abi" >/dev/null &&
			image_packages "$release" "$abi" >/dev/null; then
			echo "$abi"
			return
		fi
	done
	die "no cloud kernel like $pattern is on offer in $release. Type: make vm-update"
}

# image_packages RELEASE ABI: the packages that hold the kernel image and its modules. From 7.2 on the image
# is in linux-binary and the modules are in linux-modules.
image_packages() {
	local release=$1 abi=$2
	if package_version "$release" "linux-binary-$abi" >/dev/null; then
		package_version "$release" "linux-modules-$abi" >/dev/null || return 1
		echo "linux-binary-$abi linux-modules-$abi"
	else
		package_version "$release" "linux-image-$abi" >/dev/null || return 1
		echo "linux-image-$abi"
	fi
}

# choose_kernels: writes the list, one line per kernel: name release abi version image-packages.
choose_kernels() {
	local release
	for release in bookworm trixie; do
		update_packages "$release"
	done
	{
		kernel_line 6.1 bookworm '6\.1\.[0-9]+-[0-9]+-cloud-amd64'
		kernel_line 6.12 bookworm '6\.12\.[0-9]+\+deb12[.0-9]*-cloud-amd64'
		kernel_line new trixie '[0-9.]+\+deb13[.0-9]*-cloud-amd64'
	} >"$KERNEL_LIST.new"
	mv "$KERNEL_LIST.new" "$KERNEL_LIST"
}

kernel_line() {
	local name=$1 release=$2 pattern=$3 abi
	abi=$(newest_kernel "$release" "$pattern")
	echo "$name $release $abi $(package_version "$release" "linux-headers-$abi") $(image_packages "$release" "$abi")"
}

ensure_kernel_list() {
	cached "$KERNEL_LIST" 'reading the package lists of Debian 12 and 13' choose_kernels
}

# kernel_field NAME FIELD: release, abi, version or images.
kernel_field() {
	local name release abi version images
	while read -r name release abi version images; do
		[ "$name" = "$1" ] || continue
		case $2 in
		release) echo "$release" ;;
		abi) echo "$abi" ;;
		version) echo "$version" ;;
		images) echo "$images" ;;
		esac
		return
	done <"$KERNEL_LIST"
	die "$KERNEL_LIST names no kernel $1. Type: make vm-update"
}

# kernel_dir NAME: where its image (vmlinuz) and, somewhere below, its modules are.
kernel_dir() {
	local name=$1
	if [ "$name" = debug ]; then
		debug_kernel_dir
		return
	fi
	echo "$CACHE/kernel-$(kernel_field "$name" abi)-$(content_key "$(kernel_field "$name" version)" \
		"$(declare -f unpack_kernel)")"
}

unpack_kernel() {
	local name=$1 dir deb
	dir=$(kernel_dir "$name")
	rm -rf "$dir.new"
	mkdir -p "$dir.new"
	# shellcheck disable=SC2046 # a list of package names
	for deb in $(fetch_packages "$(kernel_field "$name" release)" $(kernel_field "$name" images)); do
		dpkg-deb -x "$deb" "$dir.new"
		rm -f "$deb"
	done
	# Debian 12 has /boot/vmlinuz-ABI and /lib/modules, Debian 13 has both in /usr/lib/modules/ABI.
	mv "$(find "$dir.new" -name 'vmlinuz*' -type f)" "$dir.new/vmlinuz"
	rm -rf "$dir"
	mv "$dir.new" "$dir"
}

ensure_kernel() {
	if [ "$1" = debug ]; then
		ensure_root bookworm
		ensure_debug_kernel
		return
	fi
	cached "$(kernel_dir "$1")" "fetching kernel $(kernel_field "$1" abi)" unpack_kernel "$1"
}
