#!/bin/sh
# SPDX-License-Identifier: MIT
# check_tool.sh NTDBG: what the command does where no module is loaded.
tool=$1
fail() {
	echo "$*" >&2
	exit 1
}
"$tool" --version | grep -q '^ntdbg [0-9.]* (abi [0-9]*)$' || fail "--version"
"$tool" --help | grep -q '^Usage: ntdbg' || fail "--help"
"$tool" run --help | grep -q 'PROGRAM' || fail "run --help"
"$tool" >/dev/null 2>&1
[ $? = 2 ] || fail "no command: status"
"$tool" run >/dev/null 2>&1
[ $? = 125 ] || fail "run without a program: status"
"$tool" decode c0000005 | grep -q '^c0000005  STATUS_ACCESS_VIOLATION ' || fail "decode"
"$tool" decode --json NtClose | tail -1 | grep -q '"unknown":0' || fail "decode --json"
"$tool" decode nonsense >/dev/null
[ $? = 1 ] || fail "decode of nonsense: status"
if [ -e /dev/dbgport ]; then
	echo "a module is loaded: the rest is not tested"
	exit 0
fi
out=$("$tool" run -- true 2>&1)
[ $? = 125 ] || fail "run without a module: status"
case $out in
*'error[module-'*'/dev/dbgport does not exist'*'try:  sudo '*) ;;
*) fail "run without a module: $out" ;;
esac
"$tool" attach $$ >/dev/null 2>&1
[ $? = 3 ] || fail "attach without a module: status"
out=$("$tool" ssdt 2>&1)
[ $? = 3 ] || fail "ssdt without a module: status"
case $out in
*'error[module-'*'/dev/dbgport does not exist'*'try:  sudo '*) ;;
*) fail "ssdt without a module: $out" ;;
esac
"$tool" doctor >/dev/null
[ $? = 1 ] || fail "doctor without a module: status"
"$tool" doctor --json | tail -1 | grep -q '"usable":false' || fail "doctor --json"
