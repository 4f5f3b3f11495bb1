#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs on THIS machine: the module for its kernel, the library and the tool (PREFIX, /usr/local), the udev rule
# and the group ntdbg. Nothing is loaded: that is modprobe ntdbg, or make load.
# shellcheck source=selftests/vm/lib/common.sh
. "$(dirname "$0")/../selftests/vm/lib/common.sh"
cd "$TOP"

prefix=${PREFIX:-/usr/local}
release=$(uname -r)
"$VM_DIR/build-module" host
scripts/build-user.sh

as_root install -D -m 644 build/kmod/host/ntdbg.ko "/lib/modules/$release/updates/ntdbg.ko"
as_root depmod "$release"
as_root cmake --install build/user --prefix "$prefix"
as_root ldconfig
as_root install -D -m 644 scripts/60-ntdbg.rules /etc/udev/rules.d/60-ntdbg.rules
getent group ntdbg >/dev/null || as_root groupadd --system ntdbg
! command -v udevadm >/dev/null || as_root udevadm control --reload || true
say "installed. As root: modprobe ntdbg. For a user without root: adduser USER ntdbg"
