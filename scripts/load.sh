#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Loads the module on THIS machine, or unloads it. For machines where a crash of the kernel does no harm.
# usage: load.sh load|unload
# shellcheck source=selftests/vm/lib/common.sh
. "$(dirname "$0")/../selftests/vm/lib/common.sh"

module=$BUILD/kmod/host/ntdbg.ko
loaded() { [ -d /sys/module/ntdbg ]; }

# give_to_group: as the udev rule does where it is installed.
give_to_group() {
	getent group ntdbg >/dev/null || return 0
	as_root chgrp ntdbg /dev/dbgport
	as_root chmod 660 /dev/dbgport
}

case ${1:-} in
load)
	if loaded; then
		say 'the module is loaded already. To load a new one, type: make unload load'
		exit 0
	fi
	"$VM_DIR/build-module" host
	if ! as_root insmod "$module"; then
		as_root dmesg | tail -n 15 >&2
		die 'the module did not load. The kernel gave its reason in the lines above.'
	fi
	[ ! -e /dev/dbgport ] || give_to_group
	say "loaded. Try: ntdbg doctor"
	;;
unload)
	if ! loaded; then
		say 'the module is not loaded.'
		exit 0
	fi
	as_root rmmod ntdbg || die 'the module is in use: end the programs that have /dev/dbgport open, then type: make unload'
	say 'unloaded.'
	;;
*) die 'usage: load.sh load|unload' ;;
esac
