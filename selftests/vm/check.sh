#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Everything that must hold: the gates, the unit tests of the user side, the VM's own promises, and the test programs
# on every kernel. TAP under one heading each; the last line adds everything up.
# KERNELS="..." chooses the kernels.

# shellcheck source=selftests/vm/lib/kernels.sh
. "$(dirname "$0")/lib/kernels.sh"
cd "$TOP"
kernels=${KERNELS:-$DEBIAN_KERNELS}
tap=$BUILD/check/all.tap
mkdir -p "$BUILD/check"
: >"$tap"

# section HEADING COMMAND...: its TAP, counted. A command that fails without a failed test counts as one.
section() {
	local heading=$1 start=$SECONDS before after
	shift
	say "$heading ..."
	echo "# $heading"
	before=$(grep -c '^not ok' "$tap" || true)
	if ! "$@" | tee -a "$tap"; then
		after=$(grep -c '^not ok' "$tap" || true)
		[ "$after" -gt "$before" ] || echo "not ok - $heading: see the messages above" | tee -a "$tap"
	fi
	say "$heading: $((SECONDS - start)) s"
}

unit_tests() {
	if [ ! -e userlib/CMakeLists.txt ]; then
		echo "ok - unit tests # SKIP there is no userlib"
		return
	fi
	scripts/build-user.sh
	ctest --test-dir build/user -j "$(nproc)" --output-on-failure 2>&1 | awk '
		/^ *[0-9]+\/[0-9]+ +Test +#[0-9]+: / {
			name = $0
			sub(/^.*#[0-9]+: /, "", name)
			sub(/ \.\.\..*| \*\*\*.*| +Passed .*/, "", name)
			n++
			if (/ Passed /)
				print "ok " n " - " name
			else if (/\*\*\*Skipped/)
				print "ok " n " - " name " # SKIP by the test itself"
			else
				print "not ok " n " - " name
			next
		}
		/^ *Start +[0-9]+: / { next }
		/^No tests were found/ { print "not ok - the user side has no unit tests"; next }
		!/^$/ { print "# " $0 }
	'
}

# follow_kernel KERNEL PID: its TAP as it comes, and its status.
follow_kernel() {
	tail -n +1 -s 0.2 -f --pid="$2" "$BUILD/check/$1.tap"
	return "$(cat "$BUILD/check/$1.status" 2>/dev/null || echo 1)"
}

# What Windows' side says, as far as Debian's Wine knows it.
windows() {
	local status=0
	selftests/conformance/errors/check.sh || status=1
	selftests/conformance/loop/reference.sh || status=1
	return $status
}

section 'gates' scripts/gates.sh
section 'unit tests' unit_tests
section "Windows' side" windows
section 'the VM itself' selftests/vm/check-vm
if [ -e selftests/Makefile ]; then
	scripts/build-selftests.sh || echo "not ok - the test programs build" | tee -a "$tap"
fi

# A VM keeps one core busy most of the time, so the kernels run side by side; what they say is shown one by one.
declare -A running
trap 'kill "${running[@]}" 2>/dev/null || true' EXIT
for kernel in $kernels; do
	rm -f "$BUILD/check/$kernel.status"
	: >"$BUILD/check/$kernel.tap"
	{
		status=0
		selftests/vm/check-kernel "$kernel" >"$BUILD/check/$kernel.tap" || status=$?
		echo "$status" >"$BUILD/check/$kernel.status"
	} &
	running[$kernel]=$!
done
for kernel in $kernels; do
	section "kernel $kernel" follow_kernel "$kernel" "${running[$kernel]}"
done

skipped=$(grep -ciE '^ok .*# SKIP' "$tap" || true)
passed=$(($(grep -c '^ok ' "$tap" || true) - skipped))
failed=$(grep -c '^not ok' "$tap" || true)
if [ "$skipped" -gt 0 ]; then
	echo "# skipped:"
	grep -iE '^ok .*# SKIP' "$tap" | sort | uniq -c | sed 's/^/# /'
fi
if [ "$failed" -gt 0 ]; then
	echo "# failed:"
	grep '^not ok' "$tap" | sed 's/^/# /'
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
