# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# How QEMU executes the guest: KVM where a kernel is known to boot under it, else TCG.

# acceleration SMP ICOUNT: QEMU's options. No 5-level page tables under TCG: they make every page walk longer.
acceleration() {
	if [ -n "$2" ]; then
		echo '-accel tcg,thread=single -icount shift=0,sleep=off -cpu max,la57=off'
	elif [ "${VM_ACCEL:-$(working_acceleration)}" = kvm ]; then
		echo '-accel kvm -cpu host'
	elif [ "$1" -gt 1 ]; then
		echo '-accel tcg,thread=multi -cpu max,la57=off'
	else
		echo '-accel tcg,thread=single -cpu max,la57=off'
	fi
}

# working_acceleration: kvm or tcg. That /dev/kvm is there and opens does not mean that a kernel boots under it,
# so a short boot is tried, once per host kernel.
working_acceleration() {
	local answer
	if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
		echo tcg
		return
	fi
	answer=$CACHE/accel-$(content_key "$(uname -r)" "$(root_dir trixie)" "$(declare -f probe_kvm)")
	cached "$answer" 'trying a short boot under KVM' probe_kvm "$answer"
	cat "$answer"
}

probe_kvm() {
	local status=0
	VM_ACCEL=kvm VM_BOOT_TIMEOUT=10 "$VM_DIR/vm-run" --no-module --timeout 10 --smp 2 \
		--out "$BUILD/kvm-probe" -- true || status=$?
	rm -rf "$BUILD/kvm-probe"
	if [ "$status" -eq 0 ]; then echo kvm; else echo tcg; fi >"$1"
}
