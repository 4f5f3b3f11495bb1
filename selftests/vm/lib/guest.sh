# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the VM boots from: a disk image with a real Debian user space, and per kernel a small initramfs.

# shellcheck source=selftests/vm/lib/roots.sh
. "$(dirname "${BASH_SOURCE[0]}")/roots.sh"

GUEST_PACKAGES='coreutils bash python3 xz-utils gzip tar procps busybox strace gdb kmod iproute2 curl util-linux mount
libstdc++6 libnl-3-200 libnl-genl-3-200 libelf1 libdw1 libedit2 libzydis4.0 libfmt9 ncurses-base'

# The order matters: insmod knows nothing of dependencies. Those that a kernel has built in are left out.
INITRAMFS_MODULES='virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk'

guest_image() {
	echo "$CACHE/guest-$(content_key "$GUEST_PACKAGES" "$(declare -f build_guest_image debootstrap_root)").ext4"
}

build_guest_image() {
	local image dir
	image=$(guest_image)
	dir=${image%.ext4}
	# shellcheck disable=SC2016 # mmdebstrap's own shell expands $1
	debootstrap_root bookworm "$dir" "$GUEST_PACKAGES" \
		--dpkgopt=path-exclude=/usr/share/gcc/* \
		--customize-hook='echo ntdbg-vm >"$1/etc/hostname"' \
		--customize-hook='mkdir -p "$1/mnt/share" "$1/mnt/out"' \
		--customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*'
	rm -f "$image.new"
	truncate -s 3G "$image.new"
	as_root mkfs.ext4 -q -F -d "$dir" -O ^has_journal,^metadata_csum -E lazy_itable_init=1 -m 0 "$image.new"
	as_root rm -rf "$dir"
	mv "$image.new" "$image"
}

ensure_guest_image() {
	cached "$(guest_image)" "building the guest's disk image" build_guest_image
}

# initramfs NAME: the initramfs of a kernel whose directory is given by kernel_dir.
initramfs() {
	echo "$(kernel_dir "$1")/initramfs-$(content_key "@$VM_DIR/guest/init" "@$VM_DIR/guest/main" \
		"$INITRAMFS_MODULES" "$(declare -f build_initramfs)").cpio"
}

build_initramfs() {
	local name=$1 out dir module file busybox
	out=$(initramfs "$name")
	busybox=$CACHE/busybox
	if [ ! -e "$busybox" ]; then
		file=$(fetch_packages bookworm busybox-static)
		dpkg-deb --fsys-tarfile "$file" | tar -xO ./bin/busybox >"$busybox.new"
		chmod 755 "$busybox.new"
		mv "$busybox.new" "$busybox"
	fi
	dir=$(mktemp -d)
	mkdir -p "$dir/bin" "$dir/modules"
	cp "$busybox" "$dir/bin/busybox"
	cp "$VM_DIR/guest/init" "$dir/init"
	cp "$VM_DIR/guest/main" "$dir/guest-main"
	for module in $INITRAMFS_MODULES; do
		[ "$name" != debug ] || break # has them built in
		file=$(find "$(kernel_dir "$name")" -name "$module.ko*" 2>/dev/null | head -n 1)
		case $file in
		'') continue ;;
		*.xz) xz -dc "$file" >"$dir/modules/$module.ko" ;;
		*) cp "$file" "$dir/modules/$module.ko" ;;
		esac
		echo "$module.ko" >>"$dir/modules/order"
	done
	touch "$dir/modules/order"
	rm -f "$(kernel_dir "$name")"/initramfs-*
	(cd "$dir" && find . | cpio -o -H newc --quiet -R 0:0) >"$out.new"
	rm -rf "$dir"
	mv "$out.new" "$out"
}

ensure_initramfs() {
	cached "$(initramfs "$1")" "building the initramfs of kernel $1" build_initramfs "$1"
}
