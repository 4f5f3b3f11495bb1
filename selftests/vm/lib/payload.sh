# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # the variables are vm-run's options
# What goes into a VM and what comes back: a disk each, with nothing on it but a tar file.

# put_in FILE[:PATH]: adds it to the stage, by default as /payload/NAME.
put_in() {
	local from=${1%%:*} to
	to=/payload/$(basename "$from")
	[ "$from" = "$1" ] || to=${1#*:}
	[ -e "$from" ] || die "--put: there is no $from."
	[[ $to != */ ]] || to=$to$(basename "$from")
	mkdir -p "$stage$(dirname "$to")"
	cp -aH "$from" "$stage$to"
}

# pack_payload: makes in.tar (the module, the command, everything put, the shared directory) and an empty out.tar.
pack_payload() {
	local stage=$run/stage put rows columns size=''
	mkdir -p "$stage/vm"
	if [ -n "$with_module" ]; then
		[ -e "$module" ] || die "there is no module at $module. Type: selftests/vm/build-module $kernel"
		cp "$module" "$stage/vm/ntdbg.ko"
	fi
	for put in ${puts[@]+"${puts[@]}"}; do
		put_in "$put"
	done
	cp "$stdin" "$stage/vm/stdin"
	printf '%s\n' "$command" >"$stage/vm/command"
	if [ -n "$terminal" ]; then
		read -r rows columns <<<"$(stty size)"
		size="rows $rows columns $columns"
	fi
	{
		printf 'VM_TERMINAL=%q\nVM_TERMINAL_SIZE=(%s)\n' "$terminal" "$size"
		printf 'VM_MODULE_PARAMETERS=%q\n' "$parameters"
	} >"$stage/vm/settings"
	tar -c -f "$run/in.tar" --owner=0 --group=0 -C "$stage" .
	rm -rf "$stage"
	if [ -n "$share" ]; then
		[ -d "$share" ] || die "--share: $share is no directory."
		tar -r -f "$run/in.tar" --owner=0 --group=0 --transform 's,^\.,./mnt/share,S' -C "$share" .
	fi
	truncate -s 2G "$run/out.tar"
}

# unpack_out: what the guest left in /mnt/out, into the directory asked for; also when the command failed.
unpack_out() {
	rm -rf "$out"
	mkdir -p "$out"
	# The guest writes its tar file last: without one the disk is still all zeros.
	if cmp -s -n 512 "$run/out.tar" /dev/zero; then
		return
	fi
	tar -x -f "$run/out.tar" -C "$out" --no-same-owner || say "what came back from /mnt/out is not complete."
}
