# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What every script of the test VM needs: where things are, how to talk, how to cache.

set -euo pipefail
shopt -s inherit_errexit

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)
VM_DIR=$TOP/selftests/vm
BUILD=$TOP/build
CACHE=$BUILD/cache
export TOP VM_DIR BUILD CACHE

say() { printf 'ntdbg: %s\n' "$*" >&2; }

die() {
	printf 'ntdbg: error: %s\n' "$*" >&2
	exit "${DIE_STATUS:-1}"
}

# step TEXT COMMAND...: run a long step, one line with its seconds; its output is shown only when it fails.
step() {
	local text=$1 log start status
	shift
	log=$(mktemp)
	start=$SECONDS
	printf 'ntdbg: %s ...\n' "$text" >&2
	# Not "|| status=$?": that would switch off errexit within the command.
	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1
	status=$?
	set -e
	if [ "$status" -ne 0 ]; then
		tail -n 60 "$log" >&2
		rm -f "$log"
		die "this step failed (status $status): $text. Its last lines stand above. If a package was not found, the mirror has a newer one by now: type make vm-update."
	fi
	rm -f "$log"
	printf 'ntdbg: %s: %d s\n' "$text" "$((SECONDS - start))" >&2
}

# as_root COMMAND...: directly as root, else through sudo.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "this needs root once, to run: $1. Run the same command as root, or install sudo."
	fi
}

# content_key STRING-OR-@FILE...: twelve hex digits that change when any of the contents does.
content_key() {
	local arg
	for arg; do
		case $arg in
		@*) cat "${arg#@}" ;;
		*) printf '%s\n' "$arg" ;;
		esac
	done | sha256sum | cut -c1-12
}

# cached PATH TEXT COMMAND...: runs the command, as the step TEXT, when there is no PATH yet. The command makes
# it, last. Of several that want the same thing at the same time one makes it and the others wait.
cached() {
	local path=$1
	shift
	[ ! -e "$path" ] || return 0
	mkdir -p "$CACHE/locks"
	(
		flock 9
		[ -e "$path" ] || step "$@" 9>&-
	) 9>"$CACHE/locks/${path##*/}"
}
