# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# KERNEL=debug: Debian's 6.12 source with every checker that finds our kind of mistake.

# shellcheck source=selftests/vm/lib/linux-source.sh
. "$(dirname "${BASH_SOURCE[0]}")/linux-source.sh"

# How it is built, apart from its configuration: another number makes everybody build it again.
DEBUG_KERNEL_RECIPE=1

debug_kernel_dir() {
	echo "$CACHE/kernel-debug-$(content_key "$(kernel_field 6.12 version)" "@$VM_DIR/debug.config" \
		"$DEBUG_KERNEL_RECIPE")"
}

# check_config FRAGMENT CONFIG: every option asked for must have survived. An option whose dependency is not
# met vanishes without a word, and the kernel would then check nothing.
check_config() {
	local line lost=''
	while read -r line; do
		case $line in
		CONFIG_*) grep -qxF "$line" "$2" || lost+=" ${line#CONFIG_}" ;;
		'# CONFIG_'*' is not set')
			line=${line#\# }
			! grep -q "^${line% is not set}=" "$2" || lost+=" ${line#CONFIG_}"
			;;
		esac
	done <"$1"
	[ -z "$lost" ] || die "these options of debug.config are not in the debug kernel's configuration:$lost"
}

build_debug_kernel() {
	local dir
	dir=$(debug_kernel_dir)
	if [ ! -e "$dir/source/Makefile" ]; then
		rm -rf "$dir.new"
		unpack_linux_source "$dir.new/source"
		rm -rf "$dir"
		mv "$dir.new" "$dir"
	fi
	rm -rf "$dir/build"
	mkdir -p "$dir/build"
	local make=(in_root bookworm nice -n 10 make -s -C "$dir/source" "O=$dir/build" KBUILD_BUILD_USER=ntdbg
		KBUILD_BUILD_HOST=vm LOCALVERSION=-ntdbg-debug)
	"${make[@]}" tinyconfig
	cat "$VM_DIR/debug.config" >>"$dir/build/.config"
	"${make[@]}" olddefconfig 2>/dev/null # it warns of every line that overrides an earlier one
	check_config "$VM_DIR/debug.config" "$dir/build/.config"
	"${make[@]}" -j"$(nproc)" bzImage modules
	# The module needs headers, scripts and Module.symvers, not the objects.
	find "$dir/build" -name '*.[oa]' -not -path '*/scripts/*' -not -path '*/tools/*' -delete
	# Last, because that it is there says that all of it is.
	cp "$dir/build/arch/x86/boot/bzImage" "$dir/vmlinuz"
}

ensure_debug_kernel() {
	cached "$(debug_kernel_dir)/vmlinuz" "building the debug kernel (about 8 minutes on two cores)" build_debug_kernel
}
