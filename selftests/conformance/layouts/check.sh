#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Compares the structs, enumerations and constants of our NT and Win32 headers with those of mingw-w64's Windows
# headers, and what those lack with the specification: a TAP line for each row of the table beside this file.
#
# Nothing is run: both compilers write each number as a comment into their assembly, from where it is read.
set -euo pipefail
cd "$(dirname "$0")/../../.."
table=selftests/conformance/layouts/table
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

WINDOWS=(x86_64-w64-mingw32-gcc -std=gnu11 -D_WIN32_WINNT=0x0a00 -DWIN32_NO_STATUS)
OURS=(gcc -std=gnu11 -Iuserlib/include -Iuserlib/win32/include/ntdbg-win32 -Iuserlib/win32/include -Iuapi)
declare -A OUR_HEADER=([n]='#include <ntdbg/nt/ntdll.h>' [w]='#include <windows.h>')
WINDOWS_HEADERS='#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>'

command -v x86_64-w64-mingw32-gcc >/dev/null || {
	echo 'not ok - the Windows headers are not here. Type: scripts/deps.sh check'
	exit 1
}

# program HEADERS: a C program that tells what the rows on stdin ask for. Each begins with its number.
program() {
	printf '%s\n' "$1"
	cat <<-'EOF'
		#include <stddef.h>
		#define TELL(name, value) asm volatile("\n-> " name " %0" : : "n"((unsigned long long)(value)))
		void tell(void);
		void tell(void)
		{
	EOF
	awk '
		function tell(name, value) { printf "\tTELL(\"%s %s\", %s);\n", $1, name, value }
		function field(type, name) { tell(type "." name, "offsetof(" type ", " name ")") }
		$2 == "struct" || $2 == "spec" {
			tell("sizeof " $4, "sizeof(" $4 ")")
			for (i = $2 == "spec" ? 6 : 5; i <= NF; i++) {
				sub(/=.*/, "", $i)
				field($4, $i)
				if ($2 == "struct")
					tell("sizeof " $4 "." $i, "sizeof(((" $4 " *)0)->" $i ")")
			}
		}
		# 32 bits, because some of them are signed in one place and unsigned in another.
		$2 == "enum" || $2 == "spec-enum" {
			for (i = 5; i <= NF; i++) {
				sub(/=.*/, "", $i)
				tell($i, "(unsigned int)(unsigned long long)(" $i ")")
			}
		}'
	echo '}'
}

# numbers HEADERS COMPILER...: what the rows on stdin ask for, a line each: number of the row, name, value.
numbers() {
	local headers=$1
	shift
	program "$headers" >"$work/tell.c"
	"$@" -S -O0 -o "$work/tell.s" "$work/tell.c" && sed -n 's/^-> \(.*\) \$/\1 /p' "$work/tell.s"
}

# ours FACE: likewise, with our header. If it does not compile, row by row, so that the right ones are blamed: what
# the compiler says of row N is in complaints.N.
ours() {
	local rows row header=${OUR_HEADER[$1]}
	rows=$(cat)
	[ -n "$rows" ] || return 0
	if numbers "$header" "${OURS[@]}" <<<"$rows" 2>/dev/null; then
		return
	fi
	while read -r row; do
		numbers "$header" "${OURS[@]}" <<<"$row" 2>"$work/complaints.${row%% *}" || true
	done <<<"$rows"
}

# of_specification: the numbers that the rows on stdin give themselves.
of_specification() {
	local number kind name size field
	while read -r number kind _ name size; do
		[ "$kind" = spec-enum ] || printf '%s sizeof %s %d\n' "$number" "$name" "${size%% *}"
		for field in $size; do
			case $field in
			*=*) printf '%s %s %d\n' "$number" "$([ "$kind" = spec-enum ] || echo "$name.")${field%=*}" "${field#*=}" ;;
			esac
		done
	done
}

count=0 failed=0
# verdict ROW TEXT: compares the lines of the files expected and ours that are of this row.
verdict() {
	count=$((count + 1))
	grep "^$1 " "$work/expected" >"$work/expected.row" || true
	grep "^$1 " "$work/ours" >"$work/ours.row" || true
	if [ -s "$work/expected.row" ] && cmp -s "$work/expected.row" "$work/ours.row"; then
		echo "ok $count - $2"
		return
	fi
	failed=1
	echo "not ok $count - $2"
	if [ -s "$work/complaints.$1" ]; then
		grep -E 'error:' "$work/complaints.$1" | sed 's/^.*error: //'
	else
		diff "$work/expected.row" "$work/ours.row" | sed -nE 's/^< [0-9]+/expected/p; s/^> [0-9]+/ours    /p'
	fi | head -n 20 | sed 's/^/# /'
}

# check_rows FACE: those of the table, that the face has.
check_rows() {
	local face=$1 number kind name
	rm -f "$work"/complaints*
	awk -v face="$face" '/^[^#]/ && index($2, face) { print NR, $0 }' "$table" >"$work/rows"
	grep -E '^[0-9]+ (struct|enum) ' "$work/rows" | numbers "$WINDOWS_HEADERS" "${WINDOWS[@]}" >"$work/expected"
	{ grep -E '^[0-9]+ spec' "$work/rows" || true; } | of_specification >>"$work/expected"
	ours "$face" <"$work/rows" >"$work/ours"
	while read -r number kind _ name _; do
		verdict "$number" "$name in ${OUR_HEADER[$face]#\#include }$([[ $kind != spec* ]] || echo ', by the specification')"
	done <"$work/rows"
}

# macros COMPILER...: the names of all constants that the headers on stdin define: NAME BODY.
macros() {
	"$@" -dM -E -x c - 2>/dev/null |
		sed -nE 's/^#define ([A-Z][A-Za-z0-9_]*) (.*[0-9A-Z].*)$/\1 \2/p' | grep -vE ' .*[;{}"]' | sort
}

# check_constants FACE: the constants of one of our headers, those that mingw-w64 has too.
check_constants() {
	local face=$1 row
	macros "${OURS[@]}" <<<"${OUR_HEADER[$face]}" >"$work/all"
	# Not those of the C library that come in with it.
	printf '#include <%s>\n' assert.h stddef.h stdint.h stdarg.h stdbool.h string.h uchar.h limits.h wchar.h |
		macros "${OURS[@]}" >"$work/library"
	comm -23 <(cut -d' ' -f1 "$work/all") <(cut -d' ' -f1 "$work/library") >"$work/names"
	macros "${WINDOWS[@]}" <<<"$WINDOWS_HEADERS" | cut -d' ' -f1 >"$work/known"
	# A name that is no number on one side (a type, a call) is none to compare.
	row="0 enum $face constants $(comm -12 "$work/names" "$work/known" | number_names | tr '\n' ' ')"
	numbers "$WINDOWS_HEADERS" "${WINDOWS[@]}" <<<"$row" >"$work/expected"
	ours "$face" <<<"$row" >"$work/ours"
	verdict 0 "$(wc -l <"$work/expected") constants of ${OUR_HEADER[$face]#\#include }"
	comm -23 "$work/names" "$work/known" | number_names | tr '\n' ' ' | fold -s -w 110 |
		sed "s/^/# not known to mingw-w64: /"
	echo
}

# number_names: of the names on stdin those that are made of numbers, by what the file all says they stand for.
number_names() {
	awk '
		NR == FNR {
			name = $1
			sub(/^[^ ]+ /, "")
			gsub(/\( *(NTSTATUS|U?LONG(_PTR)?|DWORD(_PTR)?|INT_PTR|WORD|BYTE|HANDLE|u?int(ptr|32)_t) *\)/, "")
			gsub(/[-+|~()]|<</, " ")
			body[name] = $0
			next
		}
		{ asked[$1] }
		END {
			do {
				changed = 0
				for (name in body) {
					n = split(body[name], words)
					for (i = 1; i <= n && (words[i] in number ||
					     words[i] ~ /^(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*$/); i++)
						;
					if (i > n && !(name in number))
						number[name] = changed = 1
				}
			} while (changed)
			for (name in asked)
				if (name in number)
					print name
		}' "$work/all" - | sort
}

for face in n w; do
	check_rows $face
	check_constants $face
done
echo "1..$count"
exit $failed
