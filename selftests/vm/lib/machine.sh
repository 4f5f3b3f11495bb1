# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2034 # the variables are vm-run's options and its command line
# The machine: QEMU's command line. It runs under KVM where a kernel is known to boot there, else under TCG.

# describe_machine: sets the array machine from vm-run's options.
# Ports: console, the command's terminal, status, the command's stderr. Disks: root, in, out.
describe_machine() {
	local cmdline accel exact=() mux=off
	cmdline='console=ttyS0,115200 rdinit=/init panic=-1 oops=panic ignore_loglevel'
	# The kernel's tests of its ciphers cost a third of a second under TCG.
	cmdline+=' cryptomgr.notests random.trust_cpu=on no_timer_check'
	if [ -n "$icount" ]; then
		smp=1
		cmdline+=' tsc=reliable clocksource=tsc nokaslr'
		# shellcheck disable=SC2054 # QEMU's commas
		exact=(-seed 1 -rtc base=2026-01-01T00:00:00,clock=vm)
	fi
	[ -z "$terminal" ] || mux=on
	read -ra accel < <(acceleration "$smp" "$icount")
	# On a busy machine the kernel measures the emulated TSC wrong, up to 70 times: no clock to run time-outs by.
	[[ -n $icount || ${accel[*]} != *tcg* ]] || cmdline+=' clocksource=hpet tsc=unstable'
	# shellcheck disable=SC2054 # QEMU's commas
	machine=(
		qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -pidfile "$run/qemu.pid"
		-machine "${VM_MACHINE:-q35}" "${accel[@]}" ${exact[@]+"${exact[@]}"} -smp "$smp" -m "$mem"
		-kernel "$(kernel_dir "$kernel")/vmlinuz" -initrd "$(initramfs "$kernel")" -append "$cmdline $append"
		-drive "$(disk root "$(guest_image)" snapshot=on)" -device virtio-blk-pci,drive=root
		-drive "$(disk in "$run/in.tar" readonly=on)" -device virtio-blk-pci,drive=in
		-drive "$(disk out "$run/out.tar" readonly=off)" -device virtio-blk-pci,drive=out
		-chardev "file,id=console,path=$run/console" -serial chardev:console
		-chardev "stdio,id=terminal,signal=off,mux=$mux" -serial chardev:terminal
		-chardev "file,id=status,path=$run/status" -serial chardev:status
		-chardev "file,id=stderr,path=$run/stderr" -serial chardev:stderr
	)
}

# disk ID FILE OPTION
disk() {
	echo "if=none,id=$1,file=$2,format=raw,cache=unsafe,$3"
}

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
