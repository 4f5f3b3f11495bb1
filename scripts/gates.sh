#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the code itself must satisfy before any test runs: every script of scripts/gates. One TAP line each; what a
# gate found follows its "not ok".
# usage: gates.sh [GATE...]
set -euo pipefail
cd "$(dirname "$0")/.."

gates=("$@")
[ $# -gt 0 ] || gates=(checkpatch format shell layouts services build-6.1 build-6.12 build-new sparse tidy)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

run_gate() {
	local start=$SECONDS status=0
	"scripts/gates/$1" >"$logs/$1" 2>&1 || status=$?
	echo "$status $((SECONDS - start))" >"$logs/$1.status"
	echo "ntdbg: gate $1: $((SECONDS - start)) s" >&2
}

for gate in "${gates[@]}"; do
	[ -x "scripts/gates/$gate" ] || {
		echo "ntdbg: error: there is no gate $gate; the gates are the scripts of scripts/gates." >&2
		exit 2
	}
done

# The light ones run beside the heavy ones, which use all processors already.
light=()
for gate in "${gates[@]}"; do
	case $gate in
	checkpatch | format | shell | layouts | services)
		run_gate "$gate" &
		light+=($!)
		;;
	*) run_gate "$gate" ;;
	esac
done
[ ${#light[@]} -eq 0 ] || wait "${light[@]}"

number=0 failed=0
for gate in "${gates[@]}"; do
	number=$((number + 1))
	read -r status _ <"$logs/$gate.status"
	text=$(sed -n 's/^# gate: //p' "scripts/gates/$gate")
	if [ "$status" -eq 0 ]; then
		echo "ok $number - $text"
	else
		echo "not ok $number - $text"
		head -n 60 "$logs/$gate" | sed 's/^/# /'
		failed=1
	fi
done
exit $failed
