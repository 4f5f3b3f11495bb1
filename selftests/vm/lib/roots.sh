# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Two small Debian roots that tools run in, so that nothing of them is installed on this machine:
#   bookworm  gcc-12, sparse and the headers of 6.1 and 6.12: builds the module for these two
#   trixie    QEMU 10, gcc-14 and the headers of the newest kernel: builds for that one and runs the VM
# QEMU 10 because 7.2's multi-threaded TCG breaks the kernel's own code patching.

# shellcheck source=selftests/vm/lib/kernels.sh
. "$(dirname "${BASH_SOURCE[0]}")/kernels.sh"

root_packages() {
	local name
	case $1 in
	bookworm) echo gcc-12 gcc make libc6-dev sparse bc bison flex libelf-dev libssl-dev perl python3-minimal xz-utils kmod cpio ;;
	trixie) echo qemu-system-x86 gcc-14 gcc make libc6-dev ;;
	esac
	for name in $DEBIAN_KERNELS; do
		[ "$(kernel_field "$name" release)" != "$1" ] || echo "linux-headers-$(kernel_field "$name" abi)"
	done
}

root_dir() {
	echo "$CACHE/root-$1-$(content_key "$(root_packages "$1")" "$(declare -f debootstrap_root)")"
}

# debootstrap_root RELEASE DIR PACKAGES MMDEBSTRAP-OPTION...: needs root.
debootstrap_root() {
	local release=$1 dir=$2 packages=$3 lines
	shift 3
	command -v mmdebstrap >/dev/null || die "mmdebstrap is missing. Type: scripts/deps.sh vm"
	mapfile -t lines < <(sources "$release")
	network_options >"$CACHE/network.conf"
	as_root rm -rf "$dir.new"
	# shellcheck disable=SC2086 # packages is a list
	as_root mmdebstrap --quiet --mode=root --variant=essential --format=directory \
		--include="$(echo $packages | tr ' ' ,)" \
		--aptopt="$CACHE/network.conf" \
		--dpkgopt=force-unsafe-io \
		--dpkgopt=path-exclude=/usr/share/doc/* \
		--dpkgopt=path-exclude=/usr/share/man/* \
		--dpkgopt=path-exclude=/usr/share/info/* \
		--dpkgopt=path-exclude=/usr/share/locale/* \
		"$@" "$release" "$dir.new" "${lines[@]}"
	as_root chmod 755 "$dir.new"
	as_root mv "$dir.new" "$dir"
}

ensure_root() {
	local dir
	dir=$(root_dir "$1")
	cached "$dir" "building the $1 root ($(root_packages "$1" | wc -w) packages and what they need)" \
		debootstrap_root "$1" "$dir" "$(root_packages "$1")"
}

# in_root NAME COMMAND...: runs it there, with this checkout at its own path, /proc, /sys and /dev.
# As an ordinary user this goes through a user namespace, so that what it writes belongs to the user.
in_root() {
	local dir user=()
	dir=$(root_dir "$1")
	shift
	[ -d "$dir$TOP" ] || as_root mkdir -p "$dir$TOP"
	if [ "$(id -u)" -ne 0 ]; then
		user=(--map-root-user)
		unshare --mount "${user[@]}" true 2>/dev/null ||
			die "this system lets no ordinary user make a user namespace. Run the same command as root."
	fi
	# shellcheck disable=SC2016 # expanded by the inner shell
	LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin unshare --mount "${user[@]}" sh -euc '
		root=$1 top=$2 cwd=$PWD
		shift 2
		mount --bind "$top" "$root$top"
		mount --rbind /proc "$root/proc"
		mount --rbind /sys "$root/sys"
		mount --rbind /dev "$root/dev"
		exec chroot "$root" sh -euc "cd \"\$1\" 2>/dev/null || cd /; shift; exec \"\$@\"" sh "$cwd" "$@"
	' sh "$dir" "$TOP" "$@"
}
