#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The demonstration, inside the VM: each step shows what the tool says and fails if the main thing is missing in it.
set -u
export LC_ALL=C
work=$(mktemp -d)
totals=$work/totals
steps=0

step() {
	steps=$((steps + 1))
	printf '\n=== %d. %s\n' "$steps" "$1"
}

fail() {
	printf 'make demo: step %d went wrong: %s\n' "$steps" "$1" >&2
	exit 1
}

# ntdbg_log LOG ARGUMENT...: run the tool, its log shown and kept in LOG, its closing line kept for the total.
ntdbg_log() {
	log=$1
	shift
	ntdbg "$@" >"$log" 2>"$log.talk"
	status=$?
	cat "$log"
	# Everything that is not the closing line, e.g. what the program itself says.
	grep -v '^ntdbg: [0-9]* events' "$log.talk" >&2
	grep '^ntdbg: [0-9]* events' "$log.talk" | tee -a "$totals"
	return "$status"
}

# has LOG WHAT PATTERN [AT_LEAST]
has() {
	count=$(grep -c -E -- "$3" "$1")
	[ "$count" -ge "${4:-1}" ] || fail "$2: $count lines like \"$3\", expected at least ${4:-1}"
}

step 'ls -l /'
printf '$ ntdbg run -- ls -l /\n'
ntdbg_log "$work/ls" run -- ls -l / || fail "ls ended with $?"
has "$work/ls" 'its images load' '^ModLoad: ' 3
has "$work/ls" 'its end' '^ExitProcess: .* 00000000 STATUS_SUCCESS .* lost 0'

step 'sort with two threads: threads come and go'
seq 200000 | sort -R --random-source=/bin/ls >"$work/numbers"
printf '$ ntdbg run -- sort -n --parallel=2 -o sorted numbers   # 200,000 lines\n'
ntdbg_log "$work/sort" run -- sort -n --parallel=2 -S 64M -o "$work/sorted" "$work/numbers" ||
	fail "sort ended with $?"
has "$work/sort" 'a thread comes' '^CreateThread: '
has "$work/sort" 'a thread goes' '^ExitThread: '
seq 200000 | cmp -s - "$work/sorted" || fail 'the numbers are not sorted'

step 'python3 imports modules with shared objects: images load'
printf '$ ntdbg run -- python3 -c "import ssl, ctypes, decimal"\n'
ntdbg_log "$work/python" run -- python3 -c 'import ssl, ctypes, decimal' ||
	fail "python3 ended with $?"
has "$work/python" 'shared objects of modules' '^ModLoad: .*/lib-dynload/' 2

step 'a program dereferences NULL: both chances, and the exception is the exit code'
printf '$ ntdbg run -- /demo/crash\n'
ntdbg_log "$work/crash" run -- /demo/crash
[ $? -eq 139 ] || fail 'the exit status is not that of a program that died by SIGSEGV (139)'
has "$work/crash" 'first chance' 'Access violation - code c0000005 \(first chance\)'
has "$work/crash" 'second chance' 'Access violation - code c0000005 \(!!! second chance !!!\)'
has "$work/crash" 'its exit code' '^ExitProcess: .* c0000005 STATUS_ACCESS_VIOLATION'

step 'attach to a running web server, take a request through it, let go, and it serves on'
ip link set lo up
mkdir "$work/www"
echo 'served by a debugged process' >"$work/www/index.html"
busybox httpd -f -p 127.0.0.1:8080 -h "$work/www" &
server=$!
until busybox wget -q -O /dev/null http://127.0.0.1:8080/ 2>/dev/null; do
	kill -0 "$server" || fail 'busybox httpd does not start'
done
printf '$ ntdbg attach %d &\n' "$server"
ntdbg attach "$server" >"$work/attach" 2>"$work/attach.talk" &
tool=$!
# Attached when the last of its images is told: httpd has no more than these.
until grep -q '^ModLoad: .*libc' "$work/attach"; do
	kill -0 "$tool" 2>/dev/null || fail "ntdbg attach ended: $(cat "$work/attach.talk")"
done
printf '$ wget -q -O - http://127.0.0.1:8080/\n'
busybox wget -q -O - http://127.0.0.1:8080/ || fail 'the server does not answer while it is debugged'
printf '$ kill -INT %d   # Ctrl-C: detach\n' "$tool"
kill -INT "$tool"
wait "$tool"
cat "$work/attach"
grep -v '^ntdbg: [0-9]* events' "$work/attach.talk" >&2
grep '^ntdbg: [0-9]* events' "$work/attach.talk" | tee -a "$totals"
has "$work/attach" 'the server' '^CreateProcess: '
printf '$ wget -q -O - http://127.0.0.1:8080/\n'
busybox wget -q -O - http://127.0.0.1:8080/ || fail 'the server does not serve on'
kill "$server"

# ntdbg: 7 events: DbgKmCreateProcessApi 1, ...; 0 lost, 0.088 s
printf '\n'
awk -F '; ' '
	{
		sub(/^ntdbg: [0-9]+ events: /, "", $1)
		n = split($1, names, ", ")
		for (i = 1; i <= n; i++) {
			split(names[i], pair, " ")
			if (!(pair[1] in count))
				order[++kinds] = pair[1]
			count[pair[1]] += pair[2]
			total += pair[2]
		}
		split($2, loss, " ")
		lost += loss[1]
	}
	END {
		printf "%d events:", total
		for (i = 1; i <= kinds; i++)
			printf "%s %s %d", (i == 1 ? "" : ","), order[i], count[order[i]]
		printf "; %d lost\n", lost
		exit (lost != 0)
	}
' "$totals" || fail 'events were lost, or could not be counted'
rm -rf "$work"
