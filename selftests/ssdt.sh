#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the guest: ntdbg ssdt against the module that is loaded. TAP.
# shellcheck disable=SC2317 # functions are called by check
number=0
status=0

# check TEXT COMMAND...: succeeds if the command does.
check() {
	local text=$1 out
	shift
	number=$((number + 1))
	if out=$("$@" 2>&1); then
		echo "ok $number - $text"
	else
		echo "not ok $number - $text"
		head -n 5 <<<"$out" | sed 's/^/# /'
		status=1
	fi
}

# says PATTERN STATUS COMMAND...: its output has the pattern, and this is its exit status.
says() {
	local pattern=$1 wanted=$2 out got=0
	shift 2
	out=$("$@" 2>&1) || got=$?
	if [ "$got" -ne "$wanted" ] || ! grep -qE "$pattern" <<<"$out"; then
		echo "status $got: $out"
		return 1
	fi
}

# json PYTHON-EXPRESSION COMMAND...: of the list of its JSON lines, called "lines".
json() {
	local expression=$1
	shift
	"$@" | python3 -c "
import json, sys
lines = [json.loads(line) for line in sys.stdin]
assert $expression, lines[-1]"
}

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
echo 1..11
check 'all services of the default profile' \
	says '^win10-1511-x64 \(build 10586\): 444 services, [0-9]+ implemented\.$' 0 ntdbg ssdt
check 'a service that is implemented' says '^ +f  NtClose +1 +0  yes  .*nt_close_service \[ntdbg\]$' 0 ntdbg ssdt NtClose
check 'one that is not' says '^ .* NtReplyPort +2 +0  no  .*ke_not_implemented \[ntdbg\]$' 0 ntdbg ssdt ntreplyport
check 'another profile' says '^ +19  NtClose +1 +1  yes' 0 ntdbg ssdt --profile winxp-x86 NtClose
check 'a profile that there is not' says 'there is no profile of this name' 1 ntdbg ssdt --profile win11
check 'a pattern that matches nothing' says 'no service matches Nix' 1 ntdbg ssdt Nix
check 'the differences of two profiles' says '3 added, 0 removed\.$' 0 ntdbg ssdt --profile win10-1507-x64 --diff win10-1511-x64
check 'JSON' json 'len(lines) == 445 and lines[-1]["services"] == 444 and lines[0]["number"] == "0x0"' ntdbg ssdt --json
check 'differences as JSON' json 'lines[-1]["added"] == 3 == sum(l["type"] == "added" for l in lines)' \
	ntdbg ssdt --profile win10-1507-x64 --diff win10-1511-x64 --json
check 'addresses for root' says "^ +f  NtClose .* ffffffff.[0-9a-f]{8} " 0 ntdbg ssdt --raw NtClose
check 'no addresses for others' json 'lines[0]["name"] == "NtClose" and "address" not in lines[0]' \
	"${nobody[@]}" ntdbg ssdt --raw --json NtClose
exit $status
